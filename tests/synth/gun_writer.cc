#include "tests/synth/gun_writer.h"

#include <string>
#include <utility>

namespace serieslink::synth {
namespace {

using feed::v1::GunEntry;
using feed::v1::ItemEntry;
using feed::v1::SerialEntry;

const Model& ModelOf(const Gun& gun) { return Models()[gun.model]; }

bool IsLong(const Gun& gun) {
  const GunSort sort = ModelOf(gun).sort;
  return sort == GunSort::kShotgun || sort == GunSort::kRifle;
}

const char* TypeOf(const Gun& gun) {
  switch (ModelOf(gun).sort) {
    case GunSort::kPistol:
      return "PISTOL";
    case GunSort::kRevolver:
      return "REVOLVER";
    case GunSort::kShotgun:
      return gun.shortened ? "SHOTGUN_SAWN_OFF" : "SHOTGUN_LONG";
    case GunSort::kRifle:
      return "RIFLE";
    case GunSort::kSubMachineGun:
      return "SUB_MACHINE_GUN";
    case GunSort::kBlankFirer:
      return gun.converted ? "CONVERTED_BLANK_FIRER" : "BLANK_FIRER";
  }
  return "UNIDENTIFIED";
}

// With some of its characters unread.
std::string WithUnreadCharacters(std::string text, Random& random) {
  const int unread = random.Between(1, 3);
  for (int i = 0; i < unread; ++i) {
    text[random.Below(static_cast<std::uint32_t>(text.size()))] = '?';
  }
  return text;
}

// The number as somebody wrote it down.
std::string WriteDown(const std::string& serial, DirtFall& dirt) {
  std::string text = serial;
  Random& random = dirt.random();
  if (dirt.Falls(DirtKind::kSerialTyping)) text = WithTypingError(std::move(text), random);
  if (HasConfusableCharacter(text) && dirt.Falls(DirtKind::kSerialConfusable)) {
    text = WithConfusableCharacter(std::move(text), random);
  }
  if (dirt.Falls(DirtKind::kSerialTruncated)) text = Truncated(std::move(text), random);
  if (dirt.Falls(DirtKind::kSerialFormat)) text = WrittenOtherwise(std::move(text), random);
  return text;
}

void WriteSerial(const Gun& gun, const Sight& sight, DirtFall& dirt, GunEntry* entry) {
  Random& random = dirt.random();
  const char* const part = random.Chance(2000) ? "" : IsLong(gun) ? "RECEIVER" : "FRAME";
  if (sight.number_removed) {
    dirt.Note(DirtKind::kSerialObliterated);
    SerialEntry* serial = entry->add_serials();
    serial->set_part(part);
    if (!sight.restored) {
      serial->set_text(RemovalWord(random));
      serial->set_legibility("OBLITERATED");
    } else if (random.Chance(5000)) {
      serial->set_text(gun.serial);
      serial->set_legibility("RESTORED");
    } else {
      serial->set_text(WithUnreadCharacters(gun.serial, random));
      serial->set_legibility("PARTIAL");
    }
    return;
  }
  if (dirt.Falls(DirtKind::kSerialMissing)) return;
  SerialEntry* serial = entry->add_serials();
  serial->set_part(part);
  if (dirt.Falls(DirtKind::kSerialPlaceholder)) {
    serial->set_text(Placeholder(random));
    serial->set_legibility("UNREAD");
    return;
  }
  serial->set_text(WriteDown(gun.serial, dirt));
  if (!random.Chance(3000)) serial->set_legibility("CLEAR");
}

void WriteMake(const Gun& gun, DirtFall& dirt, GunEntry* entry) {
  if (dirt.Falls(DirtKind::kMakeMissing)) return;
  Random& random = dirt.random();
  std::size_t make = ModelOf(gun).make;
  if (dirt.Falls(DirtKind::kMakeConflicting)) {
    make =
        (make + 1 + random.Below(static_cast<std::uint32_t>(Makes().size() - 1))) % Makes().size();
  }
  const auto spellings = Makes()[make].spellings;
  const bool variant = dirt.Falls(DirtKind::kMakeVariant);
  entry->set_make(
      variant ? spellings[1 + random.Below(static_cast<std::uint32_t>(spellings.size() - 1))]
              : spellings[0]);
  if (random.Chance(8000)) entry->set_model(ModelOf(gun).name);
}

// The calibre as somebody wrote it, or null for nothing.
const char* CalibreText(const Gun& gun, DirtFall& dirt) {
  if (dirt.Falls(DirtKind::kCalibreMissing)) return nullptr;
  Random& random = dirt.random();
  std::size_t calibre = gun.calibre;
  if (dirt.Falls(DirtKind::kCalibreConflicting)) {
    calibre = (calibre + 1 + random.Below(static_cast<std::uint32_t>(Calibres().size() - 1))) %
              Calibres().size();
  }
  const auto notations = Calibres()[calibre].notations;
  if (!dirt.Falls(DirtKind::kCalibreVariant)) return notations[0];
  return notations[1 + random.Below(static_cast<std::uint32_t>(notations.size() - 1))];
}

}  // namespace

void WriteGun(const Gun& gun, const Sight& sight, DirtFall& dirt, GunEntry* entry) {
  Random& random = dirt.random();
  if (sight.seen_only) {
    entry->add_apparent_types(gun.shortened ? "SHOTGUN_SAWN_OFF"
                              : IsLong(gun) ? "SHOTGUN_LONG"
                                            : "PISTOL");
    if (random.Chance(3000)) entry->add_apparent_types("IMITATION");
    static constexpr const char* kFinishes[] = {"black", "silver", "chrome", "black, taped grip"};
    entry->set_finish(random.Any(kFinishes));
    return;
  }
  WriteSerial(gun, sight, dirt, entry);
  WriteMake(gun, dirt, entry);
  if (const char* const calibre = CalibreText(gun, dirt); calibre != nullptr) {
    entry->set_calibre(calibre);
  }
  if (gun.converted && random.Chance(6000)) {
    entry->set_original_calibre(Calibres()[ModelOf(gun).calibre].notations[0]);
    entry->set_conversion("barrel bored and sleeved");
  }
  entry->add_apparent_types(TypeOf(gun));
  if (sight.examined) entry->add_confirmed_types(TypeOf(gun));
  entry->set_is_complete(true);
}

void WriteFired(const Gun& gun, bool bullets, DirtFall& dirt, ItemEntry* entry) {
  Random& random = dirt.random();
  const Calibre& calibre = Calibres()[gun.calibre];
  entry->set_quantity(random.Between(1, 8));
  if (bullets) {
    entry->set_calibre(calibre.class_notation);
    static constexpr const char* kRiflings[] = {"6 right", "5 right", "6 left", "polygonal"};
    entry->set_rifling(random.Any(kRiflings));
    return;
  }
  entry->set_calibre(random.Chance(8000) ? calibre.notations[0] : calibre.class_notation);
  static constexpr const char* kHeadStamps[] = {"S&B", "GECO", "PPU", "ELEY", "FN", "WIN"};
  entry->set_head_stamp(random.Any(kHeadStamps));
}

void WritePart(const Gun& gun, DirtFall& dirt, ItemEntry* entry) {
  Random& random = dirt.random();
  entry->set_kind("GUN_PART");
  static constexpr const char* kParts[] = {"slide", "barrel", "magazine", "trigger group"};
  const bool slide = random.Chance(3000);
  entry->set_part_kind(slide ? "slide" : random.Any(kParts));
  entry->set_quantity(1);
  if (random.Chance(6000)) entry->set_make(Makes()[ModelOf(gun).make].spellings[0]);
  if (slide) {
    SerialEntry* serial = entry->add_serials();
    serial->set_text(gun.serial);
    serial->set_part("SLIDE");
    serial->set_legibility("CLEAR");
  }
}

void WritePossibleTypes(const Gun& gun, google::protobuf::RepeatedPtrField<std::string>* types) {
  *types->Add() = TypeOf(gun);
  if (ModelOf(gun).sort == GunSort::kBlankFirer) *types->Add() = "PISTOL";
}

}  // namespace serieslink::synth

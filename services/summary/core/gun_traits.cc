#include "services/summary/core/gun_traits.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::summary {
namespace {

using meeting::v1::GunTrait;

// A remark of this length is a description, which hardly another gun has.
constexpr std::size_t kRemarkBytesMax = 60;

// In capitals, letters and digits of each word, with one blank between words.
std::string WordsOf(const std::string& text) {
  std::string words;
  for (const char c : linkage::FoldToAscii(text)) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      words.push_back(c);
    } else if (!words.empty() && words.back() != ' ') {
      words.push_back(' ');
    }
  }
  if (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

// Whether `words` say that nothing is known, or that there is nothing.
bool SaysNothing(const std::string& words) {
  static constexpr std::array<std::string_view, 11> kNothing = {
      "N A",        "NA",    "NIL", "NO",      "NONE", "NOT KNOWN",
      "NOT STATED", "OTHER", "UNK", "UNKNOWN", "TBC"};
  return words.empty() || std::find(kNothing.begin(), kNothing.end(), words) != kNothing.end();
}

// Makes and calibres in no list are told by their own letters, as a search tells them.
std::string MakeOf(const std::string& as_written) {
  linkage::Make make = linkage::ReadMake(as_written);
  if (make.key == linkage::kUnknownMake) return std::string();
  if (make.key == linkage::kOtherMake) return WordsOf(as_written);
  return std::move(make.canonical);
}

std::string CalibreOf(const std::string& as_written) {
  const linkage::CalibreId calibre = linkage::ReadCalibre(as_written);
  if (calibre == linkage::kUnknownCalibre) return std::string();
  if (calibre == linkage::kOtherCalibre) return WordsOf(as_written);
  return std::string(linkage::CalibreName(calibre));
}

// What a type says of how a gun was altered or made; null: nothing.
const char* ConversionOf(int type) {
  switch (type) {
    case record::v1::FIREARM_TYPE_CONVERTED_BLANK_FIRER:
      return "converted blank-firer";
    case record::v1::FIREARM_TYPE_REACTIVATED:
      return "reactivated";
    case record::v1::FIREARM_TYPE_SHOTGUN_SAWN_OFF:
      return "sawn-off shotgun";
    case record::v1::FIREARM_TYPE_HOMEMADE:
      return "homemade";
    case record::v1::FIREARM_TYPE_3D_PRINTED:
      return "3D-printed";
    default:
      return nullptr;
  }
}

bool IsOfAGun(int kind) {
  return kind != record::v1::EXHIBIT_KIND_AMMUNITION_LOT &&
         kind != record::v1::EXHIBIT_KIND_TEST_FIRE_CASES &&
         kind != record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS &&
         kind != record::v1::EXHIBIT_KIND_SIGHTED_GUN;
}

}  // namespace

GunTraits TraitsOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  GunTraits traits;
  if (!IsOfAGun(exhibit.kind())) return traits;
  const auto add = [&](GunTrait trait, std::string value) {
    if (!SaysNothing(value)) traits.values.emplace_back(trait, std::move(value));
  };
  const record::v1::Firearm& firearm = exhibit.firearm();
  const std::string make = MakeOf(firearm.make());
  add(meeting::v1::GUN_TRAIT_MAKE, make);
  const std::string model = WordsOf(firearm.model());
  if (!make.empty() && !SaysNothing(make) && !SaysNothing(model)) {
    add(meeting::v1::GUN_TRAIT_MODEL, absl::StrCat(make, " ", model));
  }
  const std::string calibre =
      CalibreOf(firearm.calibre().empty() ? exhibit.ammunition().calibre() : firearm.calibre());
  add(meeting::v1::GUN_TRAIT_CALIBRE, calibre);
  // What an examination found goes before what it looks like.
  const auto& types =
      firearm.confirmed_types().empty() ? firearm.apparent_types() : firearm.confirmed_types();
  for (const int type : types) {
    if (const char* const conversion = ConversionOf(type)) {
      add(meeting::v1::GUN_TRAIT_CONVERSION, conversion);
    }
  }
  const std::string original = CalibreOf(firearm.original_calibre());
  if (!original.empty() && !calibre.empty() && original != calibre) {
    add(meeting::v1::GUN_TRAIT_CONVERSION, absl::StrCat("from ", original, " to ", calibre));
  }
  if (std::string remark = WordsOf(firearm.conversion()); remark.size() <= kRemarkBytesMax) {
    add(meeting::v1::GUN_TRAIT_CONVERSION, std::move(remark));
  }
  add(meeting::v1::GUN_TRAIT_COUNTRY_OF_MAKE, firearm.country_of_origin());
  const record::v1::Consignment& consignment = record.event().consignment();
  add(meeting::v1::GUN_TRAIT_SENT_FROM, consignment.true_origin().empty()
                                            ? consignment.declared_origin()
                                            : consignment.true_origin());
  std::sort(traits.values.begin(), traits.values.end());
  traits.values.erase(std::unique(traits.values.begin(), traits.values.end()), traits.values.end());
  return traits;
}

}  // namespace serieslink::summary

#include "tests/synth/known_life_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/synth/gun_writer.h"

namespace serieslink::synth {
namespace {

// Ids and references of known lives are these and above, which those of no other life are.
constexpr std::uint64_t kFirstId = 9'000'000'000'000;
constexpr int kIdBits = 20;
constexpr std::uint64_t kIdsPerLife = 16;

constexpr char kGunReference[] = "G1";

// Whether a force's reports are of this kind.
bool IsMps(const char* agency) { return std::string_view(agency) == kMps; }

std::string TwoDigitYear(Minute at) {
  return absl::StrCat(absl::Dec(YearOf(at) % 100, absl::kZeroPad2));
}

void WriteLegalClass(const LegalClass& legal, feed::v1::GunEntry* entry) {
  if (legal.name == nullptr) return;
  feed::v1::LegalClassEntry* out = entry->add_legal_classes();
  out->set_legal_class(legal.name);
  out->set_as_of(TextOfDay(legal.as_of));
  out->set_basis(legal.basis);
}

}  // namespace

// --- What most records say

SyntheticRecord& KnownLifeWriter::NewRecord(const char* agency, const char* feed,
                                            const char* system, Minute arrival) {
  const std::uint64_t id =
      kFirstId + Permute(number_ * kIdsPerLife + ids_++, kIdBits, world_.seed + 3);
  SyntheticRecord& record = records_.emplace_back();
  record.agency = agency;
  record.feed = feed;
  record.system = system;
  record.arrival = arrival;
  const std::string year = TwoDigitYear(arrival);
  const std::string_view of(feed);
  if (of == "mps") {
    record.source_id = absl::StrCat(id, "/", year, "-R");
  } else if (of == "force") {
    record.source_id = absl::StrCat(year, id);
  } else if (of == "licensing") {
    record.source_id = absl::StrCat(absl::AsciiStrToUpper(agency), "-L-", year, "-", id);
  } else if (of == "border_force") {
    record.source_id = absl::StrCat("BF/", year, "/", id);
  } else {
    record.source_id = absl::StrCat("EX~", year, "-", id);
  }
  return record;
}

SyntheticRecord& KnownLifeWriter::NextVersion(const SyntheticRecord& record, Minute arrival) {
  SyntheticRecord next = record;
  ++next.version;
  next.arrival = arrival;
  return records_.emplace_back(std::move(next));
}

std::string KnownLifeWriter::Reference(const Scene& scene, bool named) const {
  const std::uint64_t place = scene.number & ((std::uint64_t{1} << kIdBits) - 1);
  const std::uint64_t number = kFirstId + Permute(place, kIdBits, world_.seed + 4);
  const Force& force = world_.forces[scene.force];
  const int year = YearOf(scene.at);
  return named ? NamedReference(force, number, year) : OwnReference(force, number, year);
}

// Records of one scene tell of one place, each in its own way.
void KnownLifeWriter::WritePlace(const Scene& scene, bool is_of_police,
                                 feed::v1::PlaceEntry* place) const {
  const Force& force = world_.forces[scene.force];
  place->set_borough_code(force.boroughs[scene.borough].gss_code);
  if (!is_of_police) {
    place->set_locality(force.boroughs[scene.borough].name);
    return;
  }
  // The trains run in the area of the Metropolitan Police.
  place->set_police_force(std::string_view(force.agency) == kBtp ? kMps : force.agency);
}

void KnownLifeWriter::WriteMarking(feed::v1::MarkingEntry* marking) {
  static constexpr const char* kSources[] = {"1", "2"};
  static constexpr const char* kInformation[] = {"A", "B"};
  marking->set_visibility("OPEN");
  marking->set_grading_scheme("3X5X2");
  marking->set_source_grade(random_.Any(kSources));
  marking->set_information_grade(random_.Any(kInformation));
  marking->set_handling_code("P");
}

void KnownLifeWriter::WriteGunEntry(const Gun& gun, const GunDetails& details,
                                    const char* reference, SyntheticRecord* record,
                                    feed::v1::GunEntry* entry) {
  DirtFall clean(DirtRates(DirtLevel::kNone), /*clean=*/true, &random_, &record->dirt,
                 &record->counts);
  entry->set_reference(reference);
  const Sight sight{.examined = details.is_confirmed};
  WriteGun(gun, sight, clean, entry);
  if (details.barrel_length_mm.has_value()) entry->set_barrel_length_mm(*details.barrel_length_mm);
  WriteLegalClass(details.legal, entry);
  record->exhibits.push_back({reference, gun.number, gun.serial, gun.model, gun.calibre});
}

// --- Losses

const SyntheticRecord& KnownLifeWriter::Licensing(const Scene& scene, const char* kind,
                                                  const Days& lost, Day notified, bool quotes,
                                                  const Gun& gun, const LossDetails& details) {
  const Force& force = world_.forces[scene.force];
  const Minute arrival = notified * kDay + random_.Between(24, 96) * kHour;
  SyntheticRecord& record = NewRecord(force.agency, "licensing", "NFLMS", arrival);
  record.event = scene.number;
  feed::v1::LicensingLoss* loss = record.message.mutable_licensing();
  loss->set_system(record.system);
  loss->set_report_id(record.source_id);
  loss->set_version(record.version);
  loss->set_loss_kind(kind);
  loss->set_lost(lost.first == lost.last
                     ? TextOfDay(lost.last)
                     : absl::StrCat(TextOfDay(*lost.first), "/", TextOfDay(lost.last)));
  loss->set_notified(TextOfDay(notified));
  loss->set_recorded(DayText(arrival));
  WritePlace(scene, /*is_of_police=*/false, loss->mutable_place());
  loss->set_place_kind("dwelling");
  loss->set_holder_kind("PRIVATE");
  loss->set_certificate_kind(Models()[gun.model].sort == GunSort::kShotgun ? "SHOTGUN" : "FIREARM");
  loss->set_certificate_force(force.agency);
  loss->set_certificate_token(absl::StrCat("c-", absl::Hex(Mix(world_.seed + scene.number) >> 32)));
  loss->set_holder_token(
      absl::StrCat("h-", absl::Hex(Mix(world_.seed + scene.number) & 0xFFFFFFFF)));
  if (quotes) loss->add_crime_references(Reference(scene, /*named=*/true));
  GunDetails of_gun = details.gun;
  of_gun.legal = details.licensed;
  WriteGunEntry(gun, of_gun, kGunReference, &record, loss->add_guns());
  WriteMarking(loss->mutable_marking());
  return record;
}

void KnownLifeWriter::CancelAsFound(const SyntheticRecord& report, Day found) {
  const Minute arrival = found * kDay + random_.Between(24, 96) * kHour;
  SyntheticRecord& record = NextVersion(report, arrival);
  feed::v1::LicensingLoss* loss = record.message.mutable_licensing();
  loss->set_version(record.version);
  loss->set_recorded(DayText(arrival));
  loss->set_cancelled_as_found(true);
  loss->set_found(TextOfDay(found));
}

// --- Police

SyntheticRecord& KnownLifeWriter::NewPoliceRecord(const Scene& scene, const char* type,
                                                  const std::string& occurred, Minute arrival) {
  const Force& force = world_.forces[scene.force];
  const bool mps = IsMps(force.agency);
  SyntheticRecord& record = NewRecord(force.agency, mps ? "mps" : "force", force.system, arrival);
  record.event = scene.number;
  const bool is_incident = std::string_view(type) == "INCIDENT";
  if (mps) {
    feed::v1::MpsReport* report = record.message.mutable_mps();
    report->set_system(record.system);
    report->set_report_number(record.source_id);
    report->set_version(record.version);
    report->set_report_type(is_incident ? "CRIME" : type);
    report->set_crime_number(Reference(scene, /*named=*/false));
    report->set_committed(occurred);
    WritePlace(scene, /*is_of_police=*/true, report->mutable_venue());
    if (is_incident) report->add_firearm_features("THREAT");
  } else {
    feed::v1::ForceRecord* report = record.message.mutable_force();
    report->set_system(record.system);
    report->set_record_id(record.source_id);
    report->set_version(record.version);
    report->set_record_type(type);
    report->add_crime_references(Reference(scene, /*named=*/false));
    report->set_occurred(occurred);
    WritePlace(scene, /*is_of_police=*/true, report->mutable_place());
    if (is_incident) report->add_firearm_uses("THREAT");
  }
  return record;
}

const SyntheticRecord& KnownLifeWriter::Police(const Scene& scene, const char* type, const Gun* gun,
                                               const GunDetails& details) {
  const Minute arrival = scene.at + random_.Between(1, 72) * kHour;
  SyntheticRecord& record = NewPoliceRecord(scene, type, DayText(scene.at), arrival);
  const std::string_view of(type);
  const auto write = [&](auto* report) {
    report->set_reported(DayText(scene.at));
    report->set_recorded(DayText(arrival));
    if (of == "RECOVERY") {
      report->set_circumstances("search warrant");
      report->set_criminal_circumstances("Y");
    } else if (of == "DISPOSAL") {
      report->set_disposal_kind("RETURNED");
      report->set_disposal_authority("property store");
    }
    if (gun != nullptr) WriteGunEntry(*gun, details, kGunReference, &record, report->add_guns());
    WriteMarking(report->mutable_marking());
  };
  if (record.message.has_mps()) {
    write(record.message.mutable_mps());
  } else {
    write(record.message.mutable_force());
  }
  return record;
}

const SyntheticRecord& KnownLifeWriter::PoliceLoss(const Scene& scene, const char* kind,
                                                   const std::string& occurred, Day reported,
                                                   const Gun& gun, const LossDetails& details) {
  const Minute arrival = reported * kDay + random_.Between(24, 72) * kHour;
  SyntheticRecord& record = NewPoliceRecord(scene, "LOSS", occurred, arrival);
  const auto write = [&](auto* report) {
    report->set_reported(TextOfDay(reported));
    report->set_recorded(DayText(arrival));
    report->set_loss_kind(kind);
    WriteGunEntry(gun, details.gun, kGunReference, &record, report->add_guns());
    WriteMarking(report->mutable_marking());
  };
  if (record.message.has_mps()) {
    write(record.message.mutable_mps());
  } else {
    write(record.message.mutable_force());
  }
  return record;
}

// --- NABIS

feed::v1::NabisExhibit& KnownLifeWriter::NewLaboratoryExhibit(const char* type, Minute arrival,
                                                              const Gun& gun) {
  SyntheticRecord& record = NewRecord(kNabis, "nabis", "NABIS", arrival);
  feed::v1::NabisEntry* entry = record.message.mutable_nabis();
  entry->set_system(record.system);
  entry->set_entry_id(record.source_id);
  entry->set_version(record.version);
  WriteMarking(entry->mutable_marking());
  entry->mutable_exhibit()->set_exhibit_type(type);
  record.exhibits.push_back({"", gun.number, gun.serial, gun.model, gun.calibre});
  return *entry->mutable_exhibit();
}

void KnownLifeWriter::WriteSubmission(const Scene& scene, const LaboratoryDays& days,
                                      feed::v1::NabisExhibit* exhibit) {
  records_.back().event = scene.number;
  exhibit->add_crime_references(Reference(scene, /*named=*/true));
  exhibit->set_occurred(DayText(scene.at));
  WritePlace(scene, /*is_of_police=*/false, exhibit->mutable_place());
  exhibit->set_submitted(TextOfDay(days.submitted));
  exhibit->set_received(TextOfDay(days.received));
  exhibit->set_examined(TextOfDay(days.examined));
  exhibit->set_stage("MICROSCOPE");
}

const SyntheticRecord& KnownLifeWriter::Cases(const Scene& scene, const LaboratoryDays& days,
                                              const Gun& gun) {
  feed::v1::NabisExhibit& exhibit =
      NewLaboratoryExhibit("CASE_GROUP", (days.examined + 1) * kDay, gun);
  SyntheticRecord& record = records_.back();
  exhibit.set_found_at("INCIDENT");
  DirtFall clean(DirtRates(DirtLevel::kNone), /*clean=*/true, &random_, &record.dirt,
                 &record.counts);
  WriteFired(gun, /*bullets=*/false, clean, exhibit.mutable_item());
  WritePossibleTypes(gun, exhibit.mutable_possible_types());
  WriteSubmission(scene, days, &exhibit);
  return record;
}

const SyntheticRecord& KnownLifeWriter::GunAtLaboratory(const Scene& scene,
                                                        const LaboratoryDays& days,
                                                        const std::string& police_id,
                                                        const Gun& gun) {
  feed::v1::NabisExhibit& exhibit = NewLaboratoryExhibit("GUN", (days.examined + 1) * kDay, gun);
  SyntheticRecord& record = records_.back();
  exhibit.set_found_at("RECOVERY");
  DirtFall clean(DirtRates(DirtLevel::kNone), /*clean=*/true, &random_, &record.dirt,
                 &record.counts);
  const Sight sight{.examined = true};
  WriteGun(gun, sight, clean, exhibit.mutable_gun());
  type::v1::SourceReference* same = exhibit.add_same_items();
  same->set_agency(world_.forces[scene.force].agency);
  same->set_source_system(world_.forces[scene.force].system);
  same->set_source_id(police_id);
  same->set_exhibit_reference(kGunReference);
  WriteSubmission(scene, days, &exhibit);
  return record;
}

const SyntheticRecord& KnownLifeWriter::TestFire(Day fired, const std::string& exhibit_id,
                                                 const Gun& gun) {
  feed::v1::NabisExhibit& exhibit =
      NewLaboratoryExhibit("TEST_FIRE_CASES", (fired + 1) * kDay, gun);
  exhibit.mutable_test_fire_of()->set_source_id(exhibit_id);
  exhibit.set_test_fired(TextOfDay(fired));
  return records_.back();
}

void KnownLifeWriter::Confirm(Day examined, const std::string& first_id,
                              const std::string& second_id) {
  SyntheticRecord& record = NewRecord(kNabis, "nabis", "NABIS", (examined + 1) * kDay);
  feed::v1::NabisEntry* entry = record.message.mutable_nabis();
  entry->set_system(record.system);
  entry->set_entry_id(record.source_id);
  entry->set_version(record.version);
  WriteMarking(entry->mutable_marking());
  feed::v1::NabisComparison* comparison = entry->mutable_comparison();
  comparison->mutable_first()->set_source_id(first_id);
  comparison->mutable_second()->set_source_id(second_id);
  comparison->set_channel("CASE");
  comparison->set_verdict("CONFIRMED");
  comparison->set_basis("EXAMINER");
  comparison->set_stage("VERIFIED");
  comparison->set_examined(TextOfDay(examined));
  comparison->set_examiner_token(absl::StrCat("NB-", random_.Between(10, 40)));
}

// --- Border Force

const SyntheticRecord& KnownLifeWriter::Parcel(const Scene& scene, const char* part, const Gun& gun,
                                               bool is_numbered) {
  const Minute arrival = scene.at + random_.Between(1, 72) * kHour;
  SyntheticRecord& record = NewRecord(kBorderForce, "border_force", "SEIZURES", arrival);
  record.event = scene.number;
  feed::v1::BorderForceSeizure* seizure = record.message.mutable_border_force();
  seizure->set_system(record.system);
  seizure->set_seizure_number(record.source_id);
  seizure->set_version(record.version);
  seizure->set_seized(DayText(scene.at));
  seizure->set_recorded(DayText(arrival));
  seizure->set_mode("FAST_PARCEL");
  seizure->set_port_code("GBEMA");
  seizure->set_detection_method("X-ray");
  seizure->set_declared_origin("US");
  seizure->set_consignment_id(
      absl::StrCat("RR", absl::Hex(Mix(world_.seed + scene.number), absl::kZeroPad9)));
  seizure->set_destination(world_.forces[scene.force].boroughs[scene.borough].name);
  feed::v1::ItemEntry* item = seizure->add_items();
  item->set_reference("P1");
  item->set_kind("GUN_PART");
  item->set_part_kind(part);
  item->set_quantity(1);
  item->set_make(Makes()[Models()[gun.model].make].spellings[0]);
  if (is_numbered) {
    feed::v1::SerialEntry* serial = item->add_serials();
    serial->set_text(gun.serial);
    serial->set_part("FRAME");
    serial->set_legibility("CLEAR");
  }
  record.exhibits.push_back({"P1", gun.number, gun.serial, gun.model, gun.calibre});
  WriteMarking(seizure->mutable_marking());
  return record;
}

void KnownLifeWriter::NameSister(const SyntheticRecord& first, const SyntheticRecord& second) {
  const Minute arrival = std::max(first.arrival, second.arrival) + random_.Between(1, 48) * kHour;
  SyntheticRecord& record = NextVersion(first, arrival);
  feed::v1::BorderForceSeizure* seizure = record.message.mutable_border_force();
  seizure->set_version(record.version);
  seizure->set_recorded(DayText(arrival));
  seizure->add_sister_seizures()->set_source_id(second.source_id);
}

std::vector<SyntheticRecord> KnownLifeWriter::TakeRecords() {
  std::stable_sort(
      records_.begin(), records_.end(),
      [](const SyntheticRecord& a, const SyntheticRecord& b) { return a.arrival < b.arrival; });
  return std::move(records_);
}

}  // namespace serieslink::synth

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/synth/armoury.h"
#include "tests/synth/known_lives.h"
#include "tests/synth/random.h"
#include "tests/synth/story.h"
#include "tests/synth/synthetic_record.h"

// From what happens in a known life to the messages that agencies send of it.
namespace serieslink::synth {

// Something that happened.
struct Scene {
  std::uint64_t number = 0;  // its name in the truth
  Minute at = 0;
  std::uint8_t force = 0;    // index of the world's forces: whose crime it is
  std::uint8_t borough = 0;  // index of its force's boroughs
};

struct LegalClass {
  const char* name = nullptr;  // null: not assessed
  Day as_of = 0;
  const char* basis = "";
};

// What a record says of a gun beside what every record of it says.
struct GunDetails {
  std::optional<int> barrel_length_mm = std::nullopt;
  bool is_confirmed = false;  // its type was found by an examination
  LegalClass legal = {};
};

struct LossDetails {
  GunDetails gun = {};
  LegalClass licensed = {};  // of the licensing unit's report
};

// The days on which a laboratory had to do with an exhibit.
struct LaboratoryDays {
  Day submitted = 0;
  Day received = 0;
  Day examined = 0;
};

// Writes the records of one life. A reference that it returns is good until the next record.
class KnownLifeWriter {
 public:
  // `number`: of the life, among the known lives of all kinds. The others must outlive it.
  KnownLifeWriter(const World& world, std::uint64_t number, Random* random)
      : world_(world), number_(number), random_(*random) {}

  // The report of the licensing unit of the scene's force. `quotes`: the crime's reference.
  const SyntheticRecord& Licensing(const Scene& scene, const char* kind, const Days& lost,
                                   Day notified, bool quotes, const Gun& gun,
                                   const LossDetails& details);
  // The second version of such a report, sent after the holder found the gun.
  void CancelAsFound(const SyntheticRecord& report, Day found);

  // A police report of the scene's force: INCIDENT, RECOVERY or DISPOSAL (of a gun that is
  // returned), with the gun, or without one.
  const SyntheticRecord& Police(const Scene& scene, const char* type, const Gun* gun,
                                const GunDetails& details = {});
  // One of a loss, which happened when `occurred` says.
  const SyntheticRecord& PoliceLoss(const Scene& scene, const char* kind,
                                    const std::string& occurred, Day reported, const Gun& gun,
                                    const LossDetails& details);

  // Cases that the gun left at an incident, at the laboratory.
  const SyntheticRecord& Cases(const Scene& scene, const LaboratoryDays& days, const Gun& gun);
  // The gun of the police's record `police_id` of the recovery, at the laboratory.
  const SyntheticRecord& GunAtLaboratory(const Scene& scene, const LaboratoryDays& days,
                                         const std::string& police_id, const Gun& gun);
  // Cases fired there with the gun of its entry `exhibit_id`.
  const SyntheticRecord& TestFire(Day fired, const std::string& exhibit_id, const Gun& gun);
  // An examiner finds that two groups of cases are of one gun.
  void Confirm(Day examined, const std::string& first_id, const std::string& second_id);

  // A parcel with a part of the gun, seized at the border.
  const SyntheticRecord& Parcel(const Scene& scene, const char* part, const Gun& gun,
                                bool is_numbered);
  // The second version of the first seizure, which names the second as its sister.
  void NameSister(const SyntheticRecord& first, const SyntheticRecord& second);

  // All of it, in the order in which it is sent.
  std::vector<SyntheticRecord> TakeRecords();

 private:
  SyntheticRecord& NewRecord(const char* agency, const char* feed, const char* system,
                             Minute arrival);
  SyntheticRecord& NextVersion(const SyntheticRecord& record, Minute arrival);
  SyntheticRecord& NewPoliceRecord(const Scene& scene, const char* type,
                                   const std::string& occurred, Minute arrival);
  feed::v1::NabisExhibit& NewLaboratoryExhibit(const char* type, Minute arrival, const Gun& gun);
  void WriteSubmission(const Scene& scene, const LaboratoryDays& days,
                       feed::v1::NabisExhibit* exhibit);
  void WritePlace(const Scene& scene, bool is_of_police, feed::v1::PlaceEntry* place) const;
  void WriteMarking(feed::v1::MarkingEntry* marking);
  void WriteGunEntry(const Gun& gun, const GunDetails& details, const char* reference,
                     SyntheticRecord* record, feed::v1::GunEntry* entry);
  std::string Reference(const Scene& scene, bool named) const;

  const World& world_;
  const std::uint64_t number_;
  Random& random_;
  std::uint64_t ids_ = 0;  // given so far
  std::vector<SyntheticRecord> records_;
};

}  // namespace serieslink::synth

#include "tests/synth/known_lives.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/synth/known_life_writer.h"

namespace serieslink::synth {
namespace {

// So many numbers of a shape that the last ones are of no gun of any world that is made.
constexpr std::uint64_t kNumbersMin = 50'000'000;
constexpr std::uint64_t kGunsMax = 2;        // of one life
constexpr std::uint64_t kHappeningsMax = 8;  // of one life
// Above the numbers of all other lives.
constexpr std::uint64_t kFirstNumber = std::uint64_t{1} << 40;

Day DayOf(Minute at) { return at / kDay; }
// Its last minute: who is told on a day is told after all that happened on it.
Minute EndOf(Day day) { return (day + 1) * kDay - 1; }
Days On(Minute at) { return {DayOf(at), DayOf(at)}; }

// From `from` to `to`, of which `from` was first unless they overlap.
KnownMeasure Measure(const char* kind, const Days& from, const Days& to, Minute truly) {
  KnownMeasure measure;
  measure.kind = kind;
  measure.is_uncertain = to.first <= from.last;
  // From the end of the last day of one to the beginning of the first day of the other.
  if (!measure.is_uncertain) measure.minimum_days = *to.first - from.last - 1;
  measure.maximum_days = to.last + 1 - *from.first;
  measure.truly = truly;
  return measure;
}

class KnownTeller {
 public:
  KnownTeller(const World& world, LifeKind kind, std::uint64_t number, Minute first_day)
      : world_(world),
        number_(static_cast<std::uint64_t>(kind) * kKnownLivesMax + number),
        is_odd_(number % 2 != 0),
        random_(world.seed, kFirstNumber + number_, 0),
        writer_(world, number_, &random_),
        kind_(kind) {
    at_ = first_day;
    Later(60, 2000);
  }

  KnownLife Tell() {
    switch (kind_) {
      case LifeKind::kStolenUsedTwiceRecovered:
        TellStolenUsedTwiceRecovered();
        break;
      case LifeKind::kTheftReportedLate:
        TellTheftReportedLate();
        break;
      case LifeKind::kSameSerialOtherMake:
        TellSameSerialOtherMake();
        break;
      case LifeKind::kShortenedShotgun:
        TellShortenedShotgun();
        break;
      case LifeKind::kFoundAgainAndStolenAgain:
        TellFoundAgainAndStolenAgain();
        break;
      case LifeKind::kPartsFromTwoParcels:
        TellPartsFromTwoParcels();
        break;
      case LifeKind::kReturnedByMistakeAndUsedAgain:
        TellReturnedByMistakeAndUsedAgain();
        break;
    }
    KnownLife life;
    life.records = writer_.TakeRecords();
    for (KnownStory& story : stories_) {
      std::stable_sort(
          story.events.begin(), story.events.end(), [](const KnownEvent& a, const KnownEvent& b) {
            return a.told.first.value_or(a.told.last) < b.told.first.value_or(b.told.last);
          });
      life.stories.push_back(std::move(story));
    }
    return life;
  }

 private:
  // --- What there is

  // Every random number is drawn in a statement of its own, as in story.cc.
  Minute Later(int low, int high) {
    at_ += random_.Between(low, high) * kDay;
    at_ += random_.Below(24 * 60);
    return at_;
  }
  std::uint8_t AnyForce() { return static_cast<std::uint8_t>(random_.Weighted(world_.forces)); }
  std::uint8_t LicensingForce() {
    for (;;) {
      const std::uint8_t force = AnyForce();
      if (world_.forces[force].has_licensing_unit) return force;
    }
  }

  // A gun of one of `sorts`, not of make `other_than`.
  Gun NewGun(std::initializer_list<GunSort> sorts, int other_than = -1) {
    std::uint8_t model = 0;
    do {
      model = PickModel({sorts.begin(), sorts.size()}, random_);
    } while (NumbersOfShape(Models()[model].serial_shape) < kNumbersMin ||
             Models()[model].make == other_than);
    const std::uint64_t place = number_ * kGunsMax + guns_++;
    // Guns of other lives have the first numbers of the shape.
    Gun gun = MakeGun(world_.seed, NumbersOfShape(Models()[model].serial_shape) - 1 - place, model);
    gun.number = kFirstNumber + place;
    return gun;
  }

  Scene NewScene(Minute at, std::uint8_t force) {
    Scene scene;
    scene.number = kFirstNumber + number_ * kHappeningsMax + scenes_++;
    scene.at = at;
    scene.force = force;
    const auto boroughs = static_cast<std::uint32_t>(world_.forces[force].boroughs.size());
    scene.borough = static_cast<std::uint8_t>(random_.Below(boroughs));
    return scene;
  }

  KnownStory& NewStory(const Gun& gun) {
    KnownStory& story = stories_.emplace_back();
    story.kind = kind_;
    story.gun = gun.number;
    return story;
  }
  static void AskBy(const SyntheticRecord& record, KnownStory& story) {
    if (!story.source_id.empty()) return;
    story.agency = record.agency;
    story.system = record.system;
    story.source_id = record.source_id;
  }

  static void AddEvent(const Scene& scene, const char* kind, const char* what, const Days& told,
                       std::initializer_list<std::string> agencies, KnownStory& story) {
    KnownEvent event;
    event.number = scene.number;
    event.kind = kind;
    event.what = what;
    event.told = told;
    event.agencies = agencies;
    std::sort(event.agencies.begin(), event.agencies.end());
    event.agencies.erase(std::unique(event.agencies.begin(), event.agencies.end()),
                         event.agencies.end());
    story.events.push_back(std::move(event));
  }

  // --- What happens to a gun

  // A loss that is known to the day: its holder tells the licensing unit, and the police record it.
  // The last step of the loss is its first.
  KnownLoss TellLoss(Gun gun, const char* kind, const Scene& scene, KnownStory& story,
                     const LossDetails& details = {}) {
    gun.shortened = false;
    const Day day = DayOf(scene.at);
    const Day last_seen = day - random_.Between(0, 3);
    const Day notified = day + random_.Between(0, 6);
    const bool quotes = random_.Chance(5000);
    const Days as_licensed{last_seen, day};
    AskBy(writer_.Licensing(scene, kind, as_licensed, notified, quotes, gun, details), story);
    AskBy(writer_.PoliceLoss(scene, kind, TextOfDay(day), notified, gun, details), story);
    const std::string agency = world_.forces[scene.force].agency;
    KnownLoss loss;
    loss.kind = kind;
    loss.steps.push_back({.state = "OUTSTANDING"});
    Days of_notice = On(scene.at);
    if (quotes) {
      // Both reports go under one reference, and tell of one event.
      AddEvent(scene, "LOSS", kind, On(scene.at), {agency}, story);
    } else {
      AddEvent(scene, "LOSS", kind, as_licensed, {agency}, story);
      AddEvent(scene, "LOSS", kind, On(scene.at), {agency}, story);
      of_notice = as_licensed;
      loss.events = 2;
    }
    story.measures.push_back(
        Measure("LOSS_TO_NOTICE", of_notice, {notified, notified}, EndOf(notified) - scene.at));
    return loss;
  }

  // A use of which the police know the gun's number.
  Scene Use(const Gun& gun, Minute at, KnownStory& story) {
    const Scene scene = NewScene(at, AnyForce());
    AskBy(writer_.Police(scene, "INCIDENT", &gun), story);
    AddEvent(scene, "INCIDENT", "", On(at), {world_.forces[scene.force].agency}, story);
    return scene;
  }

  // A use at which the gun left cases, which a laboratory has. Their source id.
  struct CasesLeft {
    Scene scene;
    std::string id;
  };
  CasesLeft UseWithCases(const Gun& gun, Minute at, KnownStory& story) {
    const Scene scene = NewScene(at, AnyForce());
    writer_.Police(scene, "INCIDENT", nullptr);
    const LaboratoryDays days = NewLaboratoryDays(scene);
    const std::string id = writer_.Cases(scene, days, gun).source_id;
    AddEvent(scene, "INCIDENT", "", On(at), {world_.forces[scene.force].agency, kNabis}, story);
    AddLaboratoryMeasures(scene, days, story);
    return {scene, id};
  }

  LaboratoryDays NewLaboratoryDays(const Scene& scene) {
    LaboratoryDays days;
    days.submitted = DayOf(scene.at) + random_.Between(2, 20);
    days.received = days.submitted + random_.Between(0, 3);
    days.examined = days.received + random_.Between(1, 30);
    return days;
  }
  static void AddLaboratoryMeasures(const Scene& scene, const LaboratoryDays& days,
                                    KnownStory& story) {
    const Days submitted{days.submitted, days.submitted};
    const Days examined{days.examined, days.examined};
    story.measures.push_back(
        Measure("EVENT_TO_SUBMISSION", On(scene.at), submitted, days.submitted * kDay - scene.at));
    story.measures.push_back(Measure("SUBMISSION_TO_EXAMINATION", submitted, examined,
                                     (days.examined - days.submitted) * kDay));
  }

  struct Found {
    Scene scene;
    std::string id;  // of the police's record
  };
  Found Recover(const Gun& gun, Minute at, KnownStory& story, const GunDetails& details = {}) {
    const Scene scene = NewScene(at, AnyForce());
    const SyntheticRecord& record = writer_.Police(scene, "RECOVERY", &gun, details);
    AskBy(record, story);
    AddEvent(scene, "RECOVERY", "", On(at), {world_.forces[scene.force].agency}, story);
    story.state = "RECOVERED";
    return {scene, record.source_id};
  }

  static void AddMeasure(const char* kind, const Scene& from, const Scene& to, KnownStory& story) {
    story.measures.push_back(Measure(kind, On(from.at), On(to.at), to.at - from.at));
  }

  // --- Lives

  void TellStolenUsedTwiceRecovered() {
    const Gun gun = NewGun({GunSort::kShotgun, GunSort::kRifle});
    KnownStory& story = NewStory(gun);
    const Scene theft = NewScene(at_, LicensingForce());
    KnownLoss loss = TellLoss(gun, "STOLEN", theft, story);
    const Minute first_at = Later(10, 300);
    const Minute last_at = Later(5, 200);
    const Minute found_at = Later(50, 200);
    Scene first;
    Scene last;
    Found found;
    if (is_odd_) {
      const CasesLeft first_cases = UseWithCases(gun, first_at, story);
      const CasesLeft last_cases = UseWithCases(gun, last_at, story);
      first = first_cases.scene;
      last = last_cases.scene;
      found = Recover(gun, found_at, story);
      HaveFired(gun, found, {first_cases.id, last_cases.id}, story);
    } else {
      first = Use(gun, first_at, story);
      last = Use(gun, last_at, story);
      found = Recover(gun, found_at, story);
      story.missing.push_back("NOT_EXAMINED");
    }
    story.missing.push_back("FATE_NOT_RECORDED");
    loss.steps.push_back({.state = "SIGHTED"});
    loss.steps.push_back({.state = "RECOVERED"});
    story.losses.push_back(std::move(loss));
    AddMeasure("LOSS_TO_FIRST_USE", theft, first, story);
    AddMeasure("LOSS_TO_RECOVERY", theft, found.scene, story);
    AddMeasure("FIRST_TO_LAST_USE", first, last, story);
    AddMeasure("LAST_USE_TO_RECOVERY", last, found.scene, story);
  }

  // The gun goes to the laboratory, which fires it and finds that the cases are its.
  void HaveFired(const Gun& gun, const Found& found, std::initializer_list<std::string> cases,
                 KnownStory& story) {
    const LaboratoryDays days = NewLaboratoryDays(found.scene);
    const std::string agency = world_.forces[found.scene.force].agency;
    const std::string exhibit = writer_.GunAtLaboratory(found.scene, days, found.id, gun).source_id;
    // Its entry quotes the reference of the recovery, and tells of the same event.
    story.events.back().agencies = {agency, kNabis};
    std::sort(story.events.back().agencies.begin(), story.events.back().agencies.end());
    AddLaboratoryMeasures(found.scene, days, story);
    const std::string shots = writer_.TestFire(days.examined, exhibit, gun).source_id;
    for (const std::string& one : cases) writer_.Confirm(days.examined + 7, shots, one);
  }

  // The holder was away: nobody knows the day, and the gun is used before it is missed.
  void TellTheftReportedLate() {
    const Gun gun = NewGun({GunSort::kShotgun, GunSort::kRifle});
    KnownStory& story = NewStory(gun);
    const Day last_seen = DayOf(at_);
    const Minute stolen_at = Later(2, 20);
    const Scene theft = NewScene(stolen_at, LicensingForce());
    const Minute used_at = Later(2, 20);
    const Day missed = DayOf(Later(5, 60));
    // The law gives seven days.
    const Day notified = missed + random_.Between(8, 30);
    const bool quotes = random_.Chance(5000);
    const Days lost{last_seen, missed};
    AskBy(writer_.Licensing(theft, "STOLEN", lost, notified, quotes, gun, {}), story);
    AskBy(writer_.PoliceLoss(theft, "STOLEN", absl::StrCat("../", TextOfDay(notified)), notified,
                             gun, {}),
          story);
    const std::string agency = world_.forces[theft.force].agency;
    AddEvent(theft, "LOSS", "STOLEN", lost, {agency}, story);
    KnownLoss loss;
    loss.kind = "STOLEN";
    loss.is_uncertain = true;
    story.missing = {"OUTSTANDING", "ORDER_NOT_CERTAIN"};
    if (!quotes) {
      AddEvent(theft, "LOSS", "STOLEN", {std::nullopt, notified}, {agency}, story);
      loss.events = 2;
      story.missing.push_back("ORDER_NOT_CERTAIN");
    }
    const Scene use = Use(gun, used_at, story);
    loss.steps = {{.state = "OUTSTANDING"}, {.state = "SIGHTED", .is_uncertain = true}};
    story.losses.push_back(std::move(loss));
    story.state = "SIGHTED";
    story.measures.push_back(
        Measure("LOSS_TO_NOTICE", lost, {notified, notified}, EndOf(notified) - theft.at));
    story.measures.push_back(Measure("LOSS_TO_FIRST_USE", lost, On(use.at), use.at - theft.at));
  }

  // Two guns: what became of the one says nothing of the other.
  void TellSameSerialOtherMake() {
    const Gun stolen = NewGun({GunSort::kShotgun});
    Gun other = NewGun({GunSort::kShotgun}, Models()[stolen.model].make);
    other.serial = stolen.serial;
    stories_.reserve(kGunsMax);
    KnownStory& of_stolen = NewStory(stolen);
    KnownStory& of_other = NewStory(other);
    const Scene theft = NewScene(at_, LicensingForce());
    of_stolen.losses.push_back(TellLoss(stolen, "STOLEN", theft, of_stolen));
    of_stolen.state = "OUTSTANDING";
    of_stolen.missing = {"OUTSTANDING"};
    const Scene use = Use(other, Later(10, 300), of_other);
    const Found found = Recover(other, Later(5, 200), of_other);
    of_other.missing = {"NOT_EXAMINED", "FATE_NOT_RECORDED"};
    AddMeasure("LAST_USE_TO_RECOVERY", use, found.scene, of_other);
  }

  void TellShortenedShotgun() {
    Gun gun = NewGun({GunSort::kShotgun});
    KnownStory& story = NewStory(gun);
    const Scene theft = NewScene(at_, LicensingForce());
    const int barrel_mm = random_.Between(660, 760);
    const Day certified = DayOf(at_) - random_.Between(100, 1500);
    KnownLoss loss = TellLoss(gun, "STOLEN", theft, story,
                              {.gun = {.barrel_length_mm = barrel_mm},
                               .licensed = {"SECTION_2_SHOTGUN", certified, "certificate"}});
    story.legal_classes.push_back("SECTION_2_SHOTGUN");
    gun.shortened = true;
    std::optional<Scene> use;
    if (is_odd_) {
      use = Use(gun, Later(10, 300), story);
      loss.steps.push_back({.state = "SIGHTED"});
      AddMeasure("LOSS_TO_FIRST_USE", theft, *use, story);
    }
    const Minute found_at = Later(10, 300);
    const Found found =
        Recover(gun, found_at, story,
                {.barrel_length_mm = random_.Between(230, 420),
                 .is_confirmed = true,
                 .legal = {"SECTION_5_PROHIBITED", DayOf(found_at) + 1, "measured"}});
    story.legal_classes.push_back("SECTION_5_PROHIBITED");
    loss.steps.push_back({.state = "RECOVERED"});
    story.losses.push_back(std::move(loss));
    AddMeasure("LOSS_TO_RECOVERY", theft, found.scene, story);
    if (use.has_value()) AddMeasure("LAST_USE_TO_RECOVERY", *use, found.scene, story);
    story.alterations = {"SHORTENED", "TYPE_CHANGED"};
    story.missing = {"NOT_EXAMINED", "FATE_NOT_RECORDED"};
  }

  void TellFoundAgainAndStolenAgain() {
    const Gun gun = NewGun({GunSort::kShotgun, GunSort::kRifle});
    KnownStory& story = NewStory(gun);
    const std::uint8_t force = LicensingForce();
    const Scene mislaid = NewScene(at_, force);
    const Day notified = DayOf(at_) + random_.Between(0, 6);
    const Minute found_at = Later(10, 60);
    // The second version cancels the first.
    const SyntheticRecord report = writer_.Licensing(mislaid, "LOST", On(mislaid.at), notified,
                                                     /*quotes=*/false, gun, {});
    AskBy(report, story);
    writer_.CancelAsFound(report, DayOf(found_at));
    AddEvent(mislaid, "LOSS", "LOST", On(mislaid.at), {world_.forces[force].agency}, story);
    story.events.back().is_cancelled = true;
    story.measures.push_back(Measure("LOSS_TO_NOTICE", On(mislaid.at), {notified, notified},
                                     EndOf(notified) - mislaid.at));
    KnownLoss first;
    first.kind = "LOST";
    first.is_cancelled = true;
    first.steps = {{.state = "OUTSTANDING"}, {.state = "RETURNED", .found = DayOf(found_at)}};
    story.losses.push_back(std::move(first));

    const Scene theft = NewScene(Later(60, 600), force);
    KnownLoss loss = TellLoss(gun, "STOLEN", theft, story);
    const Scene use = Use(gun, Later(10, 300), story);
    loss.steps.push_back({.state = "SIGHTED"});
    AddMeasure("LOSS_TO_FIRST_USE", theft, use, story);
    story.state = "SIGHTED";
    if (is_odd_) {
      const Found found = Recover(gun, Later(5, 200), story);
      loss.steps.push_back({.state = "RECOVERED"});
      AddMeasure("LOSS_TO_RECOVERY", theft, found.scene, story);
      AddMeasure("LAST_USE_TO_RECOVERY", use, found.scene, story);
      story.missing = {"NOT_EXAMINED", "FATE_NOT_RECORDED"};
    } else {
      story.missing = {"OUTSTANDING"};
    }
    story.losses.push_back(std::move(loss));
  }

  // A frame in one parcel, the slide in another; the frame goes on under watch, and the gun is
  // found put together.
  void TellPartsFromTwoParcels() {
    const Gun gun = NewGun({GunSort::kPistol});
    KnownStory& story = NewStory(gun);
    const std::uint8_t force = AnyForce();
    const Scene frame = NewScene(at_, force);
    const Scene slide = NewScene(Later(2, 30), force);
    const SyntheticRecord first = writer_.Parcel(frame, "frame", gun, /*is_numbered=*/true);
    AskBy(first, story);
    const SyntheticRecord second = writer_.Parcel(slide, "slide", gun, /*is_numbered=*/false);
    writer_.NameSister(first, second);
    AddEvent(frame, "BORDER_SEIZURE", "", On(frame.at), {kBorderForce}, story);
    story.sisters.push_back({DayOf(slide.at), "slide"});
    const Minute found_at = Later(3, 200);
    if (is_odd_) {
      const Scene use = Use(gun, found_at, story);
      const Found found = Recover(gun, Later(5, 200), story);
      AddMeasure("LAST_USE_TO_RECOVERY", use, found.scene, story);
    } else {
      Recover(gun, found_at, story);
    }
    AddMeasure("SEIZURE_TO_SISTER_PARTS", frame, slide, story);
    story.missing = {"NOT_EXAMINED", "FATE_NOT_RECORDED"};
    // The frame was seized, and a gun with its number is used.
    if (is_odd_) story.missing.push_back("PART_RELEASE_NOT_RECORDED");
  }

  void TellReturnedByMistakeAndUsedAgain() {
    const Gun gun = NewGun({GunSort::kShotgun, GunSort::kRifle});
    KnownStory& story = NewStory(gun);
    const Scene theft = NewScene(at_, LicensingForce());
    KnownLoss loss = TellLoss(gun, "STOLEN", theft, story);
    std::optional<Scene> before;
    if (is_odd_) {
      before = Use(gun, Later(10, 300), story);
      loss.steps.push_back({.state = "SIGHTED"});
      AddMeasure("LOSS_TO_FIRST_USE", theft, *before, story);
    }
    const Found found = Recover(gun, Later(10, 300), story);
    loss.steps.push_back({.state = "RECOVERED"});
    AddMeasure("LOSS_TO_RECOVERY", theft, found.scene, story);
    const Scene returned = NewScene(Later(20, 100), found.scene.force);
    writer_.Police(returned, "DISPOSAL", &gun);
    AddEvent(returned, "DISPOSAL", "RETURNED", On(returned.at),
             {world_.forces[returned.force].agency}, story);
    loss.steps.push_back({.state = "RETURNED"});
    const Scene after = Use(gun, Later(10, 300), story);
    loss.steps.push_back({.state = "SIGHTED"});
    loss.contradictions = {"USED_AFTER_RETURN"};
    story.losses.push_back(std::move(loss));
    if (before.has_value()) {
      AddMeasure("FIRST_TO_LAST_USE", *before, after, story);
      AddMeasure("LAST_USE_TO_RECOVERY", *before, found.scene, story);
    }
    story.state = "SIGHTED";
    story.contradictions = {"USED_AFTER_RETURN"};
    story.missing = {"NOT_EXAMINED", "OUTSTANDING", "CLEARANCE_NOT_RECORDED"};
  }

  const World& world_;
  const std::uint64_t number_;  // of the life, among those of all kinds
  const bool is_odd_;
  Random random_;
  KnownLifeWriter writer_;
  const LifeKind kind_;
  Minute at_ = 0;  // when the last thing happened
  std::uint64_t guns_ = 0;
  std::uint64_t scenes_ = 0;
  std::vector<KnownStory> stories_;
};

}  // namespace

const char* LifeKindName(LifeKind kind) {
  switch (kind) {
    case LifeKind::kStolenUsedTwiceRecovered:
      return "stolen_used_twice_recovered";
    case LifeKind::kTheftReportedLate:
      return "theft_reported_late";
    case LifeKind::kSameSerialOtherMake:
      return "same_serial_other_make";
    case LifeKind::kShortenedShotgun:
      return "shortened_shotgun";
    case LifeKind::kFoundAgainAndStolenAgain:
      return "found_again_and_stolen_again";
    case LifeKind::kPartsFromTwoParcels:
      return "parts_from_two_parcels";
    case LifeKind::kReturnedByMistakeAndUsedAgain:
      return "returned_by_mistake_and_used_again";
  }
  return "";
}

bool CanTellKnownLives(const World& world) {
  return world.has_nabis && world.has_border_force &&
         std::any_of(world.forces.begin(), world.forces.end(),
                     [](const Force& force) { return force.has_licensing_unit; });
}

KnownLife TellKnownLife(const World& world, LifeKind kind, std::uint64_t number, Minute first_day) {
  return KnownTeller(world, kind, number, first_day).Tell();
}

std::string TextOfDay(Day day) { return DayText(day * kDay); }

}  // namespace serieslink::synth

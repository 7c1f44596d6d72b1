#include "tests/synth/story.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace serieslink::synth {
namespace {

// Kinds of lives, each as often as in a year of the United Kingdom, in tens (reference figures: see
// README.md).
enum class LifeSort : std::uint8_t {
  kCrimeWithoutGun,
  kGun,
  kLoss,
  kConsignment,
  kSurrender,
  kIntelligence,
};
struct LifeRow {
  LifeSort sort;
  std::uint32_t weight;
};
constexpr LifeRow kLives[] = {
    {LifeSort::kCrimeWithoutGun, 550}, {LifeSort::kGun, 165},      {LifeSort::kLoss, 35},
    {LifeSort::kConsignment, 50},      {LifeSort::kSurrender, 60}, {LifeSort::kIntelligence, 25},
};

// Longest series known: one pistol, 19 or 20 shootings from 2010 to 2017.
constexpr int kUsesMax = 20;
// Guns recovered without any earlier link are three in four (NABIS, fourth quarter of 2015: 305 of
// about 400 identities); of those used, the number of uses falls off with its 2.5th power, so that
// one in four is used again.
constexpr std::uint32_t kUsedPer10000 = 4000;
constexpr std::uint32_t kUseWeights[kUsesMax] = {1000000, 176777, 64150, 31250, 17889, 11340, 7714,
                                                 5524,    4115,   3162,  2492,  2005,  1641,  1364,
                                                 1148,    977,    839,   727,   635,   559};

int PickUses(Random& random) {
  std::uint32_t total = 0;
  for (const std::uint32_t weight : kUseWeights) total += weight;
  std::uint32_t at = random.Below(total);
  int uses = 1;
  for (const std::uint32_t weight : kUseWeights) {
    if (at < weight) break;
    at -= weight;
    ++uses;
  }
  return std::min(uses, kUsesMax);
}

// Every random number is drawn in a statement of its own: the order in which a compiler works out
// the operands of one is its own affair.
class Teller {
 public:
  Teller(const World& world, std::uint64_t number, Minute start)
      : world_(world), random_(world.seed, number, 0), start_(start) {
    life_.number = number;
  }

  Life Tell() {
    switch (kLives[random_.Weighted(kLives)].sort) {
      case LifeSort::kCrimeWithoutGun:
        TellCrimeWithoutGun();
        break;
      case LifeSort::kGun:
        TellGun();
        break;
      case LifeSort::kLoss:
        TellLoss();
        break;
      case LifeSort::kConsignment:
        TellConsignment();
        break;
      case LifeSort::kSurrender:
        TellSurrender();
        break;
      case LifeSort::kIntelligence:
        TellIntelligence();
        break;
    }
    return std::move(life_);
  }

 private:
  // --- What there is

  bool Falls(DirtKind kind) { return world_.rates.Falls(kind, random_); }
  bool Percent(std::uint32_t percent) { return random_.Chance(percent * 100); }
  Minute Days(int low, int high) {
    const Minute days = random_.Between(low, high) * kDay;
    return days + random_.Below(24 * 60);
  }
  // Mostly short, sometimes up to a year.
  Minute GapBetweenUses() {
    const Minute root = 1 + random_.Below(19);
    return root * root * kDay + random_.Below(24 * 60);
  }

  std::uint8_t PickForce() { return static_cast<std::uint8_t>(random_.Weighted(world_.forces)); }
  // A gun mostly stays where it is.
  std::uint8_t NearForce(std::uint8_t home) { return Percent(85) ? home : PickForce(); }

  std::uint8_t AddGun(std::uint8_t model) {
    const auto place = static_cast<std::uint8_t>(life_.guns.size());
    life_.guns.push_back(MakeGun(world_.seed, life_.number * kGunsPerLife + place, model));
    return place;
  }
  std::uint8_t AddGun(std::initializer_list<GunSort> sorts) {
    return AddGun(PickModel({sorts.begin(), sorts.size()}, random_));
  }
  const Model& ModelOf(std::uint8_t gun) const { return Models()[life_.guns[gun].model]; }

  // Gives the guns after `first` its model and the numbers that follow on its own.
  void NumberInSequence(std::uint8_t first) {
    const Gun& base = life_.guns[first];
    const char* const shape = ModelOf(first).serial_shape;
    const std::uint64_t number = NumberOfSerial(shape, base.serial);
    for (std::size_t i = first + 1u; i < life_.guns.size(); ++i) {
      Gun& gun = life_.guns[i];
      gun.model = base.model;
      gun.calibre = base.calibre;
      gun.converted = base.converted;
      gun.serial = SerialOfShape(shape, (number + i - first) % NumbersOfShape(shape));
    }
  }

  std::uint8_t AddHappening(HappeningSort sort, Minute at, std::uint8_t force) {
    const auto place = static_cast<std::uint8_t>(life_.happenings.size());
    Happening happening;
    happening.number = life_.number * kHappeningsPerLife + place;
    happening.sort = sort;
    happening.at = at;
    happening.force = force;
    happening.borough = static_cast<std::uint8_t>(
        random_.Below(static_cast<std::uint32_t>(world_.forces[force].boroughs.size())));
    life_.happenings.push_back(happening);
    return place;
  }
  Happening& At(std::uint8_t happening) { return life_.happenings[happening]; }

  // --- Who sends what

  // Adds a plan with what befalls it on its way. Its index, or kNoPlan when the life is full.
  std::uint8_t AddPlan(Plan plan) {
    if (life_.plans.size() + 4 > kPlansMax) return kNoPlan;
    const auto place = static_cast<std::uint8_t>(life_.plans.size());
    plan.id_of = place;
    plan.content_of = place;
    const bool is_finding =
        plan.sort == RecordSort::kComparison || plan.sort == RecordSort::kInferredWeapon;
    if (!is_finding && Falls(DirtKind::kLate)) {
      plan.arrival += Days(30, 720);
      Mark(DirtKind::kLate, &plan.dirt);
    }
    const bool police = plan.sort == RecordSort::kPolice;
    const bool shows_guns =
        plan.gun_count > 0 &&
        (police || plan.sort == RecordSort::kLicensingLoss || plan.sort == RecordSort::kNabisGun);
    life_.plans.push_back(plan);
    if (shows_guns && Falls(DirtKind::kCorrected)) {
      Plan corrected = plan;
      corrected.version = 2;
      corrected.arrival += Days(5, 200);
      Mark(DirtKind::kCorrected, &corrected.dirt);
      life_.plans.push_back(corrected);
    } else if (police && Falls(DirtKind::kWithdrawn)) {
      Withdraw(place);
    }
    if (police && Falls(DirtKind::kCopiedRow)) {
      Plan copy = plan;
      copy.arrival += Days(0, 60);
      copy.id_of = static_cast<std::uint8_t>(life_.plans.size());
      Mark(DirtKind::kCopiedRow, &copy.dirt);
      life_.plans.push_back(copy);
    }
    return place;
  }

  void Withdraw(std::uint8_t place) {
    Plan withdrawal = life_.plans[place];
    withdrawal.sort = RecordSort::kWithdrawal;
    withdrawal.arrival += Days(5, 200);
    withdrawal.dirt.reset();
    Mark(DirtKind::kWithdrawn, &withdrawal.dirt);
    life_.plans.push_back(withdrawal);
  }

  Plan PlanOf(RecordSort sort, std::uint8_t happening, Minute arrival) {
    Plan plan;
    plan.sort = sort;
    plan.happening = happening;
    plan.agency = At(happening).force;
    plan.arrival = arrival;
    return plan;
  }

  // Police reports of an incident: of the force whose crime it is, and now and then of another that
  // came to the same event. The report of the first.
  std::uint8_t ReportIncident(std::uint8_t happening, const Plan* with_gun) {
    Plan plan = with_gun != nullptr ? *with_gun : PlanOf(RecordSort::kPolice, happening, 0);
    plan.arrival = At(happening).at + random_.Between(1, 36) * kHour;
    const std::uint8_t report = AddPlan(plan);
    if (world_.forces.size() > 1 && Percent(8)) {
      Plan other = PlanOf(RecordSort::kPolice, happening, At(happening).at + Days(0, 3));
      const auto forces = static_cast<std::uint32_t>(world_.forces.size());
      other.agency =
          static_cast<std::uint8_t>((plan.agency + 1 + random_.Below(forces - 1)) % forces);
      AddPlan(other);
    }
    if (world_.has_nabis && At(happening).fired && Percent(30)) {
      AddPlan(PlanOf(RecordSort::kNabisEvent, happening, At(happening).at + Days(2, 10)));
    }
    return report;
  }

  // A gun that a police record shows, seized or described.
  Plan PoliceGun(std::uint8_t happening, std::uint8_t gun, std::uint8_t count = 1) {
    Plan plan = PlanOf(RecordSort::kPolice, happening, At(happening).at + Days(0, 4));
    plan.gun = gun;
    plan.gun_count = count;
    return plan;
  }

  // --- Comparisons

  void AddFinding(Plan finding, std::uint8_t first, std::uint8_t second, const char* channel,
                  const char* verdict, const char* stage) {
    finding.first = first;
    finding.second = second;
    finding.channel = channel;
    finding.verdict = verdict;
    finding.stage = stage;
    AddPlan(finding);
  }

  // An examiner compares two exhibits of one gun.
  void Confirm(std::uint8_t first, std::uint8_t second, const char* channel, Minute at) {
    if (first == kNoPlan || second == kNoPlan) return;
    const Plan base = PlanOf(RecordSort::kComparison, life_.plans[first].happening, at);
    if (Falls(DirtKind::kFindingMissing)) return;
    // One in five is reported as a lead first, and firms up in a later version.
    const char* const stage = Percent(70) ? "MICROSCOPE" : "VERIFIED";
    if (Percent(20)) {
      const auto place = static_cast<std::uint8_t>(life_.plans.size());
      AddFinding(base, first, second, channel, "LEAD", "ON_SCREEN");
      Plan firm = base;
      firm.arrival += Days(5, 40);
      const std::size_t before = life_.plans.size();
      AddFinding(firm, first, second, channel, "CONFIRMED", stage);
      if (life_.plans.size() > before && before > place) {
        life_.plans.back().id_of = place;
        life_.plans.back().version = 2;
      }
    } else {
      AddFinding(base, first, second, channel, "CONFIRMED", stage);
    }
    if (std::string_view(channel) == "CASE" && Falls(DirtKind::kFindingWrong)) {
      ConfirmWrongly(base, first);
    }
  }

  // An examiner takes another gun's cases for this one's, and mostly finds out later.
  void ConfirmWrongly(const Plan& base, std::uint8_t first) {
    Plan wrong = base;
    wrong.partner = Partner::kStranger;
    wrong.arrival += Days(1, 20);
    Mark(DirtKind::kFindingWrong, &wrong.dirt);
    const bool stands = Falls(DirtKind::kFindingWrongStands);
    if (stands) Mark(DirtKind::kFindingWrongStands, &wrong.dirt);
    const auto place = static_cast<std::uint8_t>(life_.plans.size());
    AddFinding(wrong, first, kNoPlan, "CASE", "CONFIRMED",
               Percent(50) ? "ON_SCREEN" : "MICROSCOPE");
    if (stands || life_.plans.size() == place) return;
    Plan right = base;
    right.partner = Partner::kSameStranger;
    right.arrival = wrong.arrival + Days(20, 200);
    const std::size_t before = life_.plans.size();
    AddFinding(right, first, place, "CASE", "ELIMINATED", "VERIFIED");
    // Half of the corrections are a new version of the finding, half a finding of their own.
    if (life_.plans.size() > before && Percent(50)) {
      life_.plans.back().id_of = place;
      life_.plans.back().version = 2;
    }
  }

  // --- What befalls a gun

  struct Career {
    bool number_removed = false;
    std::uint8_t last_incident = Happening::kNoHappening;
    std::uint8_t last_cases = kNoPlan;
    std::uint8_t last_bullets = kNoPlan;
    int items = 0;
  };

  void ReceiveItems(std::uint8_t gun, std::uint8_t happening, Career& career) {
    const GunSort sort = ModelOf(gun).sort;
    const bool revolver = sort == GunSort::kRevolver;
    const bool shotgun = sort == GunSort::kShotgun;
    const Minute received = At(happening).at + Days(2, 21);
    // Revolvers keep their cases, and shot is no bullet.
    if (Percent(revolver ? 15 : shotgun ? 60 : 85)) {
      Plan cases = PlanOf(RecordSort::kNabisCases, happening, received);
      cases.gun = gun;
      cases.gun_count = 1;
      const std::uint8_t place = AddPlan(cases);
      if (place != kNoPlan) {
        ++career.items;
        Confirm(place, career.last_cases, "CASE", received + Days(2, 40));
        if (Percent(35)) {
          Plan other = PlanOf(RecordSort::kComparison, happening, received + Days(2, 40));
          other.partner = Partner::kStranger;
          AddFinding(other, place, kNoPlan, "CASE", "ELIMINATED", "MICROSCOPE");
        }
        career.last_cases = place;
      }
    }
    if (!shotgun && Percent(revolver ? 75 : 45)) {
      Plan bullets = PlanOf(RecordSort::kNabisBullets, happening, received);
      bullets.gun = gun;
      bullets.gun_count = 1;
      const std::uint8_t place = AddPlan(bullets);
      if (place != kNoPlan) {
        ++career.items;
        Confirm(place, career.last_bullets, "BULLET", received + Days(2, 40));
        career.last_bullets = place;
      }
    }
  }

  void Use(std::uint8_t gun, Minute at, std::uint8_t force, Career& career) {
    const std::uint8_t happening = AddHappening(HappeningSort::kIncident, at, force);
    At(happening).fired = Percent(70);
    At(happening).flavour = static_cast<std::uint8_t>(random_.Below(kOffenceCount));
    if (!At(happening).fired && Percent(30)) {
      Plan seen = PoliceGun(happening, gun);
      seen.seen_only = true;
      ReportIncident(happening, &seen);
    } else {
      ReportIncident(happening, nullptr);
    }
    if (world_.has_nabis && At(happening).fired) ReceiveItems(gun, happening, career);
    career.last_incident = happening;
  }

  void ReceiveGun(std::uint8_t gun, std::uint8_t happening, std::uint8_t from, Minute at,
                  Career& career) {
    Plan received = PlanOf(RecordSort::kNabisGun, happening, at);
    received.gun = gun;
    received.gun_count = 1;
    received.number_removed = career.number_removed;
    received.restored = career.number_removed && Percent(35);
    if (from != kNoPlan && Falls(DirtKind::kItemLinkMissing)) {
      Mark(DirtKind::kItemLinkMissing, &received.dirt);
    } else {
      received.first = from;
    }
    const std::uint8_t place = AddPlan(received);
    if (place == kNoPlan) return;
    const auto test_fire = [&](RecordSort sort, std::uint8_t last, const char* channel) {
      Plan plan = PlanOf(sort, happening, at + Days(1, 15));
      plan.gun = gun;
      plan.gun_count = 1;
      plan.first = place;
      const std::uint8_t fired = AddPlan(plan);
      if (fired != kNoPlan) Confirm(fired, last, channel, at + Days(16, 45));
    };
    if (Percent(90)) test_fire(RecordSort::kTestFireCases, career.last_cases, "CASE");
    if (ModelOf(gun).sort != GunSort::kShotgun && Percent(70)) {
      test_fire(RecordSort::kTestFireBullets, career.last_bullets, "BULLET");
    }
  }

  // The gun is found.
  void Recover(std::uint8_t gun, Minute at, std::uint8_t force, Career& career) {
    const std::uint8_t happening = AddHappening(HappeningSort::kRecovery, at, force);
    if (career.last_incident != Happening::kNoHappening && Percent(50)) {
      At(happening).cited = career.last_incident;
    }
    Plan plan = PoliceGun(happening, gun);
    plan.number_removed = career.number_removed;
    const std::uint8_t report = AddPlan(plan);
    if (world_.has_nabis && Percent(90)) {
      ReceiveGun(gun, happening, report, at + Days(3, 30), career);
    }
    if (Percent(50)) Destroy(gun, at + Days(200, 900), force, career.number_removed);
  }

  void Destroy(std::uint8_t gun, Minute at, std::uint8_t force, bool number_removed,
               std::uint8_t count = 1) {
    const std::uint8_t happening = AddHappening(HappeningSort::kDisposal, at, force);
    Plan plan = PoliceGun(happening, gun, count);
    plan.number_removed = number_removed;
    AddPlan(plan);
  }

  // Another gun that bears the number of `gun`, found by itself.
  void TellTwins(std::uint8_t gun, Minute at) {
    const bool two_makes = Falls(DirtKind::kSerialUnderTwoMakes);
    const bool twin = Falls(DirtKind::kSerialTwin);
    const auto add = [&](std::uint8_t model, DirtKind kind) {
      if (life_.guns.size() >= kGunsPerLife) return;
      const std::uint8_t other = AddGun(model);
      life_.guns[other].serial = life_.guns[gun].serial;
      life_.guns[other].converted = life_.guns[gun].converted && model == life_.guns[gun].model;
      life_.guns[other].calibre =
          model == life_.guns[gun].model ? life_.guns[gun].calibre : Models()[model].calibre;
      const std::size_t before = life_.plans.size();
      Career career;
      const Minute found = at + Days(20, 1200);
      Recover(other, found, PickForce(), career);
      for (std::size_t i = before; i < life_.plans.size(); ++i) {
        if (ShowsNumbers(life_.plans[i])) Mark(kind, &life_.plans[i].dirt);
      }
    };
    if (two_makes) {
      std::uint8_t model = PickModel({}, random_);
      while (Models()[model].make == ModelOf(gun).make) model = PickModel({}, random_);
      add(model, DirtKind::kSerialUnderTwoMakes);
    }
    if (twin) add(life_.guns[gun].model, DirtKind::kSerialTwin);
  }

  // Uses and recovery of a gun that came into criminal hands at `at`.
  void TellCareer(std::uint8_t gun, Minute at, std::uint8_t home, int uses_max) {
    Career career;
    career.number_removed = !life_.guns[gun].serial.empty() && Falls(DirtKind::kSerialObliterated);
    const int uses = random_.Chance(kUsedPer10000) ? std::min(PickUses(random_), uses_max) : 0;
    for (int i = 0; i < uses; ++i) {
      at += GapBetweenUses();
      Use(gun, at, NearForce(home), career);
    }
    if (world_.has_nabis && career.items >= 2 && Percent(40)) {
      Plan inferred = PlanOf(RecordSort::kInferredWeapon, career.last_incident, at + Days(20, 90));
      inferred.gun = gun;
      inferred.gun_count = 1;
      AddPlan(inferred);
    }
    // A gun that was never used is known because it was found; of those used, four in ten are.
    if (uses == 0 || Percent(40)) {
      at += GapBetweenUses();
      Recover(gun, at, NearForce(home), career);
      TellTwins(gun, at);
    }
  }

  // The loss of all guns of the life so far.
  void Lose(Minute at, std::uint8_t force) {
    const std::uint8_t happening = AddHappening(HappeningSort::kLoss, at, force);
    At(happening).flavour = Percent(62) ? 1 : 0;  // stolen or lost: 274 of 439 in 2021/22
    const auto count = static_cast<std::uint8_t>(life_.guns.size());
    const bool licensed = world_.forces[force].has_licensing_unit && Percent(85);
    if (licensed) {
      Plan plan = PlanOf(RecordSort::kLicensingLoss, happening, at + Days(1, 9));
      plan.gun_count = count;
      AddPlan(plan);
    }
    if (!licensed || Percent(70)) AddPlan(PoliceGun(happening, 0, count));
    if (world_.has_nabis && Percent(25)) {
      AddPlan(PlanOf(RecordSort::kNabisEvent, happening, at + Days(3, 30)));
    }
  }

  // One gun of `sorts`, sometimes with others beside it.
  void AddLostGuns(std::initializer_list<GunSort> sorts) {
    AddGun(sorts);
    const bool sequence = Falls(DirtKind::kSerialsInSequence);
    const int more = sequence || Percent(35) ? random_.Between(1, 3) : 0;
    for (int i = 0; i < more; ++i) AddGun(sorts);
    if (sequence) NumberInSequence(0);
    if (sequence) sequence_ = true;
  }

  // --- Lives

  void TellGun() {
    const std::uint8_t home = PickForce();
    const std::uint32_t origin = random_.Below(100);
    Minute at = start_;
    if (origin < 22) {
      AddLostGuns({GunSort::kShotgun, GunSort::kRifle});
      Lose(at, home);
      at += Days(10, 500);
      if (ModelOf(0).sort == GunSort::kShotgun) life_.guns[0].shortened = Percent(60);
    } else {
      if (origin < 52) {
        AddGun({GunSort::kBlankFirer});
        life_.guns[0].converted = true;
        life_.guns[0].calibre = ConvertedCalibre(ModelOf(0));
      } else {
        // What inferred guns outstanding since 2008 were: pistol 42 per cent, revolver 22, shotgun
        // 14, sub-machine gun 3, rifle 2, the rest unknown (NABIS).
        const std::uint32_t sort = random_.Below(83);
        AddGun({sort < 42   ? GunSort::kPistol
                : sort < 64 ? GunSort::kRevolver
                : sort < 78 ? GunSort::kShotgun
                : sort < 81 ? GunSort::kSubMachineGun
                            : GunSort::kRifle});
      }
      if (Falls(DirtKind::kSerialsInSequence)) {
        const int more = random_.Between(2, 6);
        for (int i = 0; i < more; ++i) AddGun(life_.guns[0].model);
        NumberInSequence(0);
        sequence_ = true;
      }
    }
    const auto guns = static_cast<std::uint8_t>(life_.guns.size());
    TellCareer(0, at, home, kUsesMax);
    for (std::uint8_t gun = 1; gun < guns; ++gun) {
      // Of an import every gun is heard of, of a burglary one in three.
      if (origin >= 22 || Percent(33)) TellCareer(gun, at + Days(0, 400), home, 2);
    }
    MarkSequence(guns);
  }

  void TellLoss() {
    AddLostGuns({GunSort::kShotgun, GunSort::kShotgun, GunSort::kRifle});
    Lose(start_, PickForce());
    MarkSequence(static_cast<std::uint8_t>(life_.guns.size()));
  }

  // Whether it tells of guns that somebody had in hand, and could read the numbers of.
  static bool ShowsNumbers(const Plan& plan) {
    return plan.gun_count > 0 && !plan.seen_only &&
           (plan.sort == RecordSort::kPolice || plan.sort == RecordSort::kLicensingLoss ||
            plan.sort == RecordSort::kNabisGun);
  }

  // Marks the records that show guns of the life's sequence, which are its first.
  void MarkSequence(std::uint8_t guns) {
    if (!sequence_) return;
    for (Plan& plan : life_.plans) {
      if (ShowsNumbers(plan) && plan.gun < guns) Mark(DirtKind::kSerialsInSequence, &plan.dirt);
    }
  }

  void TellCrimeWithoutGun() {
    const std::uint8_t happening = AddHappening(HappeningSort::kIncident, start_, PickForce());
    At(happening).fired = Percent(4);
    At(happening).flavour = static_cast<std::uint8_t>(random_.Below(kOffenceCount));
    if (Percent(15)) {
      AddGun(PickModel({}, random_));
      Plan seen = PoliceGun(happening, 0);
      seen.seen_only = true;
      ReportIncident(happening, &seen);
    } else {
      ReportIncident(happening, nullptr);
    }
    if (Percent(5)) {
      if (life_.guns.empty()) AddGun(PickModel({}, random_));
      Sight(0, start_ + Days(5, 100), At(happening).force, happening);
    }
  }

  void Sight(std::uint8_t gun, Minute at, std::uint8_t force, std::uint8_t cited) {
    const std::uint8_t happening = AddHappening(HappeningSort::kSighting, at, force);
    At(happening).cited = cited;
    Plan seen = PoliceGun(happening, gun);
    seen.seen_only = true;
    AddPlan(seen);
  }

  void TellIntelligence() {
    AddGun(PickModel({}, random_));
    Sight(0, start_, PickForce(), Happening::kNoHappening);
  }

  void TellSurrender() {
    const int count = random_.Between(1, 3);
    for (int i = 0; i < count; ++i) {
      AddGun({GunSort::kShotgun, GunSort::kBlankFirer, GunSort::kRevolver, GunSort::kPistol});
    }
    const std::uint8_t force = PickForce();
    const std::uint8_t happening = AddHappening(HappeningSort::kSurrender, start_, force);
    const auto guns = static_cast<std::uint8_t>(count);
    const std::uint8_t report = AddPlan(PoliceGun(happening, 0, guns));
    Career career;
    if (world_.has_nabis && Percent(30)) {
      const auto gun = static_cast<std::uint8_t>(random_.Below(guns));
      ReceiveGun(gun, happening, report, start_ + Days(10, 60), career);
    }
    if (Percent(60)) Destroy(0, start_ + Days(60, 500), force, false, guns);
  }

  void TellConsignment() {
    const std::uint32_t goods = random_.Below(100);
    const std::uint8_t flavour = goods < 8    ? kGoodsGuns
                                 : goods < 30 ? kGoodsImitations
                                              : kGoodsParts;
    // Real guns and imitations come several together, parts as parts of one gun.
    const int count = flavour == kGoodsParts ? 1 : random_.Between(1, 3);
    for (int i = 0; i < count; ++i) {
      if (flavour == kGoodsImitations) {
        AddGun({GunSort::kBlankFirer});
      } else {
        AddGun({GunSort::kPistol, GunSort::kRevolver});
      }
    }
    const std::uint8_t force = PickForce();
    const auto seize = [&](Minute at, std::uint8_t sister) {
      const std::uint8_t happening = AddHappening(HappeningSort::kSeizure, at, force);
      At(happening).flavour = flavour;
      if (!world_.has_border_force) return kNoPlan;
      Plan plan = PlanOf(RecordSort::kSeizure, happening, at + Days(0, 10));
      plan.gun_count = static_cast<std::uint8_t>(count);
      plan.first = sister;
      return AddPlan(plan);
    };
    const std::uint8_t seizure = seize(start_, kNoPlan);
    if (flavour == kGoodsParts) {
      if (Percent(10)) seize(start_ + Days(1, 30), seizure);
      return;
    }
    // Police take the guns over.
    if (!Percent(flavour == kGoodsGuns ? 80 : 25)) return;
    const std::uint8_t happening =
        AddHappening(HappeningSort::kRecovery, start_ + Days(1, 5), force);
    Plan handed = PoliceGun(happening, 0, static_cast<std::uint8_t>(count));
    handed.first = seizure;
    const std::uint8_t report = AddPlan(handed);
    Career career;
    if (world_.has_nabis && Percent(60)) {
      ReceiveGun(0, happening, report, At(happening).at + Days(5, 40), career);
    }
  }

  const World& world_;
  Random random_;
  const Minute start_;
  Life life_;
  bool sequence_ = false;
};

}  // namespace

Life TellLife(const World& world, std::uint64_t number, Minute start) {
  return Teller(world, number, start).Tell();
}

}  // namespace serieslink::synth

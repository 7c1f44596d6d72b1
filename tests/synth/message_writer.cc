#include "tests/synth/message_writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/synth/gun_writer.h"

namespace serieslink::synth {
namespace {

// CRIS gave way to CONNECT at the end of February 2024.
const Minute kConnectBegins = MidnightOf(2024, 2, 27);

struct Offence {
  const char* text;
  const char* offence_class;
  const char* injury;
  const char* unit;  // of the Metropolitan Police
};
constexpr Offence kOffences[kOffenceCount] = {
    {"Attempted murder", "VIOLENCE_WITH_INJURY", "SERIOUS", "Trident"},
    {"Wounding with intent", "VIOLENCE_WITH_INJURY", "SLIGHT", "Trident"},
    {"Robbery of business property", "ROBBERY_BUSINESS", "NONE", "Flying Squad"},
    {"Robbery of personal property", "ROBBERY_PERSONAL", "NONE", ""},
    {"Possession of a firearm with intent to cause fear", "POSSESSION_OF_WEAPONS", "NONE", ""},
    {"Criminal damage to a vehicle", "CRIMINAL_DAMAGE", "NONE", "Trident"},
};

// The source id's number: of the plan that first had it.
std::uint64_t NumberOf(const World& world, const Life& life, std::uint8_t plan) {
  static_assert(kPlansMax < 256);
  return Permute(life.number * 256u + life.plans[plan].id_of, world.number_bits, world.seed);
}
int YearOfId(const Life& life, std::uint8_t plan) {
  return YearOf(life.plans[life.plans[plan].id_of].arrival);
}

bool IsNabis(RecordSort sort) {
  switch (sort) {
    case RecordSort::kPolice:
    case RecordSort::kLicensingLoss:
    case RecordSort::kSeizure:
    case RecordSort::kWithdrawal:
      return false;
    default:
      return true;
  }
}

const char* ReportTypeOf(HappeningSort sort, bool mps) {
  switch (sort) {
    case HappeningSort::kIncident:
      return mps ? "CRIME" : "INCIDENT";
    case HappeningSort::kRecovery:
    case HappeningSort::kSeizure:
      return "RECOVERY";
    case HappeningSort::kSurrender:
      return "SURRENDER";
    case HappeningSort::kLoss:
      return "LOSS";
    case HappeningSort::kDisposal:
      return "DISPOSAL";
    case HappeningSort::kSighting:
      return "INTELLIGENCE";
  }
  return "";
}

// Writes one record.
class Writer {
 public:
  Writer(const World& world, const Life& life, std::uint8_t place, const std::string& stranger,
         SyntheticRecord* record)
      : world_(world),
        life_(life),
        plan_(life.plans[place]),
        content_(life.plans[plan_.content_of]),
        happening_(life.happenings[plan_.happening]),
        force_(world.forces[plan_.agency]),
        place_(place),
        stranger_(stranger),
        // One content has one sequence: a copied row says what the row before says.
        random_(world.seed, life.number, 1000u + plan_.content_of),
        record_(*record),
        dirt_(world.rates, Has(DirtKind::kCorrected, plan_.dirt), &random_, &record->dirt,
              &record->counts) {}

  void Write() {
    const SourceName name = NameOf(world_, life_, place_);
    record_.agency = name.agency;
    record_.system = name.system;
    record_.source_id = name.id;
    record_.version = plan_.version;
    record_.arrival = plan_.arrival;
    record_.dirt = plan_.dirt;
    record_.is_withdrawal = plan_.sort == RecordSort::kWithdrawal;
    switch (plan_.sort) {
      case RecordSort::kPolice:
        if (std::string_view(force_.agency) == kMps) {
          WriteMps();
        } else {
          WriteForce();
        }
        break;
      case RecordSort::kLicensingLoss:
        WriteLicensing();
        break;
      case RecordSort::kSeizure:
        WriteSeizure();
        break;
      case RecordSort::kWithdrawal:
        record_.feed = std::string_view(force_.agency) == kMps ? "mps" : "force";
        break;
      default:
        WriteNabis();
    }
  }

 private:
  // --- What most records say

  std::string OccurredText(bool to_the_minute) {
    Minute at = happening_.at;
    if (dirt_.Falls(DirtKind::kDateWrong)) {
      return DayText(at - random_.Between(1, 9) * kDay);
    }
    if (dirt_.Falls(DirtKind::kDateVague)) {
      if (random_.Chance(5000)) return MonthText(at);
      return absl::StrCat(DayText(at - kDay), "/", DayText(at));
    }
    return to_the_minute ? MinuteText(at) : DayText(at);
  }
  std::string RecordedText() const { return DayText(content_.arrival); }

  std::uint64_t NumberOfReference(std::uint64_t happening) {
    const std::uint64_t number = Permute(happening, world_.number_bits, world_.seed + 1);
    if (!dirt_.Falls(DirtKind::kReferenceTyping)) return number;
    static constexpr std::uint64_t kPlaces[] = {1, 10, 100, 1000};
    const std::uint64_t place = random_.Any(kPlaces);
    return number + place * (1 + random_.Below(8));
  }
  // The reference of a happening as `force`, whose crime it is, writes it; empty where it was left
  // out.
  std::string Reference(const Happening& happening, bool named) {
    if (dirt_.Falls(DirtKind::kReferenceMissing)) return {};
    const std::uint64_t number = NumberOfReference(happening.number);
    const Force& force = world_.forces[happening.force];
    const int year = YearOf(happening.at);
    return named ? NamedReference(force, number, year) : OwnReference(force, number, year);
  }
  // The happening whose reference goes with an item of this one: the Metropolitan Police list what
  // they find under the crime that they look into.
  const Happening& Referred() const {
    const bool cites = happening_.cited != Happening::kNoHappening &&
                       std::string_view(world_.forces[happening_.force].agency) == kMps;
    return cites ? life_.happenings[happening_.cited] : happening_;
  }

  void WritePlace(feed::v1::PlaceEntry* place) {
    const Force& force = world_.forces[happening_.force];
    std::size_t borough = happening_.borough;
    const auto boroughs = static_cast<std::uint32_t>(force.boroughs.size());
    if (boroughs > 1 && dirt_.Falls(DirtKind::kPlaceConflicting)) {
      borough = (borough + 1 + random_.Below(boroughs - 1)) % boroughs;
    }
    place->set_borough_code(force.boroughs[borough].gss_code);
    place->set_locality(force.boroughs[borough].name);
    place->set_kind(KindOfPlace());
    // The area that the place lies in; the trains run in the Metropolitan Police's.
    place->set_police_force(std::string_view(force.agency) == kBtp ? kMps : force.agency);
  }

  // One of `items`: the same in every record of a happening, as they tell of one thing.
  template <std::size_t kSize>
  const char* OfHappening(std::uint64_t part, const char* const (&items)[kSize]) const {
    return Random(world_.seed + 2, happening_.number, part).Any(items);
  }

  const char* KindOfPlace() const {
    static constexpr const char* kOfIncidents[] = {"street", "dwelling", "shop", "car park",
                                                   "licensed premises"};
    static constexpr const char* kOfFinds[] = {"dwelling", "vehicle", "street", "outbuilding"};
    switch (happening_.sort) {
      case HappeningSort::kIncident:
      case HappeningSort::kSighting:
        return OfHappening(0, kOfIncidents);
      case HappeningSort::kRecovery:
      case HappeningSort::kLoss:
        return OfHappening(0, kOfFinds);
      case HappeningSort::kSurrender:
        return "police station";
      case HappeningSort::kDisposal:
        return "property store";
      case HappeningSort::kSeizure:
        return "port";
    }
    return "street";
  }

  void WriteShots(feed::v1::ShotsEntry* shots) {
    shots->set_fired(happening_.fired ? "Y" : "N");
    if (!happening_.fired) return;
    shots->set_lethal_barrelled("Y");
    static constexpr const char* kTargets[] = {"PERSON", "PROPERTY", "VEHICLE"};
    shots->add_at(OfHappening(1, kTargets));
    shots->set_count(Random(world_.seed + 2, happening_.number, 2).Between(1, 9));
  }

  void WriteOffence(feed::v1::OffenceEntry* offence) {
    const Offence& what = kOffences[happening_.flavour];
    offence->set_text(what.text);
    offence->set_offence_class(what.offence_class);
    offence->set_status("LIVE");
    offence->set_recorded(RecordedText());
  }

  void WriteMarking(feed::v1::MarkingEntry* marking) {
    // Half of all intelligence stays with its owner, graded; of other records three in a hundred.
    // In a world without dirt everybody sees everything.
    const bool intelligence = happening_.sort == HappeningSort::kSighting;
    const bool withheld = random_.Chance(intelligence ? 5000 : 300);
    marking->set_visibility(withheld && world_.rates.level() != DirtLevel::kNone ? "OWNER"
                                                                                 : "OPEN");
    if (!intelligence) return;
    static constexpr const char* kSources[] = {"1", "2", "2", "3"};
    static constexpr const char* kInformation[] = {"A", "B", "C", "D"};
    marking->set_grading_scheme("3X5X2");
    marking->set_source_grade(random_.Any(kSources));
    marking->set_information_grade(random_.Any(kInformation));
    marking->set_handling_code("P");
  }

  std::string ExhibitMark() {
    std::string mark;
    for (int i = 0; i < 3; ++i) mark.push_back(static_cast<char>('A' + random_.Below(26)));
    absl::StrAppend(&mark, "/", random_.Between(1, 12));
    return mark;
  }

  // --- Guns and items

  Sight SightOf(bool examined) const {
    return {.seen_only = plan_.seen_only,
            .number_removed = plan_.number_removed,
            .restored = plan_.restored,
            .examined = examined};
  }
  static std::string ReferenceOfGun(int gun) { return absl::StrCat("G", gun + 1); }

  template <typename Message>
  void WriteGuns(Message* message) {
    for (int i = 0; i < plan_.gun_count; ++i) {
      const int at = plan_.gun + i;
      Gun gun = life_.guns[static_cast<std::size_t>(at)];
      // Its thief saws it off.
      if (happening_.sort == HappeningSort::kLoss) gun.shortened = false;
      feed::v1::GunEntry* entry = message->add_guns();
      entry->set_reference(ReferenceOfGun(at));
      WriteGun(gun, SightOf(false), dirt_, entry);
      if (plan_.sort == RecordSort::kPolice && !plan_.seen_only &&
          happening_.sort != HappeningSort::kLoss) {
        entry->set_exhibit_mark(ExhibitMark());
      }
      // Guns that Border Force handed over.
      if (plan_.sort == RecordSort::kPolice && plan_.first != kNoPlan) {
        *entry->add_same_items() = NameOfEnd(plan_.first, ReferenceOfGun(at));
      }
      record_.exhibits.push_back(
          {entry->reference(), gun.number, gun.serial, gun.model, gun.calibre});
    }
  }

  template <typename Message>
  void WriteAmmunition(Message* message) {
    if (happening_.sort != HappeningSort::kRecovery || !random_.Chance(2000)) return;
    feed::v1::ItemEntry* item = message->add_items();
    item->set_reference("A1");
    item->set_kind("AMMUNITION_LOT");
    item->set_quantity(random_.Between(1, 40));
    item->set_calibre(Calibres()[life_.guns[plan_.gun].calibre].notations[0]);
    record_.exhibits.push_back({"A1", std::nullopt, ""});
  }

  type::v1::SourceReference NameOfEnd(std::uint8_t plan, std::string reference = {}) const {
    SourceName name = NameOf(world_, life_, plan);
    type::v1::SourceReference end;
    if (std::string_view(name.agency) != record_.agency) {
      end.set_agency(name.agency);
      end.set_source_system(name.system);
    }
    end.set_source_id(std::move(name.id));
    end.set_exhibit_reference(std::move(reference));
    return end;
  }

  // --- Police

  // What the reports of all forces have in common, but for the names of fields.
  template <typename Message>
  void WriteReport(Message* message) {
    message->set_reported(MinuteText(std::min(content_.arrival, happening_.at + 4 * kHour)));
    if (Has(DirtKind::kLate, content_.dirt)) message->set_reported(RecordedText());
    message->set_recorded(RecordedText());
    if (happening_.sort == HappeningSort::kIncident) {
      WriteShots(message->mutable_shots());
      message->set_injury(happening_.fired ? kOffences[happening_.flavour].injury : "NONE");
    }
    switch (happening_.sort) {
      case HappeningSort::kRecovery: {
        static constexpr const char* kHow[] = {"search warrant", "stop and search",
                                               "found by a member of the public", "vehicle stop"};
        message->set_circumstances(plan_.first != kNoPlan ? "handed over by Border Force"
                                                          : OfHappening(3, kHow));
        message->set_criminal_circumstances("Y");
        break;
      }
      case HappeningSort::kSurrender:
        message->set_campaign("firearms surrender");
        break;
      case HappeningSort::kLoss:
        message->set_loss_kind(happening_.flavour == 1 ? "STOLEN" : "LOST");
        break;
      case HappeningSort::kDisposal:
        message->set_disposal_kind("DESTROYED");
        message->set_disposal_authority("property store");
        break;
      default:
        break;
    }
    WriteGuns(message);
    WriteAmmunition(message);
    WriteMarking(message->mutable_marking());
    record_.event = happening_.number;
  }

  void WriteMps() {
    record_.feed = "mps";
    feed::v1::MpsReport* report = record_.message.mutable_mps();
    report->set_system(record_.system);
    report->set_report_number(record_.source_id);
    report->set_version(plan_.version);
    report->set_report_type(ReportTypeOf(happening_.sort, true));
    const bool own = world_.forces[happening_.force].agency == force_.agency;
    if (own) {
      report->set_crime_number(Reference(Referred(), false));
    } else if (std::string other = Reference(happening_, true); !other.empty()) {
      report->add_other_references(std::move(other));
    }
    report->set_committed(OccurredText(true));
    WritePlace(report->mutable_venue());
    if (happening_.sort == HappeningSort::kIncident) {
      WriteOffence(report->add_classifications());
      report->add_firearm_features(happening_.fired ? "FIRED" : "THREAT");
      if (const char* const unit = kOffences[happening_.flavour].unit; *unit != '\0') {
        report->mutable_inquiry()->set_owning_unit(unit);
      }
    }
    WriteReport(report);
  }

  void WriteForce() {
    record_.feed = "force";
    feed::v1::ForceRecord* report = record_.message.mutable_force();
    report->set_system(record_.system);
    report->set_record_id(record_.source_id);
    report->set_version(plan_.version);
    report->set_record_type(ReportTypeOf(happening_.sort, false));
    const bool own = world_.forces[happening_.force].agency == force_.agency;
    if (std::string reference = Reference(happening_, !own); !reference.empty()) {
      (own ? report->add_crime_references() : report->add_other_references())
          ->assign(std::move(reference));
    }
    if (own && happening_.cited != Happening::kNoHappening) {
      const Happening& cited = life_.happenings[happening_.cited];
      if (std::string reference = Reference(cited, true); !reference.empty()) {
        report->add_inquiry_references(std::move(reference));
      }
    }
    report->set_occurred(OccurredText(true));
    WritePlace(report->mutable_place());
    if (happening_.sort == HappeningSort::kIncident) {
      WriteOffence(report->add_offences());
      report->add_firearm_uses(happening_.fired ? "FIRED" : "THREAT");
    }
    WriteReport(report);
  }

  void WriteLicensing() {
    record_.feed = "licensing";
    feed::v1::LicensingLoss* loss = record_.message.mutable_licensing();
    loss->set_system(record_.system);
    loss->set_report_id(record_.source_id);
    loss->set_version(plan_.version);
    loss->set_loss_kind(happening_.flavour == 1 ? "STOLEN" : "LOST");
    // From when they were last seen to when they were missed.
    loss->set_lost(absl::StrCat(DayText(happening_.at - random_.Between(0, 20) * kDay), "/",
                                DayText(happening_.at)));
    loss->set_notified(RecordedText());
    loss->set_recorded(RecordedText());
    WritePlace(loss->mutable_place());
    static constexpr const char* kPlaces[] = {"dwelling", "vehicle", "outbuilding", "in transit"};
    loss->set_place_kind(random_.Any(kPlaces));
    loss->set_holder_kind(random_.Chance(9000) ? "PRIVATE" : "DEALER");
    loss->set_certificate_kind(random_.Chance(7700) ? "SHOTGUN" : "FIREARM");
    loss->set_certificate_force(force_.agency);
    loss->set_certificate_token(
        absl::StrCat("c-", absl::Hex(Mix(world_.seed + happening_.number) >> 32)));
    loss->set_holder_token(
        absl::StrCat("h-", absl::Hex(Mix(world_.seed + happening_.number) & 0xFFFFFFFF)));
    if (std::string reference = Reference(happening_, true); !reference.empty()) {
      loss->add_crime_references(std::move(reference));
    }
    WriteGuns(loss);
    WriteMarking(loss->mutable_marking());
    record_.event = happening_.number;
  }

  // --- Border Force

  void WriteSeizure() {
    record_.feed = "border_force";
    feed::v1::BorderForceSeizure* seizure = record_.message.mutable_border_force();
    seizure->set_system(record_.system);
    seizure->set_seizure_number(record_.source_id);
    seizure->set_version(plan_.version);
    seizure->set_seized(DayText(happening_.at));
    seizure->set_recorded(RecordedText());
    struct Route {
      const char* mode;
      const char* port;
      const char* detection;
    };
    static constexpr Route kRoutes[] = {{"POST", "GBLHR", "X-ray"},
                                        {"FAST_PARCEL", "GBEMA", "profile"},
                                        {"FAST_PARCEL", "GBLGW", "X-ray"},
                                        {"RORO", "GBDVR", "dog"},
                                        {"SEA_FREIGHT", "GBFXT", "scanner"}};
    const Route& route = random_.Any(kRoutes);
    seizure->set_mode(route.mode);
    seizure->set_port_code(route.port);
    seizure->set_detection_method(route.detection);
    static constexpr const char* kOrigins[] = {"TR", "US", "CZ", "SK", "DE", "NL", "BG", "LT"};
    seizure->set_declared_origin(random_.Any(kOrigins));
    if (random_.Chance(6000)) seizure->set_true_origin(random_.Any(kOrigins));
    seizure->set_consignment_id(
        absl::StrCat("RR", absl::Hex(Mix(world_.seed + happening_.number), absl::kZeroPad9)));
    seizure->set_destination(world_.forces[happening_.force].boroughs[happening_.borough].name);
    if (plan_.first != kNoPlan) *seizure->add_sister_seizures() = NameOfEnd(plan_.first);
    if (happening_.flavour == kGoodsParts) {
      feed::v1::ItemEntry* item = seizure->add_items();
      item->set_reference("P1");
      WritePart(life_.guns[0], dirt_, item);
      record_.exhibits.push_back({"P1", life_.guns[0].number, life_.guns[0].serial});
    } else {
      WriteGuns(seizure);
    }
    WriteMarking(seizure->mutable_marking());
    record_.event = happening_.number;
  }

  // --- NABIS

  void WriteNabis() {
    record_.feed = "nabis";
    feed::v1::NabisEntry* entry = record_.message.mutable_nabis();
    entry->set_system(record_.system);
    entry->set_entry_id(record_.source_id);
    entry->set_version(plan_.version);
    switch (plan_.sort) {
      case RecordSort::kNabisEvent:
        WriteNabisEvent(entry->mutable_event());
        break;
      case RecordSort::kComparison:
        WriteComparison(entry->mutable_comparison());
        break;
      case RecordSort::kInferredWeapon:
        WriteInferredWeapon(entry->mutable_inferred_weapon());
        break;
      default:
        WriteExhibit(entry->mutable_exhibit());
    }
    WriteMarking(entry->mutable_marking());
  }

  void WriteNabisEvent(feed::v1::NabisEvent* event) {
    event->set_event_type(happening_.sort == HappeningSort::kLoss ? "LOSS" : "INCIDENT");
    if (std::string reference = Reference(happening_, true); !reference.empty()) {
      event->add_crime_references(std::move(reference));
    }
    event->set_occurred(OccurredText(false));
    WritePlace(event->mutable_place());
    if (happening_.sort == HappeningSort::kIncident) WriteShots(event->mutable_shots());
    record_.event = happening_.number;
  }

  void WriteExhibit(feed::v1::NabisExhibit* exhibit) {
    const Gun& gun = life_.guns[plan_.gun];
    record_.exhibits.push_back({"", gun.number, gun.serial, gun.model, gun.calibre});
    const bool cases =
        plan_.sort == RecordSort::kNabisCases || plan_.sort == RecordSort::kTestFireCases;
    const bool test_fire =
        plan_.sort == RecordSort::kTestFireCases || plan_.sort == RecordSort::kTestFireBullets;
    const std::string received = DayText(content_.arrival - kDay);
    exhibit->set_received(received);
    exhibit->set_examined(DayText(content_.arrival));
    exhibit->set_stage("MICROSCOPE");
    if (test_fire) {
      exhibit->set_exhibit_type(cases ? "TEST_FIRE_CASES" : "TEST_FIRE_BULLETS");
      *exhibit->mutable_test_fire_of() = NameOfEnd(plan_.first);
      exhibit->set_test_fired(received);
      return;
    }
    if (plan_.sort == RecordSort::kNabisGun) {
      exhibit->set_exhibit_type("GUN");
      exhibit->set_found_at(happening_.sort == HappeningSort::kSurrender ? "SURRENDER"
                                                                         : "RECOVERY");
      WriteGun(gun, SightOf(true), dirt_, exhibit->mutable_gun());
      if (plan_.first != kNoPlan) {
        *exhibit->add_same_items() = NameOfEnd(plan_.first, ReferenceOfGun(plan_.gun));
      }
    } else {
      exhibit->set_exhibit_type(cases ? "CASE_GROUP" : "BULLET_GROUP");
      exhibit->set_found_at("INCIDENT");
      WriteFired(gun, !cases, dirt_, exhibit->mutable_item());
      WritePossibleTypes(gun, exhibit->mutable_possible_types());
    }
    exhibit->set_police_exhibit_mark(ExhibitMark());
    if (std::string reference = Reference(Referred(), true); !reference.empty()) {
      exhibit->add_crime_references(std::move(reference));
    }
    exhibit->set_occurred(OccurredText(false));
    WritePlace(exhibit->mutable_place());
    record_.event = happening_.number;
  }

  void WriteComparison(feed::v1::NabisComparison* comparison) {
    comparison->mutable_first()->set_source_id(NameOf(world_, life_, plan_.first).id);
    comparison->mutable_second()->set_source_id(
        plan_.partner == Partner::kOwn ? NameOf(world_, life_, plan_.second).id : stranger_);
    comparison->set_channel(plan_.channel);
    comparison->set_verdict(plan_.verdict);
    comparison->set_basis("EXAMINER");
    comparison->set_stage(plan_.stage);
    comparison->set_examined(DayText(plan_.arrival));
    comparison->set_examiner_token(absl::StrCat("NB-", random_.Between(10, 40)));
  }

  void WriteInferredWeapon(feed::v1::NabisInferredWeapon* weapon) {
    weapon->set_label(absl::StrCat("Inferred weapon ", record_.source_id));
    for (std::size_t i = 0; i < life_.plans.size(); ++i) {
      const Plan& plan = life_.plans[i];
      const bool item =
          plan.sort == RecordSort::kNabisCases || plan.sort == RecordSort::kNabisBullets;
      if (!item || plan.gun != plan_.gun || plan.arrival > plan_.arrival) continue;
      weapon->add_members()->set_source_id(NameOf(world_, life_, static_cast<std::uint8_t>(i)).id);
    }
    // All came later: then the label names the last of them.
    if (weapon->members().empty()) {
      for (std::size_t i = 0; i < life_.plans.size() && weapon->members().empty(); ++i) {
        if (life_.plans[i].sort == RecordSort::kNabisCases ||
            life_.plans[i].sort == RecordSort::kNabisBullets) {
          weapon->add_members()->set_source_id(
              NameOf(world_, life_, static_cast<std::uint8_t>(i)).id);
        }
      }
    }
    WritePossibleTypes(life_.guns[plan_.gun], weapon->mutable_possible_types());
  }

  const World& world_;
  const Life& life_;
  const Plan& plan_;
  const Plan& content_;
  const Happening& happening_;
  const Force& force_;
  const std::uint8_t place_;
  const std::string& stranger_;
  Random random_;
  SyntheticRecord& record_;
  DirtFall dirt_;
};

}  // namespace

SourceName NameOf(const World& world, const Life& life, std::uint8_t place) {
  const Plan& plan = life.plans[place];
  const std::uint64_t number = NumberOf(world, life, place);
  const auto year = absl::Dec(YearOfId(life, place) % 100, absl::kZeroPad2);
  const Force& force = world.forces[plan.agency];
  if (IsNabis(plan.sort)) {
    const char* const letters = plan.sort == RecordSort::kComparison       ? "CMP~"
                                : plan.sort == RecordSort::kNabisEvent     ? "EV~"
                                : plan.sort == RecordSort::kInferredWeapon ? "IW~"
                                                                           : "EX~";
    return {kNabis, "NABIS", absl::StrCat(letters, year, "-", number)};
  }
  if (plan.sort == RecordSort::kSeizure) {
    return {kBorderForce, "SEIZURES", absl::StrCat("BF/", year, "/", number)};
  }
  if (plan.sort == RecordSort::kLicensingLoss) {
    return {force.agency, "NFLMS",
            absl::StrCat(absl::AsciiStrToUpper(force.agency), "-L-", year, "-", number)};
  }
  if (std::string_view(force.agency) == kMps) {
    const bool connect = life.plans[plan.id_of].arrival >= kConnectBegins;
    return {force.agency, connect ? "CONNECT" : force.system,
            absl::StrCat(number, "/", year, "-R")};
  }
  return {force.agency, force.system, absl::StrCat(year, absl::Dec(number, absl::kZeroPad9))};
}

void WriteRecord(const World& world, const Life& life, std::uint8_t plan,
                 const std::string& stranger, SyntheticRecord* record) {
  record->message.Clear();
  record->event.reset();
  record->exhibits.clear();
  record->counts = {};
  Writer(world, life, plan, stranger, record).Write();
}

}  // namespace serieslink::synth

#include "tests/property/linkage_evidence.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "tests/property/rule_numbers.h"

namespace serieslink {
namespace {

using linkage::Basis;
using linkage::Channel;
using linkage::EventKind;
using linkage::ExhibitFacts;
using linkage::ExhibitKind;
using linkage::RecordEventFacts;
using linkage::Relation;
using linkage::SerialFact;
using linkage::SerialPart;
using linkage::Stage;
using linkage::Statement;
using linkage::TimeInterval;
using linkage::Verdict;

// Numbers of mt19937_64 are the same everywhere; those of the standard distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  int Below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
  bool Percent(int p) { return Below(100) < p; }
  std::uint64_t Bits() { return engine_(); }
  template <typename T>
  const T& Of(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(Below(static_cast<int>(items.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

struct Calibres {
  std::uint16_t nine = linkage::ReadCalibre("9x19");
  std::uint16_t nine_class = linkage::ReadCalibre("9 mm class");
  std::uint16_t forty = linkage::ReadCalibre(".40 S&W");
};
const Calibres& TheCalibres() {
  static const Calibres calibres;
  return calibres;
}

// Types that are the same, that fit and that differ, and none, by the exhibit's id.
linkage::TypeSet TypesFor(std::uint64_t public_id) {
  static const auto* const types = new std::vector<linkage::TypeSet>{
      0, linkage::ReadTypes("PISTOL"), linkage::ReadTypes("PISTOL"), linkage::ReadTypes("handgun"),
      linkage::ReadTypes("SHOTGUN_LONG")};
  return (*types)[public_id % types->size()];
}

// A physical gun that exhibits stand for.
struct Gun {
  std::uint64_t make = 0;
  std::uint16_t calibre = 0;
  std::string serial;
};

class Generator {
 public:
  Generator(std::uint64_t seed, const EvidenceShape& shape)
      : dice_(seed), issue_dice_(seed ^ 0x1550ED), shape_(shape) {}

  std::vector<RecordEvidence> Run() {
    for (int g = 0; g < shape_.guns; ++g) guns_.push_back(MakeGun(g));
    for (int r = 0; r < shape_.records; ++r) records_.push_back(MakeRecord());
    for (RecordEvidence& record : records_) PlaceAtEvents(&record);
    AddTestFires();
    for (int s = 0; s < shape_.statements; ++s) AddStatement();
    SayWhatIsPoliceIssue();
    for (int pair = 0; pair < std::min(3, shape_.statements); ++pair) AddWordsOfAnalysts();
    return std::move(records_);
  }

 private:
  std::uint64_t NewId() {
    while (true) {
      const std::uint64_t id = dice_.Bits() >> 4;
      if (id != 0 && ids_.insert(id).second) return id;
    }
  }

  Gun MakeGun(int number) {
    Gun gun;
    gun.make = linkage::ReadMake(dice_.Percent(60) ? "Glock" : "Taurus").key;
    gun.calibre = dice_.Percent(60) ? TheCalibres().nine : TheCalibres().forty;
    // Few numbers, so that different guns share some; short ones among them.
    const int shared = dice_.Percent(70) ? number : dice_.Below(shape_.guns);
    gun.serial = absl::StrCat(shared % 3 == 2 ? "K" : "KRT", 10 + shared, "41").substr(0, 9);
    return gun;
  }

  RecordEvidence MakeRecord() {
    RecordEvidence record;
    record.public_id = NewId();
    record.event = MakeEvent(record.public_id);
    const int count = dice_.Percent(70) ? 1 : 2 + dice_.Below(2);
    int guns_in_hand = 0;
    for (int i = 0; i < count; ++i) {
      record.exhibits.push_back(MakeExhibit());
      guns_in_hand += record.exhibits.back().kind == ExhibitKind::kGun ? 1 : 0;
    }
    for (ExhibitFacts& e : record.exhibits) {
      if (guns_in_hand > 1 && e.kind == ExhibitKind::kGun) e.apart_key = record.public_id;
    }
    return record;
  }

  ExhibitFacts MakeExhibit() {
    static const std::vector<ExhibitKind> kKinds = {
        ExhibitKind::kGun,          ExhibitKind::kGun,         ExhibitKind::kGun,
        ExhibitKind::kCaseGroup,    ExhibitKind::kBulletGroup, ExhibitKind::kDescribedGun,
        ExhibitKind::kGunPart,      ExhibitKind::kSightedGun,  ExhibitKind::kUnspecified,
        ExhibitKind::kAmmunitionLot};
    ExhibitFacts e;
    e.public_id = NewId();
    e.kind = dice_.Of(kKinds);
    const int gun_number = dice_.Below(shape_.guns);
    gun_of_[e.public_id] = gun_number;
    const Gun& gun = guns_[static_cast<std::size_t>(gun_number)];
    e.make = dice_.Percent(70) ? gun.make : static_cast<std::uint64_t>(dice_.Below(2));
    e.calibre = dice_.Percent(60)   ? gun.calibre
                : dice_.Percent(50) ? TheCalibres().nine_class
                                    : static_cast<std::uint16_t>(dice_.Below(2));
    if (dice_.Percent(60)) e.model = linkage::ModelKey(dice_.Percent(70) ? "17" : "19");
    e.types = TypesFor(e.public_id);
    const int numbers = dice_.Percent(75) ? 1 : dice_.Below(3);
    for (int i = 0; i < numbers; ++i)
      e.serials.push_back(MakeSerial(i == 0 ? gun : dice_.Of(guns_)));
    if (e.kind == ExhibitKind::kGunPart) SayWhichPart(&e);
    if (e.kind == ExhibitKind::kGun && dice_.Percent(50)) {
      e.custody = std::make_shared<const linkage::CustodyAccount>(MakeCustody());
    }
    return e;
  }

  // Of two kinds, or not said which; some of their numbers are on a part that has no name. By the
  // exhibit's id, so that a seed means the same evidence otherwise.
  static void SayWhichPart(ExhibitFacts* part) {
    static constexpr std::uint64_t kKinds[] = {11, 11, 11, 12, 0};
    part->part_kind = kKinds[part->public_id / 5 % std::size(kKinds)];
    for (std::size_t i = 0; i < part->serials.size(); ++i) {
      if ((part->public_id / 25 + i) % 3 == 0) part->serials[i].part = SerialPart::kOther;
    }
  }

  // Few holders and moments, so that times meet, touch and lie within each other.
  linkage::CustodyAccount MakeCustody() {
    const auto somebody = [this] { return 1 + static_cast<std::uint64_t>(dice_.Below(5)); };
    linkage::CustodyAccount account;
    account.teller = 100 + somebody();
    const int entries = 1 + dice_.Below(2);
    for (int i = 0; i < entries; ++i) {
      linkage::CustodyFact& fact = account.held.emplace_back();
      fact.holder = somebody();
      fact.is_laboratory = dice_.Percent(10);
      fact.from_s = dice_.Below(10);
      fact.until_s =
          dice_.Percent(20) ? TimeInterval::kUnknownLatest : fact.from_s + dice_.Below(6);
      fact.until_latest_s = fact.until_s;
      account.parties.push_back(fact.holder);
      if (dice_.Percent(20)) {
        account.parties.push_back(dice_.Percent(50) ? somebody() : 100 + somebody());
      }
    }
    if (dice_.Percent(25)) account.references.push_back(7000 + somebody());
    return account;
  }

  SerialFact MakeSerial(const Gun& gun) {
    SerialFact serial;
    // The number, or one that is taken for it.
    const std::string read =
        dice_.Percent(80) ? gun.serial : absl::StrReplaceAll(gun.serial, {{"1", "I"}});
    serial.key = linkage::SerialKey(read);
    serial.likeness = linkage::SerialKey(gun.serial);
    serial.length = static_cast<std::uint8_t>(gun.serial.size());
    static const std::vector<SerialPart> kParts = {SerialPart::kUnspecified, SerialPart::kFrame,
                                                   SerialPart::kReceiver, SerialPart::kSlide,
                                                   SerialPart::kBarrel};
    serial.part = dice_.Of(kParts);
    serial.doubtful = dice_.Percent(15);
    if (dice_.Percent(80)) return serial;
    // A slip, a lost end, or characters not read.
    std::string text = gun.serial;
    switch (dice_.Below(4)) {
      case 0:
        text[static_cast<std::size_t>(dice_.Below(static_cast<int>(text.size())))] = '7';
        break;
      case 1:
        text.erase(static_cast<std::size_t>(dice_.Below(static_cast<int>(text.size()))), 1);
        break;
      case 2:
        text.resize(text.size() - 1);
        break;
      default:
        text[static_cast<std::size_t>(dice_.Below(static_cast<int>(text.size())))] = '?';
        serial.partial = true;
    }
    serial.key = linkage::SerialKey(text);
    serial.likeness = serial.partial ? 0 : serial.key;
    serial.length = static_cast<std::uint8_t>(text.size());
    return serial;
  }

  // Seconds stand for anything here; few of them, so that times meet.
  TimeInterval MakeInterval(int span) {
    TimeInterval t;
    if (dice_.Percent(10)) return t;
    t.earliest_s = dice_.Below(span);
    t.latest_s = t.earliest_s + (dice_.Percent(60) ? 0 : dice_.Below(span / 3 + 1));
    if (dice_.Percent(5)) t.earliest_s = TimeInterval::kUnknownEarliest;
    if (dice_.Percent(5)) t.latest_s = TimeInterval::kUnknownLatest;
    return t;
  }

  RecordEventFacts MakeEvent(std::uint64_t public_id) {
    static const std::vector<EventKind> kKinds = {
        EventKind::kIncident, EventKind::kIncident,  EventKind::kIncident,   EventKind::kRecovery,
        EventKind::kLoss,     EventKind::kSurrender, EventKind::kUnspecified};
    RecordEventFacts event;
    event.public_id = public_id;
    event.kind = dice_.Of(kKinds);
    event.occurred = MakeInterval(12);
    event.borough = static_cast<std::uint64_t>(dice_.Percent(60) ? 0 : 1 + dice_.Below(2));
    event.force_area = static_cast<std::uint64_t>(dice_.Percent(80) ? 0 : 1 + dice_.Below(2));
    if (dice_.Percent(5)) event.force_area = linkage::PlaceKey("btp");
    const int references = dice_.Below(3);
    for (int i = 0; i < references; ++i) event.references.push_back(MakeReference());
    if (dice_.Percent(20)) event.cited_references.push_back(MakeReference());
    // Few ids, so that some are of a record that is here, and some are named by several.
    event.source = kSources + next_source_++;
    while (dice_.Percent(15)) {
      event.former_sources.push_back(kSources +
                                     static_cast<std::uint64_t>(dice_.Below(shape_.records + 2)));
    }
    for (auto* const sources : {&event.spent_item_sources, &event.other_item_sources}) {
      while (dice_.Percent(12)) {
        sources->push_back(kSources + static_cast<std::uint64_t>(dice_.Below(shape_.records + 2)));
      }
    }
    return event;
  }

  // 0 is "no reference", which nobody shares.
  std::uint64_t MakeReference() {
    return static_cast<std::uint64_t>(dice_.Below(shape_.references + 1));
  }

  void PlaceAtEvents(RecordEvidence* record) {
    for (std::size_t i = 0; i < record->exhibits.size(); ++i) {
      const int where = dice_.Below(10);
      record->event_records.push_back(where < 6   ? record->public_id
                                      : where < 8 ? dice_.Of(records_).public_id
                                      : where < 9 ? NewId()  // A record that is not here.
                                                  : 0);
    }
  }

  void AddTestFires() {
    std::vector<std::uint64_t> guns;
    for (const RecordEvidence& record : records_) {
      for (const ExhibitFacts& e : record.exhibits) {
        if (e.kind == ExhibitKind::kGun) guns.push_back(e.public_id);
      }
    }
    if (guns.empty()) return;
    for (RecordEvidence& record : records_) {
      if (!dice_.Percent(25)) continue;
      ExhibitFacts test_fire;
      test_fire.public_id = NewId();
      test_fire.kind =
          dice_.Percent(50) ? ExhibitKind::kTestFireCases : ExhibitKind::kTestFireBullets;
      const std::uint64_t gun = dice_.Of(guns);
      gun_of_[test_fire.public_id] = gun_of_[gun];
      Statement s;
      s.SetPair(test_fire.public_id, gun);
      s.channel = Channel::kSourceReference;
      s.verdict = Verdict::kConfirmed;
      s.basis = Basis::kSourceReference;
      s.relation = Relation::kTestFireOf;
      s.trusted = !dice_.Percent(5);
      s.name = NewId();
      record.exhibits.push_back(test_fire);
      record.event_records.push_back(dice_.Percent(30) ? record.public_id : 0);
      record.statements.push_back(s);
    }
  }

  // Of some guns nothing, of some only that they are, and of some that they are and that they are
  // not: by some of their exhibits, test-fires among them.
  void SayWhatIsPoliceIssue() {
    std::map<int, int> said_of;  // by gun
    for (int gun = 0; gun < shape_.guns; ++gun) said_of[gun] = issue_dice_.Below(5);
    for (RecordEvidence& record : records_) {
      for (ExhibitFacts& e : record.exhibits) {
        const int said = said_of[gun_of_[e.public_id]];
        if (said < 2 || issue_dice_.Percent(30)) continue;
        const bool is_denied = said >= 3 && issue_dice_.Percent(40);
        e.police_issue = is_denied ? linkage::PoliceIssue::kNo : linkage::PoliceIssue::kYes;
      }
    }
  }

  std::uint64_t AnyExhibit() {
    return std::next(gun_of_.begin(), dice_.Below(static_cast<int>(gun_of_.size())))->first;
  }

  // Another exhibit, mostly of the same gun.
  std::uint64_t Partner(std::uint64_t exhibit) {
    for (int attempt = 0; attempt < 8; ++attempt) {
      const std::uint64_t other = AnyExhibit();
      if (other != exhibit && (gun_of_[other] == gun_of_[exhibit] || dice_.Percent(10))) {
        return other;
      }
    }
    return dice_.Percent(50) ? NewId() : AnyExhibit();  // Gone, or anything; itself too.
  }

  void AddStatement() {
    Statement s;
    static const std::vector<Channel> kChannels = {Channel::kCase,       Channel::kCase,
                                                   Channel::kBullet,     Channel::kBullet,
                                                   Channel::kSerial,     Channel::kSourceReference,
                                                   Channel::kDescription};
    s.channel = dice_.Of(kChannels);
    // Pairs, channels and days come back, so that statements meet.
    if (!said_.empty() && dice_.Percent(50)) {
      const Statement& before = dice_.Of(said_);
      s.SetPair(before.first, before.second);
      if (dice_.Percent(70)) s.channel = before.channel;
    } else {
      const std::uint64_t a = AnyExhibit();
      s.SetPair(a, Partner(a));
    }
    static const std::vector<Basis> kBases = {Basis::kExaminer, Basis::kExaminer, Basis::kAnalyst,
                                              Basis::kSourceReference, Basis::kRule};
    s.basis = dice_.Of(kBases);
    static const std::vector<Verdict> kVerdicts = {Verdict::kConfirmed,    Verdict::kConfirmed,
                                                   Verdict::kConfirmed,    Verdict::kLead,
                                                   Verdict::kInconclusive, Verdict::kWithdrawn};
    s.verdict =
        dice_.Percent(shape_.eliminated_percent) ? Verdict::kEliminated : dice_.Of(kVerdicts);
    if (s.basis == Basis::kExaminer) {
      s.stage = static_cast<Stage>(dice_.Below(4));
      s.examined = MakeInterval(5);
    }
    if (s.basis == Basis::kSourceReference && s.channel == Channel::kSourceReference) {
      static const std::vector<Relation> kRelations = {
          Relation::kNone, Relation::kSameItem, Relation::kPartOf, Relation::kOneInferredWeapon,
          Relation::kOneRecord};
      s.relation = dice_.Of(kRelations);
    }
    s.trusted = !dice_.Percent(10);
    s.stated_at_s = dice_.Below(4);
    s.weight_log2 = dice_.Percent(50) ? 0 : dice_.Below(9) - 4;
    s.name = NewId();
    said_.push_back(s);
    RecordEvidence& record = records_[static_cast<std::size_t>(dice_.Below(shape_.records))];
    record.statements.push_back(s);
    // Said twice, word for word.
    if (dice_.Percent(5)) record.statements.push_back(s);
  }

  // What a few people of two agencies say of one pair where policy asks for two: they agree,
  // repeat, contradict each other and themselves, and take back, beside whatever else is said.
  void AddWordsOfAnalysts() {
    static const std::vector<Channel> kOpen = {Channel::kSerial, Channel::kDescription,
                                               Channel::kSourceReference};
    Statement about;
    about.channel = dice_.Of(kOpen);
    if (!said_.empty() && dice_.Percent(60)) {
      const Statement& before = dice_.Of(said_);
      about.SetPair(before.first, before.second);
      if (!IsBallistic(before.channel)) about.channel = before.channel;
    } else {
      const std::uint64_t a = AnyExhibit();
      about.SetPair(a, Partner(a));
    }
    about.basis = Basis::kAnalyst;
    for (int word = 2 + dice_.Below(4); word > 0; --word) {
      Statement s = about;
      static const std::vector<Verdict> kVerdicts = {
          Verdict::kConfirmed,  Verdict::kConfirmed, Verdict::kConfirmed,    Verdict::kEliminated,
          Verdict::kEliminated, Verdict::kWithdrawn, Verdict::kInconclusive, Verdict::kLead};
      s.verdict = dice_.Of(kVerdicts);
      static const std::vector<linkage::Alone> kAlone = {
          linkage::Alone::kDecides, linkage::Alone::kReplacesNothing,
          linkage::Alone::kDecidesNothing, linkage::Alone::kDecidesNothing};
      s.alone = dice_.Of(kAlone);
      s.author_agency = static_cast<std::uint32_t>(1 + (dice_.Below(5) == 0));
      s.author_person = static_cast<std::uint32_t>(dice_.Below(4));
      s.trusted = !dice_.Percent(10);
      s.stated_at_s = dice_.Below(6);
      s.name = NewId();
      RecordEvidence& record = records_[static_cast<std::size_t>(dice_.Below(shape_.records))];
      record.statements.push_back(s);
      if (dice_.Percent(5)) record.statements.push_back(s);
    }
  }

  static constexpr std::uint64_t kSources = 1'000'000;  // where keys of records' own ids begin

  Dice dice_;
  Dice issue_dice_;  // of its own: what is said of it changes nothing else
  const EvidenceShape shape_;
  std::uint64_t next_source_ = 0;
  std::set<std::uint64_t> ids_;
  std::vector<Gun> guns_;
  std::map<std::uint64_t, int> gun_of_;  // By exhibit.
  std::vector<Statement> said_;
  std::vector<RecordEvidence> records_;
};

}  // namespace

Arrived Arrive(const std::vector<RecordEvidence>& in_order, std::uint64_t gaps) {
  Arrived out;
  std::map<std::uint64_t, std::uint64_t> number_of;
  std::uint64_t next = 1;
  for (const RecordEvidence& record : in_order) {
    number_of[record.public_id] = next;
    next += 1 + (gaps == 0 ? 0 : record.public_id % (gaps + 1));
  }
  for (const RecordEvidence& record : in_order) {
    const std::uint64_t number = number_of[record.public_id];
    RecordEventFacts event = record.event;
    event.record_number = number;
    out.records.push_back(event);
    for (std::size_t i = 0; i < record.exhibits.size(); ++i) {
      ExhibitFacts e = record.exhibits[i];
      e.record_number = number;
      e.exhibit_number = number << 16 | i;
      const auto at = number_of.find(record.event_records[i]);
      e.event_record_number = at == number_of.end() ? 0 : at->second;
      out.exhibits.push_back(e);
    }
    for (Statement s : record.statements) {
      s.asserting_record = number;
      out.statements.push_back(s);
    }
  }
  return out;
}

EvidenceShape RandomShape(std::uint64_t seed) {
  Dice dice(seed ^ 0x5EED0FA11);
  EvidenceShape shape;
  shape.records = 1 + dice.Below(30);
  shape.guns = 1 + dice.Below(5);
  shape.statements = dice.Below(8 * shape.records);
  shape.eliminated_percent = dice.Percent(20) ? 0 : dice.Below(40);
  shape.references = 1 + dice.Below(6);
  return shape;
}

std::vector<RecordEvidence> MakeEvidence(std::uint64_t seed, const EvidenceShape& shape) {
  return Generator(seed, shape).Run();
}

namespace {

bool GeneratedCalibresFit(std::uint16_t a, std::uint16_t b) {
  const Calibres& c = TheCalibres();
  if (a <= 1 || b <= 1 || a == b) return true;
  const std::set<std::uint16_t> two = {a, b};
  return two == std::set<std::uint16_t>{c.nine, c.nine_class};
}

}  // namespace

oracle::RuleNumbers GeneratedNumbers() {
  oracle::RuleNumbers numbers = BuiltInNumbers();
  numbers.compatible = GeneratedCalibresFit;
  return numbers;
}

}  // namespace serieslink

#include "services/view/extract.h"

#include <algorithm>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/linkage/core/custody.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/part_kind.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "services/view/analyst_acts.h"
#include "storage/base/digest.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/text.h"

namespace serieslink::view {
namespace {

// A statement's own time: when it was examined, as late as that can have been. 0 when it has none.
std::int64_t StatedAt(const linkage::TimeInterval& examined) {
  if (examined.latest_s != linkage::TimeInterval::kUnknownLatest) return examined.latest_s;
  return examined.earliest_s == linkage::TimeInterval::kUnknownEarliest ? 0 : examined.earliest_s;
}

bool IsTestFire(int kind) {
  return kind == record::v1::EXHIBIT_KIND_TEST_FIRE_CASES ||
         kind == record::v1::EXHIBIT_KIND_TEST_FIRE_BULLETS;
}

AssertedEnd EndOf(const type::v1::SourceReference& reference, const graph::IdKey& ids) {
  if (reference.agency().empty()) {
    AssertedEnd end;
    end.is_id = true;
    if (const auto id = graph::ParsePublicId(reference.source_id()); id.ok()) {
      end.public_id = id->id.value();
    }
    return end;
  }
  const graph::SourceKey key{reference.agency(), reference.source_system(), reference.source_id()};
  AssertedEnd end;
  end.names_record = reference.exhibit_reference().empty();
  end.public_id = ids.ForExhibit(key, reference.exhibit_reference()).value();
  end.source_hash = SourceHash(reference);
  return end;
}

// Members of an inferred weapon that each is joined to behind itself: so one that is hidden or not
// here yet does not part the others, and a list of a thousand makes no more than some thousands of
// statements.
constexpr int kInferredNeighbours = 16;

std::string NameOfReference(const type::v1::SourceReference& reference) {
  return absl::StrCat(reference.agency(), "\n", reference.source_system(), "\n",
                      reference.source_id(), "\n", reference.exhibit_reference());
}

// Of a person, by the agency's token, or, without one, of the agency. Two people who have one key
// by chance, or tokens that differ in the case of letters alone, are taken for one, and so do not
// second each other. Never 0.
std::uint32_t AuthorKey(const std::string& agency, const std::string& token) {
  const auto key = static_cast<std::uint32_t>(
      base::StableHash64(absl::StrCat(agency, "\n", absl::AsciiStrToLower(token))) >> 32);
  return std::max<std::uint32_t>(key, 1);
}

std::uint64_t NameOf(const record::v1::Record& record, std::string_view what,
                     const std::string& discriminator, const graph::IdKey& ids) {
  const type::v1::SourceReference& source = record.source();
  const std::string_view fields[] = {
      "statement", source.agency(), source.source_system(), source.source_id(),
      what,        discriminator};
  return ids.ForFields(fields).value();
}

}  // namespace

linkage::TimeInterval IntervalOf(const type::v1::DateInterval& date) {
  linkage::TimeInterval interval;
  if (date.has_earliest()) interval.earliest_s = date.earliest().seconds();
  if (date.has_latest()) interval.latest_s = date.latest().seconds();
  return interval;
}

void SetInterval(const linkage::TimeInterval& interval, type::v1::DateInterval& date) {
  if (interval.earliest_s != linkage::TimeInterval::kUnknownEarliest) {
    *date.mutable_earliest() =
        google::protobuf::util::TimeUtil::SecondsToTimestamp(interval.earliest_s);
  }
  if (interval.latest_s != linkage::TimeInterval::kUnknownLatest) {
    *date.mutable_latest() =
        google::protobuf::util::TimeUtil::SecondsToTimestamp(interval.latest_s);
  }
  date.set_precision(date.has_earliest() || date.has_latest() ? type::v1::DATE_PRECISION_INTERVAL
                                                              : type::v1::DATE_PRECISION_UNKNOWN);
}

bool WasInHand(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  if (exhibit.kind() != record::v1::EXHIBIT_KIND_GUN) return false;
  return record.kind() == record::v1::RECORD_KIND_LABORATORY_ITEM || exhibit.custody_size() > 0;
}

linkage::PoliceIssue PoliceIssueOf(const record::v1::Exhibit& exhibit) {
  if (!exhibit.firearm().has_is_police_issue()) return linkage::PoliceIssue::kNotSaid;
  return exhibit.firearm().is_police_issue() ? linkage::PoliceIssue::kYes
                                             : linkage::PoliceIssue::kNo;
}

std::uint64_t SourceHash(std::string_view agency, std::string_view source_system,
                         std::string_view source_id) {
  std::string key;
  key.reserve(agency.size() + source_system.size() + source_id.size() + 2);
  key.append(agency).push_back('\0');
  key.append(source_system).push_back('\0');
  key.append(source_id);
  return base::StableHash64(key);
}

std::uint64_t SourceHash(const type::v1::SourceReference& source) {
  return SourceHash(source.agency(), source.source_system(), source.source_id());
}

std::uint64_t SourceHash(const stored::v1::RecordState& state) {
  return SourceHash(state.agency(), state.source_system(), state.source_id());
}

record::v1::ExhibitRelationKind ToldRelation(linkage::Relation relation) {
  if (relation == linkage::Relation::kOneInferredWeapon) {
    return record::v1::EXHIBIT_RELATION_KIND_UNSPECIFIED;
  }
  if (relation == linkage::Relation::kOneRecord) return record::v1::EXHIBIT_RELATION_KIND_SAME_ITEM;
  return static_cast<record::v1::ExhibitRelationKind>(relation);
}

linkage::Statement StatementOf(const stored::v1::Statement& stored) {
  linkage::Statement statement;
  statement.SetPair(stored.newer_public_id(), stored.older_public_id());
  statement.channel = static_cast<linkage::Channel>(stored.channel());
  statement.verdict = static_cast<linkage::Verdict>(stored.verdict());
  statement.basis = static_cast<linkage::Basis>(stored.basis());
  statement.stage = static_cast<linkage::Stage>(stored.stage());
  statement.relation = static_cast<linkage::Relation>(stored.relation());
  statement.examined =
      linkage::TimeInterval{stored.examined_earliest_s(), stored.examined_latest_s()};
  statement.stated_at_s = stored.stated_s();
  statement.name = stored.public_id();
  statement.trusted = !stored.is_untrusted();
  statement.alone = static_cast<linkage::Alone>(stored.alone());
  statement.author_agency = stored.author_agency();
  statement.author_person = stored.author_person();
  statement.weight_log2 = stored.weight_log2();
  statement.asserting_record = stored.asserting_record();
  return statement;
}

bool IsGunListedApart(int kind) {
  return kind == record::v1::EXHIBIT_KIND_GUN || kind == record::v1::EXHIBIT_KIND_DESCRIBED_GUN;
}

namespace {

linkage::TypeSet TellingTypesOf(const google::protobuf::RepeatedField<int>& types) {
  linkage::TypeSet set = 0;
  for (const int type : types) {
    if (type > 0 && type < 32) set |= linkage::TypeSet{1} << type;
  }
  return set & linkage::kTellingTypes;
}

}  // namespace

void StoreFacts(const record::v1::Exhibit& exhibit, stored::v1::ExhibitFacts* stored) {
  stored->set_kind(exhibit.kind());
  if (exhibit.kind() == record::v1::EXHIBIT_KIND_GUN) {
    for (const record::v1::Custody& custody : exhibit.custody()) {
      // Held by the latest moment at which it can have begun; until the earliest at which it can
      // have ended. A release at no stated time leaves nothing certain but the beginning.
      const linkage::TimeInterval from = IntervalOf(custody.from());
      const linkage::TimeInterval until = IntervalOf(custody.until());
      if (from.latest_s == linkage::TimeInterval::kUnknownLatest) continue;
      const bool has_ended = custody.has_until() || !custody.released_to().empty();
      const std::int64_t until_s = !has_ended ? linkage::TimeInterval::kUnknownLatest
                                              : std::max(from.latest_s, until.earliest_s);
      stored::v1::CustodyFact& fact = *stored->add_custody();
      fact.set_holder(custody.holder());
      fact.set_from_s(from.latest_s);
      fact.set_until_s(until_s);
      fact.set_until_latest_s(until.latest_s);
      fact.set_released_to(custody.released_to());
    }
  }
  // A number on a line of several is that of none of them.
  if (exhibit.kind() == record::v1::EXHIBIT_KIND_GUN_PART && exhibit.quantity() <= 1) {
    stored->set_part_kind(exhibit.part_kind());
  }
  const record::v1::Firearm& firearm = exhibit.firearm();
  *stored->mutable_serials() = firearm.serials();
  stored->set_make(firearm.make());
  stored->set_calibre(firearm.calibre().empty() ? exhibit.ammunition().calibre()
                                                : firearm.calibre());
  stored->set_model(firearm.model());
  const linkage::TypeSet confirmed = TellingTypesOf(firearm.confirmed_types());
  stored->set_types(confirmed != 0 ? confirmed : TellingTypesOf(firearm.apparent_types()));
}

bool HasEventFacts(const record::v1::Record& record) {
  return record.has_event() && record.event().kind() != record::v1::EVENT_KIND_UNSPECIFIED;
}

namespace {

// Adds the records of which `record` says that items of theirs are its own: each once.
void StoreItemSources(const record::v1::Record& record, stored::v1::EventFacts* stored) {
  std::vector<std::uint64_t> spent;
  std::vector<std::uint64_t> others;
  const std::uint64_t own = SourceHash(record.source());
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    // A laboratory's shots are of no event.
    if (exhibit.relations().empty() || IsTestFire(exhibit.kind())) continue;
    const bool is_spent = exhibit.kind() == record::v1::EXHIBIT_KIND_CASE_GROUP ||
                          exhibit.kind() == record::v1::EXHIBIT_KIND_BULLET_GROUP;
    for (const record::v1::ExhibitRelation& relation : exhibit.relations()) {
      if (relation.kind() != record::v1::EXHIBIT_RELATION_KIND_SAME_ITEM) continue;
      const type::v1::SourceReference& other = relation.exhibit();
      if (other.agency().empty()) continue;  // not by the name of a record
      const std::uint64_t named = SourceHash(other);
      if (named != own) (is_spent ? spent : others).push_back(named);
    }
  }
  base::SortAndDropRepeats(spent);
  base::SortAndDropRepeats(others);
  for (const std::uint64_t source : spent) stored->add_spent_item_sources(source);
  for (const std::uint64_t source : others) {
    if (!std::binary_search(spent.begin(), spent.end(), source)) {
      stored->add_other_item_sources(source);
    }
  }
}

}  // namespace

void StoreFacts(const record::v1::Record& record, stored::v1::EventFacts* stored) {
  const record::v1::Event& event = record.event();
  stored->set_kind(event.kind());
  const linkage::TimeInterval occurred = IntervalOf(event.occurred());
  stored->set_earliest_s(occurred.earliest_s);
  stored->set_latest_s(occurred.latest_s);
  stored->set_borough_code(event.place().borough_code());
  stored->set_police_force(event.place().police_force());
  *stored->mutable_references() = event.crime_references();
  *stored->mutable_cited_references() = event.inquiry_references();
  stored->set_seriousness_log2(SeriousnessOf(event));
  stored->set_disposal_kind(event.disposal().kind());
  for (const type::v1::SourceReference& former : record.former_sources()) {
    stored->add_former_sources(SourceHash(former));
  }
  StoreItemSources(record, stored);
}

stored::v1::ExhibitFacts StoredFactsOf(const record::v1::Exhibit& exhibit) {
  stored::v1::ExhibitFacts stored;
  StoreFacts(exhibit, &stored);
  return stored;
}

std::optional<stored::v1::EventFacts> StoredFactsOf(const record::v1::Record& record) {
  if (!HasEventFacts(record)) return std::nullopt;
  stored::v1::EventFacts stored;
  StoreFacts(record, &stored);
  return stored;
}

namespace {

linkage::CustodyAccount CustodyOf(const stored::v1::ExhibitFacts& stored, std::string_view agency,
                                  const linkage::RecordEventFacts* event) {
  linkage::CustodyAccount account;
  account.teller = linkage::HolderKey(AbslView(agency));
  const bool is_laboratory = linkage::IsLaboratory(AbslView(agency));
  for (const stored::v1::CustodyFact& custody : stored.custody()) {
    const absl::string_view holder =
        custody.holder().empty() ? AbslView(agency) : absl::string_view(custody.holder());
    account.held.push_back({.holder = linkage::HolderKey(holder),
                            .is_laboratory = is_laboratory || linkage::IsLaboratory(holder),
                            .from_s = custody.from_s(),
                            .until_s = custody.until_s(),
                            .until_latest_s = custody.until_latest_s()});
    account.parties.push_back(account.held.back().holder);
    if (!custody.released_to().empty()) {
      account.parties.push_back(linkage::HolderKey(custody.released_to()));
    }
  }
  if (event != nullptr) {
    account.references.assign(event->references.begin(), event->references.end());
    account.references.insert(account.references.end(), event->cited_references.begin(),
                              event->cited_references.end());
  }
  return account;
}

}  // namespace

linkage::ExhibitFacts FactsOf(const stored::v1::ExhibitFacts& stored, std::uint64_t public_id,
                              std::uint64_t record_number, std::uint32_t ordinal, bool is_apart,
                              std::string_view agency, const linkage::RecordEventFacts* event) {
  linkage::ExhibitFacts facts;
  facts.public_id = public_id;
  facts.exhibit_number = record_number << 16 | ordinal;
  facts.record_number = record_number;
  facts.apart_key = is_apart ? record_number : 0;
  facts.event_record_number = event != nullptr && !IsTestFire(stored.kind()) ? record_number : 0;
  facts.kind = static_cast<linkage::ExhibitKind>(stored.kind());
  facts.calibre = linkage::ReadCalibre(stored.calibre());
  facts.types = stored.types();
  facts.borough = event != nullptr ? static_cast<std::uint32_t>(event->borough) : 0;
  facts.make = linkage::ReadMake(stored.make()).key;
  facts.model = linkage::ModelKey(stored.model(), facts.make);
  facts.part_kind = linkage::PartKindKey(stored.part_kind());
  for (const record::v1::SerialNumber& serial : stored.serials()) {
    // Not knowing the part is no more than not saying it.
    const linkage::SerialPart part = serial.part() == record::v1::SERIAL_PART_UNKNOWN
                                         ? linkage::SerialPart::kUnspecified
                                         : static_cast<linkage::SerialPart>(serial.part());
    linkage::AddSerialFacts(serial.text(), part,
                            static_cast<linkage::StatedLegibility>(serial.legibility()),
                            &facts.serials, {stored.make(), stored.model(), stored.calibre()});
  }
  if (!stored.custody().empty()) {
    facts.custody =
        std::make_shared<const linkage::CustodyAccount>(CustodyOf(stored, agency, event));
  }
  return facts;
}

std::vector<linkage::ExhibitFacts> StandingExhibits(const stored::v1::RecordState& state,
                                                    std::uint64_t record_number) {
  int guns = 0;
  for (const stored::v1::ExhibitState& exhibit : state.exhibits()) {
    guns += exhibit.has_facts() && IsGunListedApart(exhibit.facts().kind());
  }
  std::optional<linkage::RecordEventFacts> event;
  if (state.has_event()) {
    event = FactsOf(state.event(), record_number, state.public_id(), SourceHash(state));
  }
  std::vector<linkage::ExhibitFacts> exhibits;
  for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
    const stored::v1::ExhibitState& exhibit = state.exhibits(ordinal);
    if (!exhibit.has_facts()) continue;
    exhibits.push_back(FactsOf(exhibit.facts(), exhibit.public_id(), record_number,
                               static_cast<std::uint32_t>(ordinal),
                               guns > 1 && IsGunListedApart(exhibit.facts().kind()), state.agency(),
                               event.has_value() ? &*event : nullptr));
  }
  return exhibits;
}

linkage::RecordEventFacts FactsOf(const stored::v1::EventFacts& stored, std::uint64_t record_number,
                                  std::uint64_t public_id, std::uint64_t source_hash) {
  linkage::RecordEventFacts facts;
  facts.record_number = record_number;
  facts.public_id = public_id;
  facts.source = source_hash;
  facts.former_sources.assign(stored.former_sources().begin(), stored.former_sources().end());
  facts.spent_item_sources.assign(stored.spent_item_sources().begin(),
                                  stored.spent_item_sources().end());
  facts.other_item_sources.assign(stored.other_item_sources().begin(),
                                  stored.other_item_sources().end());
  facts.kind = static_cast<linkage::EventKind>(stored.kind());
  facts.disposal = static_cast<linkage::DisposalKind>(stored.disposal_kind());
  facts.occurred = linkage::TimeInterval{stored.earliest_s(), stored.latest_s()};
  facts.borough = linkage::PlaceKey(stored.borough_code());
  facts.force_area = linkage::PlaceKey(stored.police_force());
  const auto add = [](const auto& references, absl::InlinedVector<std::uint64_t, 1>& keys) {
    for (const type::v1::CrimeReference& reference : references) {
      const std::uint64_t key = linkage::CrimeReferenceKey(reference.issuing_force(),
                                                           reference.year(), reference.number());
      if (key != 0 && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  };
  // Some feeds have one field for the crime that something was found, handed in or lost under, and
  // others two: what no crime is goes under either.
  const bool is_crime =
      facts.kind == linkage::EventKind::kIncident || facts.kind == linkage::EventKind::kSighting;
  add(stored.references(), facts.references);
  add(stored.cited_references(), is_crime ? facts.cited_references : facts.references);
  return facts;
}

std::vector<AssertedStatement> AssertionsOf(const record::v1::Record& record,
                                            const graph::IdKey& ids) {
  std::vector<AssertedStatement> asserted;
  int place = 0;
  for (const record::v1::Finding& finding : record.findings()) {
    AssertedStatement one;
    one.ends[0] = EndOf(finding.first(), ids);
    one.ends[1] = EndOf(finding.second(), ids);
    linkage::Statement& statement = one.statement;
    statement.channel = static_cast<linkage::Channel>(finding.channel());
    statement.verdict = static_cast<linkage::Verdict>(finding.verdict());
    statement.basis = static_cast<linkage::Basis>(finding.basis());
    statement.stage = static_cast<linkage::Stage>(finding.stage());
    statement.examined = IntervalOf(finding.examined());
    statement.stated_at_s = StatedAt(statement.examined);
    if (statement.basis == linkage::Basis::kAnalyst && !linkage::IsBallistic(statement.channel) &&
        record.kind() != record::v1::RECORD_KIND_LEAD_FILE) {
      statement.author_agency = AuthorKey(record.source().agency(), "");
      if (!finding.examiner_token().empty()) {
        statement.author_person = AuthorKey(record.source().agency(), finding.examiner_token());
      }
    }
    // A finding without a reference of its own is told from its neighbours by its place.
    statement.name = NameOf(record, "finding",
                            finding.finding_reference().empty() ? absl::StrCat("#", place)
                                                                : finding.finding_reference(),
                            ids);
    asserted.push_back(one);
    ++place;
  }
  for (int weapon = 0; weapon < record.inferred_weapons_size(); ++weapon) {
    const auto& members = record.inferred_weapons(weapon).members();
    for (int i = 0; i < members.size(); ++i) {
      for (int j = i + 1; j < members.size() && j <= i + kInferredNeighbours; ++j) {
        AssertedStatement one;
        one.ends[0] = EndOf(members.Get(i), ids);
        one.ends[1] = EndOf(members.Get(j), ids);
        linkage::Statement& statement = one.statement;
        statement.channel = linkage::Channel::kSourceReference;
        statement.verdict = linkage::Verdict::kConfirmed;
        statement.basis = linkage::Basis::kSourceReference;
        statement.relation = linkage::Relation::kOneInferredWeapon;
        statement.name = NameOf(record, "inferred",
                                absl::StrCat(weapon, "\n", NameOfReference(members.Get(i)), "\n",
                                             NameOfReference(members.Get(j))),
                                ids);
        asserted.push_back(one);
      }
    }
  }
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    type::v1::SourceReference self = record.source();
    self.set_exhibit_reference(exhibit.exhibit_reference());
    for (const record::v1::ExhibitRelation& relation : exhibit.relations()) {
      AssertedStatement one;
      one.ends[0] = EndOf(self, ids);
      one.ends[1] = EndOf(relation.exhibit(), ids);
      linkage::Statement& statement = one.statement;
      statement.channel = linkage::Channel::kSourceReference;
      // A part may have been moved to another gun: where it came from is a lead.
      statement.verdict = relation.kind() == record::v1::EXHIBIT_RELATION_KIND_PART_OF
                              ? linkage::Verdict::kLead
                              : linkage::Verdict::kConfirmed;
      statement.basis = linkage::Basis::kSourceReference;
      statement.relation = static_cast<linkage::Relation>(relation.kind());
      statement.name = NameOf(record, "relation",
                              absl::StrCat(exhibit.exhibit_reference(), "\n", relation.kind(), "\n",
                                           NameOfReference(relation.exhibit())),
                              ids);
      asserted.push_back(one);
    }
    for (const type::v1::SourceReference& former : record.former_sources()) {
      type::v1::SourceReference before = former;
      const auto add = [&](bool is_only) {
        AssertedStatement& one = asserted.emplace_back();
        one.ends[0] = EndOf(self, ids);
        one.ends[1] = EndOf(before, ids);
        one.ends[1].is_only = is_only;
        one.ends[1].names_record &= !is_only;
        linkage::Statement& statement = one.statement;
        statement.channel = linkage::Channel::kSourceReference;
        statement.verdict = linkage::Verdict::kConfirmed;
        statement.basis = linkage::Basis::kSourceReference;
        statement.relation = linkage::Relation::kOneRecord;
        statement.name =
            NameOf(record, "former",
                   absl::StrCat(exhibit.exhibit_reference(), "\n", NameOfReference(before)), ids);
      };
      before.set_exhibit_reference(exhibit.exhibit_reference());
      add(/*is_only=*/false);
      // A system may have had no references of exhibits: its only one is this record's only one.
      if (record.exhibits_size() == 1 && !exhibit.exhibit_reference().empty()) {
        before.clear_exhibit_reference();
        add(/*is_only=*/true);
      }
    }
  }
  return asserted;
}

}  // namespace serieslink::view

#include "tests/bench/linkage_quality.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/ingest/core/adapter.h"
#include "services/linkage/derivation.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/keys.h"
#include "storage/graph/public_id.h"
#include "tests/property/linkage_oracle.h"
#include "tests/property/rule_numbers.h"
#include "tests/synth/feed_stream.h"

namespace serieslink::bench {
namespace {

// After everything that a world tells of: 2026-01-01.
const absl::Time kReceived = absl::FromUnixSeconds(1'767'225'600);
constexpr std::size_t kBatch = 256;

// The server's way from messages to weapons and events, without its store.
class World {
 public:
  World()
      : ids_(graph::IdKey::Create(std::string(graph::IdKey::kSecretBytes, 'q')).value()),
        derivation_(
            linkage::RuleSet::Serving(), linkage::ConfirmationPolicy(), &ids_,
            [this](absl::Span<const std::uint64_t> numbers)
                -> absl::StatusOr<std::vector<stored::v1::RecordState>> {
              std::vector<stored::v1::RecordState> states;
              for (const std::uint64_t number : numbers) {
                states.push_back(states_.at(number));
              }
              return states;
            },
            [](absl::Span<const std::uint64_t>) -> absl::StatusOr<std::vector<view::ReadEntry>> {
              return absl::InternalError("nothing was derived before");
            }) {}

  absl::Status Take(const synth::SyntheticRecord& from) {
    graph::LogItem item;
    stored::v1::LogEntry& entry = item.entry;
    const graph::SourceKey key{from.agency, from.system, from.source_id};
    entry.set_agency(from.agency);
    entry.set_source_system(from.system);
    entry.set_source_id(from.source_id);
    entry.set_source_version(from.version);
    entry.set_public_id(ids_.ForRecord(key).value());
    const auto [known, added] = numbers_.try_emplace(entry.public_id(), numbers_.size() + 1);
    entry.set_record_number(known->second);
    Truth& truth = truths_[known->second];
    if (from.is_withdrawal) {
      entry.mutable_withdrawal();
      canonical_.erase(known->second);
    } else {
      ingest::AdaptedMessage adapted =
          ingest::Adapt(from.message, {.agency = from.agency, .received_time = kReceived});
      if (!adapted.violations.empty()) {
        return absl::InternalError(
            absl::StrCat("an adapter refuses ", adapted.violations[0].field()));
      }
      item.record = std::make_shared<const record::v1::Record>(std::move(adapted.record));
      if (AssertsStatements(*item.record)) {
        canonical_[known->second] = item.record;
      } else {
        canonical_.erase(known->second);
      }
      truth.event = from.event;
      truth.guns.clear();
      for (const synth::TrueExhibit& exhibit : from.exhibits) {
        truth.guns[exhibit.reference] = exhibit;
      }
    }
    batch_.items.push_back(std::move(item));
    return batch_.items.size() < kBatch ? absl::OkStatus() : Flush();
  }

  // Applies what has been taken.
  absl::Status Flush() {
    if (batch_.items.empty()) return absl::OkStatus();
    ++batch_.revision;
    linkage::DerivedChanges changes;
    SL_RETURN_IF_ERROR(derivation_.Apply(batch_, changes));
    batch_.first_sequence += batch_.items.size();
    batch_.items.clear();
    for (const auto& [number, state] : changes.records) states_[number] = *state;
    for (const auto& [key, row] : changes.statements) {
      if (row.has_value() && row->to_revision() == 0) {
        statements_[key] = view::StatementOf(*row);
      } else {
        statements_.erase(key);
      }
    }
    for (const auto& [key, row] : changes.memberships) {
      if (!row.has_value()) continue;
      auto& members =
          key.kind == linkage::DerivedChanges::NodeKind::kExhibit ? weapon_of_ : event_of_;
      if (row->to_revision() == 0) {
        members[key.node] = {row->root(), key.from_revision};
      } else if (const auto found = members.find(key.node);
                 found != members.end() && found->second.from == key.from_revision) {
        members.erase(found);
      }
    }
    return absl::OkStatus();
  }

  // What stands now against the truth, and against the oracle.
  absl::Status Score(LinkageQuality* quality) const {
    std::vector<linkage::ExhibitFacts> exhibits;
    std::vector<std::uint64_t> weapons;
    std::vector<linkage::RecordEventFacts> records;
    std::vector<std::uint64_t> events;
    std::vector<JudgedExhibit> judged;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> true_and_found_events;
    for (const auto& [number, state] : states_) {
      const Truth& truth = truths_.at(number);
      if (state.has_event()) {
        records.push_back(
            view::FactsOf(state.event(), number, state.public_id(), view::SourceHash(state)));
        events.push_back(RootOf(event_of_, number));
        if (truth.event.has_value()) {
          true_and_found_events.emplace_back(*truth.event, events.back());
        }
      }
      int guns = 0;
      for (const auto& exhibit : state.exhibits()) {
        guns += exhibit.has_facts() && view::IsGunListedApart(exhibit.facts().kind());
      }
      for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
        const stored::v1::ExhibitState& exhibit = state.exhibits(ordinal);
        if (!exhibit.has_facts()) continue;
        const bool apart = guns > 1 && view::IsGunListedApart(exhibit.facts().kind());
        exhibits.push_back(view::FactsOf(exhibit.facts(), exhibit.public_id(), number,
                                         static_cast<std::uint32_t>(ordinal), apart, state.agency(),
                                         state.has_event() ? &records.back() : nullptr));
        weapons.push_back(RootOf(weapon_of_, exhibits.back().exhibit_number));
        const auto gun = truth.guns.find(exhibit.reference());
        if (gun == truth.guns.end()) return absl::InternalError("an exhibit without a truth");
        JudgedExhibit& one = judged.emplace_back();
        one.facts = exhibits.back();
        one.weapon = weapons.back();
        one.gun = gun->second.gun;
        one.stamped = gun->second.stamped;
        for (const auto& serial : exhibit.facts().serials()) one.serials.push_back(serial.text());
      }
    }
    quality->weapons = ScoreWeapons(judged, Standing());
    quality->events = ScorePartition(true_and_found_events);
    SL_RETURN_IF_ERROR(CompareWeapons(exhibits, weapons));
    return CompareEvents(records, events);
  }

 private:
  struct Truth {
    std::optional<std::uint64_t> event;
    std::map<std::string, synth::TrueExhibit> guns;  // by exhibit reference
  };
  struct Member {
    std::uint64_t root = 0;
    std::uint64_t from = 0;
  };
  using Members = absl::flat_hash_map<std::uint64_t, Member>;

  static bool AssertsStatements(const record::v1::Record& record) {
    return record.findings_size() > 0 || record.inferred_weapons_size() > 0 ||
           std::any_of(record.exhibits().begin(), record.exhibits().end(),
                       [](const auto& exhibit) { return exhibit.relations_size() > 0; });
  }

  static std::uint64_t RootOf(const Members& members, std::uint64_t node) {
    const auto found = members.find(node);
    return found == members.end() ? node : found->second.root;
  }

  // Statements that are open now.
  std::vector<linkage::Statement> Standing() const {
    std::vector<linkage::Statement> standing;
    standing.reserve(statements_.size());
    for (const auto& [key, statement] : statements_) standing.push_back(statement);
    return standing;
  }

  // The oracle tries every pair, so it is asked about one component of what can join at a time. A
  // component holds whatever a confirmed statement could join, so nothing outside decides on it.
  absl::Status CompareWeapons(const std::vector<linkage::ExhibitFacts>& exhibits,
                              const std::vector<std::uint64_t>& weapons) const {
    absl::flat_hash_map<std::uint64_t, std::size_t> place_of;
    for (std::size_t i = 0; i < exhibits.size(); ++i) place_of[exhibits[i].public_id] = i;
    std::vector<linkage::Statement> statements = RuleStatements(exhibits);
    for (const auto& [number, record] : canonical_) {
      for (const view::AssertedStatement& asserted : view::AssertionsOf(*record, ids_)) {
        linkage::Statement statement = asserted.statement;
        statement.SetPair(asserted.ends[0].public_id, asserted.ends[1].public_id);
        if (place_of.contains(statement.first) && place_of.contains(statement.second)) {
          statements.push_back(statement);
        }
      }
    }
    DisjointSets joinable(exhibits.size());
    for (const linkage::Statement& statement : statements) {
      if (statement.verdict == linkage::Verdict::kConfirmed) {
        joinable.Join(place_of[statement.first], place_of[statement.second]);
      }
    }
    std::unordered_map<std::size_t, std::vector<linkage::Statement>> statements_of;
    for (const linkage::Statement& statement : statements) {
      const std::size_t set = joinable.Find(place_of[statement.first]);
      if (set == joinable.Find(place_of[statement.second])) statements_of[set].push_back(statement);
    }
    for (const std::vector<std::size_t>& members : joinable.Sets()) {
      std::vector<linkage::ExhibitFacts> of_set;
      for (const std::size_t member : members) of_set.push_back(exhibits[member]);
      std::map<oracle::Id, std::uint64_t> expected;
      for (const oracle::Weapon& weapon :
           oracle::ResolveWeapons(of_set, statements_of[joinable.Find(members[0])]).weapons) {
        for (const oracle::Id id : weapon.members) {
          expected[id] = exhibits[place_of[weapon.name]].exhibit_number;
        }
      }
      for (const std::size_t member : members) {
        if (expected.at(exhibits[member].public_id) != weapons[member]) {
          return absl::InternalError("the derivation and the oracle disagree on a weapon");
        }
      }
    }
    return absl::OkStatus();
  }

  // What the oracle says of pairs.
  static std::vector<linkage::Statement> RuleStatements(
      const std::vector<linkage::ExhibitFacts>& exhibits) {
    std::vector<linkage::Statement> statements;
    for (const auto& [pair, judged] :
         oracle::ApplySerialRule(exhibits, linkage::RuleSet::Serving().guard, BuiltInNumbers())) {
      linkage::Statement statement;
      statement.SetPair(pair.first, pair.second);
      statement.channel = linkage::Channel::kSerial;
      statement.basis = linkage::Basis::kRule;
      statement.verdict = judged.first;
      statement.weight_log2 = judged.second;
      statements.push_back(statement);
    }
    return statements;
  }

  static absl::Status CompareEvents(const std::vector<linkage::RecordEventFacts>& records,
                                    const std::vector<std::uint64_t>& events) {
    DisjointSets related(records.size());
    absl::flat_hash_map<std::uint64_t, std::size_t> first_under;
    for (std::size_t i = 0; i < records.size(); ++i) {
      for (const std::uint64_t reference : records[i].references) {
        const auto [first, added] = first_under.try_emplace(reference, i);
        if (!added) related.Join(i, first->second);
      }
    }
    // Records that tell of items of another record are related to it.
    absl::flat_hash_map<std::uint64_t, std::size_t> of_source;
    for (std::size_t i = 0; i < records.size(); ++i) of_source.try_emplace(records[i].source, i);
    for (std::size_t i = 0; i < records.size(); ++i) {
      for (const auto* const named :
           {&records[i].spent_item_sources, &records[i].other_item_sources}) {
        for (const std::uint64_t source : *named) {
          const auto found = of_source.find(source);
          if (found != of_source.end()) related.Join(i, found->second);
        }
      }
    }
    for (const std::vector<std::size_t>& members : related.Sets()) {
      std::vector<linkage::RecordEventFacts> of_set;
      std::map<oracle::Id, std::uint64_t> number_of;
      for (const std::size_t member : members) {
        of_set.push_back(records[member]);
        number_of[records[member].public_id] = records[member].record_number;
      }
      std::map<oracle::Id, std::uint64_t> expected;
      for (const oracle::Event& event : oracle::ResolveEvents(of_set)) {
        for (const oracle::Id id : event.records) expected[id] = number_of.at(event.name);
      }
      for (const std::size_t member : members) {
        if (expected.at(records[member].public_id) != events[member]) {
          return absl::InternalError("the derivation and the oracle disagree on an event");
        }
      }
    }
    return absl::OkStatus();
  }

  const graph::IdKey ids_;
  linkage::Derivation derivation_;
  graph::LogBatch batch_{.revision = 0, .commit_time = kReceived, .first_sequence = 1, .items = {}};
  absl::flat_hash_map<std::uint64_t, std::uint64_t> numbers_;  // by public id
  std::map<std::uint64_t, stored::v1::RecordState> states_;    // these by record number
  std::map<std::uint64_t, Truth> truths_;
  std::map<linkage::DerivedChanges::StatementKey, linkage::Statement> statements_;
  std::map<std::uint64_t, std::shared_ptr<const record::v1::Record>> canonical_;
  Members weapon_of_;
  Members event_of_;
};

}  // namespace

absl::StatusOr<LinkageQuality> MeasureLinkageQuality(synth::DirtLevel level, std::uint64_t records,
                                                     std::uint64_t seed) {
  SL_ASSIGN_OR_RETURN(const auto stream,
                      synth::FeedStream::Create({.seed = seed, .records = records, .dirt = level}));
  LinkageQuality quality;
  World world;
  synth::SyntheticRecord record;
  std::chrono::steady_clock::duration spent{};
  while (stream->Next(&record)) {
    const auto begun = std::chrono::steady_clock::now();
    SL_RETURN_IF_ERROR(world.Take(record));
    spent += std::chrono::steady_clock::now() - begun;
    quality.records += !record.is_withdrawal;
  }
  const auto begun = std::chrono::steady_clock::now();
  SL_RETURN_IF_ERROR(world.Flush());
  spent += std::chrono::steady_clock::now() - begun;
  quality.seconds = std::chrono::duration<double>(spent).count();
  SL_RETURN_IF_ERROR(world.Score(&quality));
  return quality;
}

}  // namespace serieslink::bench

#include "tests/property/told_log.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "services/view/canonical.h"
#include "services/view/extract.h"
#include "tests/property/linkage_oracle.h"
#include "tests/property/rule_numbers.h"

namespace serieslink {

using linkage::ExhibitFacts;
using linkage::Statement;

std::vector<Statement> OracleRuleStatements(const std::vector<ExhibitFacts>& exhibits,
                                            const linkage::RuleSet& rules,
                                            const linkage::ConfirmationPolicy& policy) {
  std::vector<Statement> statements;
  for (const auto& [pair, judged] :
       oracle::ApplySerialRule(exhibits, rules.guard, BuiltInNumbers())) {
    Statement statement;
    statement.SetPair(pair.first, pair.second);
    statement.channel = linkage::Channel::kSerial;
    statement.basis = linkage::Basis::kRule;
    statement.verdict = judged.first;
    statement.weight_log2 = judged.second;
    statement.trusted = policy.Trusts(statement.basis, {});
    statements.push_back(statement);
  }
  return statements;
}

ToldLog::ToldLog(DerivationPipeline& pipeline, const linkage::ConfirmationPolicy& policy)
    : ids_(pipeline.ids()), policy_(policy) {
  const view::Cut cut = pipeline.TakeCut();
  const graph::LogReader log(&cut.reader.snapshot());
  for (graph::Revision revision = 1; revision <= log.latest(); ++revision) {
    const graph::LogBatch batch = log.Read(revision).value();
    for (const graph::LogItem& item : batch.items) Add(revision, item.entry);
  }
}

Arrived ToldLog::SeenBy(const std::string& viewer, graph::Revision revision) const {
  Arrived told;
  std::map<std::uint64_t, std::uint64_t> only;  // by record, of records with one exhibit
  std::set<std::uint64_t> active;
  std::set<std::uint64_t> visible;
  std::vector<view::AssertedStatement> asserted;
  for (const auto& [number, record] : records_) {
    const record::v1::Record* stands = Standing(record, revision);
    if (stands == nullptr) continue;
    for (auto& one : view::AssertionsOf(*stands, ids_)) {
      policy_.Judge(record.agency, one.statement);
      one.statement.asserting_record = number;
      asserted.push_back(std::move(one));
    }
    const bool may_see = record.is_open || record.agency == viewer;
    const auto event = view::StoredFactsOf(*stands);
    if (may_see && event.has_value()) {
      told.records.push_back(
          view::FactsOf(*event, number, record.public_id, view::SourceHash(stands->source())));
    }
    const auto is_gun = [](const record::v1::Exhibit& exhibit) {
      return view::IsGunListedApart(exhibit.kind());
    };
    const auto guns = std::count_if(stands->exhibits().begin(), stands->exhibits().end(), is_gun);
    for (const record::v1::Exhibit& exhibit : stands->exhibits()) {
      const auto place = std::find(record.references.begin(), record.references.end(),
                                   exhibit.exhibit_reference());
      const std::uint64_t id = NameOf(record, exhibit.exhibit_reference());
      active.insert(id);
      if (stands->exhibits_size() == 1) only[record.public_id] = id;
      if (!may_see) continue;
      visible.insert(id);
      told.exhibits.push_back(
          view::FactsOf(view::StoredFactsOf(exhibit), id, number,
                        static_cast<std::uint32_t>(place - record.references.begin()),
                        guns > 1 && is_gun(exhibit), record.agency,
                        event.has_value() ? &told.records.back() : nullptr));
      told.exhibits.back().in_hand =
          exhibit.kind() == record::v1::EXHIBIT_KIND_GUN &&
          (stands->kind() == record::v1::RECORD_KIND_LABORATORY_ITEM || exhibit.custody_size() > 0);
      if (exhibit.firearm().has_is_police_issue()) {
        told.exhibits.back().police_issue = exhibit.firearm().is_police_issue()
                                                ? linkage::PoliceIssue::kYes
                                                : linkage::PoliceIssue::kNo;
      }
    }
  }
  // Which exhibits are followed under which names, and by which record each is claimed.
  std::map<std::uint64_t, std::set<std::uint64_t>> claimed;
  std::map<std::uint64_t, std::set<std::uint64_t>> claimed_by;
  std::map<std::uint64_t, std::uint64_t> record_of;
  for (const view::AssertedStatement& one : asserted) {
    if (one.statement.relation != linkage::Relation::kOneRecord) continue;
    claimed[one.ends[1].public_id].insert(one.ends[0].public_id);
    claimed_by[one.ends[1].public_id].insert(one.statement.asserting_record);
    record_of[one.ends[0].public_id] = one.statement.asserting_record;
  }
  // Those that `name` is a former name of; none when they contradict each other.
  const auto followers = [&](std::uint64_t name) {
    const std::set<std::uint64_t>& all = claimed[name];
    for (const std::uint64_t last : all) {
      bool names_all = true;
      for (const std::uint64_t other : all) {
        names_all &= other == last || claimed_by[other].contains(record_of[last]);
      }
      if (names_all) return all;
    }
    return std::set<std::uint64_t>();
  };
  for (view::AssertedStatement& one : asserted) {
    std::set<std::uint64_t> ends[2];
    for (int i = 0; i < 2; ++i) {
      const view::AssertedEnd& end = one.ends[i];
      const auto found = only.find(end.public_id);
      if (end.is_only) {
        if (found != only.end() && found->second == end.public_id) ends[i].insert(end.public_id);
      } else if (active.contains(end.public_id)) {
        ends[i].insert(end.public_id);
      } else if (end.names_record && found != only.end()) {
        ends[i].insert(found->second);
      }
      if (one.statement.relation == linkage::Relation::kOneRecord) continue;
      ends[i].merge(followers(end.public_id));
    }
    if (one.statement.relation == linkage::Relation::kOneRecord &&
        !followers(one.ends[1].public_id).contains(one.ends[0].public_id)) {
      continue;
    }
    std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;
    for (const std::uint64_t a : ends[0]) {
      for (const std::uint64_t b : ends[1]) {
        if (a != b && visible.contains(a) && visible.contains(b)) pairs.insert(std::minmax(a, b));
      }
    }
    for (const auto& [a, b] : pairs) {
      one.statement.SetPair(a, b);
      told.statements.push_back(one.statement);
    }
  }
  return told;
}

void ToldLog::Add(graph::Revision revision, const stored::v1::LogEntry& entry) {
  Record& record = records_[entry.record_number()];
  record.public_id = entry.public_id();
  record.agency = entry.agency();
  record.source_system = entry.source_system();
  record.source_id = entry.source_id();
  if (entry.is_stale()) return;
  const auto canonical = view::CanonicalOf(entry).value();
  record.versions[revision] = canonical;
  if (canonical == nullptr) return;
  record.is_open = canonical->visibility() == type::v1::VISIBILITY_OPEN;
  for (const record::v1::Exhibit& exhibit : canonical->exhibits()) {
    std::vector<std::string>& known = record.references;
    if (std::find(known.begin(), known.end(), exhibit.exhibit_reference()) == known.end()) {
      known.push_back(exhibit.exhibit_reference());
    }
  }
}

const record::v1::Record* ToldLog::Standing(const Record& record, graph::Revision revision) {
  const auto after = record.versions.upper_bound(revision);
  return after == record.versions.begin() ? nullptr : std::prev(after)->second.get();
}

std::uint64_t ToldLog::NameOf(const Record& record, const std::string& reference) const {
  if (reference.empty()) return record.public_id;
  return ids_.ForExhibit({record.agency, record.source_system, record.source_id}, reference)
      .value();
}

}  // namespace serieslink

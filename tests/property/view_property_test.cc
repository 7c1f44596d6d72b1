// Goal: an answer equals linkage run over the evidence that its caller may see, at every revision.
// Method: random records of two agencies, of which some are hidden, are pushed, superseded and
// derived; what each of three viewers may see of the log is gathered here from the log itself, and
// the oracle's weapons of that are held against what the views say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/linkage/core/rules.h"
#include "services/view/canonical.h"
#include "services/view/component_evidence.h"
#include "services/view/extract.h"
#include "tests/property/feed_evidence.h"
#include "tests/property/linkage_oracle.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

using linkage::ExhibitFacts;
using linkage::Statement;
using Lines = std::set<std::string>;

std::string WeaponLine(const std::set<std::uint64_t>& members, std::uint64_t name, int incidents,
                       bool inferred, linkage::Basis floor) {
  return absl::StrCat("weapon {", absl::StrJoin(members, " "), "} named ", name, " incidents ",
                      incidents, inferred ? " inferred" : "", " floor ", static_cast<int>(floor));
}

std::string ConflictLine(int kind, std::uint64_t first, std::uint64_t second,
                         linkage::Channel channel) {
  return absl::StrCat("conflict ", kind, " of ", first, "-", second, " on ",
                      static_cast<int>(channel));
}

// The log, told once more without any of what is derived from it.
class Told {
 public:
  Told(DerivationPipeline& pipeline, const linkage::RuleSet& rules,
       const linkage::ConfirmationPolicy& policy)
      : ids_(pipeline.ids()), rules_(rules), policy_(policy) {
    const view::Cut cut = pipeline.TakeCut();
    const graph::LogReader log(&cut.reader.snapshot());
    for (graph::Revision revision = 1; revision <= log.latest(); ++revision) {
      const graph::LogBatch batch = log.Read(revision).value();
      for (const graph::LogItem& item : batch.items) Add(revision, item.entry);
    }
  }

  Lines WeaponsOf(const std::string& viewer, graph::Revision revision) const {
    std::vector<ExhibitFacts> seen;
    std::vector<linkage::RecordEventFacts> events;
    std::map<std::uint64_t, std::uint64_t> only;  // by record, of records with one exhibit
    std::set<std::uint64_t> active;
    std::set<std::uint64_t> visible;
    std::vector<view::AssertedStatement> asserted;
    for (const auto& [number, record] : records_) {
      const record::v1::Record* stands = Standing(record, revision);
      if (stands == nullptr) continue;
      for (auto& one : view::AssertionsOf(*stands, ids_)) {
        one.statement.trusted = policy_.Trusts(one.statement.basis, record.agency);
        asserted.push_back(std::move(one));
      }
      const bool may_see = record.is_open || record.agency == viewer;
      const auto event = view::StoredFactsOf(*stands);
      if (may_see && event.has_value()) {
        events.push_back(view::FactsOf(*event, number, record.public_id));
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
        seen.push_back(view::FactsOf(view::StoredFactsOf(exhibit), id, number,
                                     static_cast<std::uint32_t>(place - record.references.begin()),
                                     guns > 1 && is_gun(exhibit), event.has_value()));
        seen.back().in_hand = exhibit.kind() == record::v1::EXHIBIT_KIND_GUN &&
                              (stands->kind() == record::v1::RECORD_KIND_LABORATORY_ITEM ||
                               exhibit.custody_size() > 0);
      }
    }
    std::vector<Statement> statements = linkage::RuleStatements(seen, rules_);
    for (Statement& one : statements) one.trusted = policy_.Trusts(one.basis, {});
    for (view::AssertedStatement& one : asserted) {
      std::uint64_t ends[2] = {0, 0};
      for (int i = 0; i < 2; ++i) {
        const view::AssertedEnd& end = one.ends[i];
        if (active.contains(end.public_id)) {
          ends[i] = end.public_id;
        } else if (const auto found = only.find(end.public_id);
                   end.names_record && found != only.end()) {
          ends[i] = found->second;
        }
      }
      if (ends[0] == ends[1] || !visible.contains(ends[0]) || !visible.contains(ends[1])) continue;
      one.statement.SetPair(ends[0], ends[1]);
      statements.push_back(one.statement);
    }

    const oracle::Weapons weapons = oracle::ResolveWeapons(seen, statements);
    const std::vector<oracle::Event> all_events = oracle::ResolveEvents(events);
    Lines lines;
    for (const oracle::Weapon& weapon : weapons.weapons) {
      const oracle::History history = oracle::TellHistory(weapon, seen, events, all_events);
      lines.insert(WeaponLine(weapon.members, weapon.name, history.incidents, history.inferred,
                              weapon.floor));
    }
    for (const oracle::Conflict& conflict : weapons.conflicts) {
      const auto& [first, second, channel] = conflict.finding;
      lines.insert(ConflictLine(conflict.kind, first, second, channel));
    }
    return lines;
  }

 private:
  struct Record {
    std::uint64_t public_id = 0;
    std::string agency;
    std::string source_system;
    std::string source_id;
    bool is_open = false;                 // by its latest version
    std::vector<std::string> references;  // of its exhibits, in order of appearance
    // From which revision on what stands; null after a withdrawal.
    std::map<graph::Revision, std::shared_ptr<const record::v1::Record>> versions;
  };

  void Add(graph::Revision revision, const stored::v1::LogEntry& entry) {
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

  static const record::v1::Record* Standing(const Record& record, graph::Revision revision) {
    const auto after = record.versions.upper_bound(revision);
    return after == record.versions.begin() ? nullptr : std::prev(after)->second.get();
  }

  std::uint64_t NameOf(const Record& record, const std::string& reference) const {
    if (reference.empty()) return record.public_id;
    return ids_.ForExhibit({record.agency, record.source_system, record.source_id}, reference)
        .value();
  }

  const graph::IdKey& ids_;
  const linkage::RuleSet rules_;
  const linkage::ConfirmationPolicy policy_;
  std::map<graph::RecordNumber, Record> records_;
};

Lines ViewedBy(const std::string& viewer, graph::Revision revision, DerivationPipeline& pipeline) {
  view::Cut cut = pipeline.TakeCut(revision);
  Lines lines;
  const auto records = cut.reader.ScanRecords(0, 100000).value();
  for (const auto& [number, state] : records) {
    for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
      const auto exhibit = graph::MakeExhibitNumber(number, static_cast<std::uint32_t>(ordinal));
      const auto evidence =
          view::ComponentEvidence::Load(cut.reader, view::Viewer{viewer}, exhibit).value();
      const view::ResolvedView view = evidence->At(cut.revision);
      for (std::uint32_t w = 0; w < view.histories.size(); ++w) {
        std::set<std::uint64_t> members;
        for (const std::uint32_t member : view.resolution.weapons[w].members) {
          members.insert(view.exhibit_facts[member].public_id);
        }
        lines.insert(WeaponLine(members,
                                view.exhibit_facts[view.resolution.NamingExhibit(w)].public_id,
                                static_cast<int>(view.histories[w].incident_count),
                                view.histories[w].inferred, view.resolution.weapons[w].floor));
      }
      for (const linkage::Conflict& conflict : view.resolution.conflicts) {
        const Statement& s = view.resolution.standing[conflict.finding].statement;
        lines.insert(ConflictLine(static_cast<int>(conflict.kind), s.first, s.second, s.channel));
      }
    }
  }
  return lines;
}

TEST(ViewPropertyTest, EveryAnswerIsLinkageOverWhatItsCallerSees) {
  std::size_t joined = 0;
  std::size_t differing = 0;
  ForEachSeed(12, [&](std::uint64_t seed) {
    FeedEvidence evidence(static_cast<unsigned>(seed), /*hidden_percent=*/35);
    std::vector<SentMessage> all;
    for (int number = 0; number < 30; ++number) {
      for (SentMessage& version : evidence.Record(number)) all.push_back(std::move(version));
    }
    std::shuffle(all.begin(), all.end(), evidence.random());
    const linkage::RuleSet rules = linkage::RuleSet::Serving();
    // Of every four seeds, one trusts no examiner of these agencies, one no reference, one no rule.
    linkage::ConfirmationPolicy policy;
    if (seed % 4 == 1) policy.examiner_agencies = {"somebody"};
    if (seed % 4 == 2) policy.reference_agencies = {"somebody"};
    policy.rules_confirm = seed % 4 != 3;
    DerivationPipeline pipeline(rules, policy);
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t size = std::min<std::size_t>(1 + evidence.Below(7), all.size() - at);
      const auto end = all.begin() + static_cast<std::ptrdiff_t>(at + size);
      const auto answers = pipeline.Push({all.begin() + static_cast<std::ptrdiff_t>(at), end});
      at += size;
      if (evidence.Below(10) == 0) pipeline.Restart();
      const auto& answer = answers[0];
      if (evidence.Below(8) == 0 && answer.outcome() == ingest::v1::OUTCOME_CREATED) {
        pipeline.Withdraw((end - static_cast<std::ptrdiff_t>(size))->agency, answer.record_id());
      }
    }
    const Told told(pipeline, rules, policy);
    const graph::Revision latest = pipeline.revision();
    for (graph::Revision revision = latest; revision > 0;
         revision -= std::min(revision, 1 + latest / 5)) {
      std::set<Lines> answers;
      for (const char* viewer : {"kent", "nabis", "anyone"}) {
        SCOPED_TRACE(absl::StrCat(viewer, " at revision ", revision, " of ", latest));
        const Lines expected = told.WeaponsOf(viewer, revision);
        EXPECT_EQ(ViewedBy(viewer, revision, pipeline), expected);
        for (const std::string& line : expected) joined += line.find("incidents 2") != line.npos;
        answers.insert(expected);
      }
      differing += answers.size() > 1;
    }
  });
  EXPECT_GT(joined, 0u) << "the evidence must make series";
  EXPECT_GT(differing, 0u) << "the viewers must see different things";
}

TEST(ViewPropertyTest, AnotherPolicyHoldsAtEveryRevisionOnceItIsDerived) {
  ForEachSeed(4, [&](std::uint64_t seed) {
    FeedEvidence evidence(static_cast<unsigned>(seed) + 500);
    const linkage::RuleSet rules = linkage::RuleSet::Serving();
    DerivationPipeline pipeline(rules);
    for (int number = 0; number < 30; ++number) pipeline.Push(evidence.Record(number));
    linkage::ConfirmationPolicy strict;
    strict.examiner_agencies = {"somebody"};
    strict.reference_agencies = {"somebody"};
    strict.rules_confirm = false;
    const graph::Revision latest = pipeline.revision();
    std::size_t changed = 0;
    for (const linkage::ConfirmationPolicy& policy : {strict, linkage::ConfirmationPolicy()}) {
      const Lines before = ViewedBy("anyone", latest, pipeline);
      pipeline.Restart(policy);
      ASSERT_EQ(pipeline.revision(), latest);
      const Told told(pipeline, rules, policy);
      for (const graph::Revision revision : {latest / 2, latest}) {
        EXPECT_EQ(ViewedBy("anyone", revision, pipeline), told.WeaponsOf("anyone", revision));
        // What is kept for the base view follows too.
        DerivationPipeline::Weapons viewed;
        for (const auto& [members, incidents] : pipeline.ViewedWeapons(revision)) {
          if (members.size() >= 2) viewed[members] = incidents;
        }
        EXPECT_EQ(pipeline.MaterialisedWeapons(revision), viewed);
      }
      changed += ViewedBy("anyone", latest, pipeline) != before;
    }
    EXPECT_EQ(changed, 2u) << "the evidence must have findings that the policy decides on";
  });
}

}  // namespace
}  // namespace serieslink

// Goal: an answer equals linkage run over the evidence that its caller may see, at every revision.
// Method: random records of two agencies, of which some are hidden, are pushed, superseded and
// derived; what each of three viewers may see of the log is gathered from the log itself
// (told_log.h), and the oracle's weapons of that are held against what the views say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "services/view/component_evidence.h"
#include "tests/property/feed_evidence.h"
#include "tests/property/linkage_evidence.h"
#include "tests/property/linkage_oracle.h"
#include "tests/property/result_lines.h"
#include "tests/property/told_log.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

// `history` is of the weapon.
std::string WeaponLine(const std::set<std::uint64_t>& members, std::uint64_t name,
                       const oracle::History& history, linkage::Basis floor) {
  return absl::StrCat("weapon {", absl::StrJoin(members, " "), "} named ", name, " incidents ",
                      history.incidents, history.series ? " series" : "",
                      history.police_issue ? " police issue" : "",
                      history.inferred ? " inferred" : "", " floor ", static_cast<int>(floor));
}

std::string ConflictLine(int kind, std::uint64_t first, std::uint64_t second,
                         linkage::Channel channel) {
  return absl::StrCat("conflict ", kind, " of ", first, "-", second, " on ",
                      static_cast<int>(channel));
}

Lines LinesOf(Arrived evidence, const linkage::ConfirmationPolicy& policy) {
  for (const linkage::Statement& statement :
       OracleRuleStatements(evidence.exhibits, linkage::RuleSet::Serving(), policy)) {
    evidence.statements.push_back(statement);
  }
  const oracle::Weapons weapons = oracle::ResolveWeapons(evidence.exhibits, evidence.statements);
  const std::vector<oracle::Event> all_events = oracle::ResolveEvents(evidence.records);
  Lines lines;
  for (const oracle::Weapon& weapon : weapons.weapons) {
    const oracle::History history =
        oracle::TellHistory(weapon, evidence.exhibits, evidence.records, all_events);
    lines.insert(WeaponLine(weapon.members, weapon.name, history, weapon.floor));
  }
  for (const oracle::Conflict& conflict : weapons.conflicts) {
    const auto& [first, second, channel] = conflict.finding;
    lines.insert(ConflictLine(conflict.kind, first, second, channel));
  }
  return lines;
}

void AddLines(const view::ResolvedView& view, Lines& lines) {
  for (std::uint32_t w = 0; w < view.histories.size(); ++w) {
    std::set<std::uint64_t> members;
    for (const std::uint32_t member : view.resolution.weapons[w].members) {
      members.insert(view.exhibit_facts[member].public_id);
    }
    oracle::History history;
    history.incidents = static_cast<int>(view.histories[w].incident_count);
    history.series = view.histories[w].is_series;
    history.police_issue = view.histories[w].is_police_issue;
    history.inferred = view.histories[w].inferred;
    lines.insert(WeaponLine(members, view.exhibit_facts[view.resolution.NamingExhibit(w)].public_id,
                            history, view.resolution.weapons[w].floor));
  }
  for (const linkage::Conflict& conflict : view.resolution.conflicts) {
    const linkage::Statement& s = view.resolution.standing[conflict.finding].statement;
    lines.insert(ConflictLine(static_cast<int>(conflict.kind), s.first, s.second, s.channel));
  }
}

// How much of it there is, which what is told of it need not show.
std::string SizesOf(const view::ComponentEvidence& evidence, const view::ResolvedView& view) {
  return absl::StrCat(absl::StrJoin(evidence.members(), " "), " statements ",
                      evidence.statements().size(), " standing ", view.resolution.standing.size(),
                      " exhibits ", view.exhibits.size());
}

// Reads the evidence around each exhibit; that of several, read at once, comes apart into the same.
// Records that only versions relate which never stood together can come with it besides: no line
// tells of them.
Lines ViewedBy(const std::string& viewer, graph::Revision revision, DerivationPipeline& pipeline) {
  view::Cut cut = pipeline.TakeCut(revision);
  std::vector<graph::ExhibitNumber> exhibits;
  const auto records = cut.reader.ScanRecords(0, 100000).value();
  for (const auto& [number, state] : records) {
    for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
      exhibits.push_back(graph::MakeExhibitNumber(number, static_cast<std::uint32_t>(ordinal)));
    }
  }
  const view::Viewer seen_by{viewer};
  Lines lines;
  std::set<std::string> sizes;
  for (const graph::ExhibitNumber exhibit : exhibits) {
    const auto evidence = view::ComponentEvidence::Load(cut.reader, seen_by, exhibit).value();
    const view::ResolvedView view = evidence->At(cut.revision);
    AddLines(view, lines);
    if (!evidence->members().empty()) sizes.insert(SizesOf(*evidence, view));
  }
  view::ComponentEvidence::Of apart;
  apart.is_apart = true;
  // All of them read whole, and some of them step by step.
  for (const bool is_whole : {true, false}) {
    view::EvidenceBounds bounds;
    if (!is_whole) bounds.read_whole_max = 0;
    const std::size_t at_once = is_whole ? exhibits.size() + 1 : 5;
    Lines of_parts;
    std::set<std::string> sizes_of_parts;
    for (std::size_t at = 0; at < exhibits.size(); at += at_once) {
      const auto some = absl::MakeConstSpan(exhibits).subspan(at, at_once);
      const auto evidence =
          view::ComponentEvidence::LoadAll(cut.reader, seen_by, some, bounds, {}, {}, apart)
              .value();
      for (const auto& part : evidence->Apart()) {
        const view::ResolvedView view = part->At(cut.revision);
        AddLines(view, of_parts);
        sizes_of_parts.insert(SizesOf(*part, view));
      }
    }
    EXPECT_EQ(of_parts, lines) << (is_whole ? "read whole" : "read step by step");
    EXPECT_EQ(sizes_of_parts, sizes) << (is_whole ? "read whole" : "read step by step");
  }
  return lines;
}

TEST(ViewPropertyTest, EveryAnswerIsLinkageOverWhatItsCallerSees) {
  std::size_t joined = 0;
  std::size_t differing = 0;
  std::size_t by_two = 0;
  const std::string by_analysts =
      absl::StrCat(" floor ", static_cast<int>(linkage::Basis::kAnalyst));
  std::size_t withheld = 0;
  ForEachSeed(12, [&](std::uint64_t seed) {
    // Every other seed tells of guns issued to police, and of losses.
    FeedEvidence::Shape shape{.hidden_percent = 35};
    if (seed % 2 == 0) {
      shape.loss_percent = 10;
      shape.police_issue_percent = 40;
    }
    // On every third, what records tell to be items of others, which a viewer need not see.
    if (seed % 3 == 0) shape.same_item_percent = 40;
    FeedEvidence evidence(static_cast<unsigned>(seed), shape);
    std::vector<SentMessage> all;
    for (int number = 0; number < 30; ++number) {
      for (SentMessage& version : evidence.Record(number)) all.push_back(std::move(version));
    }
    for (auto& versions : evidence.WordsOfAnalysts(100, 12)) {
      for (SentMessage& version : versions) all.push_back(std::move(version));
    }
    std::shuffle(all.begin(), all.end(), evidence.random());
    const linkage::RuleSet rules = linkage::RuleSet::Serving();
    // Of every four seeds, one trusts no examiner of these agencies, one no reference, one no rule.
    linkage::ConfirmationPolicy policy;
    if (seed % 4 == 1) policy.examiner_agencies = {"somebody"};
    if (seed % 4 == 2) policy.reference_agencies = {"somebody"};
    policy.rules_confirm = seed % 4 != 3;
    // And of every three, one asks for two analysts to confirm, and one for two to decide anything.
    if (seed % 3 != 0) policy.two_person_verdicts = {linkage::Verdict::kConfirmed};
    if (seed % 3 == 1) {
      policy.two_person_verdicts.insert(
          {linkage::Verdict::kEliminated, linkage::Verdict::kWithdrawn});
    }
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
    const ToldLog told(pipeline, policy);
    const graph::Revision latest = pipeline.revision();
    for (graph::Revision revision = latest; revision > 0;
         revision -= std::min(revision, 1 + latest / 5)) {
      std::set<Lines> answers;
      for (const char* viewer : {"kent", "nabis", "anyone"}) {
        SCOPED_TRACE(absl::StrCat(viewer, " at revision ", revision, " of ", latest));
        const Lines expected = LinesOf(told.SeenBy(viewer, revision), policy);
        EXPECT_EQ(ViewedBy(viewer, revision, pipeline), expected);
        for (const std::string& line : expected) {
          joined += line.find("incidents 2") != line.npos;
          by_two += policy.two_person_verdicts.contains(linkage::Verdict::kConfirmed) &&
                    line.ends_with(by_analysts);
          withheld += line.find("incidents 2 police issue") != line.npos;
        }
        answers.insert(expected);
      }
      differing += answers.size() > 1;
    }
  });
  EXPECT_GT(joined, 0u) << "the evidence must make series";
  EXPECT_GT(withheld, 0u) << "some of what would be series must be police issue";
  EXPECT_GT(differing, 0u) << "the viewers must see different things";
  EXPECT_GT(by_two, 0u) << "two analysts must agree";
}

TEST(ViewPropertyTest, AnotherPolicyHoldsAtEveryRevisionOnceItIsDerived) {
  ForEachSeed(4, [&](std::uint64_t seed) {
    FeedEvidence evidence(static_cast<unsigned>(seed) + 500);
    const linkage::RuleSet rules = linkage::RuleSet::Serving();
    DerivationPipeline pipeline(rules);
    for (int number = 0; number < 30; ++number) pipeline.Push(evidence.Record(number));
    for (const auto& versions : evidence.WordsOfAnalysts(100, 12)) pipeline.Push(versions);
    linkage::ConfirmationPolicy strict;
    strict.examiner_agencies = {"somebody"};
    strict.reference_agencies = {"somebody"};
    strict.rules_confirm = false;
    strict.two_person_verdicts = {linkage::Verdict::kConfirmed, linkage::Verdict::kEliminated};
    const graph::Revision latest = pipeline.revision();
    std::size_t changed = 0;
    for (const linkage::ConfirmationPolicy& policy : {strict, linkage::ConfirmationPolicy()}) {
      const Lines before = ViewedBy("anyone", latest, pipeline);
      pipeline.Restart(policy);
      ASSERT_EQ(pipeline.revision(), latest);
      const ToldLog told(pipeline, policy);
      for (const graph::Revision revision : {latest / 2, latest}) {
        EXPECT_EQ(ViewedBy("anyone", revision, pipeline),
                  LinesOf(told.SeenBy("anyone", revision), policy));
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

// Goal: what analysts decide counts whenever it comes, and taken back it counts for nothing; and
// the queue of leads that the deriver keeps up to date step by step is what the statements make of
// all pairs at once. Method: random records of two agencies, and random acts on random pairs of
// their exhibits, named by id, go through the log in different orders and batches, with restarts:
// decisions come before what they are about. Weapons are compared by source ids, queues pair by
// pair with a scan of everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/leads/blind_sample.h"
#include "services/leads/core/lead_file.h"
#include "services/linkage/core/lead_pair.h"
#include "services/view/extract.h"
#include "tests/property/feed_evidence.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

using feed::v1::AnalystLeadFile;
using PairOfIds = std::pair<std::uint64_t, std::uint64_t>;

constexpr int kSeeds = 20;

// "EX-…" of everything that is here.
std::vector<std::string> ExhibitIds(DerivationPipeline& pipeline) {
  std::vector<std::string> ids;
  view::Cut cut = pipeline.TakeCut();
  const auto records = cut.reader.ScanRecords(0, 100000).value();
  for (const auto& [number, state] : records) {
    for (const auto& exhibit : state.exhibits()) {
      ids.push_back(
          graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(exhibit.public_id())));
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// The versions of one agency's file of a pair: some acts, one after the other.
std::vector<SentMessage> FileVersions(const std::string& agency, const std::string& first,
                                      const std::string& second, FeedEvidence& random) {
  static constexpr const char* kVerdicts[] = {"CONFIRMED", "ELIMINATED", "INCONCLUSIVE"};
  static constexpr const char* kChannels[] = {"SERIAL", "DESCRIPTION", "CASE"};
  AnalystLeadFile file;
  file.set_first_exhibit(first);
  file.set_second_exhibit(second);
  file.set_visibility("OPEN");
  std::vector<SentMessage> versions;
  for (int act = 1 + random.Below(4); act > 0; --act) {
    const leads::Actor actor = {
        random.Below(2) == 0 ? "ana" : "ben",
        absl::StrCat("2023-0", 1 + random.Below(5), "-0", 1 + random.Below(9), "T12:00:00Z"),
        "looked at both"};
    const leads::Decision decision = {kVerdicts[random.Below(3)], kChannels[random.Below(3)], 1, 1};
    leads::Refusal refusal = leads::Refusal::kNone;
    leads::Replaced replaced;
    switch (random.Below(5)) {
      case 0:
        refusal = leads::Second(decision.channel, actor, file, replaced);
        break;
      case 1:
        refusal = leads::Withdraw(decision.channel, false, actor, file, replaced);
        break;
      case 2:
        refusal = leads::Refer("kent", "team", actor, file);
        break;
      default:
        refusal = leads::Decide(decision, random.Below(3) == 0, actor, file, replaced);
        break;
    }
    if (refusal != leads::Refusal::kNone) continue;
    SentMessage message{agency, {}};
    *message.message.mutable_analyst() = file;
    versions.push_back(std::move(message));
  }
  return versions;
}

void PushInBatches(const std::vector<SentMessage>& messages, std::mt19937& random,
                   DerivationPipeline& pipeline) {
  for (std::size_t at = 0; at < messages.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 9, messages.size() - at);
    pipeline.Push({messages.begin() + static_cast<std::ptrdiff_t>(at),
                   messages.begin() + static_cast<std::ptrdiff_t>(at + size)});
    at += size;
    if (random() % 12 == 0) pipeline.Restart();
  }
}

// The pairs of a queue, by their ids.
std::set<PairOfIds> Queue(DerivationPipeline& pipeline,
                          graph::EdgeType type = graph::EdgeType::kLead) {
  view::Cut cut = pipeline.TakeCut();
  const auto edges = cut.reader.Edges().value();
  std::set<PairOfIds> queue;
  const auto queued = edges.ScanRanked(type, nullptr, 100000).value();
  for (const graph::RankedEdge& edge : queued) {
    const auto states =
        cut.reader.Records({graph::RecordOf(edge.source), graph::RecordOf(edge.target)}).value();
    std::uint64_t ids[2] = {
        states[0]->exhibits(static_cast<int>(graph::OrdinalOf(edge.source))).public_id(),
        states[1]->exhibits(static_cast<int>(graph::OrdinalOf(edge.target))).public_id()};
    EXPECT_TRUE(queue.insert(std::minmax(ids[0], ids[1])).second) << "a pair is queued once";
    if (type != graph::EdgeType::kLead) continue;
    // Since when it is known lies beside it.
    EXPECT_TRUE(
        edges.RankedPayloads(graph::EdgeType::kLeadKnown, {{0, edge.source, edge.target, {}}})
            .value()[0]
            .has_value());
  }
  return queue;
}

// What is there now, looked at anew.
struct Everything {
  std::map<std::uint64_t, linkage::ExhibitFacts> active;  // by id
  std::set<std::uint64_t> replaced;                       // its record has others now
  std::map<PairOfIds, std::vector<linkage::Statement>> statements;
};

Everything LookAt(DerivationPipeline& pipeline) {
  Everything all;
  view::Cut cut = pipeline.TakeCut();
  const auto records = cut.reader.ScanRecords(0, 100000).value();
  for (const auto& [number, state] : records) {
    const std::vector<linkage::ExhibitFacts> standing = view::StandingExhibits(state, number);
    for (const linkage::ExhibitFacts& facts : standing) all.active[facts.public_id] = facts;
    for (const auto& exhibit : state.exhibits()) {
      if (!standing.empty() && !exhibit.has_facts()) all.replaced.insert(exhibit.public_id());
    }
  }
  const auto stored_statements = cut.reader.ScanStatements(std::nullopt, 100000).value();
  for (const auto& stored : stored_statements) {
    if (stored.to_revision() != 0) continue;
    const linkage::Statement statement = view::StatementOf(stored);
    all.statements[{statement.first, statement.second}].push_back(statement);
  }
  return all;
}

// What the queue should hold.
std::set<PairOfIds> Candidates(DerivationPipeline& pipeline) {
  const Everything all = LookAt(pipeline);
  std::set<PairOfIds> candidates;
  for (const auto& [pair, statements] : all.statements) {
    const auto first = all.active.find(pair.first);
    const auto second = all.active.find(pair.second);
    if (first == all.active.end() || second == all.active.end()) continue;
    const linkage::PairBounds bounds = linkage::BoundsOf(first->second, second->second);
    if (linkage::StateOfPair(statements, bounds).is_candidate()) candidates.insert(pair);
  }
  return candidates;
}

// The queue of what to look at again holds every pair that what stands now makes such, and beyond
// that only what an analyst judged, which reading compares with what was judged. How many it holds.
std::size_t CheckReexaminations(DerivationPipeline& pipeline) {
  const std::set<PairOfIds> queue = Queue(pipeline, graph::EdgeType::kReexamination);
  const Everything all = LookAt(pipeline);
  std::set<PairOfIds> judged;
  for (const auto& [pair, statements] : all.statements) {
    const bool is_said =
        std::any_of(statements.begin(), statements.end(), [](const linkage::Statement& one) {
          return one.basis != linkage::Basis::kRule && !linkage::IsUndecided(one) &&
                 one.verdict != linkage::Verdict::kWithdrawn;
        });
    const bool are_active = all.active.contains(pair.first) && all.active.contains(pair.second);
    const linkage::PairState state = linkage::StateOfPair(statements);
    const bool is_wanted = are_active ? state.is_disputed || state.is_conflicting
                                      : is_said && (all.replaced.contains(pair.first) ||
                                                    all.replaced.contains(pair.second));
    EXPECT_TRUE(!is_wanted || queue.contains(pair)) << "a pair to look at again is not queued";
    const bool is_judged =
        are_active && std::any_of(statements.begin(), statements.end(), linkage::IsAnalysts);
    if (is_wanted || is_judged) judged.insert(pair);
  }
  for (const PairOfIds& pair : queue) {
    EXPECT_TRUE(judged.contains(pair)) << "a pair is queued that nobody has to look at";
  }
  return queue.size();
}

struct World {
  std::vector<SentMessage> records;
  std::vector<SentMessage> acts;
};

World WorldOf(FeedEvidence& random) {
  World world;
  for (int number = 0; number < 30; ++number) {
    const std::vector<SentMessage> versions = random.Record(number);
    world.records.insert(world.records.end(), versions.begin(), versions.end());
  }
  DerivationPipeline first;
  first.Push(world.records);
  const std::vector<std::string> ids = ExhibitIds(first);
  std::set<std::string> done;
  for (int i = 0; i < 25; ++i) {
    std::string a = ids[static_cast<std::size_t>(random.Below(static_cast<int>(ids.size())))];
    std::string b = ids[static_cast<std::size_t>(random.Below(static_cast<int>(ids.size())))];
    const std::string agency = random.Below(2) == 0 ? "mps" : "kent";
    if (b < a) std::swap(a, b);
    if (a == b || !done.insert(agency + a + b).second) continue;
    const std::vector<SentMessage> versions = FileVersions(agency, a, b, random);
    world.acts.insert(world.acts.end(), versions.begin(), versions.end());
  }
  return world;
}

TEST(LeadsPropertyTest, WhenADecisionComesDoesNotMatter) {
  std::size_t runs = 0;
  std::size_t leads = 0;
  std::size_t again = 0;
  std::size_t told = 0;
  ForEachSeed(kSeeds, [&](std::uint64_t seed) {
    ++runs;
    FeedEvidence random(static_cast<unsigned>(seed));
    const World world = WorldOf(random);
    DerivationPipeline without;
    without.Push(world.records);
    DerivationPipeline plain;
    plain.Push(world.records);
    plain.Push(world.acts);
    told += plain.ViewedWeapons() != without.ViewedWeapons() ? 1 : 0;
    leads += Queue(plain).size();
    EXPECT_EQ(Queue(plain), Candidates(plain));
    // What is kept up to date step by step is what all evidence makes at once.
    std::map<std::set<std::string>, std::uint32_t> viewed;
    const auto weapons = plain.ViewedWeapons();
    for (const auto& [members, incidents] : weapons) {
      if (members.size() >= 2) viewed[members] = incidents;
    }
    EXPECT_EQ(plain.MaterialisedWeapons(plain.revision()), viewed);
    again += CheckReexaminations(plain);

    std::vector<SentMessage> shuffle = world.records;
    shuffle.insert(shuffle.end(), world.acts.begin(), world.acts.end());
    std::shuffle(shuffle.begin(), shuffle.end(), random.random());
    DerivationPipeline shuffled;
    PushInBatches(shuffle, random.random(), shuffled);
    EXPECT_EQ(shuffled.ViewedWeapons(), plain.ViewedWeapons());
    EXPECT_EQ(shuffled.MaterialisedWeapons(shuffled.revision()),
              plain.MaterialisedWeapons(plain.revision()));
    EXPECT_EQ(Queue(shuffled), Queue(plain));
    CheckReexaminations(shuffled);
    // A deriver that begins anew goes on from what was written.
    const auto reexaminations = Queue(shuffled, graph::EdgeType::kReexamination);
    shuffled.Restart();
    EXPECT_EQ(Queue(shuffled, graph::EdgeType::kReexamination), reexaminations);
    EXPECT_EQ(Queue(shuffled), Queue(plain));
  });
  EXPECT_GT(leads, runs) << "the records must make leads";
  EXPECT_GT(again, runs) << "and pairs to look at again";
  EXPECT_GT(told, runs / 2) << "the decisions must change something";
}

TEST(LeadsPropertyTest, ADecisionTakenBackIsAsIfItHadNeverBeenMade) {
  ForEachSeed(kSeeds, [&](std::uint64_t seed) {
    FeedEvidence random(static_cast<unsigned>(1000 + seed));
    const World world = WorldOf(random);
    DerivationPipeline without;
    without.Push(world.records);

    std::vector<SentMessage> messages = world.records;
    messages.insert(messages.end(), world.acts.begin(), world.acts.end());
    std::shuffle(messages.begin(), messages.end(), random.random());
    DerivationPipeline reversed;
    PushInBatches(messages, random.random(), reversed);
    std::map<std::string, SentMessage> last;
    for (const SentMessage& act : world.acts) {
      const AnalystLeadFile& file = act.message.analyst();
      last[act.agency + file.first_exhibit() + file.second_exhibit()] = act;
    }
    std::vector<SentMessage> back;
    for (auto& [name, act] : last) {
      AnalystLeadFile& file = *act.message.mutable_analyst();
      const leads::Actor actor = {"ana", "2023-05-31T12:00:00Z", "wrong exhibit"};
      for (const char* const channel : {"SERIAL", "DESCRIPTION", "CASE"}) {
        leads::Replaced replaced;
        while (leads::Withdraw(channel, false, actor, file, replaced) == leads::Refusal::kNone) {
          back.push_back(act);
        }
      }
    }
    PushInBatches(back, random.random(), reversed);
    EXPECT_EQ(reversed.ViewedWeapons(), without.ViewedWeapons());
    EXPECT_EQ(reversed.MaterialisedWeapons(reversed.revision()),
              without.MaterialisedWeapons(without.revision()));
    EXPECT_EQ(Queue(reversed), Queue(without));
    CheckReexaminations(reversed);
  });
}

TEST(LeadsPropertyTest, ASampleIsTheSameAllWeekAndHoldsWhatItsViewerMaySee) {
  std::size_t runs = 0;
  std::size_t confirmed = 0;
  ForEachSeed(kSeeds, [&](std::uint64_t seed) {
    ++runs;
    FeedEvidence random(static_cast<unsigned>(2000 + seed), /*hidden_percent=*/30);
    std::vector<SentMessage> records;
    for (int number = 0; number < 60; ++number) {
      const std::vector<SentMessage> versions = random.Record(number);
      records.insert(records.end(), versions.begin(), versions.end());
    }
    DerivationPipeline pipeline;
    pipeline.Push(records);
    const graph::Revision begin = pipeline.revision();
    const view::Viewer viewer{"kent"};
    const auto draw = [&](const std::string& week, int size) {
      view::Cut cut = pipeline.TakeCut();
      return leads::DrawSample(cut, viewer, pipeline.ids(), week, begin, size).value();
    };
    const auto keys = [](const std::vector<leads::SampledPair>& sample) {
      std::vector<PairOfIds> out;
      for (const auto& one : sample) out.emplace_back(one.pair.key.newer, one.pair.key.older);
      return out;
    };
    const auto sample = draw("2024-W22", 8);
    for (const leads::SampledPair& one : sample) {
      confirmed += one.is_rule_confirmed ? 1 : 0;
      for (const leads::PairEnd& end : one.pair.ends) {
        EXPECT_TRUE(end.is_open || end.agency == viewer.agency);
      }
    }
    // What comes later in the week, and other people's work, change nothing.
    FeedEvidence more(static_cast<unsigned>(3000 + seed));
    for (int number = 200; number < 210; ++number) pipeline.Push(more.Record(number));
    if (!sample.empty()) {
      AnalystLeadFile file;
      file.set_first_exhibit(sample[0].pair.ends[0].id);
      file.set_second_exhibit(sample[0].pair.ends[1].id);
      ASSERT_EQ(leads::Judge("2024-W22", "SAME", {"ana", "2023-05-30T12:00:00Z", "marks"}, file),
                leads::Refusal::kNone);
      SentMessage judged{viewer.agency, {}};
      *judged.message.mutable_analyst() = file;
      pipeline.Push({judged});
    }
    const auto again = draw("2024-W22", 8);
    EXPECT_EQ(keys(again), keys(sample));
    if (!sample.empty()) {
      EXPECT_EQ(leads::JudgementOf(again[0].pair, viewer.agency, "2024-W22"), "SAME");
      EXPECT_EQ(leads::JudgementOf(again[0].pair, viewer.agency, "2024-W23"), "");
    }
  });
  EXPECT_GT(confirmed, runs / 2) << "the records must make confirmed pairs";
}

}  // namespace
}  // namespace serieslink

// Goal: what is kept and told depends on what stands and on nothing else: not on the order in which
// records arrived, how they were batched, repeated or retried, what came and went in between, or
// when a process began anew. And it is what the oracle says.
// Method: messages of two agencies go through preparing, committing and deriving on an in-memory
// store; what then stands is read back as a digest: every finding that stands, weapon, conflict,
// event, history and series, by public id. It is compared with the oracle's digest of what the log
// says, and with that of other ways in which the same could have arrived. The rows that are kept
// for the base view are held against it too. What fails is cut down to the fewest records with
// which it still fails, and printed.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
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

using linkage::Basis;
using linkage::Statement;

// The versions of one record, lowest first.
using RecordVersions = std::vector<SentMessage>;

struct Evidence {
  std::vector<RecordVersions> records;
  std::vector<RecordVersions> passing;  // sent and withdrawn again
  linkage::ConfirmationPolicy policy;
};

// --- The digest

Lines AsText(EngineResult result, const Arrived& arrived, bool named) {
  // The oracle gives findings by rule no names.
  for (linkage::StandingFinding& one : result.resolution.standing) {
    if (one.statement.basis == Basis::kRule) one.statement.name = 0;
  }
  Lines lines = WeaponLines(arrived, result.resolution, named);
  lines.merge(EventLines(arrived, result, named));
  // A finding about an exhibit that no standing version has any more joins nothing. Whether it is
  // still told of depends on whether that version ever stood, so it is left out.
  constexpr std::string_view kStale = "stale ";
  const Lines all = lines;
  for (const std::string& line : all) {
    if (!line.starts_with(kStale)) continue;
    lines.erase(line);
    const std::string stands = absl::StrCat("stands ", line.substr(kStale.size()), " ");
    std::erase_if(lines, [&](const std::string& other) { return other.starts_with(stands); });
  }
  return lines;
}

// What the pipeline tells an agency without records; nothing is hidden here.
Lines Told(DerivationPipeline& pipeline, bool named) {
  view::Cut cut = pipeline.TakeCut();
  std::vector<graph::ExhibitNumber> exhibits;
  std::vector<graph::RecordNumber> records;
  const auto scanned = cut.reader.ScanRecords(0, 1'000'000).value();
  for (const auto& [number, state] : scanned) {
    records.push_back(number);
    for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
      exhibits.push_back(graph::MakeExhibitNumber(number, static_cast<std::uint32_t>(ordinal)));
    }
  }
  view::EvidenceBounds all;
  all.exhibits_max = all.statements_max = 1'000'000;
  // Read at once, and step by step.
  Lines told[2];
  for (const std::size_t way : {0, 1}) {
    all.read_whole_max = way * 1'000'000;
    const auto evidence = view::ComponentEvidence::LoadAll(cut.reader, view::Viewer{"anyone"},
                                                           exhibits, all, {}, records)
                              .value();
    const view::ResolvedView view = evidence->At(cut.revision);
    told[way] = AsText({view.resolution, view.events, view.histories},
                       Arrived{view.exhibit_facts, view.event_facts, {}}, named);
  }
  EXPECT_EQ(told[0], told[1]);
  return told[0];
}

class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t Find(std::size_t at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  void Join(std::size_t a, std::size_t b) { parent_[Find(a)] = Find(b); }

 private:
  std::vector<std::size_t> parent_;
};

// What the oracle makes of what the log says. What it says by rule it says of everything at once,
// for a guard counts all. Then it tries all pairs, so it is asked about one set at a time of
// exhibits and records that anything connects: a statement, a reference, a record.
Lines ToldByOracle(DerivationPipeline& pipeline, const linkage::ConfirmationPolicy& policy) {
  Arrived all = ToldLog(pipeline, policy).SeenBy("anyone", pipeline.revision());
  for (const Statement& by_rule :
       OracleRuleStatements(all.exhibits, linkage::RuleSet::Serving(), policy)) {
    all.statements.push_back(by_rule);
  }
  const std::size_t exhibit_count = all.exhibits.size();
  DisjointSets sets(exhibit_count + all.records.size());
  std::map<std::uint64_t, std::size_t> record_at;
  std::map<std::uint64_t, std::size_t> exhibit_at;
  std::map<std::pair<char, std::uint64_t>, std::size_t> first_with;
  const auto share = [&](char kind, std::uint64_t key, std::size_t at) {
    sets.Join(at, first_with.try_emplace({kind, key}, at).first->second);
  };
  for (std::size_t i = 0; i < all.records.size(); ++i) {
    record_at[all.records[i].record_number] = exhibit_count + i;
    for (const auto reference : all.records[i].references) share('r', reference, exhibit_count + i);
    for (const auto reference : all.records[i].cited_references) {
      share('r', reference, exhibit_count + i);
    }
    share('s', all.records[i].source, exhibit_count + i);
    const linkage::RecordEventFacts& record = all.records[i];
    for (const auto* const sources :
         {&record.former_sources, &record.spent_item_sources, &record.other_item_sources}) {
      for (const auto source : *sources) share('s', source, exhibit_count + i);
    }
  }
  for (std::size_t i = 0; i < exhibit_count; ++i) {
    const linkage::ExhibitFacts& exhibit = all.exhibits[i];
    exhibit_at[exhibit.public_id] = i;
    share('n', exhibit.record_number, i);
    const auto event = record_at.find(exhibit.event_record_number);
    if (event != record_at.end()) sets.Join(i, event->second);
  }
  for (const Statement& statement : all.statements) {
    sets.Join(exhibit_at.at(statement.first), exhibit_at.at(statement.second));
  }
  std::map<std::size_t, Arrived> parts;
  for (std::size_t i = 0; i < exhibit_count; ++i) {
    parts[sets.Find(i)].exhibits.push_back(all.exhibits[i]);
  }
  for (std::size_t i = 0; i < all.records.size(); ++i) {
    parts[sets.Find(exhibit_count + i)].records.push_back(all.records[i]);
  }
  for (const Statement& statement : all.statements) {
    parts[sets.Find(exhibit_at.at(statement.first))].statements.push_back(statement);
  }
  Lines lines;
  for (auto& [set, part] : parts) {
    const oracle::Weapons weapons = oracle::ResolveWeapons(part.exhibits, part.statements);
    lines.merge(WeaponLines(weapons));
    lines.merge(OracleEventLines(part, weapons));
  }
  return lines;
}

// How the digest and what is kept for the base view differ from what they must be under the
// pipeline's policy; "" for not at all.
std::string Faults(DerivationPipeline& pipeline, const linkage::ConfirmationPolicy& policy = {}) {
  const Lines told = Told(pipeline, /*named=*/true);
  const Lines expected = ToldByOracle(pipeline, policy);
  if (told != expected) return absl::StrCat("told, oracle:\n", Difference(told, expected));
  DerivationPipeline::Weapons viewed;
  for (const auto& [members, incidents] : pipeline.ViewedWeapons()) {
    if (members.size() >= 2) viewed[members] = incidents;
  }
  if (pipeline.MaterialisedWeapons(pipeline.revision()) != viewed) return "the kept rows differ";
  return "";
}

// --- Ways to arrive

std::vector<SentMessage> MessagesOf(const std::vector<RecordVersions>& records) {
  std::vector<SentMessage> all;
  for (const RecordVersions& versions : records) {
    all.insert(all.end(), versions.begin(), versions.end());
  }
  return all;
}

// Everything in order, in one commit.
void ArrivePlainly(const Evidence& evidence, DerivationPipeline& pipeline) {
  pipeline.Push(MessagesOf(evidence.records));
}

// Pushes and withdraws, and knows the ids that were given.
class Sender {
 public:
  Sender(DerivationPipeline& pipeline, std::mt19937& random)
      : pipeline_(pipeline), random_(random) {}

  // In batches of random sizes, of which some are sent again at once, with restarts in between.
  void Push(const std::vector<SentMessage>& messages) {
    for (std::size_t at = 0; at < messages.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random_() % 9, messages.size() - at);
      const auto begin = messages.begin() + static_cast<std::ptrdiff_t>(at);
      PushBatch({begin, begin + static_cast<std::ptrdiff_t>(size)});
      if (random_() % 8 == 0) PushBatch({begin, begin + static_cast<std::ptrdiff_t>(size)});
      if (random_() % 24 == 0) pipeline_.Restart();
      at += size;
    }
  }

  // Withdraws the record of a message, unless it was never accepted.
  void Withdraw(const SentMessage& message) {
    const auto id = ids_.find(message.message.SerializeAsString());
    if (id != ids_.end()) pipeline_.Withdraw(message.agency, id->second);
  }

 private:
  void PushBatch(const std::vector<SentMessage>& batch) {
    const auto acknowledgements = pipeline_.Push(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      // A comparison of an exhibit with itself is never accepted.
      if (acknowledgements[i].outcome() == ingest::v1::OUTCOME_REJECTED) continue;
      ids_[batch[i].message.SerializeAsString()] = acknowledgements[i].record_id();
    }
  }

  DerivationPipeline& pipeline_;
  std::mt19937& random_;
  std::map<std::string, std::string> ids_;  // of records, by message
};

// Shuffled, in batches, with repeats, retries and restarts; what passes comes, goes, comes and
// goes; and some of what stays is withdrawn and sent again.
void ArriveSomehow(const Evidence& evidence, unsigned seed, DerivationPipeline& pipeline) {
  std::mt19937 random(seed);
  Sender sender(pipeline, random);
  std::vector<SentMessage> all = MessagesOf(evidence.records);
  const std::vector<SentMessage> passing = MessagesOf(evidence.passing);
  for (std::size_t i = all.size() / 3; i > 0; --i) all.push_back(all[i]);
  std::shuffle(all.begin(), all.end(), random);
  const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  sender.Push({all.begin(), half});
  sender.Push(passing);
  if (random() % 2 == 0) {
    for (const SentMessage& message : passing) sender.Withdraw(message);
    sender.Push(passing);
  }
  sender.Push({half, all.end()});
  for (const RecordVersions& versions : evidence.records) {
    if (random() % 5 != 0) continue;
    sender.Withdraw(versions.back());
    sender.Push({versions.back()});
  }
  for (const SentMessage& message : passing) sender.Withdraw(message);
}

// How arriving somehow is not what it should be; "" for not at all.
std::string FaultsOf(const Evidence& evidence, unsigned seed) {
  DerivationPipeline plain(linkage::RuleSet::Serving(), evidence.policy);
  ArrivePlainly(evidence, plain);
  std::string faults = Faults(plain, evidence.policy);
  if (!faults.empty()) return absl::StrCat("plainly: ", faults);
  DerivationPipeline somehow(linkage::RuleSet::Serving(), evidence.policy);
  ArriveSomehow(evidence, seed, somehow);
  faults = Faults(somehow, evidence.policy);
  if (!faults.empty()) return absl::StrCat("somehow: ", faults);
  const Lines expected = Told(plain, /*named=*/false);
  const Lines told = Told(somehow, /*named=*/false);
  return told == expected ? "" : absl::StrCat("somehow, plainly:\n", Difference(told, expected));
}

// Takes away every record that `faults` do not need.
Evidence Shrunk(Evidence evidence, unsigned seed) {
  for (auto* records : {&evidence.passing, &evidence.records}) {
    for (std::size_t i = records->size(); i > 0; --i) {
      const RecordVersions taken = (*records)[i - 1];
      records->erase(records->begin() + static_cast<std::ptrdiff_t>(i - 1));
      if (FaultsOf(evidence, seed).empty()) {
        records->insert(records->begin() + static_cast<std::ptrdiff_t>(i - 1), taken);
      }
    }
  }
  return evidence;
}

std::string TextOf(const Evidence& evidence) {
  std::string text;
  for (const auto& [what, records] :
       {std::pair("stays", &evidence.records), {"passes", &evidence.passing}}) {
    for (const SentMessage& message : MessagesOf(*records)) {
      absl::StrAppend(&text, what, ", of ", message.agency, ": ",
                      message.message.ShortDebugString(), "\n");
    }
  }
  return text;
}

Evidence MakeFeed(unsigned seed, const FeedEvidence::Shape& shape, int passing) {
  FeedEvidence generator(seed, shape);
  Evidence evidence;
  for (int i = 0; i < shape.records; ++i) evidence.records.push_back(generator.Record(i));
  for (int i = 0; i < passing; ++i) {
    evidence.passing.push_back({generator.Record(1'000'000 + i).front()});
  }
  return evidence;
}

// What two people decide together, of evidence of its own. Under every third policy two are needed
// to take something back too, and so to put something in its place.
void AddWordsOfAnalysts(unsigned seed, Evidence& evidence) {
  using linkage::Verdict;
  FeedEvidence generator(seed, {.records = 0});
  const std::vector<RecordVersions> words = generator.WordsOfAnalysts(5'000, 12);
  // The last of them come and go.
  evidence.records.insert(evidence.records.end(), words.begin(), words.end() - 3);
  for (auto word = words.end() - 3; word != words.end(); ++word) {
    evidence.passing.push_back({word->front()});
  }
  evidence.policy.two_person_verdicts = {Verdict::kConfirmed};
  if (generator.Below(2) == 0) evidence.policy.two_person_verdicts.insert(Verdict::kEliminated);
  if (generator.Below(3) == 0) evidence.policy.two_person_verdicts.insert(Verdict::kWithdrawn);
}

TEST(ArrivalProperty, HoweverItArrives) {
  ForEachSeed(200, [](std::uint64_t seed) {
    const auto drawn = static_cast<unsigned>(seed);
    const int records = 6 + static_cast<int>(seed % 5) * 5;
    const FeedEvidence::Shape shape = {.records = records,
                                       .serials = 4,
                                       .references = 8,
                                       .same_item_percent = seed % 3 == 0 ? 40 : 0};
    Evidence evidence = MakeFeed(drawn, shape, records / 5);
    if (seed % 2 == 0) AddWordsOfAnalysts(drawn, evidence);
    const std::string faults = FaultsOf(evidence, drawn);
    if (faults.empty()) return;
    const Evidence few = Shrunk(evidence, drawn);
    ADD_FAILURE() << FaultsOf(few, drawn) << "\nof " << few.records.size() << " records:\n"
                  << TextOf(few);
  });
}

// All orders of up to six records, each in batches of another cut.
TEST(ArrivalProperty, EveryOrderOfUpToSixRecords) {
  std::size_t arrivals = 0;
  std::size_t joined = 0;
  ForEachSeed(2, [&](std::uint64_t seed) {
    for (int count = 1; count <= 6; ++count) {
      // Guns, cases and comparisons of six records, of one version each and about few guns.
      FeedEvidence generator(static_cast<unsigned>(100 * seed) + static_cast<unsigned>(count),
                             {.records = count,
                              .serials = 2,
                              .references = 2,
                              .same_item_percent = seed % 2 == 0 ? 60 : 0});
      std::vector<SentMessage> messages;
      for (int i = 0; i < count; ++i) messages.push_back(generator.Record(i).front());
      DerivationPipeline plain;
      plain.Push(messages);
      ASSERT_EQ(Faults(plain), "");
      const Lines expected = Told(plain, /*named=*/false);
      for (const std::string& line : expected) joined += line.find(" series") != line.npos;
      std::vector<std::size_t> order(messages.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      do {
        DerivationPipeline pipeline;
        std::vector<SentMessage> batch;
        for (std::size_t i = 0; i < order.size(); ++i) {
          batch.push_back(messages[order[i]]);
          // Every cut comes up, as the orders go by.
          const bool ends = i + 1 == order.size() || (arrivals >> i & 1) != 0;
          if (!ends) continue;
          pipeline.Push(batch);
          batch.clear();
        }
        ++arrivals;
        EXPECT_EQ(Faults(pipeline), "");
        EXPECT_SAME_LINES(expected, Told(pipeline, /*named=*/false));
      } while (std::next_permutation(order.begin(), order.end()) && !::testing::Test::HasFailure());
    }
  });
  EXPECT_GE(arrivals, 873u) << "1 + 2 + 6 + 24 + 120 + 720 for each seed";
  RecordProperty("series", static_cast<int>(joined));
}

// Whatever comes first, two who agree decide, one person who says it twice does not, and what one
// of the two takes back waits again.
TEST(ArrivalProperty, EveryOrderOfWordsWherePolicyAsksForTwo) {
  struct Word {
    const char* token;
    const char* verdict;
    const char* day;
  };
  constexpr Word kWords[] = {{"A1", "CONFIRMED", "2017-06-01"},
                             {"A3", "ELIMINATED", "2017-06-03"},
                             {"A1", "CONFIRMED", "2017-06-04"},
                             {"A2", "CONFIRMED", "2017-06-02"}};
  constexpr std::size_t kTakenBack = 5;  // of the messages: the guns come before the words
  linkage::ConfirmationPolicy policy;
  policy.two_person_verdicts = {linkage::Verdict::kConfirmed, linkage::Verdict::kEliminated};
  FeedEvidence generator(1, {.records = 0});
  const std::vector<RecordVersions> made = generator.WordsOfAnalysts(0, std::size(kWords));
  std::vector<SentMessage> messages = {made[0].front(), made[1].front()};
  for (std::size_t i = 0; i < std::size(kWords); ++i) {
    messages.push_back(made[4 + i].front());
    feed::v1::NabisComparison& said =
        *messages.back().message.mutable_nabis()->mutable_comparison();
    said.mutable_first()->set_source_id(messages[0].message.force().record_id());
    said.mutable_second()->set_source_id(messages[1].message.force().record_id());
    said.set_examiner_token(kWords[i].token);
    said.set_verdict(kWords[i].verdict);
    said.set_examined(kWords[i].day);
  }
  std::vector<std::size_t> order(messages.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Lines decided;
  Lines waiting;
  std::size_t arrivals = 0;
  do {
    DerivationPipeline pipeline(linkage::RuleSet::Serving(), policy);
    std::string taken_back;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto answers = pipeline.Push({messages[order[i]]});
      if (order[i] == kTakenBack) taken_back = answers[0].record_id();
      if (arrivals % 12 == i) pipeline.Restart();
    }
    EXPECT_EQ(Faults(pipeline, policy), "");
    if (arrivals == 0) decided = Told(pipeline, /*named=*/false);
    EXPECT_SAME_LINES(decided, Told(pipeline, /*named=*/false));
    pipeline.Withdraw("nabis", taken_back);
    EXPECT_EQ(Faults(pipeline, policy), "");
    if (arrivals == 0) waiting = Told(pipeline, /*named=*/false);
    EXPECT_SAME_LINES(waiting, Told(pipeline, /*named=*/false));
    ++arrivals;
  } while (std::next_permutation(order.begin(), order.end()) && !::testing::Test::HasFailure());
  EXPECT_EQ(arrivals, 720u);
  const auto count = [](const Lines& lines, std::string_view text) {
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  };
  EXPECT_EQ(count(decided, " verdict 1 proposed {}"), 1) << "confirmed";
  EXPECT_EQ(count(waiting, " verdict 2 awaits proposed {1}"), 1) << "a lead, to be confirmed";
}

TEST(ArrivalProperty, ThousandsOfRecords) {
  ForEachSeed(1, [](std::uint64_t seed) {
    const auto drawn = static_cast<unsigned>(seed);
    const Evidence evidence =
        MakeFeed(drawn, {.records = 3'000, .serials = 2'500, .references = 4'000}, 300);
    EXPECT_EQ(FaultsOf(evidence, drawn), "");
  });
}

}  // namespace
}  // namespace serieslink

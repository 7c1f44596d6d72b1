// Goal: the generator makes what its documentation says, always the same, and nothing that an
// agency could not send.
#include "tests/synth/feed_stream.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapter.h"
#include "services/linkage/core/vocabulary.h"
#include "tests/synth/truth.h"

namespace serieslink::synth {
namespace {

constexpr std::uint64_t kRecords = 20'000;
// After everything that a world tells of.
const absl::Time kReceived = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01

void ForEachRecord(const StreamOptions& options,
                   const std::function<void(const SyntheticRecord&)>& visit) {
  const auto stream = FeedStream::Create(options);
  ASSERT_TRUE(stream.ok()) << stream.status();
  SyntheticRecord record;
  while ((*stream)->Next(&record)) visit(record);
}

// FNV-1a over messages and truth.
std::uint64_t DigestOf(const StreamOptions& options) {
  std::uint64_t digest = 0xCBF29CE484222325u;
  const auto add = [&](const std::string& bytes) {
    for (const char c : bytes) {
      digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
  };
  ForEachRecord(options, [&](const SyntheticRecord& record) {
    if (!record.is_withdrawal) add(record.message.SerializeAsString());
    add(TruthLine(record));
  });
  return digest;
}

std::string NameOf(const SyntheticRecord& record) {
  return absl::StrCat(record.agency, " ", record.system, " ", record.source_id);
}

// The guns and items of a message, with their references.
std::vector<std::string> ReferencesOf(const feed::v1::FeedMessage& message) {
  std::vector<std::string> references;
  const auto add = [&](const auto& entries) {
    for (const auto& entry : entries) references.push_back(entry.reference());
  };
  if (message.has_mps()) {
    add(message.mps().guns());
    add(message.mps().items());
  } else if (message.has_force()) {
    add(message.force().guns());
    add(message.force().items());
  } else if (message.has_licensing()) {
    add(message.licensing().guns());
  } else if (message.has_border_force()) {
    add(message.border_force().guns());
    add(message.border_force().items());
  } else if (message.nabis().has_exhibit()) {
    references.push_back("");
  }
  return references;
}

class EveryLevel : public testing::TestWithParam<DirtLevel> {
 protected:
  StreamOptions Options(std::uint64_t seed = 1) const {
    return {.seed = seed, .records = kRecords, .dirt = GetParam()};
  }
};

INSTANTIATE_TEST_SUITE_P(Levels, EveryLevel, testing::ValuesIn(kDirtLevels),
                         [](const auto& level) { return DirtLevelName(level.param); });

// The same bytes with every compiler, and in every build until the generator is changed on purpose:
// then these digests change with it.
TEST(FeedStreamTest, TheSameOptionsGiveTheSameRecords) {
  const auto digest = [](DirtLevel level, std::uint64_t seed) {
    return absl::StrCat(absl::Hex(DigestOf({.seed = seed, .records = 3000, .dirt = level})));
  };
  EXPECT_EQ(digest(DirtLevel::kNone, 1), "ff9ab7b2e4c189cc");
  EXPECT_EQ(digest(DirtLevel::kTypical, 1), "d12d6b831386eaf3");
  EXPECT_EQ(digest(DirtLevel::kHeavy, 1), "d0af7d6c153ad76f");
  EXPECT_NE(digest(DirtLevel::kTypical, 2), digest(DirtLevel::kTypical, 1));
}

TEST_P(EveryLevel, EveryRecordIsOneThatItsFeedAccepts) {
  std::uint64_t records = 0;
  ForEachRecord(Options(), [&](const SyntheticRecord& record) {
    if (record.is_withdrawal) return;
    ++records;
    EXPECT_EQ(ingest::FeedNameOf(record.message), record.feed);
    const ingest::AdaptedMessage adapted =
        ingest::Adapt(record.message, {.agency = record.agency, .received_time = kReceived});
    for (const auto& violation : adapted.violations) {
      ADD_FAILURE() << violation.field() << ": " << violation.description() << "\n"
                    << record.message.DebugString();
    }
    for (const auto& code : adapted.record.unknown_codes()) {
      ADD_FAILURE() << "unknown code in " << code.field();
    }
    EXPECT_EQ(adapted.record.source().source_system(), record.system);
    EXPECT_EQ(adapted.record.source().source_id(), record.source_id);
    EXPECT_EQ(adapted.record.source_version(), record.version);
  });
  EXPECT_EQ(records, kRecords);
}

TEST_P(EveryLevel, TheTruthIsOfTheMessageAndOfOneMind) {
  std::map<std::string, std::map<std::string, std::uint64_t>> gun_of;  // by record and reference
  std::map<std::string, std::uint64_t> event_of;
  std::set<std::pair<std::string, std::uint64_t>> versions;
  Minute last = 0;
  ForEachRecord(Options(), [&](const SyntheticRecord& record) {
    EXPECT_GE(record.arrival, last) << "records come in the order in which they are sent";
    last = record.arrival;
    const std::string name = NameOf(record);
    if (record.is_withdrawal) {
      EXPECT_TRUE(event_of.contains(name)) << "what is withdrawn was sent before";
      return;
    }
    EXPECT_TRUE(versions.insert({name, record.version}).second) << name;
    EXPECT_TRUE(record.version == 1 || versions.contains({name, record.version - 1})) << name;
    const std::vector<std::string> references = ReferencesOf(record.message);
    ASSERT_EQ(references.size(), record.exhibits.size());
    std::set<std::uint64_t> guns;
    for (std::size_t i = 0; i < references.size(); ++i) {
      const TrueExhibit& exhibit = record.exhibits[i];
      EXPECT_EQ(references[i], exhibit.reference);
      if (!exhibit.gun.has_value()) continue;
      EXPECT_TRUE(guns.insert(*exhibit.gun).second) << "one gun twice in one record";
      const auto [known, added] = gun_of[name].try_emplace(exhibit.reference, *exhibit.gun);
      EXPECT_EQ(known->second, *exhibit.gun) << "another gun in a later version";
    }
    if (record.event.has_value()) {
      const auto [known, added] = event_of.try_emplace(name, *record.event);
      EXPECT_EQ(known->second, *record.event);
    }
  });
}

// Nothing that tells guns or events apart is in a message: not the truth's numbers, and not an
// order of ids in which what belongs together stands together.
TEST_P(EveryLevel, TheTruthIsNotInTheFeed) {
  std::vector<std::pair<std::string, std::uint64_t>> guns;  // by source id
  ForEachRecord(Options(), [&](const SyntheticRecord& record) {
    if (record.is_withdrawal || record.version > 1) return;
    const std::string text = record.message.ShortDebugString();
    for (const DirtRow& row : DirtTable()) EXPECT_FALSE(absl::StrContains(text, row.name));
    if (std::string(record.feed) == "nabis" && !record.exhibits.empty()) {
      const std::vector<std::string> parts = absl::StrSplit(record.source_id, '-');
      guns.emplace_back(absl::StrCat(std::string(20 - parts.back().size(), '0'), parts.back()),
                        *record.exhibits[0].gun);
    }
  });
  ASSERT_GT(guns.size(), 1000u);
  std::sort(guns.begin(), guns.end());
  std::size_t neighbours = 0;
  for (std::size_t i = 1; i < guns.size(); ++i) neighbours += guns[i].second == guns[i - 1].second;
  EXPECT_LT(neighbours, guns.size() / 100);
}

TEST_P(EveryLevel, WhereNoDirtFellANumberIsAsStamped) {
  std::map<std::uint64_t, std::set<std::string>> serials;  // of guns, from clean records
  ForEachRecord(Options(), [&](const SyntheticRecord& record) {
    if (record.is_withdrawal) return;
    const auto fell = [&](DirtKind kind) { return Has(kind, record.dirt); };
    if (fell(DirtKind::kSerialTyping) || fell(DirtKind::kSerialConfusable) ||
        fell(DirtKind::kSerialTruncated) || fell(DirtKind::kSerialFormat) ||
        fell(DirtKind::kSerialPlaceholder) || fell(DirtKind::kSerialObliterated)) {
      return;
    }
    const auto add = [&](const feed::v1::GunEntry& gun, std::uint64_t number) {
      for (const auto& serial : gun.serials()) serials[number].insert(serial.text());
    };
    const auto& message = record.message;
    for (int i = 0; i < message.mps().guns_size(); ++i) {
      add(message.mps().guns(i), *record.exhibits[static_cast<std::size_t>(i)].gun);
    }
    for (int i = 0; i < message.force().guns_size(); ++i) {
      add(message.force().guns(i), *record.exhibits[static_cast<std::size_t>(i)].gun);
    }
    if (message.nabis().exhibit().has_gun()) {
      add(message.nabis().exhibit().gun(), *record.exhibits[0].gun);
    }
  });
  ASSERT_GT(serials.size(), 1000u);
  std::map<std::string, int> guns_of;
  for (const auto& [gun, texts] : serials) {
    EXPECT_EQ(texts.size(), 1u) << "gun " << gun << " has two numbers";
    ++guns_of[*texts.begin()];
  }
  const auto shared = std::count_if(guns_of.begin(), guns_of.end(),
                                    [](const auto& entry) { return entry.second > 1; });
  if (GetParam() == DirtLevel::kNone) {
    // By chance: numbers of one shape that several models have.
    EXPECT_LT(shared, 40);
  } else {
    EXPECT_GT(shared, 0);
  }
}

// The share of `fell` in `chances` is `rate`, but for chance.
void ExpectShare(std::uint64_t fell, std::uint64_t chances, double rate, const std::string& what) {
  SCOPED_TRACE(absl::StrCat(what, ": ", fell, " of ", chances));
  if (rate == 0) {
    EXPECT_EQ(fell, 0u);
    return;
  }
  ASSERT_GT(chances, 0u);
  const double expected = rate * static_cast<double>(chances);
  // Five standard deviations, and two for the smallest samples.
  EXPECT_NEAR(static_cast<double>(fell), expected, 5 * std::sqrt(expected * (1 - rate)) + 2);
}

TEST_P(EveryLevel, DirtFallsAsOftenAsDocumented) {
  const DirtRates rates(GetParam());
  std::array<std::uint64_t, kDirtKindCount> chances{};
  std::array<std::uint64_t, kDirtKindCount> fell{};
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    ForEachRecord(Options(seed), [&](const SyntheticRecord& record) {
      for (std::size_t kind = 0; kind < kDirtKindCount; ++kind) {
        chances[kind] += record.counts[kind].chances;
        fell[kind] += record.counts[kind].fell;
      }
      const auto count = [&](DirtKind kind, bool chance) {
        chances[static_cast<std::size_t>(kind)] += chance;
        fell[static_cast<std::size_t>(kind)] += chance && Has(kind, record.dirt);
      };
      const bool police = std::string(record.feed) == "mps" || std::string(record.feed) == "force";
      const bool copy = Has(DirtKind::kCopiedRow, record.dirt);
      if (record.is_withdrawal) {
        ++fell[static_cast<std::size_t>(DirtKind::kWithdrawn)];
        return;
      }
      if (record.version == 1 && !copy) {
        const bool guns =
            !record.exhibits.empty() && (police || std::string(record.feed) == "licensing" ||
                                         record.message.nabis().exhibit().has_gun());
        chances[static_cast<std::size_t>(DirtKind::kCorrected)] += guns;
        chances[static_cast<std::size_t>(DirtKind::kCopiedRow)] += police;
        chances[static_cast<std::size_t>(DirtKind::kWithdrawn)] += police;
        count(DirtKind::kItemLinkMissing, record.message.nabis().exhibit().has_gun());
      }
      fell[static_cast<std::size_t>(DirtKind::kCopiedRow)] += copy;
      fell[static_cast<std::size_t>(DirtKind::kCorrected)] +=
          Has(DirtKind::kCorrected, record.dirt);
      const auto& comparison = record.message.nabis().comparison();
      if (comparison.channel() == "CASE" && comparison.verdict() == "CONFIRMED") {
        const bool wrong = Has(DirtKind::kFindingWrong, record.dirt);
        chances[static_cast<std::size_t>(DirtKind::kFindingWrong)] += !wrong;
        fell[static_cast<std::size_t>(DirtKind::kFindingWrong)] += wrong;
        count(DirtKind::kFindingWrongStands, wrong);
      }
    });
  }
  // What the records alone do not show: which records are still to come, which guns were in
  // criminal hands, which comparisons were never made, of which guns a twin was made.
  const std::set<DirtKind> unseen = {DirtKind::kSerialObliterated, DirtKind::kLate,
                                     DirtKind::kSerialsInSequence, DirtKind::kSerialUnderTwoMakes,
                                     DirtKind::kSerialTwin,        DirtKind::kFindingMissing};
  for (const DirtRow& row : DirtTable()) {
    if (unseen.contains(row.kind)) continue;
    const auto at = static_cast<std::size_t>(row.kind);
    ExpectShare(fell[at], chances[at], rates.Of(row.kind) / 10'000.0, row.name);
  }
}

// Comparisons of two exhibits of one gun that an examiner could have made: of each group of cases
// or bullets, and of each test-fire, with what the gun left before it on that channel.
struct Comparisons {
  std::uint64_t possible = 0;
  std::uint64_t missing = 0;
};

Comparisons ComparisonsIn(const Life& life) {
  Comparisons counted;
  // No room was left for some.
  if (life.plans.size() >= kPlansMax) return counted;
  std::set<std::pair<std::uint8_t, std::uint8_t>> confirmed;
  for (const Plan& plan : life.plans) {
    if (plan.sort == RecordSort::kComparison && plan.partner == Partner::kOwn &&
        std::string_view(plan.verdict) == "CONFIRMED") {
      confirmed.insert({plan.first, plan.second});
    }
  }
  std::map<std::pair<std::uint8_t, bool>, std::uint8_t> last;  // by gun and channel
  for (std::size_t i = 0; i < life.plans.size(); ++i) {
    const Plan& plan = life.plans[i];
    const bool is_cases =
        plan.sort == RecordSort::kNabisCases || plan.sort == RecordSort::kTestFireCases;
    const bool is_bullets =
        plan.sort == RecordSort::kNabisBullets || plan.sort == RecordSort::kTestFireBullets;
    if ((!is_cases && !is_bullets) || plan.id_of != i || plan.content_of != i) continue;
    const auto here = static_cast<std::uint8_t>(i);
    const auto [before, is_first] = last.try_emplace({plan.gun, is_cases}, here);
    if (!is_first) {
      ++counted.possible;
      counted.missing += !confirmed.contains({here, before->second});
      before->second = here;
    }
  }
  return counted;
}

// The same of what the records do not show, from the stories.
TEST_P(EveryLevel, GunsAndFindingsAreAsDirtyAsDocumented) {
  World world;
  world.rates = DirtRates(GetParam());
  world.forces.assign(AllForces().begin(), AllForces().end());
  std::uint64_t careers = 0;
  std::uint64_t removed = 0;
  std::uint64_t recovered = 0;
  std::uint64_t two_makes = 0;
  std::uint64_t twins = 0;
  std::uint64_t sequences = 0;
  std::uint64_t lives = 0;
  std::uint64_t sent = 0;
  std::uint64_t late = 0;
  Comparisons comparisons;
  for (std::uint64_t number = 0; number < 72'000; ++number) {
    const Life life = TellLife(world, number, FeedStream::FirstDay());
    std::map<std::uint8_t, bool> found;  // guns recovered: whether the number was gone
    const Comparisons of_life = ComparisonsIn(life);
    comparisons.possible += of_life.possible;
    comparisons.missing += of_life.missing;
    bool sequence = false;
    bool imported_or_lost = false;
    std::set<std::uint8_t> of_two_makes;
    std::set<std::uint8_t> twin;
    for (const Plan& plan : life.plans) {
      const Happening& happening = life.happenings[plan.happening];
      sequence |= Has(DirtKind::kSerialsInSequence, plan.dirt);
      if (plan.version == 1 && plan.sort != RecordSort::kComparison &&
          plan.sort != RecordSort::kInferredWeapon && plan.sort != RecordSort::kWithdrawal &&
          !Has(DirtKind::kCopiedRow, plan.dirt)) {
        ++sent;
        late += Has(DirtKind::kLate, plan.dirt);
      }
      if (happening.sort == HappeningSort::kLoss) imported_or_lost = true;
      if (Has(DirtKind::kSerialUnderTwoMakes, plan.dirt)) {
        of_two_makes.insert(plan.gun);
        continue;
      }
      if (Has(DirtKind::kSerialTwin, plan.dirt)) {
        twin.insert(plan.gun);
        continue;
      }
      const bool by_police = plan.sort == RecordSort::kPolice && plan.first == kNoPlan;
      if (happening.sort != HappeningSort::kRecovery || !by_police) continue;
      imported_or_lost = true;
      found[plan.gun] = plan.number_removed;
    }
    for (const auto& [gun, gone] : found) {
      ++careers;
      removed += gone;
    }
    recovered += found.size();
    two_makes += of_two_makes.size();
    twins += twin.size();
    lives += imported_or_lost;
    sequences += sequence;
  }
  const auto rate = [&](DirtKind kind) { return world.rates.Of(kind) / 10'000.0; };
  ExpectShare(late, sent, rate(DirtKind::kLate), "late");
  EXPECT_GT(comparisons.possible, 3000u);
  ExpectShare(comparisons.missing, comparisons.possible, rate(DirtKind::kFindingMissing),
              "finding_missing");
  ExpectShare(removed, careers, rate(DirtKind::kSerialObliterated), "serial_obliterated");
  ExpectShare(two_makes, recovered, rate(DirtKind::kSerialUnderTwoMakes), "serial_under_two_makes");
  ExpectShare(twins, recovered, rate(DirtKind::kSerialTwin), "serial_twin");
  if (GetParam() == DirtLevel::kNone) {
    EXPECT_EQ(sequences, 0u);
  } else {
    const double share = static_cast<double>(sequences) / static_cast<double>(lives);
    EXPECT_NEAR(share, rate(DirtKind::kSerialsInSequence),
                0.4 * rate(DirtKind::kSerialsInSequence));
  }
}

TEST(FeedStreamTest, UsesFallOffAsAPowerAndReachTheLongestSeries) {
  World world;
  world.forces.assign(AllForces().begin(), AllForces().end());
  std::map<std::size_t, int> guns_by_uses;
  for (std::uint64_t number = 0; number < 72'000; ++number) {
    // Of a life with one gun every incident is a use of it. Guns used once are not told from those
    // seen in a crime and never again, so the law is looked at from the second use on.
    const Life life = TellLife(world, number, FeedStream::FirstDay());
    if (life.guns.size() != 1) continue;
    const auto uses =
        std::ranges::count(life.happenings, HappeningSort::kIncident, &Happening::sort);
    if (uses > 1) ++guns_by_uses[static_cast<std::size_t>(uses)];
  }
  std::uint64_t guns = 0;
  double powers = 0;
  for (const auto& [uses, count] : guns_by_uses) guns += static_cast<std::uint64_t>(count);
  for (int uses = 2; uses <= 20; ++uses) powers += std::pow(uses, -2.5);
  const auto share_of = [&](int from, int to) {
    double share = 0;
    for (int uses = from; uses <= to; ++uses) share += std::pow(uses, -2.5) / powers;
    return share;
  };
  const auto guns_of = [&](int from, int to) {
    std::uint64_t count = 0;
    for (int uses = from; uses <= to; ++uses) {
      count += static_cast<std::uint64_t>(guns_by_uses[static_cast<std::size_t>(uses)]);
    }
    return count;
  };
  for (const auto& [from, to] : {std::pair(2, 2), {3, 3}, {4, 5}, {6, 9}, {10, 20}}) {
    ExpectShare(guns_of(from, to), guns, share_of(from, to), absl::StrCat(from, " to ", to));
  }
  EXPECT_GE(guns_by_uses.rbegin()->first, 15u);
  EXPECT_LE(guns_by_uses.rbegin()->first, 20u);
}

// Spellings are harmless variety: linkage reads each as the make and calibre that it is.
TEST(FeedStreamTest, SpellingsOfAMakeAndNotationsOfACalibreAreOne) {
  std::set<std::uint64_t> makes;
  for (const Make& make : Makes()) {
    const std::uint64_t key = linkage::ReadMake(make.spellings[0]).key;
    EXPECT_GT(key, linkage::kOtherMake) << make.spellings[0];
    EXPECT_TRUE(makes.insert(key).second) << make.spellings[0];
    for (const char* const spelling : make.spellings) {
      EXPECT_EQ(linkage::ReadMake(spelling).key, key) << spelling;
    }
  }
  for (const Calibre& calibre : Calibres()) {
    const linkage::CalibreId plain = linkage::ReadCalibre(calibre.notations[0]);
    EXPECT_GT(plain, linkage::kOtherCalibre) << calibre.notations[0];
    for (const char* const notation : calibre.notations) {
      EXPECT_EQ(linkage::ReadCalibre(notation), plain) << notation;
    }
    EXPECT_TRUE(linkage::CompatibleCalibres(plain, linkage::ReadCalibre(calibre.class_notation)))
        << calibre.class_notation;
  }
}

TEST(FeedStreamTest, OnlyTheAgenciesAskedForReport) {
  std::set<std::string> agencies;
  ForEachRecord({.records = 2000, .agencies = "wmp,gmp"},
                [&](const SyntheticRecord& record) { agencies.insert(record.agency); });
  EXPECT_EQ(agencies, (std::set<std::string>{"gmp", "wmp"}));
  agencies.clear();
  ForEachRecord({.records = 2000},
                [&](const SyntheticRecord& record) { agencies.insert(record.agency); });
  EXPECT_EQ(agencies,
            (std::set<std::string>{"border_force", "btp", "kent", "mers", "mps", "nabis"}));
}

TEST(FeedStreamTest, OptionsWithoutAWorldAreRefused) {
  EXPECT_EQ(FeedStream::Create({.agencies = "mps,atlantis"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FeedStream::Create({.agencies = "nabis"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FeedStream::Create({.records = 0}).status().code(), absl::StatusCode::kInvalidArgument);
}

// README.md beside this file documents each kind of dirt with the rates that hold.
TEST(FeedStreamTest, TheDocumentationSaysTheRates) {
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  std::ifstream file(absl::StrCat(source == nullptr ? "." : source, "/tests/synth/README.md"));
  std::map<std::string, std::vector<std::string>> documented;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    if (cells.size() < 6 || !absl::StrContains(cells[0], "`")) continue;
    const std::vector<std::string> name = absl::StrSplit(cells[0], '`');
    documented[name[1]] = {cells[1], cells[2], cells[3], cells[4]};
  }
  const auto percent = [](int per_10000) {
    std::string text = absl::StrCat(per_10000 / 100);
    if (per_10000 % 100 != 0) {
      std::string rest = absl::StrCat(absl::Dec(per_10000 % 100, absl::kZeroPad2));
      while (rest.back() == '0') rest.pop_back();
      absl::StrAppend(&text, ".", rest);
    }
    return per_10000 == 0 ? text : text + " %";
  };
  for (const DirtRow& row : DirtTable()) {
    const std::vector<std::string> expected = {row.of, percent(row.rates_per_10000[0]),
                                               percent(row.rates_per_10000[1]),
                                               percent(row.rates_per_10000[2])};
    EXPECT_EQ(documented[row.name], expected) << row.name;
  }
  EXPECT_EQ(documented.size(), kDirtKindCount);
}

}  // namespace
}  // namespace serieslink::synth

// Goal: a number that too many guns have identifies none of them, one that says that it is not
// known never does, and what people say of such guns stands. When few enough have it, it counts
// again.
#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/rules.h"
#include "tests/bench/flood_records.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink::bench {
namespace {

class FloodTest : public testing::Test {
 protected:
  // Pushes records in batches of 256; their ids.
  std::vector<std::string> Push(FloodKind kind, std::size_t records) {
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < records;) {
      std::vector<SentMessage> batch;
      while (at < records && batch.size() < 256) batch.push_back({"mers", FloodRecord(kind, at++)});
      for (const auto& one : pipeline_.Push(batch)) {
        EXPECT_EQ(one.outcome(), ingest::v1::OUTCOME_CREATED) << one.DebugString();
        ids.push_back(one.record_id());
      }
    }
    return ids;
  }

  DerivationPipeline pipeline_;
};

TEST_F(FloodTest, NoNumberIsNoNumberHoweverManyHaveIt) {
  Push(FloodKind::kUnknown, 2'000);
  EXPECT_TRUE(pipeline_.MaterialisedWeapons(pipeline_.revision()).empty());
}

TEST_F(FloodTest, ANumberOfTooManyGunsJoinsNoneUntilFewHaveIt) {
  const std::size_t guard = linkage::RuleSet::Serving().guard;
  const std::vector<std::string> ids = Push(FloodKind::kOneSerial, 1'000);
  EXPECT_TRUE(pipeline_.MaterialisedWeapons(pipeline_.revision()).empty());

  // An examiner knows better of two of them.
  SentMessage examined;
  examined.agency = "nabis";
  auto& entry = *examined.message.mutable_nabis();
  entry.set_entry_id("CMP~1");
  entry.mutable_marking()->set_visibility("OPEN");
  auto& comparison = *entry.mutable_comparison();
  for (auto* end : {comparison.mutable_first(), comparison.mutable_second()}) {
    end->set_agency("mers");
    end->set_source_system("NICHE");
    end->set_source_id(end == &comparison.first() ? "0" : "1");
    end->set_exhibit_reference("G1");
  }
  comparison.set_channel("CASE");
  comparison.set_verdict("CONFIRMED");
  comparison.set_stage("VERIFIED");
  comparison.set_examined("2022-12-30");
  EXPECT_EQ(pipeline_.Push({examined}).at(0).outcome(), ingest::v1::OUTCOME_CREATED);
  DerivationPipeline::Weapons expected = {{{"0#G1", "1#G1"}, 2}};
  EXPECT_EQ(pipeline_.MaterialisedWeapons(pipeline_.revision()), expected);

  for (std::size_t i = ids.size(); i > guard; --i) pipeline_.Withdraw("mers", ids[i - 1]);
  expected.clear();
  std::set<std::string> all;
  for (std::size_t i = 0; i < guard; ++i) all.insert(absl::StrCat(i, "#G1"));
  expected[all] = static_cast<std::uint32_t>(guard);
  EXPECT_EQ(pipeline_.MaterialisedWeapons(pipeline_.revision()), expected);
}

TEST_F(FloodTest, NumbersOfTheirOwnJoinNothing) {
  Push(FloodKind::kNormal, 2'000);
  EXPECT_TRUE(pipeline_.MaterialisedWeapons(pipeline_.revision()).empty());
}

}  // namespace
}  // namespace serieslink::bench

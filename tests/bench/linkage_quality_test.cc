// Goal: the measure of linkage measures what it says, and the derivation agrees with the oracle on
// whole synthetic worlds, withdrawals and later versions included.
#include "tests/bench/linkage_quality.h"

#include "gtest/gtest.h"

namespace serieslink::bench {
namespace {

TEST(LinkageQualityTest, APartitionIsScoredByPairsAndClusters) {
  // Truth: {a b c} {d e} {f}; found: {a b} {c} {d e} {f} and then f with c.
  const PartitionScore apart =
      ScorePartition({{1, 11}, {1, 11}, {1, 12}, {2, 13}, {2, 13}, {3, 14}});
  EXPECT_EQ(apart.true_pairs, 4u);
  EXPECT_EQ(apart.found_pairs, 2u);
  EXPECT_DOUBLE_EQ(apart.PairPrecision(), 1);
  EXPECT_DOUBLE_EQ(apart.PairRecall(), 0.5);
  EXPECT_DOUBLE_EQ(apart.ClusterPrecision(), 0.5);
  EXPECT_DOUBLE_EQ(apart.ClusterRecall(), 0.5);
  const PartitionScore mixed =
      ScorePartition({{1, 11}, {1, 11}, {1, 12}, {2, 13}, {2, 13}, {3, 12}});
  EXPECT_DOUBLE_EQ(mixed.PairPrecision(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(mixed.ClusterPrecision(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(ScorePartition({}).PairPrecision(), 1);
  // By B-cubed, {a b} found of {a b c} gives 2/3 of its company to a and b, and 1/3 to c.
  EXPECT_DOUBLE_EQ(apart.bcubed_precision, 1);
  EXPECT_DOUBLE_EQ(apart.bcubed_recall, (2.0 / 3 + 2.0 / 3 + 1.0 / 3 + 3) / 6);
  EXPECT_DOUBLE_EQ(mixed.bcubed_precision, (4 + 0.5 + 0.5) / 6);
}

JudgedExhibit GunOf(std::uint64_t id, std::uint64_t gun, std::uint64_t weapon, const char* number) {
  JudgedExhibit exhibit;
  exhibit.facts.public_id = id;
  exhibit.facts.kind = linkage::ExhibitKind::kGun;
  exhibit.gun = gun;
  exhibit.weapon = weapon;
  exhibit.stamped = gun == 1 ? "C183762" : "C183763";
  if (*number != '\0') exhibit.serials.push_back(number);
  return exhibit;
}

linkage::Statement By(std::uint64_t a, std::uint64_t b, linkage::Verdict verdict) {
  linkage::Statement statement;
  statement.SetPair(a, b);
  statement.channel = linkage::Channel::kSerial;
  statement.verdict = verdict;
  statement.basis = linkage::Basis::kRule;
  return statement;
}

TEST(LinkageQualityTest, RecallIsOfWhatTheRecordsTellAndLeadsAreOfWeapons) {
  // Four records of gun 1: two with its number, one with a slip, one with none; and one of gun 2.
  const std::vector<JudgedExhibit> exhibits = {
      GunOf(11, 1, 1, "C 183762"), GunOf(12, 1, 1, "No. c183762"), GunOf(13, 1, 2, "C183726"),
      GunOf(14, 1, 3, ""), GunOf(15, 2, 4, "C183763")};
  const WeaponQuality quality = ScoreWeapons(
      exhibits, {By(11, 12, linkage::Verdict::kConfirmed), By(11, 13, linkage::Verdict::kLead),
                 By(12, 13, linkage::Verdict::kLead), By(11, 15, linkage::Verdict::kLead),
                 By(11, 99, linkage::Verdict::kLead)});
  EXPECT_DOUBLE_EQ(quality.confirmed.PairRecall(), 1.0 / 6);
  EXPECT_DOUBLE_EQ(quality.told.PairRecall(), 1) << "of one pair";
  EXPECT_DOUBLE_EQ(quality.hinted.PairRecall(), 1) << "of three pairs";
  EXPECT_DOUBLE_EQ(quality.with_leads.PairRecall(), 0.5);
  EXPECT_EQ(quality.leads, 2u) << "of pairs of weapons, the withdrawn exhibit's not counted";
  EXPECT_EQ(quality.true_leads, 1u);
  EXPECT_DOUBLE_EQ(quality.LeadsPerTrue(), 2);
  EXPECT_EQ(quality.missed_pairs.at("number damaged"), 2u);
  EXPECT_EQ(quality.missed_pairs.at("number not written"), 3u);
  EXPECT_TRUE(quality.false_pairs.empty());
}

TEST(LinkageQualityTest, TheDerivationAgreesWithTheOracleAtEveryLevel) {
  LinkageQuality before;
  for (const synth::DirtLevel level : synth::kDirtLevels) {
    SCOPED_TRACE(synth::DirtLevelName(level));
    const auto quality = MeasureLinkageQuality(level, 6000, 3);
    ASSERT_TRUE(quality.ok()) << quality.status();
    EXPECT_EQ(quality->records, 6000u);
    EXPECT_GT(quality->weapons.confirmed.true_clusters, 300u);
    EXPECT_GT(quality->events.true_clusters, 300u);
    if (level == synth::DirtLevel::kNone) {
      EXPECT_EQ(quality->weapons.confirmed.right_pairs, quality->weapons.confirmed.found_pairs);
      EXPECT_EQ(quality->events.right_pairs, quality->events.found_pairs);
      EXPECT_GT(quality->weapons.confirmed.PairRecall(), 0.5);
    } else {
      EXPECT_LT(quality->weapons.confirmed.PairRecall(), before.weapons.confirmed.PairRecall());
      EXPECT_LT(quality->events.PairRecall(), before.events.PairRecall());
      EXPECT_GT(quality->weapons.confirmed.PairPrecision(), 0.8);
    }
    before = *quality;
  }
}

}  // namespace
}  // namespace serieslink::bench

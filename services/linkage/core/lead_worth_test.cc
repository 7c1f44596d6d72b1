#include "services/linkage/core/lead_worth.h"

#include <gtest/gtest.h>

namespace serieslink::linkage {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;

WorthFacts Facts(double chance_log2, std::uint32_t seriousness_log2,
                 ExhibitKind kind = ExhibitKind::kGun) {
  return {.chance_log2 = chance_log2,
          .kinds = {ExhibitKind::kGun, kind},
          .seriousness_log2 = seriousness_log2};
}

double Sum(const std::vector<WorthTerm>& terms) {
  double sum = 0;
  for (const WorthTerm& term : terms) sum += term.weight_log2;
  return sum;
}

TEST(WorthTest, TheGraverTheLikelierAndTheFresherLeadComesFirst) {
  const std::int64_t now = 20'000 * kDayUs;
  EXPECT_LT(RankOf(Facts(-1, 6), now), RankOf(Facts(-1, 1), now));
  EXPECT_LT(RankOf(Facts(-0.1, 3), now), RankOf(Facts(-5, 3), now));
  EXPECT_LT(RankOf(Facts(-1, 3), now), RankOf(Facts(-1, 3), now - kDayUs));
  EXPECT_LT(RankOf(Facts(-1, 3), now), RankOf(Facts(-1, 3, ExhibitKind::kSightedGun), now));
}

TEST(WorthTest, RanksAreInTheOrderOfWorthAtAnyTime) {
  const std::int64_t now = 20'000 * kDayUs;
  // A death of 120 days ago is worth what an incident is that is one bit graver today: 6 - 4.
  for (const std::int64_t later : {now, now + 400 * kDayUs}) {
    const double old_death = Sum(WorthOf(Facts(-1, 6), (later - (now - 120 * kDayUs)) / 1'000'000));
    const double fresh = Sum(WorthOf(Facts(-1, 1), (later - now) / 1'000'000));
    EXPECT_GT(old_death, fresh);
    const double fresh_shots = Sum(WorthOf(Facts(-1, 3), (later - now) / 1'000'000));
    EXPECT_LT(old_death, fresh_shots);
  }
  EXPECT_LT(RankOf(Facts(-1, 6), now - 120 * kDayUs), RankOf(Facts(-1, 1), now));
  EXPECT_GT(RankOf(Facts(-1, 6), now - 120 * kDayUs), RankOf(Facts(-1, 3), now));
}

TEST(WorthTest, TheLatestReexaminationComesFirst) {
  EXPECT_LT(RankOfReexamination(2 * kDayUs), RankOfReexamination(kDayUs));
}

}  // namespace
}  // namespace serieslink::linkage

#include "services/linkage/core/cohesion.h"

#include <algorithm>
#include <random>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::linkage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kAnySize = 1000;

// Exhibits 1 to n; exhibit i has public id i, and arrived in that order.
std::vector<ExhibitFacts> Exhibits(std::uint64_t n) {
  std::vector<ExhibitFacts> exhibits(n);
  for (std::uint64_t i = 0; i < n; ++i) {
    exhibits[i].public_id = i + 1;
    exhibits[i].record_number = i + 1;
    exhibits[i].exhibit_number = (i + 1) << 16;
    exhibits[i].kind = ExhibitKind::kGun;
  }
  return exhibits;
}

Statement Say(std::uint64_t a, std::uint64_t b, Channel channel, Basis basis) {
  Statement s;
  s.SetPair(a, b);
  s.channel = channel;
  s.basis = basis;
  s.verdict = Verdict::kConfirmed;
  s.stage = basis == Basis::kExaminer ? Stage::kMicroscope : Stage::kUnspecified;
  s.name = s.first * 100000 + s.second * 100 + static_cast<std::uint64_t>(channel);
  return s;
}
Statement Case(std::uint64_t a, std::uint64_t b) {
  return Say(a, b, Channel::kCase, Basis::kExaminer);
}
Statement Rule(std::uint64_t a, std::uint64_t b) {
  return Say(a, b, Channel::kSerial, Basis::kRule);
}
Statement TestFire(std::uint64_t gun, std::uint64_t fired) {
  Statement s = Say(gun, fired, Channel::kSourceReference, Basis::kSourceReference);
  s.relation = Relation::kTestFireOf;
  return s;
}

// The pairs of findings, as pair of public ids.
std::vector<std::pair<std::uint64_t, std::uint64_t>> Pairs(
    const Resolution& resolution, const std::vector<std::uint32_t>& findings) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs;
  for (const std::uint32_t f : findings) {
    pairs.emplace_back(resolution.standing[f].statement.first,
                       resolution.standing[f].statement.second);
  }
  return pairs;
}

TEST(ChainBetween, FollowsTheJoinsInOrder) {
  const auto exhibits = Exhibits(5);
  const std::vector<Statement> statements = {Rule(1, 2), Case(2, 3), Rule(3, 4), Rule(2, 5)};
  const Resolution resolution = Resolve(exhibits, statements);
  EXPECT_THAT(Pairs(resolution, ChainBetween(exhibits, resolution, 0, 3)),
              ElementsAre(std::pair(1, 2), std::pair(2, 3), std::pair(3, 4)));
  EXPECT_THAT(Pairs(resolution, ChainBetween(exhibits, resolution, 3, 0)),
              ElementsAre(std::pair(3, 4), std::pair(2, 3), std::pair(1, 2)));
  EXPECT_THAT(ChainBetween(exhibits, resolution, 2, 2), IsEmpty());
}

TEST(ChainBetween, TakesExaminersBeforeTheRule) {
  const auto exhibits = Exhibits(3);
  const std::vector<Statement> statements = {Rule(1, 3), Case(1, 2), Case(2, 3)};
  const Resolution resolution = Resolve(exhibits, statements);
  EXPECT_THAT(Pairs(resolution, ChainBetween(exhibits, resolution, 0, 2)),
              ElementsAre(std::pair(1, 2), std::pair(2, 3)));
}

TEST(ChainBetween, OfDifferentWeaponsThereIsNone) {
  const auto exhibits = Exhibits(2);
  EXPECT_THAT(ChainBetween(exhibits, Resolve(exhibits, {}), 0, 1), IsEmpty());
}

TEST(WeakestBases, TellHowSureEachExhibitIs) {
  const std::vector<ExhibitFacts> exhibits = Exhibits(5);
  const Resolution resolution =
      Resolve(exhibits, {Case(1, 2), Rule(2, 3), Case(3, 4), TestFire(1, 5)});
  ASSERT_THAT(resolution.weapons, SizeIs(1));
  EXPECT_THAT(WeakestBases(exhibits, resolution, 0, 0),
              ElementsAre(Basis::kUnspecified, Basis::kExaminer, Basis::kRule, Basis::kRule,
                          Basis::kUnspecified));
  EXPECT_THAT(
      WeakestBases(exhibits, resolution, 0, 3),
      ElementsAre(Basis::kRule, Basis::kRule, Basis::kExaminer, Basis::kUnspecified, Basis::kRule));
}

TEST(WeakestBridge, IsTheOneFindingBetweenTwoTriangles) {
  const auto exhibits = Exhibits(6);
  const std::vector<Statement> statements = {Case(1, 2), Case(2, 3), Case(1, 3), Case(4, 5),
                                             Case(5, 6), Case(4, 6), Rule(3, 4)};
  const Resolution resolution = Resolve(exhibits, statements);
  ASSERT_THAT(resolution.weapons, SizeIs(1));
  const auto bridge = WeakestBridge(exhibits, resolution, 0, kAnySize);
  ASSERT_TRUE(bridge.has_value());
  EXPECT_THAT(Pairs(resolution, bridge->findings), ElementsAre(std::pair(3, 4)));
  EXPECT_THAT(bridge->parted, ElementsAre(3, 4, 5));
}

TEST(WeakestBridge, TwoChannelsOfOnePairAreTwoFindings) {
  const auto exhibits = Exhibits(2);
  const std::vector<Statement> statements = {
      Case(1, 2), Say(1, 2, Channel::kBullet, Basis::kExaminer), Rule(1, 2)};
  const auto bridge = WeakestBridge(exhibits, Resolve(exhibits, statements), 0, kAnySize);
  ASSERT_TRUE(bridge.has_value());
  EXPECT_THAT(bridge->findings, SizeIs(3));
}

TEST(WeakestBridge, ATestFireIsOneWithItsGun) {
  const auto exhibits = Exhibits(4);
  // Gun 1 with test-fire 2, compared with the cases 3 and 4, which were compared with each other.
  const std::vector<Statement> statements = {TestFire(1, 2), Case(2, 3), Case(2, 4), Case(3, 4)};
  const auto bridge = WeakestBridge(exhibits, Resolve(exhibits, statements), 0, kAnySize);
  ASSERT_TRUE(bridge.has_value());
  EXPECT_THAT(bridge->findings, SizeIs(2));
  EXPECT_THAT(bridge->parted, SizeIs(1));
}

TEST(WeakestBridge, AGunWithItsTestFireHasNone) {
  const auto exhibits = Exhibits(2);
  const std::vector<Statement> statements = {TestFire(1, 2)};
  EXPECT_EQ(WeakestBridge(exhibits, Resolve(exhibits, statements), 0, kAnySize), std::nullopt);
}

TEST(WeakestBridge, LargerWeaponsAreLeftOut) {
  const auto exhibits = Exhibits(3);
  const std::vector<Statement> statements = {Case(1, 2), Case(2, 3)};
  const Resolution resolution = Resolve(exhibits, statements);
  EXPECT_EQ(WeakestBridge(exhibits, resolution, 0, 2), std::nullopt);
  EXPECT_TRUE(WeakestBridge(exhibits, resolution, 0, 3).has_value());
}

// Against every way to part a small weapon in two, in any order of its exhibits.
TEST(WeakestBridge, NoSmallerCutExists) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    const std::uint64_t n = 2 + random() % 6;
    auto exhibits = Exhibits(n);
    std::vector<Statement> statements;
    for (std::uint64_t i = 2; i <= n; ++i) statements.push_back(Rule(1 + random() % (i - 1), i));
    for (std::uint64_t i = 0; i < random() % 8; ++i) {
      const std::uint64_t a = 1 + random() % n;
      const std::uint64_t b = 1 + random() % n;
      if (a != b) statements.push_back(Case(a, b));
    }
    const Resolution resolution = Resolve(exhibits, statements);
    ASSERT_THAT(resolution.weapons, SizeIs(1)) << seed;
    const auto bridge = WeakestBridge(exhibits, resolution, 0, kAnySize);
    ASSERT_TRUE(bridge.has_value()) << seed;

    std::size_t least = bridge->findings.size() + 1;
    for (std::uint64_t side = 1; side + 1 < (std::uint64_t{1} << n); ++side) {
      std::size_t crossing = 0;
      for (const std::uint32_t f : resolution.weapons[0].confirmed) {
        const Statement& s = resolution.standing[f].statement;
        crossing += (side >> (s.first - 1) & 1) != (side >> (s.second - 1) & 1);
      }
      least = std::min(least, crossing);
    }
    EXPECT_EQ(bridge->findings.size(), least) << seed;
    EXPECT_LE(bridge->parted.size() * 2, n) << seed;

    // Without its findings the weapon is two.
    std::vector<Statement> without;
    for (const Statement& s : statements) {
      const auto is_that = [&](std::uint32_t f) {
        return resolution.standing[f].statement.name == s.name;
      };
      if (std::none_of(bridge->findings.begin(), bridge->findings.end(), is_that)) {
        without.push_back(s);
      }
    }
    EXPECT_GE(Resolve(exhibits, without).weapons.size(), 2u) << seed;

    std::shuffle(exhibits.begin(), exhibits.end(), random);
    std::shuffle(statements.begin(), statements.end(), random);
    const Resolution again = Resolve(exhibits, statements);
    const auto same = WeakestBridge(exhibits, again, 0, kAnySize);
    ASSERT_TRUE(same.has_value());
    EXPECT_EQ(Pairs(again, same->findings), Pairs(resolution, bridge->findings)) << seed;
  }
}

TEST(WeakestBridge, CountsAFindingOnceThatIsSaidUnderTwoIdsOfARecord) {
  const auto exhibits = Exhibits(3);
  Statement one_record = Say(1, 2, Channel::kSourceReference, Basis::kSourceReference);
  one_record.relation = Relation::kOneRecord;
  const Statement said = Case(1, 3);
  Statement again = Case(2, 3);
  again.name = said.name;
  const Resolution resolution = Resolve(exhibits, {one_record, said, again});
  ASSERT_THAT(resolution.weapons, SizeIs(1));
  const auto bridge = WeakestBridge(exhibits, resolution, 0, kAnySize);
  ASSERT_TRUE(bridge.has_value());
  EXPECT_THAT(Pairs(resolution, bridge->findings), ElementsAre(std::pair(1, 3)));
  EXPECT_THAT(bridge->parted, ElementsAre(2));
}

}  // namespace
}  // namespace serieslink::linkage

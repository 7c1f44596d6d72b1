// Goal: what is shown of a weight adds up to the total that is shown, to the last digit.
#include "services/cli/weight_chart.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::size_t kRow = 8;
constexpr std::size_t kTerm = 9;
constexpr std::size_t kBits = 10;
constexpr std::size_t kFrom = 11;
constexpr std::size_t kTo = 12;

// A rule's finding whose terms are so many 1024ths of a bit.
linkage::v1::Finding FindingOf(const std::vector<std::pair<std::string, int>>& terms) {
  linkage::v1::Finding finding;
  finding.set_finding_id("FN-1");
  finding.set_first_exhibit("EX-1");
  finding.set_second_exhibit("EX-2");
  finding.set_basis(record::v1::BASIS_RULE);
  double sum = 0;
  for (const auto& [name, units] : terms) {
    linkage::v1::Contribution& term = *finding.add_contributions();
    term.set_name(name);
    term.set_weight_log2(units / 1024.0);
    term.set_source(absl::StrCat("of ", name));
    sum += term.weight_log2();
  }
  finding.set_weight_log2(sum);
  return finding;
}

// A decimal number in units of its tenth decimal.
std::int64_t TenthDecimals(const std::string& text) {
  double value = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &value)) << text;
  return std::llround(value * 1e10);
}

std::int64_t ThousandthsOf(const std::string& text) {
  double value = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &value)) << text;
  EXPECT_EQ(text.size() - text.find('.'), 4u) << text;
  return std::llround(value * 1000);
}

TEST(WeightChartTest, TermsStandOneOnTheOtherUpToTheTotal) {
  const linkage::v1::Finding finding =
      FindingOf({{"prior", -20'481}, {"serial", 31'007}, {"make", 1}, {"model", 0}});
  const Table table = WeightChart({{"joining", 1, &finding}});
  ASSERT_THAT(table.rows, SizeIs(5));
  EXPECT_EQ(table.rows[0][kRow], "prior");
  EXPECT_EQ(table.rows[0][kBits], "-20.0009765625");
  EXPECT_EQ(table.rows[0][kFrom], "0.0");
  EXPECT_EQ(table.rows[1][kRow], "contribution");
  EXPECT_EQ(table.rows[2][kBits], "0.0009765625");
  EXPECT_EQ(table.rows[3][kBits], "0.0");
  std::int64_t sum = 0;
  std::string at = "0.0";
  for (std::size_t i = 0; i + 1 < table.rows.size(); ++i) {
    EXPECT_EQ(table.rows[i].size(), table.headings.size());
    sum += TenthDecimals(table.rows[i][kBits]);
    EXPECT_EQ(table.rows[i][kFrom], at);
    at = table.rows[i][kTo];
  }
  EXPECT_EQ(table.rows[4][kRow], "total");
  EXPECT_EQ(table.rows[4][kTerm], "");
  EXPECT_EQ(TenthDecimals(table.rows[4][kBits]), sum);
  EXPECT_EQ(table.rows[4][kTo], at);
}

TEST(WeightChartTest, WhatAPersonStatedHasNoBits) {
  linkage::v1::Finding finding = FindingOf({});
  finding.set_basis(record::v1::BASIS_EXAMINER);
  const Table table = WeightChart({{"contrary", 2, &finding}});
  ASSERT_THAT(table.rows, SizeIs(1));
  EXPECT_THAT(table.rows[0], ElementsAre("contrary", "2", "FN-1", "EX-1", "EX-2", "", "",
                                         "examiner", "unweighed", "", "", "", "", ""));
}

TEST(WeightChartTest, RoundedTermsAddUpToTheRoundedTotal) {
  // All ends of thousandths, both signs, and up to six terms.
  std::uint32_t state = 1;
  const auto next = [&state](int least, int most) {
    state = state * 1664525u + 1013904223u;
    return least + static_cast<int>((state >> 8) % static_cast<std::uint32_t>(most - least + 1));
  };
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::pair<std::string, int>> terms;
    for (int i = next(1, 6); i > 0; --i) terms.emplace_back("t", next(-40'000, 40'000));
    const linkage::v1::Finding finding = FindingOf(terms);
    const RoundedWeight rounded = RoundWeight(finding);
    ASSERT_EQ(rounded.terms.size(), terms.size());
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const std::int64_t shown = ThousandthsOf(rounded.terms[i]);
      ASSERT_LT(std::abs(static_cast<double>(shown) - terms[i].second / 1.024), 1.0)
          << "round " << round;
      sum += shown;
    }
    ASSERT_EQ(sum, ThousandthsOf(rounded.total)) << "round " << round;
    ASSERT_LE(std::abs(static_cast<double>(sum) - finding.weight_log2() * 1000), 0.5)
        << "round " << round;
  }
}

TEST(WeightChartTest, EachFindingAndEachSourceIsToldOnce) {
  linkage::v1::LinkExplanation explanation;
  *explanation.add_chain()->mutable_finding() = FindingOf({{"prior", -1}, {"serial", 2}});
  *explanation.add_direct_findings() = explanation.chain(0).finding();
  linkage::v1::Finding other = FindingOf({{"prior", -1}});
  other.set_finding_id("FN-2");
  *explanation.add_direct_findings() = other;
  const std::vector<ExplainedFinding> findings = FindingsOf(explanation);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_STREQ(findings[0].part, "chain");
  EXPECT_STREQ(findings[1].part, "pair");
  EXPECT_EQ(findings[1].finding->finding_id(), "FN-2");
  EXPECT_THAT(WeightSources(findings).rows,
              ElementsAre(ElementsAre("prior", "of prior"), ElementsAre("serial", "of serial")));
}

}  // namespace
}  // namespace serieslink::cli

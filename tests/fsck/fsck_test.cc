// The checks find nothing wrong with what ingest and the deriver make, and find each damage.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/graph/edge_entry.h"
#include "storage/graph/edges.h"
#include "storage/graph/graph_values.h"
#include "tests/fsck/damage.h"
#include "tests/fsck/fsck_site.h"
#include "tests/support/seeds.h"

namespace serieslink::fsck {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

void ExpectClean(const Report& report) {
  for (const Report::Check& check : report.checks()) {
    EXPECT_EQ(check.found, 0u) << check.name << ": "
                               << (check.kept.empty() ? "" : check.kept.front());
  }
}

std::uint64_t LookedAt(const Report& report, const std::string& name) {
  std::uint64_t looked_at = 0;
  for (const Report::Check& check : report.checks()) {
    if (check.name == name) looked_at += check.looked_at;
  }
  return looked_at;
}

TEST(FsckTest, AStoreThatIsWellIsClean) {
  ForEachSeed(8, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Site site;
    for (int part = 0; part < 3; ++part) {
      site.Ingest(40, random);
      // A deriver that refilled gives components other numbers than one that did not.
      site.RestartDeriver();
    }
    site.Stop();
    ExpectClean(site.Check());
    site.MakeRuns();
    const Report report = site.Check();
    ExpectClean(report);
    for (const char* check :
         {"rows", "log", "index_runs", "records", "statements", "index_entries", "rebuild",
          "rebuilt_records", "rebuilt_statements", "rebuilt_ids", "rebuilt_firearms",
          "rebuilt_edges", "rebuilt_exhibit_components", "rebuilt_record_components"}) {
      EXPECT_GT(LookedAt(report, check), 10u) << check << " looked at too little";
    }
  });
}

TEST(FsckTest, AnEmptyStoreIsClean) {
  Site site;
  site.Stop();
  ExpectClean(site.Check());
}

TEST(FsckTest, OtherNumbersOfComponentsAreNoFinding) {
  std::mt19937_64 random(3);
  Site site;
  site.Ingest(60, random);
  site.Stop();
  // Exchanges the numbers of two components.
  const auto members =
      site.Entries(graph::kEdgeIndex, {static_cast<char>(graph::EdgeType::kRecordInComponent),
                                       static_cast<char>(graph::EdgeForm::kMember)});
  const std::uint64_t a = graph::ParseEdgeEntry(members.front())->node;
  const std::uint64_t b = graph::ParseEdgeEntry(members.back())->node;
  ASSERT_NE(a, b);
  site.EditIndex(graph::kEdgeIndex, [&](graph::SortedRunWriter& writer) {
    for (const storage::Row& row : members) {
      const graph::EdgeEntry entry = graph::ParseEdgeEntry(row).value();
      if (entry.node == a || entry.node == b) writer.Erase(row.key);
    }
    graph::EdgeWriter edges(&writer);
    for (const storage::Row& row : members) {
      const graph::EdgeEntry entry = graph::ParseEdgeEntry(row).value();
      if (entry.node != a && entry.node != b) continue;
      const std::uint64_t other = entry.node == a ? b : a;
      edges.PutMember(entry.type, other, entry.other);
      std::string value(8, '\0');
      for (int i = 0; i < 8; ++i) value[7 - i] = static_cast<char>(other >> (8 * i));
      edges.PutValue(entry.type, entry.other, value);
    }
  });
  ExpectClean(site.Check());
}

void ExpectFound(const std::vector<Damage>& all) {
  for (const Damage& damage : all) {
    SCOPED_TRACE(damage.name);
    std::mt19937_64 random(5);
    Site site;
    site.Ingest(60, random);
    site.Stop();
    site.MakeRuns();
    damage.inflict(site);
    if (testing::Test::HasFatalFailure()) return;
    std::vector<std::string> found;
    const Report report = site.Check();
    for (const Report::Check& check : report.checks()) {
      for (const std::string& finding : check.kept) found.push_back(check.name + ": " + finding);
    }
    EXPECT_THAT(found, Contains(testing::AllOf(testing::StartsWith(damage.check + ": "),
                                               HasSubstr(damage.words))));
    // Nothing of what an agency wrote.
    for (const char* written : {"KX99", "AB123", "Glock", "GLOCK", "/17", "test"}) {
      EXPECT_THAT(found, Not(Contains(HasSubstr(written))));
    }
  }
}

TEST(FsckTest, DamageOfTheLogIsFound) { ExpectFound(DamageOfTheLog()); }
TEST(FsckTest, DamageOfRowsIsFound) { ExpectFound(DamageOfRows()); }
TEST(FsckTest, DamageOfIndexesIsFound) { ExpectFound(DamageOfIndexes()); }
TEST(FsckTest, WhatDoesNotFollowFromTheLogIsFound) { ExpectFound(DamageOfDerivation()); }

}  // namespace
}  // namespace serieslink::fsck

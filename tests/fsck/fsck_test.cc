// The checks find nothing wrong with what ingest and the deriver make, and find each damage.

#include <algorithm>
#include <random>
#include <string>
#include <utility>
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
    for (const char* check : {"rows", "log", "index_runs", "records", "statements", "index_entries",
                              "news", "rebuild", "rebuilt_records", "rebuilt_statements",
                              "rebuilt_news", "rebuilt_ids", "rebuilt_firearms", "rebuilt_edges",
                              "rebuilt_exhibit_components", "rebuilt_record_components"}) {
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

// Findings, but for the one that writing to the log past its writer brings about: every write moves
// the log's position.
std::size_t FoundInRows(Site& site) {
  std::size_t found = 0;
  const Report report = site.CheckRows();
  for (const Report::Check& check : report.checks()) {
    for (const std::string& finding : check.kept) {
      found += finding.find("the log's headers end at revision") == std::string::npos ? 1 : 0;
    }
  }
  return found;
}

// Whatever bit of a row that cannot be made again flips, of its key or its value, is noticed.
TEST(FsckTest, EverySingleFlipInWhatCannotBeMadeAgainIsFound) {
  std::mt19937_64 random(9);
  Site site;
  site.Ingest(40, random);
  site.Stop();
  ASSERT_EQ(FoundInRows(site), 0u);
  std::size_t flips = 0;
  const auto expect_found = [&](const storage::Row& row, const std::string& what) {
    ++flips;
    EXPECT_GT(FoundInRows(site), 0u) << what << " of the row that begins with " << row.key[0]
                                     << ", of " << row.value.size() << " bytes";
  };
  const auto flipped = [&](std::string text) {
    const std::size_t bit = random() % (text.size() * 8);
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    return text;
  };
  for (const auto& [keyspace, prefix] :
       std::vector<std::pair<storage::Keyspace, std::string>>{{storage::Keyspace::kMeta, ""},
                                                              {storage::Keyspace::kLog, ""},
                                                              {storage::Keyspace::kDerived, "P"},
                                                              {storage::Keyspace::kDerived, "c"},
                                                              {storage::Keyspace::kRejects, ""}}) {
    const std::vector<storage::Row> rows = site.Rows(keyspace, prefix);
    ASSERT_FALSE(rows.empty());
    for (const storage::Row& row : rows) {
      for (int i = 0; i < 3 && !row.value.empty(); ++i) {
        site.Put(keyspace, row.key, flipped(row.value));
        expect_found(row, "a flip in the value");
      }
      site.Put(keyspace, row.key, row.value);
      const std::string key = flipped(row.key);
      if (!site.Rows(keyspace, key).empty()) continue;  // another row's
      site.Erase(keyspace, row.key);
      site.Put(keyspace, key, row.value);
      expect_found(row, "a flip in the key");
      site.Erase(keyspace, key);
      site.Put(keyspace, row.key, row.value);
    }
    ASSERT_EQ(FoundInRows(site), 0u);
  }
  EXPECT_GT(flips, 200u);
}

TEST(FsckTest, WhatABuildWithoutChecksumsWroteIsClean) {
  std::mt19937_64 random(4);
  Site site;
  site.Ingest(40, random);
  site.Stop();
  for (const auto keyspace : {storage::Keyspace::kMeta, storage::Keyspace::kLog,
                              storage::Keyspace::kDerived, storage::Keyspace::kRejects}) {
    for (const storage::Row& row : site.Rows(keyspace, "c")) site.Erase(keyspace, row.key);
  }
  EXPECT_EQ(FoundInRows(site), 0u);
}

TEST(FsckTest, DamageOfTheLogIsFound) { ExpectFound(DamageOfTheLog()); }
TEST(FsckTest, DamageOfRowsIsFound) { ExpectFound(DamageOfRows()); }
TEST(FsckTest, DamageOfPublicSummariesIsFound) { ExpectFound(DamageOfPublicSummaries()); }
TEST(FsckTest, DamageOfIndexesIsFound) { ExpectFound(DamageOfIndexes()); }
TEST(FsckTest, WhatDoesNotFollowFromTheLogIsFound) { ExpectFound(DamageOfDerivation()); }

}  // namespace
}  // namespace serieslink::fsck

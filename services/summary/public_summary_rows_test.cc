// Goal: public summaries are kept under keys that never change, come back as they were written, and
// damage is told.
#include "services/summary/public_summary_rows.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "storage/memory/memory_store.h"

namespace serieslink::summary {
namespace {

class PublicSummaryRowsTest : public ::testing::Test {
 protected:
  void Issue(const std::string& label, int edition, const std::string& replaces) {
    stored::v1::IssuedPublicSummary issued;
    issued.mutable_edition()->set_name(EditionName(label, edition));
    issued.mutable_edition()->mutable_period()->set_label(label);
    issued.mutable_edition()->set_edition(edition);
    issued.mutable_edition()->set_replaces(replaces);
    stored::v1::PublicSummaryFiles files;
    files.mutable_summary()->mutable_period()->set_label(label);
    files.mutable_summary()->set_edition(edition);
    const auto snapshot = store_->NewSnapshot().value();
    const absl::Status written = WriteEdition(*store_, *snapshot, issued, files);
    EXPECT_TRUE(written.ok()) << written;
  }

  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
};

TEST_F(PublicSummaryRowsTest, KeysAreThoseOfTheFormat) {
  EXPECT_EQ(absl::BytesToHexString(EditionKey("2026Q3", 1)), "70323032365133000100000001");
  EXPECT_EQ(absl::BytesToHexString(EditionFilesKey("2026Q3", 2)), "66323032365133000100000002");
  EXPECT_EQ(absl::BytesToHexString(ProposalKey("2026Q3")), "713230323651330001");
}

TEST_F(PublicSummaryRowsTest, NamesAreReadAsPeopleTypeThem) {
  const auto id = ParseEditionName("fy2026-27q2-3");
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->label, "FY2026-27Q2");
  EXPECT_EQ(id->edition, 3);
  for (const char* const name : {"", "2026Q3", "2026Q3-", "2026Q3-0", "-1", "2026Q3--1", "2026Q3-x",
                                 "12345678901234567-1"}) {
    EXPECT_FALSE(ParseEditionName(name).has_value()) << name;
  }
}

TEST_F(PublicSummaryRowsTest, EveryEditionStaysAndSaysWhatReplacesIt) {
  Issue("2026Q3", 1, "");
  Issue("2026Q3", 2, "2026Q3-1");
  Issue("2025Q3", 1, "");
  const auto snapshot = store_->NewSnapshot().value();
  const PublicSummaryReader reader(snapshot.get());
  const auto editions = reader.Editions();
  ASSERT_TRUE(editions.ok()) << editions.status();
  ASSERT_EQ(editions->size(), 3U);
  EXPECT_EQ((*editions)[0].name(), "2025Q3-1");
  EXPECT_EQ((*editions)[1].replaced_by(), "2026Q3-2");
  EXPECT_EQ((*editions)[2].replaced_by(), "");
  EXPECT_TRUE(reader.Files({"2026Q3", 1})->has_value());
  EXPECT_FALSE(reader.Files({"2026Q3", 3})->has_value());
  EXPECT_EQ(reader.Summaries()->size(), 3U);
}

TEST_F(PublicSummaryRowsTest, WhatIsIssuedIsNoLongerProposed) {
  stored::v1::ProposedPublicSummary proposal;
  proposal.set_principal("statistician");
  ASSERT_TRUE(WriteProposal(*store_, *store_->NewSnapshot().value(), "2026Q3", proposal).ok());
  auto snapshot = store_->NewSnapshot().value();
  EXPECT_EQ((*PublicSummaryReader(snapshot.get()).Proposal("2026Q3"))->principal(), "statistician");
  EXPECT_FALSE(PublicSummaryReader(snapshot.get()).Proposal("2026Q2")->has_value());
  EXPECT_EQ(PublicSummaryReader(snapshot.get()).Proposals()->size(), 1U);
  Issue("2026Q3", 1, "");
  snapshot = store_->NewSnapshot().value();
  EXPECT_FALSE(PublicSummaryReader(snapshot.get()).Proposal("2026Q3")->has_value());
}

TEST_F(PublicSummaryRowsTest, ARowThatIsNotWhatWasWrittenIsTold) {
  Issue("2026Q3", 1, "");
  storage::Commit damage;
  damage.keyspace = storage::Keyspace::kMeta;
  damage.base = store_->NewSnapshot().value()->position(storage::Keyspace::kMeta);
  damage.writes.push_back({EditionFilesKey("2026Q3", 1), "another"});
  ASSERT_TRUE(store_->Apply(damage).ok());
  const auto snapshot = store_->NewSnapshot().value();
  EXPECT_EQ(PublicSummaryReader(snapshot.get()).Files({"2026Q3", 1}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(PublicSummaryRowsTest, WhoWritesOnAnOldCutIsRefused) {
  const auto old = store_->NewSnapshot().value();
  Issue("2026Q3", 1, "");
  stored::v1::ProposedPublicSummary proposal;
  EXPECT_EQ(WriteProposal(*store_, *old, "2026Q3", proposal).code(), absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace serieslink::summary

// Goal: one weapon that everything hangs on slows linkage down, visibly, and neither ingest nor
// reads; and means the same as any other.
// Method: a whole server gets twenty thousand reports that each name the one before as of the same
// weapon; then further ones, and reads of another series, while linkage works.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

constexpr int kReports = 20'000;
constexpr int kBatch = 500;

feed::v1::FeedMessage Report(int number) {
  std::string same;
  if (number > 0) {
    same = absl::StrCat(" same_weapon_as { agency: 'kent' source_system: 'S' source_id: 'R",
                        number - 1, "' }");
  }
  return ForceRecordOf(absl::StrCat("system: 'S' record_id: 'R", number,
                                    "' version: 1 record_type: 'INCIDENT' guns { make: 'Glock' }",
                                    same, " marking { visibility: 'OPEN' }"));
}

feed::v1::FeedMessage Other(const std::string& id) {
  return ForceRecordOf(absl::StrCat(
      "system: 'S' record_id: '", id,
      "' version: 1 record_type: 'INCIDENT' guns { make: 'Glock' serials { text: 'AB583214' } }",
      " marking { visibility: 'OPEN' }"));
}

TEST(GiantComponentTest, IngestAndReadsGoOnWhileLinkageWorksThroughIt) {
  TestServer server;
  const AgencyClient kent = server.As("kent");
  const AgencyClient mers = server.As("mers");
  const auto others = mers.Submit({Other("A"), Other("B")}, /*wait_for_linkage=*/true);
  ASSERT_TRUE(others.ok()) << others.status.error_message();
  const std::string other = others->acknowledgements(0).record_id();

  std::vector<feed::v1::FeedMessage> reports;
  for (int i = 0; i < kReports; ++i) reports.push_back(Report(i));
  const auto sent = kent.SubmitStream(reports, kBatch);
  ASSERT_TRUE(sent.ok()) << sent.status.error_message();
  // Acknowledged, whether or not it is linked; and what is linked is read meanwhile.
  std::int64_t acknowledged = 0;
  for (int i = 0; i < 20; ++i) {
    const auto more = kent.Submit({Report(kReports + i)});
    ASSERT_TRUE(more.ok()) << more.status.error_message();
    ASSERT_EQ(more->acknowledgements(0).violations_size(), 0);
    acknowledged = more->acknowledgements(0).revision();
    const auto read = mers.GetSeries(other);
    ASSERT_TRUE(read.ok()) << read.status.error_message();
    EXPECT_EQ(read->series().incident_count(), 2);
    // An answer says how far linkage has come.
    EXPECT_LE(read->revision(), acknowledged);
  }
  // Asked to wait, an answer holds all of it. The server waits for half a minute at most and then
  // says that the same call is to be made again.
  const std::string first = sent->acknowledgements(0).record_id();
  auto giant = kent.GetSeries(first, acknowledged);
  while (DetailsOf(giant.status).reason == type::v1::ERROR_REASON_REVISION_NOT_YET) {
    giant = kent.GetSeries(first, acknowledged);
  }
  ASSERT_TRUE(giant.ok()) << giant.status.error_message();
  EXPECT_GE(giant->revision(), acknowledged);
  EXPECT_EQ(giant->series().exhibit_count(), kReports + 20);
  EXPECT_EQ(giant->series().incident_count(), kReports + 20);
  EXPECT_FALSE(server.has_failed());
  EXPECT_EQ(server.StopAndCheckStore(), "nothing is wrong\n");
}

}  // namespace
}  // namespace serieslink

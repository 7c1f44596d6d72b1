#include <vector>

#include "absl/time/civil_time.h"
#include "gtest/gtest.h"
#include "services/stolen/core/loss_case.h"

namespace serieslink::stolen {
namespace {

using ::serieslink::linkage::TimeInterval;

class NoticeTest : public testing::Test {
 protected:
  NoticeTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london_)); }

  // Whole days in London.
  TimeInterval Days(const absl::CivilDay& first, const absl::CivilDay& last) const {
    return {absl::ToUnixSeconds(absl::FromCivil(first, london_)),
            absl::ToUnixSeconds(absl::FromCivil(last + 1, london_)) - 1};
  }
  TimeInterval Day(const absl::CivilDay& day) const { return Days(day, day); }

  NoticeFacts Judge(const TimeInterval& lost, std::optional<TimeInterval> notified,
                    record::v1::HolderKind holder = record::v1::HOLDER_KIND_PRIVATE) const {
    ReportFacts report;
    report.lost = lost;
    report.notified = notified;
    report.holder = holder;
    return JudgeNotice({report}, {0}, london_);
  }

  absl::TimeZone london_;
};

TEST_F(NoticeTest, TheSeventhDayIsInTimeAndTheEighthIsLate) {
  const absl::CivilDay lost(2018, 3, 22);  // the clocks go forward on the 25th
  const NoticeFacts in_time = Judge(Day(lost), Day(lost + 7));
  EXPECT_EQ(in_time.verdict, v1::NOTICE_VERDICT_IN_TIME);
  EXPECT_EQ(in_time.minimum_days, 7);
  EXPECT_EQ(in_time.maximum_days, 7);
  EXPECT_EQ(Judge(Day(lost), Day(lost + 8)).verdict, v1::NOTICE_VERDICT_LATE);
}

TEST_F(NoticeTest, AnIntervalThatAllowsBothIsUndecidable) {
  const absl::CivilDay lost(2018, 1, 1);
  const NoticeFacts notice = Judge(Days(lost, lost + 5), Day(lost + 10));
  EXPECT_EQ(notice.verdict, v1::NOTICE_VERDICT_UNDECIDABLE);
  EXPECT_EQ(notice.minimum_days, 5);
  EXPECT_EQ(notice.maximum_days, 10);
  EXPECT_EQ(Judge(Days(lost, lost + 2), Day(lost + 10)).verdict, v1::NOTICE_VERDICT_LATE);
  EXPECT_EQ(Judge(Days(lost, lost + 2), Day(lost + 7)).verdict, v1::NOTICE_VERDICT_IN_TIME);
}

TEST_F(NoticeTest, WhatAnotherReportSaysOfTheLossCounts) {
  const absl::CivilDay first(2016, 1, 1);
  ReportFacts licensing;
  licensing.holder = record::v1::HOLDER_KIND_PRIVATE;
  licensing.lost = Days(first, first + 19);
  licensing.notified = Day(first + 21);
  ReportFacts police;
  police.lost = Day(first + 4);
  EXPECT_EQ(JudgeNotice({licensing}, {0}, london_).verdict, v1::NOTICE_VERDICT_UNDECIDABLE);
  const NoticeFacts late = JudgeNotice({licensing, police}, {0, 1}, london_);
  EXPECT_EQ(late.verdict, v1::NOTICE_VERDICT_LATE);
  EXPECT_EQ(late.minimum_days, 17);
  police.lost = Day(first + 15);
  EXPECT_EQ(JudgeNotice({licensing, police}, {0, 1}, london_).verdict, v1::NOTICE_VERDICT_IN_TIME);
  // Where the two exclude each other the report that tells of the notice stands.
  police.lost = Day(first + 25);
  EXPECT_EQ(JudgeNotice({licensing, police}, {0, 1}, london_).verdict,
            v1::NOTICE_VERDICT_UNDECIDABLE);
}

TEST_F(NoticeTest, WithoutADateNothingIsDecided) {
  const absl::CivilDay lost(2018, 1, 1);
  EXPECT_EQ(Judge(TimeInterval(), Day(lost)).verdict, v1::NOTICE_VERDICT_UNDECIDABLE);
  EXPECT_EQ(Judge(Day(lost), std::nullopt).verdict, v1::NOTICE_VERDICT_NOT_SAID);
}

TEST_F(NoticeTest, OnlyCertificateHoldersAreBound) {
  const absl::CivilDay lost(2018, 1, 1);
  EXPECT_EQ(Judge(Day(lost), Day(lost + 20), record::v1::HOLDER_KIND_DEALER).verdict,
            v1::NOTICE_VERDICT_NOT_APPLICABLE);
  EXPECT_EQ(Judge(Day(lost), Day(lost + 20), record::v1::HOLDER_KIND_CLUB).verdict,
            v1::NOTICE_VERDICT_LATE);
}

TEST_F(NoticeTest, WhereNothingIsSaidOfTheHolderNoneIsLate) {
  const absl::CivilDay lost(2018, 1, 1);
  const NoticeFacts late = Judge(Day(lost), Day(lost + 20), record::v1::HOLDER_KIND_UNSPECIFIED);
  EXPECT_EQ(late.verdict, v1::NOTICE_VERDICT_UNDECIDABLE);
  EXPECT_EQ(late.doubt, v1::NOTICE_DOUBT_HOLDER_NOT_SAID);
  EXPECT_EQ(late.minimum_days, 20);
  EXPECT_EQ(Judge(Day(lost), Day(lost + 20), record::v1::HOLDER_KIND_UNKNOWN).doubt,
            v1::NOTICE_DOUBT_HOLDER_NOT_KNOWN);
  EXPECT_EQ(Judge(Days(lost, lost + 5), Day(lost + 10)).doubt, v1::NOTICE_DOUBT_DATES);
  const NoticeFacts in_time = Judge(Day(lost), Day(lost + 2), record::v1::HOLDER_KIND_UNSPECIFIED);
  EXPECT_EQ(in_time.verdict, v1::NOTICE_VERDICT_IN_TIME);
  EXPECT_EQ(in_time.doubt, v1::NOTICE_DOUBT_UNSPECIFIED);
  ReportFacts report;
  report.lost = Day(lost);
  report.notified = Day(lost + 20);
  report.has_certificate = true;
  EXPECT_EQ(JudgeNotice({report}, {0}, london_).verdict, v1::NOTICE_VERDICT_LATE);
}

TEST_F(NoticeTest, WhoIsSaidToBeUnknownMayNeedToGiveNone) {
  const absl::CivilDay lost(2018, 1, 1);
  EXPECT_EQ(Judge(Day(lost), Day(lost + 20), record::v1::HOLDER_KIND_UNKNOWN).verdict,
            v1::NOTICE_VERDICT_UNDECIDABLE);
  EXPECT_EQ(Judge(Day(lost), Day(lost + 2), record::v1::HOLDER_KIND_UNKNOWN).verdict,
            v1::NOTICE_VERDICT_IN_TIME);
  std::vector<ReportFacts> reports(2);
  reports[0].lost = reports[1].lost = Day(lost);
  reports[0].holder = record::v1::HOLDER_KIND_UNKNOWN;
  reports[0].notified = Day(lost + 20);
  reports[1].has_certificate = true;
  EXPECT_EQ(JudgeNotice(reports, {0}, london_).verdict, v1::NOTICE_VERDICT_UNDECIDABLE);
  EXPECT_EQ(JudgeNotice(reports, {0, 1}, london_).verdict, v1::NOTICE_VERDICT_LATE);
}

TEST_F(NoticeTest, TheEarliestNoticeCounts) {
  const absl::CivilDay lost(2018, 1, 1);
  std::vector<ReportFacts> reports(2);
  reports[0].lost = reports[1].lost = Day(lost);
  reports[0].holder = record::v1::HOLDER_KIND_PRIVATE;
  reports[0].notified = Day(lost + 30);
  reports[1].notified = Day(lost + 3);
  EXPECT_EQ(JudgeNotice(reports, {0, 1}, london_).verdict, v1::NOTICE_VERDICT_IN_TIME);
  EXPECT_EQ(JudgeNotice(reports, {0}, london_).verdict, v1::NOTICE_VERDICT_LATE);
}

}  // namespace
}  // namespace serieslink::stolen

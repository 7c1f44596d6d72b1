// Goal: what an answer costs, holds and leaves out follows from what its caller may see.
// Method: records go through preparing, committing and deriving on an in-memory store; the series
// service answers agencies that see all of them, or few.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/firearm/firearm_service.h"
#include "services/firearm/life_story.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "services/series/commit_times.h"
#include "services/series/series_answer.h"
#include "services/series/series_explanation.h"
#include "services/series/series_service.h"
#include "services/view/asked_exhibit.h"
#include "services/view/record_view.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr bool kOpen = true;
constexpr bool kHidden = false;

// An incident of one gun, by kent.
SentMessage Incident(const std::string& id, int version, const std::string& serial, bool is_open) {
  SentMessage made;
  made.agency = "kent";
  auto& record = *made.message.mutable_force();
  record.set_system("S");
  record.set_record_id(id);
  record.set_version(version);
  record.set_record_type("INCIDENT");
  record.add_crime_references(absl::StrCat(id, "/17"));
  record.mutable_marking()->set_visibility(is_open ? "OPEN" : "");
  auto& gun = *record.add_guns();
  gun.set_make("Glock");
  if (!serial.empty()) gun.add_serials()->set_text(serial);
  return made;
}

class VisibleBoundsTest : public testing::Test {
 protected:
  series::SeriesService Service(const view::EvidenceBounds& bounds = {}) {
    return series::SeriesService(pipeline_.source(), &tokens_, "test", &DerivationPipeline::Now,
                                 bounds);
  }

  // Everything that was pushed is derived before it is read.
  absl::StatusOr<series::v1::Series> Get(const std::string& agency, const std::string& id,
                                         const view::EvidenceBounds& bounds = {}) {
    series::v1::GetSeriesRequest request;
    request.set_series_id(id);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    series::v1::GetSeriesResponse response;
    const absl::Status status =
        Service(bounds).Get(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
    if (!status.ok()) return status;
    return response.series();
  }

  std::vector<series::v1::ListSeriesResponse> Pages(const std::string& agency, int page_size,
                                                    const view::EvidenceBounds& bounds = {}) {
    std::vector<series::v1::ListSeriesResponse> pages;
    series::v1::ListSeriesRequest request;
    request.set_page_size(page_size);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    do {
      const absl::Status status = Service(bounds).List(
          view::Viewer{agency}, request, absl::InfiniteFuture(), pages.emplace_back());
      EXPECT_TRUE(status.ok()) << status;
      request.set_page_token(pages.back().next_page_token());
    } while (!request.page_token().empty() && pages.size() < 100);
    return pages;
  }

  std::string Push(const SentMessage& message) {
    const auto answer = pipeline_.Push({message});
    EXPECT_NE(answer.at(0).outcome(), ingest::v1::OUTCOME_REJECTED);
    return answer.at(0).record_id();
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
};

TEST_F(VisibleBoundsTest, HistoryIsCutByTheChangesThatTheCallerSees) {
  const std::string first = Push(Incident("A", 1, "AB123456", kOpen));
  Push(Incident("B", 1, "AB123456", kOpen));
  const int hidden_changes = static_cast<int>(series::kHistoryRevisionsMax) + 20;
  for (int version = 1; version <= hidden_changes; ++version) {
    Push(Incident("H", version, version % 2 == 0 ? "AB123456" : "KX998877", kHidden));
  }
  const auto anyone = Get("anyone", first);
  ASSERT_TRUE(anyone.ok()) << anyone.status();
  EXPECT_THAT(anyone->abridged(), IsEmpty());
  ASSERT_THAT(anyone->history(), SizeIs(1));
  EXPECT_EQ(anyone->history(0).change(), series::v1::CHANGE_FORMED);
  EXPECT_EQ(anyone->exhibit_count(), 2);
  // Its owner sees that many changes, and is told that the history is cut.
  const auto kent = Get("kent", first);
  ASSERT_TRUE(kent.ok()) << kent.status();
  EXPECT_THAT(kent->abridged(), ElementsAre("history"));
  EXPECT_EQ(kent->exhibit_count(), 3);
}

TEST_F(VisibleBoundsTest, HistoryNamesNoRecordThatOnlyAHiddenOneRelates) {
  const std::string first = Push(Incident("A", 1, "AB123456", kOpen));
  SentMessage hidden = Incident("H", 1, "", kHidden);
  hidden.message.mutable_force()->add_crime_references("A/17");
  hidden.message.mutable_force()->add_crime_references("C/17");
  Push(hidden);
  const auto answers =
      pipeline_.Push({Incident("B", 1, "AB123456", kOpen), Incident("C", 1, "", kOpen)});
  const auto anyone = Get("anyone", first);
  ASSERT_TRUE(anyone.ok()) << anyone.status();
  ASSERT_THAT(anyone->history(), SizeIs(1));
  EXPECT_THAT(anyone->history(0).causes(), ElementsAre(answers.at(0).record_id()));
  // Its owner sees how they are related.
  const auto kent = Get("kent", first);
  ASSERT_TRUE(kent.ok()) << kent.status();
  ASSERT_THAT(kent->history(), SizeIs(1));
  EXPECT_THAT(kent->history(0).causes(),
              ElementsAre(answers.at(0).record_id(), answers.at(1).record_id()));
}

TEST_F(VisibleBoundsTest, WhatOnlyAHiddenRecordRelatesCountsForNoBound) {
  const std::string first = Push(Incident("A", 1, "AB123456", kOpen));
  Push(Incident("B", 1, "AB123456", kOpen));
  SentMessage hidden = Incident("H", 1, "", kHidden);
  hidden.message.mutable_force()->add_crime_references("A/17");
  hidden.message.mutable_force()->add_crime_references("C/17");
  Push(hidden);
  Push(Incident("C", 1, "", kOpen));
  view::EvidenceBounds bounds;
  bounds.versions_max = 2;
  // A and B: C is related to neither, as far as anyone may know.
  const auto anyone = Get("anyone", first, bounds);
  ASSERT_TRUE(anyone.ok()) << anyone.status();
  EXPECT_EQ(anyone->exhibit_count(), 2);
  EXPECT_EQ(rpc::ReasonOf(Get("kent", first, bounds).status()),
            type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE);
}

TEST_F(VisibleBoundsTest, UnknownHiddenAndOthersIdsAnswerAlike) {
  Push(Incident("A", 1, "AB123456", kHidden));
  const std::string hidden = Push(Incident("B", 1, "AB123456", kHidden));
  Push(Incident("O", 1, "KX998877", kOpen));
  const auto kent = Get("kent", hidden);
  ASSERT_TRUE(kent.ok()) << kent.status();
  const graph::SourceKey nothing{"kent", "S", "NOT-SENT"};
  const std::string unknown =
      graph::FormatPublicId(graph::IdKind::kRecord, pipeline_.ids().ForRecord(nothing));
  const absl::Status expected = Get("anyone", unknown).status();
  EXPECT_EQ(expected.code(), absl::StatusCode::kNotFound);
  for (const std::string& id : {hidden, kent->series_id(), kent->weapon_id(),
                                kent->exhibits(0).exhibit_id(), kent->exhibits(1).exhibit_id()}) {
    EXPECT_EQ(Get("anyone", id).status(), expected) << id;
  }
  // The same of records.
  const view::RecordViews records(pipeline_.source());
  const auto get_record = [&](const std::string& id) {
    ingest::v1::GetRecordResponse response;
    return records.Get(view::Viewer{"anyone"}, graph::ParsePublicId(id)->id, {},
                       absl::InfiniteFuture(), response);
  };
  EXPECT_EQ(get_record(unknown).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(get_record(hidden), get_record(unknown));
}

// Beside an exhibit around which there is too much, a hidden one reads as one that is not there.
TEST_F(VisibleBoundsTest, TooMuchEvidenceTellsNothingOfAHiddenExhibit) {
  view::EvidenceBounds bounds;
  bounds.exhibits_max = 2;
  const std::string large = Push(Incident("A", 1, "AB123456", kOpen));
  Push(Incident("B", 1, "AB123456", kOpen));
  Push(Incident("C", 1, "AB123456", kOpen));
  const std::string hidden = Push(Incident("H", 1, "KX998877", kHidden));
  const std::string unknown = graph::FormatPublicId(
      graph::IdKind::kRecord, pipeline_.ids().ForRecord({"kent", "S", "NOT-SENT"}));
  const auto explain = [&](const std::string& agency, const std::string& second) {
    series::v1::ExplainLinkRequest request;
    request.set_first_id(large);
    request.set_second_id(second);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    series::v1::ExplainLinkResponse response;
    return Service(bounds).Explain(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
  };
  EXPECT_EQ(rpc::ReasonOf(explain("kent", hidden)), type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE);
  EXPECT_EQ(explain("anyone", unknown).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(explain("anyone", hidden), explain("anyone", unknown));
}

TEST_F(VisibleBoundsTest, AnExplanationThatIsCutCountsAllAndNamesWhatIsCut) {
  const std::string first = Push(Incident("A", 1, "AB123456", kOpen));
  for (const char* const id : {"B", "C", "D"}) Push(Incident(id, 1, "AB123456", kOpen));
  Push(Incident("H", 1, "AB123456", kHidden));
  pipeline_.TakeCut();
  const auto asked =
      view::ViewAsked(pipeline_.source(), view::Viewer{"anyone"}, {{first, "series_id"}}, {},
                      DerivationPipeline::Now(), absl::InfiniteFuture(), {});
  ASSERT_TRUE(asked.ok()) << asked.status();
  const graph::LogReader log = asked->cut.reader.Log();
  series::CommitTimes times(log);
  series::ExplanationBounds bounds;
  bounds.joining_max = 2;
  bounds.supporting_max = 1;
  bounds.members_max = 3;
  const auto cut = series::ExplainWeapon(*asked->evidence, asked->view,
                                         asked->view.resolution.weapon_of[asked->places[0]], times,
                                         asked->cut.position, bounds);
  ASSERT_TRUE(cut.ok()) << cut.status();
  // Four exhibits that anybody may see, with a finding for each pair.
  EXPECT_EQ(cut->joining_count(), 3);
  EXPECT_EQ(cut->supporting_count(), 3);
  EXPECT_THAT(cut->joining(), SizeIs(2));
  EXPECT_THAT(cut->supporting(), SizeIs(1));
  EXPECT_THAT(cut->abridged(), ElementsAre("joining", "supporting", "exhibits"));
  EXPECT_GE(cut->exhibits_size(), 3);
  EXPECT_LE(cut->exhibits_size(), 4);
}

// All records of a life are read, so there is a bound to them; it counts what the caller sees.
TEST_F(VisibleBoundsTest, ALifeOfTooManyRecordsIsNotTold) {
  std::vector<SentMessage> of_one_crime;
  for (std::size_t i = 0; i <= firearm::kLifeRecordsMax; ++i) {
    SentMessage& one =
        of_one_crime.emplace_back(Incident(absl::StrCat("R", i), 1, "", i < 2 ? kOpen : kHidden));
    one.message.mutable_force()->set_crime_references(0, "77/17");
  }
  const std::string first = pipeline_.Push(of_one_crime).at(0).record_id();
  const firearm::FirearmService service(pipeline_.source(), &pipeline_.ids(), &tokens_, "test",
                                        &DerivationPipeline::Now);
  firearm::v1::TraceFirearmRequest request;
  request.set_firearm_id(first);
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
  const auto trace = [&](const std::string& agency, firearm::v1::TraceFirearmResponse& response) {
    return service.Trace(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
  };
  firearm::v1::TraceFirearmResponse told;
  const absl::Status anyone = trace("anyone", told);
  ASSERT_TRUE(anyone.ok()) << anyone;
  ASSERT_THAT(told.story().events(), SizeIs(1));
  EXPECT_THAT(told.story().events(0).event().records(), SizeIs(2));
  firearm::v1::TraceFirearmResponse refused;
  EXPECT_EQ(rpc::ReasonOf(trace("kent", refused)), type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE);
}

TEST_F(VisibleBoundsTest, PagesEndWhereWhatTheCallerSeesEnds) {
  for (int i = 0; i < 3; ++i) {
    const std::string serial = absl::StrCat("AB", 100000 + i);
    Push(Incident(absl::StrCat("A", i), 1, serial, kOpen));
    Push(Incident(absl::StrCat("B", i), 1, serial, kOpen));
  }
  for (int i = 0; i < 20; ++i) {
    const std::string serial = absl::StrCat("KX", 100000 + i);
    Push(Incident(absl::StrCat("C", i), 1, serial, kHidden));
    Push(Incident(absl::StrCat("D", i), 1, serial, kHidden));
  }
  const auto anyone = Pages("anyone", 1);
  ASSERT_THAT(anyone, SizeIs(3));
  for (const auto& page : anyone) EXPECT_THAT(page.series(), SizeIs(1));
  EXPECT_THAT(Pages("anyone", 3), SizeIs(1));
  EXPECT_THAT(Pages("kent", 23), SizeIs(1));
}

// Evidence is read for many series at once, which must not show in the answers.
TEST_F(VisibleBoundsTest, AListIsTheSameHoweverItIsRead) {
  // Guns of two and three exhibits that come in turns, so that groups of them overlap; some have an
  // exhibit that only its owner sees, and some share a crime with the gun before them.
  constexpr int kGuns = 70;
  for (int round = 0; round < 3; ++round) {
    std::vector<SentMessage> sent;
    for (int gun = 0; gun < kGuns; ++gun) {
      if (round == 2 && gun % 3 != 0) continue;
      SentMessage& one = sent.emplace_back(Incident(absl::StrCat("R", round, "G", gun), 1,
                                                    absl::StrCat("AB", 100000 + gun),
                                                    round < 2 || gun % 2 == 0 ? kOpen : kHidden));
      if (gun % 5 == 1) {
        one.message.mutable_force()->add_crime_references(
            absl::StrCat("R", round, "G", gun - 1, "/17"));
      }
    }
    pipeline_.Push(sent);
  }
  const auto all_of = [&](const std::string& agency, int page_size,
                          const view::EvidenceBounds& bounds) {
    std::vector<std::string> told;
    for (const auto& page : Pages(agency, page_size, bounds)) {
      EXPECT_THAT(page.unresolved_exhibits(), IsEmpty());
      for (const series::v1::Series& one : page.series()) told.push_back(one.SerializeAsString());
    }
    return told;
  };
  // Each read alone: a group never holds so few.
  view::EvidenceBounds alone;
  alone.exhibits_max = 3;
  for (const char* agency : {"anyone", "kent"}) {
    const std::vector<std::string> expected = all_of(agency, 1000, alone);
    EXPECT_THAT(expected, SizeIs(kGuns));
    for (const int page_size : {1, 9, 50, 1000}) {
      EXPECT_EQ(all_of(agency, page_size, {}), expected) << agency << " by " << page_size;
    }
  }
}

TEST_F(VisibleBoundsTest, ABoundCountsWhatTheCallerSees) {
  view::EvidenceBounds bounds;
  bounds.exhibits_max = 10;
  std::string open;
  for (int i = 0; i < 40; ++i) {
    const std::string id = Push(Incident(absl::StrCat("A", i), 1, "AB123456", i < 4));
    if (i == 0) open = id;
  }
  const auto anyone = Get("anyone", open, bounds);
  ASSERT_TRUE(anyone.ok()) << anyone.status();
  EXPECT_EQ(anyone->exhibit_count(), 4);
  const absl::Status kent = Get("kent", open, bounds).status();
  EXPECT_EQ(kent.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(rpc::ReasonOf(kent), type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE);
}

TEST_F(VisibleBoundsTest, AWeaponOfTensOfThousandsOfExhibitsStopsNoList) {
  constexpr int kExhibits = 30'000;
  const std::string hub = Push(Incident("HUB", 1, "", kOpen));
  std::vector<SentMessage> spokes;
  for (int i = 1; i < kExhibits; ++i) {
    SentMessage& spoke = spokes.emplace_back(Incident(absl::StrCat("X", i), 1, "", kOpen));
    auto& same = *spoke.message.mutable_force()->add_same_weapon_as();
    same.set_agency("kent");
    same.set_source_system("S");
    same.set_source_id("HUB");
  }
  pipeline_.Push(spokes);
  Push(Incident("A", 1, "AB123456", kOpen));
  Push(Incident("B", 1, "AB123456", kOpen));

  // Within the bound, the answer counts all and shows some.
  const auto whole = Get("anyone", hub);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->exhibit_count(), kExhibits);
  EXPECT_EQ(whole->incident_count(), kExhibits);
  EXPECT_THAT(whole->exhibits(), SizeIs(series::AnswerBounds().exhibits_max));
  EXPECT_THAT(whole->abridged(), Contains("exhibits"));
  // A page ends at 20,000 exhibits that it looked at.
  std::vector<series::v1::Series> listed;
  for (const auto& page : Pages("anyone", 50)) {
    EXPECT_THAT(page.unresolved_exhibits(), IsEmpty());
    listed.insert(listed.end(), page.series().begin(), page.series().end());
  }
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].exhibit_count(), kExhibits);
  EXPECT_THAT(listed[0].exhibits(), SizeIs(series::kListBounds.exhibits_max));
  EXPECT_THAT(listed[1].abridged(), IsEmpty());

  // Above it, the call for it fails, and a list goes on without it and says so.
  view::EvidenceBounds bounds;
  bounds.exhibits_max = 20'000;
  EXPECT_EQ(rpc::ReasonOf(Get("anyone", hub, bounds).status()),
            type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE);
  int series = 0;
  std::vector<std::string> unresolved;
  for (const auto& page : Pages("anyone", 50, bounds)) {
    series += page.series_size();
    unresolved.insert(unresolved.end(), page.unresolved_exhibits().begin(),
                      page.unresolved_exhibits().end());
  }
  EXPECT_EQ(series, 1);
  EXPECT_THAT(unresolved, Contains(whole->exhibits(0).exhibit_id()));
}

}  // namespace
}  // namespace serieslink

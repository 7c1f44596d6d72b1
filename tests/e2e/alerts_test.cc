// Goal: a stream of alerts tells what changed of what its caller may see, all of it, and nothing
// else; and goes on from any of its positions.
// Method: records go through preparing, committing and deriving on an in-memory store; the service
// of alerts answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/rpc/error.h"
#include "storage/graph/news_rows.h"
#include "tests/e2e/alerts_case.h"

namespace serieslink {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A laboratory's comparison of cases that two of the MPS's guns left.
SentMessage Comparison(const std::string& id, const std::string& first, const std::string& second,
                       const std::string& verdict, int version = 1) {
  const auto side = [](const std::string& source) {
    return absl::StrCat("{ agency: 'mps' source_system: 'S' source_id: '", source, "' }");
  };
  return Of("nabis",
            absl::StrCat("nabis { entry_id: '", id, "' version: ", version, " comparison { first ",
                         side(first), " second ", side(second), " channel: 'CASE' verdict: '",
                         verdict, "' stage: 'MICROSCOPE' examined: '2020-01-0", version,
                         "' } marking { visibility: 'OPEN' } }"));
}

// Everything that a series goes through.
class SeriesAlertsTest : public AlertsTest {
 protected:
  void SetUp() override {
    PushAllButTheLast(site_);
    site_.Withdraw("B");  // 7
  }
  static void PushAllButTheLast(Site& site) {
    site.Push({Incident("A", "AB12345"), Incident("X", "CD67890")});  // 1
    site.Push({Incident("B", "AB12345")});                            // 2
    site.Push({Incident("C", "AB12345"), Incident("Y", "CD67890")});  // 3
    site.Push({Comparison("K", "A", "X", "CONFIRMED")});              // 4
    site.Push({Comparison("K", "A", "X", "ELIMINATED", 2)});          // 5
    site.Withdraw("C");                                               // 6
  }

  // Why `site` does not go on from where `request` says.
  static type::v1::ErrorReason Refusal(Site& site, const alert::v1::WatchAlertsRequest& request) {
    alerts::AlertService service(site.pipeline.source(), &site.tokens, &site.pipeline.ids(),
                                 site.Options());
    return rpc::ReasonOf(service.Watch(
        view::Viewer{"anyone"}, request, [] { return false; }, [](const auto&) { return false; }));
  }
  const std::vector<std::string> all_ = {"2 SERIES_FORMED 2 by B", "3 SERIES_FORMED 2 by Y",
                                         "3 SERIES_GREW 3 by C",   "4 SERIES_MERGED 5 by K",
                                         "5 SERIES_SPLIT 3 by K",  "5 SERIES_SPLIT 2 by K",
                                         "6 SERIES_SHRANK 2 by C", "7 SERIES_DISSOLVED 1 by B"};
};

TEST_F(SeriesAlertsTest, ASeriesIsFollowedFromItsFormingToItsEnd) {
  std::vector<std::string> told = site_.Told("anyone");
  EXPECT_THAT(told, testing::UnorderedElementsAreArray(all_));
  const auto revision = [](const std::string& a, const std::string& b) { return a[0] < b[0]; };
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end(), revision));
  for (const alert::v1::Alert& alert : site_.Alerts("anyone")) {
    EXPECT_THAT(alert.series_id(), testing::StartsWith("SL-"));
    EXPECT_THAT(alert.agencies(), Contains("mps"));
    EXPECT_EQ(alert.time().seconds(), absl::ToUnixSeconds(DerivationPipeline::Now()));
  }
}

TEST_F(SeriesAlertsTest, GoesOnFromEveryPosition) {
  const auto messages = site_.Watch("anyone", FromTheBeginning());
  ASSERT_THAT(messages, SizeIs(all_.size() + 1));
  EXPECT_TRUE(messages.back().is_current());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (i == 4) site_.pipeline.Restart();
    alert::v1::WatchAlertsRequest request;
    request.set_position(messages[i].position());
    const auto rest = site_.Watch("anyone", request);
    ASSERT_THAT(rest, SizeIs(messages.size() - std::min(i + 1, messages.size() - 1)));
    for (std::size_t k = 0; k + 1 < rest.size(); ++k) {
      EXPECT_EQ(rest[k].alert().SerializeAsString(),
                messages[i + 1 + k].alert().SerializeAsString());
    }
  }
}

TEST_F(SeriesAlertsTest, BeginsBehindARevisionOrWithWhatComesNext) {
  alert::v1::WatchAlertsRequest request;
  request.set_after_revision(5);
  EXPECT_THAT(site_.Told("anyone", request),
              ElementsAre("6 SERIES_SHRANK 2 by C", "7 SERIES_DISSOLVED 1 by B"));
  request.clear_start();
  const auto now = site_.Watch("anyone", request);
  ASSERT_THAT(now, SizeIs(1));
  EXPECT_EQ(now[0].revision(), 7);
  site_.Push({Incident("B", "AB12345", 2)});
  request.set_position(now[0].position());
  EXPECT_THAT(site_.Told("anyone", request), ElementsAre("8 SERIES_FORMED 2 by B"));
}

TEST_F(SeriesAlertsTest, TellsWhatTheFilterAsksFor) {
  alert::v1::WatchAlertsRequest request = FromTheBeginning();
  request.mutable_filter()->add_kinds(alert::v1::ALERT_KIND_SERIES_MERGED);
  EXPECT_THAT(site_.Told("anyone", request), ElementsAre("4 SERIES_MERGED 5 by K"));
  request.mutable_filter()->set_own(true);
  EXPECT_THAT(site_.Told("anyone", request), IsEmpty());
  EXPECT_THAT(site_.Told("mps", request), SizeIs(1));
  request.mutable_filter()->add_areas("E09000022");
  EXPECT_THAT(site_.Told("mps", request), IsEmpty());
}

// An incident of which only a point is known, as the transport police record it.
SentMessage AtAPoint(const std::string& id, double latitude_degrees) {
  return Police("mps", id, "INCIDENT", "2017-03-01", "KL97531",
                absl::StrCat("place { latitude_degrees: ", latitude_degrees,
                             " longitude_degrees: -0.14 police_force: 'btp' }"));
}

TEST_F(AlertsTest, AnEventThatNamesNoAreaLiesWhereBoundariesHaveIt) {
  // As if what is south of 51.6 lay in Camden.
  site_.locate = [](const type::v1::Place& place) {
    type::v1::Place located = place;
    if (!place.has_point() || place.point().latitude_degrees() > 51.6) return located;
    if (place.borough_code().empty()) located.set_borough_code("E09000007");
    if (place.ward_code().empty()) located.set_ward_code("E05013653");
    if (place.police_force().empty()) located.set_police_force("E23000001");
    return located;
  };
  site_.Push({AtAPoint("P", 51.53)});
  site_.Push({AtAPoint("Q", 51.65)});
  const auto told = [this](const char* area) {
    alert::v1::WatchAlertsRequest request = FromTheBeginning();
    request.mutable_filter()->add_areas(area);
    return site_.Told("anyone", request);
  };
  for (const char* const area : {"E09000007", "E05013653", "mps", "btp"}) {
    EXPECT_THAT(told(area), ElementsAre("2 SERIES_FORMED 2 by Q")) << area;
  }
  EXPECT_THAT(told("E09000022"), IsEmpty());
  // Without boundaries a point lies nowhere.
  site_.locate = nullptr;
  EXPECT_THAT(told("E09000007"), IsEmpty());
  EXPECT_THAT(told("btp"), SizeIs(1));
}

TEST_F(SeriesAlertsTest, APositionIsItsAgencysAlone) {
  const auto messages = site_.Watch("anyone", FromTheBeginning());
  alerts::AlertService service(site_.pipeline.source(), &site_.tokens, &site_.pipeline.ids(),
                               site_.Options());
  alert::v1::WatchAlertsRequest request;
  request.set_position(messages.front().position());
  const auto reason = [&](const std::string& agency) {
    return rpc::ReasonOf(service.Watch(
        view::Viewer{agency}, request, [] { return false; }, [](const auto&) { return false; }));
  };
  EXPECT_EQ(reason("other"), type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  request.set_after_revision(8);
  EXPECT_EQ(reason("anyone"), type::v1::ERROR_REASON_REVISION_UNKNOWN);
  request.set_after_revision(-1);
  EXPECT_EQ(reason("anyone"), type::v1::ERROR_REASON_FIELD_INVALID);
}

TEST_F(SeriesAlertsTest, APositionIsOfOneLog) {
  alert::v1::WatchAlertsRequest request;
  request.set_position(site_.Watch("anyone", FromTheBeginning()).back().position());
  // A store that was put back to before the last commit, and in which something else came then.
  Site other;
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(Refusal(other, request), type::v1::ERROR_REASON_REVISION_UNKNOWN)
        << "the log ends before it: " << i;
    other.Push({Incident(absl::StrCat("O", i), absl::StrCat("AB", 71234 + i * 137))});
  }
  EXPECT_EQ(Refusal(other, request), type::v1::ERROR_REASON_REVISION_UNKNOWN)
      << "the log is as long";
}

TEST_F(SeriesAlertsTest, APositionBehindAnAlertIsOfTheCommitOfThatAlert) {
  const auto messages = site_.Watch("anyone", FromTheBeginning());
  const auto& last = messages[messages.size() - 2];
  ASSERT_EQ(last.alert().revision(), 7);
  alert::v1::WatchAlertsRequest request;
  request.set_position(last.position());
  Site other;
  PushAllButTheLast(other);
  EXPECT_EQ(Refusal(other, request), type::v1::ERROR_REASON_REVISION_UNKNOWN)
      << "the log ends before the commit";
  other.Push({Incident("O", "XY99999")});
  EXPECT_EQ(Refusal(other, request), type::v1::ERROR_REASON_REVISION_UNKNOWN)
      << "another commit came in its place, and was never told of";
  // Behind the alerts of the commit before, which both logs have.
  request.set_position(messages[messages.size() - 3].position());
  ASSERT_EQ(messages[messages.size() - 3].alert().revision(), 6);
  EXPECT_EQ(Refusal(other, request), type::v1::ERROR_REASON_UNSPECIFIED);
}

TEST_F(SeriesAlertsTest, AnotherPolicyIsToldAndGoneOnUnder) {
  const auto messages = site_.Watch("anyone", FromTheBeginning());
  const std::size_t at = 3;  // within or behind the alerts of revision 4 and 5
  alert::v1::WatchAlertsRequest request;
  request.set_position(messages[at].position());
  site_.pipeline.Restart(LeadsOnly());
  const auto rest = site_.Watch("anyone", request);
  ASSERT_FALSE(rest.empty());
  EXPECT_TRUE(rest.front().is_derived_anew());
  EXPECT_FALSE(rest.front().has_alert());
  EXPECT_TRUE(rest.back().is_current());
  EXPECT_FALSE(rest.back().is_derived_anew());
  // Equal numbers join nothing now, so no series formed by them; the comparison still does.
  for (const auto& message : rest) {
    if (!message.has_alert()) continue;
    EXPECT_GE(message.alert().revision(), messages[at].revision());
  }
  // Whoever goes on from there is told once.
  request.set_position(rest.back().position());
  EXPECT_FALSE(site_.Watch("anyone", request).front().is_derived_anew());
}

TEST_F(SeriesAlertsTest, WhatIsDerivedAnewIsToldAgainFromTheRevisionOfThePosition) {
  const auto messages = site_.Watch("anyone", FromTheBeginning());
  // Behind the first alert of revision 5, which has two.
  const auto split = std::find_if(messages.begin(), messages.end(), [](const auto& message) {
    return message.alert().kind() == alert::v1::ALERT_KIND_SERIES_SPLIT;
  });
  ASSERT_NE(split, messages.end());
  alert::v1::WatchAlertsRequest request;
  request.set_position(split->position());
  EXPECT_THAT(site_.Told("anyone", request), SizeIs(3));
  linkage::ConfirmationPolicy policy;
  policy.analyst_agencies = {"nobody"};  // nothing of what is here depends on it
  site_.pipeline.Restart(policy);
  EXPECT_THAT(site_.Told("anyone", request), SizeIs(4)) << "both of revision 5";
}

TEST_F(AlertsTest, AnAgencyHasSomeStreamsAndLeavesSomeToOthers) {
  alerts::AlertOptions options = site_.Options();
  options.streams_max = 12;
  alerts::AlertService service(site_.pipeline.source(), &site_.tokens, &site_.pipeline.ids(),
                               options);
  int open = 0;
  std::vector<absl::Status> refused;
  // Opens one within the other, by threes of one agency where `of_many`.
  const std::function<void(int, bool)> nest = [&](int depth, bool of_many) {
    bool is_told = false;
    const absl::Status status = service.Watch(
        view::Viewer{absl::StrCat("agency", of_many ? depth / 3 : 0)}, FromTheBeginning(),
        [&] { return is_told; },
        [&](const auto&) {
          is_told = true;
          ++open;
          nest(depth + 1, of_many);
          return true;
        });
    if (rpc::ReasonOf(status) == type::v1::ERROR_REASON_OVERLOADED) refused.push_back(status);
  };
  for (int i = 0; i < 2; ++i) {  // places are given back
    open = 0;
    refused.clear();
    nest(0, false);
    EXPECT_EQ(open, 3) << "a quarter of 12";
    ASSERT_THAT(refused, SizeIs(1));
    EXPECT_THAT(std::string(refused[0].message()), HasSubstr("your agency"));
  }
  open = 0;
  refused.clear();
  nest(0, true);
  EXPECT_EQ(open, 12);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_THAT(std::string(refused[0].message()), HasSubstr("the server"));
}

// --- What the caller may not see -----------------------------------------------------------------

// Everything that a stranger's stream sends, without its positions, which are sealed anew each
// time.
class HiddenAlertsTest : public AlertsTest {
 protected:
  std::vector<std::string> Sent(Site& site) {
    std::vector<std::string> sent;
    for (alert::v1::WatchAlertsResponse message : site.Watch("stranger", FromTheBeginning())) {
      sent.push_back(absl::StrCat("position of ", message.position().size(), " bytes "));
      message.clear_position();
      sent.back() += message.DebugString();
    }
    return sent;
  }

  // Each of `commits`, with what is `hidden` at its place besides, behind it or before it.
  void PushBoth(const std::vector<std::vector<SentMessage>>& commits,
                const std::vector<std::vector<SentMessage>>& hidden) {
    for (std::size_t i = 0; i < commits.size(); ++i) {
      alone_.Push(commits[i]);
      std::vector<SentMessage> both = commits[i];
      both.insert(i % 2 == 0 ? both.begin() : both.end(), hidden[i].begin(), hidden[i].end());
      site_.Push(both);
    }
  }

  Site alone_;  // without what is hidden
};

SentMessage Hidden(const std::string& id, const std::string& serial) {
  return Incident(id, serial, 1, /*is_open=*/false);
}

TEST_F(HiddenAlertsTest, AHiddenSeriesLeavesNoTrace) {
  PushBoth({{Incident("A", "AB12345")}, {Incident("B", "AB12345")}, {Incident("C", "AB12345")}},
           {{Hidden("P", "GH24681"), Hidden("P2", "JK35792")},
            {Hidden("Q", "GH24681")},
            {Hidden("Q2", "JK35792")}});
  const std::vector<std::string> alone = Sent(alone_);
  ASSERT_THAT(alone, SizeIs(3)) << "a series formed and grew, and the stream is current";
  EXPECT_EQ(Sent(site_), alone);
  EXPECT_THAT(site_.Told("mps"), SizeIs(4)) << "whose records they are is told of all";
}

TEST_F(HiddenAlertsTest, AHiddenMemberOfASeriesIsNoneOfIt) {
  // In everybody's view the series forms at the second commit and grows at the third.
  PushBoth({{Incident("A", "AB12345")}, {Incident("S", "XY99999")}, {Incident("B", "AB12345")}},
           {{}, {Hidden("H", "AB12345")}, {}});
  EXPECT_THAT(alone_.Told("stranger"), ElementsAre("3 SERIES_FORMED 2 by B"));
  EXPECT_EQ(Sent(site_), Sent(alone_));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 SERIES_FORMED 2 by H", "3 SERIES_GREW 3 by B"));
}

TEST_F(HiddenAlertsTest, AHiddenUseOfAStolenGunIsNoSighting) {
  PushBoth({{Stolen("L", "AB12345")}, {Incident("S", "XY99999")}},
           {{}, {Hidden("H", "AB12345"), Hidden("N", "AB12346")}});
  EXPECT_EQ(Sent(site_), Sent(alone_));
  EXPECT_THAT(site_.Told("kent"), IsEmpty());
  EXPECT_THAT(site_.Told("nabis"), IsEmpty()) << "nor is a hidden lead told of";
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 STOLEN_GUN_SIGHTED 1 by H"));
}

TEST_F(HiddenAlertsTest, AHiddenUseContradictsNothing) {
  PushBoth({{Police("kent", "R", "RECOVERY", "2016-01-01", "AB12345")}, {Incident("S", "XY99999")}},
           {{}, {Hidden("H", "AB12345")}});
  EXPECT_EQ(Sent(site_), Sent(alone_));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 CONTRADICTION 1 by H CUSTODY"));
}

TEST_F(HiddenAlertsTest, TheOrderOfALargeCommitSaysNothingOfWhatIsHiddenInIt) {
  std::vector<SentMessage> first;
  std::vector<SentMessage> second;
  std::vector<SentMessage> hidden_first;
  std::vector<SentMessage> hidden_second;
  for (int i = 0; i < 100; ++i) {
    const std::string serial = absl::StrCat("AB", 71234 + i * 137);
    first.push_back(Incident(absl::StrCat("A", i), serial));
    second.push_back(Incident(absl::StrCat("B", i), serial));
    const std::string hidden = absl::StrCat("GH", 71234 + i * 137);
    hidden_first.push_back(Hidden(absl::StrCat("P", i), hidden));
    hidden_second.push_back(Hidden(absl::StrCat("Q", i), hidden));
  }
  PushBoth({first, second}, {hidden_first, hidden_second});
  const std::vector<std::string> alone = Sent(alone_);
  ASSERT_THAT(alone, SizeIs(101)) << "each series, and that the stream is current";
  EXPECT_EQ(Sent(site_), alone);
  EXPECT_THAT(site_.Alerts("mps"), SizeIs(200));
}

TEST_F(HiddenAlertsTest, NothingIsToldByLabelsOfAPastThatIsDerivedAgain) {
  site_.Push({Incident("A", "AB12345")});
  site_.Push({Incident("B", "AB12345")});
  EXPECT_THAT(site_.Told("stranger"), SizeIs(1));
  site_.pipeline.StopDeriver();
  site_.Push({Incident("B", "AB12345", 2, /*is_open=*/false)});
  alerts::AlertService service(site_.pipeline.source(), &site_.tokens, &site_.pipeline.ids(),
                               site_.Options());
  int looks = 0;
  std::vector<alert::v1::WatchAlertsResponse> messages;
  const absl::Status status = service.Watch(
      view::Viewer{"stranger"}, FromTheBeginning(), [&] { return ++looks > 100; },
      [&](const auto& message) {
        messages.push_back(message);
        return true;
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
  EXPECT_THAT(messages, IsEmpty()) << "it waits for what is committed and not derived";
  site_.pipeline.Restart();
  EXPECT_THAT(site_.Told("stranger"), IsEmpty());
}

TEST_F(HiddenAlertsTest, ARecordThatIsOpenedIsNewsThen) {
  site_.Push({Incident("A", "AB12345"), Hidden("B", "AB12345")});
  site_.Push({Incident("S", "XY99999")});
  EXPECT_THAT(site_.Told("stranger"), IsEmpty());
  site_.Push({Incident("B", "AB12345", 2)});
  EXPECT_THAT(site_.Told("stranger"), ElementsAre("3 SERIES_FORMED 2 by B"));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("1 SERIES_FORMED 2 by A, B"));
  site_.Push({Incident("B", "AB12345", 3, /*is_open=*/false)});
  EXPECT_THAT(site_.Told("stranger"), IsEmpty()) << "today's labels hold for all that is told";
}

TEST_F(HiddenAlertsTest, WhatAHiddenRecordHeldTogetherIsNewsWhenAFindingDoes) {
  // To everybody else A and B are one gun from the second commit on, and the third changes nothing.
  site_.Push({Incident("A", "AB12345"), Incident("B", "CD67890"), Hidden("H", "EF11111")});
  site_.Push({Comparison("K1", "A", "H", "CONFIRMED"), Comparison("K2", "H", "B", "CONFIRMED")});
  EXPECT_THAT(site_.Told("stranger"), IsEmpty());
  site_.Push({Comparison("K", "A", "B", "CONFIRMED")});
  EXPECT_THAT(site_.Told("stranger"), ElementsAre("3 SERIES_FORMED 2 by K"));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 SERIES_FORMED 3 by K1, K2"));
}

// --- What is kept --------------------------------------------------------------------------------

std::vector<std::string> NewsRows(Site& site) {
  const view::Cut cut = site.pipeline.TakeCut();
  std::vector<std::string> rows;
  const std::vector<graph::NewsRow> news = graph::ScanNews(cut.reader.snapshot(), {}, 1000).value();
  for (const graph::NewsRow& row : news) {
    rows.push_back(
        absl::StrCat(row.key.revision, ".", row.key.part, " ", row.news.ShortDebugString()));
  }
  return rows;
}

TEST_F(AlertsTest, WhatIsKeptDoesNotDependOnRestarts) {
  Site other;
  // Guns that were in hand, one of them with a custody: of two that the comparison makes one, the
  // members come in another order after a restart.
  const auto recovered = [](const std::string& id, const std::string& serial) {
    return Police("mps", id, "RECOVERY", "2018-01-01", serial);
  };
  const SentMessage kept =
      Of("mps",
         "force { system: 'S' record_id: 'H1' record_type: 'RECOVERY' occurred: '2018-01-01' "
         "crime_references: 'H1/17' guns { make: 'Glock' calibre: '9x19' serials { text: 'EF13579' "
         "} custody { holder: 'Store' from: '2018-01-01' until: '2018-06-01' } } marking { "
         "visibility: 'OPEN' } }");
  const std::vector<std::vector<SentMessage>> commits = {
      {Stolen("L", "AB12345"), Incident("X", "CD67890")},
      {Incident("A", "AB12345"), Incident("B", "AB12346"), Incident("C", "AB12345")},
      {Comparison("K", "A", "X", "CONFIRMED"), Incident("Y", "CD67890")},
      {Comparison("K", "A", "X", "ELIMINATED", 2)},
      {Incident("A", "AB12345", 2, /*is_open=*/false), Incident("D", "AB12345")},
      {kept, recovered("H2", "EF13579"), recovered("H3", "GH24681"), recovered("H4", "GH24681"),
       recovered("H5", "GH24681")},
      {Comparison("KH", "H1", "H3", "CONFIRMED")},
      {recovered("H6", "GH24681")}};
  for (const auto& commit : commits) {
    site_.Push(commit);
    other.Push(commit);
    other.pipeline.revision();
    other.pipeline.Restart();
  }
  const std::vector<std::string> rows = NewsRows(site_);
  EXPECT_THAT(rows, SizeIs(testing::Ge(4u)));
  EXPECT_EQ(NewsRows(other), rows);
}

TEST_F(AlertsTest, ARecordThatIsOpenedMayMatterToGunsThatShareItsEvent) {
  const auto crime = [](const std::string& id, const std::string& serial, int version,
                        bool is_open) {
    return Police("mps", id, "INCIDENT", "2017-03-01", serial,
                  absl::StrCat("crime_references: 'B-661/17' version: ", version), is_open);
  };
  site_.Push({crime("A", "AB12345", 1, true), Incident("B", "AB12345")});
  site_.Push({crime("H", "XY99999", 1, false)});
  site_.Push({crime("H", "XY99999", 2, true)});
  EXPECT_THAT(NewsRows(site_), Contains(testing::StartsWith("3.0 ")));
}

TEST_F(AlertsTest, WhatMattersToNobodyIsNotKept) {
  site_.Push({Incident("A", "AB12345"), Police("kent", "R", "RECOVERY", "2018-01-01", "CD67890")});
  site_.Push({Police("btp", "Q", "RECOVERY", "2018-01-01", "CD67890")});
  EXPECT_THAT(NewsRows(site_), IsEmpty());
}

TEST_F(AlertsTest, ALargeCommitIsToldInPartsAndGoneOnFromWithinIt) {
  std::vector<SentMessage> first;
  std::vector<SentMessage> second;
  for (int i = 0; i < 100; ++i) {
    first.push_back(Incident(absl::StrCat("A", i), absl::StrCat("AB", 71234 + i * 137)));
    second.push_back(Incident(absl::StrCat("B", i), absl::StrCat("AB", 71234 + i * 137)));
  }
  site_.Push(first);
  site_.Push(second);
  EXPECT_THAT(NewsRows(site_), SizeIs(4)) << "200 exhibits";
  const auto messages = site_.Watch("anyone", FromTheBeginning());
  ASSERT_THAT(messages, SizeIs(101));
  std::set<std::string> ids;
  for (const auto& message : messages) ids.insert(message.alert().alert_id());
  EXPECT_THAT(ids, SizeIs(101)) << "each once, and none of the last message";
  EXPECT_TRUE(std::is_sorted(
      messages.begin(), messages.end() - 1,
      [](const auto& a, const auto& b) { return a.alert().alert_id() < b.alert().alert_id(); }));
  for (const std::size_t at : {0u, 31u, 32u, 50u, 98u, 99u}) {
    alert::v1::WatchAlertsRequest request;
    request.set_position(messages[at].position());
    const std::vector<alert::v1::Alert> rest = site_.Alerts("anyone", request);
    ASSERT_THAT(rest, SizeIs(99 - at));
    for (std::size_t i = 0; i < rest.size(); ++i) {
      EXPECT_EQ(rest[i].alert_id(), messages[at + 1 + i].alert().alert_id());
    }
  }
}

}  // namespace
}  // namespace serieslink

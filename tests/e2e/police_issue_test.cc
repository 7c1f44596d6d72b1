// Goal: a weapon that was issued to police is no series and is not lost sight of; a loss makes it
// one, and taking the loss back undoes that, in any order of arrival.
// Method: as alerts_test, with the service of series too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/linkage/core/flags.h"
#include "services/series/series_service.h"
#include "tests/e2e/alerts_case.h"

namespace serieslink {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kSerial[] = "AB123456";

enum class Said { kNothing, kYes, kNo };

// An incident with a gun of this number, of which it is said whether it was issued to police.
SentMessage Use(const std::string& id, Said said, int version = 1) {
  SentMessage made = Incident(id, kSerial, version);
  auto& gun = *made.message.mutable_force()->mutable_guns(0);
  if (said != Said::kNothing) gun.set_is_police_issue(said == Said::kYes);
  return made;
}

SentMessage Loss(const std::string& id, bool is_open = true,
                 const std::string& more = "version: 1") {
  return Police("kent", id, "LOSS", "2016-01-10", kSerial,
                absl::StrCat("loss_kind: 'STOLEN' ", more), is_open);
}

class PoliceIssueTest : public AlertsTest {
 protected:
  // `id`: a record's by its source, or any that an answer gave.
  static series::v1::Series Get(Site& site, const std::string& id,
                                const std::string& agency = "anyone") {
    const series::SeriesService service(site.pipeline.source(), &site.tokens, "test",
                                        &DerivationPipeline::Now);
    series::v1::GetSeriesRequest request;
    request.set_series_id(site.records.contains(id) ? site.records.at(id) : id);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(site.pipeline.revision()));
    series::v1::GetSeriesResponse response;
    const absl::Status status =
        service.Get(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response.series();
  }
  series::v1::Series Get(const std::string& id, const std::string& agency = "anyone") {
    return Get(site_, id, agency);
  }

  // Weapons that a list with `filter` shows.
  static std::vector<std::string> List(Site& site, const series::v1::SeriesFilter& filter,
                                       const std::string& agency = "anyone",
                                       std::int64_t as_at = 0) {
    const series::SeriesService service(site.pipeline.source(), &site.tokens, "test",
                                        &DerivationPipeline::Now);
    series::v1::ListSeriesRequest request;
    *request.mutable_filter() = filter;
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(site.pipeline.revision()));
    if (as_at != 0) request.mutable_view()->set_revision(as_at);
    series::v1::ListSeriesResponse response;
    const absl::Status status =
        service.List(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> weapons;
    for (const series::v1::Series& one : response.series()) {
      EXPECT_EQ(one.series_id().empty(), filter.police_issue());
      weapons.push_back(one.weapon_id());
    }
    return weapons;
  }
  static std::vector<std::string> Series(Site& site, const std::string& agency = "anyone",
                                         std::int64_t as_at = 0) {
    return List(site, {}, agency, as_at);
  }
  static std::vector<std::string> OfPolice(Site& site, const std::string& agency = "anyone",
                                           std::int64_t as_at = 0) {
    series::v1::SeriesFilter filter;
    filter.set_police_issue(true);
    return List(site, filter, agency, as_at);
  }

  static std::vector<std::string> Flags(const series::v1::Series& series) {
    std::vector<std::string> names;
    for (const series::v1::Flag& flag : series.flags()) {
      names.push_back(series::v1::FlagKind_Name(flag.kind()).substr(sizeof("FLAG_KIND")));
    }
    return names;
  }

  // "CHANGE exhibits/incidents by causes".
  std::vector<std::string> History(const std::string& id, const std::string& agency = "anyone") {
    std::vector<std::string> told;
    const series::v1::Series series = Get(id, agency);
    for (const series::v1::HistoryEntry& entry : series.history()) {
      std::vector<std::string> causes;
      for (const std::string& cause : entry.causes()) causes.push_back(site_.names.at(cause));
      told.push_back(absl::StrCat(series::v1::Change_Name(entry.change()).substr(sizeof("CHANGE")),
                                  " ", entry.exhibit_count(), "/", entry.incident_count(), " by ",
                                  absl::StrJoin(causes, ", ")));
    }
    return told;
  }
};

TEST_F(PoliceIssueTest, AWeaponOfPoliceIsNoSeriesAndIsReadAndListedAllTheSame) {
  site_.Push({Use("A", Said::kYes)});
  site_.Push({Use("B", Said::kNothing)});
  const series::v1::Series weapon = Get("A");
  EXPECT_EQ(weapon.series_id(), "");
  EXPECT_THAT(weapon.weapon_id(), StartsWith("WP-"));
  EXPECT_EQ(weapon.incident_count(), 2);
  EXPECT_THAT(weapon.events(), SizeIs(2));
  EXPECT_THAT(weapon.findings(), Not(IsEmpty()));
  ASSERT_THAT(Flags(weapon), ElementsAre("POLICE_ISSUE"));
  EXPECT_EQ(weapon.flags(0).explanation(), linkage::WordsOf(linkage::FlagKind::kPoliceIssue));
  EXPECT_THAT(weapon.flags(0).exhibits(), ElementsAre(weapon.exhibits(0).exhibit_id()));
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by B"));
  for (const std::string& id :
       {weapon.weapon_id(), weapon.exhibits(1).exhibit_id(), site_.records.at("B")}) {
    EXPECT_EQ(Get(id).SerializeAsString(), weapon.SerializeAsString()) << id;
  }
  EXPECT_THAT(Series(site_), IsEmpty());
  EXPECT_THAT(OfPolice(site_), ElementsAre(weapon.weapon_id()));
  EXPECT_THAT(site_.Told("mps"), IsEmpty());

  // Everything else that a filter gives holds for them.
  series::v1::SeriesFilter filter;
  filter.set_police_issue(true);
  filter.add_flags(series::v1::FLAG_KIND_POLICE_ISSUE);
  EXPECT_THAT(List(site_, filter), SizeIs(1));
  filter.set_incidents_min(3);
  EXPECT_THAT(List(site_, filter), IsEmpty());
  site_.Push({Use("C", Said::kYes)});
  EXPECT_THAT(List(site_, filter), SizeIs(1));
  EXPECT_THAT(site_.Told("mps"), IsEmpty()) << "a series of police use did not grow";
}

TEST_F(PoliceIssueTest, OneUseOfAGunOfPoliceIsNotListed) {
  site_.Push(
      {Use("A", Said::kYes), Police("kent", "R", "RECOVERY", "2017-05-01", kSerial, "version: 1")});
  EXPECT_EQ(Get("A").exhibit_count(), 2);
  EXPECT_THAT(Flags(Get("A")), IsEmpty());
  EXPECT_THAT(OfPolice(site_), IsEmpty());
}

TEST_F(PoliceIssueTest, ALossMakesItASeriesAndTakingItBackUndoesThat) {
  site_.Push({Use("A", Said::kYes)});
  site_.Push({Use("B", Said::kYes)});
  site_.Push({Loss("L")});
  const series::v1::Series lost = Get("A");
  EXPECT_THAT(lost.series_id(), StartsWith("SL-"));
  EXPECT_THAT(Flags(lost), IsEmpty());
  EXPECT_THAT(Series(site_), ElementsAre(lost.weapon_id()));
  EXPECT_THAT(OfPolice(site_), IsEmpty());
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by B", "FORMED 3/2 by L"));
  EXPECT_THAT(site_.Told("mps"), Contains("3 SERIES_FORMED 2 by L"));
  // What was known before stays what it was.
  EXPECT_THAT(Series(site_, "anyone", 2), IsEmpty());
  EXPECT_THAT(OfPolice(site_, "anyone", 2), ElementsAre(lost.weapon_id()));

  // It came back: where it was meanwhile nobody knows.
  site_.Push({Loss("L", true, "version: 2 cancelled_as_found: true")});
  EXPECT_THAT(Series(site_), ElementsAre(lost.weapon_id()));

  site_.Withdraw("L", "kent");
  EXPECT_EQ(Get("A").series_id(), "");
  EXPECT_EQ(Get(lost.series_id()).weapon_id(), lost.weapon_id()) << "its id is still good";
  EXPECT_THAT(Flags(Get("A")), ElementsAre("POLICE_ISSUE"));
  EXPECT_THAT(Series(site_), IsEmpty());
  EXPECT_THAT(OfPolice(site_), ElementsAre(lost.weapon_id()));
  EXPECT_THAT(History("A"),
              ElementsAre("FORMED 2/2 by B", "FORMED 3/2 by L", "DISSOLVED 2/2 by L"));
  EXPECT_THAT(site_.Told("mps"), Contains("5 SERIES_DISSOLVED 2 by L"));
  for (const alert::v1::Alert& alert : site_.Alerts("mps")) {
    if (alert.kind() != alert::v1::ALERT_KIND_SERIES_DISSOLVED) continue;
    EXPECT_THAT(alert.explanation(), HasSubstr("issued to police"));
    EXPECT_EQ(alert.series_id(), lost.series_id());
  }
}

TEST_F(PoliceIssueTest, WhereRecordsDisagreeItIsASeriesWithAFlag) {
  site_.Push({Use("A", Said::kYes), Use("B", Said::kYes)});
  site_.Push({Use("B", Said::kNo, 2)});
  EXPECT_THAT(Get("A").series_id(), StartsWith("SL-"));
  EXPECT_THAT(Flags(Get("A")), ElementsAre("POLICE_ISSUE_DISPUTED"));
  EXPECT_THAT(Get("A").flags(0).exhibits(), SizeIs(2));
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by A, B", "FORMED 2/2 by B"));
  EXPECT_THAT(site_.Told("mps"), ElementsAre("2 SERIES_FORMED 2 by B"));
  series::v1::SeriesFilter filter;
  filter.add_flags(series::v1::FLAG_KIND_POLICE_ISSUE_DISPUTED);
  EXPECT_THAT(List(site_, filter), SizeIs(1));
  EXPECT_THAT(OfPolice(site_), IsEmpty());
  site_.Push({Use("A", Said::kNo, 2)});
  EXPECT_THAT(Flags(Get("A")), IsEmpty());
  EXPECT_THAT(Series(site_), SizeIs(1));
}

TEST_F(PoliceIssueTest, ASeriesThatAGunOfPoliceJoinsIsToldOfAsDissolved) {
  site_.Push({Use("A", Said::kNothing), Use("B", Said::kNothing)});
  site_.Push({Use("C", Said::kYes)});
  EXPECT_THAT(History("A"), ElementsAre("FORMED 2/2 by A, B", "DISSOLVED 3/3 by C"));
  EXPECT_THAT(site_.Told("mps"),
              ElementsAre("1 SERIES_FORMED 2 by A, B", "2 SERIES_DISSOLVED 3 by C"));
  EXPECT_EQ(site_.Alerts("mps").back().explanation(),
            linkage::WordsOf(linkage::FlagKind::kPoliceIssue));
  EXPECT_THAT(OfPolice(site_), SizeIs(1));
}

TEST_F(PoliceIssueTest, WhoMaySeeTheLossSeesASeries) {
  site_.Push({Use("A", Said::kYes), Use("B", Said::kYes)});
  site_.Push({Loss("L", /*is_open=*/false)});
  EXPECT_THAT(Get("A", "kent").series_id(), StartsWith("SL-"));
  EXPECT_THAT(Series(site_, "kent"), SizeIs(1));
  EXPECT_THAT(OfPolice(site_, "kent"), IsEmpty());
  EXPECT_THAT(site_.Told("kent"), Contains("2 SERIES_FORMED 2 by L"));
  EXPECT_EQ(Get("A").series_id(), "");
  EXPECT_THAT(Flags(Get("A")), ElementsAre("POLICE_ISSUE"));
  EXPECT_THAT(Series(site_), IsEmpty());
  EXPECT_THAT(site_.Told("mps"), IsEmpty());
  EXPECT_THAT(History("A", "mps"), ElementsAre("FORMED 2/2 by A, B"));
}

TEST_F(PoliceIssueTest, TheOrderOfArrivalDoesNotMatter) {
  const std::vector<SentMessage> messages = {Use("A", Said::kYes), Use("B", Said::kNothing),
                                             Loss("L"), Use("C", Said::kYes)};
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    SCOPED_TRACE(absl::StrJoin(order, " "));
    Site site;
    for (const std::size_t place : order) site.Push({messages[place]});
    EXPECT_THAT(Series(site), SizeIs(1));
    EXPECT_THAT(OfPolice(site), IsEmpty());
    EXPECT_EQ(Get(site, "A").incident_count(), 3);
    site.Withdraw("L", "kent");
    EXPECT_THAT(Series(site), IsEmpty());
    EXPECT_THAT(OfPolice(site), SizeIs(1));
    site.Withdraw("A");
    site.Withdraw("C");
    site.Push({Use("C", Said::kNothing, 2)});
    EXPECT_THAT(Series(site), SizeIs(1)) << "what said that it was of police is taken back";
    EXPECT_THAT(OfPolice(site), IsEmpty());
  } while (std::next_permutation(order.begin(), order.end()));
}

}  // namespace
}  // namespace serieslink

// Goal: what a series' answer says to look into, and what guns in custody, exhibits that a later
// version splits and a laboratory's inferred weapons make of it.
// Method: records go through preparing, committing and deriving on an in-memory store; the series
// service answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/page_token.h"
#include "services/series/series_service.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class SeriesFlagsTest : public testing::Test {
 protected:
  // Pushes a message of `agency` in protobuf text format, open to all.
  void Push(const std::string& agency, const std::string& text) {
    SentMessage sent{.agency = agency, .message = {}};
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
    const bool is_nabis = sent.message.has_nabis();
    (is_nabis ? sent.message.mutable_nabis()->mutable_marking()
              : sent.message.mutable_force()->mutable_marking())
        ->set_visibility("OPEN");
    const auto answers = pipeline_.Push({sent});
    ASSERT_NE(answers.at(0).outcome(), ingest::v1::OUTCOME_REJECTED) << answers[0].DebugString();
    const std::string id =
        is_nabis ? sent.message.nabis().entry_id() : sent.message.force().record_id();
    records_[id] = answers[0].record_id();
  }
  // An incident, or another event, with one Glock, and whatever `more` says of the record.
  void PushGun(const std::string& agency, const std::string& id, const std::string& type,
               const std::string& gun, const std::string& more = "", int version = 1) {
    Push(agency,
         absl::StrCat("force { system: 'S' record_id: '", id, "' version: ", version,
                      " record_type: '", type, "' guns { make: 'Glock' ", gun, " } ", more, " }"));
  }

  series::v1::GetSeriesResponse Get(const std::string& id, graph::Revision as_at = 0) {
    const series::SeriesService service(pipeline_.source(), &tokens_, "test",
                                        &DerivationPipeline::Now);
    series::v1::GetSeriesRequest request;
    request.set_series_id(records_.contains(id) ? records_.at(id) : id);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    if (as_at != 0) request.mutable_view()->set_revision(static_cast<std::int64_t>(as_at));
    series::v1::GetSeriesResponse response;
    const absl::Status status =
        service.Get(view::Viewer{"anyone"}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  linkage::v1::SeriesExplanation Explain(const std::string& id) {
    const series::SeriesService service(pipeline_.source(), &tokens_, "test",
                                        &DerivationPipeline::Now);
    series::v1::ExplainSeriesRequest request;
    request.set_series_id(records_.at(id));
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    series::v1::ExplainSeriesResponse response;
    const absl::Status status =
        service.Explain(view::Viewer{"anyone"}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response.explanation();
  }

  std::vector<std::string> Flags(const std::string& id, graph::Revision as_at = 0) {
    std::vector<std::string> names;
    const auto response = Get(id, as_at);
    for (const series::v1::Flag& flag : response.series().flags()) {
      names.push_back(series::v1::FlagKind_Name(flag.kind()).substr(sizeof("FLAG_KIND")));
      EXPECT_FALSE(flag.explanation().empty());
    }
    return names;
  }

  std::vector<std::string> Conflicts(const std::string& id) {
    std::vector<std::string> names;
    const auto response = Get(id);
    for (const linkage::v1::Conflict& conflict : response.series().conflicts()) {
      names.push_back(
          linkage::v1::ConflictKind_Name(conflict.kind()).substr(sizeof("CONFLICT_KIND")));
    }
    return names;
  }

  // Ids of the series that bear one of `kinds`.
  std::vector<std::string> ListWith(const std::vector<series::v1::FlagKind>& kinds) {
    const series::SeriesService service(pipeline_.source(), &tokens_, "test",
                                        &DerivationPipeline::Now);
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_.revision()));
    for (const series::v1::FlagKind kind : kinds) request.mutable_filter()->add_flags(kind);
    series::v1::ListSeriesResponse response;
    const absl::Status status =
        service.List(view::Viewer{"anyone"}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> ids;
    for (const series::v1::Series& series : response.series()) ids.push_back(series.series_id());
    return ids;
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
  std::map<std::string, std::string> records_;  // "RC-…" by source id
};

constexpr char kSerial[] = "serials { text: 'AB583214' }";

std::string Held(const std::string& holder, const std::string& from, const std::string& until) {
  return absl::StrCat(kSerial, " custody { holder: '", holder, "' from: '", from, "' until: '",
                      until, "' }");
}

TEST_F(SeriesFlagsTest, GunsInCustodyAtTheSameTimeAreDifferentGuns) {
  PushGun("kent", "A", "RECOVERY", Held("Kent store", "2017-06-01", "2017-09-01"));
  PushGun("essex", "B", "RECOVERY", Held("Essex store", "2017-07-01", "2017-08-01"));
  EXPECT_EQ(Get("A").series().exhibit_count(), 1);
  EXPECT_EQ(Get("B").series().exhibit_count(), 1);
  EXPECT_THAT(Conflicts("A"), ElementsAre("IN_CUSTODY_APART"));
  EXPECT_THAT(Conflicts("B"), ElementsAre("IN_CUSTODY_APART"));
  EXPECT_EQ(Explain("A").conflicts(0).apart_exhibits_size(), 2) << "which guns these are";
  EXPECT_THAT(Flags("A"), ElementsAre("CUSTODY_CONTRADICTION"));
  // Handed over, it can be one gun; what was known before stays as it was.
  const graph::Revision before = pipeline_.revision();
  PushGun("essex", "B", "RECOVERY", Held("Essex store", "2017-09-01", "2017-10-01"), "", 2);
  EXPECT_EQ(Get("A").series().exhibit_count(), 2);
  EXPECT_THAT(Conflicts("A"), IsEmpty());
  EXPECT_THAT(Flags("A"), IsEmpty());
  EXPECT_THAT(Flags("A", before), ElementsAre("CUSTODY_CONTRADICTION"));
  // An entry that nobody ended says no more than its beginning.
  PushGun("essex", "B", "RECOVERY", Held("Essex store", "2017-10-01", ""), "", 3);
  EXPECT_EQ(Get("A").series().exhibit_count(), 2);
  pipeline_.Restart();
  EXPECT_EQ(Get("A").series().exhibit_count(), 2);
}

TEST_F(SeriesFlagsTest, OneGunThatTwoAgenciesListIsNotTwoGuns) {
  const auto one_weapon = [this](const std::string& id) {
    return Get(id).series().exhibit_count() == 2;
  };
  // At the laboratory while its force goes on listing it.
  PushGun("kent", "A", "RECOVERY", Held("Kent store", "2017-06-01", "2017-09-01"));
  Push("nabis", R"(nabis { entry_id: 'LAB' exhibit { exhibit_type: 'GUN' gun { make: 'Glock'
      serials { text: 'AB583214' } custody { from: '2017-06-10' until: '2017-07-20' } } } })");
  EXPECT_TRUE(one_weapon("A"));
  EXPECT_THAT(Flags("A"), IsEmpty());
  // Seized by one and handed to another, by dates that do not agree.
  const auto of = [](const std::string& number, const std::string& custody) {
    return absl::StrCat("serials { text: '", number, "' } custody { ", custody, " }");
  };
  PushGun("border", "B", "RECOVERY",
          of("KX908172",
             "holder: 'Dover shed' from: '2017-03-01' until: '2017-03-20' "
             "released_to: 'Essex'"));
  PushGun("essex", "C", "RECOVERY",
          of("KX908172", "holder: 'Harwich' from: '2017-03-10' until: '2017-05-01'"));
  EXPECT_TRUE(one_weapon("B"));
  // Seized by both together.
  PushGun("kent", "D", "RECOVERY",
          of("ZT551903", "holder: 'Kent store' from: '2017-03-01' until: '2017-05-01'"),
          "inquiry_references: '77/17'");
  PushGun("mers", "E", "RECOVERY",
          of("ZT551903", "holder: 'Mersey store' from: '2017-03-02' until: '2017-04-01'"),
          "other_references: 'KENT 77/2017'");
  EXPECT_TRUE(one_weapon("D"));
}

TEST_F(SeriesFlagsTest, AnExaminersContraryFindingShowsAsAConflict) {
  PushGun("kent", "A", "RECOVERY", Held("Kent store", "2017-06-01", "2017-09-01"));
  PushGun("essex", "B", "RECOVERY", Held("Essex store", "2017-07-01", "2017-08-01"));
  Push("nabis", R"(nabis { entry_id: 'CMP' comparison {
      first { agency: 'kent' source_system: 'S' source_id: 'A' }
      second { agency: 'essex' source_system: 'S' source_id: 'B' }
      channel: 'CASE' verdict: 'CONFIRMED' stage: 'VERIFIED' examined: '2018-01-01' } })");
  EXPECT_THAT(Conflicts("A"), ElementsAre("IN_CUSTODY_APART", "IN_CUSTODY_APART"))
      << "the rule's finding and the examiner's";
  EXPECT_EQ(Get("A").series().exhibit_count(), 1);
}

TEST_F(SeriesFlagsTest, AGunUsedWhileItWasHeldIsFlaggedAndNeitherFusedNorSplit) {
  PushGun("kent", "R", "RECOVERY", kSerial, "occurred: '2017-06-20'");
  PushGun("kent", "I1", "INCIDENT", kSerial, "occurred: '2017-03-01'");
  PushGun("mers", "I2", "INCIDENT", kSerial, "occurred: '2018-01-01'");
  EXPECT_EQ(Get("R").series().status(), series::v1::SERIES_STATUS_USED_AFTER_RECOVERY);
  EXPECT_EQ(Get("R").series().exhibit_count(), 3);
  EXPECT_THAT(Flags("R"), ElementsAre("CUSTODY_CONTRADICTION"));
  EXPECT_THAT(Get("R").series().flags(0).events(), ElementsAre(testing::StartsWith("EV-")));
  EXPECT_THAT(ListWith({series::v1::FLAG_KIND_CUSTODY_CONTRADICTION}),
              ElementsAre(Get("R").series().series_id()));
  EXPECT_THAT(ListWith({series::v1::FLAG_KIND_CONFLICT, series::v1::FLAG_KIND_IMPOSSIBLE_TRAVEL}),
              IsEmpty());
  EXPECT_THAT(ListWith({}), testing::SizeIs(1));
}

TEST_F(SeriesFlagsTest, ImpossibleTravelClashingReferencesAndProbableDuplicates) {
  const char* const haringey =
      "place { latitude_degrees: 51.59 longitude_degrees: -0.11 borough_code: 'E09000014' }";
  const char* const liverpool = "place { latitude_degrees: 53.41 longitude_degrees: -2.98 }";
  PushGun("kent", "A", "INCIDENT", kSerial,
          absl::StrCat("occurred: '2017-03-01T20:00Z' crime_references: '1/17' ", haringey));
  PushGun("mers", "B", "INCIDENT", kSerial,
          absl::StrCat("occurred: '2017-03-01T20:05Z' ", liverpool));
  EXPECT_THAT(Flags("A"), ElementsAre("IMPOSSIBLE_TRAVEL"));
  PushGun("essex", "C", "INCIDENT", kSerial,
          absl::StrCat("occurred: '2017-03-01' crime_references: '9/17' ", haringey));
  EXPECT_THAT(Flags("A"), ElementsAre("IMPOSSIBLE_TRAVEL", "PROBABLE_DUPLICATE"));
  PushGun("kent", "D", "INCIDENT", "", "occurred: '2017-08-01' crime_references: '1/17'");
  EXPECT_THAT(Flags("A"),
              ElementsAre("IMPOSSIBLE_TRAVEL", "REFERENCE_CLASH", "PROBABLE_DUPLICATE"));
}

TEST_F(SeriesFlagsTest, FindingsOnAnExhibitThatALaterVersionSplitsAskToBeStatedAgain) {
  PushGun("kent", "A", "INCIDENT", "");
  PushGun("kent", "B", "INCIDENT", "");
  const char* const comparison = R"(nabis { entry_id: 'CMP' version: %d comparison {
      first { agency: 'kent' source_system: 'S' source_id: 'A' exhibit_reference: '%s' }
      second { agency: 'kent' source_system: 'S' source_id: 'B' }
      channel: 'CASE' verdict: 'CONFIRMED' stage: 'MICROSCOPE' examined: '2018-01-01' } })";
  Push("nabis", absl::StrFormat(comparison, 1, ""));
  EXPECT_EQ(Get("B").series().exhibit_count(), 2);
  EXPECT_THAT(Flags("B"), IsEmpty());
  // It was two guns.
  Push("kent",
       "force { system: 'S' record_id: 'A' version: 2 record_type: 'INCIDENT'"
       " guns { reference: 'G1' make: 'Glock' } guns { reference: 'G2' make: 'Glock' } }");
  EXPECT_EQ(Get("B").series().exhibit_count(), 1);
  EXPECT_THAT(Flags("B"), ElementsAre("STALE_FINDING"));
  ASSERT_EQ(Get("B").series().stale_findings_size(), 1);
  EXPECT_EQ(Get("B").series().stale_findings(0).asserting_record(), records_.at("CMP"));
  // The explanation tells it too, though one of its ends is no more.
  const linkage::v1::SeriesExplanation explanation = Explain("B");
  ASSERT_EQ(explanation.stale_size(), 1);
  EXPECT_EQ(explanation.stale(0).asserting_record(), records_.at("CMP"));
  EXPECT_EQ(explanation.exhibits_size(), 1);
  EXPECT_EQ(explanation.joining_size(), 0);
  pipeline_.Restart();
  EXPECT_THAT(Flags("B"), ElementsAre("STALE_FINDING"));
  // Stated again, of the one that was meant.
  Push("nabis", absl::StrFormat(comparison, 2, "G2"));
  EXPECT_EQ(Get("B").series().exhibit_count(), 2);
  EXPECT_THAT(Flags("B"), IsEmpty());
  // A record that is withdrawn leaves nothing to be stated again.
  pipeline_.Withdraw("kent", records_.at("A"));
  EXPECT_EQ(Get("B").series().exhibit_count(), 1);
  EXPECT_THAT(Flags("B"), IsEmpty());
}

TEST_F(SeriesFlagsTest, AnInferredWeaponJoinsItsMembersAndIsIdentifiedWithAGunLater) {
  for (const char* id : {"N1", "N2", "N3"}) {
    Push("nabis", absl::StrCat("nabis { entry_id: '", id, "' exhibit { exhibit_type: 'CASE_GROUP' ",
                               "found_at: 'INCIDENT' crime_references: 'KENT ", id, "/17' } }"));
  }
  Push("nabis",
       "nabis { entry_id: 'W' inferred_weapon { label: 'gun A' members { source_id: 'N1' } "
       "members { source_id: 'N9' } members { source_id: 'N3' } } }");
  // The member that is not here yet does not part the others.
  EXPECT_EQ(Get("N1").series().exhibit_count(), 2);
  EXPECT_EQ(Get("N1").series().status(), series::v1::SERIES_STATUS_INFERRED);
  EXPECT_EQ(Get("N1").series().floor(), record::v1::BASIS_SOURCE_REFERENCE);
  const std::string inferred = Get("N1").series().weapon_id();
  // A recovered gun's test-fire matches one of them.
  PushGun("kent", "R", "RECOVERY", kSerial, "occurred: '2017-06-20'");
  Push("nabis",
       "nabis { entry_id: 'TF' exhibit { exhibit_type: 'TEST_FIRE_CASES' test_fired: '2017-06-23' "
       "test_fire_of { agency: 'kent' source_system: 'S' source_id: 'R' } } }");
  Push("nabis", R"(nabis { entry_id: 'CMP' comparison {
      first { source_id: 'N3' } second { source_id: 'TF' }
      channel: 'CASE' verdict: 'CONFIRMED' stage: 'MICROSCOPE' examined: '2017-06-27' } })");
  const auto identified = Get("R").series();
  EXPECT_EQ(identified.status(), series::v1::SERIES_STATUS_RECOVERED);
  EXPECT_EQ(identified.exhibit_count(), 4);
  EXPECT_EQ(identified.weapon_id(), inferred);
  EXPECT_EQ(identified.incident_count(), 2);
  EXPECT_EQ(identified.event_count(), 3) << "a test-fire is no event";
  // An examiner's elimination between two members outranks the laboratory's summary.
  Push("nabis", R"(nabis { entry_id: 'NOT' comparison {
      first { source_id: 'N1' } second { source_id: 'N3' }
      channel: 'BULLET' verdict: 'ELIMINATED' stage: 'MICROSCOPE' examined: '2017-07-01' } })");
  EXPECT_EQ(Get("N1").series().exhibit_count(), 1);
  EXPECT_THAT(Flags("N1"), ElementsAre("CONFLICT"));
  EXPECT_EQ(Get("N3").series().exhibit_count(), 3);
}

TEST_F(SeriesFlagsTest, AnIdOfAWeaponThatMergedLeadsToWhatItIsNow) {
  PushGun("kent", "A", "INCIDENT", "serials { text: 'AB583214' }");
  PushGun("kent", "B", "INCIDENT", "serials { text: 'CD583219' }");
  const graph::Revision apart = pipeline_.revision();
  const std::string earlier = Get("A").series().weapon_id();
  const std::string later = Get("B").series().weapon_id();
  Push("nabis", R"(nabis { entry_id: 'CMP' comparison {
      first { agency: 'kent' source_system: 'S' source_id: 'A' }
      second { agency: 'kent' source_system: 'S' source_id: 'B' }
      channel: 'CASE' verdict: 'CONFIRMED' stage: 'VERIFIED' examined: '2018-01-01' } })");
  EXPECT_EQ(Get(later).series().weapon_id(), earlier) << "a retired id redirects";
  EXPECT_EQ(Get(later, apart).series().weapon_id(), later) << "as it was known then";
  pipeline_.Withdraw("nabis", records_.at("CMP"));
  EXPECT_EQ(Get(later).series().weapon_id(), later) << "a split restores its name";
}

}  // namespace
}  // namespace serieslink

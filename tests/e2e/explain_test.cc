// Why two exhibits are one weapon, and why they are not, through the whole server.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/graph/public_id.h"
#include "tests/support/agency_client.h"
#include "tests/support/series_outline.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using linkage::v1::Finding;
using linkage::v1::LinkExplanation;
using linkage::v1::ShortfallKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An incident of one Glock 17, open to all unless `visibility` says otherwise.
FeedMessage Incident(const std::string& id, const std::string& serial,
                     const std::string& make = "Glock", const std::string& visibility = "OPEN") {
  return ForceRecordOf(absl::StrCat(
      "system: 'NICHE' record_id: '", id,
      "' version: 3 record_type: 'INCIDENT' crime_references: '", id,
      "/24' occurred: '2024-05-01' guns { reference: 'G1' make: '", make,
      "' calibre: '9x19' serials { text: '", serial,
      "' part: 'FRAME' legibility: 'CLEAR' } } marking { visibility: '", visibility, "' }"));
}

// An examiner's comparison of the guns of two incidents.
FeedMessage Comparison(const std::string& id, const std::string& first, const std::string& second,
                       const std::string& verdict, const std::string& stage = "VERIFIED",
                       const std::string& visibility = "OPEN",
                       const std::string& channel = "CASE") {
  FeedMessage message;
  auto& entry = *message.mutable_nabis();
  entry.set_system("NABIS");
  entry.set_entry_id(id);
  entry.set_version(1);
  entry.mutable_marking()->set_visibility(visibility);
  auto& comparison = *entry.mutable_comparison();
  for (auto [side, source] : {std::pair(comparison.mutable_first(), first),
                              std::pair(comparison.mutable_second(), second)}) {
    side->set_agency("mers");
    side->set_source_system("NICHE");
    side->set_source_id(source);
    side->set_exhibit_reference("G1");
  }
  comparison.set_channel(channel);
  comparison.set_verdict(verdict);
  comparison.set_stage(stage);
  comparison.set_examined("2024-06-01");
  return message;
}

std::vector<ShortfallKind> ShortfallsOf(const LinkExplanation& explanation) {
  std::vector<ShortfallKind> kinds;
  for (const linkage::v1::Shortfall& one : explanation.shortfalls()) {
    EXPECT_FALSE(one.explanation().empty());
    kinds.push_back(one.kind());
  }
  return kinds;
}

class ExplainTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  void Push(const std::string& agency, const std::vector<FeedMessage>& messages) {
    const auto reply = server_.As(agency).Submit(messages);
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    for (const auto& one : reply->acknowledgements()) {
      ASSERT_EQ(one.violations_size(), 0) << one.ShortDebugString();
      revision_ = std::max(revision_, one.revision());
    }
    names_.Learn(agency, messages, *reply);
  }
  std::string Id(const std::string& source_id) { return names_.IdOf("mers:" + source_id); }

  // What the laboratory is told, whoever it is asked by.
  LinkExplanation Explain(const std::string& first, const std::string& second,
                          const std::string& agency = "nabis") {
    const auto reply = server_.As(agency).ExplainLink(Id(first), Id(second), revision_);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    EXPECT_GE(reply->revision(), revision_);
    EXPECT_FALSE(reply->explanation().summary().empty());
    return reply->explanation();
  }

  // What holds the weapon of an incident's gun together, at `revision` (0: all that was pushed).
  series::v1::ExplainSeriesResponse ExplainWeapon(const std::string& source_id,
                                                  const std::string& agency = "nabis",
                                                  std::int64_t revision = 0) {
    series::v1::ExplainSeriesRequest request;
    request.set_series_id(Id(source_id));
    request.mutable_view()->set_min_revision(revision_);
    if (revision != 0) request.mutable_view()->set_revision(revision);
    const auto reply = server_.As(agency).ExplainSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    ExpectWhole(*reply, agency);
    return *reply;
  }

  // What holds of every explanation of a weapon.
  static void ExpectWhole(const series::v1::ExplainSeriesResponse& response,
                          const std::string& agency) {
    const linkage::v1::SeriesExplanation& explanation = response.explanation();
    EXPECT_FALSE(explanation.summary().empty());
    EXPECT_THAT(explanation.abridged(), IsEmpty());
    EXPECT_EQ(response.mark().agency(), agency);
    EXPECT_EQ(response.mark().digest().size(), 64u);
    EXPECT_GT(response.mark().revision_time().seconds(), 0);
    EXPECT_EQ(explanation.joining_size(), explanation.joining_count());
    EXPECT_EQ(explanation.joining_size(), response.series().exhibit_count() - 1);
    EXPECT_EQ(explanation.supporting_size(), explanation.supporting_count());
    EXPECT_EQ(explanation.contrary_size(), explanation.contrary_count());
    EXPECT_EQ(explanation.undecided_size(), explanation.undecided_count());
    EXPECT_EQ(explanation.stale_size(), explanation.stale_count());
    EXPECT_EQ(explanation.conflicts_size(), explanation.conflict_count());
    // Each exhibit of it once, in its order, then others.
    std::set<std::string> told;
    for (int i = 0; i < explanation.exhibits_size(); ++i) {
      EXPECT_TRUE(told.insert(explanation.exhibits(i).exhibit_id()).second);
      if (i >= response.series().exhibits_size()) continue;
      EXPECT_EQ(explanation.exhibits(i).exhibit_id(), response.series().exhibits(i).exhibit_id());
    }
    EXPECT_GE(explanation.exhibits_size(), response.series().exhibits_size());
    // Joins are in their order, and each joins what was apart until then.
    std::map<std::string, std::string> cluster;
    for (const std::string& id : told) cluster[id] = id;
    int basis = 0;
    for (const Finding& finding : explanation.joining()) {
      EXPECT_GE(static_cast<int>(finding.basis()), basis);
      basis = finding.basis();
      const std::string from = cluster[finding.first_exhibit()];
      const std::string to = cluster[finding.second_exhibit()];
      EXPECT_NE(from, to);
      for (auto& [id, name] : cluster) name = name == from ? to : name;
    }
    std::set<std::string> findings;
    for (const auto* part :
         {&explanation.joining(), &explanation.supporting(), &explanation.contrary(),
          &explanation.undecided(), &explanation.stale()}) {
      for (const Finding& finding : *part) {
        EXPECT_TRUE(findings.insert(finding.finding_id()).second) << "each in one list";
        // The terms, prior among them, are the weight.
        double sum = 0;
        bool has_prior = false;
        for (const linkage::v1::Contribution& one : finding.contributions()) {
          EXPECT_FALSE(one.source().empty());
          sum += one.weight_log2();
          has_prior |= one.name() == "prior";
        }
        EXPECT_EQ(sum, finding.weight_log2());
        const bool is_by_rule = finding.basis() == record::v1::BASIS_RULE;
        EXPECT_EQ(has_prior, is_by_rule);
        if (is_by_rule) {
          EXPECT_THAT(finding.sources(), SizeIs(2));
        }
        if (part == &explanation.stale()) continue;
        EXPECT_THAT(told, testing::Contains(finding.first_exhibit()));
        EXPECT_THAT(told, testing::Contains(finding.second_exhibit()));
      }
    }
  }

  TestServer server_;
  RecordNames names_;
  std::int64_t revision_ = 0;
};

TEST_F(ExplainTest, AChainIsToldLinkByLinkDownToRecordsAndWeights) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345"), Incident("3", "RASPADO"),
                Incident("4", "RASPADO")});
  Push("nabis", {Comparison("CMP~1", "2", "3", "CONFIRMED"),
                 Comparison("CMP~2", "3", "4", "CONFIRMED", "MICROSCOPE")});
  const LinkExplanation explanation = Explain("1", "4");
  EXPECT_TRUE(explanation.is_one_weapon());
  EXPECT_EQ(explanation.first_weapon(), explanation.second_weapon());
  EXPECT_EQ(explanation.first().record_id(), Id("1"));
  EXPECT_EQ(explanation.second().record_id(), Id("4"));
  EXPECT_EQ(explanation.first().agency(), "mers");
  EXPECT_EQ(explanation.first().source_version(), 3u);
  ASSERT_THAT(explanation.chain(), SizeIs(3));
  std::string at = explanation.first().exhibit_id();
  for (const linkage::v1::ChainLink& link : explanation.chain()) {
    EXPECT_EQ(link.from().exhibit_id(), at);
    at = link.to().exhibit_id();
    EXPECT_EQ(link.finding().verdict(), record::v1::VERDICT_CONFIRMED);
  }
  EXPECT_EQ(at, explanation.second().exhibit_id());
  EXPECT_EQ(explanation.weakest_basis(), record::v1::BASIS_RULE);

  const Finding& by_rule = explanation.chain(0).finding();
  EXPECT_EQ(by_rule.channel(), record::v1::CHANNEL_SERIAL);
  double sum = 0;
  for (const linkage::v1::Contribution& one : by_rule.contributions()) {
    EXPECT_FALSE(one.source().empty());
    sum += one.weight_log2();
  }
  EXPECT_DOUBLE_EQ(sum, by_rule.weight_log2());
  EXPECT_GT(sum, 0);
  const Finding& by_examiner = explanation.chain(1).finding();
  EXPECT_EQ(by_examiner.asserting_record(), names_.IdOf("nabis:CMP~1"));
  EXPECT_EQ(by_examiner.stage(), record::v1::EXAMINATION_STAGE_VERIFIED);

  // The series says where it would come apart.
  const auto series = server_.As("nabis").GetSeries(Id("1"), revision_);
  ASSERT_TRUE(series.ok()) << series.status.error_message();
  EXPECT_EQ(series->series().weakest_bridge().finding_count(), 1);
  EXPECT_THAT(series->series().weakest_bridge().findings(), SizeIs(1));

  // One exhibit with itself, and a neighbour.
  EXPECT_THAT(Explain("1", "1").chain(), IsEmpty());
  EXPECT_TRUE(Explain("1", "1").is_one_weapon());
  const LinkExplanation neighbours = Explain("2", "1");
  EXPECT_THAT(neighbours.chain(), SizeIs(1));
  EXPECT_THAT(neighbours.direct_findings(), SizeIs(1));
  EXPECT_THAT(neighbours.shortfalls(), IsEmpty());
}

TEST_F(ExplainTest, WhatFallsShortIsSaid) {
  Push("mers",
       {Incident("1", "AB12345"), Incident("2", "AB12345", "Beretta"), Incident("3", "CD98765"),
        Incident("4", "RASPADO"), Incident("5", "AB?2?45"), Incident("6", "CD???65")});
  const LinkExplanation lead = Explain("1", "2");
  EXPECT_FALSE(lead.is_one_weapon());
  EXPECT_NE(lead.first_weapon(), lead.second_weapon());
  ASSERT_THAT(lead.direct_findings(), SizeIs(1));
  EXPECT_EQ(lead.direct_findings(0).verdict(), record::v1::VERDICT_LEAD);
  EXPECT_THAT(ShortfallsOf(lead), ElementsAre(linkage::v1::SHORTFALL_KIND_MAKES_DIFFER));
  EXPECT_THAT(ShortfallsOf(Explain("1", "3")),
              ElementsAre(linkage::v1::SHORTFALL_KIND_NUMBERS_DIFFER));
  EXPECT_THAT(ShortfallsOf(Explain("1", "4")),
              ElementsAre(linkage::v1::SHORTFALL_KIND_NO_USABLE_NUMBER));
  EXPECT_THAT(Explain("1", "4").direct_findings(), IsEmpty());
  // Seven characters of which five were read, and of which four were.
  const LinkExplanation in_part = Explain("1", "5");
  EXPECT_THAT(in_part.direct_findings(), SizeIs(1));
  for (const LinkExplanation& one : {in_part, Explain("1", "6")}) {
    EXPECT_THAT(ShortfallsOf(one), ElementsAre(linkage::v1::SHORTFALL_KIND_NO_USABLE_NUMBER));
    EXPECT_THAT(one.shortfalls(0).explanation(), HasSubstr("read only in part"));
  }
}

TEST_F(ExplainTest, AVetoIsSaid) {
  Push("mers", {Incident("1", "RASPADO"), Incident("2", "RASPADO"), Incident("3", "RASPADO")});
  Push("nabis",
       {Comparison("CMP~1", "1", "2", "CONFIRMED"), Comparison("CMP~2", "2", "3", "CONFIRMED"),
        Comparison("CMP~3", "1", "3", "ELIMINATED")});
  // 2 can be one weapon with either, not with both; which, the ids of the three decide.
  const LinkExplanation explanation = Explain("1", "3");
  EXPECT_FALSE(explanation.is_one_weapon());
  EXPECT_THAT(explanation.chain(), IsEmpty());
  ASSERT_THAT(explanation.direct_findings(), SizeIs(1));
  EXPECT_EQ(explanation.direct_findings(0).verdict(), record::v1::VERDICT_ELIMINATED);
  ASSERT_THAT(explanation.conflicts(), SizeIs(1));
  EXPECT_EQ(explanation.conflicts(0).kind(), linkage::v1::CONFLICT_KIND_JOIN_REFUSED);
  EXPECT_THAT(explanation.conflicts(0).findings(), SizeIs(2));
  EXPECT_NE(Explain("1", "2").is_one_weapon(), Explain("2", "3").is_one_weapon());
}

TEST_F(ExplainTest, WhatSpeaksAgainstALinkIsSaidBesideIt) {
  Push("mers", {Incident("1", "RASPADO"), Incident("2", "RASPADO"), Incident("3", "RASPADO")});
  Push("nabis", {Comparison("CMP~1", "1", "2", "CONFIRMED", "VERIFIED", "OPEN", "BULLET"),
                 Comparison("CMP~2", "2", "3", "CONFIRMED", "VERIFIED", "OPEN", "BULLET"),
                 Comparison("CMP~3", "1", "2", "ELIMINATED")});
  // The bullets say one gun, the cases two: about the very pair, and about two others of the
  // weapon.
  for (const auto& [first, second] : {std::pair("1", "2"), std::pair("2", "3")}) {
    const LinkExplanation explanation = Explain(first, second);
    EXPECT_TRUE(explanation.is_one_weapon());
    ASSERT_THAT(explanation.conflicts(), SizeIs(1));
    EXPECT_EQ(explanation.conflicts(0).kind(), linkage::v1::CONFLICT_KIND_CHANNELS_CONTRADICT);
    EXPECT_THAT(explanation.summary(),
                testing::Contains(HasSubstr("Evidence speaks against this weapon: 1 contra")));
  }
  EXPECT_THAT(Explain("1", "2").direct_findings(), SizeIs(2));
}

TEST_F(ExplainTest, TheFrequencyGuardIsSaid) {
  std::vector<FeedMessage> many;
  for (int i = 1; i <= 70; ++i) many.push_back(Incident(absl::StrCat(i), "AB12345"));
  Push("mers", many);
  const LinkExplanation explanation = Explain("1", "2");
  EXPECT_FALSE(explanation.is_one_weapon());
  EXPECT_THAT(ShortfallsOf(explanation),
              ElementsAre(linkage::v1::SHORTFALL_KIND_NUMBER_TOO_FREQUENT));
}

TEST_F(ExplainTest, WhatIsHiddenExplainsNothingAndIsNotThere) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "RASPADO"),
                Incident("3", "AB12345", "Glock", "OWNER")});
  Push("nabis", {Comparison("CMP~1", "1", "2", "CONFIRMED", "VERIFIED", "OWNER"),
                 Comparison("CMP~2", "2", "3", "CONFIRMED")});
  // Whoever sees both exhibits sees the verdict; the record that states it, only its owner.
  const LinkExplanation explanation = Explain("1", "2", "mps");
  ASSERT_THAT(explanation.chain(), SizeIs(1));
  EXPECT_THAT(explanation.chain(0).finding().asserting_record(), IsEmpty());
  const auto hidden = server_.As("mps").ExplainLink(Id("1"), Id("3"));
  EXPECT_EQ(hidden.status.error_code(), grpc::StatusCode::NOT_FOUND);
  const auto unknown = server_.As("mps").ExplainLink(
      Id("1"), graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(12345)));
  EXPECT_EQ(unknown.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(unknown.status.error_message(), hidden.status.error_message());
  // Their owner is told.
  EXPECT_TRUE(Explain("1", "3", "mers").is_one_weapon());
}

TEST_F(ExplainTest, AWeaponIsToldFindingByFindingInTheOrderOfItsJoins) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345"), Incident("3", "RASPADO"),
                Incident("4", "RASPADO")});
  Push("nabis", {Comparison("CMP~1", "2", "3", "CONFIRMED"),
                 Comparison("CMP~2", "3", "4", "CONFIRMED", "MICROSCOPE"),
                 Comparison("CMP~3", "2", "3", "CONFIRMED", "VERIFIED", "OPEN", "BULLET"),
                 Comparison("CMP~4", "1", "4", "INCONCLUSIVE")});
  const series::v1::ExplainSeriesResponse response = ExplainWeapon("4");
  EXPECT_EQ(response.series().floor(), record::v1::BASIS_RULE);
  EXPECT_EQ(response.series().incident_count(), 4);
  EXPECT_THAT(response.series().findings(), IsEmpty());
  const linkage::v1::SeriesExplanation& explanation = response.explanation();
  ASSERT_THAT(explanation.joining(), SizeIs(3));
  std::set<std::string> asserting;
  for (int i = 0; i < 2; ++i) {
    const Finding& one = explanation.joining(i);
    EXPECT_EQ(one.basis(), record::v1::BASIS_EXAMINER);
    EXPECT_EQ(one.asserting_agency(), "nabis");
    EXPECT_TRUE(one.has_examined());
    ASSERT_THAT(one.sources(), SizeIs(1));
    EXPECT_EQ(one.sources(0).record_id(), one.asserting_record());
    EXPECT_EQ(one.sources(0).source_version(), 1u);
    asserting.insert(one.asserting_record());
  }
  EXPECT_THAT(asserting, testing::UnorderedElementsAre(names_.IdOf("nabis:CMP~1"),
                                                       names_.IdOf("nabis:CMP~2")));
  EXPECT_EQ(explanation.joining(2).basis(), record::v1::BASIS_RULE);
  EXPECT_EQ(explanation.joining(2).sources(0).source_version(), 3u);
  EXPECT_GT(explanation.joining(2).weight_log2(), 0);
  ASSERT_THAT(explanation.supporting(), SizeIs(1));
  EXPECT_EQ(explanation.supporting(0).channel(), record::v1::CHANNEL_BULLET);
  EXPECT_EQ(explanation.supporting(0).asserting_record(), names_.IdOf("nabis:CMP~3"));
  ASSERT_THAT(explanation.undecided(), SizeIs(1));
  EXPECT_EQ(explanation.undecided(0).verdict(), record::v1::VERDICT_INCONCLUSIVE);
  EXPECT_THAT(explanation.contrary(), IsEmpty());
  EXPECT_THAT(explanation.summary(), testing::Contains(HasSubstr("4 exhibits are one weapon")));
  EXPECT_THAT(explanation.summary(), testing::Contains(HasSubstr("stands against it")));
  // Any id of it is an answer about it.
  series::v1::ExplainSeriesRequest by_series;
  by_series.set_series_id(response.series().series_id());
  const auto same = server_.As("nabis").ExplainSeries(by_series);
  ASSERT_TRUE(same.ok()) << same.status.error_message();
  EXPECT_EQ(same->mark().digest(), response.mark().digest());

  // A single exhibit is a weapon too.
  Push("mers", {Incident("5", "CD98765")});
  EXPECT_THAT(ExplainWeapon("5").explanation().summary(),
              ElementsAre(HasSubstr("one exhibit"), HasSubstr("stands against it")));
}

TEST_F(ExplainTest, WhatStandsAgainstAWeaponIsToldWithIt) {
  Push("mers", {Incident("1", "RASPADO"), Incident("2", "RASPADO"), Incident("3", "RASPADO"),
                Incident("4", "RASPADO"), Incident("5", "RASPADO")});
  Push("nabis",
       {Comparison("CMP~1", "1", "2", "CONFIRMED", "VERIFIED", "OPEN", "BULLET"),
        Comparison("CMP~2", "1", "2", "ELIMINATED"), Comparison("CMP~3", "3", "4", "CONFIRMED"),
        Comparison("CMP~4", "4", "5", "CONFIRMED"), Comparison("CMP~5", "3", "5", "ELIMINATED")});
  // The cases say two guns, the bullets one.
  const linkage::v1::SeriesExplanation within = ExplainWeapon("1").explanation();
  ASSERT_THAT(within.contrary(), SizeIs(1));
  EXPECT_EQ(within.contrary(0).verdict(), record::v1::VERDICT_ELIMINATED);
  EXPECT_EQ(within.contrary(0).asserting_record(), names_.IdOf("nabis:CMP~2"));
  ASSERT_THAT(within.conflicts(), SizeIs(1));
  EXPECT_EQ(within.conflicts(0).kind(), linkage::v1::CONFLICT_KIND_CHANNELS_CONTRADICT);
  EXPECT_THAT(within.summary(),
              testing::Contains(HasSubstr("Evidence speaks against this weapon: 1 contra")));
  // 4 is one with 3 or 5 and was to be one with the other: refused, and shown on both weapons, with
  // what would have joined and what forbade it.
  for (const char* const id : {"3", "4", "5"}) {
    const series::v1::ExplainSeriesResponse response = ExplainWeapon(id);
    const linkage::v1::SeriesExplanation& refused = response.explanation();
    ASSERT_THAT(refused.conflicts(), SizeIs(1)) << id;
    EXPECT_EQ(refused.conflicts(0).kind(), linkage::v1::CONFLICT_KIND_JOIN_REFUSED);
    std::set<std::string> contrary;
    for (const Finding& finding : refused.contrary()) contrary.insert(finding.finding_id());
    EXPECT_THAT(contrary, testing::UnorderedElementsAre(refused.conflicts(0).findings(0),
                                                        refused.conflicts(0).findings(1)));
    EXPECT_GT(refused.exhibits_size(), response.series().exhibits_size()) << "and the other's";
    EXPECT_THAT(refused.summary(),
                testing::Contains(HasSubstr("1 finding that would have joined")));
  }
}

TEST_F(ExplainTest, TheSameQuestionAsAtARevisionHasTheSameDigest) {
  Push("mers", {Incident("1", "RASPADO"), Incident("2", "RASPADO")});
  Push("nabis", {Comparison("CMP~1", "1", "2", "CONFIRMED")});
  const series::v1::ExplainSeriesResponse then = ExplainWeapon("1");
  const auto link_then = server_.As("nabis").ExplainLink(Id("1"), Id("2"), revision_);
  ASSERT_TRUE(link_then.ok()) << link_then.status.error_message();
  EXPECT_THAT(link_then->exhibits(), SizeIs(2));
  EXPECT_EQ(link_then->exhibits(0).exhibit_id(), link_then->explanation().first().exhibit_id());
  EXPECT_EQ(link_then->exhibits(0).exhibit().exhibit_reference(), "G1");
  EXPECT_EQ(link_then->mark().digest().size(), 64u);
  EXPECT_NE(link_then->mark().digest(), then.mark().digest());
  // Its examiner thinks better of it.
  FeedMessage second = Comparison("CMP~1", "1", "2", "INCONCLUSIVE");
  second.mutable_nabis()->set_version(2);
  Push("nabis", {second});
  const series::v1::ExplainSeriesResponse now = ExplainWeapon("1");
  EXPECT_EQ(now.series().exhibit_count(), 1);
  EXPECT_NE(now.mark().digest(), then.mark().digest());
  const series::v1::ExplainSeriesResponse again = ExplainWeapon("1", "nabis", then.revision());
  ASSERT_THAT(again.explanation().joining(), SizeIs(1));
  EXPECT_GT(again.explanation().joining(0).to_revision(), then.revision())
      << "known since, and no part of what the digest is of";
  EXPECT_EQ(again.mark().digest(), then.mark().digest());
  EXPECT_EQ(again.mark().revision_time().seconds(), then.mark().revision_time().seconds());
  // An answer is its agency's.
  EXPECT_NE(ExplainWeapon("1", "mers", then.revision()).mark().digest(), then.mark().digest());
}

TEST_F(ExplainTest, WhatIsHiddenIsInNoExplanationOfAWeapon) {
  Push("mers", {Incident("1", "AB12345"), Incident("2", "RASPADO"),
                Incident("3", "AB12345", "Glock", "OWNER")});
  Push("nabis", {Comparison("CMP~1", "1", "2", "CONFIRMED", "VERIFIED", "OWNER")});
  const linkage::v1::SeriesExplanation open = ExplainWeapon("1", "mps").explanation();
  ASSERT_THAT(open.joining(), SizeIs(1));
  EXPECT_THAT(open.joining(0).asserting_record(), IsEmpty());
  EXPECT_THAT(open.joining(0).asserting_agency(), IsEmpty());
  EXPECT_THAT(open.joining(0).sources(), IsEmpty());
  EXPECT_THAT(ExplainWeapon("1", "mers").explanation().joining(), SizeIs(2));
  series::v1::ExplainSeriesRequest request;
  request.set_series_id(Id("3"));
  const auto hidden = server_.As("mps").ExplainSeries(request);
  EXPECT_EQ(hidden.status.error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_series_id(graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(12345)));
  const auto unknown = server_.As("mps").ExplainSeries(request);
  EXPECT_EQ(unknown.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(unknown.status.error_message(), hidden.status.error_message());
}

TEST_F(ExplainTest, WhatIsWrongWithAQuestionAboutAWeaponIsNamed) {
  Push("mers", {Incident("1", "AB12345")});
  series::v1::ExplainSeriesRequest request;
  request.set_series_id("SL-?");
  request.mutable_view()->set_revision(-1);
  const auto malformed = server_.As("mers").ExplainSeries(request);
  EXPECT_EQ(malformed.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(malformed.status).fields,
              testing::UnorderedElementsAre("series_id", "view.revision"));
  request.set_series_id(Id("1"));
  request.mutable_view()->set_revision(1'000'000);
  const auto later = server_.As("mers").ExplainSeries(request);
  EXPECT_EQ(later.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ExplainTest, BadIdsAreAllNamed) {
  const auto reply = server_.As("mers").ExplainLink("EX-1", "SL-?");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(reply.status).fields, ElementsAre("first_id", "second_id"));
}

}  // namespace
}  // namespace serieslink

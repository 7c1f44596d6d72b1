// Why two exhibits are one weapon, and why they are not, through the whole server.
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
  Push("mers", {Incident("1", "AB12345"), Incident("2", "AB12345", "Beretta"),
                Incident("3", "CD98765"), Incident("4", "RASPADO")});
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

TEST_F(ExplainTest, BadIdsAreAllNamed) {
  const auto reply = server_.As("mers").ExplainLink("EX-1", "SL-?");
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(reply.status).fields, ElementsAre("first_id", "second_id"));
}

}  // namespace
}  // namespace serieslink

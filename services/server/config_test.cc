#include "services/server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace serieslink::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGood[] = R"(
listen_address: "localhost:0"
tls { certificate: "s.crt" private_key: "s.key" client_ca: "ca.crt" }
trust_domain: "serieslink.test"
data_directory: "data"
feed_permissions { feed: "mps" agencies: "mps" }
)";

TEST(ConfigTest, ReadsAGoodOne) {
  const auto config = ParseConfig(kGood);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->tls().client_ca(), "ca.crt");
}

TEST(ConfigTest, NamesEveryMissingField) {
  const std::string message(ParseConfig("").status().message());
  for (const char* field : {"listen_address", "tls.certificate", "tls.private_key", "tls.client_ca",
                            "trust_domain", "data_directory"}) {
    EXPECT_THAT(message, HasSubstr(field));
  }
}

TEST(ConfigTest, NamesTheLineOfWhatItCannotRead) {
  EXPECT_THAT(std::string(ParseConfig("listen_address: \"a:1\"\nlisten: 3").status().message()),
              HasSubstr("line 2"));
}

TEST(ConfigTest, NamesUnknownFeedsAndLevels) {
  const std::string message(
      ParseConfig(std::string(kGood) + "feed_permissions { feed: \"x\" } log_level: \"LOUD\"")
          .status()
          .message());
  EXPECT_THAT(message, HasSubstr("feed_permissions[1].feed"));
  EXPECT_THAT(message, HasSubstr("feed_permissions[1].agencies"));
  EXPECT_THAT(message, HasSubstr("log_level"));
}

TEST(ConfigTest, NamesPermissionsThatPermitNobody) {
  const std::string message(ParseConfig(std::string(kGood) +
                                        "feed_permissions { feed: \"force\" agencies: \"KENT\" "
                                        "agencies: \"mers\" agencies: \"a b\" } "
                                        "feed_permissions { feed: \"mps\" agencies: \"btp\" }")
                                .status()
                                .message());
  EXPECT_THAT(message, HasSubstr("feed_permissions[1].agencies[0]: name an agency in lower case"));
  EXPECT_THAT(message, HasSubstr("feed_permissions[1].agencies[2]"));
  EXPECT_THAT(message, HasSubstr("feed_permissions[2].feed: this feed has its agencies above"));
  EXPECT_THAT(message, Not(HasSubstr("agencies[1]")));
}

TEST(ConfigTest, NamesWhatIsWrongWithThePolicyForLeads) {
  const auto with = [](const char* leads) {
    return ParseConfig(absl::StrCat(kGood, leads)).status();
  };
  EXPECT_TRUE(with("leads { two_person_decisions: \"WITHDRAWN\" sample_size: 200 }").ok());
  const std::string message(
      with("leads { budget_per_day: 10001 two_person_decisions: \"CONFIRMED\" "
           "two_person_decisions: \"confirm\" expiry_days: 36501 acceptance_days: 3651 "
           "sample_size: 201 } confirmation { analyst_agencies: \"KENT\" }")
          .message());
  for (const char* field :
       {"leads.budget_per_day", "leads.two_person_decisions[1]", "leads.expiry_days",
        "leads.acceptance_days", "leads.sample_size", "confirmation.analyst_agencies[0]"}) {
    EXPECT_THAT(message, HasSubstr(field));
  }
  EXPECT_THAT(message, Not(HasSubstr("two_person_decisions[0]")));
}

TEST(ConfigTest, AnAgencyHoldsLessThanAllCalls) {
  const auto with = [](const char* limits) {
    return ParseConfig(absl::StrCat(kGood, "limits { ", limits, " }")).status();
  };
  EXPECT_TRUE(with("calls_max: 65").ok());
  EXPECT_TRUE(with("calls_max: 16 calls_per_agency_max: 15").ok());
  for (const char* bad :
       {"calls_max: 64", "calls_per_agency_max: 512", "calls_per_agency_max: 4294967295",
        "calls_max: 16 calls_per_agency_max: 16"}) {
    EXPECT_THAT(std::string(with(bad).message()), HasSubstr("limits.calls_per_agency_max"));
  }
}

TEST(ConfigTest, NamesUnknownModulesAndThoseThatThereAre) {
  const std::string good = std::string(kGood) + "modules: \"series\" modules: \"ingest\" ";
  EXPECT_TRUE(ParseConfig(good).ok());
  const std::string message(
      ParseConfig(good + "modules: \"nomod\" modules: \"\"").status().message());
  EXPECT_THAT(message, HasSubstr("modules[2]: name one of ingest, linkage, generations, series"));
  EXPECT_THAT(message, HasSubstr("modules[3]"));
}

TEST(ConfigTest, SaysWhoConfirms) {
  EXPECT_EQ(ConfirmationPolicyOf(*ParseConfig(kGood)).Digest(),
            linkage::ConfirmationPolicy().Digest());
  const auto config = ParseConfig(std::string(kGood) +
                                  "confirmation { examiner_agencies: \"rolab\" "
                                  "reference_agencies: \"mps\" rules_make_leads: true }");
  ASSERT_TRUE(config.ok()) << config.status();
  const linkage::ConfirmationPolicy policy = ConfirmationPolicyOf(*config);
  EXPECT_TRUE(policy.Trusts(linkage::Basis::kExaminer, "rolab"));
  EXPECT_FALSE(policy.Trusts(linkage::Basis::kExaminer, "nabis"));
  EXPECT_FALSE(policy.Trusts(linkage::Basis::kSourceReference, "nabis"));
  EXPECT_FALSE(policy.Trusts(linkage::Basis::kRule, ""));
  EXPECT_TRUE(policy.two_person_verdicts.empty());
  EXPECT_EQ(ConfirmationPolicyOf(*ParseConfig(std::string(kGood) +
                                              "leads { two_person_decisions: \"CONFIRMED\" "
                                              "two_person_decisions: \"WITHDRAWN\" }"))
                .two_person_verdicts,
            (std::set{linkage::Verdict::kConfirmed, linkage::Verdict::kWithdrawn}));
  const std::string message(ParseConfig(std::string(kGood) +
                                        "confirmation { examiner_agencies: \"NABIS\" "
                                        "reference_agencies: \"mps\" reference_agencies: \"\" }")
                                .status()
                                .message());
  EXPECT_THAT(message, HasSubstr("confirmation.examiner_agencies[0]"));
  EXPECT_THAT(message, HasSubstr("confirmation.reference_agencies[1]"));
}

TEST(ConfigTest, ReadsTheBoundariesThatItNames) {
  EXPECT_EQ((*ReadBoundaries(*ParseConfig(kGood)))->Find(type::v1::AREA_KIND_WARD, 0), nullptr);
  const std::string path = testing::TempDir() + "/wards.geojson";
  const std::string named = absl::StrCat("boundaries { file: \"", path,
                                         "\" kind: \"ward\" boundary_year: 2022 code_property: "
                                         "\"code\" }");
  std::ofstream(path) << R"({"type":"FeatureCollection","features":[{"type":"Feature",
      "properties":{"code":"E1"},"geometry":{"type":"Polygon",
      "coordinates":[[[0,51],[1,51],[1,52],[0,51]]]}}]})";
  const auto read = ReadBoundaries(*ParseConfig(absl::StrCat(kGood, named)));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->Find(type::v1::AREA_KIND_WARD, 2022)->CodeAt(51.1, 0.9), "E1");
  const auto fault = [&](const std::string& text) {
    return std::string(ReadBoundaries(*ParseConfig(absl::StrCat(kGood, text))).status().message());
  };
  EXPECT_THAT(fault(named + named), HasSubstr("two files are of the kind ward and the year 2022"));
  std::ofstream(path) << "{}";
  EXPECT_THAT(fault(named), AllOf(HasSubstr("boundaries[0]: "), HasSubstr("FeatureCollection")));
  std::remove(path.c_str());
  EXPECT_THAT(fault(named), HasSubstr(path));
}

TEST(ConfigTest, ReadsThePortsThatItNames) {
  EXPECT_EQ(*ReadPorts(*ParseConfig(kGood)), nullptr) << "the built-in ones";
  const std::string path = testing::TempDir() + "/ports.textproto";
  const auto config = ParseConfig(absl::StrCat(kGood, "ports_file: \"", path, "\""));
  std::ofstream(path) << border::DefaultPortsText();
  const auto read = ReadPorts(*config);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->version(), border::PortsInUse().version());
  std::ofstream(path) << "version: 'mine'";
  EXPECT_THAT(std::string(ReadPorts(*config).status().message()), HasSubstr("countries"));
  std::remove(path.c_str());
  EXPECT_THAT(std::string(ReadPorts(*config).status().message()), HasSubstr(path));
}

TEST(ConfigTest, SaysWhatIsWrongWithPublicSummaries) {
  const std::string message(ParseConfig(absl::StrCat(kGood, R"(public_summaries {
      issuers { agency: "MPS" principal: "statistician" }
      small_below: 2 rounding_base: 4 })"))
                                .status()
                                .message());
  EXPECT_THAT(message, AllOf(HasSubstr("public_summaries.issuers[0]"),
                             HasSubstr("public_summaries.signing_key"),
                             HasSubstr("public_summaries.small_below"),
                             HasSubstr("public_summaries.rounding_base")));
  EXPECT_THAT(
      std::string(
          ParseConfig(absl::StrCat(kGood, "public_summaries { small_below: 4 rounding_base: 5 }"))
              .status()
              .message()),
      HasSubstr("above small_below"));
}

TEST(ConfigTest, ReadsTheKeyThatSignsPublicSummaries) {
  const auto none = ReadPublicSummaryOptions(*ParseConfig(kGood));
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_TRUE(none->issuers.empty());
  EXPECT_FALSE(none->key.has_value());
  EXPECT_EQ(none->policy.small_below, 5);
  const std::string path = testing::TempDir() + "/signing.key";
  const auto config = ParseConfig(absl::StrCat(
      kGood, "public_summaries { issuers { agency: \"mps\" principal: \"statistician\" } ",
      "small_below: 10 rounding_base: 5 needs_second_person: true signing_key: \"", path, "\" }"));
  ASSERT_TRUE(config.ok()) << config.status();
  // The secret key of test 1 of RFC 8032, section 7.1.
  std::ofstream(path) << "-----BEGIN PRIVATE KEY-----\n"
                         "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                         "-----END PRIVATE KEY-----\n";
  const auto read = ReadPublicSummaryOptions(*config);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->issuers.contains({"mps", "statistician"}));
  EXPECT_TRUE(read->key.has_value());
  EXPECT_TRUE(read->needs_second_person);
  EXPECT_EQ(read->policy.small_below, 10);
  EXPECT_EQ(read->policy.rounding_base, 5);
  std::ofstream(path) << "no key";
  EXPECT_THAT(std::string(ReadPublicSummaryOptions(*config).status().message()),
              HasSubstr("public_summaries.signing_key: "));
  std::remove(path.c_str());
  EXPECT_THAT(std::string(ReadPublicSummaryOptions(*config).status().message()), HasSubstr(path));
}

TEST(ConfigTest, ReadsTheVocabularyThatItNames) {
  EXPECT_EQ(*ReadVocabulary(*ParseConfig(kGood)), nullptr) << "the built-in one";
  const std::string path = testing::TempDir() + "/vocabulary.textproto";
  const auto config = ParseConfig(absl::StrCat(kGood, "vocabulary_file: \"", path, "\""));
  std::ofstream(path) << linkage::DefaultVocabularyText();
  const auto read = ReadVocabulary(*config);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->digest(), linkage::VocabularyInUse().digest());
  std::ofstream(path) << "version: \"A\"\n";
  EXPECT_THAT(std::string(ReadVocabulary(*config).status().message()),
              HasSubstr("line 1: version"));
  std::remove(path.c_str());
  EXPECT_THAT(std::string(ReadVocabulary(*config).status().message()), HasSubstr(path));
}

TEST(ConfigTest, SaysWhichFileItCannotRead) {
  EXPECT_THAT(std::string(ReadConfig("/nowhere/x").status().message()),
              HasSubstr("/nowhere/x': No such file"));
  EXPECT_THAT(std::string(ReadConfig("/").status().message()), HasSubstr("it is a folder"));
}

}  // namespace
}  // namespace serieslink::server

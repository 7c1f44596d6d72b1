// Goal: what the client exports stays what bureaus read: the columns, their order and what stands
// in them, in both schemes and both forms; and an import of it says the same.
// Method: a handful of losses that between them use every column, through everything between the
// feed and the file.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/rpc/page_token.h"
#include "services/stolen/stolen_service.h"
#include "tests/golden/golden_file.h"
#include "tests/support/exchanged_losses.h"

namespace serieslink {
namespace {

using cli::ExchangeScheme;

SentMessage Sent(const std::string& agency, const std::string& text) {
  SentMessage sent{agency, {}};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
  return sent;
}

std::vector<SentMessage> Losses() {
  const std::string open = " marking { visibility: 'OPEN' } ";
  return {
      // Two sources of one gun, of which one has the number of its barrel too.
      Sent("kent",
           absl::StrCat(
               "licensing { report_id: 'L1' loss_kind: 'STOLEN' lost: '2018-03-10/2018-03-14'"
               " guns { serials { text: 'BER123456' } make: 'Beretta' model: '92FS'"
               " calibre: '9x19' } ",
               open, "}")),
      Sent("mps", absl::StrCat(
                      "force { system: 'S' record_id: 'R1' record_type: 'LOSS' loss_kind: 'STOLEN'"
                      " occurred: '2018-03-14' crime_references: '2803303/18'"
                      " place { country_code: 'GB' locality: 'Barnet' } guns {"
                      " serials { text: 'BER123456' } serials { text: 'BR77' part: 'BARREL' }"
                      " make: 'Beretta' apparent_types: 'PISTOL' finish: 'blue'"
                      " barrel_length_mm: 125 country_of_origin: 'IT' marks: 'PSF' } ",
                      open, "}")),
      Sent("kent",
           absl::StrCat("force { system: 'S' record_id: 'R2' record_type: 'LOSS' loss_kind:"
                        " 'LOST' occurred: '2019' guns { serials { text: 'AB1' } make_code:"
                        " 'GLC' make_code_scheme: 'NCIC' make: '=Glock, Inc.' apparent_types:"
                        " 'SHOTGUN_SAWN_OFF' } ",
                        open, "}")),
      Sent(
          "kent",
          absl::StrCat(
              "force { system: 'S' record_id: 'R3' record_type: 'LOSS' loss_kind: 'UNKNOWN' items {"
              " kind: 'GUN_PART' part_kind: 'Sound moderator' serials { text:"
              " 'SM-9' } } ",
              open, "}")),
      // It is nobody else's to see.
      Sent("kent",
           "force { system: 'S' record_id: 'R4' record_type: 'LOSS' loss_kind: 'STOLEN' guns { "
           "serials { text: "
           "'HIDDEN1' } } }"),
  };
}

TEST(StolenExchangeGoldenTest, WhatIsExportedIsPinned) {
  DerivationPipeline pipeline;
  for (const auto& acknowledgement : pipeline.Push(Losses())) {
    ASSERT_EQ(acknowledgement.violations_size(), 0) << acknowledgement.ShortDebugString();
  }
  std::string text;
  for (const ExchangeScheme scheme : {ExchangeScheme::kNcic, ExchangeScheme::kIarms}) {
    for (const bool is_csv : {true, false}) {
      absl::StrAppend(&text, cli::ExchangeInput{scheme, is_csv, false}.Text(), "\n",
                      ExportedLosses(pipeline, "nca", scheme, is_csv), "\n");
    }
  }
  ExpectGolden("stolen_exchange.txt", text);
}

TEST(StolenExchangeGoldenTest, NobodysRowTakesThePlaceOfAnothers) {
  DerivationPipeline pipeline;
  pipeline.Push(Losses());
  const std::string before = ExportedLosses(pipeline, "nca", ExchangeScheme::kNcic, false);
  // The register has a gun of the force's too, and knows less of it.
  const std::string row =
      "{\"MKE\":\"EG\",\"ORI\":\"VA0070000\",\"OCA\":\"17-1\",\"NIC\":\"G1\",\"SER\":\"BER123456\","
      "\"MAK\":\"ZZZ\",\"CAL\":\"9x19\",\"TYP\":\"P\",\"DOT\":\"20180314\",\"MIS\":\"MAK/"
      "Beretta\"}\n";
  EXPECT_EQ(ImportLosses(pipeline, "bka", {ExchangeScheme::kNcic, false, true}, row),
            std::vector<std::string>());
  // A second agency has the same row.
  EXPECT_EQ(ImportLosses(pipeline, "fbi", {ExchangeScheme::kNcic, false, true}, row),
            std::vector<std::string>());
  EXPECT_EQ(ExportedLosses(pipeline, "nca", ExchangeScheme::kNcic, false), before + row);
}

// All cases that `agency` may see, whatever became of them.
std::vector<stolen::v1::LossCase> CasesOf(DerivationPipeline& pipeline, const std::string& agency) {
  const rpc::PageTokenSealer tokens({});
  const stolen::StolenService service(pipeline.source(), &tokens, "test", &DerivationPipeline::Now,
                                      absl::UTCTimeZone());
  stolen::v1::ListLossCasesRequest request;
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  stolen::v1::ListLossCasesResponse response;
  const absl::Status status =
      service.List(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
  EXPECT_TRUE(status.ok()) << status;
  return {response.cases().begin(), response.cases().end()};
}

TEST(StolenExchangeGoldenTest, ALossAndItsRecoveryBothStand) {
  for (const bool is_ncic : {true, false}) {
    // Of a gun without a number of its own: the register's is what both rows have in common.
    const std::string loss =
        is_ncic ? "{\"MKE\":\"EG\",\"NIC\":\"G1\",\"DOT\":\"20180314\"}\n"
                : "{\"record_number\":\"G1\",\"status\":\"STOLEN\",\"date_from\":\"2018-03-14\","
                  "\"date_to\":\"2018-03-14\"}\n";
    const std::string recovery =
        is_ncic ? "{\"MKE\":\"ERG\",\"NIC\":\"G1\",\"DOR\":\"20190102\"}\n"
                : "{\"record_number\":\"G1\",\"status\":\"RECOVERED\",\"date_from\":\"2019-01-02\","
                  "\"date_to\":\"2019-01-02\"}\n";
    const cli::ExchangeInput input{is_ncic ? ExchangeScheme::kNcic : ExchangeScheme::kIarms, false,
                                   false};
    for (const bool loss_is_first : {true, false}) {
      DerivationPipeline pipeline;
      for (const std::string& row :
           loss_is_first ? std::vector{loss, recovery} : std::vector{recovery, loss}) {
        EXPECT_EQ(ImportLosses(pipeline, "bka", input, row), std::vector<std::string>());
      }
      const std::vector<stolen::v1::LossCase> cases = CasesOf(pipeline, "bka");
      ASSERT_EQ(cases.size(), 1u);
      EXPECT_EQ(cases[0].state(), stolen::v1::LOSS_CASE_STATE_RECOVERED);
      EXPECT_EQ(cases[0].kind(), record::v1::LOSS_KIND_STOLEN);
      // The same in one file: two rows of one gun, which are no repeats of each other.
      DerivationPipeline other;
      EXPECT_EQ(ImportLosses(other, "bka", input, loss + recovery), std::vector<std::string>());
      EXPECT_EQ(CasesOf(other, "bka").size(), 1u);
    }
  }
}

TEST(StolenExchangeGoldenTest, WhatARegisterHoldsIsNoReportOfThePolice) {
  DerivationPipeline pipeline;
  pipeline.Push({Sent("kent",
                      "licensing { report_id: 'L1' loss_kind: 'STOLEN' lost: '2018-03-14' guns { "
                      "make: 'Beretta' calibre: '9x19' serials { text: 'BER481736' } } marking { "
                      "visibility: 'OPEN' } }")});
  const std::string exported = ExportedLosses(pipeline, "kent", ExchangeScheme::kNcic, false);
  // The bureau's own row of that gun is one of a source of its own; what was exported here and came
  // back corroborates nothing at all.
  EXPECT_EQ(ImportLosses(pipeline, "bka", {ExchangeScheme::kNcic, false, true}, exported),
            std::vector<std::string>());
  std::vector<stolen::v1::LossCase> cases = CasesOf(pipeline, "nca");
  ASSERT_EQ(cases.size(), 1u);
  ASSERT_EQ(cases[0].reports_size(), 2);
  EXPECT_EQ(cases[0].reconciliation(), stolen::v1::RECONCILIATION_ONE_SOURCE);
  for (const stolen::v1::LossReport& report : cases[0].reports()) {
    EXPECT_EQ(report.source(), report.agency() == "bka" ? stolen::v1::REPORT_SOURCE_OTHER
                                                        : stolen::v1::REPORT_SOURCE_LICENSING);
  }
  EXPECT_EQ(ImportLosses(pipeline, "fbi", {ExchangeScheme::kNcic, false, true},
                         "{\"MKE\":\"EG\",\"ORI\":\"VA0070000\",\"OCA\":\"17-1\",\"NIC\":\"G1\","
                         "\"SER\":\"BER481736\",\"MAK\":\"ZZZ\",\"CAL\":\"9x19\",\"TYP\":\"P\","
                         "\"DOT\":\"20180314\",\"MIS\":\"MAK/Beretta\"}\n"),
            std::vector<std::string>());
  cases = CasesOf(pipeline, "nca");
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases[0].reconciliation(), stolen::v1::RECONCILIATION_MATCHED);
  ASSERT_EQ(cases[0].sources_size(), 2);
  EXPECT_EQ(cases[0].sources(0), stolen::v1::REPORT_SOURCE_LICENSING);
  EXPECT_EQ(cases[0].sources(1), stolen::v1::REPORT_SOURCE_OTHER);
}

TEST(StolenExchangeGoldenTest, WhatIsHiddenIsNotExported) {
  DerivationPipeline pipeline;
  pipeline.Push(Losses());
  const auto has = [&](const char* agency) {
    return ExportedLosses(pipeline, agency, ExchangeScheme::kNcic, false).find("HIDDEN1") !=
           std::string::npos;
  };
  EXPECT_TRUE(has("kent"));
  EXPECT_FALSE(has("nca"));
}

}  // namespace
}  // namespace serieslink

// Goal: what the client exports stays what bureaus read: the columns, their order and what stands
// in them, in both schemes and both forms; and an import of it says the same.
// Method: a handful of losses that between them use every column, through everything between the
// feed and the file.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
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

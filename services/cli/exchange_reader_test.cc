#include "services/cli/exchange_reader.h"

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr ExchangeInput kNcicCsv{ExchangeScheme::kNcic, true, false};
constexpr ExchangeInput kNcicLines{ExchangeScheme::kNcic, false, false};
constexpr ExchangeInput kIarmsLines{ExchangeScheme::kIarms, false, true};

struct ReadFile {
  std::vector<feed::v1::ForceRecord> records;
  std::vector<std::string> problems;  // "line: problem | text"
  absl::Status status;
};

ReadFile Read(const ExchangeInput& input, const std::string& text) {
  ReadFile read;
  RecordSink sink;
  sink.keep_text = true;
  sink.on_record = [&](InputRecord&& record) {
    read.records.push_back(record.message.force());
    return absl::OkStatus();
  };
  sink.on_unreadable = [&](UnreadableLine&& line) {
    read.problems.push_back(absl::StrCat(line.line, ": ", line.problem, " | ", line.text));
  };
  std::istringstream in(text);
  read.status = ReadExchange(in, input, sink);
  return read;
}

std::vector<std::string> MarkersOf(const feed::v1::ForceRecord& record) {
  std::vector<std::string> markers;
  for (const feed::v1::FlagEntry& flag : record.inquiry().flags()) {
    markers.push_back(absl::StrCat(flag.name(), "=", flag.value()));
  }
  return markers;
}

TEST(ExchangeReaderTest, AnEntryOfNcicBecomesALossOfTheForce) {
  const ReadFile read = Read(kNcicCsv,
                             "MKE,ORI,OCA,NIC,SER,MAK,MOD,CAL,TYP,DOT,MIS,VLA\r\n"
                             "EG,kent,A12/2018,G123456789,AB123,GLC,17,9,PI,20180314,,1200\r\n");
  ASSERT_TRUE(read.status.ok()) << read.status;
  ASSERT_THAT(read.problems, IsEmpty());
  ASSERT_EQ(read.records.size(), 1u);
  const feed::v1::ForceRecord& record = read.records[0];
  EXPECT_EQ(record.system(), "NCIC");
  EXPECT_EQ(record.record_id(), "G123456789");
  EXPECT_EQ(record.record_type(), "LOSS");
  EXPECT_EQ(record.loss_kind(), "STOLEN");
  EXPECT_EQ(record.occurred(), "2018-03-14");
  EXPECT_THAT(record.other_references(), ElementsAre("kent A12/2018"));
  ASSERT_EQ(record.guns_size(), 1);
  EXPECT_EQ(record.guns(0).serials(0).text(), "AB123");
  EXPECT_EQ(record.guns(0).make(), "Glock");
  EXPECT_EQ(record.guns(0).make_code(), "GLC");
  EXPECT_THAT(record.guns(0).apparent_types(), ElementsAre("PISTOL"));
  EXPECT_EQ(record.marking().visibility(), "OWNER");
  // What would come out otherwise, or not at all.
  EXPECT_THAT(MarkersOf(record),
              ElementsAre("ncic:EXHIBIT=", "ncic:NIC=G123456789", "ncic:OCA=A12/2018",
                          "ncic:ORI=kent", "ncic:TYP=PI", "ncic:VLA=1200"));
}

TEST(ExchangeReaderTest, RemarksSayWhatNoFieldOfNcicDoes) {
  const ReadFile read =
      Read(kNcicLines,
           R"({"MKE":"ELG","OCA":"1","SER":"A1","MAK":"ZZZ","TYP":"Z","DOT":"20180314",)"
           R"("MIS":"SER/B2; MAK/Norinco; TYP/SHOTGUN SAWN OFF; DOT/FROM 20180310; scratched"})"
           "\n");
  ASSERT_EQ(read.records.size(), 1u);
  const feed::v1::ForceRecord& record = read.records[0];
  EXPECT_EQ(record.loss_kind(), "LOST");
  EXPECT_EQ(record.occurred(), "2018-03-10/2018-03-14");
  EXPECT_EQ(record.guns(0).make(), "Norinco");
  EXPECT_EQ(record.guns(0).serials(1).text(), "B2");
  EXPECT_THAT(record.guns(0).apparent_types(), ElementsAre("SHOTGUN_SAWN_OFF"));
}

TEST(ExchangeReaderTest, AGunThatWasFoundIsARecoveryAndAModeratorIsNoGun) {
  const ReadFile read = Read(kNcicLines, R"({"MKE":"ERG","NIC":"G1","SER":"A1","DOR":"20190102"})"
                                         "\n"
                                         R"({"MKE":"EG","NIC":"G2","SER":"A2","TYP":"V"})"
                                         "\n");
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.records[0].record_type(), "RECOVERY");
  EXPECT_EQ(read.records[0].loss_kind(), "");
  EXPECT_EQ(read.records[0].occurred(), "2019-01-02");
  // The entry of the gun keeps its name, and stands beside it.
  EXPECT_EQ(read.records[0].record_id(), "G1/RECOVERY");
  ASSERT_EQ(read.records[0].same_weapon_as_size(), 1);
  EXPECT_EQ(read.records[0].same_weapon_as(0).source_id(), "G1");
  EXPECT_EQ(read.records[1].record_id(), "G2");
  EXPECT_EQ(read.records[1].same_weapon_as_size(), 0);
  EXPECT_EQ(read.records[1].guns_size(), 0);
  ASSERT_EQ(read.records[1].items_size(), 1);
  EXPECT_EQ(read.records[1].items(0).kind(), "GUN_PART");
  EXPECT_EQ(read.records[1].items(0).part_kind(), "sound moderator");
}

TEST(ExchangeReaderTest, AKeyWithAWordOfCautionIsTheKey) {
  const ReadFile read = Read(kNcicLines, R"({"MKE":"EG-P","NIC":"G1","SER":"A1"})"
                                         "\n"
                                         R"({"MKE":"ELG-P","NIC":"G2","SER":"A2"})"
                                         "\n"
                                         R"({"MKE":"ERG-P","NIC":"G3","SER":"A3"})"
                                         "\n");
  ASSERT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.records[0].loss_kind(), "STOLEN");
  EXPECT_EQ(read.records[1].loss_kind(), "LOST");
  EXPECT_EQ(read.records[2].record_type(), "RECOVERY");
  EXPECT_THAT(MarkersOf(read.records[1]), Contains("ncic:MKE=ELG-P"));
}

TEST(ExchangeReaderTest, OnlyKeysOfTheGunFileEnterAGun) {
  std::string file;
  // A vehicle, a boat, an article, a person, an inquiry about a gun, and what begins as an entry.
  for (const char* const key : {"EV", "EB", "EA", "EW", "QG", "EGX", "E", "EG", "elg", "EFG-P"}) {
    file +=
        absl::StrCat(R"({"MKE":")", key, R"(","NIC":"G)", file.size(), R"(","SER":"A1"})", "\n");
  }
  const ReadFile read = Read(kNcicLines, file);
  ASSERT_EQ(read.records.size(), 3u);
  EXPECT_EQ(read.records[0].loss_kind(), "STOLEN");
  EXPECT_EQ(read.records[1].loss_kind(), "LOST");
  EXPECT_EQ(read.records[2].loss_kind(), "UNKNOWN");
  EXPECT_EQ(read.problems.size(), 7u);
}

TEST(ExchangeReaderTest, NoTwoGunsHaveOneNameAndNoForceIsMadeUp) {
  const ReadFile read = Read(kNcicLines, R"({"ORI":"kent","OCA":"A12","SER":"2018/AB1"})"
                                         "\n"
                                         R"({"ORI":"kent","OCA":"A12/2018","SER":"AB1"})"
                                         "\n"
                                         R"({"OCA":"kent A13/2018","SER":"AB1"})"
                                         "\n");
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_EQ(read.records.size(), 3u);
  EXPECT_NE(read.records[0].record_id(), read.records[1].record_id());
  EXPECT_EQ(read.records[1].record_id(), "kent/A12/2018/AB1");
  EXPECT_THAT(read.records[1].other_references(), ElementsAre("kent A12/2018"));
  EXPECT_THAT(read.records[2].other_references(), IsEmpty());
}

TEST(ExchangeReaderTest, KeysOfJsonAreColumnsAndALineThatIsRefusedTakesNoName) {
  const ReadFile read = Read(kNcicLines, R"({"NIC":"G1","SER":"A1","SER":"A2"})"
                                         "\n"
                                         R"({"NIC":"G1","SER":"A1","vA":"1","v_a":"2"})"
                                         "\n");
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0], HasSubstr("1: "));
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_THAT(MarkersOf(read.records[0]), AllOf(Contains("ncic:vA=1"), Contains("ncic:v_a=2")));
}

TEST(ExchangeReaderTest, ColumnsWithoutANameAreTakenWhereTheyAreEmpty) {
  const ReadFile read = Read(kNcicCsv, "NIC,SER,,\nG1,A1,,\nG2,A2,,x\n");
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.records.size(), 1u);
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0], HasSubstr("3: a cell without a column's name"));
}

TEST(ExchangeReaderTest, AGunThatIsTraffickedIsSoughtAndItsStatusKept) {
  const ReadFile read =
      Read(kIarmsLines, R"({"record_number":"7","status":"TRAFFICKED","country":"BE",)"
                        R"("firearm_type":"PISTOL; ray gun","owner_country":"FR","age":12})"
                        "\n");
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0].record_type(), "LOSS");
  EXPECT_EQ(read.records[0].loss_kind(), "UNKNOWN");
  EXPECT_EQ(read.records[0].marking().visibility(), "OPEN");
  EXPECT_EQ(read.records[0].place().country_code(), "BE");
  EXPECT_THAT(read.records[0].guns(0).apparent_types(), ElementsAre("PISTOL", "ray gun"));
  EXPECT_THAT(
      MarkersOf(read.records[0]),
      ElementsAre("iarms:age=12", "iarms:exhibit=", "iarms:firearm_type=PISTOL; ray gun",
                  "iarms:national_reference=", "iarms:owner_agency=", "iarms:owner_country=FR",
                  "iarms:record_number=7", "iarms:status=TRAFFICKED"));
}

TEST(ExchangeReaderTest, EveryBadColumnIsNamedAndNoCellIs) {
  const ReadFile read = Read(kNcicCsv,
                             "MKE,OCA,SER,DOT\n"
                             "QG,,SECRET1,20180231\n"
                             "EG,1,SECRET2,20180228\n");
  EXPECT_EQ(read.records.size(), 1u);
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0],
              AllOf(HasSubstr("2: "), HasSubstr("MKE is no key"), HasSubstr("DOT is no date"),
                    HasSubstr("OCA must be given"), HasSubstr("| QG,,SECRET1,20180231")));
  EXPECT_THAT(read.problems[0].substr(0, read.problems[0].find(" | ")), Not(HasSubstr("SECRET")));
}

TEST(ExchangeReaderTest, ASecondGunOfOneNameIsToldAndNotTakenForAVersion) {
  const ReadFile read = Read(kNcicLines, R"({"ORI":"x","OCA":"1","SER":"A"})"
                                         "\n\n"
                                         R"({"ORI":"x","OCA":"1","SER":"A","MOD":"2"})"
                                         "\n");
  EXPECT_EQ(read.records.size(), 1u);
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0], HasSubstr("3: names the same gun as line 1"));
}

TEST(ExchangeReaderTest, NumbersOfJsonAreTakenToTheLastDigitOrRefused) {
  const ReadFile read = Read(kNcicLines, R"({"NIC":"G1","SER":123456,"X":true,"Y":null})"
                                         "\n"
                                         R"({"NIC":"G2","SER":12345678901234567890,"L":["a"]})"
                                         "\n");
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0].guns(0).serials(0).text(), "123456");
  ASSERT_EQ(read.problems.size(), 1u);
  EXPECT_THAT(read.problems[0], HasSubstr("2: L, SER: must be a text or a whole number"));
}

TEST(ExchangeReaderTest, ANumberThatJsonWouldAlterIsToBeWrittenAsAText) {
  const ReadFile read = Read(kNcicLines, R"({"NIC":"G1","SER":9007199254740991})"
                                         "\n"
                                         R"({"NIC":"G2","SER":9007199254740993})"
                                         "\n"
                                         R"({"NIC":"G3","SER":-9007199254740993})"
                                         "\n"
                                         R"({"NIC":"G4","SER":"9007199254740993"})"
                                         "\n");
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.records[0].guns(0).serials(0).text(), "9007199254740991");
  EXPECT_EQ(read.records[1].guns(0).serials(0).text(), "9007199254740993");
  ASSERT_EQ(read.problems.size(), 2u);
  EXPECT_THAT(read.problems[0],
              HasSubstr("2: SER: must be a text or a whole number below 9007199254740992; write a "
                        "larger one as a text"));
  EXPECT_THAT(read.problems[1], HasSubstr("3: SER: "));
}

stolen::v1::LossCase TwelveModerators() {
  stolen::v1::LossCase one;
  one.set_quantity(12);
  stolen::v1::LossReport& report = *one.add_reports();
  report.set_record_id("RC-1");
  report.set_exhibit_id("EX-1");
  report.set_agency("kent");
  report.set_kind(record::v1::EXHIBIT_KIND_GUN_PART);
  report.set_part_kind("sound moderator");
  report.set_quantity(12);
  report.mutable_firearm()->add_serials()->set_text("SM00991");
  return one;
}

TEST(ExchangeReaderTest, APartComesOutAndInWithItsQuantity) {
  for (const ExchangeScheme scheme : {ExchangeScheme::kNcic, ExchangeScheme::kIarms}) {
    const bool is_ncic = scheme == ExchangeScheme::kNcic;
    const std::string column = is_ncic ? "MIS" : "quantity";
    const std::vector<ExchangeRow> rows = RowsOf(TwelveModerators(), scheme);
    ASSERT_EQ(rows.size(), 1u);
    ASSERT_TRUE(rows[0].contains(column));
    EXPECT_EQ(rows[0].at(column), is_ncic ? "QTY/12" : "12");
    const auto record = RecordOf(rows[0], scheme, /*is_open=*/true);
    ASSERT_TRUE(record.ok()) << record.status();
    ASSERT_EQ(record->items_size(), 1);
    EXPECT_EQ(record->items(0).quantity(), 12);
    EXPECT_THAT(MarkersOf(*record), Not(Contains(HasSubstr(column + "="))));

    // One is not said, and comes out only where somebody said it.
    stolen::v1::LossCase one = TwelveModerators();
    one.mutable_reports(0)->set_quantity(1);
    EXPECT_FALSE(RowsOf(one, scheme)[0].contains(column));
    ExchangeRow row = rows[0];
    for (const std::string cell : {"1", "0", "1000001", "many"}) {
      row[column] = (is_ncic ? "QTY/" : "") + cell;
      const auto kept = RecordOf(row, scheme, /*is_open=*/true);
      ASSERT_TRUE(kept.ok()) << kept.status();
      EXPECT_EQ(kept->items(0).has_quantity(), cell == "1") << cell;
      EXPECT_THAT(MarkersOf(*kept), Contains(HasSubstr(column + "=" + row[column]))) << cell;
    }
    // A gun is one, whatever a row says.
    row.erase(is_ncic ? "PART" : "part");
    row.erase("TYP");
    row[column] = is_ncic ? "QTY/12" : "12";
    const auto gun = RecordOf(row, scheme, /*is_open=*/true);
    ASSERT_TRUE(gun.ok()) << gun.status();
    EXPECT_EQ(gun->guns_size(), 1);
    EXPECT_THAT(MarkersOf(*gun), Contains(HasSubstr(column + "=" + row[column])));
  }
}

TEST(ExchangeReaderTest, ATypeThatNobodyKnowsComesOutAndInAsItWasWritten) {
  stolen::v1::LossCase one;
  one.set_kind(record::v1::LOSS_KIND_STOLEN);
  stolen::v1::LossReport& report = *one.add_reports();
  report.set_record_id("RC-1");
  report.set_exhibit_id("EX-1");
  report.set_agency("kent");
  report.set_kind(record::v1::EXHIBIT_KIND_DESCRIBED_GUN);
  report.mutable_firearm()->add_serials()->set_text("QX481736K");
  for (const char* type : {"zap gun; 50% off", "QX-9"}) {
    report.mutable_firearm()->add_unknown_types(type);
  }
  for (const bool has_known : {false, true}) {
    std::vector<std::string> expected = {"zap gun; 50% off", "QX-9"};
    if (has_known) {
      report.mutable_firearm()->add_apparent_types(record::v1::FIREARM_TYPE_OTHER);
      expected.insert(expected.begin(), "OTHER");
    }
    for (const ExchangeScheme scheme : {ExchangeScheme::kNcic, ExchangeScheme::kIarms}) {
      const std::vector<ExchangeRow> rows = RowsOf(one, scheme);
      ASSERT_EQ(rows.size(), 1u);
      if (scheme == ExchangeScheme::kNcic) {
        EXPECT_EQ(rows[0].at("TYP"), "Z") << "NCIC takes its own codes alone";
      }
      const auto record = RecordOf(rows[0], scheme, /*is_open=*/true);
      ASSERT_TRUE(record.ok()) << record.status();
      ASSERT_EQ(record->guns_size(), 1);
      EXPECT_EQ(std::vector<std::string>(record->guns(0).apparent_types().begin(),
                                         record->guns(0).apparent_types().end()),
                expected);
    }
  }
}

TEST(ExchangeReaderTest, AHeaderOfAnotherRegisterIsRefused) {
  EXPECT_THAT(std::string(Read(kNcicCsv, "make,model\na,b\n").status.message()),
              HasSubstr("names no column of ncic: MKE, ORI"));
  EXPECT_THAT(std::string(Read(kNcicCsv, "SER,X,SER\na,b,c\n").status.message()),
              HasSubstr("names columns twice: SER"));
  std::istringstream in("make\n");
  EXPECT_FALSE(CheckExchange(in, kNcicCsv).ok());
}

TEST(ExchangeReaderTest, AJournalKnowsWhatWasImported) {
  for (const ExchangeInput& input : {kNcicCsv, kNcicLines, kIarmsLines}) {
    const auto parsed = ExchangeInput::Parse(input.Text());
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->Text(), input.Text());
  }
  EXPECT_EQ(kIarmsLines.Text(), "iarms jsonl open");
  EXPECT_FALSE(ExchangeInput::Parse("ncic csv").ok());
  EXPECT_FALSE(ExchangeInput::Parse("other csv open").ok());
}

}  // namespace
}  // namespace serieslink::cli

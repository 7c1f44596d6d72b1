// A bureau takes losses from a file of NCIC's and hands them on, with the client as a person runs
// it: what is refused can be mended, and all of it can be taken back.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kHeader[] = "MKE,ORI,OCA,NIC,SER,MAK,MOD,CAL,TYP,DOT,MIS,VLA\n";
constexpr char kGood[] = "EG,VA0070000,17-1,G000000001,AB100001,GLC,17,9,PI,20180314,,1200\n";
constexpr char kBad[] = "QG,VA0070000,17-2,G000000002,AB100002,GLC,17,9,PI,2018,,\n";
constexpr char kMended[] = "EG,VA0070000,17-2,G000000002,AB100002,GLC,17,9,PI,20180315,,\n";

class StolenExchangeClientTest : public ClientCase {
 protected:
  ClientProgram::Result Import(std::vector<std::string> more) const {
    more.insert(more.begin(), {"stolen", "import", "--wait", "--open"});
    return client_.Run(more);
  }
  std::string Export(const ClientProgram& client, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"stolen", "export"});
    const auto result = client.Run(more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
};

TEST_F(StolenExchangeClientTest, AFileOfNcicComesInAndGoesOutAndIsTakenBack) {
  const ClientProgram kent(SERIESLINK_CLIENT, server_.address(), "kent");
  const std::string nothing = Export(kent);
  EXPECT_THAT(nothing, StartsWith("MKE,ORI,OCA,NIC,SER"));
  client_.Write("ncic.csv", absl::StrCat(kHeader, kGood, kBad));
  client_.Write("other.csv", "make,model\nGlock,17\n");

  auto result = Import({"--dry-run", client_.Path("ncic.csv")});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(Export(kent), nothing);
  result = Import({client_.Path("other.csv")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("names no column of ncic"));

  result = Import({"--rejects", client_.Path("refused.csv"), client_.Path("ncic.csv")});
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("MKE is no key"));
  EXPECT_THAT(result.err, HasSubstr("DOT is no date"));
  EXPECT_THAT(result.err, Not(HasSubstr("AB100002")));
  const std::string refused = client_.Read("refused.csv");
  EXPECT_THAT(refused, HasSubstr("serieslink_problems"));
  EXPECT_THAT(refused, HasSubstr("AB100002"));

  // What it said comes out, to whom it was opened.
  const std::string lines = Export(kent, {"--as", "jsonl"});
  EXPECT_EQ(lines,
            "{\"MKE\":\"EG\",\"ORI\":\"VA0070000\",\"OCA\":\"17-1\",\"NIC\":\"G000000001\",\"SER\":"
            "\"AB100001\",\"MAK\":\"GLC\",\"MOD\":\"17\",\"CAL\":\"9\",\"TYP\":\"PI\",\"DOT\":"
            "\"20180314\",\"VLA\":\"1200\"}\n");
  EXPECT_THAT(Export(kent, {"--scheme", "iarms"}), HasSubstr("Glock"));

  // The rejects file, mended, is imported as it is; and the whole of an import is taken back.
  std::string mended = refused;
  for (const auto& [from, to] : {std::pair("QG,", "EG,"), std::pair(",2018,", ",20180315,")}) {
    mended.replace(mended.find(from), std::string(from).size(), to);
  }
  client_.Write("mended.csv", mended);
  const ClientProgram again(SERIESLINK_CLIENT, server_.address(), "mers");
  again.Write("mended.csv", mended);
  result = again.Run({"stolen", "import", "--wait", "--open", again.Path("mended.csv")});
  EXPECT_EQ(result.exit_code, 0) << result.err << mended;
  EXPECT_THAT(Export(kent), HasSubstr("AB100002"));
  result = again.Run({"push", "undo", again.OnlyPush(), "--reason", "a test", "--yes"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Export(kent, {"--as", "jsonl"}), lines);
}

TEST_F(StolenExchangeClientTest, SendingAgainChangesNothingAndANewRowIsANewVersion) {
  client_.Write("one.csv", absl::StrCat(kHeader, kMended));
  client_.Write("two.csv", absl::StrCat(kHeader,
                                        "EG,VA0070000,17-2,G000000002,AB100002,GLC,19,9,PI,"
                                        "20180315,,\n"));
  EXPECT_EQ(Import({client_.Path("one.csv")}).exit_code, 0);
  const std::string first = Export(client_);
  EXPECT_EQ(Import({client_.Path("one.csv")}).exit_code, 0);
  EXPECT_EQ(Export(client_), first);
  EXPECT_EQ(Import({client_.Path("two.csv")}).exit_code, 0);
  const std::string second = Export(client_, {"--as", "jsonl"});
  EXPECT_THAT(second, HasSubstr("\"MOD\":\"19\""));
  EXPECT_THAT(second, Not(HasSubstr("\"MOD\":\"17\"")));
}

}  // namespace
}  // namespace serieslink

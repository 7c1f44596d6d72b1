// Real registers of seized guns, loaded through gRPC as a force's records: every row is accounted
// for, sending again changes nothing, and what is no number joins nothing.
//
// The registers are not part of this repository: SERIESLINK_SHARED_DATA, or ../shared/data beside
// the source, is the folder that holds them. A register that is absent is said on a line that
// begins with "not run: ", which tests/run repeats at its end; without any, CTest says that the
// test did not run.
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "services/cli/csv_reader.h"
#include "services/cli/feed_reader.h"
#include "services/cli/mapping.h"
#include "tests/support/agency_client.h"
#include "tests/support/plausible_number.h"
#include "tests/support/series_outline.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;

constexpr char kAgency[] = "mers";
constexpr int kBatch = 400;
constexpr std::size_t kStream = 6000;

std::string Source() {
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  return source == nullptr ? "." : source;
}

// The file's text, unpacked; nothing when it is absent.
std::optional<std::string> ReadData(const std::string& path) {
  const char* shared = std::getenv("SERIESLINK_SHARED_DATA");
  const std::string file =
      absl::StrCat(shared == nullptr ? Source() + "/../shared/data" : shared, "/", path);
  if (!std::filesystem::exists(file)) {
    std::cout << "not run: real_data_test on " << path << ", which is not in "
              << (shared == nullptr ? "../shared/data" : "SERIESLINK_SHARED_DATA") << "\n";
    return std::nullopt;
  }
  const gzFile opened = gzopen(file.c_str(), "rb");  // reads plain files as they are
  if (opened == nullptr) {
    ADD_FAILURE() << "cannot open " << path;
    return std::nullopt;
  }
  std::string text;
  char buffer[1 << 16];
  int count = 0;
  while ((count = gzread(opened, buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  EXPECT_EQ(count, 0) << path << " is cut short";
  gzclose(opened);
  return text;
}

// The numbers that a serial field can hold, read more simply than the service reads them: pieces
// between separators, without brackets, in letters and digits alone.
std::set<std::string> NumbersOf(const record::v1::Exhibit& exhibit) {
  std::set<std::string> numbers;
  for (const auto& serial : exhibit.firearm().serials()) {
    std::string upper = absl::AsciiStrToUpper(serial.text());
    std::vector<std::string> pieces = {upper};
    for (const std::string& piece :
         std::vector<std::string>(absl::StrSplit(upper, absl::ByAnyChar(";,")))) {
      pieces.push_back(piece);
      for (const auto& part : absl::StrSplit(piece, " / ")) pieces.emplace_back(part);
      for (const auto& part : absl::StrSplit(piece, " E ")) pieces.emplace_back(part);
    }
    for (const std::string& piece : pieces) {
      std::string number;
      std::string written;  // Without what stands in brackets.
      int depth = 0;
      for (const char c : piece) {
        if (c == '(' || c == '[') ++depth;
        if (depth == 0) {
          written.push_back(c);
          if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            number.push_back(c == 'O' ? '0' : c);
          }
        }
        if ((c == ')' || c == ']') && depth > 0) --depth;
      }
      if (IsPlausibleNumber(written)) numbers.insert(number);
    }
  }
  return numbers;
}

struct Register {
  std::string name;
  std::string data;
  std::string mapping;
  int series_min;  // fewer would mean that linking is broken, not that the data is
  // Series with a gun that was issued to police. Fewer would mean that the ownership, which the
  // register has, was lost on the way.
  int police_issue_series_min;
};

bool has_run = false;

// After everything: what CTest tells a test that did not run by.
class NothingWasThere : public testing::Environment {
 public:
  void TearDown() override {
    if (!has_run) std::cout << "not run: real_data_test, for none of its registers is here\n";
  }
};
const auto* const nothing_was_there =
    testing::AddGlobalTestEnvironment(new NothingWasThere);  // GoogleTest deletes it

class RealDataTest : public testing::TestWithParam<Register> {
 protected:
  struct Tally {
    std::map<ingest::v1::Outcome, int> outcomes;
    std::map<std::string, int> reasons;  // of rejected ones: field and reason
    int total = 0;

    bool operator==(const Tally&) const = default;
  };

  Tally Push(const AgencyClient& client, const std::vector<FeedMessage>& messages) {
    Tally tally;
    for (std::size_t begin = 0; begin < messages.size(); begin += kStream) {
      const std::size_t end = std::min(begin + kStream, messages.size());
      const std::vector<FeedMessage> part(messages.begin() + static_cast<std::ptrdiff_t>(begin),
                                          messages.begin() + static_cast<std::ptrdiff_t>(end));
      const auto reply = client.SubmitStream(part, kBatch);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      names_.Learn(kAgency, part, *reply);
      for (const auto& one : reply->acknowledgements()) {
        ++tally.total;
        ++tally.outcomes[one.outcome()];
        revision_ = std::max(revision_, one.revision());
        if (one.outcome() != ingest::v1::OUTCOME_REJECTED) continue;
        EXPECT_FALSE(one.violations().empty());
        for (const auto& violation : one.violations()) {
          EXPECT_FALSE(violation.description().empty());
          ++tally.reasons[absl::StrCat(violation.field(), " ",
                                       type::v1::ErrorReason_Name(violation.reason()))];
        }
      }
    }
    return tally;
  }

  series::v1::ListSeriesResponse List(const AgencyClient& client) {
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(revision_);
    request.set_page_size(500);
    const auto reply = client.ListAllSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return *reply;
  }

  RecordNames names_;
  std::int64_t revision_ = 0;
};

TEST_P(RealDataTest, EveryRowIsAccountedForAndOnlyNumbersJoin) {
  const Register& source = GetParam();
  const std::optional<std::string> csv = ReadData(source.data);
  if (!csv.has_value()) return;
  has_run = true;

  std::ifstream mapping_file(absl::StrCat(Source(), "/tests/e2e/mappings/", source.mapping));
  const std::string toml{std::istreambuf_iterator<char>(mapping_file),
                         std::istreambuf_iterator<char>()};
  const auto mapping = cli::Mapping::Parse(toml, cli::MessageOfFeed);
  ASSERT_TRUE(mapping.ok()) << mapping.status();

  std::istringstream counted(*csv);
  int rows = -1;  // the header is none
  cli::CsvSink counting;
  counting.on_row = [&](cli::CsvRow&&) {
    ++rows;
    return absl::OkStatus();
  };
  counting.on_spoiled = [&](cli::SpoiledRow&&) {
    ++rows;
    return absl::OkStatus();
  };
  ASSERT_TRUE(cli::ReadCsv(counted, mapping->separator(), counting).ok());

  std::vector<FeedMessage> messages;
  int unreadable = 0;
  cli::RecordSink sink;
  sink.on_record = [&](cli::InputRecord&& record) {
    messages.push_back(std::move(record.message));
    return absl::OkStatus();
  };
  sink.on_unreadable = [&](cli::UnreadableLine&& line) {
    EXPECT_FALSE(line.problem.empty());
    ++unreadable;
  };
  std::istringstream read(*csv);
  const absl::Status status = cli::ReadCsvRecords(read, *mapping, sink);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(static_cast<int>(messages.size()) + unreadable, rows);

  const TestServer server;
  const AgencyClient client = server.As(kAgency);
  const Tally first = Push(client, messages);
  EXPECT_EQ(first.total + unreadable, rows);
  std::cout << source.name << ": " << rows << " rows, " << unreadable << " unreadable";
  for (const auto& [outcome, count] : first.outcomes) {
    std::cout << ", " << count << " " << ingest::v1::Outcome_Name(outcome);
  }
  std::cout << "\n";
  for (const auto& [reason, count] : first.reasons) {
    std::cout << "  " << count << " rejected for " << reason << "\n";
  }
  const series::v1::ListSeriesResponse list = List(client);
  std::cout << "  " << list.series_size() << " series\n";
  EXPECT_GE(list.series_size(), source.series_min);

  // Once more: nothing is new, what was rejected is rejected again, and the series are the same.
  const Tally second = Push(client, messages);
  EXPECT_EQ(second.total, first.total);
  EXPECT_EQ(second.reasons, first.reasons);
  const auto rejected = [](const Tally& tally) {
    const auto found = tally.outcomes.find(ingest::v1::OUTCOME_REJECTED);
    return found == tally.outcomes.end() ? 0 : found->second;
  };
  EXPECT_EQ(rejected(second), rejected(first));
  const auto unchanged = second.outcomes.find(ingest::v1::OUTCOME_UNCHANGED);
  EXPECT_EQ(unchanged == second.outcomes.end() ? 0 : unchanged->second,
            second.total - rejected(second));
  EXPECT_EQ(OutlinesOf(List(client), names_), OutlinesOf(list, names_));

  // What a rule joined, shares a number that can be one.
  int joined = 0;
  int baseless = 0;
  int police_issue_series = 0;
  for (const series::v1::Series& outline : list.series()) {
    const auto reply = client.GetSeries(outline.series_id());
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    std::map<std::string, std::set<std::string>> numbers;
    bool has_police_issue = false;
    for (const auto& exhibit : reply->series().exhibits()) {
      numbers[exhibit.exhibit_id()] = NumbersOf(exhibit.exhibit());
      has_police_issue |= exhibit.exhibit().firearm().is_police_issue();
    }
    police_issue_series += has_police_issue ? 1 : 0;
    for (const auto& finding : reply->series().findings()) {
      if (finding.rule().empty() || finding.verdict() != record::v1::VERDICT_CONFIRMED) continue;
      ++joined;
      const std::set<std::string>& a = numbers[finding.first_exhibit()];
      const std::set<std::string>& b = numbers[finding.second_exhibit()];
      const bool share = std::any_of(a.begin(), a.end(),
                                     [&](const std::string& number) { return b.contains(number); });
      if (share) continue;
      ++baseless;
      ADD_FAILURE() << outline.series_id() << ": a rule joined what shares no number, in records "
                    << "of " << source.name;
      if (baseless > 20) return;
    }
  }
  std::cout << "  " << joined << " pairs of exhibits joined by a rule, " << baseless
            << " of them without a number\n"
            << "  " << police_issue_series << " series with a gun issued to police\n";
  EXPECT_GE(police_issue_series, source.police_issue_series_min);
  EXPECT_GT(joined, 0);
  EXPECT_FALSE(server.has_failed());
}

INSTANTIATE_TEST_SUITE_P(
    Registers, RealDataTest,
    testing::Values(Register{"Rio", "br-rio-seized-guns/guns_2017_2018.csv.gz",
                             "rio_seized_guns.toml", 300, 100},
                    Register{"SaoPaulo", "br-saopaulo-seized-guns/guns_2019_2020.csv.gz",
                             "sao_paulo_seized_guns.toml", 30, 0},
                    Register{"Wilmington", "us-wilmington-crime-guns/guns_2022_2023.csv",
                             "wilmington_crime_guns.toml", 1, 0}),
    [](const testing::TestParamInfo<Register>& one) { return one.param.name; });

}  // namespace
}  // namespace serieslink

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

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
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

// What the exhibits and events of a weapon say of whether it was issued to police.
struct IssueTold {
  bool is_said = false;
  bool is_denied = false;
  bool is_lost = false;

  bool IsPoliceIssue() const { return is_said && !is_denied && !is_lost; }
};

IssueTold IssueOf(const series::v1::Series& weapon) {
  IssueTold told;
  for (const auto& exhibit : weapon.exhibits()) {
    const record::v1::Firearm& firearm = exhibit.exhibit().firearm();
    told.is_said |= firearm.is_police_issue();
    told.is_denied |= firearm.has_is_police_issue() && !firearm.is_police_issue();
  }
  for (const auto& event : weapon.events()) {
    told.is_lost |= event.kind() == record::v1::EVENT_KIND_LOSS;
  }
  return told;
}

struct Register {
  std::string name;
  std::string data;
  std::string mapping;
  int series_min;  // fewer would mean that linking is broken, not that the data is
  // Weapons of several procedures that were issued to police. Fewer would mean that the ownership,
  // which the register has, was lost on the way.
  int police_issue_min;
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

// What a mapping makes of a register.
struct Mapped {
  std::vector<FeedMessage> messages;
  int rows = 0;  // without the header
  int unreadable = 0;
};

// By the mapping of this name.
absl::StatusOr<Mapped> MapRegister(const std::string& csv, const std::string& mapping_name) {
  std::ifstream mapping_file(absl::StrCat(Source(), "/tests/e2e/mappings/", mapping_name));
  const std::string toml{std::istreambuf_iterator<char>(mapping_file),
                         std::istreambuf_iterator<char>()};
  const auto mapping = cli::Mapping::Parse(toml, cli::MessageOfFeed);
  if (!mapping.ok()) return mapping.status();

  Mapped mapped;
  mapped.rows = -1;  // the header is none
  std::istringstream counted(csv);
  cli::CsvSink counting;
  counting.on_row = [&](cli::CsvRow&&) {
    ++mapped.rows;
    return absl::OkStatus();
  };
  counting.on_spoiled = [&](cli::SpoiledRow&&) {
    ++mapped.rows;
    return absl::OkStatus();
  };
  const absl::Status counts = cli::ReadCsv(counted, mapping->separator(), counting);
  if (!counts.ok()) return counts;

  cli::RecordSink sink;
  sink.on_record = [&](cli::InputRecord&& record) {
    mapped.messages.push_back(std::move(record.message));
    return absl::OkStatus();
  };
  sink.on_unreadable = [&](cli::UnreadableLine&& line) {
    EXPECT_FALSE(line.problem.empty());
    ++mapped.unreadable;
  };
  std::istringstream read(csv);
  const absl::Status status = cli::ReadCsvRecords(read, *mapping, sink);
  if (!status.ok()) return status;
  return mapped;
}

class RegisterTest : public testing::Test {
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

  // Series; or the weapons that are none for being issued to police.
  series::v1::ListSeriesResponse List(const AgencyClient& client, bool of_police = false) {
    series::v1::ListSeriesRequest request;
    request.mutable_filter()->set_police_issue(of_police);
    request.mutable_view()->set_min_revision(revision_);
    request.set_page_size(500);
    const auto reply = client.ListAllSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return *reply;
  }

  RecordNames names_;
  std::int64_t revision_ = 0;
};

class RealDataTest : public RegisterTest, public testing::WithParamInterface<Register> {};

TEST_P(RealDataTest, EveryRowIsAccountedForAndOnlyNumbersJoin) {
  const Register& source = GetParam();
  const std::optional<std::string> csv = ReadData(source.data);
  if (!csv.has_value()) return;
  has_run = true;

  const absl::StatusOr<Mapped> mapped = MapRegister(*csv, source.mapping);
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  const auto& [messages, rows, unreadable] = *mapped;
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
  int disputed = 0;
  for (const series::v1::Series& outline : list.series()) {
    const auto reply = client.GetSeries(outline.series_id());
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    std::map<std::string, std::set<std::string>> numbers;
    for (const auto& exhibit : reply->series().exhibits()) {
      numbers[exhibit.exhibit_id()] = NumbersOf(exhibit.exhibit());
    }
    const IssueTold told = IssueOf(reply->series());
    EXPECT_FALSE(told.IsPoliceIssue()) << outline.series_id() << ": a false series of police use";
    disputed += told.is_said && told.is_denied ? 1 : 0;
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
            << "  " << disputed
            << " series of which rows disagree whether it was issued to police\n";
  // Those are no series, and can be found all the same.
  const series::v1::ListSeriesResponse of_police = List(client, /*of_police=*/true);
  for (const series::v1::Series& outline : of_police.series()) {
    EXPECT_EQ(outline.series_id(), "");
    EXPECT_GE(outline.incident_count(), 2);
    const auto reply = client.GetSeries(outline.weapon_id());
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    EXPECT_TRUE(IssueOf(reply->series()).IsPoliceIssue()) << outline.weapon_id();
  }
  std::cout << "  " << of_police.series_size()
            << " weapons issued to police, which are no series\n";
  EXPECT_GE(of_police.series_size(), source.police_issue_min);
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

// Numbers that Wilmington's register cut at a hyphen stand on several guns. Whole ones are of one
// gun wherever they stand: twice in the register, or in another force's record.
TEST_F(RegisterTest, NumbersThatWereCutJoinNothingAndWholeOnesJoin) {
  const std::optional<std::string> csv = ReadData("us-wilmington-crime-guns/guns_2022_2023.csv");
  if (!csv.has_value()) return;
  has_run = true;
  const absl::StatusOr<Mapped> mapped = MapRegister(*csv, "wilmington_crime_guns.toml");
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  const TestServer server;
  const AgencyClient client = server.As(kAgency);
  Push(client, mapped->messages);
  std::map<std::string, std::vector<std::string>> rows;  // names of records, by the number as it is
  std::map<std::string, std::set<std::string>> makes;    // by the number
  for (const FeedMessage& message : mapped->messages) {
    const std::string name = absl::StrCat(kAgency, ":", SourceIdOf(message));
    for (const auto& gun : message.force().guns()) {
      for (const auto& serial : gun.serials()) {
        if (names_.IdOf(name).empty()) continue;  // rejected: its date lies in the future
        rows[serial.text()].push_back(name);
        makes[serial.text()].insert(gun.make());
      }
    }
  }
  // Another force has one gun with each of these numbers, of the same make.
  const std::map<std::string, std::string> cut = {
      {"T6429", "SMITH & WESSON"}, {"382", "RUGER"}, {"642", "RUGER"}, {"860", "RUGER"}};
  const std::string whole = "FXH9611";
  std::map<std::string, std::string> others = cut;
  others[whole] = "SMITH & WESSON";
  std::vector<FeedMessage> others_records;
  for (const auto& [number, make] : others) {
    others_records.push_back(ForceRecordOf(absl::StrCat(
        "system: 'NICHE' record_id: '", number,
        "' record_type: 'INCIDENT' occurred: '2023-11-05' guns { make: '", make,
        "' calibre: '9mm' serials { text: '", number, "' } } marking { visibility: 'OPEN' }")));
  }
  const auto sent = server.As("kent").Submit(others_records);
  ASSERT_TRUE(sent.ok()) << sent.status.error_message();
  names_.Learn("kent", others_records, *sent);
  for (const auto& one : sent->acknowledgements()) {
    ASSERT_EQ(one.outcome(), ingest::v1::OUTCOME_CREATED) << one.ShortDebugString();
    revision_ = std::max(revision_, one.revision());
  }
  List(client);  // once it is derived
  // The records of the weapon that a record's gun is.
  const auto weapon_of = [&](const std::string& name) {
    std::set<std::string> records;
    const auto reply = client.GetSeries(names_.IdOf(name));
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    for (const auto& exhibit : reply->series().exhibits()) {
      records.insert(names_.NameOf(exhibit.record_id()));
    }
    return records;
  };
  int cut_rows = 0;
  for (const auto& [number, make] : cut) {
    EXPECT_FALSE(rows[number].empty()) << "the register has guns with such a number";
    std::vector<std::string> all = rows[number];
    all.push_back(absl::StrCat("kent:", number));
    for (const std::string& name : all) {
      EXPECT_EQ(weapon_of(name), std::set<std::string>{name});
      ++cut_rows;
    }
  }
  const std::string elsewhere = absl::StrCat("kent:", whole);
  std::set<std::string> wanted = {rows[whole].begin(), rows[whole].end()};
  EXPECT_FALSE(wanted.empty());
  wanted.insert(elsewhere);
  EXPECT_EQ(weapon_of(elsewhere), wanted);
  int repeated = 0;
  for (const auto& [number, names] : rows) {
    const bool is_of_one_make = makes[number].size() == 1 && !makes[number].begin()->empty();
    if (names.size() < 2 || number.size() < 6 || !is_of_one_make) continue;
    EXPECT_EQ(weapon_of(names[0]), std::set<std::string>(names.begin(), names.end()));
    ++repeated;
  }
  std::cout << "Wilmington: " << cut_rows << " guns with numbers that were cut stay by themselves, "
            << repeated << " whole numbers join their rows\n";
  EXPECT_GT(repeated, 2);
  EXPECT_FALSE(server.has_failed());
}

// When the row was entered.
absl::Time EnteredAt(const FeedMessage& message) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, message.force().recorded(), &time, &error))
      << error;
  return time;
}

// Whether the row was entered under the theft of a gun. Offences stand in one text, with " /// "
// between them; attempts have names of their own.
bool IsTheftOfAGun(const FeedMessage& message) {
  for (const auto& offence : message.force().offences()) {
    for (const absl::string_view one : absl::StrSplit(offence.text(), "///")) {
      const std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(one));
      if (name == "roubo de arma de fogo" || name == "furto de arma de fogo") return true;
    }
  }
  return false;
}

std::set<std::string> NumbersOf(const FeedMessage& message) {
  record::v1::Exhibit exhibit;
  for (const auto& gun : message.force().guns()) {
    for (const auto& serial : gun.serials()) {
      exhibit.mutable_firearm()->add_serials()->set_text(serial.text());
    }
  }
  return NumbersOf(exhibit);
}

// Guns that Rio de Janeiro entered under the theft of a gun, and later under another procedure, are
// found by their life stories, with the time between. When the theft and the use happened is not in
// the register: the moment of entry stands for both.
TEST_F(RegisterTest, StolenGunsThatComeBackAreFoundByTheirLives) {
  const std::optional<std::string> csv = ReadData("br-rio-seized-guns/guns_2017_2018.csv.gz");
  if (!csv.has_value()) return;
  has_run = true;
  absl::StatusOr<Mapped> mapped = MapRegister(*csv, "rio_seized_guns.toml");
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  std::map<std::string, const FeedMessage*> message_of;  // by name
  std::vector<std::string> thefts;                       // names
  std::map<std::string, std::vector<const FeedMessage*>> with_number;
  for (FeedMessage& message : mapped->messages) {
    feed::v1::ForceRecord& record = *message.mutable_force();
    record.set_occurred(record.recorded());
    const std::string name = absl::StrCat(kAgency, ":", SourceIdOf(message));
    message_of[name] = &message;
    if (IsTheftOfAGun(message)) {
      record.set_record_type("LOSS");
      record.set_loss_kind("STOLEN");
      thefts.push_back(name);
    }
    for (const std::string& number : NumbersOf(message)) with_number[number].push_back(&message);
  }
  const TestServer server;
  const AgencyClient client = server.As(kAgency);
  Push(client, mapped->messages);

  std::map<std::string, std::string> lives;  // of guns that came back, by weapon
  std::set<std::string> stolen;              // weapons
  int told_by_number = 0;  // thefts whose number comes back with the make, as simply read
  int found_of_these = 0;
  for (const std::string& name : thefts) {
    const std::string id = names_.IdOf(name);
    if (id.empty()) continue;  // rejected
    const FeedMessage& theft = *message_of.at(name);
    const auto reply = client.TraceFirearm(id, revision_);
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    const firearm::v1::LifeStory& story = reply->story();
    stolen.insert(story.weapon_id());

    std::map<std::string, const firearm::v1::LifeEvent*> events;
    std::string loss;
    for (const auto& event : story.events()) {
      events[event.event().event_id()] = &event;
      for (const auto& source : event.sources()) {
        if (source.record_id() == id) loss = event.event().event_id();
      }
    }
    ASSERT_FALSE(loss.empty());
    bool is_found = false;
    for (const auto& measure : story.measures()) {
      if (measure.kind() != firearm::v1::MEASURE_KIND_LOSS_TO_FIRST_USE ||
          measure.from_event() != loss) {
        continue;
      }
      is_found = true;
      // The register itself says how long it was, and that it is the same number.
      const FeedMessage& use =
          *message_of.at(names_.NameOf(events.at(measure.to_event())->sources(0).record_id()));
      const std::int64_t apart_s = absl::ToInt64Seconds(EnteredAt(use) - EnteredAt(theft));
      EXPECT_LE(measure.minimum_s(), apart_s);
      EXPECT_GE(measure.maximum_s(), apart_s);
      EXPECT_NE(use.force().crime_references(0), theft.force().crime_references(0));
      lives[story.weapon_id()] = absl::StrCat(
          measure.minimum_s() / 86'400.0, " to ", measure.maximum_s() / 86'400.0,
          " days from the theft to the next procedure, ", story.events_size(), " events in all");
    }
    const auto comes_back = [&](const FeedMessage* other) {
      return !IsTheftOfAGun(*other) && EnteredAt(theft) < EnteredAt(*other) &&
             other->force().guns(0).make() == theft.force().guns(0).make() &&
             !theft.force().guns(0).make().empty();
    };
    for (const std::string& number : NumbersOf(theft)) {
      if (std::none_of(with_number[number].begin(), with_number[number].end(), comes_back))
        continue;
      ++told_by_number;
      found_of_these += is_found ? 1 : 0;
      break;
    }
  }
  std::cout << "Rio: " << thefts.size() << " rows under the theft of a gun, of " << stolen.size()
            << " guns; " << lives.size() << " guns came back later under another procedure\n"
            << "  " << told_by_number << " rows whose number comes back with the same make, "
            << found_of_these << " of them found\n";
  int examples = 0;
  for (const auto& [weapon, life] : lives) {
    if (++examples > 10) break;
    std::cout << "  " << life << "\n";
  }
  // The list of stolen guns says the same: whoever asks it which came back need not know them.
  std::set<std::string> listed;  // weapons of cases
  std::set<std::string> used;    // those with a use after the loss
  stolen::v1::ListLossCasesRequest request;
  request.mutable_view()->set_min_revision(revision_);
  request.set_page_size(1000);
  do {
    const auto bytes = client.CallBytes("/serieslink.stolen.v1.StolenService/ListLossCases",
                                        request.SerializeAsString());
    ASSERT_TRUE(bytes.ok()) << bytes.status.error_message();
    stolen::v1::ListLossCasesResponse page;
    ASSERT_TRUE(page.ParseFromString(bytes.message));
    EXPECT_EQ(page.unresolved_exhibits_size(), 0);
    for (const stolen::v1::LossCase& one : page.cases()) {
      listed.insert(one.weapon_id());
      if (one.uses_size() > 0) used.insert(one.weapon_id());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, stolen);
  std::set<std::string> came_back;
  for (const auto& [weapon, life] : lives) came_back.insert(weapon);
  EXPECT_EQ(used, came_back);

  EXPECT_GE(lives.size(), 20u);
  EXPECT_GE(found_of_these * 10, told_by_number * 9);
  EXPECT_FALSE(server.has_failed());
}

}  // namespace
}  // namespace serieslink

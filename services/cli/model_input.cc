#include "services/cli/model_input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/csv_reader.h"
#include "services/cli/feed_reader.h"
#include "services/ingest/core/adapter.h"
#include "services/linkage/core/model.h"
#include "services/linkage/core/vocabulary.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr std::size_t kNamedMax = 10;

// Lines that are wrong, the first ten by number.
class WrongLines {
 public:
  void Add(std::int64_t line) {
    ++count_;
    if (named_.size() < kNamedMax) named_.push_back(line);
  }
  absl::Status Result(const std::string& what) const {
    if (count_ == 0) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(count_, " lines are no ", what, ": ",
                                                   absl::StrJoin(named_, ", "),
                                                   count_ > named_.size() ? ", …" : ""));
  }

 private:
  std::size_t count_ = 0;
  std::vector<std::int64_t> named_;
};

std::optional<linkage::DecidedPair> DecisionOf(const std::string& line) {
  google::protobuf::Struct object;
  if (!google::protobuf::util::JsonStringToMessage(line, &object).ok()) return std::nullopt;
  const auto& fields = object.fields();
  const auto first = fields.find("first");
  const auto second = fields.find("second");
  const auto one_gun = fields.find("oneGun");
  if (first == fields.end() || second == fields.end() || one_gun == fields.end() ||
      one_gun->second.kind_case() != google::protobuf::Value::kBoolValue ||
      first->second.string_value().empty() || second->second.string_value().empty()) {
    return std::nullopt;
  }
  const auto named = [](std::string name) {
    return name.find('#') == std::string::npos ? name + "#" : name;
  };
  return linkage::DecidedPair{named(first->second.string_value()),
                              named(second->second.string_value()), one_gun->second.bool_value()};
}

}  // namespace

absl::StatusOr<std::ifstream> OpenInput(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code unknown;
  if (!in || std::filesystem::is_directory(file, unknown)) {
    return absl::NotFoundError(absl::StrCat(file, ": cannot be opened"));
  }
  return in;
}

absl::StatusOr<linkage::v1::LinkageModel> ReadModelFile(const std::string& file,
                                                        linkage::UnknownValues unknown) {
  SL_ASSIGN_OR_RETURN(std::ifstream in, OpenInput(file));
  absl::StatusOr<linkage::v1::LinkageModel> read =
      linkage::ParseModelText(std::string(std::istreambuf_iterator<char>(in), {}));
  const absl::Status status =
      read.ok() ? linkage::MakeModel(*read, unknown).status() : read.status();
  if (!status.ok()) {
    return absl::Status(status.code(), absl::StrCat(file, ": ", status.message()));
  }
  return read;
}

absl::Status UseVocabularyFile(const std::string& file) {
  SL_ASSIGN_OR_RETURN(std::ifstream in, OpenInput(file));
  const auto read = linkage::Vocabulary::Parse(std::string(std::istreambuf_iterator<char>(in), {}));
  if (!read.ok()) {
    return absl::Status(read.status().code(), absl::StrCat(file, ": ", read.status().message()));
  }
  return linkage::UseVocabulary(*read);
}

absl::Status ReadTrainingRecords(std::istream& in, const std::string& agency,
                                 const std::string& feed, absl::Time now,
                                 linkage::TrainingSet& training, LeftOut& left_out) {
  RecordSink sink;
  sink.on_record = [&](InputRecord&& input) {
    const ingest::AdaptedMessage adapted =
        ingest::Adapt(input.message, {.agency = agency, .received_time = now});
    if (adapted.violations.empty()) {
      training.Add(adapted.record);
    } else {
      ++left_out.refused;
    }
    return absl::OkStatus();
  };
  sink.on_unreadable = [&](UnreadableLine&&) { ++left_out.unreadable; };
  return ReadJsonLines(in, feed, sink);
}

absl::StatusOr<std::vector<linkage::DecidedPair>> ReadDecisions(std::istream& in) {
  std::vector<linkage::DecidedPair> decisions;
  WrongLines wrong;
  std::string line;
  for (std::int64_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (auto decision = DecisionOf(line); decision.has_value()) {
      decisions.push_back(std::move(*decision));
    } else {
      wrong.Add(number);
    }
  }
  if (absl::Status status = wrong.Result("decision"); !status.ok()) return status;
  return decisions;
}

absl::StatusOr<std::vector<linkage::ScoredPair>> ReadScores(std::istream& in,
                                                            const std::string& column) {
  std::vector<linkage::ScoredPair> pairs;
  WrongLines wrong;
  const std::array<std::string, 4> names = {"weapon1", "weapon2", "same_weapon", column};
  std::array<std::size_t, 4> places{};
  CsvSink sink;
  sink.on_row = [&](CsvRow&& row) -> absl::Status {
    if (row.number == 1) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = std::find(row.cells.begin(), row.cells.end(), names[i]);
        if (found == row.cells.end()) {
          return absl::InvalidArgumentError(absl::StrCat("there is no column ", names[i]));
        }
        places[i] = static_cast<std::size_t>(found - row.cells.begin());
      }
      return absl::OkStatus();
    }
    linkage::ScoredPair pair;
    const auto cell = [&](std::size_t i) -> const std::string& { return row.cells[places[i]]; };
    const bool whole = row.cells.size() > *std::max_element(places.begin(), places.end());
    if (!whole || (cell(2) != "0" && cell(2) != "1") || !absl::SimpleAtod(cell(3), &pair.score) ||
        !std::isfinite(pair.score)) {
      wrong.Add(row.number);
      return absl::OkStatus();
    }
    pair.first_weapon = cell(0);
    pair.second_weapon = cell(1);
    pair.is_one_weapon = cell(2) == "1";
    pairs.push_back(std::move(pair));
    return absl::OkStatus();
  };
  sink.on_spoiled = [&](SpoiledRow&& row) {
    wrong.Add(row.number);
    return absl::OkStatus();
  };
  if (absl::Status status = ReadCsv(in, ',', sink); !status.ok()) return status;
  if (absl::Status status = wrong.Result("comparison with a score"); !status.ok()) return status;
  return pairs;
}

}  // namespace serieslink::cli

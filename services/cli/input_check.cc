#include "services/cli/input_check.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/exchange_reader.h"
#include "services/cli/feed_reader.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

namespace fs = std::filesystem;

absl::Status CheckInputFile(const std::string& file, const std::string& rejects_file,
                            const Mapping* mapping, const ExchangeInput* exchange) {
  SL_RETURN_IF_ERROR(CheckReadable(file));
  std::error_code is_new;  // a rejects file that is not there yet is no input
  if (!rejects_file.empty() && fs::equivalent(file, rejects_file, is_new)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--rejects ", rejects_file, " is an input, and would be emptied; name another file"));
  }
  if (absl::EndsWithIgnoreCase(file, ".csv") && mapping == nullptr && exchange == nullptr) {
    return absl::InvalidArgumentError(
        "this looks like CSV; say which column is which field with --mapping FILE");
  }
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return absl::OkStatus();
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::InvalidArgumentError("it cannot be opened; check that you may read it");
  if (exchange != nullptr) return CheckExchange(in, *exchange);
  return mapping == nullptr ? CheckJsonLines(in) : CheckCsvHeader(in, *mapping);
}

}  // namespace

absl::Status CheckReadable(const std::string& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) {
    return absl::InvalidArgumentError("there is no such file; check the path");
  }
  if (fs::is_directory(status)) {
    return absl::InvalidArgumentError("this is a folder; name the files in it");
  }
  if (access(file.c_str(), R_OK) != 0) {
    return absl::InvalidArgumentError("it cannot be read; check that you may");
  }
  return absl::OkStatus();
}

absl::Status CheckInputFiles(const std::vector<std::string>& files, const std::string& rejects_file,
                             const Mapping* mapping, const ExchangeInput* exchange) {
  std::vector<std::string> problems;
  for (const std::string& file : files) {
    if (file == kStandardInput) continue;
    const absl::Status status = CheckInputFile(file, rejects_file, mapping, exchange);
    if (!status.ok()) problems.push_back(absl::StrCat(file, ": ", status.message()));
  }
  if (problems.empty()) return absl::OkStatus();
  if (problems.size() == 1) return absl::InvalidArgumentError(problems[0]);
  return absl::InvalidArgumentError(
      absl::StrCat(problems.size(), " files cannot be pushed, so nothing was sent:\n  ",
                   absl::StrJoin(problems, "\n  ")));
}

}  // namespace serieslink::cli

#include "services/cli/watch_position.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/base/directory_sync.h"

namespace serieslink::cli {
namespace {

constexpr char kFirstLine[] = "serieslink watch 1";

absl::Status NotAPosition(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(
      path,
      " holds no position of a watch; take another file, or remove it and say where to "
      "begin with --after-revision"));
}

}  // namespace

absl::StatusOr<std::string> ReadWatchPosition(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return std::string();
  std::ifstream file(path, std::ios::binary);
  std::string first;
  std::string position;
  std::getline(file, first);
  std::getline(file, position);
  if (!file || file.eof() || first != kFirstLine || position.empty()) return NotAPosition(path);
  return position;
}

absl::Status WriteWatchPosition(const std::string& path, const std::string& position) {
  const std::string part = path + ".part";
  const std::string text = absl::StrCat(kFirstLine, "\n", position, "\n");
  const int file = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool is_written = file >= 0;
  if (is_written) {
    is_written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                 fsync(file) == 0;
    is_written = close(file) == 0 && is_written;
  }
  // The name is durable once its folder is.
  if (is_written && std::rename(part.c_str(), path.c_str()) == 0 &&
      base::SyncDirectory(std::filesystem::path(path).parent_path()) == 0) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("cannot write ", path, "; check the folder and the disk"));
}

}  // namespace serieslink::cli

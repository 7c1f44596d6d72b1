#include "services/cli/unanswered_batches.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace serieslink::cli {

namespace fs = std::filesystem;

bool UnansweredBatches::IsFolder(const std::string& name) {
  return absl::EndsWith(name, FolderOf(""));
}

std::string UnansweredBatches::PathOf(std::uint64_t batch_id) const {
  return absl::StrCat(folder_, "/", batch_id);
}

void UnansweredBatches::Keep(const ingest::v1::SubmitStreamRequest& request) {
  if (!is_made_) {
    is_made_ = mkdir(folder_.c_str(), 0700) == 0 || errno == EEXIST;
  }
  const int file = open(PathOf(request.batch().batch_id()).c_str(),
                        O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    ok_ = false;
    return;
  }
  if (!request.SerializeToFileDescriptor(file)) ok_ = false;
  if (close(file) != 0) ok_ = false;
}

void UnansweredBatches::Answered(std::uint64_t batch_id) { unlink(PathOf(batch_id).c_str()); }

void UnansweredBatches::Clear() {
  std::error_code error;
  fs::remove_all(folder_, error);
  is_made_ = false;
}

std::vector<ingest::v1::Batch> UnansweredBatches::Read() const {
  std::vector<ingest::v1::Batch> batches;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    ingest::v1::SubmitStreamRequest request;
    if (request.ParseFromString(text) && request.has_batch()) {
      batches.push_back(std::move(*request.mutable_batch()));
    }
  }
  std::sort(batches.begin(), batches.end(),
            [](const auto& a, const auto& b) { return a.batch_id() < b.batch_id(); });
  return batches;
}

}  // namespace serieslink::cli

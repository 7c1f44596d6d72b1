#include "storage/base/directory_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace serieslink::base {

int SyncDirectory(const std::filesystem::path& directory) {
  const char* const path = directory.empty() ? "." : directory.c_str();
  const int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return errno;
  const int error = fsync(file) == 0 ? 0 : errno;
  close(file);
  return error;
}

}  // namespace serieslink::base

#pragma once

#include <string>

namespace serieslink {

// A new, empty directory below TMPDIR (or /tmp) that is removed with all it holds when this goes
// out of scope. Ends the process when it cannot be made.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace serieslink

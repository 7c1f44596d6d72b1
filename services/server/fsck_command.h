#pragma once

#include <iosfwd>
#include <string>

namespace serieslink::server {

struct FsckArguments {
  std::string config_path;
  // For what is derived again; created, and removed afterwards. Empty: the data directory's name
  // with ".fsck" behind it.
  std::string scratch_directory;
  bool as_json = false;
};

// Checks the store of a server that is stopped, and changes nothing in it: that what it holds fits
// together, and that what is derived follows from the log. Writes what it found to `out`, and how
// far it is to `progress`. Returns the exit code: 0 nothing is wrong, 1 something is, 2 it could
// not be checked.
int RunFsck(const FsckArguments& arguments, std::ostream& out, std::ostream& progress);

}  // namespace serieslink::server

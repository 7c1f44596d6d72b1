#pragma once

#include <filesystem>

namespace serieslink::base {

// Makes the names in `directory` durable: what was created, renamed or removed there outlives a
// power cut when it returns. An empty path is the working directory. Returns 0, or the errno of
// what failed. Thread-safe.
int SyncDirectory(const std::filesystem::path& directory);

}  // namespace serieslink::base

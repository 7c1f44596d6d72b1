#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "serieslink/stored/v1/store_info.pb.h"
#include "storage/api/store.h"

namespace serieslink::server {

// What the store says of itself; a new store is given its keys by `random` (which returns that many
// secret random bytes). Errors: FAILED_PRECONDITION (made by a newer version of this program),
// DATA_LOSS (malformed), and those of the store.
absl::StatusOr<stored::v1::StoreInfo> OpenStoreInfo(
    storage::Store& store, const std::function<absl::StatusOr<std::string>(std::size_t)>& random);

// Secret random bytes of the operating system.
// Errors: INTERNAL (there are none to be had).
absl::StatusOr<std::string> SystemRandom(std::size_t bytes);

}  // namespace serieslink::server

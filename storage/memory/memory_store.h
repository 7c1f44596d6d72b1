#pragma once

#include <memory>

#include "storage/api/store.h"

namespace serieslink::storage {

// The reference model of the contract: everything in memory, short and obviously right rather than
// fast. Durability means nothing here, so it serves tests only.
std::unique_ptr<Store> NewMemoryStore();

}  // namespace serieslink::storage

#pragma once

namespace serieslink::server {

// Gives the pages that the program holds and does not use back to the system at once. Does nothing
// where the program is linked without jemalloc. Thread-safe.
void GiveBackUnusedMemory();

}  // namespace serieslink::server

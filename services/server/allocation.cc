#include "services/server/allocation.h"

#include <cstddef>

// Read by jemalloc when the process starts. Large pages: what the deriver and the log's writer hold
// is looked up at random, and a fault for every 4 KiB that is taken again costs more than zeroing
// them. Buffers of 8 MiB and more, whose pages would be given back at once, lie among the others.
// As many arenas as processors: with four times as many, each of which kept what a burst of large
// batches had taken, one stream raised the server by 2.5 GiB. While the server works, pages that
// were not used for ten minutes are offered to Linux by a thread of its own, and given back after
// ten more; sooner, and they are taken again all the time. Once it is idle they go at once.
extern "C" {
const char* malloc_conf =
    "thp:always,metadata_thp:auto,oversize_threshold:0,dirty_decay_ms:600000,muzzy_decay_ms:600000,"
    "percpu_arena:percpu,background_thread:true";

// jemalloc's own, where the program is linked with it: sanitizers bring an allocator that has none.
[[gnu::weak]] int mallctl(const char* name, void* old_value, std::size_t* old_bytes,
                          void* new_value, std::size_t new_bytes);
}

namespace serieslink::server {

void GiveBackUnusedMemory() {
  // Of all arenas: 4096 is MALLCTL_ARENAS_ALL.
  if (mallctl != nullptr) mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);
}

}  // namespace serieslink::server

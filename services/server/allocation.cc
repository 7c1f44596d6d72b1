// How the server's memory is allocated. Linked into the programs that serve.

// Read by jemalloc when the process starts. Large pages: what the deriver and the log's writer hold
// is looked up at random, and a fault for every 4 KiB that is taken again costs more than zeroing
// them. Buffers of 8 MiB and more, whose pages would be given back at once, lie among the others.
// As many arenas as processors: with four times as many, each of which kept what a burst of large
// batches had taken, one stream raised the server by 2.5 GiB. Pages that were not used for ten
// minutes are offered to Linux by a thread of its own, and given back after ten more; sooner, and
// they are taken again all the time.
extern "C" {
const char* malloc_conf =
    "thp:always,metadata_thp:auto,oversize_threshold:0,dirty_decay_ms:600000,muzzy_decay_ms:600000,"
    "percpu_arena:percpu,background_thread:true";
}

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/bench/load.h"

// What this machine could do at best, measured beside the product in the same run.
namespace serieslink::bench {

// Batches through a bare gRPC stream with mutual TLS that sends each back as it came: records/s.
// Client and server are this process. Same connections, batches and window as the product gets.
double GrpcEchoRecordsPerSecond(const std::vector<AgencyLoad>& loads);

// The same bytes into a bare RocksDB, one key a record in the order of arrival, `group_records` in
// a write, each write synced: records/s.
double RocksDbRecordsPerSecond(const std::vector<AgencyLoad>& loads, std::size_t group_records,
                               const std::string& directory);

// A design that keeps six keys a record in RocksDB: 250 bytes under a key in the order of arrival
// and five random keys of 17 bytes, 256 records in a write, each write synced: records/s.
double SixKeyRecordsPerSecond(std::size_t records, const std::string& directory);

}  // namespace serieslink::bench

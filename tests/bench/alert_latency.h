#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// How soon whoever watches is told that a stolen gun was used, while records come in.
namespace serieslink::bench {

struct AlertLatency {
  // Of each sighting, from the acknowledgement of its record at the agency that sends it to the
  // arrival of its alert at the agency that lost the gun.
  std::vector<double> alert_ms;
  // Acknowledged meanwhile, beside the sightings.
  double records_per_s = 0;
};

// Starts a server in a process of its own, reports guns stolen, and lets agencies push `records`
// records of the generator as fast as the server takes them, over gRPC with mutual TLS. Meanwhile
// one gun after another is used, and the agency that lost it watches. Ends the process when an
// alert does not come.
AlertLatency MeasureAlerts(std::size_t records, std::uint64_t seed);

}  // namespace serieslink::bench

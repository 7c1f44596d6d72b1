#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

// What every benchmark prints and writes: figures by name, in the order in which they were added.
namespace serieslink::bench {

// Flat figures. A name ends with its unit: records_per_s, ack_ms_p99, peak_rss_bytes, or with what
// the number is where it has none (ratio, count). Not thread-safe.
class Figures {
 public:
  // Ends the process when `value` is no number: JSON has none for it.
  void Add(std::string name, double value);

  // "name  value" lines on standard output.
  void Print() const;

  // One JSON object. Ends the process with a message when `path` cannot be written. An empty path
  // writes nothing.
  void WriteJson(const std::string& path) const;

 private:
  std::vector<std::pair<std::string, double>> figures_;
};

// Seconds from `begun` to now.
inline double SecondsSince(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

// Seconds of processor that this process has taken so far, its threads together.
double OwnCpuSeconds();

// The value below which `share` (0 to 1) of `values` lies; 0 when there are none.
double Percentile(std::vector<double> values, double share);

// Says why and ends the process: a benchmark has no caller to go on.
[[noreturn]] void Die(const std::string& why);

}  // namespace serieslink::bench

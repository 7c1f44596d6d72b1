#include "tests/bench/figures.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace serieslink::bench {

void Figures::Add(std::string name, double value) {
  if (!std::isfinite(value)) Die(name + " is no number");
  figures_.emplace_back(std::move(name), value);
}

void Figures::Print() const {
  for (const auto& [name, value] : figures_) std::printf("%-40s %16.3f\n", name.c_str(), value);
  std::fflush(stdout);
}

void Figures::WriteJson(const std::string& path) const {
  if (path.empty()) return;
  std::ofstream out(path);
  out << "{";
  const char* separator = "\n ";
  for (const auto& [name, value] : figures_) {
    char number[32];
    std::snprintf(number, sizeof number, "%.6f", value);
    out << separator << '"' << name << "\": " << number;
    separator = ",\n ";
  }
  out << "\n}\n";
  out.close();
  if (!out) Die("cannot write " + path);
}

double Percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place),
                   values.end());
  return values[place];
}

double OwnCpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Die(const std::string& why) {
  std::fprintf(stderr, "benchmark: %s\n", why.c_str());
  std::exit(1);
}

}  // namespace serieslink::bench

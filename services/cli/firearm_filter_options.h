#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "serieslink/firearm/v1/firearm_service.pb.h"

namespace CLI {
class App;
}

// The options that say what gun: of a search for it, and of what is asked about it.
namespace serieslink::cli {

struct FirearmFilterOptions {
  std::string serial;
  std::string make;
  std::string model;
  std::string calibre;
  std::vector<std::string> kinds;
  std::vector<std::string> types;
  std::vector<std::string> type_words;
  std::string agency;
  std::string area;
  std::string from;
  std::string to;
  std::string before;
};

// Adds --serial, --make, --model, --calibre, --kind, --type, --agency, --area, --from, --to and
// --before. `options` must outlive `command`.
void AddFirearmFilterOptions(CLI::App& command, FirearmFilterOptions& options);

// Sets `filter` to what was given. Errors: INVALID_ARGUMENT (a day or time; names its option).
absl::Status SetFirearmFilter(const FirearmFilterOptions& options,
                              firearm::v1::FirearmFilter& filter);

}  // namespace serieslink::cli

#include "services/cli/firearm_filter_options.h"

#include <CLI/CLI.hpp>

#include "absl/time/civil_time.h"
#include "services/cli/firearm_page.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {

void AddFirearmFilterOptions(CLI::App& command, FirearmFilterOptions& options) {
  command.add_option("--serial", options.serial, "With this serial; may have * and ?");
  command.add_option("--make", options.make, "Of this maker, by any of its names");
  command.add_option("--model", options.model, "Of this model; may have * and ?");
  command.add_option("--calibre", options.calibre, "Of this calibre, by any of its names");
  command.add_option("--kind", options.kinds, "Of this kind; several are alternatives")
      ->check(CLI::IsMember(ExhibitKindWords()));
  command.add_option("--type", options.types, "Of this type; several are alternatives")
      ->check(CLI::IsMember(FirearmTypeWords()));
  command.add_option("--type-word", options.type_words,
                     "Of a type that the server's vocabulary has this word for, as handgun or SLP");
  command.add_option("--agency", options.agency, "In a record of this agency");
  command.add_option("--area", options.area, "In this borough, ward or force, or \"unknown\"");
  command.add_option("--from", options.from, "Not before this day (YYYY-MM-DD) or time");
  CLI::Option* to = command.add_option("--to", options.to, "Not after this day (YYYY-MM-DD)");
  command.add_option("--before", options.before, "Before this day (YYYY-MM-DD) or time")
      ->excludes(to);
}

absl::Status SetFirearmFilter(const FirearmFilterOptions& options,
                              firearm::v1::FirearmFilter& filter) {
  using firearm::v1::FirearmFilter;
  filter.set_serial(options.serial);
  filter.set_make(options.make);
  filter.set_model(options.model);
  filter.set_calibre(options.calibre);
  for (const std::string& word : options.kinds) filter.add_kinds(ExhibitKindOf(word));
  for (const std::string& word : options.types) filter.add_types(FirearmTypeOf(word));
  for (const std::string& word : options.type_words) filter.add_type_words(word);
  filter.set_agency(options.agency);
  filter.set_area(options.area);
  SL_RETURN_IF_ERROR(
      SetTime("--from", options.from, &FirearmFilter::mutable_occurred_from, filter));
  SL_RETURN_IF_ERROR(
      SetTime("--before", options.before, &FirearmFilter::mutable_occurred_before, filter));
  if (options.to.empty()) return absl::OkStatus();
  // Until the first instant of the next day.
  absl::CivilDay day;
  if (!absl::ParseCivilTime(options.to, &day)) {
    return absl::InvalidArgumentError("--to: give a day, YYYY-MM-DD");
  }
  // The calendar ends there, and the filter is open.
  if (day >= absl::CivilDay(9999, 12, 31)) return absl::OkStatus();
  return SetTime("--to", absl::FormatCivilTime(day + 1), &FirearmFilter::mutable_occurred_before,
                 filter);
}

}  // namespace serieslink::cli

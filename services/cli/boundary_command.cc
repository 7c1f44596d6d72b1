#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/model_input.h"
#include "services/summary/boundaries/boundary_set.h"

namespace serieslink::cli {
namespace {

// Less is what simplified shapes share with their neighbours.
constexpr double kOverlapShareMin = 0.01;
constexpr std::size_t kNamedMax = 10;

struct BoundaryOptions {
  std::string file;
  std::string kind;
  summary::BoundaryReading reading;
};

int Check(const BoundaryOptions& options) {
  absl::StatusOr<std::ifstream> input = OpenInput(options.file);
  if (!input.ok()) return Fail(kExitUsage, std::string(input.status().message()));
  const std::string text{std::istreambuf_iterator<char>(*input), std::istreambuf_iterator<char>()};
  summary::BoundaryReading reading = options.reading;
  reading.kind = summary::AreaKindOf(options.kind);
  const auto set = summary::BoundarySet::Parse(text, reading);
  if (!set.ok()) return Fail(kExitUsage, absl::StrCat(options.file, ": ", set.status().message()));

  const summary::v1::BoundarySet described = (*set)->Description();
  std::cout << described.areas() << " areas of the kind " << options.kind << ", boundaries of "
            << described.boundary_year() << ", can be used\n"
            << "SHA-256 " << described.digest() << "\n";
  const std::vector<std::string>& crossed = (*set)->crossed_codes();
  if (!crossed.empty()) {
    const std::vector<std::string> first(
        crossed.begin(),
        crossed.begin() + static_cast<std::ptrdiff_t>(std::min(crossed.size(), kNamedMax)));
    std::cout << "lines cross themselves in " << crossed.size()
              << ", which are mended: " << absl::StrJoin(first, ", ")
              << (first.size() < crossed.size() ? ", ..." : "") << "\n";
  }
  const auto overlaps = (*set)->Overlaps(kOverlapShareMin);
  if (!overlaps.empty()) {
    std::cout << overlaps.size()
              << " pairs overlap; points in both count for the first code of each:\n";
  }
  for (std::size_t i = 0; i < overlaps.size() && i < kNamedMax; ++i) {
    std::cout << absl::StreamFormat("  %s and %s, by %.0f %% of the smaller one\n",
                                    overlaps[i].code, overlaps[i].other_code,
                                    100 * overlaps[i].share);
  }
  std::cout << std::flush;
  return kExitOk;
}

}  // namespace

void AddBoundaryCommands(CLI::App& app, Command& chosen) {
  CLI::App* boundary = app.add_subcommand(
      "boundary", "Areas by which servers place points in summaries. No server is asked");
  boundary->require_subcommand(1);
  boundary->footer(
      "\nExample:\n  serieslink boundary check boroughs.geojson --kind borough --year 2022 --code "
      "LAD22CD");

  auto options = std::make_shared<BoundaryOptions>();
  CLI::App* check = boundary->add_subcommand(
      "check", "Says whether a file of areas can be used, and which features are wrong");
  check->add_option("file", options->file, "The file, GeoJSON in degrees of WGS 84")
      ->required()
      ->type_name(kFileType);
  check->add_option("--kind", options->kind, "What its areas are")
      ->required()
      ->check(CLI::IsMember(summary::AreaKindWords()));
  check->add_option("--year", options->reading.boundary_year, "Year of the boundaries")->required();
  check->add_option("--code", options->reading.code_property, "Property that holds the codes")
      ->required();
  check->add_option("--name", options->reading.name_property,
                    "Property that holds the names [the codes]");
  check->footer(
      "\nExamples:\n"
      "  serieslink boundary check wards.geojson --kind ward --year 2022 --code WD22CD --name "
      "WD22NM");
  check->callback([&chosen, options] { chosen = [options] { return Check(*options); }; });
}

}  // namespace serieslink::cli

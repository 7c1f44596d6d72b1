#include "services/cli/list_pages.h"

#include <CLI/CLI.hpp>
#include <limits>

#include "services/cli/wording.h"

namespace serieslink::cli {

void AddViewOptions(CLI::App& command, ViewOptions& view) {
  command.add_option("--as-at", view.as_at, kAsAtHelp);
  command
      .add_option("--min-revision", view.min_revision,
                  "Wait until this revision is derived, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
}

void AddPageOptions(CLI::App& command, PageOptions& page, int page_size_max) {
  command.add_option("--page-size", page.page_size, "Rows asked for in one call")
      ->check(CLI::Range(1, page_size_max));
  CLI::Option* limit = command.add_option("--limit", page.limit, "Rows shown at most [50]")
                           ->check(CLI::Range(1, 1000000000));
  command.add_flag("--all", page.all, "Show all")->excludes(limit);
}

}  // namespace serieslink::cli

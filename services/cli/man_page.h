#pragma once

#include <string>

namespace CLI {
class App;
}

namespace serieslink::cli {

// The manual page of `app` (section 1) as man(7) source: its commands, options and footers as they
// are defined. `version` stands at the foot of each page.
std::string ManPage(CLI::App& app, const std::string& version);

}  // namespace serieslink::cli

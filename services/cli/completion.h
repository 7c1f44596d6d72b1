#pragma once

#include <string>

namespace CLI {
class App;
}

namespace serieslink::cli {

// A script that makes bash complete the commands, options and fixed values of `app` as they are
// defined; elsewhere names of files.
std::string BashCompletion(CLI::App& app);

// The same for zsh.
std::string ZshCompletion(CLI::App& app);

}  // namespace serieslink::cli

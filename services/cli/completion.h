#pragma once

#include <string>

namespace CLI {
class App;
}

namespace serieslink::cli {

// The type name of an option or argument that takes the name of a file: such names are completed.
inline constexpr char kFileType[] = "FILE";

// A script that makes bash complete the commands, options and fixed values of `app` as they are
// defined, each where it may stand, and names of files where one is taken.
std::string BashCompletion(CLI::App& app);

// The same for zsh: a file of $fpath, or one to be sourced.
std::string ZshCompletion(CLI::App& app);

}  // namespace serieslink::cli

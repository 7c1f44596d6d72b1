#pragma once

#include <vector>

#include "services/server/lifecycle.h"

namespace serieslink::server {

// The modules that there are, and what each needs to run before it.
const std::vector<ModuleRow>& ModuleTable();

}  // namespace serieslink::server

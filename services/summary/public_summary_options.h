#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "services/summary/disclosure/public_draft.h"
#include "services/summary/release/signing.h"

namespace serieslink::summary {

// What the configuration says of public summaries.
struct PublicSummaryOptions {
  // Agency and principal of each who may draft and issue them.
  std::set<std::pair<std::string, std::string>> issuers;
  PublicPolicy policy;
  std::string publisher;          // as readers know it; empty: not said
  std::optional<SigningKey> key;  // there where there are issuers
  bool needs_second_person = false;
};

}  // namespace serieslink::summary

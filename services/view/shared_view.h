#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/rpc/error.h"
#include "services/view/viewer.h"

namespace serieslink::view {

// For whom an answer is that `caller` asks for and that is to be shown to `partner`, an agency:
// what both may see. That is the caller where `partner` is empty or its own agency; otherwise
// whoever owns nothing, since a record is seen by everybody or by its owner alone. Pure.
Viewer ShownTo(const Viewer& caller, std::string_view partner);

// Adds to `bad` what is wrong with the request's field "partner". Pure.
void CheckPartner(const std::string& partner, std::vector<rpc::BadField>& bad);

}  // namespace serieslink::view

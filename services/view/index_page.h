#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "services/view/revision_gate.h"

// Pages of lists: of all, how their size is checked; of those that follow an order of the index of
// exhibits (storage/graph/firearm_index.h), their tokens.
namespace serieslink::view {

// Adds to `bad` what is wrong with the request's field `field`: 0 stands for `size_default`.
void CheckPageSize(int page_size, int size_default, int size_max, std::vector<rpc::BadField>& bad,
                   const char* field = "page_size");

// A token for the page behind the key `key`, sealed for `binding`. It holds the revision that all
// pages answer for. All tokens have one length, for the key's would tell of what the caller may not
// see.
// Errors: those of PageTokenSealer::Seal.
absl::StatusOr<std::string> SealIndexPage(const rpc::PageTokenSealer& tokens,
                                          graph::Revision revision, const std::string& key,
                                          const std::string& binding);

// Where a page begins: sets behind which key (`after`, untouched without a token) and at which
// revision. An empty token is the first page's.
// Errors: those of PageTokenSealer::Open.
absl::Status OpenIndexPage(const rpc::PageTokenSealer& tokens, const std::string& token,
                           const std::string& binding, RevisionWish& wish, std::string& after);

}  // namespace serieslink::view

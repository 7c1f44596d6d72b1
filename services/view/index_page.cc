#include "services/view/index_page.h"

#include "absl/strings/str_cat.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::view {

void CheckPageSize(int page_size, int size_default, int size_max, std::vector<rpc::BadField>& bad,
                   const char* field) {
  if (page_size >= 0 && page_size <= size_max) return;
  bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                 absl::StrCat("0 (", size_default, ") to ", size_max)});
}

absl::StatusOr<std::string> SealIndexPage(const rpc::PageTokenSealer& tokens,
                                          graph::Revision revision, const std::string& key,
                                          const std::string& binding) {
  std::string content;
  base::AppendBe64(&content, revision);
  base::AppendBe16(&content, static_cast<std::uint16_t>(key.size()));
  content += key;
  content.resize(8 + 2 + graph::kFirearmKeyBytesMax);
  return tokens.Seal(content, binding);
}

absl::Status OpenIndexPage(const rpc::PageTokenSealer& tokens, const std::string& token,
                           const std::string& binding, RevisionWish& wish, std::string& after) {
  if (token.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const std::string content, tokens.Open(token, binding));
  base::KeyReader position(content);
  SL_ASSIGN_OR_RETURN(wish.as_at, position.ReadBe64());
  SL_ASSIGN_OR_RETURN(const std::uint16_t key_bytes, position.ReadBe16());
  after = std::string(position.rest().substr(0, key_bytes));
  wish.as_at_time.reset();
  return absl::OkStatus();
}

}  // namespace serieslink::view

#include "services/view/shared_view.h"

#include "services/rpc/identity.h"

namespace serieslink::view {

Viewer ShownTo(const Viewer& caller, std::string_view partner) {
  if (partner.empty() || partner == caller.agency) return caller;
  return Viewer{""};
}

void CheckPartner(const std::string& partner, std::vector<rpc::BadField>& bad) {
  if (partner.empty() || rpc::IsIdentitySegment(partner)) return;
  bad.push_back({"partner", type::v1::ERROR_REASON_FIELD_INVALID,
                 "name an agency in lower case, as in its certificates"});
}

}  // namespace serieslink::view

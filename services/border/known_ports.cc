#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/border/border_service.h"
#include "services/border/core/port_list.h"
#include "services/ingest/core/country_codes.h"
#include "services/rpc/error.h"
#include "services/view/index_page.h"
#include "storage/base/status_macros.h"

namespace serieslink::border {
namespace {

constexpr int kPortsDefault = 50;
constexpr int kPortsMax = 1000;
constexpr std::size_t kSearchBytesMax = 256;

std::vector<rpc::BadField> CheckRequest(const v1::ListPortsRequest& request) {
  std::vector<rpc::BadField> bad;
  if (!request.country().empty() && !ingest::IsCountryCode(request.country())) {
    bad.push_back({"country", type::v1::ERROR_REASON_FIELD_INVALID,
                   "two capital letters of ISO 3166-1, as in \"GB\""});
  }
  if (request.search().size() > kSearchBytesMax) {
    bad.push_back({"search", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("at most ", kSearchBytesMax, " bytes")});
  }
  view::CheckPageSize(request.page_size(), kPortsDefault, kPortsMax, bad);
  return bad;
}

// Where a port stands in the list.
std::string PlaceOf(const ListedPort& port) {
  return absl::StrCat(port.code, static_cast<int>(port.kind));
}

}  // namespace

absl::Status BorderService::Ports(const view::Viewer& viewer, const PortList& ports,
                                  const v1::ListPortsRequest& request,
                                  v1::ListPortsResponse& response) const {
  if (const std::vector<rpc::BadField> bad = CheckRequest(request); !bad.empty()) {
    return rpc::MakeBadRequest(bad);
  }
  const std::string binding = absl::StrCat("ListPorts\n", viewer.agency, "\n", ports.version(),
                                           "\n", request.country(), "\n", request.search());
  std::string after;  // the place of the last port of the page before
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(after, tokens_->Open(request.page_token(), binding));
  }
  response.set_version(ports.version());
  for (const std::string& country : ports.Countries()) response.add_listed_countries(country);
  const std::string search = absl::AsciiStrToLower(request.search());
  const auto is_asked = [&](const ListedPort& port) {
    return absl::StartsWith(port.code, request.country()) &&
           (absl::StrContains(absl::AsciiStrToLower(port.code), search) ||
            absl::StrContains(absl::AsciiStrToLower(port.name), search));
  };
  const int page_size = request.page_size() == 0 ? kPortsDefault : request.page_size();
  auto next = std::find_if(ports.ports().begin(), ports.ports().end(),
                           [&](const ListedPort& port) { return PlaceOf(port) > after; });
  std::string last;
  for (; next != ports.ports().end(); ++next) {
    if (!is_asked(*next)) continue;
    // There is a next page only where there is something to put on it.
    if (response.ports_size() == page_size) {
      SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(), tokens_->Seal(last, binding));
      return absl::OkStatus();
    }
    v1::KnownPort& told = *response.add_ports();
    told.set_code(next->code);
    told.set_name(next->name);
    told.set_kind(next->kind);
    told.set_source(next->source);
    last = PlaceOf(*next);
  }
  return absl::OkStatus();
}

}  // namespace serieslink::border

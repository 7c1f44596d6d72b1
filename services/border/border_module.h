#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/border/border_service.h"
#include "services/rpc/module.h"

namespace serieslink::border {

// Consignments seized at a border as the server runs them.
class BorderModule final : public rpc::Module {
 public:
  BorderModule(const view::Source& source, const graph::IdKey* ids,
               const rpc::PageTokenSealer* tokens, std::string trust_domain,
               std::function<absl::Time()> now, absl::TimeZone zone, view::TrustedAgencies trusted)
      : service_(source, ids, tokens, std::move(trust_domain), std::move(now), zone,
                 std::move(trusted)) {}

  std::string_view name() const override { return "border"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  BorderService service_;
};

}  // namespace serieslink::border

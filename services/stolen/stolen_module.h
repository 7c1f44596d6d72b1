#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/rpc/module.h"
#include "services/stolen/stolen_service.h"

namespace serieslink::stolen {

// The cases of lost and stolen guns as the server runs them.
class StolenModule final : public rpc::Module {
 public:
  StolenModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
               std::string trust_domain, std::function<absl::Time()> now, absl::TimeZone zone,
               linkage::LocatePlace locate)
      : service_(source, tokens, std::move(trust_domain), std::move(now), zone, std::move(locate)) {
  }

  std::string_view name() const override { return "stolen"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  StolenService service_;
};

}  // namespace serieslink::stolen

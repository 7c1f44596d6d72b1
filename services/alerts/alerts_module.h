#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "services/alerts/alert_service.h"
#include "services/rpc/module.h"

namespace serieslink::alerts {

// The streams of alerts as the server runs them.
class AlertsModule final : public rpc::Module {
 public:
  AlertsModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
               const graph::IdKey* ids, AlertOptions options)
      : service_(source, tokens, ids, std::move(options)) {}

  std::string_view name() const override { return "alerts"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Drain() override { service_.Drain(); }
  void Stop() override {}

 private:
  AlertService service_;
};

}  // namespace serieslink::alerts

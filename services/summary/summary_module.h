#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/rpc/module.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/summary_service.h"

namespace serieslink::summary {

// The summaries as the server runs them.
class SummaryModule final : public rpc::Module {
 public:
  SummaryModule(const view::Source& source, std::string trust_domain,
                std::function<absl::Time()> now, absl::TimeZone zone,
                std::shared_ptr<const Boundaries> boundaries)
      : service_(source, std::move(trust_domain), std::move(now), zone, std::move(boundaries)) {}

  std::string_view name() const override { return "summary"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  SummaryService service_;
};

}  // namespace serieslink::summary

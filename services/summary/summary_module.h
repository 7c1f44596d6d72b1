#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/rpc/module.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/comparison_service.h"
#include "services/summary/public_summary_service.h"
#include "services/summary/statistics_service.h"
#include "services/summary/summary_service.h"

namespace serieslink::summary {

// The summaries as the server runs them.
class SummaryModule final : public rpc::Module {
 public:
  SummaryModule(const view::Source& source, std::string trust_domain,
                std::function<absl::Time()> now, absl::TimeZone zone,
                std::shared_ptr<const Boundaries> boundaries, PublicSummaryOptions public_options)
      : service_(source, trust_domain, now, zone, boundaries),
        comparison_(source, trust_domain, now, zone, boundaries),
        public_(source, trust_domain, now, zone, boundaries, std::move(public_options)),
        statistics_(source, std::move(trust_domain), std::move(now), zone, std::move(boundaries)) {}

  std::string_view name() const override { return "summary"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override {
    return {&service_, &comparison_, &statistics_, &public_};
  }
  void Stop() override {}

 private:
  SummaryService service_;
  ComparisonService comparison_;
  PublicSummaryService public_;
  StatisticsService statistics_;
};

}  // namespace serieslink::summary

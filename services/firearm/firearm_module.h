#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/firearm/clearance_service.h"
#include "services/firearm/firearm_service.h"
#include "services/firearm/submission_service.h"
#include "services/rpc/module.h"

namespace serieslink::firearm {

// The search for firearms, their lives, their clearance and what no laboratory has seen of them, as
// the server runs them.
class FirearmModule final : public rpc::Module {
 public:
  // Days are those of `zone`.
  FirearmModule(const view::Source& source, const graph::IdKey* ids,
                const rpc::PageTokenSealer* tokens, std::string trust_domain,
                std::function<absl::Time()> now, absl::TimeZone zone)
      : service_(source, ids, tokens, trust_domain, now),
        clearance_service_(source, ids, trust_domain, now),
        submission_service_(source, tokens, std::move(trust_domain), std::move(now), zone) {}

  std::string_view name() const override { return "firearm"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override {
    return {&service_, &clearance_service_, &submission_service_};
  }
  void Stop() override {}

 private:
  FirearmService service_;
  ClearanceService clearance_service_;
  SubmissionService submission_service_;
};

}  // namespace serieslink::firearm

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/leads/lead_service.h"
#include "services/rpc/module.h"

namespace serieslink::leads {

// The analysts' leads as the server runs them.
class LeadsModule final : public rpc::Module {
 public:
  LeadsModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
              const graph::IdKey* ids, LeadPolicy policy, std::string trust_domain,
              std::function<absl::Time()> now, WriteLeadFile write)
      : service_(source, tokens, ids, std::move(policy), std::move(trust_domain), std::move(now),
                 std::move(write)) {}

  std::string_view name() const override { return "leads"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  LeadService service_;
};

}  // namespace serieslink::leads

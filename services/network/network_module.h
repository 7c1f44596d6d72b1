#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/network/network_service.h"
#include "services/rpc/module.h"

namespace serieslink::network {

// The network as the server runs it.
class NetworkModule final : public rpc::Module {
 public:
  NetworkModule(const view::Source& source, std::string trust_domain,
                std::function<absl::Time()> now)
      : service_(source, std::move(trust_domain), std::move(now)) {}

  std::string_view name() const override { return "network"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  NetworkService service_;
};

}  // namespace serieslink::network

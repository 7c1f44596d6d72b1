#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "services/rpc/module.h"
#include "services/series/series_service.h"
#include "services/series/what_if_service.h"

namespace serieslink::series {

// The investigators' queries as the server runs them.
class SeriesModule final : public rpc::Module {
 public:
  SeriesModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
               std::string trust_domain, std::function<absl::Time()> now)
      : service_(source, tokens, trust_domain, now),
        what_if_service_(source, tokens, std::move(trust_domain), std::move(now)) {}

  std::string_view name() const override { return "series"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_, &what_if_service_}; }
  void Stop() override {}

 private:
  SeriesService service_;
  WhatIfService what_if_service_;
};

}  // namespace serieslink::series

#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "services/linkage/generation_service.h"
#include "services/rpc/module.h"

namespace serieslink::linkage {

// Administration of generations as the server runs it.
class GenerationModule final : public rpc::Module {
 public:
  GenerationModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
                   GenerationOptions options)
      : service_(source, tokens, std::move(options)) {}

  std::string_view name() const override { return "generations"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override { service_.Stop(); }

 private:
  GenerationService service_;
};

}  // namespace serieslink::linkage

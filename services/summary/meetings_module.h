#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "services/rpc/module.h"
#include "services/summary/meeting_service.h"

namespace serieslink::summary {

// Meetings as the server runs them.
class MeetingsModule final : public rpc::Module {
 public:
  MeetingsModule(const view::Source& source, const rpc::PageTokenSealer* tokens,
                 MeetingOptions options, std::shared_ptr<const Boundaries> boundaries,
                 WriteAction write)
      : service_(source, tokens, std::move(options), std::move(boundaries), std::move(write)) {}

  std::string_view name() const override { return "meetings"; }
  absl::Status Start() override { return absl::OkStatus(); }
  std::vector<rpc::Service*> services() override { return {&service_}; }
  void Stop() override {}

 private:
  MeetingService service_;
};

}  // namespace serieslink::summary

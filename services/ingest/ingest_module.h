#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "services/ingest/committer.h"
#include "services/ingest/ingest_service.h"
#include "services/rpc/module.h"

namespace serieslink::ingest {

// Ingest as the server runs it: the committer and the service that feeds it.
class IngestModule final : public rpc::Module {
 public:
  // Everything must outlive the module.
  IngestModule(const view::Source& source, graph::RecentCommits* recent, const graph::IdKey* ids,
               IngestOptions options, std::function<void()> on_failure);

  std::string_view name() const override { return "ingest"; }
  // Errors: INVALID_ARGUMENT (no time-zone data on this machine), and those of the log.
  absl::Status Start() override;
  std::vector<grpc::Service*> services() override { return {&service_}; }
  void Drain() override { service_.Drain(); }
  void Stop() override { committer_.Stop(); }

 private:
  view::RecordViews records_;
  Committer committer_;
  IngestService service_;
};

}  // namespace serieslink::ingest

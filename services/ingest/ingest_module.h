#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "services/ingest/committer.h"
#include "services/ingest/ingest_service.h"
#include "services/ingest/reject_keeper.h"
#include "services/ingest/reject_service.h"
#include "services/rpc/module.h"

namespace serieslink::ingest {

// Ingest as the server runs it: the committer and the service that feeds it, the keeper of rejects
// and the service that shows them.
class IngestModule final : public rpc::Module {
 public:
  // Everything must outlive the module.
  IngestModule(const view::Source& source, graph::RecentCommits* recent, const graph::IdKey* ids,
               const rpc::PageTokenSealer* tokens, IngestOptions options,
               RejectKeeper::Options reject_options, std::function<void()> on_failure);

  std::string_view name() const override { return "ingest"; }
  // Errors: INVALID_ARGUMENT (no time-zone data on this machine), and those of the log.
  absl::Status Start() override;
  std::vector<rpc::Service*> services() override { return {&service_, &reject_service_}; }
  void Drain() override { service_.Drain(); }
  void Stop() override;

 private:
  view::RecordViews records_;
  RejectKeeper rejects_;
  Committer committer_;
  RejectService reject_service_;
  IngestService service_;
};

}  // namespace serieslink::ingest

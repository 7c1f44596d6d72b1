#pragma once

#include <functional>
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

  // Appends the adoption of a generation to the log, and returns its revision once it is on disk.
  // `adoption.generation.number` must follow the last one's. Thread-safe.
  // Errors: FAILED_PRECONDITION (another generation of that number, or a later one, was adopted),
  // UNAVAILABLE (the server is going down, or has no room).
  absl::StatusOr<graph::Revision> Adopt(const stored::v1::Adoption& adoption,
                                        const rpc::Identity& author);
  // As IngestService::SubmitOwn, while the module runs.
  absl::StatusOr<v1::Acknowledgement> SubmitOwn(const rpc::Identity& author,
                                                const feed::v1::FeedMessage& message) {
    return service_.SubmitOwn(author, message);
  }
  void Stop() override;

 private:
  const graph::IdKey* const ids_;
  const std::function<absl::Time()> now_;
  view::RecordViews records_;
  RejectKeeper rejects_;
  Committer committer_;
  RejectService reject_service_;
  IngestService service_;
};

}  // namespace serieslink::ingest

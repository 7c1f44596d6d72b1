#include "services/ingest/ingest_module.h"

#include <utility>

#include "services/ingest/adoption.h"
#include "services/ingest/core/dates.h"
#include "storage/base/status_macros.h"

namespace serieslink::ingest {

IngestModule::IngestModule(const view::Source& source, graph::RecentCommits* recent,
                           const graph::IdKey* ids, const rpc::PageTokenSealer* tokens,
                           IngestOptions options, RejectKeeper::Options reject_options,
                           std::function<void()> on_failure)
    : ids_(ids),
      now_(options.now),
      records_(source),
      rejects_(source.store, std::move(reject_options)),
      committer_(
          source.store, recent, ids, options.now,
          [this](const graph::LogBatch& batch) { rejects_.Accepted(batch); },
          std::move(on_failure)),
      reject_service_(&rejects_, tokens, options.trust_domain),
      service_(&committer_, &rejects_, ids, &records_, std::move(options)) {}

absl::Status IngestModule::Start() {
  SL_RETURN_IF_ERROR(CheckTimeZoneData());
  SL_RETURN_IF_ERROR(rejects_.Start());
  return committer_.Start();
}

absl::StatusOr<graph::Revision> IngestModule::Adopt(const stored::v1::Adoption& adoption,
                                                    const rpc::Identity& author) {
  return AdoptGeneration(adoption, author, now_(), *ids_, committer_);
}

void IngestModule::Stop() {
  committer_.Stop();
  rejects_.Stop();
}

}  // namespace serieslink::ingest

#include "services/ingest/ingest_module.h"

#include <utility>

#include "services/ingest/core/dates.h"
#include "storage/base/status_macros.h"

namespace serieslink::ingest {

IngestModule::IngestModule(const view::Source& source, graph::RecentCommits* recent,
                           const graph::IdKey* ids, IngestOptions options,
                           std::function<void()> on_failure)
    : records_(source),
      committer_(source.store, recent, ids, options.now, std::move(on_failure)),
      service_(&committer_, ids, &records_, std::move(options)) {}

absl::Status IngestModule::Start() {
  SL_RETURN_IF_ERROR(CheckTimeZoneData());
  return committer_.Start();
}

}  // namespace serieslink::ingest

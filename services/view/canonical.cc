#include "services/view/canonical.h"

#include <utility>

#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/adapter.h"
#include "services/view/report_source.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {

absl::StatusOr<std::shared_ptr<const record::v1::Record>> CanonicalOf(
    const stored::v1::LogEntry& entry) {
  if (!entry.has_feed_message()) return std::shared_ptr<const record::v1::Record>();
  google::protobuf::Arena arena;
  auto& message = *google::protobuf::Arena::CreateMessage<feed::v1::FeedMessage>(&arena);
  if (!message.ParseFromString(entry.feed_message())) {
    return absl::DataLossError("a message in the log is malformed");
  }
  ingest::AdaptedMessage adapted = ingest::Adapt(
      message,
      ingest::AdaptContext{.agency = entry.agency(),
                           .received_time = absl::FromUnixMicros(entry.received_time_us())});
  return std::make_shared<const record::v1::Record>(std::move(adapted.record));
}

absl::StatusOr<ReadEntry> ReadEntryOf(const stored::v1::LogEntry& entry) {
  ReadEntry read;
  if (entry.has_source_version()) read.source_version = entry.source_version();
  SL_ASSIGN_OR_RETURN(read.record, CanonicalOf(entry));
  if (read.record != nullptr && read.record->event().kind() == record::v1::EVENT_KIND_LOSS) {
    SL_ASSIGN_OR_RETURN(read.source, ReportSourceOf(entry.feed_message()));
  }
  return read;
}

}  // namespace serieslink::view

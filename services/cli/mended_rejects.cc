#include "services/cli/mended_rejects.h"

#include <fstream>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "serieslink/ingest/v1/reject_service.pb.h"
#include "services/cli/input_check.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {

absl::StatusOr<MendedRejects> ReadMendedRejects(const std::string& file, std::ostream& complaints) {
  SL_RETURN_IF_ERROR(CheckReadable(file));
  std::ifstream in(file, std::ios::binary);
  MendedRejects mended;
  bool has_records = true;
  std::string id;  // of the line that is being read
  const LineMaker make = [&id](std::string_view json, std::int64_t /*line*/,
                               feed::v1::FeedMessage& message) -> absl::Status {
    ingest::v1::Reject reject;
    SL_RETURN_IF_ERROR(MessageOfJson(json, reject));
    if (reject.reject_id().empty()) {
      return absl::InvalidArgumentError("\"rejectId\" is missing, which says what is mended");
    }
    if (!reject.has_message()) return absl::InvalidArgumentError("\"message\" is missing");
    id = reject.reject_id();
    message = std::move(*reject.mutable_message());
    return absl::OkStatus();
  };
  RecordSink sink;
  sink.on_record = [&](InputRecord&& record) {
    mended.ids.push_back(id);
    mended.records.push_back(std::move(record));
    return absl::OkStatus();
  };
  sink.on_unreadable = [&](UnreadableLine&& line) {
    ++mended.unreadable;
    complaints << file << ":" << line.line << ": " << line.problem << std::endl;
  };
  sink.on_note = [&has_records](const std::string&) { has_records = false; };
  SL_RETURN_IF_ERROR(ReadJsonLines(in, make, sink));
  if (!has_records) {
    return absl::InvalidArgumentError("the file holds no rejects");
  }
  return mended;
}

}  // namespace serieslink::cli

#pragma once

#include <ostream>
#include <vector>

#include "serieslink/ingest/v1/reject_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// Writes a list of rejects with what is kept of them in all; as JSON one object.
void WriteRejects(const std::vector<ingest::v1::Reject>& rejects,
                  const ingest::v1::RejectTotals& totals, Format format, int width_columns,
                  std::ostream& out);

// Writes one reject with all that is wrong with it and its message, where it has one.
void WriteReject(const ingest::v1::Reject& reject, Format format, int width_columns,
                 std::ostream& out);

}  // namespace serieslink::cli

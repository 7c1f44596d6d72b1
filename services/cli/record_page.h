#pragma once

#include <ostream>

#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "services/cli/table.h"

namespace serieslink::cli {

// Writes a record: a page for a person, the response as JSON, or its versions as CSV.
void WriteRecord(const ingest::v1::GetRecordResponse& response, Format format, int width_columns,
                 std::ostream& out);

// Writes what became of a withdrawal. False when it was rejected.
bool WriteWithdrawal(const ingest::v1::Acknowledgement& acknowledgement, Format format,
                     std::ostream& out);

}  // namespace serieslink::cli

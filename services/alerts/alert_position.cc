#include "services/alerts/alert_position.h"

#include "storage/base/digest.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::alerts {

DerivedBy DerivedByOf(const stored::v1::DeriverPosition& position) {
  return {position.generation(), position.policy_digest()};
}

std::string Encode(const KeptPosition& position) {
  std::string content;
  base::AppendBe64(&content, position.at.revision);
  base::AppendBe64(&content, position.at.id);
  base::AppendBe32(&content, position.derived_by.generation);
  base::AppendBe64(&content, position.derived_by.policy_digest);
  base::AppendBe64(&content, position.log_digest);
  return content;
}

absl::StatusOr<KeptPosition> DecodePosition(std::string_view content) {
  base::KeyReader reader(content);
  KeptPosition position;
  SL_ASSIGN_OR_RETURN(position.at.revision, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(position.at.id, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(position.derived_by.generation, reader.ReadBe32());
  SL_ASSIGN_OR_RETURN(position.derived_by.policy_digest, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(position.log_digest, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return position;
}

graph::Revision LastToldAt(const AlertPosition& at) {
  return at.id == 0 ? at.revision - 1 : at.revision;
}

absl::StatusOr<std::uint64_t> LogDigestAt(const graph::LogReader& log, const AlertPosition& at) {
  const graph::Revision told = LastToldAt(at);
  if (told == 0) return 0;
  SL_ASSIGN_OR_RETURN(const stored::v1::CommitHeader header, log.Header(told));
  return base::StableHash64(header.SerializeAsString());
}

}  // namespace serieslink::alerts

#include "storage/graph/graph_values.h"

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {

std::string IdIndexKey(PublicId id) {
  std::string key;
  base::AppendBe64(&key, id.value());
  return key;
}

std::string EncodeIdTarget(const IdTarget& target) {
  std::string value;
  base::AppendBe64(&value, target.record);
  if (target.ordinal) base::AppendBe16(&value, static_cast<std::uint16_t>(*target.ordinal));
  return value;
}

absl::StatusOr<IdTarget> ParseIdTarget(std::string_view value) {
  base::KeyReader reader(value);
  IdTarget target;
  SL_ASSIGN_OR_RETURN(target.record, reader.ReadBe64());
  if (!reader.rest().empty()) {
    SL_ASSIGN_OR_RETURN(target.ordinal, reader.ReadBe16());
  }
  SL_RETURN_IF_ERROR(reader.Finish());
  return target;
}

StatementKey KeyOfStatement(const stored::v1::Statement& statement) {
  return {.newer = statement.newer_exhibit(),
          .older = statement.older_exhibit(),
          .channel = static_cast<std::uint8_t>(statement.channel()),
          .statement = statement.public_id(),
          .from = statement.from_revision()};
}

EdgeType ComponentEdge(NodeType type) {
  return type == NodeType::kExhibit ? EdgeType::kExhibitInComponent : EdgeType::kRecordInComponent;
}

EdgeType MembershipEdge(NodeType type) {
  return type == NodeType::kExhibit ? EdgeType::kExhibitInWeapon : EdgeType::kRecordInEvent;
}

}  // namespace serieslink::graph

#include "services/ingest/adoption.h"

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/status_macros.h"

namespace serieslink::ingest {

absl::StatusOr<graph::Revision> AdoptGeneration(const stored::v1::Adoption& adoption,
                                                const rpc::Identity& author, absl::Time now,
                                                const graph::IdKey& ids, Committer& committer) {
  // An agency's name never begins so: the record is nobody's, and no message can be about it.
  const graph::SourceKey key{"_serieslink", "rules", "generation"};
  PreparedMessage message;
  message.public_id = ids.ForRecord(key);
  stored::v1::LogEntry& entry = message.item.entry;
  entry.set_received_time_us(absl::ToUnixMicros(now));
  entry.set_agency(std::string(key.agency));
  entry.set_principal(author.principal);
  entry.set_source_system(std::string(key.source_system));
  entry.set_source_id(std::string(key.source_id));
  // Versions of a record rise, so of two adoptions of one number only the first becomes an entry.
  entry.set_source_version(adoption.generation().number());
  *entry.mutable_adoption() = adoption;
  std::vector<PreparedMessage> messages;
  messages.push_back(std::move(message));
  std::promise<absl::StatusOr<v1::Acknowledgement>> answer;
  committer.Submit(std::move(messages),
                   [&](absl::StatusOr<std::vector<v1::Acknowledgement>> acknowledgements,
                       const std::vector<PreparedMessage>&) {
                     if (acknowledgements.ok()) {
                       answer.set_value(std::move(acknowledgements->front()));
                     } else {
                       answer.set_value(acknowledgements.status());
                     }
                   });
  SL_ASSIGN_OR_RETURN(const v1::Acknowledgement acknowledgement, answer.get_future().get());
  if (acknowledgement.outcome() != v1::OUTCOME_CREATED &&
      acknowledgement.outcome() != v1::OUTCOME_SUPERSEDED) {
    return absl::FailedPreconditionError("another generation was adopted before");
  }
  return static_cast<graph::Revision>(acknowledgement.revision());
}

}  // namespace serieslink::ingest

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/cli/unanswered_batches.h"

namespace serieslink::cli {

// Asks the server which records the messages of batches that were not answered are about, without
// sending them, and tells `on_version` of each message with its record's id. Whether it arrived is
// for an undo to find. A message that the server would refuse has no record, and never arrived.
// `set_deadline` is given every call's context.
grpc::Status FindUnansweredVersions(
    const std::shared_ptr<grpc::Channel>& channel, const UnansweredBatches& unanswered,
    const std::function<void(grpc::ClientContext&)>& set_deadline,
    const std::function<void(const std::string& record_id, const feed::v1::FeedMessage&)>&
        on_version);

}  // namespace serieslink::cli

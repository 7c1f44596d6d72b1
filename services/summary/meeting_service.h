#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/meeting/v1/meeting_service.pb.h"
#include "services/rpc/identity.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/summary_request.h"
#include "services/summary/summary_service.h"
#include "services/view/meeting_records.h"
#include "services/view/revision_gate.h"
#include "services/view/view_selector.h"

namespace serieslink::summary {

// A version of an action that was written to the log.
struct WrittenAction {
  graph::Revision revision = 0;  // 0: another version of the same number was written before it
  std::string record_id;         // "RC-…"; empty where none was written
};

// Writes the next version of an action of `author`'s agency to the log; it is on disk then.
// Errors: UNAVAILABLE (the log cannot be written now), INTERNAL.
using WriteAction = std::function<absl::StatusOr<WrittenAction>(
    const rpc::Identity& author, const feed::v1::FeedMessage& message)>;

struct MeetingOptions {
  std::string trust_domain;
  // Open actions of one agency.
  int open_per_agency_max = 1'000;
  // The clock, and the zone whose days and quarters count.
  std::function<absl::Time()> now;
  absl::TimeZone zone;
  // A name that no action had before. Errors: UNAVAILABLE.
  std::function<absl::StatusOr<std::string>()> new_name;
};

// meeting.v1.MeetingService. Reads persisted rows only; what is resolved goes to the log as a
// record of the agency that records it, and is read again once it is derived. Thread-safe.
class MeetingService final : public rpc::Service {
 public:
  // `tokens` must outlive it. `boundaries`, never null, place points.
  MeetingService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                 MeetingOptions options, std::shared_ptr<const Boundaries> boundaries,
                 WriteAction write);

  // The calls, for a caller who is known. `should_stop` is asked between batches of records.
  // Errors: as the calls.
  absl::Status Pack(const rpc::Identity& caller, const meeting::v1::GetMeetingPackRequest& request,
                    const view::Patience& patience, const ShouldStop& should_stop,
                    meeting::v1::GetMeetingPackResponse& response) const;
  absl::Status Create(const rpc::Identity& caller,
                      const meeting::v1::CreateMeetingActionRequest& request,
                      const view::Patience& patience,
                      meeting::v1::CreateMeetingActionResponse& response) const;
  absl::Status Get(const rpc::Identity& caller, const meeting::v1::GetMeetingActionRequest& request,
                   const view::Patience& patience,
                   meeting::v1::GetMeetingActionResponse& response) const;
  absl::Status List(const rpc::Identity& caller,
                    const meeting::v1::ListMeetingActionsRequest& request,
                    const view::Patience& patience,
                    meeting::v1::ListMeetingActionsResponse& response) const;
  absl::Status Update(const rpc::Identity& caller,
                      const meeting::v1::UpdateMeetingActionRequest& request,
                      const view::Patience& patience,
                      meeting::v1::UpdateMeetingActionResponse& response) const;

 private:
  template <typename Request, typename Response>
  grpc::Status Reply(grpc::ServerContext* context, const Request& request, Response& response,
                     absl::Status (MeetingService::*answer)(const rpc::Identity&, const Request&,
                                                            const view::Patience&, Response&)
                         const) {
    const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
    if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
    return rpc::ToGrpcStatus(
        (this->*answer)(*caller, request, view::PatienceOf(*context, options_.now), response));
  }

  grpc::Status GetMeetingPack(grpc::ServerContext* context,
                              const meeting::v1::GetMeetingPackRequest* request,
                              meeting::v1::GetMeetingPackResponse* response);
  grpc::Status CreateMeetingAction(grpc::ServerContext* context,
                                   const meeting::v1::CreateMeetingActionRequest* request,
                                   meeting::v1::CreateMeetingActionResponse* response);
  grpc::Status GetMeetingAction(grpc::ServerContext* context,
                                const meeting::v1::GetMeetingActionRequest* request,
                                meeting::v1::GetMeetingActionResponse* response);
  grpc::Status ListMeetingActions(grpc::ServerContext* context,
                                  const meeting::v1::ListMeetingActionsRequest* request,
                                  meeting::v1::ListMeetingActionsResponse* response);
  grpc::Status UpdateMeetingAction(grpc::ServerContext* context,
                                   const meeting::v1::UpdateMeetingActionRequest* request,
                                   meeting::v1::UpdateMeetingActionResponse* response);

  struct Seen {
    view::Cut cut;
    view::MeetingActionVersion action;
  };
  // The action `id` as the caller may see it, at a revision that covers `min_revision`.
  // Errors: INVALID_ARGUMENT (malformed id), NOT_FOUND, those of the store.
  absl::StatusOr<Seen> Find(const rpc::Identity& caller, const std::string& id,
                            graph::Revision min_revision, const view::Patience& patience) const;
  template <typename Response>
  absl::Status Tell(const rpc::Identity& caller, const std::string& id,
                    graph::Revision min_revision, const view::Patience& patience,
                    Response& response) const;
  // Writes the version that `message` holds, and reads the action again.
  template <typename Response>
  absl::Status WriteAndTell(const rpc::Identity& caller, const feed::v1::FeedMessage& message,
                            const view::Patience& patience, Response& response) const;
  absl::CivilDay Today() const { return absl::ToCivilDay(options_.now(), options_.zone); }

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const MeetingOptions options_;
  const std::shared_ptr<const Boundaries> boundaries_;
  const WriteAction write_;
  const SummaryService summary_;
};

}  // namespace serieslink::summary

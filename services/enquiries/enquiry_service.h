#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/enquiry/v1/enquiry_service.pb.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/enquiries/enquiry_acts.h"
#include "services/enquiries/enquiry_check.h"
#include "services/enquiries/enquiry_reader.h"
#include "services/rpc/identity.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/view_selector.h"
#include "storage/graph/public_id.h"

namespace serieslink::enquiries {

// A version of a record that was written to the log.
struct Written {
  graph::Revision revision = 0;  // 0: another version of the same number was written before it
  std::string record_id;         // "RC-…"; empty where none was written
};

// Writes the next version of an enquiry or a reply of `author`'s agency to the log; it is on disk
// then. Errors: UNAVAILABLE (the log cannot be written now), INTERNAL.
using WriteEnquiry = std::function<absl::StatusOr<Written>(const rpc::Identity& author,
                                                           const feed::v1::FeedMessage& message)>;

struct EnquiryOptions {
  std::string trust_domain;
  // Agencies whose enquiries others are told of, where the enquiry does not say.
  std::set<std::string> telling_agencies;
  // Agencies that the configuration names: they are known, whatever they sent.
  std::set<std::string> configured_agencies;
  // Open enquiries of one agency.
  int open_per_agency_max = 1'000;
  // The clock by which enquiries expire.
  std::function<absl::Time()> now;
  // A name that no enquiry had before. Errors: UNAVAILABLE.
  std::function<absl::StatusOr<std::string>()> new_name;
};

// enquiry.v1.EnquiryService. Reads persisted rows only; what is asked goes to the log as a record
// of the asking agency, and is read again once it is derived. Thread-safe.
class EnquiryService final : public rpc::Service {
 public:
  // `tokens` must outlive it.
  EnquiryService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                 EnquiryOptions options, WriteEnquiry write);

  // The calls, for a caller who is known. Errors: as the calls.
  absl::Status Create(const rpc::Identity& caller, const v1::CreateEnquiryRequest& request,
                      const view::Patience& patience, v1::CreateEnquiryResponse& response) const;
  absl::Status Get(const rpc::Identity& caller, const v1::GetEnquiryRequest& request,
                   const view::Patience& patience, v1::GetEnquiryResponse& response) const;
  absl::Status List(const rpc::Identity& caller, const v1::ListEnquiriesRequest& request,
                    const view::Patience& patience, v1::ListEnquiriesResponse& response) const;
  absl::Status ActOn(const rpc::Identity& caller, const v1::ActOnEnquiryRequest& request,
                     const view::Patience& patience, v1::ActOnEnquiryResponse& response) const;
  absl::Status Answer(const rpc::Identity& caller, const v1::AnswerTraceRequestRequest& request,
                      const view::Patience& patience,
                      v1::AnswerTraceRequestResponse& response) const;

 private:
  template <typename Request, typename Response>
  grpc::Status Reply(grpc::ServerContext* context, const Request& request, Response& response,
                     absl::Status (EnquiryService::*answer)(const rpc::Identity&, const Request&,
                                                            const view::Patience&, Response&)
                         const) {
    const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
    if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
    return rpc::ToGrpcStatus(
        (this->*answer)(*caller, request, view::PatienceOf(*context, options_.now), response));
  }

  grpc::Status CreateEnquiry(grpc::ServerContext* context, const v1::CreateEnquiryRequest* request,
                             v1::CreateEnquiryResponse* response);
  grpc::Status GetEnquiry(grpc::ServerContext* context, const v1::GetEnquiryRequest* request,
                          v1::GetEnquiryResponse* response);
  grpc::Status ListEnquiries(grpc::ServerContext* context, const v1::ListEnquiriesRequest* request,
                             v1::ListEnquiriesResponse* response);
  grpc::Status ActOnEnquiry(grpc::ServerContext* context, const v1::ActOnEnquiryRequest* request,
                            v1::ActOnEnquiryResponse* response);
  grpc::Status AnswerTraceRequest(grpc::ServerContext* context,
                                  const v1::AnswerTraceRequestRequest* request,
                                  v1::AnswerTraceRequestResponse* response);

  struct Seen {
    view::Cut cut;
    SeenEnquiry enquiry;
  };
  // What the caller may see of the enquiry `id`, at a revision that covers `min_revision`.
  // Errors: INVALID_ARGUMENT (malformed id), NOT_FOUND, those of the store.
  absl::StatusOr<Seen> Find(const rpc::Identity& caller, const std::string& id,
                            graph::Revision min_revision, const view::Patience& patience) const;
  // Writes the file or reply that `message` holds, and reads the enquiry again.
  template <typename Response>
  absl::Status WriteAndTell(const rpc::Identity& caller, const feed::v1::FeedMessage& message,
                            const std::string& enquiry_id, const view::Patience& patience,
                            Response& response) const;
  template <typename Response>
  absl::Status Tell(const rpc::Identity& caller, const std::string& enquiry_id,
                    graph::Revision min_revision, const view::Patience& patience,
                    Response& response) const;
  // Whether the caller may see everything that an answer is about.
  absl::Status CheckAbout(const rpc::Identity& caller, const v1::AnswerTraceRequestRequest& request,
                          view::Cut& cut) const;

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const EnquiryOptions options_;
  const WriteEnquiry write_;
};

}  // namespace serieslink::enquiries

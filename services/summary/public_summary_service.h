#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "serieslink/stored/v1/public_summary.pb.h"
#include "serieslink/summary/v1/public_summary_service.pb.h"
#include "services/rpc/identity.h"
#include "services/rpc/service.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/public_summary_options.h"
#include "services/summary/summary_request.h"
#include "services/view/revision_gate.h"

namespace serieslink::summary {

// summary.v1.PublicSummaryService. Reads persisted rows of other modules, and the rows of what it
// issued, which it alone writes; so it serves as soon as the store is open. Thread-safe.
class PublicSummaryService final : public rpc::Service {
 public:
  // `now` is the clock, `zone` the one whose days make up periods. `boundaries`, never null, place
  // points.
  PublicSummaryService(const view::Source& source, std::string trust_domain,
                       std::function<absl::Time()> now, absl::TimeZone zone,
                       std::shared_ptr<const Boundaries> boundaries, PublicSummaryOptions options);

  // How long a call waits, and what stops it.
  struct Bounds {
    view::Patience patience;
    ShouldStop should_stop;
  };

  // A draft from what `agency`, which may have one, may see, of the fields that issuing has too.
  // `bad` names what is wrong with others. Errors: as PreviewPublicSummary.
  absl::Status Draft(const std::string& agency, const v1::IssuePublicSummaryRequest& request,
                     std::vector<rpc::BadField> bad, const Bounds& bounds,
                     v1::PublicSummary& summary, v1::DisclosureAudit& audit) const;

 private:
  Bounds BoundsOf(const grpc::ServerContext& context) const;

  grpc::Status PreviewPublicSummary(grpc::ServerContext* context,
                                    const v1::PreviewPublicSummaryRequest* request,
                                    v1::PreviewPublicSummaryResponse* response);
  grpc::Status IssuePublicSummary(grpc::ServerContext* context,
                                  const v1::IssuePublicSummaryRequest* request,
                                  v1::IssuePublicSummaryResponse* response);
  grpc::Status SecondPublicSummary(grpc::ServerContext* context,
                                   const v1::SecondPublicSummaryRequest* request,
                                   v1::SecondPublicSummaryResponse* response);
  grpc::Status ListPublicSummaries(grpc::ServerContext* context,
                                   const v1::ListPublicSummariesRequest* request,
                                   v1::ListPublicSummariesResponse* response);
  grpc::Status GetPublicSummary(grpc::ServerContext* context,
                                const v1::GetPublicSummaryRequest* request,
                                v1::GetPublicSummaryResponse* response);

  bool IsIssuer(const rpc::Identity& caller) const {
    return options_.issuers.contains({caller.agency, caller.principal});
  }
  // Errors: UNAUTHENTICATED, PERMISSION_DENIED (no issuer).
  absl::StatusOr<rpc::Identity> IssuerOf(const grpc::ServerContext& context) const;
  // Under mutex_. Errors: as the calls.
  absl::Status Issue(const rpc::Identity& issuer, const v1::IssuePublicSummaryRequest& request,
                     const Bounds& bounds, v1::IssuePublicSummaryResponse& response);
  absl::Status Second(const rpc::Identity& second, const v1::SecondPublicSummaryRequest& request,
                      const Bounds& bounds, v1::SecondPublicSummaryResponse& response);
  // Makes an edition of `summary`, a draft that is issued, signs and keeps it.
  absl::Status Finish(const storage::Snapshot& snapshot, v1::PublicSummary summary,
                      stored::v1::IssuedPublicSummary issued, const std::string& note,
                      v1::PublicSummaryEdition& edition);
  absl::Status List(const rpc::Identity& caller, v1::ListPublicSummariesResponse& response) const;
  absl::Status Get(const std::string& name, v1::GetPublicSummaryResponse& response) const;

  const view::Source source_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const absl::TimeZone zone_;
  const std::shared_ptr<const Boundaries> boundaries_;
  const PublicSummaryOptions options_;
  std::mutex mutex_;  // one is issued at a time, for each is protected together with all before
};

}  // namespace serieslink::summary

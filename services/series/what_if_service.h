#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/series/v1/what_if_service.grpc.pb.h"
#include "services/linkage/core/supposition.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/visible_component.h"
#include "storage/graph/public_id.h"

namespace serieslink::series {

// series.v1.WhatIfService. Keeps nothing: a view is its sealed token. Thread-safe.
class WhatIfService final : public rpc::Service {
 public:
  // `tokens` must outlive it; `now` is the clock; one call holds evidence within `bounds`.
  WhatIfService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                std::string trust_domain, std::function<absl::Time()> now,
                const view::EvidenceBounds& bounds = {});

  // What the calls answer to a caller who is known.
  absl::Status Start(const rpc::Identity& caller, const v1::StartWhatIfRequest& request,
                     const view::Patience& patience, v1::StartWhatIfResponse& response) const;
  absl::Status Get(const rpc::Identity& caller, const v1::GetSupposedSeriesRequest& request,
                   const view::Patience& patience, v1::GetSupposedSeriesResponse& response) const;
  absl::Status Explain(const rpc::Identity& caller, const v1::ExplainSupposedLinkRequest& request,
                       const view::Patience& patience,
                       v1::ExplainSupposedLinkResponse& response) const;
  absl::Status Explain(const rpc::Identity& caller, const v1::ExplainSupposedSeriesRequest& request,
                       const view::Patience& patience,
                       v1::ExplainSupposedSeriesResponse& response) const;

 private:
  // A view that was opened, and what is asked in it.
  struct Opened {
    std::string name;  // as its watermark and the process log have it
    graph::Revision revision = 0;
    absl::Time expires;
    std::vector<v1::Supposition> suppositions;
  };
  // What a call looks at.
  struct Supposed;

  grpc::Status StartWhatIf(grpc::ServerContext* context, const v1::StartWhatIfRequest* request,
                           v1::StartWhatIfResponse* response);
  grpc::Status GetSupposedSeries(grpc::ServerContext* context,
                                 const v1::GetSupposedSeriesRequest* request,
                                 v1::GetSupposedSeriesResponse* response);
  grpc::Status ExplainSupposedLink(grpc::ServerContext* context,
                                   const v1::ExplainSupposedLinkRequest* request,
                                   v1::ExplainSupposedLinkResponse* response);
  grpc::Status ExplainSupposedSeries(grpc::ServerContext* context,
                                     const v1::ExplainSupposedSeriesRequest* request,
                                     v1::ExplainSupposedSeriesResponse* response);

  // Errors: INVALID_ARGUMENT naming "what_if" (expired, or not opened for the caller) and all of
  // `bad`, when there is any.
  absl::StatusOr<Opened> Open(const rpc::Identity& caller, const std::string& what_if,
                              std::vector<rpc::BadField> bad) const;
  // A view that was opened, with what its caller asks about one weapon in it; `field` names the
  // request's field that `asked` is of. Errors: those of GetSupposedSeries.
  struct SupposedWeapon;
  absl::StatusOr<SupposedWeapon> LoadWeapon(const rpc::Identity& caller, const std::string& what_if,
                                            const std::string& asked, const char* field,
                                            const view::Patience& patience) const;
  // The evidence around the exhibits of `opened` and those of `asked`, with `opened` supposed.
  // Errors: those of StartWhatIf.
  absl::StatusOr<Supposed> Load(const rpc::Identity& caller, const Opened& opened, view::Cut cut,
                                const std::vector<graph::ParsedId>& asked) const;

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const view::EvidenceBounds bounds_;
};

}  // namespace serieslink::series

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/lead/v1/lead_service.pb.h"
#include "services/leads/blind_sample.h"
#include "services/leads/core/lead_file.h"
#include "services/leads/lead_answer.h"
#include "services/leads/lead_queue.h"
#include "services/rpc/identity.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "services/view/view_selector.h"
#include "storage/graph/public_id.h"

namespace serieslink::leads {

// Writes the next version of a lead file of `author`'s agency to the log. The revision when it is
// on disk, or 0 when another version of the same number was written before it. Errors: UNAVAILABLE
// (the log cannot be written now), INTERNAL.
using WriteLeadFile = std::function<absl::StatusOr<graph::Revision>(
    const rpc::Identity& author, const feed::v1::AnalystLeadFile& file)>;

// lead.v1.LeadService. Reads persisted rows only; what is done about a lead goes to the log as a
// record of the analyst's agency, and is read again once it is derived. Thread-safe.
class LeadService final : public rpc::Service {
 public:
  // `tokens` and `ids` must outlive it; `now` is the clock.
  LeadService(const view::Source& source, const rpc::PageTokenSealer* tokens,
              const graph::IdKey* ids, LeadPolicy policy, std::string trust_domain,
              std::function<absl::Time()> now, WriteLeadFile write);

 private:
  // The pair that a call names: visible, and as it is now.
  struct Asked {
    view::Cut cut;
    SeenLead lead;
  };
  // What an act makes of the file of the caller's agency.
  using Act = std::function<absl::StatusOr<Refusal>(const Pair& pair, const Actor& actor,
                                                    feed::v1::AnalystLeadFile& file)>;

  template <typename Request, typename Response>
  grpc::Status Answer(grpc::ServerContext* context, const Request& request, Response& response,
                      absl::Status (LeadService::*answer)(const rpc::Identity&, const Request&,
                                                          const view::Patience&, Response&) const) {
    const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
    if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
    return rpc::ToGrpcStatus(
        (this->*answer)(*caller, request, view::PatienceOf(*context, now_), response));
  }

  grpc::Status ListLeads(grpc::ServerContext* context, const v1::ListLeadsRequest* request,
                         v1::ListLeadsResponse* response);
  grpc::Status GetLead(grpc::ServerContext* context, const v1::GetLeadRequest* request,
                       v1::GetLeadResponse* response);
  grpc::Status DecideLead(grpc::ServerContext* context, const v1::DecideLeadRequest* request,
                          v1::DecideLeadResponse* response);
  grpc::Status ActOnLead(grpc::ServerContext* context, const v1::ActOnLeadRequest* request,
                         v1::ActOnLeadResponse* response);
  grpc::Status ListReexaminations(grpc::ServerContext* context,
                                  const v1::ListReexaminationsRequest* request,
                                  v1::ListReexaminationsResponse* response);
  grpc::Status ListExaminations(grpc::ServerContext* context,
                                const v1::ListExaminationsRequest* request,
                                v1::ListExaminationsResponse* response);

  grpc::Status GetBlindSample(grpc::ServerContext* context,
                              const v1::GetBlindSampleRequest* request,
                              v1::GetBlindSampleResponse* response);
  grpc::Status JudgeBlindPair(grpc::ServerContext* context,
                              const v1::JudgeBlindPairRequest* request,
                              v1::JudgeBlindPairResponse* response);

  // How long a call on a queue as a whole may take, from now.
  QueueCall CallOf(const rpc::Identity& caller, const view::Patience& patience) const;
  // A page of a queue, which `fill` fills as FillReexaminations does. `binding`: what its token may
  // be used for. Errors: INVALID_ARGUMENT naming `bad` and what is wrong with the page and the
  // revision, or with the token, and those of the store.
  template <typename Request, typename Response, typename Fill>
  absl::Status AnswerPage(const rpc::Identity& caller, const Request& request,
                          const view::Patience& patience, std::vector<rpc::BadField> bad,
                          const std::string& binding, const Fill& fill, Response& response) const;
  absl::Status List(const rpc::Identity& caller, const v1::ListLeadsRequest& request,
                    const view::Patience& patience, v1::ListLeadsResponse& response) const;
  absl::Status Get(const rpc::Identity& caller, const v1::GetLeadRequest& request,
                   const view::Patience& patience, v1::GetLeadResponse& response) const;
  absl::Status Decide(const rpc::Identity& caller, const v1::DecideLeadRequest& request,
                      const view::Patience& patience, v1::DecideLeadResponse& response) const;
  absl::Status ActOn(const rpc::Identity& caller, const v1::ActOnLeadRequest& request,
                     const view::Patience& patience, v1::ActOnLeadResponse& response) const;
  absl::Status Reexaminations(const rpc::Identity& caller,
                              const v1::ListReexaminationsRequest& request,
                              const view::Patience& patience,
                              v1::ListReexaminationsResponse& response) const;
  absl::Status Examinations(const rpc::Identity& caller, const v1::ListExaminationsRequest& request,
                            const view::Patience& patience,
                            v1::ListExaminationsResponse& response) const;

  absl::Status Sample(const rpc::Identity& caller, const v1::GetBlindSampleRequest& request,
                      const view::Patience& patience, v1::GetBlindSampleResponse& response) const;
  absl::Status JudgePair(const rpc::Identity& caller, const v1::JudgeBlindPairRequest& request,
                         const view::Patience& patience,
                         v1::JudgeBlindPairResponse& response) const;
  // The sample of `week` (empty: this week's, which it then names) in a cut of its beginning.
  // Errors: INVALID_ARGUMENT naming `bad` and `week`, and those of the store.
  struct Sampled {
    view::Cut cut;
    graph::Revision revision = 0;
    std::vector<SampledPair> pairs;
  };
  absl::StatusOr<Sampled> SampleOf(const rpc::Identity& caller, std::string& week,
                                   const view::Patience& patience,
                                   std::vector<rpc::BadField> bad) const;

  // Errors: INVALID_ARGUMENT naming `bad` and what is wrong with the ids, and those of GetLead.
  absl::StatusOr<Asked> Find(const rpc::Identity& caller, const std::string& first_id,
                             const std::string& second_id, std::int64_t min_revision,
                             const view::Patience& patience, std::vector<rpc::BadField> bad) const;
  // Applies `act` to the caller's agency's file of the pair, writes it, and reads the pair again.
  // `wanted_version`: that of the file that the caller has looked at.
  absl::StatusOr<graph::Revision> Write(const rpc::Identity& caller, const Asked& asked,
                                        const std::string& reason,
                                        std::optional<std::uint64_t> wanted_version,
                                        const Act& act) const;
  absl::Status ReadAgain(const rpc::Identity& caller, const Pair& pair, graph::Revision revision,
                         const view::Patience& patience, v1::Lead& lead) const;

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const graph::IdKey* const ids_;
  const LeadPolicy policy_;
  const std::string trust_domain_;
  const std::function<absl::Time()> now_;
  const WriteLeadFile write_;
};

// The two ids that name a lead. Adds to `bad` what is wrong with them.
std::vector<graph::ParsedId> ParseEnds(const std::string& first_id, const std::string& second_id,
                                       std::vector<rpc::BadField>& bad);
// Adds to `bad` what is wrong with the reason of an act.
void CheckReason(const std::string& reason, std::vector<rpc::BadField>& bad);

}  // namespace serieslink::leads

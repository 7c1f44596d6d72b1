#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/admin/v1/generation_service.grpc.pb.h"
#include "services/linkage/generation_comparison.h"
#include "services/rpc/identity.h"
#include "services/rpc/page_token.h"
#include "services/rpc/service.h"
#include "services/view/revision_gate.h"
#include "storage/graph/log.h"

namespace serieslink::linkage {

// Exhibits whose weapon one adoption may change: what one revision changes of weapons is derived in
// one commit.
inline constexpr std::uint64_t kAdoptedExhibitsMax = 200'000;
// Leads by rule that one adoption may make, end, or give another weight, and so another place in
// the queue, likewise. Of findings there may be any number: they are written in parts.
inline constexpr std::uint64_t kAdoptedLeadsMax = 500'000;

struct GenerationOptions {
  std::string trust_domain;
  // Agency and principal of each.
  std::set<std::pair<std::string, std::string>> administrators;
  bool rules_confirm = true;  // policy
  // Appends an adoption to the log; see ingest::IngestModule::Adopt.
  std::function<absl::StatusOr<graph::Revision>(const stored::v1::Adoption& adoption,
                                                const rpc::Identity& author)>
      adopt;
  ComparisonBounds bounds;
  std::uint64_t adopted_exhibits_max = kAdoptedExhibitsMax;
  std::uint64_t adopted_leads_max = kAdoptedLeadsMax;
};

// admin.v1.GenerationService. One comparison at a time, on a thread of its own that gives way to
// others; what it found is held until the next. Thread-safe.
class GenerationService final : public rpc::Service {
 public:
  // `tokens` must outlive it.
  GenerationService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                    GenerationOptions options);
  ~GenerationService() override { Stop(); }

  // Ends the comparison that is under way.
  void Stop();

  // What the calls answer. Errors: also PERMISSION_DENIED with ROLE_NOT_HELD (`caller` is no
  // administrator).
  absl::Status List(const rpc::Identity& caller,
                    admin::v1::ListGenerationsResponse& response) const;
  absl::Status Start(const rpc::Identity& caller, const admin::v1::StartComparisonRequest& request,
                     admin::v1::StartComparisonResponse& response);
  absl::Status Get(const rpc::Identity& caller, const admin::v1::GetComparisonRequest& request,
                   admin::v1::GetComparisonResponse& response) const;
  absl::Status Adopt(const rpc::Identity& caller, const admin::v1::AdoptGenerationRequest& request,
                     admin::v1::AdoptGenerationResponse& response);

  // Returns once no comparison is under way.
  void AwaitComparison();

 private:
  // A comparison, under way or done.
  struct Comparison {
    std::string id;
    v1::Generation current;  // with its model
    RuleSet current_rules;
    RuleSet candidate_rules;
    v1::RuleParameters candidate;  // with every value set, and the model as it was sent
    graph::Revision revision = 0;
    std::atomic<bool> stopping = false;
    std::unique_ptr<graph::GraphReader> reader;  // of its thread, while it runs
    std::unique_ptr<GenerationComparison> work;
    admin::v1::ComparisonState state = admin::v1::COMPARISON_STATE_RUNNING;  // by mutex_
    std::thread thread;
  };

  absl::Status Authorise(const rpc::Identity& caller) const;
  // Under mutex_. Errors: NOT_FOUND.
  absl::StatusOr<std::shared_ptr<Comparison>> Find(const std::string& id) const;
  void Run(Comparison& comparison);

  grpc::Status ListGenerations(grpc::ServerContext* context,
                               const admin::v1::ListGenerationsRequest* request,
                               admin::v1::ListGenerationsResponse* response);
  grpc::Status StartComparison(grpc::ServerContext* context,
                               const admin::v1::StartComparisonRequest* request,
                               admin::v1::StartComparisonResponse* response);
  grpc::Status GetComparison(grpc::ServerContext* context,
                             const admin::v1::GetComparisonRequest* request,
                             admin::v1::GetComparisonResponse* response);
  grpc::Status AdoptGeneration(grpc::ServerContext* context,
                               const admin::v1::AdoptGenerationRequest* request,
                               admin::v1::AdoptGenerationResponse* response);

  const view::Source source_;
  const rpc::PageTokenSealer* const tokens_;
  const GenerationOptions options_;
  std::mutex starting_;  // held while one comparison takes the place of another
  mutable std::mutex mutex_;
  std::shared_ptr<Comparison> comparison_;
};

}  // namespace serieslink::linkage

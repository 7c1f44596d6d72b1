#include "services/linkage/generation_service.h"

#include <algorithm>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/rpc/process_log.h"
#include "services/view/generations.h"
#include "services/view/viewer.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/base/thread_priority.h"
#include "storage/graph/public_id.h"

namespace serieslink::linkage {
namespace {

using admin::v1::GetComparisonResponse;
using ::google::protobuf::util::TimeUtil;

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1'000;
constexpr std::size_t kLabelBytesMax = 100;
constexpr std::size_t kReasonBytesMax = 1'000;

// Never another one's, also after a restart: whoever adopts says by it what was looked at.
std::string NewComparisonId() {
  std::random_device device;
  return absl::StrCat(absl::Hex(device(), absl::kZeroPad8), absl::Hex(device(), absl::kZeroPad8));
}

void SetCounts(const ComparisonCounts& counts, admin::v1::ComparisonCounts& out) {
  out.set_confirmations_gained(static_cast<std::int64_t>(counts.confirmations_gained));
  out.set_confirmations_lost(static_cast<std::int64_t>(counts.confirmations_lost));
  out.set_leads_gained(static_cast<std::int64_t>(counts.leads_gained));
  out.set_leads_lost(static_cast<std::int64_t>(counts.leads_lost));
  out.set_weapons_joined(static_cast<std::int64_t>(counts.weapons_joined));
  out.set_weapons_split(static_cast<std::int64_t>(counts.weapons_split));
  out.set_exhibits_moved(static_cast<std::int64_t>(counts.exhibits_moved));
  out.set_findings_reweighed(static_cast<std::int64_t>(counts.reweighed));
  out.set_exhibits_not_compared(static_cast<std::int64_t>(counts.exhibits_not_compared));
}

// "EX-…" of an exhibit that `viewer` may see; empty when it may not.
absl::StatusOr<std::string> VisibleId(const graph::GraphReader& reader, const view::Viewer& viewer,
                                      graph::ExhibitNumber exhibit) {
  SL_ASSIGN_OR_RETURN(const auto states, reader.Records({graph::RecordOf(exhibit)}));
  const int ordinal = static_cast<int>(graph::OrdinalOf(exhibit));
  if (!states[0].has_value() || !view::MaySee(viewer, *states[0]) ||
      ordinal >= states[0]->exhibits_size()) {
    return std::string();
  }
  return graph::FormatPublicId(graph::IdKind::kExhibit,
                               graph::PublicId(states[0]->exhibits(ordinal).public_id()));
}

absl::Status NotReady(const char* why) {
  return rpc::MakeError(absl::StatusCode::kFailedPrecondition, type::v1::ERROR_REASON_FIELD_INVALID,
                        why);
}

}  // namespace

GenerationService::GenerationService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                                     GenerationOptions options)
    : source_(source), tokens_(tokens), options_(std::move(options)) {
  AddUnary("/serieslink.admin.v1.GenerationService/ListGenerations", this,
           &GenerationService::ListGenerations);
  AddUnary("/serieslink.admin.v1.GenerationService/StartComparison", this,
           &GenerationService::StartComparison);
  AddUnary("/serieslink.admin.v1.GenerationService/GetComparison", this,
           &GenerationService::GetComparison);
  AddUnary("/serieslink.admin.v1.GenerationService/AdoptGeneration", this,
           &GenerationService::AdoptGeneration);
}

absl::Status GenerationService::Authorise(const rpc::Identity& caller) const {
  if (options_.administrators.contains({caller.agency, caller.principal})) {
    return absl::OkStatus();
  }
  return rpc::MakeError(absl::StatusCode::kPermissionDenied, type::v1::ERROR_REASON_ROLE_NOT_HELD,
                        "only an administrator whom the server's configuration names may do this");
}

grpc::Status GenerationService::ListGenerations(grpc::ServerContext* context,
                                                const admin::v1::ListGenerationsRequest*,
                                                admin::v1::ListGenerationsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(List(*caller, *response));
}

grpc::Status GenerationService::StartComparison(grpc::ServerContext* context,
                                                const admin::v1::StartComparisonRequest* request,
                                                admin::v1::StartComparisonResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Start(*caller, *request, *response));
}

grpc::Status GenerationService::GetComparison(grpc::ServerContext* context,
                                              const admin::v1::GetComparisonRequest* request,
                                              admin::v1::GetComparisonResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Get(*caller, *request, *response));
}

grpc::Status GenerationService::AdoptGeneration(grpc::ServerContext* context,
                                                const admin::v1::AdoptGenerationRequest* request,
                                                admin::v1::AdoptGenerationResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, options_.trust_domain);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Adopt(*caller, *request, *response));
}

absl::Status GenerationService::List(const rpc::Identity& caller,
                                     admin::v1::ListGenerationsResponse& response) const {
  SL_RETURN_IF_ERROR(Authorise(caller));
  SL_ASSIGN_OR_RETURN(const graph::GraphReader reader, source_.graph->NewReader());
  SL_ASSIGN_OR_RETURN(const stored::v1::DeriverPosition position, reader.Position());
  const graph::LogReader log(&reader.snapshot());
  response.set_revision(static_cast<std::int64_t>(position.revision()));
  for (auto one = position.generations().rbegin(); one != position.generations().rend(); ++one) {
    admin::v1::AdoptedGeneration& adopted = *response.add_generations();
    *adopted.mutable_generation() = one->generation();
    adopted.set_from_revision(static_cast<std::int64_t>(one->from_revision()));
    SL_ASSIGN_OR_RETURN(const graph::LogBatch batch, log.Read(one->from_revision()));
    *adopted.mutable_adopt_time() =
        TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(batch.commit_time));
    for (const graph::LogItem& item : batch.items) {
      if (item.entry.adoption().generation().number() != one->generation().number()) continue;
      *adopted.mutable_generation() = item.entry.adoption().generation();
      adopted.set_author_agency(item.entry.adoption().author_agency());
      adopted.set_author_principal(item.entry.principal());
      adopted.set_reason(item.entry.adoption().reason());
    }
  }
  *response.add_generations()->mutable_generation() =
      view::GenerationAt(stored::v1::DeriverPosition(), 0);
  return absl::OkStatus();
}

absl::Status GenerationService::Start(const rpc::Identity& caller,
                                      const admin::v1::StartComparisonRequest& request,
                                      admin::v1::StartComparisonResponse& response) {
  SL_RETURN_IF_ERROR(Authorise(caller));
  const std::vector<rpc::BadField> bad = view::CheckRules(request.rules(), "rules");
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  auto comparison = std::make_shared<Comparison>();
  SL_ASSIGN_OR_RETURN(graph::GraphReader reader, source_.graph->NewReader());
  SL_ASSIGN_OR_RETURN(const stored::v1::DeriverPosition position, reader.Position());
  const graph::LogReader log(&reader.snapshot());
  SL_ASSIGN_OR_RETURN(comparison->current,
                      view::WholeGenerationAt(position, position.revision(), log));
  SL_ASSIGN_OR_RETURN(comparison->current_rules, view::RulesOf(comparison->current.rules()));
  SL_ASSIGN_OR_RETURN(comparison->candidate_rules, view::RulesOf(request.rules()));
  comparison->candidate = view::ParametersOf(comparison->candidate_rules);
  if (request.rules().has_model()) {
    *comparison->candidate.mutable_model() = request.rules().model();
    const v1::LinkageModel& in_force = comparison->current.rules().model();
    if (in_force.version() == request.rules().model().version() &&
        in_force.SerializeAsString() != request.rules().model().SerializeAsString()) {
      return rpc::MakeBadRequest({{"rules.model.version", type::v1::ERROR_REASON_FIELD_INVALID,
                                   "the model in force has this version; name it otherwise"}});
    }
  }
  comparison->revision = position.revision();
  comparison->reader = std::make_unique<graph::GraphReader>(std::move(reader));
  comparison->work = std::make_unique<GenerationComparison>(
      comparison->reader.get(), comparison->current_rules, comparison->candidate_rules,
      options_.rules_confirm, comparison->stopping, options_.bounds);

  const std::lock_guard starting(starting_);
  Stop();
  {
    const std::lock_guard lock(mutex_);
    comparison->id = NewComparisonId();
    comparison_ = comparison;
  }
  comparison->thread = std::thread([this, raw = comparison.get()] { Run(*raw); });
  response.set_comparison_id(comparison->id);
  rpc::LogEvent(rpc::LogLevel::kInfo, "comparison_started",
                {{"agency", caller.agency}, {"revision", absl::StrCat(comparison->revision)}});
  return absl::OkStatus();
}

void GenerationService::Run(Comparison& comparison) {
  base::GiveWay();
  const absl::Status status = comparison.work->Run();
  if (!status.ok() && !absl::IsCancelled(status)) {
    rpc::LogEvent(rpc::LogLevel::kError, "comparison_failed",
                  {{"code", absl::StatusCodeToString(status.code())},
                   {"revision", absl::StrCat(comparison.revision)}});
  }
  comparison.reader.reset();  // its snapshot keeps what is overwritten
  const std::lock_guard lock(mutex_);
  comparison.state =
      status.ok() ? admin::v1::COMPARISON_STATE_DONE : admin::v1::COMPARISON_STATE_FAILED;
}

void GenerationService::AwaitComparison() {
  std::shared_ptr<Comparison> comparison;
  {
    const std::lock_guard lock(mutex_);
    comparison = comparison_;
  }
  if (comparison != nullptr && comparison->thread.joinable()) comparison->thread.join();
}

void GenerationService::Stop() {
  std::shared_ptr<Comparison> comparison;
  {
    const std::lock_guard lock(mutex_);
    comparison = comparison_;
  }
  if (comparison == nullptr) return;
  comparison->stopping.store(true);
  if (comparison->thread.joinable()) comparison->thread.join();
}

absl::StatusOr<std::shared_ptr<GenerationService::Comparison>> GenerationService::Find(
    const std::string& id) const {
  if (comparison_ != nullptr && comparison_->id == id) return comparison_;
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is no such comparison; another was begun, or the server was started "
                        "again: begin another");
}

absl::Status GenerationService::Get(const rpc::Identity& caller,
                                    const admin::v1::GetComparisonRequest& request,
                                    GetComparisonResponse& response) const {
  SL_RETURN_IF_ERROR(Authorise(caller));
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    return rpc::MakeBadRequest({{"page_size", type::v1::ERROR_REASON_FIELD_INVALID,
                                 absl::StrCat("0 (", kPageSizeDefault, ") to ", kPageSizeMax)}});
  }
  std::shared_ptr<Comparison> comparison;
  {
    const std::lock_guard lock(mutex_);
    SL_ASSIGN_OR_RETURN(comparison, Find(request.comparison_id()));
    response.set_state(comparison->state);
  }
  const std::string binding =
      absl::StrCat("GetComparison\n", caller.agency, "\n", request.comparison_id());
  std::uint64_t at = 0;
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(const std::string content, tokens_->Open(request.page_token(), binding));
    base::KeyReader position(content);
    SL_ASSIGN_OR_RETURN(at, position.ReadBe64());
  }
  response.set_percent(comparison->work->percent());
  *response.mutable_current() = comparison->current;
  *response.mutable_candidate() = comparison->candidate;
  response.set_revision(static_cast<std::int64_t>(comparison->revision));
  if (response.state() != admin::v1::COMPARISON_STATE_DONE) return absl::OkStatus();
  SetCounts(comparison->work->counts(), *response.mutable_counts());
  const std::vector<ComparisonExample>& examples = comparison->work->examples();
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  SL_ASSIGN_OR_RETURN(const graph::GraphReader reader, source_.graph->NewReader());
  const view::Viewer viewer{caller.agency};
  for (; at < examples.size(); ++at) {
    if (response.examples_size() == page_size) {
      std::string content;
      base::AppendBe64(&content, at);
      SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(), tokens_->Seal(content, binding));
      break;
    }
    SL_ASSIGN_OR_RETURN(std::string first, VisibleId(reader, viewer, examples[at].first));
    SL_ASSIGN_OR_RETURN(std::string second, VisibleId(reader, viewer, examples[at].second));
    if (first.empty() || second.empty()) continue;
    admin::v1::ComparisonExample& example = *response.add_examples();
    example.set_change(static_cast<admin::v1::ComparisonChange>(examples[at].change));
    example.set_first_exhibit(std::move(first));
    example.set_second_exhibit(std::move(second));
  }
  return absl::OkStatus();
}

absl::Status GenerationService::Adopt(const rpc::Identity& caller,
                                      const admin::v1::AdoptGenerationRequest& request,
                                      admin::v1::AdoptGenerationResponse& response) {
  SL_RETURN_IF_ERROR(Authorise(caller));
  std::vector<rpc::BadField> bad;
  if (request.reason().empty()) {
    bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_MISSING, "say why"});
  } else if (request.reason().size() > kReasonBytesMax) {
    bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_TOO_LONG,
                   absl::StrCat("at most ", kReasonBytesMax, " bytes")});
  }
  if (request.label().size() > kLabelBytesMax) {
    bad.push_back({"label", type::v1::ERROR_REASON_FIELD_TOO_LONG,
                   absl::StrCat("at most ", kLabelBytesMax, " bytes")});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  std::shared_ptr<Comparison> comparison;
  {
    const std::lock_guard lock(mutex_);
    SL_ASSIGN_OR_RETURN(comparison, Find(request.comparison_id()));
    if (comparison->state != admin::v1::COMPARISON_STATE_DONE) {
      return NotReady("what it would change is not known yet; wait until the comparison is done");
    }
  }
  v1::RuleParameters in_force = view::ParametersOf(comparison->current_rules);
  if (comparison->current.rules().has_model()) {
    *in_force.mutable_model() = comparison->current.rules().model();
  }
  if (comparison->candidate.SerializeAsString() == in_force.SerializeAsString()) {
    return NotReady("these rules are in force already");
  }
  const ComparisonCounts& counts = comparison->work->counts();
  const std::uint64_t leads = counts.leads_gained + counts.leads_lost + counts.leads_reweighed;
  if (counts.exhibits_moved > options_.adopted_exhibits_max || leads > options_.adopted_leads_max ||
      counts.exhibits_not_compared > 0) {
    return NotReady(
        "it would change more weapons or leads than one revision holds, or weapons that were not "
        "compared; adopt it in smaller steps");
  }
  {
    SL_ASSIGN_OR_RETURN(const graph::GraphReader reader, source_.graph->NewReader());
    SL_ASSIGN_OR_RETURN(const stored::v1::DeriverPosition position, reader.Position());
    if (view::GenerationAt(position, position.revision()).number() !=
        comparison->current.number()) {
      return NotReady("another generation was adopted since; compare with that one");
    }
  }
  stored::v1::Adoption adoption;
  v1::Generation& generation = *adoption.mutable_generation();
  generation.set_number(comparison->current.number() + 1);
  generation.set_label(request.label());
  *generation.mutable_rules() = comparison->candidate;
  adoption.set_author_agency(caller.agency);
  adoption.set_reason(request.reason());
  adoption.set_compared_revision(comparison->revision);
  absl::StatusOr<graph::Revision> revision = options_.adopt(adoption, caller);
  if (absl::IsFailedPrecondition(revision.status())) {
    return NotReady("another generation was adopted since; compare with that one");
  }
  SL_RETURN_IF_ERROR(revision.status());
  *response.mutable_generation() = generation;
  response.set_revision(static_cast<std::int64_t>(*revision));
  return absl::OkStatus();
}

}  // namespace serieslink::linkage

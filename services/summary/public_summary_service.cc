#include "services/summary/public_summary_service.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/public_tally.h"
#include "services/summary/core/tally.h"
#include "services/summary/event_scan.h"
#include "services/summary/public_summary_rows.h"
#include "services/summary/release/data_package.h"
#include "services/summary/release/figures_csv.h"
#include "services/summary/weapon_scan.h"
#include "services/view/view_selector.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

// A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPublicAnswerBytesMax = std::size_t{7} << 19;
constexpr std::size_t kNoteBytesMax = 2000;

std::vector<v1::Dimension> BreakdownsOf(const google::protobuf::RepeatedField<int>& asked,
                                        std::vector<rpc::BadField>& bad) {
  if (asked.empty()) return {v1::DIMENSION_FORCE, v1::DIMENSION_BOROUGH};
  std::vector<v1::Dimension> breakdowns;
  for (int i = 0; i < asked.size(); ++i) {
    const auto one = static_cast<v1::Dimension>(asked.Get(i));
    const std::string field = absl::StrCat("breakdowns[", i, "]");
    const bool is_public = one == v1::DIMENSION_FORCE || one == v1::DIMENSION_BOROUGH ||
                           one == v1::DIMENSION_WARD || one == v1::DIMENSION_OWNING_UNIT;
    if (!is_public) {
      bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                     "a public summary is by force, borough, ward or owning unit"});
    } else if (std::find(breakdowns.begin(), breakdowns.end(), one) != breakdowns.end()) {
      bad.push_back(
          {field, type::v1::ERROR_REASON_DUPLICATE, "a breakdown is asked for once at most"});
    } else {
      breakdowns.push_back(one);
    }
  }
  return breakdowns;
}

absl::Status TooManyFigures() {
  return rpc::MakeBadRequest(
      {{"breakdowns", type::v1::ERROR_REASON_FIELD_INVALID,
        "these breakdowns make more figures than one answer holds; ask for fewer"}});
}

absl::Status NothingToDo(const char* why) {
  return rpc::MakeError(absl::StatusCode::kFailedPrecondition, type::v1::ERROR_REASON_NOTHING_TO_DO,
                        why);
}

// Errors: INVALID_ARGUMENT (the draft would betray small counts).
absl::Status CheckProtection(const v1::DisclosureAudit& audit) {
  if (audit.exposed_by_draft() == 0) return absl::OkStatus();
  return rpc::MakeBadRequest(
      {{"breakdowns", type::v1::ERROR_REASON_FIELD_INVALID,
        absl::StrCat("with what was issued before, ", audit.exposed_by_draft(),
                     " small counts would follow from this summary whatever it hides; ask for "
                     "fewer breakdowns, or do not issue it")}});
}

std::string FiguresDigest(const v1::PublicSummary& summary) {
  const base::Sha256Digest digest = base::Sha256(FiguresCsv(summary));
  return std::string(base::AsBytes(digest));
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

// The latest edition of the period of `label`; none is there where it has no name.
v1::PublicSummaryEdition LatestOf(const std::vector<v1::PublicSummaryEdition>& editions,
                                  const std::string& label) {
  v1::PublicSummaryEdition latest;
  for (const v1::PublicSummaryEdition& one : editions) {
    if (one.period().label() == label && one.edition() > latest.edition()) latest = one;
  }
  return latest;
}

}  // namespace

PublicSummaryService::PublicSummaryService(const view::Source& source, std::string trust_domain,
                                           std::function<absl::Time()> now, absl::TimeZone zone,
                                           std::shared_ptr<const Boundaries> boundaries,
                                           PublicSummaryOptions options)
    : source_(source),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      zone_(zone),
      boundaries_(std::move(boundaries)),
      options_(std::move(options)) {
  AddUnary("/serieslink.summary.v1.PublicSummaryService/PreviewPublicSummary", this,
           &PublicSummaryService::PreviewPublicSummary);
  AddUnary("/serieslink.summary.v1.PublicSummaryService/IssuePublicSummary", this,
           &PublicSummaryService::IssuePublicSummary);
  AddUnary("/serieslink.summary.v1.PublicSummaryService/SecondPublicSummary", this,
           &PublicSummaryService::SecondPublicSummary);
  AddUnary("/serieslink.summary.v1.PublicSummaryService/ListPublicSummaries", this,
           &PublicSummaryService::ListPublicSummaries);
  AddUnary("/serieslink.summary.v1.PublicSummaryService/GetPublicSummary", this,
           &PublicSummaryService::GetPublicSummary);
}

PublicSummaryService::Bounds PublicSummaryService::BoundsOf(
    const grpc::ServerContext& context) const {
  return {view::PatienceOf(context, now_), StopOf(context, now_)};
}

absl::StatusOr<rpc::Identity> PublicSummaryService::IssuerOf(
    const grpc::ServerContext& context) const {
  SL_ASSIGN_OR_RETURN(rpc::Identity caller, rpc::IdentityOf(context, trust_domain_));
  if (IsIssuer(caller)) return caller;
  return rpc::MakeError(
      absl::StatusCode::kPermissionDenied, type::v1::ERROR_REASON_ROLE_NOT_HELD,
      "only an issuer of public summaries whom the server's configuration names may do this");
}

grpc::Status PublicSummaryService::PreviewPublicSummary(
    grpc::ServerContext* context, const v1::PreviewPublicSummaryRequest* request,
    v1::PreviewPublicSummaryResponse* response) {
  const absl::StatusOr<rpc::Identity> issuer = IssuerOf(*context);
  if (!issuer.ok()) return rpc::ToGrpcStatus(issuer.status());
  v1::IssuePublicSummaryRequest wanted;
  if (request->has_period()) *wanted.mutable_period() = request->period();
  *wanted.mutable_breakdowns() = request->breakdowns();
  *wanted.mutable_view() = request->view();
  return rpc::ToGrpcStatus(Draft(issuer->agency, wanted, {}, BoundsOf(*context),
                                 *response->mutable_summary(), *response->mutable_audit()));
}

grpc::Status PublicSummaryService::IssuePublicSummary(grpc::ServerContext* context,
                                                      const v1::IssuePublicSummaryRequest* request,
                                                      v1::IssuePublicSummaryResponse* response) {
  const absl::StatusOr<rpc::Identity> issuer = IssuerOf(*context);
  if (!issuer.ok()) return rpc::ToGrpcStatus(issuer.status());
  const std::lock_guard lock(mutex_);
  return rpc::ToGrpcStatus(Issue(*issuer, *request, BoundsOf(*context), *response));
}

grpc::Status PublicSummaryService::SecondPublicSummary(
    grpc::ServerContext* context, const v1::SecondPublicSummaryRequest* request,
    v1::SecondPublicSummaryResponse* response) {
  const absl::StatusOr<rpc::Identity> second = IssuerOf(*context);
  if (!second.ok()) return rpc::ToGrpcStatus(second.status());
  const std::lock_guard lock(mutex_);
  return rpc::ToGrpcStatus(Second(*second, *request, BoundsOf(*context), *response));
}

grpc::Status PublicSummaryService::ListPublicSummaries(
    grpc::ServerContext* context, const v1::ListPublicSummariesRequest* /*request*/,
    v1::ListPublicSummariesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(List(*caller, *response));
}

grpc::Status PublicSummaryService::GetPublicSummary(grpc::ServerContext* context,
                                                    const v1::GetPublicSummaryRequest* request,
                                                    v1::GetPublicSummaryResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Get(request->name(), *response));
}

absl::Status PublicSummaryService::Draft(const std::string& agency,
                                         const v1::IssuePublicSummaryRequest& request,
                                         std::vector<rpc::BadField> bad, const Bounds& bounds,
                                         v1::PublicSummary& summary,
                                         v1::DisclosureAudit& audit) const {
  CheckPeriod(request.has_period() ? &request.period() : nullptr, bad);
  if (std::string fault = PublicFaultOf(request.period()); !fault.empty()) {
    bad.push_back({"period", type::v1::ERROR_REASON_FIELD_INVALID, std::move(fault)});
  }
  const std::vector<v1::Dimension> breakdowns = BreakdownsOf(request.breakdowns(), bad);
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), std::move(bad)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, bounds.patience));

  SL_ASSIGN_OR_RETURN(std::vector<EarlierSummary> earlier,
                      PublicSummaryReader(&cut.reader.snapshot()).Summaries());
  const std::vector<Window> windows = PublicWindowsOf(request.period(), zone_, earlier);
  for (const EarlierSummary& one : earlier) {
    if (one.summary.agency() == agency) continue;
    return NothingToDo(
        "another agency has issued a public summary of days that belong together with these, and "
        "the difference of two agencies' counts tells what only one of them may see");
  }
  PublicTally tally(windows);
  std::int64_t unresolved_exhibits = 0;
  if (cut.revision > 0) {
    const view::Viewer viewer{agency};
    EventScan events(cut, viewer, windows, boundaries_->areas(), tally);
    SL_RETURN_IF_ERROR(ScanAll(events, bounds.should_stop));
    WeaponScan weapons(cut, viewer, boundaries_->areas(), tally);
    SL_RETURN_IF_ERROR(ScanAll(weapons, bounds.should_stop));
    SL_ASSIGN_OR_RETURN(*summary.mutable_known_at(), KnownAt(cut, cut.revision));
    unresolved_exhibits = weapons.unresolved_exhibits();
  }
  SL_ASSIGN_OR_RETURN(audit, DraftPublicSummary(tally, breakdowns, options_.policy, earlier,
                                                boundaries_->areas(), bounds.should_stop, summary));
  audit.set_unresolved_exhibits(unresolved_exhibits);
  summary.set_agency(agency);
  summary.set_publisher(options_.publisher);
  summary.set_revision(static_cast<std::int64_t>(cut.revision));
  return summary.ByteSizeLong() > kPublicAnswerBytesMax ? TooManyFigures() : absl::OkStatus();
}

absl::Status PublicSummaryService::Issue(const rpc::Identity& issuer,
                                         const v1::IssuePublicSummaryRequest& request,
                                         const Bounds& bounds,
                                         v1::IssuePublicSummaryResponse& response) {
  SL_ASSIGN_OR_RETURN(const auto snapshot, source_.store->NewSnapshot());
  const PublicSummaryReader reader(snapshot.get());
  SL_ASSIGN_OR_RETURN(const auto editions, reader.Editions());
  std::vector<rpc::BadField> bad;
  v1::PublicSummaryEdition latest;
  if (FaultOf(request.period()).empty()) {
    const Window period = WindowOf(request.period(), zone_);
    if (absl::ToCivilDay(now_(), zone_) < period.end_day) {
      bad.push_back({"period", type::v1::ERROR_REASON_FIELD_INVALID,
                     "a public summary is issued of a period that is over"});
    }
    latest = LatestOf(editions, LabelOf(request.period()));
  }
  if (request.note().size() > kNoteBytesMax) {
    bad.push_back({"note", type::v1::ERROR_REASON_FIELD_TOO_LONG,
                   absl::StrCat("a note has at most ", kNoteBytesMax, " bytes")});
  } else if (!latest.name().empty() && request.note().empty()) {
    bad.push_back({"note", type::v1::ERROR_REASON_FIELD_MISSING,
                   "an edition that replaces another says why"});
  }
  v1::PublicSummary draft;
  SL_RETURN_IF_ERROR(
      Draft(issuer.agency, request, std::move(bad), bounds, draft, *response.mutable_audit()));
  SL_RETURN_IF_ERROR(CheckProtection(response.audit()));
  if (!latest.name().empty()) {
    const std::optional<EditionId> id = ParseEditionName(latest.name());
    SL_ASSIGN_OR_RETURN(const auto files, reader.Files(*id));
    const bool is_same =
        files.has_value() && FiguresDigest(files->summary()) == FiguresDigest(draft) &&
        files->summary().rules().SerializeAsString() == draft.rules().SerializeAsString();
    if (is_same) return NothingToDo("the latest edition of this period shows the same");
  }
  if (!options_.needs_second_person) {
    stored::v1::IssuedPublicSummary issued;
    issued.set_issuer(issuer.principal);
    return Finish(*snapshot, std::move(draft), std::move(issued), request.note(),
                  *response.mutable_edition());
  }
  stored::v1::ProposedPublicSummary proposal;
  *proposal.mutable_request() = request;
  proposal.mutable_request()->clear_view();
  proposal.mutable_request()->mutable_view()->set_revision(draft.revision());
  proposal.set_agency(issuer.agency);
  proposal.set_principal(issuer.principal);
  proposal.set_proposed_time_us(absl::ToUnixMicros(now_()));
  proposal.set_figures_digest(FiguresDigest(draft));
  SL_RETURN_IF_ERROR(WriteProposal(*source_.store, *snapshot, LabelOf(request.period()), proposal));
  v1::PublicSummaryEdition& edition = *response.mutable_edition();
  *edition.mutable_period() = draft.period();
  edition.set_agency(issuer.agency);
  edition.set_revision(draft.revision());
  edition.set_note(request.note());
  edition.set_replaces(latest.name());
  *edition.mutable_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(proposal.proposed_time_us());
  return absl::OkStatus();
}

absl::Status PublicSummaryService::Second(const rpc::Identity& second,
                                          const v1::SecondPublicSummaryRequest& request,
                                          const Bounds& bounds,
                                          v1::SecondPublicSummaryResponse& response) {
  std::vector<rpc::BadField> bad;
  CheckPeriod(request.has_period() ? &request.period() : nullptr, bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(const auto snapshot, source_.store->NewSnapshot());
  SL_ASSIGN_OR_RETURN(const auto proposal,
                      PublicSummaryReader(snapshot.get()).Proposal(LabelOf(request.period())));
  if (!proposal.has_value() || proposal->agency() != second.agency) {
    return NothingToDo("your agency has proposed no public summary of this period");
  }
  if (proposal->principal() == second.principal) {
    return rpc::MakeError(absl::StatusCode::kFailedPrecondition,
                          type::v1::ERROR_REASON_SECOND_PERSON_NEEDED,
                          "another person must second what you proposed");
  }
  v1::PublicSummary draft;
  v1::DisclosureAudit audit;
  SL_RETURN_IF_ERROR(Draft(second.agency, proposal->request(), {}, bounds, draft, audit));
  SL_RETURN_IF_ERROR(CheckProtection(audit));
  if (FiguresDigest(draft) != proposal->figures_digest()) {
    return NothingToDo(
        "the figures are no longer those that were proposed, for another summary was issued, or "
        "records or rules are others since; propose it again");
  }
  stored::v1::IssuedPublicSummary issued;
  issued.set_issuer(proposal->principal());
  issued.set_second(second.principal);
  return Finish(*snapshot, std::move(draft), std::move(issued), proposal->request().note(),
                *response.mutable_edition());
}

absl::Status PublicSummaryService::Finish(const storage::Snapshot& snapshot,
                                          v1::PublicSummary summary,
                                          stored::v1::IssuedPublicSummary issued,
                                          const std::string& note,
                                          v1::PublicSummaryEdition& edition) {
  const PublicSummaryReader reader(&snapshot);
  SL_ASSIGN_OR_RETURN(const auto editions, reader.Editions());
  const v1::PublicSummaryEdition latest = LatestOf(editions, summary.period().label());
  summary.set_edition(latest.edition() + 1);
  *summary.mutable_issued_time() = TimestampOf(now_());
  summary.set_note(note);
  if (!latest.name().empty()) {
    summary.set_replaces(latest.name());
    const std::optional<EditionId> id = ParseEditionName(latest.name());
    SL_ASSIGN_OR_RETURN(const auto before, reader.Files(*id));
    if (before.has_value()) {
      for (v1::PublicChange& change : ChangesBetween(before->summary(), summary)) {
        *summary.add_changes() = std::move(change);
      }
    }
  }
  stored::v1::PublicSummaryFiles files;
  for (PackageFile& file : PackageOf(summary)) {
    v1::PublicSummaryFile& added = *files.add_files();
    added.set_path(std::move(file.path));
    added.set_media_type(std::move(file.media_type));
    added.set_content(std::move(file.content));
  }
  if (!options_.key.has_value()) return absl::InternalError("there is no key to sign with");
  // The package file is the last, and has the digests of all others.
  SL_ASSIGN_OR_RETURN(std::string signature,
                      options_.key->Sign(files.files(files.files_size() - 1).content()));
  v1::PublicSummaryFile& signed_by = *files.add_files();
  signed_by.set_path(kSignatureFile);
  signed_by.set_media_type("application/octet-stream");
  signed_by.set_content(std::move(signature));
  if (files.ByteSizeLong() > kPublicAnswerBytesMax) return TooManyFigures();

  v1::PublicSummaryEdition& listed = *issued.mutable_edition();
  listed.set_name(EditionName(summary.period().label(), summary.edition()));
  *listed.mutable_period() = summary.period();
  listed.set_edition(summary.edition());
  listed.set_agency(summary.agency());
  *listed.mutable_time() = summary.issued_time();
  listed.set_revision(summary.revision());
  listed.set_replaces(summary.replaces());
  listed.set_note(summary.note());
  *files.mutable_summary() = std::move(summary);
  SL_RETURN_IF_ERROR(WriteEdition(*source_.store, snapshot, issued, files));
  edition = issued.edition();
  return absl::OkStatus();
}

absl::Status PublicSummaryService::List(const rpc::Identity& caller,
                                        v1::ListPublicSummariesResponse& response) const {
  SL_ASSIGN_OR_RETURN(const auto snapshot, source_.store->NewSnapshot());
  const PublicSummaryReader reader(snapshot.get());
  if (IsIssuer(caller)) {
    SL_ASSIGN_OR_RETURN(const auto proposals, reader.Proposals());
    for (const stored::v1::ProposedPublicSummary& one : proposals) {
      if (one.agency() != caller.agency) continue;
      v1::PublicSummaryEdition& edition = *response.add_editions();
      *edition.mutable_period() = SpanOf(WindowOf(one.request().period(), zone_));
      edition.set_agency(one.agency());
      edition.set_revision(one.request().view().revision());
      edition.set_note(one.request().note());
      *edition.mutable_time() =
          google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(one.proposed_time_us());
    }
  }
  SL_ASSIGN_OR_RETURN(auto editions, reader.Editions());
  std::stable_sort(editions.begin(), editions.end(), [](const auto& a, const auto& b) {
    using google::protobuf::util::TimeUtil;
    return TimeUtil::TimestampToMicroseconds(a.time()) >
           TimeUtil::TimestampToMicroseconds(b.time());
  });
  for (v1::PublicSummaryEdition& one : editions) *response.add_editions() = std::move(one);
  return absl::OkStatus();
}

absl::Status PublicSummaryService::Get(const std::string& name,
                                       v1::GetPublicSummaryResponse& response) const {
  const std::optional<EditionId> id = ParseEditionName(name);
  if (!id.has_value()) {
    return rpc::MakeBadRequest({{"name", type::v1::ERROR_REASON_NAME_MALFORMED,
                                 "a public summary is named by its period and edition, 2026Q3-1"}});
  }
  SL_ASSIGN_OR_RETURN(const auto snapshot, source_.store->NewSnapshot());
  const PublicSummaryReader reader(snapshot.get());
  SL_ASSIGN_OR_RETURN(auto files, reader.Files(*id));
  if (!files.has_value()) {
    return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                          "no public summary of this name was issued");
  }
  SL_ASSIGN_OR_RETURN(const auto editions, reader.Editions());
  for (const v1::PublicSummaryEdition& one : editions) {
    if (one.period().label() == id->label && one.edition() == id->edition) {
      *response.mutable_edition() = one;
    }
  }
  *response.mutable_files() = std::move(*files->mutable_files());
  return absl::OkStatus();
}

}  // namespace serieslink::summary

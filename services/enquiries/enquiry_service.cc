#include "services/enquiries/enquiry_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/enquiries/known_agencies.h"
#include "services/ingest/core/adapter.h"
#include "services/rpc/error.h"
#include "services/view/asked_exhibit.h"
#include "services/view/index_page.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::enquiries {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 200;
// How long a page is filled, at most half of what the call has left: see firearm_service.cc.
// A client takes 4 MiB unless it is told otherwise.
constexpr std::size_t kPageBytesMax = 2u << 20;
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);

absl::Status Changed() {
  return rpc::MakeError(
      absl::StatusCode::kAborted, type::v1::ERROR_REASON_ENQUIRY_CHANGED,
      "somebody of your agency acted on this enquiry meanwhile; look at it again");
}

absl::Status StatusOfRefusal(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone:
      return absl::OkStatus();
    case Refusal::kEnded:
      return rpc::MakeError(absl::StatusCode::kFailedPrecondition,
                            type::v1::ERROR_REASON_NOTHING_TO_DO,
                            "this enquiry was ended; ask anew");
    case Refusal::kFull:
      return rpc::MakeError(absl::StatusCode::kFailedPrecondition,
                            type::v1::ERROR_REASON_NOTHING_TO_DO,
                            "this holds as many comments as it may");
  }
  return absl::InternalError("an act was refused for no known reason");
}

absl::Status TooMany(int most) {
  return rpc::MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_OVERLOADED,
      absl::StrCat("your agency has ", most, " open enquiries already; end one that is not needed"),
      {{"open_max", absl::StrCat(most)}});
}

graph::Revision RevisionOf(std::int64_t min_revision) {
  return min_revision > 0 ? static_cast<graph::Revision>(min_revision) : 0;
}

// The record of the enquiry that `agency` asked under `name`; 0: none.
absl::StatusOr<graph::RecordNumber> FindNamed(view::Cut& cut, const std::string& agency,
                                              const std::string& name) {
  SL_ASSIGN_OR_RETURN(const auto numbers, EnquiriesFor(cut, agency, /*to_me=*/false));
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(numbers));
  const std::string source_id = ingest::EnquiryFileId(name);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (states[i].has_value() && states[i]->source_id() == source_id) return numbers[i];
  }
  return 0;
}

}  // namespace

EnquiryService::EnquiryService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                               EnquiryOptions options, WriteEnquiry write)
    : source_(source), tokens_(tokens), options_(std::move(options)), write_(std::move(write)) {
  AddUnary("/serieslink.enquiry.v1.EnquiryService/CreateEnquiry", this,
           &EnquiryService::CreateEnquiry);
  AddUnary("/serieslink.enquiry.v1.EnquiryService/GetEnquiry", this, &EnquiryService::GetEnquiry);
  AddUnary("/serieslink.enquiry.v1.EnquiryService/ListEnquiries", this,
           &EnquiryService::ListEnquiries);
  AddUnary("/serieslink.enquiry.v1.EnquiryService/ActOnEnquiry", this,
           &EnquiryService::ActOnEnquiry);
  AddUnary("/serieslink.enquiry.v1.EnquiryService/AnswerTraceRequest", this,
           &EnquiryService::AnswerTraceRequest);
}

grpc::Status EnquiryService::CreateEnquiry(grpc::ServerContext* context,
                                           const v1::CreateEnquiryRequest* request,
                                           v1::CreateEnquiryResponse* response) {
  return Reply(context, *request, *response, &EnquiryService::Create);
}

grpc::Status EnquiryService::GetEnquiry(grpc::ServerContext* context,
                                        const v1::GetEnquiryRequest* request,
                                        v1::GetEnquiryResponse* response) {
  return Reply(context, *request, *response, &EnquiryService::Get);
}

grpc::Status EnquiryService::ListEnquiries(grpc::ServerContext* context,
                                           const v1::ListEnquiriesRequest* request,
                                           v1::ListEnquiriesResponse* response) {
  return Reply(context, *request, *response, &EnquiryService::List);
}

grpc::Status EnquiryService::ActOnEnquiry(grpc::ServerContext* context,
                                          const v1::ActOnEnquiryRequest* request,
                                          v1::ActOnEnquiryResponse* response) {
  return Reply(context, *request, *response, &EnquiryService::ActOn);
}

grpc::Status EnquiryService::AnswerTraceRequest(grpc::ServerContext* context,
                                                const v1::AnswerTraceRequestRequest* request,
                                                v1::AnswerTraceRequestResponse* response) {
  return Reply(context, *request, *response, &EnquiryService::Answer);
}

absl::StatusOr<EnquiryService::Seen> EnquiryService::Find(const rpc::Identity& caller,
                                                          const std::string& id,
                                                          graph::Revision min_revision,
                                                          const view::Patience& patience) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId parsed = view::ParseAsked(id, "enquiry_id", bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  view::RevisionWish wish;
  wish.min_revision = min_revision;
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(const graph::RecordNumber record, view::FindEnquiry(cut.reader, parsed.id));
  // Who neither asks nor is asked has nothing of it read.
  SL_ASSIGN_OR_RETURN(const auto concerning,
                      view::EnquiriesThatConcern(cut.reader, caller.agency, {record}));
  if (concerning.empty()) return view::AskedNotFound();
  SL_ASSIGN_OR_RETURN(auto seen, SeeEnquiry(cut, caller.agency, record));
  if (!seen.has_value()) return view::AskedNotFound();
  return Seen{std::move(cut), *std::move(seen)};
}

template <typename Response>
absl::Status EnquiryService::Tell(const rpc::Identity& caller, const std::string& enquiry_id,
                                  graph::Revision min_revision, const view::Patience& patience,
                                  Response& response) const {
  SL_ASSIGN_OR_RETURN(const Seen seen, Find(caller, enquiry_id, min_revision, patience));
  *response.mutable_enquiry() = TellEnquiry(seen.enquiry, caller.agency, options_.now());
  response.set_revision(static_cast<std::int64_t>(seen.cut.revision));
  return absl::OkStatus();
}

template <typename Response>
absl::Status EnquiryService::WriteAndTell(const rpc::Identity& caller,
                                          const feed::v1::FeedMessage& message,
                                          const std::string& enquiry_id,
                                          const view::Patience& patience,
                                          Response& response) const {
  SL_ASSIGN_OR_RETURN(const Written written, write_(caller, message));
  if (written.revision == 0) return Changed();
  return Tell(caller, enquiry_id.empty() ? written.record_id : enquiry_id, written.revision,
              patience, response);
}

absl::Status EnquiryService::Create(const rpc::Identity& caller,
                                    const v1::CreateEnquiryRequest& request,
                                    const view::Patience& patience,
                                    v1::CreateEnquiryResponse& response) const {
  const AskingPolicy policy{options_.telling_agencies.contains(caller.agency)};
  const absl::Time now = options_.now();
  const std::vector<rpc::BadField> bad = CheckCreate(request, caller.agency, policy, now);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  std::string name = request.request_id();
  {
    SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, {}, patience));
    if (!name.empty()) {
      SL_ASSIGN_OR_RETURN(const graph::RecordNumber known, FindNamed(cut, caller.agency, name));
      SL_ASSIGN_OR_RETURN(const auto seen, SeeEnquiry(cut, caller.agency, known));
      if (seen.has_value()) {
        *response.mutable_enquiry() = TellEnquiry(*seen, caller.agency, now);
        response.set_revision(static_cast<std::int64_t>(cut.revision));
        return absl::OkStatus();
      }
    }
    std::vector<rpc::BadField> unknown;
    for (int i = 0; i < request.asked_agencies_size(); ++i) {
      SL_ASSIGN_OR_RETURN(const bool is_known,
                          IsKnownAgency(cut, caller.agency, options_.configured_agencies,
                                        request.asked_agencies(i)));
      if (is_known) continue;
      unknown.push_back({absl::StrCat("asked_agencies[", i, "]"),
                         type::v1::ERROR_REASON_FIELD_INVALID, std::string(kKnownAgencies)});
    }
    if (!unknown.empty()) return rpc::MakeBadRequest(unknown);
    SL_ASSIGN_OR_RETURN(const int open,
                        CountOpen(cut, caller.agency, now, options_.open_per_agency_max));
    if (open >= options_.open_per_agency_max) return TooMany(options_.open_per_agency_max);
  }
  if (name.empty()) {
    SL_ASSIGN_OR_RETURN(name, options_.new_name());
  }
  feed::v1::FeedMessage message;
  *message.mutable_enquiry() =
      Ask(request, name, TellsOthers(request, policy), {caller.principal, now});
  return WriteAndTell(caller, message, "", patience, response);
}

absl::Status EnquiryService::Get(const rpc::Identity& caller, const v1::GetEnquiryRequest& request,
                                 const view::Patience& patience,
                                 v1::GetEnquiryResponse& response) const {
  std::vector<rpc::BadField> bad;
  view::ParseAsked(request.enquiry_id(), "enquiry_id", bad);
  if (request.min_revision() < 0) {
    bad.push_back(
        {"min_revision", type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  return Tell(caller, request.enquiry_id(), RevisionOf(request.min_revision()), patience, response);
}

absl::Status EnquiryService::List(const rpc::Identity& caller,
                                  const v1::ListEnquiriesRequest& request,
                                  const view::Patience& patience,
                                  v1::ListEnquiriesResponse& response) const {
  std::vector<rpc::BadField> bad = CheckList(request);
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  std::string binding = absl::StrCat("ListEnquiries\n", caller.agency, "\n", request.kind(), "\n",
                                     request.to_me() ? 1 : 0);
  for (const int status : request.statuses()) absl::StrAppend(&binding, "\n", status);
  graph::RecordNumber before = 0;  // 0: from the latest
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(const std::string content, tokens_->Open(request.page_token(), binding));
    base::KeyReader reader(content);
    SL_ASSIGN_OR_RETURN(before, reader.ReadBe64());
  }
  view::RevisionWish wish;
  wish.min_revision = RevisionOf(request.min_revision());
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));

  const absl::Time now = options_.now();
  const absl::Time enough = now + std::min((patience.deadline - now) / 2, kPageTimeMax);
  std::set<int> statuses(request.statuses().begin(), request.statuses().end());
  if (statuses.empty()) statuses = {v1::ENQUIRY_STATUS_OPEN, v1::ENQUIRY_STATUS_ANSWERED};
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  SL_ASSIGN_OR_RETURN(auto numbers, EnquiriesFor(cut, caller.agency, request.to_me()));
  std::size_t bytes = 0;
  bool is_begun = false;  // each page looks at one at least, or it would never end
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    if (before != 0 && *number >= before) continue;
    if (is_begun && (response.enquiries_size() == page_size || bytes > kPageBytesMax ||
                     options_.now() >= enough)) {
      // Behind the last one that was looked at.
      std::string content;
      base::AppendBe64(&content, *number + 1);
      SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(), tokens_->Seal(content, binding));
      return absl::OkStatus();
    }
    is_begun = true;
    SL_ASSIGN_OR_RETURN(const auto seen, SeeEnquiry(cut, caller.agency, *number));
    if (!seen.has_value() || seen->is_own == request.to_me()) continue;
    v1::Enquiry told = TellEnquiry(*seen, caller.agency, now);
    if (request.kind() != v1::ENQUIRY_KIND_UNSPECIFIED && told.kind() != request.kind()) continue;
    if (!statuses.contains(told.status())) continue;
    bytes += told.ByteSizeLong();
    *response.add_enquiries() = std::move(told);
  }
  return absl::OkStatus();
}

absl::Status EnquiryService::ActOn(const rpc::Identity& caller,
                                   const v1::ActOnEnquiryRequest& request,
                                   const view::Patience& patience,
                                   v1::ActOnEnquiryResponse& response) const {
  const absl::Time now = options_.now();
  const std::vector<rpc::BadField> bad = CheckAct(request, now);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(Seen seen, Find(caller, request.enquiry_id(), 0, patience));
  const Actor actor{caller.principal, now};
  feed::v1::FeedMessage message;
  if (seen.enquiry.is_own) {
    const feed::v1::EnquiryFile& file = *seen.enquiry.enquiry.file();
    if (request.version() != 0 && static_cast<std::uint64_t>(request.version()) != file.version()) {
      return Changed();
    }
    // What is over asks anew: it counts again among those that are open.
    if (request.act_case() == v1::ActOnEnquiryRequest::kRenewUntil &&
        StatusOf(seen.enquiry, now) == v1::ENQUIRY_STATUS_EXPIRED) {
      SL_ASSIGN_OR_RETURN(const int open,
                          CountOpen(seen.cut, caller.agency, now, options_.open_per_agency_max));
      if (open >= options_.open_per_agency_max) return TooMany(options_.open_per_agency_max);
    }
    *message.mutable_enquiry() = file;
    SL_RETURN_IF_ERROR(StatusOfRefusal(Act(request, actor, *message.mutable_enquiry())));
  } else {
    if (request.act_case() != v1::ActOnEnquiryRequest::kComment) {
      return rpc::MakeBadRequest({{"act", type::v1::ERROR_REASON_FIELD_INVALID,
                                   "whoever is asked may comment; only the agency that asks may "
                                   "renew or end what it asks"}});
    }
    const view::EnquiryVersion* const own = seen.enquiry.ReplyOf(caller.agency);
    *message.mutable_enquiry_reply() =
        own != nullptr ? *own->reply() : EmptyReply(IdOf(seen.enquiry));
    SL_RETURN_IF_ERROR(
        StatusOfRefusal(Comment(request.comment(), actor, *message.mutable_enquiry_reply())));
  }
  return WriteAndTell(caller, message, request.enquiry_id(), patience, response);
}

absl::Status EnquiryService::CheckAbout(const rpc::Identity& caller,
                                        const v1::AnswerTraceRequestRequest& request,
                                        view::Cut& cut) const {
  std::vector<graph::PublicId> ids;
  std::vector<rpc::BadField> bad;
  for (const std::string& about : request.about()) {
    ids.push_back(view::ParseAsked(about, "about", bad).id);
  }
  SL_ASSIGN_OR_RETURN(const auto targets, cut.reader.LookUpIds(ids));
  std::vector<graph::RecordNumber> records;
  for (const auto& target : targets) records.push_back(target.has_value() ? target->record : 0);
  SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records(records));
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].has_value() && view::MaySee(view::Viewer{caller.agency}, *states[i])) continue;
    bad.push_back({absl::StrCat("about[", i, "]"), type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                   "there is nothing of this id that you may see"});
  }
  return bad.empty() ? absl::OkStatus() : rpc::MakeBadRequest(bad);
}

absl::Status EnquiryService::Answer(const rpc::Identity& caller,
                                    const v1::AnswerTraceRequestRequest& request,
                                    const view::Patience& patience,
                                    v1::AnswerTraceRequestResponse& response) const {
  const std::vector<rpc::BadField> bad = CheckAnswer(request);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(Seen seen, Find(caller, request.enquiry_id(), 0, patience));
  if (seen.enquiry.is_own) return view::AskedNotFound();
  SL_RETURN_IF_ERROR(CheckAbout(caller, request, seen.cut));
  const view::EnquiryVersion* const own = seen.enquiry.ReplyOf(caller.agency);
  feed::v1::FeedMessage message;
  *message.mutable_enquiry_reply() =
      own != nullptr ? *own->reply() : EmptyReply(IdOf(seen.enquiry));
  if (StatusOf(seen.enquiry, options_.now()) == v1::ENQUIRY_STATUS_ENDED) {
    return StatusOfRefusal(Refusal::kEnded);
  }
  enquiries::Answer(request, {caller.principal, options_.now()}, *message.mutable_enquiry_reply());
  return WriteAndTell(caller, message, request.enquiry_id(), patience, response);
}

}  // namespace serieslink::enquiries

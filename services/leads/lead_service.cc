#include "services/leads/lead_service.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/leads/lead_queue.h"
#include "services/linkage/core/standing.h"
#include "services/rpc/error.h"
#include "services/view/asked_exhibit.h"
#include "services/view/index_page.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::leads {
namespace {

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 200;
constexpr int kExaminationsDefault = 20;
constexpr int kExaminationsMax = 50;
constexpr std::size_t kUnitBytesMax = 128;
// How long a page is filled, at most half of what the call has left: see firearm_service.cc.
constexpr absl::Duration kPageTimeMax = absl::Seconds(1);

std::string EncodePlace(const graph::RankedEdge& place) {
  std::string content;
  base::AppendBe64(&content, place.rank);
  base::AppendBe64(&content, place.source);
  base::AppendBe64(&content, place.target);
  return content;
}

absl::StatusOr<graph::RankedEdge> DecodePlace(const std::string& content) {
  base::KeyReader reader(content);
  graph::RankedEdge place;
  SL_ASSIGN_OR_RETURN(place.rank, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(place.source, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(place.target, reader.ReadBe64());
  return place;
}

bool IsPlainText(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

view::RevisionWish AtLeast(std::int64_t min_revision, std::vector<rpc::BadField>& bad) {
  view::RevisionWish wish;
  if (min_revision < 0) {
    bad.push_back(
        {"min_revision", type::v1::ERROR_REASON_FIELD_INVALID, "a revision is 0 or more"});
  } else {
    wish.min_revision = static_cast<graph::Revision>(min_revision);
  }
  return wish;
}

std::string WordOf(record::v1::Verdict verdict) {
  return record::v1::Verdict_Name(verdict).substr(sizeof("VERDICT_") - 1);
}

absl::Status LeadChanged(const char* what) {
  return rpc::MakeError(absl::StatusCode::kAborted, type::v1::ERROR_REASON_LEAD_CHANGED, what);
}

absl::Status StatusOf(Refusal refusal) {
  using type::v1::ErrorReason;
  constexpr absl::StatusCode kFailed = absl::StatusCode::kFailedPrecondition;
  switch (refusal) {
    case Refusal::kNone:
      return absl::OkStatus();
    case Refusal::kSecondPersonNeeded:
      return rpc::MakeError(kFailed, type::v1::ERROR_REASON_SECOND_PERSON_NEEDED,
                            "you proposed this yourself; another person of your agency must "
                            "second it");
    case Refusal::kNothingToDo:
      return rpc::MakeError(kFailed, type::v1::ERROR_REASON_NOTHING_TO_DO,
                            "nothing of that kind is there to be done; look at the lead again");
    case Refusal::kFull:
      return rpc::MakeError(kFailed, type::v1::ERROR_REASON_NOTHING_TO_DO,
                            "your agency's file of this lead holds as much of that as it may");
    case Refusal::kChannelNeeded:
      return rpc::MakeBadRequest(
          {{"channel", type::v1::ERROR_REASON_FIELD_MISSING,
            "there is something of that kind on several channels; name the one that is meant"}});
  }
  return absl::InternalError("an act was refused for no known reason");
}

std::string WordOf(record::v1::Channel channel) {
  return channel == record::v1::CHANNEL_UNSPECIFIED
             ? std::string()
             : record::v1::Channel_Name(channel).substr(sizeof("CHANNEL_") - 1);
}

// The channel that a decision is made on when the caller names none: the open channel on which
// `file` has the latest decision or proposal, or on which something stands that it would take the
// place of.
record::v1::Channel ChannelOf(const Pair& pair, const feed::v1::AnalystLeadFile& file) {
  for (const auto* const list : {&file.proposals(), &file.decisions()}) {
    for (int i = list->size() - 1; i >= 0; --i) {
      for (const record::v1::Channel open :
           {record::v1::CHANNEL_SERIAL, record::v1::CHANNEL_DESCRIPTION}) {
        if (list->Get(i).channel() == WordOf(open)) return open;
      }
    }
  }
  record::v1::Channel channel = record::v1::CHANNEL_DESCRIPTION;
  for (const PairStatement& one : pair.statements) {
    if (one.statement.channel == linkage::Channel::kSerial && !IsUndecided(one.statement)) {
      channel = record::v1::CHANNEL_SERIAL;
    }
  }
  return channel;
}

// Whether `verdict` by `channel` would take the place of another one that analysts, of whichever
// agency, decided there.
bool ReplacesADecision(const Pair& pair, record::v1::Channel channel, record::v1::Verdict verdict) {
  if (channel != record::v1::CHANNEL_SERIAL && channel != record::v1::CHANNEL_DESCRIPTION) {
    return false;
  }
  std::vector<linkage::Statement> statements;
  for (const PairStatement& one : pair.statements) {
    if (static_cast<int>(one.statement.channel) == static_cast<int>(channel)) {
      statements.push_back(one.statement);
    }
  }
  for (const linkage::StandingFinding& finding : linkage::ResolveStanding(statements)) {
    const bool is_decision = finding.verdict == linkage::Verdict::kConfirmed ||
                             finding.verdict == linkage::Verdict::kEliminated ||
                             finding.verdict == linkage::Verdict::kInconclusive;
    if (is_decision && finding.statement.basis == linkage::Basis::kAnalyst &&
        finding.statement.trusted && !finding.awaits_second &&
        static_cast<int>(finding.verdict) != static_cast<int>(verdict)) {
      return true;
    }
  }
  return false;
}

// The referral that `agency` is to answer: `number` of `referring`'s file, or the latest that is
// (not) accepted. Null when there is none.
const feed::v1::AnalystReferral* FindReferral(const Pair& pair, std::string_view agency,
                                              std::string_view referring, std::uint32_t number,
                                              bool is_accepted) {
  const PairFile* const file = pair.FileOf(referring);
  if (file == nullptr) return nullptr;
  const feed::v1::AnalystReferral* found = nullptr;
  for (const feed::v1::AnalystReferral& referral : file->file.referrals()) {
    if (referral.agency() != agency) continue;
    if (number != 0) {
      if (referral.number() == number) return &referral;
      continue;
    }
    const feed::v1::AnalystAnswer* const answer = AnswerTo(pair, *file, referral);
    const bool is_open =
        is_accepted ? answer != nullptr && !answer->has_outcome() : answer == nullptr;
    if (is_open) found = &referral;
  }
  return found;
}

// Whether the record of `end` may be seen by `agency`: the caller, who may, knows how it is marked.
bool MaySee(std::string_view agency, const PairEnd& end) {
  return end.is_open || end.agency == agency;
}

}  // namespace

void CheckReason(const std::string& reason, std::vector<rpc::BadField>& bad) {
  // feed.v1.AnalystAct states it.
  constexpr std::size_t kReasonBytesMax = 4000;
  if (absl::StripAsciiWhitespace(reason).empty()) {
    bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_MISSING, "say why, without names"});
  } else if (reason.size() > kReasonBytesMax) {
    bad.push_back({"reason", type::v1::ERROR_REASON_FIELD_TOO_LONG, "at most 4,000 bytes"});
  }
}

std::vector<graph::ParsedId> ParseEnds(const std::string& first_id, const std::string& second_id,
                                       std::vector<rpc::BadField>& bad) {
  std::vector<graph::ParsedId> ids;
  for (const auto& [text, field] :
       {std::pair(&first_id, "first_id"), std::pair(&second_id, "second_id")}) {
    ids.push_back(view::ParseAsked(*text, field, bad));
    const graph::IdKind kind = ids.back().kind;
    if (!ids.back().id.empty() && kind != graph::IdKind::kExhibit &&
        kind != graph::IdKind::kRecord) {
      bad.push_back({field, type::v1::ERROR_REASON_NAME_MALFORMED,
                     "a lead is named by its two exhibits (EX-), or their records (RC-)"});
    }
  }
  return ids;
}

LeadService::LeadService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                         const graph::IdKey* ids, LeadPolicy policy, std::string trust_domain,
                         std::function<absl::Time()> now, WriteLeadFile write)
    : source_(source),
      tokens_(tokens),
      ids_(ids),
      policy_(std::move(policy)),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      write_(std::move(write)) {
  AddUnary("/serieslink.lead.v1.LeadService/ListLeads", this, &LeadService::ListLeads);
  AddUnary("/serieslink.lead.v1.LeadService/GetLead", this, &LeadService::GetLead);
  AddUnary("/serieslink.lead.v1.LeadService/DecideLead", this, &LeadService::DecideLead);
  AddUnary("/serieslink.lead.v1.LeadService/ActOnLead", this, &LeadService::ActOnLead);
  AddUnary("/serieslink.lead.v1.LeadService/ListReexaminations", this,
           &LeadService::ListReexaminations);
  AddUnary("/serieslink.lead.v1.LeadService/ListExaminations", this,
           &LeadService::ListExaminations);
  AddUnary("/serieslink.lead.v1.LeadService/GetBlindSample", this, &LeadService::GetBlindSample);
  AddUnary("/serieslink.lead.v1.LeadService/JudgeBlindPair", this, &LeadService::JudgeBlindPair);
}

grpc::Status LeadService::ListLeads(grpc::ServerContext* context,
                                    const v1::ListLeadsRequest* request,
                                    v1::ListLeadsResponse* response) {
  return Answer(context, *request, *response, &LeadService::List);
}

grpc::Status LeadService::GetLead(grpc::ServerContext* context, const v1::GetLeadRequest* request,
                                  v1::GetLeadResponse* response) {
  return Answer(context, *request, *response, &LeadService::Get);
}

grpc::Status LeadService::DecideLead(grpc::ServerContext* context,
                                     const v1::DecideLeadRequest* request,
                                     v1::DecideLeadResponse* response) {
  return Answer(context, *request, *response, &LeadService::Decide);
}

grpc::Status LeadService::ActOnLead(grpc::ServerContext* context,
                                    const v1::ActOnLeadRequest* request,
                                    v1::ActOnLeadResponse* response) {
  return Answer(context, *request, *response, &LeadService::ActOn);
}

grpc::Status LeadService::ListReexaminations(grpc::ServerContext* context,
                                             const v1::ListReexaminationsRequest* request,
                                             v1::ListReexaminationsResponse* response) {
  return Answer(context, *request, *response, &LeadService::Reexaminations);
}

grpc::Status LeadService::ListExaminations(grpc::ServerContext* context,
                                           const v1::ListExaminationsRequest* request,
                                           v1::ListExaminationsResponse* response) {
  return Answer(context, *request, *response, &LeadService::Examinations);
}

QueueCall LeadService::CallOf(const rpc::Identity& caller, const view::Patience& patience) const {
  const absl::Time start = now_();
  const absl::Time enough = start + std::min((patience.deadline - start) / 2, kPageTimeMax);
  return {caller, policy_, start, [this, enough] { return now_() >= enough; }};
}

template <typename Request, typename Response, typename Fill>
absl::Status LeadService::AnswerPage(const rpc::Identity& caller, const Request& request,
                                     const view::Patience& patience, std::vector<rpc::BadField> bad,
                                     const std::string& binding, const Fill& fill,
                                     Response& response) const {
  view::CheckPageSize(request.page_size(), kPageSizeDefault, kPageSizeMax, bad);
  const view::RevisionWish wish = AtLeast(request.min_revision(), bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  std::optional<graph::RankedEdge> after;
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(const std::string content, tokens_->Open(request.page_token(), binding));
    SL_ASSIGN_OR_RETURN(after, DecodePlace(content));
  }
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  std::optional<graph::RankedEdge> resume;
  SL_RETURN_IF_ERROR(fill(CallOf(caller, patience), page_size,
                          after.has_value() ? &*after : nullptr, cut, response, resume));
  if (!resume.has_value()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                      tokens_->Seal(EncodePlace(*resume), binding));
  return absl::OkStatus();
}

absl::Status LeadService::List(const rpc::Identity& caller, const v1::ListLeadsRequest& request,
                               const view::Patience& patience,
                               v1::ListLeadsResponse& response) const {
  const std::string binding =
      absl::StrCat("ListLeads\n", caller.agency, "\n", request.filter().SerializeAsString());
  const auto fill = [&request](const QueueCall& call, int page_size, const graph::RankedEdge* after,
                               view::Cut& cut, v1::ListLeadsResponse& page,
                               std::optional<graph::RankedEdge>& resume) {
    return FillLeads(call, request.filter(), page_size, after, cut, page, resume);
  };
  return AnswerPage(caller, request, patience, CheckFilter(request.filter()), binding, fill,
                    response);
}

absl::Status LeadService::Reexaminations(const rpc::Identity& caller,
                                         const v1::ListReexaminationsRequest& request,
                                         const view::Patience& patience,
                                         v1::ListReexaminationsResponse& response) const {
  const std::string binding = absl::StrCat("ListReexaminations\n", caller.agency);
  return AnswerPage(caller, request, patience, {}, binding, FillReexaminations, response);
}

absl::Status LeadService::Examinations(const rpc::Identity& caller,
                                       const v1::ListExaminationsRequest& request,
                                       const view::Patience& patience,
                                       v1::ListExaminationsResponse& response) const {
  std::vector<rpc::BadField> bad;
  view::CheckPageSize(request.count_max(), kExaminationsDefault, kExaminationsMax, bad,
                      "count_max");
  const view::RevisionWish wish = AtLeast(request.min_revision(), bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  response.set_revision(static_cast<std::int64_t>(cut.revision));
  return FillExaminations(CallOf(caller, patience),
                          request.count_max() == 0 ? kExaminationsDefault : request.count_max(),
                          cut, response);
}

absl::StatusOr<LeadService::Asked> LeadService::Find(const rpc::Identity& caller,
                                                     const std::string& first_id,
                                                     const std::string& second_id,
                                                     std::int64_t min_revision,
                                                     const view::Patience& patience,
                                                     std::vector<rpc::BadField> bad) const {
  const std::vector<graph::ParsedId> ids = ParseEnds(first_id, second_id, bad);
  const view::RevisionWish wish = AtLeast(min_revision, bad);
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(const auto numbers, view::FindAsked(cut.reader, ids));
  if (numbers[0] == numbers[1]) {
    SL_ASSIGN_OR_RETURN(const auto states, cut.reader.Records({graph::RecordOf(numbers[0])}));
    if (!states[0].has_value() || !view::MaySee(view::Viewer{caller.agency}, *states[0])) {
      return view::AskedNotFound();
    }
    return rpc::MakeBadRequest(
        {{"second_id", type::v1::ERROR_REASON_DUPLICATE, "this is the same exhibit as the first"}});
  }
  const view::Viewer viewer{caller.agency};
  PairReader reader(&cut, &viewer);
  SL_ASSIGN_OR_RETURN(
      auto pairs,
      reader.Load({{std::max(numbers[0], numbers[1]), std::min(numbers[0], numbers[1])}}));
  if (!pairs[0].has_value()) return view::AskedNotFound();
  SeenLead lead{*std::move(pairs[0]), {}};
  SL_RETURN_IF_ERROR(reader.ReadRecords({&lead.pair}));
  for (std::size_t i = 0; i < 2; ++i) {
    const PairEnd& end = lead.pair.ends[lead.pair.ends[0].number == numbers[i] ? 0 : 1];
    // What was done about an exhibit that its record no longer has can still be taken back.
    if (end.record == nullptr) {
      if (lead.pair.FileOf(caller.agency) == nullptr) return view::AskedNotFound();
      continue;
    }
    if (ids[i].kind == graph::IdKind::kRecord && end.record->exhibits_size() > 1) {
      return rpc::MakeBadRequest(
          {{i == 0 ? "first_id" : "second_id", type::v1::ERROR_REASON_FIELD_INVALID,
            "this record has several exhibits; give the id of one of them (EX-)"}});
    }
  }
  SL_RETURN_IF_ERROR(NameWeapons(cut, viewer, /*is_told=*/true, {&lead}));
  if (lead.is_too_large()) return view::EvidenceTooLarge();
  return Asked{std::move(cut), std::move(lead)};
}

absl::Status LeadService::Get(const rpc::Identity& caller, const v1::GetLeadRequest& request,
                              const view::Patience& patience, v1::GetLeadResponse& response) const {
  SL_ASSIGN_OR_RETURN(Asked asked, Find(caller, request.first_id(), request.second_id(),
                                        request.min_revision(), patience, {}));
  const view::Viewer viewer{caller.agency};
  PairReader reader(&asked.cut, &viewer);
  SL_ASSIGN_OR_RETURN(*response.mutable_lead(),
                      LeadOf(asked.lead, caller.agency, policy_, now_(), reader));
  response.set_revision(static_cast<std::int64_t>(asked.cut.revision));
  return absl::OkStatus();
}

absl::StatusOr<graph::Revision> LeadService::Write(const rpc::Identity& caller, const Asked& asked,
                                                   const std::string& reason,
                                                   std::optional<std::uint64_t> wanted_version,
                                                   const Act& act) const {
  constexpr char kActedOn[] =
      "somebody of your agency acted on this lead meanwhile; look at it again";
  const Pair& pair = asked.lead.pair;
  feed::v1::AnalystLeadFile file;
  if (const PairFile* const own = pair.FileOf(caller.agency); own != nullptr) file = own->file;
  if (wanted_version.has_value() && *wanted_version != file.version()) {
    return LeadChanged(kActedOn);
  }
  file.set_first_exhibit(pair.ends[0].id);
  file.set_second_exhibit(pair.ends[1].id);
  // Who may see one of the two and not the other must not learn from the file that there is more.
  file.set_visibility(pair.ends[0].is_open && pair.ends[1].is_open ? "OPEN" : "OWNER");
  const Actor actor{caller.principal,
                    absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", now_(), absl::UTCTimeZone()), reason};
  SL_ASSIGN_OR_RETURN(const Refusal refusal, act(pair, actor, file));
  SL_RETURN_IF_ERROR(StatusOf(refusal));
  SL_ASSIGN_OR_RETURN(const graph::Revision revision, write_(caller, file));
  if (revision == 0) return LeadChanged(kActedOn);
  return revision;
}

absl::Status LeadService::ReadAgain(const rpc::Identity& caller, const Pair& pair,
                                    graph::Revision revision, const view::Patience& patience,
                                    v1::Lead& lead) const {
  SL_ASSIGN_OR_RETURN(Asked asked, Find(caller, pair.ends[0].id, pair.ends[1].id,
                                        static_cast<std::int64_t>(revision), patience, {}));
  const view::Viewer viewer{caller.agency};
  PairReader reader(&asked.cut, &viewer);
  SL_ASSIGN_OR_RETURN(lead, LeadOf(asked.lead, caller.agency, policy_, now_(), reader));
  return absl::OkStatus();
}

absl::Status LeadService::Decide(const rpc::Identity& caller, const v1::DecideLeadRequest& request,
                                 const view::Patience& patience,
                                 v1::DecideLeadResponse& response) const {
  std::vector<rpc::BadField> bad;
  CheckReason(request.reason(), bad);
  const record::v1::Verdict verdict = request.verdict();
  if (request.second_proposal()) {
    if (verdict != record::v1::VERDICT_UNSPECIFIED) {
      bad.push_back({"verdict", type::v1::ERROR_REASON_FIELD_INVALID,
                     "who seconds a proposal leaves it out: what was proposed is decided"});
    }
  } else if (verdict != record::v1::VERDICT_CONFIRMED &&
             verdict != record::v1::VERDICT_ELIMINATED &&
             verdict != record::v1::VERDICT_INCONCLUSIVE &&
             verdict != record::v1::VERDICT_WITHDRAWN) {
    bad.push_back({"verdict", type::v1::ERROR_REASON_FIELD_INVALID,
                   "CONFIRMED, ELIMINATED, INCONCLUSIVE, or WITHDRAWN to take it back"});
  }
  if (!record::v1::Channel_IsValid(request.channel()) ||
      request.channel() == record::v1::CHANNEL_SOURCE_REFERENCE) {
    bad.push_back({"channel", type::v1::ERROR_REASON_FIELD_INVALID,
                   "SERIAL or DESCRIPTION; CASE or BULLET disputes an examiner's finding"});
  }
  if (request.judged_revisions_size() != 0 && request.judged_revisions_size() != 2) {
    bad.push_back({"judged_revisions", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give both, of the first and the second exhibit of the lead, or none"});
  }
  SL_ASSIGN_OR_RETURN(Asked asked, Find(caller, request.first_id(), request.second_id(), 0,
                                        patience, std::move(bad)));
  const view::Viewer viewer{caller.agency};
  PairReader reader(&asked.cut, &viewer);
  std::string acted_on;  // the channel
  Replaced replaced;
  const auto act = [&](const Pair& pair, const Actor& actor,
                       feed::v1::AnalystLeadFile& file) -> absl::StatusOr<Refusal> {
    for (int i = 0; i < request.judged_revisions_size(); ++i) {
      const auto from = static_cast<std::int64_t>(pair.ends[static_cast<std::size_t>(i)].from);
      if (request.judged_revisions(i) != from) {
        return LeadChanged("a record of this lead is not as you looked at it; look at it again");
      }
    }
    if (request.second_proposal() || verdict == record::v1::VERDICT_WITHDRAWN) {
      const SoughtChannel sought = ChannelToActOn(WordOf(request.channel()),
                                                  /*or_decision=*/!request.second_proposal(), file);
      if (sought.refusal != Refusal::kNone) return sought.refusal;
      acted_on = sought.channel;
    }
    if (request.second_proposal()) {
      // Nobody decides on what nobody judged. To take something back, nothing need be judged.
      const feed::v1::AnalystDecision* const proposal = ProposalOn(file, acted_on);
      if (proposal != nullptr && proposal->verdict() != WordOf(record::v1::VERDICT_WITHDRAWN)) {
        SL_ASSIGN_OR_RETURN(const bool is_changed, IsOutdated(*proposal, pair, reader));
        if (is_changed || !pair.has_both()) {
          return LeadChanged(
              "a record of this lead is not as it was when this was proposed; propose it anew");
        }
      }
      return leads::Second(acted_on, actor, file, replaced);
    }
    if (verdict == record::v1::VERDICT_WITHDRAWN) {
      return leads::Withdraw(acted_on, policy_.NeedsTwo(verdict), actor, file, replaced);
    }
    // An exhibit that its record no longer has: what was decided of it can only be taken back.
    if (!pair.has_both()) return Refusal::kNothingToDo;
    const record::v1::Channel channel = request.channel() == record::v1::CHANNEL_UNSPECIFIED
                                            ? ChannelOf(pair, file)
                                            : request.channel();
    acted_on = WordOf(channel);
    const Decision decision = {WordOf(verdict), acted_on,
                               static_cast<std::int64_t>(pair.ends[0].from),
                               static_cast<std::int64_t>(pair.ends[1].from)};
    // What takes the place of a decision takes that back too, whichever agency's it is.
    const bool needs_two =
        policy_.NeedsTwo(verdict) ||
        (policy_.NeedsTwo(record::v1::VERDICT_WITHDRAWN) &&
         (DecisionOn(file, acted_on) != nullptr || ReplacesADecision(pair, channel, verdict)));
    return leads::Decide(decision, needs_two, actor, file, replaced);
  };
  SL_ASSIGN_OR_RETURN(
      const graph::Revision revision,
      Write(caller, asked, request.reason(),
            request.has_version() ? std::optional(request.version()) : std::nullopt, act));
  response.set_revision(static_cast<std::int64_t>(revision));
  SL_RETURN_IF_ERROR(
      ReadAgain(caller, asked.lead.pair, revision, patience, *response.mutable_lead()));
  for (const v1::LeadFile& file : response.lead().files()) {
    if (file.agency() != caller.agency) continue;
    for (const v1::LeadDecision& proposal : file.proposals()) {
      if (WordOf(proposal.channel()) == acted_on) response.set_waits_for_second(true);
    }
  }
  if (replaced.decision.has_value()) {
    *response.mutable_replaced_decision() = DecisionOf(*replaced.decision);
  }
  if (replaced.proposal.has_value()) {
    *response.mutable_replaced_proposal() = DecisionOf(*replaced.proposal);
  }
  return absl::OkStatus();
}

absl::Status LeadService::ActOn(const rpc::Identity& caller, const v1::ActOnLeadRequest& request,
                                const view::Patience& patience,
                                v1::ActOnLeadResponse& response) const {
  using Request = v1::ActOnLeadRequest;
  std::vector<rpc::BadField> bad;
  CheckReason(request.reason(), bad);
  std::string agency = caller.agency;
  std::string unit = request.refer().unit();
  if (const std::size_t slash = unit.find('/'); slash != std::string::npos) {
    agency = absl::AsciiStrToLower(unit.substr(0, slash));
    unit = unit.substr(slash + 1);
  }
  switch (request.act_case()) {
    case Request::ACT_NOT_SET:
      bad.push_back({"act", type::v1::ERROR_REASON_FIELD_MISSING,
                     "give one of refer, accept, outcome, expire and reopen"});
      break;
    case Request::kRefer:
      if (!rpc::IsIdentitySegment(agency) || absl::StripAsciiWhitespace(unit).empty() ||
          unit.size() > kUnitBytesMax || !IsPlainText(unit)) {
        bad.push_back({"refer.unit", type::v1::ERROR_REASON_FIELD_INVALID,
                       "give agency/unit, or a unit of your own agency; at most 128 bytes"});
      }
      break;
    case Request::kOutcome:
      if (!v1::OutcomeKind_IsValid(request.outcome().kind()) ||
          request.outcome().kind() == v1::OUTCOME_KIND_UNSPECIFIED) {
        bad.push_back({"outcome.kind", type::v1::ERROR_REASON_FIELD_INVALID,
                       "ARREST, RECOVERY, CONFIRMED_LINK, NO_LINK, NO_FURTHER_ACTION or OTHER"});
      }
      break;
    default:
      break;
  }
  SL_ASSIGN_OR_RETURN(const Asked asked, Find(caller, request.first_id(), request.second_id(), 0,
                                              patience, std::move(bad)));
  const auto own = [&](const std::string& named) {
    return named.empty() ? caller.agency : absl::AsciiStrToLower(named);
  };
  const auto act = [&](const Pair& pair, const Actor& actor,
                       feed::v1::AnalystLeadFile& file) -> absl::StatusOr<Refusal> {
    switch (request.act_case()) {
      case Request::kRefer:
        if (!MaySee(agency, pair.ends[0]) || !MaySee(agency, pair.ends[1])) {
          return rpc::MakeBadRequest({{"refer.unit", type::v1::ERROR_REASON_FIELD_INVALID,
                                       "that agency may not see both records of this lead"}});
        }
        return leads::Refer(agency, unit, actor, file);
      case Request::kAccept: {
        const std::string referring = own(request.accept().agency());
        const auto* const referral = FindReferral(pair, caller.agency, referring,
                                                  request.accept().number(), /*is_accepted=*/false);
        if (referral == nullptr) return Refusal::kNothingToDo;
        return leads::Accept(referring, referral->number(), actor, file);
      }
      case Request::kOutcome: {
        const std::string referring = own(request.outcome().agency());
        const auto* const referral = FindReferral(pair, caller.agency, referring,
                                                  request.outcome().number(), /*is_accepted=*/true);
        if (referral == nullptr) return Refusal::kNothingToDo;
        return leads::TellOutcome(
            referring, referral->number(),
            v1::OutcomeKind_Name(request.outcome().kind()).substr(sizeof("OUTCOME_KIND_") - 1),
            actor, file);
      }
      case Request::kExpire:
        return leads::Expire(actor, file);
      case Request::kReopen:
        return leads::Reopen(actor, file);
      case Request::ACT_NOT_SET:
        break;
    }
    return absl::InternalError("an act that was checked is none");
  };
  SL_ASSIGN_OR_RETURN(
      const graph::Revision revision,
      Write(caller, asked, request.reason(),
            request.has_version() ? std::optional(request.version()) : std::nullopt, act));
  response.set_revision(static_cast<std::int64_t>(revision));
  return ReadAgain(caller, asked.lead.pair, revision, patience, *response.mutable_lead());
}

}  // namespace serieslink::leads

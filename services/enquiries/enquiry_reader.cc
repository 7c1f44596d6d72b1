#include "services/enquiries/enquiry_reader.h"

#include <algorithm>
#include <utility>

#include "absl/types/span.h"
#include "google/protobuf/util/time_util.h"
#include "storage/base/status_macros.h"
#include "storage/graph/edges.h"
#include "storage/graph/public_id.h"

namespace serieslink::enquiries {
namespace {

using ::google::protobuf::util::TimeUtil;
using ::serieslink::view::EnquiryVersion;

// Replies that are told of one enquiry.
constexpr int kRepliesMax = 100;
// Of the comments of an enquiry that are told, about so many bytes: as many again of what asks and
// answers, which has bounds of its own, leave room in a message of 4 MiB.
constexpr std::size_t kOwnCommentsBytesMax = 256u << 10;
constexpr std::size_t kReplyCommentsBytesMax = 512u << 10;
// Files that are read at once.
constexpr std::size_t kFilesAtOnce = 256;

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixMicros(TimeUtil::TimestampToMicroseconds(time));
}

// Tells the latest of `comments` of which there is room in `bytes_max`, in their order; returns how
// many it leaves out.
template <typename Acts, typename List>
int TellComments(const Acts& comments, bool with_principal, std::size_t bytes_max, List* list) {
  int first = comments.size();
  for (std::size_t bytes = 0; first > 0; --first) {
    bytes += comments.Get(first - 1).ByteSizeLong();
    if (bytes > bytes_max) break;
  }
  for (int i = first; i < comments.size(); ++i) {
    const feed::v1::EnquiryAct& comment = comments.Get(i);
    v1::EnquiryComment& out = *list->Add();
    if (with_principal) out.set_principal(comment.principal());
    *out.mutable_time() = comment.time();
    out.set_text(comment.text());
  }
  return first;
}

v1::TraceAnswer AnswerOf(const feed::v1::EnquiryReply& reply) {
  v1::TraceAnswer answer = v1::TRACE_ANSWER_UNSPECIFIED;
  v1::TraceAnswer_Parse("TRACE_ANSWER_" + reply.answer(), &answer);
  return answer;
}

void TellReply(const EnquiryVersion& version, const std::string& agency,
               std::size_t comments_bytes_max, v1::Enquiry& told) {
  const feed::v1::EnquiryReply& reply = *version.reply();
  v1::EnquiryReply& out = *told.add_replies();
  out.set_agency(version.state->agency());
  out.set_answer(AnswerOf(reply));
  out.set_text(reply.text());
  *out.mutable_about() = reply.about();
  out.set_unit(reply.unit());
  if (reply.has_answered()) *out.mutable_answer_time() = reply.answered().time();
  out.set_comments_left_out(TellComments(reply.comments(), version.state->agency() == agency,
                                         comments_bytes_max, out.mutable_comments()));
}

}  // namespace

const EnquiryVersion* SeenEnquiry::ReplyOf(std::string_view agency) const {
  for (const EnquiryVersion& reply : replies) {
    if (reply.state->agency() == agency) return &reply;
  }
  return nullptr;
}

std::string IdOf(const SeenEnquiry& seen) {
  return graph::FormatPublicId(graph::IdKind::kRecord,
                               graph::PublicId(seen.enquiry.state->public_id()));
}

absl::StatusOr<std::optional<SeenEnquiry>> SeeEnquiry(view::Cut& cut, const std::string& agency,
                                                      graph::RecordNumber record) {
  if (record == 0) return std::nullopt;
  SL_ASSIGN_OR_RETURN(auto found, view::EnquiryVersionsAt(cut.reader, {record}, cut.revision));
  SeenEnquiry seen;
  seen.enquiry = std::move(found[0]);
  const feed::v1::EnquiryFile* const file = seen.enquiry.file();
  if (file == nullptr) return std::nullopt;
  const std::string& asking = seen.enquiry.state->agency();
  seen.is_own = asking == agency;
  if (!seen.is_own && !view::IsAskedOf(*file, asking, agency)) return std::nullopt;
  if (file->kind() != "TRACE_REQUEST") return seen;
  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, cut.reader.Edges());
  SL_ASSIGN_OR_RETURN(
      const auto numbers,
      edges.Members(graph::EdgeType::kEnquiry, view::RepliesTo(seen.enquiry.state->public_id())));
  SL_ASSIGN_OR_RETURN(auto replies, view::EnquiryVersionsAt(cut.reader, numbers, cut.revision));
  for (EnquiryVersion& reply : replies) {
    // Only whoever is asked has a say.
    if (reply.reply() == nullptr || !view::IsAskedOf(*file, asking, reply.state->agency()))
      continue;
    if (!seen.is_own && reply.state->agency() != agency) continue;
    if (reply.reply()->has_answered()) ++seen.answers;
    seen.replies.push_back(std::move(reply));
  }
  return seen;
}

v1::EnquiryStatus StatusOf(const SeenEnquiry& seen, absl::Time now) {
  const feed::v1::EnquiryFile& file = *seen.enquiry.file();
  if (file.has_ended()) return v1::ENQUIRY_STATUS_ENDED;
  if (TimeOf(file.expire_time()) <= now) return v1::ENQUIRY_STATUS_EXPIRED;
  if (file.kind() != "TRACE_REQUEST") return v1::ENQUIRY_STATUS_OPEN;
  // Whoever is asked is told of its own answer, and of no other.
  const int wanted = file.asks_all() || !seen.is_own ? 1 : file.asked_agencies_size();
  return seen.answers >= wanted ? v1::ENQUIRY_STATUS_ANSWERED : v1::ENQUIRY_STATUS_OPEN;
}

v1::Enquiry TellEnquiry(const SeenEnquiry& seen, const std::string& agency, absl::Time now) {
  const feed::v1::EnquiryFile& file = *seen.enquiry.file();
  const stored::v1::RecordState& state = *seen.enquiry.state;
  v1::Enquiry told;
  told.set_enquiry_id(IdOf(seen));
  told.set_kind(file.kind() == "STANDING_QUERY" ? v1::ENQUIRY_KIND_STANDING_QUERY
                                                : v1::ENQUIRY_KIND_TRACE_REQUEST);
  told.set_status(StatusOf(seen, now));
  told.set_agency(state.agency());
  told.set_unit(file.unit());
  told.set_contact(file.contact());
  told.set_purpose(file.purpose());
  *told.mutable_gun() = file.gun();
  *told.mutable_expire_time() = file.expire_time();
  *told.mutable_create_time() = file.asked().time();
  told.set_comments_left_out(
      TellComments(file.comments(), seen.is_own, kOwnCommentsBytesMax, told.mutable_comments()));
  if (file.has_ended()) *told.mutable_end_time() = file.ended().time();
  told.set_version(static_cast<std::int64_t>(file.version()));
  told.set_create_revision(static_cast<std::int64_t>(state.versions(0).from_revision()));
  told.set_answer_count(seen.answers);
  told.set_asks_all(file.asks_all());
  if (seen.is_own) {
    *told.mutable_asked_agencies() = file.asked_agencies();
    told.set_deconfliction(file.tells_others() ? v1::DECONFLICTION_ALLOWED
                                               : v1::DECONFLICTION_REFUSED);
    told.set_principal(file.asked().principal());
    told.set_end_reason(file.ended().text());
  } else if (!file.asks_all()) {
    told.add_asked_agencies(agency);
  }
  const auto replies = std::min(seen.replies.size(), std::size_t{kRepliesMax});
  for (std::size_t i = 0; i < replies; ++i) {
    TellReply(seen.replies[i], agency, kReplyCommentsBytesMax / replies, told);
  }
  told.set_replies_left_out(static_cast<std::int32_t>(seen.replies.size() - replies));
  return told;
}

absl::StatusOr<std::vector<graph::RecordNumber>> EnquiriesFor(view::Cut& cut,
                                                              const std::string& agency,
                                                              bool to_me) {
  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, cut.reader.Edges());
  constexpr auto kType = graph::EdgeType::kEnquiry;
  if (!to_me) return edges.Members(kType, view::EnquiriesOf(agency));
  SL_ASSIGN_OR_RETURN(auto numbers, edges.Members(kType, view::EnquiriesTo(agency)));
  SL_ASSIGN_OR_RETURN(const auto to_all, edges.Members(kType, view::EnquiriesToAll()));
  numbers.insert(numbers.end(), to_all.begin(), to_all.end());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

absl::StatusOr<int> CountOpen(view::Cut& cut, const std::string& agency, absl::Time now, int max) {
  SL_ASSIGN_OR_RETURN(const auto numbers, EnquiriesFor(cut, agency, /*to_me=*/false));
  int open = 0;
  // The latest first: those are open.
  for (std::size_t end = numbers.size(); end > 0 && open < max;) {
    const std::size_t begin = end - std::min(end, kFilesAtOnce);
    SL_ASSIGN_OR_RETURN(
        const auto files,
        view::EnquiryVersionsAt(
            cut.reader, absl::MakeConstSpan(numbers).subspan(begin, end - begin), cut.revision));
    for (const EnquiryVersion& one : files) {
      const feed::v1::EnquiryFile* const file = one.file();
      open += file != nullptr && !file->has_ended() && TimeOf(file->expire_time()) > now;
    }
    end = begin;
  }
  return std::min(open, max);
}

}  // namespace serieslink::enquiries

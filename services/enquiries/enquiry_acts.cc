#include "services/enquiries/enquiry_acts.h"

#include <utility>

#include "google/protobuf/util/time_util.h"

namespace serieslink::enquiries {
namespace {

feed::v1::EnquiryAct ActOf(const char* kind, const std::string& text, const Actor& actor) {
  feed::v1::EnquiryAct act;
  act.set_kind(kind);
  act.set_principal(actor.principal);
  *act.mutable_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(actor.time));
  act.set_text(text);
  return act;
}

// The next version of `file`, made by `act`.
template <typename File>
void Make(feed::v1::EnquiryAct act, File& file) {
  *file.mutable_act() = std::move(act);
  file.set_version(file.version() + 1);
}

template <typename File>
Refusal AddComment(const std::string& text, const Actor& actor, File& file) {
  if (file.comments_size() >= kCommentsMax) return Refusal::kFull;
  feed::v1::EnquiryAct act = ActOf("COMMENT", text, actor);
  *file.add_comments() = act;
  Make(std::move(act), file);
  return Refusal::kNone;
}

}  // namespace

feed::v1::EnquiryFile Ask(const v1::CreateEnquiryRequest& request, const std::string& name,
                          bool tells_others, const Actor& actor) {
  feed::v1::EnquiryFile file;
  file.set_name(name);
  file.set_kind(request.kind() == v1::ENQUIRY_KIND_STANDING_QUERY ? "STANDING_QUERY"
                                                                  : "TRACE_REQUEST");
  file.set_unit(request.unit());
  file.set_contact(request.contact());
  file.set_purpose(request.purpose());
  *file.mutable_gun() = request.gun();
  *file.mutable_asked_agencies() = request.asked_agencies();
  file.set_asks_all(request.asks_all());
  file.set_tells_others(tells_others);
  *file.mutable_expire_time() = request.expire_time();
  *file.mutable_asked() = ActOf("ASK", "", actor);
  Make(file.asked(), file);
  return file;
}

Refusal Act(const v1::ActOnEnquiryRequest& request, const Actor& actor,
            feed::v1::EnquiryFile& file) {
  switch (request.act_case()) {
    case v1::ActOnEnquiryRequest::kComment:
      return AddComment(request.comment(), actor, file);
    case v1::ActOnEnquiryRequest::kRenewUntil:
      if (file.has_ended()) return Refusal::kEnded;
      *file.mutable_expire_time() = request.renew_until();
      Make(ActOf("RENEW", "", actor), file);
      return Refusal::kNone;
    case v1::ActOnEnquiryRequest::kEndReason:
      if (file.has_ended()) return Refusal::kEnded;
      *file.mutable_ended() = ActOf("END", request.end_reason(), actor);
      Make(file.ended(), file);
      return Refusal::kNone;
    case v1::ActOnEnquiryRequest::ACT_NOT_SET:
      break;
  }
  return Refusal::kNone;
}

feed::v1::EnquiryReply EmptyReply(const std::string& enquiry) {
  feed::v1::EnquiryReply reply;
  reply.set_enquiry(enquiry);
  return reply;
}

void Answer(const v1::AnswerTraceRequestRequest& request, const Actor& actor,
            feed::v1::EnquiryReply& reply) {
  reply.set_answer(v1::TraceAnswer_Name(request.answer()).substr(sizeof("TRACE_ANSWER_") - 1));
  reply.set_text(request.text());
  *reply.mutable_about() = request.about();
  reply.set_unit(request.unit());
  *reply.mutable_answered() = ActOf("ANSWER", "", actor);
  Make(reply.answered(), reply);
}

Refusal Comment(const std::string& text, const Actor& actor, feed::v1::EnquiryReply& reply) {
  return AddComment(text, actor, reply);
}

}  // namespace serieslink::enquiries

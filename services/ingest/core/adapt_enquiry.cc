#include <string>

#include "services/ingest/core/feed_adapters.h"

namespace serieslink::ingest {
namespace {

constexpr int kMaxAgencies = 64;
constexpr int kMaxComments = 100;
constexpr int kMaxAbout = 100;

// What both kinds of files are: a record that its agency alone sees. Who is asked is shown what
// concerns it by the service of enquiries.
void SetUp(std::string_view field, const std::string& id, std::uint64_t version, bool has_act,
           FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(record::v1::RECORD_KIND_ENQUIRY);
  record.set_visibility(type::v1::VISIBILITY_OWNER);
  reader->OwnSource(field, "", kLeadFileSystem, field, id);
  if (version == 0) reader->Missing("version");
  record.set_source_version(version);
  if (!has_act) reader->Missing("act");
}

}  // namespace

std::string EnquiryFileId(std::string_view name) { return "ENQUIRY " + std::string(name); }
std::string EnquiryReplyId(std::string_view enquiry) { return "REPLY " + std::string(enquiry); }

void AdaptEnquiry(const feed::v1::EnquiryFile& file, FieldReader* reader) {
  reader->RequiredId("name", file.name(), kMaxIdBytes);
  SetUp("name", EnquiryFileId(file.name()), file.version(), file.has_act(), reader);
  if (file.kind() != "STANDING_QUERY" && file.kind() != "TRACE_REQUEST") {
    reader->Invalid("kind", "must be STANDING_QUERY or TRACE_REQUEST");
  }
  reader->RequiredId("unit", file.unit(), kMaxIdBytes);
  if (file.purpose().empty()) reader->Missing("purpose");
  if (!file.has_asked()) reader->Missing("asked");
  if (!file.has_gun()) reader->Missing("gun");
  if (!file.has_expire_time()) reader->Missing("expire_time");
  reader->ListFits("asked_agencies", file.asked_agencies_size(), kMaxAgencies);
  reader->ListFits("comments", file.comments_size(), kMaxComments);
}

void AdaptEnquiryReply(const feed::v1::EnquiryReply& reply, FieldReader* reader) {
  reader->RequiredId("enquiry", reply.enquiry(), kMaxIdBytes);
  SetUp("enquiry", EnquiryReplyId(reply.enquiry()), reply.version(), reply.has_act(), reader);
  if (!reply.answer().empty() && reply.answer() != "KNOWN" && reply.answer() != "NOT_KNOWN" &&
      reply.answer() != "REFER") {
    reader->Invalid("answer", "must be KNOWN, NOT_KNOWN or REFER");
  }
  reader->ListFits("about", reply.about_size(), kMaxAbout);
  reader->ListFits("comments", reply.comments_size(), kMaxComments);
}

}  // namespace serieslink::ingest

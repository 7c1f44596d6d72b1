#include "services/cli/enquiry_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using enquiry::v1::Enquiry;

// Nobody is to take a list that was cut for all that was said.
void AddLeftOut(const std::string& what, int count, Page& page) {
  if (count > 0) page.Fact(what, absl::StrCat(count));
}

std::string AskedText(const Enquiry& enquiry) {
  if (enquiry.asks_all()) return "all agencies";
  return absl::StrJoin(enquiry.asked_agencies(), ", ");
}

Table CommentTable(const google::protobuf::RepeatedPtrField<enquiry::v1::EnquiryComment>& comments,
                   const std::string& agency) {
  Table table{{"when", "who", "what"}, {}};
  for (const enquiry::v1::EnquiryComment& comment : comments) {
    table.rows.push_back({TimestampText(comment.time()),
                          comment.principal().empty() ? agency : comment.principal(),
                          comment.text()});
  }
  return table;
}

}  // namespace

std::string GunText(const firearm::v1::FirearmFilter& gun) {
  std::vector<std::string> parts;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) parts.push_back(absl::StrCat(name, " ", value));
  };
  add("serial", gun.serial());
  add("make", gun.make());
  add("model", gun.model());
  add("calibre", gun.calibre());
  add("kind", EnumWords(gun, "kinds"));
  add("type", EnumWords(gun, "types"));
  add("type", absl::StrJoin(gun.type_words(), "; "));
  add("agency", gun.agency());
  add("area", gun.area());
  if (gun.has_occurred_from()) add("from", TimestampText(gun.occurred_from()));
  if (gun.has_occurred_before()) add("before", TimestampText(gun.occurred_before()));
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> EnquiryHeadings() {
  return {"enquiry", "kind",  "status", "agency",  "unit",    "gun",
          "asked",   "until", "of",     "answers", "version", "purpose"};
}

std::vector<std::string> EnquiryRow(const Enquiry& enquiry) {
  return {enquiry.enquiry_id(),
          EnumWords(enquiry, "kind"),
          EnumWords(enquiry, "status"),
          enquiry.agency(),
          enquiry.unit(),
          GunText(enquiry.gun()),
          TimestampText(enquiry.create_time()),
          TimestampText(enquiry.expire_time()),
          AskedText(enquiry),
          absl::StrCat(enquiry.answer_count()),
          absl::StrCat(enquiry.version()),
          enquiry.purpose()};
}

void WriteEnquiry(const Enquiry& enquiry, std::int64_t revision, Format format, int width_columns,
                  std::ostream& out) {
  if (format == Format::kCsv) {
    WriteCsv({EnquiryHeadings(), {EnquiryRow(enquiry)}}, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat(enquiry.enquiry_id(), ": ", EnumWords(enquiry, "kind"), ", ",
                          EnumWords(enquiry, "status")));
  page.Fact("Gun", GunText(enquiry.gun()));
  page.Fact("Asked by", absl::StrCat(enquiry.agency(), "/", enquiry.unit()));
  page.Fact("Contact", enquiry.contact());
  page.Fact("Principal", enquiry.principal());
  page.Fact("Purpose", enquiry.purpose());
  page.Fact("Asked of", AskedText(enquiry));
  page.Fact("Others are told", EnumWords(enquiry, "deconfliction"));
  page.Fact("Since", TimestampText(enquiry.create_time()));
  page.Fact("Until", TimestampText(enquiry.expire_time()));
  if (enquiry.has_end_time()) page.Fact("Ended", TimestampText(enquiry.end_time()));
  page.Fact("Why ended", enquiry.end_reason());
  page.Fact("Version", absl::StrCat(enquiry.version()));
  page.Fact("Tells what comes after revision", absl::StrCat(enquiry.create_revision()));
  page.Fact("Revision", absl::StrCat(revision));
  Table replies{{"agency", "answer", "when", "unit", "about", "text"}, {}};
  for (const enquiry::v1::EnquiryReply& reply : enquiry.replies()) {
    if (!reply.has_answer_time()) continue;
    replies.rows.push_back({reply.agency(), EnumWords(reply, "answer"),
                            TimestampText(reply.answer_time()), reply.unit(),
                            absl::StrJoin(reply.about(), " "), reply.text()});
  }
  AddLeftOut("Answers left out", enquiry.replies_left_out(), page);
  AddLeftOut("Earlier comments left out", enquiry.comments_left_out(), page);
  for (const enquiry::v1::EnquiryReply& reply : enquiry.replies()) {
    AddLeftOut(absl::StrCat("Earlier comments of ", reply.agency(), " left out"),
               reply.comments_left_out(), page);
  }
  page.Section("Answers", replies);
  page.Section("Comments", CommentTable(enquiry.comments(), enquiry.agency()));
  for (const enquiry::v1::EnquiryReply& reply : enquiry.replies()) {
    page.Section(absl::StrCat("Comments of ", reply.agency()),
                 CommentTable(reply.comments(), reply.agency()));
  }
}

}  // namespace serieslink::cli

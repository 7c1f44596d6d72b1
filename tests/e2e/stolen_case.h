#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/stolen/v1/stolen_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

// What tests of lost and stolen guns have in common: what is sent of a gun, through a whole server
// over mutual TLS, and its cases in few words.
namespace serieslink {

inline constexpr char kOpen[] = " marking { visibility: 'OPEN' } ";

// A message, and who sends it.
struct Sent {
  std::string agency;
  feed::v1::FeedMessage message;
};

inline Sent Of(const std::string& agency, const std::string& text) {
  Sent sent{agency, {}};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
  return sent;
}

inline std::string Gun(const std::string& number, const std::string& more = "") {
  return absl::StrCat("make: 'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER", number,
                      "' part: 'FRAME' } ", more);
}

// What a licensing unit reports of one gun.
inline Sent Licensing(const std::string& id, const std::string& lost, const std::string& gun,
                      const std::string& more = "", const std::string& marking = kOpen) {
  return Of("kent", absl::StrCat("licensing { report_id: '", id, "' loss_kind: 'STOLEN' lost: '",
                                 lost, "' guns { ", gun, " } ", more, marking, "}"));
}

// What it reports of two guns that went at once.
inline Sent LicensingOfTwo(const std::string& id, const std::string& lost, const std::string& first,
                           const std::string& second, const std::string& more = "") {
  return Of("kent", absl::StrCat("licensing { report_id: '", id, "' loss_kind: 'STOLEN' lost: '",
                                 lost, "' guns { reference: 'A' ", first,
                                 " } guns { reference: 'B' ", second, " } ", more, kOpen, "}"));
}

// A part of the gun of that number.
inline std::string Part(const std::string& number, const std::string& kind,
                        const std::string& more = "") {
  return absl::StrCat("items { kind: 'GUN_PART' part_kind: '", kind,
                      "' make: 'Beretta' calibre: '9x19' serials { text: 'BER", number,
                      "' part: 'FRAME' } ", more, "} ");
}

// A part with a number that is its own.
inline std::string PartWithItsNumber(const std::string& number, const std::string& kind,
                                     const std::string& place, const std::string& more = "") {
  return absl::StrCat("items { kind: 'GUN_PART' part_kind: '", kind,
                      "' make: 'Beretta' calibre: '9x19' serials { text: 'BER", number, "' part: '",
                      place, "' } ", more, "} ");
}

// What a licensing unit reports of one part by itself.
inline Sent LostPart(const std::string& id, const std::string& lost, const std::string& part) {
  return Of("kent", absl::StrCat("licensing { report_id: '", id, "' loss_kind: 'STOLEN' lost: '",
                                 lost, "' ", part, kOpen, "}"));
}

// What a police force records of one part by itself.
inline Sent PoliceOfPart(const std::string& id, const std::string& type,
                         const std::string& occurred, const std::string& part,
                         const std::string& more = "") {
  return Of("mers", absl::StrCat("force { system: 'NICHE' record_id: '", id, "' record_type: '",
                                 type, "' occurred: '", occurred, "' ", part, more, kOpen, "}"));
}

// What a police force records.
inline Sent Police(const std::string& agency, const std::string& id, const std::string& type,
                   const std::string& occurred, const std::string& gun,
                   const std::string& more = "") {
  return Of(agency,
            absl::StrCat("force { system: 'NICHE' record_id: '", id, "' record_type: '", type,
                         "' occurred: '", occurred, "' guns { ", gun, " } ", more, kOpen, "}"));
}

// What NABIS has on its registry of a gun that is missing.
inline Sent Nabis(const std::string& id, const std::string& occurred, const std::string& more) {
  return Of("nabis",
            absl::StrCat("nabis { entry_id: '", id, "' event { event_type: 'LOSS' occurred: '",
                         occurred, "' ", more, " } ", kOpen, "}"));
}

// "LOSS_CASE_STATE_OUTSTANDING" of an enumeration whose prefix has `prefix` characters.
inline std::string Short(const std::string& name, std::size_t prefix) {
  return name.substr(prefix);
}

inline std::string WordsOf(const google::protobuf::RepeatedPtrField<stolen::v1::LossCase>& cases) {
  std::string words;
  for (const stolen::v1::LossCase& one : cases) {
    absl::StrAppend(&words, Short(record::v1::LossKind_Name(one.kind()), 10));
    for (const auto& step : one.steps()) {
      absl::StrAppend(&words, " ", Short(stolen::v1::LossCaseState_Name(step.state()), 16),
                      step.order_is_uncertain() ? "?" : "");
    }
    EXPECT_EQ(one.steps().rbegin()->state(), one.state());
    absl::StrAppend(&words, ", ", one.uses_size(), " uses, ",
                    Short(stolen::v1::Reconciliation_Name(one.reconciliation()), 15), " of ",
                    one.reports_size(), ", notice ",
                    Short(stolen::v1::NoticeVerdict_Name(one.notice().verdict()), 15));
    for (const auto& contradiction : one.contradictions()) {
      absl::StrAppend(&words, " !",
                      Short(stolen::v1::CaseContradictionKind_Name(contradiction.kind()), 24));
      EXPECT_FALSE(contradiction.explanation().empty());
    }
    if (one.order_is_uncertain()) words += ", order uncertain";
    for (const auto& remark : one.remarks()) {
      absl::StrAppend(&words, " ?", Short(stolen::v1::CaseRemarkKind_Name(remark.kind()), 17));
      EXPECT_FALSE(remark.explanation().empty());
    }
    absl::StrAppend(&words, one.is_lost_again() ? ", lost again\n" : "\n");
  }
  return words;
}
class StolenTest : public testing::Test {
 protected:
  std::string NextNumber() { return absl::StrCat(number_ += 3571); }

  // Sends it in a batch of its own; the id of its record.
  std::string Push(const Sent& sent, ingest::v1::Outcome outcome = ingest::v1::OUTCOME_CREATED) {
    const auto reply = server_.As(sent.agency).Submit({sent.message});
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    if (!reply.ok()) return "";
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), outcome) << ack.ShortDebugString();
    revision_ = std::max(revision_, ack.revision());
    return ack.record_id();
  }

  // Calls a method of the service as `agency`.
  template <typename Response, typename Request>
  Reply<Response> Call(const std::string& agency, const std::string& method,
                       const Request& request) {
    const auto bytes = server_.As(agency).CallBytes("/serieslink.stolen.v1.StolenService/" + method,
                                                    request.SerializeAsString());
    Reply<Response> reply;
    reply.status = bytes.status;
    EXPECT_TRUE(!bytes.ok() || reply.message.ParseFromString(bytes.message));
    return reply;
  }

  std::string CasesOf(const std::string& id, const std::string& agency = "kent",
                      std::int64_t as_at = 0) {
    stolen::v1::GetLossCasesRequest request;
    request.set_firearm_id(id);
    request.mutable_view()->set_min_revision(revision_);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    const auto reply = Call<stolen::v1::GetLossCasesResponse>(agency, "GetLossCases", request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return WordsOf(reply->cases());
  }

  // All cases of a filter, over pages of `page_size`.
  std::vector<stolen::v1::LossCase> List(const std::string& filter, int page_size = 0,
                                         const std::string& agency = "kent",
                                         std::int64_t as_at = 0) {
    stolen::v1::ListLossCasesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()));
    request.mutable_view()->set_min_revision(revision_);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    request.set_page_size(page_size);
    std::vector<stolen::v1::LossCase> cases;
    do {
      const auto reply = Call<stolen::v1::ListLossCasesResponse>(agency, "ListLossCases", request);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      if (!reply.ok()) break;
      EXPECT_LE(reply->cases_size(), page_size == 0 ? 50 : page_size);
      cases.insert(cases.end(), reply->cases().begin(), reply->cases().end());
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return cases;
  }

  std::vector<std::string> SerialsOf(const std::vector<stolen::v1::LossCase>& cases) {
    std::vector<std::string> serials;
    for (const stolen::v1::LossCase& one : cases)
      serials.push_back(one.reports(0).firearm().serials(0).text());
    return serials;
  }

  TestServer server_;
  std::int64_t revision_ = 0;
  int number_ = 482131;
};

}  // namespace serieslink

#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/firearm/v1/firearm_service.pb.h"
#include "services/border/border_service.h"
#include "services/firearm/firearm_service.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "tests/support/agency_client.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"

// What the tests of consignments share: what Border Force and others record, and a service over it.
namespace serieslink {
using border::v1::Consignment;
using border::v1::PartSet;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

inline constexpr char kOpen[] = " marking { visibility: 'OPEN' } ";

using Sent = SentMessage;

inline Sent Of(const std::string& agency, const std::string& text) {
  Sent sent{agency, {}};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
  return sent;
}

// What Border Force records of one consignment.
inline Sent Seizure(const std::string& number, const std::string& seized, const std::string& more,
                    const std::string& marking = kOpen) {
  return Of("border_force", absl::StrCat("border_force { seizure_number: '", number, "' seized: '",
                                         seized, "' ", more, marking, "}"));
}

inline std::string Part(const std::string& kind, const std::string& more = "") {
  return absl::StrCat("items { reference: '", kind, "' kind: 'GUN_PART' part_kind: '", kind, "' ",
                      more, "} ");
}

inline constexpr char kWay[] = "declared_origin: 'LT' destination: 'Sefton' ";

inline std::string Names(const std::string& number) {
  return absl::StrCat("sister_seizures { source_id: '", number, "' } ");
}

class BorderTest : public testing::Test {
 protected:
  // Sends it in a commit of its own; the id of its record.
  std::string Push(const Sent& sent) {
    const auto answers = pipeline_.Push({sent});
    EXPECT_EQ(answers.at(0).outcome(), ingest::v1::OUTCOME_CREATED)
        << answers[0].ShortDebugString();
    revision_ = static_cast<std::int64_t>(pipeline_.revision());
    return answers[0].record_id();
  }

  void Withdraw(const std::string& agency, const std::string& id) {
    pipeline_.Withdraw(agency, id);
    revision_ = static_cast<std::int64_t>(pipeline_.revision());
  }

  // Whose references confirm: everybody's.
  border::BorderService Service(const view::TrustedAgencies& trusted = {}) {
    return border::BorderService(pipeline_.source(), &pipeline_.ids(), &tokens_, "test",
                                 &DerivationPipeline::Now, absl::UTCTimeZone(), trusted);
  }

  // Calls the service as `agency`.
  template <typename Response, typename Request>
  Reply<Response> Call(const std::string& agency,
                       absl::Status (border::BorderService::*method)(const view::Viewer&,
                                                                     const Request&,
                                                                     const view::Patience&,
                                                                     Response&) const,
                       const Request& request, const view::TrustedAgencies& trusted = {}) {
    Reply<Response> reply;
    const border::BorderService service = Service(trusted);
    reply.status = rpc::ToGrpcStatus(
        (service.*method)(view::Viewer{agency}, request, absl::InfiniteFuture(), reply.message));
    return reply;
  }

  // All consignments of a filter, over pages of `page_size`.
  std::vector<Consignment> List(const std::string& filter, int page_size = 0,
                                const std::string& agency = "mps", std::int64_t as_at = 0) {
    border::v1::ListConsignmentsRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()));
    request.mutable_view()->set_min_revision(revision_);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    request.set_page_size(page_size);
    std::vector<Consignment> all;
    do {
      const auto reply =
          Call<border::v1::ListConsignmentsResponse>(agency, &border::BorderService::List, request);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      if (!reply.ok()) break;
      EXPECT_LE(reply->consignments_size(), page_size == 0 ? 50 : page_size);
      all.insert(all.end(), reply->consignments().begin(), reply->consignments().end());
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  std::vector<std::string> NumbersOf(const std::vector<Consignment>& consignments) {
    std::vector<std::string> numbers;
    for (const Consignment& one : consignments) numbers.push_back(one.source().source_id());
    return numbers;
  }

  std::vector<PartSet> ListSets(const std::string& request_text, int page_size = 0,
                                const std::string& agency = "mps") {
    border::v1::ListPartSetsRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request_text, &request));
    request.mutable_view()->set_min_revision(revision_);
    request.set_page_size(page_size);
    std::vector<PartSet> all;
    do {
      const auto reply =
          Call<border::v1::ListPartSetsResponse>(agency, &border::BorderService::ListSets, request);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      if (!reply.ok()) break;
      all.insert(all.end(), reply->sets().begin(), reply->sets().end());
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  border::v1::GetPartSetResponse SetOf(const std::string& id, const std::string& agency = "mps",
                                       std::int64_t as_at = 0) {
    border::v1::GetPartSetRequest request;
    request.set_consignment_id(id);
    request.mutable_view()->set_min_revision(revision_);
    if (as_at > 0) request.mutable_view()->set_revision(as_at);
    auto reply =
        Call<border::v1::GetPartSetResponse>(agency, &border::BorderService::GetSet, request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return std::move(reply.message);
  }

  // The set in words, by the numbers of seizures in place of ids: "A B | CONFIRMED REFERENCE A>B".
  std::string WordsOf(const border::v1::GetPartSetResponse& response) {
    std::map<std::string, std::string> number_of;
    for (const Consignment& one : List("", 1000)) {
      number_of[one.record_id()] = one.source().source_id();
    }
    const PartSet& set = response.set();
    std::vector<std::string> numbers;
    for (const Consignment& one : set.consignments()) numbers.push_back(one.source().source_id());
    EXPECT_EQ(set.consignment_count(), set.consignments_size());
    EXPECT_EQ(set.set_id(), set.consignments(0).record_id());
    std::string words = absl::StrJoin(numbers, " ");
    // Ids, by which equal links are ordered, differ from store to store.
    std::set<std::string> links;
    for (const border::v1::SetLink& link : set.links()) {
      EXPECT_FALSE(link.explanation().empty());
      EXPECT_EQ(link.rule().empty(), link.basis() == border::v1::SET_LINK_BASIS_REFERENCE);
      links.insert(absl::StrCat(border::v1::SetLinkState_Name(link.state()).substr(15), " ",
                                border::v1::SetLinkBasis_Name(link.basis()).substr(15), " ",
                                number_of[link.from_record()], ">", number_of[link.to_record()]));
    }
    for (const std::string& link : links) absl::StrAppend(&words, " | ", link);
    if (set.names_not_found() > 0) absl::StrAppend(&words, " | not found ", set.names_not_found());
    for (const auto& one : response.appearances()) {
      absl::StrAppend(&words, " | ", record::v1::EventKind_Name(one.event().kind()).substr(11), " ",
                      border::v1::SetLinkState_Name(one.state()).substr(15), " ",
                      border::v1::AppearanceOrder_Name(one.order()).substr(17));
    }
    return words;
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{}};
  std::int64_t revision_ = 0;
};

// What is sent, and what the set of its first consignment then is.
struct Scenario {
  std::string name;
  std::vector<Sent> messages;
  std::string set;
};

inline std::vector<Scenario> Scenarios(const std::string& n) {
  const std::string a = "A" + n;
  const std::string b = "B" + n;
  const std::string c = "C" + n;
  const std::string d = "D" + n;
  // Each scenario has a destination of its own.
  const auto way = [&](const std::string& to) {
    return absl::StrCat("declared_origin: 'LT' destination: '", to, n, "' ");
  };
  return {
      {"NamedOnOneSideAndOverAnother",
       {Seizure(a, "2021-02-11", Part("slide") + Names(b)),
        Seizure(b, "2021-02-13", Part("barrel")),
        Seizure(c, "2021-02-20", Part("frame") + Names(b) + Names("NOWHERE"))},
       absl::StrCat(a, " ", b, " ", c, " | CONFIRMED REFERENCE ", a, ">", b,
                    " | CONFIRMED REFERENCE ", c, ">", b, " | not found 1")},
      {"SentApartIsALeadAndJoinsNothing",
       {Seizure(a, "2021-02-11", Part("slide") + way("Leeds")),
        Seizure(b, "2021-02-13", Part("barrel") + way("leeds ")),
        Seizure(c, "2021-02-12", Part("slide") + way("Leeds")),
        Seizure(d, "2021-06-01", Part("barrel") + way("Leeds"))},
       absl::StrCat(a, " | LEAD SENT_APART ", a, ">", b)},
      {"OneNumberOnPartsOfTwo",
       {Seizure(a, "2021-02-11",
                Part("slide", "serials { text: 'RT21-0881" + n + "' part: 'SLIDE' }")),
        Seizure(b, "2021-09-13",
                Part("barrel", "serials { text: 'RT210881" + n + "' part: 'BARREL' }"))},
       absl::StrCat(a, " | LEAD PART_NUMBER ", a, ">", b)},
      {"OneNumberOfTheConsignment",
       {Seizure(a, "2021-02-11", "consignment_id: 'RR 11" + n + "TR' "),
        Seizure(b, "2021-02-11", "consignment_id: 'rr11" + n + "tr' ")},
       absl::StrCat(a, " | LEAD CONSIGNMENT_NUMBER ", a, ">", b)},
      {"SeenInlandLaterAsAWholeGun",
       {Seizure(a, "2021-02-11",
                absl::StrCat("guns { reference: 'g' make: 'Beretta' model: '92FS' calibre: '9x19' "
                             "serials { text: 'BER",
                             n, "' part: 'FRAME' } } ")),
        Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'I", n,
                                "' record_type: 'INCIDENT' occurred: '2021-06-01' guns { make: "
                                "'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER",
                                n, "' part: 'FRAME' } } ", kOpen, "}")),
        Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'R", n,
                                "' record_type: 'RECOVERY' occurred: '2020-01-01' guns { make: "
                                "'Beretta' model: '92FS' calibre: '9x19' serials { text: 'BER",
                                n, "' part: 'FRAME' } } ", kOpen, "}"))},
       absl::StrCat(a, " | RECOVERY CONFIRMED BEFORE | INCIDENT CONFIRMED AFTER")},
      {"APartOfAGunThatWasRecovered",
       {Seizure(a, "2021-02-11",
                Part("slide", absl::StrCat("part_of { agency: 'kent' source_system: 'NICHE' "
                                           "source_id: 'P",
                                           n, "' } "))),
        Of("kent",
           absl::StrCat("force { system: 'NICHE' record_id: 'P", n,
                        "' record_type: 'RECOVERY' occurred: '2021-02-01/2021-03-01' guns { "
                        "make: 'Retay' } ",
                        kOpen, "}"))},
       absl::StrCat(a, " | RECOVERY LEAD NOT_CERTAIN")},
  };
}

}  // namespace serieslink

// Goal: consignments seized at a border: how they came, which belong together, and what became
// known of them inland, in any order of arrival, for whoever asks. Method: records go through
// preparing, committing and deriving on an in-memory store; the service of the border answers.
// border_client_test goes through the programs.
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

namespace serieslink {
namespace {

using border::v1::Consignment;
using border::v1::PartSet;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kOpen[] = " marking { visibility: 'OPEN' } ";

using Sent = SentMessage;

Sent Of(const std::string& agency, const std::string& text) {
  Sent sent{agency, {}};
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &sent.message)) << text;
  return sent;
}

// What Border Force records of one consignment.
Sent Seizure(const std::string& number, const std::string& seized, const std::string& more,
             const std::string& marking = kOpen) {
  return Of("border_force", absl::StrCat("border_force { seizure_number: '", number, "' seized: '",
                                         seized, "' ", more, marking, "}"));
}

std::string Part(const std::string& kind, const std::string& more = "") {
  return absl::StrCat("items { reference: '", kind, "' kind: 'GUN_PART' part_kind: '", kind, "' ",
                      more, "} ");
}

constexpr char kWay[] = "declared_origin: 'LT' destination: 'Sefton' ";

std::string Names(const std::string& number) {
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

std::vector<Scenario> Scenarios(const std::string& n) {
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

TEST_F(BorderTest, SetsAreTheSameInAnyOrderOfArrival) {
  int number = 482'131;
  for (std::size_t i = 0; i < Scenarios("1").size(); ++i) {
    ForEachSeed(3, [&](std::uint64_t seed) {
      const Scenario scenario = Scenarios(absl::StrCat(number += 3571))[i];
      SCOPED_TRACE(scenario.name);
      std::vector<std::size_t> order(scenario.messages.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::mt19937_64 random(seed);
      std::shuffle(order.begin(), order.end(), random);
      std::vector<std::string> ids(order.size());
      for (const std::size_t at : order) ids[at] = Push(scenario.messages[at]);
      EXPECT_EQ(WordsOf(SetOf(ids[0])), scenario.set);
    });
  }
}

TEST_F(BorderTest, WithdrawalUndoes) {
  int number = 582'131;
  for (std::size_t i = 0; i < Scenarios("1").size(); ++i) {
    const std::size_t count = Scenarios("1")[i].messages.size();
    for (std::size_t out = 0; out < count; ++out) {
      const std::string n = absl::StrCat(number += 3571);
      const Scenario scenario = Scenarios(n)[i];
      SCOPED_TRACE(scenario.name);
      // Where the first is out another consignment is asked, if there is one.
      if (out == 0 && !scenario.messages.back().message.has_border_force() &&
          !scenario.messages[1].message.has_border_force()) {
        continue;
      }
      std::string asked;
      for (std::size_t at = 0; at < count; ++at) {
        if (at == out) continue;
        const std::string id = Push(scenario.messages[at]);
        if (asked.empty() && scenario.messages[at].message.has_border_force()) asked = id;
      }
      const std::string without = WordsOf(SetOf(asked));
      const std::string late = Push(scenario.messages[out]);
      const std::int64_t before = revision_;
      const border::v1::GetPartSetResponse then = SetOf(asked);
      if (out != 0) {
        EXPECT_EQ(WordsOf(then), scenario.set);
      }
      Withdraw(scenario.messages[out].agency, late);
      EXPECT_EQ(WordsOf(SetOf(asked)), without) << "without message " << out;
      // Knowledge of before is told as it was.
      EXPECT_EQ(SetOf(asked, "mps", before).set().SerializeAsString(),
                then.set().SerializeAsString());
    }
  }
}

TEST_F(BorderTest, ListsByWhatIsAskedForTheLatestFirst) {
  for (int i = 0; i < 7; ++i) {
    Push(Seizure(absl::StrCat("S", i), absl::StrCat("2021-03-1", i),
                 absl::StrCat("mode: '", i % 2 == 0 ? "POST" : "RAIL", "' port_code: '",
                              i < 3 ? "GBDVR" : "GBLHR", "' declared_origin: 'DE' ",
                              i == 4 ? "true_origin: 'TR' transit: 'BG' " : "", "guns { make: '",
                              i == 5 ? "Ekol" : "Glock", "' } ")));
  }
  Push(Seizure("UNDATED", "", "port_code: 'own 7' "));
  for (const int page_size : {1, 3, 50}) {
    EXPECT_THAT(NumbersOf(List("", page_size)),
                ElementsAre("UNDATED", "S6", "S5", "S4", "S3", "S2", "S1", "S0"))
        << page_size;
  }
  EXPECT_THAT(NumbersOf(List("modes: TRANSPORT_MODE_RAIL", 2)), ElementsAre("S5", "S3", "S1"));
  EXPECT_THAT(NumbersOf(List("port: 'gbdvr'", 1)), ElementsAre("S2", "S1", "S0"));
  EXPECT_THAT(NumbersOf(List("true_origin: 'TR'")), ElementsAre("S4"));
  EXPECT_THAT(NumbersOf(List("transit: 'BG'")), ElementsAre("S4"));
  EXPECT_THAT(NumbersOf(List("country: 'TR'")), ElementsAre("S4"));
  EXPECT_THAT(List("true_origin: 'unknown'"), SizeIs(7));
  EXPECT_THAT(NumbersOf(List("make: 'Ekol'")), ElementsAre("S5"));
  EXPECT_THAT(NumbersOf(List("modes: TRANSPORT_MODE_UNKNOWN")), ElementsAre("UNDATED"));
  // A date that is not known can lie in any period.
  EXPECT_THAT(NumbersOf(List("seized_before { seconds: 1615420800 }")),  // 2021-03-11
              ElementsAre("UNDATED", "S0"));
  EXPECT_THAT(List("make: 'Ekol' port: 'GBDVR'"), IsEmpty());
}

TEST_F(BorderTest, APortThatItsCountryHasNotIsNotKnown) {
  for (const char* const port : {"GBDVR", "gb-zzz", "NLZZZ", "own 7", ""}) {
    Push(Seizure(absl::StrCat("S ", port), "2021-03-10",
                 absl::StrCat("mode: 'POST' port_code: '", port, "' guns {} ")));
  }
  std::vector<std::string> remarked;
  for (const Consignment& one : List("")) {
    for (const auto& remark : one.remarks()) {
      if (remark.kind() == border::v1::CONSIGNMENT_REMARK_KIND_PORT_NOT_KNOWN) {
        remarked.push_back(one.details().port_code());
      }
    }
  }
  EXPECT_THAT(remarked, testing::UnorderedElementsAre("gb-zzz", "own 7"));
  EXPECT_THAT(NumbersOf(List("port: 'unknown'")), testing::UnorderedElementsAre("S gb-zzz", "S "));
  EXPECT_THAT(NumbersOf(List("port: 'GBZZZ'")), ElementsAre("S gb-zzz"));
  border::v1::CountConsignmentsRequest request;
  request.mutable_view()->set_min_revision(revision_);
  border::v1::CountConsignmentsResponse response;
  const absl::Status status = Service().Count(
      view::Viewer{"mps"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
      response);
  ASSERT_TRUE(status.ok()) << status;
  std::vector<std::string> rows;
  for (const auto& table : response.tables()) {
    if (table.id() != "border.port") continue;
    for (const auto& row : table.rows()) {
      rows.push_back(absl::StrCat(row.keys(0), " ", row.consignments()));
    }
  }
  EXPECT_THAT(rows, testing::UnorderedElementsAre("unknown 2", "GBDVR 1", "NLZZZ 1", "OWN7 1"));
}

TEST_F(BorderTest, AConsignmentIsToldWithWhatContradictsItself) {
  const std::string id = Push(Seizure(
      "S1", "2021-03-10",
      absl::StrCat("mode: 'TUNNEL' port_code: 'DOVER EAST' declared_origin: 'DE' true_origin: 'TR' "
                   "transit: 'NL' transit: 'Holland' carrier: 'a carrier' detection_method: "
                   "'X-ray' concealment: "
                   "'tool box' destination: 'Sefton' ",
                   Names("S1"),
                   "guns { reference: 'g' make: 'Ekol' } "
                   "guns { reference: 'h' is_complete: false } ",
                   Part("slide", "quantity: 12 "),
                   "items { reference: 'a' kind: 'AMMUNITION_LOT' "
                   "quantity: 50 } ")));
  border::v1::GetConsignmentRequest request;
  request.set_consignment_id(id);
  request.mutable_view()->set_min_revision(revision_);
  const auto reply =
      Call<border::v1::GetConsignmentResponse>("mps", &border::BorderService::Get, request);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  const Consignment& one = reply->consignment();
  EXPECT_EQ(one.gun_count(), 1);
  EXPECT_EQ(one.part_count(), 13);
  EXPECT_EQ(one.other_count(), 1);
  EXPECT_EQ(one.details().concealment(), "tool box");
  EXPECT_THAT(one.items(), SizeIs(4));
  std::vector<std::string> remarks;
  for (const auto& remark : one.remarks()) {
    EXPECT_FALSE(remark.explanation().empty());
    remarks.push_back(border::v1::ConsignmentRemarkKind_Name(remark.kind()).substr(24));
  }
  EXPECT_THAT(remarks, ElementsAre("ORIGIN_MISDECLARED", "PART_LISTED_AS_GUN", "PORT_NOT_KNOWN",
                                   "CODE_NOT_KNOWN", "OWN_SISTER"));
  EXPECT_THAT(one.remarks(3).explanation(), testing::EndsWith("unknown, of: transit, mode"));
  for (const auto& item : one.items()) EXPECT_THAT(item.weapon_id(), HasSubstr("WP-"));
  // By an item, too.
  request.set_consignment_id(one.items(2).exhibit_id());
  EXPECT_EQ(Call<border::v1::GetConsignmentResponse>("mps", &border::BorderService::Get, request)
                ->consignment()
                .record_id(),
            id);
}

TEST_F(BorderTest, BadInputIsRefusedWithEveryBadField) {
  const auto rejected = [&](const Sent& sent) {
    const auto answers = pipeline_.Push({sent});
    EXPECT_EQ(answers.at(0).outcome(), ingest::v1::OUTCOME_REJECTED);
    std::vector<std::string> fields;
    for (const auto& violation : answers[0].violations()) fields.push_back(violation.field());
    return fields;
  };
  EXPECT_THAT(rejected(Seizure("X1", "2021-03-10",
                               "items { reference: 'a' kind: 'GUN_PART' quantity: 0 } "
                               "items { reference: 'b' kind: 'GUN' } ")),
              UnorderedElementsAre(HasSubstr("items[0].quantity"), HasSubstr("items[1].kind")));

  border::v1::ListConsignmentsRequest list;
  list.set_page_size(-1);
  list.mutable_filter()->set_declared_origin("Turkey");
  list.mutable_filter()->set_port("--");
  list.mutable_filter()->add_modes(record::v1::TRANSPORT_MODE_UNSPECIFIED);
  const auto bad =
      Call<border::v1::ListConsignmentsResponse>("mps", &border::BorderService::List, list);
  EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      DetailsOf(bad.status).fields,
      UnorderedElementsAre("page_size", "filter.declared_origin", "filter.port", "filter.modes"));
  border::v1::ListPartSetsRequest sets;
  sets.set_page_size(201);
  sets.add_states(border::v1::SET_LINK_STATE_UNSPECIFIED);
  const auto bad_sets =
      Call<border::v1::ListPartSetsResponse>("mps", &border::BorderService::ListSets, sets);
  EXPECT_THAT(DetailsOf(bad_sets.status).fields, UnorderedElementsAre("page_size", "states"));
  border::v1::GetConsignmentRequest get;
  get.set_consignment_id("FN-1");
  EXPECT_THAT(
      DetailsOf(
          Call<border::v1::GetConsignmentResponse>("mps", &border::BorderService::Get, get).status)
          .fields,
      ElementsAre("consignment_id"));
  border::v1::ListConsignmentsRequest forged;
  forged.set_page_token("forged");
  EXPECT_EQ(Call<border::v1::ListConsignmentsResponse>("mps", &border::BorderService::List, forged)
                .status.error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(BorderTest, ShowsEachCallerWhatItMaySee) {
  const std::string seen =
      Push(Seizure("S1", "2021-02-11", absl::StrCat(Part("slide"), kWay, Names("S2"))));
  const std::string hidden =
      Push(Seizure("S2", "2021-02-12", absl::StrCat(Part("barrel"), kWay, Names("S3")), ""));
  Push(Seizure("S3", "2021-02-13", absl::StrCat(Part("frame"), kWay)));
  EXPECT_THAT(NumbersOf(List("", 1)), ElementsAre("S3", "S1"));
  EXPECT_THAT(NumbersOf(List("", 1, "border_force")), ElementsAre("S3", "S2", "S1"));
  // A hidden consignment joins nothing, and is as a name of nothing.
  EXPECT_EQ(WordsOf(SetOf(seen)), "S1 | LEAD SENT_APART S1>S3 | not found 1");
  const PartSet whole = SetOf(seen, "border_force").set();
  EXPECT_EQ(whole.consignment_count(), 3);
  EXPECT_EQ(whole.names_not_found(), 0);
  EXPECT_THAT(ListSets("states: SET_LINK_STATE_CONFIRMED"), IsEmpty());
  EXPECT_THAT(ListSets("states: SET_LINK_STATE_CONFIRMED", 0, "border_force"), SizeIs(1));
  border::v1::GetConsignmentRequest get;
  get.set_consignment_id(hidden);
  const auto refused =
      Call<border::v1::GetConsignmentResponse>("mps", &border::BorderService::Get, get);
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::NOT_FOUND);
  // In the same words as what is no seizure, and what is not there.
  const std::string other = Push(
      Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'I1' record_type: 'INCIDENT' ",
                              kOpen, "}")));
  get.set_consignment_id(other);
  get.mutable_view()->set_min_revision(revision_);
  const auto none =
      Call<border::v1::GetConsignmentResponse>("mps", &border::BorderService::Get, get);
  EXPECT_EQ(none.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(none.status.error_message(), refused.status.error_message());
}

TEST_F(BorderTest, EachSetIsListedOnceAndALeadOnBothSides) {
  Push(Seizure("S1", "2021-02-11", absl::StrCat(Part("slide"), Names("S2"))));
  Push(Seizure("S2", "2021-02-12", absl::StrCat(Part("barrel"), Names("S1"))));
  Push(Seizure("S3", "2021-02-13", absl::StrCat(Part("slide"), kWay)));
  Push(Seizure("S4", "2021-02-14", absl::StrCat(Part("barrel"), kWay)));
  Push(Seizure("S5", "2021-02-15", "guns { make: 'Glock' } "));
  for (const int page_size : {1, 2, 50}) {
    std::vector<std::string> first;
    for (const PartSet& set : ListSets("", page_size)) {
      first.push_back(set.consignments(0).source().source_id());
    }
    EXPECT_THAT(first, ElementsAre("S4", "S3", "S1")) << page_size;
  }
  const std::vector<PartSet> confirmed = ListSets("states: SET_LINK_STATE_CONFIRMED");
  ASSERT_THAT(confirmed, SizeIs(1));
  ASSERT_THAT(confirmed[0].links(), SizeIs(1));
  EXPECT_THAT(confirmed[0].links(0).explanation(), HasSubstr("each names the other"));
  EXPECT_THAT(confirmed[0].part_kinds(), ElementsAre("barrel", "slide"));
  EXPECT_THAT(ListSets("states: SET_LINK_STATE_LEAD", 1), SizeIs(2));
  EXPECT_THAT(ListSets("filter { seized_from { seconds: 1613174400 } }"), SizeIs(2));
}

TEST_F(BorderTest, AFormerNumberIsTheNumberOfTheRecordThatClaimsIt) {
  const std::string id =
      Push(Seizure("S1", "2021-02-11", absl::StrCat(Part("slide"), Names("OLD"))));
  Push(Seizure("S2", "2021-02-12",
               absl::StrCat(Part("barrel"), "former_numbers { source_id: 'OLD' } ")));
  EXPECT_EQ(WordsOf(SetOf(id)), "S1 S2 | CONFIRMED REFERENCE S1>S2");
  // Claimed by two, it is followed for none.
  Push(Seizure("S3", "2021-02-13",
               absl::StrCat(Part("frame"), "former_numbers { source_id: 'OLD' } ")));
  EXPECT_EQ(SetOf(id).set().names_not_found(), 1);
}

TEST_F(BorderTest, ANewVersionTakesThePlaceOfTheOldOne) {
  const auto version = [&](int number, const std::string& more) {
    Sent sent = Seizure("S1", "2021-02-11", more);
    sent.message.mutable_border_force()->set_version(static_cast<std::uint64_t>(number));
    pipeline_.Push({sent});
    revision_ = static_cast<std::int64_t>(pipeline_.revision());
  };
  version(1, "true_origin: 'TR' ");
  const std::int64_t before = revision_;
  version(2, "true_origin: 'BG' ");
  EXPECT_THAT(List("true_origin: 'TR'"), IsEmpty());
  EXPECT_THAT(List("true_origin: 'BG'"), SizeIs(1));
  EXPECT_THAT(List("true_origin: 'TR'", 0, "mps", before), SizeIs(1));
}

TEST_F(BorderTest, RoutesCountConsignmentsItemsAndWeaponsInlandApart) {
  Push(Seizure("S1", "2021-02-11",
               "mode: 'POST' port_code: 'GBLHR' declared_origin: 'DE' true_origin: 'TR' "
               "transit: 'BG' guns { reference: 'g' make: 'Ekol' } "
               "items { reference: 'p' kind: 'GUN_PART' make: 'Ekol' quantity: 3 } "));
  Push(Seizure("S2", "2021-05-11", "declared_origin: 'DE' "));
  Push(Seizure("S3", "2021-05-12", "declared_origin: 'DE' ", ""));
  const auto inland = [&](const std::string& id, const std::string& type, const std::string& gun) {
    Push(
        Of("kent", absl::StrCat("force { system: 'NICHE' record_id: '", id, "' record_type: '",
                                type, "' occurred: '2021-06-01' guns { ", gun, " } ", kOpen, "}")));
  };
  // Two records of one gun are one weapon; a gun at an incident is not in hand.
  const std::string gun =
      "make: 'Ekol' calibre: '9x19' serials { text: 'EK482137' part: 'FRAME' } ";
  inland("R1", "RECOVERY", gun + "country_of_origin: 'TR'");
  inland("R2", "SURRENDER", gun);
  inland("R3", "RECOVERY", "make: 'Glock'");
  inland("I1", "INCIDENT", "make: 'Glock' country_of_origin: 'AT'");
  const auto rows = [&](const std::string& filter, const std::string& id) {
    border::v1::CountConsignmentsRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(filter, request.mutable_filter()));
    request.mutable_view()->set_min_revision(revision_);
    border::v1::CountConsignmentsResponse response;
    const absl::Status status = Service().Count(
        view::Viewer{"mps"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> lines;
    for (const auto& table : response.tables()) {
      if (table.id() != id) continue;
      for (const auto& row : table.rows()) {
        lines.push_back(absl::StrCat(absl::StrJoin(row.keys(), "/"), " ", row.consignments(), " ",
                                     row.guns(), " ", row.parts(), " ", row.inland_weapons()));
      }
    }
    return lines;
  };
  EXPECT_THAT(rows("", "border.declared_origin"), ElementsAre("DE 2 1 3 0"));
  EXPECT_THAT(rows("", "border.true_origin"), ElementsAre("TR 1 1 3 0", "unknown 1 0 0 0"));
  EXPECT_THAT(rows("", "border.route"),
              ElementsAre("DE/unknown/unknown 1 0 0 0", "TR/BG/GBLHR 1 1 3 0"));
  EXPECT_THAT(rows("", "border.make"), ElementsAre("EKOL 1 1 3 0"));
  EXPECT_THAT(rows("", "border.quarter"), ElementsAre("2021Q1 1 1 3 0", "2021Q2 1 0 0 0"));
  EXPECT_THAT(rows("", "inland.country"), ElementsAre("TR 0 0 0 1", "unknown 0 0 0 1"));
  EXPECT_THAT(rows("make: 'Ekol'", "inland.country"), ElementsAre("TR 0 0 0 1"));
  EXPECT_THAT(rows("port: 'GBLHR'", "inland.country"), IsEmpty());
  EXPECT_THAT(rows("port: 'GBLHR'", "border.mode"), ElementsAre("post 1 1 3 0"));
}

TEST_F(BorderTest, RoutesOfAMakeCountItemsOfThatMake) {
  Push(Seizure("S1", "2021-02-11",
               "port_code: 'GBLHR' declared_origin: 'US' guns { reference: 'g' make: 'Ekol' } "
               "items { reference: 'p' kind: 'GUN_PART' make: 'CZ' quantity: 3 } "
               "items { reference: 'q' kind: 'GUN_PART' part_kind: 'slide' quantity: 5 } "));
  border::v1::CountConsignmentsRequest request;
  request.mutable_filter()->set_make("CZ");
  request.mutable_view()->set_min_revision(revision_);
  border::v1::CountConsignmentsResponse response;
  const absl::Status status = Service().Count(
      view::Viewer{"mps"}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
      response);
  ASSERT_TRUE(status.ok()) << status;
  int border_tables = 0;
  for (const auto& table : response.tables()) {
    if (!table.id().starts_with("border.")) continue;
    ++border_tables;
    ASSERT_EQ(table.rows_size(), 1) << table.id();
    EXPECT_EQ(table.rows(0).consignments(), 1) << table.id();
    EXPECT_EQ(table.rows(0).guns(), 0) << table.id();
    EXPECT_EQ(table.rows(0).parts(), 3) << table.id();
  }
  EXPECT_EQ(border_tables, 8);
}

TEST_F(BorderTest, AWeaponSaysWhereItComesFrom) {
  const std::string gun =
      "make: 'Ekol' calibre: '9x19' serials { text: 'EK582137' part: 'FRAME' } ";
  const std::string seized =
      Push(Seizure("S1", "2021-02-11",
                   absl::StrCat("declared_origin: 'DE' true_origin: 'TR' guns { ", gun, "} "),
                   " marking { visibility: 'OPEN' grading_scheme: '3X5X2' source_grade: '1' "
                   "information_grade: 'A' handling_code: 'P' } "));
  const std::string recovered = Push(
      Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'R1' record_type: 'RECOVERY' "
                              "occurred: '2021-06-01' guns { ",
                              gun, "confirmed_types: 'CONVERTED_BLANK_FIRER' } }")));
  const auto supply = [&](const std::string& agency) {
    border::v1::GetWeaponSupplyRequest request;
    request.set_weapon_id(seized);
    request.mutable_view()->set_min_revision(revision_);
    const auto reply =
        Call<border::v1::GetWeaponSupplyResponse>(agency, &border::BorderService::Supply, request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->supply();
  };
  const linkage::v1::WeaponSupply own = supply("kent");
  EXPECT_THAT(own.kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_CONVERTED_BLANK_FIRER,
                                       linkage::v1::SUPPLY_KIND_IMPORTED));
  ASSERT_THAT(own.statements(), SizeIs(2));
  EXPECT_EQ(own.statements(0).record_id(), recovered);
  EXPECT_FALSE(own.statements(0).has_grading());
  EXPECT_EQ(own.statements(1).record_id(), seized);
  EXPECT_EQ(own.statements(1).grading().information(), "A");
  EXPECT_EQ(own.statements(1).origin(), "TR");
  // What another agency keeps to itself says nothing to others.
  EXPECT_THAT(supply("mers").kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_IMPORTED));
  // The life of the gun tells the same.
  firearm::v1::TraceFirearmRequest trace;
  trace.set_firearm_id(recovered);
  firearm::v1::TraceFirearmResponse story;
  const firearm::FirearmService firearms(pipeline_.source(), &pipeline_.ids(), &tokens_, "test",
                                         &DerivationPipeline::Now);
  const absl::Status traced =
      firearms.Trace(view::Viewer{"kent"}, trace, absl::InfiniteFuture(), story);
  ASSERT_TRUE(traced.ok()) << traced;
  EXPECT_EQ(story.story().supply().SerializeAsString(), own.SerializeAsString());
  Withdraw("kent", recovered);
  EXPECT_THAT(supply("kent").kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_IMPORTED));
}

TEST_F(BorderTest, ALossThatALicensingUnitCancelsIsNoSupplyForThePolicesReportOfItEither) {
  const std::string gun = "make: 'Ekol' calibre: '9x19' serials { text: 'EK682137' part: 'FRAME' }";
  const auto license = [&](int version, const std::string& of_gun, const std::string& of_all) {
    pipeline_.Push({Of("kent", absl::StrCat("licensing { report_id: 'L1' version: ", version,
                                            " loss_kind: 'STOLEN' lost: '2021-02-10' guns { ", gun,
                                            of_gun, " } ", of_all, kOpen, "}"))});
    revision_ = static_cast<std::int64_t>(pipeline_.revision());
  };
  // No reference says that the two are of one event.
  const std::string police =
      Push(Of("kent", absl::StrCat("force { system: 'NICHE' record_id: 'P1' record_type: 'LOSS' "
                                   "occurred: '2021-02-10' loss_kind: 'STOLEN' guns { ",
                                   gun, " } ", kOpen, "}")));
  license(1, "", "");
  const auto supply = [&] {
    border::v1::GetWeaponSupplyRequest request;
    request.set_weapon_id(police);
    request.mutable_view()->set_min_revision(revision_);
    const auto reply =
        Call<border::v1::GetWeaponSupplyResponse>("mps", &border::BorderService::Supply, request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->supply();
  };
  EXPECT_THAT(supply().kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_STOLEN_LAWFUL));
  EXPECT_EQ(supply().statement_count(), 2);
  // Of the gun itself, or of all that went; taken back, it is a loss again.
  int version = 1;
  const std::string found = " cancelled_as_found: true ";
  for (const auto& [of_gun, of_all] : {std::pair(found, std::string()), {"", found}}) {
    license(++version, of_gun, of_all);
    EXPECT_THAT(supply().kinds(), ElementsAre(linkage::v1::SUPPLY_KIND_UNKNOWN));
    license(++version, "", "");
    EXPECT_EQ(supply().statement_count(), 2);
  }
}

TEST_F(BorderTest, AConsignmentWithoutItemsIsListedToo) {
  Push(Seizure("EMPTY", "2021-02-11", Names("S2")));
  const std::string id = Push(Seizure("S2", "2021-02-12", absl::StrCat(Part("slide"), kWay)));
  Withdraw("border_force", id);
  EXPECT_THAT(NumbersOf(List("")), ElementsAre("EMPTY"));
  pipeline_.Restart();
  EXPECT_THAT(NumbersOf(List("")), ElementsAre("EMPTY"));
}

TEST_F(BorderTest, PolicySaysWhoseReferencesConfirm) {
  const std::string id =
      Push(Seizure("S1", "2021-02-11", absl::StrCat(Part("slide"), Names("S2"))));
  Push(Seizure("S2", "2021-02-12", Part("barrel")));
  border::v1::GetPartSetRequest request;
  request.set_consignment_id(id);
  const auto reply = Call<border::v1::GetPartSetResponse>("mps", &border::BorderService::GetSet,
                                                          request, {"nabis"});
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  EXPECT_EQ(reply->set().consignment_count(), 1);
  ASSERT_THAT(reply->set().links(), SizeIs(1));
  EXPECT_EQ(reply->set().links(0).state(), border::v1::SET_LINK_STATE_LEAD);
  EXPECT_EQ(WordsOf(SetOf(id)), "S1 S2 | CONFIRMED REFERENCE S1>S2");
}

}  // namespace
}  // namespace serieslink

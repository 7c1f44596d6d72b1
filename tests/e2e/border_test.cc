// Goal: consignments seized at a border: how they came, which belong together, and what became
// known of them inland, in any order of arrival, for whoever asks. Method: records go through
// preparing, committing and deriving on an in-memory store; the service of the border answers.
// border_client_test goes through the programs.
#include "tests/e2e/border_case.h"

namespace serieslink {
namespace {

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

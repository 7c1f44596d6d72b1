// Lists and counts of lost and stolen guns, through the whole server over mutual TLS: what finds a
// case, who sees it, and what is refused.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/e2e/stolen_case.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using stolen::v1::LossCase;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(StolenTest, ListsEachCaseOnceTheLatestFirst) {
  for (int i = 0; i < 7; ++i) {
    const std::string n = absl::StrCat(700'100 + i);
    Push(Licensing("L" + n, absl::StrCat("2016-01-1", i), Gun(n),
                   i % 2 == 0 ? "holder_token: 'H1'" : "holder_token: 'H2'"));
    // The same loss, as the police have it, on another day of the interval.
    if (i < 3) {
      Push(Police("kent", "P" + n, "LOSS", absl::StrCat("2016-01-1", i, "/2016-01-25"), Gun(n),
                  "loss_kind: 'STOLEN'"));
    }
  }
  Push(Police("mers", "U1", "INCIDENT", "2016-03-01", Gun("700102"),
              "place { police_force: 'mps' borough_code: 'E09000014' }"));
  const std::vector<std::string> all = {"BER700100", "BER700101", "BER700102", "BER700106",
                                        "BER700105", "BER700104", "BER700103"};
  for (const int page_size : {1, 2, 3, 50}) {
    auto serials = SerialsOf(List("", page_size));
    EXPECT_THAT(serials, SizeIs(7)) << page_size;
    // Those with a police report can have been lost until the 25th.
    EXPECT_EQ(std::vector<std::string>(serials.begin() + 3, serials.end()),
              std::vector<std::string>(all.begin() + 3, all.end()));
    std::sort(serials.begin(), serials.end());
    EXPECT_THAT(serials, ElementsAre("BER700100", "BER700101", "BER700102", "BER700103",
                                     "BER700104", "BER700105", "BER700106"));
  }
  EXPECT_THAT(List("reconciliations: RECONCILIATION_MATCHED"), SizeIs(3));
  EXPECT_THAT(List("reconciliations: RECONCILIATION_ONE_SOURCE", 2), SizeIs(4));
  EXPECT_THAT(SerialsOf(List("states: LOSS_CASE_STATE_SIGHTED")), ElementsAre("BER700102"));
  EXPECT_THAT(SerialsOf(List("used_area: 'mps'")), ElementsAre("BER700102"));
  EXPECT_THAT(SerialsOf(List("serial: 'ber 700104'")), ElementsAre("BER700104"));
  EXPECT_THAT(SerialsOf(List("holder_token: 'h2'", 1)),
              ElementsAre("BER700105", "BER700103", "BER700101"));
  EXPECT_THAT(List("sources: REPORT_SOURCE_POLICE"), SizeIs(3));
  EXPECT_THAT(List("make: 'Beretta' agency: 'mers'"), IsEmpty());
  EXPECT_THAT(List("occurred_before { seconds: 1452556800 }"),  // 2016-01-12
              SizeIs(2));
}

TEST_F(StolenTest, APeriodFindsWhatCanHaveHappenedInIt) {
  const auto lost = [&](int n, const std::string& when) {
    const std::string number = absl::StrCat(750'100 + n);
    Push(Licensing("L" + number, when, Gun(number), "place { police_force: 'kent' }"));
  };
  lost(1, "2017-03-01");             // long after it
  lost(2, "2015-11-01/2017-06-30");  // can have happened in it and long after
  lost(3, "");                       // at any time
  lost(4, "2016-02-10/2016-03-05");  // began in it
  lost(5, "2016-02-20");
  lost(6, "2016-02-11/2017-02-11");
  lost(7, "2015-12-20/2016-02-01");
  lost(8, "2015-12-20/2016-01-31");
  lost(9, "2010-05-05");
  lost(10, "../2010-05-05");
  const std::string february =
      "occurred_from { seconds: 1454284800 } occurred_before { seconds: 1456790400 } ";
  for (const int page_size : {1, 2, 3, 50}) {
    for (const char* const more : {"", "agency: 'kent'", "area: 'kent'", "make: 'Beretta'",
                                   "sources: REPORT_SOURCE_LICENSING"}) {
      EXPECT_THAT(
          SerialsOf(List(february + more, page_size)),
          ElementsAre("BER750103", "BER750102", "BER750106", "BER750104", "BER750105", "BER750107"))
          << page_size << " " << more;
    }
    EXPECT_THAT(SerialsOf(List("occurred_before { seconds: 1272931200 }", page_size)),
                ElementsAre("BER750103", "BER750110"));
    EXPECT_THAT(SerialsOf(List("occurred_from { seconds: 1488240000 }", page_size)),
                ElementsAre("BER750103", "BER750102", "BER750101"));
    EXPECT_THAT(List(february + "states: LOSS_CASE_STATE_SIGHTED", page_size), IsEmpty());
  }
  // Of what became of it, and when it went, both are asked.
  Push(Police("mers", "U6", "INCIDENT", "2017-03-01", Gun("750106")));
  Push(Police("mers", "U1", "INCIDENT", "2017-04-01", Gun("750101")));
  Push(Police("mers", "U5", "INCIDENT", "2017-04-01", Gun("750105")));
  EXPECT_THAT(SerialsOf(List(february + "states: LOSS_CASE_STATE_SIGHTED", 1)),
              ElementsAre("BER750106", "BER750105"));
}

TEST_F(StolenTest, CountsReportsEventsAndGunsApart) {
  // Three guns gone at once, one of them a part; the police know two.
  Push(Of("kent", absl::StrCat("licensing { report_id: 'L1' loss_kind: 'STOLEN' lost: '2016-01-10' "
                               "storage: 'Cabinet' place { police_force: 'kent' } "
                               "crime_references: 'kent 77/2016' guns { reference: 'a' ",
                               Gun("800001"), "} guns { reference: 'b' ", Gun("800002"),
                               "} items { reference: 'c' kind: 'GUN_PART' "
                               "part_kind: 'sound moderator' serials { text: 'SM800003' } }",
                               kOpen, "}")));
  Push(Of("kent",
          absl::StrCat("force { system: 'NICHE' record_id: 'P1' record_type: 'LOSS' "
                       "occurred: '2016-01-10' loss_kind: 'STOLEN' "
                       "crime_references: '77/2016' guns { reference: 'a' ",
                       Gun("800001"), "} guns { reference: 'b' ", Gun("800002"), "}", kOpen, "}")));
  Push(Police("mers", "U1", "INCIDENT", "2016-03-01", Gun("800002"),
              "place { police_force: 'mps' }"));
  stolen::v1::CountLossCasesRequest request;
  request.mutable_view()->set_min_revision(revision_);
  const auto reply = Call<stolen::v1::CountLossCasesResponse>("kent", "CountLossCases", request);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  const auto rows = [&](const std::string& id) {
    std::vector<std::string> lines;
    for (const auto& table : reply->tables()) {
      if (table.id() != id) continue;
      EXPECT_FALSE(table.counts().empty());
      for (const auto& row : table.rows()) {
        lines.push_back(absl::StrCat(absl::StrJoin(row.keys(), "/"), " ", row.lost(), " ",
                                     row.stolen(), " ", row.not_known()));
      }
    }
    return lines;
  };
  EXPECT_THAT(rows("reports.source"), ElementsAre("licensing 0 3 0", "police 0 2 0"));
  EXPECT_THAT(rows("events"), ElementsAre(" 0 1 0"));
  EXPECT_THAT(rows("cases.reconciliation"),
              ElementsAre("matched/licensing + police 0 2 0", "one source/licensing 0 1 0"));
  EXPECT_THAT(rows("cases.state"), ElementsAre("outstanding 0 2 0", "sighted 0 1 0"));
  EXPECT_THAT(rows("cases.completeness"), ElementsAre("not said 0 2 0", "part 0 1 0"));
  EXPECT_THAT(rows("cases.london"), ElementsAre("elsewhere/London 0 1 0"));
  EXPECT_THAT(rows("cases.storage"), ElementsAre("cabinet 0 3 0"));
  EXPECT_THAT(List("completeness: COMPLETENESS_PART"), SizeIs(1));
}

TEST_F(StolenTest, AGunWithManyReportsIsOneCaseOnOnePage) {
  constexpr int kReports = 60;  // more than are read at once for a small page
  std::vector<FeedMessage> messages;
  for (int i = 0; i < kReports; ++i) {
    messages.push_back(Police("kent", absl::StrCat("M", i), "LOSS", "2016-01-10", Gun("810001"),
                              "loss_kind: 'STOLEN'")
                           .message);
  }
  const auto sent = server_.As("kent").Submit(messages);
  ASSERT_TRUE(sent.ok()) << sent.status.error_message();
  revision_ = sent->acknowledgements(kReports - 1).revision();
  Push(Licensing("M", "2016-01-09", Gun("810002")));
  const std::vector<LossCase> cases = List("", 2);
  ASSERT_THAT(cases, SizeIs(2));
  EXPECT_THAT(SerialsOf(cases), ElementsAre("BER810001", "BER810002"));
  EXPECT_THAT(List("sources: REPORT_SOURCE_POLICE", 1), SizeIs(1));
  stolen::v1::CountLossCasesRequest request;
  request.mutable_view()->set_min_revision(revision_);
  const auto reply = Call<stolen::v1::CountLossCasesResponse>("kent", "CountLossCases", request);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  for (const auto& table : reply->tables()) {
    if (table.id() != "reports.source") continue;
    for (const auto& row : table.rows()) {
      EXPECT_EQ(row.stolen(), row.keys(0) == "police" ? kReports : 1);
    }
  }
}

TEST_F(StolenTest, ACaseIsFoundByWhatBecameOfIt) {
  // Nothing but one report each; what else there is came later, earlier, or in the report itself.
  Push(Licensing("N1", "2016-01-10", Gun("820001")));
  Push(Licensing("N2", "2016-01-11", Gun("820002")));
  Push(Police("mers", "N2", "RECOVERY", "2016-02-01", Gun("820002")));
  Push(Police("mers", "N3", "INCIDENT", "2016-02-01", Gun("820003"),
              "place { police_force: 'mps' }"));
  Push(Licensing("N3", "2016-01-12", Gun("820003"),
                 "notified: '2016-03-01' holder_kind: 'PRIVATE'"));
  Push(Licensing("N4", "2016-01-13", Gun("820004"), "cancelled_as_found: true"));
  Push(Licensing("N5", "2016-01-14", Gun("820005"), "certificate_force: 'mers'"));
  const auto found = [&](const std::string& filter) { return SerialsOf(List(filter)); };
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RECOVERED"), ElementsAre("BER820002"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_SIGHTED make: 'Beretta'"), ElementsAre("BER820003"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_CANCELLED"), ElementsAre("BER820004"));
  EXPECT_THAT(found("has_contradiction: true"), ElementsAre("BER820005"));
  EXPECT_THAT(found("used_area: 'mps'"), ElementsAre("BER820003"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_LATE"), ElementsAre("BER820003"));
  // What the report alone leaves open another report decides.
  Push(Licensing("N6", "2016-01-01/2016-01-20", Gun("820006"),
                 "notified: '2016-01-22' holder_kind: 'PRIVATE'"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_UNDECIDABLE"), ElementsAre("BER820006"));
  Push(Police("kent", "N6", "LOSS", "2016-01-05", Gun("820006"), "loss_kind: 'STOLEN'"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_UNDECIDABLE"), IsEmpty());
  EXPECT_THAT(found("notices: NOTICE_VERDICT_LATE"),
              testing::UnorderedElementsAre("BER820003", "BER820006"));
  // Who held the gun nobody says: section 34 may not bind them.
  Push(Licensing("N7", "2016-01-15", Gun("820007"), "notified: '2016-03-01'"));
  EXPECT_THAT(found("notices: NOTICE_VERDICT_UNDECIDABLE"), ElementsAre("BER820007"));
  // A later version of the report is found as the first was, and a withdrawal takes it away.
  Push(Licensing("N2", "2016-01-20", Gun("820002")), ingest::v1::OUTCOME_SUPERSEDED);
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RECOVERED"), ElementsAre("BER820002"));
}

TEST_F(StolenTest, APartIsFoundByWhatBecameOfItAndHoweverItIsListed) {
  Push(LostPart("Q1", "2016-01-10", Part("830001", "frame")));
  Push(LostPart("Q2", "2016-01-11", Part("830002", "frame")));
  Push(PoliceOfPart("Q2", "RECOVERY", "2016-02-01", Part("830002", "frame")));
  Push(LostPart("Q3", "2016-01-12", Part("830003", "frame")));
  Push(Of("nabis", absl::StrCat("nabis { entry_id: 'Q3' exhibit { exhibit_type: 'GUN_PART' item { "
                                "make: 'Beretta' calibre: '9x19' serials { text: 'BER830003' "
                                "part: 'FRAME' } } }",
                                kOpen, "}")));
  const char* const component = "legal_classes { legal_class: 'COMPONENT_PART' }";
  Push(Licensing("Q4", "2016-01-13", Gun("830004", component)));
  Push(Licensing("Q5", "2016-01-14", Gun("830005", absl::StrCat("is_complete: true ", component))));
  Push(Licensing("Q6", "2016-01-15", Gun("830006")));
  const auto found = [&](const std::string& filter) { return SerialsOf(List(filter)); };
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RECOVERED"), ElementsAre("BER830003", "BER830002"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RECOVERED states: LOSS_CASE_STATE_CANCELLED"),
              ElementsAre("BER830003", "BER830002"));
  EXPECT_THAT(found("completeness: COMPLETENESS_PART"),
              ElementsAre("BER830004", "BER830003", "BER830002", "BER830001"));
  EXPECT_THAT(found("completeness: COMPLETENESS_REPORTS_DIFFER"), ElementsAre("BER830005"));
  EXPECT_THAT(found("has_contradiction: true"), ElementsAre("BER830005"));
  EXPECT_THAT(found("reconciliations: RECONCILIATION_CONTRADICTING"), ElementsAre("BER830005"));
}

TEST_F(StolenTest, ReportsThatNameOtherKindsOfHolderAreFoundAsContradicting) {
  const auto report = [&](const std::string& id, const std::string& number,
                          const std::string& kind) {
    Push(Licensing(id, "2016-01-10", Gun(number), absl::StrCat("holder_kind: '", kind, "' ")));
  };
  report("J1", "840001", "PRIVATE");
  report("J2", "840001", "DEALER");
  report("J3", "840002", "CLUB");
  report("J4", "840002", "CLUB");
  report("J5", "840003", "MUSEUM");
  report("J6", "840003", "UNKNOWN");
  const auto found = [&](const std::string& filter) { return SerialsOf(List(filter)); };
  EXPECT_THAT(found("reconciliations: RECONCILIATION_CONTRADICTING"), ElementsAre("BER840001"));
  EXPECT_THAT(found("has_contradiction: true"), ElementsAre("BER840001"));
  EXPECT_THAT(found("reconciliations: RECONCILIATION_ONE_SOURCE"),
              UnorderedElementsAre("BER840002", "BER840003"));
  const std::vector<LossCase> cases = List("has_contradiction: true");
  ASSERT_THAT(cases, SizeIs(1));
  ASSERT_EQ(cases[0].contradictions_size(), 1);
  EXPECT_EQ(cases[0].contradictions(0).kind(),
            stolen::v1::CASE_CONTRADICTION_KIND_HOLDER_KINDS_DIFFER);
  // The report that said otherwise says it no more.
  Push(Licensing("J2", "2016-01-10", Gun("840001"), "holder_kind: 'PRIVATE' "),
       ingest::v1::OUTCOME_SUPERSEDED);
  EXPECT_THAT(found("has_contradiction: true"), IsEmpty());
}

TEST_F(StolenTest, WhatCannotBeAfterADestructionAndWhatReportsDifferInIsFound) {
  const auto disposal = [&](const std::string& id, const std::string& date,
                            const std::string& number, const std::string& kind) {
    Push(Police("mers", id, "DISPOSAL", date, Gun(number),
                absl::StrCat("disposal_kind: '", kind, "' ")));
  };
  for (const char* const number : {"860001", "860002", "860003", "860004"}) {
    Push(Licensing(absl::StrCat("L", number), "2016-01-10", Gun(number), "storage: 'Cabinet' "));
  }
  disposal("D1", "2016-03-01", "860001", "DESTROYED");
  disposal("D2", "2016-05-01", "860001", "RETURNED");
  disposal("D3", "2016-03-01", "860002", "DESTROYED");
  disposal("D4", "2016-03-01", "860002", "RETURNED");
  Push(Police("kent", "P3", "LOSS", "2016-01-10", Gun("860003"),
              "loss_kind: 'STOLEN' loss { storage: 'unlocked' } "));
  disposal("D5", "2016-03-01", "860004", "DESTROYED");
  const auto found = [&](const std::string& filter) { return SerialsOf(List(filter)); };
  EXPECT_THAT(found("has_contradiction: true"),
              UnorderedElementsAre("BER860001", "BER860002", "BER860003"));
  EXPECT_THAT(found("reconciliations: RECONCILIATION_CONTRADICTING"), ElementsAre("BER860003"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_NOT_KNOWN"), ElementsAre("BER860002"));
  EXPECT_THAT(found("states: LOSS_CASE_STATE_RETURNED"), ElementsAre("BER860001"));
}

TEST_F(StolenTest, AGunThatAnotherReportMayTellOfTooIsRemarkedUpon) {
  const auto report = [&](const std::string& id, const std::string& gun,
                          const std::string& reference) {
    Push(Police("kent", id, "LOSS", "2016-01-10", gun,
                absl::StrCat("loss_kind: 'STOLEN' crime_references: '", reference, "' ")));
  };
  // Each report has a gun that is matched with none of the other's.
  Push(Licensing("W1", "2016-01-10", Gun("870001"), "crime_references: 'kent 91/2016' "));
  report("W2", "make: 'Beretta' calibre: '9x19'", "91/2016");
  // Both have the same gun.
  Push(Licensing("W3", "2016-01-10", Gun("870002"), "crime_references: 'kent 92/2016' "));
  report("W4", Gun("870002"), "92/2016");
  EXPECT_THAT(List("remarks: CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE"), SizeIs(2));
  EXPECT_THAT(List("serial: 'BER870001' remarks: CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE"),
              SizeIs(1));
  EXPECT_THAT(List("serial: 'BER870002' remarks: CASE_REMARK_KIND_MAY_BE_REPORTED_TWICE"),
              IsEmpty());
}

TEST_F(StolenTest, ANumberThatOneReportListsTwiceIsRemarkedUpon) {
  Push(LicensingOfTwo("Y1", "2016-01-10", Gun("880001"), Gun("880001")));
  Push(LicensingOfTwo("Y2", "2016-01-10", Gun("880002"), Gun("880003")));
  EXPECT_THAT(SerialsOf(List("remarks: CASE_REMARK_KIND_NUMBER_LISTED_TWICE")),
              ElementsAre("BER880001", "BER880001"));
}

TEST_F(StolenTest, PiecesOfPartsAreCountedBesideCases) {
  const auto lost = [&](const std::string& id, const std::string& date, const std::string& more) {
    return Of("kent", absl::StrCat("licensing { report_id: '", id, "' loss_kind: 'STOLEN' lost: '",
                                   date, "' holder_token: 'H9' ", more, kOpen, "}"));
  };
  Push(lost("V1", "2016-01-10",
            absl::StrCat("guns { reference: 'g' ", Gun("850001"), "} ",
                         "items { reference: 'm' kind: 'GUN_PART' part_kind: "
                         "'magazine' make: 'Beretta' quantity: 12 }")));
  Push(lost("V2", "2017-01-10", Part("850002", "frame")));
  stolen::v1::CountLossCasesRequest request;
  request.mutable_view()->set_min_revision(revision_);
  const auto reply = Call<stolen::v1::CountLossCasesResponse>("kent", "CountLossCases", request);
  ASSERT_TRUE(reply.ok()) << reply.status.error_message();
  std::vector<std::string> lines;
  for (const auto& table : reply->tables()) {
    if (table.id() != "reports.source" && table.id() != "cases.completeness") continue;
    for (const auto& row : table.rows()) {
      lines.push_back(absl::StrCat(row.keys(0), " ", row.stolen(), " ", row.stolen_pieces()));
    }
  }
  EXPECT_THAT(lines, ElementsAre("licensing 3 14", "part 2 13", "not said 1 1"));
  std::vector<int> pieces;
  for (const LossCase& one : List("completeness: COMPLETENESS_PART")) {
    pieces.push_back(one.quantity());
    EXPECT_EQ(one.reports(0).quantity(), one.quantity());
  }
  EXPECT_THAT(pieces, ElementsAre(1, 12));
  stolen::v1::ListRepeatLossesRequest repeats;
  repeats.set_by(stolen::v1::REPEAT_KEY_HOLDER);
  repeats.mutable_view()->set_min_revision(revision_);
  const auto groups =
      Call<stolen::v1::ListRepeatLossesResponse>("kent", "ListRepeatLosses", repeats);
  ASSERT_EQ(groups->groups_size(), 1);
  EXPECT_EQ(groups->groups(0).guns(), 3);
  EXPECT_EQ(groups->groups(0).parts(), 2);
  EXPECT_EQ(groups->groups(0).pieces(), 14);
}

TEST_F(StolenTest, RepeatedLossesAreFoundByToken) {
  const auto report = [&](const std::string& id, const std::string& lost, const std::string& more) {
    Push(Licensing(id, lost, Gun(absl::StrCat("90", id)), more));
  };
  report("1", "2016-01-01", "holder_token: 'H1' premises_token: 'P1'");
  report("2", "2017-01-01", "holder_token: 'h1' premises_token: 'P2'");
  report("3", "2018-01-01", "holder_token: 'H1' premises_token: 'P1' cancelled_as_found: true");
  // Two reports of one event are no repetition.
  report("4", "2016-01-01", "holder_token: 'H2' crime_references: 'kent 9/2016'");
  report("5", "2016-01-01", "holder_token: 'H2' crime_references: 'kent 9/2016'");
  report("6", "2016-01-01", "holder_token: 'H3'");
  const auto repeats = [&](stolen::v1::RepeatKey by, const std::string& agency) {
    stolen::v1::ListRepeatLossesRequest request;
    request.set_by(by);
    request.set_page_size(1);
    request.mutable_view()->set_min_revision(revision_);
    std::vector<std::string> lines;
    do {
      const auto reply =
          Call<stolen::v1::ListRepeatLossesResponse>(agency, "ListRepeatLosses", request);
      EXPECT_TRUE(reply.ok()) << reply.status.error_message();
      for (const auto& group : reply->groups()) {
        lines.push_back(absl::StrCat(group.token(), " ", group.agency(), " ", group.loss_events(),
                                     " ", group.cancelled_events(), " ", group.guns(), " ",
                                     group.records_size()));
      }
      request.set_page_token(reply->next_page_token());
    } while (!request.page_token().empty());
    return lines;
  };
  // One gun in two reports of one event is one; one that went twice is two.
  for (const char* const id : {"7", "8"}) {
    Push(Licensing(id, "2019-01-01", Gun("905005"),
                   "holder_token: 'H4' crime_references: 'kent 10/2019'"));
  }
  Push(Licensing("9", "2020-01-01", Gun("905005"), "holder_token: 'H4'"));
  Push(Licensing("10", "2020-01-01", Gun("905006"), "holder_token: 'H4'"));
  // Sent twice under two ids, and no reference says so: one case, and no repetition.
  Push(Licensing("11", "2021-01-01/2021-01-05", Gun("905007"), "holder_token: 'H5'"));
  Push(Licensing("12", "2021-01-03", Gun("905007"), "holder_token: 'H5'"));
  EXPECT_EQ(List("holder_token: 'H5'").size(), 1u);
  Push(Licensing("13", "2021-01-03", Gun("905008"), "holder_token: 'H6'"));
  Push(Licensing("14", "2021-01-03", Gun("905008"), "holder_token: 'H6'"));
  Push(Licensing("15", "2021-06-03", Gun("905009"), "holder_token: 'H6'"));
  // One of two guns that went at once was found again, and both of two others.
  Push(LicensingOfTwo("16", "2022-01-03", Gun("905010", "cancelled_as_found: true"), Gun("905011"),
                      "holder_token: 'H7'"));
  Push(LicensingOfTwo("17", "2022-06-03", Gun("905012", "cancelled_as_found: true"),
                      Gun("905013", "cancelled_as_found: true"), "holder_token: 'H7'"));
  EXPECT_THAT(
      repeats(stolen::v1::REPEAT_KEY_HOLDER, "kent"),
      ElementsAre("H1 kent 3 1 3 3", "H4 kent 3 0 3 4", "H6 kent 2 0 2 3", "H7 kent 2 1 4 2"));
  EXPECT_THAT(repeats(stolen::v1::REPEAT_KEY_PREMISES, "mps"), ElementsAre("P1 kent 2 1 2 2"));
}

TEST_F(StolenTest, ShowsEachCallerWhatItMaySee) {
  const std::string hidden = Push(Licensing("L1", "2016-01-10", Gun("950001"), "", ""));
  const std::string seen =
      Push(Police("kent", "P1", "LOSS", "2016-01-10", Gun("950001"), "loss_kind: 'STOLEN'"));
  Push(Licensing("L2", "2016-02-10", Gun("950002"), "holder_token: 'H1'", ""));
  Push(Licensing("L3", "2016-03-10", Gun("950003"), "holder_token: 'H1'"));
  EXPECT_EQ(CasesOf(seen), "STOLEN OUTSTANDING, 0 uses, MATCHED of 2, notice NOT_SAID\n");
  EXPECT_EQ(CasesOf(seen, "mps"), "STOLEN OUTSTANDING, 0 uses, ONE_SOURCE of 1, notice NOT_SAID\n");
  stolen::v1::GetLossCasesRequest request;
  request.set_firearm_id(hidden);
  EXPECT_EQ(
      Call<stolen::v1::GetLossCasesResponse>("mps", "GetLossCases", request).status.error_code(),
      grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(List(""), SizeIs(3));
  EXPECT_THAT(SerialsOf(List("", 1, "mps")), ElementsAre("BER950003", "BER950001"));
  EXPECT_THAT(List("sources: REPORT_SOURCE_LICENSING serial: 'BER950001'", 0, "mps"), IsEmpty());
  stolen::v1::ListRepeatLossesRequest repeats;
  repeats.set_by(stolen::v1::REPEAT_KEY_HOLDER);
  EXPECT_THAT(
      Call<stolen::v1::ListRepeatLossesResponse>("mps", "ListRepeatLosses", repeats)->groups(),
      IsEmpty());
}

TEST_F(StolenTest, ANewVersionMovesACaseAndTheOldOneStaysAsItWas) {
  const auto version = [&](int number, const std::string& lost, const std::string& more) {
    Sent sent = Licensing("L1", lost, Gun("960001"), more);
    sent.message.mutable_licensing()->set_version(number);
    const auto reply = server_.As("kent").Submit({sent.message});
    EXPECT_TRUE(reply.ok());
    revision_ = std::max(revision_, reply->acknowledgements(0).revision());
  };
  version(1, "2016-01-10", "");
  const std::int64_t before = revision_;
  version(2, "2016-01-12", "cancelled_as_found: true");
  EXPECT_THAT(List("states: LOSS_CASE_STATE_OUTSTANDING"), IsEmpty());
  EXPECT_THAT(List("states: LOSS_CASE_STATE_CANCELLED"), SizeIs(1));
  EXPECT_THAT(List("states: LOSS_CASE_STATE_OUTSTANDING", 0, "kent", before), SizeIs(1));
}

TEST_F(StolenTest, OneOfSeveralGunsOfAReportIsFoundAgainAndTakenBack) {
  const auto version = [&](int number, const std::string& of_first, const std::string& more) {
    Sent sent = LicensingOfTwo("L1", "2016-01-10", Gun("970001", of_first), Gun("970002"), more);
    sent.message.mutable_licensing()->set_version(number);
    const auto reply = server_.As("kent").Submit({sent.message});
    EXPECT_TRUE(reply.ok());
    revision_ = std::max(revision_, reply->acknowledgements(0).revision());
  };
  const auto of_state = [&](const std::string& state, std::int64_t as_at = 0) {
    return SerialsOf(List("states: LOSS_CASE_STATE_" + state, 0, "kent", as_at));
  };
  version(1, "", "");
  EXPECT_THAT(of_state("OUTSTANDING"), UnorderedElementsAre("BER970001", "BER970002"));
  version(2, "cancelled_as_found: true found: '2016-02-01'", "");
  const std::int64_t before = revision_;
  EXPECT_THAT(of_state("CANCELLED"), ElementsAre("BER970001"));
  EXPECT_THAT(of_state("OUTSTANDING"), ElementsAre("BER970002"));
  const stolen::v1::LossCase found = List("states: LOSS_CASE_STATE_CANCELLED")[0];
  EXPECT_TRUE(found.reports(0).loss().cancelled_as_found());
  EXPECT_EQ(found.reports(0).loss().found().text(), "2016-02-01");
  EXPECT_FALSE(
      List("states: LOSS_CASE_STATE_OUTSTANDING")[0].reports(0).loss().cancelled_as_found());
  version(3, "found: '2016-02-01'", "cancelled_as_found: true found: '2016-03-01'");
  EXPECT_THAT(of_state("CANCELLED"), UnorderedElementsAre("BER970001", "BER970002"));
  for (const stolen::v1::LossCase& one : List("states: LOSS_CASE_STATE_CANCELLED")) {
    EXPECT_EQ(
        one.reports(0).loss().found().text(),
        one.reports(0).firearm().serials(0).text() == "BER970001" ? "2016-02-01" : "2016-03-01");
  }
  version(4, "", "");
  EXPECT_THAT(of_state("CANCELLED"), IsEmpty());
  EXPECT_THAT(of_state("OUTSTANDING"), SizeIs(2));
  EXPECT_THAT(of_state("CANCELLED", before), ElementsAre("BER970001"));
}

TEST_F(StolenTest, BadInputIsRefusedWithEveryBadField) {
  const auto rejected = [&](const Sent& sent) {
    const auto reply = server_.As(sent.agency).Submit({sent.message});
    EXPECT_TRUE(reply.ok());
    const auto& ack = reply->acknowledgements(0);
    EXPECT_EQ(ack.outcome(), ingest::v1::OUTCOME_REJECTED);
    std::vector<std::string> fields;
    for (const auto& violation : ack.violations()) fields.push_back(violation.field());
    return fields;
  };
  EXPECT_THAT(rejected(Of("kent",
                          "licensing { report_id: 'X1' loss_kind: 'STOLEN' lost: '2016-01-10' "
                          "notified: '2016-01-01' items { kind: 'GUN_PART' quantity: 0 } }")),
              UnorderedElementsAre(testing::HasSubstr("notified"),
                                   testing::HasSubstr("items[0].quantity")));
  EXPECT_THAT(rejected(Of("kent",
                          "licensing { report_id: 'X2' loss_kind: 'STOLEN' lost: "
                          "'2016-01-10' items { kind: 'GUN' } }")),
              ElementsAre(testing::HasSubstr("items[0].kind")));

  stolen::v1::ListLossCasesRequest list;
  list.set_page_size(-1);
  list.mutable_filter()->set_area("Tower Hamlets");
  list.mutable_filter()->add_states(stolen::v1::LOSS_CASE_STATE_UNSPECIFIED);
  const auto bad = Call<stolen::v1::ListLossCasesResponse>("kent", "ListLossCases", list);
  EXPECT_EQ(bad.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(DetailsOf(bad.status).fields,
              UnorderedElementsAre("page_size", "filter.area", "filter.states"));
  const auto repeats = Call<stolen::v1::ListRepeatLossesResponse>(
      "kent", "ListRepeatLosses", stolen::v1::ListRepeatLossesRequest());
  EXPECT_THAT(DetailsOf(repeats.status).fields, ElementsAre("by"));
  stolen::v1::ListLossCasesRequest forged;
  forged.set_page_token("forged");
  EXPECT_EQ(
      Call<stolen::v1::ListLossCasesResponse>("kent", "ListLossCases", forged).status.error_code(),
      grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace serieslink

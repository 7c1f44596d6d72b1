// Goal: the list of an agency's items that no laboratory has seen has each of them and no other.
// Method: records go through preparing, committing and deriving on an in-memory store; the service
// answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "services/firearm/submission_service.h"
#include "services/rpc/error.h"
#include "services/rpc/page_token.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

SentMessage Of(const std::string& agency, const std::string& text) {
  SentMessage made;
  made.agency = agency;
  if (!google::protobuf::TextFormat::ParseFromString(text, &made.message)) ADD_FAILURE() << text;
  return made;
}

class SubmissionTest : public testing::Test {
 protected:
  void Push(const SentMessage& message) {
    const auto answers = pipeline_.Push({message});
    ASSERT_NE(answers.at(0).outcome(), ingest::v1::OUTCOME_REJECTED) << answers.at(0).DebugString();
  }
  // A gun, or what `items` says, in a record of Kent's.
  void Record(const std::string& id, const std::string& type, const std::string& occurred,
              const std::string& items, const std::string& agency = "kent") {
    Push(Of(agency, absl::StrCat("force { system: 'S' record_id: '", id, "' record_type: '", type,
                                 "' ", occurred.empty() ? "" : "occurred: '" + occurred + "' ",
                                 "crime_references: '", id, "/17' ", items, " }")));
  }
  void Recovered(const std::string& id, const std::string& serial,
                 const std::string& occurred = "2023-05-01") {
    Record(id, "RECOVERY", occurred, Gun(serial));
  }
  static std::string Gun(const std::string& serial) {
    return absl::StrCat("guns { make: 'Glock' calibre: '9x19' serials { text: '", serial, "' } }");
  }
  static std::string Items() {
    return "items { reference: '1' exhibit_mark: 'RJM/1' kind: 'CASE_GROUP' } "
           "items { reference: '2' exhibit_mark: 'RJM/2' kind: 'BULLET_GROUP' } "
           "items { reference: '3' exhibit_mark: 'RJM/3' kind: 'AMMUNITION_LOT' }";
  }
  // An item that a hub received.
  void Received(const std::string& id, const std::string& exhibit, bool is_open = true) {
    Push(Of("nabis", absl::StrCat("nabis { entry_id: '", id, "' exhibit { ", exhibit, " } ",
                                  is_open ? "marking { visibility: 'OPEN' } " : "", "}")));
  }
  static std::string SameAs(const std::string& id, const std::string& reference) {
    return absl::StrCat("same_items { agency: 'kent' source_system: 'S' source_id: '", id,
                        "' exhibit_reference: '", reference, "' }");
  }

  firearm::v1::ListUnsubmittedResponse Ask(const firearm::v1::ListUnsubmittedRequest& request,
                                           const std::string& agency = "kent") {
    pipeline_.revision();  // everything is derived
    const firearm::SubmissionService service(pipeline_.source(), &tokens_, "test",
                                             &DerivationPipeline::Now, absl::UTCTimeZone());
    firearm::v1::ListUnsubmittedResponse response;
    const absl::Status status =
        service.List(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
  // "record exhibit-reference" of each item.
  std::vector<std::string> Unsubmitted(int days = 14, const std::string& agency = "kent") {
    firearm::v1::ListUnsubmittedRequest request;
    request.set_days(days);
    std::vector<std::string> items;
    const firearm::v1::ListUnsubmittedResponse response = Ask(request, agency);
    for (const auto& item : response.items()) {
      items.push_back(
          absl::StrCat(item.source().source_id(), " ", item.source().exhibit_reference()));
    }
    return items;
  }

  DerivationPipeline pipeline_;
  const rpc::PageTokenSealer tokens_{std::array<std::uint8_t, rpc::PageTokenSealer::kKeyBytes>{7}};
};

TEST_F(SubmissionTest, ItemsInHandAreListedUntilALaboratoryHasThem) {
  Recovered("R", "AB12345");
  Record("I", "INCIDENT", "2023-05-02", Items());
  EXPECT_THAT(Unsubmitted(), UnorderedElementsAre("R ", "I 1", "I 2")) << "no ammunition";
  Received("N1", absl::StrCat("exhibit_type: 'CASE_GROUP' item { } ", SameAs("I", "1")));
  EXPECT_THAT(Unsubmitted(), UnorderedElementsAre("R ", "I 2"));
  // Of the mark within the crime, which is enough.
  Received("N2",
           "exhibit_type: 'BULLET_GROUP' police_exhibit_mark: 'rjm 2' found_at: 'INCIDENT' "
           "crime_references: 'KENT I/17' occurred: '2023-05-02' item { }");
  EXPECT_THAT(Unsubmitted(), ElementsAre("R "));
  Received("N3", absl::StrCat("exhibit_type: 'GUN' found_at: 'RECOVERY' occurred: '2023-05-01' "
                              "gun { make: 'Glock' calibre: '9x19' serials { text: 'AB12345' } } "
                              "submitted: '2023-05-03'"));
  EXPECT_THAT(Unsubmitted(), IsEmpty()) << "the laboratory's gun has the same number";
}

TEST_F(SubmissionTest, AnExaminersComparisonShowsThatItWasThere) {
  Record("I", "INCIDENT", "2023-05-02", Items());
  Record("J", "INCIDENT", "2023-05-03", Items());
  Push(Of("nabis",
          "nabis { entry_id: 'K' comparison { first { agency: 'kent' source_system: 'S' source_id: "
          "'I' exhibit_reference: '1' } second { agency: 'kent' source_system: 'S' source_id: 'J' "
          "exhibit_reference: '1' } channel: 'CASE' verdict: 'INCONCLUSIVE' stage: 'ON_SCREEN' "
          "examined: '2023-06-01' } marking { visibility: 'OPEN' } }"));
  EXPECT_THAT(Unsubmitted(), UnorderedElementsAre("I 2", "J 2"));
}

TEST_F(SubmissionTest, AGunThatCameBackIsToBeSeenAgain) {
  Recovered("R1", "AB12345", "2020-01-01");
  Received("N",
           "exhibit_type: 'GUN' gun { make: 'Glock' calibre: '9x19' serials { text: 'AB12345' "
           "} } submitted: '2020-01-10' examined: '2020-02-01'");
  EXPECT_THAT(Unsubmitted(), IsEmpty());
  Recovered("R2", "AB12345", "2022-01-01");
  EXPECT_THAT(Unsubmitted(), ElementsAre("R2 "));
}

TEST_F(SubmissionTest, WhatIsNotInHandIsNotListed) {
  Record("L", "LOSS", "2023-01-01", Gun("AB12345") + " loss_kind: 'STOLEN'");
  Record("D", "DISPOSAL", "2023-01-02", Gun("CD67890") + " disposal_kind: 'DESTROYED'");
  EXPECT_THAT(Unsubmitted(), IsEmpty());
}

TEST_F(SubmissionTest, AGunAtAnIncidentIsInHandWhereSomebodyHoldsIt) {
  Record("I1", "INCIDENT", "2023-05-01", Gun("AB12345"));
  Record("I2", "INCIDENT", "2023-05-02",
         "guns { make: 'Glock' calibre: '9x19' serials { text: 'CD67890' } custody { holder: 'the "
         "property store' from: '2023-05-02' } }");
  Record("I3", "INCIDENT", "2023-05-03",
         "items { reference: '1' kind: 'GUN_PART' part_kind: 'magazine' }");
  EXPECT_THAT(Unsubmitted(), UnorderedElementsAre("I2 ", "I3 1"));
}

TEST_F(SubmissionTest, AGunThatIsGoneIsCountedApart) {
  Recovered("R1", "AB12345", "2020-01-01");
  Recovered("R2", "CD67890", "2020-01-01");
  Recovered("R3", "EF24680", "2020-01-01");
  Recovered("R4", "GH13579", "2020-01-01");
  Record("D1", "DISPOSAL", "2020-03-01", Gun("AB12345") + " disposal_kind: 'DESTROYED'");
  Record("D2", "DISPOSAL", "2020-03-01", Gun("CD67890") + " disposal_kind: 'RETURNED'");
  // Kept, and destroyed at a time that can have been before it came.
  Record("D3", "DISPOSAL", "2020-03-01", Gun("EF24680") + " disposal_kind: 'RETAINED'");
  Record("D4", "DISPOSAL", "2020", Gun("GH13579") + " disposal_kind: 'DESTROYED'");
  EXPECT_THAT(Unsubmitted(), UnorderedElementsAre("R3 ", "R4 "));
  firearm::v1::ListUnsubmittedRequest request;
  request.set_days(14);
  int gone = 0;
  request.set_page_size(1);
  do {
    const firearm::v1::ListUnsubmittedResponse page = Ask(request);
    gone += page.gone_count();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(gone, 2) << "each on one page";
  request.set_gone(true);
  request.set_page_size(0);
  const firearm::v1::ListUnsubmittedResponse response = Ask(request);
  EXPECT_EQ(response.gone_count(), 0);
  std::vector<std::string> items;
  for (const auto& item : response.items()) items.push_back(item.source().source_id());
  EXPECT_THAT(items, UnorderedElementsAre("R1", "R2"));
  // One that came back is to be seen.
  Recovered("R5", "CD67890", "2022-01-01");
  EXPECT_THAT(Unsubmitted(), UnorderedElementsAre("R3 ", "R4 ", "R5 "));
}

TEST_F(SubmissionTest, DaysAreCountedFromTheEventOrElseFromTheRecord) {
  Recovered("OLD", "AB12345", "2023-10-01");  // it is 2023-11-14
  Recovered("NEW", "CD67890", "2023-11-10");
  Recovered("UNDATED", "EF24680", "");
  EXPECT_THAT(Unsubmitted(14), ElementsAre("OLD "));
  EXPECT_THAT(Unsubmitted(3), UnorderedElementsAre("OLD ", "NEW "));
  EXPECT_THAT(Unsubmitted(0), UnorderedElementsAre("OLD ", "NEW ", "UNDATED "));
}

TEST_F(SubmissionTest, ItemsAreTheCallersOwnAndWhatItMayNotSeeIsNotKnown) {
  Recovered("R", "AB12345");
  EXPECT_THAT(Unsubmitted(14, "mps"), IsEmpty());
  Received("N",
           absl::StrCat("exhibit_type: 'GUN' gun { make: 'Glock' calibre: '9x19' serials { "
                        "text: 'AB12345' } } ",
                        SameAs("R", "")),
           /*is_open=*/false);
  EXPECT_THAT(Unsubmitted(), ElementsAre("R ")) << "the laboratory keeps its record to itself";
}

TEST_F(SubmissionTest, PagesHaveEachItemOnce) {
  std::vector<std::string> all;
  for (int i = 0; i < 150; ++i) {
    const std::string id = absl::StrCat("R", i);
    Recovered(id, absl::StrCat("AB", 71234 + i * 137));
    all.push_back(id);
  }
  firearm::v1::ListUnsubmittedRequest request;
  request.set_page_size(20);
  std::vector<std::string> listed;
  do {
    const auto response = Ask(request);
    EXPECT_THAT(response.items(), SizeIs(testing::Le(20)));
    for (const auto& item : response.items()) listed.push_back(item.source().source_id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(listed, testing::UnorderedElementsAreArray(all));
}

// It is 14 November 2023, 22:13 in universal time.
TEST_F(SubmissionTest, DaysAreThoseOfTheCalendar) {
  Recovered("FIRST", "AB12345", "2023-10-31");
  Recovered("NEXT", "CD67890", "2023-11-01");
  Recovered("TODAY", "EF24680", "2023-11-14");
  EXPECT_THAT(Unsubmitted(14), ElementsAre("FIRST "));
  EXPECT_THAT(Unsubmitted(13), UnorderedElementsAre("FIRST ", "NEXT "));
  EXPECT_THAT(Unsubmitted(0), UnorderedElementsAre("FIRST ", "NEXT ", "TODAY "));
  firearm::v1::ListUnsubmittedRequest request;
  request.set_days(14);
  const firearm::v1::ListUnsubmittedResponse response = Ask(request);
  ASSERT_EQ(response.items_size(), 1);
  EXPECT_EQ(response.items(0).days(), 14);
}

TEST_F(SubmissionTest, ABadFieldIsNamed) {
  std::vector<std::pair<std::string, firearm::v1::ListUnsubmittedRequest>> requests(3);
  requests[0].first = "days";
  requests[0].second.set_days(-1);
  requests[1].first = "kinds[1]";
  requests[1].second.add_kinds(record::v1::EXHIBIT_KIND_GUN);
  requests[1].second.add_kinds(record::v1::EXHIBIT_KIND_AMMUNITION_LOT);
  requests[2].first = "page_size";
  requests[2].second.set_page_size(2000);
  const firearm::SubmissionService service(pipeline_.source(), &tokens_, "test",
                                           &DerivationPipeline::Now, absl::UTCTimeZone());
  for (const auto& [field, request] : requests) {
    firearm::v1::ListUnsubmittedResponse response;
    const absl::Status status =
        service.List(view::Viewer{"kent"}, request, absl::InfiniteFuture(), response);
    EXPECT_EQ(rpc::ReasonOf(status), type::v1::ERROR_REASON_FIELD_INVALID);
    EXPECT_THAT(std::string(status.message()), testing::StartsWith(field));
  }
}

}  // namespace
}  // namespace serieslink

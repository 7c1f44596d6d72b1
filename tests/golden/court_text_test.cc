// Goal: what is handed to a court, and what charts are drawn from, is the same from build to build.
// Method: an answer that has something of everything, and one about two exhibits that are not
// linked, go through the client's page.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/json_util.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/cli/court_document.h"
#include "services/cli/court_text.h"
#include "services/cli/explanation_page.h"
#include "services/cli/table.h"
#include "tests/golden/golden_file.h"

namespace serieslink {
namespace {

template <typename Message>
Message FromJson(const char* json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return message;
}

constexpr char kSeries[] = R"json({
  "revision": "57",
  "mark": {"revision_time": "2026-11-27T10:00:00Z", "agency": "mps",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
  "series": {
    "series_id": "SL-7K2M-9QXD-4TFBG", "weapon_id": "WP-7K2M-9QXD-4TFBG",
    "status": "SERIES_STATUS_RECOVERED", "incident_count": 2, "event_count": 3,
    "exhibit_count": 3, "agencies": ["mers", "mps", "nabis"], "floor": "BASIS_RULE",
    "weakest_bridge": {"finding_count": 1, "findings": ["FN-2222-2222-22222"]},
    "flags": [{"kind": "FLAG_KIND_PARTS_EXCHANGE",
      "explanation": "one channel confirms what another eliminates",
      "exhibits": ["EX-1111-1111-11111", "EX-2222-2222-22222"]}],
    "events": [
      {"event_id": "EV-1111-1111-11111", "kind": "EVENT_KIND_INCIDENT",
       "occurred": {"text": "2024-01-05"}, "place": {"borough_code": "E08000012"}},
      {"event_id": "EV-2222-2222-22222", "kind": "EVENT_KIND_INCIDENT",
       "occurred": {"earliest": "2024-02-01T00:00:00Z", "latest": "2024-02-03T23:59:59Z"},
       "place": {"police_force": "mers"}},
      {"event_id": "EV-3333-3333-33333", "kind": "EVENT_KIND_RECOVERY",
       "occurred": {"text": "2024-03-01"}}],
    "exhibits": [
      {"exhibit_id": "EX-1111-1111-11111", "record_id": "RC-1111-1111-11111", "agency": "mers",
       "kind": "EXHIBIT_KIND_CASE_GROUP", "event_id": "EV-1111-1111-11111",
       "exhibit": {"exhibit_reference": "C1", "exhibit_mark": "RJM/1",
                   "ammunition": {"calibre": "9x19", "head_stamp": "GFL"}}},
      {"exhibit_id": "EX-2222-2222-22222", "record_id": "RC-2222-2222-22222", "agency": "mers",
       "kind": "EXHIBIT_KIND_GUN", "event_id": "EV-2222-2222-22222",
       "exhibit": {"exhibit_reference": "G1", "firearm": {"make": "Glock", "model": "17",
         "calibre": "9x19", "serials": [{"text": "AB583214", "part": "SERIAL_PART_FRAME"}]}}},
      {"exhibit_id": "EX-3333-3333-33333", "record_id": "RC-3333-3333-33333", "agency": "mps",
       "kind": "EXHIBIT_KIND_GUN", "event_id": "EV-3333-3333-33333",
       "exhibit": {"exhibit_reference": "G7", "firearm": {"make": "Glock",
         "serials": [{"text": "AB 583214"}]}}}]
  },
  "explanation": {
    "summary": [
      "3 exhibits are one weapon: 2 confirmed findings join them. They rest on examiners' findings (1), the serial rule: the same number, not examined (1).",
      "The weakest basis that it cannot do without is the serial rule: the same number, not examined.",
      "Evidence speaks against this weapon: 1 contradiction within it; see the conflicts."],
    "joining_count": 2, "supporting_count": 3, "contrary_count": 1, "undecided_count": 1,
    "stale_count": 1, "conflict_count": 1, "abridged": ["supporting"],
    "joining": [
      {"finding_id": "FN-1111-1111-11111", "first_exhibit": "EX-1111-1111-11111",
       "second_exhibit": "EX-2222-2222-22222", "channel": "CHANNEL_BULLET",
       "verdict": "VERDICT_CONFIRMED", "basis": "BASIS_EXAMINER",
       "stage": "EXAMINATION_STAGE_VERIFIED", "examined": {"text": "2024-03-12"},
       "asserting_record": "RC-9999-9999-99999", "asserting_agency": "nabis",
       "from_revision": "20", "from_time": "2026-11-26T09:30:00Z",
       "sources": [{"record_id": "RC-9999-9999-99999", "source_version": "2",
                    "from_revision": "20"}]},
      {"finding_id": "FN-2222-2222-22222", "first_exhibit": "EX-2222-2222-22222",
       "second_exhibit": "EX-3333-3333-33333", "channel": "CHANNEL_SERIAL",
       "verdict": "VERDICT_CONFIRMED", "basis": "BASIS_RULE", "weight_log2": 11.6240234375,
       "rule": "serial/4, model assumed-1", "generation": 2,
       "from_revision": "31", "from_time": "2026-11-26T11:00:00Z",
       "contributions": [
         {"name": "prior", "weight_log2": -20.0009765625, "source": "assumed: of the prior"},
         {"name": "serial", "weight_log2": 29.8125, "source": "assumed: of equal numbers"},
         {"name": "make", "weight_log2": 1.8125, "source": "assumed: of a common make"},
         {"name": "calibre", "weight_log2": 0, "source": "not known of both: weighs nothing"}],
       "sources": [{"record_id": "RC-2222-2222-22222", "source_version": "3",
                    "from_revision": "12"},
                   {"record_id": "RC-3333-3333-33333", "from_revision": "31"}]}],
    "supporting": [
      {"finding_id": "FN-3333-3333-33333", "first_exhibit": "EX-1111-1111-11111",
       "second_exhibit": "EX-3333-3333-33333", "channel": "CHANNEL_DESCRIPTION",
       "verdict": "VERDICT_CONFIRMED", "basis": "BASIS_ANALYST",
       "from_revision": "40", "from_time": "2026-11-26T15:00:00Z"}],
    "contrary": [
      {"finding_id": "FN-4444-4444-44444", "first_exhibit": "EX-1111-1111-11111",
       "second_exhibit": "EX-2222-2222-22222", "channel": "CHANNEL_CASE",
       "verdict": "VERDICT_ELIMINATED", "basis": "BASIS_EXAMINER",
       "stage": "EXAMINATION_STAGE_MICROSCOPE",
       "asserting_record": "RC-8888-8888-88888", "asserting_agency": "nabis",
       "from_revision": "22", "from_time": "2026-11-26T10:00:00Z",
       "sources": [{"record_id": "RC-8888-8888-88888", "source_version": "1",
                    "from_revision": "22"}]}],
    "undecided": [
      {"finding_id": "FN-5555-5555-55555", "first_exhibit": "EX-1111-1111-11111",
       "second_exhibit": "EX-3333-3333-33333", "channel": "CHANNEL_CASE",
       "verdict": "VERDICT_LEAD", "basis": "BASIS_EXAMINER", "is_untrusted": true,
       "proposed_verdicts": ["VERDICT_CONFIRMED"],
       "stage": "EXAMINATION_STAGE_ON_SCREEN",
       "asserting_record": "RC-7777-7777-77777", "asserting_agency": "kent",
       "from_revision": "50", "from_time": "2026-11-27T08:00:00Z",
       "sources": [{"record_id": "RC-7777-7777-77777", "from_revision": "50"}]}],
    "stale": [
      {"finding_id": "FN-6666-6666-66666", "first_exhibit": "EX-3333-3333-33333",
       "second_exhibit": "EX-4444-4444-44444", "channel": "CHANNEL_CASE",
       "verdict": "VERDICT_CONFIRMED", "basis": "BASIS_EXAMINER",
       "asserting_record": "RC-6666-6666-66666", "asserting_agency": "nabis",
       "from_revision": "51", "from_time": "2026-11-27T08:30:00Z",
       "sources": [{"record_id": "RC-6666-6666-66666", "source_version": "1",
                    "from_revision": "51"}]}],
    "conflicts": [
      {"kind": "CONFLICT_KIND_CHANNELS_CONTRADICT", "first_exhibit": "EX-1111-1111-11111",
       "second_exhibit": "EX-2222-2222-22222", "findings": ["FN-4444-4444-44444"],
       "explanation": "one channel confirms what another eliminates: parts may have been exchanged"}],
    "exhibits": [
      {"exhibit_id": "EX-1111-1111-11111", "record_id": "RC-1111-1111-11111", "agency": "mers",
       "source_version": "1", "from_revision": "10"},
      {"exhibit_id": "EX-2222-2222-22222", "record_id": "RC-2222-2222-22222", "agency": "mers",
       "source_version": "3", "from_revision": "12"},
      {"exhibit_id": "EX-3333-3333-33333", "record_id": "RC-3333-3333-33333", "agency": "mps",
       "from_revision": "31"}]
  }
})json";

constexpr char kApart[] = R"json({
  "revision": "58",
  "mark": {"revision_time": "2026-11-27T11:15:00Z", "agency": "mers",
    "digest": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"},
  "exhibits": [
    {"exhibit_id": "EX-3333-3333-33333", "record_id": "RC-3333-3333-33333", "agency": "mps",
     "kind": "EXHIBIT_KIND_GUN", "event_id": "EV-3333-3333-33333",
     "exhibit": {"exhibit_reference": "G7", "firearm": {"make": "Glock",
       "serials": [{"text": "AB 583214"}]}}},
    {"exhibit_id": "EX-5555-5555-55555", "record_id": "RC-5555-5555-55555", "agency": "kent",
     "kind": "EXHIBIT_KIND_GUN",
     "exhibit": {"firearm": {"make": "Beretta", "serials": [{"text": "AB583214"}]}}}],
  "explanation": {
    "first": {"exhibit_id": "EX-3333-3333-33333", "record_id": "RC-3333-3333-33333",
              "agency": "mps", "from_revision": "31"},
    "second": {"exhibit_id": "EX-5555-5555-55555", "record_id": "RC-5555-5555-55555",
               "agency": "kent", "source_version": "4", "from_revision": "58"},
    "first_weapon": "WP-7K2M-9QXD-4TFBG", "second_weapon": "WP-5555-5555-55555",
    "direct_findings": [
      {"finding_id": "FN-7777-7777-77777", "first_exhibit": "EX-3333-3333-33333",
       "second_exhibit": "EX-5555-5555-55555", "channel": "CHANNEL_SERIAL",
       "verdict": "VERDICT_LEAD", "basis": "BASIS_RULE", "weight_log2": 0.0625,
       "rule": "serial/4, model assumed-1",
       "from_revision": "58", "from_time": "2026-11-27T11:15:00Z",
       "contributions": [
         {"name": "prior", "weight_log2": -20.25, "source": "assumed: of the prior"},
         {"name": "serial", "weight_log2": 20.3125, "source": "assumed: of equal numbers"}],
       "sources": [{"record_id": "RC-3333-3333-33333", "from_revision": "31"},
                   {"record_id": "RC-5555-5555-55555", "source_version": "4",
                    "from_revision": "58"}]}],
    "shortfalls": [{"kind": "SHORTFALL_KIND_MAKES_DIFFER",
      "explanation": "their makes differ, and a number is unique only within a maker"}],
    "summary": ["They are not one weapon: no chain of confirmed findings connects them.",
                "A finding about them is a lead: a person has to decide."]
  }
})json";

template <typename Response>
std::string CourtTextOf(const char* json) {
  std::ostringstream text;
  cli::WriteCourtText(FromJson<Response>(json), text);
  for (const absl::string_view line : absl::StrSplit(text.str(), '\n')) {
    EXPECT_LE(line.size(), static_cast<std::size_t>(cli::kCourtColumns)) << line;
  }
  return text.str();
}

TEST(CourtTextGoldenTest, TheTextOfASeriesIsPinned) {
  ExpectGolden("court_series.txt", CourtTextOf<series::v1::ExplainSeriesResponse>(kSeries));
}

TEST(CourtTextGoldenTest, TheTextOfTwoExhibitsThatAreNotLinkedIsPinned) {
  ExpectGolden("court_apart.txt", CourtTextOf<series::v1::ExplainLinkResponse>(kApart));
}

TEST(CourtTextGoldenTest, TheRowsForChartsArePinned) {
  std::ostringstream csv;
  cli::WriteExplanation(FromJson<series::v1::ExplainSeriesResponse>(kSeries), cli::Format::kCsv, 80,
                        csv);
  cli::WriteExplanation(FromJson<series::v1::ExplainLinkResponse>(kApart), cli::Format::kCsv, 80,
                        csv);
  ExpectGolden("weight_chart.csv", absl::StrReplaceAll(csv.str(), {{"\r\n", "\n"}}));
}

}  // namespace
}  // namespace serieslink

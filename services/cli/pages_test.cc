#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "google/protobuf/util/json_util.h"
#include "services/cli/explanation_page.h"
#include "services/cli/life_page.h"
#include "services/cli/record_page.h"
#include "services/cli/series_page.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kWide = 300;

template <typename Message>
Message FromJson(const char* json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return message;
}

series::v1::GetSeriesResponse ASeries() {
  return FromJson<series::v1::GetSeriesResponse>(R"({
    "revision": "12",
    "series": {
      "series_id": "SL-1", "weapon_id": "WP-1", "status": "SERIES_STATUS_RECOVERED",
      "incident_count": 2, "event_count": 3, "exhibit_count": 2, "agencies": ["mps", "nabis"],
      "incidents_span": {"earliest": "2017-03-18T02:00:00Z", "latest": "2018-01-02T00:00:00Z"},
      "floor": "BASIS_RULE",
      "weakest_bridge": {"finding_count": 1, "findings": ["FN-1"]},
      "flags": [
        {"kind": "FLAG_KIND_CUSTODY_CONTRADICTION", "explanation": "used while held",
         "events": ["EV-2"]},
        {"kind": "FLAG_KIND_PARTS_EXCHANGE", "explanation": "parts", "exhibits": ["EX-1"]}],
      "stale_findings": [
        {"finding_id": "FN-9", "first_exhibit": "EX-1", "second_exhibit": "EX-7",
         "channel": "CHANNEL_CASE", "verdict": "VERDICT_CONFIRMED", "basis": "BASIS_EXAMINER"}],
      "events": [
        {"event_id": "EV-1", "kind": "EVENT_KIND_INCIDENT", "occurred": {"text": "2017-03-18"},
         "place": {"borough_code": "E09000014"}, "records": ["RC-1"], "agencies": ["mps"]},
        {"event_id": "EV-2", "kind": "EVENT_KIND_INCIDENT", "place": {"police_force": "kent"}}],
      "exhibits": [
        {"exhibit_id": "EX-1", "record_id": "RC-1", "agency": "mps", "kind": "EXHIBIT_KIND_GUN",
         "event_id": "EV-1", "exhibit": {"firearm": {"make": "Glock", "serials": [{"text": "AB1"}]}}}],
      "findings": [
        {"finding_id": "FN-1", "first_exhibit": "EX-1", "second_exhibit": "EX-2",
         "channel": "CHANNEL_SERIAL", "verdict": "VERDICT_CONFIRMED", "basis": "BASIS_RULE",
         "rule": "serial/4, model assumed-1",
         "sources": [{"record_id": "RC-1", "source_version": "3", "from_revision": "4"},
                     {"record_id": "RC-2", "from_revision": "9"}]},
        {"finding_id": "FN-2", "first_exhibit": "EX-1", "second_exhibit": "EX-2",
         "channel": "CHANNEL_CASE", "verdict": "VERDICT_LEAD", "basis": "BASIS_EXAMINER",
         "is_untrusted": true, "asserting_record": "RC-3",
         "sources": [{"record_id": "RC-3", "source_version": "1", "from_revision": "5"}]},
        {"finding_id": "FN-3", "first_exhibit": "EX-1", "second_exhibit": "EX-2",
         "channel": "CHANNEL_DESCRIPTION", "verdict": "VERDICT_INCONCLUSIVE",
         "basis": "BASIS_ANALYST", "awaits_second": true,
         "proposed_verdicts": ["VERDICT_ELIMINATED"]}],
      "conflicts": [
        {"kind": "CONFLICT_KIND_LISTED_APART", "first_exhibit": "EX-1", "second_exhibit": "EX-2",
         "explanation": "two guns of one record"}],
      "history": [
        {"revision": "9", "time": "2020-01-01T12:00:00Z", "change": "CHANGE_FORMED",
         "causes": ["RC-1"], "exhibit_count": 2, "incident_count": 2},
        {"revision": "11", "change": "CHANGE_DISSOLVED", "causes": ["RC-1"], "by_guard": true},
        {"revision": "12", "change": "CHANGE_FORMED", "by_guard": true}]
    }})");
}

TEST(SeriesPageTest, ShowsEverythingOfAWeapon) {
  std::ostringstream out;
  WriteSeries(ASeries(), Format::kTable, kWide, out);
  const std::string page = out.str();
  for (const char* part : {"Series SL-1\n",
                           "status            recovered\n",
                           "first..last       2017-03-18/2018-01-02\n",
                           "areas             E09000014, kent\n",
                           "rule (same number, not examined)",
                           "weakest bridge    1 finding: without FN-1 it is two weapons\n",
                           "Flags: look into these first (2)\n",
                           "parts exchange",
                           "used while held",
                           "Findings to be stated again, which join nothing (1)\n",
                           "EX-7",
                           "Events (2)\n",
                           "EV-1   incident  2017-03-18",
                           "Exhibits (1)\n",
                           "Glock",
                           "AB1",
                           "Findings (3)\n",
                           "serial/4, model assumed-1",
                           "RC-1 version 3, RC-2\n",
                           "examiner (not trusted)",
                           "analyst (proposed: eliminated, awaits a second person)",
                           "RC-3 version 1\n",
                           "Conflicts (1)\n",
                           "listed apart",
                           "History (3)\n",
                           "formed",
                           "dissolved",
                           "RC-1, guard",
                           "guard"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

TEST(SeriesPageTest, AListThatIsCutIsNamed) {
  series::v1::GetSeriesResponse response = ASeries();
  std::ostringstream whole;
  WriteSeries(response, Format::kTable, kWide, whole);
  EXPECT_THAT(whole.str(), Not(HasSubstr("shown in part")));
  response.mutable_series()->add_abridged("exhibits");
  response.mutable_series()->add_abridged("history");
  std::ostringstream cut;
  WriteSeries(response, Format::kTable, kWide, cut);
  EXPECT_THAT(cut.str(), HasSubstr("shown in part     exhibits, history\n"));
}

TEST(SeriesPageTest, AWeaponThatIsNoSeriesSaysSo) {
  series::v1::GetSeriesResponse response;
  response.mutable_series()->set_weapon_id("WP-9");
  std::ostringstream out;
  WriteSeries(response, Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), HasSubstr("Weapon WP-9, not a series\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Findings")));
}

TEST(SeriesPageTest, WritesJsonAndCsv) {
  std::ostringstream json;
  WriteSeries(ASeries(), Format::kJson, kWide, json);
  EXPECT_THAT(json.str(), HasSubstr("\"incident_count\": 2"));
  const auto again = FromJson<series::v1::GetSeriesResponse>(json.str().c_str());
  EXPECT_EQ(again.SerializeAsString(), ASeries().SerializeAsString());
  std::ostringstream csv;
  WriteSeries(ASeries(), Format::kCsv, kWide, csv);
  EXPECT_EQ(csv.str(),
            "series,incidents,events,exhibits,agencies,first..last,areas,status,"
            "holds together by,weakest bridge,flags\r\n"
            "SL-1,2,3,2,\"mps, nabis\",2017-03-18/2018-01-02,\"E09000014, kent\",recovered,"
            "rule,1,\"custody contradiction, parts exchange\"\r\n");
}

ingest::v1::GetRecordResponse ARecord() {
  return FromJson<ingest::v1::GetRecordResponse>(R"({
    "record_id": "RC-1", "revision": "30", "exhibit_ids": ["EX-1"],
    "record": {
      "source": {"agency": "mps", "source_system": "CRIS", "source_id": "28/17"},
      "kind": "RECORD_KIND_INCIDENT", "visibility": "VISIBILITY_OPEN",
      "event": {"occurred": {"text": "2017-03"},
                "crime_references": [{"issuing_force": "mps", "year": 2017, "number": "28"}]},
      "exhibits": [{"exhibit_reference": "1", "kind": "EXHIBIT_KIND_GUN",
                    "firearm": {"make": "\u001b[31mGlock"}}]},
    "versions": [
      {"source_version": "2", "from_revision": "10", "received_time": "2020-01-01T12:00:00Z"},
      {"source_version": "1", "from_revision": "11", "to_revision": "11"}]})");
}

TEST(RecordPageTest, ShowsARecordWithItsVersions) {
  std::ostringstream out;
  WriteRecord(ARecord(), Format::kTable, kWide, out);
  const std::string page = out.str();
  for (const char* part :
       {"Record RC-1\n", "CRIS 28/17", "mps 28/2017", "2017-03", "Exhibit 1 of 1: EX-1",
        "?[31mGlock", "Versions (2)", "stale on arrival"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
}

// Sets every field of `message`, at any depth, and adds every text to `texts`.
void FillEverything(google::protobuf::Message& message, std::vector<std::string>& texts) {
  const auto& descriptor = *message.GetDescriptor();
  const auto& reflection = *message.GetReflection();
  using google::protobuf::FieldDescriptor;
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      FillEverything(*(field.is_repeated() ? reflection.AddMessage(&message, &field)
                                           : reflection.MutableMessage(&message, &field)),
                     texts);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      texts.push_back("text-" + std::to_string(texts.size()) + ".");
      if (field.is_repeated()) {
        reflection.AddString(&message, &field, texts.back());
      } else {
        reflection.SetString(&message, &field, texts.back());
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      if (field.is_repeated()) {
        reflection.AddEnumValue(&message, &field, 1);
      } else {
        reflection.SetEnumValue(&message, &field, 1);
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 && !field.is_repeated()) {
      reflection.SetInt32(&message, &field, 7);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL && !field.is_repeated()) {
      reflection.SetBool(&message, &field, true);
    }
  }
}

TEST(RecordPageTest, LeavesNothingOutAndBeginsWithTheMarkings) {
  ingest::v1::GetRecordResponse response = ARecord();
  std::vector<std::string> texts;
  FillEverything(*response.mutable_record(), texts);
  ASSERT_GT(texts.size(), 80u);
  std::ostringstream out;
  WriteRecord(response, Format::kTable, 80, out);
  const std::string page = out.str();
  const std::string one_line = absl::StrReplaceAll(page, {{"\n", " "}});
  for (const std::string& text : texts) {
    // A reference that has a number is shown by it, not by the text that it came from.
    if (response.record().event().crime_references(1).text() == text ||
        response.record().event().inquiry_references(0).text() == text ||
        // A record is no exhibit.
        response.record().source().exhibit_reference() == text) {
      continue;
    }
    EXPECT_THAT(one_line, HasSubstr(text));
  }
  for (const char* part :
       {"classification    official", "conditions", "caveats", "offences", "discharge", "injury",
        "flags", "grading", "custody", "legal classes", "Person 1 of 1", "Judicial outcome 1 of 1",
        "owning unit", "operation"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_LT(page.find("classification"), page.find("agency"));
  EXPECT_LT(page.find("caveats"), page.find("agency"));
}

TEST(RecordPageTest, ShowsThatARecordIsWithdrawn) {
  ingest::v1::GetRecordResponse response = ARecord();
  response.clear_record();
  ingest::v1::RecordVersion& withdrawal = *response.add_versions();
  withdrawal.set_from_revision(20);
  withdrawal.set_is_withdrawal(true);
  withdrawal.set_withdrawal_reason("entered twice");
  std::ostringstream out;
  WriteRecord(response, Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), testing::ContainsRegex("state *withdrawn"));
  EXPECT_THAT(out.str(), testing::ContainsRegex("because *entered twice"));
  std::ostringstream csv;
  WriteRecord(response, Format::kCsv, kWide, csv);
  EXPECT_THAT(csv.str(), HasSubstr("2,10,,2020-01-01 12:00,record,\r\n"));
  EXPECT_THAT(csv.str(), HasSubstr("withdrawal,entered twice\r\n"));
}

TEST(RecordPageTest, SaysWhatBecameOfAWithdrawal) {
  ingest::v1::Acknowledgement acknowledgement;
  acknowledgement.set_record_id("RC-1");
  acknowledgement.set_outcome(ingest::v1::OUTCOME_WITHDRAWN);
  acknowledgement.set_revision(31);
  std::ostringstream out;
  EXPECT_TRUE(WriteWithdrawal(acknowledgement, Format::kTable, out));
  EXPECT_EQ(out.str(), "RC-1 withdrawn at revision 31\n");
  acknowledgement.set_outcome(ingest::v1::OUTCOME_REJECTED);
  EXPECT_FALSE(WriteWithdrawal(acknowledgement, Format::kJson, out));
}

series::v1::ExplainLinkResponse AContestedLink() {
  return FromJson<series::v1::ExplainLinkResponse>(R"({
    "revision": "9",
    "explanation": {
      "first": {"exhibit_id": "EX-1", "record_id": "RC-1", "agency": "mers"},
      "second": {"exhibit_id": "EX-2", "record_id": "RC-2", "agency": "mers"},
      "first_weapon": "WP-1", "second_weapon": "WP-1", "is_one_weapon": true,
      "chain": [{"from": {"exhibit_id": "EX-1"}, "to": {"exhibit_id": "EX-2"},
        "finding": {"finding_id": "FN-1", "channel": "CHANNEL_SERIAL",
          "verdict": "VERDICT_CONFIRMED", "weight_log2": 0.0625,
          "contributions": [{"name": "prior", "weight_log2": -20.25, "source": "A"},
                            {"name": "serial", "weight_log2": 20.3125, "source": "B"}]}}],
      "direct_findings": [
        {"finding_id": "FN-1", "verdict": "VERDICT_CONFIRMED"},
        {"finding_id": "FN-2", "channel": "CHANNEL_CASE", "verdict": "VERDICT_ELIMINATED"}],
      "conflicts": [{"kind": "CONFLICT_KIND_CHANNELS_CONTRADICT", "first_exhibit": "EX-1",
                     "second_exhibit": "EX-2", "findings": ["FN-2"], "explanation": "parts"}],
      "summary": ["They are one weapon."]
    }})");
}

TEST(ExplanationPageTest, TellsWhatSpeaksAgainstAWeapon) {
  std::ostringstream out;
  WriteExplanation(AContestedLink(), Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), HasSubstr("What else was found about the two"));
  EXPECT_THAT(out.str(), HasSubstr("eliminated"));
  EXPECT_THAT(out.str(), HasSubstr("What contradicts in this weapon"));
  // The link itself once.
  EXPECT_EQ(out.str().find("FN-1"), out.str().rfind("FN-1"));
}

TEST(ExplanationPageTest, TellsWhatAwaitsASecondPerson) {
  series::v1::ExplainLinkResponse link = AContestedLink();
  linkage::v1::Finding& beside = *link.mutable_explanation()->mutable_direct_findings(1);
  beside.set_basis(record::v1::BASIS_ANALYST);
  beside.set_awaits_second(true);
  beside.add_proposed_verdicts(record::v1::VERDICT_ELIMINATED);
  std::ostringstream out;
  WriteExplanation(link, Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), HasSubstr("analyst (proposed: eliminated, awaits a second person)"));
}

TEST(ExplanationPageTest, ShowsTermsAndTotalToThousandths) {
  std::ostringstream out;
  WriteExplanation(AContestedLink(), Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), HasSubstr("0.063 bits = -20.250 prior + 20.313 serial"));
}

firearm::v1::TraceFirearmResponse ALife() {
  return FromJson<firearm::v1::TraceFirearmResponse>(R"({
    "revision": "7",
    "story": {
      "weapon_id": "WP-1", "series_id": "SL-1", "state": "FIREARM_STATE_SIGHTED",
      "floor": "BASIS_RULE",
      "events": [
        {"event": {"event_id": "EV-1", "kind": "EVENT_KIND_LOSS", "occurred": {"text": "2016-01/2016-03"}},
         "loss": "LOSS_KIND_STOLEN", "tied_by": "BASIS_RULE",
         "sources": [{"record_id": "RC-1", "agency": "kent", "source_version": "2",
                      "grading": {"scheme": "GRADING_SCHEME_3X5X2", "source": "1", "information": "A"},
                      "exhibits": ["EX-1"]}]},
        {"event": {"event_id": "EV-2", "kind": "EVENT_KIND_INCIDENT", "occurred": {"text": "2017-03-18"},
                   "place": {"borough_code": "E09000014"}},
         "sources": [{"record_id": "RC-2", "agency": "mps", "exhibits": ["EX-2"]}]}],
      "loss_cases": [{"loss_event": "EV-1", "kind": "LOSS_KIND_STOLEN", "state": "FIREARM_STATE_SIGHTED",
        "loss_events": ["EV-1", "EV-3"], "order_is_uncertain": true,
        "contradictions": [{"kind": "CASE_CONTRADICTION_KIND_DATES_DIFFER",
                            "explanation": "no moment satisfies them"}],
        "steps": [{"event_id": "EV-1", "state": "FIREARM_STATE_OUTSTANDING"},
                  {"event_id": "EV-2", "state": "FIREARM_STATE_SIGHTED", "order_is_uncertain": true}]},
       {"loss_event": "EV-4", "state": "FIREARM_STATE_RETURNED", "is_cancelled": true,
        "loss_events": ["EV-4"],
        "steps": [{"event_id": "EV-4", "state": "FIREARM_STATE_OUTSTANDING"},
                  {"event_id": "EV-4", "state": "FIREARM_STATE_RETURNED", "is_found": true,
                   "found": {"text": "2016-09-09"}}]}],
      "measures": [
        {"kind": "MEASURE_KIND_LOSS_TO_FIRST_USE", "minimum_s": "30240000", "maximum_s": "38275199",
         "from_event": "EV-1", "to_event": "EV-2"},
        {"kind": "MEASURE_KIND_SEIZURE_TO_SISTER_PARTS", "minimum_s": "0", "maximum_s": "86399",
         "from_event": "EV-1", "to_record": "RC-9"},
        {"kind": "MEASURE_KIND_EVENT_TO_SUBMISSION", "minimum_s": "0", "exhibit_id": "EX-2",
         "order_is_uncertain": true}],
      "remarks": [
        {"kind": "REMARK_KIND_OUTSTANDING", "events": ["EV-1"], "explanation": "still out there"},
        {"kind": "REMARK_KIND_HELD_BY_TWO", "is_contradiction": true, "exhibits": ["EX-1"],
         "explanation": "two holders"}],
      "sister_seizures": [{"named_by": "EV-1", "record_id": "RC-9", "agency": "border_force",
                           "part_kinds": ["slide", "barrel"]}]
    }})");
}

TEST(LifePageTest, TellsEventsLossesTimesAndRemarks) {
  std::ostringstream out;
  WriteLifeStory(ALife(), Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), HasSubstr("Life of weapon WP-1"));
  EXPECT_THAT(out.str(), HasSubstr("loss (stolen)"));
  EXPECT_THAT(out.str(), HasSubstr("RC-1 version 2"));
  EXPECT_THAT(out.str(), HasSubstr("1 A"));
  EXPECT_THAT(out.str(), HasSubstr("EV-1, EV-3"));
  EXPECT_THAT(out.str(), HasSubstr("outstanding -> sighted (order not certain)"));
  EXPECT_THAT(out.str(), HasSubstr("sighted, order not certain"));
  EXPECT_THAT(out.str(), HasSubstr("no moment satisfies them"));
  EXPECT_THAT(out.str(), HasSubstr("outstanding -> found again 2016-09-09"));
  EXPECT_THAT(out.str(), HasSubstr("cancelled: found again"));
  EXPECT_THAT(out.str(), HasSubstr("350 days"));
  EXPECT_THAT(out.str(), HasSubstr("443 days"));
  EXPECT_THAT(out.str(), HasSubstr("no bound"));
  EXPECT_THAT(out.str(), HasSubstr("order not certain"));
  EXPECT_LT(out.str().find("What cannot be"), out.str().find("two holders"));
  EXPECT_LT(out.str().find("What is missing"), out.str().find("still out there"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Custody")));
  EXPECT_THAT(out.str(), HasSubstr("EV-1 to RC-9"));
  EXPECT_THAT(out.str(), HasSubstr("slide, barrel"));
}

TEST(LifePageTest, ACustodyWithoutAnEndGoesOn) {
  firearm::v1::TraceFirearmResponse life;
  record::v1::Custody& held = *life.mutable_story()->add_custody()->mutable_custody();
  held.set_holder("property store");
  held.mutable_from()->set_text("2020-01-02");
  std::ostringstream out;
  WriteLifeStory(life, Format::kTable, kWide, out);
  EXPECT_THAT(out.str(), HasSubstr("still held"));
  EXPECT_THAT(out.str(), Not(HasSubstr("unknown")));

  // It went to somebody: only the day is not known.
  held.set_released_to("armourer");
  std::ostringstream released;
  WriteLifeStory(life, Format::kTable, kWide, released);
  EXPECT_THAT(released.str(), Not(HasSubstr("still held")));

  held.clear_released_to();
  held.mutable_until()->set_text("2020-03-04");
  std::ostringstream ended;
  WriteLifeStory(life, Format::kTable, kWide, ended);
  EXPECT_THAT(ended.str(), HasSubstr("2020-03-04"));
  EXPECT_THAT(ended.str(), Not(HasSubstr("still held")));
}

TEST(LifePageTest, AsCsvIsARowForEachEvent) {
  std::ostringstream out;
  WriteLifeStory(ALife(), Format::kCsv, kWide, out);
  EXPECT_EQ(out.str(),
            "when,what,where,agencies,tied by,grading,event,records\r\n"
            "2016-01/2016-03,loss (stolen),,kent,rule,1 A,EV-1,RC-1 version 2\r\n"
            "2017-03-18,incident,E09000014,mps,,,EV-2,RC-2\r\n");
}

}  // namespace
}  // namespace serieslink::cli

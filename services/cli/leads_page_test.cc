#include "services/cli/leads_page.h"

#include <sstream>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace serieslink::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

lead::v1::Lead SomeLead() {
  return Parse<lead::v1::Lead>(R"pb(
    first {
      exhibit_id: "EX-A"
      record_id: "RC-A"
      agency: "kent"
      exhibit {
        kind: EXHIBIT_KIND_GUN
        firearm {
          serials { text: "AB123" }
          make: "Glock"
        }
      }
    }
    second {
      exhibit_id: "EX-B"
      record_id: "RC-B"
      agency: "mers"
      exhibit { kind: EXHIBIT_KIND_SIGHTED_GUN }
    }
    state: LEAD_STATE_PROPOSED
    findings { channel: CHANNEL_SERIAL verdict: VERDICT_LEAD basis: BASIS_RULE rule: "serial/9" }
    score_log2: -3.25
    terms { name: "seriousness" weight_log2: 6 source: "assumed" }
    files {
      record_id: "RC-F"
      agency: "mps"
      version: 1
      act { kind: ACT_KIND_PROPOSE principal: "ana" }
      proposals {
        verdict: VERDICT_CONFIRMED
        channel: CHANNEL_SERIAL
        by { principal: "ana" reason: "same damage" }
      }
    })pb");
}

TEST(LeadsPageTest, ARowSaysWhatMakesItALead) {
  EXPECT_THAT(LeadRow(SomeLead()),
              ElementsAre("EX-A", "EX-B", "-3.2", "proposed", "serial lead (rule)", "",
                          "kent, mers", "gun, sighted gun"));
  EXPECT_EQ(LeadHeadings().size(), LeadRow(SomeLead()).size());
}

TEST(LeadsPageTest, ALeadIsShownWithItsWorthAndWhatWaits) {
  std::ostringstream out;
  WriteLead(SomeLead(), 7, Format::kTable, 200, out);
  EXPECT_THAT(out.str(), HasSubstr("Lead EX-A EX-B"));
  EXPECT_THAT(out.str(), HasSubstr("AB123"));
  EXPECT_THAT(out.str(), HasSubstr("seriousness"));
  EXPECT_THAT(out.str(), HasSubstr("mps, RC-F, version 1"));
  EXPECT_THAT(out.str(), HasSubstr("waits for a second"));
  EXPECT_THAT(out.str(), HasSubstr("same damage"));
}

TEST(LeadsPageTest, WhatASingleAnalystPushedAwaitsASecondPerson) {
  lead::v1::Lead lead = SomeLead();
  auto& pushed = *lead.add_findings();
  pushed.set_channel(record::v1::CHANNEL_DESCRIPTION);
  pushed.set_verdict(record::v1::VERDICT_LEAD);
  pushed.set_basis(record::v1::BASIS_ANALYST);
  pushed.set_awaits_second(true);
  pushed.add_proposed_verdicts(record::v1::VERDICT_CONFIRMED);
  lead.mutable_findings(0)->add_proposed_verdicts(record::v1::VERDICT_ELIMINATED);
  EXPECT_EQ(LeadRow(lead)[4],
            "serial lead (rule; proposed: eliminated, awaits a second person), "
            "description lead (analyst; proposed: confirmed, awaits a second person)");
  std::ostringstream out;
  WriteLead(lead, 7, Format::kTable, 300, out);
  EXPECT_THAT(out.str(), HasSubstr("rule (proposed: eliminated, awaits a second person)"));
  EXPECT_THAT(out.str(), HasSubstr("analyst (proposed: confirmed, awaits a second person)"));
}

TEST(LeadsPageTest, TheLineSaysHowManyLieBelowAndWhy) {
  auto line = Parse<lead::v1::QueueLine>(R"pb(
    budget: 20
    used_today: 3
    above_count: 17
    below { reason: BELOW_REASON_BUDGET count: 31 }
    below { reason: BELOW_REASON_IN_HAND count: 2 }
  )pb");
  EXPECT_EQ(LineText(line),
            "Above the line: 17 (budget 20 a day, acted on today: 3). Below: 31 beyond the "
            "budget, 2 in hand.");
  line.set_is_at_least(true);
  EXPECT_THAT(LineText(line), HasSubstr("2 in hand, at least."));
}

TEST(LeadsPageTest, ABlindSampleSaysNothingOfItsLinks) {
  const auto sample = Parse<lead::v1::GetBlindSampleResponse>(R"pb(
    week: "2024-W22"
    revision: 5
    pairs {
      first { exhibit_id: "EX-A" }
      second { exhibit_id: "EX-B" }
      verdict: BLIND_VERDICT_CANNOT_SAY
    }
  )pb");
  std::ostringstream out;
  WriteBlindSample(sample, Format::kTable, 200, out);
  EXPECT_THAT(out.str(), HasSubstr("cannot say"));
  EXPECT_THAT(out.str(), HasSubstr("1 pairs of week 2024-W22, as known at revision 5"));
  EXPECT_THAT(out.str(), Not(HasSubstr("confirmed")));
}

TEST(LeadsPageTest, ExaminationsAreToldWithWhatToCompare) {
  const auto response = Parse<lead::v1::ListExaminationsResponse>(R"pb(
    examinations {
      exhibit { exhibit_id: "EX-A" }
      compare_with: "EX-B"
      compare_with: "EX-C"
      lead_count: 2
      weapon_count: 1
    }
    leads_looked_at: 4
  )pb");
  std::ostringstream out;
  WriteExaminations(response, Format::kCsv, 200, out);
  EXPECT_THAT(out.str(), HasSubstr("EX-A,2,1,0.0,,,,EX-B EX-C"));
}

}  // namespace
}  // namespace serieslink::cli

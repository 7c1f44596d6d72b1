#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/ingest/core/adapt_testing.h"

namespace serieslink::ingest {
namespace {

using testing::AdaptText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NormalRecord;
using testing::ShowRecord;
using testing::Violations;

TEST(AdaptAnalystTest, ADecisionIsAnAnalystsFinding) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    analyst {
      first_exhibit: "EX-A"
      second_exhibit: "EX-B"
      version: 2
      act { kind: "DECIDE" principal: "ana" time: "2024-05-30T10:00:00Z" reason: "same damage" }
      decision {
        verdict: "CONFIRMED"
        channel: "SERIAL"
        by { kind: "DECIDE" principal: "ana" time: "2024-05-30T10:00:00Z" reason: "same damage" }
        first_from_revision: 3
        second_from_revision: 4
      }
      visibility: "OPEN"
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "mps" source_system: "SERIESLINK" source_id: "LEAD EX-A EX-B" }
              source_version: 2
              kind: RECORD_KIND_LEAD_FILE
              visibility: VISIBILITY_OPEN
              findings {
                finding_reference: "decision"
                first { source_id: "EX-A" }
                second { source_id: "EX-B" }
                channel: CHANNEL_SERIAL
                verdict: VERDICT_CONFIRMED
                basis: BASIS_ANALYST
                examined { text: "2024-05-30T10:00:00Z" }
                examiner_token: "ana"
                text: "same damage"
              })pb"));
}

TEST(AdaptAnalystTest, WhatIsProposedOrTakenBackDecidesNothing) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    analyst {
      first_exhibit: "EX-A"
      second_exhibit: "EX-B"
      version: 1
      act { kind: "PROPOSE" principal: "ana" time: "2024-05-30T10:00:00Z" reason: "differ" }
      proposal {
        verdict: "ELIMINATED"
        channel: "DESCRIPTION"
        by { kind: "PROPOSE" principal: "ana" time: "2024-05-30T10:00:00Z" reason: "differ" }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "mps" source_system: "SERIESLINK" source_id: "LEAD EX-A EX-B" }
              source_version: 1
              kind: RECORD_KIND_LEAD_FILE
              findings {
                finding_reference: "decision"
                first { source_id: "EX-A" }
                second { source_id: "EX-B" }
                channel: CHANNEL_DESCRIPTION
                verdict: VERDICT_WITHDRAWN
              }
              findings {
                finding_reference: "proposal"
                first { source_id: "EX-A" }
                second { source_id: "EX-B" }
                channel: CHANNEL_DESCRIPTION
                verdict: VERDICT_LEAD
                examined { text: "2024-05-30T10:00:00Z" }
                examiner_token: "ana"
                text: "differ"
              })pb"));
}

TEST(AdaptAnalystTest, EachChannelHasItsStatement) {
  const AdaptedMessage adapted = AdaptText("mps", R"pb(
    analyst {
      first_exhibit: "EX-A"
      second_exhibit: "EX-B"
      version: 3
      act { kind: "DECIDE" principal: "ben" time: "2024-05-31T11:00:00Z" reason: "doubtful" }
      decisions {
        verdict: "CONFIRMED"
        channel: "SERIAL"
        by { kind: "DECIDE" principal: "ana" time: "2024-05-30T10:00:00Z" reason: "same damage" }
      }
      decisions {
        verdict: "ELIMINATED"
        channel: "CASE"
        by { kind: "DECIDE" principal: "ben" time: "2024-05-31T11:00:00Z" reason: "doubtful" }
      }
      proposals {
        verdict: "ELIMINATED"
        channel: "DESCRIPTION"
        by { kind: "PROPOSE" principal: "ana" time: "2024-05-31T10:00:00Z" reason: "differ" }
      }
    })pb");
  EXPECT_THAT(Violations(adapted), IsEmpty());
  EXPECT_EQ(ShowRecord(adapted.record), NormalRecord(R"pb(
              source { agency: "mps" source_system: "SERIESLINK" source_id: "LEAD EX-A EX-B" }
              source_version: 3
              kind: RECORD_KIND_LEAD_FILE
              findings {
                finding_reference: "decision SERIAL"
                first { source_id: "EX-A" }
                second { source_id: "EX-B" }
                channel: CHANNEL_SERIAL
                verdict: VERDICT_CONFIRMED
                basis: BASIS_ANALYST
                examined { text: "2024-05-30T10:00:00Z" }
                examiner_token: "ana"
                text: "same damage"
              }
              findings {
                finding_reference: "decision CASE"
                first { source_id: "EX-A" }
                second { source_id: "EX-B" }
                channel: CHANNEL_CASE
                verdict: VERDICT_ELIMINATED
                basis: BASIS_ANALYST
                examined { text: "2024-05-31T11:00:00Z" }
                examiner_token: "ben"
                text: "doubtful"
              }
              findings {
                finding_reference: "proposal DESCRIPTION"
                first { source_id: "EX-A" }
                second { source_id: "EX-B" }
                channel: CHANNEL_DESCRIPTION
                verdict: VERDICT_LEAD
                examined { text: "2024-05-31T10:00:00Z" }
                examiner_token: "ana"
                text: "differ"
              })pb"));
}

TEST(AdaptAnalystTest, EveryFaultIsNamed) {
  EXPECT_THAT(Violations(AdaptText("mps", R"pb(
                analyst {
                  first_exhibit: "RC-B"
                  second_exhibit: "EX-A"
                  decision {
                    verdict: "WITHDRAWN"
                    channel: "SMELL"
                    by { time: "yesterday" }
                  }
                })pb")),
              ElementsAre("analyst.first_exhibit FIELD_INVALID",
                          "analyst.second_exhibit FIELD_INVALID", "analyst.version FIELD_MISSING",
                          "analyst.act FIELD_MISSING", "analyst.decision.channel FIELD_INVALID",
                          "analyst.decision.by.time DATE_MALFORMED",
                          "analyst.decision.verdict FIELD_INVALID"));
}

}  // namespace
}  // namespace serieslink::ingest

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "serieslink/feed/v1/analyst.pb.h"

// What acts do to an agency's file of a lead. Each takes the file as it is (empty but for the pair
// when there is none yet) and makes the next version of it, or says why it cannot; then the file is
// as it was. Pure.
namespace serieslink::leads {

// Why an act is refused.
enum class Refusal {
  kNone,
  kSecondPersonNeeded,  // whoever proposed a decision may not second it
  kNothingToDo,         // nothing of that kind is there to second, take back, accept or report on
  kFull,                // the file holds as many referrals, answers or judgements as it may
  kChannelNeeded,       // there is something of that kind on several channels, and none was named
};

// Who acts, when and why.
struct Actor {
  std::string principal;  // of the certificate
  std::string time;       // in a form that a feed's dates have, e.g. "2024-06-01T12:00:00Z"
  std::string reason;
};

// What is decided, with the first revisions at which the versions that were judged stood.
struct Decision {
  std::string verdict;  // CONFIRMED, ELIMINATED or INCONCLUSIVE
  std::string channel;
  std::int64_t first_from_revision = 0;
  std::int64_t second_from_revision = 0;
};

// What an act took the place of, or took back, on its channel.
struct Replaced {
  std::optional<feed::v1::AnalystDecision> decision;
  std::optional<feed::v1::AnalystDecision> proposal;
};

// A file of an older build kept one decision and one proposal for all channels: moves them to where
// the rest of this file looks for them. It has no other effect, and none on a newer file.
void MoveToChannels(feed::v1::AnalystLeadFile& file);

// What is decided, or proposed, by `channel`; null where nothing is.
const feed::v1::AnalystDecision* DecisionOn(const feed::v1::AnalystLeadFile& file,
                                            std::string_view channel);
const feed::v1::AnalystDecision* ProposalOn(const feed::v1::AnalystLeadFile& file,
                                            std::string_view channel);

// The channel on which there is a proposal (or, where `or_decision`, that or a decision), when
// there is one such channel; `named` where that is not empty. Errors: kNothingToDo, kChannelNeeded.
struct SoughtChannel {
  Refusal refusal = Refusal::kNone;
  std::string channel;
};
SoughtChannel ChannelToActOn(std::string_view named, bool or_decision,
                             const feed::v1::AnalystLeadFile& file);

// Decides by the decision's channel, and leaves what is decided or proposed by the others; where
// `needs_two`, proposes, and what stood goes on to stand until it is seconded. A proposal that
// waited on that channel is replaced.
Refusal Decide(const Decision& decision, bool needs_two, const Actor& actor,
               feed::v1::AnalystLeadFile& file, Replaced& replaced);
// The proposal by `channel` becomes what is decided by it. Errors: kNothingToDo (none waits),
// kSecondPersonNeeded.
Refusal Second(std::string_view channel, const Actor& actor, feed::v1::AnalystLeadFile& file,
               Replaced& replaced);
// Takes the proposal by `channel` back where one waits, otherwise the decision; where `needs_two`
// the latter is proposed. Errors: kNothingToDo.
Refusal Withdraw(std::string_view channel, bool needs_two, const Actor& actor,
                 feed::v1::AnalystLeadFile& file, Replaced& replaced);

// Errors: kFull.
Refusal Refer(std::string_view agency, std::string_view unit, const Actor& actor,
              feed::v1::AnalystLeadFile& file);
// Of the referral `number` of `referring_agency`'s file. Errors: kNothingToDo (it is accepted
// already), kFull.
Refusal Accept(std::string_view referring_agency, std::uint32_t number, const Actor& actor,
               feed::v1::AnalystLeadFile& file);
// `kind` is a word of feed.v1.AnalystAnswer.outcome_kind. An outcome told before is replaced.
// Errors: kNothingToDo (this agency did not accept it).
Refusal TellOutcome(std::string_view referring_agency, std::uint32_t number, std::string_view kind,
                    const Actor& actor, feed::v1::AnalystLeadFile& file);
// Errors: kNothingToDo (it is so already).
Refusal Expire(const Actor& actor, feed::v1::AnalystLeadFile& file);
Refusal Reopen(const Actor& actor, feed::v1::AnalystLeadFile& file);
// `verdict` is a word of feed.v1.AnalystJudgement. One of the same week is replaced. Errors: kFull.
Refusal Judge(std::string_view week, std::string_view verdict, const Actor& actor,
              feed::v1::AnalystLeadFile& file);

// The answer in `file` to a referral, or null.
const feed::v1::AnalystAnswer* FindAnswer(const feed::v1::AnalystLeadFile& file,
                                          std::string_view referring_agency, std::uint32_t number);

}  // namespace serieslink::leads

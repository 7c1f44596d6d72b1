#include "services/leads/core/lead_file.h"

#include <set>
#include <utility>

namespace serieslink::leads {
namespace {

using feed::v1::AnalystAct;
using feed::v1::AnalystAnswer;
using feed::v1::AnalystDecision;
using feed::v1::AnalystLeadFile;

// feed.v1.AnalystLeadFile states it.
constexpr int kListMax = 64;

AnalystAct ActOf(const char* kind, const Actor& actor) {
  AnalystAct act;
  act.set_kind(kind);
  act.set_principal(actor.principal);
  act.set_time(actor.time);
  act.set_reason(actor.reason);
  return act;
}

// Every act is a version.
Refusal Done(const AnalystAct& act, AnalystLeadFile& file) {
  *file.mutable_act() = act;
  file.set_version(file.version() + 1);
  return Refusal::kNone;
}

AnalystAnswer* MutableAnswer(AnalystLeadFile& file, std::string_view agency, std::uint32_t number) {
  for (AnalystAnswer& answer : *file.mutable_answers()) {
    if (answer.referring_agency() == agency && answer.referral_number() == number) return &answer;
  }
  return nullptr;
}

using Decisions = google::protobuf::RepeatedPtrField<AnalystDecision>;

const AnalystDecision* Find(const Decisions& decisions, std::string_view channel) {
  for (const AnalystDecision& one : decisions) {
    if (one.channel() == channel) return &one;
  }
  return nullptr;
}

// The one by `channel`, which is then no more in `decisions`.
std::optional<AnalystDecision> Take(std::string_view channel, Decisions& decisions) {
  for (int i = 0; i < decisions.size(); ++i) {
    if (decisions.Get(i).channel() != channel) continue;
    std::optional<AnalystDecision> taken = decisions.Get(i);
    decisions.DeleteSubrange(i, 1);
    return taken;
  }
  return std::nullopt;
}

}  // namespace

void MoveToChannels(AnalystLeadFile& file) {
  if (file.has_decision()) {
    AnalystDecision moved = file.decision();
    file.clear_decision();
    if (Find(file.decisions(), moved.channel()) == nullptr) {
      *file.add_decisions() = std::move(moved);
    }
  }
  if (file.has_proposal()) {
    AnalystDecision moved = file.proposal();
    file.clear_proposal();
    if (Find(file.proposals(), moved.channel()) == nullptr) {
      *file.add_proposals() = std::move(moved);
    }
  }
}

const AnalystDecision* DecisionOn(const AnalystLeadFile& file, std::string_view channel) {
  return Find(file.decisions(), channel);
}

const AnalystDecision* ProposalOn(const AnalystLeadFile& file, std::string_view channel) {
  return Find(file.proposals(), channel);
}

SoughtChannel ChannelToActOn(std::string_view named, bool or_decision,
                             const AnalystLeadFile& file) {
  std::set<std::string> channels;
  for (const AnalystDecision& one : file.proposals()) channels.insert(one.channel());
  if (or_decision) {
    for (const AnalystDecision& one : file.decisions()) channels.insert(one.channel());
  }
  if (!named.empty()) {
    const bool is_there = channels.contains(std::string(named));
    return {is_there ? Refusal::kNone : Refusal::kNothingToDo, std::string(named)};
  }
  if (channels.empty()) return {Refusal::kNothingToDo, {}};
  if (channels.size() > 1) return {Refusal::kChannelNeeded, {}};
  return {Refusal::kNone, *channels.begin()};
}

Refusal Decide(const Decision& decision, bool needs_two, const Actor& actor, AnalystLeadFile& file,
               Replaced& replaced) {
  const AnalystAct act = ActOf(needs_two ? "PROPOSE" : "DECIDE", actor);
  AnalystDecision made;
  made.set_verdict(decision.verdict);
  made.set_channel(decision.channel);
  *made.mutable_by() = act;
  made.set_first_from_revision(decision.first_from_revision);
  made.set_second_from_revision(decision.second_from_revision);
  replaced.proposal = Take(decision.channel, *file.mutable_proposals());
  if (needs_two) {
    *file.add_proposals() = made;
  } else {
    replaced.decision = Take(decision.channel, *file.mutable_decisions());
    *file.add_decisions() = made;
  }
  return Done(act, file);
}

Refusal Second(std::string_view channel, const Actor& actor, AnalystLeadFile& file,
               Replaced& replaced) {
  const AnalystDecision* const waiting = ProposalOn(file, channel);
  if (waiting == nullptr) return Refusal::kNothingToDo;
  if (waiting->by().principal() == actor.principal) return Refusal::kSecondPersonNeeded;
  const AnalystAct act = ActOf("SECOND", actor);
  AnalystDecision proposal = *waiting;
  Take(channel, *file.mutable_proposals());
  replaced.decision = Take(channel, *file.mutable_decisions());
  if (proposal.verdict() != "WITHDRAWN") {
    *proposal.mutable_seconded() = act;
    *file.add_decisions() = std::move(proposal);
  }
  return Done(act, file);
}

Refusal Withdraw(std::string_view channel, bool needs_two, const Actor& actor,
                 AnalystLeadFile& file, Replaced& replaced) {
  if (replaced.proposal = Take(channel, *file.mutable_proposals()); replaced.proposal.has_value()) {
    return Done(ActOf("WITHDRAW", actor), file);
  }
  const AnalystDecision* const decided = DecisionOn(file, channel);
  if (decided == nullptr) return Refusal::kNothingToDo;
  if (needs_two) {
    const AnalystAct act = ActOf("PROPOSE", actor);
    AnalystDecision& proposal = *file.add_proposals();
    proposal = *decided;
    proposal.set_verdict("WITHDRAWN");
    *proposal.mutable_by() = act;
    proposal.clear_seconded();
    return Done(act, file);
  }
  replaced.decision = Take(channel, *file.mutable_decisions());
  return Done(ActOf("WITHDRAW", actor), file);
}

Refusal Refer(std::string_view agency, std::string_view unit, const Actor& actor,
              AnalystLeadFile& file) {
  if (file.referrals_size() >= kListMax) return Refusal::kFull;
  const AnalystAct act = ActOf("REFER", actor);
  feed::v1::AnalystReferral& referral = *file.add_referrals();
  referral.set_number(static_cast<std::uint32_t>(file.referrals_size()));
  referral.set_agency(std::string(agency));
  referral.set_unit(std::string(unit));
  *referral.mutable_by() = act;
  return Done(act, file);
}

Refusal Accept(std::string_view referring_agency, std::uint32_t number, const Actor& actor,
               AnalystLeadFile& file) {
  if (FindAnswer(file, referring_agency, number) != nullptr) return Refusal::kNothingToDo;
  if (file.answers_size() >= kListMax) return Refusal::kFull;
  const AnalystAct act = ActOf("ACCEPT", actor);
  AnalystAnswer& answer = *file.add_answers();
  answer.set_referring_agency(std::string(referring_agency));
  answer.set_referral_number(number);
  *answer.mutable_accepted() = act;
  return Done(act, file);
}

Refusal TellOutcome(std::string_view referring_agency, std::uint32_t number, std::string_view kind,
                    const Actor& actor, AnalystLeadFile& file) {
  AnalystAnswer* const answer = MutableAnswer(file, referring_agency, number);
  if (answer == nullptr) return Refusal::kNothingToDo;
  const AnalystAct act = ActOf("OUTCOME", actor);
  *answer->mutable_outcome() = act;
  answer->set_outcome_kind(std::string(kind));
  return Done(act, file);
}

Refusal Expire(const Actor& actor, AnalystLeadFile& file) {
  if (file.has_expiry()) return Refusal::kNothingToDo;
  const AnalystAct act = ActOf("EXPIRE", actor);
  *file.mutable_expiry() = act;
  return Done(act, file);
}

Refusal Reopen(const Actor& actor, AnalystLeadFile& file) {
  if (!file.has_expiry()) return Refusal::kNothingToDo;
  file.clear_expiry();
  return Done(ActOf("REOPEN", actor), file);
}

Refusal Judge(std::string_view week, std::string_view verdict, const Actor& actor,
              AnalystLeadFile& file) {
  feed::v1::AnalystJudgement* judgement = nullptr;
  for (feed::v1::AnalystJudgement& one : *file.mutable_judgements()) {
    if (one.week() == week) judgement = &one;
  }
  if (judgement == nullptr) {
    if (file.judgements_size() >= kListMax) return Refusal::kFull;
    judgement = file.add_judgements();
    judgement->set_week(std::string(week));
  }
  const AnalystAct act = ActOf("JUDGE", actor);
  judgement->set_verdict(std::string(verdict));
  *judgement->mutable_by() = act;
  return Done(act, file);
}

const AnalystAnswer* FindAnswer(const AnalystLeadFile& file, std::string_view referring_agency,
                                std::uint32_t number) {
  for (const AnalystAnswer& answer : file.answers()) {
    if (answer.referring_agency() == referring_agency && answer.referral_number() == number) {
      return &answer;
    }
  }
  return nullptr;
}

}  // namespace serieslink::leads

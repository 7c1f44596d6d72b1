#include "services/leads/lead_answer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/leads/core/lead_file.h"
#include "services/linkage/core/standing.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::leads {
namespace {

using ::google::protobuf::util::TimeUtil;

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

using ::serieslink::graph::IdOf;

v1::ActKind KindOf(const std::string& word) {
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  v1::ActKind_Parse(absl::StrCat("ACT_KIND_", word), &kind);
  return kind;
}

// Written by this service, so that it always is a time.
absl::Time TimeOf(const feed::v1::AnalystAct& act) {
  absl::Time time = absl::UnixEpoch();
  std::string error;
  absl::ParseTime(absl::RFC3339_full, act.time(), &time, &error);
  return time;
}

v1::LeadAct ActOf(const feed::v1::AnalystAct& act) {
  v1::LeadAct out;
  out.set_kind(KindOf(act.kind()));
  out.set_principal(act.principal());
  *out.mutable_time() = TimestampOf(TimeOf(act));
  out.set_reason(act.reason());
  return out;
}

template <typename E>
E ParsedOr(bool (*parse)(google::protobuf::ConstStringParam, E*), const std::string& name, E none) {
  E value = none;
  parse(name, &value);
  return value;
}

// Sets `field` to the earlier (or later) of what it is and `act`'s time.
void Note(const feed::v1::AnalystAct& act, bool take_later,
          google::protobuf::Timestamp* (v1::LeadClocks::*field)(),
          bool (v1::LeadClocks::*has)() const, v1::LeadClocks& clocks) {
  const google::protobuf::Timestamp time = TimestampOf(TimeOf(act));
  const bool is_there = (clocks.*has)();
  google::protobuf::Timestamp& noted = *(clocks.*field)();
  if (!is_there || (take_later ? noted < time : time < noted)) noted = time;
}

v1::LeadClocks ClocksOf(const SeenLead& lead, const LeadPolicy& policy) {
  using Clocks = v1::LeadClocks;
  Clocks clocks;
  if (lead.pair.known.has_value()) {
    *clocks.mutable_known_time() = TimestampOf(*lead.pair.known);
    *clocks.mutable_expiry_time() = TimestampOf(*lead.pair.known + policy.expiry);
  }
  for (const PairFile& file : lead.pair.files) {
    for (const feed::v1::AnalystDecision& proposal : file.file.proposals()) {
      Note(proposal.by(), false, &Clocks::mutable_proposed_time, &Clocks::has_proposed_time,
           clocks);
    }
    for (const feed::v1::AnalystDecision& decision : file.file.decisions()) {
      Note(decision.has_seconded() ? decision.seconded() : decision.by(), true,
           &Clocks::mutable_decided_time, &Clocks::has_decided_time, clocks);
    }
    for (const feed::v1::AnalystReferral& referral : file.file.referrals()) {
      Note(referral.by(), false, &Clocks::mutable_referred_time, &Clocks::has_referred_time,
           clocks);
      const feed::v1::AnalystAnswer* const answer = AnswerTo(lead.pair, file, referral);
      if (answer == nullptr) {
        feed::v1::AnalystAct due = referral.by();
        due.set_time(absl::FormatTime(absl::RFC3339_sec, TimeOf(due) + policy.acceptance,
                                      absl::UTCTimeZone()));
        Note(due, true, &Clocks::mutable_acceptance_due_time, &Clocks::has_acceptance_due_time,
             clocks);
        continue;
      }
      Note(answer->accepted(), false, &Clocks::mutable_accepted_time, &Clocks::has_accepted_time,
           clocks);
      if (answer->has_outcome()) {
        Note(answer->outcome(), true, &Clocks::mutable_outcome_time, &Clocks::has_outcome_time,
             clocks);
      }
    }
  }
  return clocks;
}

absl::StatusOr<v1::LeadFile> FileOf(const PairFile& file, const Pair& pair, PairReader& reader) {
  v1::LeadFile out;
  out.set_record_id(IdOf(graph::IdKind::kRecord, file.record_public_id));
  out.set_agency(file.agency);
  out.set_version(file.file.version());
  *out.mutable_act() = ActOf(file.file.act());
  out.set_is_untrusted(file.is_untrusted);
  for (const feed::v1::AnalystDecision& decision : file.file.decisions()) {
    v1::LeadDecision& told = *out.add_decisions();
    told = DecisionOf(decision);
    SL_ASSIGN_OR_RETURN(const bool is_outdated, IsOutdated(decision, pair, reader));
    told.set_is_outdated(is_outdated);
    *out.mutable_decision() = told;
  }
  for (const feed::v1::AnalystDecision& proposal : file.file.proposals()) {
    *out.add_proposals() = DecisionOf(proposal);
    *out.mutable_proposal() = out.proposals(out.proposals_size() - 1);
  }
  if (file.file.has_expiry()) *out.mutable_expiry() = ActOf(file.file.expiry());
  for (const feed::v1::AnalystReferral& referral : file.file.referrals()) {
    v1::LeadReferral& told = *out.add_referrals();
    told.set_number(referral.number());
    told.set_unit(absl::StrCat(referral.agency(), "/", referral.unit()));
    *told.mutable_by() = ActOf(referral.by());
    const feed::v1::AnalystAnswer* const answer = AnswerTo(pair, file, referral);
    if (answer == nullptr) continue;
    *told.mutable_accepted() = ActOf(answer->accepted());
    if (!answer->has_outcome()) continue;
    *told.mutable_outcome() = ActOf(answer->outcome());
    told.set_outcome_kind(ParsedOr(v1::OutcomeKind_Parse, "OUTCOME_KIND_" + answer->outcome_kind(),
                                   v1::OUTCOME_KIND_OTHER));
  }
  return out;
}

std::int64_t AgeSeconds(const SeenLead& lead, absl::Time now) {
  return lead.pair.known.has_value() ? absl::ToInt64Seconds(now - *lead.pair.known) : 0;
}

}  // namespace

v1::LeadDecision DecisionOf(const feed::v1::AnalystDecision& decision) {
  v1::LeadDecision out;
  out.set_verdict(ParsedOr(record::v1::Verdict_Parse, "VERDICT_" + decision.verdict(),
                           record::v1::VERDICT_UNSPECIFIED));
  out.set_channel(ParsedOr(record::v1::Channel_Parse, "CHANNEL_" + decision.channel(),
                           record::v1::CHANNEL_UNSPECIFIED));
  *out.mutable_by() = ActOf(decision.by());
  if (decision.has_seconded()) *out.mutable_seconded() = ActOf(decision.seconded());
  out.add_judged_revisions(decision.first_from_revision());
  out.add_judged_revisions(decision.second_from_revision());
  return out;
}

bool LeadPolicy::NeedsTwo(record::v1::Verdict verdict) const {
  switch (verdict) {
    case record::v1::VERDICT_CONFIRMED:
      return two_for_confirmed;
    case record::v1::VERDICT_ELIMINATED:
      return two_for_eliminated;
    case record::v1::VERDICT_INCONCLUSIVE:
      return two_for_inconclusive;
    case record::v1::VERDICT_WITHDRAWN:
      return two_for_withdrawn;
    default:
      return false;
  }
}

const feed::v1::AnalystAnswer* AnswerTo(const Pair& pair, const PairFile& file,
                                        const feed::v1::AnalystReferral& referral) {
  const PairFile* const answering = pair.FileOf(referral.agency());
  return answering == nullptr ? nullptr
                              : FindAnswer(answering->file, file.agency, referral.number());
}

absl::StatusOr<bool> IsOutdated(const feed::v1::AnalystDecision& decision, const Pair& pair,
                                PairReader& reader) {
  SL_ASSIGN_OR_RETURN(const bool first,
                      reader.IsChangedSince(pair.ends[0], static_cast<graph::Revision>(
                                                              decision.first_from_revision())));
  if (first) return true;
  return reader.IsChangedSince(pair.ends[1],
                               static_cast<graph::Revision>(decision.second_from_revision()));
}

v1::LeadState StateOf(const SeenLead& lead, std::string_view agency, const LeadPolicy& policy,
                      absl::Time now) {
  const Pair& pair = lead.pair;
  if (!pair.state.is_candidate() || (lead.is_one_weapon() && !pair.state.is_proposed)) {
    return pair.state.is_decided ? v1::LEAD_STATE_DECIDED : v1::LEAD_STATE_NONE;
  }
  if (pair.state.is_proposed) return v1::LEAD_STATE_PROPOSED;
  const PairFile* const own = pair.FileOf(agency);
  if (own != nullptr && own->file.has_expiry()) return v1::LEAD_STATE_EXPIRED;
  bool is_referred = false;
  for (const PairFile& file : pair.files) {
    for (const feed::v1::AnalystReferral& referral : file.file.referrals()) {
      const feed::v1::AnalystAnswer* const answer = AnswerTo(pair, file, referral);
      if (answer != nullptr && !answer->has_outcome()) return v1::LEAD_STATE_ACCEPTED;
      is_referred |= answer == nullptr;
    }
  }
  if (is_referred) return v1::LEAD_STATE_REFERRED;
  if (lead.pair.known.has_value() && now >= *lead.pair.known + policy.expiry)
    return v1::LEAD_STATE_EXPIRED;
  return v1::LEAD_STATE_OPEN;
}

double ScoreOf(const SeenLead& lead, absl::Time now) {
  double score_log2 = 0;
  for (const linkage::WorthTerm& term : WorthOf(lead.pair.worth(), AgeSeconds(lead, now))) {
    score_log2 += term.weight_log2;
  }
  return score_log2;
}

v1::LeadExhibit ExhibitOf(const PairEnd& end, const std::string& weapon) {
  v1::LeadExhibit out;
  out.set_exhibit_id(end.id);
  out.set_record_id(IdOf(graph::IdKind::kRecord, end.record_public_id));
  out.set_agency(end.agency);
  out.set_from_revision(static_cast<std::int64_t>(end.from));
  out.set_weapon_id(weapon);
  out.mutable_exhibit();
  if (end.record == nullptr) return out;
  *out.mutable_exhibit() = end.record->exhibits(end.place);
  if (!end.record->has_event()) return out;
  const record::v1::Event& event = end.record->event();
  out.set_event_kind(event.kind());
  if (event.has_occurred()) *out.mutable_occurred() = event.occurred();
  if (event.has_place()) *out.mutable_place() = event.place();
  return out;
}

std::vector<linkage::v1::Finding> FindingsOf(const Pair& pair) {
  std::vector<linkage::Statement> statements;
  for (const PairStatement& one : pair.statements) statements.push_back(one.statement);
  std::vector<linkage::v1::Finding> findings;
  for (const linkage::StandingFinding& standing : linkage::ResolveStanding(statements)) {
    const linkage::Statement& statement = standing.statement;
    linkage::v1::Finding& out = findings.emplace_back();
    out.set_finding_id(IdOf(graph::IdKind::kFinding, statement.name));
    out.set_first_exhibit(IdOf(graph::IdKind::kExhibit, statement.first));
    out.set_second_exhibit(IdOf(graph::IdKind::kExhibit, statement.second));
    out.set_channel(static_cast<record::v1::Channel>(statement.channel));
    out.set_verdict(static_cast<record::v1::Verdict>(standing.verdict));
    out.set_basis(static_cast<record::v1::Basis>(statement.basis));
    out.set_stage(static_cast<record::v1::ExaminationStage>(statement.stage));
    out.set_relation(view::ToldRelation(statement.relation));
    if (statement.examined != linkage::TimeInterval()) {
      view::SetInterval(statement.examined, *out.mutable_examined());
    }
    out.set_weight_log2(statement.weight_log2);
    out.set_is_untrusted(!statement.trusted);
    out.set_awaits_second(standing.awaits_second);
    for (const linkage::Verdict verdict : standing.proposed) {
      out.add_proposed_verdicts(static_cast<record::v1::Verdict>(verdict));
    }
    for (const PairStatement& one : pair.statements) {
      if (one.statement.name != statement.name) continue;
      out.set_rule(one.rule);
      out.set_from_revision(static_cast<std::int64_t>(one.from));
    }
  }
  return findings;
}

absl::StatusOr<v1::Lead> LeadOf(const SeenLead& lead, std::string_view agency,
                                const LeadPolicy& policy, absl::Time now, PairReader& reader) {
  v1::Lead out;
  *out.mutable_first() = ExhibitOf(lead.pair.ends[0], lead.weapons[0]);
  *out.mutable_second() = ExhibitOf(lead.pair.ends[1], lead.weapons[1]);
  out.set_state(StateOf(lead, agency, policy, now));
  for (linkage::v1::Finding& finding : FindingsOf(lead.pair)) *out.add_findings() = finding;
  if (lead.pair.state.is_candidate()) {
    for (const linkage::WorthTerm& term : WorthOf(lead.pair.worth(), AgeSeconds(lead, now))) {
      linkage::v1::Contribution& contribution = *out.add_terms();
      contribution.set_name(std::string(term.name));
      contribution.set_weight_log2(term.weight_log2);
      contribution.set_source(std::string(term.source));
    }
    out.set_score_log2(ScoreOf(lead, now));
  }
  *out.mutable_clocks() = ClocksOf(lead, policy);
  for (const PairFile& file : lead.pair.files) {
    SL_ASSIGN_OR_RETURN(*out.add_files(), FileOf(file, lead.pair, reader));
  }
  out.set_is_one_weapon(lead.is_one_weapon());
  if (const PairFile* const own = lead.pair.FileOf(agency); own != nullptr) {
    out.set_version(own->file.version());
  }
  return out;
}

}  // namespace serieslink::leads

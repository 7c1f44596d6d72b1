// The calls about the blind sample.
#include <algorithm>
#include <optional>
#include <utility>

#include "services/leads/blind_sample.h"
#include "services/leads/core/precision.h"
#include "services/leads/lead_service.h"
#include "services/rpc/error.h"
#include "services/view/asked_exhibit.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::leads {
namespace {

std::string WordOf(v1::BlindVerdict verdict) {
  return v1::BlindVerdict_Name(verdict).substr(sizeof("BLIND_VERDICT_") - 1);
}

v1::BlindVerdict VerdictOf(const std::string& word) {
  v1::BlindVerdict verdict = v1::BLIND_VERDICT_UNSPECIFIED;
  v1::BlindVerdict_Parse("BLIND_VERDICT_" + word, &verdict);
  return verdict;
}

// What the judgements of the pairs that a rule confirmed say of the rule.
v1::MeasuredPrecision PrecisionOf(const std::vector<SampledPair>& sample, std::string_view agency,
                                  std::string_view week) {
  v1::MeasuredPrecision measured;
  int same = 0;
  int different = 0;
  int cannot_say = 0;
  for (const SampledPair& one : sample) {
    if (!one.is_rule_confirmed) continue;
    measured.set_rule_confirmed_count(measured.rule_confirmed_count() + 1);
    const v1::BlindVerdict verdict = VerdictOf(JudgementOf(one.pair, agency, week));
    same += verdict == v1::BLIND_VERDICT_SAME;
    different += verdict == v1::BLIND_VERDICT_DIFFERENT;
    cannot_say += verdict == v1::BLIND_VERDICT_CANNOT_SAY;
  }
  measured.set_same_count(same);
  measured.set_different_count(different);
  measured.set_cannot_say_count(cannot_say);
  if (const std::optional<Share> share = WilsonShare(same, same + different); share.has_value()) {
    measured.set_precision(share->share);
    measured.set_lower(share->lower);
    measured.set_upper(share->upper);
  }
  return measured;
}

}  // namespace

grpc::Status LeadService::GetBlindSample(grpc::ServerContext* context,
                                         const v1::GetBlindSampleRequest* request,
                                         v1::GetBlindSampleResponse* response) {
  return Answer(context, *request, *response, &LeadService::Sample);
}

grpc::Status LeadService::JudgeBlindPair(grpc::ServerContext* context,
                                         const v1::JudgeBlindPairRequest* request,
                                         v1::JudgeBlindPairResponse* response) {
  return Answer(context, *request, *response, &LeadService::JudgePair);
}

absl::StatusOr<LeadService::Sampled> LeadService::SampleOf(const rpc::Identity& caller,
                                                           std::string& week,
                                                           const view::Patience& patience,
                                                           std::vector<rpc::BadField> bad) const {
  const absl::Time now = now_();
  if (week.empty()) week = WeekOf(absl::ToCivilDay(now, absl::UTCTimeZone()));
  const std::optional<absl::CivilDay> monday = MondayOf(week);
  const absl::Time begin = absl::FromCivil(monday.value_or(absl::CivilDay()), absl::UTCTimeZone());
  if (!monday.has_value() || begin > now) {
    bad.push_back({"week", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give an ISO week that has begun, such as 2026-W48"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, {}, patience));
  const graph::LogReader log(&cut.reader.snapshot());
  SL_ASSIGN_OR_RETURN(const graph::Revision revision, log.RevisionAt(begin));
  const graph::Revision sampled_at = std::min(revision, cut.revision);
  Sampled sampled{std::move(cut), sampled_at, {}};
  SL_ASSIGN_OR_RETURN(sampled.pairs, DrawSample(sampled.cut, view::Viewer{caller.agency}, *ids_,
                                                week, sampled.revision, policy_.sample_size));
  return sampled;
}

absl::Status LeadService::Sample(const rpc::Identity& caller,
                                 const v1::GetBlindSampleRequest& request,
                                 const view::Patience& patience,
                                 v1::GetBlindSampleResponse& response) const {
  std::string week = request.week();
  SL_ASSIGN_OR_RETURN(Sampled sampled, SampleOf(caller, week, patience, {}));
  const view::Viewer viewer{caller.agency};
  PairReader reader(&sampled.cut, &viewer);
  std::vector<Pair*> pairs;
  for (SampledPair& one : sampled.pairs) pairs.push_back(&one.pair);
  SL_RETURN_IF_ERROR(reader.ReadRecords(pairs));
  response.set_week(week);
  response.set_revision(static_cast<std::int64_t>(sampled.revision));
  for (const SampledPair& one : sampled.pairs) {
    v1::BlindPair& out = *response.add_pairs();
    *out.mutable_first() = ExhibitOf(one.pair.ends[0], "");
    *out.mutable_second() = ExhibitOf(one.pair.ends[1], "");
    out.set_verdict(VerdictOf(JudgementOf(one.pair, caller.agency, week)));
  }
  if (request.with_precision()) {
    *response.mutable_precision() = PrecisionOf(sampled.pairs, caller.agency, week);
  }
  return absl::OkStatus();
}

absl::Status LeadService::JudgePair(const rpc::Identity& caller,
                                    const v1::JudgeBlindPairRequest& request,
                                    const view::Patience& patience,
                                    v1::JudgeBlindPairResponse& response) const {
  std::vector<rpc::BadField> bad;
  CheckReason(request.reason(), bad);
  if (!v1::BlindVerdict_IsValid(request.verdict()) ||
      request.verdict() == v1::BLIND_VERDICT_UNSPECIFIED) {
    bad.push_back(
        {"verdict", type::v1::ERROR_REASON_FIELD_INVALID, "SAME, DIFFERENT or CANNOT_SAY"});
  }
  ParseEnds(request.first_id(), request.second_id(), bad);
  std::string week = request.week();
  SL_ASSIGN_OR_RETURN(const Sampled sampled, SampleOf(caller, week, patience, std::move(bad)));
  SL_ASSIGN_OR_RETURN(const Asked asked,
                      Find(caller, request.first_id(), request.second_id(), 0, patience, {}));
  const ExhibitPair& key = asked.lead.pair.key;
  const bool is_sampled =
      std::any_of(sampled.pairs.begin(), sampled.pairs.end(), [&](const SampledPair& one) {
        return one.pair.key.newer == key.newer && one.pair.key.older == key.older;
      });
  if (!is_sampled) return view::AskedNotFound();
  const auto act = [&](const Pair&, const Actor& actor,
                       feed::v1::AnalystLeadFile& file) -> absl::StatusOr<Refusal> {
    return leads::Judge(week, WordOf(request.verdict()), actor, file);
  };
  SL_ASSIGN_OR_RETURN(const graph::Revision revision,
                      Write(caller, asked, request.reason(), std::nullopt, act));
  response.set_revision(static_cast<std::int64_t>(revision));
  return absl::OkStatus();
}

}  // namespace serieslink::leads

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/lead/v1/lead_service.pb.h"
#include "services/leads/pair_reader.h"

namespace serieslink::leads {

namespace v1 = ::serieslink::lead::v1;

// How leads are worked through: the configuration's.
struct LeadPolicy {
  int budget_per_day = 20;
  bool two_for_confirmed = false;
  bool two_for_eliminated = false;
  bool two_for_inconclusive = false;
  bool two_for_withdrawn = false;
  absl::Duration expiry = absl::Hours(24) * 365;
  absl::Duration acceptance = absl::Hours(24) * 2;
  int sample_size = 20;

  bool NeedsTwo(record::v1::Verdict verdict) const;
};

// A pair with what makes it a lead of one viewer.
struct SeenLead {
  Pair pair;
  std::array<std::string, 2> weapons;  // "WP-…" of the ends; empty where it is too large

  bool is_one_weapon() const { return !weapons[0].empty() && weapons[0] == weapons[1]; }
  bool is_too_large() const { return weapons[0].empty() || weapons[1].empty(); }
};

// Where `lead` stands for the analysts of `agency` at `now`.
v1::LeadState StateOf(const SeenLead& lead, std::string_view agency, const LeadPolicy& policy,
                      absl::Time now);

// What it is worth at `now`, bits.
double ScoreOf(const SeenLead& lead, absl::Time now);

// `lead` as it is told to an analyst of `agency`. Its records have been read.
// Errors: those of `reader`.
absl::StatusOr<v1::Lead> LeadOf(const SeenLead& lead, std::string_view agency,
                                const LeadPolicy& policy, absl::Time now, PairReader& reader);

// `decision`, without whether it is outdated.
v1::LeadDecision DecisionOf(const feed::v1::AnalystDecision& decision);

// One of its exhibits.
v1::LeadExhibit ExhibitOf(const PairEnd& end, const std::string& weapon);
// What stands about `pair`, one for each channel at most.
std::vector<linkage::v1::Finding> FindingsOf(const Pair& pair);

// Whether what identifies one of `pair` is not what it was when `decision` on it was made or
// proposed. Errors: those of `reader`.
absl::StatusOr<bool> IsOutdated(const feed::v1::AnalystDecision& decision, const Pair& pair,
                                PairReader& reader);

// The referral's answer, wherever it is: in the file of the agency that it went to.
const feed::v1::AnalystAnswer* AnswerTo(const Pair& pair, const PairFile& file,
                                        const feed::v1::AnalystReferral& referral);

}  // namespace serieslink::leads

#include "services/linkage/confirmation_policy.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/base/digest.h"

namespace serieslink::linkage {

bool ConfirmationPolicy::Trusts(Basis basis, std::string_view agency) const {
  switch (basis) {
    case Basis::kExaminer:
      return examiner_agencies.contains(agency);
    case Basis::kAnalyst:
      return analyst_agencies.empty() || analyst_agencies.contains(agency);
    case Basis::kSourceReference:
      return reference_agencies.empty() || reference_agencies.contains(agency);
    case Basis::kRule:
      return rules_confirm;
    case Basis::kSupposed:
    case Basis::kUnspecified:
      break;
  }
  return true;
}

Alone ConfirmationPolicy::AloneOf(Verdict verdict) const {
  if (two_person_verdicts.contains(verdict)) return Alone::kDecidesNothing;
  return two_person_verdicts.contains(Verdict::kWithdrawn) ? Alone::kReplacesNothing
                                                           : Alone::kDecides;
}

void ConfirmationPolicy::Judge(std::string_view agency, Statement& statement) const {
  statement.trusted = Trusts(statement.basis, agency);
  if (statement.author_agency == 0) return;
  if (!two_person_verdicts.empty()) {
    statement.alone = AloneOf(statement.verdict);
    return;
  }
  // Who states it is kept only where somebody asks.
  statement.author_agency = 0;
  statement.author_person = 0;
}

std::uint64_t ConfirmationPolicy::Digest() const {
  // No agency's name holds these separators.
  std::string said = absl::StrCat("examiners\n", absl::StrJoin(examiner_agencies, ","),
                                  "\nreferences\n", absl::StrJoin(reference_agencies, ","),
                                  "\nanalysts\n", absl::StrJoin(analyst_agencies, ","), "\nrules\n",
                                  rules_confirm ? "confirm" : "lead");
  // Where nothing is said of it, as for a store that was derived before it could be said, the
  // digest is what it was.
  for (const Verdict verdict : two_person_verdicts) {
    absl::StrAppend(&said, "\ntwo\n", static_cast<int>(verdict));
  }
  const std::uint64_t digest = base::StableHash64(said);
  return digest == 0 ? 1 : digest;
}

}  // namespace serieslink::linkage

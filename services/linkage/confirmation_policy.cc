#include "services/linkage/confirmation_policy.h"

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
    case Basis::kUnspecified:
      break;
  }
  return true;
}

std::uint64_t ConfirmationPolicy::Digest() const {
  // No agency's name holds these separators.
  const std::uint64_t digest = base::StableHash64(absl::StrCat(
      "examiners\n", absl::StrJoin(examiner_agencies, ","), "\nreferences\n",
      absl::StrJoin(reference_agencies, ","), "\nanalysts\n", absl::StrJoin(analyst_agencies, ","),
      "\nrules\n", rules_confirm ? "confirm" : "lead"));
  return digest == 0 ? 1 : digest;
}

}  // namespace serieslink::linkage

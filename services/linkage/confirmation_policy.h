#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "services/linkage/core/facts.h"

namespace serieslink::linkage {

// Whose statements can confirm and eliminate; what others state makes leads. A statement is judged
// by the agency of the record that asserts it. The deriver notes with each statement whether it is
// trusted, so that views apply the same policy; under another policy it derives everything anew,
// and so today's policy holds at every revision.
struct ConfirmationPolicy {
  // Agencies whose examiners' findings count, lower case.
  std::set<std::string, std::less<>> examiner_agencies = {"nabis"};
  // Agencies whose own references count: a test-fire's gun, one item under two references, the same
  // weapon as. Empty: every agency's.
  std::set<std::string, std::less<>> reference_agencies;
  // Agencies whose analysts' decisions count. Empty: every agency's.
  std::set<std::string, std::less<>> analyst_agencies;
  // Whether equal serials can confirm; otherwise every rule's finding is a lead.
  bool rules_confirm = true;
  // What analysts decide only by two of one agency, of what agencies push: the service of leads
  // keeps to it in what it writes. Empty: one is enough.
  std::set<Verdict> two_person_verdicts;

  // Whether a statement of `basis` by a record of `agency` (for a rule: of nobody) counts.
  bool Trusts(Basis basis, std::string_view agency) const;

  // What a single analyst can do with a statement of `verdict`. Where two take a decision back, two
  // put another in its place.
  Alone AloneOf(Verdict verdict) const;
  // Makes a statement of a record of `agency`, with its author where AssertionsOf names one, what
  // policy lets it be.
  void Judge(std::string_view agency, Statement& statement) const;

  // Tells policies apart; the same in every process, never 0.
  std::uint64_t Digest() const;
};

}  // namespace serieslink::linkage

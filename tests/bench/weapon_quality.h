#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/linkage/core/facts.h"
#include "tests/bench/partition_score.h"

// How good the weapons and leads are that linkage makes of a synthetic world, and where it loses.
namespace serieslink::bench {

// An exhibit as linkage sees it, with the truth beside.
struct JudgedExhibit {
  linkage::ExhibitFacts facts;
  std::uint64_t weapon = 0;          // the one that linkage put it in
  std::optional<std::uint64_t> gun;  // the true one; none: ammunition
  std::string stamped;               // the true gun's number
  std::vector<std::string> serials;  // as the record writes them
};

struct WeaponQuality {
  // Everything that is confirmed, by whomsoever, against the whole truth.
  PartitionScore confirmed;
  // The same, had an analyst confirmed every true lead and refused every false one.
  PartitionScore with_leads;

  // Recall where the records tell. *Told*: the true gun's number stands whole in both records, in
  // whatever notation, or examiners and agencies say so truly, or a chain of such. *Hinted*: the
  // number stands in both records, however damaged (one or two characters wrong, not read, or
  // lost), or somebody truly states at least a lead. What no record tells, no rule can find: a
  // number that nobody wrote down, cases and bullets that nobody compared.
  PartitionScore told;    // of what is told, what is confirmed
  PartitionScore hinted;  // of what is hinted at, what is confirmed or a lead

  // Pairs of weapons with at least one lead between them, and those of them that are one gun.
  std::uint64_t leads = 0;
  std::uint64_t true_leads = 0;
  // Leads by rules alone.
  std::uint64_t rule_leads = 0;
  std::uint64_t true_rule_leads = 0;

  // Pairs of exhibits of one gun that are in two weapons, by what stands in the way; and pairs of
  // two guns in one weapon, by who brought them together.
  std::map<std::string, std::uint64_t> missed_pairs;
  std::map<std::string, std::uint64_t> false_pairs;

  double LeadsPerTrue() const {
    return true_leads == 0 ? 0 : static_cast<double>(leads) / static_cast<double>(true_leads);
  }
};

// `standing`: every statement that is open at the end, by rules and by whom else.
WeaponQuality ScoreWeapons(const std::vector<JudgedExhibit>& exhibits,
                           const std::vector<linkage::Statement>& standing);

}  // namespace serieslink::bench

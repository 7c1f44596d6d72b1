#include "tests/bench/weapon_quality.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/shortfall.h"

namespace serieslink::bench {
namespace {

using linkage::Basis;
using linkage::ExhibitKind;
using linkage::Statement;
using linkage::Verdict;

// How a record writes the number of the gun.
enum class Written { kNot, kDamaged, kWhole };

Written NumberIn(const JudgedExhibit& exhibit) {
  if (!linkage::BearsNumber(exhibit.facts.kind) || exhibit.stamped.empty()) return Written::kNot;
  const std::string stamped = linkage::CanonicalSerial(exhibit.stamped);
  Written written = Written::kNot;
  for (const std::string& text : exhibit.serials) {
    // A label may stand before it ("No. ").
    if (absl::EndsWith(linkage::CanonicalSerial(text), stamped)) return Written::kWhole;
    for (const linkage::SerialReading& reading : linkage::ReadSerials(text)) {
      if (reading.serial_class == linkage::SerialClass::kUsable ||
          reading.serial_class == linkage::SerialClass::kPartial) {
        written = Written::kDamaged;
      }
    }
  }
  return written;
}

const char* ShortfallName(linkage::Shortfall shortfall) {
  switch (shortfall) {
    case linkage::Shortfall::kListedApart:
      return "listed apart";
    case linkage::Shortfall::kNumberTooShort:
      return "number too short";
    case linkage::Shortfall::kNumberInDoubt:
      return "number in doubt";
    case linkage::Shortfall::kMakeUnknown:
      return "make not known";
    case linkage::Shortfall::kMakesDiffer:
      return "makes differ";
    case linkage::Shortfall::kCalibresDiffer:
      return "calibres differ";
    case linkage::Shortfall::kNumberNotOfFrame:
      return "number not of the frame";
    default:
      return "other";
  }
}

class Scorer {
 public:
  Scorer(const std::vector<JudgedExhibit>& exhibits, const std::vector<Statement>& standing)
      : exhibits_(exhibits) {
    for (std::size_t i = 0; i < exhibits.size(); ++i) {
      place_of_[exhibits[i].facts.public_id] = i;
      written_.push_back(NumberIn(exhibits[i]));
    }
    for (const Statement& statement : standing) {
      // One end may have been withdrawn since.
      if (place_of_.contains(statement.first) && place_of_.contains(statement.second)) {
        standing_.push_back(statement);
      }
    }
  }

  WeaponQuality Score() {
    WeaponQuality quality;
    CountLeads(&quality);
    DisjointSets with_leads(exhibits_.size());
    absl::flat_hash_map<std::uint64_t, std::size_t> first_of;
    for (std::size_t i = 0; i < exhibits_.size(); ++i) {
      const auto [first, added] = first_of.try_emplace(exhibits_[i].weapon, i);
      if (!added) with_leads.Join(i, first->second);
    }
    DisjointSets led = with_leads;
    for (const auto& [a, b] : true_leads_) led.Join(a, b);
    DisjointSets told(exhibits_.size());
    DisjointSets hinted(exhibits_.size());
    Tell(&told, &hinted);
    quality.confirmed = Compare(&with_leads, nullptr);
    quality.with_leads = Compare(&led, nullptr);
    quality.told = Compare(&with_leads, &told);
    quality.hinted = Compare(&led, &hinted);
    NamePairs(&quality);
    return quality;
  }

 private:
  bool OneGun(std::size_t a, std::size_t b) const {
    return exhibits_[a].gun.has_value() && exhibits_[a].gun == exhibits_[b].gun;
  }

  // Found clusters against the true ones, or against what is told of those.
  PartitionScore Compare(DisjointSets* found, DisjointSets* told) const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> things;
    for (std::size_t i = 0; i < exhibits_.size(); ++i) {
      if (!exhibits_[i].gun.has_value()) continue;
      things.emplace_back(told == nullptr ? *exhibits_[i].gun : told->Find(i), found->Find(i));
    }
    return ScorePartition(things);
  }

  void CountLeads(WeaponQuality* quality) {
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen_by_rule;
    // True ones first: two weapons with a true lead between them have one.
    for (const bool truly : {true, false}) {
      for (const Statement& statement : standing_) {
        const std::size_t a = place_of_.at(statement.first);
        const std::size_t b = place_of_.at(statement.second);
        const std::pair<std::uint64_t, std::uint64_t> weapons =
            std::minmax(exhibits_[a].weapon, exhibits_[b].weapon);
        const bool lead = statement.verdict == Verdict::kLead ||
                          (statement.verdict == Verdict::kConfirmed && !statement.trusted);
        if (!lead || weapons.first == weapons.second || OneGun(a, b) != truly) continue;
        if (seen.insert(weapons).second) {
          ++quality->leads;
          quality->true_leads += truly;
        }
        if (statement.basis == Basis::kRule && seen_by_rule.insert(weapons).second) {
          ++quality->rule_leads;
          quality->true_rule_leads += truly;
        }
        if (truly) true_leads_.emplace_back(a, b);
      }
    }
  }

  void Tell(DisjointSets* told, DisjointSets* hinted) const {
    for (const Statement& statement : standing_) {
      const std::size_t a = place_of_.at(statement.first);
      const std::size_t b = place_of_.at(statement.second);
      if (statement.basis == Basis::kRule || !OneGun(a, b)) continue;
      const bool confirmed = statement.verdict == Verdict::kConfirmed && statement.trusted;
      if (confirmed) told->Join(a, b);
      if (confirmed || statement.verdict == Verdict::kLead) hinted->Join(a, b);
    }
    absl::flat_hash_map<std::uint64_t, std::size_t> first_whole;
    absl::flat_hash_map<std::uint64_t, std::size_t> first_written;
    for (std::size_t i = 0; i < exhibits_.size(); ++i) {
      if (!exhibits_[i].gun.has_value() || written_[i] == Written::kNot) continue;
      hinted->Join(i, first_written.try_emplace(*exhibits_[i].gun, i).first->second);
      if (written_[i] != Written::kWhole) continue;
      told->Join(i, first_whole.try_emplace(*exhibits_[i].gun, i).first->second);
    }
  }

  std::string WhyMissed(std::size_t a, std::size_t b) const {
    const JudgedExhibit& x = exhibits_[a];
    const JudgedExhibit& y = exhibits_[b];
    if (!linkage::BearsNumber(x.facts.kind) || !linkage::BearsNumber(y.facts.kind)) {
      return "of what was fired, by no chain of comparisons";
    }
    if (x.facts.kind == ExhibitKind::kSightedGun || y.facts.kind == ExhibitKind::kSightedGun) {
      return "of a gun that was only seen";
    }
    const Written less = std::min(written_[a], written_[b]);
    if (less == Written::kNot) return "number not written";
    if (less == Written::kDamaged) return "number damaged";
    std::string why;
    for (const linkage::Shortfall shortfall :
         linkage::ShortfallsOf(x.facts, y.facts, linkage::RuleSet::Serving())) {
      why += why.empty() ? "" : ", ";
      why += ShortfallName(shortfall);
    }
    return why.empty() ? "join refused" : why;
  }

  void NamePairs(WeaponQuality* quality) const {
    std::map<std::uint64_t, std::vector<std::size_t>> by_gun;
    std::map<std::uint64_t, std::vector<std::size_t>> by_weapon;
    for (std::size_t i = 0; i < exhibits_.size(); ++i) {
      if (!exhibits_[i].gun.has_value()) continue;
      by_gun[*exhibits_[i].gun].push_back(i);
      by_weapon[exhibits_[i].weapon].push_back(i);
    }
    for (const auto& [gun, members] : by_gun) {
      for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (exhibits_[members[i]].weapon == exhibits_[members[j]].weapon) continue;
          ++quality->missed_pairs[WhyMissed(members[i], members[j])];
        }
      }
    }
    std::map<std::uint64_t, std::string> wrong_by;
    for (const Statement& statement : standing_) {
      const std::size_t a = place_of_.at(statement.first);
      const std::size_t b = place_of_.at(statement.second);
      const bool joins = statement.verdict == Verdict::kConfirmed && statement.trusted;
      if (!joins || OneGun(a, b) || exhibits_[a].weapon != exhibits_[b].weapon) continue;
      wrong_by[exhibits_[a].weapon] =
          statement.basis == Basis::kRule ? "by a rule" : "by an examiner or a reference";
    }
    for (const auto& [weapon, members] : by_weapon) {
      for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
          if (!OneGun(members[i], members[j])) ++quality->false_pairs[wrong_by[weapon]];
        }
      }
    }
  }

  const std::vector<JudgedExhibit>& exhibits_;
  std::vector<Statement> standing_;
  absl::flat_hash_map<std::uint64_t, std::size_t> place_of_;
  std::vector<Written> written_;
  std::vector<std::pair<std::size_t, std::size_t>> true_leads_;
};

}  // namespace

WeaponQuality ScoreWeapons(const std::vector<JudgedExhibit>& exhibits,
                           const std::vector<Statement>& standing) {
  return Scorer(exhibits, standing).Score();
}

}  // namespace serieslink::bench

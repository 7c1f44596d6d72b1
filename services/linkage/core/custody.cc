#include "services/linkage/core/custody.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "services/linkage/core/key_hash.h"

namespace serieslink::linkage {
namespace {

// Words by which a laboratory is known. NABIS is the national one; its hubs bear its name.
constexpr absl::string_view kLaboratoryWords[] = {
    "nabis", "lab", "labs", "laboratory", "laboratories", "forensic", "forensics", "ballistics"};

bool IsOfWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  // Bytes of other alphabets count as letters.
  return absl::ascii_isalnum(byte) || byte >= 0x80;
}

// What of a time is certain.
std::pair<int64_t, int64_t> CertainTime(const CustodyFact& fact) {
  const bool has_end = fact.until_s != TimeInterval::kUnknownLatest;
  return {fact.from_s, has_end ? std::max(fact.from_s, fact.until_s) : fact.from_s};
}

// Whether two times have more in common than a moment at which one ends and the other begins.
bool Meet(const std::pair<int64_t, int64_t>& a, const std::pair<int64_t, int64_t>& b) {
  return a.first < b.second && b.first < a.second;
}

bool Has(const std::vector<uint64_t>& keys, uint64_t key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Whether by `account` the gun was at some time with `holder`, of whom `other` tells.
bool Names(const CustodyAccount& account, uint64_t holder, const CustodyAccount& other) {
  return Has(account.parties, holder) || Has(account.parties, other.teller);
}

}  // namespace

uint64_t HolderKey(absl::string_view holder) {
  std::string key;
  for (const char c : holder) {
    if (IsOfWord(c)) key.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return HashTexts({"holder", key});
}

bool IsLaboratory(absl::string_view holder) {
  std::string word;
  const auto is_one = [&] {
    return std::find(std::begin(kLaboratoryWords), std::end(kLaboratoryWords), word) !=
           std::end(kLaboratoryWords);
  };
  for (const char c : holder) {
    if (IsOfWord(c)) {
      word.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
      continue;
    }
    if (is_one()) return true;
    word.clear();
  }
  return is_one();
}

bool AreOfDifferentGuns(const CustodyAccount& a, const CustodyAccount& b) {
  if (std::any_of(a.references.begin(), a.references.end(),
                  [&](uint64_t reference) { return Has(b.references, reference); })) {
    return false;
  }
  for (const CustodyFact& x : a.held) {
    for (const CustodyFact& y : b.held) {
      if (x.is_laboratory || y.is_laboratory || x.holder == y.holder) continue;
      if (!Meet(CertainTime(x), CertainTime(y))) continue;
      if (!Names(a, y.holder, b) && !Names(b, x.holder, a)) return true;
    }
  }
  return false;
}

void HeldTimes::Add(const CustodyAccount& account, uint32_t exhibit) {
  all_.push_back({&account, exhibit});
  for (const CustodyFact& fact : account.held) {
    if (fact.is_laboratory) continue;
    auto [from, until] = CertainTime(fact);
    std::map<int64_t, int64_t>& times = covered_[fact.holder];
    // Takes in those that it meets. They lie side by side, so each is looked at once and gone.
    auto next = times.lower_bound(from);
    if (next != times.begin() && std::prev(next)->second > from) --next;
    while (next != times.end() &&
           (next->first == from || Meet({next->first, next->second}, {from, until}))) {
      from = std::min(from, next->first);
      until = std::max(until, next->second);
      next = times.erase(next);
    }
    times.emplace(from, until);
  }
}

void HeldTimes::Merge(const HeldTimes& other) {
  for (const Held& held : other.all_) Add(*held.account, held.exhibit);
}

bool HeldTimes::Meets(const CustodyFact& fact) const {
  if (fact.is_laboratory) return false;
  const auto time = CertainTime(fact);
  for (const auto& [holder, times] : covered_) {
    if (holder == fact.holder) continue;
    const auto after = times.upper_bound(time.first);
    if (after != times.end() && Meet({after->first, after->second}, time)) return true;
    if (after == times.begin()) continue;
    const auto before = std::prev(after);
    if (Meet({before->first, before->second}, time)) return true;
  }
  return false;
}

std::optional<std::pair<uint32_t, uint32_t>> HeldTimes::ContradictingPair(
    const HeldTimes& other) const {
  std::optional<std::pair<uint32_t, uint32_t>> found;
  for (const Held& here : all_) {
    if (found.has_value() && here.exhibit > found->first) continue;
    if (std::none_of(here.account->held.begin(), here.account->held.end(),
                     [&](const CustodyFact& fact) { return other.Meets(fact); })) {
      continue;
    }
    for (const Held& there : other.all_) {
      const std::pair<uint32_t, uint32_t> pair = {here.exhibit, there.exhibit};
      if (found.has_value() && *found <= pair) continue;
      if (AreOfDifferentGuns(*here.account, *there.account)) found = pair;
    }
  }
  if (found.has_value()) found = std::minmax(found->first, found->second);
  return found;
}

}  // namespace serieslink::linkage

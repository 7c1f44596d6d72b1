#include "tests/property/linkage_oracle.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace serieslink::oracle {
namespace {

using linkage::ExhibitFacts;
using linkage::ExhibitKind;
using linkage::SerialFact;
using linkage::SerialPart;
using linkage::Verdict;

// The text of a number's key, "?" where it was not read; "" for one that is too long to be held.
std::string TextOf(const SerialFact& s) {
  if (s.length > 12) return "";
  std::string text;
  std::uint64_t key = s.key;
  for (int i = 0; i < s.length; ++i, key /= 37) {
    text.insert(text.begin(), "?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[key % 37]);
  }
  return text;
}

// The number without letters that have digits on both sides.
std::string WithoutLettersInside(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool before = std::any_of(text.begin(), text.begin() + static_cast<int>(i), is_digit);
    const bool after = std::any_of(text.begin() + static_cast<int>(i), text.end(), is_digit);
    const bool letter = text[i] >= 'A' && text[i] <= 'Z';
    if (!(letter && before && after)) out.push_back(text[i]);
  }
  return out;
}

// Every text that is one slip away from `text`, with how many characters of it are left as they
// were: one left out, two neighbours exchanged, one replaced by `?`. Additions are the other way
// round.
std::map<std::string, int> Slips(const std::string& text) {
  std::map<std::string, int> out;
  const int length = static_cast<int>(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string left_out = text;
    left_out.erase(i, 1);
    out.emplace(left_out, length - 1);
    std::string replaced = text;
    replaced[i] = '?';
    out.emplace(replaced, length - 1);
    if (i + 1 == text.size() || text[i] == text[i + 1]) continue;
    std::string exchanged = text;
    std::swap(exchanged[i], exchanged[i + 1]);
    out.emplace(exchanged, length - 2);
  }
  return out;
}

// In how many places two texts of one length have the same character, unread ones left out; -1
// where they have two different ones.
int SameSoFar(const std::string& a, const std::string& b) {
  int same = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == '?' || b[i] == '?') continue;
    if (a[i] != b[i]) return -1;
    ++same;
  }
  return same;
}

// In how many places a text that is missing a stretch of one to four characters agrees with
// another one, at best; -1 for none. The stretch is where it has question marks, of which it can
// have too few or too many, or at either end where it has none.
int BestFilling(const std::string& text, const std::string& other) {
  std::string known;
  std::set<std::size_t> places;  // Of the stretch in what is known.
  for (const char c : text) {
    if (c == '?') {
      places.insert(known.size());
    } else {
      known.push_back(c);
    }
  }
  if (places.size() > 1) return -1;
  if (places.empty()) places = {0, known.size()};
  if (other.size() < known.size() + 1 || other.size() > known.size() + 4) return -1;
  int best = -1;
  for (const std::size_t place : places) {
    std::string filled = known;
    filled.insert(place, std::string(other.size() - known.size(), '?'));
    best = std::max(best, SameSoFar(filled, other));
  }
  return best;
}

// How two numbers agree, as the model's file counts it, and in how many characters.
std::pair<int, int> Agreement(const SerialFact& x, const SerialFact& y) {
  const bool whole = !x.partial && !y.partial;
  if (whole && x.key == y.key) return {linkage::v1::SERIAL_AGREEMENT_EQUAL, x.length};
  if (whole && x.likeness == y.likeness) return {linkage::v1::SERIAL_AGREEMENT_ALIKE, x.length};
  const std::string a = TextOf(x);
  const std::string b = TextOf(y);
  if (a.empty() || b.empty()) return {0, 0};
  if (!whole) {
    if (a.size() == b.size()) {
      const int read = SameSoFar(a, b);
      if (read < 4) return {0, 0};
      return {linkage::v1::SERIAL_AGREEMENT_PATTERN, read};
    }
    const int read = std::max(BestFilling(a, b), BestFilling(b, a));
    if (read < 4) return {0, 0};
    return {linkage::v1::SERIAL_AGREEMENT_TRUNCATED, read};
  }
  const std::string inside = WithoutLettersInside(a);
  if (inside == WithoutLettersInside(b)) {
    return {linkage::v1::SERIAL_AGREEMENT_EMBEDDED, static_cast<int>(inside.size())};
  }
  const std::string& less = a.size() < b.size() ? a : b;
  const std::string& more = a.size() < b.size() ? b : a;
  const std::size_t lost = more.size() - less.size();
  if (lost > 0 && lost <= 4 && (more.substr(0, less.size()) == less || more.substr(lost) == less)) {
    return {linkage::v1::SERIAL_AGREEMENT_TRUNCATED, static_cast<int>(less.size())};
  }
  const std::map<std::string, int> slips = Slips(more);
  const auto made = slips.find(less);
  int kept = made == slips.end() ? 0 : made->second;
  for (const auto& [text, left] : Slips(less)) {
    const bool replaced = text.find('?') != std::string::npos;
    if (replaced && slips.count(text) > 0) kept = std::max(kept, left);
  }
  if (kept == 0) return {0, 0};
  return {linkage::v1::SERIAL_AGREEMENT_ONE_EDIT, kept};
}

bool BearsNumbers(const ExhibitFacts& e) {
  return e.kind == ExhibitKind::kGun || e.kind == ExhibitKind::kGunPart ||
         e.kind == ExhibitKind::kDescribedGun || e.kind == ExhibitKind::kSightedGun ||
         e.kind == ExhibitKind::kUnspecified;
}

bool OfWholeGun(const ExhibitFacts& e, const SerialFact& s) {
  if (e.kind == ExhibitKind::kSightedGun) return false;
  if (s.part == SerialPart::kFrame || s.part == SerialPart::kReceiver) return true;
  return s.part == SerialPart::kUnspecified && e.kind != ExhibitKind::kGunPart;
}

bool IsKnownPart(const ExhibitFacts& e) {
  return e.kind == ExhibitKind::kGunPart && e.part_kind != 0;
}

// Whether the two are parts of one kind and nothing says that the numbers are on different places
// of it. What is on no named part is on neither frame nor receiver.
bool OfOneKindOfPart(const ExhibitFacts& a, const SerialFact& x, const ExhibitFacts& b,
                     const SerialFact& y) {
  if (!IsKnownPart(a) || !IsKnownPart(b) || a.part_kind != b.part_kind) return false;
  const std::set<SerialPart> places = {x.part, y.part};
  if (places.size() == 1 || places.count(SerialPart::kUnspecified) > 0) return true;
  const bool on_frame =
      places.count(SerialPart::kFrame) > 0 || places.count(SerialPart::kReceiver) > 0;
  return places.count(SerialPart::kOther) > 0 && !on_frame;
}

// The parts of a number, letters between digits left out, by which it is looked for.
std::map<std::string, std::string> PartsOf(const std::string& text) {
  std::map<std::string, std::string> parts;
  const std::size_t n = text.size();
  if (n < 4) return parts;
  parts = {{"first", text.substr(0, 4)}, {"last", text.substr(n - 4)}};
  if (n >= 5 && n <= 8) parts["ends"] = text.substr(0, 2) + text.substr(n - 2);
  return parts;
}

constexpr char kAnyDigit[] = "0123456789";
constexpr char kAnyCharacter[] = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ";

// The texts that a text of which up to two characters of a part are missing can be: with every one
// of `characters` in each of these places.
std::set<std::string> Fillings(const std::string& text, const std::string& part,
                               const std::string& characters) {
  std::set<std::string> texts = {text};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_inside = part == "first"  ? i < 4
                           : part == "last" ? i + 4 >= text.size()
                                            : i < 2 || i + 2 >= text.size();
    if (!is_inside || text[i] != '?') continue;
    std::set<std::string> filled;
    for (const std::string& one : texts) {
      for (const char c : characters) {
        std::string with = one;
        with[i] = c;
        filled.insert(with);
      }
    }
    texts = filled;
  }
  return texts;
}

// Where a number meets others: a name of each place.
std::set<std::string> PlacesOf(const ExhibitFacts& e, const SerialFact& s) {
  std::set<std::string> places;
  if (!BearsNumbers(e) || s.length < 4) return places;
  if (!s.partial) places.insert("like " + std::to_string(s.likeness));
  const std::string text = WithoutLettersInside(TextOf(s));
  if (e.make <= 1 || text.size() < 4) return places;
  if (!OfWholeGun(e, s) && !IsKnownPart(e)) return places;
  std::map<std::string, std::string> parts = PartsOf(text);
  const auto missing = [](const std::string& part) {
    return std::count(part.begin(), part.end(), '?');
  };
  const std::size_t others = places.size();
  for (const auto& [name, part] : parts) {
    if (missing(part) > 0) continue;
    places.insert(name + " " + part + " " + std::to_string(e.make));
  }
  if (places.size() > others || !s.partial) return places;
  // No part was read whole: whatever can stand in the one that lacks least, the first such of
  // these.
  std::string chosen;
  for (const std::string name : {"first", "last", "ends"}) {
    if (parts.count(name) == 0 || missing(parts[name]) > 2) continue;
    if (chosen.empty() || missing(parts[name]) < missing(parts[chosen])) chosen = name;
  }
  if (chosen.empty()) return places;
  for (const std::string& whole :
       Fillings(text, chosen, missing(parts[chosen]) == 1 ? kAnyCharacter : kAnyDigit)) {
    const std::string bare = WithoutLettersInside(whole);
    const std::map<std::string, std::string> bare_parts = PartsOf(bare);
    const auto part = bare_parts.find(chosen);
    if (part == bare_parts.end() || missing(part->second) > 0) continue;
    places.insert(chosen + " " + part->second + " " + std::to_string(e.make));
  }
  return places;
}

double InBits(double share) { return std::log2(share); }
double Rounded(double bits) { return std::round(bits * 1024) / 1024; }

double AttributeBits(const linkage::v1::AttributeComparison& of, bool same, bool fits,
                     std::optional<double> share) {
  if (same) return Rounded(InBits(of.same().m() / share.value_or(of.same().u())));
  const auto& level = fits ? of.compatible() : of.different();
  return Rounded(InBits(level.m() / level.u()));
}

class SerialRule {
 public:
  explicit SerialRule(const RuleNumbers& numbers) : numbers_(numbers) {
    for (const auto& f : numbers.file.make().frequencies()) {
      makes_[numbers.make_of(f.value())] = f.share();
    }
    for (const auto& f : numbers.file.calibre().frequencies()) {
      calibres_[numbers.calibre_of(f.value())] = f.share();
    }
    for (const auto& f : numbers.file.type().frequencies()) {
      types_[numbers.types_of(f.value())] = f.share();
    }
  }

  // `met`: pairs of numbers, by place in the two exhibits, that meet where something is said.
  std::optional<std::pair<Verdict, double>> Judge(const ExhibitFacts& a, const ExhibitFacts& b,
                                                  const std::set<std::pair<int, int>>& met) const {
    const auto& file = numbers_.file;
    const bool known = a.make > 1 && b.make > 1;
    const bool fits = numbers_.compatible(a.calibre, b.calibre);
    double others = Rounded(file.prior().log2_odds());
    if (known) others += AttributeBits(file.make(), a.make == b.make, false, Of(makes_, a.make));
    if (a.calibre > 1 && b.calibre > 1) {
      others +=
          AttributeBits(file.calibre(), a.calibre == b.calibre, fits, Of(calibres_, a.calibre));
    }
    if (a.model != 0 && b.model != 0) {
      others += AttributeBits(file.model(), a.model == b.model, false, std::nullopt);
    }
    if (file.has_type() && a.types != 0 && b.types != 0) {
      others += AttributeBits(file.type(), a.types == b.types, numbers_.types_fit(a.types, b.types),
                              Of(types_, a.types));
    }
    // (confirms, equal, of the whole gun or part, weight): the best pair of numbers counts.
    std::set<std::tuple<bool, bool, bool, double>> ways;
    for (const auto& [i, j] : met) {
      const SerialFact& x = a.serials[static_cast<std::size_t>(i)];
      const SerialFact& y = b.serials[static_cast<std::size_t>(j)];
      const auto [agreement, characters] = Agreement(x, y);
      if (agreement == 0) continue;
      const double weight = others + SerialBits(agreement, characters);
      const bool equal = agreement == linkage::v1::SERIAL_AGREEMENT_EQUAL;
      const bool whole = (OfWholeGun(a, x) && OfWholeGun(b, y)) || OfOneKindOfPart(a, x, b, y);
      const bool doubted = x.doubtful || y.doubtful;
      const bool both_doubted = x.doubtful && y.doubtful;
      const bool all_agree = whole && known && a.make == b.make && fits;
      const bool made_up_for =
          whole && !known && fits && weight >= file.thresholds().confirm_log2();
      const bool is_long = std::max(x.length, y.length) >= 6;
      if (equal && is_long && !doubted) {
        ways.insert({all_agree || made_up_for, true, whole, weight});
      } else if (equal && all_agree && is_long == doubted) {
        ways.insert({false, true, whole, weight});
      } else if (!equal && all_agree && weight >= file.thresholds().lead_log2() &&
                 (is_long || agreement == linkage::v1::SERIAL_AGREEMENT_PATTERN) &&
                 (!both_doubted || agreement == linkage::v1::SERIAL_AGREEMENT_EMBEDDED)) {
        ways.insert({false, false, whole, weight});
      }
    }
    if (ways.empty()) return std::nullopt;
    const auto [confirms, equal, whole, weight] = *ways.rbegin();
    return std::make_pair(confirms ? Verdict::kConfirmed : Verdict::kLead, weight);
  }

 private:
  template <typename Shares, typename Value>
  static std::optional<double> Of(const Shares& shares, Value value) {
    const auto found = shares.find(value);
    return found == shares.end() ? std::nullopt : std::optional<double>(found->second);
  }

  double SerialBits(int agreement, int characters) const {
    const auto& serial = numbers_.file.serial();
    const int telling = std::clamp(characters - static_cast<int>(serial.silent_characters()), 0,
                                   static_cast<int>(serial.telling_characters_max()));
    for (const auto& level : serial.levels()) {
      if (level.agreement() != agreement) continue;
      return Rounded(InBits(level.m()) + serial.bits_per_character() * telling -
                     level.spread_log2());
    }
    return 0;
  }

  const RuleNumbers& numbers_;
  std::map<Id, double> makes_;
  std::map<std::uint16_t, double> calibres_;
  std::map<std::uint32_t, double> types_;
};

}  // namespace

std::map<std::pair<Id, Id>, std::pair<Verdict, double>> ApplySerialRule(
    const std::vector<ExhibitFacts>& exhibits, std::size_t guard, const RuleNumbers& numbers) {
  // Who meets where, with which of their numbers.
  std::map<std::string, std::map<std::size_t, std::set<int>>> places;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    for (std::size_t s = 0; s < exhibits[i].serials.size(); ++s) {
      for (const std::string& place : PlacesOf(exhibits[i], exhibits[i].serials[s])) {
        places[place][i].insert(static_cast<int>(s));
      }
    }
  }
  std::map<std::pair<std::size_t, std::size_t>, std::set<std::pair<int, int>>> met;
  for (const auto& [place, bearers] : places) {
    if (bearers.size() > guard) continue;
    for (const auto& [i, of_i] : bearers) {
      for (const auto& [j, of_j] : bearers) {
        if (i >= j) continue;
        for (const int x : of_i) {
          for (const int y : of_j) {
            // What is alike meets under its likeness alone.
            const SerialFact& p = exhibits[i].serials[static_cast<std::size_t>(x)];
            const SerialFact& q = exhibits[j].serials[static_cast<std::size_t>(y)];
            const bool alike = !p.partial && !q.partial && p.likeness == q.likeness;
            if (alike == (place.substr(0, 5) == "like ")) met[{i, j}].insert({x, y});
          }
        }
      }
    }
  }
  const SerialRule rule(numbers);
  std::map<std::pair<Id, Id>, std::pair<Verdict, double>> out;
  for (const auto& [pair, serials] : met) {
    const ExhibitFacts& a = exhibits[pair.first];
    const ExhibitFacts& b = exhibits[pair.second];
    if (a.public_id == b.public_id) continue;
    if (a.apart_key != 0 && a.apart_key == b.apart_key) continue;
    const auto judged = rule.Judge(a, b, serials);
    if (judged.has_value()) out[std::minmax(a.public_id, b.public_id)] = *judged;
  }
  return out;
}

}  // namespace serieslink::oracle

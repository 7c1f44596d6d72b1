#include "tests/property/linkage_oracle.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace serieslink::oracle {
namespace {

using linkage::Basis;
using linkage::Channel;
using linkage::EventKind;
using linkage::ExhibitFacts;
using linkage::ExhibitKind;
using linkage::RecordEventFacts;
using linkage::Relation;
using linkage::SerialFact;
using linkage::SerialPart;
using linkage::Stage;
using linkage::Statement;
using linkage::TimeInterval;
using linkage::Verdict;

bool ByMarks(Channel channel) { return channel == Channel::kCase || channel == Channel::kBullet; }

// All of `a` is before all of `b`.
bool Earlier(const TimeInterval& a, const TimeInterval& b) { return a.latest_s < b.earliest_s; }
bool CanBeEqual(const TimeInterval& a, const TimeInterval& b) {
  return !Earlier(a, b) && !Earlier(b, a);
}

bool ConfirmsAndEliminates(Verdict a, Verdict b) {
  return (a == Verdict::kConfirmed && b == Verdict::kEliminated) ||
         (b == Verdict::kConfirmed && a == Verdict::kEliminated);
}

Verdict WithoutAuthority(Verdict v) {
  if (v == Verdict::kConfirmed) return Verdict::kLead;
  if (v == Verdict::kEliminated) return Verdict::kInconclusive;
  return v;
}

// Analyst, examiner, source reference, rule.
int OrderOfBasis(Basis basis) {
  const std::vector<Basis> order = {Basis::kAnalyst, Basis::kExaminer, Basis::kSourceReference,
                                    Basis::kRule};
  return static_cast<int>(std::find(order.begin(), order.end(), basis) - order.begin());
}

// Eliminated is the safest, then withdrawn, inconclusive, confirmed, lead.
int OrderOfCaution(Verdict v) {
  const std::vector<Verdict> order = {Verdict::kEliminated, Verdict::kWithdrawn,
                                      Verdict::kInconclusive, Verdict::kConfirmed, Verdict::kLead};
  return static_cast<int>(std::find(order.begin(), order.end(), v) - order.begin());
}

bool StatedLater(const Statement& a, const Statement& b) {
  return std::make_pair(a.stated_at_s, a.name) > std::make_pair(b.stated_at_s, b.name);
}

Standing StandingByMarks(const std::vector<Statement>& all) {
  Standing out;
  std::vector<Statement> examiners;
  for (const Statement& s : all) {
    if (s.basis == Basis::kExaminer && s.trusted) examiners.push_back(s);
  }
  if (examiners.empty()) {
    std::vector<Statement> others = all;
    std::sort(others.begin(), others.end(), [](const Statement& a, const Statement& b) {
      if (a.basis != b.basis) return OrderOfBasis(a.basis) < OrderOfBasis(b.basis);
      return StatedLater(a, b);
    });
    out.statement = others.front();
    out.verdict = WithoutAuthority(out.statement.verdict);
    return out;
  }

  Stage top = Stage::kUnspecified;
  for (const Statement& s : examiners) top = std::max(top, s.stage);
  // Of the highest stage, what gave way to nothing later of that stage.
  std::vector<Statement> deciding;
  for (const Statement& s : examiners) {
    if (s.stage != top) continue;
    const bool gave_way = std::any_of(examiners.begin(), examiners.end(), [&](const Statement& t) {
      return t.stage == top && Earlier(s.examined, t.examined);
    });
    if (!gave_way) deciding.push_back(s);
  }
  // Of a lower stage, what says the opposite on an equal date.
  std::vector<Statement> opposite;
  for (const Statement& s : examiners) {
    if (s.stage == top) continue;
    for (const Statement& d : deciding) {
      if (ConfirmsAndEliminates(s.verdict, d.verdict) && CanBeEqual(s.examined, d.examined)) {
        opposite.push_back(s);
        break;
      }
    }
  }

  std::sort(deciding.begin(), deciding.end(), [](const Statement& a, const Statement& b) {
    if (a.verdict != b.verdict) return OrderOfCaution(a.verdict) < OrderOfCaution(b.verdict);
    return StatedLater(a, b);
  });
  out.statement = deciding.front();
  if (out.statement.verdict != Verdict::kEliminated) {
    std::sort(opposite.begin(), opposite.end(), StatedLater);
    for (const Statement& s : opposite) {
      if (s.verdict == Verdict::kEliminated) {
        out.statement = s;
        break;
      }
    }
  }
  out.verdict = out.statement.verdict;
  for (const Statement& s : opposite) out.against.insert(s.name);
  for (const Statement& d : deciding) {
    const bool one_doubts = out.verdict != Verdict::kLead && d.verdict != Verdict::kLead;
    const bool firm = out.verdict == Verdict::kConfirmed || out.verdict == Verdict::kEliminated ||
                      d.verdict == Verdict::kConfirmed || d.verdict == Verdict::kEliminated;
    if (d.verdict != out.verdict && one_doubts && firm) out.against.insert(d.name);
  }
  out.conflicting = !out.against.empty();
  for (const Statement& s : all) {
    if (s.basis != Basis::kAnalyst) continue;
    if (ConfirmsAndEliminates(s.verdict, out.verdict) ||
        (out.verdict == Verdict::kConfirmed && s.verdict == Verdict::kInconclusive)) {
      out.disputed = true;
      out.against.insert(s.name);
    }
  }
  out.against.erase(out.statement.name);
  return out;
}

Standing StandingElsewhere(std::vector<Statement> all) {
  std::sort(all.begin(), all.end(), [](const Statement& a, const Statement& b) {
    if (a.trusted != b.trusted) return a.trusted;
    if (a.basis != b.basis) return OrderOfBasis(a.basis) < OrderOfBasis(b.basis);
    return StatedLater(a, b);
  });
  Standing out;
  out.statement = all.front();
  out.verdict = all.front().trusted ? all.front().verdict : WithoutAuthority(all.front().verdict);
  return out;
}

bool RestsOnTestFire(const Statement& s) {
  return s.relation == Relation::kTestFireOf && s.basis == Basis::kSourceReference &&
         s.channel == Channel::kSourceReference;
}

}  // namespace

std::map<Place, Standing> WhatStands(const std::vector<Statement>& statements) {
  std::map<Place, std::vector<Statement>> places;
  for (const Statement& s : statements) {
    if (s.first == s.second || s.channel == Channel::kUnspecified ||
        s.verdict == Verdict::kUnspecified || s.basis == Basis::kUnspecified) {
      continue;
    }
    places[{std::min(s.first, s.second), std::max(s.first, s.second), s.channel}].push_back(s);
  }
  std::map<Place, Standing> out;
  for (const auto& [place, all] : places) {
    out[place] = ByMarks(std::get<2>(place)) ? StandingByMarks(all) : StandingElsewhere(all);
  }
  return out;
}

Weapons ResolveWeapons(const std::vector<ExhibitFacts>& exhibits,
                       const std::vector<Statement>& statements) {
  Weapons out;
  out.standing = WhatStands(statements);
  std::map<Id, const ExhibitFacts*> by_id;
  for (const ExhibitFacts& e : exhibits) by_id[e.public_id] = &e;

  std::map<Place, Standing> placed;
  for (const auto& [place, s] : out.standing) {
    const bool here = by_id.count(std::get<0>(place)) + by_id.count(std::get<1>(place)) == 2;
    if (here) {
      // Neither a rumour of a gun nor a box of rounds proves what a gun did.
      for (const Id end : {std::get<0>(place), std::get<1>(place)}) {
        const ExhibitKind kind = by_id[end]->kind;
        if (kind != ExhibitKind::kSightedGun && kind != ExhibitKind::kAmmunitionLot) continue;
        if (s.verdict == Verdict::kConfirmed) out.standing[place].verdict = Verdict::kLead;
      }
      placed[place] = out.standing[place];
    } else {
      out.stale.insert(place);
    }
  }

  std::vector<std::set<Id>> clusters;
  clusters.reserve(by_id.size());
  for (const auto& [id, e] : by_id) clusters.push_back({id});
  const auto cluster_of = [&](Id id) {
    return std::find_if(clusters.begin(), clusters.end(),
                        [&](const std::set<Id>& c) { return c.count(id) > 0; });
  };

  std::vector<Place> order;
  for (const auto& [place, s] : placed) {
    if (s.verdict == Verdict::kConfirmed) order.push_back(place);
  }
  std::sort(order.begin(), order.end(), [&](const Place& a, const Place& b) {
    const Statement& x = placed[a].statement;
    const Statement& y = placed[b].statement;
    const int rank_x = RestsOnTestFire(x) ? 0 : static_cast<int>(x.basis);
    const int rank_y = RestsOnTestFire(y) ? 0 : static_cast<int>(y.basis);
    if (rank_x != rank_y) return rank_x < rank_y;
    if (x.weight_log2 != y.weight_log2) return x.weight_log2 > y.weight_log2;
    return a < b;
  });

  std::vector<Place> joined;
  for (const Place& place : order) {
    const auto a = cluster_of(std::get<0>(place));
    const auto b = cluster_of(std::get<1>(place));
    if (a == b) continue;
    const auto across = [&](Id x, Id y) {
      return (a->count(x) && b->count(y)) || (a->count(y) && b->count(x));
    };
    std::optional<Place> forbidden;
    for (const auto& [other, s] : placed) {
      if (s.verdict != Verdict::kEliminated) continue;
      const bool counts =
          std::get<2>(other) == std::get<2>(place) || s.statement.basis == Basis::kAnalyst;
      if (counts && across(std::get<0>(other), std::get<1>(other))) {
        forbidden = other;
        break;  // The map is in order: this is the smallest.
      }
    }
    if (forbidden.has_value()) {
      out.conflicts.insert({1, place, {*forbidden}});
      continue;
    }
    bool apart = false;
    for (const Id x : *a) {
      for (const Id y : *b) {
        apart |= by_id[x]->apart_key != 0 && by_id[x]->apart_key == by_id[y]->apart_key;
      }
    }
    if (apart) {
      out.conflicts.insert({4, place, {}});
      continue;
    }
    joined.push_back(place);
    const std::set<Id> moved = *b;
    a->insert(moved.begin(), moved.end());
    clusters.erase(b);
  }

  for (const std::set<Id>& members : clusters) {
    Weapon weapon;
    weapon.members = members;
    weapon.name = *std::min_element(members.begin(), members.end(), [&](Id x, Id y) {
      return by_id[x]->exhibit_number < by_id[y]->exhibit_number;
    });
    for (const auto& [place, s] : placed) {
      const bool inside = members.count(std::get<0>(place)) && members.count(std::get<1>(place));
      if (inside && s.verdict == Verdict::kConfirmed) weapon.confirmed.insert(place);
      if (inside && s.verdict == Verdict::kEliminated) out.conflicts.insert({2, place, {}});
    }
    for (const Place& place : joined) {
      const Statement& s = placed[place].statement;
      if (members.count(std::get<0>(place)) && !RestsOnTestFire(s)) {
        weapon.floor = std::max(weapon.floor, s.basis);
      }
    }
    out.weapons.push_back(weapon);
  }
  for (const auto& [place, s] : placed) {
    if (s.conflicting) out.conflicts.insert({3, place, {}});
    if (s.disputed) out.conflicts.insert({5, place, {}});
  }
  return out;
}

std::vector<Event> ResolveEvents(const std::vector<RecordEventFacts>& records) {
  std::map<Id, const RecordEventFacts*> by_id;
  for (const RecordEventFacts& r : records) by_id[r.public_id] = &r;
  // Every pair of records can be one event's, and all have a common moment.
  const auto compatible = [&](const std::set<Id>& a, const std::set<Id>& b) {
    std::set<Id> all = a;
    all.insert(b.begin(), b.end());
    std::int64_t from = TimeInterval::kUnknownEarliest;
    std::int64_t to = TimeInterval::kUnknownLatest;
    std::set<std::uint64_t> boroughs;
    std::set<std::uint64_t> areas;
    for (const Id id : all) {
      from = std::max(from, by_id[id]->occurred.earliest_s);
      to = std::min(to, by_id[id]->occurred.latest_s);
      if (by_id[id]->borough != 0) boroughs.insert(by_id[id]->borough);
      if (by_id[id]->force_area != 0) areas.insert(by_id[id]->force_area);
    }
    return from <= to && boroughs.size() <= 1 && areas.size() <= 1;
  };

  std::map<Id, std::set<Id>> event_of;
  for (const auto& [id, r] : by_id) event_of[id] = {id};
  std::set<std::pair<std::uint64_t, EventKind>> references;
  for (const RecordEventFacts& r : records) {
    if (r.kind == EventKind::kUnspecified) continue;
    for (const std::uint64_t ref : r.references) {
      if (ref != 0) references.insert({ref, r.kind});
    }
  }
  for (const auto& [reference, kind] : references) {
    std::vector<const RecordEventFacts*> under;
    for (const RecordEventFacts& r : records) {
      const auto& refs = r.references;
      if (r.kind == kind && std::find(refs.begin(), refs.end(), reference) != refs.end()) {
        under.push_back(&r);
      }
    }
    std::sort(under.begin(), under.end(), [](const auto* a, const auto* b) {
      return std::tie(a->occurred.earliest_s, a->occurred.latest_s, a->public_id) <
             std::tie(b->occurred.earliest_s, b->occurred.latest_s, b->public_id);
    });
    std::vector<Id> appeared;  // One record of each event so far.
    for (const RecordEventFacts* r : under) {
      const std::set<Id> own = event_of[r->public_id];
      if (std::any_of(appeared.begin(), appeared.end(), [&](Id id) { return own.count(id) > 0; })) {
        continue;
      }
      bool found = false;
      for (const Id id : appeared) {
        if (!compatible(event_of[id], own)) continue;
        std::set<Id> both = event_of[id];
        both.insert(own.begin(), own.end());
        for (const Id member : both) event_of[member] = both;
        found = true;
        break;
      }
      if (!found) appeared.push_back(r->public_id);
    }
  }

  std::set<std::set<Id>> distinct;
  for (const auto& [id, members] : event_of) distinct.insert(members);
  std::vector<Event> out;
  for (const std::set<Id>& members : distinct) {
    const Id name = *std::min_element(members.begin(), members.end(), [&](Id x, Id y) {
      return by_id[x]->record_number < by_id[y]->record_number;
    });
    out.push_back({members, name});
  }
  return out;
}

SharedReferences FindShared(const std::vector<RecordEventFacts>& records,
                            const std::vector<Event>& events) {
  SharedReferences out;
  std::set<std::uint64_t> references;
  for (const RecordEventFacts& r : records) {
    references.insert(r.references.begin(), r.references.end());
    references.insert(r.cited_references.begin(), r.cited_references.end());
  }
  references.erase(0);
  for (const std::uint64_t reference : references) {
    std::set<Id> all;
    std::map<EventKind, std::set<Id>> under;
    for (const Event& event : events) {
      for (const RecordEventFacts& r : records) {
        if (event.records.count(r.public_id) == 0) continue;
        const auto has = [&](const auto& refs) {
          return std::find(refs.begin(), refs.end(), reference) != refs.end();
        };
        if (has(r.references) || has(r.cited_references)) all.insert(event.name);
        if (has(r.references) && r.kind != EventKind::kUnspecified) {
          under[r.kind].insert(event.name);
        }
      }
    }
    if (all.size() < 2) continue;
    const bool clash = std::any_of(under.begin(), under.end(),
                                   [](const auto& entry) { return entry.second.size() > 1; });
    out[reference] = {all, clash};
  }
  return out;
}

History TellHistory(const Weapon& weapon, const std::vector<ExhibitFacts>& exhibits,
                    const std::vector<RecordEventFacts>& records,
                    const std::vector<Event>& events) {
  History out;
  std::set<Id> incidents;
  for (const ExhibitFacts& e : exhibits) {
    if (weapon.members.count(e.public_id) == 0) continue;
    if (e.in_hand) out.inferred = false;
    if (e.kind == ExhibitKind::kTestFireCases || e.kind == ExhibitKind::kTestFireBullets) {
      out.inferred = false;
      continue;
    }
    for (const RecordEventFacts& r : records) {
      if (r.record_number != e.event_record_number) continue;
      for (const Event& event : events) {
        if (event.records.count(r.public_id) == 0) continue;
        out.events.insert(event.name);
        if (r.kind == EventKind::kIncident) incidents.insert(event.name);
        const bool in_hand = r.kind == EventKind::kRecovery || r.kind == EventKind::kSurrender ||
                             r.kind == EventKind::kBorderSeizure || r.kind == EventKind::kDisposal;
        if (in_hand && e.kind == ExhibitKind::kGun) {
          out.recovered = true;
          out.inferred = false;
        }
      }
    }
  }
  out.incidents = static_cast<int>(incidents.size());
  return out;
}

namespace {

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

// How two numbers agree, as the model's file counts it, and in how many characters.
std::pair<int, int> Agreement(const SerialFact& x, const SerialFact& y) {
  const bool whole = !x.partial && !y.partial;
  if (whole && x.key == y.key) return {linkage::v1::SERIAL_AGREEMENT_EQUAL, x.length};
  if (whole && x.likeness == y.likeness) return {linkage::v1::SERIAL_AGREEMENT_ALIKE, x.length};
  const std::string a = TextOf(x);
  const std::string b = TextOf(y);
  if (a.empty() || b.empty()) return {0, 0};
  if (!whole) {
    int read = 0;
    for (std::size_t i = 0; i < a.size() && a.size() == b.size(); ++i) {
      if (a[i] == '?' || b[i] == '?') continue;
      if (a[i] != b[i]) return {0, 0};
      ++read;
    }
    if (read < 4) return {0, 0};
    return {linkage::v1::SERIAL_AGREEMENT_PATTERN, read};
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

// Where a number meets others: a name of each place.
std::set<std::string> PlacesOf(const ExhibitFacts& e, const SerialFact& s) {
  std::set<std::string> places;
  if (!BearsNumbers(e) || s.length < 4) return places;
  if (!s.partial) places.insert("like " + std::to_string(s.likeness));
  const std::string text = WithoutLettersInside(TextOf(s));
  if (e.make <= 1 || text.size() < 4 || !OfWholeGun(e, s)) return places;
  const std::size_t n = text.size();
  std::map<std::string, std::string> parts = {{"first", text.substr(0, 4)},
                                              {"last", text.substr(n - 4)}};
  if (n >= 5 && n <= 8) parts["ends"] = text.substr(0, 2) + text.substr(n - 2);
  for (const auto& [name, part] : parts) {
    if (part.find('?') != std::string::npos) continue;
    places.insert(name + " " + part + " " + std::to_string(e.make));
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
    // (confirms, equal, of the whole gun, weight): the best pair of numbers counts.
    std::set<std::tuple<bool, bool, bool, double>> ways;
    for (const auto& [i, j] : met) {
      const SerialFact& x = a.serials[static_cast<std::size_t>(i)];
      const SerialFact& y = b.serials[static_cast<std::size_t>(j)];
      const auto [agreement, characters] = Agreement(x, y);
      if (agreement == 0) continue;
      const double weight = others + SerialBits(agreement, characters);
      const bool equal = agreement == linkage::v1::SERIAL_AGREEMENT_EQUAL;
      const bool whole = OfWholeGun(a, x) && OfWholeGun(b, y);
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
      } else if (!equal && all_agree && is_long && !both_doubted &&
                 weight >= file.thresholds().lead_log2()) {
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

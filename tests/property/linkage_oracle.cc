#include "tests/property/linkage_oracle.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "services/linkage/core/events.h"

namespace serieslink::oracle {
namespace {

using linkage::Basis;
using linkage::Channel;
using linkage::EventKind;
using linkage::ExhibitFacts;
using linkage::ExhibitKind;
using linkage::RecordEventFacts;
using linkage::Relation;
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

// Whether somebody else of its agency had said what `s` says by then, and nothing else since.
bool IsSeconded(const Statement& s, const std::vector<Statement>& all) {
  if (s.author_agency == 0 || s.author_person == 0) return false;
  const auto could_second = [&](const Statement& t) {
    return t.basis == Basis::kAnalyst && t.trusted && t.author_agency == s.author_agency &&
           t.author_person != 0 && t.author_person != s.author_person && StatedLater(s, t);
  };
  for (const Statement& t : all) {
    if (!could_second(t) || t.verdict != s.verdict) continue;
    const bool changed_mind = std::any_of(all.begin(), all.end(), [&](const Statement& u) {
      return could_second(u) && u.author_person == t.author_person && StatedLater(u, t) &&
             u.verdict != t.verdict;
    });
    if (!changed_mind) return true;
  }
  return false;
}

// Which of the analysts' statements wait for a second person, by name.
std::set<Id> WhichWait(const std::vector<Statement>& all) {
  std::vector<Statement> in_time;
  for (const Statement& s : all) {
    if (s.basis == Basis::kAnalyst && s.trusted) in_time.push_back(s);
  }
  std::sort(in_time.begin(), in_time.end(),
            [](const Statement& a, const Statement& b) { return StatedLater(b, a); });
  std::set<Id> wait;
  Verdict stood = Verdict::kUnspecified;  // of what counted last
  for (const Statement& s : in_time) {
    const bool is_decided =
        stood != Verdict::kUnspecified && stood != Verdict::kLead && stood != Verdict::kWithdrawn;
    const bool replaces = is_decided && stood != s.verdict;
    const bool needs_two = s.alone == linkage::Alone::kDecidesNothing ||
                           (s.alone == linkage::Alone::kReplacesNothing && replaces);
    if (needs_two && !IsSeconded(s, in_time)) {
      wait.insert(s.name);
    } else {
      stood = s.verdict;
    }
  }
  return wait;
}

Standing StandingElsewhere(const std::vector<Statement>& all) {
  const std::set<Id> wait = WhichWait(all);
  const auto comes_before = [](const Statement& a, const Statement& b) {
    if (a.basis != b.basis) return OrderOfBasis(a.basis) < OrderOfBasis(b.basis);
    return StatedLater(a, b);
  };
  // What counts, what waits, and what is not trusted: the first that there is.
  std::vector<Statement> groups[3];
  for (const Statement& s : all) groups[!s.trusted ? 2 : wait.count(s.name)].push_back(s);
  Standing out;
  for (std::vector<Statement>& group : groups) {
    if (group.empty()) continue;
    std::sort(group.begin(), group.end(), comes_before);
    out.statement = group.front();
    break;
  }
  const bool counts = !groups[0].empty();
  out.verdict = counts ? out.statement.verdict : WithoutAuthority(out.statement.verdict);
  out.awaits_second = !counts && !groups[1].empty();
  for (const Statement& s : groups[1]) {
    const bool would_stand = !comes_before(out.statement, s);
    const bool says_so_too =
        counts && out.statement.basis == Basis::kAnalyst && out.statement.verdict == s.verdict;
    if (would_stand && !says_so_too) out.proposed.insert(s.verdict);
  }
  return out;
}

// Whether somebody certainly had `a` while somebody else certainly had `b`, for longer than the
// moment of a handover; where neither is a laboratory, neither account knows of the other's holder
// or teller, and no crime is common to both.
bool HeldAtOnceByOthers(const ExhibitFacts& a, const ExhibitFacts& b) {
  if (a.custody == nullptr || b.custody == nullptr) return false;
  const linkage::CustodyAccount& p = *a.custody;
  const linkage::CustodyAccount& q = *b.custody;
  const auto lists = [](const std::vector<Id>& all, Id id) {
    return std::count(all.begin(), all.end(), id) > 0;
  };
  for (const Id crime : p.references) {
    if (lists(q.references, crime)) return false;
  }
  if (lists(p.parties, q.teller) || lists(q.parties, p.teller)) return false;
  const auto end = [](const linkage::CustodyFact& fact) {
    return fact.until_s == TimeInterval::kUnknownLatest ? fact.from_s
                                                        : std::max(fact.from_s, fact.until_s);
  };
  for (const linkage::CustodyFact& x : p.held) {
    for (const linkage::CustodyFact& y : q.held) {
      const bool is_known = lists(p.parties, y.holder) || lists(q.parties, x.holder);
      const bool is_laboratory = x.is_laboratory || y.is_laboratory;
      if (!is_known && !is_laboratory && x.from_s < end(y) && y.from_s < end(x)) return true;
    }
  }
  return false;
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
      const bool counts = std::get<2>(other) == std::get<2>(place) ||
                          s.statement.basis == Basis::kAnalyst ||
                          placed[place].statement.relation == Relation::kOneInferredWeapon;
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
    const Statement& joining = placed[place].statement;
    const bool says_one_item =
        (joining.relation == Relation::kSameItem || joining.relation == Relation::kOneRecord) &&
        joining.basis == Basis::kSourceReference;
    bool held_apart = false;
    for (const Id x : *a) {
      for (const Id y : *b) held_apart |= HeldAtOnceByOthers(*by_id[x], *by_id[y]);
    }
    if (held_apart && !says_one_item) {
      out.conflicts.insert({6, place, {}});
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
  // A laboratory's inferred gun, refused by the one of cases and bullets and held by the other.
  const std::set<Conflict> refusals = out.conflicts;
  for (const Conflict& one : refusals) {
    if (one.kind != 1) continue;
    if (placed[one.finding].statement.relation != Relation::kOneInferredWeapon) continue;
    const Channel against = std::get<2>(one.forbidden_by[0]);
    if (against != Channel::kCase && against != Channel::kBullet) continue;
    for (const Weapon& weapon : out.weapons) {
      for (const Place& held : weapon.confirmed) {
        const Channel by = std::get<2>(held);
        if ((by != Channel::kCase && by != Channel::kBullet) || by == against) continue;
        for (const Id end : {std::get<0>(one.finding), std::get<1>(one.finding)}) {
          if (std::get<0>(held) == end || std::get<1>(held) == end) {
            out.conflicts.insert({2, one.forbidden_by[0], {}});
          }
        }
      }
    }
  }
  for (const auto& [place, s] : placed) {
    if (s.conflicting) out.conflicts.insert({3, place, {}});
    if (s.disputed) out.conflicts.insert({5, place, {}});
  }
  return out;
}

namespace {

// What more of one kind claim as their former id is a word for "none".
constexpr std::size_t kClaimantsMax = 17;

// Who names what: by the record that another one says it was, those of its kind that say so.
std::map<Id, std::set<Id>> Followers(const std::vector<RecordEventFacts>& records) {
  std::map<Id, std::set<Id>> out;
  for (const RecordEventFacts& former : records) {
    for (const RecordEventFacts& r : records) {
      if (r.public_id == former.public_id || r.kind != former.kind || former.source == 0 ||
          r.kind == EventKind::kUnspecified) {
        continue;
      }
      for (const std::uint64_t source : r.former_sources) {
        if (source == former.source) out[former.public_id].insert(r.public_id);
      }
    }
  }
  return out;
}

// Whether `r` says that a thing of the record with that id is one of its own.
bool SaysItIsOf(const RecordEventFacts& r, std::uint64_t source, bool spent) {
  if (r.source == source) return false;
  for (const std::uint64_t of : spent ? r.spent_item_sources : r.other_item_sources) {
    if (of == source) return true;
  }
  return false;
}

}  // namespace

std::vector<Event> ResolveEvents(const std::vector<RecordEventFacts>& as_told) {
  std::vector<RecordEventFacts> records = as_told;
  std::map<Id, RecordEventFacts*> by_id;
  for (RecordEventFacts& r : records) by_id[r.public_id] = &r;

  // Records under their present and their former ids, where those who say so do not contradict
  // each other; else whoever says so shares a reference with the record.
  std::map<Id, std::set<Id>> event_of;
  for (const auto& [id, r] : by_id) event_of[id] = {id};
  std::set<Id> followed;
  const std::map<Id, std::set<Id>> followers = Followers(as_told);
  for (const auto& [former, all] : followers) {
    const std::uint64_t source = by_id[former]->source;
    const auto names_all_others = [&](Id last) {
      for (const Id other : all) {
        bool names = other == last;
        for (const std::uint64_t key : by_id[last]->former_sources) {
          names |= key == by_id[other]->source;
        }
        if (!names) return false;
      }
      return true;
    };
    if (all.size() > kClaimantsMax) continue;
    if (!std::any_of(all.begin(), all.end(), names_all_others)) {
      by_id[former]->references.push_back(source);
      for (const Id id : all) by_id[id]->references.push_back(source);
      continue;
    }
    followed.insert(former);
    std::set<Id> one = event_of[former];
    for (const Id id : all) one.insert(event_of[id].begin(), event_of[id].end());
    for (const Id id : one) event_of[id] = one;
  }
  const std::vector<RecordEventFacts> own = records;
  for (RecordEventFacts& r : records) {
    const std::set<Id>& one = event_of[r.public_id];
    if (one.size() < 2) continue;
    // Whose account counts: nobody followed it; of several, and where all are followed, the first.
    std::optional<Id> account;
    for (const Id id : one) {
      if (!account.has_value() && followed.count(id) == 0) account = id;
    }
    const Id taken = account.value_or(*one.begin());
    for (const RecordEventFacts& told : own) {
      if (told.public_id != taken) continue;
      r.occurred = told.occurred;
      r.borough = told.borough;
      r.force_area = told.force_area;
    }
  }

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
      // Of railways, the Ministry of Defence, nuclear sites and the National Crime Agency.
      const std::uint64_t area = by_id[id]->force_area;
      const bool is_anywhere = area == linkage::PlaceKey("btp") ||
                               area == linkage::PlaceKey("mdp") ||
                               area == linkage::PlaceKey("cnc") || area == linkage::PlaceKey("nca");
      if (area != 0 && !is_anywhere) areas.insert(area);
    }
    return from <= to && boroughs.size() <= 1 && areas.size() <= 1;
  };

  // Who was told of under a reference of its own, whatever else is added below.
  std::set<Id> referenced;
  for (const RecordEventFacts& r : as_told) {
    for (const std::uint64_t ref : r.references) {
      if (ref != 0) referenced.insert(r.public_id);
    }
  }
  const auto is_referenced = [&](const std::set<Id>& event) {
    return std::any_of(event.begin(), event.end(), [&](Id id) { return referenced.count(id) > 0; });
  };
  // Those that meet become events, one after the other, as far as they can be.
  const auto meet = [&](std::vector<const RecordEventFacts*> under, bool references_part) {
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
        if (references_part && is_referenced(event_of[id]) && is_referenced(own)) continue;
        std::set<Id> both = event_of[id];
        both.insert(own.begin(), own.end());
        for (const Id member : both) event_of[member] = both;
        found = true;
        break;
      }
      if (!found) appeared.push_back(r->public_id);
    }
  };

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
    meet(under, false);
  }

  // One thing told twice: first of what is spent in one event, then of what can be at several.
  std::set<std::pair<std::uint64_t, EventKind>> named;
  for (const RecordEventFacts& r : records) {
    if (r.kind != EventKind::kUnspecified && r.source != 0) named.insert({r.source, r.kind});
  }
  for (const bool spent : {true, false}) {
    for (const auto& [source, kind] : named) {
      std::vector<const RecordEventFacts*> under;
      for (const RecordEventFacts& r : records) {
        if (r.kind == kind && (r.source == source || SaysItIsOf(r, source, spent))) {
          under.push_back(&r);
        }
      }
      meet(under, !spent && (kind == EventKind::kIncident || kind == EventKind::kSighting));
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
    // An inquiry has any number of recoveries and the like.
    bool clash = false;
    for (const EventKind kind : {EventKind::kIncident, EventKind::kLoss, EventKind::kSighting}) {
      clash = clash || under[kind].size() > 1;
    }
    out[reference] = {all, clash};
  }
  for (const RecordEventFacts& one : records) {
    if (one.source == 0 || one.kind == EventKind::kUnspecified) continue;
    std::set<Id> all;
    std::set<Id> of_what_is_spent;
    for (const Event& event : events) {
      for (const RecordEventFacts& r : records) {
        if (event.records.count(r.public_id) == 0 || r.kind != one.kind) continue;
        const bool is_spent = r.source == one.source || SaysItIsOf(r, one.source, true);
        if (is_spent) of_what_is_spent.insert(event.name);
        if (is_spent || SaysItIsOf(r, one.source, false)) all.insert(event.name);
      }
    }
    if (all.size() < 2) continue;
    const bool recurs = one.kind == EventKind::kIncident || one.kind == EventKind::kLoss ||
                        one.kind == EventKind::kSighting;
    out[one.source] = {all, recurs && of_what_is_spent.size() > 1};
  }
  return out;
}

History TellHistory(const Weapon& weapon, const std::vector<ExhibitFacts>& exhibits,
                    const std::vector<RecordEventFacts>& records,
                    const std::vector<Event>& events) {
  History out;
  std::set<Id> incidents;
  std::set<linkage::PoliceIssue> issues;
  bool lost = false;
  for (const ExhibitFacts& e : exhibits) {
    if (weapon.members.count(e.public_id) == 0) continue;
    issues.insert(e.police_issue);
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
        lost |= r.kind == EventKind::kLoss;
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
  // Issued to police, say some, and nobody says otherwise; and police have not lost it.
  out.police_issue = issues.count(linkage::PoliceIssue::kYes) == 1 &&
                     issues.count(linkage::PoliceIssue::kNo) == 0 && !lost;
  out.series = out.incidents >= 2 && !out.police_issue;
  return out;
}

}  // namespace serieslink::oracle

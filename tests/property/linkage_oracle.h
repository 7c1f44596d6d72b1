#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "serieslink/linkage/v1/model.pb.h"
#include "services/linkage/core/facts.h"

// What weapons, events and series are, worked out a second time from their definition: by trying
// every pair, with no cleverness and no code of the linkage core (only its plain input structs).
// Slow on purpose, short enough to be checked by reading. The core is right when both say the same.
namespace serieslink::oracle {

using Id = std::uint64_t;
// A pair of exhibits and a channel.
using Place = std::tuple<Id, Id, linkage::Channel>;

// What stands at one place.
struct Standing {
  linkage::Statement statement;
  linkage::Verdict verdict = linkage::Verdict::kUnspecified;
  bool conflicting = false;
  bool disputed = false;
  bool awaits_second = false;
  std::set<linkage::Verdict> proposed;
  std::set<Id> against;
};

std::map<Place, Standing> WhatStands(const std::vector<linkage::Statement>& statements);

struct Conflict {
  int kind = 0;  // As numbered by the core: 1 join refused, 2 channels, 3 dates, 4 apart, 5
                 // disputed, 6 custody.
  Place finding;
  std::vector<Place> forbidden_by;  // One for a refused join, none otherwise.

  friend bool operator<(const Conflict& a, const Conflict& b) {
    return std::tie(a.finding, a.kind, a.forbidden_by) <
           std::tie(b.finding, b.kind, b.forbidden_by);
  }
};

struct Weapon {
  std::set<Id> members;
  Id name = 0;  // Public id of the member that arrived first.
  linkage::Basis floor = linkage::Basis::kUnspecified;
  std::set<Place> confirmed;
};

struct Weapons {
  std::map<Place, Standing> standing;
  std::vector<Weapon> weapons;
  std::set<Conflict> conflicts;
  std::set<Place> stale;
};

Weapons ResolveWeapons(const std::vector<linkage::ExhibitFacts>& exhibits,
                       const std::vector<linkage::Statement>& statements);

struct Event {
  std::set<Id> records;
  Id name = 0;
};

// The events, as sets of records by public id.
std::vector<Event> ResolveEvents(const std::vector<linkage::RecordEventFacts>& records);

// References that several events share: the reference, the names of the events, whether it clashes.
using SharedReferences = std::map<std::uint64_t, std::pair<std::set<Id>, bool>>;
SharedReferences FindShared(const std::vector<linkage::RecordEventFacts>& records,
                            const std::vector<Event>& events);

struct History {
  std::set<Id> events;  // Names.
  int incidents = 0;
  bool inferred = true;
  bool recovered = false;
  bool police_issue = false;
  bool series = false;
};
History TellHistory(const Weapon& weapon, const std::vector<linkage::ExhibitFacts>& exhibits,
                    const std::vector<linkage::RecordEventFacts>& records,
                    const std::vector<Event>& events);

// The numbers of a model's file, and how its words are read.
struct RuleNumbers {
  linkage::v1::LinkageModel file;
  std::function<Id(const std::string&)> make_of;
  std::function<std::uint16_t(const std::string&)> calibre_of;
  // Whether two calibres can be one gun's.
  std::function<bool(std::uint16_t, std::uint16_t)> compatible;
  std::function<std::uint32_t(const std::string&)> types_of;
  // Whether one gun can be said to be of either of two sets of types.
  std::function<bool(std::uint32_t, std::uint32_t)> types_fit;
};

// What the serial rule says of each pair: verdict and weight. `guard` is the number of exhibits
// that meet in one place above which nothing is said there.
std::map<std::pair<Id, Id>, std::pair<linkage::Verdict, double>> ApplySerialRule(
    const std::vector<linkage::ExhibitFacts>& exhibits, std::size_t guard,
    const RuleNumbers& numbers);

}  // namespace serieslink::oracle

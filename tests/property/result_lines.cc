#include "tests/property/result_lines.h"

#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace serieslink {
namespace {

using linkage::Statement;

std::string Text(const oracle::Place& place) {
  return absl::StrCat(std::get<0>(place), "-", std::get<1>(place), "/",
                      static_cast<int>(std::get<2>(place)));
}
oracle::Place PlaceOf(const Statement& s) { return {s.first, s.second, s.channel}; }

template <typename Items>
std::string List(const Items& items) {
  return absl::StrCat("{", absl::StrJoin(items, " "), "}");
}

std::string Texts(const std::set<oracle::Place>& places) {
  std::vector<std::string> all;
  for (const oracle::Place& place : places) all.push_back(Text(place));
  return List(all);
}

template <typename Verdicts>
std::string VerdictList(const Verdicts& verdicts) {
  std::vector<int> numbers;
  for (const linkage::Verdict verdict : verdicts) numbers.push_back(static_cast<int>(verdict));
  return List(numbers);
}

std::string StandingLine(const oracle::Place& place, const Statement& s, linkage::Verdict verdict,
                         bool conflicting, bool disputed, bool awaits_second,
                         const std::string& proposed, const std::string& against) {
  return absl::StrCat("stands ", Text(place), " name ", s.name, " verdict ",
                      static_cast<int>(verdict), conflicting ? " conflicting" : "",
                      disputed ? " disputed" : "", awaits_second ? " awaits" : "", " proposed ",
                      proposed, " against ", against);
}

std::string WeaponLine(const std::set<std::uint64_t>& members, std::uint64_t name, bool named,
                       linkage::Basis floor, const std::set<oracle::Place>& confirmed) {
  return absl::StrCat("weapon ", List(members), named ? absl::StrCat(" named ", name) : "",
                      " floor ", static_cast<int>(floor), " confirmed ", Texts(confirmed));
}

}  // namespace

EngineResult RunEngine(const Arrived& arrived, const std::vector<Statement>& statements) {
  EngineResult out;
  out.resolution = linkage::Resolve(arrived.exhibits, statements);
  out.events = linkage::ResolveEvents(arrived.records);
  out.histories =
      linkage::ResolveHistories(arrived.exhibits, out.resolution, arrived.records, out.events);
  return out;
}

Lines WeaponLines(const Arrived& arrived, const linkage::Resolution& r, bool named) {
  Lines lines;
  const auto place = [&](std::uint32_t finding) { return PlaceOf(r.standing[finding].statement); };
  for (const linkage::StandingFinding& f : r.standing) {
    lines.insert(StandingLine(PlaceOf(f.statement), f.statement, f.verdict, f.conflicting,
                              f.disputed, f.awaits_second, VerdictList(f.proposed),
                              List(f.against)));
  }
  for (std::uint32_t w = 0; w < r.weapons.size(); ++w) {
    const linkage::Weapon& weapon = r.weapons[w];
    std::set<std::uint64_t> members;
    for (const std::uint32_t m : weapon.members) members.insert(arrived.exhibits[m].public_id);
    std::set<oracle::Place> confirmed;
    for (const std::uint32_t f : weapon.confirmed) confirmed.insert(place(f));
    lines.insert(WeaponLine(members, arrived.exhibits[r.NamingExhibit(w)].public_id, named,
                            weapon.floor, confirmed));
  }
  for (const linkage::Conflict& c : r.conflicts) {
    lines.insert(absl::StrCat(
        "conflict ", static_cast<int>(c.kind), " ", Text(place(c.finding)), " forbidden by ",
        c.forbidden_by.has_value() ? Text(place(*c.forbidden_by)) : "nothing"));
  }
  for (const std::uint32_t f : r.stale) lines.insert(absl::StrCat("stale ", Text(place(f))));
  return lines;
}

Lines WeaponLines(const oracle::Weapons& r) {
  Lines lines;
  for (const auto& [place, s] : r.standing) {
    lines.insert(StandingLine(place, s.statement, s.verdict, s.conflicting, s.disputed,
                              s.awaits_second, VerdictList(s.proposed), List(s.against)));
  }
  for (const oracle::Weapon& w : r.weapons) {
    lines.insert(WeaponLine(w.members, w.name, true, w.floor, w.confirmed));
  }
  for (const oracle::Conflict& c : r.conflicts) {
    lines.insert(absl::StrCat("conflict ", c.kind, " ", Text(c.finding), " forbidden by ",
                              c.forbidden_by.empty() ? "nothing" : Text(c.forbidden_by[0])));
  }
  for (const oracle::Place& place : r.stale) lines.insert(absl::StrCat("stale ", Text(place)));
  return lines;
}

// Events by their records, and weapons' histories by their members; shared references.
Lines EventLines(const Arrived& arrived, const EngineResult& r, bool named) {
  Lines lines;
  const auto records_of = [&](std::uint32_t event) {
    std::set<std::uint64_t> ids;
    for (const std::uint32_t i : r.events.events[event].records) {
      ids.insert(arrived.records[i].public_id);
    }
    return List(ids);
  };
  const auto all_of = [&](const std::vector<std::uint32_t>& events) {
    std::set<std::string> all;
    for (const std::uint32_t e : events) all.insert(records_of(e));
    return List(all);
  };
  for (std::uint32_t e = 0; e < r.events.events.size(); ++e) {
    const std::uint64_t name = arrived.records[r.events.events[e].records.front()].public_id;
    lines.insert(absl::StrCat("event ", records_of(e), named ? absl::StrCat(" named ", name) : ""));
  }
  for (const linkage::SharedReference& s : r.events.shared) {
    lines.insert(
        absl::StrCat("shared ", s.reference, " ", all_of(s.events), s.clash ? " clash" : ""));
  }
  for (const linkage::WeaponHistory& h : r.histories) {
    std::set<std::uint64_t> members;
    for (const std::uint32_t m : r.resolution.weapons[h.weapon].members) {
      members.insert(arrived.exhibits[m].public_id);
    }
    lines.insert(absl::StrCat("history ", List(members), " events ", all_of(h.events),
                              " incidents ", h.incident_count, h.is_series ? " series" : "",
                              h.is_police_issue ? " police issue" : "",
                              h.inferred ? " inferred" : "", h.recovered ? " recovered" : ""));
  }
  return lines;
}

Lines OracleEventLines(const Arrived& arrived, const oracle::Weapons& weapons) {
  Lines lines;
  const std::vector<oracle::Event> events = oracle::ResolveEvents(arrived.records);
  std::map<std::uint64_t, std::string> records_of;  // By the event's name.
  for (const oracle::Event& e : events) {
    records_of[e.name] = List(e.records);
    lines.insert(absl::StrCat("event ", List(e.records), " named ", e.name));
  }
  const auto all_of = [&](const std::set<std::uint64_t>& names) {
    std::set<std::string> all;
    for (const std::uint64_t name : names) all.insert(records_of[name]);
    return List(all);
  };
  for (const auto& [reference, shared] : oracle::FindShared(arrived.records, events)) {
    lines.insert(absl::StrCat("shared ", reference, " ", all_of(shared.first),
                              shared.second ? " clash" : ""));
  }
  for (const oracle::Weapon& w : weapons.weapons) {
    const oracle::History h = oracle::TellHistory(w, arrived.exhibits, arrived.records, events);
    lines.insert(absl::StrCat("history ", List(w.members), " events ", all_of(h.events),
                              " incidents ", h.incidents, h.series ? " series" : "",
                              h.police_issue ? " police issue" : "", h.inferred ? " inferred" : "",
                              h.recovered ? " recovered" : ""));
  }
  return lines;
}

std::string Difference(const Lines& a, const Lines& b) {
  std::vector<std::string> out;
  for (const std::string& line : a) {
    if (!b.contains(line)) out.push_back("< " + line);
  }
  for (const std::string& line : b) {
    if (!a.contains(line)) out.push_back("> " + line);
  }
  if (out.size() > 20) out.resize(20);
  return absl::StrJoin(out, "\n");
}

}  // namespace serieslink

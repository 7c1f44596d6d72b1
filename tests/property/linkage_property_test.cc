// The linkage core beside an oracle that shares no code with it, and the properties that the
// definition of a weapon promises: no order of arrival matters, what is withdrawn might never have
// been, and a component of the evidence can be resolved by itself.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/series.h"
#include "services/linkage/core/standing.h"
#include "tests/property/linkage_evidence.h"
#include "tests/property/linkage_oracle.h"
#include "tests/property/result_lines.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

using linkage::ExhibitFacts;
using linkage::RecordEventFacts;
using linkage::Statement;

// Few enough that the guard trips in small evidence.
constexpr std::uint32_t kGuard = 5;
linkage::RuleSet SmallGuard() {
  linkage::RuleSet rules = linkage::RuleSet::Serving();
  rules.guard = kGuard;
  return rules;
}

std::vector<Statement> WithRules(const Arrived& arrived) {
  std::vector<Statement> all = linkage::RuleStatements(arrived.exhibits, SmallGuard());
  all.insert(all.end(), arrived.statements.begin(), arrived.statements.end());
  return all;
}

Lines AllLines(const Arrived& arrived, bool named) {
  const EngineResult r = RunEngine(arrived, WithRules(arrived));
  Lines lines = WeaponLines(arrived, r.resolution, named);
  lines.merge(EventLines(arrived, r, named));
  return lines;
}

template <typename T>
void Shuffle(std::vector<T>* items, std::mt19937_64* random) {
  for (std::size_t i = items->size(); i > 1; --i) {
    std::swap((*items)[i - 1], (*items)[(*random)() % i]);
  }
}

TEST(LinkageProperty, TheEngineEqualsTheOracle) {
  ForEachSeed(400, [](std::uint64_t seed) {
    const Arrived arrived = Arrive(MakeEvidence(seed, RandomShape(seed)));

    std::map<std::pair<std::uint64_t, std::uint64_t>, std::pair<linkage::Verdict, double>> rules;
    for (const Statement& s : linkage::RuleStatements(arrived.exhibits, SmallGuard())) {
      rules[{s.first, s.second}] = {s.verdict, s.weight_log2};
    }
    EXPECT_EQ(rules, oracle::ApplySerialRule(arrived.exhibits, kGuard, GeneratedNumbers()));

    const std::vector<Statement> statements = WithRules(arrived);
    const EngineResult engine = RunEngine(arrived, statements);
    const oracle::Weapons weapons = oracle::ResolveWeapons(arrived.exhibits, statements);
    EXPECT_SAME_LINES(WeaponLines(arrived, engine.resolution, true), WeaponLines(weapons));
    EXPECT_SAME_LINES(EventLines(arrived, engine, true), OracleEventLines(arrived, weapons));

    // A tree of findings holds each weapon together, and what is apart is so for a reason.
    for (const linkage::Weapon& w : engine.resolution.weapons) {
      EXPECT_EQ(w.joining.size() + 1, w.members.size());
      EXPECT_TRUE(std::includes(w.confirmed.begin(), w.confirmed.end(), w.joining.begin(),
                                w.joining.end()));
    }
    for (const linkage::Conflict& c : engine.resolution.conflicts) {
      if (c.kind != linkage::ConflictKind::kListedApart) continue;
      ASSERT_TRUE(c.apart.has_value());
      EXPECT_NE(arrived.exhibits[c.apart->first].apart_key, 0u);
      EXPECT_EQ(arrived.exhibits[c.apart->first].apart_key,
                arrived.exhibits[c.apart->second].apart_key);
      EXPECT_NE(engine.resolution.weapon_of[c.apart->first],
                engine.resolution.weapon_of[c.apart->second]);
    }
  });
}

TEST(LinkageProperty, TheGeneratorMakesEveryKindOfDisagreement) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Arrived arrived = Arrive(MakeEvidence(seed, RandomShape(seed)));
    seen["exhibits"] += static_cast<int>(arrived.exhibits.size());
    const EngineResult r = RunEngine(arrived, WithRules(arrived));
    for (const linkage::Conflict& c : r.resolution.conflicts) {
      ++seen[absl::StrCat("conflict ", static_cast<int>(c.kind))];
    }
    for (const linkage::Weapon& w : r.resolution.weapons) {
      ++seen[absl::StrCat("floor ", static_cast<int>(w.floor))];
      if (w.members.size() > 4) ++seen["large weapon"];
    }
    for (const linkage::SharedReference& s : r.events.shared) {
      ++seen[s.clash ? "clash" : "related"];
    }
    for (const linkage::WeaponHistory& h : r.histories) {
      if (h.is_series) ++seen["series"];
      if (h.is_police_issue && h.incident_count >= 2) ++seen["police issue"];
      bool is_said = false;
      bool is_denied = false;
      for (const std::uint32_t m : r.resolution.weapons[h.weapon].members) {
        is_said |= arrived.exhibits[m].police_issue == linkage::PoliceIssue::kYes;
        is_denied |= arrived.exhibits[m].police_issue == linkage::PoliceIssue::kNo;
      }
      if (h.is_series && is_said) ++seen[is_denied ? "police issue denied" : "police issue lost"];
    }
    if (!r.resolution.stale.empty()) ++seen["stale"];
    for (const linkage::StandingFinding& f : r.resolution.standing) {
      if (f.awaits_second) ++seen["awaits a second"];
      if (!f.awaits_second && !f.proposed.empty()) ++seen["proposed beside"];
      const bool asks = f.statement.alone == linkage::Alone::kDecidesNothing;
      if (asks && f.statement.trusted && !f.awaits_second) ++seen["seconded"];
    }
  }
  EXPECT_GE(seen["exhibits"], 60 * 10);
  for (const char* what : {"conflict 1",
                           "conflict 2",
                           "conflict 3",
                           "conflict 4",
                           "conflict 5",
                           "conflict 6",
                           "floor 1",
                           "floor 2",
                           "floor 3",
                           "floor 4",
                           "large weapon",
                           "clash",
                           "related",
                           "series",
                           "stale",
                           "police issue",
                           "police issue denied",
                           "police issue lost",
                           "awaits a second",
                           "proposed beside",
                           "seconded"}) {
    EXPECT_GE(seen[what], 3) << what;
    RecordProperty(what, seen[what]);
  }
}

TEST(LinkageProperty, NoOrderOfTheInputMatters) {
  ForEachSeed(200, [](std::uint64_t seed) {
    Arrived arrived = Arrive(MakeEvidence(seed, RandomShape(seed)));
    const Lines expected = AllLines(arrived, true);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 3; ++round) {
      Shuffle(&arrived.exhibits, &random);
      Shuffle(&arrived.records, &random);
      Shuffle(&arrived.statements, &random);
      // Sent again, some of it.
      const std::vector<Statement> again(
          arrived.statements.begin(),
          arrived.statements.begin() + static_cast<std::ptrdiff_t>(arrived.statements.size() / 3));
      arrived.statements.insert(arrived.statements.end(), again.begin(), again.end());
      EXPECT_SAME_LINES(expected, AllLines(arrived, true));
    }
  });
}

TEST(LinkageProperty, EveryOrderOfArrivalOfSixRecords) {
  ForEachSeed(6, [](std::uint64_t seed) {
    EvidenceShape shape;
    shape.records = 2 + static_cast<int>(seed % 5);
    shape.guns = 1 + static_cast<int>(seed % 3);
    shape.statements = 3 * shape.records;
    shape.eliminated_percent = 30;
    shape.references = 2;
    std::vector<RecordEvidence> records = MakeEvidence(seed, shape);
    const auto by_id = [](const RecordEvidence& a, const RecordEvidence& b) {
      return a.public_id < b.public_id;
    };
    std::sort(records.begin(), records.end(), by_id);
    const Lines expected = AllLines(Arrive(records), false);
    int orders = 0;
    do {
      const Arrived arrived = Arrive(records);
      EXPECT_SAME_LINES(expected, AllLines(arrived, false));
      const linkage::Resolution r = linkage::Resolve(arrived.exhibits, WithRules(arrived));
      for (std::uint32_t w = 0; w < r.weapons.size(); ++w) {
        for (const std::uint32_t m : r.weapons[w].members) {
          EXPECT_LE(arrived.exhibits[r.NamingExhibit(w)].exhibit_number,
                    arrived.exhibits[m].exhibit_number);
        }
      }
      ++orders;
    } while (std::next_permutation(records.begin(), records.end(), by_id) &&
             !::testing::Test::HasFailure());
    EXPECT_GE(orders, 2);
  });
}

TEST(LinkageProperty, WithdrawnIsNeverHadAndSentAgainIsAlwaysHad) {
  ForEachSeed(200, [](std::uint64_t seed) {
    const std::vector<RecordEvidence> records = MakeEvidence(seed, RandomShape(seed));
    std::mt19937_64 random(seed);
    std::vector<RecordEvidence> kept;
    for (const RecordEvidence& record : records) {
      if (random() % 3 != 0) kept.push_back(record);
    }
    // Never had: numbered densely. Withdrawn: the others keep the numbers that they arrived with.
    const Lines never = AllLines(Arrive(kept), true);
    Arrived withdrawn = Arrive(records);
    std::set<std::uint64_t> kept_numbers;
    for (const RecordEventFacts& r : withdrawn.records) {
      for (const RecordEvidence& k : kept) {
        if (k.public_id == r.public_id) kept_numbers.insert(r.record_number);
      }
    }
    const auto is_gone = [&](std::uint64_t number) { return !kept_numbers.contains(number); };
    std::erase_if(withdrawn.exhibits,
                  [&](const ExhibitFacts& e) { return is_gone(e.record_number); });
    std::erase_if(withdrawn.records,
                  [&](const RecordEventFacts& r) { return is_gone(r.record_number); });
    std::erase_if(withdrawn.statements,
                  [&](const Statement& s) { return is_gone(s.asserting_record); });
    EXPECT_SAME_LINES(never, AllLines(withdrawn, true));

    // Sent again, they are the latest to arrive, and all is as it was but for names.
    std::vector<RecordEvidence> again = kept;
    for (const RecordEvidence& record : records) {
      const bool is_kept = std::any_of(kept.begin(), kept.end(), [&](const RecordEvidence& k) {
        return k.public_id == record.public_id;
      });
      if (!is_kept) again.push_back(record);
    }
    EXPECT_SAME_LINES(AllLines(Arrive(records), false), AllLines(Arrive(again, 3), false));
  });
}

// Numbers of connected components of `count` things, by links.
std::vector<std::size_t> Components(std::size_t count,
                                    const std::vector<std::pair<std::size_t, std::size_t>>& links) {
  std::vector<std::size_t> label(count);
  std::iota(label.begin(), label.end(), std::size_t{0});
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [a, b] : links) {
      const std::size_t low = std::min(label[a], label[b]);
      changed |= label[a] != low || label[b] != low;
      label[a] = label[b] = low;
    }
  }
  return label;
}

// What a view does: only the component of evidence that was asked for, and nothing else.
TEST(LinkageProperty, AComponentCanBeResolvedByItself) {
  ForEachSeed(150, [](std::uint64_t seed) {
    const Arrived arrived = Arrive(MakeEvidence(seed, RandomShape(seed)));
    const std::vector<Statement> statements = WithRules(arrived);
    std::map<std::uint64_t, std::size_t> index;
    for (std::size_t i = 0; i < arrived.exhibits.size(); ++i) {
      index[arrived.exhibits[i].public_id] = i;
    }
    std::vector<std::pair<std::size_t, std::size_t>> links;
    for (const Statement& s : statements) {
      if (index.contains(s.first) && index.contains(s.second)) {
        links.push_back({index[s.first], index[s.second]});
      }
    }
    const std::vector<std::size_t> component = Components(arrived.exhibits.size(), links);

    Lines together;
    for (const std::string& line :
         WeaponLines(arrived, linkage::Resolve(arrived.exhibits, statements), true)) {
      if (!line.starts_with("stale") && !line.starts_with("stands")) together.insert(line);
    }
    Lines apart;
    for (const std::size_t label : std::set<std::size_t>(component.begin(), component.end())) {
      Arrived part;
      std::set<std::uint64_t> members;
      for (std::size_t i = 0; i < component.size(); ++i) {
        if (component[i] != label) continue;
        part.exhibits.push_back(arrived.exhibits[i]);
        members.insert(arrived.exhibits[i].public_id);
      }
      std::vector<Statement> own;
      for (const Statement& s : statements) {
        if (members.contains(s.first) && members.contains(s.second)) own.push_back(s);
      }
      for (const std::string& line :
           WeaponLines(part, linkage::Resolve(part.exhibits, own), true)) {
        if (!line.starts_with("stands")) apart.insert(line);
      }
    }
    EXPECT_SAME_LINES(together, apart);
  });
}

TEST(LinkageProperty, RecordsThatShareNoReferenceCanBeResolvedByThemselves) {
  ForEachSeed(150, [](std::uint64_t seed) {
    const Arrived arrived = Arrive(MakeEvidence(seed, RandomShape(seed)));
    std::vector<std::pair<std::size_t, std::size_t>> links;
    std::map<std::uint64_t, std::size_t> first_with;
    for (std::size_t i = 0; i < arrived.records.size(); ++i) {
      for (const std::uint64_t reference : arrived.records[i].references) {
        if (reference != 0) links.push_back({i, first_with.emplace(reference, i).first->second});
      }
    }
    // A former id that another record has relates like a reference, and so does the id of one whose
    // items a record says are its own.
    for (std::size_t i = 0; i < arrived.records.size(); ++i) {
      const RecordEventFacts& record = arrived.records[i];
      for (const auto* const sources :
           {&record.former_sources, &record.spent_item_sources, &record.other_item_sources}) {
        for (const std::uint64_t source : *sources) {
          for (std::size_t j = 0; j < arrived.records.size(); ++j) {
            if (arrived.records[j].source == source) links.push_back({i, j});
          }
        }
      }
    }
    const std::vector<std::size_t> component = Components(arrived.records.size(), links);
    const auto events = [](const std::vector<RecordEventFacts>& records) {
      Lines lines;
      const linkage::EventResolution r = linkage::ResolveEvents(records);
      for (const linkage::Event& e : r.events) {
        std::vector<std::uint64_t> ids;
        for (const std::uint32_t i : e.records) ids.push_back(records[i].public_id);
        lines.insert(absl::StrCat(absl::StrJoin(ids, ","), " ", e.occurred.earliest_s, " ",
                                  e.occurred.latest_s, " ", e.borough, " ", e.force_area));
      }
      return lines;
    };
    Lines apart;
    for (const std::size_t label : std::set<std::size_t>(component.begin(), component.end())) {
      std::vector<RecordEventFacts> part;
      for (std::size_t i = 0; i < component.size(); ++i) {
        if (component[i] == label) part.push_back(arrived.records[i]);
      }
      apart.merge(events(part));
    }
    EXPECT_SAME_LINES(events(arrived.records), apart);
  });
}

// A deriver judges a new record against its blocks only, and must find what a fresh start finds.
TEST(LinkageProperty, PairsOfSharedBlocksAreAllThatRulesSpeakOf) {
  ForEachSeed(150, [](std::uint64_t seed) {
    const linkage::RuleSet rules = SmallGuard();
    const Arrived arrived = Arrive(MakeEvidence(seed, RandomShape(seed)));
    std::map<std::uint64_t, std::vector<std::size_t>> blocks;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> found;
    absl::flat_hash_set<std::uint64_t> guarded;
    const auto judge = [&](std::size_t a, std::size_t b) {
      const ExhibitFacts& x = arrived.exhibits[a];
      const ExhibitFacts& y = arrived.exhibits[b];
      const auto key = std::minmax(x.public_id, y.public_id);
      const auto statement = linkage::JudgePair(x, y, rules, &guarded);
      found.erase(key);
      if (statement.has_value()) found[key] = statement->name;
    };
    for (std::size_t i = 0; i < arrived.exhibits.size(); ++i) {
      for (const std::uint64_t key : linkage::BlockKeys(arrived.exhibits[i], rules)) {
        std::vector<std::size_t>& block = blocks[key];
        block.push_back(i);
        if (block.size() == rules.guard + 1) {
          guarded.insert(key);
          for (const std::size_t a : block) {
            for (const std::size_t b : block) {
              if (a < b) judge(a, b);
            }
          }
        } else if (block.size() <= rules.guard) {
          for (const std::size_t other : block) {
            if (other != i) judge(other, i);
          }
        }
      }
    }
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> fresh;
    for (const Statement& s : linkage::RuleStatements(arrived.exhibits, rules)) {
      fresh[{s.first, s.second}] = s.name;
    }
    EXPECT_EQ(found, fresh);
  });
}

TEST(LinkageProperty, ThousandsOfRecordsInAnyOrder) {
  ForEachSeed(3, [](std::uint64_t seed) {
    EvidenceShape shape;
    shape.records = 4000;
    shape.guns = 900;
    shape.statements = 6000;
    shape.references = 1500;
    std::vector<RecordEvidence> records = MakeEvidence(seed, shape);
    const Lines expected = AllLines(Arrive(records), false);
    std::mt19937_64 random(seed);
    for (int round = 0; round < 2; ++round) {
      Shuffle(&records, &random);
      Arrived arrived = Arrive(records, 5);
      Shuffle(&arrived.exhibits, &random);
      Shuffle(&arrived.statements, &random);
      EXPECT_SAME_LINES(expected, AllLines(arrived, false));
    }
  });
}

}  // namespace
}  // namespace serieslink

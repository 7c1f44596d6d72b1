// Goal: what a gun's records tell of its life is the truth, in whatever order and batches they
// arrive, and what was withdrawn is not told of any more.
// Method: lives of which the generator knows the whole truth go through everything between a
// message's arrival and the answer, on an in-memory store. What is told is compared with the truth,
// and, ids that depend on arrival left out, with what is told after any other arrival of the same
// records: a withdrawn record counts as one that never came.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "serieslink/firearm/v1/life_story.pb.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"
#include "tests/support/traced_gun.h"
#include "tests/synth/feed_stream.h"
#include "tests/synth/known_lives.h"

namespace serieslink {
namespace {

using synth::KnownLife;
using synth::KnownStory;

constexpr std::int64_t kHourSeconds = 3'600;
constexpr std::int64_t kDaySeconds = 24 * kHourSeconds;
// Of so many records every order is tried, of more some.
constexpr std::size_t kAllOrdersMax = 6;
constexpr int kOrdersOfMore = 40;
// Lives of a kind: what varies between them varies between the first two.
constexpr std::uint64_t kLives = 2;

synth::World WorldOf(std::uint64_t seed) {
  synth::World world;
  world.seed = seed;
  world.rates = synth::DirtRates(synth::DirtLevel::kNone);
  world.forces.assign(synth::AllForces().begin(), synth::AllForces().end());
  return world;
}

void ForEachLife(std::uint64_t seed, const std::function<void(const KnownLife&)>& test) {
  const synth::World world = WorldOf(seed);
  for (const synth::LifeKind kind : synth::kLifeKinds) {
    for (std::uint64_t number = 0; number < kLives; ++number) {
      const testing::ScopedTrace trace(__FILE__, __LINE__,
                                       absl::StrCat(synth::LifeKindName(kind), " number ", number));
      test(synth::TellKnownLife(world, kind, number, synth::FeedStream::FirstDay()));
      if (testing::Test::HasFailure()) return;
    }
  }
}

// --- Stories in few words, as they are told and as they are

std::string Short(const std::string& name) {
  // Names of enumerators begin with that of their enumeration.
  for (const std::string begin :
       {"FIREARM_STATE_", "EVENT_KIND_", "LOSS_KIND_", "DISPOSAL_KIND_", "MEASURE_KIND_",
        "REMARK_KIND_", "ALTERATION_KIND_", "LEGAL_CLASS_", "CASE_CONTRADICTION_KIND_"}) {
    if (name.compare(0, begin.size(), begin) == 0) return name.substr(begin.size());
  }
  return name;
}

// A day of London begins up to an hour before that of UTC, and its last moment is on the day.
std::string FirstDay(const type::v1::DateInterval& date) {
  if (!date.has_earliest()) return "";
  return synth::TextOfDay((date.earliest().seconds() + kHourSeconds) / kDaySeconds);
}
std::string LastDay(const type::v1::DateInterval& date) {
  if (!date.has_latest()) return "";
  return synth::TextOfDay((date.latest().seconds() - 1) / kDaySeconds);
}

std::int64_t DaysOf(std::int64_t seconds) { return (seconds + kDaySeconds / 2) / kDaySeconds; }

std::string EventLine(const std::string& first, const std::string& last, const std::string& kind,
                      const std::string& what, bool is_cancelled, const std::string& agencies) {
  return absl::StrCat(first, "..", last, " ", kind, what.empty() ? "" : " ", what,
                      is_cancelled ? " found again" : "", " by ", agencies);
}

std::string LossLine(int place, const std::string& kind, int events, bool is_cancelled,
                     bool is_uncertain, const std::vector<std::string>& steps,
                     const std::vector<std::string>& contradictions) {
  return absl::StrCat(
      "loss ", place, " ", kind, " by ", events, is_cancelled ? ", found again" : "",
      is_uncertain ? ", order uncertain: " : ": ", absl::StrJoin(steps, ", "),
      contradictions.empty() ? "" : ", cannot be: ", absl::StrJoin(contradictions, ", "));
}

std::string StepWords(const std::string& state, const std::string& found, bool is_uncertain) {
  return absl::StrCat(state, found.empty() ? "" : " ", found, is_uncertain ? "?" : "");
}

std::string MeasureLine(const std::string& kind, std::int64_t minimum, std::int64_t maximum,
                        bool is_uncertain) {
  return absl::StrCat("measure ", kind, " ", minimum, "..", maximum, is_uncertain ? "?" : "");
}

// Lists that are told in an order that means nothing are compared without one.
std::string Sorted(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return absl::StrJoin(lines, "\n");
}

std::string WordsOf(const firearm::v1::LifeStory& story) {
  std::vector<std::string> lines = {Short(firearm::v1::FirearmState_Name(story.state()))};
  for (const firearm::v1::LifeEvent& event : story.events()) {
    std::string what;
    if (event.loss() != record::v1::LOSS_KIND_UNSPECIFIED) {
      what = Short(record::v1::LossKind_Name(event.loss()));
    } else if (event.disposal() != record::v1::DISPOSAL_KIND_UNSPECIFIED) {
      what = Short(record::v1::DisposalKind_Name(event.disposal()));
    }
    const type::v1::DateInterval& when = event.event().occurred();
    lines.push_back(EventLine(FirstDay(when), LastDay(when),
                              Short(record::v1::EventKind_Name(event.event().kind())), what,
                              event.is_cancelled(), absl::StrJoin(event.event().agencies(), ",")));
  }
  int place = 0;
  for (const firearm::v1::LossCase& one : story.loss_cases()) {
    std::vector<std::string> steps;
    for (const firearm::v1::LossStep& step : one.steps()) {
      steps.push_back(StepWords(Short(firearm::v1::FirearmState_Name(step.state())),
                                step.is_found() ? FirstDay(step.found()) : "",
                                step.order_is_uncertain()));
    }
    std::vector<std::string> contradictions;
    for (const auto& contradiction : one.contradictions()) {
      contradictions.push_back(Short(stolen::v1::CaseContradictionKind_Name(contradiction.kind())));
    }
    lines.push_back(LossLine(++place, Short(record::v1::LossKind_Name(one.kind())),
                             one.loss_events_size(), one.is_cancelled(), one.order_is_uncertain(),
                             steps, contradictions));
  }
  for (const firearm::v1::LifeMeasure& measure : story.measures()) {
    EXPECT_TRUE(measure.has_maximum_s());
    lines.push_back(MeasureLine(Short(firearm::v1::MeasureKind_Name(measure.kind())),
                                DaysOf(measure.minimum_s()), DaysOf(measure.maximum_s()),
                                measure.order_is_uncertain()));
  }
  for (const firearm::v1::LifeAlteration& one : story.alterations()) {
    lines.push_back(absl::StrCat("change ", Short(firearm::v1::AlterationKind_Name(one.kind()))));
  }
  place = 0;
  for (const firearm::v1::LifeLegalClass& one : story.legal_classes()) {
    lines.push_back(
        absl::StrCat("class ", ++place, " ",
                     Short(record::v1::LegalClass_Name(one.assessment().legal_class()))));
  }
  for (const firearm::v1::SisterSeizure& sister : story.sister_seizures()) {
    lines.push_back(absl::StrCat("sister ", FirstDay(sister.occurred()), " ",
                                 absl::StrJoin(sister.part_kinds(), ",")));
  }
  for (const firearm::v1::LifeRemark& remark : story.remarks()) {
    lines.push_back(absl::StrCat(remark.is_contradiction() ? "cannot be " : "missing ",
                                 Short(firearm::v1::RemarkKind_Name(remark.kind()))));
    EXPECT_FALSE(remark.explanation().empty());
  }
  EXPECT_EQ(story.abridged_size(), 0);
  return Sorted(std::move(lines));
}

std::string WordsOf(const KnownStory& story) {
  std::vector<std::string> lines = {story.state};
  for (const synth::KnownEvent& event : story.events) {
    lines.push_back(
        EventLine(event.told.first.has_value() ? synth::TextOfDay(*event.told.first) : "",
                  synth::TextOfDay(event.told.last), event.kind, event.what, event.is_cancelled,
                  absl::StrJoin(event.agencies, ",")));
  }
  int place = 0;
  for (const synth::KnownLoss& loss : story.losses) {
    std::vector<std::string> steps;
    for (const synth::KnownStep& step : loss.steps) {
      steps.push_back(StepWords(step.state,
                                step.found.has_value() ? synth::TextOfDay(*step.found) : "",
                                step.is_uncertain));
    }
    lines.push_back(LossLine(++place, loss.kind, loss.events, loss.is_cancelled, loss.is_uncertain,
                             steps, {loss.contradictions.begin(), loss.contradictions.end()}));
  }
  for (const synth::KnownMeasure& measure : story.measures) {
    lines.push_back(MeasureLine(measure.kind, measure.minimum_days, measure.maximum_days,
                                measure.is_uncertain));
  }
  for (const char* const one : story.alterations) lines.push_back(absl::StrCat("change ", one));
  place = 0;
  for (const char* const one : story.legal_classes) {
    lines.push_back(absl::StrCat("class ", ++place, " ", one));
  }
  for (const synth::KnownSister& sister : story.sisters) {
    lines.push_back(absl::StrCat("sister ", synth::TextOfDay(sister.day), " ", sister.part));
  }
  for (const char* const one : story.contradictions) {
    lines.push_back(absl::StrCat("cannot be ", one));
  }
  for (const char* const one : story.missing) lines.push_back(absl::StrCat("missing ", one));
  return Sorted(std::move(lines));
}

// Whether events are told in order: each begins no earlier than the one before, or, where that has
// no beginning, ends.
void ExpectInOrder(const firearm::v1::LifeStory& story) {
  std::string last;
  for (const firearm::v1::LifeEvent& event : story.events()) {
    const type::v1::DateInterval& when = event.event().occurred();
    const std::string day = when.has_earliest() ? FirstDay(when) : LastDay(when);
    EXPECT_LE(last, day);
    last = day;
  }
}

// Everything that is told, with names for events, the weapon and the series that do not depend on
// which of their records and exhibits came first; lists that are told in order of arrival in
// another.
std::string DigestOf(firearm::v1::LifeStory story) {
  std::vector<std::pair<std::string, std::string>> names;
  for (firearm::v1::LifeEvent& event : *story.mutable_events()) {
    auto& records = *event.mutable_event()->mutable_records();
    std::sort(records.begin(), records.end());
    names.emplace_back(event.event().event_id(),
                       absl::StrCat("event of ", absl::StrJoin(records, " ")));
    std::sort(event.mutable_sources()->begin(), event.mutable_sources()->end(),
              [](const auto& a, const auto& b) { return a.record_id() < b.record_id(); });
  }
  story.set_weapon_id(story.weapon_id().empty() ? "" : "weapon");
  story.set_series_id(story.series_id().empty() ? "" : "series");
  return absl::StrReplaceAll(story.DebugString(), names);
}

// --- Records that arrive

// A store and what was pushed to it.
class Arrival {
 public:
  explicit Arrival(const KnownLife& life) : life_(life) {}

  // The records at these places of the life, in commits of which one ends behind each place whose
  // bit of `cuts` is set.
  void Push(const std::vector<std::size_t>& order, std::uint64_t cuts) {
    std::vector<SentMessage> batch;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < order.size(); ++i) {
      batch.push_back({life_.records[order[i]].agency, life_.records[order[i]].message});
      places.push_back(order[i]);
      if (i + 1 < order.size() && (cuts >> (i % 64) & 1) == 0) continue;
      const auto acknowledgements = pipeline_.Push(batch);
      for (std::size_t j = 0; j < places.size(); ++j) {
        EXPECT_NE(acknowledgements[j].outcome(), ingest::v1::OUTCOME_REJECTED)
            << acknowledgements[j].ShortDebugString();
        ASSERT_FALSE(acknowledgements[j].record_id().empty());
        ids_[life_.records[places[j]].source_id] = acknowledgements[j].record_id();
      }
      batch.clear();
      places.clear();
    }
  }

  void Withdraw(const std::string& agency, const std::string& source_id) {
    pipeline_.Withdraw(agency, ids_.at(source_id));
  }

  firearm::v1::LifeStory Trace(const std::string& source_id) {
    return TraceGun(pipeline_, "nabis", ids_.at(source_id)).story();
  }
  firearm::v1::LifeStory Trace(const KnownStory& story) { return Trace(story.source_id); }

  // What is told of every gun, asked for by every record in `standing` that shows one.
  std::string Digests(const std::set<std::string>& standing) {
    std::string digests;
    for (const std::string& source_id : standing) {
      const auto shows = std::find_if(
          life_.records.begin(), life_.records.end(), [&](const synth::SyntheticRecord& record) {
            return record.source_id == source_id && !record.exhibits.empty();
          });
      if (shows == life_.records.end()) continue;
      absl::StrAppend(&digests, "by ", source_id, ":\n", DigestOf(Trace(source_id)));
    }
    return digests;
  }

 private:
  const KnownLife& life_;
  DerivationPipeline pipeline_;
  std::map<std::string, std::string> ids_;  // of records, by source id
};

std::vector<std::size_t> PlainOrder(const KnownLife& life) {
  std::vector<std::size_t> order(life.records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

std::set<std::string> AllRecords(const KnownLife& life) {
  std::set<std::string> all;
  for (const synth::SyntheticRecord& record : life.records) all.insert(record.source_id);
  return all;
}

TEST(KnownLivesProperty, WhatIsToldIsTheTruth) {
  ForEachSeed(12, [](std::uint64_t seed) {
    ForEachLife(seed, [](const KnownLife& life) {
      Arrival arrival(life);
      arrival.Push(PlainOrder(life), 0);
      for (const KnownStory& story : life.stories) {
        const firearm::v1::LifeStory told = arrival.Trace(story);
        EXPECT_EQ(WordsOf(told), WordsOf(story)) << told.DebugString();
        ExpectInOrder(told);
        // Nothing that can have been is denied: the time that it really took is among those told.
        for (const synth::KnownMeasure& truth : story.measures) {
          EXPECT_TRUE(std::any_of(told.measures().begin(), told.measures().end(),
                                  [&](const auto& measure) {
                                    return Short(firearm::v1::MeasureKind_Name(measure.kind())) ==
                                               truth.kind &&
                                           measure.minimum_s() - kHourSeconds <= truth.truly * 60 &&
                                           truth.truly * 60 <= measure.maximum_s() + kHourSeconds;
                                  }))
              << truth.kind;
        }
      }
    });
  });
}

TEST(KnownLivesProperty, TheOrderOfArrivalDecidesNothing) {
  std::size_t arrivals = 0;
  ForEachSeed(1, [&](std::uint64_t seed) {
    ForEachLife(seed, [&](const KnownLife& life) {
      std::vector<std::size_t> order = PlainOrder(life);
      Arrival plain(life);
      plain.Push(order, 0);
      const std::string expected = plain.Digests(AllRecords(life));
      const auto expect_same = [&](std::uint64_t cuts) {
        Arrival arrival(life);
        arrival.Push(order, cuts);
        ++arrivals;
        EXPECT_EQ(arrival.Digests(AllRecords(life)), expected)
            << "in the order " << absl::StrJoin(order, " ") << ", cut by " << cuts;
      };
      if (order.size() <= kAllOrdersMax) {
        // Every cut comes up, as the orders go by.
        do {
          expect_same(arrivals);
        } while (std::next_permutation(order.begin(), order.end()) && !testing::Test::HasFailure());
        return;
      }
      std::mt19937_64 random(seed);
      for (int i = 0; i < kOrdersOfMore && !testing::Test::HasFailure(); ++i) {
        std::shuffle(order.begin(), order.end(), random);
        expect_same(random());
      }
    });
  });
  RecordProperty("arrivals", static_cast<int>(arrivals));
}

TEST(KnownLivesProperty, WithdrawalUndoesAndResubmissionRestores) {
  ForEachSeed(3, [](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    ForEachLife(seed, [&](const KnownLife& life) {
      const std::set<std::string> all = AllRecords(life);
      Arrival plain(life);
      plain.Push(PlainOrder(life), 0);
      const std::string expected = plain.Digests(all);
      for (int round = 0; round < 4 && !testing::Test::HasFailure(); ++round) {
        std::vector<std::size_t> order = PlainOrder(life);
        std::shuffle(order.begin(), order.end(), random);
        Arrival arrival(life);
        arrival.Push(order, random());
        // One record at first, then any of them, but for one.
        std::vector<std::string> ids(all.begin(), all.end());
        std::shuffle(ids.begin(), ids.end(), random);
        const std::size_t gone = round == 0 ? 1 : 1 + random() % (ids.size() - 1);
        const std::set<std::string> standing(ids.begin() + static_cast<std::ptrdiff_t>(gone),
                                             ids.end());
        std::vector<std::size_t> standing_places;
        std::map<std::string, std::size_t> last_version;  // of those that go
        for (const std::size_t i : PlainOrder(life)) {
          const std::string& id = life.records[i].source_id;
          if (standing.contains(id)) {
            standing_places.push_back(i);
          } else {
            last_version[id] = i;
          }
        }
        for (const auto& [id, place] : last_version) {
          arrival.Withdraw(life.records[place].agency, id);
        }
        Arrival without(life);
        without.Push(standing_places, 0);
        EXPECT_EQ(arrival.Digests(standing), without.Digests(standing))
            << gone << " of " << ids.size() << " records withdrawn";
        std::vector<std::size_t> again;
        for (const auto& [id, place] : last_version) again.push_back(place);
        std::shuffle(again.begin(), again.end(), random);
        arrival.Push(again, random());
        EXPECT_EQ(arrival.Digests(all), expected) << gone << " records came again";
      }
    });
  });
}

// Among the records of a whole world, which are dirty, each life stays what it is.
TEST(KnownLivesProperty, AWorldAroundThemChangesNothing) {
  synth::StreamOptions options;
  options.seed = 11;
  options.records = 1500;
  options.dirt = synth::DirtLevel::kHeavy;
  options.known_lives = 3;
  const auto stream = synth::FeedStream::Create(options);
  ASSERT_TRUE(stream.ok()) << stream.status();
  DerivationPipeline pipeline;
  std::map<std::string, std::string> ids;  // of records, by agency and source id
  std::vector<SentMessage> batch;
  std::vector<std::string> names;
  const auto push = [&] {
    if (batch.empty()) return;
    const auto acknowledgements = pipeline.Push(batch);
    for (std::size_t i = 0; i < names.size(); ++i) {
      ids[names[i]] = acknowledgements[i].record_id();
    }
    batch.clear();
    names.clear();
  };
  synth::SyntheticRecord record;
  while ((*stream)->Next(&record)) {
    if (record.is_withdrawal) continue;
    batch.push_back({record.agency, record.message});
    names.push_back(absl::StrCat(record.agency, " ", record.source_id));
    if (batch.size() == 200) push();
  }
  push();
  EXPECT_EQ((*stream)->stories().size(), 3 * (std::size(synth::kLifeKinds) + 1));
  for (const KnownStory& story : (*stream)->stories()) {
    const std::string& id = ids.at(absl::StrCat(story.agency, " ", story.source_id));
    EXPECT_EQ(WordsOf(TraceGun(pipeline, "nabis", id).story()), WordsOf(story))
        << synth::LifeKindName(story.kind);
  }
}

}  // namespace
}  // namespace serieslink

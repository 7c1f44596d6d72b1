// Goal: known lives are records that agencies could send, beside a world that stays as it was, and
// their truth is of their records.
#include "tests/synth/known_lives.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingest/core/adapter.h"
#include "tests/synth/feed_stream.h"
#include "tests/synth/truth.h"

namespace serieslink::synth {
namespace {

const absl::Time kReceived = absl::FromUnixSeconds(1'700'000'000);
constexpr std::uint64_t kLives = 12;

World WorldOf(std::uint64_t seed) {
  World world;
  world.seed = seed;
  world.forces.assign(AllForces().begin(), AllForces().end());
  return world;
}

std::vector<KnownLife> LivesOf(std::uint64_t seed) {
  std::vector<KnownLife> lives;
  for (const LifeKind kind : kLifeKinds) {
    for (std::uint64_t number = 0; number < kLives; ++number) {
      lives.push_back(TellKnownLife(WorldOf(seed), kind, number, FeedStream::FirstDay()));
    }
  }
  return lives;
}

std::string TextOf(const KnownLife& life) {
  std::string text;
  for (const SyntheticRecord& record : life.records) {
    absl::StrAppend(&text, TruthLine(record), "\n", record.message.DebugString(), "\n");
  }
  for (const KnownStory& story : life.stories) absl::StrAppend(&text, StoryLine(story), "\n");
  return text;
}

TEST(KnownLivesTest, EveryRecordIsOneThatItsFeedAccepts) {
  for (const KnownLife& life : LivesOf(1)) {
    ASSERT_GE(life.records.size(), 3u);
    for (const SyntheticRecord& record : life.records) {
      EXPECT_EQ(ingest::FeedNameOf(record.message), record.feed);
      const ingest::AdaptedMessage adapted =
          ingest::Adapt(record.message, {.agency = record.agency, .received_time = kReceived});
      for (const auto& violation : adapted.violations) {
        ADD_FAILURE() << violation.field() << ": " << violation.description() << "\n"
                      << record.message.DebugString();
      }
      for (const auto& code : adapted.record.unknown_codes()) {
        ADD_FAILURE() << "unknown code in " << code.field() << "\n" << record.message.DebugString();
      }
      EXPECT_EQ(adapted.record.source().source_system(), record.system);
      EXPECT_EQ(adapted.record.source().source_id(), record.source_id);
      EXPECT_EQ(adapted.record.source_version(), record.version);
      EXPECT_TRUE(record.dirt.none());
      EXPECT_LT(record.arrival, MidnightOf(2023, 1, 1));
    }
  }
}

TEST(KnownLivesTest, EqualSeedsGiveEqualLives) {
  const std::vector<KnownLife> one = LivesOf(3);
  const std::vector<KnownLife> again = LivesOf(3);
  const std::vector<KnownLife> other = LivesOf(4);
  std::set<std::string> texts;
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(TextOf(one[i]), TextOf(again[i]));
    EXPECT_NE(TextOf(one[i]), TextOf(other[i]));
    texts.insert(TextOf(one[i]));
  }
  EXPECT_EQ(texts.size(), one.size());
}

// Each life has ids, numbers and serials of its own, and its truth names what its records have.
TEST(KnownLivesTest, TheTruthIsOfTheRecords) {
  std::set<std::string> ids;
  std::set<std::uint64_t> events;
  std::map<std::string, std::uint64_t> kind_of_serial;
  for (const KnownLife& life : LivesOf(1)) {
    std::set<std::string> own_ids;
    std::set<std::uint64_t> own_events;
    std::set<std::uint64_t> own_guns;
    std::set<std::string> serials;
    Minute last = 0;
    for (const SyntheticRecord& record : life.records) {
      EXPECT_GE(record.arrival, last);
      last = record.arrival;
      own_ids.insert(absl::StrCat(record.agency, " ", record.source_id));
      if (record.event.has_value()) own_events.insert(*record.event);
      for (const TrueExhibit& exhibit : record.exhibits) {
        own_guns.insert(exhibit.gun.value());
        serials.insert(exhibit.stamped);
      }
    }
    EXPECT_EQ(serials.size(), 1u) << "same serial, other make: two guns have one number";
    EXPECT_TRUE(kind_of_serial.try_emplace(*serials.begin(), 0).second);
    for (const std::string& id : own_ids) EXPECT_TRUE(ids.insert(id).second) << id;
    for (const std::uint64_t event : own_events) EXPECT_TRUE(events.insert(event).second);
    std::set<std::uint64_t> told_guns;
    for (const KnownStory& story : life.stories) {
      EXPECT_TRUE(told_guns.insert(story.gun).second);
      const auto asked = std::find_if(
          life.records.begin(), life.records.end(), [&](const SyntheticRecord& record) {
            return record.agency == story.agency && record.system == story.system &&
                   record.source_id == story.source_id;
          });
      ASSERT_NE(asked, life.records.end());
      EXPECT_EQ(asked->exhibits.at(0).gun, story.gun);
      ASSERT_FALSE(story.events.empty());
      for (const KnownEvent& event : story.events) {
        EXPECT_TRUE(own_events.contains(event.number));
        EXPECT_LE(event.told.first.value_or(event.told.last), event.told.last);
      }
      for (const KnownMeasure& measure : story.measures) {
        EXPECT_LE(measure.minimum_days * kDay, measure.truly) << measure.kind;
        EXPECT_GE(measure.maximum_days * kDay, measure.truly) << measure.kind;
      }
    }
    EXPECT_EQ(told_guns, own_guns);
  }
}

TEST(KnownLivesTest, AWorldIsTheSameWithThem) {
  StreamOptions options{.seed = 5, .records = 3000, .dirt = DirtLevel::kHeavy};
  const auto alone = FeedStream::Create(options);
  ASSERT_TRUE(alone.ok());
  EXPECT_TRUE((*alone)->stories().empty());
  options.known_lives = 4;
  const auto with = FeedStream::Create(options);
  ASSERT_TRUE(with.ok());
  SyntheticRecord expected;
  bool has_more = (*alone)->Next(&expected);
  SyntheticRecord record;
  std::set<std::string> known;
  std::set<std::uint64_t> guns;
  std::set<std::string> world_serials;
  std::set<std::string> known_serials;
  std::size_t before_the_end = 0;
  Minute last = 0;
  while ((*with)->Next(&record)) {
    EXPECT_GE(record.arrival, last) << "records come in the order in which they are sent";
    last = record.arrival;
    const bool is_of_world = has_more && TruthLine(record) == TruthLine(expected);
    for (const TrueExhibit& exhibit : record.exhibits) {
      (is_of_world ? world_serials : known_serials).insert(exhibit.stamped);
    }
    if (is_of_world) {
      EXPECT_EQ(record.message.SerializeAsString(), expected.message.SerializeAsString());
      has_more = (*alone)->Next(&expected);
      continue;
    }
    known.insert(absl::StrCat(record.source_id, " ", record.version));
    before_the_end += has_more;
    for (const TrueExhibit& exhibit : record.exhibits) guns.insert(exhibit.gun.value());
  }
  EXPECT_FALSE(has_more);
  EXPECT_GT(known.size(), 4 * std::size(kLifeKinds) * 3);
  EXPECT_GT(before_the_end, known.size() / 2) << "they are told beside the world, not behind it";
  EXPECT_EQ((*with)->stories().size(), guns.size());
  for (const std::string& serial : known_serials) EXPECT_FALSE(world_serials.contains(serial));
}

TEST(KnownLivesTest, OptionsWithoutThemAreRefused) {
  const auto code = [](const StreamOptions& options) {
    return FeedStream::Create(options).status().code();
  };
  EXPECT_EQ(code({.agencies = "mps,kent", .known_lives = 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.agencies = "btp,nabis,border_force", .known_lives = 1}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.known_lives = kKnownLivesMax + 1}), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.agencies = "kent,nabis,border_force", .known_lives = 1}), absl::StatusCode::kOk);
}

// README.md beside this file says what each kind is.
TEST(KnownLivesTest, KindsHaveNames) {
  std::set<std::string> names;
  for (const LifeKind kind : kLifeKinds) EXPECT_TRUE(names.insert(LifeKindName(kind)).second);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace serieslink::synth

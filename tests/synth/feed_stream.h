#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/synth/known_lives.h"
#include "tests/synth/story.h"
#include "tests/synth/synthetic_record.h"

namespace serieslink::synth {

struct StreamOptions {
  std::uint64_t seed = 1;
  // Messages to make. Versions and copies count; withdrawals come on top.
  std::uint64_t records = 10'000;
  DirtLevel dirt = DirtLevel::kTypical;
  // Agencies that report, divided by commas: forces of AllForces(), nabis, border_force. At least
  // one force.
  std::string agencies = kDefaultAgencies;
  // Known lives of each kind, told beside the others: at most kKnownLivesMax. Their records come on
  // top.
  std::uint64_t known_lives = 0;
};

// The records of a synthetic world of about ten years, in the order in which their agencies send
// them: late, copied and corrected ones, and withdrawals, in their places. The same options give
// the same records in every build; fewer records are not the beginning of more, for the years are
// the same. Holds the lives under way (about a kilobyte for each of the seventh part of all lives),
// and of records those of
// known lives. Those others are the same with and without known lives. Not thread-safe.
class FeedStream {
 public:
  // Errors: INVALID_ARGUMENT (an agency that does not exist, or no force among them; no records;
  // too many known lives, or agencies that are too few for them).
  static absl::StatusOr<std::unique_ptr<FeedStream>> Create(const StreamOptions& options);
  ~FeedStream();

  // What is true of the guns of all known lives, by kind and number.
  const std::vector<KnownStory>& stories() const { return stories_; }

  // Writes the next record over `record`. False when there is none.
  bool Next(SyntheticRecord* record);

  // The first day on which anything can happen.
  static Minute FirstDay();

 private:
  struct Telling;
  // The next record of a life.
  struct Due {
    Minute arrival;
    std::uint64_t life;
    std::uint32_t telling;
    // The heap's top is the earliest.
    friend bool operator<(const Due& a, const Due& b) {
      return a.arrival != b.arrival ? a.arrival > b.arrival : a.life > b.life;
    }
  };
  // Cases that a hub has received lately, for comparisons with other guns'.
  struct Received {
    std::string id;
    std::uint64_t life = 0;
    std::uint8_t calibre = 0;
  };

  FeedStream(World world, const StreamOptions& options);
  Minute StartOf(std::uint64_t life) const;
  void Begin(std::uint64_t life);
  void TellKnownLives(std::uint64_t lives);
  // Whether a record of a known life is sent before every other.
  bool IsKnownNext() const;
  // The exhibit of another gun for a comparison. False when there is none.
  bool FindStranger(Telling& telling, std::uint8_t plan, std::string* id);
  void Remember(const Telling& telling, std::uint8_t plan, const SyntheticRecord& record);

  World world_;
  const std::uint64_t records_;
  const std::uint64_t lives_;  // in ten years
  std::uint64_t made_ = 0;
  std::uint64_t next_life_ = 0;
  std::vector<std::unique_ptr<Telling>> tellings_;
  std::vector<std::uint32_t> free_;
  std::vector<Due> due_;  // a heap
  std::vector<Received> received_;
  std::size_t received_next_ = 0;
  std::vector<KnownStory> stories_;
  std::vector<SyntheticRecord> known_;  // in the order in which they are sent
  std::size_t known_next_ = 0;
};

}  // namespace serieslink::synth

#include "tests/synth/feed_stream.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/synth/message_writer.h"

namespace serieslink::synth {
namespace {

constexpr Minute kYears = 10 * 365 * kDay + 2 * kDay;
// Records that a life has sent by the end of the ten years, in hundredths.
constexpr std::uint64_t kRecordsPerHundredLives = 200;
// Too few lives would be chance alone: a small world is the beginning of one of this size.
constexpr std::uint64_t kLivesMin = 400;
constexpr std::size_t kReceivedMax = 1024;
constexpr int kStrangersTried = 24;

}  // namespace

// A life that is being told.
struct FeedStream::Telling {
  Life life;
  std::vector<std::uint8_t> order;  // of its plans, by arrival
  std::size_t next = 0;
  std::vector<std::pair<std::uint8_t, std::string>> strangers;  // chosen, by plan
};

absl::StatusOr<std::unique_ptr<FeedStream>> FeedStream::Create(const StreamOptions& options) {
  World world;
  world.seed = options.seed;
  world.rates = DirtRates(options.dirt);
  world.has_nabis = false;
  world.has_border_force = false;
  world.number_bits = 1;
  for (const absl::string_view name : absl::StrSplit(options.agencies, ',', absl::SkipEmpty())) {
    if (name == kNabis) {
      world.has_nabis = true;
    } else if (name == kBorderForce) {
      world.has_border_force = true;
    } else {
      const auto forces = AllForces();
      const auto force = std::find_if(forces.begin(), forces.end(),
                                      [&](const Force& one) { return name == one.agency; });
      if (force == forces.end()) {
        std::string known = "nabis, border_force";
        for (const Force& one : forces) absl::StrAppend(&known, ", ", one.agency);
        return absl::InvalidArgumentError(
            absl::StrCat("there is no agency \"", name, "\"; there are ", known));
      }
      world.forces.push_back(*force);
    }
  }
  if (world.forces.empty()) {
    return absl::InvalidArgumentError("at least one police force must be among the agencies");
  }
  if (options.records == 0) return absl::InvalidArgumentError("make at least one record");
  if (options.known_lives > kKnownLivesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("a world has at most ", kKnownLivesMax, " known lives of a kind"));
  }
  if (options.known_lives > 0 && !CanTellKnownLives(world)) {
    return absl::InvalidArgumentError(
        "known lives need nabis, border_force and a force that licenses guns among the agencies");
  }
  return std::unique_ptr<FeedStream>(new FeedStream(std::move(world), options));
}

FeedStream::FeedStream(World world, const StreamOptions& options)
    : world_(std::move(world)),
      records_(options.records),
      lives_(std::max(kLivesMin, options.records * 100 / kRecordsPerHundredLives)) {
  // Room for 256 numbers a life, and for more lives than are expected.
  while ((std::uint64_t{1} << world_.number_bits) < lives_ * 512) ++world_.number_bits;
  TellKnownLives(options.known_lives);
}

void FeedStream::TellKnownLives(std::uint64_t lives) {
  for (const LifeKind kind : kLifeKinds) {
    for (std::uint64_t number = 0; number < lives; ++number) {
      KnownLife life = TellKnownLife(world_, kind, number, FirstDay());
      std::move(life.records.begin(), life.records.end(), std::back_inserter(known_));
      std::move(life.stories.begin(), life.stories.end(), std::back_inserter(stories_));
    }
  }
  std::stable_sort(
      known_.begin(), known_.end(),
      [](const SyntheticRecord& a, const SyntheticRecord& b) { return a.arrival < b.arrival; });
}

FeedStream::~FeedStream() = default;

Minute FeedStream::FirstDay() { return MidnightOf(2013, 1, 1); }

Minute FeedStream::StartOf(std::uint64_t life) const {
  return FirstDay() + static_cast<Minute>(life * static_cast<std::uint64_t>(kYears) / lives_);
}

void FeedStream::Begin(std::uint64_t life) {
  std::uint32_t place = static_cast<std::uint32_t>(tellings_.size());
  if (free_.empty()) {
    tellings_.push_back(std::make_unique<Telling>());
  } else {
    place = free_.back();
    free_.pop_back();
  }
  Telling& telling = *tellings_[place];
  telling.life = TellLife(world_, life, StartOf(life));
  telling.next = 0;
  telling.strangers.clear();
  const std::vector<Plan>& plans = telling.life.plans;
  telling.order.resize(plans.size());
  std::iota(telling.order.begin(), telling.order.end(), std::uint8_t{0});
  std::stable_sort(telling.order.begin(), telling.order.end(), [&](std::uint8_t a, std::uint8_t b) {
    return plans[a].arrival < plans[b].arrival;
  });
  if (plans.empty()) {
    free_.push_back(place);
    return;
  }
  due_.push_back({plans[telling.order[0]].arrival, life, place});
  std::push_heap(due_.begin(), due_.end());
}

bool FeedStream::FindStranger(Telling& telling, std::uint8_t place, std::string* id) {
  const Plan& plan = telling.life.plans[place];
  if (plan.partner == Partner::kSameStranger) {
    for (const auto& [chooser, chosen] : telling.strangers) {
      if (chooser != plan.second) continue;
      *id = chosen;
      return true;
    }
    return false;
  }
  if (received_.empty()) return false;
  const std::uint8_t calibre = telling.life.guns[telling.life.plans[plan.first].gun].calibre;
  Random random(world_.seed, telling.life.number, 2000u + place);
  for (int i = 0; i < kStrangersTried; ++i) {
    const Received& other = received_[random.Below(static_cast<std::uint32_t>(received_.size()))];
    if (other.life == telling.life.number || other.calibre != calibre) continue;
    *id = other.id;
    telling.strangers.emplace_back(place, other.id);
    return true;
  }
  return false;
}

void FeedStream::Remember(const Telling& telling, std::uint8_t place,
                          const SyntheticRecord& record) {
  const Plan& plan = telling.life.plans[place];
  if (plan.sort != RecordSort::kNabisCases) return;
  Received received{record.source_id, telling.life.number, telling.life.guns[plan.gun].calibre};
  if (received_.size() < kReceivedMax) {
    received_.push_back(std::move(received));
  } else {
    received_[received_next_++ % kReceivedMax] = std::move(received);
  }
}

bool FeedStream::IsKnownNext() const {
  return known_next_ < known_.size() &&
         (made_ >= records_ || known_[known_next_].arrival <= due_.front().arrival);
}

bool FeedStream::Next(SyntheticRecord* record) {
  for (;;) {
    if (made_ < records_) {
      while (due_.empty() || StartOf(next_life_) <= due_.front().arrival) Begin(next_life_++);
    }
    if (IsKnownNext()) {
      *record = std::move(known_[known_next_++]);
      return true;
    }
    if (made_ >= records_) return false;
    std::pop_heap(due_.begin(), due_.end());
    Due due = due_.back();
    due_.pop_back();
    Telling& telling = *tellings_[due.telling];
    const std::uint8_t place = telling.order[telling.next++];
    const Plan& plan = telling.life.plans[place];
    std::string stranger;
    const bool known = plan.partner == Partner::kOwn || FindStranger(telling, place, &stranger);
    if (known) {
      WriteRecord(world_, telling.life, place, stranger, record);
      Remember(telling, place, *record);
    }
    if (telling.next < telling.order.size()) {
      due.arrival = telling.life.plans[telling.order[telling.next]].arrival;
      due_.push_back(due);
      std::push_heap(due_.begin(), due_.end());
    } else {
      free_.push_back(due.telling);
    }
    if (!known) continue;
    if (!record->is_withdrawal) ++made_;
    return true;
  }
}

}  // namespace serieslink::synth

#include "services/ingest/batch_room.h"

#include <chrono>
#include <utility>

namespace serieslink::ingest {
namespace {

// How often one that waits looks whether it still has to: a client that goes away wakes nobody.
constexpr std::chrono::milliseconds kLookEvery{100};

}  // namespace

BatchRoom::Holder::Holder(BatchRoom* room, std::string agency)
    : room_(room), agency_(std::move(agency)) {}

BatchRoom::Holder::~Holder() = default;

std::optional<BatchRoom::Share> BatchRoom::Holder::Take(std::size_t bytes,
                                                        const std::function<bool()>& is_over) {
  std::unique_lock lock(room_->mutex_);
  if (!room_->AwaitRoom(lock, *this, bytes, is_over)) return std::nullopt;
  room_->Change(*this, 0, bytes);
  return Share(this, bytes);
}

bool BatchRoom::Holder::Await(std::size_t bytes, const std::function<bool()>& is_over) {
  std::unique_lock lock(room_->mutex_);
  return room_->AwaitRoom(lock, *this, bytes, is_over);
}

BatchRoom::Share::Share(Share&& other) noexcept
    : holder_(std::exchange(other.holder_, nullptr)), bytes_(other.bytes_) {}

BatchRoom::Share::~Share() {
  if (holder_ != nullptr) Resize(0);
}

void BatchRoom::Share::Resize(std::size_t bytes) {
  const std::lock_guard lock(holder_->room_->mutex_);
  holder_->room_->Change(*holder_, std::exchange(bytes_, bytes), bytes);
}

bool BatchRoom::HasRoom(const Holder& holder, std::size_t bytes) const {
  const auto agency = agencies_.find(holder.agency_);
  if (agency == agencies_.end()) return true;
  return holder.held_ < limits_.stream_max && agency->second + bytes <= limits_.agency_max &&
         all_ + bytes <= limits_.all_max;
}

bool BatchRoom::AwaitRoom(std::unique_lock<std::mutex>& lock, const Holder& holder,
                          std::size_t bytes, const std::function<bool()>& is_over) {
  while (!HasRoom(holder, bytes)) {
    // Asked without the lock, for it may take others.
    lock.unlock();
    const bool over = is_over();
    lock.lock();
    if (over) return false;
    if (!HasRoom(holder, bytes)) shrank_.wait_for(lock, kLookEvery);
  }
  return true;
}

void BatchRoom::Change(Holder& holder, std::size_t from, std::size_t to) {
  holder.held_ += to - from;
  all_ += to - from;
  std::size_t& agency = agencies_[holder.agency_];
  agency += to - from;
  if (agency == 0) agencies_.erase(holder.agency_);
  if (to < from) shrank_.notify_all();
}

}  // namespace serieslink::ingest

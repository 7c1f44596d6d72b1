#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace serieslink::ingest {

// Bounds the bytes that batches take from when they are taken apart until their answers are taken
// by who sent them: of one stream, of one agency, and of all. Whoever does not read what it is
// answered soon finds no room for its next batch, and others do. Thread-safe.
class BatchRoom {
 public:
  // In bytes.
  struct Limits {
    std::size_t stream_max = 32u << 20;  // what it holds already when it takes more is below that
    std::size_t agency_max = 96u << 20;
    std::size_t all_max = 224u << 20;
  };

  explicit BatchRoom(const Limits& limits) : limits_(limits) {}
  BatchRoom(const BatchRoom&) = delete;
  BatchRoom& operator=(const BatchRoom&) = delete;

  class Share;

  // A stream, or a call, that takes room. The room must outlive it, and it its shares.
  class Holder {
   public:
    Holder(BatchRoom* room, std::string agency);
    ~Holder();
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    // Waits until there is room for `bytes` more, and takes it. An agency that holds nothing has
    // room for one batch, however large, whatever others hold. Nothing once `is_over`, which is
    // asked every now and then, and must be quick.
    std::optional<Share> Take(std::size_t bytes, const std::function<bool()>& is_over);
    // Waits as Take does, and takes nothing. False once `is_over`.
    bool Await(std::size_t bytes, const std::function<bool()>& is_over);

   private:
    friend class BatchRoom;
    BatchRoom* const room_;
    const std::string agency_;
    std::size_t held_ = 0;  // guarded by the room
  };

  // What a batch takes, for as long as it lives. Used by one thread at a time.
  class Share {
   public:
    Share(Share&& other) noexcept;
    Share& operator=(Share&&) = delete;
    ~Share();

    // It takes so many bytes from now on. More than before is not waited for.
    void Resize(std::size_t bytes);

   private:
    friend class BatchRoom;
    Share(Holder* holder, std::size_t bytes) : holder_(holder), bytes_(bytes) {}

    Holder* holder_;  // null: moved from
    std::size_t bytes_;
  };

 private:
  // With the lock.
  bool HasRoom(const Holder& holder, std::size_t bytes) const;
  bool AwaitRoom(std::unique_lock<std::mutex>& lock, const Holder& holder, std::size_t bytes,
                 const std::function<bool()>& is_over);
  void Change(Holder& holder, std::size_t from, std::size_t to);

  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable shrank_;
  std::map<std::string, std::size_t> agencies_;  // bytes of those that hold any
  std::size_t all_ = 0;
};

}  // namespace serieslink::ingest

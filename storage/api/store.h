#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

// The contract between Serieslink and whatever keeps its bytes.
//
// A store holds rows (ordered byte keys, byte values) in a few keyspaces. It knows the present
// only: history is data that its users write. It knows nothing of firearms.
//
// Every engine promises the same and is held to it by tests/conformance/storage. Errors are
// engine-neutral; an engine's own message goes to the process log and never upward.
namespace serieslink::storage {

// Each keyspace has exactly one writer (a service); anyone reads. The numbers are stored: they are
// never reused or renumbered.
enum class Keyspace : std::uint8_t {
  kMeta = 0,     // what the store is: format version, store key id. Written by the server at start.
  kLog = 1,      // what agencies and people asserted, in one order. Written by ingest.
  kDerived = 2,  // everything that follows from a prefix of the log. Written by the deriver.
  kAudit = 3,    // who saw and did what. Written by audit.
  kRejects = 4,  // refused input, kept for its agency. Written by ingest.
};
inline constexpr int kKeyspaceCount = 5;

// How many commits a keyspace has accepted: 0 for an empty one, then 1, 2, 3 ... without gaps. The
// position of kLog is the revision of the log: only commits of the log have revisions.
using Position = std::uint64_t;

// Bounds, with their reasons. An engine must accept everything within them. The bytes of a commit
// or a page are those of its keys and values.
inline constexpr std::size_t kKeyBytesMax = 1024;           // B-tree engines index keys
inline constexpr std::size_t kValueBytesMax = 16u << 20;    // one message over the wire is 4 MiB
inline constexpr std::size_t kCommitBytesMax = 256u << 20;  // a commit is held in memory twice
inline constexpr std::size_t kCommitWritesMax = 1u << 20;
inline constexpr std::size_t kScanRowsMax = 65536;  // one page of a scan
inline constexpr std::size_t kScanBytesMax = 32u << 20;
inline constexpr std::size_t kMultiGetKeysMax = 65536;  // one read of many keys

struct Row {
  std::string key;
  std::string value;
  friend bool operator==(const Row&, const Row&) = default;
};

// Half-open range [start, end) of keys in unsigned byte order. An empty `end` means "no upper
// bound"; an empty `start` means "from the first key". A range that ends at or before its start is
// empty. Bounds need not be keys, and may be longer than one.
struct KeyRange {
  std::string start;
  std::string end;

  // All keys that begin with `prefix`.
  static KeyRange Prefix(std::string_view prefix);
};

struct ScanOptions {
  std::size_t rows_max = 1024;       // 1 .. kScanRowsMax
  std::size_t bytes_max = 4u << 20;  // 1 .. kScanBytesMax; a first row is returned regardless
  bool reverse = false;              // from the end of the range downwards
};

struct ScanPage {
  std::vector<Row> rows;
  // Set exactly when the range holds more rows in this snapshot: pass it as KeyRange::start
  // (forward) or KeyRange::end (reverse) of the next call, in this snapshot or a later one. It is a
  // plain key bound, so pages stay stable under writes: no row that exists throughout is skipped or
  // returned twice.
  std::optional<std::string> resume;
};

// What one read of many keys found, where the engine keeps it: values are looked at, not copied. A
// value stays as it was read as long as this lives, whatever is written meanwhile, and when its
// snapshot has gone or its store is closed or destroyed. Small ones may be held with their
// neighbours (a block of 8 KiB in the embedded engine), so hold it for one step of a request, and
// read in groups what can be much. Used by one thread at a time; looking at it is thread-safe.
class PinnedValues {
 public:
  // Of an engine: keeps the bytes that values stand in until it is destroyed.
  class Pins {
   public:
    virtual ~Pins() = default;
  };

  PinnedValues() = default;
  // `values` stand in what `pins` keeps.
  PinnedValues(std::vector<std::optional<std::string_view>> values, std::unique_ptr<Pins> pins)
      : pins_(std::move(pins)), values_(std::move(values)) {}

  std::size_t size() const { return values_.size(); }
  // The value under the key of that place; nullopt where there is none.
  const std::optional<std::string_view>& operator[](std::size_t place) const {
    return values_[place];
  }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::unique_ptr<Pins> pins_;
  std::vector<std::optional<std::string_view>> values_;
};

// How long a commit must survive once Apply has returned OK.
enum class Durability {
  kSynced,    // survives SIGKILL and power loss
  kBuffered,  // survives nothing by itself, but never out of order: after a crash the keyspaces
              // hold a prefix of the sequence in which their commits were accepted, so a later
              // synced commit to any keyspace makes every earlier buffered one durable too
};

struct Write {
  std::string key;                   // 1 .. kKeyBytesMax bytes
  std::optional<std::string> value;  // no value erases the key; erasing an absent key is no error
};

// A set of writes to one keyspace that happens whole or not at all.
struct Commit {
  Keyspace keyspace = Keyspace::kLog;
  // The position that the writer built on. The engine refuses the commit when the keyspace has
  // moved: this is conflict detection and the fence of a writer's lease in one.
  Position base = 0;
  std::vector<Write> writes;  // a key at most once; any order (rising is cheapest); may be empty
  Durability durability = Durability::kSynced;
};

// One consistent cut through all keyspaces. Short-lived: hold it for one request, never across
// requests (an old snapshot keeps an engine from reclaiming space). Used by one thread at a time
// (an engine may bind it to one connection). Must not outlive its store; calls after Store::Close
// fail with FAILED_PRECONDITION.
class Snapshot {
 public:
  virtual ~Snapshot() = default;

  // Position of `keyspace` in this cut.
  virtual Position position(Keyspace keyspace) const = 0;

  // The value under `key`, or nullopt. A key that no commit can hold is absent.
  // Errors: DATA_LOSS (stored bytes fail their checksum), UNAVAILABLE (the engine could not read,
  // or lost this cut: take a new snapshot and start over), INVALID_ARGUMENT (no such keyspace),
  // FAILED_PRECONDITION (store closed).
  virtual absl::StatusOr<std::optional<std::string>> Get(Keyspace keyspace,
                                                         std::string_view key) const = 0;

  // Values in the order of `keys`, nullopt where absent; a key may stand several times. One round
  // trip for all of them.
  // Errors: INVALID_ARGUMENT (more than kMultiGetKeysMax keys), and as Get.
  virtual absl::StatusOr<PinnedValues> MultiGetPinned(Keyspace keyspace,
                                                      absl::Span<const std::string> keys) const = 0;

  // The same as copies, for values that are kept. Errors: the same.
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Keyspace keyspace, absl::Span<const std::string> keys) const;

  // One page of rows of `range` in key order (descending with `reverse`).
  // Errors: INVALID_ARGUMENT (options out of range), and as Get.
  virtual absl::StatusOr<ScanPage> Scan(Keyspace keyspace, const KeyRange& range,
                                        const ScanOptions& options) const = 0;
};

// Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  // A cut that contains every commit whose Apply returned before this call.
  // Errors: UNAVAILABLE, FAILED_PRECONDITION (store closed).
  virtual absl::StatusOr<std::unique_ptr<Snapshot>> NewSnapshot() = 0;

  // Applies `commit` atomically and returns the keyspace's new position, which is commit.base + 1.
  // Visible to every later snapshot at return, and durable as asked. Never visible before it is as
  // durable as asked. Commits of different keyspaces that are under way at once share one sync.
  // Errors:
  //   ABORTED             the keyspace is no longer at commit.base; nothing was written
  //   INVALID_ARGUMENT    a bound above is broken, or a key stands twice; nothing was written
  //   RESOURCE_EXHAUSTED  not enough space is free; nothing was written
  //   UNAVAILABLE         not known whether it was applied: read the position again. The engine
  //                       never returns it when it can find out by itself
  //   DATA_LOSS           the engine can no longer vouch for durability. Stop the process; after a
  //                       restart, read the position to learn whether this commit was applied
  //   FAILED_PRECONDITION store closed
  virtual absl::StatusOr<Position> Apply(const Commit& commit) = 0;

  // Blocks until the position of `keyspace` is at least `position`, and returns the position it has
  // then. Snapshots taken afterwards have it. A position that is there already is returned even
  // when `deadline` has passed, so that (keyspace, 0, absl::InfinitePast()) reads the position.
  // Errors: DEADLINE_EXCEEDED, CANCELLED (store closed while waiting), INVALID_ARGUMENT (no such
  // keyspace), FAILED_PRECONDITION (store closed before).
  virtual absl::StatusOr<Position> WaitForPosition(Keyspace keyspace, Position position,
                                                   absl::Time deadline) = 0;

  // Ends all waits, refuses later calls, waits for those under way, and makes all buffered commits
  // durable. Later calls do nothing and return OK. Destruction closes too, but tells no error.
  // Errors: DATA_LOSS, UNAVAILABLE (buffered commits may be lost; synced ones are not).
  virtual absl::Status Close() = 0;
};

}  // namespace serieslink::storage

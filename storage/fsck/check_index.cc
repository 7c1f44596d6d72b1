// Sorted-run indexes agree with themselves: the manifest names what is there, entries are in order,
// fences and filters lead to them. docs/formats/sorted_run_index.md shows the rows.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "serieslink/stored/v1/index.pb.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"
#include "storage/fsck/checks.h"
#include "storage/graph/index_block.h"
#include "storage/graph/index_rows.h"

namespace serieslink::fsck {
namespace {

using graph::IndexBlockCursor;
using stored::v1::IndexChunk;
using stored::v1::IndexManifest;
using stored::v1::IndexRun;

// The kinds of an index's rows, behind its prefix.
constexpr char kDelta = 'd';
constexpr char kBlock = 'b';
constexpr char kChunk = 'c';
constexpr std::size_t kPrefixBytes = 3;  // 'I', number, kind

// Blocks or chunks of one run, as a pass over the rows meets them.
struct Counted {
  std::uint32_t next = 0;  // number that the next one must have
  std::uint64_t entries = 0;
  std::string last_key;
};

class IndexCheck {
 public:
  IndexCheck(Context& context, const IndexTable& index, Report& report)
      : context_(context), index_(index), report_(report) {}

  absl::Status Run() {
    SL_ASSIGN_OR_RETURN(const auto bytes, context_.snapshot->Get(index_.spec->keyspace,
                                                                 IndexManifestKey(*index_.spec)));
    if (bytes && !manifest_.ParseFromString(*bytes)) {
      Add("its manifest is malformed");
      return absl::OkStatus();
    }
    CheckManifest();
    // Chunks come behind blocks in the order of keys, and are needed first: so they are read first.
    SL_RETURN_IF_ERROR(Pass(kChunk, [this](const storage::Row& row) { return Chunk(row); }));
    SL_RETURN_IF_ERROR(Pass(kBlock, [this](const storage::Row& row) { return Block(row); }));
    SL_RETURN_IF_ERROR(Pass(kDelta, [this](const storage::Row& row) { return Delta(row); }));
    for (const IndexRun& run : manifest_.runs()) {
      const Counted& blocks = blocks_[run.number()];
      const Counted& chunks = chunks_[run.number()];
      if (blocks.next != run.blocks() || blocks.entries != run.entries() ||
          chunks.next != run.chunks() || chunks.entries != run.entries()) {
        Add(absl::StrCat("run ", run.number(), " has ", blocks.next, " blocks, ", chunks.next,
                         " chunks and ", blocks.entries, " entries, and its manifest says ",
                         run.blocks(), ", ", run.chunks(), " and ", run.entries()));
      }
    }
    return absl::OkStatus();
  }

 private:
  template <typename Visit>
  absl::Status Pass(char kind, const Visit& visit) {
    std::string prefix = IndexManifestKey(*index_.spec);
    prefix.back() = kind;
    return ForEachPage(*context_.snapshot, index_.spec->keyspace, storage::KeyRange::Prefix(prefix),
                       [&](const std::vector<storage::Row>& rows) {
                         for (const storage::Row& row : rows) SL_RETURN_IF_ERROR(visit(row));
                         report_.LookedAt(rows.size());
                         return absl::OkStatus();
                       });
  }

  void CheckManifest() {
    const storage::Position position = context_.snapshot->position(index_.spec->keyspace);
    if (manifest_.flushed_position() > position) {
      Add(absl::StrCat("its manifest goes to position ", manifest_.flushed_position(),
                       ", and its keyspace to ", position));
    }
    const IndexRun* before = nullptr;
    for (const IndexRun& run : manifest_.runs()) {
      Claim(run.number());
      live_[run.number()] = &run;
      // A merge of a level takes all of its runs, so that numbers and levels tell age.
      if (before != nullptr &&
          (run.level() < before->level() ||
           (run.level() == before->level() && run.number() >= before->number()))) {
        Add(absl::StrCat("runs ", before->number(), " and ", run.number(),
                         " of its manifest are not in the order of their age"));
      }
      before = &run;
    }
    for (const auto& merge : manifest_.merges()) {
      Claim(merge.output_run());
      for (const std::uint64_t input : merge.input_runs()) {
        if (!live_.contains(input)) {
          Add(absl::StrCat("the merge into run ", merge.output_run(), " reads run ", input,
                           ", which is not there"));
        }
      }
    }
    for (const IndexRun& run : manifest_.garbage()) Claim(run.number());
  }

  void Claim(std::uint64_t run) {
    if (run == 0 || run >= manifest_.next_run() || !claimed_.insert({run, true}).second) {
      Add(absl::StrCat("its manifest names run ", run, " twice or before giving it out"));
    }
  }

  // Run and number in the key of a block or chunk.
  static absl::StatusOr<std::pair<std::uint64_t, std::uint32_t>> ParseKey(std::string_view key) {
    base::KeyReader reader(key.substr(kPrefixBytes));
    SL_ASSIGN_OR_RETURN(const std::uint64_t run, reader.ReadBe64());
    SL_ASSIGN_OR_RETURN(const std::uint32_t number, reader.ReadBe32());
    SL_RETURN_IF_ERROR(reader.Finish());
    return std::pair(run, number);
  }

  // Whether rows of `run` are to be looked at; rows of no run that the manifest knows are
  // leftovers.
  bool IsLive(std::uint64_t run, std::string_view what) {
    if (live_.contains(run)) return true;
    if (!claimed_.contains(run) && strays_.insert({run, true}).second) {
      Add(absl::StrCat(AbslView(what), " of run ", run,
                       " are there, and its manifest does not know that run"));
    }
    return false;
  }

  absl::Status Chunk(const storage::Row& row) {
    SL_ASSIGN_OR_RETURN(const auto key, ParseKey(row.key));
    const auto [run, number] = key;
    if (!IsLive(run, "chunks")) return absl::OkStatus();
    Counted& counted = chunks_[run];
    IndexChunk chunk;
    if (number != counted.next || !chunk.ParseFromString(row.value)) {
      Add(absl::StrCat("chunk ", counted.next, " of run ", run, " is malformed or missing"));
    }
    counted.next = number + 1;
    counted.entries += chunk.entries();
    // Fences and filters are small beside the blocks; they stay until the blocks have been read.
    chunk_rows_[run].push_back(std::move(chunk));
    return absl::OkStatus();
  }

  absl::Status Block(const storage::Row& row) {
    SL_ASSIGN_OR_RETURN(const auto key, ParseKey(row.key));
    const auto [run, number] = key;
    if (!IsLive(run, "blocks")) return absl::OkStatus();
    Counted& counted = blocks_[run];
    if (number != counted.next) {
      Add(absl::StrCat("block ", counted.next, " of run ", run, " is missing"));
    }
    counted.next = number + 1;
    const IndexChunk* chunk = nullptr;
    for (const IndexChunk& candidate : chunk_rows_[run]) {
      if (number >= candidate.first_block() &&
          number - candidate.first_block() < static_cast<std::uint32_t>(candidate.fences_size())) {
        chunk = &candidate;
      }
    }
    const std::string name = absl::StrCat("block ", number, " of run ", run);
    if (chunk == nullptr) Add(absl::StrCat(name, " belongs to no chunk"));
    auto cursor = IndexBlockCursor::Open(row.value);
    bool is_first = true;
    bool is_denied = false;
    bool is_unordered = false;
    absl::Status status = cursor.status();
    while (status.ok() && cursor->valid()) {
      if (counted.entries > 0 && cursor->key() <= counted.last_key) is_unordered = true;
      if (chunk != nullptr) {
        if (is_first) {
          const std::string& fence = chunk->fences(static_cast<int>(number - chunk->first_block()));
          if (fence > cursor->key() || (counted.entries > 0 && fence <= counted.last_key)) {
            Add(absl::StrCat(name, " is not where its fence says"));
          }
        }
        is_denied =
            is_denied || !graph::IndexFilterMayHold(
                             chunk->filter(),
                             graph::IndexFilterHash(cursor->key(), chunk->filter_prefix_bytes()));
      }
      is_first = false;
      ++counted.entries;
      counted.last_key = cursor->key();
      status = cursor->Next();
    }
    if (!status.ok()) Add(absl::StrCat(name, " is malformed"));
    if (is_unordered) Add(absl::StrCat(name, " has entries out of order"));
    if (is_denied) Add(absl::StrCat("the filter over ", name, " denies keys that it holds"));
    if (chunk != nullptr && status.ok() &&
        number + 1 == chunk->first_block() + static_cast<std::uint32_t>(chunk->fences_size()) &&
        counted.last_key != chunk->last_key()) {
      Add(absl::StrCat(name, " does not end with the last key of its chunk"));
    }
    return absl::OkStatus();
  }

  absl::Status Delta(const storage::Row& row) {
    SL_ASSIGN_OR_RETURN(const auto key, ParseKey(row.key));
    const auto [position, part] = key;
    // What a merge has taken in is erased a little later.
    if (position <= manifest_.flushed_position()) return absl::OkStatus();
    const std::string name = absl::StrCat("part ", part, " of the delta of position ", position);
    if (position > context_.snapshot->position(index_.spec->keyspace)) {
      Add(absl::StrCat(name, " lies beyond the position of its keyspace"));
    }
    if (position != delta_position_) {
      delta_position_ = position;
      delta_ = Counted();
    }
    if (part != delta_.next) {
      Add(absl::StrCat("part ", delta_.next, " of the delta of position ", position,
                       " is missing"));
    }
    delta_.next = part + 1;
    auto cursor = IndexBlockCursor::Open(row.value);
    absl::Status status = cursor.status();
    bool is_unordered = false;
    while (status.ok() && cursor->valid()) {
      if (delta_.entries > 0 && cursor->key() <= delta_.last_key) is_unordered = true;
      ++delta_.entries;
      delta_.last_key = cursor->key();
      status = cursor->Next();
    }
    if (!status.ok()) Add(absl::StrCat(name, " is malformed"));
    if (is_unordered) Add(absl::StrCat(name, " has entries out of order"));
    return absl::OkStatus();
  }

  void Add(std::string_view finding) {
    report_.Add(absl::StrCat("index ", AbslView(index_.name), ": ", AbslView(finding)));
  }

  Context& context_;
  const IndexTable& index_;
  Report& report_;
  IndexManifest manifest_;
  std::map<std::uint64_t, const IndexRun*> live_;
  std::map<std::uint64_t, bool> claimed_;
  std::map<std::uint64_t, bool> strays_;
  std::map<std::uint64_t, Counted> blocks_;
  std::map<std::uint64_t, Counted> chunks_;
  std::map<std::uint64_t, std::vector<IndexChunk>> chunk_rows_;
  storage::Position delta_position_ = 0;
  Counted delta_;
};

}  // namespace

absl::Status CheckIndexRuns(Context& context, Report& report) {
  for (const IndexTable& index : Indexes()) {
    SL_RETURN_IF_ERROR(IndexCheck(context, index, report).Run());
  }
  // Rows of an index that nothing here knows.
  std::uint8_t seen = 0;
  return ForEachPage(*context.snapshot, storage::Keyspace::kDerived, storage::KeyRange::Prefix("I"),
                     [&](const std::vector<storage::Row>& rows) {
                       for (const storage::Row& row : rows) {
                         const auto number =
                             static_cast<std::uint8_t>(row.key.size() > 1 ? row.key[1] : 0);
                         if (number == seen) continue;
                         seen = number;
                         const bool is_known = std::any_of(
                             Indexes().begin(), Indexes().end(),
                             [&](const IndexTable& index) { return index.spec->number == number; });
                         if (!is_known)
                           report.Add(absl::StrCat("an index of the unknown number ", number));
                       }
                       return absl::OkStatus();
                     });
}

absl::Status CheckIndexEntries(Context& context, Report& report) {
  for (const IndexTable& table : Indexes()) {
    if (table.new_check == nullptr) continue;
    graph::SortedRunIndex index(*table.spec);
    SL_ASSIGN_OR_RETURN(const graph::SortedRunView view, index.View(*context.snapshot));
    const std::unique_ptr<EntryCheck> check = table.new_check(context, view, report);
    storage::KeyRange range;
    while (true) {
      SL_ASSIGN_OR_RETURN(graph::IndexPage page, view.Scan(range, 4096));
      SL_RETURN_IF_ERROR(check->Check(page.entries));
      report.LookedAt(page.entries.size());
      if (!page.resume) break;
      range.start = *std::move(page.resume);
    }
  }
  return absl::OkStatus();
}

}  // namespace serieslink::fsck

#include "storage/graph/index_rows.h"

#include <algorithm>

#include "storage/base/digest.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

constexpr char kIndexPrefix = 'I';
constexpr char kManifest = 'm';
constexpr char kDelta = 'd';
constexpr char kBlock = 'b';
constexpr char kChunk = 'c';

constexpr std::size_t kFilterLineBytes = 64;
constexpr std::size_t kFilterBitsPerHash = 10;
constexpr int kFilterProbes = 6;

std::string Prefix(const SortedRunSpec& spec, char kind) {
  std::string key;
  key.reserve(15);
  key.push_back(kIndexPrefix);
  base::AppendU8(&key, spec.number);
  key.push_back(kind);
  return key;
}

// The line of `filter` that `hash` belongs to, by its upper half; the probes take the lower bits.
std::size_t LineOffset(std::size_t filter_bytes, std::uint64_t hash) {
  const std::uint64_t lines = filter_bytes / kFilterLineBytes;
  return static_cast<std::size_t>(((hash >> 32) * lines) >> 32) * kFilterLineBytes;
}

// Bit of a line touched by probe `i`.
unsigned ProbeBit(std::uint64_t hash, int i) {
  // 9 bits each for six probes, from a remix so that they do not follow the choice of the line.
  return static_cast<unsigned>((hash * 0x9E3779B97F4A7C15u) >> (9 * i + 10)) & 511;
}

}  // namespace

std::string IndexManifestKey(const SortedRunSpec& spec) { return Prefix(spec, kManifest); }

std::string IndexDeltaKey(const SortedRunSpec& spec, storage::Position position,
                          std::uint32_t part) {
  std::string key = Prefix(spec, kDelta);
  base::AppendBe64(&key, position);
  base::AppendBe32(&key, part);
  return key;
}

storage::KeyRange IndexDeltaRange(const SortedRunSpec& spec, storage::Position after,
                                  storage::Position through) {
  return {IndexDeltaKey(spec, after + 1, 0), IndexDeltaKey(spec, through + 1, 0)};
}

absl::StatusOr<storage::Position> IndexDeltaPosition(const SortedRunSpec& spec,
                                                     std::string_view key) {
  base::KeyReader reader(key);
  SL_RETURN_IF_ERROR(reader.Expect(Prefix(spec, kDelta)));
  return reader.ReadBe64();
}

std::string IndexBlockKey(const SortedRunSpec& spec, std::uint64_t run, std::uint32_t block) {
  std::string key = Prefix(spec, kBlock);
  base::AppendBe64(&key, run);
  base::AppendBe32(&key, block);
  return key;
}

std::string IndexChunkKey(const SortedRunSpec& spec, std::uint64_t run, std::uint32_t chunk) {
  std::string key = Prefix(spec, kChunk);
  base::AppendBe64(&key, run);
  base::AppendBe32(&key, chunk);
  return key;
}

storage::KeyRange IndexChunkRange(const SortedRunSpec& spec, std::uint64_t run) {
  std::string prefix = Prefix(spec, kChunk);
  base::AppendBe64(&prefix, run);
  return storage::KeyRange::Prefix(prefix);
}

std::uint64_t IndexFilterHash(std::string_view key, std::size_t filter_prefix_bytes) {
  return base::StableHash64(filter_prefix_bytes == 0 ? key : key.substr(0, filter_prefix_bytes));
}

std::string BuildIndexFilter(absl::Span<const std::uint64_t> hashes) {
  const std::size_t bytes = (hashes.size() * kFilterBitsPerHash + 7) / 8;
  const std::size_t lines =
      std::max<std::size_t>(1, (bytes + kFilterLineBytes - 1) / kFilterLineBytes);
  std::string filter(lines * kFilterLineBytes, '\0');
  for (std::uint64_t hash : hashes) {
    char* line = filter.data() + LineOffset(filter.size(), hash);
    for (int i = 0; i < kFilterProbes; ++i) {
      const unsigned bit = ProbeBit(hash, i);
      line[bit / 8] = static_cast<char>(line[bit / 8] | (1 << (bit % 8)));
    }
  }
  return filter;
}

bool IndexFilterMayHold(std::string_view filter, std::uint64_t hash) {
  if (filter.size() < kFilterLineBytes) return true;
  const char* line = filter.data() + LineOffset(filter.size(), hash);
  for (int i = 0; i < kFilterProbes; ++i) {
    const unsigned bit = ProbeBit(hash, i);
    if ((line[bit / 8] & (1 << (bit % 8))) == 0) return false;
  }
  return true;
}

}  // namespace serieslink::graph

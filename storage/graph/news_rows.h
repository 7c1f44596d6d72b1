#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/stored/v1/news.pb.h"
#include "storage/api/store.h"
#include "storage/graph/keys.h"

// Rows that say where each commit of the log may have changed weapons that matter, in the order of
// revisions, so that a stream of alerts reads on from where it was:
//
//   kDerived  'W' revision:8 part:4   RevisionNews
namespace serieslink::graph {

// Exhibits, or ends of pairs, that one part names at most.
inline constexpr int kNewsPartMax = 64;

// What tells one part from all others. The first part of a revision is 0.
struct NewsKey {
  Revision revision = 0;
  std::uint32_t part = 0;
  friend auto operator<=>(const NewsKey&, const NewsKey&) = default;
};
std::string EncodeNewsKey(const NewsKey& key);
// Errors: DATA_LOSS (no such key).
absl::StatusOr<NewsKey> ParseNewsKey(std::string_view key);
// Keys of all parts at and behind `from`.
storage::KeyRange NewsRange(const NewsKey& from);
// Keys of all parts.
storage::KeyRange AllNewsRange();

struct NewsRow {
  NewsKey key;
  stored::v1::RevisionNews news;
};

// The first parts at and behind `from`, in order: `rows_max`, or fewer when there are no more.
// Errors: DATA_LOSS (a row is malformed), and those of the store.
absl::StatusOr<std::vector<NewsRow>> ScanNews(const storage::Snapshot& snapshot,
                                              const NewsKey& from, std::size_t rows_max);

}  // namespace serieslink::graph

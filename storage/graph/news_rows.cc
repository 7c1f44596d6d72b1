#include "storage/graph/news_rows.h"

#include <algorithm>
#include <utility>

#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

constexpr char kNews = 'W';
constexpr std::size_t kPageRows = 256;

}  // namespace

std::string EncodeNewsKey(const NewsKey& key) {
  std::string bytes(1, kNews);
  base::AppendBe64(&bytes, key.revision);
  base::AppendBe32(&bytes, key.part);
  return bytes;
}

absl::StatusOr<NewsKey> ParseNewsKey(std::string_view bytes) {
  base::KeyReader reader(bytes);
  NewsKey key;
  SL_RETURN_IF_ERROR(reader.Expect(std::string_view(&kNews, 1)));
  SL_ASSIGN_OR_RETURN(key.revision, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(key.part, reader.ReadBe32());
  SL_RETURN_IF_ERROR(reader.Finish());
  return key;
}

storage::KeyRange NewsRange(const NewsKey& from) {
  return {EncodeNewsKey(from), std::string(1, static_cast<char>(kNews + 1))};
}

storage::KeyRange AllNewsRange() { return NewsRange({}); }

absl::StatusOr<std::vector<NewsRow>> ScanNews(const storage::Snapshot& snapshot,
                                              const NewsKey& from, std::size_t rows_max) {
  storage::KeyRange range = NewsRange(from);
  std::vector<NewsRow> news;
  while (news.size() < rows_max) {
    storage::ScanOptions options;
    options.rows_max = std::min(kPageRows, rows_max - news.size());
    SL_ASSIGN_OR_RETURN(storage::ScanPage page,
                        snapshot.Scan(storage::Keyspace::kDerived, range, options));
    for (const storage::Row& row : page.rows) {
      NewsRow& one = news.emplace_back();
      SL_ASSIGN_OR_RETURN(one.key, ParseNewsKey(row.key));
      if (!one.news.ParseFromString(row.value)) {
        return absl::DataLossError("a row of news is malformed");
      }
    }
    if (!page.resume) break;
    range.start = *std::move(page.resume);
  }
  return news;
}

}  // namespace serieslink::graph

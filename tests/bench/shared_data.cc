#include "tests/bench/shared_data.h"

#include <zlib.h>

#include <cstdlib>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/csv_reader.h"
#include "tests/bench/figures.h"

namespace serieslink::bench {

std::optional<std::string> ReadSharedText(const std::string& path) {
  const char* const shared = std::getenv("SERIESLINK_SHARED_DATA");
  const std::string folder = shared != nullptr ? shared : SERIESLINK_DATA_BESIDE_SOURCE;
  const gzFile file = gzopen(absl::StrCat(folder, "/", path).c_str(), "rb");  // plain ones too
  if (file == nullptr) return std::nullopt;
  std::string text;
  char buffer[1 << 16];
  int count = 0;
  while ((count = gzread(file, buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  gzclose(file);
  if (count < 0) Die(absl::StrCat(path, " cannot be read to its end"));
  return text;
}

std::vector<Row> ReadSharedRows(const std::string& path) {
  const std::optional<std::string> text = ReadSharedText(path);
  if (!text.has_value()) return {};
  std::istringstream in(*text);
  std::vector<std::string> names;
  std::vector<Row> rows;
  cli::CsvSink sink;
  sink.on_row = [&](cli::CsvRow&& row) {
    if (names.empty()) {
      names = std::move(row.cells);
      return absl::OkStatus();
    }
    Row& cells = rows.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) {
      cells[names[i]] = i < row.cells.size() ? row.cells[i] : "";
    }
    return absl::OkStatus();
  };
  sink.on_spoiled = [&](cli::SpoiledRow&& row) {
    return absl::InvalidArgumentError(absl::StrCat("row ", row.number, ": ", row.problem));
  };
  if (const absl::Status status = cli::ReadCsv(in, ',', sink); !status.ok()) {
    Die(absl::StrCat(path, ": ", std::string(status.message())));
  }
  return rows;
}

}  // namespace serieslink::bench

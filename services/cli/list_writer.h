#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "services/cli/table.h"

namespace serieslink::cli {

// Hands on what a list has, as its pages come: as JSON and CSV at once, as a table, whose columns
// are as wide as their cells, at the end. Not thread-safe.
class ListWriter {
 public:
  // `name` is what the list holds, e.g. "series"; static storage. `out` must outlive the writer.
  ListWriter(std::string_view name, std::vector<std::string> headings, Format format,
             std::ostream& out);

  // `json` is the item as an object on one line; `row` has a cell for each heading.
  void Add(const std::string& json, std::vector<std::string> row);

  // What is said of the list as a whole, as JSON; only in that format.
  void AddFact(std::string_view name, const std::string& json);

  // The end, with the revision that answered. Tables are as wide as `width_columns`.
  void Finish(std::int64_t revision, bool there_are_more, int width_columns);

  std::int64_t count() const { return count_; }

 private:
  // The headings of CSV, once.
  void BeginCsv();

  const std::string_view name_;
  const Format format_;
  std::ostream& out_;
  Table table_;
  bool has_begun_csv_ = false;
  std::int64_t count_ = 0;
  std::string facts_;
};

}  // namespace serieslink::cli

#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "services/cli/exchange_scheme.h"

namespace serieslink::cli {

// Hands on what is exported: lines of JSON at once, rows of CSV at the end, when all columns are
// known. Not thread-safe.
class ExchangeWriter {
 public:
  // `out` must outlive the writer.
  ExchangeWriter(ExchangeScheme scheme, bool is_csv, std::ostream& out)
      : scheme_(scheme), is_csv_(is_csv), out_(out) {}

  void Add(ExchangeRow row);
  void Finish();

  std::int64_t count() const { return count_; }
  // How many rows have nothing in a column that the register requires, by column: it will refuse
  // them. Empty where INTERPOL does not publish what it requires.
  const std::map<std::string, std::int64_t>& lacking() const { return lacking_; }

 private:
  // The columns of the scheme, and behind them, by name, those that `row` has beside them.
  std::vector<std::string> ColumnsOfRow(const ExchangeRow& row) const;

  const ExchangeScheme scheme_;
  const bool is_csv_;
  std::ostream& out_;
  std::int64_t count_ = 0;
  std::map<std::string, std::int64_t> lacking_;
  std::vector<ExchangeRow> rows_;  // of CSV
};

}  // namespace serieslink::cli

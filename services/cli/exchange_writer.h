#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/cli/exchange_scheme.h"

namespace serieslink::cli {

// Hands on what is exported: lines of JSON at once, rows of CSV at the end, when all columns are
// known. Until then these wait in a file of the folder for temporary files that has no name and is
// gone with the process: what is held in memory does not grow with what is exported. Not
// thread-safe.
class ExchangeWriter {
 public:
  // `out` must outlive the writer.
  ExchangeWriter(ExchangeScheme scheme, bool is_csv, std::ostream& out)
      : scheme_(scheme), is_csv_(is_csv), out_(out) {}

  // Errors: UNAVAILABLE (the folder for temporary files takes no more).
  absl::Status Add(const ExchangeRow& row);
  // Errors: UNAVAILABLE (what was put aside cannot be read again).
  absl::Status Finish();

  std::int64_t count() const { return count_; }
  // How many rows have nothing in a column that the register requires, by column: it will refuse
  // them. Empty where INTERPOL does not publish what it requires.
  const std::map<std::string, std::int64_t>& lacking() const { return lacking_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  // The columns of the scheme, and behind them, by name, those of `others` that it does not have.
  std::vector<std::string> ColumnsWith(const std::set<std::string>& others) const;
  absl::Status PutAside(const ExchangeRow& row);

  const ExchangeScheme scheme_;
  const bool is_csv_;
  std::ostream& out_;
  std::int64_t count_ = 0;
  std::map<std::string, std::int64_t> lacking_;
  // Of CSV: the columns of all rows, and the rows.
  std::set<std::string> columns_;
  std::unique_ptr<std::FILE, CloseFile> aside_;
};

}  // namespace serieslink::cli

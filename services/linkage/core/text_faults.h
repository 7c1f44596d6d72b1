#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"

namespace serieslink::linkage {

// Gathers what protobuf's reader of the text format does not like, with lines: unknown fields are
// its warnings, for it can read on after them; its first error ends the reading.
class TextFaults : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber, const std::string& what) override {
    faults_.push_back(absl::StrCat("line ", line + 1, ": ", what));
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& what) override {
    AddError(line, column, what);
  }
  std::vector<std::string>& faults() { return faults_; }

 private:
  std::vector<std::string> faults_;
};

}  // namespace serieslink::linkage

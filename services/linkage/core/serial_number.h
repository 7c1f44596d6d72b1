#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/linkage/core/serial.h"

// The reading of one number of a serial field (serial.h), once several numbers and notes in
// brackets are told apart.
namespace serieslink::linkage {

// Runs of letters, digits, wildcards and letters of other scripts. A single "_" between letters or
// digits separates ("LH_417"), and so does a "." but for a run of them, which is an ellipsis. Of
// folded text (latin_fold.h); views into it.
std::vector<absl::string_view> SerialTokens(absl::string_view folded);

// What words of a text say.
struct SaidByWords {
  bool removed = false;
  bool absent = false;
  bool unread = false;
  bool partial = false;
  bool uncertain = false;
};
SaidByWords MeaningOfWords(const std::vector<absl::string_view>& tokens);

// One number, or what is written instead of it, of folded text. Never fails on any bytes.
SerialReading ReadOneNumber(absl::string_view folded);

// A reading with its class and reason.
SerialReading MakeReading(SerialClass serial_class, absl::string_view reason,
                          std::string canonical = std::string());

// Makes a usable reading one in doubt, unless it is already.
void CastDoubt(SerialDoubt doubt, absl::string_view reason, SerialReading* reading);

}  // namespace serieslink::linkage

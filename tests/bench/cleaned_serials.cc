#include "tests/bench/cleaned_serials.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/serial.h"

namespace serieslink::bench {
namespace {

using linkage::SerialReading;

// Whether a record with this row's fields has the number as a fact of its gun.
bool IsKept(const Row& row) {
  absl::InlinedVector<linkage::SerialFact, 1> facts;
  linkage::AddSerialFacts(row.at("serial_raw"), linkage::SerialPart::kUnspecified,
                          linkage::StatedLegibility::kUnspecified, &facts,
                          {row.at("make_raw"), "", row.at("calibre_raw")});
  return std::any_of(facts.begin(), facts.end(), [](const auto& fact) { return !fact.partial; });
}

std::string ClassOf(const SerialReading& reading) {
  return absl::StrCat("read as ", linkage::SerialClassName(reading.serial_class),
                      reading.reason.empty() ? "" : ": ", reading.reason);
}

}  // namespace

CleanedSerials CompareCleanedSerials(const std::vector<Row>& rows) {
  CleanedSerials result;
  for (const Row& row : rows) {
    ++result.rows;
    const std::string& cleaned = row.at("serial_clean");
    const std::vector<SerialReading> readings = linkage::ReadSerials(row.at("serial_raw"));
    const auto usable = std::count_if(readings.begin(), readings.end(),
                                      [](const SerialReading& one) { return one.usable(); });
    if (cleaned.empty()) {
      if (usable == 0) {
        ++result.both_none;
      } else {
        ++result.disagreements["a number where the analyst has none"];
      }
      continue;
    }
    ++result.numbers;
    if (usable == 0) {
      ++result.disagreements[ClassOf(readings.front())];
    } else if (readings.size() > 1) {
      ++result.disagreements["read as several numbers"];
    } else if (readings.front().canonical != linkage::CanonicalSerial(cleaned)) {
      ++result.disagreements["another number"];
    } else if (!IsKept(row)) {
      ++result.disagreements["not kept: it is the gun's own make and calibre"];
    } else {
      ++(readings.front().canonical == absl::AsciiStrToUpper(cleaned) ? result.equal
                                                                      : result.equal_in_form);
      if (readings.front().doubt != linkage::SerialDoubt::kNone) {
        ++result.in_doubt[std::string(readings.front().reason)];
      }
    }
  }
  return result;
}

}  // namespace serieslink::bench

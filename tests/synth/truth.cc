#include "tests/synth/truth.h"

#include "absl/strings/str_cat.h"

namespace serieslink::synth {

// No text of a record's names and references holds a character that JSON escapes.
std::string TruthLine(const SyntheticRecord& record) {
  std::string line = absl::StrCat("{\"agency\":\"", record.agency, "\",\"feed\":\"", record.feed,
                                  "\",\"sourceSystem\":\"", record.system, "\",\"sourceId\":\"",
                                  record.source_id, "\",\"version\":", record.version,
                                  ",\"sent\":\"", DayText(record.arrival), "\"");
  if (record.is_withdrawal) absl::StrAppend(&line, ",\"withdrawal\":true");
  if (record.event.has_value()) absl::StrAppend(&line, ",\"event\":", *record.event);
  if (!record.exhibits.empty()) {
    const char* separator = ",\"exhibits\":[";
    for (const TrueExhibit& exhibit : record.exhibits) {
      absl::StrAppend(&line, separator, "{\"reference\":\"", exhibit.reference, "\"");
      if (exhibit.gun.has_value()) absl::StrAppend(&line, ",\"gun\":", *exhibit.gun);
      line.push_back('}');
      separator = ",";
    }
    line.push_back(']');
  }
  if (record.dirt.any()) {
    const char* separator = ",\"dirt\":[\"";
    for (const DirtRow& row : DirtTable()) {
      if (!Has(row.kind, record.dirt)) continue;
      absl::StrAppend(&line, separator, row.name, "\"");
      separator = ",\"";
    }
    line.push_back(']');
  }
  line.push_back('}');
  return line;
}

}  // namespace serieslink::synth

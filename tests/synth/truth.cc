#include "tests/synth/truth.h"

#include "absl/strings/str_cat.h"

namespace serieslink::synth {
namespace {

// Appends fields to an object of JSON.
class Fields {
 public:
  explicit Fields(std::string* out) : out_(*out) { out_.push_back('{'); }
  Fields& Text(const char* name, absl::string_view text) {
    if (text.empty()) return *this;
    absl::StrAppend(&Begin(name), "\"", text, "\"");
    return *this;
  }
  Fields& Number(const char* name, std::uint64_t number) {
    absl::StrAppend(&Begin(name), number);
    return *this;
  }
  Fields& Flag(const char* name, bool flag) {
    if (flag) Begin(name) += "true";
    return *this;
  }
  template <typename Items>
  Fields& Texts(const char* name, const Items& items) {
    return List(name, items,
                [](const auto& item, std::string* out) { absl::StrAppend(out, "\"", item, "\""); });
  }
  // A list that is empty is left out.
  template <typename Items, typename Write>
  Fields& List(const char* name, const Items& items, const Write& write) {
    if (items.empty()) return *this;
    Begin(name).push_back('[');
    bool is_first = true;
    for (const auto& item : items) {
      if (!is_first) out_.push_back(',');
      is_first = false;
      write(item, &out_);
    }
    out_.push_back(']');
    return *this;
  }
  void End() { out_.push_back('}'); }

 private:
  std::string& Begin(const char* name) {
    absl::StrAppend(&out_, out_.back() == '{' ? "\"" : ",\"", name, "\":");
    return out_;
  }

  std::string& out_;
};

void WriteEvent(const KnownEvent& event, std::string* out) {
  Fields(out)
      .Number("event", event.number)
      .Text("kind", event.kind)
      .Text("what", event.what)
      .Flag("foundAgain", event.is_cancelled)
      .Text("first", event.told.first.has_value() ? TextOfDay(*event.told.first) : "")
      .Text("last", TextOfDay(event.told.last))
      .Texts("agencies", event.agencies)
      .End();
}

void WriteLoss(const KnownLoss& loss, std::string* out) {
  const auto write_step = [](const KnownStep& step, std::string* to) {
    Fields(to)
        .Text("state", step.state)
        .Text("found", step.found.has_value() ? TextOfDay(*step.found) : "")
        .Flag("orderUncertain", step.is_uncertain)
        .End();
  };
  Fields(out)
      .Text("kind", loss.kind)
      .Number("events", static_cast<std::uint64_t>(loss.events))
      .Flag("foundAgain", loss.is_cancelled)
      .Flag("orderUncertain", loss.is_uncertain)
      .List("steps", loss.steps, write_step)
      .Texts("contradictions", loss.contradictions)
      .End();
}

void WriteMeasure(const KnownMeasure& measure, std::string* out) {
  Fields(out)
      .Text("kind", measure.kind)
      .Number("minDays", static_cast<std::uint64_t>(measure.minimum_days))
      .Number("maxDays", static_cast<std::uint64_t>(measure.maximum_days))
      .Flag("orderUncertain", measure.is_uncertain)
      .Number("trulyMinutes", static_cast<std::uint64_t>(measure.truly))
      .End();
}

}  // namespace

std::string StoryLine(const KnownStory& story) {
  std::string line;
  const auto write_sister = [](const KnownSister& sister, std::string* out) {
    Fields(out).Text("seized", TextOfDay(sister.day)).Text("part", sister.part).End();
  };
  Fields(&line)
      .Text("life", LifeKindName(story.kind))
      .Number("gun", story.gun)
      .Text("agency", story.agency)
      .Text("sourceSystem", story.system)
      .Text("sourceId", story.source_id)
      .Text("state", story.state)
      .List("events", story.events, WriteEvent)
      .List("losses", story.losses, WriteLoss)
      .List("measures", story.measures, WriteMeasure)
      .Texts("alterations", story.alterations)
      .Texts("legalClasses", story.legal_classes)
      .List("sisters", story.sisters, write_sister)
      .Texts("contradictions", story.contradictions)
      .Texts("missing", story.missing)
      .End();
  return line;
}

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

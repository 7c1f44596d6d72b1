#include "services/cli/wording.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;

// Feeds read days in London; a machine without time zones shows UTC.
absl::TimeZone Zone() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone london;
    return absl::LoadTimeZone("Europe/London", &london) ? london : absl::UTCTimeZone();
  }();
  return zone;
}

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string WordsOf(const EnumDescriptor& type, int number) {
  const EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat(number);
  if (number == 0) return "";
  const EnumValueDescriptor* zero = type.FindValueByNumber(0);
  std::string_view name = value->name();
  // Every value begins with its type's name, and zero is <TYPE>_UNSPECIFIED.
  constexpr std::string_view kZeroSuffix = "UNSPECIFIED";
  if (zero != nullptr && zero->name().size() > kZeroSuffix.size()) {
    name.remove_prefix(zero->name().size() - kZeroSuffix.size());
  }
  std::string words;
  for (const char c : name) words += c == '_' ? ' ' : absl::ascii_tolower(c);
  return words;
}

std::string DayText(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, Zone()); }

void AddNamed(std::vector<std::string>& parts, const std::string& text) {
  if (!text.empty()) parts.push_back(text);
}

// Whether a time is given as a day, "2017-03-18".
bool IsDay(std::string_view text) { return text.size() == 10; }

// Length of the valid UTF-8 character at the front of `text`, or 0.
std::size_t CharacterBytes(std::string_view text) {
  const auto at = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  const std::size_t bytes = lead < 0x80                    ? 1
                            : lead >= 0xC2 && lead <= 0xDF ? 2
                            : lead >= 0xE0 && lead <= 0xEF ? 3
                            : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                           : 0;
  if (bytes == 0 || bytes > text.size()) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  if (bytes > 2) {
    const unsigned char second = at(1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return 0;
    }
  }
  return bytes;
}

}  // namespace

absl::StatusOr<absl::Time> ParseTimeArgument(std::string_view text) {
  absl::Time time;
  std::string error;
  if (IsDay(text) ? absl::ParseTime("%Y-%m-%d", AbslView(text), Zone(), &time, &error)
                  : absl::ParseTime(absl::RFC3339_full, AbslView(text), &time, &error)) {
    return time;
  }
  return absl::InvalidArgumentError("give a day as YYYY-MM-DD, or a time as 2017-03-18T02:15:00Z");
}

absl::StatusOr<series::v1::ViewSelector> ParseAsAt(std::string_view text, absl::Time now) {
  series::v1::ViewSelector view;
  std::int64_t revision = 0;
  if (absl::SimpleAtoi(AbslView(text), &revision)) {
    if (revision < 1) return absl::InvalidArgumentError("revisions begin with 1");
    view.set_revision(revision);
    return view;
  }
  const absl::StatusOr<absl::Time> time = ParseTimeArgument(text);
  if (!time.ok()) {
    return absl::InvalidArgumentError("give a revision, a day (YYYY-MM-DD) or a time (RFC 3339)");
  }
  if (!IsDay(text)) {
    *view.mutable_time() = TimestampOf(*time);
    return view;
  }
  // A day is what was known at its end.
  const absl::CivilDay next = absl::ToCivilDay(*time, Zone()) + 1;
  const absl::Time end = absl::FromCivil(next, Zone()) - absl::Microseconds(1);
  // Today has not ended: what is known by now. Whoever means a day to come is told by the server.
  if (*time <= now && now <= end) return view;
  *view.mutable_time() = TimestampOf(end);
  return view;
}

absl::StatusOr<series::v1::ViewSelector> ViewOf(const std::string& as_at, std::int64_t min_revision,
                                                absl::Time now) {
  series::v1::ViewSelector view;
  if (!as_at.empty()) {
    absl::StatusOr<series::v1::ViewSelector> parsed = ParseAsAt(as_at, now);
    if (!parsed.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--as-at: ", parsed.status().message()));
    }
    view = *std::move(parsed);
  }
  view.set_min_revision(min_revision);
  return view;
}

std::string EnumWords(const google::protobuf::Message& message, std::string_view field_name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(std::string(field_name));
  if (field == nullptr || field->enum_type() == nullptr) return "";
  const auto& reflection = *message.GetReflection();
  if (!field->is_repeated()) {
    return WordsOf(*field->enum_type(), reflection.GetEnumValue(message, field));
  }
  std::vector<std::string> words;
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    words.push_back(
        WordsOf(*field->enum_type(), reflection.GetRepeatedEnumValue(message, field, i)));
  }
  return absl::StrJoin(words, ", ");
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
}

absl::CivilDay LondonDayOf(const google::protobuf::Timestamp& timestamp) {
  return absl::ToCivilDay(TimeOf(timestamp), Zone());
}

std::string TimestampText(const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() == 0 && timestamp.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", TimeOf(timestamp), Zone());
}

std::string SpanText(const type::v1::DateInterval& interval) {
  const std::string first = interval.has_earliest() ? DayText(TimeOf(interval.earliest())) : "..";
  const std::string last = interval.has_latest() ? DayText(TimeOf(interval.latest())) : "..";
  if (!interval.has_earliest() && !interval.has_latest()) return "unknown";
  if (first == last) return first;
  if (!interval.has_earliest()) return absl::StrCat("../", last);
  return absl::StrCat(first, "/", last);
}

std::string DateText(const type::v1::DateInterval& interval) {
  return interval.text().empty() ? SpanText(interval) : interval.text();
}

std::string ReferenceText(const type::v1::CrimeReference& reference) {
  if (reference.number().empty()) return reference.text();
  std::vector<std::string> parts;
  AddNamed(parts, reference.issuing_force());
  parts.push_back(reference.number());
  std::string text = absl::StrJoin(parts, " ");
  if (reference.year() != 0) absl::StrAppend(&text, "/", reference.year());
  return text;
}

std::string PlaceText(const type::v1::Place& place) {
  std::vector<std::string> parts;
  AddNamed(parts, place.borough_code());
  AddNamed(parts, place.ward_code());
  AddNamed(parts, place.police_force());
  AddNamed(parts, place.locality());
  AddNamed(parts, place.country_code());
  return absl::StrJoin(parts, ", ");
}

std::string DescriptionText(const record::v1::Exhibit& exhibit) {
  std::vector<std::string> parts;
  if (exhibit.has_firearm()) {
    const record::v1::Firearm& gun = exhibit.firearm();
    AddNamed(parts, gun.make());
    AddNamed(parts, gun.model());
    AddNamed(parts, gun.calibre());
    AddNamed(parts,
             EnumWords(gun, gun.confirmed_types_size() > 0 ? "confirmed_types" : "apparent_types"));
  }
  if (exhibit.has_ammunition()) {
    AddNamed(parts, exhibit.ammunition().calibre());
    AddNamed(parts, exhibit.ammunition().head_stamp());
  }
  AddNamed(parts, exhibit.part_kind());
  return absl::StrJoin(parts, ", ");
}

std::string SerialsText(const record::v1::Exhibit& exhibit) {
  std::vector<std::string> serials;
  for (const record::v1::SerialNumber& serial : exhibit.firearm().serials()) {
    std::string text = serial.text();
    std::vector<std::string> notes;
    AddNamed(notes, EnumWords(serial, "part"));
    AddNamed(notes, EnumWords(serial, "legibility"));
    if (!notes.empty()) absl::StrAppend(&text, " (", absl::StrJoin(notes, ", "), ")");
    serials.push_back(std::move(text));
  }
  return absl::StrJoin(serials, ", ");
}

std::string ProposedText(const linkage::v1::Finding& finding) {
  if (finding.proposed_verdicts_size() == 0) return "";
  return absl::StrCat("proposed: ", EnumWords(finding, "proposed_verdicts"),
                      ", awaits a second person");
}

std::string ScoreText(const linkage::v1::Finding& finding) {
  return absl::StrCat("a machine's score of ", finding.mark(), ", ", finding.score());
}

std::string BasisText(const linkage::v1::Finding& finding) {
  std::string text =
      finding.has_score() ? "nobody: " + ScoreText(finding) : EnumWords(finding, "basis");
  if (finding.is_untrusted()) text += " (not trusted)";
  const std::string proposed = ProposedText(finding);
  if (!proposed.empty()) absl::StrAppend(&text, " (", proposed, ")");
  return text;
}

std::string JsonOf(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.add_whitespace = indented;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "null";
  while (!json.empty() && json.back() == '\n') json.pop_back();
  return json;
}

std::size_t Utf8Bytes(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t bytes = CharacterBytes(text.substr(at));
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const std::size_t bytes = CharacterBytes(text);
    const char c = text.front();
    if (bytes == 0) {
      json += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned char>(c));
    } else {
      json.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return json + '"';
}

std::string NothingInAreaNote(std::string_view area) {
  if (area.empty() || area == "unknown") return "";
  return "note: nothing was found in this area. An area is the code that the records carry, a "
         "borough's or ward's such as E09000022, or a police force's short name such as kent\n";
}

std::string Grouped(std::int64_t number) {
  std::string digits = absl::StrCat(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace serieslink::cli

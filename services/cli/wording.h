#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "serieslink/linkage/v1/finding.pb.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "serieslink/type/v1/date_interval.pb.h"
#include "serieslink/type/v1/place.pb.h"
#include "serieslink/type/v1/reference.pb.h"

// Parts of answers in a person's words, and a person's arguments in the protocol's terms. Days are
// those of Europe/London, as in the feeds.
namespace serieslink::cli {

// Reads "2017-03-18" (its first instant in London) or RFC 3339 ("2017-03-18T02:15:00Z").
// Errors: INVALID_ARGUMENT (neither).
absl::StatusOr<absl::Time> ParseTimeArgument(std::string_view text);

// Reads what --as-at takes: a revision, a time (RFC 3339), or a day. A day is its end, so that
// nothing of it is missing; the day in London that `now` lies in is the latest that is known.
// Errors: INVALID_ARGUMENT (none of them, or a revision below 1).
absl::StatusOr<series::v1::ViewSelector> ParseAsAt(std::string_view text, absl::Time now);
// What its option says in --help.
inline constexpr char kAsAtHelp[] =
    "As it was known at a revision, a time (RFC 3339), or the end of a day (YYYY-MM-DD) in London";

// The view that --as-at (empty: the latest) and --min-revision (0: none) ask for.
// Errors: INVALID_ARGUMENT (as ParseAsAt; names --as-at).
absl::StatusOr<series::v1::ViewSelector> ViewOf(const std::string& as_at, std::int64_t min_revision,
                                                absl::Time now);

// "SERIES_STATUS_USED_AFTER_RECOVERY" of a SeriesStatus becomes "used after recovery"; unspecified
// becomes "". `message` has the enum in its field `field_name`; of a list, all with commas.
std::string EnumWords(const google::protobuf::Message& message, std::string_view field_name);

// A time in the protocol's terms.
google::protobuf::Timestamp TimestampOf(absl::Time time);

// Sets a field of `filter`, as its mutable_… gives it, to the time that `flag` was given; leaves it
// alone when `text` is empty. Errors: INVALID_ARGUMENT (as ParseTimeArgument; names the flag).
template <typename Filter>
absl::Status SetTime(const char* flag, const std::string& text,
                     google::protobuf::Timestamp* (Filter::*field)(), Filter& filter) {
  if (text.empty()) return absl::OkStatus();
  const absl::StatusOr<absl::Time> time = ParseTimeArgument(text);
  if (!time.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(flag, ": ", time.status().message()));
  }
  *(filter.*field)() = TimestampOf(*time);
  return absl::OkStatus();
}

// The words that a person may say, of a map from them to what they mean.
template <typename Value>
std::vector<std::string> KeysOf(const std::map<std::string, Value>& words) {
  std::vector<std::string> keys;
  for (const auto& [word, value] : words) keys.push_back(word);
  return keys;
}

// The day that it lies in.
absl::CivilDay LondonDayOf(const google::protobuf::Timestamp& timestamp);

// "2017-03-18 02:15"; empty for one that was not given.
std::string TimestampText(const google::protobuf::Timestamp& timestamp);

// A date as its agency wrote it; otherwise its first and last day, ".." for an open end.
std::string DateText(const type::v1::DateInterval& interval);

// First and last day of a span, "2017-03-18..2018-01-02"; one day alone where they are equal.
std::string SpanText(const type::v1::DateInterval& interval);

// "mps 28/2017", or as it was written.
std::string ReferenceText(const type::v1::CrimeReference& reference);

// Borough, ward, force, locality, country, as far as known.
std::string PlaceText(const type::v1::Place& place);

// Make, model, calibre, or calibre and head stamp for ammunition.
std::string DescriptionText(const record::v1::Exhibit& exhibit);

// Serial numbers with their parts: "AB1234 (frame), CD99 (barrel)".
std::string SerialsText(const record::v1::Exhibit& exhibit);

// "proposed: confirmed, awaits a second person": what single analysts state where `finding` stands
// and policy asks for two. Empty where nothing waits.
std::string ProposedText(const linkage::v1::Finding& finding);

// The score on which `finding` rests, which has one: "a machine's score of aperture_shear.ccf,
// 0.61".
std::string ScoreText(const linkage::v1::Finding& finding);

// On what `finding` rests, and what policy makes of it: "examiner (not trusted)", "nobody: a
// machine's score of aperture_shear.ccf, 0.61".
std::string BasisText(const linkage::v1::Finding& finding);

// `message` as protobuf JSON with the fields' names as in the protocol; `indented` on several
// lines.
std::string JsonOf(const google::protobuf::Message& message, bool indented);

// How many bytes at the front of `text` are UTF-8.
std::size_t Utf8Bytes(std::string_view text);
inline bool IsUtf8(std::string_view text) { return Utf8Bytes(text) == text.size(); }

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

// What to tell somebody who found nothing in `area`: an area that no record carries, such as the
// name of a borough, finds nothing without being wrong. Empty when no area was asked for.
std::string NothingInAreaNote(std::string_view area);

// 1234567 as "1,234,567".
std::string Grouped(std::int64_t number);

}  // namespace serieslink::cli

#include "tests/bench/flood_records.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace serieslink::bench {
namespace {

std::string SerialOf(FloodKind kind, std::size_t number) {
  if (kind == FloodKind::kUnknown) return "UNKNOWN";
  if (kind == FloodKind::kOneSerial) return "KRB417226";
  // Letters that make no word, and digits in an order that is none.
  constexpr char kLetters[] = "BDHKLNRT";
  return absl::StrFormat("%c%c%c%06d", kLetters[number % 8], kLetters[number / 8 % 8],
                         kLetters[number / 64 % 8], 100'000 + number * 86'243 % 900'000);
}

}  // namespace

feed::v1::FeedMessage FloodRecord(FloodKind kind, std::size_t number) {
  feed::v1::FeedMessage message;
  feed::v1::ForceRecord& record = *message.mutable_force();
  record.set_system("NICHE");
  record.set_record_id(absl::StrCat(number));
  record.set_version(1);
  record.set_record_type("INCIDENT");
  record.add_crime_references(absl::StrCat(number, "/22"));
  record.set_occurred(absl::StrFormat("2022-%02d-%02d", 1 + number % 12, 1 + number % 28));
  record.mutable_place()->set_borough_code("E08000012");
  record.mutable_marking()->set_visibility("OPEN");
  feed::v1::GunEntry& gun = *record.add_guns();
  gun.set_reference("G1");
  gun.set_make("Glock");
  gun.set_model("17");
  gun.set_calibre("9x19");
  feed::v1::SerialEntry& serial = *gun.add_serials();
  serial.set_text(SerialOf(kind, number));
  serial.set_part("FRAME");
  serial.set_legibility("CLEAR");
  return message;
}

}  // namespace serieslink::bench

#include "storage/graph/firearm_index.h"

#include <algorithm>
#include <limits>

#include "storage/base/digest.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::graph {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kDaysFrom1900To1970 = 25'567;
constexpr std::uint16_t kFirstDay = 1;
constexpr std::uint16_t kLastDay = 0xFFFE;

absl::Status MalformedEntry() {
  return absl::DataLossError("an entry of the search index is malformed");
}

std::int64_t DayOf(std::int64_t seconds) {
  const std::int64_t day = seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0);
  return day + kDaysFrom1900To1970;
}

}  // namespace

std::size_t FirearmPartCount(FirearmOrder order) {
  switch (order) {
    case FirearmOrder::kSerial:
    case FirearmOrder::kReversedSerial:
      return 1;
    case FirearmOrder::kMake:
    case FirearmOrder::kLoss:
    case FirearmOrder::kBorder:
      return 2;
    case FirearmOrder::kPlace:
      return 4;
  }
  return 0;
}

std::string_view CutFirearmPart(FirearmOrder order, std::string_view part) {
  const bool is_serial = order == FirearmOrder::kSerial || order == FirearmOrder::kReversedSerial;
  if (is_serial) return part.substr(0, kSerialPartBytesMax);
  const bool is_term = order == FirearmOrder::kLoss || order == FirearmOrder::kBorder;
  return part.substr(0, is_term ? kLossPartBytesMax : kOtherPartBytesMax);
}

void AppendFirearmKey(FirearmOrder order, absl::Span<const std::string_view> parts,
                      ExhibitNumber exhibit, SequenceNumber sequence, std::string* key) {
  base::AppendU8(key, static_cast<std::uint8_t>(order));
  for (const std::string_view part : parts) base::AppendEscaped(key, CutFirearmPart(order, part));
  base::AppendBe64(key, exhibit);
  base::AppendBe64(key, sequence);
}

absl::StatusOr<FirearmKey> ParseFirearmKey(std::string_view key) {
  base::KeyReader reader(key);
  FirearmKey parsed;
  SL_ASSIGN_OR_RETURN(const std::uint8_t order, reader.ReadU8());
  parsed.order = static_cast<FirearmOrder>(order);
  const std::size_t parts = FirearmPartCount(parsed.order);
  if (parts == 0) return MalformedEntry();
  for (std::size_t i = 0; i < parts; ++i) {
    SL_ASSIGN_OR_RETURN(std::string part, reader.ReadEscaped());
    parsed.parts.push_back(std::move(part));
  }
  SL_ASSIGN_OR_RETURN(parsed.exhibit, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(parsed.sequence, reader.ReadBe64());
  SL_RETURN_IF_ERROR(reader.Finish());
  return parsed;
}

std::string FirearmKeyPrefix(FirearmOrder order, absl::Span<const std::string_view> parts,
                             std::string_view next) {
  std::string prefix;
  base::AppendU8(&prefix, static_cast<std::uint8_t>(order));
  for (const std::string_view part : parts) {
    base::AppendEscaped(&prefix, CutFirearmPart(order, part));
  }
  base::AppendEscapedPrefix(&prefix, CutFirearmPart(order, next));
  return prefix;
}

std::string EncodeFirearmFacets(const FirearmFacets& facets) {
  std::string bytes;
  bytes.reserve(kFirearmFacetsBytes);
  base::AppendU8(&bytes, facets.kind);
  base::AppendBe32(&bytes, facets.types);
  for (const std::uint16_t value :
       {facets.make, facets.model, facets.calibre, facets.agency, facets.police_force,
        facets.borough, facets.ward, facets.earliest_day, facets.latest_day}) {
    base::AppendBe16(&bytes, value);
  }
  return bytes;
}

absl::StatusOr<FirearmFacets> ParseFirearmFacets(std::string_view bytes) {
  if (bytes.size() != kFirearmFacetsBytes) return MalformedEntry();
  FirearmFacets facets;
  facets.kind = static_cast<std::uint8_t>(bytes[0]);
  facets.types = base::LoadBe32(bytes.data() + 1);
  const char* at = bytes.data() + 5;
  for (std::uint16_t* const value :
       {&facets.make, &facets.model, &facets.calibre, &facets.agency, &facets.police_force,
        &facets.borough, &facets.ward, &facets.earliest_day, &facets.latest_day}) {
    *value = base::LoadBe16(at);
    at += 2;
  }
  return facets;
}

std::uint16_t FirearmFingerprint(std::string_view text) {
  if (text.empty()) return 0;
  return static_cast<std::uint16_t>(1 + base::StableHash64(text) % 0xFFFF);
}

std::uint16_t FirearmEarliestDay(std::int64_t seconds) {
  const std::int64_t day = DayOf(seconds);
  if (day < kFirstDay) return 0;
  return static_cast<std::uint16_t>(std::min<std::int64_t>(day, kLastDay));
}

std::uint16_t FirearmLatestDay(std::int64_t seconds) {
  const std::int64_t day = DayOf(seconds);
  if (day > kLastDay) return std::numeric_limits<std::uint16_t>::max();
  return static_cast<std::uint16_t>(std::max<std::int64_t>(day, kFirstDay));
}

void FirearmEntries::Add(FirearmOrder order, absl::Span<const std::string_view> parts,
                         ExhibitNumber exhibit, SequenceNumber sequence, std::string_view facets) {
  const std::size_t start = bytes_.size();
  AppendFirearmKey(order, parts, exhibit, sequence, &bytes_);
  key_bytes_.push_back(static_cast<std::uint16_t>(bytes_.size() - start));
  bytes_.append(facets);
}

}  // namespace serieslink::graph

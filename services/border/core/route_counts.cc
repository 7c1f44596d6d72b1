#include "services/border/core/route_counts.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace serieslink::border {
namespace {

constexpr char kUnknown[] = "unknown";
constexpr char kDiffer[] = "records differ";
constexpr char kOthers[] = "all others";

std::string Known(const std::string& value) { return value.empty() ? kUnknown : value; }

std::string OnlyOf(const std::vector<std::string>& values) {
  if (values.empty()) return kUnknown;
  return values.size() == 1 ? values.front() : kDiffer;
}

// "TRANSPORT_MODE_FAST_PARCEL": "fast parcel".
std::string ModeWord(record::v1::TransportMode mode) {
  if (mode == record::v1::TRANSPORT_MODE_UNSPECIFIED || !record::v1::TransportMode_IsValid(mode)) {
    return kUnknown;
  }
  constexpr std::size_t kPrefix = 15;
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(record::v1::TransportMode_Name(mode).substr(kPrefix)), {{"_", " "}});
}

std::string QuarterAt(std::int64_t seconds, const absl::TimeZone& zone) {
  const absl::CivilMonth month = absl::ToCivilMonth(absl::FromUnixSeconds(seconds), zone);
  return absl::StrCat(month.year(), "Q", (month.month() + 2) / 3);
}

// What is no value of the key stands last.
int Place(const std::string& key) {
  if (key == kOthers) return 3;
  if (key == kUnknown) return 2;
  return key == kDiffer ? 1 : 0;
}

}  // namespace

std::string QuarterOf(const linkage::TimeInterval& interval, const absl::TimeZone& zone) {
  if (interval.earliest_s == linkage::TimeInterval::kUnknownEarliest ||
      interval.latest_s == linkage::TimeInterval::kUnknownLatest) {
    return kUnknown;
  }
  const std::string first = QuarterAt(interval.earliest_s, zone);
  const std::string last = QuarterAt(interval.latest_s, zone);
  return first == last ? first : absl::StrCat(first, "/", last);
}

RouteCounts::RouteCounts(const absl::TimeZone& zone) : zone_(zone) {
  tables_ = {
      {"border.declared_origin",
       "consignments, each a record of a border seizure, by the origin that was declared; guns and "
       "parts are items in them",
       {"country"}},
      {"border.true_origin", "the same by the origin that was found", {"country"}},
      {"border.transit",
       "the same by each country that they passed through: one that passed through two counts "
       "twice",
       {"country"}},
      {"border.route",
       "the same by origin (as found, else as declared), countries passed through in their order, "
       "and port",
       {"origin", "transit", "port"}},
      {"border.mode", "the same by how they travelled", {"mode"}},
      {"border.port", "the same by port, airport or hub", {"port"}},
      {"border.make",
       "consignments with a gun or part of the make; guns and parts of the make: a consignment of "
       "two makes counts twice",
       {"make"}},
      {"border.quarter",
       "consignments by the quarter of their seizure; one that can have been in several stands "
       "apart",
       {"quarter"}},
      {"inland.country",
       "weapons that were recovered or handed in inland, each once, by the country of make that "
       "those records name",
       {"country"},
       true},
      {"inland.make", "the same by make", {"make"}, true},
  };
}

RouteCounts::Counts& RouteCounts::Row(const char* table, std::vector<std::string> keys) {
  const auto found = absl::c_find_if(tables_, [&](const Table& one) { return one.id == table; });
  return found->rows[std::move(keys)];
}

void RouteCounts::Count(const char* table, std::vector<std::string> keys, const ItemCounts& items) {
  Counts& row = Row(table, std::move(keys));
  ++row.consignments;
  row.items.guns += items.guns;
  row.items.parts += items.parts;
}

void RouteCounts::AddConsignment(const CountedConsignment& one) {
  const record::v1::Consignment& details = one.details;
  Count("border.declared_origin", {Known(details.declared_origin())}, one.items);
  Count("border.true_origin", {Known(details.true_origin())}, one.items);
  std::vector<std::string> transit(details.transit().begin(), details.transit().end());
  Count("border.route",
        {Known(one.origin), transit.empty() ? kUnknown : absl::StrJoin(transit, " > "),
         Known(one.port)},
        one.items);
  std::sort(transit.begin(), transit.end());
  transit.erase(std::unique(transit.begin(), transit.end()), transit.end());
  if (transit.empty()) transit.emplace_back();
  for (const std::string& country : transit) Count("border.transit", {Known(country)}, one.items);
  Count("border.mode", {ModeWord(details.mode())}, one.items);
  Count("border.port", {Known(one.port)}, one.items);
  for (const auto& [make, items] : one.by_make) Count("border.make", {Known(make)}, items);
  Count("border.quarter", {QuarterOf(one.seized, zone_)}, one.items);
}

void RouteCounts::AddInland(const CountedWeapon& one) {
  ++Row("inland.country", {OnlyOf(one.countries)}).inland_weapons;
  ++Row("inland.make", {OnlyOf(one.makes)}).inland_weapons;
}

std::vector<v1::RouteTable> RouteCounts::Tables(bool has_inland) const {
  std::vector<v1::RouteTable> tables;
  for (const Table& table : tables_) {
    if (table.is_inland && !has_inland) continue;
    v1::RouteTable& out = tables.emplace_back();
    out.set_id(table.id);
    out.set_counts(table.counts);
    for (const std::string& key : table.keys) out.add_keys(key);
    std::vector<std::pair<std::vector<std::string>, Counts>> rows(table.rows.begin(),
                                                                  table.rows.end());
    const auto order = [](const auto& row) {
      return std::tuple(Place(row.first.front()), -row.second.consignments,
                        -row.second.inland_weapons);
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const auto& a, const auto& b) { return order(a) < order(b); });
    if (rows.size() > kRouteRowsMax) {
      // What is not known, or differs, is told apart as long as there is room for anything.
      const auto named_end = std::find_if(
          rows.begin(), rows.end(), [](const auto& row) { return Place(row.first.front()) != 0; });
      const std::size_t excess = rows.size() - (kRouteRowsMax - 1);
      const auto named = static_cast<std::size_t>(named_end - rows.begin());
      const auto end = named >= excess ? named_end : rows.end();
      const auto begin = end - static_cast<std::ptrdiff_t>(excess);
      std::pair<std::vector<std::string>, Counts> others{
          std::vector<std::string>(table.keys.size(), kOthers), {}};
      for (auto row = begin; row != end; ++row) {
        others.second.consignments += row->second.consignments;
        others.second.inland_weapons += row->second.inland_weapons;
        others.second.items.guns += row->second.items.guns;
        others.second.items.parts += row->second.items.parts;
      }
      rows.erase(begin, end);
      rows.push_back(std::move(others));
    }
    for (const auto& [keys, counts] : rows) {
      v1::RouteRow& row = *out.add_rows();
      for (const std::string& key : keys) row.add_keys(key);
      row.set_consignments(counts.consignments);
      row.set_guns(counts.items.guns);
      row.set_parts(counts.items.parts);
      row.set_inland_weapons(counts.inland_weapons);
    }
  }
  return tables;
}

}  // namespace serieslink::border

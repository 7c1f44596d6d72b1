#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "serieslink/border/v1/border_service.pb.h"
#include "serieslink/record/v1/event.pb.h"
#include "services/linkage/core/facts.h"

// Counts by which origin and route questions are answered. Each table says what it counts:
// consignments, items and weapons are three counts, never mixed. Pure.
namespace serieslink::border {

// Rows of a table at most; what is beyond them is summed up in one.
inline constexpr std::size_t kRouteRowsMax = 1'000;

struct ItemCounts {
  std::int64_t guns = 0;
  std::int64_t parts = 0;
};

// A consignment as it is counted.
struct CountedConsignment {
  record::v1::Consignment details;
  linkage::TimeInterval seized;
  std::string port;    // normalised; empty where not known
  std::string origin;  // as found, else as declared; empty where not known
  ItemCounts items;
  std::map<std::string, ItemCounts> by_make;  // empty: make not known
};

// A weapon that came into hand inland. Several values: its records differ; none: not known.
struct CountedWeapon {
  std::vector<std::string> countries;  // of make
  std::vector<std::string> makes;
};

// Counts what it is told, once each. Not thread-safe.
class RouteCounts {
 public:
  // Quarters are those of `zone`.
  explicit RouteCounts(const absl::TimeZone& zone);

  void AddConsignment(const CountedConsignment& one);
  void AddInland(const CountedWeapon& one);

  // All tables, in the order in which they are to be read; those of weapons inland where
  // `has_inland`.
  std::vector<v1::RouteTable> Tables(bool has_inland) const;

 private:
  struct Counts {
    std::int64_t consignments = 0;
    std::int64_t inland_weapons = 0;
    ItemCounts items;
  };
  struct Table {
    std::string id;
    std::string counts;
    std::vector<std::string> keys;
    bool is_inland = false;
    std::map<std::vector<std::string>, Counts> rows = {};
  };

  void Count(const char* table, std::vector<std::string> keys, const ItemCounts& items);
  Counts& Row(const char* table, std::vector<std::string> keys);

  const absl::TimeZone zone_;
  std::vector<Table> tables_;
};

// "2026Q3" where all of `interval` lies in one quarter of `zone`, "2026Q3/2026Q4" where it
// straddles several, "unknown" where one end is not known.
std::string QuarterOf(const linkage::TimeInterval& interval, const absl::TimeZone& zone);

}  // namespace serieslink::border

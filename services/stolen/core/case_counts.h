#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "serieslink/record/v1/event.pb.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/linkage/core/place_areas.h"

// Counts of reports and cases. Each table says what it counts: reports, loss events and cases are
// three counts, never mixed. Pieces, in which a part counts by its quantity, stand beside reports
// and cases and are never added to them. Pure.
namespace serieslink::stolen {

// Counts what it is told, once each. Not thread-safe.
class CaseCounts {
 public:
  explicit CaseCounts(linkage::LocatePlace locate = nullptr);

  // A report of one gun or part, which stands for `pieces`. `event_id` names its loss event; empty
  // where that is not known.
  void AddReport(v1::ReportSource source, record::v1::LossKind kind, std::int32_t pieces,
                 const std::string& event_id);
  void AddCase(const v1::LossCase& one);

  // All tables, in the order in which they are to be read.
  std::vector<v1::CountTable> Tables() const;

 private:
  using ByKind = std::array<std::int64_t, 3>;  // lost, stolen, not known
  struct Row {
    ByKind units{};
    ByKind pieces{};
  };
  struct Table {
    std::string id;
    std::string counts;
    std::vector<std::string> keys;
    std::string pieces;  // what they are; empty: not counted
    std::map<std::vector<std::string>, Row> rows;
  };

  // The event that stands for all that are one with `event_id`.
  std::string StandsFor(const std::string& event_id) const;
  // Loss events, by kind, those that reports of one case tell being one.
  std::map<std::vector<std::string>, Row> EventRows() const;

  // The row `keys` of `table`.
  Row& RowOf(const std::string& table, std::vector<std::string> keys);
  void Count(const std::string& table, std::vector<std::string> keys, record::v1::LossKind kind,
             std::int32_t pieces);

  // As locate_ has it.
  type::v1::Place Located(const type::v1::Place& place) const;
  // What the first of a case's places tells of which `of` tells anything: that of the case, then
  // those of its reports, by PlaceRank.
  std::string FirstTold(const v1::LossCase& one,
                        std::string (*of)(const type::v1::Place& place)) const;

  const linkage::LocatePlace locate_;
  std::vector<Table> tables_;
  // The kinds that reports give each loss event: lost, stolen, both or neither.
  std::map<std::string, std::set<int>> events_;
  // Of events that are one with another by a case, the way to the one that stands for all.
  std::map<std::string, std::string> one_with_;
};

// "London" where the place lies in a London borough, or in the area of the Metropolitan or the City
// of London Police; "elsewhere" where it lies in another borough or country, or in the area of
// another force; empty where none of that is known. A force that has no area of its own, such as
// the British Transport Police, and a name that is no known force's, tell nothing.
std::string LondonOrElsewhere(const type::v1::Place& place);

// The force of a place by the name that it has here ("mps"), or as written where that is no known
// force's; that of the borough where the place is in London; else the code of its borough, or of
// its country where that is another one. Empty where none of that is said: a force without an area
// of its own says nothing here.
std::string ForceOf(const type::v1::Place& place);

}  // namespace serieslink::stolen

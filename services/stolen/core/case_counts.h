#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "serieslink/record/v1/event.pb.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"

// Counts of reports and cases. Each table says what it counts: reports, loss events and cases are
// three counts, never mixed. Pure.
namespace serieslink::stolen {

// Counts what it is told, once each. Not thread-safe.
class CaseCounts {
 public:
  CaseCounts();

  // A report of one gun or part. `event_id` names its loss event; empty where that is not known.
  void AddReport(v1::ReportSource source, record::v1::LossKind kind, const std::string& event_id);
  void AddCase(const v1::LossCase& one);

  // All tables, in the order in which they are to be read.
  std::vector<v1::CountTable> Tables() const;

 private:
  struct Table {
    std::string id;
    std::string counts;
    std::vector<std::string> keys;
    std::map<std::vector<std::string>, std::array<std::int64_t, 3>>
        rows;  // lost, stolen, not known
  };

  // The counts of the row `keys` of `table`, by kind.
  std::array<std::int64_t, 3>& Row(const std::string& table, std::vector<std::string> keys);
  void Count(const std::string& table, std::vector<std::string> keys, record::v1::LossKind kind);

  std::vector<Table> tables_;
  // The kinds that reports give each loss event: lost, stolen, both or neither.
  std::map<std::string, std::set<int>> events_;
};

// "London" where the place lies in a London borough, or in the area of the Metropolitan or the City
// of London Police; "elsewhere"; empty where neither borough nor force is known.
std::string LondonOrElsewhere(const type::v1::Place& place);

}  // namespace serieslink::stolen

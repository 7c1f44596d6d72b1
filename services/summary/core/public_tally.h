#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "serieslink/summary/v1/public_summary_service.pb.h"
#include "services/summary/core/calendar.h"
#include "services/summary/core/fact_sink.h"
#include "services/summary/core/facts.h"
#include "services/summary/core/measures.h"

// Counts the public measures in any number of periods. Pure; not thread-safe.
namespace serieslink::summary {

// What a public figure is of. Areas lie in one another, so that those of each kind add up to what
// they lie in. Ordered as a public summary has them.
struct PublicKey {
  v1::PublicPart part = v1::PUBLIC_PART_TOTAL;
  Category kind{};      // only of kinds
  std::string force{};  // of areas; empty: no record says
  std::string borough{};
  std::string ward{};  // with the year of its boundaries, as facts have it
  std::string unit{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

class PublicTally final : public FactSink {
 public:
  // By period.
  using Counts = std::vector<std::int64_t>;
  using Table = std::map<PublicKey, Counts>;

  explicit PublicTally(std::vector<Window> windows);

  void AddEvent(const EventFacts& event, Additions* additions) override;
  void AddWeapon(const WeaponFacts& weapon, Additions* additions) override;

  const std::vector<Window>& windows() const { return windows_; }
  // What was counted, by place in PublicMeasures(). A key that is not there counts nothing in any
  // period.
  const std::vector<Table>& tables() const { return tables_; }

 private:
  void Count(std::size_t measure, std::size_t window, const Contribution& one, Placement placement,
             const EventFacts* at);

  const std::vector<Window> windows_;
  std::vector<const Measure*> measures_;  // by place
  std::vector<Table> tables_;
};

}  // namespace serieslink::summary

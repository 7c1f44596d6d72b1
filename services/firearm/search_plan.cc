#include "services/firearm/search_plan.h"

#include <string_view>
#include <vector>

namespace serieslink::firearm {
namespace {

using graph::FirearmOrder;

std::string Reversed(std::string_view text) { return std::string(text.rbegin(), text.rend()); }

// The parts of a place's key.
constexpr std::size_t kForce = 1;
constexpr std::size_t kBorough = 2;
constexpr std::size_t kWard = 3;

}  // namespace

SearchPlan::SearchPlan(const view::FirearmQuery& query) : query_(query) {
  std::string prefix;
  if (query.serial().has_value()) {
    const view::TextPattern& serial = *query.serial();
    const std::string_view start = serial.literal_start();
    const std::string_view end = serial.literal_end();
    if (!serial.has_wildcards()) {
      order_ = FirearmOrder::kSerial;
      prefix = graph::FirearmKeyPrefix(order_, {start});
    } else if (start.size() >= end.size()) {
      order_ = FirearmOrder::kSerial;
      prefix = graph::FirearmKeyPrefix(order_, {}, start);
    } else {
      order_ = FirearmOrder::kReversedSerial;
      prefix = graph::FirearmKeyPrefix(order_, {}, Reversed(end));
    }
  } else if (!query.make().empty()) {
    order_ = FirearmOrder::kMake;
    prefix = graph::FirearmKeyPrefix(
        order_, {query.make()},
        query.model().has_value() ? query.model()->literal_start() : std::string_view());
  } else if (query.model().has_value()) {
    order_ = FirearmOrder::kMake;
    prefix = graph::FirearmKeyPrefix(order_, {});
    leaps_ = true;
  } else {
    order_ = FirearmOrder::kPlace;
    std::vector<std::string_view> parts;
    if (!query.agency().empty()) parts.push_back(query.agency());
    prefix = graph::FirearmKeyPrefix(order_, parts);
    leaps_ = query.asks_for_unknown_area() || !query.area().empty();
  }
  range_ = storage::KeyRange::Prefix(prefix);
}

bool SearchPlan::MayMatch(const graph::FirearmKey& key) const {
  if (order_ == FirearmOrder::kSerial) return query_.serial()->Matches(key.parts[0]);
  if (order_ == FirearmOrder::kReversedSerial) {
    return query_.serial()->Matches(Reversed(key.parts[0]));
  }
  return !LeapFrom(key).has_value();
}

std::string SearchPlan::LeapToPart(const graph::FirearmKey& key, std::size_t part,
                                   std::string_view wanted) const {
  const std::vector<std::string_view> before(key.parts.begin(), key.parts.begin() + part);
  const std::string_view cut = graph::CutFirearmPart(order_, wanted);
  if (key.parts[part] < cut) return graph::FirearmKeyPrefix(order_, before, cut);
  return storage::KeyRange::Prefix(graph::FirearmKeyPrefix(order_, before)).end;
}

std::optional<std::string> SearchPlan::LeapFrom(const graph::FirearmKey& key) const {
  if (!leaps_) return std::nullopt;
  if (order_ == FirearmOrder::kMake) {
    const std::string_view start = graph::CutFirearmPart(order_, query_.model()->literal_start());
    if (key.parts[1].compare(0, start.size(), start) == 0) return std::nullopt;
    return LeapToPart(key, 1, start);
  }
  if (query_.asks_for_unknown_area()) {
    // Of an agency's keys, those of an unknown place come first.
    const bool is_unknown =
        key.parts[kForce].empty() && key.parts[kBorough].empty() && key.parts[kWard].empty();
    return is_unknown ? std::nullopt : std::optional(LeapToPart(key, kForce, std::string_view()));
  }
  const std::string_view area = graph::CutFirearmPart(order_, query_.area());
  if (key.parts[kForce] == area || key.parts[kBorough] == area || key.parts[kWard] == area) {
    return std::nullopt;
  }
  return LeapToPart(key, kWard, area);
}

bool SearchPlan::IsFirst(const graph::FirearmKey& key, const view::FirearmTerms& terms) const {
  if (order_ != FirearmOrder::kSerial && order_ != FirearmOrder::kReversedSerial) return true;
  for (const std::string& serial : terms.serials) {
    const std::string part = order_ == FirearmOrder::kSerial ? serial : Reversed(serial);
    if (part < key.parts[0] && query_.serial()->Matches(serial)) return false;
  }
  return true;
}

}  // namespace serieslink::firearm

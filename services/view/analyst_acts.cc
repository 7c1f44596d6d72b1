#include "services/view/analyst_acts.h"

#include <string>

#include "storage/base/digest.h"

namespace serieslink::view {

std::uint32_t SeriousnessOf(const record::v1::Event& event) {
  switch (event.injury()) {
    case record::v1::INJURY_FATAL:
      return 6;
    case record::v1::INJURY_SERIOUS:
      return 4;
    case record::v1::INJURY_SLIGHT:
      return 3;
    default:
      break;
  }
  if (event.discharge().discharged() == record::v1::TRISTATE_YES) return 3;
  return event.kind() == record::v1::EVENT_KIND_INCIDENT ? 1 : 0;
}

std::uint64_t ActGroupOf(std::string_view agency, std::string_view principal, std::int64_t day) {
  std::string key(agency);
  key.append("/").append(principal).append("/").append(std::to_string(day));
  return base::StableHash64(key);
}

}  // namespace serieslink::view

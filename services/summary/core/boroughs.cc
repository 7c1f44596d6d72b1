#include "services/summary/core/boroughs.h"

#include <algorithm>
#include <utility>

namespace serieslink::summary {
namespace {

constexpr std::pair<std::string_view, const char*> kBoroughs[] = {
    {"E09000001", "City of London"},
    {"E09000002", "Barking and Dagenham"},
    {"E09000003", "Barnet"},
    {"E09000004", "Bexley"},
    {"E09000005", "Brent"},
    {"E09000006", "Bromley"},
    {"E09000007", "Camden"},
    {"E09000008", "Croydon"},
    {"E09000009", "Ealing"},
    {"E09000010", "Enfield"},
    {"E09000011", "Greenwich"},
    {"E09000012", "Hackney"},
    {"E09000013", "Hammersmith and Fulham"},
    {"E09000014", "Haringey"},
    {"E09000015", "Harrow"},
    {"E09000016", "Havering"},
    {"E09000017", "Hillingdon"},
    {"E09000018", "Hounslow"},
    {"E09000019", "Islington"},
    {"E09000020", "Kensington and Chelsea"},
    {"E09000021", "Kingston upon Thames"},
    {"E09000022", "Lambeth"},
    {"E09000023", "Lewisham"},
    {"E09000024", "Merton"},
    {"E09000025", "Newham"},
    {"E09000026", "Redbridge"},
    {"E09000027", "Richmond upon Thames"},
    {"E09000028", "Southwark"},
    {"E09000029", "Sutton"},
    {"E09000030", "Tower Hamlets"},
    {"E09000031", "Waltham Forest"},
    {"E09000032", "Wandsworth"},
    {"E09000033", "Westminster"},
};

}  // namespace

const char* LondonBoroughName(std::string_view code) {
  const auto* const found = std::find_if(std::begin(kBoroughs), std::end(kBoroughs),
                                         [&](const auto& one) { return one.first == code; });
  return found == std::end(kBoroughs) ? nullptr : found->second;
}

std::string_view LondonForceOf(std::string_view code) {
  if (LondonBoroughName(code) == nullptr) return "";
  return code == kBoroughs[0].first ? "city" : "mps";
}

}  // namespace serieslink::summary

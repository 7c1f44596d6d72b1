#include "services/linkage/core/forces.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/events.h"

namespace serieslink::linkage {
namespace {

// Names and codes of police force areas: Office for National Statistics, "Police Force Areas
// (December 2023) Names and Codes in England and Wales". Schedule 1 of the Police Act 1996 has the
// areas; forces without one are those of the British Transport Police, the Ministry of Defence and
// the Civil Nuclear Constabulary, and the National Crime Agency. Short forms are those in use
// between forces; a word of two forces is none.
struct Row {
  Force force;
  // Its other names with "," between, as KeyOf has them.
  absl::string_view names;
};
constexpr Row kRows[] = {
    {{"mps", true}, "met,metropolitan,e23000001"},
    {{"cumbria"}, "e23000002"},
    {{"lancashire"}, "lancs,e23000003"},
    {{"mers"}, "merseyside,e23000004"},
    {{"gmp"}, "greatermanchester,e23000005"},
    {{"cheshire"}, "e23000006"},
    {{"northumbria"}, "e23000007"},
    {{"durham"}, "e23000008"},
    {{"north-yorkshire"}, "nyp,e23000009"},
    {{"west-yorkshire"}, "wyp,e23000010"},
    {{"south-yorkshire"}, "syp,e23000011"},
    {{"humberside"}, "e23000012"},
    {{"cleveland"}, "e23000013"},
    {{"west-midlands"}, "wmp,e23000014"},
    {{"staffordshire"}, "staffs,e23000015"},
    {{"west-mercia"}, "e23000016"},
    {{"warwickshire"}, "e23000017"},
    {{"derbyshire"}, "e23000018"},
    {{"nottinghamshire"}, "notts,e23000019"},
    {{"lincolnshire"}, "lincs,e23000020"},
    {{"leicestershire"}, "leics,e23000021"},
    {{"northamptonshire"}, "northants,e23000022"},
    {{"cambridgeshire"}, "cambs,e23000023"},
    {{"norfolk"}, "e23000024"},
    {{"suffolk"}, "e23000025"},
    {{"bedfordshire"}, "beds,e23000026"},
    {{"hertfordshire"}, "herts,e23000027"},
    {{"essex"}, "e23000028"},
    {{"thames-valley"}, "tvp,e23000029"},
    {{"hampshire"}, "hants,hampshireislewight,e23000030"},
    {{"surrey"}, "e23000031"},
    {{"kent"}, "e23000032"},
    {{"sussex"}, "e23000033"},
    {{"city", true}, "colp,citylondon,londoncity,e23000034"},
    {{"devon-and-cornwall"}, "dcp,e23000035"},
    {{"avon-and-somerset"}, "asp,e23000036"},
    {{"gloucestershire"}, "e23000037"},
    {{"wiltshire"}, "e23000038"},
    {{"dorset"}, "e23000039"},
    {{"north-wales"}, "nwp,gogleddcymru,w15000001"},
    {{"gwent"}, "w15000002"},
    {{"south-wales"}, "swp,decymru,w15000003"},
    {{"dyfed-powys"}, "dpp,w15000004"},
    {{"scotland"}, "psos,s23000009"},
    {{"psni"}, "northernireland"},
    {{"btp", false, false}, "britishtransport"},
    {{"mdp", false, false}, "modp,mod,ministrydefence"},
    {{"cnc", false, false}, "civilnuclear"},
    {{"nca", false, false}, "nationalcrimeagency"},
};

// Words that names of forces have in common.
constexpr absl::string_view kCommonWords[] = {
    "police", "constabulary", "service",  "heddlu",  "force", "the",        "of",    "and",
    "area",   "licensing",    "firearms", "firearm", "unit",  "department", "office"};

// Letters and digits in lower case, without kCommonWords.
std::string KeyOf(absl::string_view words) {
  std::string key;
  std::string word;
  const auto end_word = [&] {
    if (std::find(std::begin(kCommonWords), std::end(kCommonWords), word) ==
        std::end(kCommonWords)) {
      key.append(word);
    }
    word.clear();
  };
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || byte >= 0x80) {
      word.push_back(absl::ascii_tolower(byte));
    } else if (byte != '\'') {
      end_word();
    }
  }
  end_word();
  return key;
}

}  // namespace

const Force* FindForce(absl::string_view words) {
  static const auto* const forces = [] {
    auto* const made = new absl::flat_hash_map<std::string, const Force*>();
    for (const Row& row : kRows) {
      made->emplace(KeyOf(row.force.name), &row.force);
      for (const absl::string_view name : absl::StrSplit(row.names, ',')) {
        made->emplace(name, &row.force);
      }
    }
    return made;
  }();
  const auto found = forces->find(KeyOf(words));
  return found == forces->end() ? nullptr : found->second;
}

bool IsNameOfForce(std::uint64_t place_key) {
  static const auto* const keys = [] {
    auto* const made = new absl::flat_hash_set<std::uint64_t>();
    for (const Row& row : kRows) {
      if (row.force.has_area) made->insert(PlaceKey(row.force.name));
    }
    return made;
  }();
  return keys->contains(place_key);
}

bool IsNameOfForceWithoutArea(std::uint64_t place_key) {
  static const auto* const keys = [] {
    auto* const made = new absl::flat_hash_set<std::uint64_t>();
    for (const Row& row : kRows) {
      if (row.force.has_area) continue;
      made->insert(PlaceKey(row.force.name));
      for (const absl::string_view name : absl::StrSplit(row.names, ',')) {
        made->insert(PlaceKey(name));
      }
    }
    return made;
  }();
  return keys->contains(place_key);
}

std::string ForceName(absl::string_view words) {
  const Force* const force = FindForce(words);
  if (force != nullptr) return std::string(force->name);
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(words));
}

bool AreOtherForces(absl::string_view one, absl::string_view other) {
  const Force* const first = FindForce(one);
  const Force* const second = FindForce(other);
  return first != nullptr && second != nullptr && first != second;
}

}  // namespace serieslink::linkage

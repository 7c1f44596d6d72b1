#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/linkage/core/facts.h"

// By which rules consignments of parts may belong together. A gun is sent in parts, in several
// parcels some days apart, so that no parcel looks like one. A
// rule never joins: what it finds is a lead. Pure, and symmetrical: the two may change places.
namespace serieslink::border {

// Parts that were sent apart are seized within a month, or not in one campaign: assumed, from sets
// of parcels that were days to weeks apart.
inline constexpr int kApartDaysMax = 31;

// Between the beginning of one day and the end of another so many days later: days are London's,
// and the one on which summer time ends has an hour more.
inline constexpr std::int64_t kApartSecondsMax = (kApartDaysMax + 1) * 86'400 + 3'600;

// A destination and origin, or a number, that more consignments share tells nothing of two of them:
// the guard of linkage's rules, for the same reason.
inline constexpr std::size_t kGuardMax = 64;

inline constexpr char kNumberRule[] = "consignment-number/1";
inline constexpr char kPartNumberRule[] = "part-number/1";
inline constexpr char kSentApartRule[] = "sent-apart/1";

// What the rules compare of a consignment. Texts are normalised, and empty where not known; lists
// are sorted, each value once.
struct ConsignmentFacts {
  linkage::TimeInterval seized;
  std::string number;                   // of the consignment, within its agency
  std::string sent_apart;               // destination and origin, where both are known
  std::vector<std::string> part_kinds;  // of its parts
  std::vector<std::string> part_makes;  // likewise
  std::vector<std::string> part_numbers;
  bool has_parts = false;
};

// The shortest time that can lie between the two seizures, in whole days; 0 where they can be of
// one day, or a date is not known.
int DaysApart(const linkage::TimeInterval& a, const linkage::TimeInterval& b);

// Whether both have the number of one consignment.
bool HaveOneNumber(const ConsignmentFacts& a, const ConsignmentFacts& b);

// The numbers that parts in both bear.
std::vector<std::string> SharedPartNumbers(const ConsignmentFacts& a, const ConsignmentFacts& b);

// Whether the two can be parts sent apart: both have parts, go to one destination from one origin,
// are known to have been seized within kApartDaysMax days, each has a kind of part that the other
// lacks, and their makes, where both are known, have one in common.
bool CanBeSentApart(const ConsignmentFacts& a, const ConsignmentFacts& b);

}  // namespace serieslink::border

#pragma once

#include <optional>
#include <string_view>

#include "serieslink/type/v1/error_reason.pb.h"
#include "serieslink/type/v1/reference.pb.h"

namespace serieslink::ingest {

// Whose a crime reference is when it is written with or without a force.
enum class IssuingForce {
  // The sending agency's own. Its name in front is read and dropped; any other word is part of the
  // number.
  kOwn,
  // The force named in front; the sending agency where none is.
  kNamedOrOwn,
  // The force named in front; one must be.
  kNamed,
};

// Reads a crime reference as agencies write it: "MPS 2803303/17", "mps 2803303/2017", "B-661/17".
// A word of two or more letters (hyphens allowed) before a blank names the force. What follows the
// last
// "/" is the year when it has four digits from 1900 to 2100, or two: these lie in the century that
// ends with the year after `received_year`. Any other ending belongs to the number, and the year
// stays 0. So equal references are equal in (issuing_force, year, number), whichever agency wrote
// them. Returns nothing when accepted, and otherwise, with `reference` unspecified:
//   FIELD_MISSING   nothing but blanks;
//   FIELD_INVALID   no number, no force where one must be named, or control characters;
//   FIELD_TOO_LONG  more than 256 bytes.
// Pure; thread-safe.
std::optional<type::v1::ErrorReason> ParseCrimeReference(std::string_view text,
                                                         std::string_view own_force,
                                                         IssuingForce force, int received_year,
                                                         type::v1::CrimeReference* reference);

}  // namespace serieslink::ingest

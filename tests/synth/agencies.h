#pragma once

#include <cstdint>
#include <string>

#include "absl/types/span.h"

// The agencies of a synthetic world: who reports what, from where, under which references. Codes
// and names are facts of the field: GSS codes of the Office for National Statistics, the forces of
// England and Wales.
namespace serieslink::synth {

// A borough or district.
struct Borough {
  const char* gss_code;
  const char* name;
};

// How a force writes the number of a crime.
enum class ReferenceForm : std::uint8_t {
  kNumberYear,      // 2801101/17
  kLetterNumber,    // B-661/17
  kAreaNumber,      // 46/198233/24
  kYearNumberYear,  // 24001190331/24
};

// A police force.
struct Force {
  const char* agency;  // as its certificate names it
  const char* system;  // where its records come from
  ReferenceForm form;
  absl::Span<const Borough> boroughs;
  // Share of all crime with firearms, in thousandths. That of the Metropolitan Police is known
  // (26.7 per cent of England and Wales in the year to March 2020: Home Office, offences involving
  // firearms); the others' are estimates.
  std::uint32_t weight;
  bool has_licensing_unit;
};

inline constexpr char kNabis[] = "nabis";
inline constexpr char kBorderForce[] = "border_force";
inline constexpr char kMps[] = "mps";
inline constexpr char kBtp[] = "btp";

// Every force that a world can have.
absl::Span<const Force> AllForces();

// The agencies that deploy/quickstart serves: what is made unless said otherwise.
inline constexpr char kDefaultAgencies[] = "mps,nabis,border_force,kent,btp,mers";

// Number `number` of a crime of `force` in `year`, as the force itself writes it.
std::string OwnReference(const Force& force, std::uint64_t number, int year);
// The same as others write it, with the force: "MPS 2801101/17".
std::string NamedReference(const Force& force, std::uint64_t number, int year);

}  // namespace serieslink::synth

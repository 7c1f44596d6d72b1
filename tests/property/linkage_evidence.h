#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "services/linkage/core/facts.h"
#include "tests/property/linkage_oracle.h"

// Random evidence for the linkage core: records with exhibits, events and statements about each
// other's exhibits, with every kind of disagreement in it.
namespace serieslink {

// What one record asserts. Numbers that follow arrival are set by Arrive.
struct RecordEvidence {
  std::uint64_t public_id = 0;
  linkage::RecordEventFacts event;
  std::vector<linkage::ExhibitFacts> exhibits;
  // For each exhibit, the public id of the record of its event; 0: none.
  std::vector<std::uint64_t> event_records;
  std::vector<linkage::Statement> statements;
};

// Everything that arrived, as the core takes it, without findings by rule.
struct Arrived {
  std::vector<linkage::ExhibitFacts> exhibits;
  std::vector<linkage::RecordEventFacts> records;
  std::vector<linkage::Statement> statements;
};

// Records in the order of their arrival. `gaps`: numbers are not dense (records between them were
// withdrawn).
Arrived Arrive(const std::vector<RecordEvidence>& in_order, std::uint64_t gaps = 0);

// How evidence is to look.
struct EvidenceShape {
  int records = 12;
  int guns = 4;         // Physical guns behind the exhibits.
  int statements = 24;  // Besides test-fires and what rules find.
  int eliminated_percent = 20;
  int references = 6;  // Distinct scoped references of events.
};

// A shape of random size, small enough for the oracle.
EvidenceShape RandomShape(std::uint64_t seed);

// The same evidence for the same seed and shape, on any machine.
std::vector<RecordEvidence> MakeEvidence(std::uint64_t seed, const EvidenceShape& shape);

// The numbers of the built-in model, and how words of generated exhibits are read: makes as the
// core reads them, which calibres fit from what their names mean.
oracle::RuleNumbers GeneratedNumbers();

}  // namespace serieslink

#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/linkage/core/events.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/series.h"
#include "tests/property/linkage_evidence.h"
#include "tests/property/linkage_oracle.h"

// What the core and its oracle say of some evidence, as lines of text that name everything by
// public id: two results are the same when their lines are. Findings that stand, weapons with what
// holds them, conflicts, events, histories and series.
namespace serieslink {

using Lines = std::set<std::string>;

// A result of the core.
struct EngineResult {
  linkage::Resolution resolution;
  linkage::EventResolution events;
  std::vector<linkage::WeaponHistory> histories;
};

EngineResult RunEngine(const Arrived& arrived, const std::vector<linkage::Statement>& statements);

// Lines of findings, weapons and conflicts, and of events and histories. `named`: weapons and
// events with the names that follow arrival; without where two orders of arrival are compared.
Lines WeaponLines(const Arrived& arrived, const linkage::Resolution& resolution, bool named);
Lines EventLines(const Arrived& arrived, const EngineResult& result, bool named);
// The oracle's, named.
Lines WeaponLines(const oracle::Weapons& weapons);
Lines OracleEventLines(const Arrived& arrived, const oracle::Weapons& weapons);

// Lines that only one of the two has, few enough to read.
std::string Difference(const Lines& a, const Lines& b);
#define EXPECT_SAME_LINES(a, b) EXPECT_TRUE((a) == (b)) << Difference((a), (b))

}  // namespace serieslink

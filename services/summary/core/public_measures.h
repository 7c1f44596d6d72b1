#pragma once

#include "absl/types/span.h"
#include "services/summary/core/measures.h"

// Which measures a public summary has, and what readers can conclude from one about another. Pure.
namespace serieslink::summary {

// A measure of EventMeasures() or WeaponMeasures(), and how its figures hang together with those of
// others of this list. What is not said here must not follow from the definitions: a reader would
// subtract it.
struct PublicMeasure {
  const char* id;
  // Its total, areas and units are those of this other: it only has other kinds.
  const char* same_as = nullptr;
  // Its kinds are kinds of this other, of the same words.
  const char* kinds_of = nullptr;
  // Whatever it counts, this other counts too.
  const char* within = nullptr;
  // It counts what is of the kind `kind` of the measure `kind_of`, all of it and nothing else.
  const char* kind_of = nullptr;
  const char* kind = nullptr;
};

// In the order of a summary. Not among them are measures of leads, laboratories and data quality,
// which tell of the work and not of gun crime; times and repeats, which are too close to single
// guns and people; victims, whose bands agencies write in their own ways; guns as each record saw
// them; and no stock: the difference of two states would tell what came and went between them.
absl::Span<const PublicMeasure> PublicMeasures();

// The place of a measure in PublicMeasures(). It must be there.
std::size_t PublicPlaceOf(const char* id);

// The measure itself.
const Measure& MeasureOf(const PublicMeasure& one);

}  // namespace serieslink::summary

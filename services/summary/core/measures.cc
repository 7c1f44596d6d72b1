#include "services/summary/core/measures.h"

namespace serieslink::summary {

v1::MeasureDefinition DefinitionOf(const Measure& measure) {
  v1::MeasureDefinition definition;
  definition.set_id(measure.id);
  definition.set_version(measure.version);
  definition.set_name(measure.name);
  definition.set_definition(measure.definition);
  definition.set_unit(measure.unit);
  definition.set_dated_by(measure.dated_by);
  definition.set_caveats(measure.caveats);
  definition.set_source(measure.source);
  definition.set_is_stock(measure.is_stock);
  return definition;
}

}  // namespace serieslink::summary

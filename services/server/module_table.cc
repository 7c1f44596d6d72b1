#include "services/server/module_table.h"

namespace serieslink::server {

// Series, firearm, stolen, border, network, summary and alerts read what linkage has persisted, and
// ingest waits for linkage only when asked to, so none needs another to serve. What is done about
// leads, and what is asked, goes to the log, which ingest writes.
const std::vector<ModuleRow>& ModuleTable() {
  static const auto* const table = new std::vector<ModuleRow>{
      {"ingest", {}},          {"linkage", {"ingest"}}, {"generations", {"linkage"}},
      {"series", {}},          {"firearm", {}},         {"stolen", {}},
      {"border", {}},          {"network", {}},         {"summary", {}},
      {"leads", {"ingest"}},   {"alerts", {}},          {"enquiries", {"ingest"}},
      {"meetings", {"ingest"}}};
  return *table;
}

}  // namespace serieslink::server

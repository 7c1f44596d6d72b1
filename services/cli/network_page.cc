#include "services/cli/network_page.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using network::v1::Edge;
using network::v1::Node;

// What tells a node from others, in words.
std::string WhatItIs(const Node& node) {
  std::vector<std::string> parts;
  for (const char* field : {"exhibit_kind", "event_kind"}) {
    if (const std::string words = EnumWords(node, field); !words.empty()) parts.push_back(words);
  }
  if (node.has_occurred()) parts.push_back(DateText(node.occurred()));
  if (!node.agency().empty()) parts.push_back(node.agency());
  if (!node.series_id().empty()) parts.push_back(node.series_id());
  if (node.exhibit_count() > 0) {
    parts.push_back(
        absl::StrCat(node.incident_count(), " incidents, ", node.exhibit_count(), " exhibits"));
  }
  return absl::StrJoin(parts, ", ");
}

std::string WhatItSays(const Edge& edge) {
  if (edge.finding_id().empty()) return EnumWords(edge, "kind");
  return absl::StrCat(EnumWords(edge, "channel"), ", ", EnumWords(edge, "verdict"), ", ",
                      EnumWords(edge, "basis"));
}

Table EdgesTable(const network::v1::ExpandResponse& response) {
  Table table{{"first", "second", "what", "finding"}, {}};
  for (const Edge& edge : response.edges()) {
    table.rows.push_back({edge.first(), edge.second(), WhatItSays(edge), edge.finding_id()});
  }
  return table;
}

Table CoOccurringTable(const network::v1::ListCoOccurringWeaponsResponse& response) {
  Table table{{"weapon", "series", "incidents", "exhibits", "shared events"}, {}};
  for (const network::v1::CoOccurringWeapon& one : response.weapons()) {
    table.rows.push_back({one.weapon().node_id(), one.weapon().series_id(),
                          absl::StrCat(one.weapon().incident_count()),
                          absl::StrCat(one.weapon().exhibit_count()),
                          absl::StrJoin(one.shared_events(), ", ")});
  }
  return table;
}

}  // namespace

const char* ShortOfAll(network::v1::Completion completion) {
  switch (completion) {
    case network::v1::COMPLETION_NODES_MAX:
      return "there is more: a higher --nodes-max shows it, or narrow it by --kind, --from and "
             "--before";
    case network::v1::COMPLETION_DEADLINE:
      return "time was over before all was looked at: a longer --timeout, or fewer --hops, helps";
    case network::v1::COMPLETION_EVIDENCE_TOO_LARGE:
      return "around some node there is more evidence than one call holds; what lies behind it is "
             "not shown";
    default:
      return "";
  }
}

void WriteExpansion(const network::v1::ExpandResponse& response, Format format, int width_columns,
                    std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << '\n';
    return;
  }
  if (format == Format::kCsv) {
    WriteCsv(EdgesTable(response), out);
    return;
  }
  Page page(width_columns, out);
  page.Title(
      absl::StrCat("Around ", response.nodes_size() > 0 ? response.nodes(0).node_id() : "it"));
  page.Fact("as at revision", absl::StrCat(response.revision()));
  Table nodes{{"hops", "node", "kind", "what it is"}, {}};
  for (const Node& node : response.nodes()) {
    nodes.rows.push_back(
        {absl::StrCat(node.hops()), node.node_id(), EnumWords(node, "kind"), WhatItIs(node)});
  }
  page.Section("Nodes", nodes);
  page.Section("Edges", EdgesTable(response));
}

void WritePath(const network::v1::FindPathResponse& response, Format format, int width_columns,
               std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << '\n';
    return;
  }
  Table steps{{"step", "node", "what it is", "by", "finding"}, {}};
  for (int i = 0; i < response.nodes_size(); ++i) {
    const Edge* const edge = i == 0 ? nullptr : &response.edges(i - 1);
    steps.rows.push_back({absl::StrCat(i), response.nodes(i).node_id(), WhatItIs(response.nodes(i)),
                          edge == nullptr ? "" : WhatItSays(*edge),
                          edge == nullptr ? "" : edge->finding_id()});
  }
  if (format == Format::kCsv) {
    WriteCsv(steps, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(response.nodes_size() > 0
                 ? absl::StrCat("A shortest way, ", response.edges_size(), " steps")
                 : (response.completion() == network::v1::COMPLETION_ALL
                        ? "There is no way between the two"
                        : "No way was found"));
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Section("Way", steps);
}

void WriteCoOccurring(const network::v1::ListCoOccurringWeaponsResponse& response, Format format,
                      int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << '\n';
    return;
  }
  if (format == Format::kCsv) {
    WriteCsv(CoOccurringTable(response), out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat(response.weapons_size(), " weapons at the same events"));
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Section("Weapons", CoOccurringTable(response));
}

}  // namespace serieslink::cli

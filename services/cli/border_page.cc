#include "services/cli/border_page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

std::string SeizedText(const border::v1::Consignment& one) {
  return one.has_seized() ? DateText(one.seized()) : std::string();
}

std::string ItemsText(const border::v1::Consignment& one) {
  std::vector<std::string> parts;
  if (one.gun_count() > 0) {
    parts.push_back(absl::StrCat(one.gun_count(), one.gun_count() == 1 ? " gun" : " guns"));
  }
  if (one.part_count() > 0) {
    parts.push_back(absl::StrCat(one.part_count(), one.part_count() == 1 ? " part" : " parts"));
  }
  if (one.other_count() > 0) parts.push_back(absl::StrCat(one.other_count(), " other"));
  return absl::StrJoin(parts, ", ");
}

std::string TransitText(const border::v1::Consignment& one) {
  return absl::StrJoin(one.details().transit(), " > ");
}

std::string RemarkKinds(const border::v1::Consignment& one) {
  return absl::StrJoin(one.remarks(), ", ",
                       [](std::string* out, const border::v1::ConsignmentRemark& remark) {
                         out->append(EnumWords(remark, "kind"));
                       });
}

std::string GradingText(const type::v1::Grading& grading) {
  return absl::StrCat(grading.source(), grading.information(), grading.handling());
}

const std::vector<std::string>& ItemHeadings() {
  static const auto* const headings = new std::vector<std::string>{
      "item", "what", "part", "quantity", "description", "serials", "origin", "weapon"};
  return *headings;
}

std::vector<std::string> ItemRow(const border::v1::ConsignmentItem& item) {
  const record::v1::Exhibit& exhibit = item.exhibit();
  std::string what = EnumWords(exhibit, "kind");
  if (item.is_part() && exhibit.kind() == record::v1::EXHIBIT_KIND_GUN) what += ", not whole";
  return {item.exhibit_id(),
          what,
          exhibit.part_kind(),
          exhibit.has_quantity() ? absl::StrCat(exhibit.quantity()) : "",
          DescriptionText(exhibit),
          SerialsText(exhibit),
          exhibit.firearm().country_of_origin(),
          item.series_id().empty() ? item.weapon_id() : item.series_id()};
}

const std::vector<std::string>& LinkHeadings() {
  static const auto* const headings =
      new std::vector<std::string>{"state", "from", "to", "basis", "days apart", "rule", "why"};
  return *headings;
}

std::vector<std::string> LinkRow(const border::v1::SetLink& link) {
  return {EnumWords(link, "state"),
          link.from_record(),
          link.to_record(),
          EnumWords(link, "basis"),
          absl::StrCat(link.days_apart_minimum()),
          link.rule(),
          link.explanation()};
}

// A fact that says that not all of what is counted is shown.
void AddShown(const char* what, int shown, int count, Page& page) {
  if (shown < count) {
    page.Fact("Shown in part", absl::StrCat(shown, " of ", count, " ", what));
  }
}

const std::vector<std::string>& StatementHeadings() {
  static const auto* const headings =
      new std::vector<std::string>{"supply", "basis",   "date",   "grade",        "agency",
                                   "record", "exhibit", "origin", "stated basis", "assessed by"};
  return *headings;
}

std::vector<std::string> StatementRow(const linkage::v1::SupplyStatement& one) {
  return {EnumWords(one, "kind"),
          EnumWords(one, "basis"),
          one.has_date() ? DateText(one.date()) : "",
          GradingText(one.grading()),
          one.agency(),
          one.record_id(),
          one.exhibit_id(),
          one.origin(),
          one.stated_basis(),
          one.assessed_by()};
}

}  // namespace

std::vector<std::string> ConsignmentHeadings() {
  return {"seized", "agency",  "number",      "mode",  "port",    "declared",
          "found",  "transit", "destination", "items", "remarks", "record"};
}

std::vector<std::string> ConsignmentRow(const border::v1::Consignment& one) {
  const record::v1::Consignment& details = one.details();
  return {SeizedText(one),          one.agency(),
          one.source().source_id(), EnumWords(details, "mode"),
          details.port_code(),      details.declared_origin(),
          details.true_origin(),    TransitText(one),
          details.destination(),    ItemsText(one),
          RemarkKinds(one),         one.record_id()};
}

void WriteConsignment(const border::v1::GetConsignmentResponse& response, Format format,
                      int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  const border::v1::Consignment& one = response.consignment();
  Table items{ItemHeadings(), {}};
  for (const border::v1::ConsignmentItem& item : one.items()) items.rows.push_back(ItemRow(item));
  if (format == Format::kCsv) {
    Table all{{"record", "seized"}, {}};
    all.headings.insert(all.headings.end(), items.headings.begin(), items.headings.end());
    for (const std::vector<std::string>& row : items.rows) {
      std::vector<std::string> cells = {one.record_id(), SeizedText(one)};
      cells.insert(cells.end(), row.begin(), row.end());
      all.rows.push_back(std::move(cells));
    }
    WriteCsv(all, out);
    return;
  }
  const record::v1::Consignment& details = one.details();
  Page page(width_columns, out);
  page.Title(absl::StrCat(one.record_id(), ": ", ItemsText(one)));
  page.Fact("Seizure", absl::StrCat(one.agency(), " ", one.source().source_id()));
  page.Fact("Consignment", details.consignment_id());
  page.Fact("Seized", SeizedText(one));
  page.Fact("Place", PlaceText(one.place()));
  page.Fact("Mode", EnumWords(details, "mode"));
  page.Fact("Port", details.port_code());
  page.Fact("Declared origin", details.declared_origin());
  page.Fact("True origin", details.true_origin());
  page.Fact("Transit", TransitText(one));
  page.Fact("Carrier", details.carrier());
  page.Fact("Detection", details.detection_method());
  page.Fact("Concealment", details.concealment());
  page.Fact("Destination", details.destination());
  page.Fact("Names", absl::StrJoin(details.sister_consignments(), ", ",
                                   [](std::string* text, const type::v1::SourceReference& name) {
                                     text->append(name.source_id());
                                   }));
  page.Fact("Grading", GradingText(one.grading()));
  for (const border::v1::ConsignmentRemark& remark : one.remarks()) {
    page.Fact(remark.is_contradiction() ? "Contradiction" : "Not read", remark.explanation());
  }
  page.Fact("Revision", absl::StrCat(response.revision()));
  page.Section("Items", items);
}

std::vector<std::string> PartSetHeadings() {
  return {"set",   "seized", "consignments", "confirmed",
          "leads", "parts",  "destination",  "agencies"};
}

std::vector<std::string> PartSetRow(const border::v1::PartSet& set) {
  int confirmed = 0;
  int leads = 0;
  for (const border::v1::SetLink& link : set.links()) {
    ++(link.state() == border::v1::SET_LINK_STATE_CONFIRMED ? confirmed : leads);
  }
  // Confirmed links come first: what is not told behind a lead are leads.
  const bool has_more = set.link_count() > set.links_size();
  const char* const more_confirmed = has_more && leads == 0 ? "+" : "";
  const char* const more_leads = has_more ? "+" : "";
  std::vector<std::string> agencies;
  std::vector<std::string> seized;
  std::vector<std::string> destinations;
  const auto add = [](std::vector<std::string>& to, const std::string& text) {
    if (!text.empty() && std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
  };
  for (const border::v1::Consignment& one : set.consignments()) {
    add(agencies, one.agency());
    add(seized, SeizedText(one));
    add(destinations, one.details().destination());
  }
  return {set.set_id(),
          absl::StrJoin(seized, ", "),
          absl::StrCat(set.consignment_count()),
          absl::StrCat(confirmed, more_confirmed),
          absl::StrCat(leads, more_leads),
          absl::StrJoin(set.part_kinds(), ", "),
          absl::StrJoin(destinations, ", "),
          absl::StrJoin(agencies, ", ")};
}

void WritePartSet(const border::v1::GetPartSetResponse& response, Format format, int width_columns,
                  std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  const border::v1::PartSet& set = response.set();
  Table links{LinkHeadings(), {}};
  for (const border::v1::SetLink& link : set.links()) links.rows.push_back(LinkRow(link));
  if (format == Format::kCsv) {
    WriteCsv(links, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat(set.set_id(), ": ",
                          set.consignment_count() == 1
                              ? std::string("one consignment")
                              : absl::StrCat(set.consignment_count(), " consignments")));
  page.Fact("Parts", absl::StrJoin(set.part_kinds(), ", "));
  if (set.names_not_found() > 0) {
    page.Fact("Names", absl::StrCat(set.names_not_found(),
                                    " that stand for no border seizure that you may see"));
  }
  if (set.is_guarded()) {
    page.Fact("Guard", "so many consignments agree with these that the rule says nothing");
  }
  if (set.is_abridged()) page.Fact("Shown in part", "there are more consignments, or numbers");
  AddShown("consignments", set.consignments_size(), set.consignment_count(), page);
  AddShown("links", set.links_size(), set.link_count(), page);
  AddShown("appearances inland", response.appearances_size(), response.appearance_count(), page);
  page.Fact("Revision", absl::StrCat(response.revision()));
  Table consignments{ConsignmentHeadings(), {}};
  for (const border::v1::Consignment& one : set.consignments()) {
    consignments.rows.push_back(ConsignmentRow(one));
  }
  page.Section("Consignments", consignments);
  page.Section("Why they belong together, or may", links);
  Table appearances{{"state", "when", "what", "where", "order", "weapon", "item", "event"}, {}};
  for (const border::v1::InlandAppearance& one : response.appearances()) {
    appearances.rows.push_back({EnumWords(one, "state"), SpanText(one.event().occurred()),
                                EnumWords(one.event(), "kind"), PlaceText(one.event().place()),
                                EnumWords(one, "order"),
                                one.series_id().empty() ? one.weapon_id() : one.series_id(),
                                one.item_id(), one.event().event_id()});
  }
  page.Section("Inland", appearances);
}

void WriteRoutes(const border::v1::CountConsignmentsResponse& response, Format format,
                 int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  const auto is_inland = [](const border::v1::RouteTable& table) {
    return table.id().compare(0, 7, "inland.") == 0;
  };
  if (format == Format::kCsv) {
    Table all{{"table", "key", "second key", "third key", "consignments", "guns", "parts",
               "inland weapons", "counts"},
              {}};
    for (const border::v1::RouteTable& table : response.tables()) {
      for (const border::v1::RouteRow& row : table.rows()) {
        const auto key = [&](int i) { return row.keys_size() > i ? row.keys(i) : std::string(); };
        all.rows.push_back({table.id(), key(0), key(1), key(2), absl::StrCat(row.consignments()),
                            absl::StrCat(row.guns()), absl::StrCat(row.parts()),
                            absl::StrCat(row.inland_weapons()), table.counts()});
      }
    }
    WriteCsv(all, out);
    return;
  }
  Page page(width_columns, out);
  page.Title("Consignments seized at a border");
  page.Fact("Revision", absl::StrCat(response.revision()));
  if (response.unresolved_exhibits() > 0) {
    page.Fact("Not followed", absl::StrCat(response.unresolved_exhibits(),
                                           " guns inland, with too much evidence around them"));
  }
  for (const border::v1::RouteTable& table : response.tables()) {
    Table shown{{table.keys().begin(), table.keys().end()}, {}};
    const std::vector<std::string> headings =
        is_inland(table) ? std::vector<std::string>{"weapons"}
                         : std::vector<std::string>{"consignments", "guns", "parts"};
    shown.headings.insert(shown.headings.end(), headings.begin(), headings.end());
    for (const border::v1::RouteRow& row : table.rows()) {
      std::vector<std::string> cells(row.keys().begin(), row.keys().end());
      if (is_inland(table)) {
        cells.push_back(absl::StrCat(row.inland_weapons()));
      } else {
        cells.push_back(absl::StrCat(row.consignments()));
        cells.push_back(absl::StrCat(row.guns()));
        cells.push_back(absl::StrCat(row.parts()));
      }
      shown.rows.push_back(std::move(cells));
    }
    page.Section(absl::StrCat(table.id(), ": ", table.counts()), shown);
  }
}

void AddSupply(const linkage::v1::WeaponSupply& supply, Page& page) {
  page.Fact("Supply", EnumWords(supply, "kinds"));
  if (supply.is_contradicted()) {
    page.Fact("Contradiction", "no gun is of two makings: see the statements");
  }
  AddShown("statements of where it comes from", supply.statements_size(), supply.statement_count(),
           page);
  Table statements{StatementHeadings(), {}};
  for (const linkage::v1::SupplyStatement& one : supply.statements()) {
    statements.rows.push_back(StatementRow(one));
  }
  page.Section("Where it comes from", statements);
}

void WriteSupply(const border::v1::GetWeaponSupplyResponse& response, Format format,
                 int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  const std::string id = response.series_id().empty() ? response.weapon_id() : response.series_id();
  if (format == Format::kCsv) {
    Table all{{"weapon"}, {}};
    all.headings.insert(all.headings.end(), StatementHeadings().begin(), StatementHeadings().end());
    for (const linkage::v1::SupplyStatement& one : response.supply().statements()) {
      std::vector<std::string> row = {id};
      for (std::string& cell : StatementRow(one)) row.push_back(std::move(cell));
      all.rows.push_back(std::move(row));
    }
    WriteCsv(all, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat(id, ": ", EnumWords(response.supply(), "kind")));
  page.Fact("Revision", absl::StrCat(response.revision()));
  AddSupply(response.supply(), page);
}

void WritePorts(const border::v1::ListPortsResponse& response, Format format, int width_columns,
                std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  Table table{{"code", "name", "kind", "source"}, {}};
  for (const border::v1::KnownPort& port : response.ports()) {
    table.rows.push_back({port.code(), port.name(), EnumWords(port, "kind"), port.source()});
  }
  if (format == Format::kCsv) {
    WriteCsv(table, out);
    return;
  }
  WriteTable(table, width_columns, out);
  out << Grouped(response.ports_size()) << (response.ports_size() == 1 ? " port" : " ports")
      << " of the list " << response.version() << ", which has ports of "
      << absl::StrJoin(response.listed_countries(), ", ") << std::endl;
}

}  // namespace serieslink::cli

#include "services/cli/explanation_page.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using linkage::v1::ChainLink;
using linkage::v1::ExhibitVersion;
using linkage::v1::Finding;
using linkage::v1::LinkExplanation;

std::string VersionText(const ExhibitVersion& version) {
  std::string text = absl::StrCat(version.record_id(), ", ", version.agency());
  if (version.has_source_version()) {
    absl::StrAppend(&text, ", version ", version.source_version());
  }
  return absl::StrCat(text, ", known from revision ", version.from_revision());
}

// "-20.0 prior + 29.9 serial + 2.0 make".
std::string WeightText(const Finding& finding) {
  std::string text;
  for (const linkage::v1::Contribution& one : finding.contributions()) {
    absl::StrAppend(&text, text.empty() ? "" : " + ",
                    absl::StrFormat("%.3f %s", one.weight_log2(), one.name()));
  }
  if (text.empty()) return "";
  return absl::StrCat(absl::StrFormat("%.3f bits = ", finding.weight_log2()), text);
}

void AddFindingFacts(const Finding& finding, Page& page) {
  page.Fact("compared by", EnumWords(finding, "channel"));
  page.Fact("verdict", EnumWords(finding, "verdict"));
  std::string basis = BasisText(finding);
  if (const std::string stage = EnumWords(finding, "stage"); !stage.empty()) {
    absl::StrAppend(&basis, ", ", stage);
  }
  if (const std::string relation = EnumWords(finding, "relation"); !relation.empty()) {
    absl::StrAppend(&basis, ", ", relation);
  }
  page.Fact("on the word of", basis);
  if (finding.has_examined()) page.Fact("examined", DateText(finding.examined()));
  page.Fact("finding", finding.finding_id());
  page.Fact("stated in", finding.asserting_record());
  page.Fact("made by rule", finding.rule());
  page.Fact("weight", WeightText(finding));
  page.Fact("known since", absl::StrCat(TimestampText(finding.from_time()), ", revision ",
                                        finding.from_revision()));
}

// What stands about the very pair and is no link of the chain.
std::vector<const Finding*> BesideTheChain(const LinkExplanation& explanation) {
  std::vector<const Finding*> beside;
  for (const Finding& finding : explanation.direct_findings()) {
    const bool is_link = std::any_of(
        explanation.chain().begin(), explanation.chain().end(),
        [&](const ChainLink& link) { return link.finding().finding_id() == finding.finding_id(); });
    if (!is_link) beside.push_back(&finding);
  }
  return beside;
}

Table WeightsTable(const LinkExplanation& explanation) {
  Table table{{"finding", "first", "second", "term", "bits", "source of the number"}, {}};
  const auto add = [&](const Finding& finding) {
    for (const linkage::v1::Contribution& one : finding.contributions()) {
      table.rows.push_back({finding.finding_id(), finding.first_exhibit(), finding.second_exhibit(),
                            one.name(), absl::StrFormat("%.3f", one.weight_log2()), one.source()});
    }
  };
  for (const ChainLink& link : explanation.chain()) add(link.finding());
  for (const Finding* finding : BesideTheChain(explanation)) add(*finding);
  return table;
}

// Each number's source once.
Table SourcesTable(const LinkExplanation& explanation) {
  Table table{{"term", "source of its number"}, {}};
  for (const std::vector<std::string>& row : WeightsTable(explanation).rows) {
    const std::vector<std::string> source = {row[3], row[5]};
    if (std::find(table.rows.begin(), table.rows.end(), source) == table.rows.end()) {
      table.rows.push_back(source);
    }
  }
  return table;
}

void WritePage(const series::v1::ExplainLinkResponse& response, int width_columns,
               std::ostream& out) {
  const LinkExplanation& explanation = response.explanation();
  Page page(width_columns, out);
  page.Title(absl::StrCat(explanation.first().exhibit_id(), " and ",
                          explanation.second().exhibit_id(),
                          explanation.is_one_weapon() ? ": one weapon" : ": not one weapon"));
  page.Fact("first", VersionText(explanation.first()));
  page.Fact("second", VersionText(explanation.second()));
  if (explanation.is_one_weapon()) {
    page.Fact("weapon", explanation.first_weapon());
  } else {
    page.Fact("weapon of first", explanation.first_weapon());
    page.Fact("weapon of second", explanation.second_weapon());
  }
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Paragraph(absl::StrJoin(explanation.summary(), " "));
  for (int i = 0; i < explanation.chain_size(); ++i) {
    const ChainLink& link = explanation.chain(i);
    page.Heading(absl::StrCat("Link ", i + 1, " of ", explanation.chain_size(), ": ",
                              link.from().exhibit_id(), " to ", link.to().exhibit_id()));
    page.Fact("from", VersionText(link.from()));
    page.Fact("to", VersionText(link.to()));
    AddFindingFacts(link.finding(), page);
  }
  for (const Finding* finding : BesideTheChain(explanation)) {
    page.Heading(explanation.is_one_weapon() ? "What else was found about the two"
                                             : "What was found about the two");
    AddFindingFacts(*finding, page);
  }
  for (const linkage::v1::Conflict& conflict : explanation.conflicts()) {
    page.Heading(absl::StrCat(explanation.is_one_weapon() ? "What contradicts in this weapon: "
                                                          : "What keeps them apart: ",
                              EnumWords(conflict, "kind")));
    page.Fact("between",
              absl::StrCat(conflict.first_exhibit(), " and ", conflict.second_exhibit()));
    page.Fact("findings", absl::StrJoin(conflict.findings(), ", "));
    page.Paragraph(conflict.explanation());
  }
  if (!explanation.is_one_weapon()) {
    if (explanation.shortfalls_size() > 0) page.Heading("Why the serial rule does not join them");
    for (const linkage::v1::Shortfall& shortfall : explanation.shortfalls()) {
      page.Fact(EnumWords(shortfall, "kind"), shortfall.explanation());
    }
  }
  page.Section("Where the weights come from (shown in thousandths; exact with --format json)",
               SourcesTable(explanation));
}

}  // namespace

void WriteExplanation(const series::v1::ExplainLinkResponse& response, Format format,
                      int width_columns, std::ostream& out) {
  switch (format) {
    case Format::kJson:
      out << JsonOf(response, true) << '\n';
      return;
    case Format::kCsv:
      WriteCsv(WeightsTable(response.explanation()), out);
      return;
    case Format::kTable:
      WritePage(response, width_columns, out);
      return;
  }
}

}  // namespace serieslink::cli

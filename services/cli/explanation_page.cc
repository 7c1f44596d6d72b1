#include "services/cli/explanation_page.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/series_page.h"
#include "services/cli/weight_chart.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using linkage::v1::ChainLink;
using linkage::v1::ExhibitVersion;
using linkage::v1::Finding;
using linkage::v1::LinkExplanation;
using linkage::v1::SeriesExplanation;

constexpr char kSourcesHeading[] =
    "Where the weights come from (shown in thousandths; exact with --format json)";

std::string VersionText(const ExhibitVersion& version) {
  std::string text = absl::StrCat(version.record_id(), ", ", version.agency());
  if (version.has_source_version()) {
    absl::StrAppend(&text, ", version ", version.source_version());
  }
  return absl::StrCat(text, ", known from revision ", version.from_revision());
}

// "11.900 bits = -20.000 prior + 29.900 serial + 2.000 make".
std::string WeightText(const Finding& finding) {
  if (finding.contributions().empty()) return "";
  const RoundedWeight weight = RoundWeight(finding);
  std::string text = absl::StrCat(weight.total, " bits = ");
  for (int i = 0; i < finding.contributions_size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : " + ", weight.terms[static_cast<std::size_t>(i)], " ",
                    finding.contributions(i).name());
  }
  return text;
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
  page.Fact("stated in",
            finding.asserting_agency().empty()
                ? finding.asserting_record()
                : absl::StrCat(finding.asserting_record(), ", ", finding.asserting_agency()));
  page.Fact("made by rule", finding.rule());
  page.Fact("weight", WeightText(finding));
  page.Fact("known since", absl::StrCat(TimestampText(finding.from_time()), ", revision ",
                                        finding.from_revision()));
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
  page.Fact("digest", response.mark().digest());
  page.Paragraph(absl::StrJoin(explanation.summary(), " "));
  for (int i = 0; i < explanation.chain_size(); ++i) {
    const ChainLink& link = explanation.chain(i);
    page.Heading(absl::StrCat("Link ", i + 1, " of ", explanation.chain_size(), ": ",
                              link.from().exhibit_id(), " to ", link.to().exhibit_id()));
    page.Fact("from", VersionText(link.from()));
    page.Fact("to", VersionText(link.to()));
    AddFindingFacts(link.finding(), page);
  }
  const std::vector<ExplainedFinding> findings = FindingsOf(explanation);
  for (std::size_t i = static_cast<std::size_t>(explanation.chain_size()); i < findings.size();
       ++i) {
    page.Heading(explanation.is_one_weapon() ? "What else was found about the two"
                                             : "What was found about the two");
    AddFindingFacts(*findings[i].finding, page);
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
  page.Section(kSourcesHeading, WeightSources(findings));
}

// How a finding of a part is headed.
std::string HeadingOf(const ExplainedFinding& one, int count) {
  const std::string_view part = one.part;
  const char* const words = part == "joining"      ? "Holds it together"
                            : part == "supporting" ? "Supports it"
                            : part == "contrary"   ? "Stands against it"
                            : part == "undecided"  ? "Decides nothing"
                                                   : "Joins nothing until it is stated again";
  return absl::StrCat(words, ", ", one.order, " of ", count, ": ", one.finding->first_exhibit(),
                      " and ", one.finding->second_exhibit());
}

int CountOf(const ExplainedFinding& one, const SeriesExplanation& explanation) {
  const std::string_view part = one.part;
  return part == "joining"      ? explanation.joining_count()
         : part == "supporting" ? explanation.supporting_count()
         : part == "contrary"   ? explanation.contrary_count()
         : part == "undecided"  ? explanation.undecided_count()
                                : explanation.stale_count();
}

void WritePage(const series::v1::ExplainSeriesResponse& response, int width_columns,
               std::ostream& out) {
  const series::v1::Series& series = response.series();
  const SeriesExplanation& explanation = response.explanation();
  Page page(width_columns, out);
  page.Title(series.series_id().empty()
                 ? absl::StrCat("What holds weapon ", series.weapon_id(), " together")
                 : absl::StrCat("What holds series ", series.series_id(), " together"));
  page.Fact("weapon", series.weapon_id());
  page.Fact("exhibits", absl::StrCat(series.exhibit_count()));
  page.Fact("incidents", absl::StrCat(series.incident_count()));
  page.Fact("holds together by", FloorText(series));
  page.Fact("weakest bridge", BridgeText(series));
  page.Fact("as at revision", absl::StrCat(response.revision()));
  page.Fact("digest", response.mark().digest());
  page.Fact("shown in part", absl::StrJoin(explanation.abridged(), ", "));
  page.Paragraph(absl::StrJoin(explanation.summary(), " "));
  page.Section("Flags: look into these first", FlagsTable(series));
  Table versions{{"exhibit", "record, as it stands"}, {}};
  for (const ExhibitVersion& version : explanation.exhibits()) {
    versions.rows.push_back({version.exhibit_id(), VersionText(version)});
  }
  page.Section("Exhibits", versions);
  const std::vector<ExplainedFinding> findings = FindingsOf(explanation);
  for (const ExplainedFinding& one : findings) {
    page.Heading(HeadingOf(one, CountOf(one, explanation)));
    AddFindingFacts(*one.finding, page);
  }
  Table conflicts{{"conflict", "first", "second", "findings", "explanation"}, {}};
  for (const linkage::v1::Conflict& conflict : explanation.conflicts()) {
    conflicts.rows.push_back({EnumWords(conflict, "kind"), conflict.first_exhibit(),
                              conflict.second_exhibit(), absl::StrJoin(conflict.findings(), ", "),
                              conflict.explanation()});
  }
  page.Section("Conflicts", conflicts);
  page.Section(kSourcesHeading, WeightSources(findings));
}

template <typename Response>
void WriteIn(const Response& response, Format format, int width_columns, std::ostream& out) {
  switch (format) {
    case Format::kJson:
      out << JsonOf(response, true) << '\n';
      return;
    case Format::kCsv:
      WriteCsv(WeightChart(FindingsOf(response.explanation())), out);
      return;
    case Format::kTable:
      WritePage(response, width_columns, out);
      return;
  }
}

}  // namespace

void WriteExplanation(const series::v1::ExplainLinkResponse& response, Format format,
                      int width_columns, std::ostream& out) {
  WriteIn(response, format, width_columns, out);
}

void WriteExplanation(const series::v1::ExplainSeriesResponse& response, Format format,
                      int width_columns, std::ostream& out) {
  WriteIn(response, format, width_columns, out);
}

}  // namespace serieslink::cli

#include "services/cli/court_text.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/court_document.h"
#include "services/cli/series_page.h"
#include "services/cli/weight_chart.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using google::protobuf::RepeatedPtrField;
using linkage::v1::Conflict;
using linkage::v1::ExhibitVersion;
using linkage::v1::Finding;
using linkage::v1::FindingSource;

// What docs/linkage_model.md says of every answer.
constexpr const char* kGeneralLimits[] = {
    "A weapon is a set of exhibits that the evidence says are one physical gun; a series is a "
    "weapon with two or more distinct incidents that was not issued to police, or was lost by "
    "them. The same gun is not the same offender: guns are lent, sold and hidden. Nothing here "
    "is said of any person.",
    "Only confirmed findings join exhibits. What rests on a rule reads \"same number, not "
    "examined\": the service found numbers in records to be equal, and nobody compared the guns. "
    "A lead is not a link.",
    "Findings of examiners are taken for what was stated. Nothing here says how often a "
    "laboratory errs.",
    "A false match of a number is possible: two guns of one make with one number, or a number "
    "entered wrongly twice.",
    "A missing link is more likely than a false one: exhibits that nobody compared and whose "
    "numbers were not read are not joined. That two exhibits are not joined does not say that "
    "they are of two guns.",
    "Handling conditions and caveats of the records are not repeated here. They are to be read "
    "with the records before this document is disclosed."};
constexpr char kWeightLimits[] =
    "Weights are in bits: of the prior log2 of odds, of every other term log2 of a likelihood "
    "ratio in the linkage model that the finding names. With the model that the service comes "
    "with they rest on assumed numbers, each with its source below. They order findings and tell "
    "strong from weak. They are not the likelihood ratio of a laboratory, and no probability of "
    "error. A finding that a person or agency stated has no weight. Terms are shown in "
    "thousandths of a bit, rounded so that they add up to the total.";
constexpr char kScoreLimits[] =
    "A machine's score of marks is a lead, whatever it weighs: nobody examined the two. Its weight "
    "was estimated from scores of pairs of which it was known whether one weapon had made them; it "
    "holds for weapons and marks like those.";

// Where exhibits stand in the schedule, and as which versions of their records.
class Schedule {
 public:
  void Learn(const ExhibitVersion& version) { versions_.emplace(version.exhibit_id(), version); }

  // Each exhibit gets the next number.
  void Add(const series::v1::Exhibit& exhibit) {
    numbers_.emplace(exhibit.exhibit_id(), static_cast<int>(numbers_.size()) + 1);
  }

  // "exhibit 2 (EX-…)", or "EX-…, not in the schedule".
  std::string NameOf(const std::string& id) const {
    const auto found = numbers_.find(id);
    if (found == numbers_.end()) return absl::StrCat(id, " (not in the schedule)");
    return absl::StrCat("exhibit ", found->second, " (", id, ")");
  }

  bool Has(const std::string& id) const { return numbers_.contains(id); }

  // "RC-… of mers, version 3, known from revision 12"; empty where it is not known.
  std::string RecordOf(const std::string& id) const {
    const auto found = versions_.find(id);
    if (found == versions_.end()) return "";
    const ExhibitVersion& version = found->second;
    std::string text = absl::StrCat(version.record_id(), " of ", version.agency());
    if (version.has_source_version()) {
      absl::StrAppend(&text, ", version ", version.source_version());
    }
    return absl::StrCat(text, ", known from revision ", version.from_revision());
  }

 private:
  std::map<std::string, int> numbers_;
  std::map<std::string, ExhibitVersion> versions_;
};

std::string CapitalisedText(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

const char* VerdictSentence(const Finding& finding) {
  switch (finding.verdict()) {
    case record::v1::VERDICT_CONFIRMED:
      return "are said to be of one weapon (confirmed)";
    case record::v1::VERDICT_ELIMINATED:
      return "are said to be of different weapons (eliminated)";
    case record::v1::VERDICT_LEAD:
      return "may be of one weapon (a lead: it joins nothing)";
    case record::v1::VERDICT_INCONCLUSIVE:
      return "were compared without a result (inconclusive)";
    case record::v1::VERDICT_WITHDRAWN:
      return "were the subject of a statement that was taken back (withdrawn)";
    default:
      return "were compared";
  }
}

// Who states it, by what they are.
std::string AuthorText(const Finding& finding) {
  if (finding.basis() == record::v1::BASIS_RULE) {
    return finding.verdict() == record::v1::VERDICT_CONFIRMED
               ? "nobody: a rule of the service, from the records below (same number, not examined)"
               : "nobody: a rule of the service, from the records below (not examined)";
  }
  std::string author;
  switch (finding.has_score() ? record::v1::BASIS_UNSPECIFIED : finding.basis()) {
    case record::v1::BASIS_EXAMINER:
      author = "a firearms examiner";
      break;
    case record::v1::BASIS_ANALYST:
      author = "an analyst";
      break;
    case record::v1::BASIS_SOURCE_REFERENCE:
      author = "an agency, by its own reference";
      break;
    default:
      author = finding.has_score()
                   ? absl::StrCat("nobody: ", ScoreText(finding), ", that no examiner looked at")
                   : "not said on what basis";
  }
  absl::StrAppend(&author, finding.asserting_agency().empty()
                               ? ", in a record that is not open to the agency that asked"
                               : absl::StrCat(", in a record of ", finding.asserting_agency()));
  if (finding.is_untrusted()) {
    absl::StrAppend(&author, "; by policy this source neither confirms nor eliminates");
  }
  return author;
}

const char* ChannelText(const Finding& finding) {
  switch (finding.channel()) {
    case record::v1::CHANNEL_CASE:
      return "marks on cartridge cases";
    case record::v1::CHANNEL_BULLET:
      return "marks on bullets";
    case record::v1::CHANNEL_SERIAL:
      return "serial numbers";
    case record::v1::CHANNEL_SOURCE_REFERENCE:
      return "references that an agency gave";
    case record::v1::CHANNEL_DESCRIPTION:
      return "description";
    default:
      return "";
  }
}

std::string RestsOnText(const FindingSource& source) {
  std::string text = source.record_id();
  if (source.has_source_version()) absl::StrAppend(&text, ", version ", source.source_version());
  return absl::StrCat(text, ", known from revision ", source.from_revision());
}

void WriteWeight(const Finding& finding, CourtDocument& document) {
  if (finding.contributions().empty()) {
    document.Fact("weight", "none");
    return;
  }
  document.Line("weight, in bits:");
  const RoundedWeight weight = RoundWeight(finding);
  for (int i = 0; i < finding.contributions_size(); ++i) {
    document.Term(finding.contributions(i).name(), weight.terms[static_cast<std::size_t>(i)]);
  }
  document.Total("total", weight.total);
}

// One paragraph. `place` is e.g. "Finding 2 of 5".
void WriteFinding(const std::string& place, const Finding& finding, const Schedule& schedule,
                  CourtDocument& document) {
  document.Paragraph(absl::StrCat(place, ", ", finding.finding_id(), ". ",
                                  CapitalisedText(schedule.NameOf(finding.first_exhibit())),
                                  " and ", schedule.NameOf(finding.second_exhibit()), " ",
                                  VerdictSentence(finding), "."));
  document.Fact("stated by", AuthorText(finding));
  if (finding.proposed_verdicts_size() > 0) {
    document.Fact("waits", absl::StrCat("for a second person of the agency: ",
                                        EnumWords(finding, "proposed_verdicts")));
  }
  document.Fact("compared by", ChannelText(finding));
  document.Fact("stage", EnumWords(finding, "stage"));
  document.Fact("relation", EnumWords(finding, "relation"));
  if (finding.basis() != record::v1::BASIS_RULE) {
    document.Fact("its own time",
                  finding.has_examined() ? DateText(finding.examined()) : "not said");
  }
  document.Fact("made by rule", finding.rule());
  if (finding.generation() != 0) {
    document.Fact("rules of", absl::StrCat("generation ", finding.generation()));
  }
  for (const FindingSource& source : finding.sources()) {
    document.Fact("rests on", RestsOnText(source));
  }
  // What the schedule does not tell of.
  for (const std::string* id : {&finding.first_exhibit(), &finding.second_exhibit()}) {
    if (schedule.Has(*id)) continue;
    const std::string version = schedule.RecordOf(*id);
    document.Fact(*id, version.empty() ? "its record no longer has it" : version);
  }
  document.Fact("known here", absl::StrCat("since ", TimestampText(finding.from_time()),
                                           ", revision ", finding.from_revision()));
  WriteWeight(finding, document);
}

void WriteExhibits(const RepeatedPtrField<series::v1::Exhibit>& exhibits,
                   const std::map<std::string, std::string>& events, Schedule& schedule,
                   CourtDocument& document) {
  document.Heading("Schedule of exhibits");
  for (const series::v1::Exhibit& exhibit : exhibits) {
    schedule.Add(exhibit);
    document.Paragraph(absl::StrCat(CapitalisedText(schedule.NameOf(exhibit.exhibit_id())), "."));
    document.Fact("kind", EnumWords(exhibit, "kind"));
    const std::string record = schedule.RecordOf(exhibit.exhibit_id());
    document.Fact("record", record.empty()
                                ? absl::StrCat(exhibit.record_id(), " of ", exhibit.agency())
                                : record);
    document.Fact("reference", exhibit.exhibit().exhibit_reference());
    document.Fact("exhibit mark", exhibit.exhibit().exhibit_mark());
    document.Fact("description", DescriptionText(exhibit.exhibit()));
    document.Fact("numbers", SerialsText(exhibit.exhibit()));
    const auto event = events.find(exhibit.event_id());
    document.Fact("seen at", event == events.end() ? exhibit.event_id() : event->second);
  }
}

void WriteConflict(const Conflict& conflict, const Schedule& schedule, CourtDocument& document) {
  document.Paragraph(absl::StrCat(CapitalisedText(EnumWords(conflict, "kind")), ": ",
                                  conflict.explanation(), "."));
  document.Fact("between", absl::StrCat(schedule.NameOf(conflict.first_exhibit()), " and ",
                                        schedule.NameOf(conflict.second_exhibit())));
  document.Fact("findings", absl::StrJoin(conflict.findings(), ", "));
  document.Fact("different guns", absl::StrJoin(conflict.apart_exhibits(), " and "));
  document.Fact("contradicted by", absl::StrJoin(conflict.contradicting(), ", "));
}

// Who asked, and as at when.
void WriteAsked(const std::string& question, std::int64_t revision,
                const series::v1::AnswerMark& mark, CourtDocument& document) {
  document.Heading("What was asked");
  document.Paragraph(question);
  document.Paragraph(absl::StrCat("The answer is as at revision ", revision,
                                  " of the service's log, which was committed at ",
                                  TimestampText(mark.revision_time()),
                                  " (times and days are those of London). What was "
                                  "recorded, corrected or withdrawn later is not in it."));
  document.Paragraph(absl::StrCat(
      "It was given to the agency ", mark.agency(),
      ", from the records that this agency may see. "
      "Records that it may not see are not in it, and may hold more for it or against it."));
}

void WriteLimits(const Table& sources, const std::vector<ExplainedFinding>& findings,
                 CourtDocument& document) {
  document.Heading("What this document says, and does not say");
  for (const char* const limit : kGeneralLimits) document.Paragraph(limit);
  if (!sources.rows.empty()) document.Paragraph(kWeightLimits);
  const bool has_score =
      std::any_of(findings.begin(), findings.end(),
                  [](const ExplainedFinding& one) { return one.finding->has_score(); });
  if (has_score) document.Paragraph(kScoreLimits);
}

void WriteSources(const std::vector<ExplainedFinding>& findings, CourtDocument& document) {
  const Table sources = WeightSources(findings);
  if (sources.rows.empty()) return;
  document.Heading("Where the numbers of the weights come from");
  for (const std::vector<std::string>& row : sources.rows) {
    document.Paragraph(absl::StrCat("Term \"", row[0], "\": ", row[1], "."));
  }
}

// `command` asks the same again.
void WriteMark(const std::string& command, const series::v1::AnswerMark& mark,
               CourtDocument& document) {
  document.Heading("By what this answer is known again");
  document.Paragraph("SHA-256 of the answer:");
  document.Line(mark.digest());
  document.Paragraph(
      "Asked again by the same agency as at the same revision, the same build of the service gives "
      "an answer of this digest, unless the visibility of a record or the policy on whose word "
      "counts has changed since. To ask again:");
  document.Line(command);
}

// Names of lists that were cut, from one or two messages.
void WriteCut(const std::set<std::string>& abridged, CourtDocument& document) {
  if (abridged.empty()) return;
  document.Paragraph(
      absl::StrCat("This answer holds only some of: ", absl::StrJoin(abridged, ", "),
                   ". Counts are of all. What is not shown was taken into account."));
}

}  // namespace

void WriteCourtText(const series::v1::ExplainSeriesResponse& response, std::ostream& out) {
  const series::v1::Series& series = response.series();
  const linkage::v1::SeriesExplanation& explanation = response.explanation();
  const bool is_series = !series.series_id().empty();
  const std::string name =
      is_series ? absl::StrCat("series ", series.series_id(), " (weapon ", series.weapon_id(), ")")
                : absl::StrCat("weapon ", series.weapon_id());
  const std::vector<ExplainedFinding> findings = FindingsOf(explanation);
  Schedule schedule;
  for (const ExhibitVersion& version : explanation.exhibits()) schedule.Learn(version);

  CourtDocument document(out);
  document.Title(is_series ? "Explanation of a linked series" : "Explanation of a weapon");
  document.Subtitle(absl::StrCat(CapitalisedText(name), ", revision ", response.revision()));
  WriteAsked(absl::StrCat("What holds the exhibits of ", name,
                          " together as one weapon, and what stands against it."),
             response.revision(), response.mark(), document);

  document.Heading("The answer in short");
  document.Paragraph(absl::StrJoin(explanation.summary(), " "));
  document.Paragraph(
      absl::StrCat("Exhibits: ", series.exhibit_count(), ". Events: ", series.event_count(),
                   ". Incidents: ", series.incident_count(),
                   ". The three are counts of their own. Agencies with a record in it: ",
                   absl::StrJoin(series.agencies(), ", "), "."));
  if (const std::string floor = FloorText(series); !floor.empty()) {
    document.Paragraph(
        absl::StrCat("Floor, the weakest basis that it cannot do without: ", floor, "."));
  }
  if (const std::string bridge = BridgeText(series); !bridge.empty()) {
    document.Paragraph(absl::StrCat("Weakest bridge: ", bridge, "."));
    document.Fact("findings", absl::StrJoin(series.weakest_bridge().findings(), ", "));
  }
  const Table sources = WeightSources(findings);
  WriteLimits(sources, findings, document);

  std::map<std::string, std::string> events;
  for (const series::v1::Event& event : series.events()) {
    std::vector<std::string> parts = {event.event_id()};
    for (std::string part :
         {EnumWords(event, "kind"), DateText(event.occurred()), PlaceText(event.place())}) {
      if (!part.empty()) parts.push_back(std::move(part));
    }
    events[event.event_id()] = absl::StrJoin(parts, ", ");
  }
  WriteExhibits(series.exhibits(), events, schedule, document);

  document.Heading("What holds it together, in the order in which it was joined");
  if (explanation.joining().empty()) document.Paragraph("It is one exhibit: nothing was joined.");
  for (int i = 0; i < explanation.joining_size(); ++i) {
    WriteFinding(absl::StrCat("Finding ", i + 1, " of ", explanation.joining_count()),
                 explanation.joining(i), schedule, document);
  }
  if (!explanation.supporting().empty()) document.Heading("What supports it further");
  for (int i = 0; i < explanation.supporting_size(); ++i) {
    WriteFinding(absl::StrCat("Further finding ", i + 1, " of ", explanation.supporting_count()),
                 explanation.supporting(i), schedule, document);
  }

  document.Heading("What stands against it");
  if (explanation.contrary().empty() && explanation.conflicts().empty()) {
    document.Paragraph(
        "No finding, contradiction or refused join about it is among what the agency may see at "
        "this revision.");
  }
  for (const Conflict& conflict : explanation.conflicts()) {
    WriteConflict(conflict, schedule, document);
  }
  for (int i = 0; i < explanation.contrary_size(); ++i) {
    WriteFinding(absl::StrCat("Contrary finding ", i + 1, " of ", explanation.contrary_count()),
                 explanation.contrary(i), schedule, document);
  }
  for (const series::v1::Flag& flag : series.flags()) {
    document.Paragraph(
        absl::StrCat("To be looked into before it is relied on: ", EnumWords(flag, "kind"), ". ",
                     CapitalisedText(flag.explanation()), "."));
    document.Fact("exhibits", absl::StrJoin(flag.exhibits(), ", "));
    document.Fact("events", absl::StrJoin(flag.events(), ", "));
  }

  document.Heading("What is not decided, and what is not known");
  for (int i = 0; i < explanation.undecided_size(); ++i) {
    WriteFinding(absl::StrCat("Undecided finding ", i + 1, " of ", explanation.undecided_count()),
                 explanation.undecided(i), schedule, document);
  }
  for (int i = 0; i < explanation.stale_size(); ++i) {
    WriteFinding(
        absl::StrCat("Finding to be stated again, ", i + 1, " of ", explanation.stale_count()),
        explanation.stale(i), schedule, document);
  }
  document.Paragraph(
      "Leads to exhibits of other weapons, which nobody has decided, are no part of this answer.");
  std::set<std::string> abridged(explanation.abridged().begin(), explanation.abridged().end());
  abridged.insert(series.abridged().begin(), series.abridged().end());
  WriteCut(abridged, document);

  WriteSources(findings, document);
  WriteMark(absl::StrCat("serieslink series explain --format court ",
                         is_series ? series.series_id() : series.weapon_id(), " --as-at ",
                         response.revision()),
            response.mark(), document);
}

void WriteCourtText(const series::v1::ExplainLinkResponse& response, std::ostream& out) {
  const linkage::v1::LinkExplanation& explanation = response.explanation();
  const std::vector<ExplainedFinding> findings = FindingsOf(explanation);
  Schedule schedule;
  schedule.Learn(explanation.first());
  schedule.Learn(explanation.second());
  for (const linkage::v1::ChainLink& link : explanation.chain()) {
    schedule.Learn(link.from());
    schedule.Learn(link.to());
  }
  const std::string& first = explanation.first().exhibit_id();
  const std::string& second = explanation.second().exhibit_id();

  CourtDocument document(out);
  document.Title(explanation.is_one_weapon() ? "Explanation of a link"
                                             : "Explanation of two exhibits that are not linked");
  document.Subtitle(absl::StrCat(first, " and ", second, ", revision ", response.revision()));
  WriteAsked(absl::StrCat("Whether ", first, " and ", second,
                          " are of one weapon by what is recorded, and why."),
             response.revision(), response.mark(), document);
  document.Heading("The answer in short");
  document.Paragraph(absl::StrJoin(explanation.summary(), " "));
  document.Paragraph(explanation.is_one_weapon()
                         ? absl::StrCat("Both are of weapon ", explanation.first_weapon(), ".")
                         : absl::StrCat("The first is of weapon ", explanation.first_weapon(),
                                        ", the second of weapon ", explanation.second_weapon(),
                                        "."));
  const Table sources = WeightSources(findings);
  WriteLimits(sources, findings, document);
  WriteExhibits(response.exhibits(), {}, schedule, document);

  int pair_count = 0;
  for (const ExplainedFinding& one : findings) {
    pair_count += std::string_view(one.part) == "pair" ? 1 : 0;
  }
  if (!explanation.chain().empty()) {
    document.Heading("The chain that connects them, from the first to the second");
  }
  bool has_pair_heading = false;
  for (const ExplainedFinding& one : findings) {
    const bool is_link = std::string_view(one.part) == "chain";
    if (!is_link && !has_pair_heading) {
      document.Heading(explanation.is_one_weapon() ? "What else was found about the two"
                                                   : "What was found about the two");
      has_pair_heading = true;
    }
    WriteFinding(is_link ? absl::StrCat("Link ", one.order, " of ", explanation.chain_size())
                         : absl::StrCat("Finding ", one.order, " of ", pair_count),
                 *one.finding, schedule, document);
  }
  document.Heading(explanation.is_one_weapon() ? "What stands against it"
                                               : "What keeps them apart, or falls short");
  if (explanation.conflicts().empty() && explanation.shortfalls().empty() && pair_count == 0) {
    document.Paragraph(
        "No finding, contradiction or refused join about them is among what the agency may see at "
        "this revision.");
  }
  for (const Conflict& conflict : explanation.conflicts()) {
    WriteConflict(conflict, schedule, document);
  }
  for (const linkage::v1::Shortfall& shortfall : explanation.shortfalls()) {
    document.Paragraph(absl::StrCat("The serial rule does not confirm this very pair (",
                                    EnumWords(shortfall, "kind"), "): ", shortfall.explanation(),
                                    "."));
  }
  WriteSources(findings, document);
  WriteMark(absl::StrCat("serieslink series explain --format court ", first, " ", second,
                         " --as-at ", response.revision()),
            response.mark(), document);
}

}  // namespace serieslink::cli

#include "services/cli/leads_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

std::string Bits(double log2) {
  std::string text = absl::StrFormat("%.1f", log2);
  return text == "-0.0" ? "0.0" : text;
}

// "serial lead (rule)", one for each channel, with what waits for a second person.
std::string FindingsText(const google::protobuf::RepeatedPtrField<linkage::v1::Finding>& findings) {
  std::vector<std::string> texts;
  for (const linkage::v1::Finding& finding : findings) {
    const std::string proposed = ProposedText(finding);
    texts.push_back(absl::StrCat(EnumWords(finding, "channel"), " ", EnumWords(finding, "verdict"),
                                 " (", EnumWords(finding, "basis"), proposed.empty() ? "" : "; ",
                                 proposed, ")"));
  }
  return absl::StrJoin(texts, ", ");
}

std::string EventText(const lead::v1::LeadExhibit& exhibit) {
  std::vector<std::string> parts;
  for (const std::string& part :
       {EnumWords(exhibit, "event_kind"),
        exhibit.has_occurred() ? DateText(exhibit.occurred()) : "", PlaceText(exhibit.place())}) {
    if (!part.empty()) parts.push_back(part);
  }
  return absl::StrJoin(parts, ", ");
}

std::vector<std::string> ExhibitRow(const lead::v1::LeadExhibit& exhibit) {
  return {exhibit.exhibit_id(),
          EnumWords(exhibit.exhibit(), "kind"),
          SerialsText(exhibit.exhibit()),
          DescriptionText(exhibit.exhibit()),
          EventText(exhibit),
          exhibit.agency(),
          exhibit.record_id(),
          absl::StrCat(exhibit.from_revision()),
          exhibit.weapon_id()};
}

const std::vector<std::string>& ExhibitHeadings() {
  static const auto* const headings =
      new std::vector<std::string>{"exhibit", "kind",   "serials",        "description", "event",
                                   "agency",  "record", "since revision", "weapon"};
  return *headings;
}

std::string ActText(const lead::v1::LeadAct& act) {
  return absl::StrCat(act.principal(), ", ", TimestampText(act.time()));
}

}  // namespace

std::string DecisionText(const lead::v1::LeadDecision& decision) {
  std::string text = absl::StrCat(EnumWords(decision, "verdict"), " by ",
                                  EnumWords(decision, "channel"), ": ", ActText(decision.by()));
  if (decision.has_seconded()) {
    absl::StrAppend(&text, "; seconded by ", ActText(decision.seconded()));
  }
  if (decision.is_outdated()) {
    absl::StrAppend(&text, "; an exhibit has changed since: decide again");
  }
  return text;
}

namespace {

void WriteFile(const lead::v1::LeadFile& file, Page& page) {
  page.Heading(absl::StrCat(file.agency(), ", ", file.record_id(), ", version ", file.version(),
                            file.is_untrusted() ? " (not trusted: counts as a lead)" : ""));
  for (const lead::v1::LeadDecision& decision : file.decisions()) {
    page.Fact("decided", DecisionText(decision));
    page.Fact("why", decision.by().reason());
  }
  for (const lead::v1::LeadDecision& proposal : file.proposals()) {
    page.Fact("waits for a second", DecisionText(proposal));
    page.Fact("why", proposal.by().reason());
  }
  if (file.has_expiry()) {
    page.Fact("not followed", ActText(file.expiry()));
    page.Fact("why", file.expiry().reason());
  }
  for (const lead::v1::LeadReferral& referral : file.referrals()) {
    std::string text = absl::StrCat(referral.unit(), ": ", ActText(referral.by()));
    if (referral.has_accepted()) {
      absl::StrAppend(&text, "; accepted by ", ActText(referral.accepted()));
    }
    if (referral.has_outcome()) {
      absl::StrAppend(&text, "; ", EnumWords(referral, "outcome_kind"), ", ",
                      TimestampText(referral.outcome().time()));
    }
    page.Fact(absl::StrCat("referral ", referral.number()), text);
  }
  page.Fact("latest act", absl::StrCat(EnumWords(file.act(), "kind"), " by ", ActText(file.act())));
}

std::string BelowText(lead::v1::BelowReason reason) {
  switch (reason) {
    case lead::v1::BELOW_REASON_BUDGET:
      return "beyond the budget";
    case lead::v1::BELOW_REASON_ONE_WEAPON:
      return "one weapon already";
    case lead::v1::BELOW_REASON_EXPIRED:
      return "expired";
    case lead::v1::BELOW_REASON_NOT_FOLLOWED:
      return "not to be followed";
    case lead::v1::BELOW_REASON_IN_HAND:
      return "in hand";
    case lead::v1::BELOW_REASON_TOO_LARGE:
      return "with too much evidence for one call";
    case lead::v1::BELOW_REASON_FILTER:
      return "filtered out";
    default:
      return "for another reason";
  }
}

}  // namespace

std::vector<std::string> LeadHeadings() {
  return {"first", "second", "score", "state", "findings", "known", "agencies", "kinds"};
}

std::vector<std::string> LeadRow(const lead::v1::Lead& lead) {
  return {lead.first().exhibit_id(),
          lead.second().exhibit_id(),
          Bits(lead.score_log2()),
          EnumWords(lead, "state"),
          FindingsText(lead.findings()),
          lead.clocks().has_known_time() ? TimestampText(lead.clocks().known_time()) : "",
          absl::StrCat(lead.first().agency(), ", ", lead.second().agency()),
          absl::StrCat(EnumWords(lead.first().exhibit(), "kind"), ", ",
                       EnumWords(lead.second().exhibit(), "kind"))};
}

std::string LineText(const lead::v1::QueueLine& line) {
  std::string text =
      absl::StrCat("Above the line: ", line.above_count(), " (budget ", line.budget(),
                   " a day, acted on today: ", line.used_today(), "). Below: ");
  std::vector<std::string> below;
  for (const lead::v1::BelowLine& one : line.below()) {
    below.push_back(absl::StrCat(one.count(), " ", BelowText(one.reason())));
  }
  absl::StrAppend(&text, below.empty() ? "none" : absl::StrJoin(below, ", "),
                  line.is_at_least() ? ", at least." : ".");
  return text;
}

void WriteLead(const lead::v1::Lead& lead, std::int64_t revision, Format format, int width_columns,
               std::ostream& out) {
  const Table exhibits = {ExhibitHeadings(), {ExhibitRow(lead.first()), ExhibitRow(lead.second())}};
  if (format == Format::kCsv) {
    WriteCsv({LeadHeadings(), {LeadRow(lead)}}, out);
    return;
  }
  Page page(width_columns, out);
  page.Title(absl::StrCat("Lead ", lead.first().exhibit_id(), " ", lead.second().exhibit_id()));
  page.Fact("state", EnumWords(lead, "state"));
  page.Fact("one weapon", lead.is_one_weapon() ? "yes" : "no");
  page.Fact("revision", absl::StrCat(revision));
  page.Section("Exhibits", exhibits);
  Table findings = {{"channel", "verdict", "basis", "stage", "weight", "rule", "finding"}, {}};
  for (const linkage::v1::Finding& finding : lead.findings()) {
    findings.rows.push_back({EnumWords(finding, "channel"), EnumWords(finding, "verdict"),
                             BasisText(finding), EnumWords(finding, "stage"),
                             finding.rule().empty() ? "" : Bits(finding.weight_log2()),
                             finding.rule(), finding.finding_id()});
  }
  page.Section("Findings", findings);
  Table terms = {{"term", "bits", "why"}, {}};
  for (const linkage::v1::Contribution& term : lead.terms()) {
    terms.rows.push_back({term.name(), Bits(term.weight_log2()), term.source()});
  }
  if (!terms.rows.empty()) terms.rows.push_back({"score", Bits(lead.score_log2()), ""});
  page.Section("Worth", terms);
  page.Heading("Clocks");
  const lead::v1::LeadClocks& clocks = lead.clocks();
  const auto clock = [&](const char* name, bool is_there, const google::protobuf::Timestamp& time) {
    page.Fact(name, is_there ? TimestampText(time) : "");
  };
  clock("known", clocks.has_known_time(), clocks.known_time());
  clock("proposed", clocks.has_proposed_time(), clocks.proposed_time());
  clock("referred", clocks.has_referred_time(), clocks.referred_time());
  clock("to be accepted by", clocks.has_acceptance_due_time(), clocks.acceptance_due_time());
  clock("accepted", clocks.has_accepted_time(), clocks.accepted_time());
  clock("outcome", clocks.has_outcome_time(), clocks.outcome_time());
  clock("decided", clocks.has_decided_time(), clocks.decided_time());
  clock("expires", clocks.has_expiry_time(), clocks.expiry_time());
  for (const lead::v1::LeadFile& file : lead.files()) WriteFile(file, page);
}

void WriteBlindSample(const lead::v1::GetBlindSampleResponse& response, Format format,
                      int width_columns, std::ostream& out) {
  Table table = {
      {"first", "first kind", "first serials", "first description", "first event", "second",
       "second kind", "second serials", "second description", "second event", "judged"},
      {}};
  for (const lead::v1::BlindPair& pair : response.pairs()) {
    std::vector<std::string> row;
    for (const lead::v1::LeadExhibit* exhibit : {&pair.first(), &pair.second()}) {
      row.insert(row.end(), {exhibit->exhibit_id(), EnumWords(exhibit->exhibit(), "kind"),
                             SerialsText(exhibit->exhibit()), DescriptionText(exhibit->exhibit()),
                             EventText(*exhibit)});
    }
    row.push_back(EnumWords(pair, "verdict"));
    table.rows.push_back(std::move(row));
  }
  if (format == Format::kCsv) {
    WriteCsv(table, out);
    return;
  }
  WriteTable(table, width_columns, out);
  out << table.rows.size() << " pairs of week " << response.week() << ", as known at revision "
      << response.revision() << '\n';
  if (!response.has_precision()) return;
  const lead::v1::MeasuredPrecision& measured = response.precision();
  out << "Of " << measured.rule_confirmed_count()
      << " pairs that a rule confirmed, judged: " << measured.same_count() << " same, "
      << measured.different_count() << " different, " << measured.cannot_say_count()
      << " cannot say.";
  if (measured.has_precision()) {
    out << absl::StrFormat(" Precision %.3f, 95%% interval %.3f to %.3f.", measured.precision(),
                           measured.lower(), measured.upper());
  }
  out << '\n';
}

std::vector<std::string> ReexaminationHeadings() {
  return {"first", "second", "why", "findings", "since", "agencies"};
}

std::vector<std::string> ReexaminationRow(const lead::v1::Reexamination& reexamination) {
  return {reexamination.first().exhibit_id(),
          reexamination.second().exhibit_id(),
          EnumWords(reexamination, "reasons"),
          FindingsText(reexamination.findings()),
          TimestampText(reexamination.since_time()),
          absl::StrCat(reexamination.first().agency(), ", ", reexamination.second().agency())};
}

void WriteExaminations(const lead::v1::ListExaminationsResponse& response, Format format,
                       int width_columns, std::ostream& out) {
  Table table = {
      {"exhibit", "leads", "weapons", "score", "kind", "serials", "description", "compare with"},
      {}};
  for (const lead::v1::Examination& one : response.examinations()) {
    table.rows.push_back(
        {one.exhibit().exhibit_id(), absl::StrCat(one.lead_count()),
         absl::StrCat(one.weapon_count()), Bits(one.score_log2()),
         EnumWords(one.exhibit().exhibit(), "kind"), SerialsText(one.exhibit().exhibit()),
         DescriptionText(one.exhibit().exhibit()), absl::StrJoin(one.compare_with(), " ")});
  }
  if (format == Format::kCsv) {
    WriteCsv(table, out);
    return;
  }
  WriteTable(table, width_columns, out);
  out << table.rows.size() << " exhibits, by " << response.leads_looked_at() << " leads"
      << (response.is_at_least() ? " from the top of the queue" : "") << ", as at revision "
      << response.revision() << '\n';
}

}  // namespace serieslink::cli

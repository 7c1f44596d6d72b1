#include "services/cli/stolen_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

// The gun as its first report that says something of it has it.
record::v1::Exhibit ExhibitOf(const stolen::v1::LossReport& report) {
  record::v1::Exhibit exhibit;
  exhibit.set_kind(report.kind());
  exhibit.set_part_kind(report.part_kind());
  *exhibit.mutable_firearm() = report.firearm();
  return exhibit;
}

template <typename TextOf>
std::string FirstText(const stolen::v1::LossCase& one, TextOf text_of) {
  for (const stolen::v1::LossReport& report : one.reports()) {
    if (std::string text = text_of(report); !text.empty()) return text;
  }
  return std::string();
}

std::string GunText(const stolen::v1::LossReport& report) {
  const record::v1::Exhibit exhibit = ExhibitOf(report);
  std::string text = DescriptionText(exhibit);
  if (!report.part_kind().empty()) absl::StrAppend(&text, " (", report.part_kind(), ")");
  return text;
}

std::string NoticeText(const stolen::v1::Notice& notice) {
  std::string text = EnumWords(notice, "verdict");
  if (notice.verdict() == stolen::v1::NOTICE_VERDICT_NOT_SAID ||
      notice.verdict() == stolen::v1::NOTICE_VERDICT_NOT_APPLICABLE) {
    return text;
  }
  const std::string least = notice.has_minimum_days() ? absl::StrCat(notice.minimum_days()) : "?";
  const std::string most = notice.has_maximum_days() ? absl::StrCat(notice.maximum_days()) : "?";
  absl::StrAppend(&text, " (", least, least == most ? "" : absl::StrCat("..", most), " days)");
  return text;
}

std::string UsesText(const stolen::v1::LossCase& one) {
  return absl::StrJoin(one.uses(), "; ", [](std::string* out, const stolen::v1::LaterUse& use) {
    absl::StrAppend(out, use.has_occurred() ? SpanText(use.occurred()) : "date not known");
    if (const std::string place = PlaceText(use.place()); !place.empty()) {
      absl::StrAppend(out, " ", place);
    }
    if (use.order_is_uncertain()) out->append(" (order not certain)");
  });
}

std::string StateText(const stolen::v1::LossCase& one) {
  return absl::StrCat(EnumWords(one, "state"), one.is_lost_again() ? ", lost again" : "",
                      one.order_is_uncertain() ? ", order not certain" : "");
}

std::string LostText(const stolen::v1::LossCase& one) {
  return one.has_lost() ? SpanText(one.lost()) : std::string();
}

std::vector<std::string> ReportRow(const stolen::v1::LossReport& report) {
  const record::v1::Loss& loss = report.loss();
  return {EnumWords(report, "source"),
          report.agency(),
          EnumWords(loss, "kind"),
          report.has_occurred() ? DateText(report.occurred()) : "",
          loss.has_notified() ? DateText(loss.notified()) : "",
          SerialsText(ExhibitOf(report)),
          GunText(report),
          EnumWords(loss, "holder_kind"),
          loss.certificate_kind(),
          loss.place_kind(),
          loss.storage(),
          loss.cancelled_as_found() ? "yes" : "",
          loss.has_found() ? DateText(loss.found()) : "",
          absl::StrCat(report.quantity()),
          absl::StrCat(report.exhibits_reported()),
          report.record_id(),
          report.exhibit_id(),
          report.event_id()};
}

const std::vector<std::string>& ReportHeadings() {
  static const auto* const headings = new std::vector<std::string>{
      "source",  "agency",      "kind",   "lost",        "notified",
      "serials", "description", "holder", "certificate", "place",
      "storage", "cancelled",   "found",  "pieces",      "guns and parts in report",
      "record",  "report",      "event"};
  return *headings;
}

void WriteCasePage(const stolen::v1::LossCase& one, int number, int width_columns,
                   std::ostream& out) {
  Page page(width_columns, out);
  page.Heading(absl::StrCat("Loss ", number));
  page.Fact("State", StateText(one));
  page.Fact("Kind", EnumWords(one, "kind"));
  page.Fact("Lost", LostText(one));
  page.Fact("Place", PlaceText(one.place()));
  page.Fact("What", absl::StrCat(EnumWords(one, "completeness"),
                                 one.quantity() > 1 ? absl::StrCat(", ", one.quantity(), " pieces")
                                                    : std::string()));
  page.Fact("Reports",
            absl::StrCat(EnumWords(one, "reconciliation"), ": ", EnumWords(one, "sources")));
  page.Fact("Notice", NoticeText(one.notice()));
  page.Fact("Used", UsesText(one));
  for (const stolen::v1::CaseContradiction& contradiction : one.contradictions()) {
    page.Fact("Contradiction", contradiction.explanation());
  }
  for (const stolen::v1::CaseRemark& remark : one.remarks()) {
    page.Fact("Not known", remark.explanation());
  }
  Table steps{{"state", "when", "by", "remark"}, {}};
  for (const stolen::v1::LossCaseStep& step : one.steps()) {
    steps.rows.push_back({EnumWords(step, "state"),
                          step.has_occurred() ? SpanText(step.occurred()) : "",
                          step.event_id().empty() ? step.exhibit_id() : step.event_id(),
                          step.order_is_uncertain() ? "order not certain" : ""});
  }
  page.Section("How it came to that", steps);
  Table reports{ReportHeadings(), {}};
  for (const stolen::v1::LossReport& report : one.reports()) {
    reports.rows.push_back(ReportRow(report));
  }
  page.Section("Reports", reports);
}

}  // namespace

std::vector<std::string> LossCaseHeadings() {
  return {"lost",   "kind",           "state",   "serials",        "description", "place", "used",
          "notice", "reconciliation", "sources", "contradictions", "weapon",      "record"};
}

std::vector<std::string> LossCaseRow(const stolen::v1::LossCase& one) {
  return {LostText(one),
          EnumWords(one, "kind"),
          StateText(one),
          FirstText(one, [](const auto& report) { return SerialsText(ExhibitOf(report)); }),
          FirstText(one, [](const auto& report) { return GunText(report); }),
          PlaceText(one.place()),
          UsesText(one),
          NoticeText(one.notice()),
          EnumWords(one, "reconciliation"),
          EnumWords(one, "sources"),
          absl::StrJoin(one.contradictions(), ", ",
                        [](std::string* text, const stolen::v1::CaseContradiction& contradiction) {
                          text->append(EnumWords(contradiction, "kind"));
                        }),
          one.series_id().empty() ? one.weapon_id() : one.series_id(),
          one.reports().empty() ? "" : one.reports(0).record_id()};
}

void WriteLossCases(const stolen::v1::GetLossCasesResponse& response, Format format,
                    int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  if (format == Format::kCsv) {
    Table table{{"weapon", "loss", "state", "reconciliation"}, {}};
    table.headings.insert(table.headings.end(), ReportHeadings().begin(), ReportHeadings().end());
    int number = 0;
    for (const stolen::v1::LossCase& one : response.cases()) {
      ++number;
      for (const stolen::v1::LossReport& report : one.reports()) {
        std::vector<std::string> row = {one.weapon_id(), absl::StrCat(number), StateText(one),
                                        EnumWords(one, "reconciliation")};
        const std::vector<std::string> cells = ReportRow(report);
        row.insert(row.end(), cells.begin(), cells.end());
        table.rows.push_back(std::move(row));
      }
    }
    WriteCsv(table, out);
    return;
  }
  Page page(width_columns, out);
  if (response.cases().empty()) {
    page.Title("No record reports this gun lost or stolen");
    page.Fact("Revision", absl::StrCat(response.revision()));
    return;
  }
  const stolen::v1::LossCase& last = *response.cases().rbegin();
  page.Title(absl::StrCat(last.series_id().empty() ? last.weapon_id() : last.series_id(), ": ",
                          StateText(last)));
  page.Fact("Revision", absl::StrCat(response.revision()));
  int number = 0;
  for (const stolen::v1::LossCase& one : response.cases()) {
    WriteCasePage(one, ++number, width_columns, out);
  }
}

void WriteLossCounts(const stolen::v1::CountLossCasesResponse& response, Format format,
                     int width_columns, std::ostream& out) {
  if (format == Format::kJson) {
    out << JsonOf(response, true) << std::endl;
    return;
  }
  const auto numbers = [](const stolen::v1::CountRow& row) {
    return std::vector<std::string>{absl::StrCat(row.lost()), absl::StrCat(row.stolen()),
                                    absl::StrCat(row.not_known()),
                                    absl::StrCat(row.lost() + row.stolen() + row.not_known())};
  };
  const auto pieces = [](const stolen::v1::CountTable& table, const stolen::v1::CountRow& row) {
    if (table.pieces().empty()) return std::vector<std::string>(4);
    const std::int64_t all = row.lost_pieces() + row.stolen_pieces() + row.not_known_pieces();
    return std::vector<std::string>{absl::StrCat(row.lost_pieces()),
                                    absl::StrCat(row.stolen_pieces()),
                                    absl::StrCat(row.not_known_pieces()), absl::StrCat(all)};
  };
  const std::vector<std::string> headings = {"lost", "stolen", "not known", "total"};
  const std::vector<std::string> piece_headings = {"lost pieces", "stolen pieces",
                                                   "not known pieces", "total pieces"};
  if (format == Format::kCsv) {
    Table all{{"table", "key", "second key"}, {}};
    all.headings.insert(all.headings.end(), headings.begin(), headings.end());
    all.headings.push_back("counts");
    all.headings.insert(all.headings.end(), piece_headings.begin(), piece_headings.end());
    all.headings.push_back("pieces");
    for (const stolen::v1::CountTable& table : response.tables()) {
      for (const stolen::v1::CountRow& row : table.rows()) {
        std::vector<std::string> cells = {table.id(), row.keys_size() > 0 ? row.keys(0) : "",
                                          row.keys_size() > 1 ? row.keys(1) : ""};
        for (const std::string& number : numbers(row)) cells.push_back(number);
        cells.push_back(table.counts());
        for (const std::string& number : pieces(table, row)) cells.push_back(number);
        cells.push_back(table.pieces());
        all.rows.push_back(std::move(cells));
      }
    }
    WriteCsv(all, out);
    return;
  }
  Page page(width_columns, out);
  page.Title("Lost and stolen guns");
  page.Fact("Revision", absl::StrCat(response.revision()));
  if (response.unresolved_reports() > 0) {
    page.Fact("Not followed", absl::StrCat(response.unresolved_reports(),
                                           " reports, of guns with too much evidence around them"));
  }
  for (const stolen::v1::CountTable& table : response.tables()) {
    Table shown{{table.keys().begin(), table.keys().end()}, {}};
    shown.headings.insert(shown.headings.end(), headings.begin(), headings.end());
    if (!table.pieces().empty()) shown.headings.push_back(piece_headings.back());
    for (const stolen::v1::CountRow& row : table.rows()) {
      std::vector<std::string> cells;
      for (const std::string& key : row.keys()) cells.push_back(key.empty() ? "not known" : key);
      for (const std::string& number : numbers(row)) cells.push_back(number);
      if (!table.pieces().empty()) cells.push_back(pieces(table, row).back());
      shown.rows.push_back(std::move(cells));
    }
    page.Section(absl::StrCat(table.id(), ": ", table.counts(), table.pieces().empty() ? "" : "; ",
                              table.pieces()),
                 shown);
  }
}

std::vector<std::string> RepeatLossesHeadings() {
  return {"token", "agency", "losses", "cancelled", "guns and parts", "parts", "pieces", "records"};
}

std::vector<std::string> RepeatLossesRow(const stolen::v1::RepeatLosses& one) {
  return {one.token(),
          one.agency(),
          absl::StrCat(one.loss_events()),
          absl::StrCat(one.cancelled_events()),
          absl::StrCat(one.guns()),
          absl::StrCat(one.parts()),
          absl::StrCat(one.pieces()),
          absl::StrJoin(one.records(), " ")};
}

}  // namespace serieslink::cli

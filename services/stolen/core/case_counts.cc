#include "services/stolen/core/case_counts.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace serieslink::stolen {
namespace {

// "RECONCILIATION_ONE_SOURCE" without its prefix: "one source".
std::string Word(const std::string& name, std::size_t prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name.substr(prefix)), {{"_", " "}});
}

std::string SourceWord(int source) {
  return Word(v1::ReportSource_Name(static_cast<v1::ReportSource>(source)), 14);
}

std::string Lower(const std::string& text) {
  return std::string(absl::StripAsciiWhitespace(absl::AsciiStrToLower(text)));
}

// The first that a report of the case gives, of what `of` takes from a loss.
template <typename Of>
std::string FirstGiven(const v1::LossCase& one, Of of) {
  for (const v1::LossReport& report : one.reports()) {
    if (std::string given = of(report.loss()); !given.empty()) return given;
  }
  return std::string();
}

std::size_t ColumnOf(record::v1::LossKind kind) {
  if (kind == record::v1::LOSS_KIND_LOST) return 0;
  return kind == record::v1::LOSS_KIND_STOLEN ? 1 : 2;
}

// Of a loss event, by the kinds that its reports give.
std::size_t ColumnOf(const std::set<int>& kinds) {
  if (kinds.size() != 1) return 2;
  return ColumnOf(static_cast<record::v1::LossKind>(*kinds.begin()));
}

}  // namespace

std::string LondonOrElsewhere(const type::v1::Place& place) {
  // GSS codes of London boroughs begin with E09 (Office for National Statistics).
  if (absl::StartsWithIgnoreCase(place.borough_code(), "E09")) return "London";
  const std::string force = Lower(place.police_force());
  for (const char* const london : {"mps", "city", "city-of-london"}) {
    if (force == london) return "London";
  }
  return force.empty() && place.borough_code().empty() ? std::string() : "elsewhere";
}

CaseCounts::CaseCounts() {
  tables_ = {
      {"reports.source",
       "reports of one gun or part each, as every source has them",
       {"source"},
       {}},
      {"events", "loss events: several guns gone at once are one", {}, {}},
      {"cases.reconciliation",
       "guns and parts, each once a loss, whatever the number of reports; by the sources that "
       "report "
       "them",
       {"reconciliation", "sources"},
       {}},
      {"cases.state", "guns and parts, each once a loss", {"state"}, {}},
      {"cases.completeness", "guns and parts, each once a loss", {"completeness"}, {}},
      {"cases.place",
       "guns and parts, each once a loss, by the force where it was lost and each one where it was "
       "used later",
       {"lost in", "used in"},
       {}},
      {"cases.london",
       "guns and parts that were used after the loss, once for each side on which they were used",
       {"lost in", "used in"},
       {}},
      {"cases.holder", "guns and parts, each once a loss", {"holder"}, {}},
      {"cases.certificate", "guns and parts, each once a loss", {"certificate"}, {}},
      {"cases.place_kind", "guns and parts, each once a loss", {"place"}, {}},
      {"cases.storage", "guns and parts, each once a loss, by how they were kept", {"storage"}, {}},
      {"cases.notice",
       "guns and parts, each once a loss; notice is due within seven days (Firearms (Amendment) "
       "Act "
       "1997, section 34)",
       {"notice"},
       {}},
  };
}

std::array<std::int64_t, 3>& CaseCounts::Row(const std::string& table,
                                             std::vector<std::string> keys) {
  const auto found = absl::c_find_if(tables_, [&](const Table& one) { return one.id == table; });
  return found->rows[std::move(keys)];
}

void CaseCounts::Count(const std::string& table, std::vector<std::string> keys,
                       record::v1::LossKind kind) {
  ++Row(table, std::move(keys))[ColumnOf(kind)];
}

void CaseCounts::AddReport(v1::ReportSource source, record::v1::LossKind kind,
                           const std::string& event_id) {
  Count("reports.source", {SourceWord(source)}, kind);
  if (event_id.empty()) return;
  const auto [event, is_new] = events_.try_emplace(event_id);
  std::array<std::int64_t, 3>& counts = Row("events", {});
  if (!is_new) --counts[ColumnOf(event->second)];
  if (kind == record::v1::LOSS_KIND_LOST || kind == record::v1::LOSS_KIND_STOLEN) {
    event->second.insert(kind);
  }
  ++counts[ColumnOf(event->second)];
}

void CaseCounts::AddCase(const v1::LossCase& one) {
  const record::v1::LossKind kind = one.kind();
  Count("cases.reconciliation",
        {Word(v1::Reconciliation_Name(one.reconciliation()), 15),
         absl::StrJoin(one.sources(), " + ",
                       [](std::string* out, int source) { out->append(SourceWord(source)); })},
        kind);
  Count("cases.state", {Word(v1::LossCaseState_Name(one.state()), 16)}, kind);
  Count("cases.completeness", {Word(v1::Completeness_Name(one.completeness()), 13)}, kind);
  std::set<std::string> forces;
  std::set<std::string> sides;
  for (const v1::LaterUse& use : one.uses()) {
    forces.insert(Lower(use.place().police_force()));
    sides.insert(LondonOrElsewhere(use.place()));
  }
  const std::string lost_in = Lower(one.place().police_force());
  if (forces.empty()) Count("cases.place", {lost_in, "not used"}, kind);
  for (const std::string& force : forces) Count("cases.place", {lost_in, force}, kind);
  for (const std::string& side : sides) {
    Count("cases.london", {LondonOrElsewhere(one.place()), side}, kind);
  }
  Count("cases.holder",
        {FirstGiven(one,
                    [](const record::v1::Loss& loss) {
                      return loss.holder_kind() == record::v1::HOLDER_KIND_UNSPECIFIED
                                 ? std::string()
                                 : Word(record::v1::HolderKind_Name(loss.holder_kind()), 12);
                    })},
        kind);
  Count("cases.certificate",
        {FirstGiven(one,
                    [](const record::v1::Loss& loss) { return Lower(loss.certificate_kind()); })},
        kind);
  Count("cases.place_kind",
        {FirstGiven(one, [](const record::v1::Loss& loss) { return Lower(loss.place_kind()); })},
        kind);
  Count("cases.storage",
        {FirstGiven(one, [](const record::v1::Loss& loss) { return Lower(loss.storage()); })},
        kind);
  Count("cases.notice", {Word(v1::NoticeVerdict_Name(one.notice().verdict()), 15)}, kind);
}

std::vector<v1::CountTable> CaseCounts::Tables() const {
  std::vector<v1::CountTable> tables;
  for (const Table& table : tables_) {
    v1::CountTable& out = tables.emplace_back();
    out.set_id(table.id);
    out.set_counts(table.counts);
    for (const std::string& key : table.keys) out.add_keys(key);
    std::vector<std::pair<std::int64_t, const std::vector<std::string>*>> order;
    for (const auto& [keys, counts] : table.rows) {
      order.emplace_back(-(counts[0] + counts[1] + counts[2]), &keys);
    }
    absl::c_sort(order, [](const auto& a, const auto& b) {
      return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
    });
    for (const auto& [total, keys] : order) {
      const auto& counts = table.rows.at(*keys);
      v1::CountRow& row = *out.add_rows();
      for (const std::string& key : *keys) row.add_keys(key);
      row.set_lost(counts[0]);
      row.set_stolen(counts[1]);
      row.set_not_known(counts[2]);
    }
  }
  return tables;
}

}  // namespace serieslink::stolen

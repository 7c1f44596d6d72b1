#include "services/stolen/core/case_counts.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/linkage/core/forces.h"
#include "services/stolen/core/loss_case.h"

namespace serieslink::stolen {
namespace {

// "RECONCILIATION_ONE_SOURCE" without its prefix: "one source".
std::string Word(const std::string& name, std::size_t prefix) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name.substr(prefix)), {{"_", " "}});
}

std::string SourceWord(int source) {
  return Word(v1::ReportSource_Name(static_cast<v1::ReportSource>(source)), 14);
}

std::string HolderWord(record::v1::HolderKind kind) {
  return Word(record::v1::HolderKind_Name(kind), 12);
}

std::string Lower(const std::string& text) {
  return std::string(absl::StripAsciiWhitespace(absl::AsciiStrToLower(text)));
}

// Of what `of` takes from a loss, that of the report whose word counts by `rank`; of several of one
// rank the first that gives any.
template <typename Of>
std::string Given(const v1::LossCase& one, int (*rank)(v1::ReportSource source), Of of) {
  std::string counts;
  int lowest = 0;
  for (const v1::LossReport& report : one.reports()) {
    std::string given = of(report.loss());
    if (given.empty() || (!counts.empty() && lowest <= rank(report.source()))) continue;
    counts = std::move(given);
    lowest = rank(report.source());
  }
  return counts;
}

std::size_t ColumnOf(record::v1::LossKind kind) {
  if (kind == record::v1::LOSS_KIND_LOST) return 0;
  return kind == record::v1::LOSS_KIND_STOLEN ? 1 : 2;
}

// GSS codes of London boroughs begin with E09 (Office for National Statistics).
bool IsLondonBorough(const type::v1::Place& place) {
  return absl::StartsWithIgnoreCase(place.borough_code(), "E09");
}

bool IsAbroad(const type::v1::Place& place) {
  return !place.country_code().empty() && !absl::EqualsIgnoreCase(place.country_code(), "GB");
}

// Of a loss event, by the kinds that its reports give.
std::size_t ColumnOf(const std::set<int>& kinds) {
  if (kinds.size() != 1) return 2;
  return ColumnOf(static_cast<record::v1::LossKind>(*kinds.begin()));
}

}  // namespace

std::string LondonOrElsewhere(const type::v1::Place& place) {
  if (!place.borough_code().empty()) return IsLondonBorough(place) ? "London" : "elsewhere";
  if (IsAbroad(place)) return "elsewhere";
  const linkage::Force* const force = linkage::FindForce(place.police_force());
  if (force == nullptr || !force->has_area) return std::string();
  return force->is_of_london ? "London" : "elsewhere";
}

std::string ForceOf(const type::v1::Place& place) {
  // One without an area says nothing of where it was.
  const linkage::Force* const known = linkage::FindForce(place.police_force());
  if (known == nullptr || known->has_area) {
    if (std::string force = linkage::ForceName(place.police_force()); !force.empty()) return force;
  }
  if (IsLondonBorough(place)) {
    return absl::EqualsIgnoreCase(place.borough_code(), "E09000001") ? "city" : "mps";
  }
  if (!place.borough_code().empty()) return absl::AsciiStrToUpper(place.borough_code());
  return IsAbroad(place) ? absl::AsciiStrToUpper(place.country_code()) : std::string();
}

CaseCounts::CaseCounts(linkage::LocatePlace locate) : locate_(std::move(locate)) {
  const std::string of_reports = "pieces of those reports: a gun is one, a part counts by quantity";
  const std::string of_cases = "pieces of those cases: a gun is one, a part counts by quantity";
  tables_ = {
      {"reports.source",
       "reports of one gun or listed part each, as every source has them",
       {"source"},
       of_reports,
       {}},
      {"events",
       "loss events after reconciliation: several guns gone at once are one, and so are the events "
       "that reports of one case tell",
       {},
       "",
       {}},
      {"cases.reconciliation",
       "cases: guns and listed parts, each once a loss, whatever the number of reports; by the "
       "sources that report them",
       {"reconciliation", "sources"},
       of_cases,
       {}},
      {"cases.state", "cases: guns and listed parts, each once a loss", {"state"}, of_cases, {}},
      {"cases.completeness",
       "cases: guns and listed parts, each once a loss, by whether they are whole guns",
       {"completeness"},
       of_cases,
       {}},
      {"cases.place",
       "cases: guns and listed parts, each once a loss, by the force where it was lost and each "
       "one where it was used later; by borough or country where only that is known",
       {"lost in", "used in"},
       of_cases,
       {}},
      {"cases.london",
       "cases: guns and listed parts that were used after the loss, once for each side on which "
       "they were used",
       {"lost in", "used in"},
       of_cases,
       {}},
      {"cases.holder", "cases: guns and listed parts, each once a loss", {"holder"}, of_cases, {}},
      {"cases.certificate",
       "cases: guns and listed parts, each once a loss",
       {"certificate"},
       of_cases,
       {}},
      {"cases.place_kind",
       "cases: guns and listed parts, each once a loss",
       {"place"},
       of_cases,
       {}},
      {"cases.storage",
       "cases: guns and listed parts, each once a loss, by how they were kept",
       {"storage"},
       of_cases,
       {}},
      {"cases.remarks",
       "cases: guns and listed parts that have a remark, each once a loss for each of its remarks; "
       "one that may be reported twice may be counted twice in all tables of cases",
       {"remark"},
       of_cases,
       {}},
      {"cases.notice",
       "cases: guns and listed parts, each once a loss; notice is due within seven days (Firearms "
       "(Amendment) Act 1997, section 34)",
       {"notice"},
       of_cases,
       {}},
  };
}

CaseCounts::Row& CaseCounts::RowOf(const std::string& table, std::vector<std::string> keys) {
  const auto found = absl::c_find_if(tables_, [&](const Table& one) { return one.id == table; });
  return found->rows[std::move(keys)];
}

void CaseCounts::Count(const std::string& table, std::vector<std::string> keys,
                       record::v1::LossKind kind, std::int32_t pieces) {
  Row& row = RowOf(table, std::move(keys));
  ++row.units[ColumnOf(kind)];
  row.pieces[ColumnOf(kind)] += pieces;
}

void CaseCounts::AddReport(v1::ReportSource source, record::v1::LossKind kind, std::int32_t pieces,
                           const std::string& event_id) {
  Count("reports.source", {SourceWord(source)}, kind, pieces);
  if (event_id.empty()) return;
  std::set<int>& kinds = events_[event_id];
  if (kind == record::v1::LOSS_KIND_LOST || kind == record::v1::LOSS_KIND_STOLEN) {
    kinds.insert(kind);
  }
}

std::string CaseCounts::StandsFor(const std::string& event_id) const {
  const std::string* event = &event_id;
  for (auto next = one_with_.find(*event); next != one_with_.end(); next = one_with_.find(*event)) {
    event = &next->second;
  }
  return *event;
}

std::map<std::vector<std::string>, CaseCounts::Row> CaseCounts::EventRows() const {
  std::map<std::string, std::set<int>> kinds_of;
  for (const auto& [event, kinds] : events_) {
    kinds_of[StandsFor(event)].insert(kinds.begin(), kinds.end());
  }
  std::map<std::vector<std::string>, Row> rows;
  for (const auto& [event, kinds] : kinds_of)
    ++rows[std::vector<std::string>()].units[ColumnOf(kinds)];
  return rows;
}

type::v1::Place CaseCounts::Located(const type::v1::Place& place) const {
  return linkage::PlaceLocated(place, locate_);
}

std::string CaseCounts::FirstTold(const v1::LossCase& one,
                                  std::string (*of)(const type::v1::Place& place)) const {
  std::string told = of(Located(one.place()));
  if (!told.empty()) return told;
  std::vector<const v1::LossReport*> reports;
  for (const v1::LossReport& report : one.reports()) reports.push_back(&report);
  std::stable_sort(reports.begin(), reports.end(),
                   [](const v1::LossReport* a, const v1::LossReport* b) {
                     return PlaceRank(a->source()) < PlaceRank(b->source());
                   });
  for (const v1::LossReport* const report : reports) {
    told = of(Located(report->place()));
    if (!told.empty()) break;
  }
  return told;
}

void CaseCounts::AddCase(const v1::LossCase& one) {
  const auto count = [&](const std::string& table, std::vector<std::string> keys) {
    Count(table, std::move(keys), one.kind(), one.quantity());
  };
  // Whatever comes first, the least of the names stands for all.
  std::string first;
  for (const v1::LossReport& report : one.reports()) {
    if (report.event_id().empty()) continue;
    const std::string other = StandsFor(report.event_id());
    if (!first.empty() && first != other) {
      one_with_[std::max(first, other)] = std::min(first, other);
    }
    first = StandsFor(other);
  }
  count("cases.reconciliation",
        {Word(v1::Reconciliation_Name(one.reconciliation()), 15),
         absl::StrJoin(one.sources(), " + ",
                       [](std::string* out, int source) { out->append(SourceWord(source)); })});
  count("cases.state", {Word(v1::LossCaseState_Name(one.state()), 16)});
  count("cases.completeness", {Word(v1::Completeness_Name(one.completeness()), 13)});
  std::set<std::string> forces;
  std::set<std::string> sides;
  for (const v1::LaterUse& use : one.uses()) {
    const type::v1::Place place = Located(use.place());
    forces.insert(ForceOf(place));
    sides.insert(LondonOrElsewhere(place));
  }
  const std::string lost_in = FirstTold(one, ForceOf);
  if (forces.empty()) count("cases.place", {lost_in, "not used"});
  for (const std::string& force : forces) count("cases.place", {lost_in, force});
  for (const std::string& side : sides) {
    count("cases.london", {FirstTold(one, LondonOrElsewhere), side});
  }
  std::string holder = Given(one, HolderRank, [](const record::v1::Loss& loss) {
    return IsHolderKnown(loss.holder_kind()) ? HolderWord(loss.holder_kind()) : std::string();
  });
  // That it is not known counts where no report knows it.
  if (holder.empty()) {
    holder = Given(one, HolderRank, [](const record::v1::Loss& loss) {
      return loss.holder_kind() == record::v1::HOLDER_KIND_UNSPECIFIED
                 ? std::string()
                 : HolderWord(loss.holder_kind());
    });
  }
  count("cases.holder", {std::move(holder)});
  count("cases.certificate", {Given(one, HolderRank, [](const record::v1::Loss& loss) {
          return Lower(loss.certificate_kind());
        })});
  count("cases.place_kind", {Given(one, PlaceRank, [](const record::v1::Loss& loss) {
          return Lower(loss.place_kind());
        })});
  count(
      "cases.storage",
      {Given(one, HolderRank, [](const record::v1::Loss& loss) { return Lower(loss.storage()); })});
  for (const v1::CaseRemark& remark : one.remarks()) {
    count("cases.remarks", {Word(v1::CaseRemarkKind_Name(remark.kind()), 17)});
  }
  count("cases.notice", {Word(v1::NoticeVerdict_Name(one.notice().verdict()), 15)});
}

std::vector<v1::CountTable> CaseCounts::Tables() const {
  std::vector<v1::CountTable> tables;
  for (const Table& table : tables_) {
    v1::CountTable& out = tables.emplace_back();
    out.set_id(table.id);
    out.set_counts(table.counts);
    out.set_pieces(table.pieces);
    const std::map<std::vector<std::string>, Row> rows =
        table.id == "events" ? EventRows() : table.rows;
    for (const std::string& key : table.keys) out.add_keys(key);
    std::vector<std::pair<std::int64_t, const std::vector<std::string>*>> order;
    for (const auto& [keys, row] : rows) {
      order.emplace_back(-(row.units[0] + row.units[1] + row.units[2]), &keys);
    }
    absl::c_sort(order, [](const auto& a, const auto& b) {
      return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
    });
    for (const auto& [total, keys] : order) {
      const Row& counted = rows.at(*keys);
      v1::CountRow& row = *out.add_rows();
      for (const std::string& key : *keys) row.add_keys(key);
      row.set_lost(counted.units[0]);
      row.set_stolen(counted.units[1]);
      row.set_not_known(counted.units[2]);
      if (table.pieces.empty()) continue;
      row.set_lost_pieces(counted.pieces[0]);
      row.set_stolen_pieces(counted.pieces[1]);
      row.set_not_known_pieces(counted.pieces[2]);
    }
  }
  return tables;
}

}  // namespace serieslink::stolen

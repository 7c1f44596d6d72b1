#include "services/leads/lead_queue.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/events.h"
#include "services/view/analyst_acts.h"
#include "storage/base/status_macros.h"

namespace serieslink::leads {
namespace {

// Leads that are looked at below a page, so that the line can say what lies there.
constexpr std::size_t kLineLeadsMax = 2000;
// Bytes of a page. A client takes 4 MiB unless it is told otherwise.

bool HasArea(const PairEnd& end, std::uint64_t area) {
  if (end.record == nullptr || !end.record->has_event()) return false;
  const type::v1::Place& place = end.record->event().place();
  return linkage::PlaceKey(place.borough_code()) == area ||
         linkage::PlaceKey(place.ward_code()) == area ||
         linkage::PlaceKey(place.police_force()) == area;
}

// "agency/unit", or "agency/" for all of its units.
bool IsReferredTo(const Pair& pair, const std::string& unit) {
  for (const PairFile& file : pair.files) {
    for (const feed::v1::AnalystReferral& referral : file.file.referrals()) {
      const std::string name = absl::StrCat(referral.agency(), "/", referral.unit());
      if (name == unit || (unit.back() == '/' && name.rfind(unit, 0) == 0)) return true;
    }
  }
  return false;
}

bool HasState(const v1::LeadFilter& filter, v1::LeadState state) {
  if (filter.states().empty()) {
    return state == v1::LEAD_STATE_OPEN || state == v1::LEAD_STATE_PROPOSED ||
           state == v1::LEAD_STATE_REFERRED || state == v1::LEAD_STATE_ACCEPTED;
  }
  return std::find(filter.states().begin(), filter.states().end(), state) != filter.states().end();
}

// All but the state. Records have been read where the filter has an area.
bool Satisfies(const SeenLead& lead, const v1::LeadFilter& filter, absl::Time now) {
  const auto& ends = lead.pair.ends;
  if (!filter.agency().empty() && ends[0].agency != filter.agency() &&
      ends[1].agency != filter.agency()) {
    return false;
  }
  if (filter.kind() != record::v1::EXHIBIT_KIND_UNSPECIFIED &&
      static_cast<int>(ends[0].facts.kind) != filter.kind() &&
      static_cast<int>(ends[1].facts.kind) != filter.kind()) {
    return false;
  }
  if (!filter.unit().empty() && !IsReferredTo(lead.pair, filter.unit())) return false;
  if (filter.age_days_min() > 0 || filter.age_days_max() > 0) {
    const absl::Duration age = now - lead.pair.known.value_or(now);
    if (age < absl::Hours(24) * filter.age_days_min()) return false;
    if (filter.age_days_max() > 0 && age > absl::Hours(24) * filter.age_days_max()) return false;
  }
  if (!filter.area().empty()) {
    const std::uint64_t area = linkage::PlaceKey(filter.area());
    if (!HasArea(ends[0], area) && !HasArea(ends[1], area)) return false;
  }
  return true;
}

absl::Status ReadRecordsOf(std::vector<QueuedLead>& batch, PairReader& reader) {
  std::vector<Pair*> pairs;
  for (QueuedLead& one : batch) pairs.push_back(&one.lead.pair);
  return reader.ReadRecords(pairs);
}

// Counts what lies below the line.
class Line {
 public:
  void Add(const SeenLead& lead, v1::LeadState state, bool is_wanted, std::string_view agency) {
    ++looked_at_;
    if (lead.is_too_large()) {
      ++below_[v1::BELOW_REASON_TOO_LARGE];
    } else if (!is_wanted) {
      ++below_[v1::BELOW_REASON_FILTER];
    } else if (state == v1::LEAD_STATE_OPEN) {
      ++open_;
    } else if (state == v1::LEAD_STATE_EXPIRED) {
      const PairFile* const own = lead.pair.FileOf(agency);
      ++below_[own != nullptr && own->file.has_expiry() ? v1::BELOW_REASON_NOT_FOLLOWED
                                                        : v1::BELOW_REASON_EXPIRED];
    } else if (state == v1::LEAD_STATE_NONE || state == v1::LEAD_STATE_DECIDED) {
      ++below_[v1::BELOW_REASON_ONE_WEAPON];
    } else {
      ++below_[v1::BELOW_REASON_IN_HAND];
    }
  }

  std::size_t looked_at() const { return looked_at_; }

  v1::QueueLine Draw(int budget, int used) const {
    v1::QueueLine line;
    line.set_budget(budget);
    line.set_used_today(used);
    const std::int64_t above = std::min<std::int64_t>(open_, std::max(0, budget - used));
    line.set_above_count(above);
    std::map<v1::BelowReason, std::int64_t> below = below_;
    if (open_ > above) below[v1::BELOW_REASON_BUDGET] = open_ - above;
    for (const auto& [reason, count] : below) {
      v1::BelowLine& one = *line.add_below();
      one.set_reason(reason);
      one.set_count(count);
    }
    return line;
  }

 private:
  std::map<v1::BelowReason, std::int64_t> below_;
  std::int64_t open_ = 0;
  std::size_t looked_at_ = 0;
};

absl::StatusOr<int> ActedOnToday(const QueueCall& call, view::Cut& cut) {
  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, cut.reader.Edges());
  const std::int64_t today = view::DayOf(absl::ToUnixMicros(call.now));
  SL_ASSIGN_OR_RETURN(
      const auto acts,
      edges.Members(graph::EdgeType::kAnalystAct,
                    view::ActGroupOf(call.caller.agency, call.caller.principal, today)));
  return static_cast<int>(acts.size());
}

}  // namespace

std::vector<rpc::BadField> CheckFilter(const v1::LeadFilter& filter) {
  std::vector<rpc::BadField> bad;
  const auto days = [&](int value, const char* field) {
    if (value >= 0) return;
    bad.push_back(
        {field, type::v1::ERROR_REASON_FIELD_INVALID, "days are 0, for no bound, or more"});
  };
  days(filter.age_days_min(), "filter.age_days_min");
  days(filter.age_days_max(), "filter.age_days_max");
  if (filter.age_days_max() > 0 && filter.age_days_min() > filter.age_days_max()) {
    bad.push_back({"filter.age_days_min", type::v1::ERROR_REASON_FIELD_INVALID,
                   "the least age is above age_days_max"});
  }
  if (!record::v1::ExhibitKind_IsValid(filter.kind())) {
    bad.push_back({"filter.kind", type::v1::ERROR_REASON_FIELD_INVALID,
                   "this is no kind that this service knows"});
  }
  if (!filter.unit().empty() && filter.unit().find('/') == std::string::npos) {
    bad.push_back({"filter.unit", type::v1::ERROR_REASON_FIELD_INVALID,
                   "give agency/unit, or agency/ for any of its units"});
  }
  for (int i = 0; i < filter.states_size(); ++i) {
    if (filter.states(i) != v1::LEAD_STATE_UNSPECIFIED && v1::LeadState_IsValid(filter.states(i))) {
      continue;
    }
    bad.push_back({absl::StrCat("filter.states[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "give OPEN, PROPOSED, REFERRED, ACCEPTED, DECIDED, EXPIRED or NONE"});
  }
  return bad;
}

absl::Status FillLeads(const QueueCall& call, const v1::LeadFilter& filter, int page_size,
                       const graph::RankedEdge* after, view::Cut& cut,
                       v1::ListLeadsResponse& response, std::optional<graph::RankedEdge>& resume) {
  const view::Viewer viewer{call.caller.agency};
  const bool has_line = after == nullptr;
  QueueScan scan(&cut, &viewer, graph::EdgeType::kLead, after);
  std::vector<QueuedLead> page;
  Line line;
  bool has_more = false;
  bool is_cut = false;  // there are more than are looked at
  graph::RankedEdge last;
  do {
    SL_ASSIGN_OR_RETURN(std::vector<QueuedLead> batch, scan.Next());
    if (!filter.area().empty()) SL_RETURN_IF_ERROR(ReadRecordsOf(batch, scan.reader()));
    for (QueuedLead& one : batch) {
      // At a lead that is seen, so that no count and no page says what lies between them.
      is_cut = line.looked_at() == kLineLeadsMax;
      if (is_cut) break;
      last = one.place;
      const v1::LeadState state = StateOf(one.lead, call.caller.agency, call.policy, call.now);
      const bool is_satisfied = Satisfies(one.lead, filter, call.now);
      line.Add(one.lead, state, is_satisfied, call.caller.agency);
      if (!is_satisfied || one.lead.is_too_large() || !HasState(filter, state)) continue;
      if (static_cast<int>(page.size()) == page_size) {
        has_more = true;
      } else {
        page.push_back(std::move(one));
      }
    }
  } while (!is_cut && !scan.is_at_end() && !(has_more && !has_line) && !call.has_enough());

  // What is not on the page, or was not looked at, is on the next.
  if (has_more) {
    resume = page.back().place;
  } else if (is_cut) {
    resume = last;
  } else if (!scan.is_at_end()) {
    resume = *scan.last();
  }
  SL_RETURN_IF_ERROR(ReadRecordsOf(page, scan.reader()));
  std::vector<SeenLead*> leads;
  for (QueuedLead& one : page) leads.push_back(&one.lead);
  SL_RETURN_IF_ERROR(NameWeapons(cut, viewer, /*is_told=*/true, leads));
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < page.size(); ++i) {
    SL_ASSIGN_OR_RETURN(v1::Lead lead, LeadOf(page[i].lead, call.caller.agency, call.policy,
                                              call.now, scan.reader()));
    bytes += lead.ByteSizeLong();
    if (i > 0 && bytes > kPairsPageBytesMax) {
      resume = page[i - 1].place;
      break;
    }
    *response.add_leads() = std::move(lead);
  }
  if (!has_line) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const int used, ActedOnToday(call, cut));
  *response.mutable_line() = line.Draw(call.policy.budget_per_day, used);
  response.mutable_line()->set_is_at_least(is_cut || !scan.is_at_end());
  return absl::OkStatus();
}

}  // namespace serieslink::leads

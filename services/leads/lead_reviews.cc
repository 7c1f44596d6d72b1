// What is to be looked at again, and what to examine.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/util/time_util.h"
#include "services/leads/lead_queue.h"
#include "services/view/weapons_of_exhibits.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::leads {
namespace {

using ::google::protobuf::util::TimeUtil;

// Open leads from the top of the queue by which examinations are ranked.
constexpr int kExaminedLeadsMax = 2000;
constexpr std::size_t kCompareWithMax = 100;

// Whether what identifies one of the two has changed since an analyst's word on them was stated.
absl::StatusOr<bool> IsWordOutdated(const Pair& pair, PairReader& reader) {
  for (const PairStatement& one : pair.statements) {
    if (!IsAnalysts(one.statement)) continue;
    for (const PairEnd& end : pair.ends) {
      SL_ASSIGN_OR_RETURN(const bool is_changed, reader.IsChangedSince(end, one.from));
      if (is_changed) return true;
    }
  }
  return false;
}

absl::StatusOr<v1::Reexamination> ReexaminationOf(const QueuedLead& one, PairReader& reader) {
  const Pair& pair = one.lead.pair;
  v1::Reexamination out;
  *out.mutable_first() = ExhibitOf(pair.ends[0], one.lead.weapons[0]);
  *out.mutable_second() = ExhibitOf(pair.ends[1], one.lead.weapons[1]);
  if (pair.state.is_disputed) out.add_reasons(v1::REEXAMINATION_REASON_DISPUTED);
  if (pair.state.is_conflicting) out.add_reasons(v1::REEXAMINATION_REASON_EXAMINATIONS_DISAGREE);
  if (!pair.has_both()) {
    out.add_reasons(v1::REEXAMINATION_REASON_STALE_FINDING);
  } else {
    SL_ASSIGN_OR_RETURN(const bool is_outdated, IsWordOutdated(pair, reader));
    if (is_outdated) out.add_reasons(v1::REEXAMINATION_REASON_DECISION_OUTDATED);
  }
  for (linkage::v1::Finding& finding : FindingsOf(pair)) *out.add_findings() = finding;
  SL_ASSIGN_OR_RETURN(const std::uint64_t since_us, base::KeyReader(one.place.payload).ReadBe64());
  *out.mutable_since_time() =
      TimeUtil::MicrosecondsToTimestamp(static_cast<std::int64_t>(since_us));
  return out;
}

// The open leads of an exhibit.
struct ToExamine {
  PairEnd end;
  struct Other {
    PairEnd end;
    double score_log2 = 0;
  };
  std::vector<Other> others;
  double worth = 0;  // sum of 2^score
};

}  // namespace

absl::Status FillReexaminations(const QueueCall& call, int page_size,
                                const graph::RankedEdge* after, view::Cut& cut,
                                v1::ListReexaminationsResponse& response,
                                std::optional<graph::RankedEdge>& resume) {
  const view::Viewer viewer{call.caller.agency};
  QueueScan scan(&cut, &viewer, graph::EdgeType::kReexamination, after);
  std::size_t bytes = 0;
  do {
    SL_ASSIGN_OR_RETURN(std::vector<QueuedLead> batch, scan.Next());
    std::vector<Pair*> pairs;
    std::vector<SeenLead*> leads;
    for (QueuedLead& one : batch) {
      pairs.push_back(&one.lead.pair);
      leads.push_back(&one.lead);
    }
    SL_RETURN_IF_ERROR(scan.reader().ReadRecords(pairs));
    SL_RETURN_IF_ERROR(NameWeapons(cut, viewer, /*is_told=*/true, leads));
    const QueuedLead* before = nullptr;
    for (QueuedLead& one : batch) {
      SL_ASSIGN_OR_RETURN(v1::Reexamination told, ReexaminationOf(one, scan.reader()));
      // What changed and changed back is as it was judged.
      if (told.reasons().empty()) continue;
      bytes += told.ByteSizeLong();
      if (response.reexaminations_size() == page_size ||
          (bytes > kPairsPageBytesMax && response.reexaminations_size() > 0)) {
        resume = before == nullptr ? resume : before->place;
        return absl::OkStatus();
      }
      *response.add_reexaminations() = std::move(told);
      before = &one;
      resume = one.place;
    }
  } while (!scan.is_at_end() && !call.has_enough());
  resume.reset();
  if (!scan.is_at_end()) resume = *scan.last();
  return absl::OkStatus();
}

absl::Status FillExaminations(const QueueCall& call, int count_max, view::Cut& cut,
                              v1::ListExaminationsResponse& response) {
  const view::Viewer viewer{call.caller.agency};
  QueueScan scan(&cut, &viewer, graph::EdgeType::kLead, nullptr);
  absl::flat_hash_map<graph::ExhibitNumber, ToExamine> found;
  int looked_at = 0;
  bool is_cut = false;  // there are more than are looked at
  do {
    SL_ASSIGN_OR_RETURN(std::vector<QueuedLead> batch, scan.Next());
    for (const QueuedLead& one : batch) {
      const v1::LeadState state = StateOf(one.lead, call.caller.agency, call.policy, call.now);
      if (one.lead.is_too_large() || state == v1::LEAD_STATE_NONE ||
          state == v1::LEAD_STATE_DECIDED || state == v1::LEAD_STATE_EXPIRED) {
        continue;
      }
      // At a lead that is seen, so that no count says what lies between them.
      is_cut = looked_at == kExaminedLeadsMax;
      if (is_cut) break;
      ++looked_at;
      const double score_log2 = ScoreOf(one.lead, call.now);
      const auto& ends = one.lead.pair.ends;
      // It takes both to compare them.
      if (!CanBeExamined(ends[0].facts.kind) || !CanBeExamined(ends[1].facts.kind)) continue;
      for (std::size_t i = 0; i < 2; ++i) {
        ToExamine& to_examine = found[ends[i].number];
        to_examine.end = ends[i];
        to_examine.others.push_back({ends[1 - i], score_log2});
        to_examine.worth += std::exp2(std::clamp(score_log2, -500.0, 500.0));
      }
    }
  } while (!is_cut && !scan.is_at_end() && !call.has_enough());
  response.set_leads_looked_at(looked_at);
  response.set_is_at_least(is_cut || !scan.is_at_end());

  std::vector<ToExamine*> order;
  for (auto& [number, one] : found) order.push_back(&one);
  std::sort(order.begin(), order.end(), [](const ToExamine* a, const ToExamine* b) {
    return std::make_tuple(b->others.size(), b->worth, a->end.id) <
           std::make_tuple(a->others.size(), a->worth, b->end.id);
  });
  if (order.size() > static_cast<std::size_t>(count_max)) {
    order.resize(static_cast<std::size_t>(count_max));
  }
  std::vector<view::SeenExhibit> exhibits;
  std::vector<Pair> shown(order.size());
  std::vector<Pair*> to_read;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ToExamine& one = *order[i];
    std::sort(one.others.begin(), one.others.end(), [](const auto& a, const auto& b) {
      return std::make_tuple(b.score_log2, a.end.id) < std::make_tuple(a.score_log2, b.end.id);
    });
    exhibits.push_back({one.end.number, one.end.public_id});
    for (std::size_t k = 0; k < std::min(one.others.size(), kCompareWithMax); ++k) {
      exhibits.push_back({one.others[k].end.number, one.others[k].end.public_id});
    }
    shown[i].ends[0] = one.end;
    to_read.push_back(&shown[i]);
  }
  SL_RETURN_IF_ERROR(scan.reader().ReadRecords(to_read));
  SL_ASSIGN_OR_RETURN(const auto weapons,
                      view::WeaponsOfExhibits(cut.reader, viewer, cut.revision, exhibits));
  std::size_t at = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const ToExamine& one = *order[i];
    v1::Examination& out = *response.add_examinations();
    *out.mutable_exhibit() = ExhibitOf(shown[i].ends[0], weapons[at++].weapon_id);
    std::set<std::string> others;
    for (std::size_t k = 0; k < std::min(one.others.size(), kCompareWithMax); ++k) {
      out.add_compare_with(one.others[k].end.id);
      others.insert(weapons[at++].weapon_id);
    }
    out.set_lead_count(static_cast<int>(one.others.size()));
    out.set_weapon_count(static_cast<int>(others.size()));
    out.set_score_log2(std::log2(one.worth));
  }
  return absl::OkStatus();
}

}  // namespace serieslink::leads

#include "services/leads/blind_sample.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::leads {
namespace {

// Of a store with no more findings than this, all are drawn from.
constexpr std::size_t kStatementsMax = 20'000;
constexpr int kRuns = 64;
constexpr std::size_t kRunStatements = 512;
constexpr std::size_t kPageStatements = 2048;
constexpr std::size_t kPassedOverMax = 4;
constexpr std::size_t kPairsAtOnce = 64;

// A pair on which a rule's finding stood, and its place in the lot.
struct Drawn {
  std::uint64_t lot = 0;
  ExhibitPair pair;
  bool is_confirmed = false;
  friend bool operator<(const Drawn& a, const Drawn& b) {
    return std::tie(a.lot, a.pair.newer, a.pair.older) <
           std::tie(b.lot, b.pair.newer, b.pair.older);
  }
};

class Lottery {
 public:
  Lottery(const graph::IdKey& ids, std::string_view agency, std::string_view week,
          graph::Revision revision)
      : ids_(ids), agency_(agency), week_(week), revision_(revision) {}

  void Add(const stored::v1::Statement& statement) {
    const bool is_confirmed = statement.verdict() == static_cast<int>(linkage::Verdict::kConfirmed);
    if (statement.rule().empty() || statement.is_untrusted() ||
        (!is_confirmed && statement.verdict() != static_cast<int>(linkage::Verdict::kLead))) {
      return;
    }
    const graph::RevisionInterval interval{statement.from_revision(),
                                           graph::FromStoredEnd(statement.to_revision())};
    if (!interval.Contains(revision_)) return;
    drawn_.insert({Draw("pair", std::to_string(statement.public_id())),
                   {statement.newer_exhibit(), statement.older_exhibit()},
                   is_confirmed});
  }

  std::uint64_t Draw(std::string_view what, const std::string& which) const {
    const std::string_view fields[] = {"blind sample", agency_, week_, what, which};
    return ids_.ForFields(fields).value();
  }

  const std::set<Drawn>& drawn() const { return drawn_; }

 private:
  const graph::IdKey& ids_;
  const std::string_view agency_;
  const std::string_view week_;
  const graph::Revision revision_;
  std::set<Drawn> drawn_;
};

graph::StatementKey KeyOf(const stored::v1::Statement& statement) {
  return {.newer = statement.newer_exhibit(),
          .older = statement.older_exhibit(),
          .channel = static_cast<std::uint8_t>(statement.channel()),
          .statement = statement.public_id(),
          .from = statement.from_revision()};
}

// Puts the findings behind `after` into the lot that were known at `revision`, `count_max` of them
// at most: those that came later must not change which these are. `last_record`: none of them is
// about a later one. True when they were all.
absl::StatusOr<bool> AddRun(const view::Cut& cut, graph::Revision revision,
                            graph::RecordNumber last_record,
                            std::optional<graph::StatementKey> after, std::size_t count_max,
                            Lottery& lottery) {
  // Of a store that has known very many more since, fewer are drawn from.
  std::size_t left = kPassedOverMax * count_max;
  for (std::size_t count = 0; left > 0;) {
    const std::size_t page_max = std::min({kPageStatements, left, count_max});
    SL_ASSIGN_OR_RETURN(const auto page, cut.reader.ScanStatements(after, page_max));
    if (page.empty()) return true;
    for (const stored::v1::Statement& statement : page) {
      if (graph::RecordOf(statement.newer_exhibit()) > last_record) return true;
      if (statement.from_revision() > revision) continue;
      if (count == count_max) return false;
      lottery.Add(statement);
      ++count;
    }
    left -= page.size();
    after = KeyOf(page.back());
  }
  return false;
}

// Puts the findings of the store into the lot; of a large one, runs of neighbours.
absl::StatusOr<Lottery> LotOf(const view::Cut& cut, const graph::IdKey& ids,
                              std::string_view agency, std::string_view week,
                              graph::Revision revision) {
  // No record had a higher number than there were entries.
  SL_ASSIGN_OR_RETURN(const stored::v1::CommitHeader header,
                      graph::LogReader(&cut.reader.snapshot()).Header(revision));
  const std::uint64_t records =
      header.first_sequence() + static_cast<std::uint64_t>(header.record_numbers_size());
  Lottery whole(ids, agency, week, revision);
  SL_ASSIGN_OR_RETURN(const bool is_whole,
                      AddRun(cut, revision, records, std::nullopt, kStatementsMax, whole));
  if (is_whole) return whole;
  Lottery runs(ids, agency, week, revision);
  for (int run = 0; run < kRuns; ++run) {
    graph::StatementKey after;
    after.newer = graph::MakeExhibitNumber(1 + runs.Draw("run", std::to_string(run)) % records, 0);
    SL_RETURN_IF_ERROR(AddRun(cut, revision, records, after, kRunStatements, runs).status());
  }
  return runs;
}

}  // namespace

absl::StatusOr<std::vector<SampledPair>> DrawSample(view::Cut& cut, const view::Viewer& viewer,
                                                    const graph::IdKey& ids,
                                                    const std::string& week,
                                                    graph::Revision revision, int size) {
  std::vector<SampledPair> sample;
  if (revision == 0) return sample;
  SL_ASSIGN_OR_RETURN(const Lottery lottery, LotOf(cut, ids, viewer.agency, week, revision));
  const std::set<Drawn>& drawn = lottery.drawn();

  PairReader reader(&cut, &viewer);
  int left[2] = {size / 4, size - size / 4};  // leads, confirmed
  for (auto at = drawn.begin(); at != drawn.end() && left[0] + left[1] > 0;) {
    std::vector<ExhibitPair> pairs;
    std::vector<bool> are_confirmed;
    for (; at != drawn.end() && pairs.size() < kPairsAtOnce; ++at) {
      if (left[at->is_confirmed ? 1 : 0] == 0) continue;
      pairs.push_back(at->pair);
      are_confirmed.push_back(at->is_confirmed);
    }
    SL_ASSIGN_OR_RETURN(auto loaded, reader.Load(pairs));
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      int& quota = left[are_confirmed[i] ? 1 : 0];
      if (quota == 0 || !loaded[i].has_value() || !loaded[i]->ends[0].is_active ||
          !loaded[i]->ends[1].is_active) {
        continue;
      }
      --quota;
      sample.push_back({*std::move(loaded[i]), are_confirmed[i]});
    }
  }
  // They came as they were drawn: once there are enough of one kind, only of the other.
  std::map<std::uint64_t, std::size_t> order;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto& ends = sample[i].pair.ends;
    order.emplace(lottery.Draw("place", ends[0].id + ends[1].id), i);
  }
  std::vector<SampledPair> mixed;
  for (const auto& [lot, i] : order) mixed.push_back(std::move(sample[i]));
  return mixed;
}

std::string JudgementOf(const Pair& pair, std::string_view agency, std::string_view week) {
  const PairFile* const file = pair.FileOf(agency);
  if (file == nullptr) return {};
  for (const feed::v1::AnalystJudgement& judgement : file->file.judgements()) {
    if (judgement.week() == week) return judgement.verdict();
  }
  return {};
}

}  // namespace serieslink::leads

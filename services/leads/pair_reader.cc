#include "services/leads/pair_reader.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/adapter.h"
#include "services/leads/core/lead_file.h"
#include "services/view/canonical.h"
#include "services/view/extract.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"

namespace serieslink::leads {
namespace {

using stored::v1::RecordState;

PairEnd EndOf(graph::ExhibitNumber number, const RecordState& state) {
  const stored::v1::ExhibitState& exhibit =
      state.exhibits(static_cast<int>(graph::OrdinalOf(number)));
  PairEnd end;
  end.number = number;
  end.public_id = exhibit.public_id();
  end.id = graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(end.public_id));
  end.record_public_id = state.public_id();
  end.agency = state.agency();
  // Whom no agency is called.
  end.is_open = view::MaySee(view::Viewer{""}, state);
  end.is_active = exhibit.has_facts();
  if (end.is_active) {
    // Two guns of one record are listed apart, and of two records no key is the same.
    const auto event =
        state.has_event() ? std::optional(view::FactsOf(state.event(), graph::RecordOf(number),
                                                        state.public_id(), view::SourceHash(state)))
                          : std::nullopt;
    end.facts =
        view::FactsOf(exhibit.facts(), end.public_id, graph::RecordOf(number),
                      graph::OrdinalOf(number), view::IsGunListedApart(exhibit.facts().kind()),
                      state.agency(), event.has_value() ? &*event : nullptr);
  }
  end.seriousness_log2 = state.event().seriousness_log2();
  end.reference = exhibit.reference();
  for (const stored::v1::RecordVersion& version : state.versions()) {
    const graph::Revision to = graph::FromStoredEnd(version.to_revision());
    if (version.from_revision() == version.to_revision() || version.is_withdrawal()) continue;
    end.versions.push_back({version.sequence(), version.from_revision(), to});
    if (to != graph::kOpenRevision) continue;
    end.sequence = version.sequence();
    end.from = version.from_revision();
  }
  return end;
}

// Whether what identifies the gun is alike: what decisions judge.
bool AreIdentifiedAlike(const linkage::ExhibitFacts& a, const linkage::ExhibitFacts& b) {
  return a.kind == b.kind && a.calibre == b.calibre && a.make == b.make && a.model == b.model &&
         a.types == b.types && a.part_kind == b.part_kind && a.serials == b.serials;
}

std::optional<int> PlaceOf(const record::v1::Record& record, const std::string& reference) {
  for (int i = 0; i < record.exhibits_size(); ++i) {
    if (record.exhibits(i).exhibit_reference() == reference) return i;
  }
  return std::nullopt;
}

}  // namespace

linkage::WorthFacts Pair::worth() const {
  return {.chance_log2 = state.chance_log2,
          .kinds = {ends[0].facts.kind, ends[1].facts.kind},
          .seriousness_log2 = std::max(ends[0].seriousness_log2, ends[1].seriousness_log2)};
}

const PairFile* Pair::FileOf(std::string_view agency) const {
  for (const PairFile& file : files) {
    if (file.agency == agency) return &file;
  }
  return nullptr;
}

absl::StatusOr<std::vector<std::optional<Pair>>> PairReader::Load(
    absl::Span<const ExhibitPair> pairs) {
  std::vector<graph::RecordNumber> records;
  std::vector<graph::ExhibitNumber> newer;
  for (const ExhibitPair& pair : pairs) {
    records.push_back(graph::RecordOf(pair.newer));
    records.push_back(graph::RecordOf(pair.older));
  }
  SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(records));
  std::vector<std::optional<Pair>> loaded(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::optional<RecordState>& a = states[2 * i];
    const std::optional<RecordState>& b = states[2 * i + 1];
    const auto has = [&](const std::optional<RecordState>& state, graph::ExhibitNumber number) {
      return state.has_value() && view::MaySee(viewer_, *state) &&
             static_cast<int>(graph::OrdinalOf(number)) < state->exhibits_size();
    };
    if (!has(a, pairs[i].newer) || !has(b, pairs[i].older)) continue;
    Pair& pair = loaded[i].emplace();
    pair.key = pairs[i];
    pair.ends = {EndOf(pairs[i].newer, *a), EndOf(pairs[i].older, *b)};
    if (pair.ends[1].id < pair.ends[0].id) std::swap(pair.ends[0], pair.ends[1]);
    newer.push_back(pairs[i].newer);
  }
  std::sort(newer.begin(), newer.end());
  newer.erase(std::unique(newer.begin(), newer.end()), newer.end());
  SL_ASSIGN_OR_RETURN(const auto statements, cut_.reader.StatementsUnderEach(newer));
  for (std::optional<Pair>& pair : loaded) {
    if (!pair.has_value()) continue;
    const std::size_t place = static_cast<std::size_t>(
        std::lower_bound(newer.begin(), newer.end(), pair->key.newer) - newer.begin());
    std::vector<linkage::Statement> open;
    for (const stored::v1::Statement& one : statements[place]) {
      if (one.older_exhibit() != pair->key.older) continue;
      const graph::RevisionInterval interval{one.from_revision(),
                                             graph::FromStoredEnd(one.to_revision())};
      if (!interval.Contains(cut_.revision)) continue;
      pair->statements.push_back({view::StatementOf(one), one.rule(), one.from_revision()});
      open.push_back(pair->statements.back().statement);
    }
    pair->state = StateOfPair(open, BoundsOf(pair->ends[0].facts, pair->ends[1].facts));
  }
  SL_RETURN_IF_ERROR(LoadKnown(loaded));
  SL_RETURN_IF_ERROR(LoadFiles(loaded));
  return loaded;
}

absl::Status PairReader::LoadKnown(std::vector<std::optional<Pair>>& pairs) {
  std::vector<graph::RankedEdge> keys;
  std::vector<Pair*> sought;
  for (std::optional<Pair>& pair : pairs) {
    if (!pair.has_value() || !pair->state.is_candidate()) continue;
    keys.push_back({0, pair->key.newer, pair->key.older, {}});
    sought.push_back(&*pair);
  }
  SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, cut_.reader.Edges());
  SL_ASSIGN_OR_RETURN(const auto payloads, edges.RankedPayloads(graph::EdgeType::kLeadKnown, keys));
  for (std::size_t i = 0; i < sought.size(); ++i) {
    if (!payloads[i].has_value()) continue;
    SL_ASSIGN_OR_RETURN(const std::uint64_t known_us, base::KeyReader(*payloads[i]).ReadBe64());
    sought[i]->known = absl::FromUnixMicros(static_cast<std::int64_t>(known_us));
  }
  return absl::OkStatus();
}

absl::Status PairReader::LoadFiles(std::vector<std::optional<Pair>>& pairs) {
  // Each file has its statement about its pair, also when it decides nothing.
  struct Found {
    Pair* pair;
    graph::RecordNumber record;
    bool is_untrusted;
  };
  std::vector<Found> found;
  std::vector<graph::RecordNumber> records;
  for (std::optional<Pair>& pair : pairs) {
    if (!pair.has_value()) continue;
    for (const PairStatement& one : pair->statements) {
      if (!IsUndecided(one.statement) && one.statement.basis != linkage::Basis::kAnalyst) continue;
      const graph::RecordNumber record = one.statement.asserting_record;
      const bool is_known = !found.empty() && found.back().pair == &*pair &&
                            std::any_of(found.begin(), found.end(), [&](const Found& other) {
                              return other.pair == &*pair && other.record == record;
                            });
      if (is_known) {
        for (Found& other : found) {
          if (other.pair == &*pair && other.record == record) {
            other.is_untrusted |= !one.statement.trusted;
          }
        }
        continue;
      }
      found.push_back({&*pair, record, !one.statement.trusted});
      records.push_back(record);
    }
  }
  if (found.empty()) return absl::OkStatus();
  SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(records));
  std::vector<graph::SequenceNumber> sequences;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!states[i].has_value() || !view::MaySee(viewer_, *states[i]) ||
        states[i]->source_system() != ingest::kLeadFileSystem) {
      continue;
    }
    for (const stored::v1::RecordVersion& version : states[i]->versions()) {
      if (version.to_revision() != 0 || version.is_withdrawal()) continue;
      sequences.push_back(version.sequence());
      places.push_back(i);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto entries,
                      graph::LogReader(&cut_.reader.snapshot()).Entries(sequences));
  for (std::size_t i = 0; i < places.size(); ++i) {
    feed::v1::FeedMessage message;
    if (!message.ParseFromString(entries[i].feed_message())) {
      return absl::DataLossError("a message in the log is malformed");
    }
    if (!message.has_analyst()) continue;
    MoveToChannels(*message.mutable_analyst());
    const Found& one = found[places[i]];
    one.pair->files.push_back({states[places[i]]->public_id(), states[places[i]]->agency(),
                               one.is_untrusted, std::move(*message.mutable_analyst())});
  }
  for (std::optional<Pair>& pair : pairs) {
    if (!pair.has_value()) continue;
    std::sort(pair->files.begin(), pair->files.end(),
              [](const PairFile& a, const PairFile& b) { return a.agency < b.agency; });
  }
  return absl::OkStatus();
}

absl::Status PairReader::ReadRecords(absl::Span<Pair* const> pairs) {
  std::vector<graph::SequenceNumber> sequences;
  std::vector<PairEnd*> ends;
  for (Pair* const pair : pairs) {
    for (PairEnd& end : pair->ends) {
      if (end.record != nullptr || end.sequence == 0) continue;
      ends.push_back(&end);
      sequences.push_back(end.sequence);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto entries,
                      graph::LogReader(&cut_.reader.snapshot()).Entries(sequences));
  absl::flat_hash_map<graph::SequenceNumber, std::shared_ptr<const record::v1::Record>> read;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    std::shared_ptr<const record::v1::Record>& record = read[sequences[i]];
    if (record == nullptr) {
      SL_ASSIGN_OR_RETURN(record, view::CanonicalOf(entries[i]));
      if (record == nullptr) return absl::DataLossError("a version holds no record");
    }
    const std::optional<int> place = PlaceOf(*record, ends[i]->reference);
    if (!place.has_value()) continue;
    ends[i]->record = record;
    ends[i]->place = *place;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> PairReader::IsChangedSince(const PairEnd& end, graph::Revision revision) {
  if (revision >= end.from || !end.is_active) return false;
  for (const PairEnd::Version& version : end.versions) {
    if (revision < version.from || revision >= version.to) continue;
    SL_ASSIGN_OR_RETURN(const auto entries,
                        graph::LogReader(&cut_.reader.snapshot()).Entries({version.sequence}));
    SL_ASSIGN_OR_RETURN(const auto judged, view::CanonicalOf(entries[0]));
    if (judged == nullptr) return absl::DataLossError("a version holds no record");
    const std::optional<int> place = PlaceOf(*judged, end.reference);
    if (!place.has_value()) return true;
    const linkage::ExhibitFacts then =
        view::FactsOf(view::StoredFactsOf(judged->exhibits(*place)), end.public_id,
                      graph::RecordOf(end.number), graph::OrdinalOf(end.number),
                      /*is_apart=*/false, end.agency, /*event=*/nullptr);
    return !AreIdentifiedAlike(then, end.facts);
  }
  // It was judged when it was not there.
  return true;
}

}  // namespace serieslink::leads

#include "services/linkage/deriver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/vocabulary.h"
#include "services/linkage/refill.h"
#include "services/rpc/process_log.h"
#include "services/view/canonical.h"
#include "services/view/generations.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"
#include "storage/base/thread_priority.h"
#include "storage/graph/derived_reset.h"

namespace serieslink::linkage {
namespace {

// How much one commit of what is derived takes in at most.
constexpr std::size_t kStepEntriesMax = 4096;
constexpr std::size_t kStepStatementsMax = 100'000;
// Exhibits that the records of a step name, with all their versions: about 300 bytes each at most
// are in the states that one commit writes.
constexpr std::size_t kStepExhibitsMax = 200'000;
// How soon a stop is noticed while nothing comes.
constexpr absl::Duration kIdleWait = absl::Milliseconds(100);
// How long the deriver waits before it begins anew after a failure: at first, and at most.
constexpr absl::Duration kFirstPause = absl::Seconds(1);
constexpr absl::Duration kLongestPause = absl::Minutes(1);
// From which lag on, and how often, the process log says that linkage is behind.
constexpr absl::Duration kLagTold = absl::Seconds(10);
constexpr absl::Duration kLagToldEvery = absl::Minutes(1);
// Of what is derived. A store that has another one's is derived anew at the start.
constexpr std::uint32_t kGeneration = 29;

// Of what the configuration says that decides what is derived; never 0.
std::uint64_t ConfiguredDigest(const ConfirmationPolicy& policy) {
  const std::uint64_t digest = base::StableHash64(
      absl::StrCat("policy\n", policy.Digest(), "\nvocabulary\n", VocabularyInUse().digest()));
  return digest == 0 ? 1 : digest;
}

graph::Touched TouchedBy(const DerivedChanges& changes) {
  graph::Touched touched;
  for (const auto& [number, state] : changes.records) touched.records.push_back(number);
  for (const auto& [key, statement] : changes.statements) {
    touched.exhibits.push_back(key.newer);
    touched.exhibits.push_back(key.older);
  }
  for (const auto& [node, component] : changes.components) {
    const bool is_exhibit = node.first == DerivedChanges::NodeKind::kExhibit;
    (is_exhibit ? touched.exhibits : touched.records).push_back(node.second);
  }
  return touched;
}

}  // namespace

Deriver::Deriver(storage::Store* store, graph::Graph* graph, graph::RecentCommits* recent,
                 const graph::IdKey* ids, RuleSet rules, ConfirmationPolicy policy,
                 std::function<absl::Time()> now, std::function<void(bool follows)> on_change)
    : store_(store),
      graph_(graph),
      recent_(recent),
      ids_(ids),
      now_(std::move(now)),
      rules_(rules),
      policy_(std::move(policy)),
      on_change_(std::move(on_change)) {}

Deriver::~Deriver() { Stop(); }

absl::Status Deriver::Start() {
  SL_RETURN_IF_ERROR(ResetOtherGeneration());
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

void Deriver::Stop() {
  {
    const std::lock_guard lock(stop_mutex_);
    stopping_.store(true);
    stop_asked_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status Deriver::ResetOtherGeneration() {
  stored::v1::DeriverPosition position;
  {
    SL_ASSIGN_OR_RETURN(const graph::GraphReader reader, graph_->NewReader());
    SL_ASSIGN_OR_RETURN(position, reader.Position());
  }
  const bool is_ours =
      position.generation() == kGeneration && position.policy_digest() == ConfiguredDigest(policy_);
  if (position.generation() == 0 || is_ours) return absl::OkStatus();
  rpc::LogEvent(rpc::LogLevel::kInfo, "deriving_anew",
                {{"generation", std::to_string(position.generation())},
                 {"revision", std::to_string(position.revision())}});
  return graph::ResetDerived(*store_);
}

absl::Status Deriver::Refill() {
  steps_.reset();
  SL_ASSIGN_OR_RETURN(auto writer, graph::GraphWriter::Open(store_, {}, graph_));
  SL_ASSIGN_OR_RETURN(graph::GraphReader reader, graph_->NewReader());
  SL_ASSIGN_OR_RETURN(position_, reader.Position());
  // The rules that were adopted last, where any were, made what is derived.
  RuleSet rules = rules_;
  if (!position_.generations().empty()) {
    const graph::LogReader log(&reader.snapshot());
    SL_ASSIGN_OR_RETURN(const v1::Generation generation,
                        view::WholeGenerationAt(position_, position_.revision(), log));
    SL_ASSIGN_OR_RETURN(rules, view::RulesOf(generation.rules()));
  }
  derivation_ = std::make_unique<Derivation>(
      rules, policy_, ids_,
      [this](absl::Span<const graph::RecordNumber> numbers) { return LoadStates(numbers); },
      [this](absl::Span<const graph::RecordNumber> numbers) { return LoadStanding(numbers); });
  derivation_->HandOnStatements(kStepStatementsMax, [this](DerivedChanges& changes) {
    auto ahead = std::make_unique<DerivedStep>();
    ahead->is_ahead = true;
    ahead->changes.statements.swap(changes.statements);
    return steps_->Write(std::move(ahead));
  });
  SL_RETURN_IF_ERROR(linkage::Refill(reader, stopping_, *derivation_));
  steps_ = std::make_unique<StepWriter>(
      std::move(writer), position_, [this](graph::GraphWriter& writer) { return Commit(writer); },
      [this](const stored::v1::DeriverPosition& written) {
        if (recent_ != nullptr) recent_->Passed(written.revision());
      });
  return absl::OkStatus();
}

absl::StatusOr<std::vector<stored::v1::RecordState>> Deriver::LoadStates(
    absl::Span<const graph::RecordNumber> numbers) {
  std::vector<stored::v1::RecordState> states(numbers.size());
  // What is not written yet is looked for first: it may be written meanwhile.
  std::vector<graph::RecordNumber> written;
  std::vector<std::size_t> places;  // of those in `states`
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    // While it is refilled, nothing is on its way.
    std::optional<stored::v1::RecordState> state;
    if (steps_ != nullptr) state = steps_->FindUnwritten(numbers[i]);
    if (state.has_value()) {
      states[i] = *std::move(state);
    } else {
      written.push_back(numbers[i]);
      places.push_back(i);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto reader, graph_->NewReader());
  SL_ASSIGN_OR_RETURN(auto found, reader.Records(written));
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i].has_value()) {
      return absl::DataLossError("the state of a derived record is missing");
    }
    states[places[i]] = *std::move(found[i]);
  }
  return states;
}

absl::StatusOr<std::vector<view::ReadEntry>> Deriver::LoadStanding(
    absl::Span<const graph::RecordNumber> numbers) {
  SL_ASSIGN_OR_RETURN(const auto states, LoadStates(numbers));
  std::vector<graph::SequenceNumber> sequences;
  for (const stored::v1::RecordState& state : states) {
    graph::SequenceNumber standing = 0;
    for (const stored::v1::RecordVersion& version : state.versions()) {
      if (version.to_revision() == 0) standing = version.sequence();
    }
    sequences.push_back(standing);
  }
  SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
  SL_ASSIGN_OR_RETURN(const auto entries, graph::LogReader(snapshot.get()).Entries(sequences));
  std::vector<view::ReadEntry> standing(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    SL_ASSIGN_OR_RETURN(standing[i], view::ReadEntryOf(entries[i]));
  }
  return standing;
}

void Deriver::Run() {
  base::GiveWay();
  absl::Duration pause = kFirstPause;
  while (!stopping_.load()) {
    const graph::Revision before = position_.revision();
    const absl::Status status = Follow();
    // What is derived and cannot be written is forgotten: it will be derived again.
    if (steps_ != nullptr) position_ = steps_->Finish();
    steps_.reset();
    if (recent_ != nullptr) recent_->Leave();
    if (stopping_.load() || absl::IsCancelled(status)) return;
    rpc::LogEvent(rpc::LogLevel::kError, "deriver_failed",
                  {{"code", absl::StatusCodeToString(status.code())},
                   {"revision", std::to_string(position_.revision())}});
    on_change_(false);
    if (position_.revision() > before) pause = kFirstPause;
    Pause(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

absl::Status Deriver::Follow() {
  // Refilling takes a while in a large store, and nobody but the deriver needs what it fills.
  SL_RETURN_IF_ERROR(Refill());
  rpc::LogEvent(rpc::LogLevel::kInfo, "deriver_ready",
                {{"revision", std::to_string(position_.revision())}});
  on_change_(true);
  if (recent_ != nullptr) recent_->Passed(position_.revision());
  while (!stopping_.load()) {
    const absl::Status status = Step();
    if (!status.ok() && !absl::IsDeadlineExceeded(status)) return status;
  }
  return absl::OkStatus();
}

void Deriver::Pause(absl::Duration time) {
  std::unique_lock lock(stop_mutex_);
  stop_asked_.wait_for(lock, absl::ToChronoNanoseconds(time), [&] { return stopping_.load(); });
}

absl::Status Deriver::Commit(graph::GraphWriter& writer) {
  for (bool told = false;;) {
    const auto committed = writer.Commit();
    if (committed.ok() || !absl::IsResourceExhausted(committed.status())) return committed.status();
    if (stopping_.load()) return absl::CancelledError("stopped while the store had no room");
    if (!std::exchange(told, true)) {
      rpc::LogEvent(rpc::LogLevel::kError, "deriver_has_no_room",
                    {{"advice", "free disk space; linkage waits until then"}});
    }
    Pause(kFirstPause);
  }
}

void Deriver::TellLag(absl::Time committed) {
  const absl::Time now = now_();
  const absl::Duration lag = now - committed;
  if (lag >= kLagTold && now - lag_told_ >= kLagToldEvery) {
    rpc::LogEvent(rpc::LogLevel::kWarning, "linkage_lags",
                  {{"seconds", std::to_string(absl::ToInt64Seconds(lag))},
                   {"revision", std::to_string(position_.revision())}});
    lag_told_ = now;
  } else if (lag < kLagTold / 2 &&
             std::exchange(lag_told_, absl::InfinitePast()) != absl::InfinitePast()) {
    rpc::LogEvent(rpc::LogLevel::kInfo, "linkage_caught_up",
                  {{"revision", std::to_string(position_.revision())}});
  }
}

absl::Status Deriver::Step() {
  SL_RETURN_IF_ERROR(steps_->status());
  absl::Time committed;
  auto step = std::make_unique<DerivedStep>();
  DerivedChanges& changes = step->changes;
  std::size_t entries = 0;
  absl::Time deadline = now_() + kIdleWait;
  stored::v1::DeriverPosition reached = position_;
  std::size_t exhibits = 0;
  while (entries < kStepEntriesMax && exhibits < kStepExhibitsMax &&
         changes.statements.size() < kStepStatementsMax) {
    const auto next = graph::NextCommit(*store_, recent_, reached.revision(), deadline);
    if (absl::IsDeadlineExceeded(next.status()) && entries > 0) break;
    SL_RETURN_IF_ERROR(next.status());
    // What has come already is taken along; nothing more is waited for.
    deadline = absl::InfinitePast();
    std::shared_ptr<const graph::LogBatch> batch = *next;
    graph_->commit_times().Add(batch->revision, batch->commit_time);
    const bool is_decoded =
        std::all_of(batch->items.begin(), batch->items.end(), [](const graph::LogItem& item) {
          return item.record != nullptr || !item.entry.has_feed_message();
        });
    if (!is_decoded) {
      auto decoded = std::make_shared<graph::LogBatch>(*batch);
      for (graph::LogItem& item : decoded->items) {
        if (item.record == nullptr) {
          SL_ASSIGN_OR_RETURN(item.record, view::CanonicalOf(item.entry));
        }
      }
      batch = std::move(decoded);
    }
    SL_RETURN_IF_ERROR(derivation_->Apply(*batch, changes));
    for (std::size_t i = 0; i < batch->items.size(); ++i) {
      const stored::v1::LogEntry& entry = batch->items[i].entry;
      if (!entry.has_adoption() || entry.is_stale()) continue;
      stored::v1::GenerationInForce& in_force = *reached.add_generations();
      in_force.set_from_revision(batch->revision);
      *in_force.mutable_generation() = entry.adoption().generation();
      in_force.set_sequence(batch->first_sequence + i);
      in_force.set_has_model(in_force.generation().rules().has_model());
      // Every read takes the position along; the log keeps the model.
      in_force.mutable_generation()->mutable_rules()->clear_model();
      rpc::LogEvent(rpc::LogLevel::kInfo, "generation_adopted",
                    {{"number", std::to_string(in_force.generation().number())},
                     {"revision", std::to_string(batch->revision)}});
    }
    committed = batch->commit_time;
    entries += batch->items.size();
    for (const graph::LogItem& item : batch->items) exhibits += item.entry.exhibits_named();
    reached.set_revision(batch->revision);
    reached.set_sequence(batch->first_sequence + batch->items.size() - 1);
  }
  reached.set_generation(kGeneration);
  reached.set_policy_digest(ConfiguredDigest(policy_));
  reached.set_last_exhibit_component(derivation_->last_exhibit_component());
  reached.set_last_record_component(derivation_->last_record_component());
  step->reached = reached;
  std::optional<graph::Touched> touched;
  if (graph_->touched().is_followed()) touched = TouchedBy(changes);
  graph_->touched().Add(reached.revision(), std::move(touched));
  SL_RETURN_IF_ERROR(steps_->Write(std::move(step)));
  position_ = reached;
  TellLag(committed);
  return absl::OkStatus();
}

}  // namespace serieslink::linkage

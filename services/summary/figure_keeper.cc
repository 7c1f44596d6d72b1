#include "services/summary/figure_keeper.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/civil_time.h"
#include "google/protobuf/arena.h"
#include "services/rpc/process_log.h"
#include "services/summary/event_scan.h"
#include "services/summary/summary_request.h"
#include "services/summary/weapon_scan.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/status_macros.h"
#include "storage/base/thread_priority.h"

namespace serieslink::summary {
namespace {

// Quarters that are kept: from so many years before this one, and the next year's.
constexpr int kYearsBefore = 15;
constexpr int kYearsAfter = 1;
// What is read at once.
constexpr std::size_t kNodesAtOnce = 1024;
constexpr std::size_t kComponentsAtOnce = 256;
// More that was touched is not counted while somebody waits for the answer.
constexpr std::size_t kTouchedMax = 20'000;
constexpr absl::Duration kFollowEvery = absl::Seconds(1);
// How long after a failure it is tried again.
constexpr absl::Duration kRetryAfter = absl::Seconds(10);
// For how long what nobody asks for is kept.
constexpr absl::Duration kKeptUnasked = absl::Hours(1);

// Agencies that see more of something than a stranger does.
using Owners = std::set<std::string>;

// Somebody without a record, who sees what everybody sees.
const view::Viewer& Stranger() {
  static const auto* const stranger = new view::Viewer();
  return *stranger;
}

int YearOf(absl::Time time, const absl::TimeZone& zone) {
  return static_cast<int>(absl::ToCivilYear(time, zone).year());
}

absl::StatusOr<std::vector<std::optional<std::uint64_t>>> ComponentsOf(
    graph::GraphReader& reader, graph::NodeType type, const std::vector<std::uint64_t>& nodes) {
  std::vector<std::optional<std::uint64_t>> components;
  for (std::size_t at = 0; at < nodes.size(); at += kNodesAtOnce) {
    SL_ASSIGN_OR_RETURN(const auto some, reader.Components(type, absl::MakeConstSpan(nodes).subspan(
                                                                     at, kNodesAtOnce)));
    components.insert(components.end(), some.begin(), some.end());
  }
  return components;
}

// The members of all of `components`, in their order.
absl::StatusOr<std::vector<std::vector<std::uint64_t>>> MembersOf(
    graph::GraphReader& reader, graph::NodeType type,
    const std::vector<std::uint64_t>& components) {
  std::vector<std::vector<std::uint64_t>> members;
  for (std::size_t at = 0; at < components.size(); at += kComponentsAtOnce) {
    SL_ASSIGN_OR_RETURN(auto some,
                        reader.ComponentMembersOfEach(
                            type, absl::MakeConstSpan(components).subspan(at, kComponentsAtOnce)));
    for (auto& one : some) members.push_back(std::move(one));
  }
  return members;
}

// Those of `components` that are some, each once.
std::vector<std::uint64_t> Distinct(const std::vector<std::optional<std::uint64_t>>& components) {
  std::vector<std::uint64_t> distinct;
  for (const std::optional<std::uint64_t>& one : components) {
    if (one.has_value()) distinct.push_back(*one);
  }
  base::SortAndDropRepeats(distinct);
  return distinct;
}

// By record, of those where there are any: the agencies that see more than a stranger of the
// records that are connected with it.
absl::StatusOr<absl::flat_hash_map<graph::RecordNumber, Owners>> OwnersOf(
    graph::GraphReader& reader, const std::vector<graph::RecordNumber>& records) {
  SL_ASSIGN_OR_RETURN(const auto components,
                      ComponentsOf(reader, graph::NodeType::kRecord, records));
  const std::vector<std::uint64_t> distinct = Distinct(components);
  SL_ASSIGN_OR_RETURN(const auto members, MembersOf(reader, graph::NodeType::kRecord, distinct));
  // Whom to ask of, and for which component; 0: for the record alone.
  std::vector<std::pair<graph::RecordNumber, std::uint64_t>> asked;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!components[i].has_value()) asked.emplace_back(records[i], 0);
  }
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    for (const graph::RecordNumber member : members[i]) asked.emplace_back(member, distinct[i]);
  }
  absl::flat_hash_map<graph::RecordNumber, Owners> owners;
  absl::flat_hash_map<std::uint64_t, Owners> owners_of_component;
  for (std::size_t at = 0; at < asked.size(); at += kNodesAtOnce) {
    const auto some = absl::MakeConstSpan(asked).subspan(at, kNodesAtOnce);
    std::vector<graph::RecordNumber> numbers;
    for (const auto& [number, component] : some) numbers.push_back(number);
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto states, reader.Records(numbers, &arena));
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (states[i] == nullptr || view::MaySee(Stranger(), *states[i])) continue;
      const auto& [number, component] = some[i];
      (component == 0 ? owners[number] : owners_of_component[component])
          .insert(states[i]->agency());
    }
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!components[i].has_value()) continue;
    const auto found = owners_of_component.find(*components[i]);
    if (found != owners_of_component.end()) owners[records[i]] = found->second;
  }
  return owners;
}

// What has to be counted anew: all records that are connected with one that was touched, and all
// exhibits that are connected with one of theirs.
struct Closure {
  std::vector<graph::RecordNumber> records;
  std::vector<graph::ExhibitNumber> exhibits;
};

absl::StatusOr<Closure> ClosureOf(graph::GraphReader& reader, const graph::Touched& touched) {
  Closure closure;
  closure.records = touched.records;
  for (const graph::ExhibitNumber exhibit : touched.exhibits) {
    closure.records.push_back(graph::RecordOf(exhibit));
  }
  const auto add_connected = [&](graph::NodeType type,
                                 std::vector<std::uint64_t>& nodes) -> absl::Status {
    SL_ASSIGN_OR_RETURN(const auto components, ComponentsOf(reader, type, nodes));
    SL_ASSIGN_OR_RETURN(const auto members, MembersOf(reader, type, Distinct(components)));
    for (const auto& some : members) nodes.insert(nodes.end(), some.begin(), some.end());
    base::SortAndDropRepeats(nodes);
    return absl::OkStatus();
  };
  base::SortAndDropRepeats(closure.records);
  SL_RETURN_IF_ERROR(add_connected(graph::NodeType::kRecord, closure.records));
  for (std::size_t at = 0; at < closure.records.size(); at += kNodesAtOnce) {
    const auto some = absl::MakeConstSpan(closure.records).subspan(at, kNodesAtOnce);
    google::protobuf::Arena arena;
    SL_ASSIGN_OR_RETURN(const auto states, reader.Records(some, &arena));
    for (std::size_t i = 0; i < some.size(); ++i) {
      const int count = states[i] == nullptr ? 0 : states[i]->exhibits_size();
      for (int ordinal = 0; ordinal < count; ++ordinal) {
        closure.exhibits.push_back(
            graph::MakeExhibitNumber(some[i], static_cast<std::uint32_t>(ordinal)));
      }
    }
  }
  SL_RETURN_IF_ERROR(add_connected(graph::NodeType::kExhibit, closure.exhibits));
  return closure;
}

}  // namespace

FigureKeeper::FigureKeeper(const view::Source& source, absl::TimeZone zone,
                           std::function<absl::Time()> now,
                           std::shared_ptr<const Boundaries> boundaries)
    : source_(source),
      zone_(zone),
      now_(std::move(now)),
      boundaries_(std::move(boundaries)),
      quarters_(YearOf(now_(), zone) - kYearsBefore, YearOf(now_(), zone) + kYearsAfter, zone) {}

FigureKeeper::~FigureKeeper() { Stop(); }

void FigureKeeper::Start() {
  thread_ = std::thread([this] { Run(); });
}

void FigureKeeper::Stop() {
  {
    const std::lock_guard lock(thread_mutex_);
    stopping_ = true;
    woken_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  Drop();
}

bool FigureKeeper::is_stopping() const {
  const std::lock_guard lock(thread_mutex_);
  return stopping_;
}

KeptFigures& FigureKeeper::FiguresOf(const std::string& agency, Kept& kept) const {
  std::unique_ptr<KeptFigures>& figures = kept.figures[agency];
  if (figures == nullptr) figures = std::make_unique<KeptFigures>(quarters_, zone_);
  return *figures;
}

template <typename Scan>
absl::Status FigureKeeper::CountInSlices(Scan& scan, absl::Span<const std::uint64_t> nodes) const {
  for (std::size_t at = 0; at < nodes.size(); at += kNodesAtOnce) {
    if (is_stopping()) return absl::CancelledError("stopped");
    SL_RETURN_IF_ERROR(scan.Count(nodes.subspan(at, kNodesAtOnce)));
  }
  return absl::OkStatus();
}

absl::Status FigureKeeper::CountEvents(view::Cut& cut,
                                       const std::vector<graph::RecordNumber>& records,
                                       bool is_taken_away, Kept& kept) const {
  // None: all events count.
  static const auto* const no_windows = new std::vector<Window>();
  const Areas areas = boundaries_->areas();
  const auto count = [&](const view::Viewer& viewer, const std::vector<graph::RecordNumber>& some,
                         bool is_less, KeptFigures& figures) {
    figures.TakeAway(is_less);
    EventScan scan(cut, viewer, *no_windows, areas, figures, &figures);
    return CountInSlices(scan, some);
  };
  SL_RETURN_IF_ERROR(count(Stranger(), records, is_taken_away, FiguresOf("", kept)));
  SL_ASSIGN_OR_RETURN(const auto owners, OwnersOf(cut.reader, records));
  std::map<std::string, std::vector<graph::RecordNumber>> apart;
  for (const graph::RecordNumber record : records) {
    const auto found = owners.find(record);
    if (found == owners.end()) continue;
    for (const std::string& owner : found->second) apart[owner].push_back(record);
  }
  for (const auto& [agency, some] : apart) {
    KeptFigures& figures = FiguresOf(agency, kept);
    SL_RETURN_IF_ERROR(count(view::Viewer{agency}, some, is_taken_away, figures));
    SL_RETURN_IF_ERROR(count(Stranger(), some, !is_taken_away, figures));
  }
  return absl::OkStatus();
}

absl::Status FigureKeeper::CountWeaponsFor(view::Cut& cut, const view::Viewer& viewer,
                                           absl::Span<const graph::ExhibitNumber> exhibits,
                                           bool is_taken_away, KeptFigures& figures,
                                           Kept& kept) const {
  figures.TakeAway(is_taken_away);
  const Areas areas = boundaries_->areas();
  WeaponScan scan(cut, viewer, areas, figures, &figures.leads());
  SL_RETURN_IF_ERROR(CountInSlices(scan, exhibits));
  kept.is_too_large = kept.is_too_large || scan.unresolved_exhibits() > 0;
  return absl::OkStatus();
}

absl::Status FigureKeeper::CountWeapons(view::Cut& cut,
                                        const std::vector<graph::ExhibitNumber>& exhibits,
                                        bool is_taken_away, Kept& kept) const {
  SL_ASSIGN_OR_RETURN(const auto components,
                      ComponentsOf(cut.reader, graph::NodeType::kExhibit, exhibits));
  std::vector<graph::ExhibitNumber> joined;
  std::vector<std::uint64_t> component_of;  // of each of them
  std::vector<graph::RecordNumber> records;
  for (std::size_t i = 0; i < exhibits.size(); ++i) {
    if (!components[i].has_value()) continue;
    joined.push_back(exhibits[i]);
    component_of.push_back(*components[i]);
    records.push_back(graph::RecordOf(exhibits[i]));
  }
  SL_RETURN_IF_ERROR(
      CountWeaponsFor(cut, Stranger(), joined, is_taken_away, FiguresOf("", kept), kept));
  base::SortAndDropRepeats(records);
  SL_ASSIGN_OR_RETURN(const auto owners, OwnersOf(cut.reader, records));
  absl::flat_hash_map<std::uint64_t, Owners> owners_of_component;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    const auto found = owners.find(graph::RecordOf(joined[i]));
    if (found == owners.end()) continue;
    owners_of_component[component_of[i]].insert(found->second.begin(), found->second.end());
  }
  std::map<std::string, std::vector<graph::ExhibitNumber>> apart;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    const auto found = owners_of_component.find(component_of[i]);
    if (found == owners_of_component.end()) continue;
    for (const std::string& owner : found->second) apart[owner].push_back(joined[i]);
  }
  for (const auto& [agency, some] : apart) {
    KeptFigures& figures = FiguresOf(agency, kept);
    SL_RETURN_IF_ERROR(
        CountWeaponsFor(cut, view::Viewer{agency}, some, is_taken_away, figures, kept));
    SL_RETURN_IF_ERROR(CountWeaponsFor(cut, Stranger(), some, !is_taken_away, figures, kept));
  }
  return absl::OkStatus();
}

absl::Status FigureKeeper::CountAll(Kept& kept) const {
  graph::GraphReader& reader = kept.cut->reader;
  // Of what is connected all is counted with the first, and is met again.
  absl::flat_hash_set<std::uint64_t> done;
  const auto take_new = [&](graph::NodeType type,
                            const std::vector<std::optional<std::uint64_t>>& components,
                            std::vector<std::uint64_t>& nodes) -> absl::Status {
    std::vector<std::uint64_t> fresh = Distinct(components);
    std::erase_if(fresh, [&](std::uint64_t one) { return !done.insert(one).second; });
    SL_ASSIGN_OR_RETURN(const auto members, MembersOf(reader, type, fresh));
    for (const auto& some : members) nodes.insert(nodes.end(), some.begin(), some.end());
    return absl::OkStatus();
  };
  for (graph::RecordNumber after = 0;;) {
    std::vector<graph::RecordNumber> numbers;
    {
      google::protobuf::Arena arena;
      SL_ASSIGN_OR_RETURN(const auto scanned, reader.ScanRecords(after, kNodesAtOnce, &arena));
      for (const auto& [number, state] : scanned) numbers.push_back(number);
    }
    if (numbers.empty()) break;
    after = numbers.back();
    SL_ASSIGN_OR_RETURN(const auto components,
                        ComponentsOf(reader, graph::NodeType::kRecord, numbers));
    std::vector<graph::RecordNumber> records;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (!components[i].has_value()) records.push_back(numbers[i]);
    }
    SL_RETURN_IF_ERROR(take_new(graph::NodeType::kRecord, components, records));
    SL_RETURN_IF_ERROR(CountEvents(*kept.cut, records, /*is_taken_away=*/false, kept));
  }
  done.clear();
  for (graph::ExhibitNumber after = 0;;) {
    SL_ASSIGN_OR_RETURN(const auto nodes,
                        reader.ScanComponents(graph::NodeType::kExhibit, after, kNodesAtOnce));
    if (nodes.empty()) break;
    after = nodes.back().first;
    std::vector<std::optional<std::uint64_t>> components;
    for (const auto& [exhibit, component] : nodes) components.emplace_back(component);
    std::vector<graph::ExhibitNumber> exhibits;
    SL_RETURN_IF_ERROR(take_new(graph::NodeType::kExhibit, components, exhibits));
    SL_RETURN_IF_ERROR(CountWeapons(*kept.cut, exhibits, /*is_taken_away=*/false, kept));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FigureKeeper::Build() {
  graph::TouchedNodes& touched = source_.graph->touched();
  {
    const std::lock_guard lock(mutex_);
    if (kept_ != nullptr) return true;
  }
  if (!touched.Follow()) return false;
  auto kept = std::make_unique<Kept>();
  const auto build = [&]() -> absl::StatusOr<bool> {
    SL_ASSIGN_OR_RETURN(view::Cut cut,
                        view::TakeCut(source_, view::RevisionWish(), absl::InfiniteFuture()));
    // A step that is under way was not followed.
    if (cut.revision == 0 || cut.revision < touched.lost()) return false;
    kept->cut = std::make_unique<view::Cut>(std::move(cut));
    FiguresOf("", *kept);
    SL_RETURN_IF_ERROR(CountAll(*kept));
    return true;
  };
  absl::StatusOr<bool> is_built = build();
  if (!is_built.ok() || !*is_built) {
    touched.Leave();
    return is_built;
  }
  const std::lock_guard lock(mutex_);
  kept_ = std::move(kept);
  return true;
}

absl::StatusOr<bool> FigureKeeper::Advance(Kept& kept) const {
  SL_ASSIGN_OR_RETURN(view::Cut next,
                      view::TakeCut(source_, view::RevisionWish(), absl::InfiniteFuture()));
  if (next.revision == kept.cut->revision) return true;
  graph::Touched touched;
  if (!source_.graph->touched().Take(kept.cut->revision, next.revision, touched)) return false;
  // Components only grow: whatever was connected with something then is now.
  SL_ASSIGN_OR_RETURN(const Closure closure, ClosureOf(next.reader, touched));
  SL_RETURN_IF_ERROR(CountEvents(*kept.cut, closure.records, /*is_taken_away=*/true, kept));
  SL_RETURN_IF_ERROR(CountWeapons(*kept.cut, closure.exhibits, /*is_taken_away=*/true, kept));
  SL_RETURN_IF_ERROR(CountEvents(next, closure.records, /*is_taken_away=*/false, kept));
  SL_RETURN_IF_ERROR(CountWeapons(next, closure.exhibits, /*is_taken_away=*/false, kept));
  kept.cut = std::make_unique<view::Cut>(std::move(next));
  return true;
}

void FigureKeeper::Drop() {
  if (kept_ == nullptr) return;
  kept_.reset();
  source_.graph->touched().Leave();
}

void FigureKeeper::AdvanceOrDrop() {
  if (kept_ == nullptr) return;
  const absl::StatusOr<bool> is_known = Advance(*kept_);
  if (is_known.ok() && *is_known) return;
  rpc::LogEvent(rpc::LogLevel::kInfo, "figures_dropped",
                {{"code", absl::StatusCodeToString(is_known.status().code())}});
  Drop();
}

std::optional<FigureKeeper::Known> FigureKeeper::Fill(const view::Viewer& viewer,
                                                      const std::vector<Window>& windows,
                                                      graph::Revision min_revision, Tally& tally,
                                                      LeadTally& leads, ExternalTally& external) {
  std::vector<std::size_t> places;
  for (const Window& window : windows) {
    const std::optional<std::size_t> place = quarters_.PlaceOf(window);
    if (!place.has_value()) return std::nullopt;
    places.push_back(*place);
  }
  {
    const std::lock_guard lock(thread_mutex_);
    asked_ = now_();
    woken_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  if (source_.graph->touched().size() <= kTouchedMax) AdvanceOrDrop();
  if (kept_ == nullptr || kept_->is_too_large || kept_->cut->revision < min_revision) {
    return std::nullopt;
  }
  const auto at = KnownAt(*kept_->cut, kept_->cut->revision);
  if (!at.ok()) return std::nullopt;
  const auto more =
      viewer.agency.empty() ? kept_->figures.end() : kept_->figures.find(viewer.agency);
  kept_->figures.at("")->AddTo(more == kept_->figures.end() ? nullptr : more->second.get(), places,
                               tally, leads, external);
  return Known{kept_->cut->revision, *at};
}

bool FigureKeeper::Pause(absl::Duration time) {
  std::unique_lock lock(thread_mutex_);
  return !woken_.wait_for(lock, absl::ToChronoNanoseconds(time), [&] { return stopping_; });
}

void FigureKeeper::Run() {
  base::GiveWay();
  for (;;) {
    {
      std::unique_lock lock(thread_mutex_);
      woken_.wait(lock, [&] { return stopping_ || asked_.has_value(); });
      if (stopping_) return;
    }
    const absl::StatusOr<bool> is_built = Build();
    if (!is_built.ok() && !absl::IsCancelled(is_built.status())) {
      rpc::LogEvent(rpc::LogLevel::kError, "figures_not_kept",
                    {{"code", absl::StatusCodeToString(is_built.status().code())}});
    }
    if (!is_built.ok() || !*is_built) {
      if (!Pause(kRetryAfter)) return;
      continue;
    }
    for (bool is_kept = true; is_kept;) {
      if (!Pause(kFollowEvery)) return;
      bool is_asked_for = false;
      {
        const std::lock_guard lock(thread_mutex_);
        is_asked_for = asked_.has_value() && now_() - *asked_ < kKeptUnasked;
        if (!is_asked_for) asked_.reset();
      }
      const std::lock_guard lock(mutex_);
      if (is_asked_for) {
        AdvanceOrDrop();
      } else {
        Drop();
      }
      is_kept = kept_ != nullptr;
    }
  }
}

}  // namespace serieslink::summary

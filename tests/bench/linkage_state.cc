#include "tests/bench/linkage_state.h"

#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/ingest/core/adapter.h"
#include "services/linkage/confirmation_policy.h"
#include "storage/base/status_macros.h"

// jemalloc's, where the program is linked with it as the server is.
extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value,
                       std::size_t new_size) __attribute__((weak));

namespace serieslink::bench {
namespace {

// After everything that the records tell of: 2026-01-01.
const absl::Time kReceived = absl::FromUnixSeconds(1'767'225'600);
constexpr std::size_t kBatchRecords = 256;

std::size_t HeapInUse() {
  if (mallctl != nullptr) {
    // Figures are of the last time that this was written.
    std::uint64_t epoch = 1;
    std::size_t allocated = 0;
    std::size_t size = sizeof(allocated);
    mallctl("epoch", nullptr, nullptr, &epoch, sizeof(epoch));
    if (mallctl("stats.allocated", &allocated, &size, nullptr, 0) == 0) return allocated;
  }
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

double ThreadCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

absl::flat_hash_set<std::uint64_t> WithRoomFor(std::size_t records) {
  absl::flat_hash_set<std::uint64_t> ids;
  ids.reserve(records);
  return ids;
}

}  // namespace

LinkageState::LinkageState(const linkage::RuleSet& rules, std::size_t records_max)
    : ids_(graph::IdKey::Create(std::string(graph::IdKey::kSecretBytes, 'g')).value()),
      known_(WithRoomFor(records_max)),
      batch_{.revision = 0, .commit_time = kReceived, .first_sequence = 1, .items = {}},
      heap_before_(HeapInUse()),
      derivation_(
          rules, linkage::ConfirmationPolicy(), &ids_,
          [](absl::Span<const std::uint64_t>)
              -> absl::StatusOr<std::vector<stored::v1::RecordState>> {
            return absl::InternalError("no record has a second version");
          },
          [](absl::Span<const std::uint64_t>) -> absl::StatusOr<std::vector<view::ReadEntry>> {
            return absl::InternalError("nothing was derived before");
          }) {}

absl::Status LinkageState::Add(const std::string& agency, const std::string& system,
                               const std::string& source_id, const feed::v1::FeedMessage& message) {
  const std::uint64_t id = ids_.ForRecord({agency, system, source_id}).value();
  if (!known_.insert(id).second) return absl::OkStatus();
  ingest::AdaptedMessage adapted =
      ingest::Adapt(message, {.agency = agency, .received_time = kReceived});
  if (!adapted.violations.empty()) {
    return absl::InternalError(absl::StrCat("an adapter refuses ", adapted.violations[0].field()));
  }
  graph::LogItem& item = batch_.items.emplace_back();
  item.entry.set_agency(agency);
  item.entry.set_source_system(system);
  item.entry.set_source_id(source_id);
  item.entry.set_public_id(id);
  item.entry.set_record_number(known_.size());
  item.record = std::make_shared<const record::v1::Record>(std::move(adapted.record));
  return batch_.items.size() < kBatchRecords ? absl::OkStatus() : Flush();
}

absl::Status LinkageState::Flush() {
  if (batch_.items.empty()) return absl::OkStatus();
  ++batch_.revision;
  {
    linkage::DerivedChanges changes;
    const double begun = ThreadCpuSeconds();
    SL_RETURN_IF_ERROR(derivation_.Apply(batch_, changes));
    cpu_seconds_ += ThreadCpuSeconds() - begun;
  }
  batch_.first_sequence += batch_.items.size();
  batch_.items.clear();
  batch_.items.shrink_to_fit();
  return absl::OkStatus();
}

double LinkageState::HeapBytes() const {
  return static_cast<double>(HeapInUse()) - static_cast<double>(heap_before_);
}

}  // namespace serieslink::bench

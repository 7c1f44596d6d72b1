#include "services/ingest/reject_keeper.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/process_log.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::ingest {
namespace {

using ::google::protobuf::util::TimeUtil;
using ::serieslink::graph::PublicId;
using ::serieslink::storage::Keyspace;
using ::serieslink::stored::v1::RejectHead;

// How often age is looked at when nothing else is committed.
constexpr std::chrono::hours kSweepEvery{1};
// Messages on one page of a list, so that an answer stays below gRPC's usual 4 MiB.
constexpr std::uint64_t kPageBytesMax = 3u << 20;
// A commit stays well within the store's bound; the rest of what waits is the next one's.
constexpr std::uint64_t kCommitBytesMax = 32u << 20;

RejectEntry EntryOf(const RejectHead& head) {
  RejectEntry entry;
  entry.id = PublicId(head.public_id());
  std::copy_n(head.content_digest().begin(),
              std::min(head.content_digest().size(), entry.digest.size()), entry.digest.begin());
  entry.order = head.order();
  entry.first_received_us = head.first_received_time_us();
  entry.last_received_us = head.last_received_time_us();
  entry.received_count = head.received_count();
  entry.kept_bytes = head.kept_bytes();
  entry.feed = head.feed();
  entry.record = head.record_public_id();
  if (head.has_source_version()) entry.source_version = head.source_version();
  return entry;
}

RejectHead HeadOf(const std::string& agency, const RejectEntry& entry) {
  RejectHead head;
  head.set_agency(agency);
  head.set_public_id(entry.id.value());
  head.set_order(entry.order);
  head.set_first_received_time_us(entry.first_received_us);
  head.set_last_received_time_us(entry.last_received_us);
  head.set_received_count(entry.received_count);
  head.set_kept_bytes(entry.kept_bytes);
  head.set_content_digest(std::string(base::AsBytes(entry.digest)));
  head.set_feed(entry.feed);
  head.set_record_public_id(entry.record);
  if (entry.source_version.has_value()) head.set_source_version(*entry.source_version);
  return head;
}

// The head of a reject, when the row is what was written and is that of `name`.
std::optional<RejectHead> HeadFrom(const std::string& value,
                                   const std::optional<std::string>& checksum,
                                   const RejectName& name) {
  RejectHead head;
  if (!graph::IsAsWritten(value, checksum) || !head.ParseFromString(value) ||
      head.agency() != name.agency || PublicId(head.public_id()) != name.id) {
    return std::nullopt;
  }
  return head;
}

// Said at start: of what is damaged only that it is there can be told.
void LogDamage(const std::string& agency, std::size_t count) {
  rpc::LogEvent(rpc::LogLevel::kError, "rejects_damaged",
                {{"agency", agency}, {"rows", absl::StrCat(count)}});
}

void LogFailure(const absl::Status& status) {
  rpc::LogEvent(rpc::LogLevel::kError, "rejects_write_failed",
                {{"code", absl::StatusCodeToString(status.code())}});
}

}  // namespace

// One refused message, sealed.
struct RejectKeeper::Sealed {
  std::string agency;
  RejectEntry entry;  // as if it were refused for the first time; its place is not decided yet
  std::string details;
  std::string message;
};

// Something to be committed. Who waits for it waits until it is done.
struct RejectKeeper::Work {
  std::vector<PreparedMessage> rejected;
  std::vector<Sealed> sealed;     // of `rejected`
  std::function<void()> on_kept;  // may be empty
  Ids erased;
  std::uint64_t bytes = 0;
  bool is_done = false;
  absl::Status status;
  int erased_count = 0;
};

// One commit in the making. With the keeper's lock held.
class RejectKeeper::Group {
 public:
  explicit Group(RejectKeeper& keeper) : keeper_(keeper) {}

  void Add(Sealed&& rejected) {
    const std::string& agency = rejected.agency;
    AgencyRejects& rejects = keeper_.agencies_[agency];
    RejectEntry& reject = rejected.entry;
    const RejectEntry* earlier = FindOrName(rejects, reject);
    reject.order = ++keeper_.last_order_;
    if (earlier != nullptr && !earlier->is_damaged) {
      reject.first_received_us = earlier->first_received_us;
      reject.received_count += earlier->received_count;
    }
    RejectHead head = HeadOf(agency, reject);
    head.set_sealed_details(std::move(rejected.details));
    Write(RejectHeadKey(agency, reject.id), head.SerializeAsString());
    // What is kept of a damaged one is written anew.
    if (earlier == nullptr || earlier->is_damaged) {
      Write(RejectMessageKey(agency, reject.id), std::move(rejected.message));
    }
    rejects.Put(std::move(reject));
    Shed(agency, rejects);
  }

  // Whether the reject was there.
  bool Erase(const std::string& agency, PublicId id) {
    const auto found = keeper_.agencies_.find(agency);
    if (found == keeper_.agencies_.end() || !found->second.Erase(id)) return false;
    EraseRows(agency, id);
    return true;
  }

  // Drops what is too old everywhere.
  void ShedAll() {
    for (auto& [agency, rejects] : keeper_.agencies_) Shed(agency, rejects);
  }

  // What is to be written; leaves the group empty.
  storage::Commit Take() {
    storage::Commit commit;
    commit.keyspace = Keyspace::kRejects;
    commit.base = keeper_.position_;
    for (const std::string& agency : changed_) {
      Write(RejectTotalsKey(agency), keeper_.agencies_[agency].totals().SerializeAsString());
    }
    for (auto& [key, value] : writes_) commit.writes.push_back({key, std::move(value)});
    return commit;
  }

  std::map<std::string, std::size_t> TakeDropped() { return std::move(dropped_); }

 private:
  // The reject of the same bytes, if there is one. Gives `reject` its id: the first 60 bits of its
  // digest that no other message of the agency has.
  const RejectEntry* FindOrName(const AgencyRejects& rejects, RejectEntry& reject) const {
    const std::string_view digest = base::AsBytes(reject.digest);
    for (std::size_t at = 0;; at += sizeof(std::uint64_t)) {
      reject.id = PublicId(base::LoadBe64(digest.data() + at));
      const RejectEntry* found = rejects.Find(reject.id);
      const bool is_last = at + 2 * sizeof(std::uint64_t) > digest.size();
      if (found == nullptr || found->is_damaged || found->digest == reject.digest || is_last) {
        return found;
      }
    }
  }

  void Shed(const std::string& agency, AgencyRejects& rejects) {
    const std::uint64_t dropped = rejects.totals().dropped_count();
    const std::vector<PublicId> shed = rejects.Shed(keeper_.options_.limits, keeper_.OldestUs(),
                                                    absl::ToUnixMicros(keeper_.options_.now()));
    for (const PublicId id : shed) EraseRows(agency, id);
    if (!shed.empty()) changed_.insert(agency);
    if (rejects.totals().dropped_count() > dropped) {
      dropped_[agency] += rejects.totals().dropped_count() - dropped;
    }
  }

  // The row with its checksum.
  void Write(std::string key, std::string value) {
    writes_[graph::ChecksumKey(key)] = graph::ChecksumOf(value);
    writes_[std::move(key)] = std::move(value);
  }

  void EraseRows(const std::string& agency, PublicId id) {
    for (std::string key : {RejectHeadKey(agency, id), RejectMessageKey(agency, id)}) {
      writes_[graph::ChecksumKey(key)] = std::nullopt;
      writes_[std::move(key)] = std::nullopt;
    }
  }

  RejectKeeper& keeper_;
  absl::btree_map<std::string, std::optional<std::string>> writes_;  // by key
  std::set<std::string> changed_;                                    // agencies with new totals
  std::map<std::string, std::size_t> dropped_;                       // by agency
};

RejectKeeper::RejectKeeper(storage::Store* store, Options options)
    : store_(store), options_(std::move(options)), sealer_(options_.key) {}

RejectKeeper::~RejectKeeper() { Stop(); }

std::int64_t RejectKeeper::OldestUs() const {
  return absl::ToUnixMicros(options_.now() - absl::Hours(24) * options_.limits.kept_days);
}

absl::Status RejectKeeper::Start() {
  {
    const std::lock_guard lock(mutex_);
    SL_RETURN_IF_ERROR(Refill());
  }
  thread_ = std::thread([this] { Run(); });
  Enqueue(std::make_shared<Work>());
  return absl::OkStatus();
}

// With the lock held.
absl::Status RejectKeeper::Refill() {
  agencies_.clear();
  SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
  position_ = snapshot->position(Keyspace::kRejects);
  std::int64_t kept = 0;
  Ids damaged;
  for (std::optional<storage::KeyRange> range = AllRejectHeads(); range.has_value();) {
    SL_ASSIGN_OR_RETURN(const storage::ScanPage page,
                        snapshot->Scan(Keyspace::kRejects, *range, storage::ScanOptions{}));
    std::vector<std::string> checksums;
    for (const storage::Row& row : page.rows) checksums.push_back(graph::ChecksumKey(row.key));
    SL_ASSIGN_OR_RETURN(const auto written, snapshot->MultiGet(Keyspace::kRejects, checksums));
    for (std::size_t i = 0; i < page.rows.size(); ++i) {
      const absl::StatusOr<RejectName> name = ParseRejectHeadKey(page.rows[i].key);
      if (!name.ok()) {
        LogDamage("", 1);  // it says not even whose it is
        continue;
      }
      ++kept;
      const std::optional<RejectHead> head = HeadFrom(page.rows[i].value, written[i], *name);
      if (!head) {
        damaged.emplace_back(name->agency, name->id);
        continue;
      }
      last_order_ = std::max(last_order_, head->order());
      agencies_[name->agency].Put(EntryOf(*head));
    }
    if (page.resume.has_value()) {
      range->start = *page.resume;
    } else {
      range.reset();
    }
  }
  std::map<std::string, std::size_t> damaged_of;
  for (const auto& [agency, id] : damaged) {
    // Where it stood is not known: it is listed first, until it is deleted or sent again.
    RejectEntry entry;
    entry.id = id;
    entry.order = ++last_order_;
    entry.last_received_us = absl::ToUnixMicros(options_.now());
    entry.is_damaged = true;
    agencies_[agency].Put(std::move(entry));
    ++damaged_of[agency];
  }
  storage::ScanOptions scan;
  scan.rows_max = storage::kScanRowsMax;  // more agencies than certificates are ever issued to
  SL_ASSIGN_OR_RETURN(const storage::ScanPage totals,
                      snapshot->Scan(Keyspace::kRejects, AllRejectTotals(), scan));
  for (const storage::Row& row : totals.rows) {
    const absl::StatusOr<std::string> agency = ParseRejectTotalsKey(row.key);
    SL_ASSIGN_OR_RETURN(const auto checksum,
                        snapshot->Get(Keyspace::kRejects, graph::ChecksumKey(row.key)));
    stored::v1::RejectTotals parsed;
    if (!agency.ok() || !graph::IsAsWritten(row.value, checksum) ||
        !parsed.ParseFromString(row.value)) {
      ++damaged_of[agency.value_or("")];  // counting begins anew
      continue;
    }
    agencies_[*agency].set_totals(parsed);
  }
  for (const auto& [agency, count] : damaged_of) LogDamage(agency, count);
  kept_ = kept;
  return absl::OkStatus();
}

void RejectKeeper::Enqueue(std::shared_ptr<Work> work) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  changed_.notify_all();
}

absl::StatusOr<RejectKeeper::Sealed> RejectKeeper::Seal(PreparedMessage&& rejected) const {
  const stored::v1::LogEntry& entry = rejected.item.entry;
  Sealed sealed;
  sealed.agency = entry.agency();
  RejectEntry& reject = sealed.entry;
  reject.digest = sealer_.DigestOf(entry.agency(), entry.feed_message());
  reject.first_received_us = reject.last_received_us = entry.received_time_us();
  reject.received_count = 1;
  reject.feed = std::string(rejected.feed);
  reject.record = rejected.public_id.value();
  if (entry.has_source_version()) reject.source_version = entry.source_version();

  stored::v1::RejectDetails details;
  details.set_principal(entry.principal());
  details.set_source_system(entry.source_system());
  details.set_source_id(entry.source_id());
  details.set_message_bytes(entry.feed_message().size());
  for (v1::FieldViolation& violation : rejected.violations) {
    *details.add_violations() = std::move(violation);
  }
  SL_ASSIGN_OR_RETURN(std::string salt, options_.salt());
  SL_ASSIGN_OR_RETURN(sealed.details,
                      sealer_.SealDetails(entry.agency(), reject.digest, details, salt));
  SL_ASSIGN_OR_RETURN(salt, options_.salt());
  SL_ASSIGN_OR_RETURN(sealed.message, sealer_.SealMessage(entry.agency(), reject.digest,
                                                          entry.feed_message(), salt));
  reject.kept_bytes = sealed.details.size() + sealed.message.size();
  return sealed;
}

void RejectKeeper::Keep(std::vector<PreparedMessage> rejected) {
  if (rejected.empty()) return;
  // Shared, for who tells may still be about it when who was told is gone.
  const auto kept = std::make_shared<std::promise<void>>();
  KeepSoon(std::move(rejected), [kept] { kept->set_value(); });
  kept->get_future().wait();
}

void RejectKeeper::KeepSoon(std::vector<PreparedMessage> rejected, std::function<void()> on_kept) {
  auto work = std::make_shared<Work>();
  for (const PreparedMessage& one : rejected) {
    work->bytes += one.item.entry.feed_message().size();
    for (const v1::FieldViolation& violation : one.violations) {
      work->bytes += violation.ByteSizeLong();
    }
  }
  work->rejected = std::move(rejected);
  work->on_kept = std::move(on_kept);
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      queue_.push_back(std::move(work));
      changed_.notify_all();
      return;
    }
  }
  work->on_kept();
}

void RejectKeeper::SealAll(Work& work) const {
  for (PreparedMessage& one : std::exchange(work.rejected, {})) {
    absl::StatusOr<Sealed> sealed = Seal(std::move(one));
    if (sealed.ok()) {
      work.sealed.push_back(*std::move(sealed));
    } else {
      LogFailure(sealed.status());
    }
  }
}

void RejectKeeper::Accepted(const graph::LogBatch& batch) {
  if (kept_ == 0) return;
  auto work = std::make_shared<Work>();
  const std::lock_guard lock(mutex_);
  for (const graph::LogItem& item : batch.items) {
    const stored::v1::LogEntry& entry = item.entry;
    // What stands again because something was taken back is no new word about what was refused.
    if (!entry.has_feed_message() || entry.is_stale() || entry.undoes_sequence() != 0) continue;
    const auto found = agencies_.find(entry.agency());
    if (found == agencies_.end()) continue;
    std::optional<std::uint64_t> version;
    if (entry.has_source_version()) version = entry.source_version();
    for (const PublicId id : found->second.Mend(entry.public_id(), version)) {
      work->erased.emplace_back(entry.agency(), id);
    }
  }
  if (work->erased.empty() || stopping_) return;
  queue_.push_back(std::move(work));
  changed_.notify_all();
}

absl::StatusOr<int> RejectKeeper::Delete(const std::string& agency,
                                         const std::vector<PublicId>& ids) {
  auto work = std::make_shared<Work>();
  for (const PublicId id : ids) work->erased.emplace_back(agency, id);
  std::unique_lock lock(mutex_);
  if (stopping_) return absl::UnavailableError("rejects are no longer written");
  queue_.push_back(work);
  changed_.notify_all();
  changed_.wait(lock, [&] { return work->is_done; });
  if (!work->status.ok()) return work->status;
  return work->erased_count;
}

void RejectKeeper::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait_for(lock, kSweepEvery, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_ && queue_.empty()) return;
    std::vector<std::shared_ptr<Work>> taken;
    std::uint64_t bytes = 0;
    std::size_t count = 0;
    for (; count < queue_.size(); ++count) {
      bytes += queue_[count]->bytes;
      if (count > 0 && bytes > kCommitBytesMax) break;
      taken.push_back(queue_[count]);
    }
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    lock.unlock();
    for (const auto& work : taken) SealAll(*work);
    lock.lock();

    Group group(*this);
    absl::Status status;
    for (const auto& work : taken) {
      for (Sealed& one : work->sealed) group.Add(std::move(one));
      for (const auto& [agency, id] : work->erased) {
        if (group.Erase(agency, id)) ++work->erased_count;
      }
    }
    group.ShedAll();
    const storage::Commit commit = group.Take();
    if (!commit.writes.empty()) {
      // Readers and Accepted go on meanwhile: only this thread changes what is kept.
      lock.unlock();
      const absl::StatusOr<storage::Position> applied = store_->Apply(commit);
      lock.lock();
      status = applied.status();
      if (applied.ok()) position_ = *applied;
    }
    for (const auto& [agency, dropped] : group.TakeDropped()) {
      rpc::LogEvent(rpc::LogLevel::kWarning, "rejects_over_quota",
                    {{"agency", agency}, {"dropped", absl::StrCat(dropped)}});
    }
    if (!status.ok()) {
      LogFailure(status);
      // What was not written is not there.
      Refill().IgnoreError();
    }
    std::int64_t kept = 0;
    for (const auto& [agency, rejects] : agencies_) {
      kept += static_cast<std::int64_t>(rejects.count());
    }
    kept_ = kept;
    for (const auto& work : taken) {
      work->status = status;
      work->is_done = true;
    }
    changed_.notify_all();
    // What was kept is let go of before anybody is told so.
    lock.unlock();
    for (const auto& work : taken) {
      work->sealed = {};
      if (work->on_kept) work->on_kept();
    }
    taken.clear();
    lock.lock();
  }
}

void RejectKeeper::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<v1::Reject> RejectKeeper::Read(const storage::Snapshot& snapshot,
                                              const RejectHead& head, bool with_message) const {
  SL_ASSIGN_OR_RETURN(stored::v1::RejectDetails details, sealer_.OpenDetails(head));
  const PublicId id(head.public_id());
  v1::Reject reject;
  reject.set_reject_id(FormatRejectId(id));
  reject.set_feed(head.feed());
  reject.set_source_system(details.source_system());
  reject.set_source_id(details.source_id());
  if (head.has_source_version()) reject.set_source_version(head.source_version());
  reject.set_principal(details.principal());
  *reject.mutable_first_received_time() =
      TimeUtil::MicrosecondsToTimestamp(head.first_received_time_us());
  *reject.mutable_last_received_time() =
      TimeUtil::MicrosecondsToTimestamp(head.last_received_time_us());
  reject.set_received_count(static_cast<std::int64_t>(head.received_count()));
  *reject.mutable_violations() = std::move(*details.mutable_violations());
  reject.set_message_bytes(static_cast<std::int64_t>(details.message_bytes()));
  if (!with_message) return reject;
  SL_ASSIGN_OR_RETURN(const auto row,
                      snapshot.Get(Keyspace::kRejects, RejectMessageKey(head.agency(), id)));
  if (!row.has_value()) return absl::DataLossError("the message of a reject is missing");
  SL_ASSIGN_OR_RETURN(std::string message, sealer_.OpenMessage(head, *row));
  if (!reject.mutable_message()->ParseFromString(message)) {
    reject.set_unreadable(std::move(message));
  }
  return reject;
}

absl::StatusOr<v1::Reject> RejectKeeper::ReadWhatIsWhole(const storage::Snapshot& snapshot,
                                                         const RejectName& name,
                                                         const std::optional<RejectHead>& head,
                                                         bool with_message) const {
  absl::StatusOr<v1::Reject> reject = absl::DataLossError("the head of a reject is damaged");
  if (head) {
    reject = Read(snapshot, *head, with_message);
    if (!absl::IsDataLoss(reject.status())) return reject;
    if (with_message) reject = Read(snapshot, *head, false);
    if (!reject.ok() && !absl::IsDataLoss(reject.status())) return reject.status();
  }
  if (!reject.ok()) {
    reject.emplace();
    reject->set_reject_id(FormatRejectId(name.id));
  }
  reject->set_is_damaged(true);
  return reject;
}

absl::StatusOr<RejectKeeper::Page> RejectKeeper::List(const std::string& agency,
                                                      const Query& query) const {
  Page page;
  std::vector<RejectName> names;
  {
    const std::lock_guard lock(mutex_);
    const auto found = agencies_.find(agency);
    if (found == agencies_.end()) return page;
    std::uint64_t bytes = 0;
    std::uint64_t last = 0;
    found->second.Walk(
        query.before, std::max(OldestUs(), query.since_us), [&](const RejectEntry& entry) {
          if (!query.feed.empty() && entry.feed != query.feed) return true;
          bytes += query.with_messages ? entry.kept_bytes : 0;
          if (names.size() == query.rejects_max || (!names.empty() && bytes > kPageBytesMax)) {
            page.next = last;
            return false;
          }
          names.push_back({agency, entry.id});
          last = entry.order;
          return true;
        });
  }
  SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
  std::vector<std::string> keys;
  std::vector<std::string> checksum_keys;
  for (const RejectName& name : names) {
    keys.push_back(RejectHeadKey(name.agency, name.id));
    checksum_keys.push_back(graph::ChecksumKey(keys.back()));
  }
  SL_ASSIGN_OR_RETURN(const auto rows, snapshot->MultiGet(Keyspace::kRejects, keys));
  SL_ASSIGN_OR_RETURN(const auto checksums, snapshot->MultiGet(Keyspace::kRejects, checksum_keys));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].has_value()) continue;  // gone meanwhile
    SL_ASSIGN_OR_RETURN(
        page.rejects.emplace_back(),
        ReadWhatIsWhole(*snapshot, names[i], HeadFrom(*rows[i], checksums[i], names[i]),
                        query.with_messages));
  }
  return page;
}

absl::StatusOr<std::optional<v1::Reject>> RejectKeeper::Get(const std::string& agency,
                                                            PublicId id) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = agencies_.find(agency);
    const RejectEntry* entry = found == agencies_.end() ? nullptr : found->second.Find(id);
    if (entry == nullptr || entry->is_mended || entry->last_received_us < OldestUs()) {
      return std::optional<v1::Reject>();
    }
  }
  SL_ASSIGN_OR_RETURN(const auto snapshot, store_->NewSnapshot());
  const RejectName name{agency, id};
  const std::string key = RejectHeadKey(agency, id);
  SL_ASSIGN_OR_RETURN(const auto row, snapshot->Get(Keyspace::kRejects, key));
  if (!row.has_value()) return std::optional<v1::Reject>();
  SL_ASSIGN_OR_RETURN(const auto checksum,
                      snapshot->Get(Keyspace::kRejects, graph::ChecksumKey(key)));
  SL_ASSIGN_OR_RETURN(
      v1::Reject reject,
      ReadWhatIsWhole(*snapshot, name, HeadFrom(*row, checksum, name), /*with_message=*/true));
  return std::optional<v1::Reject>(std::move(reject));
}

v1::RejectTotals RejectKeeper::Totals(const std::string& agency) const {
  v1::RejectTotals totals;
  totals.set_quota_count(static_cast<std::int64_t>(options_.limits.count_max));
  totals.set_quota_bytes(static_cast<std::int64_t>(options_.limits.bytes_max));
  totals.set_kept_days(options_.limits.kept_days);
  const std::lock_guard lock(mutex_);
  const auto found = agencies_.find(agency);
  if (found == agencies_.end()) return totals;
  const AgencyRejects& rejects = found->second;
  totals.set_kept_count(static_cast<std::int64_t>(rejects.count()));
  totals.set_kept_bytes(static_cast<std::int64_t>(rejects.bytes()));
  totals.set_dropped_count(static_cast<std::int64_t>(rejects.totals().dropped_count()));
  totals.set_expired_count(static_cast<std::int64_t>(rejects.totals().expired_count()));
  if (rejects.totals().last_dropped_time_us() > 0) {
    *totals.mutable_last_dropped_time() =
        TimeUtil::MicrosecondsToTimestamp(rejects.totals().last_dropped_time_us());
  }
  return totals;
}

}  // namespace serieslink::ingest

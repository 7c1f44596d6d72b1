#include "services/ingest/committer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/ingest/commit_group.h"
#include "services/rpc/error.h"
#include "services/rpc/process_log.h"
#include "storage/base/status_macros.h"
#include "storage/base/thread_priority.h"

namespace serieslink::ingest {
namespace {

constexpr std::size_t kQueuedBytesMax = 64u << 20;
constexpr std::size_t kCommitMessagesMax = 8192;
constexpr std::size_t kCommitBytesMax = 16u << 20;
constexpr absl::Duration kFollowerWaitMax = absl::Seconds(1);

}  // namespace

absl::Status ShuttingDown() {
  return rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_SHUTTING_DOWN,
                        "the server is going down; send what was not acknowledged again");
}

Committer::Committer(storage::Store* store, graph::RecentCommits* recent, const graph::IdKey* ids,
                     std::function<absl::Time()> now,
                     std::function<void(const graph::LogBatch&)> on_committed,
                     std::function<void()> on_failure)
    : store_(store),
      recent_(recent),
      ids_(ids),
      now_(std::move(now)),
      on_committed_(std::move(on_committed)),
      on_failure_(std::move(on_failure)) {}

Committer::~Committer() { Stop(); }

absl::Status Committer::Start() {
  SL_ASSIGN_OR_RETURN(writer_, graph::LogWriter::Open(store_, recent_));
  thread_ = std::thread([this] { Run(); });
  return absl::OkStatus();
}

std::size_t Committer::Job::decisions() const {
  return messages.size() + undos.size() + (withdrawal.has_value() ? 1 : 0);
}

Committer::Job Committer::JobOf(std::vector<PreparedMessage> messages, Answer answer) {
  Job job;
  for (const PreparedMessage& message : messages) {
    job.bytes += message.item.entry.feed_message().size() + sizeof(PreparedMessage);
  }
  job.messages = std::move(messages);
  job.answer = std::move(answer);
  return job;
}

void Committer::Submit(std::vector<PreparedMessage> messages, Answer answer) {
  Enqueue(JobOf(std::move(messages), std::move(answer)));
}

void Committer::Validate(std::vector<PreparedMessage> messages, Answer answer) {
  Job job = JobOf(std::move(messages), std::move(answer));
  job.validate_only = true;
  Enqueue(std::move(job));
}

void Committer::UndoVersions(std::vector<Undo> undos, bool validate_only, Answer answer) {
  Job job;
  for (const Undo& undo : undos) job.bytes += undo.reason.size() + sizeof(Undo);
  job.validate_only = validate_only;
  job.undos = std::move(undos);
  job.answer = std::move(answer);
  Enqueue(std::move(job));
}

void Committer::Withdraw(Withdrawal withdrawal, Answer answer) {
  Job job;
  job.bytes = withdrawal.reason.size() + sizeof(Withdrawal);
  job.withdrawal = std::move(withdrawal);
  job.answer = std::move(answer);
  Enqueue(std::move(job));
}

void Committer::Enqueue(Job job) {
  {
    std::unique_lock lock(mutex_);
    queue_shrank_.wait(lock, [&] {
      return stopping_ || failed_ || queued_bytes_ == 0 ||
             queued_bytes_ + job.bytes <= kQueuedBytesMax;
    });
    if (!stopping_ && !failed_) {
      queued_bytes_ += job.bytes;
      queue_.push_back(std::move(job));
      queue_grew_.notify_one();
      return;
    }
  }
  job.answer(ShuttingDown(), {});
}

void Committer::Run() {
  base::GiveWay();
  for (;;) {
    std::vector<Job> jobs;
    {
      std::unique_lock lock(mutex_);
      queue_grew_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::size_t messages = 0;
      std::size_t bytes = 0;
      while (!queue_.empty()) {
        Job& next = queue_.front();
        messages += next.decisions();
        bytes += next.bytes;
        if (!jobs.empty() && (messages > kCommitMessagesMax || bytes > kCommitBytesMax)) break;
        queued_bytes_ -= next.bytes;
        jobs.push_back(std::move(next));
        queue_.pop_front();
      }
      queue_shrank_.notify_all();
    }
    // What comes in faster than it is linked waits here rather than unlinked in the log. Not for
    // long: linkage that hangs must not stop ingest.
    if (recent_ != nullptr) recent_->AwaitFollower(kFollowerWaitMax);
    Commit(std::move(jobs));
  }
}

void Committer::Commit(std::vector<Job> jobs) {
  std::vector<const Job*> writing;
  for (const Job& job : jobs) {
    if (!job.validate_only) writing.push_back(&job);
  }
  std::vector<std::vector<v1::Acknowledgement>> answers(jobs.size());
  const auto decide = [&]() -> absl::Status {
    if (failed()) return ShuttingDown();
    std::optional<Group> group;
    std::vector<v1::Acknowledgement*> decided;
    const auto write = [&]() -> absl::Status {
      SL_ASSIGN_OR_RETURN(const auto batch, (*std::move(group)).Commit());
      group.reset();
      if (batch != nullptr) on_committed_(*batch);
      for (v1::Acknowledgement* answer : std::exchange(decided, {})) {
        if (answer->outcome() == v1::OUTCOME_REJECTED) continue;
        answer->set_revision(static_cast<std::int64_t>(writer_->revision()));
      }
      return absl::OkStatus();
    };
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (jobs[i].validate_only) continue;
      answers[i].reserve(jobs[i].decisions());
      for (std::size_t place = 0; place < jobs[i].decisions(); ++place) {
        if (!group.has_value()) {
          group.emplace(*store_, *writer_, *ids_, now_());
          SL_RETURN_IF_ERROR(group->Load(writing));
        }
        SL_ASSIGN_OR_RETURN(answers[i].emplace_back(), group->Decide(jobs[i], place));
        decided.push_back(&answers[i].back());
        if (group->is_full()) SL_RETURN_IF_ERROR(write());
      }
    }
    return group.has_value() ? write() : absl::OkStatus();
  };
  absl::Status status = decide();
  if (absl::IsResourceExhausted(status)) {
    // Nothing was written: the log is as it was, and takes the next commit when there is room.
    if (!full_) {
      rpc::LogEvent(rpc::LogLevel::kError, "log_full",
                    {{"advice", "free disk space; records are refused until then"}});
    }
    full_ = true;
    status =
        rpc::MakeError(absl::StatusCode::kUnavailable, type::v1::ERROR_REASON_STORE_UNAVAILABLE,
                       "the server has no room for more records; send what was not "
                       "acknowledged again after a while");
  } else if (status.ok() && !writing.empty() && std::exchange(full_, false)) {
    rpc::LogEvent(rpc::LogLevel::kInfo, "log_has_room");
  } else if (!status.ok() && !failed()) {
    rpc::LogEvent(rpc::LogLevel::kError, "log_write_failed",
                  {{"code", absl::StatusCodeToString(status.code())}});
    {
      const std::lock_guard lock(mutex_);
      failed_ = true;
      queue_shrank_.notify_all();
    }
    on_failure_();
  }
  // In the order in which they came, which is that of a stream's batches.
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].validate_only) {
      jobs[i].answer(Try(jobs[i]), {});
      continue;
    }
    if (!status.ok()) {
      jobs[i].answer(status, {});
      continue;
    }
    std::vector<PreparedMessage> rejected;
    for (std::size_t k = 0; k < answers[i].size(); ++k) {
      if (answers[i][k].outcome() == v1::OUTCOME_REJECTED && !jobs[i].messages.empty()) {
        rejected.push_back(std::move(jobs[i].messages[k]));
      }
    }
    jobs[i].answer(std::move(answers[i]), std::move(rejected));
  }
}

absl::StatusOr<std::vector<v1::Acknowledgement>> Committer::Try(Job& job) {
  if (failed()) return ShuttingDown();
  // Alone: what others only try is not there for it.
  Group group(*store_, *writer_, *ids_, now_());
  SL_RETURN_IF_ERROR(group.Load({&job}));
  std::vector<v1::Acknowledgement> answers;
  for (std::size_t place = 0; place < job.decisions(); ++place) {
    SL_ASSIGN_OR_RETURN(answers.emplace_back(), group.Decide(job, place));
  }
  return answers;
}

void Committer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_grew_.notify_all();
    queue_shrank_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Committer::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

}  // namespace serieslink::ingest

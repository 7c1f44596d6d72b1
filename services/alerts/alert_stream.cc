#include "services/alerts/alert_stream.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/error.h"
#include "storage/base/status_macros.h"

namespace serieslink::alerts {
namespace {

// How often a stream without news says how far it has come.
constexpr absl::Duration kBeat = absl::Seconds(15);
// How soon it is noticed that nobody listens any more, or that the server goes down.
constexpr absl::Duration kLookUpEvery = absl::Milliseconds(200);
// Below the age at which connections end, so that a stream ends by itself, with all that it sent.
constexpr absl::Duration kStreamTime = absl::Minutes(50);

// Positions are of one agency, whatever its filter is.
std::string BindingOf(const view::Viewer& viewer) {
  return absl::StrCat("WatchAlerts\n", viewer.agency);
}

absl::Status NotAPosition() {
  return rpc::MakeError(
      absl::StatusCode::kInvalidArgument, type::v1::ERROR_REASON_PAGE_TOKEN_INVALID,
      "the position is not one that this call returned to your agency; begin with "
      "after_revision");
}

absl::Status BehindTheLog(const char* field) {
  return rpc::MakeBadRequest(
      {{field, type::v1::ERROR_REASON_REVISION_UNKNOWN,
        "it lies after the end of the log: the store may have been put back to an earlier state; "
        "begin with after_revision"}});
}

absl::Status OfAnotherLog() {
  return rpc::MakeBadRequest(
      {{"position", type::v1::ERROR_REASON_REVISION_UNKNOWN,
        "the store was put back to an earlier state since, and what came then is not what the "
        "position stands behind; begin with after_revision"}});
}

}  // namespace

AlertStream::AlertStream(const StreamContext& context, const view::Viewer& viewer,
                         bool may_hear_of_leads, const alert::v1::WatchAlertsRequest& request)
    : context_(context),
      viewer_(viewer),
      request_(request),
      query_(request.filter(), viewer.agency),
      scan_(viewer, query_, may_hear_of_leads, context.trusted, context.ids, context.zone,
            context.locate),
      end_(context.now() + kStreamTime),
      beat_(context.now() + kBeat) {}

absl::Status AlertStream::Run() {
  for (;;) {
    SL_RETURN_IF_ERROR(context_.may_go_on());
    // The client goes on with the position that it has.
    if (context_.now() >= end_) return absl::OkStatus();
    storage::Position position = 0;
    bool may_tell = false;
    bool is_current = false;
    {
      SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(context_.source, {}, absl::InfinitePast()));
      const graph::LogReader log(&cut.reader.snapshot());
      position = cut.reader.snapshot().position(storage::Keyspace::kDerived);
      if (!at_.has_value()) SL_RETURN_IF_ERROR(Begin(log));
      SL_ASSIGN_OR_RETURN(may_tell, MayTell(cut));
      if (may_tell) {
        SL_ASSIGN_OR_RETURN(is_current, GatherNews(cut));
        if (is_current) known_ = cut.derived;
      }
      if (context_.now() >= beat_ || (is_current && !was_current_)) {
        SL_RETURN_IF_ERROR(GatherPlace(log, is_current, false));
      }
      was_current_ |= is_current;
    }
    // A client can take as long as it likes: a cut that is held keeps the engine from reclaiming
    // space.
    SL_RETURN_IF_ERROR(Send());
    if (!may_tell || is_current) SL_RETURN_IF_ERROR(AwaitMore(position));
  }
}

absl::Status AlertStream::Begin(const graph::LogReader& log) {
  floor_ = log.latest();
  switch (request_.start_case()) {
    case alert::v1::WatchAlertsRequest::kPosition:
      return BeginAt(request_.position(), log);
    case alert::v1::WatchAlertsRequest::kAfterRevision: {
      const auto after = static_cast<graph::Revision>(request_.after_revision());
      if (after > log.latest()) return BehindTheLog("after_revision");
      at_ = {after + 1, 0};
      known_ = after;
      return absl::OkStatus();
    }
    default:
      at_ = {log.latest() + 1, 0};
      known_ = log.latest();
      return absl::OkStatus();
  }
}

absl::Status AlertStream::BeginAt(const std::string& position, const graph::LogReader& log) {
  const absl::StatusOr<std::string> content = context_.tokens.Open(position, BindingOf(viewer_));
  if (absl::IsInvalidArgument(content.status())) return NotAPosition();
  SL_RETURN_IF_ERROR(content.status());
  SL_ASSIGN_OR_RETURN(const KeptPosition kept, DecodePosition(*content));
  if (LastToldAt(kept.at) > log.latest()) return BehindTheLog("position");
  SL_ASSIGN_OR_RETURN(const std::uint64_t log_digest, LogDigestAt(log, kept.at));
  if (log_digest != kept.log_digest) return OfAnotherLog();
  at_ = kept.at;
  derived_by_ = kept.derived_by;
  return absl::OkStatus();
}

absl::StatusOr<bool> AlertStream::MayTell(const view::Cut& cut) {
  const graph::LogReader log(&cut.reader.snapshot());
  if (cut.derived < derived_) floor_ = log.latest();
  derived_ = cut.derived;
  if (cut.derived < floor_) return false;
  const stored::v1::DeriverPosition& position = cut.position;
  const DerivedBy now = DerivedByOf(position);
  const bool is_derived_anew = derived_by_.generation != 0 && !(now == derived_by_);
  derived_by_ = now;
  if (is_derived_anew) {
    // Which alerts the revision has is not what it was: all of them are told.
    at_->id = 0;
    scan_.Forget();
    SL_RETURN_IF_ERROR(GatherPlace(log, false, true));
  }
  return true;
}

absl::StatusOr<bool> AlertStream::GatherNews(view::Cut& cut) {
  const graph::LogReader log(&cut.reader.snapshot());
  const auto between = [&]() -> absl::StatusOr<bool> {
    SL_RETURN_IF_ERROR(context_.may_go_on());
    // Whoever catches up over much that does not concern it keeps its place too.
    return context_.now() < beat_;
  };
  SL_ASSIGN_OR_RETURN(NewsBatch batch, scan_.Next(cut, *at_, between));
  for (GatheredNews& one : batch.news) {
    if (!query_.Matches(one.news)) continue;
    const std::int64_t revision = one.news.alert.revision();
    known_ = std::max(known_, static_cast<graph::Revision>(revision) - 1);
    alert::v1::WatchAlertsResponse message;
    *message.mutable_alert() = std::move(one.news.alert);
    message.set_revision(revision);
    SL_RETURN_IF_ERROR(Gather(std::move(message), one.behind, log));
  }
  return batch.is_all;
}

absl::Status AlertStream::Gather(alert::v1::WatchAlertsResponse message, const AlertPosition& at,
                                 const graph::LogReader& log) {
  SL_ASSIGN_OR_RETURN(*message.mutable_position(), Sealed(at, log));
  on_their_way_.push_back(std::move(message));
  return absl::OkStatus();
}

absl::Status AlertStream::GatherPlace(const graph::LogReader& log, bool is_current,
                                      bool is_derived_anew) {
  alert::v1::WatchAlertsResponse message;
  message.set_revision(static_cast<std::int64_t>(known_));
  message.set_is_current(is_current);
  message.set_is_derived_anew(is_derived_anew);
  return Gather(std::move(message), *at_, log);
}

absl::Status AlertStream::Send() {
  for (const alert::v1::WatchAlertsResponse& message : on_their_way_) {
    SL_RETURN_IF_ERROR(context_.may_go_on());
    if (!context_.send(message)) return absl::CancelledError("nobody listens to the alerts");
    if (!message.has_alert()) beat_ = context_.now() + kBeat;
  }
  on_their_way_.clear();
  return absl::OkStatus();
}

absl::Status AlertStream::AwaitMore(storage::Position position) {
  for (;;) {
    SL_RETURN_IF_ERROR(context_.may_go_on());
    const absl::Time now = context_.now();
    if (now >= beat_ || now >= end_) return absl::OkStatus();
    const absl::Status moved = context_.source.store
                                   ->WaitForPosition(storage::Keyspace::kDerived, position + 1,
                                                     std::min(beat_, now + kLookUpEvery))
                                   .status();
    if (!absl::IsDeadlineExceeded(moved)) return moved;
  }
}

absl::StatusOr<std::string> AlertStream::Sealed(const AlertPosition& at,
                                                const graph::LogReader& log) {
  if (log_digest_.first != LastToldAt(at)) {
    SL_ASSIGN_OR_RETURN(const std::uint64_t digest, LogDigestAt(log, at));
    log_digest_ = {LastToldAt(at), digest};
  }
  return context_.tokens.Seal(
      Encode({.at = at, .derived_by = derived_by_, .log_digest = log_digest_.second}),
      BindingOf(viewer_));
}

}  // namespace serieslink::alerts

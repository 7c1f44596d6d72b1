#include "tests/crash/asked_state.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "serieslink/alert/v1/alert_service.grpc.pb.h"
#include "serieslink/ingest/v1/reject_service.grpc.pb.h"
#include "storage/base/digest.h"

namespace serieslink {
namespace {

// Messages that are tried again in one call.
constexpr std::size_t kTriedMax = 1000;

void ArmRead(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
}

// The record as it stands, and the versions that stood, without what differs from store to store.
std::string TextOf(const ingest::v1::GetRecordResponse& record) {
  std::string text = record.record().SerializeAsString();
  for (const auto& version : record.versions()) {
    absl::StrAppend(&text, " v", version.source_version(), version.is_withdrawal() ? " gone" : "",
                    version.is_undo() ? " undo" : "", version.to_revision() == 0 ? " stands" : "");
  }
  return text;
}

std::set<std::string> RejectsOf(const AgencyClient& client) {
  const auto stub = ingest::v1::RejectService::NewStub(client.channel());
  std::set<std::string> rejects;
  ingest::v1::ListRejectsRequest request;
  request.set_page_size(1000);
  do {
    grpc::ClientContext context;
    ArmRead(context);
    ingest::v1::ListRejectsResponse response;
    const grpc::Status status = stub->ListRejects(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const auto& reject : response.rejects()) {
      EXPECT_FALSE(reject.is_damaged()) << reject.source_id();
      rejects.insert(absl::StrCat(reject.source_id(), " ", reject.violations_size(), " faults"));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return rejects;
}

// The latest of the first `count` acts that sends what stands, whatever comes: null when none does.
const Act* LastStanding(const Push& push, std::size_t count) {
  const std::set<std::string> taken_back = push.TakenBack();
  for (std::size_t i = count; i-- > 0;) {
    const Act& act = push.acts[i];
    if (act.kind == Act::Kind::kMessage && !taken_back.contains(act.source_id)) return &act;
  }
  return nullptr;
}

void ExpectTakenBack(const AgencyClient& client, const Push& push, const Act& act,
                     const RecordNames& names) {
  grpc::ClientContext context;
  ArmRead(context);
  if (act.kind == Act::Kind::kWithdrawal) {
    ingest::v1::WithdrawRecordRequest request;
    request.mutable_source()->set_system(act.system);
    request.mutable_source()->set_id(act.source_id);
    request.set_reason("entered twice");
    if (act.version.has_value()) request.set_source_version(*act.version);
    ingest::v1::WithdrawRecordResponse response;
    const grpc::Status status = client.ingest().WithdrawRecord(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const ingest::v1::Outcome outcome = response.acknowledgement().outcome();
    ASSERT_TRUE(outcome == ingest::v1::OUTCOME_UNCHANGED || outcome == ingest::v1::OUTCOME_STALE)
        << push.NameOf(act) << " " << ingest::v1::Outcome_Name(outcome)
        << ": an acknowledged withdrawal was lost";
    return;
  }
  ingest::v1::UndoVersionsRequest request;
  request.set_reason("wrong mapping");
  request.set_validate_only(true);
  auto& version = *request.add_versions();
  version.set_record_id(names.IdOf(push.NameOf(act)));
  version.set_message_digest(
      std::string(base::AsBytes(base::Sha256(act.message.SerializeAsString()))));
  ingest::v1::UndoVersionsResponse response;
  const grpc::Status status = client.ingest().UndoVersions(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_TRUE(response.acknowledgements(0).was_undone_before())
      << push.NameOf(act) << ": a version was acknowledged as taken back, and stands";
}

// Tries to send `acts` again, each of which says what stands or stood.
void ExpectNothingNew(const AgencyClient& client, const Push& push,
                      const std::vector<const Act*>& acts) {
  for (std::size_t begin = 0; begin < acts.size(); begin += kTriedMax) {
    const std::size_t end = std::min(acts.size(), begin + kTriedMax);
    grpc::ClientContext context;
    ArmRead(context);
    ingest::v1::SubmitRequest request;
    request.mutable_batch()->set_agency(push.agency);
    request.mutable_batch()->set_validate_only(true);
    for (std::size_t i = begin; i < end; ++i) {
      *request.mutable_batch()->add_messages() = acts[i]->message;
    }
    ingest::v1::SubmitResponse response;
    const grpc::Status status = client.ingest().Submit(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (std::size_t i = begin; i < end; ++i) {
      const ingest::v1::Outcome outcome =
          response.result().acknowledgements(static_cast<int>(i - begin)).outcome();
      ASSERT_TRUE(outcome == ingest::v1::OUTCOME_UNCHANGED || outcome == ingest::v1::OUTCOME_STALE)
          << push.NameOf(*acts[i]) << " would be " << ingest::v1::Outcome_Name(outcome)
          << ": an acknowledged version was lost";
    }
  }
}

}  // namespace

std::optional<std::int64_t> AwaitDerived(const std::string& address,
                                         const std::vector<Push>& pushes) {
  std::int64_t latest = 0;
  for (const Push& push : pushes) {
    const Act* const last = LastStanding(push, push.acknowledged);
    if (last == nullptr) continue;
    // Sent again, it says which revision everything is in.
    const auto again = ClientOf(address, push.agency).Submit({last->message});
    if (!again.ok()) return std::nullopt;
    latest = std::max(latest, again->acknowledgements(0).revision());
  }
  series::v1::ListSeriesRequest request;
  request.mutable_view()->set_min_revision(latest);
  request.set_page_size(1);
  if (!ClientOf(address, kWatcher).ListSeries(request).ok()) return std::nullopt;
  return latest;
}

AskedState Ask(const std::string& address, const std::vector<Push>& pushes, const AnalystDesk* desk,
               const RecordNames& names) {
  AskedState state;
  const std::optional<std::int64_t> derived = AwaitDerived(address, pushes);
  EXPECT_TRUE(derived.has_value());
  const std::int64_t latest = derived.value_or(0);
  const std::map<std::string, std::string> all = names.All();
  for (const Push& push : pushes) {
    const AgencyClient client = ClientOf(address, push.agency);
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(latest);
    request.set_page_size(200);
    const auto list = client.ListAllSeries(request);
    EXPECT_TRUE(list.ok()) << list.status.error_message();
    state.series[push.agency] = OutlinesOf(*list, names);
    state.rejects[push.agency] = RejectsOf(client);
    for (const auto& [id, name] : all) {
      if (!absl::StartsWith(name, push.agency + ":")) continue;
      const auto record = client.GetRecord(id);
      EXPECT_TRUE(record.ok()) << name << ": " << record.status.error_message();
      state.records[name] = record.ok() ? TextOf(*record) : "unknown";
    }
  }
  if (desk != nullptr) state.decisions = desk->WhatStands(address, names, latest);
  return state;
}

void ExpectEqual(const AskedState& a, const AskedState& b) {
  ASSERT_EQ(a.series.size(), b.series.size());
  for (const auto& [agency, series] : a.series) {
    SCOPED_TRACE(agency);
    const std::multiset<std::string>& others = b.series.at(agency);
    std::vector<std::string> different;
    std::ranges::set_symmetric_difference(series, others, std::back_inserter(different));
    EXPECT_EQ(different, std::vector<std::string>());
  }
  EXPECT_EQ(a.rejects, b.rejects);
  EXPECT_EQ(a.decisions, b.decisions);
  EXPECT_EQ(a.records.size(), b.records.size());
  for (const auto& [name, text] : a.records) {
    const auto other = b.records.find(name);
    ASSERT_NE(other, b.records.end()) << name;
    EXPECT_EQ(text, other->second) << name;
  }
}

void ExpectAcknowledged(const std::string& address, const Push& push, const RecordNames& names,
                        Random& random, int sample) {
  if (push.acknowledged == 0) return;
  const AgencyClient client = ClientOf(address, push.agency);
  const std::set<std::string> taken_back = push.TakenBack();
  // What is behind the last acknowledgement may be there as well.
  std::set<std::string> later;
  for (std::size_t i = push.acknowledged; i < push.acts.size(); ++i) {
    later.insert(push.acts[i].source_id);
  }
  std::vector<const Act*> standing;
  std::vector<const Act*> corrections;
  std::set<std::string> faulty;
  std::set<std::string> seen;
  for (std::size_t i = push.acknowledged; i-- > 0;) {
    const Act& act = push.acts[i];
    const bool is_last = seen.insert(act.source_id).second && !later.contains(act.source_id);
    if (act.kind == Act::Kind::kFaulty) {
      faulty.insert(act.source_id);
    } else if (act.kind != Act::Kind::kMessage) {
      if (is_last) corrections.push_back(&act);
    } else if (!taken_back.contains(act.source_id) && (is_last || act.message.has_force())) {
      standing.push_back(&act);
    }
  }
  ASSERT_NO_FATAL_FAILURE(ExpectNothingNew(client, push, standing));
  const std::string rejects = absl::StrCat(" ", absl::StrJoin(RejectsOf(client), " "));
  for (const std::string& id : faulty) {
    ASSERT_NE(rejects.find(absl::StrCat(" ", id, " ")), std::string::npos)
        << id << ": an acknowledged reject was lost";
  }
  for (int i = 0; i < sample && !corrections.empty(); ++i) {
    const int at = Below(random, static_cast<int>(corrections.size()));
    ASSERT_NO_FATAL_FAILURE(
        ExpectTakenBack(client, push, *corrections[static_cast<std::size_t>(at)], names));
  }
  for (int i = 0; i < sample && !standing.empty(); ++i) {
    const int at = i == 0 ? 0 : Below(random, static_cast<int>(standing.size()));
    const Act& act = *standing[static_cast<std::size_t>(at)];
    const std::string id = names.IdOf(push.NameOf(act));
    ASSERT_FALSE(id.empty()) << push.NameOf(act);
    const auto record = client.GetRecord(id);
    ASSERT_TRUE(record.ok()) << record.status.error_message();
    ASSERT_EQ(record->record().source().source_id(), act.source_id);
    ASSERT_GE(record->record().source_version(), act.message.force().version());
    ASSERT_EQ(record->exhibit_ids_size(), record->record().exhibits_size());
  }
}

void AlertWatch::GoOn(const std::string& address) {
  const auto stub = alert::v1::AlertService::NewStub(ClientOf(address, kWatcher).channel());
  grpc::ClientContext context;
  ArmRead(context);
  alert::v1::WatchAlertsRequest request;
  if (position_.empty()) {
    request.set_after_revision(0);
  } else {
    request.set_position(position_);
  }
  const auto stream = stub->WatchAlerts(&context, request);
  alert::v1::WatchAlertsResponse response;
  bool is_current = false;
  while (!is_current && stream->Read(&response)) {
    EXPECT_FALSE(response.is_derived_anew());
    position_ = response.position();
    is_current = response.is_current();
    if (response.has_alert()) {
      const alert::v1::Alert& alert = response.alert();
      told_.push_back(absl::StrCat(alert.alert_id(), " ", alert::v1::AlertKind_Name(alert.kind()),
                                   " ", alert.revision(), " ", alert.exhibit_count(), " exhibits ",
                                   alert.incident_count(), " incidents ",
                                   absl::StrJoin(alert.causes(), " ")));
    }
  }
  EXPECT_TRUE(is_current) << "the watch ended before everything was told";
  context.TryCancel();
  stream->Finish();
}

}  // namespace serieslink

#include "tests/crash/agency_push.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "storage/base/digest.h"
#include "tests/synth/feed_stream.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;

void ArmPush(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(120));
}

Act ActOf(const FeedMessage& message) {
  Act act;
  act.message = message;
  act.system = message.force().system();
  act.source_id = message.force().record_id();
  act.version = message.force().version();
  return act;
}

Push& PushOf(const std::string& agency, std::vector<Push>& pushes) {
  for (Push& push : pushes) {
    if (push.agency == agency) return push;
  }
  return pushes.emplace_back(Push{agency, {}, 0});
}

// Puts `more` among `acts`; both keep their order.
std::vector<Act> Merge(std::vector<Act> acts, std::vector<Act> more, Random& random) {
  std::vector<Act> merged;
  std::size_t next = 0;
  std::size_t next_more = 0;
  while (next < acts.size() || next_more < more.size()) {
    const std::size_t left = acts.size() - next + more.size() - next_more;
    const bool of_more =
        static_cast<std::size_t>(Below(random, static_cast<int>(left))) < more.size() - next_more;
    merged.push_back(std::move(of_more ? more[next_more++] : acts[next++]));
  }
  return merged;
}

std::string* VisibilityOf(FeedMessage& message) {
  if (message.has_force()) return message.mutable_force()->mutable_marking()->mutable_visibility();
  if (message.has_mps()) return message.mutable_mps()->mutable_marking()->mutable_visibility();
  if (message.has_licensing()) {
    return message.mutable_licensing()->mutable_marking()->mutable_visibility();
  }
  if (message.has_border_force()) {
    return message.mutable_border_force()->mutable_marking()->mutable_visibility();
  }
  return message.mutable_nabis()->mutable_marking()->mutable_visibility();
}

bool IsSent(const Act& act) {
  return act.kind == Act::Kind::kMessage || act.kind == Act::Kind::kFaulty;
}

// Streams the acts of `push` up to `end`, all of which are sent, until all are acknowledged or the
// stream breaks. Batches have random sizes.
void StreamOn(const AgencyClient& client, Push& push, std::size_t end, std::uint64_t seed,
              RecordNames& names, const Moved& moved) {
  grpc::ClientContext context;
  ArmPush(context);
  const auto stream = client.ingest().SubmitStream(&context);
  std::mutex mutex;
  std::deque<std::size_t> sizes;  // of the batches under way
  std::thread writer([&, next = push.acknowledged]() mutable {
    Random random(seed);
    // Small batches make many commits, large ones make long commits.
    const int largest = 1 << Below(random, 7);
    while (next < end) {
      const std::size_t size =
          std::min<std::size_t>(static_cast<std::size_t>(1 + Below(random, largest)), end - next);
      ingest::v1::SubmitStreamRequest request;
      request.mutable_batch()->set_agency(push.agency);
      for (std::size_t i = 0; i < size; ++i) {
        *request.mutable_batch()->add_messages() = push.acts[next + i].message;
      }
      next += size;
      {
        const std::lock_guard lock(mutex);
        sizes.push_back(size);
      }
      if (!stream->Write(request)) return;
    }
    stream->WritesDone();
  });
  ingest::v1::SubmitStreamResponse response;
  std::size_t acknowledged = push.acknowledged;
  while (stream->Read(&response)) {
    std::size_t size = 0;
    {
      const std::lock_guard lock(mutex);
      size = sizes.front();
      sizes.pop_front();
    }
    EXPECT_EQ(static_cast<std::size_t>(response.result().acknowledgements_size()), size);
    for (const auto& one : response.result().acknowledgements()) {
      const Act& act = push.acts[acknowledged++];
      if (act.kind == Act::Kind::kFaulty) {
        EXPECT_EQ(one.outcome(), ingest::v1::OUTCOME_REJECTED) << push.NameOf(act);
        continue;
      }
      EXPECT_FALSE(one.record_id().empty()) << push.NameOf(act) << " " << one.ShortDebugString();
      names.Learn(push.agency, act.message, one.record_id());
    }
    moved(size);
  }
  writer.join();
  stream->Finish();
  push.acknowledged = acknowledged;
}

// Does one act that is a call of its own. Whether it was acknowledged.
bool CallOn(const AgencyClient& client, const Push& push, const Act& act,
            const RecordNames& names) {
  grpc::ClientContext context;
  ArmPush(context);
  if (act.kind == Act::Kind::kWithdrawal) {
    ingest::v1::WithdrawRecordRequest request;
    request.mutable_source()->set_system(act.system);
    request.mutable_source()->set_id(act.source_id);
    request.set_reason("entered twice");
    if (act.version.has_value()) request.set_source_version(*act.version);
    ingest::v1::WithdrawRecordResponse response;
    const grpc::Status status = client.ingest().WithdrawRecord(&context, request, &response);
    EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE)
        << push.NameOf(act) << ": " << status.error_message();
    return status.ok();
  }
  ingest::v1::UndoVersionsRequest request;
  request.set_reason("wrong mapping");
  auto& version = *request.add_versions();
  version.set_record_id(names.IdOf(push.NameOf(act)));
  version.set_message_digest(
      std::string(base::AsBytes(base::Sha256(act.message.SerializeAsString()))));
  ingest::v1::UndoVersionsResponse response;
  const grpc::Status status = client.ingest().UndoVersions(&context, request, &response);
  EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE)
      << push.NameOf(act) << ": " << status.error_message();
  return status.ok();
}

// Does what `push` has unacknowledged, up to act `end`. Whether all was acknowledged.
bool PushOn(const AgencyClient& client, Push& push, std::size_t end, std::uint64_t seed,
            RecordNames& names, const Moved& moved) {
  while (push.acknowledged < end) {
    std::size_t sent_end = push.acknowledged;
    while (sent_end < end && IsSent(push.acts[sent_end])) ++sent_end;
    if (sent_end > push.acknowledged) {
      StreamOn(client, push, sent_end, seed++, names, moved);
      if (push.acknowledged < sent_end) return false;
    } else {
      if (!CallOn(client, push, push.acts[push.acknowledged], names)) return false;
      ++push.acknowledged;
      moved(1);
    }
  }
  return true;
}

}  // namespace

int Below(Random& random, int bound) {
  return static_cast<int>(random() % static_cast<std::uint64_t>(bound));
}

std::set<std::string> Push::TakenBack() const {
  std::set<std::string> taken;
  for (const Act& act : acts) {
    if (!IsSent(act)) taken.insert(act.source_id);
  }
  return taken;
}

std::vector<Push> MakeGunPushes(Random& random, int count) {
  std::vector<Push> pushes(2);
  pushes[0].agency = "mers";
  pushes[1].agency = "btp";
  std::map<std::string, FeedMessage> versions;
  const auto any_of = [&](const Push& push) -> const FeedMessage& {
    return push.acts[static_cast<std::size_t>(Below(random, static_cast<int>(push.acts.size())))]
        .message;
  };
  for (int i = 0; i < count; ++i) {
    Push& push = pushes[static_cast<std::size_t>(Below(random, 2))];
    const int kind = Below(random, 100);
    if (kind < 5 && !push.acts.empty()) {
      // Exactly as before. Unless a later version went out meanwhile: an older one again would be
      // stale, which is right, but which then depends on nothing that this test is about.
      push.acts.push_back(ActOf(versions.at(push.agency + any_of(push).force().record_id())));
      continue;
    }
    std::string id = absl::StrCat(push.agency, "-", i);
    int version = 1;
    if (kind < 12 && !push.acts.empty()) {
      id = any_of(push).force().record_id();
      version = static_cast<int>(versions.at(push.agency + id).force().version()) + 1;
    }
    std::string text =
        absl::StrCat("system: 'NICHE' record_id: '", id, "' version: ", version,
                     " record_type: 'INCIDENT' crime_references: '", id, "/24' occurred: '2024-0",
                     1 + Below(random, 9), "-1", Below(random, 10), "' marking { visibility: '",
                     Below(random, 10) == 0 ? "OWNER" : "OPEN",
                     "' } guns { reference: 'G1' make: 'Glock' calibre: '9x19' ");
    // A gun in five has a number that comes back, in groups of a few.
    if (Below(random, 5) == 0) {
      absl::StrAppend(&text, "serials { text: 'GK", 10000 + Below(random, 1 + count / 12), "' }");
    }
    absl::StrAppend(&text, " } ");
    if (Below(random, 12) == 0) {
      const Push& other = pushes[static_cast<std::size_t>(Below(random, 2))];
      if (!other.acts.empty()) {
        const std::string& named = any_of(other).force().record_id();
        if (named != id) {
          absl::StrAppend(&text, "same_weapon_as { agency: '", other.agency,
                          "' source_system: 'NICHE' source_id: '", named,
                          "' exhibit_reference: 'G1' }");
        }
      }
    }
    push.acts.push_back(ActOf(ForceRecordOf(text)));
    versions[push.agency + id] = push.acts.back().message;
  }
  return pushes;
}

void AddSyntheticActs(Random& random, int count, std::vector<Push>& pushes) {
  synth::StreamOptions options;
  options.seed = random();
  options.records = static_cast<std::uint64_t>(count);
  options.dirt = synth::DirtLevel::kHeavy;
  auto stream = synth::FeedStream::Create(options);
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::map<std::string, std::vector<Act>> acts;  // by agency
  synth::SyntheticRecord record;
  while ((*stream)->Next(&record)) {
    Act& act = acts[record.agency].emplace_back();
    act.kind = record.is_withdrawal ? Act::Kind::kWithdrawal : Act::Kind::kMessage;
    if (!record.is_withdrawal) act.message = record.message;
    act.system = record.system;
    act.source_id = record.source_id;
    act.version = record.version;
  }
  for (auto& [agency, more] : acts) {
    Push& push = PushOf(agency, pushes);
    push.acts = Merge(std::move(push.acts), std::move(more), random);
  }
}

void AddCorrections(Random& random, std::vector<Push>& pushes) {
  for (Push& push : pushes) {
    const bool is_force = push.agency == "mers" || push.agency == "btp" || push.agency == "kent";
    const std::set<std::string> taken = push.TakenBack();
    std::set<std::string> seen;
    std::vector<Act> acts;  // the last first
    for (std::size_t i = push.acts.size(); i-- > 0;) {
      Act& act = push.acts[i];
      const int kind = Below(random, 30);
      // Behind the last that is said of a record.
      if (seen.insert(act.source_id).second && !taken.contains(act.source_id) && kind < 2) {
        Act& correction = acts.emplace_back(act);
        correction.kind = kind == 0 ? Act::Kind::kWithdrawal : Act::Kind::kUndo;
      }
      if (is_force && kind == 2) {
        Act& faulty = acts.emplace_back(ActOf(ForceRecordOf(absl::StrCat(
            "system: 'NICHE' record_id: 'faulty-", i, "' version: 1 occurred: 'soon'"))));
        faulty.kind = Act::Kind::kFaulty;
      }
      acts.push_back(std::move(act));
    }
    std::reverse(acts.begin(), acts.end());
    push.acts = std::move(acts);
  }
}

void KeepVisible(const std::string& watcher, std::vector<Push>& pushes) {
  for (Push& push : pushes) {
    if (push.agency == watcher) continue;
    std::map<std::string, std::string> kept;  // by record
    for (Act& act : push.acts) {
      if (act.kind == Act::Kind::kUndo) act.kind = Act::Kind::kWithdrawal;
      if (act.kind != Act::Kind::kMessage) continue;
      std::string& visibility = *VisibilityOf(act.message);
      visibility = kept.emplace(act.source_id, visibility).first->second;
    }
  }
}

bool PushShare(KilledServer& server, const std::string& address, std::vector<Push>& pushes,
               double share, Random& random, RecordNames& names, std::optional<Death> death) {
  std::vector<std::function<bool(const Moved&)>> works;
  for (Push& push : pushes) {
    const auto end = static_cast<std::size_t>(share * static_cast<double>(push.acts.size()));
    works.push_back([&, end, seed = random()](const Moved& moved) {
      return PushOn(ClientOf(address, push.agency), push, end, seed, names, moved);
    });
  }
  return WorkUntil(server, works, death);
}

}  // namespace serieslink

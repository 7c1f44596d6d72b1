#include "tests/support/derivation_pipeline.h"

#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingest/adoption.h"
#include "services/ingest/prepare.h"
#include "services/view/component_evidence.h"

namespace serieslink {

absl::Time DerivationPipeline::Now() { return absl::FromUnixSeconds(1'700'000'000); }

DerivationPipeline::DerivationPipeline(const linkage::RuleSet& rules,
                                       const linkage::ConfirmationPolicy& policy)
    : rules_(rules),
      policy_(policy),
      store_(storage::NewMemoryStore()),
      graph_(std::make_unique<graph::Graph>(store_.get())),
      ids_(graph::IdKey::Create(std::string(32, 'k')).value()) {
  StartDeriver();
}

DerivationPipeline::~DerivationPipeline() {
  deriver_->Stop();
  committer_->Stop();
}

void DerivationPipeline::StartDeriver() {
  recent_ = std::make_unique<graph::RecentCommits>(50);
  committer_ = std::make_unique<ingest::Committer>(
      store_.get(), recent_.get(), &ids_, &Now, [](const graph::LogBatch&) {},
      [] { FAIL() << "log"; });
  ASSERT_TRUE(committer_->Start().ok());
  // The clock stands, so that idle waits of the deriver end at once.
  deriver_ =
      std::make_unique<linkage::Deriver>(store_.get(), graph_.get(), recent_.get(), &ids_, rules_,
                                         policy_, &Now, [](bool follows) { EXPECT_TRUE(follows); });
  ASSERT_TRUE(deriver_->Start().ok());
}

void DerivationPipeline::StopDeriver() { deriver_->Stop(); }

void DerivationPipeline::Restart() {
  deriver_->Stop();
  committer_->Stop();
  StartDeriver();
}

void DerivationPipeline::Restart(const linkage::ConfirmationPolicy& policy) {
  policy_ = policy;
  deriver_->Stop();
  committer_->Stop();
  // What readers of a process share would be of rows that are erased now.
  graph_ = std::make_unique<graph::Graph>(store_.get());
  StartDeriver();
}

std::vector<ingest::v1::Acknowledgement> DerivationPipeline::Push(
    const std::vector<SentMessage>& messages) {
  std::vector<ingest::PreparedMessage> prepared;
  for (const SentMessage& message : messages) {
    ingest::v1::BatchWire batch;
    batch.set_agency(message.agency);
    batch.add_messages(message.message.SerializeAsString());
    for (auto& one :
         ingest::PrepareBatch(std::move(batch), {message.agency, "feed"}, {}, ids_, Now())) {
      prepared.push_back(std::move(one));
    }
  }
  std::promise<std::vector<ingest::v1::Acknowledgement>> answer;
  committer_->Submit(std::move(prepared), [&](auto acknowledgements, auto) {
    answer.set_value(std::move(acknowledgements).value());
  });
  return answer.get_future().get();
}

void DerivationPipeline::Withdraw(const std::string& agency, const std::string& record_id) {
  std::promise<std::vector<ingest::v1::Acknowledgement>> answer;
  committer_->Withdraw(
      {.public_id = graph::ParsePublicId(record_id)->id,
       .sender = {agency, "feed"},
       .source_version = {},
       .reason = "test"},
      [&](auto acknowledgements, auto) { answer.set_value(std::move(acknowledgements).value()); });
  ASSERT_EQ(answer.get_future().get().at(0).outcome(), ingest::v1::OUTCOME_WITHDRAWN);
}

absl::StatusOr<graph::Revision> DerivationPipeline::Adopt(const stored::v1::Adoption& adoption,
                                                          const rpc::Identity& author) {
  return ingest::AdoptGeneration(adoption, author, Now(), ids_, *committer_);
}

view::Cut DerivationPipeline::TakeCut(graph::Revision as_at) {
  const auto log = store_->NewSnapshot().value()->position(storage::Keyspace::kLog);
  return view::TakeCut({store_.get(), graph_.get()},
                       {.as_at = as_at, .as_at_time = {}, .min_revision = as_at == 0 ? log : 0},
                       absl::InfiniteFuture())
      .value();
}

DerivationPipeline::Weapons DerivationPipeline::ViewedWeapons(graph::Revision as_at) {
  view::Cut cut = TakeCut(as_at);
  Weapons weapons;
  const auto records = cut.reader.ScanRecords(0, 100000).value();
  for (const auto& [number, state] : records) {
    for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
      const auto exhibit = graph::MakeExhibitNumber(number, static_cast<std::uint32_t>(ordinal));
      const auto evidence =
          view::ComponentEvidence::Load(cut.reader, view::Viewer{"anyone"}, exhibit).value();
      const auto view = evidence->At(cut.revision);
      const auto at = view.Find(exhibit);
      if (!at.has_value()) continue;
      const std::uint32_t weapon = view.resolution.weapon_of[*at];
      std::set<std::string> members;
      for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
        const auto& from = view.exhibits[member];
        const auto states = cut.reader.Records({from.record->number}).value();
        const auto& whole = states[0];
        members.insert(absl::StrCat(
            whole->source_id(), "#",
            whole->exhibits(static_cast<int>(graph::OrdinalOf(from.number))).reference()));
      }
      weapons[members] = view.histories[weapon].incident_count;
    }
  }
  return weapons;
}

DerivationPipeline::Weapons DerivationPipeline::MaterialisedWeapons(graph::Revision at) {
  view::Cut cut = TakeCut();
  std::map<graph::ExhibitNumber, std::set<std::string>> members;
  const auto records = cut.reader.ScanRecords(0, 100000).value();
  for (const auto& [number, state] : records) {
    for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
      const auto membership = cut.reader
                                  .MembershipAt(graph::NodeType::kExhibit,
                                                graph::MakeExhibitNumber(number, ordinal), at)
                                  .value();
      if (membership.has_value()) {
        members[membership->root].insert(
            absl::StrCat(state.source_id(), "#", state.exhibits(ordinal).reference()));
      }
    }
  }
  Weapons weapons;
  for (const auto& [root, exhibits] : members) {
    std::uint32_t incidents = ~0u;
    const std::vector<graph::WeaponStateInterval> states = cut.reader.WeaponStates(root).value();
    for (const graph::WeaponStateInterval& state : states) {
      if (!state.interval.Contains(at)) continue;
      EXPECT_EQ(state.state.exhibit_count(), exhibits.size());
      incidents = state.state.incident_count();
    }
    weapons[exhibits] = incidents;
  }
  return weapons;
}

}  // namespace serieslink

// Goal: what the deriver keeps up to date step by step is what linkage makes of everything at once.
// Method: random records of two agencies, with later versions, findings, references and
// withdrawals, go through preparing, committing and deriving on an in-memory store, in different
// orders and batches, with repeats and restarts; the weapons and their incidents that come out are
// compared by source ids.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/committer.h"
#include "services/ingest/prepare.h"
#include "services/linkage/deriver.h"
#include "services/view/component_evidence.h"
#include "services/view/revision_gate.h"
#include "storage/memory/memory_store.h"

namespace serieslink::linkage {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

struct Message {
  std::string agency;
  feed::v1::FeedMessage message;
};

// Everything between a message's arrival and what is derived from it.
class Pipeline {
 public:
  Pipeline()
      : store_(storage::NewMemoryStore()),
        graph_(store_.get()),
        ids_(graph::IdKey::Create(std::string(32, 'k')).value()) {
    StartDeriver();
  }
  ~Pipeline() {
    deriver_->Stop();
    committer_->Stop();
  }

  // A deriver that refills from the store, and a committer that knows only what the log says.
  void Restart() {
    deriver_->Stop();
    committer_->Stop();
    StartDeriver();
  }

  std::vector<ingest::v1::Acknowledgement> Push(const std::vector<Message>& messages) {
    std::vector<ingest::PreparedMessage> prepared;
    for (const Message& message : messages) {
      ingest::v1::BatchWire batch;
      batch.set_agency(message.agency);
      batch.add_messages(message.message.SerializeAsString());
      for (auto& one :
           ingest::PrepareBatch(std::move(batch), {message.agency, "feed"}, {}, ids_, kNow)) {
        prepared.push_back(std::move(one));
      }
    }
    std::promise<std::vector<ingest::v1::Acknowledgement>> answer;
    committer_->Submit(std::move(prepared), [&](auto acknowledgements, auto) {
      answer.set_value(std::move(acknowledgements).value());
    });
    return answer.get_future().get();
  }

  void Withdraw(const std::string& agency, const std::string& record_id) {
    std::promise<std::vector<ingest::v1::Acknowledgement>> answer;
    committer_->Withdraw({.public_id = graph::ParsePublicId(record_id)->id,
                          .sender = {agency, "feed"},
                          .source_version = {},
                          .reason = "test"},
                         [&](auto acknowledgements, auto) {
                           answer.set_value(std::move(acknowledgements).value());
                         });
    ASSERT_EQ(answer.get_future().get().at(0).outcome(), ingest::v1::OUTCOME_WITHDRAWN);
  }

  view::Cut TakeCut(graph::Revision as_at = 0) {
    const auto log = store_->NewSnapshot().value()->position(storage::Keyspace::kLog);
    return view::TakeCut({store_.get(), &graph_},
                         {.as_at = as_at, .as_at_time = {}, .min_revision = as_at == 0 ? log : 0},
                         absl::InfiniteFuture())
        .value();
  }

  // Every weapon as the set of its exhibits by source, with its count of incidents.
  std::map<std::set<std::string>, std::uint32_t> Weapons(graph::Revision as_at = 0) {
    view::Cut cut = TakeCut(as_at);
    std::map<std::set<std::string>, std::uint32_t> weapons;
    const auto records = cut.reader.ScanRecords(0, 100000).value();
    for (const auto& [number, state] : records) {
      for (int ordinal = 0; ordinal < state.exhibits_size(); ++ordinal) {
        const auto exhibit = graph::MakeExhibitNumber(number, ordinal);
        const auto evidence = view::ComponentEvidence::Load(cut.reader, exhibit).value();
        const auto view = evidence->At(view::Viewer{"anyone"}, cut.revision);
        const auto at = view.Find(exhibit);
        if (!at.has_value()) continue;
        const std::uint32_t weapon = view.resolution.weapon_of[*at];
        std::set<std::string> members;
        for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
          const auto& from = view.exhibits[member];
          members.insert(absl::StrCat(from.record->state.source_id(), "#",
                                      from.version->exhibits(from.place).exhibit_reference()));
        }
        weapons[members] = view.histories[weapon].incident_count;
      }
    }
    return weapons;
  }

  // The same from the rows that are kept for the base view.
  std::map<std::set<std::string>, std::uint32_t> MaterialisedWeapons(graph::Revision at) {
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
    std::map<std::set<std::string>, std::uint32_t> weapons;
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

  graph::Revision revision() { return TakeCut().revision; }

 private:
  void StartDeriver() {
    recent_ = std::make_unique<graph::RecentCommits>(50);
    committer_ = std::make_unique<ingest::Committer>(
        store_.get(), recent_.get(), &ids_, [] { return kNow; }, [](const graph::LogBatch&) {},
        [] { FAIL() << "log"; });
    ASSERT_TRUE(committer_->Start().ok());
    deriver_ =
        std::make_unique<Deriver>(store_.get(), &graph_, recent_.get(), &ids_, RuleSet::Serving(),
                                  clock_, [](bool follows) { EXPECT_TRUE(follows); });
    ASSERT_TRUE(deriver_->Start().ok());
  }

  // Idle waits of the deriver end at once: its deadlines lie in the past.
  const std::function<absl::Time()> clock_ = [] { return kNow; };
  std::unique_ptr<storage::Store> store_;
  graph::Graph graph_;
  const graph::IdKey ids_;
  std::unique_ptr<graph::RecentCommits> recent_;
  std::unique_ptr<ingest::Committer> committer_;
  std::unique_ptr<Deriver> deriver_;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  // The versions of one record, lowest first.
  std::vector<Message> Record(int number) {
    std::vector<Message> versions;
    const int kind = Below(10);
    const int count = 1 + (Below(4) == 0) + (Below(8) == 0);
    for (int version = 1; version <= count; ++version) {
      if (kind < 6) {
        versions.push_back(ForceRecord(number, version));
      } else if (kind < 8) {
        versions.push_back(CaseGroup(number, version));
      } else {
        versions.push_back(Comparison(number, version));
      }
    }
    return versions;
  }

  std::mt19937& random() { return random_; }

 private:
  static constexpr const char* kSerials[] = {"AB123456", "AB123457", "KX99887", "ZZ10203040"};
  static constexpr const char* kMakes[] = {"Glock", "Taurus", ""};

  Message ForceRecord(int number, int version) {
    Message made;
    made.agency = "kent";
    auto& record = *made.message.mutable_force();
    record.set_system("S");
    record.set_record_id(absl::StrCat("F", number));
    record.set_version(version);
    record.set_record_type(Below(4) == 0 ? "RECOVERY" : "INCIDENT");
    if (Below(3) != 0) record.add_crime_references(absl::StrCat(100 + Below(8), "/17"));
    if (Below(2) == 0) record.set_occurred(absl::StrCat("2017-03-0", 1 + Below(5)));
    record.mutable_marking()->set_visibility("OPEN");
    const int guns = 1 + (Below(3) == 0);
    for (int i = 0; i < guns; ++i) {
      auto& gun = *record.add_guns();
      if (guns > 1 || Below(3) == 0) gun.set_reference(absl::StrCat("G", i + 1));
      if (Below(4) != 0) gun.add_serials()->set_text(kSerials[Below(4)]);
      gun.set_make(kMakes[Below(3)]);
    }
    if (Below(6) == 0) {
      auto& other = *record.add_same_weapon_as();
      other.set_agency("kent");
      other.set_source_system("S");
      other.set_source_id(absl::StrCat("F", Below(30)));
    }
    return made;
  }

  Message CaseGroup(int number, int version) {
    Message made;
    made.agency = "nabis";
    auto& entry = *made.message.mutable_nabis();
    entry.set_entry_id(absl::StrCat("N", number));
    entry.set_version(version);
    auto& exhibit = *entry.mutable_exhibit();
    exhibit.set_exhibit_type("CASE_GROUP");
    exhibit.set_found_at("INCIDENT");
    exhibit.add_crime_references(absl::StrCat("KENT ", 100 + Below(8), "/2017"));
    entry.mutable_marking()->set_visibility("OPEN");
    return made;
  }

  Message Comparison(int number, int version) {
    Message made;
    made.agency = "nabis";
    auto& entry = *made.message.mutable_nabis();
    entry.set_entry_id(absl::StrCat("C", number));
    entry.set_version(version);
    auto& comparison = *entry.mutable_comparison();
    SetEnd(*comparison.mutable_first());
    SetEnd(*comparison.mutable_second());
    comparison.set_channel(Below(2) == 0 ? "CASE" : "BULLET");
    static constexpr const char* kVerdicts[] = {"CONFIRMED",  "CONFIRMED",    "CONFIRMED",
                                                "ELIMINATED", "INCONCLUSIVE", "LEAD"};
    comparison.set_verdict(kVerdicts[Below(6)]);
    comparison.set_stage(Below(2) == 0 ? "MICROSCOPE" : "ON_SCREEN");
    comparison.set_examined(absl::StrCat("2017-06-0", 1 + Below(3)));
    entry.mutable_marking()->set_visibility("OPEN");
    return made;
  }

  void SetEnd(type::v1::SourceReference& end) {
    const int number = Below(30);
    if (Below(2) == 0) {
      end.set_agency("nabis");
      end.set_source_system("NABIS");
      end.set_source_id(absl::StrCat("N", number));
      return;
    }
    end.set_agency("kent");
    end.set_source_system("S");
    end.set_source_id(absl::StrCat("F", number));
    if (Below(2) == 0) end.set_exhibit_reference(absl::StrCat("G", 1 + Below(2)));
  }

  std::mt19937 random_;
};

int Seeds() {
  const char* seeds = std::getenv("SERIESLINK_SEEDS");
  return seeds == nullptr ? 40 : std::atoi(seeds);
}

// Pushes `messages` in batches of random sizes, restarting now and then.
void PushInBatches(std::vector<Message> messages, std::mt19937& random, Pipeline& pipeline) {
  for (std::size_t at = 0; at < messages.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 9, messages.size() - at);
    pipeline.Push({messages.begin() + at, messages.begin() + at + size});
    at += size;
    if (random() % 12 == 0) pipeline.Restart();
  }
}

TEST(DerivationTest, OrderBatchesRepeatsAndWithdrawalsDoNotMatter) {
  std::size_t joined = 0;
  for (int seed = 1; seed <= Seeds(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator generator(seed);
    std::vector<Message> all;
    std::vector<Message> passing;  // pushed and withdrawn again
    for (int number = 0; number < 30; ++number) {
      std::vector<Message> versions = generator.Record(number);
      all.insert(all.end(), versions.begin(), versions.end());
    }
    for (int number = 100; number < 106; ++number) {
      passing.push_back(generator.Record(number).front());
    }

    Pipeline plain;
    plain.Push(all);
    const auto expected = plain.Weapons();
    for (const auto& [members, incidents] : expected) joined += members.size() >= 2;

    Pipeline shuffled;
    std::vector<Message> shuffle = all;
    shuffle.insert(shuffle.end(), all.begin(), all.begin() + all.size() / 3);  // repeats
    std::shuffle(shuffle.begin(), shuffle.end(), generator.random());
    PushInBatches(shuffle, generator.random(), shuffled);
    EXPECT_EQ(shuffled.Weapons(), expected);

    Pipeline withdrawn;
    const std::size_t half = shuffle.size() / 2;
    PushInBatches({shuffle.begin(), shuffle.begin() + half}, generator.random(), withdrawn);
    const auto acknowledgements = withdrawn.Push(passing);
    PushInBatches({shuffle.begin() + half, shuffle.end()}, generator.random(), withdrawn);
    const auto withdraw_all = [&] {
      for (std::size_t i = 0; i < passing.size(); ++i) {
        // A comparison of an exhibit with itself was never accepted.
        if (acknowledgements[i].outcome() == ingest::v1::OUTCOME_REJECTED) continue;
        withdrawn.Withdraw(passing[i].agency, acknowledgements[i].record_id());
      }
    };
    withdraw_all();
    EXPECT_EQ(withdrawn.Weapons(), expected);
    // Sending them once more and withdrawing them once more changes nothing either.
    withdrawn.Push(passing);
    withdraw_all();
    EXPECT_EQ(withdrawn.Weapons(), expected);
    if (HasFailure()) return;
  }
  EXPECT_GT(joined, 3u * static_cast<unsigned>(Seeds()))
      << "the generator must make weapons of several exhibits";
}

TEST(DerivationTest, WhatIsKeptForTheBaseViewIsWhatTheViewsSay) {
  for (int seed = 1; seed <= Seeds() / 3; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator generator(1000 + seed);
    std::vector<Message> all;
    for (int number = 0; number < 30; ++number) {
      std::vector<Message> versions = generator.Record(number);
      all.insert(all.end(), versions.begin(), versions.end());
    }
    std::shuffle(all.begin(), all.end(), generator.random());
    Pipeline pipeline;
    PushInBatches(all, generator.random(), pipeline);
    const graph::Revision latest = pipeline.revision();
    for (graph::Revision revision = 1; revision <= latest; ++revision) {
      SCOPED_TRACE(absl::StrCat("revision ", revision));
      std::map<std::set<std::string>, std::uint32_t> viewed;
      const auto weapons = pipeline.Weapons(revision);
      for (const auto& [members, incidents] : weapons) {
        if (members.size() >= 2) viewed[members] = incidents;
      }
      EXPECT_EQ(pipeline.MaterialisedWeapons(revision), viewed);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace serieslink::linkage

// Goal: a search finds what it should, for every filter, viewer, revision and page size, and its
// pages tell of nothing that the viewer may not see.
// Method: random records of two agencies, with later versions and withdrawals, go through
// preparing, committing and deriving on an in-memory store. What is found is compared with a list
// of what was pushed, which knows makes, calibres and dates by the numbers that the test drew, and
// nothing of normalising, indexes or views.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/firearm/firearm_service.h"
#include "services/ingest/committer.h"
#include "services/ingest/prepare.h"
#include "services/linkage/deriver.h"
#include "storage/memory/memory_store.h"
#include "tests/support/seeds.h"

namespace serieslink::firearm {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

// A gun as the test drew it. -1: not said.
struct Gun {
  std::string reference;
  std::vector<std::string> serials;  // in canonical form
  int make = -1;
  int model = -1;
  int calibre = -1;
  int type = -1;
};

// A record's version as the test drew it; no guns at all where it is withdrawn.
struct Version {
  bool is_withdrawn = false;
  bool is_open = false;
  bool is_loss = false;  // its guns are described, otherwise in hand
  int day = -1;          // of January 2025
  int force = -1;
  int borough = -1;
  int ward = -1;
  std::vector<Gun> guns;
};

struct Spellings {
  std::vector<std::string> of;
};
const std::vector<Spellings> kMakes = {{{"Glock", "GLOCK GmbH", "glock"}},
                                       {{"Smith & Wesson", "S&W", "SMITH AND WESSON"}},
                                       {{"Kettleby Arms", "KETTLEBY-ARMS Ltd"}}};
const std::vector<Spellings> kModels = {{{"17", " 17 "}}, {{"17 Gen4", "17-GEN 4"}}, {{"M&P9"}}};
const std::vector<Spellings> kCalibres = {
    {{"9mm", "9x19", "9 mm Luger"}}, {{".22 LR", ".22lr"}}, {{"17 pounder", "17-Pounder"}}};
const std::vector<std::string> kTypes = {"PISTOL", "RIFLE", "REVOLVER"};
const std::vector<record::v1::FirearmType> kTypeValues = {record::v1::FIREARM_TYPE_PISTOL,
                                                          record::v1::FIREARM_TYPE_RIFLE,
                                                          record::v1::FIREARM_TYPE_REVOLVER};
const std::vector<std::string> kForces = {"mps", "kent"};
const std::vector<std::string> kBoroughs = {"E09000012", "E09000014"};
const std::vector<std::string> kWards = {"E05000276", "E05000277"};
const std::vector<std::string> kAgencies = {"btp", "kent"};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  // One of `count`, or -1 about once in `none_of`.
  int OneOf(std::size_t count, int none_of) {
    return Below(none_of) == 0 ? -1 : Below(static_cast<int>(count));
  }
  const std::string& Spelling(const Spellings& spellings) {
    return spellings.of[static_cast<std::size_t>(Below(static_cast<int>(spellings.of.size())))];
  }

  // Few characters, so that numbers share beginnings and ends.
  std::string Serial() {
    std::string serial;
    const int length = 3 + Below(4);
    for (int i = 0; i < length; ++i) serial.push_back("AB12"[Below(4)]);
    return serial;
  }
  std::string Written(const std::string& serial) {
    std::string written = serial;
    if (Below(3) == 0) {
      for (char& c : written) c = static_cast<char>(std::tolower(c));
    }
    if (Below(3) == 0) written.insert(2, "-");
    return written;
  }

  Version ARecord() {
    Version version;
    version.is_open = Below(3) != 0;
    version.is_loss = Below(4) == 0;
    version.day = Below(4) == 0 ? -1 : 1 + Below(9);
    version.force = OneOf(kForces.size(), 4);
    version.borough = OneOf(kBoroughs.size(), 3);
    version.ward = OneOf(kWards.size(), 2);
    const int guns = 1 + (Below(4) == 0);
    for (int i = 0; i < guns; ++i) {
      Gun gun;
      if (guns > 1) gun.reference = absl::StrCat("G", i + 1);
      for (int serials = Below(3); serials > 0; --serials) gun.serials.push_back(Serial());
      gun.make = OneOf(kMakes.size(), 4);
      gun.model = OneOf(kModels.size(), 3);
      gun.calibre = OneOf(kCalibres.size(), 4);
      gun.type = OneOf(kTypes.size(), 4);
      version.guns.push_back(std::move(gun));
    }
    return version;
  }

 private:
  std::mt19937 random_;
};

// The message that says what `version` does, in one of many spellings.
feed::v1::FeedMessage MessageOf(const std::string& id, int number, const Version& version,
                                Dice& dice) {
  feed::v1::FeedMessage message;
  feed::v1::ForceRecord& record = *message.mutable_force();
  record.set_system("S");
  record.set_record_id(id);
  record.set_version(static_cast<std::uint64_t>(number));
  record.set_record_type(version.is_loss ? "LOSS" : "RECOVERY");
  if (version.is_loss) record.set_loss_kind("STOLEN");
  if (version.day > 0) record.set_occurred(absl::StrCat("2025-01-0", version.day));
  if (version.is_open) record.mutable_marking()->set_visibility("OPEN");
  feed::v1::PlaceEntry& place = *record.mutable_place();
  if (version.force >= 0) place.set_police_force(kForces[version.force]);
  if (version.borough >= 0) place.set_borough_code(kBoroughs[version.borough]);
  if (version.ward >= 0) place.set_ward_code(kWards[version.ward]);
  for (const Gun& gun : version.guns) {
    feed::v1::GunEntry& entry = *record.add_guns();
    entry.set_reference(gun.reference);
    for (const std::string& serial : gun.serials) {
      entry.add_serials()->set_text(dice.Written(serial));
    }
    if (gun.make >= 0) entry.set_make(dice.Spelling(kMakes[gun.make]));
    if (gun.model >= 0) entry.set_model(dice.Spelling(kModels[gun.model]));
    if (gun.calibre >= 0) entry.set_calibre(dice.Spelling(kCalibres[gun.calibre]));
    if (gun.type >= 0) entry.add_apparent_types(kTypes[gun.type]);
  }
  return message;
}

// What is asked for, by the test's own numbers.
struct Question {
  std::string serial;  // a pattern in canonical form; empty: any
  int make = -1;
  int model = -1;
  int calibre = -1;
  int type = -1;
  bool only_losses = false;
  int agency = -1;
  std::string area;
  int from_day = -1;  // noon of it
  int before_day = -1;
};

Question AQuestion(Dice& dice) {
  Question question;
  if (dice.Below(2) == 0) {
    question.serial = dice.Serial();
    for (int wildcards = dice.Below(3); wildcards > 0; --wildcards) {
      const int at = dice.Below(static_cast<int>(question.serial.size()));
      if (dice.Below(3) == 0) {
        question.serial[at] = '?';
      } else {
        question.serial.insert(at, "*");
        if (dice.Below(2) == 0) question.serial.resize(static_cast<std::size_t>(at) + 1);
      }
    }
    if (question.serial.find_first_not_of("*?") == std::string::npos) question.serial = "A*";
  }
  const auto sometimes = [&](int one_in, std::size_t count) {
    return dice.Below(one_in) == 0 ? dice.Below(static_cast<int>(count)) : -1;
  };
  question.make = sometimes(4, kMakes.size());
  question.model = sometimes(6, kModels.size());
  question.calibre = sometimes(5, kCalibres.size());
  question.type = sometimes(6, kTypes.size());
  question.only_losses = dice.Below(8) == 0;
  question.agency = sometimes(6, kAgencies.size());
  switch (dice.Below(10)) {
    case 0:
      question.area = kForces[dice.Below(2)];
      break;
    case 1:
      question.area = kBoroughs[dice.Below(2)];
      break;
    case 2:
      question.area = kWards[dice.Below(2)];
      break;
    case 3:
      question.area = "unknown";
      break;
    default:
      break;
  }
  if (dice.Below(5) == 0) question.from_day = 1 + dice.Below(9);
  if (dice.Below(5) == 0) question.before_day = std::max(question.from_day, 0) + 1 + dice.Below(5);
  return question;
}

google::protobuf::Timestamp NoonOf(int day) {
  // 2025-01-01 is day 20,089 from 1970.
  return google::protobuf::util::TimeUtil::SecondsToTimestamp((20'088 + day) * 86'400LL + 43'200);
}

v1::FirearmFilter FilterOf(const Question& question, Dice& dice) {
  v1::FirearmFilter filter;
  filter.set_serial(question.serial);
  if (question.make >= 0) filter.set_make(dice.Spelling(kMakes[question.make]));
  if (question.model >= 0) filter.set_model(dice.Spelling(kModels[question.model]));
  if (question.calibre >= 0) filter.set_calibre(dice.Spelling(kCalibres[question.calibre]));
  if (question.type >= 0) filter.add_types(kTypeValues[question.type]);
  if (question.only_losses) filter.add_kinds(record::v1::EXHIBIT_KIND_DESCRIBED_GUN);
  if (question.agency >= 0) filter.set_agency(kAgencies[question.agency]);
  filter.set_area(question.area);
  if (question.from_day > 0) *filter.mutable_occurred_from() = NoonOf(question.from_day);
  if (question.before_day > 0) *filter.mutable_occurred_before() = NoonOf(question.before_day);
  return filter;
}

bool Fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '*') {
    return Fits(pattern.substr(1), text) || (!text.empty() && Fits(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         Fits(pattern.substr(1), text.substr(1));
}

bool Answers(const Question& question, const std::string& agency, const Version& version,
             const Gun& gun) {
  const auto agrees = [](int asked, int is) { return asked < 0 || asked == is; };
  if (!agrees(question.make, gun.make) || !agrees(question.model, gun.model) ||
      !agrees(question.calibre, gun.calibre) || !agrees(question.type, gun.type)) {
    return false;
  }
  if (question.only_losses && !version.is_loss) return false;
  if (question.agency >= 0 && kAgencies[question.agency] != agency) return false;
  if (!question.serial.empty() &&
      std::none_of(gun.serials.begin(), gun.serials.end(),
                   [&](const std::string& serial) { return Fits(question.serial, serial); })) {
    return false;
  }
  if (question.area == "unknown") {
    if (version.force >= 0 || version.borough >= 0 || version.ward >= 0) return false;
  } else if (!question.area.empty()) {
    const auto is = [&](const std::vector<std::string>& names, int at) {
      return at >= 0 && names[at] == question.area;
    };
    if (!is(kForces, version.force) && !is(kBoroughs, version.borough) &&
        !is(kWards, version.ward)) {
      return false;
    }
  }
  if (version.day < 0) return true;
  return (question.from_day < 0 || version.day >= question.from_day) &&
         (question.before_day < 0 || version.day <= question.before_day);
}

// Everything between a message's arrival and an answer, and beside it what was pushed.
class World {
 public:
  explicit World(std::uint64_t seed) : dice_(seed) {
    committer_ = std::make_unique<ingest::Committer>(
        store_.get(), &recent_, &ids_, [] { return kNow; }, [](const graph::LogBatch&) {},
        [] { FAIL() << "log"; });
    EXPECT_TRUE(committer_->Start().ok());
    StartDeriver();
  }
  ~World() {
    deriver_->Stop();
    committer_->Stop();
  }

  struct Push {
    std::string agency;
    std::string id;
    int number = 1;
    Version version;
  };
  void Submit(const std::vector<Push>& pushes) {
    std::vector<ingest::PreparedMessage> prepared;
    for (const Push& push : pushes) {
      ingest::v1::BatchWire batch;
      batch.set_agency(push.agency);
      batch.add_messages(MessageOf(push.id, push.number, push.version, dice_).SerializeAsString());
      for (auto& one :
           ingest::PrepareBatch(std::move(batch), {push.agency, "feed"}, {}, ids_, kNow)) {
        prepared.push_back(std::move(one));
      }
    }
    std::promise<std::vector<ingest::v1::Acknowledgement>> promise;
    committer_->Submit(std::move(prepared), [&](auto acknowledgements, auto) {
      promise.set_value(std::move(acknowledgements).value());
    });
    const auto acknowledgements = promise.get_future().get();
    for (std::size_t i = 0; i < pushes.size(); ++i) {
      const auto outcome = acknowledgements[i].outcome();
      ASSERT_NE(outcome, ingest::v1::OUTCOME_REJECTED) << acknowledgements[i].ShortDebugString();
      if (outcome == ingest::v1::OUTCOME_CREATED || outcome == ingest::v1::OUTCOME_SUPERSEDED) {
        Note(pushes[i].agency, pushes[i].id, acknowledgements[i], pushes[i].version);
      }
    }
  }

  void Withdraw(const std::string& agency, const std::string& id) {
    std::promise<std::vector<ingest::v1::Acknowledgement>> promise;
    committer_->Withdraw({.public_id = graph::ParsePublicId(record_ids_.at({agency, id}))->id,
                          .sender = {agency, "feed"},
                          .source_version = {},
                          .reason = "test"},
                         [&](auto acknowledgements, auto) {
                           promise.set_value(std::move(acknowledgements).value());
                         });
    const auto acknowledgements = promise.get_future().get();
    if (acknowledgements.at(0).outcome() != ingest::v1::OUTCOME_WITHDRAWN) return;
    Version withdrawn;
    withdrawn.is_withdrawn = true;
    Note(agency, id, acknowledgements[0], withdrawn);
  }

  // The ids of the exhibits that answer, as `viewer` may see them today and knew them then.
  std::set<std::string> Expected(const Question& question, const std::string& viewer,
                                 std::int64_t revision) const {
    std::set<std::string> expected;
    for (const auto& [name, versions] : records_) {
      const Version* standing = nullptr;
      bool is_open = false;
      for (const auto& [from, version] : versions) {
        if (from <= revision) standing = &version;
        if (!version.is_withdrawn) is_open = version.is_open;
      }
      if (standing == nullptr || standing->is_withdrawn) continue;
      if (!is_open && name.first != viewer) continue;
      for (const Gun& gun : standing->guns) {
        if (!Answers(question, name.first, *standing, gun)) continue;
        expected.insert(ExhibitId(name.first, name.second, gun.reference));
      }
    }
    return expected;
  }

  struct Answer {
    std::vector<std::vector<std::string>> pages;
    std::set<std::size_t> token_sizes;
    std::int64_t revision = 0;
  };
  Answer Ask(
      v1::SearchFirearmsRequest request, const std::string& viewer,
      const std::function<void()>& between_pages = [] {}) {
    Answer answer;
    do {
      v1::SearchFirearmsResponse response;
      const absl::Status status =
          service_->SearchFor(view::Viewer{viewer}, request, absl::InfiniteFuture(), response);
      EXPECT_TRUE(status.ok()) << status << request.ShortDebugString();
      std::vector<std::string>& page = answer.pages.emplace_back();
      for (const v1::FoundExhibit& exhibit : response.exhibits()) {
        page.push_back(exhibit.exhibit_id());
      }
      answer.revision = response.revision();
      if (!response.next_page_token().empty()) {
        answer.token_sizes.insert(response.next_page_token().size());
      }
      request.set_page_token(response.next_page_token());
      between_pages();
    } while (!request.page_token().empty() && !testing::Test::HasFailure());
    return answer;
  }

  // Revisions of the log so far.
  std::int64_t revision() const {
    return static_cast<std::int64_t>(
        store_->NewSnapshot().value()->position(storage::Keyspace::kLog));
  }
  Dice& dice() { return dice_; }
  // The latest version of each record, for whoever makes the next.
  std::map<std::string, int>& versions() { return version_numbers_; }

  // As if another generation of the program had derived what is there.
  void PretendOtherGeneration() {
    deriver_->Stop();
    {
      const auto writer = graph::GraphWriter::Open(store_.get()).value();
      auto position = graph_->NewReader()->Position().value();
      position.set_generation(position.generation() + 1);
      writer->SetPosition(position);
      ASSERT_TRUE(writer->Commit().ok());
    }
    graph_ = std::make_unique<graph::Graph>(store_.get());
    StartDeriver();
  }

 private:
  using Name = std::pair<std::string, std::string>;

  void StartDeriver() {
    deriver_ = std::make_unique<linkage::Deriver>(
        store_.get(), graph_.get(), &recent_, &ids_, linkage::RuleSet::Serving(),
        linkage::ConfirmationPolicy(), [] { return kNow; },
        [](bool follows) { EXPECT_TRUE(follows); });
    ASSERT_TRUE(deriver_->Start().ok());
    service_ = std::make_unique<FirearmService>(view::Source{store_.get(), graph_.get()}, &ids_,
                                                &tokens_, "test", [] { return kNow; });
  }

  void Note(const std::string& agency, const std::string& id,
            const ingest::v1::Acknowledgement& acknowledgement, const Version& version) {
    record_ids_[{agency, id}] = acknowledgement.record_id();
    records_[{agency, id}].push_back({acknowledgement.revision(), version});
  }

  std::string ExhibitId(const std::string& agency, const std::string& id,
                        const std::string& reference) const {
    return graph::FormatPublicId(graph::IdKind::kExhibit,
                                 ids_.ForExhibit({agency, "S", id}, reference));
  }

  Dice dice_;
  const graph::IdKey ids_ = graph::IdKey::Create(std::string(32, 'k')).value();
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<graph::Graph> graph_ = std::make_unique<graph::Graph>(store_.get());
  graph::RecentCommits recent_{50};
  const rpc::PageTokenSealer tokens_{{1, 2, 3}};
  std::unique_ptr<ingest::Committer> committer_;
  std::unique_ptr<linkage::Deriver> deriver_;
  std::unique_ptr<FirearmService> service_;
  std::map<std::string, int> version_numbers_;
  std::map<Name, std::string> record_ids_;
  // What stood from which revision on, in order.
  std::map<Name, std::vector<std::pair<std::int64_t, Version>>> records_;
};

std::vector<std::string> All(const World::Answer& answer) {
  std::vector<std::string> all;
  for (const auto& page : answer.pages) all.insert(all.end(), page.begin(), page.end());
  return all;
}

// A few commits of new records, later versions and withdrawals. Labels change from version to
// version, or stay.
void Fill(World& world, int commits, bool labels_change = true) {
  static constexpr int kRecords = 60;
  Dice& dice = world.dice();
  std::map<std::string, int>& numbers = world.versions();
  for (int commit = 0; commit < commits; ++commit) {
    std::vector<World::Push> pushes;
    for (int i = 1 + dice.Below(12); i > 0; --i) {
      const int record = dice.Below(kRecords);
      const std::string id = absl::StrCat("R", record);
      int& number = numbers[id];
      World::Push push{kAgencies[record % 2], id, ++number, dice.ARecord()};
      if (!labels_change) push.version.is_open = record % 3 != 0;
      pushes.push_back(std::move(push));
    }
    world.Submit(pushes);
    if (dice.Below(3) == 0) world.Withdraw(pushes[0].agency, pushes[0].id);
  }
}

TEST(FirearmSearchTest, FindsWhatAListOfEverythingHas) {
  ForEachSeed(6, [](std::uint64_t seed) {
    World world(seed);
    Fill(world, 25);
    Dice& dice = world.dice();
    std::size_t found = 0;
    for (int i = 0; i < 150 && !testing::Test::HasFailure(); ++i) {
      const Question question = AQuestion(dice);
      const std::string viewer = dice.Below(3) == 0 ? "mps" : kAgencies[dice.Below(2)];
      v1::SearchFirearmsRequest request;
      *request.mutable_filter() = FilterOf(question, dice);
      request.set_page_size(1 + dice.Below(9));
      std::int64_t revision = world.revision();
      // Today's permissions count, so all has to be derived also where the past is asked for.
      request.mutable_view()->set_min_revision(revision);
      if (dice.Below(2) == 0) {
        revision = 1 + dice.Below(static_cast<int>(revision));
        request.mutable_view()->set_revision(revision);
      }
      const World::Answer answer = world.Ask(request, viewer);
      EXPECT_EQ(answer.revision, revision);
      const std::vector<std::string> all = All(answer);
      const std::set<std::string> distinct(all.begin(), all.end());
      EXPECT_EQ(all.size(), distinct.size()) << "an exhibit came twice";
      EXPECT_EQ(distinct, world.Expected(question, viewer, revision))
          << request.ShortDebugString() << " for " << viewer;
      for (std::size_t page = 0; page < answer.pages.size(); ++page) {
        const std::size_t size = answer.pages[page].size();
        if (page + 1 < answer.pages.size()) {
          EXPECT_EQ(size, static_cast<std::size_t>(request.page_size()));
        } else {
          EXPECT_TRUE(size > 0 || page == 0) << "a token led to nothing";
        }
      }
      found += all.size();
    }
    EXPECT_GT(found, 300u) << "the questions must find something";
  });
}

TEST(FirearmSearchTest, PagesAreStableUnderWrites) {
  ForEachSeed(4, [](std::uint64_t seed) {
    World world(seed);
    Fill(world, 15, /*labels_change=*/false);
    for (const char* serial : {"", "A*", "*2"}) {
      v1::SearchFirearmsRequest request;
      request.mutable_filter()->set_serial(serial);
      request.mutable_view()->set_min_revision(world.revision());
      request.set_page_size(3);
      Question question;
      question.serial = serial;
      const std::int64_t revision = world.revision();
      const World::Answer answer =
          world.Ask(request, "kent", [&] { Fill(world, 1, /*labels_change=*/false); });
      EXPECT_EQ(answer.revision, revision);
      EXPECT_GT(answer.pages.size(), 1u);
      const std::vector<std::string> all = All(answer);
      const std::set<std::string> distinct(all.begin(), all.end());
      EXPECT_EQ(all.size(), distinct.size());
      EXPECT_EQ(distinct, world.Expected(question, "kent", revision));
    }
  });
}

// The pages of a viewer are the same whether or not there is anything that it may not see.
TEST(FirearmSearchTest, WhatIsHiddenLeavesNoTraceInPages) {
  ForEachSeed(4, [](std::uint64_t seed) {
    Dice dice(seed);
    World with(seed);
    World without(seed);
    for (int commit = 0; commit < 15; ++commit) {
      std::vector<World::Push> visible;
      std::vector<World::Push> all;
      for (int i = 0; i < 10; ++i) {
        World::Push push{kAgencies[i % 2], absl::StrCat("C", commit, "R", i), 1, dice.ARecord()};
        all.push_back(push);
        if (push.version.is_open || push.agency == "kent") visible.push_back(push);
      }
      with.Submit(all);
      without.Submit(visible);
    }
    std::set<std::size_t> token_sizes;
    for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i) {
      v1::SearchFirearmsRequest request;
      *request.mutable_filter() = FilterOf(AQuestion(dice), dice);
      request.set_page_size(1 + dice.Below(5));
      request.mutable_view()->set_min_revision(15);
      const World::Answer one = with.Ask(request, "kent");
      const World::Answer other = without.Ask(request, "kent");
      EXPECT_EQ(one.pages, other.pages) << request.ShortDebugString();
      token_sizes.insert(one.token_sizes.begin(), one.token_sizes.end());
    }
    EXPECT_EQ(token_sizes.size(), 1u) << "all tokens have one length";
  });
}

TEST(FirearmSearchTest, WhatAnotherGenerationDerivedIsDerivedAnew) {
  World world(1);
  Fill(world, 10);
  v1::SearchFirearmsRequest request;
  request.mutable_view()->set_min_revision(world.revision());
  const std::vector<std::string> before = All(world.Ask(request, "kent"));
  EXPECT_GT(before.size(), 10u);
  world.PretendOtherGeneration();
  EXPECT_EQ(All(world.Ask(request, "kent")), before);
}

}  // namespace
}  // namespace serieslink::firearm

// Goal: the whole meaning of linkage on one small case, through the API. A Glock is used in four
// drive-bys, one of them in another force's area; at the third a revolver is fired too; both guns
// are found in one flat. Three stages of knowledge: before the guns are found, after, and with one
// examination withdrawn and stated again. What the service tells must be the same for every order
// and batching in which the records arrive, and with each sent twice.
// Method: one server, and a copy of the case (a "world") for each order, with numbers and
// references of its own, so that the copies have nothing to do with each other but the exhibit mark
// RJM/1, which joins nothing.
#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "serieslink/network/v1/network_service.grpc.pb.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_server.h"

namespace serieslink {
namespace {

using feed::v1::FeedMessage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Names = std::vector<std::string>;
using Outlines = std::set<std::string>;

constexpr std::int64_t kDayS = 86'400;

// A record of the case: who sends it, and its message, in which $W is the world's number.
struct CaseRecord {
  const char* agency;
  const char* text;
};

// What was known by the end of May: four shootings of which six records tell, and what lay at them.
// The incident of March is recorded by the Met and the transport police, and registered by the
// laboratory.
const std::map<std::string, CaseRecord>& Records() {
  static const auto* const records = new std::map<std::string, CaseRecord>{
      {"I1", {"mps", R"(mps { report_number: 'I1-$W' report_type: 'CRIME' crime_number: '1$W1/17'
                              committed: '2017-01-14T23:40' venue { borough_code: 'E09000014'
                              ward_code: 'E05000276' boundary_year: 2013 }
                              classifications { offence_class: 'VIOLENCE_WITH_INJURY' }
                              firearm_features: 'FIRED' shots { fired: 'Y' at: 'PERSON' })"}},
      {"I2", {"mps", R"(mps { report_number: 'I2-$W' report_type: 'CRIME' crime_number: '1$W2/17'
                              committed: '2017-02-03T21:05' venue { borough_code: 'E09000010' }
                              shots { fired: 'Y' at: 'VEHICLE' } injury: 'NONE')"}},
      {"I3", {"mps", R"(mps { report_number: 'I3-$W' report_type: 'CRIME' crime_number: '1$W3/17'
                              committed: '2017-03-18T02:15' venue { borough_code: 'E09000014' })"}},
      {"I3b", {"btp", R"(force { system: 'BTP' record_id: 'I3b-$W' record_type: 'INCIDENT'
                                 crime_references: 'B-$W/17' other_references: 'MPS 1$W3/2017' occurred: '2017-03-18')"}},
      {"I3n", {"nabis", R"(nabis { entry_id: 'I3n-$W' event { event_type: 'INCIDENT'
                                   crime_references: 'MPS 1$W3/17'
                                   occurred: '2017-03-17/2017-03-18' })"}},
      {"I4", {"mers", R"(force { system: 'NICHE' record_id: 'I4-$W' record_type: 'INCIDENT'
                                 crime_references: '2$W/17' occurred: '2017-04-22T19:30'
                                 place { locality: 'Liverpool' } shots { fired: 'Y' })"}},
      {"X1", {"nabis", R"(nabis { entry_id: 'X1-$W' exhibit { exhibit_type: 'CASE_GROUP'
                                  police_exhibit_mark: 'RJM/1' found_at: 'INCIDENT'
                                  crime_references: 'MPS 1$W1/17'
                                  item { quantity: 3 calibre: '9x19' } })"}},
      {"X2", {"nabis", R"(nabis { entry_id: 'X2-$W' exhibit { exhibit_type: 'BULLET_GROUP'
                                  found_at: 'INCIDENT' crime_references: 'MPS 1$W2/17'
                                  item { quantity: 1 calibre: '9 mm class' } })"}},
      {"X3a", {"nabis", R"(nabis { entry_id: 'X3a-$W' exhibit { exhibit_type: 'CASE_GROUP'
                                   found_at: 'INCIDENT' crime_references: 'MPS 1$W3/17'
                                   item { quantity: 5 calibre: '9x19' } })"}},
      {"X3b", {"nabis", R"(nabis { entry_id: 'X3b-$W' exhibit { exhibit_type: 'BULLET_GROUP'
                                   found_at: 'INCIDENT' crime_references: 'MPS 1$W3/17'
                                   item { quantity: 2 calibre: '.38 class' } })"}},
      {"X4", {"nabis", R"(nabis { entry_id: 'X4-$W' exhibit { exhibit_type: 'CASE_GROUP'
                                  police_exhibit_mark: 'RJM/1' found_at: 'INCIDENT'
                                  crime_references: 'MERS 2$W/17'
                                  item { quantity: 2 calibre: '9x19' } })"}},
      // Both guns, held since they were found in June, under the crime number of the first
      // shooting.
      {"R1", {"mps", R"(mps { report_number: 'R1-$W' report_type: 'RECOVERY' crime_number: '1$W1/17'
                              committed: '2017-06-20T06:10' venue { borough_code: 'E09000003'
                              kind: 'dwelling' }
                              guns { reference: 'G1' make: 'Glock' model: '17' calibre: '9x19'
                                     apparent_types: 'PISTOL' custody { holder: 'MPS store' from: '2017-06-20' }
                                     serials { text: '$SERIAL' part: 'FRAME' legibility: 'CLEAR' } }
                              guns { reference: 'G2' make: 'Smith & Wesson' calibre: '.38 Special'
                                     apparent_types: 'REVOLVER' custody { holder: 'MPS store' from: '2017-06-20' }
                                     serials { text: 'ground off' part: 'FRAME'
                                               legibility: 'OBLITERATED' } })"}},
      {"TFc", {"nabis", R"(nabis { entry_id: 'TFc-$W' exhibit { exhibit_type: 'TEST_FIRE_CASES'
                                   test_fired: '2017-06-23' item { calibre: '9x19' }
                                   test_fire_of { agency: 'mps' source_system: 'CRIS'
                                     source_id: 'R1-$W' exhibit_reference: 'G1' } })"}},
      {"TFb", {"nabis", R"(nabis { entry_id: 'TFb-$W' exhibit { exhibit_type: 'TEST_FIRE_BULLETS'
                                   test_fired: '2017-06-23' item { calibre: '9x19' }
                                   test_fire_of { agency: 'mps' source_system: 'CRIS'
                                     source_id: 'R1-$W' exhibit_reference: 'G1' } })"}},
      {"TF2", {"nabis", R"(nabis { entry_id: 'TF2-$W' exhibit { exhibit_type: 'TEST_FIRE_BULLETS'
                                   test_fired: '2017-06-23' item { calibre: '.38 Special' }
                                   test_fire_of { agency: 'mps' source_system: 'CRIS'
                                     source_id: 'R1-$W' exhibit_reference: 'G2' } })"}},
      {"F1", {"nabis", R"(nabis { entry_id: 'F1-$W' comparison { first { source_id: 'X1-$W' }
                                  second { source_id: 'X3a-$W' } channel: 'CASE' verdict: 'CONFIRMED'
                                  stage: 'MICROSCOPE' examined: '2017-04-10' })"}},
      {"F2", {"nabis", R"(nabis { entry_id: 'F2-$W' comparison { first { source_id: 'X3a-$W' }
                                  second { source_id: 'X4-$W' } channel: 'CASE' verdict: 'CONFIRMED'
                                  stage: 'MICROSCOPE' examined: '2017-05-02' })"}},
      {"F6", {"nabis", R"(nabis { entry_id: 'F6-$W' comparison { first { source_id: 'X2-$W' }
                                  second { source_id: 'X3b-$W' } channel: 'BULLET'
                                  verdict: 'ELIMINATED' stage: 'MICROSCOPE'
                                  examined: '2017-05-03' })"}},
      {"F4", {"nabis", R"(nabis { entry_id: 'F4-$W' comparison { first { source_id: 'X1-$W' }
                                  second { source_id: 'TFc-$W' } channel: 'CASE'
                                  verdict: 'CONFIRMED' stage: 'MICROSCOPE'
                                  examined: '2017-06-26' })"}},
      {"F3", {"nabis", R"(nabis { entry_id: 'F3-$W' comparison { first { source_id: 'X2-$W' }
                                  second { source_id: 'TFb-$W' } channel: 'BULLET'
                                  verdict: 'CONFIRMED' stage: 'MICROSCOPE'
                                  examined: '2017-06-27' })"}},
      {"F5", {"nabis", R"(nabis { entry_id: 'F5-$W' comparison { first { source_id: 'X3b-$W' }
                                  second { source_id: 'TF2-$W' } channel: 'BULLET'
                                  verdict: 'CONFIRMED' stage: 'MICROSCOPE'
                                  examined: '2017-06-27' })"}},
  };
  return *records;
}

// What each agency has to say at a stage, as it would send it together.
const std::vector<Names> kStageA = {
    {"I1", "I2", "I3"}, {"I3b"}, {"I3n"}, {"I4"}, {"X1", "X2", "X3a", "X3b", "X4"},
    {"F1", "F2", "F6"}};
const std::vector<Names> kStageB = {{"R1"}, {"TFc", "TFb", "TF2"}, {"F4"}, {"F3"}, {"F5"}};

Names Flat(const std::vector<Names>& parts) {
  Names all;
  for (const Names& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// What is told at the end of each stage, whatever the order: one line a weapon, with the findings
// within it. F6 lies between two.
const Outlines kToldOfA = {
    "X1 X3a X4: INFERRED, 3 incidents [I1 X1] [I3 I3b I3n X3a X3b] [I4 X4], by F1 F2",
    "X2: INFERRED, 1 incidents [I2 X2], by nothing",
    "X3b: INFERRED, 1 incidents [I3 I3b I3n X3a X3b], by nothing"};
const Outlines kToldOfB = {
    "G1 TFb TFc X1 X2 X3a X4: RECOVERED, 4 incidents [I1 X1] [I2 X2] [I3 I3b I3n X3a X3b] [I4 X4] "
    "[R1], by F1 F2 F3 F4 TFb TFc",
    "G2 TF2 X3b: RECOVERED, 1 incidents [I3 I3b I3n X3a X3b] [R1], by F5 TF2"};
const Outlines kToldWithoutF4 = {
    "X1 X3a X4: INFERRED, 3 incidents [I1 X1] [I3 I3b I3n X3a X3b] [I4 X4], by F1 F2",
    "G1 TFb TFc X2: RECOVERED, 1 incidents [I2 X2] [R1], by F3 TFb TFc",
    "G2 TF2 X3b: RECOVERED, 1 incidents [I3 I3b I3n X3a X3b] [R1], by F5 TF2"};

// The agencies, each on one connection.
class Agencies {
 public:
  explicit Agencies(const TestServer& server) : server_(server) {}

  const AgencyClient& As(const std::string& agency) {
    const auto found = clients_.find(agency);
    return found != clients_.end() ? found->second
                                   : clients_.emplace(agency, server_.As(agency)).first->second;
  }

 private:
  const TestServer& server_;
  std::map<std::string, AgencyClient> clients_;
};

// One copy of the case.
class World {
 public:
  World(Agencies& agencies, int number) : agencies_(agencies), number_(number) {}

  // Sends records one call after another: what stands in one element of `batches`, and is of one
  // agency, in one batch.
  void Send(const std::vector<Names>& batches) {
    for (const Names& batch : batches) {
      for (std::size_t at = 0; at < batch.size();) {
        const std::string agency = Records().at(batch[at]).agency;
        std::size_t end = at;
        std::vector<FeedMessage> messages;
        while (end < batch.size() && Records().at(batch[end]).agency == agency) {
          messages.push_back(MessageOf(batch[end++]));
        }
        const auto reply = agencies_.As(agency).Submit(messages);
        ASSERT_TRUE(reply.ok()) << reply.status.error_message();
        ASSERT_EQ(reply->acknowledgements_size(), static_cast<int>(messages.size()));
        for (const auto& one : reply->acknowledgements()) {
          ASSERT_NE(one.outcome(), ingest::v1::OUTCOME_REJECTED) << one.ShortDebugString();
          names_[one.record_id()] = batch[at];
          ids_[batch[at++]] = one.record_id();
          revision_ = std::max(revision_, one.revision());
        }
      }
    }
  }

  void Withdraw(const std::string& name) {
    const auto reply = agencies_.As(Records().at(name).agency).Withdraw(ids_.at(name));
    ASSERT_TRUE(reply.ok()) << reply.status.error_message();
    revision_ = std::max(revision_, reply->revision());
  }

  // The weapon of an exhibit, as the laboratory is told of it.
  series::v1::Series WeaponOf(const std::string& exhibit) const {
    const auto reply = agencies_.As("nabis").GetSeries(ids_.at(exhibit), revision_);
    EXPECT_TRUE(reply.ok()) << exhibit << ": " << reply.status.error_message();
    return reply->series();
  }

  // All weapons of what was found at the shootings.
  Outlines Told() const {
    Outlines told;
    for (const char* exhibit : {"X1", "X2", "X3a", "X3b", "X4"}) {
      told.insert(OutlineOf(WeaponOf(exhibit)));
    }
    return told;
  }

  linkage::v1::LinkExplanation Explain(const std::string& a, const std::string& b) const {
    const auto reply = agencies_.As("nabis").ExplainLink(ids_.at(a), ids_.at(b), revision_);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->explanation();
  }

  std::string NameOf(const std::string& record_id) const {
    const auto found = names_.find(record_id);
    return found == names_.end() ? "?" : found->second;
  }
  std::int64_t revision() const { return revision_; }
  int number() const { return number_; }
  const AgencyClient& As(const std::string& agency) const { return agencies_.As(agency); }

 private:
  FeedMessage MessageOf(const std::string& name) const {
    const std::string world = absl::StrFormat("%05d", number_);
    // A number that can be genuine, and that no other world's gun has.
    const std::string serial =
        absl::StrFormat("%c%c%c%d", "KLMNPRSTVW"[number_ / 10 % 10], "KLMNPRSTVW"[number_ % 10],
                        "HJKLMN"[number_ % 6], 417'000 + 3'701 * number_ % 500'000);
    const std::string text =
        absl::StrCat(Records().at(name).text, " version: 1 marking { visibility: 'OPEN' } }");
    FeedMessage message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        absl::StrReplaceAll(text, {{"$W", world}, {"$SERIAL", serial}}), &message))
        << name;
    return message;
  }

  std::string OutlineOf(const series::v1::Series& weapon) const {
    std::set<std::string> exhibits;
    for (const series::v1::Exhibit& one : weapon.exhibits()) {
      const std::string& reference = one.exhibit().exhibit_reference();
      exhibits.insert(reference.empty() ? NameOf(one.record_id()) : reference);
    }
    std::set<std::string> events;
    for (const series::v1::Event& one : weapon.events()) {
      std::set<std::string> records;
      for (const std::string& record : one.records()) records.insert(NameOf(record));
      events.insert(absl::StrCat("[", absl::StrJoin(records, " "), "]"));
    }
    std::set<std::string> findings;
    for (const linkage::v1::Finding& one : weapon.findings()) {
      findings.insert(NameOf(one.asserting_record()));
    }
    EXPECT_THAT(weapon.conflicts(), IsEmpty());
    EXPECT_EQ(weapon.exhibit_count(), static_cast<int>(exhibits.size()));
    EXPECT_EQ(weapon.event_count(), static_cast<int>(events.size()));
    constexpr std::size_t kPrefix = sizeof("SERIES_STATUS_") - 1;
    return absl::StrCat(absl::StrJoin(exhibits, " "), ": ",
                        series::v1::SeriesStatus_Name(weapon.status()).substr(kPrefix), ", ",
                        weapon.incident_count(), " incidents ", absl::StrJoin(events, " "), ", by ",
                        findings.empty() ? "nothing" : absl::StrJoin(findings, " "));
  }

  Agencies& agencies_;
  const int number_;
  std::map<std::string, std::string> ids_;    // of records, by name
  std::map<std::string, std::string> names_;  // the reverse
  std::int64_t revision_ = 0;
};

class FourDriveBysTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(server_.StopAndCheckStore(), "nothing is wrong\n"); }

  World NextWorld() { return World(agencies_, ++worlds_); }

  // Calls `visit` with 0 to `count` - 1 and a world each, several at a time: that they have nothing
  // to do with each other is part of the test.
  void ForEachWorld(std::size_t count, const std::function<void(World&, std::size_t)>& visit) {
    constexpr int kWorkers = 8;
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> workers;
    for (int i = 0; i < kWorkers; ++i) {
      workers.emplace_back([&] {
        Agencies agencies(server_);
        for (std::size_t at = 0; (at = next++) < count && !HasFailure();) {
          World world(agencies, ++worlds_);
          visit(world, at);
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
  }

  // Calls `visit` for every order of `parts`.
  void ForEveryOrder(std::vector<Names> parts,
                     const std::function<void(World&, const std::vector<Names>&)>& visit) {
    std::vector<std::vector<Names>> orders;
    std::sort(parts.begin(), parts.end());
    do {
      orders.push_back(parts);
    } while (std::next_permutation(parts.begin(), parts.end()));
    ForEachWorld(orders.size(), [&](World& world, std::size_t at) { visit(world, orders[at]); });
  }

  // `names` in a random order, in batches of random sizes.
  static std::vector<Names> Scatter(Names names, std::mt19937& random) {
    for (std::size_t i = names.size(); i > 1; --i) std::swap(names[i - 1], names[random() % i]);
    std::vector<Names> batches;
    for (std::size_t at = 0; at < names.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 6, names.size() - at);
      batches.emplace_back(names.begin() + static_cast<std::ptrdiff_t>(at),
                           names.begin() + static_cast<std::ptrdiff_t>(at + size));
      at += size;
    }
    return batches;
  }

  TestServer server_;
  Agencies agencies_{server_};
  std::atomic<int> worlds_ = 0;
};

// The parts of a list of strings that are of shape "[...]", all different.
std::set<std::string> EventsTold(const Outlines& told) {
  std::set<std::string> events;
  for (const std::string& line : told) {
    for (std::size_t at = 0; (at = line.find('[', at)) != line.npos;) {
      const std::size_t end = line.find(']', at);
      events.insert(line.substr(at, end - at + 1));
      at = end;
    }
  }
  return events;
}

TEST_F(FourDriveBysTest, EveryOrderOfWhatIsKnownByMay) {
  EXPECT_THAT(EventsTold(kToldOfA), SizeIs(4)) << "six records of incidents tell of four";
  ForEveryOrder(kStageA, [&](World& world, const std::vector<Names>& order) {
    world.Send(order);
    EXPECT_EQ(world.Told(), kToldOfA) << "world " << world.number();
  });
  EXPECT_EQ(worlds_.load(), 720);
  // Another force's exhibit of the same mark is none of it.
  World world = NextWorld();
  world.Send(kStageA);
  EXPECT_FALSE(world.Explain("X1", "X2").is_one_weapon());
  EXPECT_THAT(world.Explain("X1", "X2").direct_findings(), IsEmpty()) << "a calibre is no finding";
}

TEST_F(FourDriveBysTest, EveryOrderInWhichTheGunsBecomeKnown) {
  EXPECT_THAT(EventsTold(kToldOfB), SizeIs(5)) << "the recovery is an event of its own";
  ForEveryOrder(kStageB, [&](World& world, const std::vector<Names>& order) {
    world.Send(kStageA);
    const std::string cases = world.WeaponOf("X1").series_id();
    const std::string bullets = world.WeaponOf("X2").weapon_id();
    const std::string revolver = world.WeaponOf("X3b").weapon_id();
    world.Send(order);
    EXPECT_EQ(world.Told(), kToldOfB) << "world " << world.number();
    // The series keeps its id, and the ids of what became one lead to it.
    EXPECT_EQ(world.WeaponOf("X2").series_id(), cases);
    const AgencyClient& mps = world.As("mps");
    EXPECT_EQ(mps.GetSeries(bullets, world.revision())->series().series_id(), cases);
    EXPECT_EQ(mps.GetSeries(revolver, world.revision())->series().weapon_id(),
              world.WeaponOf("X3b").weapon_id());
  });
  EXPECT_EQ(worlds_.load(), 120);
}

TEST_F(FourDriveBysTest, AnExaminationIsWithdrawnAndStatedAgain) {
  World world = NextWorld();
  world.Send(kStageA);
  world.Send(kStageB);
  const series::v1::Series before = world.WeaponOf("X1");
  world.Withdraw("F4");
  EXPECT_EQ(world.Told(), kToldWithoutF4);
  EXPECT_EQ(world.WeaponOf("X1").series_id(), before.series_id())
      << "the part with the earliest exhibit keeps the id";
  EXPECT_NE(world.WeaponOf("X2").series_id(), before.series_id());
  world.Send({{"F4"}});
  EXPECT_EQ(world.Told(), kToldOfB);
  const series::v1::Series after = world.WeaponOf("X1");
  EXPECT_EQ(after.series_id(), before.series_id());
  EXPECT_EQ(after.incidents_span().SerializeAsString(),
            before.incidents_span().SerializeAsString());

  std::vector<series::v1::Change> changes;
  for (const auto& entry : before.history()) changes.push_back(entry.change());
  EXPECT_EQ(changes.front(), series::v1::CHANGE_FORMED);
  EXPECT_THAT(changes, testing::Contains(series::v1::CHANGE_GREW));
  EXPECT_THAT(changes, testing::Contains(series::v1::CHANGE_MERGED));
}

TEST_F(FourDriveBysTest, AnyOrderAndBatchingWithEachRecordSentTwice) {
  const Names all = Flat({Flat(kStageA), Flat(kStageB)});
  ForEachWorld(100, [&](World& world, std::size_t seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    // Each once more, somewhere.
    world.Send(Scatter(Flat({all, all}), random));
    EXPECT_EQ(world.Told(), kToldOfB) << "seed " << seed;
    world.Withdraw("F4");
    EXPECT_EQ(world.Told(), kToldWithoutF4) << "seed " << seed;
    world.Send(Scatter(all, random));
    EXPECT_EQ(world.Told(), kToldOfB) << "seed " << seed;
  });
}

TEST_F(FourDriveBysTest, TheStoryIsToldWithItsEvidence) {
  World world = NextWorld();
  world.Send(kStageA);
  world.Send(kStageB);
  const series::v1::Series gun = world.WeaponOf("X1");
  // 98 days of use, and 59 until it was found; the test-fires of June are no uses.
  const auto day = [](std::int64_t seconds) { return seconds / kDayS; };
  const std::int64_t first = day(gun.incidents_span().earliest().seconds());
  const std::int64_t last = day(gun.incidents_span().latest().seconds());
  EXPECT_EQ(last - first, 98);
  std::vector<std::int64_t> found;
  for (const series::v1::Event& event : gun.events()) {
    if (event.kind() != record::v1::EVENT_KIND_RECOVERY) continue;
    found.push_back(day(event.occurred().earliest().seconds()) - last);
  }
  EXPECT_THAT(found, ElementsAre(59));

  // From a bullet of the second shooting to a case of the fourth, by way of the gun.
  const auto same = world.Explain("X2", "X4");
  EXPECT_TRUE(same.is_one_weapon());
  Names chain;
  for (const auto& link : same.chain()) {
    chain.push_back(world.NameOf(link.finding().asserting_record()));
  }
  EXPECT_THAT(chain, ElementsAre("F3", "TFb", "TFc", "F4", "F1", "F2"));
  const auto apart = world.Explain("X2", "X3b");
  EXPECT_FALSE(apart.is_one_weapon());
  ASSERT_THAT(apart.direct_findings(), SizeIs(1));
  EXPECT_EQ(world.NameOf(apart.direct_findings(0).asserting_record()), "F6");
  EXPECT_EQ(apart.direct_findings(0).verdict(), record::v1::VERDICT_ELIMINATED);

  // The two guns share two events and are two.
  const AgencyClient& mps = agencies_.As("mps");
  const auto network = network::v1::NetworkService::NewStub(mps.channel());
  network::v1::ListCoOccurringWeaponsRequest request;
  request.set_weapon_id(gun.weapon_id());
  request.mutable_view()->set_min_revision(world.revision());
  network::v1::ListCoOccurringWeaponsResponse response;
  grpc::ClientContext listing;
  ASSERT_TRUE(network->ListCoOccurringWeapons(&listing, request, &response).ok());
  ASSERT_THAT(response.weapons(), SizeIs(1));
  EXPECT_EQ(response.weapons(0).weapon().node_id(), world.WeaponOf("X3b").weapon_id());
  EXPECT_THAT(response.weapons(0).shared_events(), SizeIs(2));
  EXPECT_EQ(response.weapons(0).weapon().series_id(), "") << "one incident is no series";
  network::v1::FindPathRequest between;
  between.set_from_id(gun.weapon_id());
  between.set_to_id(world.WeaponOf("X3b").weapon_id());
  network::v1::FindPathResponse path;
  grpc::ClientContext finding;
  ASSERT_TRUE(network->FindPath(&finding, between, &path).ok());
  EXPECT_GT(path.edges_size(), 0);
  for (const network::v1::Edge& edge : path.edges()) {
    EXPECT_NE(edge.verdict(), record::v1::VERDICT_CONFIRMED) << "no finding joins them";
  }
}

}  // namespace
}  // namespace serieslink

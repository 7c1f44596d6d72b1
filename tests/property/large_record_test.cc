// Records of many versions and many exhibits, as a wrong mapping or bad will makes them: they are
// followed at the cost of their versions, and stop nobody else's linkage.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

SentMessage RecordOf(const std::string& agency, const std::string& id, std::uint64_t version) {
  SentMessage sent;
  sent.agency = agency;
  feed::v1::ForceRecord& record = *sent.message.mutable_force();
  record.set_system("NICHE");
  record.set_record_id(id);
  record.set_version(version);
  record.set_record_type("INCIDENT");
  record.mutable_marking()->set_visibility("OPEN");
  return sent;
}

void AddGun(const std::string& reference, const std::string& serial, SentMessage& sent) {
  feed::v1::GunEntry& gun = *sent.message.mutable_force()->add_guns();
  gun.set_reference(reference);
  gun.set_make("Beretta");
  if (serial.empty()) return;
  feed::v1::SerialEntry& number = *gun.add_serials();
  number.set_text(serial);
  number.set_part("FRAME");
}

// Two incidents of one gun, of another agency.
std::vector<SentMessage> APair() {
  std::vector<SentMessage> pair = {RecordOf("mers", "one", 1), RecordOf("mers", "two", 1)};
  for (SentMessage& sent : pair) AddGun("G", "BER482137", sent);
  return pair;
}
const auto kThePair = Pair(UnorderedElementsAre("one#G", "two#G"), 2u);

TEST(LargeRecordTest, ManyReferencesOfOneRecordStopNobodysLinkage) {
  DerivationPipeline pipeline;
  int accepted = 0;
  int refused = 0;
  for (std::uint64_t version = 1; version <= 35; ++version) {
    SentMessage sent = RecordOf("kent", "large", version);
    for (int i = 0; i < 1000; ++i) {
      AddGun(absl::StrCat(std::string(240, 'x'), version, "-", i), "", sent);
    }
    const auto answers = pipeline.Push({sent});
    ASSERT_EQ(answers.size(), 1u);
    (answers[0].outcome() == ingest::v1::OUTCOME_REJECTED ? refused : accepted) += 1;
  }
  EXPECT_EQ(accepted, 32);
  EXPECT_EQ(refused, 3);
  pipeline.Push(APair());
  EXPECT_THAT(pipeline.MaterialisedWeapons(pipeline.revision()), UnorderedElementsAre(kThePair));
  pipeline.Restart();
  EXPECT_THAT(pipeline.MaterialisedWeapons(pipeline.revision()), UnorderedElementsAre(kThePair));
}

TEST(LargeRecordTest, OneIdForEveryRowIsFollowedVersionByVersion) {
  DerivationPipeline pipeline;
  constexpr int kVersions = 3000;
  std::vector<SentMessage> batch;
  for (int i = 1; i <= kVersions; ++i) {
    batch.push_back(RecordOf("kent", "constant", static_cast<std::uint64_t>(i)));
    // Every other gun has the number of the pair.
    AddGun(absl::StrCat("G", i), i % 2 == 0 ? "BER482137" : "BER999000", batch.back());
    if (batch.size() < 500 && i < kVersions) continue;
    for (const auto& answer : pipeline.Push(batch)) {
      EXPECT_NE(answer.outcome(), ingest::v1::OUTCOME_REJECTED);
    }
    batch.clear();
  }
  pipeline.Push(APair());
  // Only the last version stands.
  EXPECT_THAT(
      pipeline.MaterialisedWeapons(pipeline.revision()),
      UnorderedElementsAre(
          Pair(UnorderedElementsAre("one#G", "two#G", absl::StrCat("constant#G", kVersions)), 3u)));
  // The gun of an earlier version comes back under its number.
  SentMessage back = RecordOf("kent", "constant", kVersions + 1);
  AddGun("G7", "BER482137", back);
  pipeline.Push({back});
  EXPECT_THAT(
      pipeline.MaterialisedWeapons(pipeline.revision()),
      UnorderedElementsAre(Pair(UnorderedElementsAre("one#G", "two#G", "constant#G7"), 3u)));
}

}  // namespace
}  // namespace serieslink

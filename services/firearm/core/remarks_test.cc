// Which examinations are the gun's.
#include <algorithm>

#include "gtest/gtest.h"
#include "services/firearm/core/life.h"

namespace serieslink::firearm {
namespace {

using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::ExhibitKind;

// Whether a gun that was recovered counts as not examined, when an exhibit of this kind was.
bool IsNotExamined(ExhibitKind examined) {
  LifeFacts life;
  LifeEventFacts& recovery = life.events.emplace_back();
  recovery.kind = EventKind::kRecovery;
  recovery.occurred = {1'000, 2'000};
  recovery.has_gun = true;
  life.exhibits.resize(2);
  life.exhibits[0].kind = ExhibitKind::kGun;
  life.exhibits[0].event = 0;
  life.exhibits[1].kind = examined;
  life.exhibits[1].is_examined = true;
  life.exhibits[1].examined = linkage::TimeInterval{5'000, 6'000};
  const std::vector<RemarkFacts> remarks = RemarkOnLife(life, OrderOfEvents(life.events), {});
  return std::any_of(remarks.begin(), remarks.end(), [](const RemarkFacts& one) {
    return one.kind == v1::REMARK_KIND_NOT_EXAMINED;
  });
}

TEST(RemarksTest, AnExaminationOfWhatAGunLeftIsNoneOfTheGun) {
  EXPECT_FALSE(IsNotExamined(ExhibitKind::kGun));
  EXPECT_FALSE(IsNotExamined(ExhibitKind::kTestFireCases));
  EXPECT_TRUE(IsNotExamined(ExhibitKind::kCaseGroup));
  EXPECT_TRUE(IsNotExamined(ExhibitKind::kBulletGroup));
  EXPECT_TRUE(IsNotExamined(ExhibitKind::kGunPart));
}

}  // namespace
}  // namespace serieslink::firearm

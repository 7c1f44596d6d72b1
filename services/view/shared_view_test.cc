#include "services/view/shared_view.h"

#include "gtest/gtest.h"

namespace serieslink::view {
namespace {

stored::v1::RecordState StateOf(const char* agency, int visibility) {
  stored::v1::RecordState state;
  state.set_agency(agency);
  stored::v1::RecordVersion& version = *state.add_versions();
  version.set_sequence(1);
  version.set_from_revision(1);
  version.set_visibility(visibility);
  return state;
}

TEST(SharedViewTest, HoldsWhatBothMaySee) {
  const Viewer caller{"mps"};
  const auto own = StateOf("mps", type::v1::VISIBILITY_OWNER);
  const auto partners = StateOf("kent", type::v1::VISIBILITY_OWNER);
  const auto open = StateOf("nabis", type::v1::VISIBILITY_OPEN);
  const Viewer shown = ShownTo(caller, "kent");
  EXPECT_FALSE(MaySee(shown, own)) << "the partner may not see it";
  EXPECT_FALSE(MaySee(shown, partners)) << "the caller may not see it";
  EXPECT_TRUE(MaySee(shown, open));
}

TEST(SharedViewTest, ForItselfTheCallerSeesAllItMay) {
  const auto own = StateOf("mps", type::v1::VISIBILITY_OWNER);
  EXPECT_TRUE(MaySee(ShownTo({"mps"}, ""), own));
  EXPECT_TRUE(MaySee(ShownTo({"mps"}, "mps"), own));
}

TEST(SharedViewTest, WhatIsNoAgencyIsNamed) {
  std::vector<rpc::BadField> bad;
  CheckPartner("", bad);
  CheckPartner("border_force", bad);
  EXPECT_TRUE(bad.empty());
  CheckPartner("Kent Police", bad);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].field, "partner");
}

}  // namespace
}  // namespace serieslink::view

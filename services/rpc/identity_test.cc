#include "services/rpc/identity.h"

#include <gtest/gtest.h>

#include "services/rpc/error.h"

namespace serieslink::rpc {
namespace {

TEST(IdentityTest, ReadsAgencyAndPrincipal) {
  const auto identity =
      ParseSpiffeId("spiffe://serieslink.test/agency/border-force/feed", "serieslink.test");
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(*identity, (Identity{"border-force", "feed"}));
  EXPECT_EQ(MakeSpiffeId("serieslink.test", *identity),
            "spiffe://serieslink.test/agency/border-force/feed");
}

TEST(IdentityTest, RefusesEverythingElse) {
  for (const char* id : {
           "",
           "spiffe://serieslink.test",
           "spiffe://serieslink.test/agency/mps",
           "spiffe://serieslink.test/agency/mps/feed/x",
           "spiffe://serieslink.test/agency//feed",
           "spiffe://serieslink.test/agency/mps/",
           "spiffe://other.test/agency/mps/feed",
           "spiffe://serieslink.test.evil/agency/mps/feed",
           "https://serieslink.test/agency/mps/feed",
           "spiffe://serieslink.test/agency/MPS/feed",
           "spiffe://serieslink.test/agency/mps/fe ed",
           "spiffe://serieslink.test/agency/../feed",
           "spiffe://serieslink.test/person/mps/feed",
       }) {
    const auto identity = ParseSpiffeId(id, "serieslink.test");
    ASSERT_FALSE(identity.ok()) << id;
    EXPECT_EQ(identity.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(ReasonOf(identity.status()), type::v1::ERROR_REASON_IDENTITY_MISSING);
  }
  EXPECT_FALSE(ParseSpiffeId("spiffe:///agency/mps/feed", "").ok());
}

}  // namespace
}  // namespace serieslink::rpc

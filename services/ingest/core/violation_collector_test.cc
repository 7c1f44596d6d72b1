#include "services/ingest/core/violation_collector.h"

#include "gtest/gtest.h"
#include "services/ingest/core/limits.h"

namespace serieslink::ingest {
namespace {

TEST(ViolationCollectorTest, NamesTheFieldWhereTheWalkIs) {
  ViolationCollector collector;
  collector.Add("message", type::v1::ERROR_REASON_FIELD_MISSING, "must be given");
  {
    const auto feed = collector.Enter("force");
    {
      const auto gun = collector.Enter("guns", 0);
      const auto serial = collector.Enter("serials", 1);
      collector.Add("text", type::v1::ERROR_REASON_FIELD_TOO_LONG, "is too long");
    }
    collector.Add("other_references", 12, type::v1::ERROR_REASON_FIELD_INVALID, "is none");
  }
  const std::vector<v1::FieldViolation> violations = collector.Take();
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field(), "message");
  EXPECT_EQ(violations[1].field(), "force.guns[0].serials[1].text");
  EXPECT_EQ(violations[1].reason(), type::v1::ERROR_REASON_FIELD_TOO_LONG);
  EXPECT_EQ(violations[1].description(), "is too long");
  EXPECT_EQ(violations[2].field(), "force.other_references[12]");
  EXPECT_TRUE(collector.empty());
}

TEST(ViolationCollectorTest, KeepsNoMoreThanTheLimit) {
  ViolationCollector collector;
  for (std::size_t i = 0; i < kMaxViolations + 10; ++i) {
    collector.Add("field", static_cast<int>(i), type::v1::ERROR_REASON_FIELD_INVALID, "is wrong");
  }
  EXPECT_EQ(collector.Take().size(), kMaxViolations);
}

}  // namespace
}  // namespace serieslink::ingest

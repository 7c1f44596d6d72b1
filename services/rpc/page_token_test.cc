#include "services/rpc/page_token.h"

#include <gtest/gtest.h>

#include "services/rpc/error.h"

namespace serieslink::rpc {
namespace {

PageTokenSealer Sealer(std::uint8_t first_byte) {
  std::array<std::uint8_t, PageTokenSealer::kKeyBytes> key{};
  key[0] = first_byte;
  return PageTokenSealer(key);
}

TEST(PageTokenTest, OpensWhatItSealed) {
  const PageTokenSealer sealer = Sealer(1);
  for (const std::string& content : {std::string(), std::string("position\0 12", 12)}) {
    const auto token = sealer.Seal(content, "ListSeries|mps|");
    ASSERT_TRUE(token.ok());
    EXPECT_EQ(sealer.Open(*token, "ListSeries|mps|").value(), content);
  }
}

TEST(PageTokenTest, HidesItsContentAndIsNeverTheSameTwice) {
  const PageTokenSealer sealer = Sealer(1);
  const std::string first = sealer.Seal("position 12", "b").value();
  EXPECT_NE(first, sealer.Seal("position 12", "b").value());
  EXPECT_EQ(first.find("position"), std::string::npos);
}

TEST(PageTokenTest, RefusesAnotherBindingKeyOrAnyChange) {
  const PageTokenSealer sealer = Sealer(1);
  const std::string token = sealer.Seal("position 12", "ListSeries|mps|").value();
  EXPECT_FALSE(sealer.Open(token, "ListSeries|nabis|").ok());
  EXPECT_FALSE(Sealer(2).Open(token, "ListSeries|mps|").ok());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto opened = sealer.Open(changed, "ListSeries|mps|");
    // The last character of base64 holds unused bits: a change there may decode to the same bytes.
    if (i + 1 < token.size()) {
      EXPECT_FALSE(opened.ok()) << i;
    }
  }
  for (const char* bad : {"", "x", "not base64 !", "AAAA"}) {
    EXPECT_EQ(ReasonOf(sealer.Open(bad, "b").status()), type::v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  }
}

}  // namespace
}  // namespace serieslink::rpc

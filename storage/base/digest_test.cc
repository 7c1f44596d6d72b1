#include "storage/base/digest.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace serieslink::base {
namespace {

std::string Hex(const Sha256Digest& digest) {
  return absl::BytesToHexString(absl::string_view(AsBytes(digest).data(), digest.size()));
}

// FIPS 180-4 examples.
TEST(DigestTest, Sha256Vectors) {
  EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(Sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc"));
}

// RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
TEST(DigestTest, HmacVectors) {
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\x0b'))("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const HmacSha256 jefe("Jefe");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Hex(jefe("what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
  EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'))(
                "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// The published sanity vectors of xxHash64 with seed 0, and every tail length.
TEST(DigestTest, StableHashVectors) {
  EXPECT_EQ(StableHash64(""), 0xEF46DB3751D8E999u);
  EXPECT_EQ(StableHash64("a"), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(StableHash64("abc"), 0x44BC2CF5AD770999u);
  EXPECT_EQ(StableHash64("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1u);
}

}  // namespace
}  // namespace serieslink::base

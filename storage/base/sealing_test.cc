#include "storage/base/sealing.h"

#include "gtest/gtest.h"

namespace serieslink::base {
namespace {

const std::string kKey(SealingKey::kKeyBytes, 'k');

TEST(SealingTest, OpensWhatItSealedAndHidesIt) {
  const SealingKey key(kKey);
  for (const std::string& content :
       {std::string(), std::string("AB\0 12", 6), std::string(1 << 20, 'x')}) {
    const std::string sealed = *key.Seal(content, "row", *SealingKey::NewSalt());
    EXPECT_EQ(sealed.size(), content.size() + SealingKey::kOverheadBytes);
    EXPECT_EQ(key.Open(sealed, "row").value(), content);
  }
  const std::string sealed = *key.Seal("AB12345", "row", *SealingKey::NewSalt());
  EXPECT_EQ(sealed.find("AB12345"), std::string::npos);
  EXPECT_NE(sealed, *key.Seal("AB12345", "row", *SealingKey::NewSalt()));
}

TEST(SealingTest, RefusesAnotherKeyOrBindingAndAnyChange) {
  const SealingKey key(kKey);
  const std::string sealed = *key.Seal("AB12345", "row", *SealingKey::NewSalt());
  EXPECT_FALSE(key.Open(sealed, "another row").ok());
  EXPECT_FALSE(SealingKey(std::string(32, 'j')).Open(sealed, "row").ok());
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(key.Open(changed, "row").status().code(), absl::StatusCode::kDataLoss) << i;
  }
  EXPECT_FALSE(key.Open("", "row").ok());
  EXPECT_FALSE(key.Open(sealed.substr(0, SealingKey::kOverheadBytes - 1), "row").ok());
  EXPECT_EQ(key.Seal("", "", "too few").status().code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace serieslink::base

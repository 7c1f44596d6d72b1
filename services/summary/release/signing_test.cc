// Goal: what was signed is known, and nothing else passes for it.
#include "services/summary/release/signing.h"

#include <gtest/gtest.h>

#include <string>

namespace serieslink::summary {
namespace {

// Test 1 of RFC 8032, section 7.1: its secret key as PKCS #8 (RFC 8410) and its public key.
constexpr char kPrivate[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr char kPublic[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

TEST(SigningTest, SignsAsRfc8032Says) {
  const auto key = SigningKey::Parse(kPrivate);
  ASSERT_TRUE(key.ok()) << key.status();
  const auto signature = key->Sign("");
  ASSERT_TRUE(signature.ok()) << signature.status();
  ASSERT_EQ(signature->size(), 64U);
  EXPECT_EQ(signature->substr(0, 4), std::string("\xe5\x56\x43\x00", 4));
  EXPECT_TRUE(CheckSignature(kPublic, "", *signature).ok());
}

TEST(SigningTest, NothingElsePassesForWhatWasSigned) {
  const auto key = SigningKey::Parse(kPrivate);
  ASSERT_TRUE(key.ok()) << key.status();
  std::string signature = *key->Sign("figures");
  EXPECT_TRUE(CheckSignature(kPublic, "figures", signature).ok());
  EXPECT_EQ(CheckSignature(kPublic, "Figures", signature).code(),
            absl::StatusCode::kFailedPrecondition);
  signature[10] = static_cast<char>(signature[10] ^ 1);
  EXPECT_FALSE(CheckSignature(kPublic, "figures", signature).ok());
  EXPECT_FALSE(CheckSignature(kPublic, "figures", "").ok());
}

TEST(SigningTest, OtherKeysAreRefused) {
  EXPECT_EQ(SigningKey::Parse("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SigningKey::Parse(kPublic).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckSignature(kPrivate, "", "").code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace serieslink::summary

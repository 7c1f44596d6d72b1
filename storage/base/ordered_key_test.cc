#include "storage/base/ordered_key.h"

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"

namespace serieslink::base {
namespace {

std::string Escaped(std::string_view value) {
  std::string key;
  AppendEscaped(&key, value);
  return key;
}

TEST(OrderedKeyTest, NumbersAreBigEndian) {
  std::string key;
  AppendU8(&key, 0xAB);
  AppendBe16(&key, 0x0102);
  AppendBe32(&key, 0x03040506);
  AppendBe64(&key, 0x0708090A0B0C0D0E);
  EXPECT_EQ(key, "\xAB\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E");
  KeyReader reader(key);
  EXPECT_EQ(*reader.ReadU8(), 0xAB);
  EXPECT_EQ(*reader.ReadBe16(), 0x0102);
  EXPECT_EQ(*reader.ReadBe32(), 0x03040506u);
  EXPECT_EQ(*reader.ReadBe64(), 0x0708090A0B0C0D0Eu);
  EXPECT_TRUE(reader.Finish().ok());
}

TEST(OrderedKeyTest, StringsAreEscapedAndEnded) {
  EXPECT_EQ(Escaped(""), std::string("\x00\x01", 2));
  EXPECT_EQ(Escaped(std::string_view("a\0b", 3)), std::string("a\x00\xFF"
                                                              "b\x00\x01",
                                                              6));
  std::string prefix;
  AppendEscapedPrefix(&prefix, "ab");
  EXPECT_EQ(prefix, "ab");
}

TEST(OrderedKeyTest, MalformedKeysAreDataLoss) {
  EXPECT_EQ(KeyReader("").ReadU8().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(KeyReader("1234567").ReadBe64().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(KeyReader("abc").ReadEscaped().status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(KeyReader(std::string("abc\0", 4)).ReadEscaped().status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(KeyReader(std::string("abc\0\x02", 5)).ReadEscaped().status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(KeyReader("ab").Expect("ac").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(KeyReader("x").Finish().code(), absl::StatusCode::kDataLoss);
}

// Byte order of the keys equals the order of the tuples, and reading gives back what was written.
TEST(OrderedKeyTest, RandomTuplesKeepTheirOrder) {
  using Tuple = std::tuple<std::string, std::uint32_t, std::string, std::uint64_t>;
  std::mt19937_64 random(7);
  const std::string alphabet(
      "\x00\x01\x02\x7F\x80\xFE\xFF"
      "a",
      8);
  auto random_string = [&] {
    std::string value(random() % 5, 'x');
    for (char& c : value) c = alphabet[random() % alphabet.size()];
    return value;
  };
  std::vector<std::pair<Tuple, std::string>> rows;
  for (int i = 0; i < 3000; ++i) {
    Tuple tuple{random_string(), static_cast<std::uint32_t>(random() >> (32 + random() % 32)),
                random_string(), random() >> (random() % 64)};
    std::string key;
    AppendEscaped(&key, std::get<0>(tuple));
    AppendBe32(&key, std::get<1>(tuple));
    AppendEscaped(&key, std::get<2>(tuple));
    AppendBe64(&key, std::get<3>(tuple));
    KeyReader reader(key);
    EXPECT_EQ(*reader.ReadEscaped(), std::get<0>(tuple));
    EXPECT_EQ(*reader.ReadBe32(), std::get<1>(tuple));
    EXPECT_EQ(*reader.ReadEscaped(), std::get<2>(tuple));
    EXPECT_EQ(*reader.ReadBe64(), std::get<3>(tuple));
    EXPECT_TRUE(reader.Finish().ok());
    rows.emplace_back(std::move(tuple), std::move(key));
  }
  // std::string compares its chars as unsigned bytes, as the store does.
  std::sort(rows.begin(), rows.end());
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i - 1].first < rows[i].first, rows[i - 1].second < rows[i].second);
    EXPECT_LE(rows[i - 1].second, rows[i].second);
  }
}

}  // namespace
}  // namespace serieslink::base

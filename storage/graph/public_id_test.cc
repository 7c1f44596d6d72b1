#include "storage/graph/public_id.h"

#include <random>
#include <string>
#include <unordered_set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::graph {
namespace {

using ::testing::HasSubstr;

IdKey TestKey() {
  std::string secret;
  for (int i = 0; i < 32; ++i) secret.push_back(static_cast<char>(i));
  return *IdKey::Create(secret);
}

// Stored ids: these never change.
TEST(PublicIdTest, GoldenVectors) {
  const IdKey key = TestKey();
  const SourceKey source{"mps", "crimint", "01/1234567/26"};
  EXPECT_EQ(FormatPublicId(IdKind::kRecord, key.ForRecord(source)), "RC-HVRT-P26Q-V8Y7K");
  EXPECT_EQ(FormatPublicId(IdKind::kRecord, key.ForRecord(source, 1)), "RC-7MJ3-0879-1K27D");
  EXPECT_EQ(FormatPublicId(IdKind::kExhibit, key.ForExhibit(source, "ABC/1")),
            "EX-Y0WA-1PQ2-VWKA5");
  EXPECT_EQ(FormatPublicId(IdKind::kFinding, key.ForFields({"finding", "a", "b", "c", "d"})),
            "FN-B7PX-R4BR-XJB61");
  EXPECT_EQ(FormatPublicId(IdKind::kSeries, PublicId(0x0123456789ABCDE)), "SL-04HM-ASW9-NF6YV");
}

TEST(PublicIdTest, ExhibitWithoutReferenceHasItsRecordsId) {
  const IdKey key = TestKey();
  const SourceKey source{"nabis", "casebook", "17"};
  EXPECT_EQ(key.ForExhibit(source, ""), key.ForRecord(source));
  EXPECT_EQ(key.ForExhibit(source, "", 2), key.ForRecord(source, 2));
  EXPECT_NE(key.ForExhibit(source, "1"), key.ForRecord(source));
}

TEST(PublicIdTest, FieldsDoNotRunTogether) {
  const IdKey key = TestKey();
  std::unordered_set<std::uint64_t> ids;
  for (const SourceKey& source :
       {SourceKey{"ab", "c", "d"}, SourceKey{"a", "bc", "d"}, SourceKey{"a", "b", "cd"},
        SourceKey{"", "abc", "d"}, SourceKey{"abcd", "", ""}}) {
    for (std::uint32_t attempt : {0, 1, 2}) {
      EXPECT_TRUE(ids.insert(key.ForRecord(source, attempt).value()).second);
      EXPECT_TRUE(ids.insert(key.ForExhibit(source, "x", attempt).value()).second);
    }
  }
}

TEST(PublicIdTest, AnotherSecretGivesOtherIds) {
  const SourceKey source{"mps", "s", "1"};
  EXPECT_NE(TestKey().ForRecord(source), IdKey::Create(std::string(32, 'x'))->ForRecord(source));
  EXPECT_EQ(IdKey::Create("short").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PublicIdTest, ReadsBackWhatItFormats) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const PublicId id((random() >> (random() % 64)) | 1);
    const IdKind kind = static_cast<IdKind>(random() % 6);
    EXPECT_EQ(*ParsePublicId(FormatPublicId(kind, id)), (ParsedId{kind, id}));
  }
  EXPECT_EQ(ParsePublicId(FormatPublicId(IdKind::kSeries, PublicId(PublicId::kMax)))->id.value(),
            PublicId::kMax);
}

TEST(PublicIdTest, ReadsWhatPeopleType) {
  const PublicId id(0x040210042108421);  // has zeros and ones
  const std::string text = FormatPublicId(IdKind::kSeries, id);
  std::string typed;
  for (char c : text) {
    if (c == '-') continue;
    typed.push_back(c == '0' ? 'o' : c == '1' ? (typed.size() % 2 ? 'i' : 'l') : c + 0);
    typed.push_back(' ');
  }
  typed[0] = 's';
  EXPECT_EQ(*ParsePublicId(typed), (ParsedId{IdKind::kSeries, id})) << typed;
}

TEST(PublicIdTest, FindsEveryWrongCharacterAndEveryExchange) {
  const std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::mt19937_64 random(2);
  for (int round = 0; round < 20; ++round) {
    std::string text = FormatPublicId(IdKind::kSeries, PublicId(random() & PublicId::kMax));
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] == '-') continue;
      for (char c : alphabet) {
        std::string wrong = text;
        wrong[i] = c;
        EXPECT_EQ(ParsePublicId(wrong).ok(), wrong == text);
      }
      for (std::size_t j = i + 1; j < text.size(); ++j) {
        std::string exchanged = text;
        std::swap(exchanged[i], exchanged[j]);
        if (text[j] == '-' || exchanged == text) continue;
        EXPECT_FALSE(ParsePublicId(exchanged).ok());
      }
    }
  }
}

TEST(PublicIdTest, ErrorsSayWhatIsWrong) {
  EXPECT_THAT(ParsePublicId("").status().message(), HasSubstr("begins with"));
  EXPECT_THAT(ParsePublicId("XX-0000-0000-0000").status().message(), HasSubstr("begins with"));
  EXPECT_THAT(ParsePublicId("SL-7K2M").status().message(), HasSubstr("not 4"));
  EXPECT_THAT(ParsePublicId("SL-UUUU-UUUU-UUUUU").status().message(), HasSubstr("character 1 "));
  EXPECT_THAT(ParsePublicId("SL-0000-0000-00001").status().message(), HasSubstr("last character"));
  EXPECT_THAT(ParsePublicId("SL-0000-0000-00000").status().message(), HasSubstr("zeros"));
}

}  // namespace
}  // namespace serieslink::graph

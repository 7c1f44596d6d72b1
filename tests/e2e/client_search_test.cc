// Goal: every option of "serieslink firearm search" reaches the server. Each record differs from
// the first in one thing, so that an option which asks for that of the first finds all but one.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/client_case.h"

namespace serieslink {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Gun {
  std::string serial_letters = "AA";
  std::string make = "Glock";
  std::string model = "17";
  std::string calibre = "9x19";
  std::string type = "PISTOL";
  std::string record_type = "INCIDENT";
  std::string borough = "E08000012";
};

class ClientSearchTest : public ClientCase {
 protected:
  ClientSearchTest() {
    Push(client_, {{1, {}},
                   {2, {.serial_letters = "BB"}},
                   {3, {.make = "Beretta"}},
                   {4, {.model = "19"}},
                   {5, {.calibre = ".45 ACP"}},
                   {6, {.record_type = "LOSS"}},
                   {7, {.type = "REVOLVER"}},
                   {9, {.borough = "E09000014"}}});
    Push(btp_, {{8, {}}});
  }

  // Records of one gun each, by the last digit of the day in January 2025 on which they
  // happened.
  void Push(const ClientProgram& client, const std::vector<std::pair<int, Gun>>& guns) {
    std::string lines;
    for (const auto& [day, gun] : guns) {
      absl::StrAppend(
          &lines, "{\"system\":\"NICHE\",\"record_id\":\"", day, "\",\"version\":1,",
          "\"record_type\":\"", gun.record_type,
          gun.record_type == "LOSS" ? "\",\"loss_kind\":\"LOST" : "", "\",\"occurred\":\"2025-01-",
          10 + day, "\",\"place\":{\"borough_code\":\"", gun.borough,
          "\"},\"marking\":{\"visibility\":\"OPEN\"},\"guns\":[{\"reference\":\"G1\",\"make\":\"",
          gun.make, "\",\"model\":\"", gun.model, "\",\"calibre\":\"", gun.calibre,
          "\",\"apparent_types\":[\"", gun.type, "\"],\"serials\":[{\"text\":\"",
          gun.serial_letters, 10000 + day, "\",\"part\":\"FRAME\"}]}]}\n");
    }
    client.Write("guns.jsonl", lines);
    const auto pushed =
        client.Run({"push", "--wait", "--feed", "force", client.Path("guns.jsonl")});
    ASSERT_EQ(pushed.exit_code, 0) << pushed.out << pushed.err;
  }

  google::protobuf::Struct Answer(std::vector<std::string> options) const {
    options.insert(options.begin(), {"firearm", "search"});
    const auto result = Json(std::move(options));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    google::protobuf::Struct answer;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(result.out, &answer).ok())
        << result.out;
    return answer;
  }

  // What is found by that digit, ascending.
  std::vector<int> Found(std::vector<std::string> options) const {
    const google::protobuf::Struct answer = Answer(std::move(options));
    std::vector<int> days;
    for (const auto& exhibit : answer.fields().at("exhibits").list_value().values()) {
      const auto& occurred = exhibit.struct_value().fields().at("occurred").struct_value();
      days.push_back(occurred.fields().at("text").string_value().back() - '0');
    }
    std::sort(days.begin(), days.end());
    return days;
  }

  const ClientProgram btp_{SERIESLINK_CLIENT, server_.address(), "btp"};
};

TEST_F(ClientSearchTest, EveryOptionSaysWhatItDoes) {
  EXPECT_THAT(Found({}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--serial", "aa-1*"}), ElementsAre(1, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--make", "GLOCK"}), ElementsAre(1, 2, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--model", "17"}), ElementsAre(1, 2, 3, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--calibre", "9 mm Luger"}), ElementsAre(1, 2, 3, 4, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--kind", "gun"}), ElementsAre(1, 2, 3, 4, 5, 7, 8, 9));
  EXPECT_THAT(Found({"--kind", "described-gun"}), ElementsAre(6));
  EXPECT_THAT(Found({"--kind", "gun", "--kind", "described-gun"}),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--type", "pistol"}), ElementsAre(1, 2, 3, 4, 5, 6, 8, 9));
  EXPECT_THAT(Found({"--type", "pistol", "--type", "revolver"}),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--type-word", "SLP"}), ElementsAre(1, 2, 3, 4, 5, 6, 8, 9));
  EXPECT_THAT(Found({"--type-word", "handgun"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--type-word", "espingarda"}), IsEmpty());
  EXPECT_THAT(Found({"--agency", "mers"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 9));
  EXPECT_THAT(Found({"--area", "E08000012"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(Found({"--from", "2025-01-12"}), ElementsAre(2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--to", "2025-01-18"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(Found({"--to", "9999-12-31"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--before", "2025-01-18"}), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(Found({"--make", "Glock", "--model", "17", "--type", "pistol", "--from", "2025-01-15",
                     "--agency", "mers", "--area", "E08000012"}),
              ElementsAre(5, 6));

  EXPECT_THAT(Found({"--limit", "3"}), testing::SizeIs(3));
  EXPECT_THAT(Found({"--page-size", "2"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--page-size", "2", "--all"}), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(Found({"--as-at", "2020-01-01"}), IsEmpty()) << "nothing was known then";

  const auto revision =
      static_cast<std::int64_t>(Answer({}).fields().at("revision").number_value());
  Push(client_, {{0, {.serial_letters = "CC"}}});
  EXPECT_THAT(Found({"--after-revision", absl::StrCat(revision)}), ElementsAre(0));
  EXPECT_THAT(Found({"--min-revision", absl::StrCat(revision + 1), "--serial", "CC*"}),
              ElementsAre(0));
}

TEST_F(ClientSearchTest, WhatIsMistypedIsNamed) {
  const auto type = client_.Run({"firearm", "search", "--type", "pistols"});
  EXPECT_EQ(type.exit_code, 1);
  EXPECT_THAT(type.err, HasSubstr("shotgun-sawn-off")) << "all types there are";
  const auto word = client_.Run({"firearm", "search", "--type-word", "raygun"});
  EXPECT_NE(word.exit_code, 0);
  EXPECT_THAT(word.err, HasSubstr("no such word for a type"));
  const auto day = client_.Run({"firearm", "search", "--to", "18/01/2025"});
  EXPECT_EQ(day.exit_code, 1);
  EXPECT_THAT(day.err, HasSubstr("--to: give a day, YYYY-MM-DD"));
  // What nothing bears may be mistyped.
  const auto nothing =
      client_.Run({"firearm", "search", "--agency", "mersey", "--calibre", "9x91"});
  EXPECT_EQ(nothing.exit_code, 0);
  EXPECT_THAT(nothing.err, HasSubstr("nothing was found of this agency"));
  EXPECT_THAT(nothing.err, HasSubstr("nothing was found of this calibre"));
  const auto found = client_.Run({"firearm", "search", "--agency", "mers"});
  EXPECT_THAT(found.err, testing::Not(HasSubstr("note:")));
}

}  // namespace
}  // namespace serieslink

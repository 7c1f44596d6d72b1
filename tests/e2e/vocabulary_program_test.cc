// Goal: a vocabulary is a file that needs no other program. What it changes is derived anew, all of
// it, and its mistakes are named before anything is served.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/vocabulary.h"
#include "tests/support/child_process.h"
#include "tests/support/program_pair.h"

namespace serieslink {
namespace {

using ::testing::HasSubstr;

feed::v1::FeedMessage Gun(const std::string& id, const std::string& make,
                          const std::string& number = "KRB417226") {
  feed::v1::FeedMessage message;
  feed::v1::ForceRecord& record = *message.mutable_force();
  record.set_system("NICHE");
  record.set_record_id(id);
  record.set_version(1);
  record.set_record_type("INCIDENT");
  record.set_occurred("2024-05-01");
  record.mutable_marking()->set_visibility("OPEN");
  feed::v1::GunEntry& gun = *record.add_guns();
  gun.set_reference("G1");
  gun.set_make(make);
  gun.set_calibre("9x19");
  feed::v1::SerialEntry& serial = *gun.add_serials();
  serial.set_text(number);
  serial.set_part("FRAME");
  serial.set_legibility("CLEAR");
  return message;
}

std::string Text() { return std::string(linkage::DefaultVocabularyText()); }

class VocabularyProgramTest : public testing::Test {
 protected:
  // Guns in series once `revision` is derived.
  int InSeriesAt(std::int64_t revision) const {
    series::v1::ListSeriesRequest request;
    request.mutable_view()->set_min_revision(revision);
    const auto reply = server_.As("mers").ListAllSeries(request);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    int exhibits = 0;
    for (const series::v1::Series& one : reply->series()) exhibits += one.exhibit_count();
    return exhibits;
  }
  std::int64_t Send(const std::vector<feed::v1::FeedMessage>& messages) const {
    const auto reply = server_.As("mers").Submit(messages);
    EXPECT_TRUE(reply.ok()) << reply.status.error_message();
    return reply->acknowledgements(reply->acknowledgements_size() - 1).revision();
  }

  ServerProgram server_{SERIESLINK_SERVER};
  ClientProgram client_{SERIESLINK_CLIENT, server_.address(), "mers"};
};

TEST_F(VocabularyProgramTest, WhatItChangesIsDerivedAnew) {
  const std::int64_t revision =
      Send({Gun("1", "Waffenwerk Sued"), Gun("2", "WWS Waffen"), Gun("3", "Wildeck")});
  EXPECT_EQ(InSeriesAt(revision), 0) << "three makes that no list has";

  const std::string known = absl::StrReplaceAll(
      Text(),
      {{"{ name: \"CARAMURU\" }", "{ name: \"WAFFENWERK SUED\" aliases: [\"WWS Waffen GmbH\"] }"}});
  ASSERT_NE(known, Text());
  server_.Stop();
  server_.SetVocabulary(known);
  server_.Start();
  EXPECT_EQ(InSeriesAt(revision), 2) << "what was there before counts as what comes now";
  const std::int64_t later = Send({Gun("4", "W.W.S. Waffen")});
  EXPECT_EQ(InSeriesAt(later), 3);

  server_.Stop();
  server_.SetVocabulary(absl::StrCat("# The same in other words.\n", Text()));
  server_.Start();
  EXPECT_EQ(InSeriesAt(later), 2) << "of one spelling, and nothing is left of the other vocabulary";
}

TEST_F(VocabularyProgramTest, SerialNumbersAreReadByItsWordsAndForms) {
  const std::int64_t revision = Send({Gun("1", "Glock", "K7R2M9T4"), Gun("2", "Glock", "K7R2M9T4"),
                                      Gun("3", "Glock", "K7R2M9T5")});
  EXPECT_EQ(InSeriesAt(revision), 0) << "in no maker's form";

  const std::string known =
      absl::StrReplaceAll(Text(), {{"forms: [\"9{4,11}\"]", "forms: [\"9{4,11}\", \"a9a9a9a9\"]"}});
  ASSERT_NE(known, Text());
  server_.Stop();
  server_.SetVocabulary(known);
  server_.Start();
  EXPECT_EQ(InSeriesAt(revision), 2);
}

TEST_F(VocabularyProgramTest, ItsMistakesAreNamedBeforeAnythingIsServed) {
  client_.Write("bad.textproto",
                absl::StrCat("version: \"Mine\"\n", "makes {\n", "  makes { name: \"Glock\" }\n",
                             "}\n", "calibers { }\n"));
  client_.Write("good.textproto", Text());
  const auto bad = client_.Run({"vocabulary", "check", client_.Path("bad.textproto")});
  EXPECT_EQ(bad.exit_code, 1);
  for (const char* fault : {"bad.textproto", "line 1: version must be", "line 2: the list's source",
                            "line 3: the name \"Glock\"", "line 5: ", "calibres are missing"}) {
    EXPECT_THAT(bad.err, HasSubstr(fault));
  }
  const auto good = client_.Run({"vocabulary", "check", client_.Path("good.textproto")});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr("vocabulary built-in-2 can be used"));
  EXPECT_EQ(client_.Run({"vocabulary", "show"}).out, Text());

  const std::string minimal =
      "listen_address: \"127.0.0.1:0\" trust_domain: \"t.example\" data_directory: \"none\" "
      "tls { certificate: \"a\" private_key: \"b\" client_ca: \"c\" } vocabulary_file: ";
  const auto check = [&](const std::string& file) {
    client_.Write("server.textproto", absl::StrCat(minimal, "\"", client_.Path(file), "\"\n"));
    const std::string log = client_.Path("log");
    auto child = ChildProcess::Start(
        {SERIESLINK_SERVER, "--check", "--config", client_.Path("server.textproto")}, {}, log);
    EXPECT_TRUE(child.ok()) << child.status();
    const int exit_code = (*child)->Wait();
    return std::pair(exit_code, client_.Read("log"));
  };
  EXPECT_EQ(check("good.textproto").first, 0);
  const auto [exit_code, log] = check("bad.textproto");
  EXPECT_EQ(exit_code, 2);
  EXPECT_THAT(log, HasSubstr("vocabulary_file: vocabulary: line "));
  EXPECT_THAT(log, HasSubstr("line 1: version must be"));
  EXPECT_THAT(log, HasSubstr("line 3: the name \"Glock\""));
  EXPECT_THAT(check("absent.textproto").second, HasSubstr("cannot read the vocabulary"));
}

}  // namespace
}  // namespace serieslink

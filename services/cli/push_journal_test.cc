#include "services/cli/push_journal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>

#include "storage/base/digest.h"
#include "tests/support/temporary_directory.h"

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

PushHeader Header() {
  PushHeader header;
  header.push_id = "PU-0000-0000-0001";
  header.started = "2026-01-31T10:00:00+00:00";
  header.server = "localhost:1";
  header.agency = "kent";
  header.feed = "force";
  header.mapping_file = "/m \"x\".toml";
  header.files = {{"/a.jsonl", 9007199254740993, 1769853600123456789}, {"/b.jsonl", 2, 3}};
  return header;
}

// A batch of one message for each outcome, from lines of file `file_number` that end at `line`.
void Answer(PushJournal& journal, int file_number, std::int64_t line,
            const std::vector<ingest::v1::Outcome>& outcomes) {
  OutgoingBatch batch;
  ingest::v1::BatchResult result;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto at = line + 1 - static_cast<std::int64_t>(outcomes.size() - i);
    batch.origins.push_back({"", file_number, at, ""});
    batch.request.mutable_batch()->add_messages()->mutable_force()->set_record_id(
        std::to_string(at));
    auto& acknowledgement = *result.add_acknowledgements();
    acknowledgement.set_outcome(outcomes[i]);
    acknowledgement.set_record_id("RC-" + std::to_string(at));
  }
  journal.Answered(batch, result);
}

TEST(PushJournalTest, SaysWhatWasAcknowledgedAndWhatChanged) {
  const TemporaryDirectory directory;
  std::string path;
  {
    const auto journal = PushJournal::Create(directory.path() + "/new/pushes", Header()).value();
    path = journal->path();
    Answer(*journal, 0, 3,
           {ingest::v1::OUTCOME_CREATED, ingest::v1::OUTCOME_UNCHANGED,
            ingest::v1::OUTCOME_SUPERSEDED});
    Answer(*journal, 1, 9, {ingest::v1::OUTCOME_REJECTED});
    EXPECT_TRUE(journal->ok());
  }
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::vector<PushedVersion> versions;
  const auto history = ReadPushJournal(
      path, [&](PushedVersion&& version) { versions.push_back(std::move(version)); });
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(versions.size(), 2u);
  EXPECT_EQ(versions[0].record_id, "RC-1");
  EXPECT_TRUE(versions[0].is_created);
  EXPECT_EQ(versions[1].record_id, "RC-3");
  EXPECT_FALSE(versions[1].is_created);
  feed::v1::FeedMessage third;
  third.mutable_force()->set_record_id("3");
  EXPECT_EQ(versions[1].message_digest, base::AsBytes(base::Sha256(third.SerializeAsString())));
  EXPECT_EQ(history->header.push_id, "PU-0000-0000-0001");
  EXPECT_EQ(history->header.mapping_file, "/m \"x\".toml");
  ASSERT_EQ(history->header.files.size(), 2u);
  EXPECT_EQ(history->header.files[0].bytes, 9007199254740993);
  EXPECT_EQ(history->header.files[0].modified_ns, 1769853600123456789);
  EXPECT_EQ(history->file, 1);
  EXPECT_EQ(history->line, 9);
  EXPECT_EQ(history->created, 1);
  EXPECT_EQ(history->superseded, 1);
  EXPECT_FALSE(history->is_finished);
}

TEST(PushJournalTest, GoesOnBehindAnEntryThatWasCutShort) {
  const TemporaryDirectory directory;
  std::string path;
  {
    const auto journal = PushJournal::Create(directory.path(), Header()).value();
    path = journal->path();
    Answer(*journal, 0, 3, {ingest::v1::OUTCOME_CREATED});
  }
  std::ofstream(path, std::ios::app | std::ios::binary) << "C RC-4 00";
  EXPECT_EQ(ReadPushJournal(path)->line, 3);
  {
    const auto journal = PushJournal::Append(path).value();
    Answer(*journal, 0, 5, {ingest::v1::OUTCOME_CREATED});
    journal->Finished();
    EXPECT_FALSE(ReadPushJournal(path)->is_undo_begun);
    journal->Undone(2);
  }
  const auto history = ReadPushJournal(path);
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->line, 5);
  EXPECT_EQ(history->created, 2);
  EXPECT_TRUE(history->is_finished);
  EXPECT_TRUE(history->is_undo_begun);
  EXPECT_FALSE(history->is_undone);
  PushJournal::Append(path).value()->NothingUndone();
  EXPECT_FALSE(ReadPushJournal(path)->is_undo_begun);
  PushJournal::Append(path).value()->UndoFinished();
  EXPECT_TRUE(ReadPushJournal(path)->is_undone);
}

TEST(PushJournalTest, KeepsWhatIsUnderWayUntilItsAnswerIsNoted) {
  const TemporaryDirectory directory;
  const auto journal = PushJournal::Create(directory.path(), Header()).value();
  const UnansweredBatches unanswered(journal->path());
  journal->Begun(1'769'853'600'123'456);
  std::vector<OutgoingBatch> batches(3);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    ingest::v1::Batch& batch = *batches[i].request.mutable_batch();
    batch.set_batch_id(9 + i);  // 10 comes behind 9
    batch.add_messages()->mutable_force()->set_record_id(std::to_string(i));
    batches[i].origins.push_back({"", 0, static_cast<std::int64_t>(i), ""});
    journal->Sending(batches[i]);
  }
  ingest::v1::BatchResult result;
  result.add_acknowledgements()->set_outcome(ingest::v1::OUTCOME_UNCHANGED);
  result.mutable_acknowledgements(0)->set_record_id("RC-0");
  journal->Answered(batches[0], result);
  // One that was sent before may have been brought by its first sending.
  batches[1].was_sent_before = true;
  result.mutable_acknowledgements(0)->set_record_id("RC-1");
  journal->Answered(batches[1], result);
  ASSERT_EQ(unanswered.Read().size(), 1u);
  EXPECT_EQ(unanswered.Read()[0].batch_id(), 11u);
  std::vector<PushedVersion> versions;
  const auto history = ReadPushJournal(
      journal->path(), [&](PushedVersion&& version) { versions.push_back(std::move(version)); });
  EXPECT_EQ(history->begun_us, 1'769'853'600'123'456);
  ASSERT_EQ(versions.size(), 1u);
  EXPECT_EQ(versions[0].record_id, "RC-1");
  EXPECT_FALSE(versions[0].is_certain);
  // A batch whose file was cut short was never sent.
  std::ofstream(UnansweredBatches::FolderOf(journal->path()) + "/12") << "\x0a\x20\x08";
  EXPECT_EQ(unanswered.Read().size(), 1u);
  journal->Finished();
  EXPECT_NE(access(UnansweredBatches::FolderOf(journal->path()).c_str(), F_OK), 0);
  EXPECT_TRUE(journal->ok());
}

TEST(PushJournalTest, AConnectionIsThatOfThePushOrNot) {
  const PushHeader header = Header();
  ConnectionSettings settings;
  settings.server = "localhost:1";
  settings.certificate_file = "kent.pem";
  EXPECT_TRUE(CheckIsConnectionOf(header, settings, "kent", false).ok());
  EXPECT_THAT(std::string(CheckIsConnectionOf(header, settings, "mers", true).message()),
              HasSubstr("one of the agency kent"));
  settings.server = "localhost:2";
  EXPECT_THAT(std::string(CheckIsConnectionOf(header, settings, "kent", false).message()),
              HasSubstr("--server localhost:1"));
  EXPECT_TRUE(CheckIsConnectionOf(header, settings, "kent", true).ok());
}

TEST(PushJournalTest, WhatIsNoJournalIsRefused) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/x";
  EXPECT_THAT(std::string(ReadPushJournal(path).status().message()), HasSubstr("push list"));
  std::ofstream(path) << "{}\n";
  EXPECT_FALSE(ReadPushJournal(path).ok());
  EXPECT_FALSE(PushJournal::Append(directory.path() + "/none").ok());
  EXPECT_FALSE(PushJournal::Create("/dev/null/none", Header()).ok());
}

TEST(PushJournalTest, LiesWhereTheEnvironmentSays) {
  std::map<std::string, std::string> set;
  const Environment environment = [&](const char* name) {
    const auto found = set.find(name);
    return found == set.end() ? nullptr : found->second.c_str();
  };
  EXPECT_EQ(PushJournalDirectory(environment), "");
  set["HOME"] = "/h";
  EXPECT_EQ(PushJournalDirectory(environment), "/h/.local/state/serieslink/pushes");
  set["XDG_STATE_HOME"] = "/s";
  EXPECT_EQ(PushJournalDirectory(environment), "/s/serieslink/pushes");
  set["SERIESLINK_STATE"] = "/own";
  EXPECT_EQ(PushJournalDirectory(environment), "/own/pushes");
}

TEST(PushJournalTest, OldOnesAreRemovedAndNothingElse) {
  const TemporaryDirectory directory;
  PushHeader old = Header();
  old.push_id = "PU-0000-0000-0000";
  const std::string path = PushJournal::Create(directory.path(), old).value()->path();
  const std::string other = directory.path() + "/notes";
  std::ofstream(other) << "mine";
  for (const std::string& aged : {path, other}) {
    const timespec times[] = {{1'000'000, 0}, {1'000'000, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, aged.c_str(), times, 0), 0);
  }
  const std::string young = PushJournal::Create(directory.path(), Header()).value()->path();
  RemoveOldJournals(directory.path(), absl::FromUnixSeconds(1'000'001));
  EXPECT_NE(access(path.c_str(), F_OK), 0);
  EXPECT_EQ(access(other.c_str(), F_OK), 0);
  EXPECT_EQ(access(young.c_str(), F_OK), 0);
  RemoveOldJournals(directory.path() + "/none", absl::FromUnixSeconds(1));
}

TEST(PushJournalTest, IdsDiffer) {
  const std::string id = NewPushId().value();
  EXPECT_THAT(id, MatchesRegex("PU-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"));
  EXPECT_NE(id, NewPushId().value());
}

}  // namespace
}  // namespace serieslink::cli

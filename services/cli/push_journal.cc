#include "services/cli/push_journal.h"

#include <fcntl.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/cli/wording.h"
#include "storage/base/digest.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

namespace fs = std::filesystem;
using ::google::protobuf::Struct;

absl::Status CannotWrite(const std::string& path) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot write the journal ", path, ": ", std::strerror(errno),
                   "; set SERIESLINK_STATE to a folder that you may write, or give --no-journal"));
}

std::string HeaderLine(const PushHeader& header) {
  std::string line = absl::StrCat(
      "{\"push\":", JsonString(header.push_id), ",\"started\":", JsonString(header.started),
      ",\"server\":", JsonString(header.server), ",\"agency\":", JsonString(header.agency),
      ",\"feed\":", JsonString(header.feed), ",\"mapping\":", JsonString(header.mapping_file),
      header.exchange.empty() ? "" : absl::StrCat(",\"exchange\":", JsonString(header.exchange)),
      ",\"rejects\":", JsonString(header.rejects_file),
      header.last_row_complete ? ",\"last_row_complete\":\"yes\"" : "", ",\"files\":[");
  for (std::size_t i = 0; i < header.files.size(); ++i) {
    const PushHeader::File& file = header.files[i];
    // Numbers as texts: those of JSON are exact up to 2^53 only.
    absl::StrAppend(&line, i > 0 ? "," : "", "{\"path\":", JsonString(file.path), ",\"bytes\":\"",
                    file.bytes, "\",\"modified_ns\":\"", file.modified_ns, "\"}");
  }
  return line + "]}\n";
}

std::string VersionLine(const char* kind, const std::string& record_id,
                        const feed::v1::FeedMessage& message) {
  const base::Sha256Digest digest = base::Sha256(message.SerializeAsString());
  return absl::StrCat(kind, record_id, " ", absl::BytesToHexString(AbslView(base::AsBytes(digest))),
                      "\n");
}

std::string TextIn(const Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? "" : found->second.string_value();
}

bool ParseHeader(const std::string& line, PushHeader& header) {
  Struct object;
  if (!google::protobuf::util::JsonStringToMessage(line, &object).ok()) return false;
  header.push_id = TextIn(object, "push");
  header.started = TextIn(object, "started");
  header.server = TextIn(object, "server");
  header.agency = TextIn(object, "agency");
  header.feed = TextIn(object, "feed");
  header.mapping_file = TextIn(object, "mapping");
  header.exchange = TextIn(object, "exchange");
  header.rejects_file = TextIn(object, "rejects");
  header.last_row_complete = !TextIn(object, "last_row_complete").empty();
  const auto files = object.fields().find("files");
  if (files == object.fields().end()) return false;
  for (const auto& value : files->second.list_value().values()) {
    PushHeader::File& file = header.files.emplace_back();
    file.path = TextIn(value.struct_value(), "path");
    if (!absl::SimpleAtoi(TextIn(value.struct_value(), "bytes"), &file.bytes) ||
        !absl::SimpleAtoi(TextIn(value.struct_value(), "modified_ns"), &file.modified_ns)) {
      return false;
    }
  }
  return !header.push_id.empty() && !header.agency.empty();
}

// One line behind the first; false when no push writes such a line.
bool ParseEntry(const std::string& line, PushHistory& history,
                const std::function<void(PushedVersion&&)>& on_version) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  const std::string& kind = words[0];
  if ((kind == "C" || kind == "S" || kind == "T") && words.size() == 3 &&
      words[2].size() == 2 * base::kSha256Bytes) {
    if (kind == "C") ++history.created;
    if (kind == "S") ++history.superseded;
    if (on_version) {
      on_version({.record_id = words[1],
                  .message_digest = absl::HexStringToBytes(words[2]),
                  .is_created = kind == "C",
                  .is_certain = kind != "T"});
    }
    return true;
  }
  if (kind == "A" && words.size() == 3) {
    return absl::SimpleAtoi(words[1], &history.file) && absl::SimpleAtoi(words[2], &history.line);
  }
  if (kind == "B" && words.size() == 2) return absl::SimpleAtoi(words[1], &history.begun_us);
  if (kind == "U" && words.size() == 2) return history.is_undo_begun = true;
  if (line == "E") return history.is_finished = true;
  if (line == "X") return history.is_undone = true;
  if (line == "N") {
    history.is_undo_begun = false;
    return true;
  }
  return false;
}

}  // namespace

std::string PushJournalDirectory(const Environment& environment) {
  const auto value = [&](const char* name) {
    const char* set = environment(name);
    return std::string(set == nullptr ? "" : set);
  };
  if (const std::string own = value("SERIESLINK_STATE"); !own.empty()) return own + "/pushes";
  if (const std::string state = value("XDG_STATE_HOME"); !state.empty()) {
    return state + "/serieslink/pushes";
  }
  if (const std::string home = value("HOME"); !home.empty()) {
    return home + "/.local/state/serieslink/pushes";
  }
  return "";
}

absl::StatusOr<std::string> NewPushId() {
  constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  unsigned char random[12];
  if (RAND_bytes(random, sizeof(random)) != 1) {
    return absl::InternalError("the system has no random bytes");
  }
  std::string id = "PU";
  for (std::size_t i = 0; i < sizeof(random); ++i) {
    if (i % 4 == 0) id.push_back('-');
    id.push_back(kAlphabet[random[i] & 31]);
  }
  return id;
}

void RemoveOldJournals(const std::string& directory, absl::Time before) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, error)) {
    struct stat status {};
    const bool is_journal = entry.path().filename().string().rfind("PU-", 0) == 0 &&
                            stat(entry.path().c_str(), &status) == 0;
    if (is_journal && absl::TimeFromTimespec(status.st_mtim) < before) {
      fs::remove_all(entry.path(), error);
    }
  }
}

absl::StatusOr<PushHistory> ReadPushJournal(
    const std::string& path, const std::function<void(PushedVersion&&)>& on_version) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  PushHistory history;
  const auto is_whole = [&] { return static_cast<bool>(std::getline(in, line)) && !in.eof(); };
  if (!in || !is_whole() || !ParseHeader(line, history.header)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     " is no journal of a push, or cannot be read; "
                     "'serieslink push list' shows those that there are"));
  }
  while (is_whole()) {
    if (!ParseEntry(line, history, on_version)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " is damaged: it has a line that no push writes"));
    }
  }
  return history;
}

absl::StatusOr<std::unique_ptr<PushJournal>> PushJournal::Create(const std::string& directory,
                                                                 const PushHeader& header) {
  std::error_code error;
  fs::create_directories(directory, error);
  const std::string path = absl::StrCat(directory, "/", header.push_id);
  // Which records were pushed, and from where, is nobody else's business.
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return CannotWrite(path);
  std::unique_ptr<PushJournal> journal(new PushJournal(path, file));
  journal->Write(HeaderLine(header));
  if (!journal->ok()) return CannotWrite(path);
  return journal;
}

absl::StatusOr<std::unique_ptr<PushJournal>> PushJournal::Append(const std::string& path) {
  // An entry that was cut short goes, so that the next one begins a line.
  std::ifstream in(path, std::ios::binary);
  std::int64_t whole = 0;
  std::string line;
  while (std::getline(in, line) && !in.eof()) whole = in.tellg();
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return CannotWrite(path);
  std::unique_ptr<PushJournal> journal(new PushJournal(path, file));
  if (ftruncate(file, whole) != 0) return CannotWrite(path);
  return journal;
}

PushJournal::~PushJournal() {
  fdatasync(file_);
  close(file_);
}

PushedVersion UncertainVersion(const std::string& record_id, const feed::v1::FeedMessage& message) {
  const base::Sha256Digest digest = base::Sha256(message.SerializeAsString());
  return {.record_id = record_id,
          .message_digest = std::string(base::AsBytes(digest)),
          .is_created = false,
          .is_certain = false};
}

absl::Status CheckIsConnectionOf(const PushHeader& header, const ConnectionSettings& settings,
                                 const std::string& agency, bool is_moved) {
  if (agency != header.agency) {
    return absl::InvalidArgumentError(
        absl::StrCat("push ", header.push_id, " is one of the agency ", header.agency, ", and ",
                     settings.certificate_file, " is a certificate of ", agency,
                     ": give --cert and --key, or --config, of ", header.agency));
  }
  if (settings.server == header.server || is_moved) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "push ", header.push_id, " went to ", header.server, ", and this is a connection to ",
      settings.server, ": give --server ", header.server,
      "; where it is the same server under another address, add --server-moved"));
}

void PushJournal::Answered(const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
  std::string text;
  for (int i = 0; i < result.acknowledgements_size(); ++i) {
    const ingest::v1::Acknowledgement& one = result.acknowledgements(i);
    const char* kind = nullptr;
    switch (one.outcome()) {
      case ingest::v1::OUTCOME_CREATED:
        kind = "C ";
        break;
      case ingest::v1::OUTCOME_SUPERSEDED:
        kind = "S ";
        break;
      case ingest::v1::OUTCOME_REJECTED:
        continue;
      default:
        // It may have arrived when it was sent first.
        if (!batch.was_sent_before) continue;
        kind = "T ";
    }
    absl::StrAppend(&text, VersionLine(kind, one.record_id(), batch.request.batch().messages(i)));
  }
  const Origin& last = batch.origins.back();
  absl::StrAppend(&text, "A ", last.file_number, " ", last.line, "\n");
  Write(text);
  unanswered_.Answered(batch.request.batch().batch_id());
}

void PushJournal::MayHaveArrived(const std::string& record_id,
                                 const feed::v1::FeedMessage& message) {
  Write(VersionLine("T ", record_id, message));
}

void PushJournal::Finished() {
  Write("E\n");
  unanswered_.Clear();
}

void PushJournal::Undone(std::int64_t versions) { Write(absl::StrCat("U ", versions, "\n")); }

void PushJournal::Write(const std::string& text) {
  for (std::size_t at = 0; at < text.size() && ok_;) {
    const ssize_t written = write(file_, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    ok_ = written > 0;
    if (ok_) at += static_cast<std::size_t>(written);
  }
}

}  // namespace serieslink::cli

#include "services/server/fsck_command.h"

#include <filesystem>
#include <memory>
#include <ostream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "serieslink/config/v1/server_config.pb.h"
#include "services/fsck/rebuild.h"
#include "services/rpc/process_log.h"
#include "services/server/config.h"
#include "storage/base/status_macros.h"
#include "storage/fsck/fsck.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace serieslink::server {
namespace {

constexpr int kClean = 0;
constexpr int kFound = 1;
constexpr int kCannotRun = 2;
// Findings of one check that are told in words.
constexpr std::size_t kFindingsKept = 100;

// A folder that goes with all it holds.
class ScratchDirectory {
 public:
  // Errors: INVALID_ARGUMENT (something is there already, which might be somebody's).
  static absl::StatusOr<std::unique_ptr<ScratchDirectory>> Claim(const std::string& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the folder for what is derived again is there already; remove it, or name another with "
          "--scratch: ",
          path));
    }
    return std::unique_ptr<ScratchDirectory>(new ScratchDirectory(path));
  }
  ~ScratchDirectory() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }

 private:
  explicit ScratchDirectory(const std::string& path) : path_(path) {}

  const std::string path_;
};

absl::Status Check(const config::v1::ServerConfig& config, const FsckArguments& arguments,
                   fsck::Report& report) {
  storage::RocksDbOptions options;
  options.directory = config.data_directory();
  if (config.limits().block_cache_bytes() > 0) {
    options.block_cache_bytes = config.limits().block_cache_bytes();
  }
  options.on_engine_error = [](const std::string& message) {
    rpc::LogEvent(rpc::LogLevel::kError, "store_error", {{"engine", message}});
  };
  std::filesystem::path directory = config.data_directory();
  if (!directory.has_filename()) directory = directory.parent_path();  // "data/" names "data"
  const std::string scratch_path = arguments.scratch_directory.empty()
                                       ? directory.string() + ".fsck"
                                       : arguments.scratch_directory;
  SL_ASSIGN_OR_RETURN(const auto scratch_directory, ScratchDirectory::Claim(scratch_path));

  report.Begin("open", "store");
  auto store = storage::OpenRocksDbStoreForReading(options);
  if (!store.ok()) return AsFinding(store.status(), report);
  SL_ASSIGN_OR_RETURN(auto snapshot, (*store)->NewSnapshot());
  if (const absl::Status lost = storage::CheckAcknowledged(options.directory, *snapshot);
      absl::IsDataLoss(lost)) {
    report.Add(std::string(lost.message()));
  } else {
    SL_RETURN_IF_ERROR(lost);
  }
  SL_RETURN_IF_ERROR(fsck::CheckStore(*snapshot, report));
  snapshot.reset();

  options.directory = scratch_path;
  SL_ASSIGN_OR_RETURN(const auto scratch, storage::OpenRocksDbStore(options));
  return fsck::CheckRebuild(**store, *scratch, ConfirmationPolicyOf(config), absl::Now, report);
}

void WriteText(const fsck::Report& report, std::ostream& out) {
  for (const fsck::Report::Check& check : report.checks()) {
    for (const std::string& finding : check.kept) {
      out << check.name << " (" << check.subject << "): " << finding << "\n";
    }
    if (check.found > check.kept.size()) {
      out << check.name << " (" << check.subject << "): and " << check.found - check.kept.size()
          << " more\n";
    }
  }
  if (report.found() == 0) {
    out << "nothing is wrong\n";
  } else {
    out << report.found() << " findings\n";
  }
}

void WriteJson(const fsck::Report& report, std::ostream& out) {
  google::protobuf::Struct document;
  (*document.mutable_fields())["found"].set_number_value(static_cast<double>(report.found()));
  auto& checks = *(*document.mutable_fields())["checks"].mutable_list_value();
  for (const fsck::Report::Check& check : report.checks()) {
    auto& fields = *checks.add_values()->mutable_struct_value()->mutable_fields();
    fields["name"].set_string_value(check.name);
    fields["subject"].set_string_value(check.subject);
    fields["looked_at"].set_number_value(static_cast<double>(check.looked_at));
    fields["found"].set_number_value(static_cast<double>(check.found));
    auto& findings = *fields["findings"].mutable_list_value();
    for (const std::string& finding : check.kept) findings.add_values()->set_string_value(finding);
  }
  std::string json;
  if (google::protobuf::util::MessageToJsonString(document, &json).ok()) out << json << "\n";
}

}  // namespace

int RunFsck(const FsckArguments& arguments, std::ostream& out, std::ostream& progress) {
  const auto config = ReadConfig(arguments.config_path);
  if (!config.ok()) {
    progress << "serieslinkd fsck: " << config.status().message() << "\n";
    return kCannotRun;
  }
  const auto vocabulary = ReadVocabulary(*config);
  const absl::Status used = !vocabulary.ok()         ? vocabulary.status()
                            : *vocabulary == nullptr ? absl::OkStatus()
                                                     : linkage::UseVocabulary(*vocabulary);
  if (!used.ok()) {
    progress << "serieslinkd fsck: vocabulary_file: " << used.message() << "\n";
    return kCannotRun;
  }
  rpc::SetLogLevel(rpc::LogLevel::kWarning);
  fsck::Report report(kFindingsKept, [&progress](const fsck::Report::Check& check) {
    progress << "fsck: " << check.name;
    if (check.looked_at > 0) progress << ", " << check.looked_at << " so far";
    progress << std::endl;
  });
  if (const absl::Status status = Check(*config, arguments, report); !status.ok()) {
    progress << "serieslinkd fsck: " << status.message() << "\n";
    return kCannotRun;
  }
  if (arguments.as_json) {
    WriteJson(report, out);
  } else {
    WriteText(report, out);
  }
  if (!out.flush()) {
    progress << "serieslinkd fsck: the result cannot be written\n";
    return kCannotRun;
  }
  return report.found() == 0 ? kClean : kFound;
}

}  // namespace serieslink::server

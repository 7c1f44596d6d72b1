#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "serieslink/ingest/v1/ingest_service.grpc.pb.h"
#include "serieslink/ingest/v1/reject_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/interruption.h"
#include "services/cli/list_pages.h"
#include "services/cli/mended_rejects.h"
#include "services/cli/push_report.h"
#include "services/cli/push_session.h"
#include "services/cli/push_stream.h"
#include "services/cli/reject_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using ingest::v1::Reject;

constexpr int kRejectsMax = 1000;
constexpr int kDeletedACall = 1000;
constexpr std::chrono::seconds kConnectionWait(5);

struct RejectsOptions {
  std::string feed;
  std::string since;
  std::int64_t limit = kListLimit;
  bool all = false;
  std::string reject_id;
  std::vector<std::string> reject_ids;
  std::string file;
  bool writes = false;
  bool yes = false;
  int retry_seconds = 300;
};

// Asks for pages until `take` returns false or there are no more.
grpc::Status ForEachReject(const CommandOptions& common, const Connection& connection,
                           ingest::v1::ListRejectsRequest request,
                           const std::function<bool(Reject&&)>& take,
                           ingest::v1::RejectTotals& totals) {
  const auto stub = ingest::v1::RejectService::NewStub(connection.channel());
  for (;;) {
    ingest::v1::ListRejectsResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->ListRejects(&context, request, &response);
    if (!status.ok()) return status;
    totals = response.totals();
    for (Reject& reject : *response.mutable_rejects()) {
      if (!take(std::move(reject))) return status;
    }
    if (response.next_page_token().empty()) return status;
    request.set_page_token(response.next_page_token());
  }
}

// Deletes in as many calls as it takes; the number that were there.
grpc::Status Delete(const CommandOptions& common, const Connection& connection,
                    const std::vector<std::string>& ids, std::int64_t& deleted) {
  const auto stub = ingest::v1::RejectService::NewStub(connection.channel());
  for (std::size_t next = 0; next < ids.size();) {
    ingest::v1::DeleteRejectsRequest request;
    while (next < ids.size() && request.reject_ids_size() < kDeletedACall) {
      request.add_reject_ids(ids[next++]);
    }
    ingest::v1::DeleteRejectsResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->DeleteRejects(&context, request, &response);
    if (!status.ok()) return status;
    deleted += response.deleted_count();
  }
  return grpc::Status::OK;
}

int RunList(const CommandOptions& common, const RejectsOptions& options) {
  ingest::v1::ListRejectsRequest request;
  request.set_feed(options.feed);
  if (!options.since.empty()) {
    const absl::StatusOr<absl::Time> since = ParseTimeArgument(options.since);
    if (!since.ok()) {
      return Fail(kExitUsage, absl::StrCat("--since: ", since.status().message()));
    }
    *request.mutable_since() = TimestampOf(*since);
  }
  request.set_page_size(
      options.all ? kRejectsMax
                  : static_cast<int>(std::min<std::int64_t>(options.limit + 1, kRejectsMax)));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  std::vector<Reject> rejects;
  bool has_more = false;
  ingest::v1::RejectTotals totals;
  const grpc::Status status = ForEachReject(
      common, *connection, request,
      [&](Reject&& reject) {
        has_more = !options.all && static_cast<std::int64_t>(rejects.size()) == options.limit;
        if (!has_more) rejects.push_back(std::move(reject));
        return !has_more;
      },
      totals);
  if (!status.ok()) return FailCall(status, *connection);
  WriteRejects(rejects, totals, FormatOf(common), TerminalWidthColumns(), std::cout);
  if (has_more) {
    std::cerr << "There are more: --all, or a higher --limit, shows them." << std::endl;
  }
  return kExitOk;
}

int RunShow(const CommandOptions& common, const RejectsOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  ingest::v1::GetRejectRequest request;
  request.set_reject_id(options.reject_id);
  ingest::v1::GetRejectResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = ingest::v1::RejectService::NewStub(connection->channel())
                                  ->GetReject(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteReject(response.reject(), FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

// Whether the user wants so many rejects gone, which nothing brings back.
bool ConfirmsDeletion(std::size_t count) {
  std::cerr << "Delete " << Grouped(static_cast<std::int64_t>(count))
            << (count == 1 ? " reject" : " rejects") << " for good? [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int RunDelete(const CommandOptions& common, const RejectsOptions& options) {
  if (options.reject_ids.empty() == !options.all) {
    return Fail(kExitUsage, "name the rejects to delete, RJ-…, or give --all");
  }
  if (!options.yes && isatty(STDIN_FILENO) == 0) {
    return Fail(kExitUsage,
                "there is nobody to ask whether the rejects may be deleted for good: give --yes, "
                "or see them with 'serieslink rejects list'");
  }
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  std::vector<std::string> ids = options.reject_ids;
  if (options.all) {
    ingest::v1::ListRejectsRequest request;
    request.set_feed(options.feed);
    request.set_page_size(kRejectsMax);
    ingest::v1::RejectTotals totals;
    const grpc::Status status = ForEachReject(
        common, *connection, request,
        [&](Reject&& reject) {
          ids.push_back(reject.reject_id());
          return true;
        },
        totals);
    if (!status.ok()) return FailCall(status, *connection);
  }
  if (!options.yes && !ids.empty() && !ConfirmsDeletion(ids.size())) {
    std::cerr << "nothing was deleted" << std::endl;
    return kExitUsage;
  }
  std::int64_t deleted = 0;
  const grpc::Status status = Delete(common, *connection, ids, deleted);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << "{\"deleted\":" << deleted << "}" << std::endl;
  } else {
    std::cout << Grouped(deleted) << " deleted" << std::endl;
  }
  return deleted == static_cast<std::int64_t>(ids.size()) ? kExitOk : kExitNotFound;
}

int RunWriteToFix(const CommandOptions& common, const RejectsOptions& options) {
  if (std::ifstream(options.file)) {
    return Fail(kExitUsage, absl::StrCat(options.file,
                                         " is there already, perhaps with what was mended; name "
                                         "another file"));
  }
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  ingest::v1::ListRejectsRequest request;
  request.set_feed(options.feed);
  request.set_page_size(kRejectsMax);
  request.set_with_messages(true);
  // The file is there when it is whole, so that the next try is not refused for a part of it.
  const std::string part = options.file + ".part";
  std::ofstream out(part, std::ios::binary);
  std::int64_t written = 0;
  std::int64_t unreadable = 0;
  ingest::v1::RejectTotals totals;
  const grpc::Status status = ForEachReject(
      common, *connection, request,
      [&](Reject&& reject) {
        if (!reject.has_message()) {
          ++unreadable;
          return true;
        }
        out << JsonOf(reject, false) << '\n';
        ++written;
        return static_cast<bool>(out);
      },
      totals);
  out.close();
  const bool is_written =
      out && status.ok() && std::rename(part.c_str(), options.file.c_str()) == 0;
  if (!is_written) std::remove(part.c_str());
  if (!status.ok()) return FailCall(status, *connection);
  if (!is_written) {
    return Fail(kExitUsage,
                absl::StrCat("cannot write ", options.file, "; check the folder and the disk"));
  }
  std::cout << Grouped(written) << " rejects written to " << options.file
            << "; mend \"message\" in each line, and send them with: serieslink rejects fix "
            << options.file << std::endl;
  if (unreadable > 0) {
    std::cerr << Grouped(unreadable)
              << " more are no messages that could be mended; show or delete them by their ids"
              << std::endl;
  }
  return kExitOk;
}

int RunFix(const CommandOptions& common, const RejectsOptions& options) {
  if (options.writes) return RunWriteToFix(common, options);
  const absl::StatusOr<MendedRejects> mended = ReadMendedRejects(options.file, std::cerr);
  if (!mended.ok()) {
    return Fail(kExitUsage, absl::StrCat(options.file, ": ", mended.status().message(),
                                         "; 'serieslink rejects fix --write ", options.file,
                                         "' makes such a file"));
  }
  // Before gRPC starts its threads.
  Interruption interruption;
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const absl::StatusOr<std::string> agency = connection->Agency();
  if (!agency.ok()) return Fail(kExitUsage, std::string(agency.status().message()));

  PushReport report({.words = &std::cerr, .bar_columns = 0, .rejects = nullptr},
                    [] { return 0.0; });
  std::vector<std::string> accepted;
  std::map<std::string, std::string> refused;  // id to the message as it was sent
  std::size_t answered = 0;
  BatchBuilder builder(*agency, false, kBatchMessages);
  const auto is_interrupted = [&] { return interruption.has_happened(); };
  bool has_told = false;
  PushSession session(
      connection->channel(),
      [&](const OutgoingBatch& batch, const ingest::v1::BatchResult& result) {
        report.Answered(batch, result);
        for (int i = 0; i < result.acknowledgements_size(); ++i) {
          const std::string& id = mended->ids[answered++];
          if (result.acknowledgements(i).outcome() != ingest::v1::OUTCOME_REJECTED) {
            accepted.push_back(id);
          } else {
            refused[id] = batch.request.batch().messages(i).SerializeAsString();
          }
        }
      },
      {.retry_for = std::chrono::seconds(options.retry_seconds),
       .wait =
           [&](std::chrono::milliseconds time) {
             interruption.Wait(time);
             AwaitConnection(*connection->channel(), kConnectionWait, is_interrupted);
           },
       .is_interrupted = is_interrupted,
       .on_retry =
           [&](const grpc::Status& why, std::chrono::milliseconds) {
             if (!std::exchange(has_told, true)) report.Say(RetryText(why));
           }});
  interruption.Call([&] { session.Interrupt(); });
  bool is_open = true;
  for (std::size_t i = 0; i < mended->records.size() && is_open; ++i) {
    if (auto batch = builder.Add(mended->ids[i], InputRecord(mended->records[i]));
        batch.has_value()) {
      is_open = session.Send(*std::move(batch));
    }
  }
  if (auto batch = builder.Finish(); is_open && batch.has_value()) session.Send(*std::move(batch));
  const grpc::Status sent = session.Finish();
  interruption.Call(nullptr);

  // The server mends by the record's own key; where that could not be read, or was what was wrong,
  // this is what tells it.
  std::int64_t deleted = 0;
  grpc::Status status = Delete(common, *connection, accepted, deleted);
  // What is still refused but says something else now is kept under its new id.
  std::vector<std::string> replaced;
  const auto stub = ingest::v1::RejectService::NewStub(connection->channel());
  for (const auto& [id, message] : refused) {
    if (!status.ok()) break;
    ingest::v1::GetRejectRequest request;
    request.set_reject_id(id);
    ingest::v1::GetRejectResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    if (stub->GetReject(&context, request, &response).ok() &&
        response.reject().message().SerializeAsString() != message) {
      replaced.push_back(id);
    }
  }
  if (status.ok()) status = Delete(common, *connection, replaced, deleted);
  WriteSummary(report.counts(), 0, {}, FormatOf(common), std::cout);
  std::cout.flush();
  if (interruption.has_happened()) {
    return Fail(kExitInterrupted, "interrupted; the same command again goes on");
  }
  if (!sent.ok()) return FailCall(sent, *connection);
  if (!status.ok()) return FailCall(status, *connection);
  return refused.empty() && mended->unreadable == 0 ? kExitOk : kExitSomeRejected;
}

}  // namespace

void AddRejectsCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<RejectsOptions>();
  CLI::App* rejects =
      app.add_subcommand("rejects", "Shows, mends and deletes what the server refused");
  rejects->require_subcommand(1);
  rejects->fallthrough();
  rejects->footer(
      "\nThe server keeps what it refused of your agency's messages, for some days and up to a "
      "quota. "
      "A\nreject goes away when a message about its record is accepted.\n\n"
      "Examples:\n  serieslink rejects list\n  serieslink rejects fix --write mend.jsonl");
  const auto add_feed = [&options](CLI::App& command) {
    return command.add_option("--feed", options->feed, "Only those of this feed")
        ->check(
            CLI::IsMember({"mps", "nabis", "border_force", "licensing", "force", "statistics"}));
  };
  const auto run = [&common, &chosen,
                    options](int (*command)(const CommandOptions&, const RejectsOptions&)) {
    return [&common, &chosen, options, command] {
      chosen = [&common, options, command] { return command(common, *options); };
    };
  };

  CLI::App* list = rejects->add_subcommand("list", "Lists rejects, the latest first");
  list->fallthrough();
  add_feed(*list);
  list->add_option("--since", options->since, "Only those refused since: 2026-01-31 or RFC 3339");
  CLI::Option* limit = list->add_option("--limit", options->limit, "At most so many [50]")
                           ->check(CLI::Range(1, 1000000000));
  list->add_flag("--all", options->all, "All of them")->excludes(limit);
  list->footer("\nExample:\n  serieslink rejects list --feed force --since 2026-01-31");
  list->callback(run(RunList));

  CLI::App* show = rejects->add_subcommand("show", "Shows a reject with its message");
  show->fallthrough();
  show->add_option("reject", options->reject_id, "The reject, RJ-…")->required();
  show->footer("\nExample:\n  serieslink rejects show RJ-7K2M-9QXD-4TFBG");
  show->callback(run(RunShow));

  CLI::App* fix = rejects->add_subcommand("fix", "Sends rejects again that were mended in a file");
  fix->fallthrough();
  fix->add_option("file", options->file, "JSON lines, one reject each")
      ->required()
      ->type_name(kFileType);
  CLI::Option* write = fix->add_flag("--write", options->writes,
                                     "Write the file, to be mended, instead of sending it");
  add_feed(*fix)->needs(write);
  fix->add_option("--retry-for", options->retry_seconds,
                  "Seconds to try again when the connection was lost in the middle [300]")
      ->check(CLI::Range(0, 86400))
      ->excludes(write);
  fix->footer(R"(
Mend what stands under "message" in each line and leave the rest. What is accepted is no longer among
the rejects; lines that you delete are not sent, and stay.

Examples:
  serieslink rejects fix --write mend.jsonl
  serieslink rejects fix mend.jsonl)");
  fix->callback(run(RunFix));

  CLI::App* remove = rejects->add_subcommand("delete", "Deletes rejects");
  remove->fallthrough();
  remove->add_option("rejects", options->reject_ids, "The rejects, RJ-…");
  CLI::Option* all = remove->add_flag("--all", options->all, "All of them");
  add_feed(*remove)->needs(all);
  remove->add_flag("-y,--yes", options->yes, "Do not ask");
  remove->footer(
      "\nExamples:\n  serieslink rejects delete RJ-7K2M-9QXD-4TFBG --yes\n"
      "  serieslink rejects delete --all --feed force --yes");
  remove->callback(run(RunDelete));
}

}  // namespace serieslink::cli

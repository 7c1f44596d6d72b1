#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/push_journal.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace fs = std::filesystem;

std::string JournalDirectory() {
  return PushJournalDirectory([](const char* variable) { return std::getenv(variable); });
}

// "2026-01-31 10:00" in London, as other pages have times.
std::string StartedText(const PushHeader& header) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, header.started, &time, nullptr)) return header.started;
  return TimestampText(TimestampOf(time));
}

const char* StateOf(const PushHistory& push) {
  return push.is_undone       ? "taken back"
         : push.is_undo_begun ? "partly taken back"
         : push.is_finished   ? "finished"
                              : "not finished";
}

void WritePushesAsJson(const std::vector<PushHistory>& pushes, std::ostream& out) {
  out << "{\"pushes\":[";
  const char* between = "\n";
  for (const PushHistory& push : pushes) {
    out << std::exchange(between, ",\n") << "{\"push\":" << JsonString(push.header.push_id)
        << ",\"begun\":" << JsonString(push.header.started)
        << ",\"server\":" << JsonString(push.header.server)
        << ",\"agency\":" << JsonString(push.header.agency)
        << ",\"feed\":" << JsonString(push.header.feed) << ",\"created\":" << push.created
        << ",\"superseded\":" << push.superseded << ",\"state\":" << JsonString(StateOf(push))
        << '}';
  }
  out << "\n]}\n";
}

int RunList(const CommandOptions& common) {
  std::vector<PushHistory> pushes;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(JournalDirectory(), error)) {
    if (UnansweredBatches::IsFolder(entry.path().string())) continue;
    absl::StatusOr<PushHistory> history = ReadPushJournal(entry.path().string());
    if (history.ok()) {
      pushes.push_back(*std::move(history));
    } else {
      std::cerr << "serieslink: " << history.status().message() << std::endl;
    }
  }
  std::sort(pushes.begin(), pushes.end(), [](const PushHistory& a, const PushHistory& b) {
    return a.header.started > b.header.started;
  });
  Table table{{"push", "begun", "agency", "feed", "created", "superseded", "state"}, {}};
  for (const PushHistory& push : pushes) {
    table.rows.push_back({push.header.push_id, StartedText(push.header), push.header.agency,
                          push.header.feed, absl::StrCat(push.created),
                          absl::StrCat(push.superseded), StateOf(push)});
  }
  switch (FormatOf(common)) {
    case Format::kJson:
      WritePushesAsJson(pushes, std::cout);
      break;
    case Format::kCsv:
      WriteCsv(table, std::cout);
      break;
    case Format::kTable:
      WriteTable(table, TerminalWidthColumns(), std::cout);
      break;
  }
  return kExitOk;
}

}  // namespace

void AddPushListCommand(CLI::App& push, const CommandOptions& common, Command& chosen) {
  CLI::App* list = push.add_subcommand("list", "Shows the pushes that have a journal here");
  list->fallthrough();
  list->footer(
      "\nA journal is deleted 90 days after its last line.\n\n"
      "Example:\n  serieslink push list");
  list->callback([&common, &chosen] { chosen = [&common] { return RunList(common); }; });
}

}  // namespace serieslink::cli

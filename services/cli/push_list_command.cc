#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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

// "2026-01-31 10:00" of "2026-01-31T10:00:00+00:00".
std::string StartedText(const PushHeader& header) {
  std::string text = header.started.substr(0, 16);
  if (text.size() == 16) text[10] = ' ';
  return text;
}

void WritePushesAsJson(const Table& table, std::ostream& out) {
  out << "{\"pushes\":[";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    out << (i > 0 ? ",\n" : "\n");
    for (std::size_t k = 0; k < table.headings.size(); ++k) {
      out << (k > 0 ? "," : "{") << JsonString(table.headings[k]) << ':'
          << JsonString(table.rows[i][k]);
    }
    out << '}';
  }
  out << "\n]}\n";
}

int RunList(const CommandOptions& common) {
  std::vector<PushHistory> pushes;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(JournalDirectory(), error)) {
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
                          absl::StrCat(push.superseded),
                          push.is_undone     ? "taken back"
                          : push.undone > 0  ? "partly taken back"
                          : push.is_finished ? "finished"
                                             : "not finished"});
  }
  switch (FormatOf(common)) {
    case Format::kJson:
      WritePushesAsJson(table, std::cout);
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

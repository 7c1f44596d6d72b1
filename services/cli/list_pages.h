#pragma once

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_writer.h"

// Lists that the service gives in pages, and the options that they have in common.
namespace serieslink::cli {

// Rows shown unless more are asked for.
inline constexpr std::int64_t kListLimit = 50;

// At which state of knowledge a read answers.
struct ViewOptions {
  std::string as_at;
  std::int64_t min_revision = 0;
};

struct PageOptions {
  int page_size = 0;
  std::int64_t limit = kListLimit;
  bool all = false;
};

// Add --as-at and --min-revision; --page-size, --limit and --all.
void AddViewOptions(CLI::App& command, ViewOptions& view);
void AddPageOptions(CLI::App& command, PageOptions& page, int page_size_max);

// Asks for page after page of at most `page_size_max` rows with `call(channel, context, request,
// response)`, and writes what `add(response, writer, has_room)` takes from each; it returns false
// when it left something out. Returns an exit code, and in `count` how many rows were written.
template <typename Request, typename Response, typename Call, typename Add>
int RunPages(const CommandOptions& common, const PageOptions& page, int page_size_max,
             const char* name, const std::vector<std::string>& headings, Request request, Call call,
             Add add, std::int64_t* count) {
  request.set_page_size(page.page_size);
  if (page.page_size == 0 && (page.all || page.limit > kListLimit)) {
    request.set_page_size(page_size_max);
  }
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  std::unique_ptr<ListWriter> writer;
  bool there_are_more = false;
  std::int64_t revision = 0;
  do {
    Response response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = call(connection->channel(), context, request, response);
    if (!status.ok()) return FailCall(status, *connection);
    // An error of the first page leaves standard output empty.
    if (writer == nullptr) {
      writer = std::make_unique<ListWriter>(name, headings, FormatOf(common), std::cout);
    }
    revision = response.revision();
    there_are_more = !response.next_page_token().empty();
    const auto has_room = [&] { return page.all || writer->count() < page.limit; };
    if (!add(response, *writer, has_room)) there_are_more = true;
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && (page.all || writer->count() < page.limit));
  writer->Finish(revision, there_are_more, TerminalWidthColumns());
  *count = writer->count();
  if (there_are_more) {
    std::cerr << "There are more: --all, or a higher --limit, shows them." << std::endl;
  }
  return kExitOk;
}

}  // namespace serieslink::cli

#include "services/cli/submission_command.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "serieslink/firearm/v1/submission_service.grpc.pb.h"
#include "services/cli/firearm_page.h"
#include "services/cli/list_pages.h"
#include "services/cli/submission_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr int kUnsubmittedMax = 1000;
constexpr int kDaysDefault = 14;

struct UnsubmittedOptions {
  int days = kDaysDefault;
  std::vector<std::string> kinds;
  bool gone = false;
  ViewOptions view;
  PageOptions page;
};

int RunUnsubmitted(const CommandOptions& common, const UnsubmittedOptions& options) {
  using firearm::v1::ListUnsubmittedRequest;
  using firearm::v1::ListUnsubmittedResponse;
  ListUnsubmittedRequest request;
  request.set_days(options.days);
  request.set_gone(options.gone);
  for (const std::string& word : options.kinds) request.add_kinds(ExhibitKindOf(word));
  absl::StatusOr<series::v1::ViewSelector> view =
      ViewOf(options.view.as_at, options.view.min_revision, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  *request.mutable_view() = *std::move(view);
  std::int64_t count = 0;
  std::int64_t gone_count = 0;
  const int code = RunPages<ListUnsubmittedRequest, ListUnsubmittedResponse>(
      common, options.page, kUnsubmittedMax, "items", UnsubmittedHeadings(), std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return firearm::v1::SubmissionService::NewStub(channel)->ListUnsubmitted(&context, asked,
                                                                                 &response);
      },
      [&](const ListUnsubmittedResponse& response, ListWriter& writer, const auto& has_room) {
        gone_count += response.gone_count();
        for (const firearm::v1::UnsubmittedItem& item : response.items()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(item, false), UnsubmittedRow(item));
        }
        return true;
      },
      &count);
  if (code == kExitOk && gone_count > 0) {
    std::cerr << "No laboratory saw " << gone_count
              << (gone_count == 1 ? " gun that is" : " guns that are")
              << " gone, destroyed or given back: --gone lists what is gone." << std::endl;
  }
  return code;
}

}  // namespace

void AddSubmissionCommand(CLI::App& firearm, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<UnsubmittedOptions>();
  CLI::App* list = firearm.add_subcommand(
      "unsubmitted", "Lists your guns and ballistic items that no laboratory has seen");
  list->fallthrough();
  list->add_option("--days", options->days,
                   absl::StrCat("There for so many days or more [", kDaysDefault, "]"))
      ->check(CLI::Range(0, 36'500));
  list->add_option("--kind", options->kinds,
                   "Only of this kind: gun, gun-part, case-group, bullet-group; several are "
                   "alternatives")
      ->check(CLI::IsMember({"gun", "gun-part", "case-group", "bullet-group"}));
  list->add_flag("--gone", options->gone,
                 "Instead guns that were destroyed or given back since, which no laboratory will "
                 "see");
  AddViewOptions(*list, options->view);
  AddPageOptions(*list, options->page, kUnsubmittedMax);
  list->footer(
      "\nItems of your own agency's records. Days are counted from the last day on which what an "
      "item\n"
      "comes from can have happened, or from when its record was first sent where that is not "
      "known.\n"
      "A laboratory has seen an item when a record that you may see says so: an examination, a\n"
      "comparison, the laboratory's own record of the same item or mark, or of the same gun.\n"
      "Guns that were certainly destroyed or given back since are counted apart.\n"
      "\nExamples:\n  serieslink firearm unsubmitted --days 7\n"
      "  serieslink --format csv firearm unsubmitted --all > unsubmitted.csv     # every morning");
  list->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunUnsubmitted(common, *options); };
  });
}

}  // namespace serieslink::cli

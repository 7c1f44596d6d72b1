#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "serieslink/meeting/v1/meeting_service.grpc.pb.h"
#include "serieslink/summary/v1/summary_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_pages.h"
#include "services/cli/meeting_page.h"
#include "services/cli/option_words.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using meeting::v1::MeetingService;

constexpr int kActionsMax = 200;
// A pack is read on paper and in mails too.
constexpr int kPackColumnsMax = 80;

constexpr char kPackFooter[] = R"(
A pack opens with the actions of earlier meetings and how they stand, and goes on with those of this
meeting, what is new or rising among guns, and the quarter's figures. For a partner it holds what
both that agency and yours may see.

Of several partners each gets a file of its own, FOLDER/meeting-2026Q3-AGENCY.html (.txt, .json).

Examples:
  serieslink meeting pack 2026Q3 --format html > q3.html
  serieslink meeting pack 2026Q3 --partner kent --partner nabis --format html --into packs
  serieslink meeting pack 2026Q3 --as-at 2026-10-14)";

constexpr char kActionFooter[] = R"(
An action is what a meeting resolved that somebody is to do. Your agency's people record and change
what your agency recorded; its owner's agency and those that it is shared with see it. Each change is
kept, with who made it and when.

Examples:
  serieslink meeting action add 2026Q3 --what "visit dealers of top-venting blank-firers" \
    --unit trident --four-p protect --due 2026-12-31 --share nabis
  serieslink meeting action list --status overdue
  serieslink meeting action get RC-7K2M-9QXD-4TFBG
  serieslink meeting action update RC-7K2M-9QXD-4TFBG --note "four of nine visited"
  serieslink meeting action update RC-7K2M-9QXD-4TFBG --due 2027-01-31 --note "waits for a warrant"
  serieslink meeting action update RC-7K2M-9QXD-4TFBG --status done --note "all visited")";

struct PackOptions {
  std::string quarter;
  std::vector<std::string> partners;
  std::vector<std::string> dimensions;
  std::string format;
  std::string folder;
  ViewOptions view;
};

struct ActionOptions {
  std::string meeting;
  std::string text;
  std::string owner_agency;
  std::string owner_unit;
  std::string four_p;
  std::string due_day;
  std::vector<std::string> shares;
  bool is_shared_with_all = false;
  std::string request_id;
  std::string id;
  std::int64_t version = 0;
  std::string status;
  std::string note;
  std::vector<std::string> statuses;
  PageOptions page;
};

// Errors: INVALID_ARGUMENT (no quarter).
absl::Status SetQuarter(const std::string& text, summary::v1::Period* period) {
  absl::StatusOr<summary::v1::Period> parsed = ParsePeriod(text);
  if (!parsed.ok()) return parsed.status();
  if (parsed->kind() != summary::v1::PERIOD_KIND_QUARTER) {
    return absl::InvalidArgumentError("a meeting is about a quarter, such as 2026Q3");
  }
  *period = *std::move(parsed);
  return absl::OkStatus();
}

meeting::v1::FourP FourPOf(const std::string& word) {
  return static_cast<meeting::v1::FourP>(OptionNumber(*meeting::v1::FourP_descriptor(), word));
}

meeting::v1::ActionStatus ActionStatusOf(const std::string& word) {
  return static_cast<meeting::v1::ActionStatus>(
      OptionNumber(*meeting::v1::ActionStatus_descriptor(), word));
}

// The boundaries by which the pack's summary placed points, as far as a page shows their areas.
grpc::Status GetPackMaps(const meeting::v1::GetMeetingPackResponse& pack,
                         const CommandOptions& common, const Connection& connection,
                         std::vector<summary::v1::GetMapResponse>& maps) {
  const auto stub = summary::v1::SummaryService::NewStub(connection.channel());
  for (const summary::v1::BoundarySet& boundaries : pack.summary().boundaries()) {
    if (boundaries.kind() == type::v1::AREA_KIND_OUTPUT_AREA) continue;
    summary::v1::GetMapRequest request;
    request.set_kind(boundaries.kind());
    request.set_boundary_year(boundaries.boundary_year());
    grpc::ClientContext context;
    SetDeadline(context, common);
    maps.emplace_back();
    const grpc::Status status = stub->GetMap(&context, request, &maps.back());
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

const char* EndingOf(const std::string& format) {
  if (format == "html") return ".html";
  return format == "json" ? ".json" : ".txt";
}

// Writes one partner's pack to `out`. Returns an exit code.
int WritePack(const CommandOptions& common, const Connection& connection, const std::string& format,
              const meeting::v1::GetMeetingPackRequest& request, int width_columns,
              std::ostream& out) {
  meeting::v1::GetMeetingPackResponse pack;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status =
      MeetingService::NewStub(connection.channel())->GetMeetingPack(&context, request, &pack);
  if (!status.ok()) return FailCall(status, connection);
  if (format == "json") {
    out << JsonOf(pack, true) << '\n';
  } else if (format == "html") {
    std::vector<summary::v1::GetMapResponse> maps;
    const grpc::Status got = GetPackMaps(pack, common, connection, maps);
    if (!got.ok()) return FailCall(got, connection);
    WritePackHtml(pack, maps, out);
  } else {
    WritePackText(pack, width_columns, out);
  }
  return kExitOk;
}

int RunPack(const CommandOptions& common, const PackOptions& options) {
  std::string format = options.format.empty() ? common.format : options.format;
  if (format == "csv") return Fail(kExitUsage, "a pack is text, html or json");
  if (options.partners.size() > 1 && options.folder.empty()) {
    return Fail(kExitUsage, "say where packs of several partners go: --into FOLDER");
  }
  meeting::v1::GetMeetingPackRequest request;
  if (const absl::Status set = SetQuarter(options.quarter, request.mutable_quarter()); !set.ok()) {
    return Fail(kExitUsage, std::string(set.message()));
  }
  for (const std::string& word : options.dimensions) request.add_dimensions(DimensionOf(word));
  absl::StatusOr<series::v1::ViewSelector> view =
      ViewOf(options.view.as_at, options.view.min_revision, absl::Now());
  if (!view.ok()) return Fail(kExitUsage, std::string(view.status().message()));
  *request.mutable_view() = *std::move(view);

  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  if (options.folder.empty()) {
    if (!options.partners.empty()) request.set_partner(options.partners[0]);
    return WritePack(common, *connection, format, request,
                     std::min(TerminalWidthColumns(), kPackColumnsMax), std::cout);
  }
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  std::vector<std::string> partners = options.partners;
  // Without a partner, the caller's own.
  if (partners.empty()) partners.emplace_back();
  for (const std::string& partner : partners) {
    request.set_partner(partner);
    const std::string file = absl::StrCat(options.folder, "/meeting-", options.quarter,
                                          partner.empty() ? "" : "-", partner, EndingOf(format));
    std::ofstream out(file, std::ios::binary);
    if (!out) return Fail(kExitUsage, absl::StrCat(file, ": cannot be written"));
    const int code = WritePack(common, *connection, format, request, kPackColumnsMax, out);
    out.close();
    if (code != kExitOk) {
      // An empty file would look like a pack without anything in it.
      std::filesystem::remove(file, error);
      return code;
    }
    if (!out) return Fail(kExitOutputLost, absl::StrCat(file, ": cannot be written"));
    std::cout << file << '\n';
  }
  return kExitOk;
}

// Calls the service, and shows the action that it answers with.
template <typename Response, typename Request>
int CallAndShowAction(const CommandOptions& common, const Request& request,
                      grpc::Status (MeetingService::Stub::*call)(grpc::ClientContext*,
                                                                 const Request&, Response*)) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = MeetingService::NewStub(connection->channel());
  grpc::ClientContext context;
  SetDeadline(context, common);
  Response response;
  const grpc::Status status = ((*stub).*call)(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << std::endl;
  } else {
    WriteAction(response.action(), response.revision(), FormatOf(common), TerminalWidthColumns(),
                std::cout);
    std::cout.flush();
  }
  return kExitOk;
}

int RunAddAction(const CommandOptions& common, const ActionOptions& options) {
  meeting::v1::CreateMeetingActionRequest request;
  if (const absl::Status set = SetQuarter(options.meeting, request.mutable_meeting()); !set.ok()) {
    return Fail(kExitUsage, std::string(set.message()));
  }
  request.set_text(options.text);
  request.set_owner_agency(options.owner_agency);
  request.set_owner_unit(options.owner_unit);
  request.set_four_p(FourPOf(options.four_p));
  request.set_due_day(options.due_day);
  for (const std::string& agency : options.shares) request.add_shared_with(agency);
  request.set_is_shared_with_all(options.is_shared_with_all);
  request.set_request_id(options.request_id);
  return CallAndShowAction(common, request, &MeetingService::Stub::CreateMeetingAction);
}

int RunGetAction(const CommandOptions& common, const ActionOptions& options) {
  meeting::v1::GetMeetingActionRequest request;
  request.set_action_id(options.id);
  return CallAndShowAction(common, request, &MeetingService::Stub::GetMeetingAction);
}

int RunUpdateAction(const CommandOptions& common, const ActionOptions& options) {
  meeting::v1::UpdateMeetingActionRequest request;
  request.set_action_id(options.id);
  request.set_version(options.version);
  request.set_status(ActionStatusOf(options.status));
  request.set_note(options.note);
  request.set_due_day(options.due_day);
  request.set_owner_agency(options.owner_agency);
  request.set_owner_unit(options.owner_unit);
  request.set_four_p(FourPOf(options.four_p));
  for (const std::string& agency : options.shares) request.add_also_shared_with(agency);
  return CallAndShowAction(common, request, &MeetingService::Stub::UpdateMeetingAction);
}

int RunListActions(const CommandOptions& common, const ActionOptions& options) {
  using meeting::v1::ListMeetingActionsRequest;
  using meeting::v1::ListMeetingActionsResponse;
  ListMeetingActionsRequest request;
  if (!options.meeting.empty()) {
    const absl::Status set = SetQuarter(options.meeting, request.mutable_meeting());
    if (!set.ok()) return Fail(kExitUsage, absl::StrCat("--meeting: ", set.message()));
  }
  for (const std::string& word : options.statuses) request.add_statuses(ActionStatusOf(word));
  request.set_owner_agency(options.owner_agency);
  request.set_owner_unit(options.owner_unit);
  std::int64_t count = 0;
  return RunPages<ListMeetingActionsRequest, ListMeetingActionsResponse>(
      common, options.page, kActionsMax, "actions", ActionHeadings(), std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return MeetingService::NewStub(channel)->ListMeetingActions(&context, asked, &response);
      },
      [&](const ListMeetingActionsResponse& response, ListWriter& writer, const auto& has_room) {
        for (const meeting::v1::MeetingAction& one : response.actions()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), ActionRow(one));
        }
        return true;
      },
      &count);
}

void AddPackCommand(CLI::App& meeting, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<PackOptions>();
  CLI::App* pack = meeting.add_subcommand("pack", "What is laid before a meeting, for one partner");
  pack->fallthrough();
  pack->footer(kPackFooter);
  pack->add_option("quarter", options->quarter, "The quarter that it is about, such as 2026Q3")
      ->required();
  pack->add_option("--partner", options->partners,
                   "Agency for whom it is; may be repeated [your own]");
  pack->add_option("--by", options->dimensions,
                   "Break figures down [force,borough,owning-unit,agency]")
      ->delimiter(',')
      ->check(CLI::IsMember(DimensionWords()));
  pack->add_option("--format", options->format, "text, html or json [text]")
      ->check(CLI::IsMember({"text", "html", "json"}));
  pack->add_option("--into", options->folder, "Folder for the files, one a partner");
  AddViewOptions(*pack, options->view);
  pack->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunPack(common, *options); };
  });
}

void AddOwner(CLI::App& command, ActionOptions& options, bool is_required) {
  CLI::Option* unit =
      command.add_option("--unit", options.owner_unit, "Unit that is to do it, within its agency");
  if (is_required) unit->required();
  command.add_option("--owner-agency", options.owner_agency, "Agency of that unit [your own]");
}

void AddFourP(CLI::App& command, ActionOptions& options, bool is_required) {
  CLI::Option* four_p = command
                            .add_option("--four-p", options.four_p,
                                        "What it serves: pursue, prevent, protect or prepare")
                            ->check(CLI::IsMember(OptionWords(*meeting::v1::FourP_descriptor())));
  if (is_required) four_p->required();
}

void AddActionCommands(CLI::App& meeting, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<ActionOptions>();
  CLI::App* group =
      meeting.add_subcommand("action", "What meetings resolved that somebody is to do");
  group->footer(
      absl::StrCat("\nConnection settings and --format: see serieslink --help.\n", kActionFooter));
  group->require_subcommand(1);
  group->fallthrough();
  const auto add = [&](const char* name, const char* description,
                       int (*run)(const CommandOptions&, const ActionOptions&)) {
    CLI::App* command = group->add_subcommand(name, description);
    command->fallthrough();
    command->footer(kActionFooter);
    command->callback([&common, &chosen, options, run] {
      chosen = [&common, options, run] { return run(common, *options); };
    });
    return command;
  };
  CLI::App* create = add("add", "Records one", RunAddAction);
  create->add_option("meeting", options->meeting, "Quarter of the meeting, such as 2026Q3")
      ->required();
  create->add_option("--what", options->text, "What is to be done, without names")->required();
  AddOwner(*create, *options, true);
  AddFourP(*create, *options, true);
  create->add_option("--due", options->due_day, "Day by whose end it is to be done (YYYY-MM-DD)")
      ->required();
  CLI::Option* shares = create->add_option("--share", options->shares,
                                           "A further agency that may see it; may be repeated");
  create->add_flag("--share-all", options->is_shared_with_all, "Every agency may see it")
      ->excludes(shares);
  create->add_option("--request-id", options->request_id,
                     "A word of yours by which a call that is sent again records nothing twice");

  CLI::App* list = add("list", "Lists them, the latest first", RunListActions);
  list->add_option("--status", options->statuses,
                   "With this status; several are alternatives [open and overdue]")
      ->check(CLI::IsMember(OptionWords(*meeting::v1::ActionStatus_descriptor())));
  list->add_option("--meeting", options->meeting, "Of the meeting about this quarter");
  AddOwner(*list, *options, false);
  AddPageOptions(*list, options->page, kActionsMax);

  add("get", "Shows one, with what was done about it", RunGetAction)
      ->add_option("action", options->id, "RC-… of the action")
      ->required();

  CLI::App* update =
      add("update", "Changes one, says how far it is, or closes it", RunUpdateAction);
  update->add_option("action", options->id, "RC-… of the action")->required();
  update->add_option("--status", options->status, "done, dropped, or open again")
      ->check(CLI::IsMember({"open", "done", "dropped"}));
  update->add_option("--note", options->note, "How far it is, or why, without names; it is kept");
  update->add_option("--due", options->due_day, "Another day (YYYY-MM-DD)");
  AddOwner(*update, *options, false);
  AddFourP(*update, *options, false);
  update->add_option("--share", options->shares,
                     "A further agency that may see it; may be repeated");
  update->add_option("--version", options->version, "Only if it still has this version")
      ->check(CLI::Range(1, 1'000'000));
}

}  // namespace

void AddMeetingCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  CLI::App* meeting =
      app.add_subcommand("meeting", "Strategic meetings: packs for partners, and actions");
  meeting->require_subcommand(1);
  meeting->fallthrough();
  meeting->footer(
      "\nExamples:\n  serieslink meeting pack 2026Q3 --partner kent --format html > kent.html\n"
      "  serieslink meeting action list --status overdue");
  AddPackCommand(*meeting, common, chosen);
  AddActionCommands(*meeting, common, chosen);
}

}  // namespace serieslink::cli

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "serieslink/border/v1/border_service.grpc.pb.h"
#include "services/cli/border_page.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/option_words.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr int kConsignmentsMax = 1000;
constexpr int kPortsMax = 1000;
constexpr int kSetPageSizeMax = 200;

constexpr char kListFooter[] = R"(
Everything that is given must hold. Countries are two letters of ISO 3166-1; "unknown" asks for what
is not known. The latest seizure comes first.

Examples:
  serieslink border list --country TR --mode fast-parcel
  serieslink border list --true-origin unknown --from 2026-01-01
  serieslink border list --port GBDVR --make Retay --format csv)";

constexpr char kSetsFooter[] = R"(
Consignments that name each other are a set. Those that only a rule finds are leads: other parts to
one destination from one origin within 31 days, one number on parts in both, or one number of the
consignment. They join nothing.

Examples:
  serieslink border sets --state lead --from 2026-01-01
  serieslink border sets --make Retay)";

struct FilterOptions {
  std::string declared_origin;
  std::string true_origin;
  std::string transit;
  std::string country;
  std::vector<std::string> modes;
  std::string port;
  std::string make;
  std::string agency;
  std::string from;
  std::string before;
  bool has_parts = false;
  bool has_guns = false;
};

// "tr" is as good as "TR".
std::string CountryOf(const std::string& text) {
  return text == "unknown" ? text : absl::AsciiStrToUpper(text);
}

absl::Status SetFilter(const FilterOptions& options, border::v1::ConsignmentFilter& filter) {
  using border::v1::ConsignmentFilter;
  filter.set_declared_origin(CountryOf(options.declared_origin));
  filter.set_true_origin(CountryOf(options.true_origin));
  filter.set_transit(CountryOf(options.transit));
  filter.set_country(CountryOf(options.country));
  for (const std::string& word : options.modes) {
    filter.add_modes(static_cast<record::v1::TransportMode>(
        OptionNumber(*record::v1::TransportMode_descriptor(), word)));
  }
  filter.set_port(options.port);
  filter.set_make(options.make);
  filter.set_agency(options.agency);
  filter.set_has_parts(options.has_parts);
  filter.set_has_guns(options.has_guns);
  SL_RETURN_IF_ERROR(
      SetTime("--from", options.from, &ConsignmentFilter::mutable_seized_from, filter));
  return SetTime("--before", options.before, &ConsignmentFilter::mutable_seized_before, filter);
}

// Sets filter and view of a request that has both.
template <typename Request>
absl::StatusOr<Request> RequestOf(const FilterOptions& filter, const ViewOptions& view) {
  Request request;
  SL_ASSIGN_OR_RETURN(*request.mutable_view(), ViewOf(view.as_at, view.min_revision, absl::Now()));
  SL_RETURN_IF_ERROR(SetFilter(filter, *request.mutable_filter()));
  return request;
}

int RunList(const CommandOptions& common, const FilterOptions& filter, const ViewOptions& view,
            const PageOptions& page) {
  using border::v1::ListConsignmentsRequest;
  using border::v1::ListConsignmentsResponse;
  absl::StatusOr<ListConsignmentsRequest> request =
      RequestOf<ListConsignmentsRequest>(filter, view);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  std::int64_t count = 0;
  return RunPages<ListConsignmentsRequest, ListConsignmentsResponse>(
      common, page, kConsignmentsMax, "consignments", ConsignmentHeadings(), *std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return border::v1::BorderService::NewStub(channel)->ListConsignments(&context, asked,
                                                                             &response);
      },
      [&](const ListConsignmentsResponse& response, ListWriter& writer, const auto& has_room) {
        for (const border::v1::Consignment& one : response.consignments()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), ConsignmentRow(one));
        }
        return true;
      },
      &count);
}

int RunSets(const CommandOptions& common, const FilterOptions& filter,
            const std::vector<std::string>& states, const ViewOptions& view,
            const PageOptions& page) {
  using border::v1::ListPartSetsRequest;
  using border::v1::ListPartSetsResponse;
  absl::StatusOr<ListPartSetsRequest> request = RequestOf<ListPartSetsRequest>(filter, view);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  for (const std::string& word : states) {
    request->add_states(static_cast<border::v1::SetLinkState>(
        OptionNumber(*border::v1::SetLinkState_descriptor(), word)));
  }
  std::int64_t count = 0;
  return RunPages<ListPartSetsRequest, ListPartSetsResponse>(
      common, page, kSetPageSizeMax, "sets", PartSetHeadings(), *std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return border::v1::BorderService::NewStub(channel)->ListPartSets(&context, asked,
                                                                         &response);
      },
      [&](const ListPartSetsResponse& response, ListWriter& writer, const auto& has_room) {
        for (const border::v1::PartSet& one : response.sets()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), PartSetRow(one));
        }
        return true;
      },
      &count);
}

// Asks with `call(stub, context, request, response)`, and writes the answer with `write`.
template <typename Response, typename Request, typename Call, typename Write>
int RunCall(const CommandOptions& common, const absl::StatusOr<Request>& request, Call call,
            Write write) {
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  Response response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const auto stub = border::v1::BorderService::NewStub(connection->channel());
  const grpc::Status status = call(*stub, context, *request, response);
  if (!status.ok()) return FailCall(status, *connection);
  write(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

// A request that names one thing in the field that `field` gives.
template <typename Request>
absl::StatusOr<Request> RequestFor(const std::string& id, std::string* (Request::*field)(),
                                   const ViewOptions& view) {
  Request request;
  *(request.*field)() = id;
  SL_ASSIGN_OR_RETURN(*request.mutable_view(), ViewOf(view.as_at, view.min_revision, absl::Now()));
  return request;
}

void AddFilterOptions(CLI::App& command, FilterOptions& filter) {
  command.add_option("--declared-origin", filter.declared_origin,
                     "Declared as from this country, or \"unknown\"");
  command.add_option("--true-origin", filter.true_origin,
                     "Found to be from this country, or \"unknown\"");
  command.add_option("--transit", filter.transit, "Passed through this country, or \"unknown\"");
  command.add_option("--country", filter.country,
                     "From or through this country, in any of these ways");
  command.add_option("--mode", filter.modes, "Travelled in this way; several are alternatives")
      ->check(CLI::IsMember(OptionWords(*record::v1::TransportMode_descriptor())));
  command.add_option("--port", filter.port, "Through this port, by its code, or \"unknown\"");
  command.add_option("--make", filter.make,
                     "With a gun or part of this maker, by any of its names");
  command.add_option("--agency", filter.agency, "Recorded by this agency");
  command.add_option("--from", filter.from, "Not seized before this day (YYYY-MM-DD) or time");
  command.add_option("--before", filter.before, "Seized before this day (YYYY-MM-DD) or time");
  command.add_flag("--parts", filter.has_parts, "With a part of a gun");
  command.add_flag("--guns", filter.has_guns, "With a whole gun");
}

struct ConsignmentListOptions {
  FilterOptions filter;
  ViewOptions view;
  PageOptions page;
  std::vector<std::string> states;
};

struct GetOptions {
  std::string id;
  ViewOptions view;
};

// A command that shows one thing of an id.
template <typename Run>
void AddGetCommand(CLI::App& border, const char* name, const char* what, const char* id_help,
                   const char* footer, Command& chosen, Run run) {
  auto options = std::make_shared<GetOptions>();
  CLI::App* command = border.add_subcommand(name, what);
  command->fallthrough();
  command->add_option("id", options->id, id_help)->required();
  AddViewOptions(*command, options->view);
  command->footer(footer);
  command->callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
}

void AddListCommands(CLI::App& border, const CommandOptions& common, Command& chosen) {
  auto list_options = std::make_shared<ConsignmentListOptions>();
  CLI::App* list = border.add_subcommand("list", "Lists consignments, the latest seizure first");
  list->fallthrough();
  AddFilterOptions(*list, list_options->filter);
  AddViewOptions(*list, list_options->view);
  AddPageOptions(*list, list_options->page, kConsignmentsMax);
  list->footer(kListFooter);
  list->callback([&common, &chosen, list_options] {
    chosen = [&common, list_options] {
      return RunList(common, list_options->filter, list_options->view, list_options->page);
    };
  });

  auto set_options = std::make_shared<ConsignmentListOptions>();
  CLI::App* sets =
      border.add_subcommand("sets", "Lists sets of parts that were sent apart, and leads to some");
  sets->fallthrough();
  AddFilterOptions(*sets, set_options->filter);
  sets->add_option("--state", set_options->states, "With a confirmed link, or a lead")
      ->check(CLI::IsMember(OptionWords(*border::v1::SetLinkState_descriptor())));
  AddViewOptions(*sets, set_options->view);
  AddPageOptions(*sets, set_options->page, kSetPageSizeMax);
  sets->footer(kSetsFooter);
  sets->callback([&common, &chosen, set_options] {
    chosen = [&common, set_options] {
      return RunSets(common, set_options->filter, set_options->states, set_options->view,
                     set_options->page);
    };
  });

  auto route_options = std::make_shared<ConsignmentListOptions>();
  CLI::App* routes = border.add_subcommand(
      "routes", "Counts consignments, guns and parts by origin, way, mode, port, make and quarter");
  routes->fallthrough();
  AddFilterOptions(*routes, route_options->filter);
  AddViewOptions(*routes, route_options->view);
  routes->footer(
      "\nEach table says what it counts. Consignments, items and weapons are three counts. Guns "
      "that\n"
      "came into hand inland are counted by country of make and make, unless it is asked for what\n"
      "only consignments have.\n"
      "\nExample:\n  serieslink border routes --from 2026-01-01 --before 2026-04-01");
  routes->callback([&common, &chosen, route_options] {
    chosen = [&common, route_options] {
      using border::v1::CountConsignmentsRequest;
      return RunCall<border::v1::CountConsignmentsResponse>(
          common, RequestOf<CountConsignmentsRequest>(route_options->filter, route_options->view),
          [](auto& stub, auto& context, const auto& asked, auto& response) {
            return stub.CountConsignments(&context, asked, &response);
          },
          WriteRoutes);
    };
  });
}

struct PortOptions {
  std::string country;
  std::string search;
};

// All pages: a list of ports is short, or asked for in part.
int RunPorts(const CommandOptions& common, const PortOptions& options) {
  border::v1::ListPortsRequest request;
  request.set_country(absl::AsciiStrToUpper(options.country));
  request.set_search(options.search);
  request.set_page_size(kPortsMax);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = border::v1::BorderService::NewStub(connection->channel());
  border::v1::ListPortsResponse all;
  do {
    border::v1::ListPortsResponse page;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->ListPorts(&context, request, &page);
    if (!status.ok()) return FailCall(status, *connection);
    request.set_page_token(page.next_page_token());
    page.clear_next_page_token();
    if (!all.version().empty()) page.clear_listed_countries();
    all.MergeFrom(page);
  } while (!request.page_token().empty());
  WritePorts(all, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

void AddPortsCommand(CLI::App& border, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<PortOptions>();
  CLI::App* ports =
      border.add_subcommand("ports", "Lists the ports that the server knows, by their codes");
  ports->fallthrough();
  ports->add_option("--country", options->country, "Of this country, two letters of ISO 3166-1");
  ports->add_option("--search", options->search, "Whose code or name has this text");
  ports->footer(
      "\nOf a country that is listed, a port that is not among these is remarked upon and counts "
      "as\n"
      "unknown; of any other country a code is only looked at for its form. The list is that of "
      "the\n"
      "server's configuration (ports_file), or the one that is built in.\n"
      "\nExamples:\n  serieslink border ports --country GB\n"
      "  serieslink border ports --search dover");
  ports->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunPorts(common, *options); };
  });
}

}  // namespace

void AddBorderCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  CLI::App* border = app.add_subcommand(
      "border", "Follows consignments of guns and parts that were seized at a border");
  border->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExamples:\n"
      "  serieslink border list\n"
      "  serieslink border sets --state lead");
  border->require_subcommand(1);
  border->fallthrough();
  AddListCommands(*border, common, chosen);
  constexpr char kConsignmentId[] = "RC-… of the seizure, or EX-… of an item";
  AddGetCommand(*border, "get", "Shows one consignment with its items", kConsignmentId,
                "\nExample:\n  serieslink border get RC-0J4P-0C8H-6TW21", chosen,
                [&common](const GetOptions& options) {
                  using border::v1::GetConsignmentRequest;
                  return RunCall<border::v1::GetConsignmentResponse>(
                      common,
                      RequestFor<GetConsignmentRequest>(
                          options.id, &GetConsignmentRequest::mutable_consignment_id, options.view),
                      [](auto& stub, auto& context, const auto& asked, auto& response) {
                        return stub.GetConsignment(&context, asked, &response);
                      },
                      WriteConsignment);
                });
  AddGetCommand(*border, "set",
                "Shows the set of one consignment: what belongs with it and why, and where it was "
                "seen inland",
                kConsignmentId, "\nExample:\n  serieslink border set RC-0J4P-0C8H-6TW21", chosen,
                [&common](const GetOptions& options) {
                  using border::v1::GetPartSetRequest;
                  return RunCall<border::v1::GetPartSetResponse>(
                      common,
                      RequestFor<GetPartSetRequest>(
                          options.id, &GetPartSetRequest::mutable_consignment_id, options.view),
                      [](auto& stub, auto& context, const auto& asked, auto& response) {
                        return stub.GetPartSet(&context, asked, &response);
                      },
                      WritePartSet);
                });
  AddGetCommand(*border, "supply",
                "Shows where a weapon comes from, with basis, grade and date of each statement",
                "SL-…, WP-…, EX-…, or RC-… of a record with one exhibit",
                "\nExample:\n  serieslink border supply EX-0J4P-0C8H-6TW21", chosen,
                [&common](const GetOptions& options) {
                  using border::v1::GetWeaponSupplyRequest;
                  return RunCall<border::v1::GetWeaponSupplyResponse>(
                      common,
                      RequestFor<GetWeaponSupplyRequest>(
                          options.id, &GetWeaponSupplyRequest::mutable_weapon_id, options.view),
                      [](auto& stub, auto& context, const auto& asked, auto& response) {
                        return stub.GetWeaponSupply(&context, asked, &response);
                      },
                      WriteSupply);
                });
  AddPortsCommand(*border, common, chosen);
}

}  // namespace serieslink::cli

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "serieslink/network/v1/network_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/network_page.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

struct NetworkOptions {
  std::string first;
  std::string second;
  int hops = 0;
  int nodes_max = 0;
  std::vector<std::string> kinds;
  std::vector<std::string> verdicts;
  std::string from;
  std::string before;
  std::string as_at;
  std::int64_t min_revision = 0;
};

const std::map<std::string, network::v1::NodeKind>& KindWords() {
  static const auto* const words =
      new std::map<std::string, network::v1::NodeKind>{{"record", network::v1::NODE_KIND_RECORD},
                                                       {"exhibit", network::v1::NODE_KIND_EXHIBIT},
                                                       {"event", network::v1::NODE_KIND_EVENT},
                                                       {"weapon", network::v1::NODE_KIND_WEAPON}};
  return *words;
}

const std::map<std::string, record::v1::Verdict>& VerdictWords() {
  static const auto* const words = new std::map<std::string, record::v1::Verdict>{
      {"confirmed", record::v1::VERDICT_CONFIRMED},
      {"lead", record::v1::VERDICT_LEAD},
      {"inconclusive", record::v1::VERDICT_INCONCLUSIVE},
      {"eliminated", record::v1::VERDICT_ELIMINATED},
      {"withdrawn", record::v1::VERDICT_WITHDRAWN}};
  return *words;
}

absl::Status SetFilter(const NetworkOptions& options, network::v1::NetworkFilter& filter) {
  for (const std::string& word : options.kinds) filter.add_node_kinds(KindWords().at(word));
  for (const std::string& word : options.verdicts) filter.add_verdicts(VerdictWords().at(word));
  SL_RETURN_IF_ERROR(
      SetTime("--from", options.from, &network::v1::NetworkFilter::mutable_occurred_from, filter));
  return SetTime("--before", options.before, &network::v1::NetworkFilter::mutable_occurred_before,
                 filter);
}

template <typename Request>
absl::Status SetCommon(const NetworkOptions& options, Request& request) {
  SL_RETURN_IF_ERROR(SetFilter(options, *request.mutable_filter()));
  SL_ASSIGN_OR_RETURN(*request.mutable_view(),
                      ViewOf(options.as_at, options.min_revision, absl::Now()));
  return absl::OkStatus();
}

void SayIfShort(network::v1::Completion completion) {
  const std::string text = ShortOfAll(completion);
  if (!text.empty()) std::cerr << "note: " << text << std::endl;
}

int RunExpand(const CommandOptions& common, const NetworkOptions& options) {
  network::v1::ExpandRequest request;
  request.set_node_id(options.first);
  request.set_hops(options.hops);
  request.set_nodes_max(options.nodes_max);
  const absl::Status set = SetCommon(options, request);
  if (!set.ok()) return Fail(kExitUsage, std::string(set.message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const auto stub = network::v1::NetworkService::NewStub(connection->channel());
  const auto reader = stub->Expand(&context, request);
  network::v1::ExpandResponse all;
  network::v1::ExpandResponse some;
  while (reader->Read(&some)) all.MergeFrom(some);
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return FailCall(status, *connection);
  WriteExpansion(all, FormatOf(common), TerminalWidthColumns(), std::cout);
  SayIfShort(all.completion());
  return kExitOk;
}

int RunPath(const CommandOptions& common, const NetworkOptions& options) {
  network::v1::FindPathRequest request;
  request.set_from_id(options.first);
  request.set_to_id(options.second);
  request.set_nodes_max(options.nodes_max);
  const absl::Status set = SetCommon(options, request);
  if (!set.ok()) return Fail(kExitUsage, std::string(set.message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  network::v1::FindPathResponse response;
  const grpc::Status status = network::v1::NetworkService::NewStub(connection->channel())
                                  ->FindPath(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WritePath(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  SayIfShort(response.completion());
  return kExitOk;
}

int RunWith(const CommandOptions& common, const NetworkOptions& options) {
  network::v1::ListCoOccurringWeaponsRequest request;
  request.set_weapon_id(options.first);
  const absl::Status set = SetCommon(options, request);
  if (!set.ok()) return Fail(kExitUsage, std::string(set.message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  network::v1::ListCoOccurringWeaponsResponse response;
  const grpc::Status status = network::v1::NetworkService::NewStub(connection->channel())
                                  ->ListCoOccurringWeapons(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteCoOccurring(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  SayIfShort(response.completion());
  return kExitOk;
}

void AddPeriodAndView(CLI::App& command, NetworkOptions& options) {
  command.add_option("--from", options.from,
                     "Only events that can have been at or after this day (YYYY-MM-DD)");
  command.add_option("--before", options.before, "Only events that can have been before this day");
  command.add_option("--as-at", options.as_at, kAsAtHelp);
  command
      .add_option("--min-revision", options.min_revision,
                  "Wait until this revision is linked, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
}

void AddWays(CLI::App& command, NetworkOptions& options) {
  command.add_option("--kind", options.kinds, "Only through record, exhibit, event or weapon")
      ->check(CLI::IsMember(KeysOf(KindWords())));
  command
      .add_option("--verdict", options.verdicts,
                  "Findings that are edges [confirmed and lead]: also inconclusive, eliminated, "
                  "withdrawn")
      ->check(CLI::IsMember(KeysOf(VerdictWords())));
}

}  // namespace

void AddNetworkCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<NetworkOptions>();
  CLI::App* network =
      app.add_subcommand("network", "Shows what lies around a record, exhibit, event or weapon");
  network->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExample:\n"
      "  serieslink network with SL-7K2M-9QXD-4TFBG");
  network->require_subcommand(1);
  network->fallthrough();

  CLI::App* expand = network->add_subcommand("expand", "Shows what is so many steps away");
  expand->fallthrough();
  expand->add_option("node", options->first, "RC-…, EX-…, EV-…, WP-… or SL-…")->required();
  expand->add_option("--hops", options->hops, "Steps away from it [2]")->check(CLI::Range(1, 8));
  expand->add_option("--nodes-max", options->nodes_max, "Nodes shown at most [500]")
      ->check(CLI::Range(1, 5000));
  AddWays(*expand, *options);
  AddPeriodAndView(*expand, *options);
  expand->footer(
      "\nNobody is reached through persons. --format csv gives the edges, to draw them elsewhere.\n"
      "\nExamples:\n  serieslink network expand EV-7K2M-9QXD-4TFBG --hops 3\n"
      "  serieslink network expand SL-7K2M-9QXD-4TFBG --kind exhibit --kind weapon --verdict lead\n"
      "  serieslink --format csv network expand WP-7K2M-9QXD-4TFBG --from 2024-01-01");
  expand->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunExpand(common, *options); };
  });

  CLI::App* path = network->add_subcommand("path", "Shows a shortest way between two nodes");
  path->fallthrough();
  path->add_option("first", options->first, "RC-…, EX-…, EV-…, WP-… or SL-…")->required();
  path->add_option("second", options->second, "The other one, likewise")->required();
  path->add_option("--nodes-max", options->nodes_max, "Nodes looked at, at most [5000]")
      ->check(CLI::Range(1, 20000));
  AddWays(*path, *options);
  AddPeriodAndView(*path, *options);
  path->footer(
      "\nA way is no evidence: two guns at one incident are two guns. Why two exhibits are one\n"
      "weapon is said by \"serieslink series explain\".\n"
      "\nExample:\n  serieslink network path EX-7K2M-9QXD-4TFBG RC-0J4P-0C8H-6TW21");
  path->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunPath(common, *options); };
  });

  CLI::App* with = network->add_subcommand("with", "Lists weapons that were at the same events");
  with->fallthrough();
  with->add_option("weapon", options->first, "SL-… or WP-…, or EX-… of a member")->required();
  AddPeriodAndView(*with, *options);
  with->footer("\nExample:\n  serieslink network with SL-7K2M-9QXD-4TFBG");
  with->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunWith(common, *options); };
  });
}

}  // namespace serieslink::cli

#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "serieslink/stolen/v1/stolen_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/option_words.h"
#include "services/cli/stolen_page.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

constexpr int kPageSizeMax = 1000;

constexpr char kListFooter[] = R"(
A case is one loss of one gun, from its reports to what became of it. Everything that is given must
hold: one report of the case must satisfy what is asked of reports. The latest loss comes first.
--crime-reference takes FORCE NUMBER/YEAR.

Examples:
  serieslink stolen list --state outstanding
  serieslink stolen list --area kent --used-area mps
  serieslink stolen list --reconciliation contradicting --format csv
  serieslink stolen list --notice late --from 2025-01-01 --all
  serieslink stolen list --serial AB123456)";

struct FilterOptions {
  std::string serial;
  std::string make;
  std::string model;
  std::string calibre;
  std::vector<std::string> types;
  std::string agency;
  std::string area;
  std::string crime_reference;
  std::string holder_token;
  std::string premises_token;
  std::string certificate_token;
  std::string certificate_kind;
  std::string place_kind;
  std::string storage;
  std::vector<std::string> holder_kinds;
  std::vector<std::string> loss_kinds;
  std::vector<std::string> sources;
  std::string completeness;
  std::string from;
  std::string before;
  std::vector<std::string> states;
  std::vector<std::string> reconciliations;
  std::vector<std::string> notices;
  std::string used_area;
  bool has_contradiction = false;
};

struct ListOptions {
  FilterOptions filter;
  ViewOptions view;
  PageOptions page;
};

// "kent A/12/2018": the force, then the reference as that force writes it.
absl::Status SetReference(const std::string& text, type::v1::CrimeReference& reference) {
  const std::size_t blank = text.find(' ');
  const std::size_t slash = text.rfind('/');
  int year = 0;
  if (blank == std::string::npos || slash == std::string::npos || slash < blank ||
      !absl::SimpleAtoi(text.substr(slash + 1), &year)) {
    return absl::InvalidArgumentError(
        "--crime-reference: give force, number and year, as in \"kent 12345/2018\"");
  }
  reference.set_issuing_force(text.substr(0, blank));
  reference.set_number(text.substr(blank + 1, slash - blank - 1));
  reference.set_year(year);
  return absl::OkStatus();
}

absl::Status SetFilter(const FilterOptions& options, stolen::v1::LossCaseFilter& filter) {
  using stolen::v1::LossCaseFilter;
  filter.set_serial(options.serial);
  filter.set_make(options.make);
  filter.set_model(options.model);
  filter.set_calibre(options.calibre);
  filter.set_agency(options.agency);
  filter.set_area(options.area);
  filter.set_holder_token(options.holder_token);
  filter.set_premises_token(options.premises_token);
  filter.set_certificate_token(options.certificate_token);
  filter.set_certificate_kind(options.certificate_kind);
  filter.set_place_kind(options.place_kind);
  filter.set_storage(options.storage);
  filter.set_used_area(options.used_area);
  filter.set_has_contradiction(options.has_contradiction);
  const auto set = [](const std::vector<std::string>& words, auto* descriptor, auto* values) {
    for (const std::string& word : words) values->Add(OptionNumber(*descriptor, word));
  };
  set(options.types, record::v1::FirearmType_descriptor(), filter.mutable_types());
  set(options.holder_kinds, record::v1::HolderKind_descriptor(), filter.mutable_holder_kinds());
  set(options.loss_kinds, record::v1::LossKind_descriptor(), filter.mutable_loss_kinds());
  set(options.sources, stolen::v1::ReportSource_descriptor(), filter.mutable_sources());
  set(options.states, stolen::v1::LossCaseState_descriptor(), filter.mutable_states());
  set(options.reconciliations, stolen::v1::Reconciliation_descriptor(),
      filter.mutable_reconciliations());
  set(options.notices, stolen::v1::NoticeVerdict_descriptor(), filter.mutable_notices());
  filter.set_completeness(static_cast<stolen::v1::Completeness>(
      OptionNumber(*stolen::v1::Completeness_descriptor(), options.completeness)));
  if (!options.crime_reference.empty()) {
    SL_RETURN_IF_ERROR(SetReference(options.crime_reference, *filter.mutable_crime_reference()));
  }
  SL_RETURN_IF_ERROR(
      SetTime("--from", options.from, &LossCaseFilter::mutable_occurred_from, filter));
  return SetTime("--before", options.before, &LossCaseFilter::mutable_occurred_before, filter);
}

// Sets filter and view of a request that has both.
template <typename Request>
absl::StatusOr<Request> RequestOf(const FilterOptions& filter, const ViewOptions& view) {
  Request request;
  SL_ASSIGN_OR_RETURN(*request.mutable_view(), ViewOf(view.as_at, view.min_revision, absl::Now()));
  SL_RETURN_IF_ERROR(SetFilter(filter, *request.mutable_filter()));
  return request;
}

int RunList(const CommandOptions& common, const ListOptions& options) {
  using stolen::v1::ListLossCasesRequest;
  using stolen::v1::ListLossCasesResponse;
  absl::StatusOr<ListLossCasesRequest> request =
      RequestOf<ListLossCasesRequest>(options.filter, options.view);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  std::int64_t count = 0;
  std::int64_t unresolved = 0;
  const int code = RunPages<ListLossCasesRequest, ListLossCasesResponse>(
      common, options.page, kPageSizeMax, "cases", LossCaseHeadings(), *std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return stolen::v1::StolenService::NewStub(channel)->ListLossCases(&context, asked,
                                                                          &response);
      },
      [&](const ListLossCasesResponse& response, ListWriter& writer, const auto& has_room) {
        unresolved += response.unresolved_exhibits_size();
        for (const stolen::v1::LossCase& one : response.cases()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), LossCaseRow(one));
        }
        return true;
      },
      &count);
  if (code != kExitOk) return code;
  if (count == 0) std::cerr << NothingInAreaNote(options.filter.area);
  if (unresolved > 0) {
    std::cerr << unresolved << " reports are of guns with more evidence around them than one call "
              << "holds, and are not shown." << std::endl;
  }
  return kExitOk;
}

int RunRepeats(const CommandOptions& common, const std::string& by, const ViewOptions& view,
               const PageOptions& page) {
  using stolen::v1::ListRepeatLossesRequest;
  using stolen::v1::ListRepeatLossesResponse;
  ListRepeatLossesRequest request;
  request.set_by(
      static_cast<stolen::v1::RepeatKey>(OptionNumber(*stolen::v1::RepeatKey_descriptor(), by)));
  absl::StatusOr<series::v1::ViewSelector> selector =
      ViewOf(view.as_at, view.min_revision, absl::Now());
  if (!selector.ok()) return Fail(kExitUsage, std::string(selector.status().message()));
  *request.mutable_view() = *std::move(selector);
  std::int64_t count = 0;
  return RunPages<ListRepeatLossesRequest, ListRepeatLossesResponse>(
      common, page, kPageSizeMax, "groups", RepeatLossesHeadings(), std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return stolen::v1::StolenService::NewStub(channel)->ListRepeatLosses(&context, asked,
                                                                             &response);
      },
      [&](const ListRepeatLossesResponse& response, ListWriter& writer, const auto& has_room) {
        for (const stolen::v1::RepeatLosses& one : response.groups()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), RepeatLossesRow(one));
        }
        return true;
      },
      &count);
}

int RunCounts(const CommandOptions& common, const ListOptions& options) {
  absl::StatusOr<stolen::v1::CountLossCasesRequest> request =
      RequestOf<stolen::v1::CountLossCasesRequest>(options.filter, options.view);
  if (!request.ok()) return Fail(kExitUsage, std::string(request.status().message()));
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  stolen::v1::CountLossCasesResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = stolen::v1::StolenService::NewStub(connection->channel())
                                  ->CountLossCases(&context, *request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteLossCounts(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

int RunGet(const CommandOptions& common, const std::string& id, const ViewOptions& view) {
  stolen::v1::GetLossCasesRequest request;
  request.set_firearm_id(id);
  absl::StatusOr<series::v1::ViewSelector> selector =
      ViewOf(view.as_at, view.min_revision, absl::Now());
  if (!selector.ok()) return Fail(kExitUsage, std::string(selector.status().message()));
  *request.mutable_view() = *std::move(selector);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  stolen::v1::GetLossCasesResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = stolen::v1::StolenService::NewStub(connection->channel())
                                  ->GetLossCases(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  WriteLossCases(response, FormatOf(common), TerminalWidthColumns(), std::cout);
  return kExitOk;
}

void AddFilterOptions(CLI::App& command, FilterOptions& filter) {
  const auto one_of = [&](const char* flag, std::vector<std::string>& words, const char* help,
                          const google::protobuf::EnumDescriptor* values) {
    command.add_option(flag, words, help)->check(CLI::IsMember(OptionWords(*values)));
  };
  command.add_option("--serial", filter.serial, "Reported with this serial");
  command.add_option("--make", filter.make, "Of this maker, by any of its names");
  command.add_option("--model", filter.model, "Of this model");
  command.add_option("--calibre", filter.calibre, "Of this calibre, by any of its names");
  one_of("--type", filter.types, "Of this type; several are alternatives",
         record::v1::FirearmType_descriptor());
  command.add_option("--agency", filter.agency, "Reported by this agency");
  command.add_option("--area", filter.area, "Lost in this borough, ward or force, or \"unknown\"");
  command.add_option("--crime-reference", filter.crime_reference,
                     "Under this crime reference, as in \"kent 12345/2018\"");
  command.add_option("--holder-token", filter.holder_token, "Of the holder with this token");
  command.add_option("--premises-token", filter.premises_token, "At the premises with this token");
  command.add_option("--certificate-token", filter.certificate_token,
                     "Under the certificate with this token");
  command.add_option("--certificate-kind", filter.certificate_kind,
                     "Under this kind of certificate, as reports write it");
  command.add_option("--place-kind", filter.place_kind, "From this kind of place, likewise");
  command.add_option("--storage", filter.storage, "Kept in this way, likewise");
  one_of("--holder", filter.holder_kinds, "Of this kind of holder; several are alternatives",
         record::v1::HolderKind_descriptor());
  one_of("--kind", filter.loss_kinds, "Lost or stolen, as the report says",
         record::v1::LossKind_descriptor());
  one_of("--source", filter.sources, "Reported by this source; several are alternatives",
         stolen::v1::ReportSource_descriptor());
  command.add_option("--completeness", filter.completeness, "Whole guns or parts")
      ->check(CLI::IsMember(OptionWords(*stolen::v1::Completeness_descriptor())));
  command.add_option("--from", filter.from, "Not lost before this day (YYYY-MM-DD) or time");
  command.add_option("--before", filter.before, "Lost before this day (YYYY-MM-DD) or time");
  one_of("--state", filter.states, "In this state; several are alternatives",
         stolen::v1::LossCaseState_descriptor());
  one_of("--reconciliation", filter.reconciliations, "How the sources agree",
         stolen::v1::Reconciliation_descriptor());
  one_of("--notice", filter.notices, "Whether the holder gave notice in time",
         stolen::v1::NoticeVerdict_descriptor());
  command.add_option("--used-area", filter.used_area,
                     "Used after the loss in this borough, ward or force");
  command.add_flag("--contradictions", filter.has_contradiction, "Only cases with a contradiction");
}

}  // namespace

void AddStolenCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  CLI::App* stolen = app.add_subcommand("stolen", "Follows guns that were lost or stolen");
  stolen->footer("\nConnection settings and --format: see serieslink --help.");
  stolen->require_subcommand(1);
  stolen->fallthrough();

  auto list_options = std::make_shared<ListOptions>();
  CLI::App* list = stolen->add_subcommand("list", "Lists losses, the latest first");
  list->fallthrough();
  AddFilterOptions(*list, list_options->filter);
  AddViewOptions(*list, list_options->view);
  AddPageOptions(*list, list_options->page, kPageSizeMax);
  list->footer(kListFooter);
  list->callback([&common, &chosen, list_options] {
    chosen = [&common, list_options] { return RunList(common, *list_options); };
  });

  struct GetOptions {
    std::string id;
    ViewOptions view;
  };
  auto get_options = std::make_shared<GetOptions>();
  CLI::App* get = stolen->add_subcommand("get", "Shows all losses of one gun");
  get->fallthrough();
  get->add_option("id", get_options->id, "SL-…, WP-…, EX-…, or RC-… of a record with one exhibit")
      ->required();
  AddViewOptions(*get, get_options->view);
  get->footer("\nExample:\n  serieslink stolen get EX-0J4P-0C8H-6TW21");
  get->callback([&common, &chosen, get_options] {
    chosen = [&common, get_options] { return RunGet(common, get_options->id, get_options->view); };
  });

  auto count_options = std::make_shared<ListOptions>();
  CLI::App* counts = stolen->add_subcommand(
      "counts", "Counts losses by source, state, place of loss and of later use, and notice");
  counts->fallthrough();
  AddFilterOptions(*counts, count_options->filter);
  AddViewOptions(*counts, count_options->view);
  counts->footer(
      "\nEach table says what it counts. Reports, loss events and guns are three counts.\n"
      "\nExample:\n  serieslink stolen counts --from 2025-01-01 --before 2026-01-01");
  counts->callback([&common, &chosen, count_options] {
    chosen = [&common, count_options] { return RunCounts(common, *count_options); };
  });

  struct RepeatOptions {
    std::string by = "holder";
    ViewOptions view;
    PageOptions page;
  };
  auto repeat_options = std::make_shared<RepeatOptions>();
  CLI::App* repeats = stolen->add_subcommand(
      "repeats", "Lists holders or premises with more than one loss, by their tokens");
  repeats->fallthrough();
  repeats->add_option("--by", repeat_options->by, "By holder or premises [holder]")
      ->check(CLI::IsMember(OptionWords(*stolen::v1::RepeatKey_descriptor())));
  AddViewOptions(*repeats, repeat_options->view);
  AddPageOptions(*repeats, repeat_options->page, kPageSizeMax);
  repeats->footer(
      "\nTokens are compared within an agency.\n"
      "\nExample:\n  serieslink stolen repeats --by premises --format csv");
  repeats->callback([&common, &chosen, repeat_options] {
    chosen = [&common, repeat_options] {
      return RunRepeats(common, repeat_options->by, repeat_options->view, repeat_options->page);
    };
  });
}

}  // namespace serieslink::cli

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "serieslink/admin/v1/generation_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/completion.h"
#include "services/cli/exit_code.h"
#include "services/cli/interruption.h"
#include "services/cli/model_input.h"
#include "services/cli/page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using admin::v1::ComparisonExample;
using admin::v1::GetComparisonResponse;

constexpr int kChangesMax = 1000;
constexpr int kExamplesShown = 50;
constexpr auto kPollEvery = std::chrono::milliseconds(500);

struct GenerationOptions {
  std::uint32_t confirm_length = 0;
  std::uint32_t lead_length = 0;
  std::uint32_t guard = 0;
  bool leads_only = false;
  bool no_weak_leads = false;
  std::string model_file;
  int limit = kExamplesShown;
  std::string comparison_id;
  std::string label;
  std::string reason;
};

std::string ModelName(const linkage::v1::RuleParameters& rules) {
  return rules.has_model() ? rules.model().version() : "the program's";
}

std::vector<std::string> RuleCells(const linkage::v1::RuleParameters& rules) {
  return {ModelName(rules),
          absl::StrCat(rules.confirm_length()),
          absl::StrCat(rules.lead_length()),
          absl::StrCat(rules.guard()),
          rules.leads_only() ? "yes" : "no",
          rules.no_weak_leads() ? "yes" : "no"};
}

const std::vector<std::string>& RuleHeadings() {
  static const auto* const headings = new std::vector<std::string>{
      "model", "confirm length", "lead length", "guard", "leads only", "no weak leads"};
  return *headings;
}

int RunList(const CommandOptions& common) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  admin::v1::ListGenerationsResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = admin::v1::GenerationService::NewStub(connection->channel())
                                  ->ListGenerations(&context, {}, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << '\n';
    return kExitOk;
  }
  Table table{{"generation", "label", "from revision", "adopted", "by", "reason"}, {}};
  table.headings.insert(table.headings.end(), RuleHeadings().begin(), RuleHeadings().end());
  for (const admin::v1::AdoptedGeneration& one : response.generations()) {
    std::vector<std::string> row = {
        absl::StrCat(one.generation().number()),
        one.generation().label(),
        absl::StrCat(one.from_revision()),
        TimestampText(one.adopt_time()),
        one.author_agency().empty()
            ? "the program"
            : absl::StrCat(one.author_agency(), "/", one.author_principal()),
        one.reason()};
    for (std::string& cell : RuleCells(one.generation().rules())) row.push_back(std::move(cell));
    table.rows.push_back(std::move(row));
  }
  if (FormatOf(common) == Format::kCsv) {
    WriteCsv(table, std::cout);
  } else {
    WriteTable(table, TerminalWidthColumns(), std::cout);
  }
  return kExitOk;
}

Table ExamplesTable(const std::vector<ComparisonExample>& examples) {
  Table table{{"change", "first", "second"}, {}};
  for (const ComparisonExample& one : examples) {
    table.rows.push_back({EnumWords(one, "change"), one.first_exhibit(), one.second_exhibit()});
  }
  return table;
}

void WritePage(const std::string& id, const GetComparisonResponse& response,
               const std::vector<ComparisonExample>& examples, bool there_are_more) {
  Page page(TerminalWidthColumns(), std::cout);
  const admin::v1::ComparisonCounts& counts = response.counts();
  page.Title(absl::StrCat("Comparison ", id));
  page.Fact("model", ModelName(response.candidate()));
  page.Fact("compared with", absl::StrCat("generation ", response.current().number()));
  page.Fact("at revision", absl::StrCat(response.revision()));
  page.Fact("weapons joined", Grouped(counts.weapons_joined()));
  page.Fact("weapons split", Grouped(counts.weapons_split()));
  page.Fact("exhibits moved", Grouped(counts.exhibits_moved()));
  page.Fact("confirmed, gained", Grouped(counts.confirmations_gained()));
  page.Fact("confirmed, lost", Grouped(counts.confirmations_lost()));
  page.Fact("leads, gained", Grouped(counts.leads_gained()));
  page.Fact("leads, lost", Grouped(counts.leads_lost()));
  page.Fact("other weight", absl::StrCat(Grouped(counts.findings_reweighed()), " findings"));
  if (counts.exhibits_not_compared() > 0) {
    page.Fact("not compared", absl::StrCat(Grouped(counts.exhibits_not_compared()),
                                           " exhibits: too much hangs together"));
  }
  page.Section("Examples that you may see", ExamplesTable(examples));
  if (there_are_more) page.Paragraph("There are more examples: a higher --limit shows them.");
  page.Paragraph(absl::StrCat("To adopt it: serieslink generation adopt ", id, " --reason …"));
}

int RunCompare(const CommandOptions& common, const GenerationOptions& options) {
  admin::v1::StartComparisonRequest start;
  if (!options.model_file.empty()) {
    // Which values there are is the server's vocabulary to say.
    absl::StatusOr<linkage::v1::LinkageModel> model =
        ReadModelFile(options.model_file, linkage::UnknownValues::kPassedOver);
    if (!model.ok()) {
      return Fail(kExitUsage, absl::StrCat("--model: ", model.status().message()));
    }
    *start.mutable_rules()->mutable_model() = *std::move(model);
  }
  Interruption interruption;
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = admin::v1::GenerationService::NewStub(connection->channel());
  start.mutable_rules()->set_confirm_length(options.confirm_length);
  start.mutable_rules()->set_lead_length(options.lead_length);
  start.mutable_rules()->set_guard(options.guard);
  start.mutable_rules()->set_leads_only(options.leads_only);
  start.mutable_rules()->set_no_weak_leads(options.no_weak_leads);
  admin::v1::StartComparisonResponse started;
  {
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->StartComparison(&context, start, &started);
    if (!status.ok()) return FailCall(status, *connection);
  }
  GetComparisonResponse response;
  std::vector<ComparisonExample> examples;
  admin::v1::GetComparisonRequest get;
  get.set_comparison_id(started.comparison_id());
  get.set_page_size(std::min(options.limit, kChangesMax));
  bool there_are_more = false;
  for (int shown = -1;;) {
    if (interruption.has_happened()) {
      return Fail(kExitInterrupted, absl::StrCat("interrupted; the server goes on with comparison ",
                                                 started.comparison_id()));
    }
    GetComparisonResponse page;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->GetComparison(&context, get, &page);
    if (!status.ok()) return FailCall(status, *connection);
    if (page.state() == admin::v1::COMPARISON_STATE_FAILED) {
      return Fail(kExitServerError,
                  "the comparison could not be finished; the server's log has the cause");
    }
    if (page.state() != admin::v1::COMPARISON_STATE_DONE) {
      if (page.percent() != shown) {
        std::cerr << "compared: " << page.percent() << "%" << std::endl;
        shown = page.percent();
      }
      interruption.Wait(kPollEvery);
      continue;
    }
    for (const ComparisonExample& one : page.examples()) {
      if (static_cast<int>(examples.size()) == options.limit) {
        there_are_more = true;
        break;
      }
      examples.push_back(one);
    }
    get.set_page_token(page.next_page_token());
    response = std::move(page);
    if (get.page_token().empty()) break;
    there_are_more |= static_cast<int>(examples.size()) == options.limit;
    if (there_are_more) break;
  }
  response.clear_examples();
  for (const ComparisonExample& one : examples) *response.add_examples() = one;
  response.clear_next_page_token();
  switch (FormatOf(common)) {
    case Format::kJson:
      std::cout << JsonOf(response, true) << '\n';
      std::cerr << "comparison " << started.comparison_id() << std::endl;
      break;
    case Format::kCsv:
      WriteCsv(ExamplesTable(examples), std::cout);
      std::cerr << "comparison " << started.comparison_id() << std::endl;
      break;
    case Format::kTable:
      WritePage(started.comparison_id(), response, examples, there_are_more);
      break;
  }
  return kExitOk;
}

int RunAdopt(const CommandOptions& common, const GenerationOptions& options) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  admin::v1::AdoptGenerationRequest request;
  request.set_comparison_id(options.comparison_id);
  request.set_label(options.label);
  request.set_reason(options.reason);
  admin::v1::AdoptGenerationResponse response;
  grpc::ClientContext context;
  SetDeadline(context, common);
  const grpc::Status status = admin::v1::GenerationService::NewStub(connection->channel())
                                  ->AdoptGeneration(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << '\n';
  } else {
    std::cout << "generation " << response.generation().number() << " is in force from revision "
              << response.revision() << " on" << std::endl;
  }
  return kExitOk;
}

}  // namespace

void AddGenerationCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<GenerationOptions>();
  CLI::App* generation =
      app.add_subcommand("generation", "Compares and adopts generations of rules (administrators)");
  generation->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExamples:\n"
      "  serieslink generation list\n"
      "  serieslink generation compare --guard 32");
  generation->require_subcommand(1);
  generation->fallthrough();

  CLI::App* list = generation->add_subcommand("list", "Lists the generations that were adopted");
  list->fallthrough();
  list->footer(
      "\nExamples:\n  serieslink generation list\n"
      "  serieslink generation list --format json");
  list->callback([&common, &chosen] { chosen = [&common] { return RunList(common); }; });

  CLI::App* compare = generation->add_subcommand(
      "compare", "Shows what other rules would change, and changes nothing");
  compare->fallthrough();
  compare
      ->add_option("--model", options->model_file,
                   "The linkage model [the one that the program comes with]")
      ->type_name(kFileType);
  compare->add_option("--confirm-length", options->confirm_length,
                      "Characters of a number that confirms [as the model says]");
  compare->add_option("--lead-length", options->lead_length,
                      "Characters of a number that makes a lead [as the model says]");
  compare->add_option("--guard", options->guard,
                      "Exhibits on one number above which it identifies nothing [as the model "
                      "says]");
  compare->add_flag("--leads-only", options->leads_only, "No number confirms");
  compare->add_flag("--no-weak-leads", options->no_weak_leads,
                    "What is less than a confirmation is no lead either");
  compare->add_option("--limit", options->limit, "Examples shown at most [50]")
      ->check(CLI::Range(1, 10'000));
  compare->footer("\nExample:\n  serieslink generation compare --confirm-length 7 --guard 32");
  compare->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunCompare(common, *options); };
  });

  CLI::App* adopt = generation->add_subcommand(
      "adopt", "Adopts the rules of a comparison, from now on and for everybody");
  adopt->fallthrough();
  adopt->add_option("comparison", options->comparison_id, "The comparison that compare named")
      ->required();
  adopt->add_option("--label", options->label, "What to call the generation");
  adopt->add_option("--reason", options->reason, "Why; kept in the log")->required();
  adopt->footer(
      "\nExample:\n  serieslink generation adopt 6b531128fc83b923 --label 'longer numbers' "
      "--reason 'meeting of 3 May'");
  adopt->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunAdopt(common, *options); };
  });
}

}  // namespace serieslink::cli

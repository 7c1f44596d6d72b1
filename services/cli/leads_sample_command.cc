#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "serieslink/lead/v1/lead_service.grpc.pb.h"
#include "services/cli/exit_code.h"
#include "services/cli/leads_command.h"
#include "services/cli/leads_page.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr int kExaminationsMax = 50;

struct SampleOptions {
  std::string week;
  bool with_precision = false;
  std::string first;
  std::string second;
  std::string verdict;
  std::string reason;
  std::int64_t limit = kListLimit;
  bool all = false;
  int count = 0;
};

const std::map<std::string, lead::v1::BlindVerdict>& BlindVerdictWords() {
  static const auto* const words = new std::map<std::string, lead::v1::BlindVerdict>{
      {"same", lead::v1::BLIND_VERDICT_SAME},
      {"different", lead::v1::BLIND_VERDICT_DIFFERENT},
      {"cannot-say", lead::v1::BLIND_VERDICT_CANNOT_SAY}};
  return *words;
}

int RunSample(const CommandOptions& common, const SampleOptions& options) {
  lead::v1::GetBlindSampleRequest request;
  request.set_week(options.week);
  request.set_with_precision(options.with_precision);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  lead::v1::GetBlindSampleResponse response;
  const grpc::Status status = lead::v1::LeadService::NewStub(connection->channel())
                                  ->GetBlindSample(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << std::endl;
  } else {
    WriteBlindSample(response, FormatOf(common), TerminalWidthColumns(), std::cout);
    std::cout.flush();
  }
  if (response.revision() == 0) {
    std::cerr << "note: nothing was known here when that week began" << std::endl;
  }
  return kExitOk;
}

int RunJudge(const CommandOptions& common, const SampleOptions& options) {
  lead::v1::JudgeBlindPairRequest request;
  request.set_week(options.week);
  request.set_first_id(options.first);
  request.set_second_id(options.second);
  request.set_verdict(BlindVerdictWords().at(options.verdict));
  request.set_reason(options.reason);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  lead::v1::JudgeBlindPairResponse response;
  const grpc::Status status = lead::v1::LeadService::NewStub(connection->channel())
                                  ->JudgeBlindPair(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << std::endl;
  } else {
    std::cout << "judged, at revision " << response.revision() << std::endl;
  }
  return kExitOk;
}

int RunReexamine(const CommandOptions& common, const SampleOptions& options) {
  lead::v1::ListReexaminationsRequest request;
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = lead::v1::LeadService::NewStub(connection->channel());
  std::unique_ptr<ListWriter> writer;
  bool there_are_more = false;
  std::int64_t revision = 0;
  do {
    lead::v1::ListReexaminationsResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->ListReexaminations(&context, request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    if (writer == nullptr) {
      writer = std::make_unique<ListWriter>("reexaminations", ReexaminationHeadings(),
                                            FormatOf(common), std::cout);
    }
    revision = response.revision();
    there_are_more = !response.next_page_token().empty();
    for (const lead::v1::Reexamination& one : response.reexaminations()) {
      if (!options.all && writer->count() == options.limit) {
        there_are_more = true;
        break;
      }
      writer->Add(JsonOf(one, false), ReexaminationRow(one));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && (options.all || writer->count() < options.limit));
  writer->Finish(revision, there_are_more, TerminalWidthColumns());
  if (there_are_more) {
    std::cerr << "There are more: --all, or a higher --limit, shows them." << std::endl;
  }
  return kExitOk;
}

int RunLaboratory(const CommandOptions& common, const SampleOptions& options) {
  lead::v1::ListExaminationsRequest request;
  request.set_count_max(options.count);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  lead::v1::ListExaminationsResponse response;
  const grpc::Status status = lead::v1::LeadService::NewStub(connection->channel())
                                  ->ListExaminations(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << std::endl;
  } else {
    WriteExaminations(response, FormatOf(common), TerminalWidthColumns(), std::cout);
    std::cout.flush();
  }
  return kExitOk;
}

}  // namespace

void AddLeadsSampleCommands(CLI::App& leads, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<SampleOptions>();
  const auto add = [&](const char* name, const char* description,
                       int (*run)(const CommandOptions&, const SampleOptions&)) {
    CLI::App* command = leads.add_subcommand(name, description);
    command->fallthrough();
    command->callback([&common, &chosen, options, run] {
      chosen = [&common, options, run] { return run(common, *options); };
    });
    return command;
  };

  CLI::App* sample = add("sample", "Shows the week's blind sample of pairs to judge", RunSample);
  sample->add_option("--week", options->week, "ISO week, 2026-W48 [this week]");
  sample->add_flag("--precision", options->with_precision,
                   "Also what the judgements say of the rule; not while you still judge");
  sample->footer(
      "\nThe sample is drawn from what was known when the week began. Some of its pairs were\n"
      "confirmed by a rule, some are leads, and nothing here says which. Judge what the records\n"
      "say, then: serieslink leads judge.\n"
      "\nExamples:\n  serieslink leads sample\n  serieslink leads sample --week 2026-W47 "
      "--precision");

  CLI::App* judge = add("judge", "Judges a pair of a blind sample; it decides nothing", RunJudge);
  judge->add_option("first", options->first, "EX-…")->required();
  judge->add_option("second", options->second, "The other one")->required();
  judge->add_option("verdict", options->verdict, "same, different or cannot-say")
      ->required()
      ->check(CLI::IsMember(KeysOf(BlindVerdictWords())));
  judge->add_option("--reason", options->reason, "Why, without names")->required();
  judge->add_option("--week", options->week, "ISO week of the sample [this week]");
  judge->footer(
      "\nExample:\n  serieslink leads judge EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 same --reason "
      "\"same number and marks\"");

  CLI::App* reexamine =
      add("reexamine", "Lists pairs to be looked at again, the latest cause first", RunReexamine);
  CLI::Option* limit = reexamine->add_option("--limit", options->limit, "Pairs shown at most [50]")
                           ->check(CLI::Range(1, 1000000000));
  reexamine->add_flag("--all", options->all, "Show all")->excludes(limit);
  reexamine->footer(
      "\nWhere an analyst disputes an examiner, examinations of equal date disagree, a record has\n"
      "replaced an exhibit that a finding is about, or an exhibit has changed since a decision.\n"
      "\nExample:\n  serieslink leads reexamine --limit 20");

  CLI::App* laboratory =
      add("laboratory", "Lists exhibits whose examination would settle most leads", RunLaboratory);
  laboratory->add_option("--count", options->count, "Exhibits shown at most [20]")
      ->check(CLI::Range(1, kExaminationsMax));
  laboratory->footer("\nExample:\n  serieslink leads laboratory --count 10");
}

}  // namespace serieslink::cli

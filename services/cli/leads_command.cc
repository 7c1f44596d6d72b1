#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "serieslink/lead/v1/lead_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/exit_code.h"
#include "services/cli/firearm_page.h"
#include "services/cli/leads_command.h"
#include "services/cli/leads_page.h"
#include "services/cli/list_pages.h"
#include "services/cli/list_writer.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

constexpr int kLeadsMax = 200;

constexpr char kListFooter[] = R"(
A lead is worth the more, the likelier it is, the graver what happened and the fresher it is; the
score is a sum of bits, and "leads get" shows what it is made of. The line below the list says how
many lie above and below what one analyst does in a day, and why.

Examples:
  serieslink leads list --limit 20
  serieslink leads list --area E09000014 --age-max 7
  serieslink leads list --unit mps/trident --state referred --state accepted
  serieslink leads list --all --format json)";

constexpr char kDecideFooter[] = R"(
Verdicts: confirm (one weapon), eliminate (two), inconclusive (neither can be said), withdraw (take
your agency's decision or proposal back), second (agree to what a colleague proposed). A decision on
case or bullet is the examiner's; yours disputes a finding there and decides nothing.

Where policy asks for two people, the decision waits until another person of your agency seconds it.

Examples:
  serieslink leads decide EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 confirm --reason "same damage to slide"
  serieslink leads decide EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 second --reason "checked the photographs"
  serieslink leads decide EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 withdraw --reason "wrong exhibit")";

struct LeadsOptions {
  std::string first;
  std::string second;
  std::string word;  // what is decided, or what came of it
  std::string channel;
  std::string reason;
  std::int64_t version = -1;
  std::vector<std::int64_t> judged;  // of both records, or none
  std::string unit;
  std::string agency;
  std::uint32_t number = 0;
  std::string area;
  std::string kind;
  int age_min = 0;
  int age_max = 0;
  std::vector<std::string> states;
  int page_size = 0;
  std::int64_t limit = kListLimit;
  bool all = false;
  std::int64_t min_revision = 0;
};

const std::map<std::string, lead::v1::LeadState>& StateWords() {
  static const auto* const words = new std::map<std::string, lead::v1::LeadState>{
      {"open", lead::v1::LEAD_STATE_OPEN},         {"proposed", lead::v1::LEAD_STATE_PROPOSED},
      {"referred", lead::v1::LEAD_STATE_REFERRED}, {"accepted", lead::v1::LEAD_STATE_ACCEPTED},
      {"decided", lead::v1::LEAD_STATE_DECIDED},   {"expired", lead::v1::LEAD_STATE_EXPIRED},
      {"none", lead::v1::LEAD_STATE_NONE}};
  return *words;
}

const std::map<std::string, record::v1::Verdict>& DecisionWords() {
  static const auto* const words = new std::map<std::string, record::v1::Verdict>{
      {"confirm", record::v1::VERDICT_CONFIRMED},
      {"eliminate", record::v1::VERDICT_ELIMINATED},
      {"inconclusive", record::v1::VERDICT_INCONCLUSIVE},
      {"withdraw", record::v1::VERDICT_WITHDRAWN},
      {"second", record::v1::VERDICT_UNSPECIFIED}};
  return *words;
}

const std::map<std::string, record::v1::Channel>& ChannelWords() {
  static const auto* const words = new std::map<std::string, record::v1::Channel>{
      {"serial", record::v1::CHANNEL_SERIAL},
      {"description", record::v1::CHANNEL_DESCRIPTION},
      {"case", record::v1::CHANNEL_CASE},
      {"bullet", record::v1::CHANNEL_BULLET}};
  return *words;
}

const std::map<std::string, lead::v1::OutcomeKind>& OutcomeWords() {
  static const auto* const words = new std::map<std::string, lead::v1::OutcomeKind>{
      {"arrest", lead::v1::OUTCOME_KIND_ARREST},
      {"recovery", lead::v1::OUTCOME_KIND_RECOVERY},
      {"confirmed-link", lead::v1::OUTCOME_KIND_CONFIRMED_LINK},
      {"no-link", lead::v1::OUTCOME_KIND_NO_LINK},
      {"no-further-action", lead::v1::OUTCOME_KIND_NO_FURTHER_ACTION},
      {"other", lead::v1::OUTCOME_KIND_OTHER}};
  return *words;
}

// Shows the lead that a call answers with.
template <typename Response>
int Show(const CommandOptions& common, const Response& response) {
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << std::endl;
  } else {
    WriteLead(response.lead(), response.revision(), FormatOf(common), TerminalWidthColumns(),
              std::cout);
    std::cout.flush();
  }
  return kExitOk;
}

int RunList(const CommandOptions& common, const LeadsOptions& options) {
  lead::v1::ListLeadsRequest request;
  lead::v1::LeadFilter& filter = *request.mutable_filter();
  filter.set_agency(options.agency);
  filter.set_area(options.area);
  if (!options.kind.empty()) filter.set_kind(ExhibitKindOf(options.kind));
  filter.set_age_days_min(options.age_min);
  filter.set_age_days_max(options.age_max);
  filter.set_unit(options.unit);
  for (const std::string& word : options.states) filter.add_states(StateWords().at(word));
  request.set_page_size(options.page_size);
  if (options.page_size == 0 && (options.all || options.limit > kListLimit)) {
    request.set_page_size(kLeadsMax);
  }
  request.set_min_revision(options.min_revision);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = lead::v1::LeadService::NewStub(connection->channel());
  std::unique_ptr<ListWriter> writer;
  lead::v1::QueueLine line;
  bool there_are_more = false;
  std::int64_t revision = 0;
  do {
    lead::v1::ListLeadsResponse response;
    grpc::ClientContext context;
    SetDeadline(context, common);
    const grpc::Status status = stub->ListLeads(&context, request, &response);
    if (!status.ok()) return FailCall(status, *connection);
    // An error of the first page leaves standard output empty.
    if (writer == nullptr) {
      writer = std::make_unique<ListWriter>("leads", LeadHeadings(), FormatOf(common), std::cout);
      line = response.line();
    }
    revision = response.revision();
    there_are_more = !response.next_page_token().empty();
    for (const lead::v1::Lead& lead : response.leads()) {
      if (!options.all && writer->count() == options.limit) {
        there_are_more = true;
        break;
      }
      writer->Add(JsonOf(lead, false), LeadRow(lead));
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && (options.all || writer->count() < options.limit));
  writer->AddFact("line", JsonOf(line, false));
  writer->Finish(revision, there_are_more, TerminalWidthColumns());
  std::cerr << LineText(line) << std::endl;
  if (writer->count() == 0) std::cerr << NothingInAreaNote(options.area);
  if (there_are_more) {
    std::cerr << "There are more: --all, or a higher --limit, shows them." << std::endl;
  }
  return kExitOk;
}

int RunGet(const CommandOptions& common, const LeadsOptions& options) {
  lead::v1::GetLeadRequest request;
  request.set_first_id(options.first);
  request.set_second_id(options.second);
  request.set_min_revision(options.min_revision);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  lead::v1::GetLeadResponse response;
  const grpc::Status status =
      lead::v1::LeadService::NewStub(connection->channel())->GetLead(&context, request, &response);
  return status.ok() ? Show(common, response) : FailCall(status, *connection);
}

int RunDecide(const CommandOptions& common, const LeadsOptions& options) {
  lead::v1::DecideLeadRequest request;
  request.set_first_id(options.first);
  request.set_second_id(options.second);
  request.set_verdict(DecisionWords().at(options.word));
  request.set_second_proposal(options.word == "second");
  if (!options.channel.empty()) request.set_channel(ChannelWords().at(options.channel));
  request.set_reason(options.reason);
  if (options.version >= 0) request.set_version(static_cast<std::uint64_t>(options.version));
  for (const std::int64_t revision : options.judged) request.add_judged_revisions(revision);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  lead::v1::DecideLeadResponse response;
  const grpc::Status status = lead::v1::LeadService::NewStub(connection->channel())
                                  ->DecideLead(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (response.has_replaced_decision()) {
    std::cerr << "note: this replaces what your agency had decided: "
              << DecisionText(response.replaced_decision()) << std::endl;
  }
  if (response.has_replaced_proposal()) {
    std::cerr << "note: this replaces what waited for a second person: "
              << DecisionText(response.replaced_proposal()) << std::endl;
  }
  if (response.waits_for_second()) {
    std::cerr << "note: this waits until another person of your agency seconds it" << std::endl;
  }
  return Show(common, response);
}

// `set` says what is done.
int RunAct(const CommandOptions& common, const LeadsOptions& options,
           void (*set)(const LeadsOptions&, lead::v1::ActOnLeadRequest&)) {
  lead::v1::ActOnLeadRequest request;
  request.set_first_id(options.first);
  request.set_second_id(options.second);
  request.set_reason(options.reason);
  if (options.version >= 0) request.set_version(static_cast<std::uint64_t>(options.version));
  set(options, request);
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  lead::v1::ActOnLeadResponse response;
  const grpc::Status status = lead::v1::LeadService::NewStub(connection->channel())
                                  ->ActOnLead(&context, request, &response);
  return status.ok() ? Show(common, response) : FailCall(status, *connection);
}

void AddPair(CLI::App& command, LeadsOptions& options) {
  command.add_option("first", options.first, "EX-…, or RC-… of a record with one exhibit")
      ->required();
  command.add_option("second", options.second, "The other one, likewise")->required();
}

void AddReason(CLI::App& command, LeadsOptions& options) {
  command.add_option("--reason", options.reason, "Why, without names; it is kept with the act")
      ->required();
  command
      .add_option("--version", options.version,
                  "Only if your agency's file of the lead still has this version")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
}

void AddMinRevision(CLI::App& command, LeadsOptions& options) {
  command
      .add_option("--min-revision", options.min_revision,
                  "Wait until this revision is linked, at most --timeout")
      ->check(CLI::Range(std::int64_t{1}, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

void AddLeadsCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  auto options = std::make_shared<LeadsOptions>();
  CLI::App* leads =
      app.add_subcommand("leads", "Works through pairs that may be one weapon and need a person");
  leads->footer(
      "\nConnection settings and --format: see serieslink --help.\n\nExamples:\n"
      "  serieslink leads list --limit 20\n"
      "  serieslink leads get EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21");
  leads->require_subcommand(1);
  leads->fallthrough();
  const auto add = [&](const char* name, const char* description) {
    CLI::App* command = leads->add_subcommand(name, description);
    command->fallthrough();
    return command;
  };
  const auto act = [&](CLI::App* command,
                       void (*set)(const LeadsOptions&, lead::v1::ActOnLeadRequest&)) {
    AddReason(*command, *options);
    command->callback([&common, &chosen, options, set] {
      chosen = [&common, options, set] { return RunAct(common, *options, set); };
    });
  };

  CLI::App* list = add("list", "Lists leads, those most worth working on first");
  list->add_option("--agency", options->agency, "With a record of this agency");
  list->add_option("--area", options->area, "With an event in this borough, ward or force");
  list->add_option("--kind", options->kind, "With an exhibit of this kind")
      ->check(CLI::IsMember(ExhibitKindWords()));
  list->add_option("--age-min", options->age_min, "Known for at least so many days")
      ->check(CLI::Range(0, 1000000000));
  list->add_option("--age-max", options->age_max, "Known for at most so many days")
      ->check(CLI::Range(0, 1000000000));
  list->add_option("--unit", options->unit, "Referred to this unit, agency/unit or agency/");
  list->add_option("--state", options->states,
                   "In this state; several are alternatives [all but decided, expired and none]")
      ->check(CLI::IsMember(KeysOf(StateWords())));
  list->add_option("--page-size", options->page_size, "Leads asked for in one call")
      ->check(CLI::Range(1, kLeadsMax));
  CLI::Option* limit = list->add_option("--limit", options->limit, "Leads shown at most [50]")
                           ->check(CLI::Range(1, 1000000000));
  list->add_flag("--all", options->all, "Show all")->excludes(limit);
  AddMinRevision(*list, *options);
  list->footer(kListFooter);
  list->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunList(common, *options); };
  });

  CLI::App* get = add("get", "Shows a lead: its findings, worth, clocks, and what was done");
  AddPair(*get, *options);
  AddMinRevision(*get, *options);
  get->footer("\nExample:\n  serieslink leads get EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21");
  get->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunGet(common, *options); };
  });

  CLI::App* decide = add("decide", "Decides on a lead, seconds a decision or takes one back");
  AddPair(*decide, *options);
  decide->add_option("verdict", options->word, "confirm, eliminate, inconclusive, withdraw, second")
      ->required()
      ->check(CLI::IsMember(KeysOf(DecisionWords())));
  decide
      ->add_option(
          "--channel", options->channel,
          "By what: serial, description, case, bullet [that of its lead or link; to take back "
          "or to second, the only one there is]")
      ->check(CLI::IsMember(KeysOf(ChannelWords())));
  AddReason(*decide, *options);
  decide
      ->add_option(
          "--judged", options->judged,
          "Only if both records still are as \"leads get\" showed them: \"since revision\" "
          "of the first and of the second exhibit there")
      ->expected(2);
  decide->footer(kDecideFooter);
  decide->callback([&common, &chosen, options] {
    chosen = [&common, options] { return RunDecide(common, *options); };
  });

  CLI::App* refer = add("refer", "Hands a lead to a named unit");
  AddPair(*refer, *options);
  refer->add_option("--unit", options->unit, "agency/unit, or a unit of your own agency")
      ->required();
  act(refer, [](const LeadsOptions& from, lead::v1::ActOnLeadRequest& request) {
    request.mutable_refer()->set_unit(from.unit);
  });
  refer->footer(
      "\nExample:\n  serieslink leads refer EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 --unit "
      "kent/serious-crime \\\n    --reason \"both in your area\"");

  CLI::App* accept = add("accept", "Takes a referral to a unit of your agency");
  AddPair(*accept, *options);
  accept->add_option("--agency", options->agency, "Agency that referred it [yours]");
  accept->add_option("--number", options->number, "Which referral [the latest that is open]");
  act(accept, [](const LeadsOptions& from, lead::v1::ActOnLeadRequest& request) {
    request.mutable_accept()->set_agency(from.agency);
    request.mutable_accept()->set_number(from.number);
  });
  accept->footer(
      "\nExample:\n  serieslink leads accept EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 --agency mps "
      "--reason \"taken on\"");

  CLI::App* outcome = add("outcome", "Says what came of a referral that your agency accepted");
  AddPair(*outcome, *options);
  outcome
      ->add_option("kind", options->word,
                   "arrest, recovery, confirmed-link, no-link, no-further-action, other")
      ->required()
      ->check(CLI::IsMember(KeysOf(OutcomeWords())));
  outcome->add_option("--agency", options->agency, "Agency that referred it [yours]");
  outcome->add_option("--number", options->number, "Which referral [the latest that is accepted]");
  act(outcome, [](const LeadsOptions& from, lead::v1::ActOnLeadRequest& request) {
    request.mutable_outcome()->set_agency(from.agency);
    request.mutable_outcome()->set_number(from.number);
    request.mutable_outcome()->set_kind(OutcomeWords().at(from.word));
  });
  outcome->footer(
      "\nExample:\n  serieslink leads outcome EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 recovery "
      "--agency mps --reason \"gun found\"");

  CLI::App* expire = add("expire", "Says that a lead is not to be followed any more");
  AddPair(*expire, *options);
  act(expire,
      [](const LeadsOptions&, lead::v1::ActOnLeadRequest& request) { request.mutable_expire(); });
  expire->footer(
      "\nExample:\n  serieslink leads expire EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 --reason "
      "\"both guns destroyed\"");

  CLI::App* reopen = add("reopen", "Says that a lead is to be followed again");
  AddPair(*reopen, *options);
  act(reopen,
      [](const LeadsOptions&, lead::v1::ActOnLeadRequest& request) { request.mutable_reopen(); });
  reopen->footer(
      "\nExample:\n  serieslink leads reopen EX-7K2M-9QXD-4TFBG EX-0J4P-0C8H-6TW21 --reason "
      "\"photographs have come\"");

  AddLeadsSampleCommands(*leads, common, chosen);
}

}  // namespace serieslink::cli

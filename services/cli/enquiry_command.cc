#include <CLI/CLI.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "serieslink/enquiry/v1/enquiry_service.grpc.pb.h"
#include "services/cli/command.h"
#include "services/cli/enquiry_page.h"
#include "services/cli/exit_code.h"
#include "services/cli/firearm_filter_options.h"
#include "services/cli/list_pages.h"
#include "services/cli/option_words.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

using enquiry::v1::EnquiryService;

constexpr int kEnquiriesMax = 200;
constexpr int kDaysMax = 366;

constexpr char kQueryFooter[] = R"(
A standing query tells your agency when a gun like this comes, or is opened to it: "serieslink watch
--kind query-matched" shows it. Everything that is given must hold, as in "firearm search", which
finds what is there already. It is asked until the day that is given, and can be renewed. Only your
agency sees it.

--tell-others yes: when another unit asks about the same gun and lets the same be told, both hear
that the other one asks, and how it is reached. Nothing else is told.

Examples:
  serieslink query add --serial 'AB12*' --make Glock --unit trident --purpose "shooting in May" --days 90
  serieslink query list --status open --status expired
  serieslink query get RC-7K2M-9QXD-4TFBG
  serieslink query renew RC-7K2M-9QXD-4TFBG --until 2027-06-30
  serieslink query comment RC-7K2M-9QXD-4TFBG --text "still wanted"
  serieslink query cancel RC-7K2M-9QXD-4TFBG --reason "gun recovered")";

constexpr char kTraceFooter[] = R"(
A trace request asks named agencies, or all, whether they know a gun. They hear of it ("serieslink
watch --kind trace-requested"), and you hear of their answers (--kind trace-answered). Only whoever
asks and whoever is asked sees it; who is asked sees no other agency's answer.

Examples:
  serieslink trace-request add --serial AB123456 --make Glock --ask kent --ask nabis \
    --unit trident --purpose "recovered with no record" --days 30
  serieslink trace-request list --to-me
  serieslink trace-request get RC-7K2M-9QXD-4TFBG
  serieslink trace-request renew RC-7K2M-9QXD-4TFBG --days 30
  serieslink trace-request comment RC-7K2M-9QXD-4TFBG --text "serial read again, it is right"
  serieslink trace-request answer RC-7K2M-9QXD-4TFBG known --about EX-0J4P-0C8H-6TW21 --text "stolen 2025"
  serieslink trace-request close RC-7K2M-9QXD-4TFBG --reason "traced")";

struct EnquiryOptions {
  enquiry::v1::EnquiryKind kind = enquiry::v1::ENQUIRY_KIND_UNSPECIFIED;
  FirearmFilterOptions gun;
  std::string unit;
  std::string contact;
  std::string purpose;
  std::string until;
  int days = 0;
  std::string tell_others;
  std::string request_id;
  std::vector<std::string> asked;
  bool asks_all = false;
  std::string id;
  std::string text;  // a comment, a reason, an answer in words
  std::int64_t version = 0;
  std::string answer;
  std::vector<std::string> about;
  std::vector<std::string> statuses;
  bool to_me = false;
  PageOptions page;
};

using Options = std::shared_ptr<EnquiryOptions>;

// Until when it is asked: the end of a day, a time, or so many days from now.
// Errors: INVALID_ARGUMENT (not said, or neither a day nor a time).
absl::StatusOr<google::protobuf::Timestamp> UntilOf(const EnquiryOptions& options) {
  if (options.days == 0 && options.until.empty()) {
    return absl::InvalidArgumentError("say until when it is asked: --until or --days");
  }
  if (options.days > 0) return TimestampOf(absl::Now() + absl::Hours(24) * options.days);
  absl::CivilDay day;
  const std::string text =
      absl::ParseCivilTime(options.until, &day) ? absl::FormatCivilTime(day + 1) : options.until;
  const absl::StatusOr<absl::Time> time = ParseTimeArgument(text);
  if (!time.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--until: ", time.status().message()));
  }
  return TimestampOf(*time);
}

// Calls the service, and shows the enquiry that it answers with.
template <typename Response, typename Request>
int CallAndShow(const CommandOptions& common, const Request& request,
                grpc::Status (EnquiryService::Stub::*call)(grpc::ClientContext*, const Request&,
                                                           Response*)) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  const auto stub = EnquiryService::NewStub(connection->channel());
  grpc::ClientContext context;
  SetDeadline(context, common);
  Response response;
  const grpc::Status status = ((*stub).*call)(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (FormatOf(common) == Format::kJson) {
    std::cout << JsonOf(response, true) << std::endl;
  } else {
    WriteEnquiry(response.enquiry(), response.revision(), FormatOf(common), TerminalWidthColumns(),
                 std::cout);
    std::cout.flush();
  }
  return kExitOk;
}

int RunAdd(const CommandOptions& common, const EnquiryOptions& options) {
  enquiry::v1::CreateEnquiryRequest request;
  request.set_kind(options.kind);
  request.set_unit(options.unit);
  request.set_contact(options.contact);
  request.set_purpose(options.purpose);
  if (const absl::Status set = SetFirearmFilter(options.gun, *request.mutable_gun()); !set.ok()) {
    return Fail(kExitUsage, std::string(set.message()));
  }
  absl::StatusOr<google::protobuf::Timestamp> until = UntilOf(options);
  if (!until.ok()) return Fail(kExitUsage, std::string(until.status().message()));
  *request.mutable_expire_time() = *std::move(until);
  for (const std::string& agency : options.asked) request.add_asked_agencies(agency);
  request.set_asks_all(options.asks_all);
  if (!options.tell_others.empty()) {
    request.set_deconfliction(options.tell_others == "yes" ? enquiry::v1::DECONFLICTION_ALLOWED
                                                           : enquiry::v1::DECONFLICTION_REFUSED);
  }
  request.set_request_id(options.request_id);
  return CallAndShow(common, request, &EnquiryService::Stub::CreateEnquiry);
}

int RunGet(const CommandOptions& common, const EnquiryOptions& options) {
  enquiry::v1::GetEnquiryRequest request;
  request.set_enquiry_id(options.id);
  return CallAndShow(common, request, &EnquiryService::Stub::GetEnquiry);
}

int RunList(const CommandOptions& common, const EnquiryOptions& options) {
  using enquiry::v1::ListEnquiriesRequest;
  using enquiry::v1::ListEnquiriesResponse;
  ListEnquiriesRequest request;
  request.set_kind(options.kind);
  request.set_to_me(options.to_me);
  for (const std::string& word : options.statuses) {
    request.add_statuses(static_cast<enquiry::v1::EnquiryStatus>(
        OptionNumber(*enquiry::v1::EnquiryStatus_descriptor(), word)));
  }
  std::int64_t count = 0;
  return RunPages<ListEnquiriesRequest, ListEnquiriesResponse>(
      common, options.page, kEnquiriesMax, "enquiries", EnquiryHeadings(), std::move(request),
      [](const auto& channel, auto& context, const auto& asked, auto& response) {
        return EnquiryService::NewStub(channel)->ListEnquiries(&context, asked, &response);
      },
      [&](const ListEnquiriesResponse& response, ListWriter& writer, const auto& has_room) {
        for (const enquiry::v1::Enquiry& one : response.enquiries()) {
          if (!has_room()) return false;
          writer.Add(JsonOf(one, false), EnquiryRow(one));
        }
        return true;
      },
      &count);
}

// `set` says what is done.
int RunAct(const CommandOptions& common, const EnquiryOptions& options,
           absl::Status (*set)(const EnquiryOptions&, enquiry::v1::ActOnEnquiryRequest&)) {
  enquiry::v1::ActOnEnquiryRequest request;
  request.set_enquiry_id(options.id);
  request.set_version(options.version);
  if (const absl::Status is_set = set(options, request); !is_set.ok()) {
    return Fail(kExitUsage, std::string(is_set.message()));
  }
  return CallAndShow(common, request, &EnquiryService::Stub::ActOnEnquiry);
}

int RunAnswer(const CommandOptions& common, const EnquiryOptions& options) {
  enquiry::v1::AnswerTraceRequestRequest request;
  request.set_enquiry_id(options.id);
  request.set_answer(static_cast<enquiry::v1::TraceAnswer>(
      OptionNumber(*enquiry::v1::TraceAnswer_descriptor(), options.answer)));
  request.set_text(options.text);
  request.set_unit(options.unit);
  for (const std::string& id : options.about) request.add_about(id);
  return CallAndShow(common, request, &EnquiryService::Stub::AnswerTraceRequest);
}

void AddUntil(CLI::App& command, EnquiryOptions& options) {
  CLI::Option* until = command.add_option(
      "--until", options.until, "Until the end of this day (YYYY-MM-DD), or a time; or --days");
  command.add_option("--days", options.days, "For so many days from now")
      ->check(CLI::Range(1, kDaysMax))
      ->excludes(until);
}

void AddId(CLI::App& command, EnquiryOptions& options) {
  command.add_option("id", options.id, "RC-… of the enquiry")->required();
}

void AddVersion(CLI::App& command, EnquiryOptions& options) {
  command.add_option("--version", options.version, "Only if it still has this version")
      ->check(CLI::Range(1, 1'000'000));
}

absl::Status SetRenewal(const EnquiryOptions& from, enquiry::v1::ActOnEnquiryRequest& request) {
  absl::StatusOr<google::protobuf::Timestamp> until = UntilOf(from);
  if (!until.ok()) return until.status();
  *request.mutable_renew_until() = *std::move(until);
  return absl::OkStatus();
}

absl::Status SetComment(const EnquiryOptions& from, enquiry::v1::ActOnEnquiryRequest& request) {
  request.set_comment(from.text);
  return absl::OkStatus();
}

absl::Status SetEnd(const EnquiryOptions& from, enquiry::v1::ActOnEnquiryRequest& request) {
  request.set_end_reason(from.text);
  return absl::OkStatus();
}

// What both kinds of enquiries have.
class Group {
 public:
  Group(CLI::App& app, const CommandOptions& common, Command& chosen, const char* name,
        const char* description, const char* footer, enquiry::v1::EnquiryKind kind)
      : common_(common), chosen_(chosen), options_(std::make_shared<EnquiryOptions>()) {
    options_->kind = kind;
    group_ = app.add_subcommand(name, description);
    group_->footer(
        absl::StrCat("\nConnection settings and --format: see serieslink --help.\n", footer));
    group_->require_subcommand(1);
    group_->fallthrough();
    footer_ = footer;
  }

  EnquiryOptions& options() { return *options_; }

  CLI::App* Add(const char* name, const char* description,
                int (*run)(const CommandOptions&, const EnquiryOptions&)) {
    CLI::App* command = group_->add_subcommand(name, description);
    command->fallthrough();
    command->footer(footer_);
    command->callback([&common = common_, &chosen = chosen_, options = options_, run] {
      chosen = [&common, options, run] { return run(common, *options); };
    });
    return command;
  }

  CLI::App* AddAct(const char* name, const char* description,
                   absl::Status (*set)(const EnquiryOptions&, enquiry::v1::ActOnEnquiryRequest&)) {
    CLI::App* command = group_->add_subcommand(name, description);
    command->fallthrough();
    command->footer(footer_);
    AddId(*command, *options_);
    AddVersion(*command, *options_);
    command->callback([&common = common_, &chosen = chosen_, options = options_, set] {
      chosen = [&common, options, set] { return RunAct(common, *options, set); };
    });
    return command;
  }

  CLI::App* AddCommands(const char* end_name, const char* end_description) {
    CLI::App* add = Add("add", "Asks", RunAdd);
    AddFirearmFilterOptions(*add, options_->gun);
    add->add_option("--unit", options_->unit, "Unit that asks, within your agency")->required();
    add->add_option("--contact", options_->contact,
                    "How the unit is reached: an office's telephone or mailbox");
    add->add_option("--purpose", options_->purpose, "Why, without names; it is kept")->required();
    AddUntil(*add, *options_);
    add->add_option("--tell-others", options_->tell_others,
                    "Whether units that ask about the same gun may be told: yes, no [as your "
                    "server is configured]")
        ->check(CLI::IsMember({"yes", "no"}));
    add->add_option("--request-id", options_->request_id,
                    "A word of yours by which a call that is sent again asks nothing twice");
    CLI::App* list = Add("list", "Lists them, the latest first", RunList);
    list->add_option("--status", options_->statuses,
                     "With this status; several are alternatives [open and answered]")
        ->check(CLI::IsMember(OptionWords(*enquiry::v1::EnquiryStatus_descriptor())));
    AddPageOptions(*list, options_->page, kEnquiriesMax);
    list_ = list;
    AddId(*Add("get", "Shows one, with what was said to it", RunGet), *options_);
    AddUntil(*AddAct("renew", "Asks for longer, also what has expired", SetRenewal), *options_);
    AddAct("comment", "Says something of one", SetComment)
        ->add_option("--text", options_->text, "What, without names")
        ->required();
    AddAct(end_name, end_description, SetEnd)
        ->add_option("--reason", options_->text, "Why, without names; it is kept")
        ->required();
    return add;
  }

  CLI::App* list() const { return list_; }

 private:
  const CommandOptions& common_;
  Command& chosen_;
  Options options_;
  CLI::App* group_ = nullptr;
  CLI::App* list_ = nullptr;
  const char* footer_ = nullptr;
};

}  // namespace

void AddEnquiryCommands(CLI::App& app, const CommandOptions& common, Command& chosen) {
  Group query(app, common, chosen, "query",
              "Standing queries: tells you when a gun like this appears", kQueryFooter,
              enquiry::v1::ENQUIRY_KIND_STANDING_QUERY);
  query.AddCommands("cancel", "Asks no more");

  Group trace(app, common, chosen, "trace-request",
              "Trace requests: asks other agencies whether they know a gun", kTraceFooter,
              enquiry::v1::ENQUIRY_KIND_TRACE_REQUEST);
  CLI::App* add = trace.AddCommands("close", "Asks no more");
  CLI::Option* asked =
      add->add_option("--ask", trace.options().asked, "An agency that is asked; may be repeated");
  add->add_flag("--ask-all", trace.options().asks_all, "Asks every agency")->excludes(asked);
  trace.list()->add_flag("--to-me", trace.options().to_me, "What your agency is asked");
  CLI::App* answer = trace.Add("answer", "Answers what your agency is asked", RunAnswer);
  AddId(*answer, trace.options());
  answer->add_option("answer", trace.options().answer, "known, not-known, refer")
      ->required()
      ->check(CLI::IsMember(OptionWords(*enquiry::v1::TraceAnswer_descriptor())));
  answer->add_option("--text", trace.options().text, "In words, without names");
  answer->add_option("--about", trace.options().about,
                     "EX-… or RC-… that it is about and that you may see; may be repeated");
  answer->add_option("--unit", trace.options().unit, "Unit that answers, within your agency");
}

}  // namespace serieslink::cli

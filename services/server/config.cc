#include "services/server/config.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <system_error>
#include <type_traits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "serieslink/record/v1/finding.pb.h"
#include "services/rpc/identity.h"
#include "services/server/module_table.h"
#include "storage/base/status_macros.h"

namespace serieslink::server {
namespace {

// Gathers what the parser complains of, with lines.
class Complaints final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    complaints_.push_back(absl::StrCat("line ", line + 1, ", column ", column + 1, ": ", message));
  }
  void Add(std::string complaint) { complaints_.push_back(std::move(complaint)); }

  absl::Status status() const {
    if (complaints_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("the configuration cannot be used:\n  ", absl::StrJoin(complaints_, "\n  ")));
  }

 private:
  std::vector<std::string> complaints_;
};

}  // namespace

absl::StatusOr<config::v1::ServerConfig> ParseConfig(std::string_view text) {
  Complaints complaints;
  config::v1::ServerConfig config;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&complaints);
  if (!parser.ParseFromString(std::string(text), &config)) return complaints.status();

  const auto require = [&](const std::string& value, const char* field, const char* what) {
    if (value.empty()) complaints.Add(absl::StrCat(field, ": ", what));
  };
  require(config.listen_address(), "listen_address", "give \"host:port\"; port 0 takes any");
  if (!config.listen_address().empty() && config.listen_address().find(':') == std::string::npos) {
    complaints.Add("listen_address: give \"host:port\"; port 0 takes any");
  }
  require(config.tls().certificate(), "tls.certificate", "give the path of a PEM file");
  require(config.tls().private_key(), "tls.private_key", "give the path of a PEM file");
  require(config.tls().client_ca(), "tls.client_ca", "give the path of a PEM file");
  require(config.trust_domain(), "trust_domain", "give the SPIFFE trust domain of the callers");
  require(config.data_directory(), "data_directory", "give the path of a folder");
  const auto require_names = [&](const auto& agencies, const std::string& field) {
    for (int i = 0; i < agencies.size(); ++i) {
      if (!rpc::IsIdentitySegment(agencies[i])) {
        complaints.Add(
            absl::StrCat(field, "[", i, "]: name an agency in lower case, as in its certificates"));
      }
    }
  };
  std::set<std::string> permitted;
  const std::set<std::string> feeds = {"mps",       "nabis", "border_force",
                                       "licensing", "force", "statistics"};
  for (int i = 0; i < config.feed_permissions_size(); ++i) {
    const config::v1::FeedPermission& permission = config.feed_permissions(i);
    if (!feeds.contains(permission.feed())) {
      complaints.Add(absl::StrCat(
          "feed_permissions[", i,
          "].feed: name one of mps, nabis, border_force, licensing, force, statistics"));
    }
    if (!permission.feed().empty() && !permitted.insert(permission.feed()).second) {
      complaints.Add(absl::StrCat("feed_permissions[", i,
                                  "].feed: this feed has its agencies above; name them there"));
    }
    if (permission.agencies().empty()) {
      complaints.Add(absl::StrCat("feed_permissions[", i, "].agencies: name at least one"));
    }
    require_names(permission.agencies(), absl::StrCat("feed_permissions[", i, "].agencies"));
  }
  require_names(config.confirmation().examiner_agencies(), "confirmation.examiner_agencies");
  require_names(config.confirmation().reference_agencies(), "confirmation.reference_agencies");
  const GrpcLimits limits = GrpcLimitsOf(config.limits());
  if (limits.calls_per_agency_max >= limits.threads_max) {
    complaints.Add(absl::StrCat("limits.calls_per_agency_max: ", limits.calls_per_agency_max,
                                " is not below limits.calls_max, which is ", limits.threads_max,
                                ": one agency could hold what belongs to all"));
  }
  for (int i = 0; i < config.administrators_size(); ++i) {
    const config::v1::Administrator& one = config.administrators(i);
    if (!rpc::IsIdentitySegment(one.agency()) || !rpc::IsIdentitySegment(one.principal())) {
      complaints.Add(absl::StrCat("administrators[", i,
                                  "]: name an agency and a principal, as in their certificate"));
    } else if (one.agency() != summaries.issuers(0).agency()) {
      complaints.Add(absl::StrCat("public_summaries.issuers[", i,
                                  "]: all are of one agency, for the difference of two agencies' "
                                  "counts tells what only one of them may see"));
    }
  }
  require_names(config.confirmation().analyst_agencies(), "confirmation.analyst_agencies");
  require_names(config.alerts().linking_agencies(), "alerts.linking_agencies");
  require_names(config.enquiries().telling_agencies(), "enquiries.telling_agencies");
  if (config.enquiries().open_per_agency_max() > 10'000) {
    complaints.Add("enquiries.open_per_agency_max: at most 10000");
  }
  const std::set<std::string> decisions = {"CONFIRMED", "ELIMINATED", "INCONCLUSIVE", "WITHDRAWN"};
  for (int i = 0; i < config.leads().two_person_decisions_size(); ++i) {
    if (!decisions.contains(config.leads().two_person_decisions(i))) {
      complaints.Add(absl::StrCat("leads.two_person_decisions[", i,
                                  "]: CONFIRMED, ELIMINATED, INCONCLUSIVE or WITHDRAWN"));
    }
  }
  const auto at_most = [&](std::uint32_t value, std::uint32_t max, const char* field) {
    if (value > max) complaints.Add(absl::StrCat("leads.", field, ": at most ", max));
  };
  at_most(config.leads().budget_per_day(), 10'000, "budget_per_day");
  at_most(config.leads().expiry_days(), 36'500, "expiry_days");
  at_most(config.leads().acceptance_days(), 3'650, "acceptance_days");
  at_most(config.leads().sample_size(), 200, "sample_size");
  const config::v1::PublicSummariesConfig& summaries = config.public_summaries();
  for (int i = 0; i < summaries.issuers_size(); ++i) {
    const config::v1::Administrator& one = summaries.issuers(i);
    if (!rpc::IsIdentitySegment(one.agency()) || !rpc::IsIdentitySegment(one.principal())) {
      complaints.Add(absl::StrCat("public_summaries.issuers[", i,
                                  "]: name an agency and a principal, as in their certificate"));
    } else if (one.agency() != summaries.issuers(0).agency()) {
      complaints.Add(absl::StrCat("public_summaries.issuers[", i,
                                  "]: all are of one agency, for the difference of two agencies' "
                                  "counts tells what only one of them may see"));
    }
  }
  if (summaries.issuers_size() > 0 && summaries.signing_key().empty()) {
    complaints.Add(
        "public_summaries.signing_key: give the path of an Ed25519 private key in PEM; what is "
        "issued is signed");
  }
  const std::uint32_t small_below = summaries.small_below() > 0 ? summaries.small_below() : 5;
  if (small_below < 3 || small_below > 100) {
    complaints.Add("public_summaries.small_below: 3 to 100");
  }
  const std::uint32_t base = summaries.rounding_base();
  if (base != 0 && base != 3 && base != 5 && base != 10) {
    complaints.Add("public_summaries.rounding_base: 3, 5 or 10, or 0 for none");
  } else if (base > small_below) {
    complaints.Add("public_summaries.rounding_base: above small_below it would make figures 0");
  }
  std::vector<std::string> modules;
  for (const ModuleRow& row : ModuleTable()) modules.push_back(row.name);
  for (int i = 0; i < config.modules_size(); ++i) {
    if (std::find(modules.begin(), modules.end(), config.modules(i)) == modules.end()) {
      complaints.Add(absl::StrCat("modules[", i, "]: name one of ", absl::StrJoin(modules, ", ")));
    }
  }
  const std::string& level = config.log_level();
  if (!level.empty() && level != "INFO" && level != "WARNING" && level != "ERROR") {
    complaints.Add("log_level: INFO, WARNING or ERROR");
  }
  SL_RETURN_IF_ERROR(complaints.status());
  return config;
}

namespace {

// `what`: what the file is, for a message.
absl::StatusOr<std::string> ReadText(const std::string& path, const char* what) {
  const auto cannot_read = [&](const char* why) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read the ", what, " '", path, "': ", why));
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return cannot_read("it is a folder; name the file");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return cannot_read(errno != 0 ? std::strerror(errno) : "it cannot be opened");
  std::stringstream text;
  if (!(text << file.rdbuf())) return cannot_read("it is empty, or the disk fails");
  return text.str();
}

}  // namespace

absl::StatusOr<config::v1::ServerConfig> ReadConfig(const std::string& path) {
  SL_ASSIGN_OR_RETURN(const std::string text, ReadText(path, "configuration"));
  return ParseConfig(text);
}

absl::StatusOr<std::shared_ptr<const linkage::Vocabulary>> ReadVocabulary(
    const config::v1::ServerConfig& config) {
  if (config.vocabulary_file().empty()) return nullptr;
  SL_ASSIGN_OR_RETURN(const std::string text, ReadText(config.vocabulary_file(), "vocabulary"));
  return linkage::Vocabulary::Parse(text);
}

absl::StatusOr<std::shared_ptr<const border::PortList>> ReadPorts(
    const config::v1::ServerConfig& config) {
  if (config.ports_file().empty()) return nullptr;
  SL_ASSIGN_OR_RETURN(const std::string text, ReadText(config.ports_file(), "ports"));
  return border::PortList::Parse(text);
}

absl::StatusOr<std::shared_ptr<const summary::Boundaries>> ReadBoundaries(
    const config::v1::ServerConfig& config) {
  std::vector<std::unique_ptr<const summary::BoundarySet>> sets;
  for (int i = 0; i < config.boundaries_size(); ++i) {
    const config::v1::BoundaryFile& one = config.boundaries(i);
    const auto of_file = [&](const absl::Status& status) {
      return absl::InvalidArgumentError(absl::StrCat("boundaries[", i, "]: ", status.message()));
    };
    const absl::StatusOr<std::string> text = ReadText(one.file(), "boundaries");
    if (!text.ok()) return of_file(text.status());
    absl::StatusOr<std::unique_ptr<summary::BoundarySet>> set =
        summary::BoundarySet::Parse(*text, {.kind = summary::AreaKindOf(one.kind()),
                                            .boundary_year = one.boundary_year(),
                                            .code_property = one.code_property(),
                                            .name_property = one.name_property(),
                                            .attribution = one.attribution()});
    if (!set.ok()) return of_file(set.status());
    sets.push_back(*std::move(set));
  }
  return summary::Boundaries::Of(std::move(sets));
}

absl::StatusOr<summary::PublicSummaryOptions> ReadPublicSummaryOptions(
    const config::v1::ServerConfig& config) {
  const config::v1::PublicSummariesConfig& said = config.public_summaries();
  summary::PublicSummaryOptions options;
  for (const config::v1::Administrator& one : said.issuers()) {
    options.issuers.insert({one.agency(), one.principal()});
  }
  if (said.small_below() > 0) options.policy.small_below = said.small_below();
  options.policy.rounding_base = said.rounding_base();
  options.publisher = said.publisher();
  options.needs_second_person = said.needs_second_person();
  if (said.signing_key().empty()) return options;
  SL_ASSIGN_OR_RETURN(const std::string pem, ReadText(said.signing_key(), "signing key"));
  absl::StatusOr<summary::SigningKey> key = summary::SigningKey::Parse(pem);
  if (!key.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("public_summaries.signing_key: ", key.status().message()));
  }
  options.key = *std::move(key);
  return options;
}

GrpcLimits GrpcLimitsOf(const config::v1::LimitsConfig& config) {
  GrpcLimits limits;
  const auto set = [](std::uint64_t value, auto& limit) {
    using Limit = std::remove_reference_t<decltype(limit)>;
    constexpr std::uint64_t kMax = std::numeric_limits<Limit>::max();
    if (value > 0) limit = static_cast<Limit>(std::min(value, kMax));
  };
  const auto set_seconds = [](std::uint32_t value, absl::Duration& limit) {
    if (value > 0) limit = absl::Seconds(value);
  };
  set(config.grpc_memory_bytes(), limits.memory_bytes_max);
  set(config.calls_max(), limits.threads_max);
  set(config.calls_per_agency_max(), limits.calls_per_agency_max);
  set(config.connections_max(), limits.connections.connections_max);
  set(config.connections_per_address_max(), limits.connections.connections_per_address_max);
  set_seconds(config.handshake_seconds(), limits.connections.handshake_max);
  set_seconds(config.request_seconds(), limits.patience.request);
  set_seconds(config.answer_seconds(), limits.patience.answer);
  limits.connections.unsent_max = limits.patience.answer;
  set_seconds(config.stream_idle_seconds(), limits.patience.next);
  return limits;
}

linkage::ConfirmationPolicy ConfirmationPolicyOf(const config::v1::ServerConfig& config) {
  linkage::ConfirmationPolicy policy;
  const config::v1::ConfirmationConfig& said = config.confirmation();
  if (!said.examiner_agencies().empty()) {
    policy.examiner_agencies = {said.examiner_agencies().begin(), said.examiner_agencies().end()};
  }
  policy.reference_agencies = {said.reference_agencies().begin(), said.reference_agencies().end()};
  policy.analyst_agencies = {said.analyst_agencies().begin(), said.analyst_agencies().end()};
  policy.rules_confirm = !said.rules_make_leads();
  for (const std::string& decision : config.leads().two_person_decisions()) {
    record::v1::Verdict verdict = record::v1::VERDICT_UNSPECIFIED;
    if (record::v1::Verdict_Parse("VERDICT_" + decision, &verdict)) {
      policy.two_person_verdicts.insert(static_cast<linkage::Verdict>(verdict));
    }
  }
  return policy;
}

}  // namespace serieslink::server

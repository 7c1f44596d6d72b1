#include "services/cli/connection.h"

// Header-only and without exceptions, whatever the packaged library was built with.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "services/cli/certificate.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::cli {
namespace {

namespace fs = std::filesystem;

struct Setting {
  const char* flag;      // also, without dashes and with '_', the key in the file
  const char* key;       // in the configuration file
  const char* variable;  // in the environment
  const char* meaning;
  std::string ConnectionSettings::*member;
  bool is_path;
  bool is_required;
};

constexpr std::array<Setting, 5> kSettings = {{
    {"--server", "server", "SERIESLINK_SERVER", "the server's host:port",
     &ConnectionSettings::server, false, true},
    {"--ca", "ca", "SERIESLINK_CA", "PEM file of the server's certificate authority",
     &ConnectionSettings::ca_file, true, true},
    {"--cert", "cert", "SERIESLINK_CERT", "PEM file of your agency's certificate",
     &ConnectionSettings::certificate_file, true, true},
    {"--key", "key", "SERIESLINK_KEY", "PEM file of its private key", &ConnectionSettings::key_file,
     true, true},
    {"--server-name", "server_name", "SERIESLINK_SERVER_NAME",
     "name to expect in the server's certificate", &ConnectionSettings::server_name, false, false},
}};

// Rejections of a whole batch, with all their fields, may exceed gRPC's 4 MiB.
constexpr int kResponseBytesMax = 64 << 20;

std::string DefaultConfigFile(const Environment& environment) {
  if (const char* base = environment("XDG_CONFIG_HOME"); base != nullptr && *base != '\0') {
    return absl::StrCat(base, "/serieslink/config.toml");
  }
  const char* home = environment("HOME");
  if (home == nullptr || *home == '\0') return "";
  return absl::StrCat(home, "/.config/serieslink/config.toml");
}

absl::StatusOr<ConnectionSettings> SettingsInFile(const std::string& path) {
  SL_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path, "configuration"));
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", parsed.error().source().begin.line,
                     ": this is not TOML: ", AbslView(parsed.error().description())));
  }
  ConnectionSettings settings;
  for (const auto& [key, node] : parsed.table()) {
    const auto found =
        std::find_if(kSettings.begin(), kSettings.end(),
                     [&key = key](const Setting& setting) { return key.str() == setting.key; });
    if (found == kSettings.end() || !node.is_string()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", node.source().begin.line, ": '", AbslView(key.str()),
                       "' cannot be used; the file may give server, ca, cert, key and server_name, "
                       "each a text in quotes"));
    }
    std::string value = node.value_or(std::string());
    if (found->is_path && !value.empty()) value = fs::path(path).parent_path() / value;
    settings.*(found->member) = std::move(value);
  }
  return settings;
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, std::string_view what) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " (", AbslView(what), ") is a folder; name the file"));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file || file.bad()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read ", path, " (", AbslView(what),
                     "): ", errno != 0 ? std::strerror(errno) : "the file is empty",
                     "; check the path and that you may read it"));
  }
  return text.str();
}

absl::StatusOr<ConnectionSettings> ResolveSettings(const ConnectionFlags& flags,
                                                   const Environment& environment) {
  ConnectionSettings in_file;
  std::string config = flags.config_file;
  if (config.empty()) {
    const std::string standard = DefaultConfigFile(environment);
    std::error_code error;
    if (!standard.empty() && fs::exists(standard, error)) config = standard;
  }
  if (!config.empty()) {
    SL_ASSIGN_OR_RETURN(in_file, SettingsInFile(config));
  }
  ConnectionSettings settings;
  std::vector<std::string> missing;
  for (const Setting& setting : kSettings) {
    std::string& value = settings.*(setting.member);
    value = flags.settings.*(setting.member);
    if (const char* set = environment(setting.variable); value.empty() && set != nullptr) {
      value = set;
    }
    if (value.empty()) value = in_file.*(setting.member);
    if (value.empty() && setting.is_required) {
      missing.push_back(absl::StrCat(setting.flag, " (or ", setting.variable, ", or ", setting.key,
                                     " in the configuration file): ", setting.meaning));
    }
  }
  if (missing.empty()) return settings;
  return absl::InvalidArgumentError(
      absl::StrCat("no connection without\n  ", absl::StrJoin(missing, "\n  ")));
}

absl::StatusOr<Connection> Connection::Open(const ConnectionSettings& settings) {
  Connection connection;
  connection.settings_ = settings;
  grpc::SslCredentialsOptions options;
  SL_ASSIGN_OR_RETURN(options.pem_root_certs, ReadWholeFile(settings.ca_file, "--ca"));
  SL_ASSIGN_OR_RETURN(options.pem_cert_chain, ReadWholeFile(settings.certificate_file, "--cert"));
  SL_ASSIGN_OR_RETURN(options.pem_private_key, ReadWholeFile(settings.key_file, "--key"));
  connection.certificate_pem_ = options.pem_cert_chain;
  if (absl::Status status = CheckKeyOfCertificate(options.pem_cert_chain, options.pem_private_key);
      !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--cert ", settings.certificate_file, ", --key ",
                                                   settings.key_file, ": ", status.message()));
  }
  if (options.pem_root_certs.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("--ca ", settings.ca_file, ": the file holds no certificate in PEM form"));
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kResponseBytesMax);
  // A server that vanished without a word is noticed within a minute.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // A push goes on soon after the server is back.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 250);
  // The least time that an attempt to connect gets, whatever its name says.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  if (!settings.server_name.empty()) {
    arguments.SetSslTargetNameOverride(settings.server_name);
  }
  connection.channel_ =
      grpc::CreateCustomChannel(settings.server, grpc::SslCredentials(options), arguments);
  return connection;
}

std::string Connection::CertificateProblem() const { return ValidityProblem(certificate_pem_); }

absl::StatusOr<std::string> Connection::Agency() const {
  absl::StatusOr<std::string> agency = AgencyOfCertificate(certificate_pem_);
  if (agency.ok()) return agency;
  return absl::InvalidArgumentError(
      absl::StrCat(settings_.certificate_file, ": ", agency.status().message()));
}

}  // namespace serieslink::cli

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"

namespace serieslink::cli {

// Where the server is and who we are. Connections are always mutual TLS.
struct ConnectionSettings {
  std::string server;            // host:port
  std::string ca_file;           // PEM: who issued the server's certificate
  std::string certificate_file;  // PEM: our certificate chain
  std::string key_file;          // PEM: its private key
  // Name to expect in the server's certificate; empty: the host in `server`.
  std::string server_name;
};

// The same, as far as flags give it, and the configuration file to read.
struct ConnectionFlags {
  ConnectionSettings settings;
  std::string config_file;  // empty: ~/.config/serieslink/config.toml where it exists
};

// Looks up an environment variable; null when it is not set.
using Environment = std::function<const char*(const char*)>;

// Each setting comes from its flag, or the environment (SERIESLINK_SERVER, SERIESLINK_CA,
// SERIESLINK_CERT, SERIESLINK_KEY, SERIESLINK_SERVER_NAME), or the configuration file (TOML with
// server, ca, cert, key, server_name; paths in it are relative to it). Errors: INVALID_ARGUMENT
// (something is missing in all three, or the file cannot be read or has other keys; names all of it
// and how to give it).
absl::StatusOr<ConnectionSettings> ResolveSettings(const ConnectionFlags& flags,
                                                   const Environment& environment);

// A way to the server. Thread-safe.
class Connection {
 public:
  // Reads the PEM files; the network is first used by a call.
  // Errors: INVALID_ARGUMENT (a file is missing or not what it should be; says which and what to
  // do).
  static absl::StatusOr<Connection> Open(const ConnectionSettings& settings);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const ConnectionSettings& settings() const { return settings_; }
  // See ValidityProblem.
  std::string CertificateProblem() const;
  // See AgencyOfCertificate.
  absl::StatusOr<std::string> Agency() const;

 private:
  ConnectionSettings settings_;
  std::string certificate_pem_;
  std::shared_ptr<grpc::Channel> channel_;
};

// The whole of a file. Errors: INVALID_ARGUMENT (it cannot be read; names it and `what` it is).
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, std::string_view what);

}  // namespace serieslink::cli

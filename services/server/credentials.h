#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/security/server_credentials.h"

namespace serieslink::server {

// Where the server's own certificate and key and the authority of its clients' certificates lie
// (PEM files).
struct TlsFiles {
  std::string certificate;  // the server's chain, its own certificate first
  std::string private_key;  // PKCS #8, not encrypted
  std::string client_ca;    // who may issue client certificates
};

// Credentials for mutual TLS: a client without a valid certificate of `client_ca` does not get past
// the handshake. Who may then call what is GrpcServer's. The files are read again when they change,
// so certificates are replaced without a restart. Errors: INVALID_ARGUMENT (a file is missing,
// unreadable, or not what it should be; the message says which).
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsFiles& files);

}  // namespace serieslink::server

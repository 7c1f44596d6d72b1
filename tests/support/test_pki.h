#pragma once

#include <memory>
#include <string>

#include "grpcpp/security/credentials.h"
#include "serieslink/config/v1/server_config.pb.h"
#include "tests/support/temporary_directory.h"

namespace serieslink {

// Certificates for tests, made once a process by deploy/pki/make_dev_pki (SERIESLINK_SOURCE_DIR
// says where that is; the process ends when it fails). Thread-safe.
class TestPki {
 public:
  static constexpr char kTrustDomain[] = "serieslink.test";

  // Client certificates, each as NAME/PRINCIPAL:
  //   mps/feed nabis/feed border_force/feed kent/feed btp/feed mers/feed   good ones
  //   mps/analyst kent/analyst   a second person of that agency
  //   mps/expired    valid until yesterday
  //   mps/foreign    of our authority, but of another trust domain
  //   mps/nameless   of our authority, without a SPIFFE id
  static const TestPki& Get();

  const std::string& directory() const { return directory_.path(); }

  // How the server shows itself, and whom it trusts.
  config::v1::TlsConfig ServerTls() const;

  // The authority's certificate, PEM.
  std::string Authority() const;

  // What a client needs to call as `agency`.
  std::shared_ptr<grpc::ChannelCredentials> Client(const std::string& agency,
                                                   const std::string& principal = "feed") const;

  // The same agency's certificate as issued by an authority that the server does not know.
  std::shared_ptr<grpc::ChannelCredentials> ClientOfAnotherAuthority(
      const std::string& agency) const;

 private:
  TestPki();

  TemporaryDirectory directory_;
  TemporaryDirectory other_;
};

// A configuration for tests: `data_directory`, the certificates of TestPki, a port of the system's
// choice, and the feeds of deploy/quickstart for their agencies.
config::v1::ServerConfig TestServerConfig(const std::string& data_directory);

}  // namespace serieslink

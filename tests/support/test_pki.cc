#include "tests/support/test_pki.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <vector>

#include "tests/support/child_process.h"

namespace serieslink {
namespace {

void MustRun(const std::vector<std::string>& argv) {
  const absl::Status status = RunProgram(argv);
  if (status.ok()) return;
  std::fprintf(stderr, "cannot make certificates: %s\n", std::string(status.message()).c_str());
  std::abort();
}

std::string MustRead(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (!(text << file.rdbuf())) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::abort();
  }
  return text.str();
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const std::string& ca,
                                                        const std::string& client) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = MustRead(ca);
  options.pem_cert_chain = MustRead(client + ".pem");
  options.pem_private_key = MustRead(client + ".key");
  return grpc::SslCredentials(options);
}

// A client certificate of the authority in `directory` that names nobody.
constexpr char kNameless[] = R"(
set -e
cd "$0"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out clients/mps/nameless.key
openssl req -new -key clients/mps/nameless.key -subj /CN=nameless -out nameless.csr
printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\nsubjectAltName=DNS:nameless.test\n' >nameless.ext
openssl x509 -req -in nameless.csr -CA ca.pem -CAkey ca.key -days 2 -extfile nameless.ext \
  -set_serial 4711 -out clients/mps/nameless.pem
)";

}  // namespace

const TestPki& TestPki::Get() {
  static const TestPki pki;
  return pki;
}

TestPki::TestPki() {
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  const std::string program =
      std::string(source == nullptr ? "." : source) + "/deploy/pki/make_dev_pki";
  std::vector<std::string> argv = {program, directory(), "--domain", kTrustDomain};
  for (const char* agency : {"mps", "nabis", "border_force", "kent", "btp", "mers"}) {
    argv.insert(argv.end(), {"--agency", agency});
  }
  argv.insert(argv.end(),
              {"--agency", "mps/analyst", "--agency", "kent/analyst", "--expired", "mps/expired"});
  MustRun(argv);
  MustRun({program, directory(), "--domain", "elsewhere.test", "--agency", "mps/foreign"});
  MustRun({"/bin/bash", "-c", std::string("exec 2>/dev/null\n") + kNameless, directory()});
  MustRun({program, other_.path(), "--domain", kTrustDomain, "--agency", "mps"});
}

config::v1::TlsConfig TestPki::ServerTls() const {
  config::v1::TlsConfig tls;
  tls.set_certificate(directory() + "/server.pem");
  tls.set_private_key(directory() + "/server.key");
  tls.set_client_ca(directory() + "/ca.pem");
  return tls;
}

std::string TestPki::Authority() const { return MustRead(directory() + "/ca.pem"); }

std::shared_ptr<grpc::ChannelCredentials> TestPki::Client(const std::string& agency,
                                                          const std::string& principal) const {
  return CredentialsOf(directory() + "/ca.pem",
                       directory() + "/clients/" + agency + "/" + principal);
}

std::shared_ptr<grpc::ChannelCredentials> TestPki::ClientOfAnotherAuthority(
    const std::string& agency) const {
  return CredentialsOf(directory() + "/ca.pem", other_.path() + "/clients/" + agency + "/feed");
}

config::v1::ServerConfig TestServerConfig(const std::string& data_directory) {
  config::v1::ServerConfig config;
  config.set_listen_address("127.0.0.1:0");
  *config.mutable_tls() = TestPki::Get().ServerTls();
  config.set_trust_domain(TestPki::kTrustDomain);
  config.set_data_directory(data_directory);
  config.set_log_level("ERROR");
  config.mutable_limits()->set_block_cache_bytes(32u << 20);
  const auto permit = [&](const char* feed, std::initializer_list<const char*> agencies) {
    config::v1::FeedPermission& permission = *config.add_feed_permissions();
    permission.set_feed(feed);
    for (const char* agency : agencies) permission.add_agencies(agency);
  };
  permit("mps", {"mps"});
  permit("nabis", {"nabis"});
  permit("border_force", {"border_force"});
  permit("licensing", {"kent", "mers", "mps"});
  permit("force", {"btp", "kent", "mers"});
  config::v1::Administrator& administrator = *config.add_administrators();
  administrator.set_agency("nabis");
  administrator.set_principal("feed");
  return config;
}

}  // namespace serieslink

#include "services/server/credentials.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "storage/base/status_macros.h"

namespace serieslink::server {
namespace {

constexpr unsigned int kReloadIntervalSeconds = 10;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

absl::StatusOr<std::string> ReadFile(const std::string& path, absl::string_view what) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  if (path.empty() || !file || !(content << file.rdbuf())) {
    return absl::InvalidArgumentError(
        absl::StrCat("tls.", what, ": cannot read '", path, "'; give the path of a PEM file"));
  }
  return content.str();
}

absl::StatusOr<std::unique_ptr<X509, X509Free>> ReadCertificate(const std::string& path,
                                                                absl::string_view what) {
  SL_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, what));
  const std::unique_ptr<BIO, BioFree> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::unique_ptr<X509, X509Free> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("tls.", what, ": '", path, "' holds no PEM certificate"));
  }
  return certificate;
}

absl::Status CheckFiles(const TlsFiles& files) {
  SL_ASSIGN_OR_RETURN(const auto certificate, ReadCertificate(files.certificate, "certificate"));
  SL_RETURN_IF_ERROR(ReadCertificate(files.client_ca, "client_ca").status());
  SL_ASSIGN_OR_RETURN(const std::string pem, ReadFile(files.private_key, "private_key"));
  const std::unique_ptr<BIO, BioFree> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // An empty passphrase: an encrypted key must fail here, not ask on a terminal.
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, const_cast<char*>("")));
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("tls.private_key: '", files.private_key,
                                                   "' holds no unencrypted PEM private key"));
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return absl::InvalidArgumentError(
        "tls.private_key does not belong to the certificate in tls.certificate");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsFiles& files) {
  SL_RETURN_IF_ERROR(CheckFiles(files));
  grpc::experimental::TlsServerCredentialsOptions options(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          files.private_key, files.certificate, files.client_ca, kReloadIntervalSeconds));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace serieslink::server

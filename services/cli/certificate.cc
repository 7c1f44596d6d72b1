#include "services/cli/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"

namespace serieslink::cli {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using BioPtr = std::unique_ptr<BIO, Free<BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, Free<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

constexpr char kSpiffeScheme[] = "spiffe://";

BioPtr Reader(std::string_view pem) {
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

absl::StatusOr<CertificatePtr> Parse(std::string_view pem) {
  const BioPtr reader = Reader(pem);
  CertificatePtr certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (certificate == nullptr) {
    return absl::InvalidArgumentError("the file holds no certificate in PEM form");
  }
  return certificate;
}

// Never asks on the terminal: an encrypted key is an error.
int NoPassword(char*, int, int, void*) { return -1; }

std::string DayOf(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  const auto padded = [](int value) { return absl::StrCat(value < 10 ? "0" : "", value); };
  return absl::StrCat(parts.tm_year + 1900, "-", padded(parts.tm_mon + 1), "-",
                      padded(parts.tm_mday));
}

}  // namespace

absl::StatusOr<std::string> AgencyOfCertificate(std::string_view pem) {
  SL_ASSIGN_OR_RETURN(const CertificatePtr certificate, Parse(pem));
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> agencies;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    const std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                          static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (!absl::StartsWith(uri, kSpiffeScheme)) continue;
    const std::vector<std::string> segments =
        absl::StrSplit(uri.substr(sizeof(kSpiffeScheme) - 1), '/');
    if (segments.size() == 4 && segments[1] == "agency" && !segments[2].empty()) {
      agencies.push_back(segments[2]);
    }
  }
  if (agencies.size() != 1) {
    return absl::InvalidArgumentError(
        "the certificate names no agency: it needs exactly one subject alternative name "
        "URI:spiffe://<trust domain>/agency/<agency>/<principal>; ask whoever issued it");
  }
  return agencies[0];
}

absl::Status CheckKeyOfCertificate(std::string_view certificate_pem, std::string_view key_pem) {
  SL_ASSIGN_OR_RETURN(const CertificatePtr certificate, Parse(certificate_pem));
  const BioPtr reader = Reader(key_pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        "the file holds no private key in PEM form that can be read without a password");
  }
  const bool belongs = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (belongs) return absl::OkStatus();
  return absl::InvalidArgumentError("the private key is not that of the certificate");
}

std::string ValidityProblem(std::string_view certificate_pem) {
  const auto certificate = Parse(certificate_pem);
  if (!certificate.ok()) return "";
  const ASN1_TIME* first = X509_get0_notBefore(certificate->get());
  const ASN1_TIME* last = X509_get0_notAfter(certificate->get());
  if (X509_cmp_current_time(last) < 0) return absl::StrCat("expired on ", DayOf(last));
  if (X509_cmp_current_time(first) > 0) return absl::StrCat("is not valid before ", DayOf(first));
  return "";
}

}  // namespace serieslink::cli

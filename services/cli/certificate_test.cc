#include "services/cli/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace serieslink::cli {
namespace {

using ::testing::HasSubstr;

constexpr long kDaySeconds = 86'400;

std::string TextOf(BIO* bio) {
  char* bytes = nullptr;
  const long count = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(count));
  BIO_free_all(bio);
  return text;
}

struct Pair {
  std::string certificate;
  std::string key;
};

// A self-signed certificate with `alternative_names` (OpenSSL's notation) that is valid between
// those days from now.
Pair Make(const char* alternative_names, long first_day = -1, long last_day = 1) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), first_day * kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), last_day * kDaySeconds);
  X509_set_pubkey(certificate, key);
  if (alternative_names != nullptr) {
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_names);
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
  }
  X509_sign(certificate, key, EVP_sha256());
  Pair pair;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  pair.certificate = TextOf(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  pair.key = TextOf(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return pair;
}

TEST(CertificateTest, ReadsTheAgency) {
  const Pair pair = Make("DNS:feed.example,URI:spiffe://example.police.uk/agency/mps/feed");
  EXPECT_EQ(AgencyOfCertificate(pair.certificate).value_or("none"), "mps");
}

TEST(CertificateTest, WantsExactlyOneAgency) {
  for (const char* names :
       {static_cast<const char*>(nullptr), "DNS:feed.example", "URI:https://d/agency/mps/feed",
        "URI:spiffe://d/agency/mps", "URI:spiffe://d/role/mps/feed",
        "URI:spiffe://d/agency/mps/feed,URI:spiffe://d/agency/nca/feed"}) {
    const auto agency = AgencyOfCertificate(Make(names).certificate);
    ASSERT_FALSE(agency.ok()) << (names == nullptr ? "no names" : names);
    EXPECT_THAT(std::string(agency.status().message()), HasSubstr("names no agency"));
  }
  EXPECT_FALSE(AgencyOfCertificate("text").ok());
}

TEST(CertificateTest, KnowsItsKey) {
  const Pair pair = Make(nullptr);
  const Pair other = Make(nullptr);
  EXPECT_TRUE(CheckKeyOfCertificate(pair.certificate, pair.key).ok());
  EXPECT_THAT(std::string(CheckKeyOfCertificate(pair.certificate, other.key).message()),
              HasSubstr("not that of the certificate"));
  EXPECT_THAT(std::string(CheckKeyOfCertificate(pair.certificate, "text").message()),
              HasSubstr("no private key"));
}

TEST(CertificateTest, SaysWhenItIsNotValid) {
  EXPECT_EQ(ValidityProblem(Make(nullptr).certificate), "");
  EXPECT_THAT(ValidityProblem(Make(nullptr, -3, -2).certificate), HasSubstr("expired on 20"));
  EXPECT_THAT(ValidityProblem(Make(nullptr, 2, 3).certificate), HasSubstr("not valid before 20"));
}

}  // namespace
}  // namespace serieslink::cli

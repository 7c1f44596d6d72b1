#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace serieslink::cli {

// The agency in a client certificate's SPIFFE id, spiffe://<trust
// domain>/agency/<agency>/<principal>. `pem` may hold a chain; the first certificate counts.
// Errors: INVALID_ARGUMENT (not a certificate in PEM, or not exactly one such id in it).
absl::StatusOr<std::string> AgencyOfCertificate(std::string_view pem);

// OK when `key_pem` is the private key of the first certificate in `certificate_pem`.
// Errors: INVALID_ARGUMENT (either is not PEM, the key is encrypted, or they do not belong
// together).
absl::Status CheckKeyOfCertificate(std::string_view certificate_pem, std::string_view key_pem);

// What a person should know about the certificate's dates now: "expired on …", "is not valid before
// …", or empty when it is valid or cannot be read.
std::string ValidityProblem(std::string_view certificate_pem);

}  // namespace serieslink::cli

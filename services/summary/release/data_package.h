#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "serieslink/summary/v1/public_summary_service.pb.h"

// A public summary as a data package (Frictionless Data, specs.frictionlessdata.io/data-package
// v1): tables with their schemas, the summary as JSON, and datapackage.json, which has the size and
// the SHA-256 of each and is what is signed. Pure: the same summary always gives the same bytes.
namespace serieslink::summary {

inline constexpr char kPackageFile[] = "datapackage.json";
inline constexpr char kSignatureFile[] = "datapackage.json.sig";

struct PackageFile {
  std::string path;
  std::string media_type;
  std::string content;
};

// The files of `summary`, which has its edition, the package file last; without the signature.
std::vector<PackageFile> PackageOf(const v1::PublicSummary& summary);

// Figures of which readers of both see another value: none that is hidden in either, and none of a
// breakdown that only one has.
std::vector<v1::PublicChange> ChangesBetween(const v1::PublicSummary& before,
                                             const v1::PublicSummary& now);

// What is wrong with the files that `package`, a package file, names; empty when all are as it
// says. `read` gives a file of the folder of the package. Errors: INVALID_ARGUMENT (it is no
// package file, or names a file elsewhere).
absl::StatusOr<std::vector<std::string>> FaultsOf(
    std::string_view package,
    const std::function<absl::StatusOr<std::string>(const std::string& path)>& read);

}  // namespace serieslink::summary

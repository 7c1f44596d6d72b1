#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serieslink/stolen/v1/stolen_service.pb.h"
#include "services/cli/list_pages.h"
#include "services/cli/wording.h"
#include "storage/base/status_macros.h"

// What commands take to say which losses they are about.
namespace serieslink::cli {

struct LossFilterOptions {
  std::string serial;
  std::string make;
  std::string model;
  std::string calibre;
  std::vector<std::string> types;
  std::string agency;
  std::string area;
  std::string crime_reference;
  std::string holder_token;
  std::string premises_token;
  std::string certificate_token;
  std::string certificate_kind;
  std::string place_kind;
  std::string storage;
  std::vector<std::string> holder_kinds;
  std::vector<std::string> loss_kinds;
  std::vector<std::string> sources;
  std::string completeness;
  std::string from;
  std::string before;
  std::vector<std::string> states;
  std::vector<std::string> reconciliations;
  std::vector<std::string> notices;
  std::vector<std::string> remarks;
  std::string used_area;
  bool has_contradiction = false;
};

void AddLossFilterOptions(CLI::App& command, LossFilterOptions& filter);

// Errors: INVALID_ARGUMENT (a value cannot be read; names its option).
absl::Status SetLossFilter(const LossFilterOptions& options, stolen::v1::LossCaseFilter& filter);

// Sets filter and view of a request that has both. Errors: as SetLossFilter.
template <typename Request>
absl::StatusOr<Request> LossRequestOf(const LossFilterOptions& filter, const ViewOptions& view,
                                      absl::Time now) {
  Request request;
  SL_ASSIGN_OR_RETURN(*request.mutable_view(), ViewOf(view.as_at, view.min_revision, now));
  SL_RETURN_IF_ERROR(SetLossFilter(filter, *request.mutable_filter()));
  return request;
}

}  // namespace serieslink::cli

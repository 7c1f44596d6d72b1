#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "serieslink/config/v1/server_config.pb.h"
#include "services/border/core/port_list.h"
#include "services/linkage/confirmation_policy.h"
#include "services/linkage/core/vocabulary.h"
#include "services/server/grpc_server.h"
#include "services/summary/boundaries/boundaries.h"
#include "services/summary/public_summary_options.h"

namespace serieslink::server {

// Reads a configuration in protobuf text format, and checks it.
// Errors: INVALID_ARGUMENT naming every line or field that is wrong.
absl::StatusOr<config::v1::ServerConfig> ParseConfig(std::string_view text);

// The same from a file.
// Errors: also INVALID_ARGUMENT (the file cannot be read).
absl::StatusOr<config::v1::ServerConfig> ReadConfig(const std::string& path);

// Bounds of what callers may hold, by `config` and where that says nothing by default.
GrpcLimits GrpcLimitsOf(const config::v1::LimitsConfig& config);

// The vocabulary of the file that `config` names; null when it names none.
// Errors: INVALID_ARGUMENT (the file cannot be read; or naming every line of it that is wrong).
absl::StatusOr<std::shared_ptr<const linkage::Vocabulary>> ReadVocabulary(
    const config::v1::ServerConfig& config);

// The ports of the file that `config` names; null when it names none.
// Errors: INVALID_ARGUMENT (the file cannot be read; or naming what is wrong in it).
absl::StatusOr<std::shared_ptr<const border::PortList>> ReadPorts(
    const config::v1::ServerConfig& config);

// The boundaries of the files that `config` names; none where it names none.
// Errors: INVALID_ARGUMENT (a file cannot be read; or naming what is wrong in it; two files are of
// one kind and year).
absl::StatusOr<std::shared_ptr<const summary::Boundaries>> ReadBoundaries(
    const config::v1::ServerConfig& config);

// Who issues public summaries, by which policy, with the key of the file that `config` names.
// Errors: INVALID_ARGUMENT (the file cannot be read, or holds no such key).
absl::StatusOr<summary::PublicSummaryOptions> ReadPublicSummaryOptions(
    const config::v1::ServerConfig& config);

// Whose statements confirm, by `config` and where that says nothing by default.
linkage::ConfirmationPolicy ConfirmationPolicyOf(const config::v1::ServerConfig& config);

}  // namespace serieslink::server

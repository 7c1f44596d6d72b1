#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "grpcpp/server_context.h"
#include "serieslink/series/v1/series_service.pb.h"
#include "services/rpc/error.h"
#include "services/view/revision_gate.h"

// What the requests of all reads have in common.
namespace serieslink::view {

// How long to wait for what `context`'s call asks for: until just before its deadline, so that the
// answer still says why there is none, at most 30 seconds, and until its client gives it up.
// `context` must outlive what is returned; `now` is the clock.
Patience PatienceOf(const grpc::ServerContext& context, const std::function<absl::Time()>& now);

// Whether `time` is one that google.protobuf.Timestamp allows: years 1 to 9999. Anything else
// cannot be compared or converted.
bool IsTime(const google::protobuf::Timestamp& time);
inline constexpr char kTimeWords[] =
    "a time lies in the years 1 to 9999, with 0 to 999,999,999 nanoseconds";

// `time` as one at which to ask what was known. One that is no time, or is yet to come, is added to
// `bad` under `path`.
std::optional<absl::Time> PastTime(const google::protobuf::Timestamp& time, std::string_view path,
                                   absl::Time now, std::vector<rpc::BadField>& bad);

// Adds to `bad` what is wrong with the fields occurred_from and occurred_before below `path`; null
// where they are not given.
void CheckPeriod(const google::protobuf::Timestamp* from, const google::protobuf::Timestamp* before,
                 std::string_view path, std::vector<rpc::BadField>& bad);

// Adds to `bad` what is wrong with the fields agency and area below `path`; empty ones are not
// asked for. An agency's id is in lower case; an area is a code ("E09000022"), a police force's
// short name
// ("kent", or "KENT"), and, where `knows_unknown`, "unknown": a name ("Lambeth", "Tower Hamlets")
// would find nothing and look as if there were nothing.
void CheckOrigin(std::string_view agency, std::string_view area, bool knows_unknown,
                 std::string_view path, std::vector<rpc::BadField>& bad);

// At which state of knowledge `selector`, the request's field "view", asks at `now` for an answer.
// Errors: INVALID_ARGUMENT naming what is wrong with it and all of `bad`, when there is any.
absl::StatusOr<RevisionWish> WishOf(const series::v1::ViewSelector& selector, absl::Time now,
                                    std::vector<rpc::BadField> bad);
// The same for the request's field `path`. What is wrong with it is added to `bad`: the wish means
// something only where that stays empty.
RevisionWish WishOf(const series::v1::ViewSelector& selector, std::string_view path, absl::Time now,
                    std::vector<rpc::BadField>& bad);

}  // namespace serieslink::view

#include "services/server/store_info.h"

#include <openssl/rand.h>

#include "storage/base/status_macros.h"
#include "storage/graph/keys.h"
#include "storage/graph/row_checksum.h"

namespace serieslink::server {
namespace {

constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kKeyBytes = 32;

}  // namespace

absl::StatusOr<std::string> SystemRandom(std::size_t bytes) {
  std::string random(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(bytes)) != 1) {
    return absl::InternalError("the system has no random bytes");
  }
  return random;
}

absl::StatusOr<stored::v1::StoreInfo> OpenStoreInfo(
    storage::Store& store, const std::function<absl::StatusOr<std::string>(std::size_t)>& random) {
  SL_ASSIGN_OR_RETURN(const auto snapshot, store.NewSnapshot());
  SL_ASSIGN_OR_RETURN(const auto value,
                      snapshot->Get(storage::Keyspace::kMeta, graph::StoreInfoKey()));
  stored::v1::StoreInfo info;
  const auto write = [&]() -> absl::Status {
    storage::Commit commit;
    commit.keyspace = storage::Keyspace::kMeta;
    commit.base = snapshot->position(storage::Keyspace::kMeta);
    const std::string written = info.SerializeAsString();
    commit.writes.push_back({graph::StoreInfoKey(), written});
    commit.writes.push_back(graph::ChecksumWrite(graph::StoreInfoKey(), written));
    return store.Apply(commit).status();
  };
  if (value.has_value()) {
    SL_ASSIGN_OR_RETURN(
        const auto checksum,
        snapshot->Get(storage::Keyspace::kMeta, graph::ChecksumKey(graph::StoreInfoKey())));
    if (!graph::IsAsWritten(*value, checksum)) {
      return absl::DataLossError("what the store says of itself does not have its checksum");
    }
    if (!info.ParseFromString(*value) || info.id_key().size() != kKeyBytes ||
        info.token_key().size() != kKeyBytes) {
      return absl::DataLossError("what the store says of itself is malformed");
    }
    if (info.format_version() > kFormatVersion) {
      return absl::FailedPreconditionError(
          "the store was made by a newer version of this program; use that one");
    }
    if (info.reject_key().empty()) {
      // Made before rejects were kept.
      SL_ASSIGN_OR_RETURN(*info.mutable_reject_key(), random(kKeyBytes));
      SL_RETURN_IF_ERROR(write());
    } else if (!checksum.has_value()) {
      // Made before rows had checksums.
      SL_RETURN_IF_ERROR(write());
    }
    if (info.reject_key().size() != kKeyBytes) {
      return absl::DataLossError("what the store says of itself is malformed");
    }
    return info;
  }
  info.set_format_version(kFormatVersion);
  SL_ASSIGN_OR_RETURN(*info.mutable_id_key(), random(kKeyBytes));
  SL_ASSIGN_OR_RETURN(*info.mutable_token_key(), random(kKeyBytes));
  SL_ASSIGN_OR_RETURN(*info.mutable_reject_key(), random(kKeyBytes));
  SL_RETURN_IF_ERROR(write());
  return info;
}

}  // namespace serieslink::server

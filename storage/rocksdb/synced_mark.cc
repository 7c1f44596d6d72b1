#include "storage/rocksdb/synced_mark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "storage/base/digest.h"
#include "storage/base/directory_sync.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::storage {
namespace {

constexpr char kName[] = "serieslink.synced";
// What a disk writes whole or not at all.
constexpr std::size_t kSlotBytes = 512;
constexpr std::size_t kSlots = 2;
// A slot: these bytes, the number of the write, how many positions follow, the positions, and a
// checksum of all before it. The numbers are big-endian, of 8 bytes.
constexpr std::string_view kMagic = "SLsynced";
constexpr std::uint64_t kPositionsMax = (kSlotBytes - kMagic.size()) / 8 - 3;

std::string PathOf(const std::string& directory) {
  return std::filesystem::path(directory) / kName;
}

struct Slot {
  std::uint64_t write = 0;
  Positions positions{};
};

std::string Encode(const Slot& slot) {
  std::string bytes(kMagic);
  base::AppendBe64(&bytes, slot.write);
  base::AppendBe64(&bytes, slot.positions.size());
  for (const Position position : slot.positions) base::AppendBe64(&bytes, position);
  base::AppendBe64(&bytes, base::StableHash64(bytes));
  bytes.resize(kSlotBytes, '\0');
  return bytes;
}

absl::StatusOr<Slot> Decode(std::string_view bytes) {
  base::KeyReader reader(bytes);
  Slot slot;
  SL_RETURN_IF_ERROR(reader.Expect(kMagic));
  SL_ASSIGN_OR_RETURN(slot.write, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(const std::uint64_t count, reader.ReadBe64());
  if (count > kPositionsMax) return absl::DataLossError("too many positions");
  for (std::uint64_t i = 0; i < count; ++i) {
    SL_ASSIGN_OR_RETURN(const Position position, reader.ReadBe64());
    if (i < slot.positions.size()) slot.positions[i] = position;
  }
  const std::string_view summed = bytes.substr(0, bytes.size() - reader.rest().size());
  SL_ASSIGN_OR_RETURN(const std::uint64_t checksum, reader.ReadBe64());
  if (checksum != base::StableHash64(summed)) return absl::DataLossError("another checksum");
  return slot;
}

absl::Status CannotWrite() {
  return absl::UnavailableError("the file that says what was acknowledged cannot be written");
}

bool WriteAll(int file, std::string_view bytes, std::size_t offset) {
  return pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)) ==
         static_cast<ssize_t>(bytes.size());
}

constexpr std::array<std::string_view, kKeyspaceCount> kKeyspaceNames = {
    "the store's keys", "the log", "what is derived", "the audit log", "what was refused"};

}  // namespace

absl::StatusOr<SyncedMark::Found> SyncedMark::Read(const std::string& directory) {
  const int file = open(PathOf(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return Found();
  if (file < 0) return absl::UnavailableError("a file of the store cannot be read");
  std::string bytes(kSlots * kSlotBytes, '\0');
  const ssize_t read = pread(file, bytes.data(), bytes.size(), 0);
  close(file);
  if (read < 0) return absl::UnavailableError("a file of the store cannot be read");
  Found found;
  std::uint64_t latest = 0;
  for (std::size_t i = 0; i < kSlots; ++i) {
    const std::string_view slot = std::string_view(bytes).substr(i * kSlotBytes, kSlotBytes);
    // Never written: a power cut came before the file was.
    if (slot.find_first_not_of('\0') == std::string_view::npos) continue;
    const absl::StatusOr<Slot> decoded = Decode(slot);
    if (!decoded.ok()) {
      found.has_damaged_slot = true;
    } else if (!found.positions || decoded->write > latest) {
      latest = decoded->write;
      found.positions = decoded->positions;
    }
  }
  if (found.has_damaged_slot && !found.positions) {
    return absl::DataLossError("the file that says what was acknowledged is damaged");
  }
  return found;
}

absl::StatusOr<std::unique_ptr<SyncedMark>> SyncedMark::Open(const std::string& directory,
                                                             const Positions& positions) {
  const int file = open(PathOf(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return CannotWrite();
  std::unique_ptr<SyncedMark> mark(new SyncedMark(file));
  mark->positions_ = positions;
  // Both slots, so that neither says what was true of another store, and none is damaged any more.
  for (std::size_t i = 0; i < kSlots; ++i) SL_RETURN_IF_ERROR(mark->Write());
  if (fsync(file) != 0 || base::SyncDirectory(directory) != 0) return CannotWrite();
  return mark;
}

SyncedMark::~SyncedMark() { close(file_); }

absl::Status SyncedMark::Advance(Keyspace keyspace, Position position) {
  positions_[static_cast<std::size_t>(keyspace)] = position;
  return Write();
}

absl::Status SyncedMark::Write() {
  ++writes_;
  if (!WriteAll(file_, Encode({writes_, positions_}), (writes_ % kSlots) * kSlotBytes)) {
    return CannotWrite();
  }
  return absl::OkStatus();
}

absl::Status CheckNothingIsLost(const Positions& held, const Positions& acknowledged) {
  std::string gone;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i] >= acknowledged[i]) continue;
    absl::StrAppend(&gone, gone.empty() ? "" : "; ", AbslView(kKeyspaceNames[i]),
                    " ends at commit ", held[i], " and had been acknowledged up to ",
                    acknowledged[i]);
  }
  if (gone.empty()) return absl::OkStatus();
  // Whoever accepts the loss names it.
  constexpr auto kLog = static_cast<std::size_t>(Keyspace::kLog);
  if (held[kLog] >= acknowledged[kLog]) {
    absl::StrAppend(&gone, "; the log ends at commit ", held[kLog]);
  }
  return absl::DataLossError(absl::StrCat("commits that were acknowledged are gone: ", gone));
}

}  // namespace serieslink::storage

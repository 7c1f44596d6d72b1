// Pins the rows of keyspace kRejects and the seal of what is in them. docs/formats explains them.

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/ingest/reject_keeper.h"
#include "storage/memory/memory_store.h"
#include "tests/golden/golden_file.h"

namespace serieslink::ingest {
namespace {

TEST(RejectFormatsTest, Rows) {
  const auto store = storage::NewMemoryStore();
  RejectKeeper::Options options;
  options.key = std::string(32, 'k');
  options.limits.count_max = 1;
  options.now = [] { return absl::FromUnixSeconds(1'790'000'000); };
  // The same every time: a store never does this.
  options.salt = []() -> absl::StatusOr<std::string> {
    return std::string(base::SealingKey::kSaltBytes, 's');
  };
  RejectKeeper keeper(store.get(), std::move(options));
  ASSERT_TRUE(keeper.Start().ok());
  for (const char* message : {"dropped", "as received", "as received"}) {
    std::vector<PreparedMessage> rejected(1);
    stored::v1::LogEntry& entry = rejected[0].item.entry;
    entry.set_received_time_us(1'790'000'000'000'000);
    entry.set_agency("mps");
    entry.set_principal("feed");
    entry.set_source_system("s");
    entry.set_source_id("r1");
    entry.set_source_version(4);
    entry.set_feed_message(message);
    rejected[0].public_id = graph::PublicId(0x101);
    rejected[0].feed = "mps";
    v1::FieldViolation& violation = rejected[0].violations.emplace_back();
    violation.set_field("mps.occurred");
    violation.set_reason(type::v1::ERROR_REASON_FIELD_MISSING);
    keeper.Keep(std::move(rejected));
  }
  keeper.Stop();

  std::string text;
  const auto page = store->NewSnapshot().value()->Scan(storage::Keyspace::kRejects, {}, {}).value();
  for (const storage::Row& row : page.rows) {
    absl::StrAppend(&text, "4 ", absl::BytesToHexString(row.key), " = ",
                    absl::BytesToHexString(row.value), "\n");
  }
  ExpectGolden("rejects.txt", text);
}

}  // namespace
}  // namespace serieslink::ingest

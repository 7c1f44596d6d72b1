#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/api/store.h"
#include "storage/graph/index_rows.h"
#include "storage/graph/keys.h"

// The index by which exhibits are searched: entries of one sorted-run index, in six orders. An
// entry stands for one exhibit as one version of its record has it, and a border seizure's for the
// seizure as a whole, under the number of its first exhibit. It says nothing of when that
// version stood or who may see it: the record's state does, so entries are only ever added.
//
//   order:1 part... exhibit:8 sequence:8   FirearmFacets
//
// A part is an escaped string (storage/base/ordered_key.h). What the texts in it mean, and how they
// are normalised, is the business of services/view/firearm_terms.h. docs/formats/keys.md shows
// examples, tests/golden pins the bytes.
namespace serieslink::graph {

inline constexpr SortedRunSpec kFirearmIndex{
    .keyspace = storage::Keyspace::kDerived, .number = 3, .filter_prefix_bytes = 8};

// The numbers are stored: never reused or renumbered.
enum class FirearmOrder : std::uint8_t {
  kSerial = 1,          // one part: a serial
  kReversedSerial = 2,  // one part: the same, its bytes last to first, for what a serial ends in
  kMake = 3,            // make, model; of exhibits of which either is known
  kPlace = 4,   // agency, police force, borough, ward; each empty where unknown: all exhibits
  kLoss = 5,    // a term, the day, the latest first; of guns and parts that were lost or stolen
  kBorder = 6,  // a term, the day, the latest first; of border seizures, and guns found inland
};

// Parts of a key of `order`.
std::size_t FirearmPartCount(FirearmOrder order);

// Longer parts are cut to so many bytes: what is found by a cut part has to be looked at.
inline constexpr std::size_t kSerialPartBytesMax = 64;
inline constexpr std::size_t kLossPartBytesMax = 64;  // and of kBorder
inline constexpr std::size_t kOtherPartBytesMax = 24;
// The longest key: no part holds a NUL.
inline constexpr std::size_t kFirearmKeyBytesMax = 1 + 4 * (kOtherPartBytesMax + 2) + 16;

// `part` as keys of `order` hold it.
std::string_view CutFirearmPart(FirearmOrder order, std::string_view part);

// A key, taken apart.
struct FirearmKey {
  FirearmOrder order = FirearmOrder::kSerial;
  std::vector<std::string> parts;  // cut
  ExhibitNumber exhibit = 0;
  SequenceNumber sequence = 0;  // of the log entry that is the version
  friend bool operator==(const FirearmKey&, const FirearmKey&) = default;
};

// Appends the key of all of `parts`, which are cut where needed.
void AppendFirearmKey(FirearmOrder order, absl::Span<const std::string_view> parts,
                      ExhibitNumber exhibit, SequenceNumber sequence, std::string* key);
// Errors: DATA_LOSS (no such key).
absl::StatusOr<FirearmKey> ParseFirearmKey(std::string_view key);

// What all keys of `order` begin with whose first parts are `parts` (any number of them), and whose
// next part begins with `next`.
std::string FirearmKeyPrefix(FirearmOrder order, absl::Span<const std::string_view> parts,
                             std::string_view next = {});

// What an exhibit is like, in a few bytes: enough to pass over most of those that a search does not
// ask for without reading their records. Texts are told by fingerprints: equal texts have equal
// ones.
struct FirearmFacets {
  std::uint8_t kind = 0;    // a record.v1.ExhibitKind
  std::uint32_t types = 0;  // bit n: the record.v1.FirearmType n
  // Fingerprints of normalised texts; 0 of what is not known.
  std::uint16_t make = 0;
  std::uint16_t model = 0;
  std::uint16_t calibre = 0;
  std::uint16_t agency = 0;
  std::uint16_t police_force = 0;
  std::uint16_t borough = 0;
  std::uint16_t ward = 0;
  // The days on which it can first and last have happened (FirearmDay).
  std::uint16_t earliest_day = 0;
  std::uint16_t latest_day = 0xFFFF;
  friend bool operator==(const FirearmFacets&, const FirearmFacets&) = default;
};

inline constexpr std::size_t kFirearmFacetsBytes = 23;

std::string EncodeFirearmFacets(const FirearmFacets& facets);
// Errors: DATA_LOSS (not so many bytes).
absl::StatusOr<FirearmFacets> ParseFirearmFacets(std::string_view bytes);

// 0 of an empty text, otherwise 1 to 65,535. The values never change: they are stored.
std::uint16_t FirearmFingerprint(std::string_view text);

// Days from 1900-01-01 UTC for seconds from 1970-01-01: 1 to 65,534, and at the ends what lies
// beyond them is widened: an earliest day before 1900 or unknown is 0, a latest day after June 2079
// or unknown is 65,535. The minimum and the maximum of the type stand for unknown.
std::uint16_t FirearmEarliestDay(std::int64_t seconds);
std::uint16_t FirearmLatestDay(std::int64_t seconds);

// Entries on their way to the index, packed. Thread-compatible.
class FirearmEntries {
 public:
  void Add(FirearmOrder order, absl::Span<const std::string_view> parts, ExhibitNumber exhibit,
           SequenceNumber sequence, std::string_view facets);

  std::size_t size() const { return key_bytes_.size(); }

  // Calls `take(key, value)` for each, in the order of Add.
  template <typename Take>
  void ForEach(const Take& take) const {
    std::string_view rest = bytes_;
    for (const std::uint16_t key_bytes : key_bytes_) {
      take(rest.substr(0, key_bytes), rest.substr(key_bytes, kFirearmFacetsBytes));
      rest.remove_prefix(key_bytes + kFirearmFacetsBytes);
    }
  }

 private:
  std::string bytes_;  // key and value of each
  std::vector<std::uint16_t> key_bytes_;
};

}  // namespace serieslink::graph

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "serieslink/feed/v1/feed.pb.h"
#include "tests/crash/killed_server.h"
#include "tests/support/series_outline.h"

namespace serieslink {

using Random = std::mt19937_64;

// 0 to `bound` - 1.
int Below(Random& random, int bound);

// What an agency does to one of its records.
struct Act {
  enum class Kind : std::uint8_t {
    kMessage,     // sends `message`
    kFaulty,      // sends `message`, which cannot be accepted
    kWithdrawal,  // withdraws `version` and what is before it
    kUndo,        // takes `message` back, sent before
  };

  Kind kind = Kind::kMessage;
  feed::v1::FeedMessage message;
  std::string system;
  std::string source_id;
  std::optional<std::uint64_t> version;
};

// What one agency does, in its order.
struct Push {
  std::string agency;
  std::vector<Act> acts;
  std::size_t acknowledged = 0;  // the first so many

  // The agency's name of the record of an act, as RecordNames has it.
  std::string NameOf(const Act& act) const { return agency + ":" + act.source_id; }
  // Records that are withdrawn, or of which a version is taken back, by their source ids.
  std::set<std::string> TakenBack() const;
};

// `count` messages of two police forces: guns of which some come back, by their serials, by
// references to earlier records, in later versions that say something else, and in records sent
// again.
std::vector<Push> MakeGunPushes(Random& random, int count);

// Adds what all agencies of a synthetic world send, `count` messages and the withdrawals among
// them: examiners' findings, recoveries, licensing, Border Force.
void AddSyntheticActs(Random& random, int count, std::vector<Push>& pushes);

// Adds withdrawals of records, versions taken back, and messages that cannot be accepted: of each
// of the three, one for some thirty acts.
void AddCorrections(Random& random, std::vector<Push>& pushes);

// Gives each record of the others one visibility for all its versions, and has them withdraw what
// they would take back, which would count as never sent. What `watcher` is told then never reads
// otherwise later: nothing is hidden from it that it saw.
void KeepVisible(const std::string& watcher, std::vector<Push>& pushes);

// Does the first `share` (0 to 1) of each agency's acts, as far as they are not acknowledged yet,
// until they are or the server dies. Whether all are.
bool PushShare(KilledServer& server, const std::string& address, std::vector<Push>& pushes,
               double share, Random& random, RecordNames& names, std::optional<Death> death);

}  // namespace serieslink

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/agency_push.h"
#include "tests/crash/analyst_desk.h"
#include "tests/support/series_outline.h"

namespace serieslink {

// What can be asked of a server, in a form that is the same for every store.
struct AskedState {
  std::map<std::string, std::multiset<std::string>> series;  // by viewer
  std::map<std::string, std::string> records;                // by name
  std::map<std::string, std::set<std::string>> rejects;      // by agency
  std::vector<std::string> decisions;                        // of a desk
};

// `desk` may be null.
AskedState Ask(const std::string& address, const std::vector<Push>& pushes, const AnalystDesk* desk,
               const RecordNames& names);

void ExpectEqual(const AskedState& a, const AskedState& b);

// What agency `push` was acknowledged is there. What it sent says so when it is sent again: nothing
// of it is new. `sample` records, withdrawals and versions taken back are looked at closely. Once
// everything is derived.
void ExpectAcknowledged(const std::string& address, const Push& push, const RecordNames& names,
                        Random& random, int sample);

// The latest revision, once everything is derived; 0 when nothing was pushed that tells it, and
// none when the server is gone.
std::optional<std::int64_t> AwaitDerived(const std::string& address,
                                         const std::vector<Push>& pushes);

// Who watches; see KeepVisible().
inline constexpr char kWatcher[] = "mers";

// Alerts as one agency is told them. A watch that goes on from where it was before a kill is told
// what one that begins anew is told, in the same order.
class AlertWatch {
 public:
  // Takes in what is to be told behind the last position.
  void GoOn(const std::string& address);
  // Each with what it is about.
  const std::vector<std::string>& told() const { return told_; }

 private:
  std::string position_;
  std::vector<std::string> told_;
};

}  // namespace serieslink

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "serieslink/alert/v1/alert_service.pb.h"
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

// Alerts as one agency is told them. A watch that goes on from where it was before a kill is told
// what one that begins anew is told, and besides, what is told no more: of records that were hidden
// from it meanwhile nothing is.
class AlertWatch {
 public:
  // Takes in what is to be told behind the last position.
  void GoOn(const std::string& address);
  // Each with what it is about.
  std::vector<std::string> told() const;

  // Fails for what `anew`, which began later, was told and this one was not; and for what this one
  // was told of a series and `anew` was not, though the series of that revision reads as it was
  // told. How many alerts are told no more.
  std::size_t ExpectAllOf(const AlertWatch& anew, const std::string& address) const;

 private:
  std::string position_;
  std::vector<alert::v1::Alert> alerts_;
};

}  // namespace serieslink

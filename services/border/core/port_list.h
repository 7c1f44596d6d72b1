#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serieslink/border/v1/port_list.pb.h"

// The ports that are known, as data: a file in the text format of border.v1.PortList. Pure; any
// bytes are accepted.
namespace serieslink::border {

// A port of the list.
struct ListedPort {
  std::string code;  // with its country: "GBDVR"
  v1::PortKind kind = v1::PORT_KIND_UNSPECIFIED;
  std::string name;
  std::string source;  // of the code
};

// A list that is ready for use. Immutable, thread-safe.
class PortList {
 public:
  // Errors: INVALID_ARGUMENT, with everything that is wrong in words and by line or code.
  static absl::StatusOr<std::shared_ptr<const PortList>> Parse(std::string_view text);

  // Whether `code`, in the form of a UN/LOCODE ("GBDVR"), can be of a port: it is one of those of
  // its country, or the list has not this country.
  bool CanBePort(std::string_view code) const;

  // Never empty.
  const std::string& version() const { return version_; }

  // By code, then by kind: a code can be of several.
  const std::vector<ListedPort>& ports() const { return ports_; }
  // Those of which ports are listed, in order. Never empty.
  std::vector<std::string> Countries() const;

 private:
  PortList() = default;

  std::string version_;
  std::vector<ListedPort> ports_;
  absl::flat_hash_set<std::string> countries_;
  absl::flat_hash_set<std::string> codes_;  // with their countries
};

// The text of the list that is built in.
std::string_view DefaultPortsText();

// The list that this process goes by: the one that it was told to use, otherwise the built-in one.
// It never changes once it was asked for. Thread-safe.
const PortList& PortsInUse();

// Makes this process go by `ports`. Errors: FAILED_PRECONDITION (another one was asked for before).
absl::Status UsePorts(std::shared_ptr<const PortList> ports);

}  // namespace serieslink::border

#include "services/border/core/port_list.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/text_format.h"
#include "services/linkage/core/text_faults.h"
#include "storage/base/text.h"

namespace serieslink::border {
namespace {

constexpr std::size_t kVersionBytesMax = 40;
constexpr std::size_t kNameBytesMax = 200;
// Faults that an error names.
constexpr std::size_t kFaultsMax = 20;

bool IsVersion(std::string_view version) {
  return !version.empty() && version.size() <= kVersionBytesMax &&
         std::all_of(version.begin(), version.end(), [](unsigned char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
         });
}

bool IsCountry(std::string_view country) {
  return country.size() == 2 && std::all_of(country.begin(), country.end(), absl::ascii_isupper);
}

// What UNECE Recommendation 16 has behind the country.
bool IsPlace(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](unsigned char c) {
           return absl::ascii_isupper(c) || (c >= '2' && c <= '9');
         });
}

// As it can stand in a message.
std::string Shown(const std::string& text) { return text.substr(0, kVersionBytesMax); }

void CheckGroup(const v1::PortGroup& group, const std::string& country,
                std::set<std::pair<int, std::string>>& met, std::vector<std::string>& faults) {
  if (group.source().empty()) faults.push_back(absl::StrCat(country, ": a group has no source"));
  if (!v1::PortKind_IsValid(group.kind())) {
    faults.push_back(absl::StrCat(country, ": a group is of a kind that is not known"));
  }
  if (group.ports().empty()) faults.push_back(absl::StrCat(country, ": a group has no ports"));
  for (const v1::Port& port : group.ports()) {
    const std::string code = absl::StrCat(country, Shown(port.code()));
    if (!IsPlace(port.code())) {
      faults.push_back(
          absl::StrCat(code, ": a code is three capital letters or digits from 2 to 9"));
    } else if (!met.emplace(group.kind(), code).second) {
      faults.push_back(absl::StrCat(code, ": it is named twice among ports of its kind"));
    }
    if (port.name().empty() || port.name().size() > kNameBytesMax) {
      faults.push_back(absl::StrCat(code, ": a name has 1 to ", kNameBytesMax, " bytes"));
    }
  }
}

// The list of this process: what the first call wants, or the built-in one where that is null.
// Never deleted.
const std::shared_ptr<const PortList>& Established(const std::shared_ptr<const PortList>& wanted) {
  // A test reads the file that is built in, so that it is a list.
  static const auto* const first = new std::shared_ptr<const PortList>(
      wanted != nullptr ? wanted : PortList::Parse(DefaultPortsText()).value());
  return *first;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PortList>> PortList::Parse(std::string_view text) {
  v1::PortList file;
  google::protobuf::TextFormat::Parser parser;
  linkage::TextFaults text_faults;
  parser.RecordErrorsTo(&text_faults);
  parser.AllowUnknownField(true);
  const bool is_whole = parser.ParseFromString(std::string(text), &file);
  std::vector<std::string> faults = std::move(text_faults.faults());
  auto list = std::shared_ptr<PortList>(new PortList());
  if (is_whole) {
    if (!IsVersion(file.version())) {
      faults.push_back("version must be 1 to 40 lower-case letters, digits, hyphens and dots");
    }
    if (file.countries().empty()) faults.push_back("countries are missing");
    for (const v1::ListedCountry& country : file.countries()) {
      if (!IsCountry(country.country())) {
        faults.push_back(
            absl::StrCat("\"", Shown(country.country()), "\": a country is two capital letters"));
      } else if (!list->countries_.insert(country.country()).second) {
        faults.push_back(absl::StrCat(country.country(), ": it is listed twice"));
      }
      if (country.groups().empty()) {
        faults.push_back(absl::StrCat(Shown(country.country()), ": it has no groups of ports"));
      }
      std::set<std::pair<int, std::string>> met;
      for (const v1::PortGroup& group : country.groups()) {
        CheckGroup(group, Shown(country.country()), met, faults);
        for (const v1::Port& port : group.ports()) {
          std::string code = absl::StrCat(country.country(), port.code());
          list->codes_.insert(code);
          list->ports_.push_back({std::move(code), group.kind(), port.name(), group.source()});
        }
      }
    }
  }
  if (!faults.empty()) {
    const std::size_t more = faults.size() - std::min(faults.size(), kFaultsMax);
    faults.resize(std::min(faults.size(), kFaultsMax));
    if (more > 0) faults.push_back(absl::StrCat("and ", more, " more"));
    return absl::InvalidArgumentError(absl::StrCat("ports: ", absl::StrJoin(faults, "; ")));
  }
  list->version_ = file.version();
  std::sort(list->ports_.begin(), list->ports_.end(), [](const ListedPort& a, const ListedPort& b) {
    return std::tie(a.code, a.kind) < std::tie(b.code, b.kind);
  });
  return std::shared_ptr<const PortList>(std::move(list));
}

std::vector<std::string> PortList::Countries() const {
  std::vector<std::string> countries(countries_.begin(), countries_.end());
  std::sort(countries.begin(), countries.end());
  return countries;
}

bool PortList::CanBePort(std::string_view code) const {
  return !countries_.contains(AbslView(code.substr(0, 2))) || codes_.contains(AbslView(code));
}

const PortList& PortsInUse() { return *Established(nullptr); }

absl::Status UsePorts(std::shared_ptr<const PortList> ports) {
  if (Established(ports) == ports) return absl::OkStatus();
  return absl::FailedPreconditionError("ports have been looked up in another list");
}

}  // namespace serieslink::border

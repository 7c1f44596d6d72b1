#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/firearm/v1/firearm_service.pb.h"
#include "services/linkage/core/facts.h"
#include "services/rpc/error.h"
#include "services/view/firearm_terms.h"
#include "services/view/text_pattern.h"
#include "storage/graph/firearm_index.h"
#include "storage/graph/keys.h"

namespace serieslink::view {

// Everything that is wrong with `filter`, with paths below "filter".
std::vector<rpc::BadField> CheckFirearmFilter(const firearm::v1::FirearmFilter& filter);

// What is asked for, normalised as records are. Immutable, thread-safe.
class FirearmQuery {
 public:
  // `filter` has passed CheckFirearmFilter.
  explicit FirearmQuery(const firearm::v1::FirearmFilter& filter);

  // Whether the exhibit satisfies everything.
  bool Matches(const FirearmTerms& terms) const;
  // Whether it may, as far as its number was read: it does not, and would if characters of a number
  // of which some were not read ("AB?12") were others, of which those that were read have four or
  // more in common with what is asked for, as linkage compares such numbers.
  bool MayBeMet(const FirearmTerms& terms) const;
  // False only for facets of exhibits that do not satisfy everything.
  bool MayMatch(const graph::FirearmFacets& facets) const;

  // What drives the scan, as far as it is asked for.
  const std::optional<TextPattern>& serial() const { return serial_; }
  const std::optional<TextPattern>& model() const { return model_; }
  const std::string& make() const { return make_; }                       // empty: any
  const std::vector<std::string>& calibres() const { return calibres_; }  // any; empty: any
  const std::string& agency() const { return agency_; }                   // empty: any
  const std::string& area() const { return area_; }  // empty: any, or an unknown one
  bool asks_for_unknown_area() const { return asks_for_unknown_area_; }
  // Versions of records that came after this revision; 0: any.
  graph::Revision after_revision() const { return after_revision_; }

 private:
  bool MatchesPlace(const FirearmTerms& terms) const;
  bool MatchesBesideSerial(const FirearmTerms& terms) const;

  std::optional<TextPattern> serial_;
  std::optional<TextPattern> model_;
  std::string make_;
  std::vector<std::string> calibres_;  // any of them; empty: any
  std::uint32_t kinds_ = 0;            // bit n: record.v1.ExhibitKind n; 0: any
  std::uint32_t types_ = 0;            // bit n: record.v1.FirearmType n; 0: any
  std::string agency_;
  std::string area_;
  bool asks_for_unknown_area_ = false;
  graph::Revision after_revision_ = 0;
  // Seconds since 1970: at or after, and before. Unknown ends bound nothing.
  std::int64_t from_s_ = linkage::TimeInterval::kUnknownEarliest;
  std::int64_t before_s_ = linkage::TimeInterval::kUnknownLatest;
  // The days of both, widened.
  std::uint16_t from_day_ = 0;
  std::uint16_t before_day_ = 0xFFFF;

  // Fingerprints of the texts above.
  std::optional<std::uint16_t> model_print_;  // where it has no wildcards
  std::vector<std::uint16_t> calibre_prints_;
  std::uint16_t make_print_ = 0;
  std::uint16_t agency_print_ = 0;
  std::uint16_t area_print_ = 0;
};

}  // namespace serieslink::view

#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "serieslink/feed/v1/enquiry.pb.h"
#include "services/view/asked_gun.h"
#include "services/view/firearm_terms.h"

namespace serieslink::linkage {

// The enquiries that are asked, by what they ask: so that what a commit brings is looked up among
// them, whoever asks, at a cost that does not grow with their number unless it is them that ask for
// the same. Some kilobytes each. Not thread-safe.
class EnquiryIndex {
 public:
  // So many other units may ask about a gun until nobody is told of another: what more ask about
  // tells nothing of two of them.
  static constexpr std::size_t kSameNumberMax = 64;

  // From now on `file` stands for the enquiry whose record is number `record`; null: nothing does.
  void Set(std::uint64_t record, const std::string& agency, const feed::v1::EnquiryFile* file);
  // Forgets those that are asked no more at `now_us`, microseconds since 1970. Time goes forward.
  void DropExpired(std::int64_t now_us);

  bool Has(std::uint64_t record) const { return asked_.contains(record); }
  bool has_queries() const { return queries_ > 0; }

  // The standing queries that an exhibit satisfies, or may satisfy as far as its number was read
  // (FirearmQuery::MayBeMet), of agencies that may see its record, which has the label
  // `visibility`; in rising order.
  std::vector<std::uint64_t> QueriesFor(const view::FirearmTerms& exhibit, int visibility) const;

  // The enquiries of other units about the gun of `record`, which is asked, or about what may be it
  // (AskedGun::MayBeOneGunWith), where both let that be told; in rising order. None of either kind
  // of which more than kSameNumberMax other units ask.
  std::vector<std::uint64_t> OthersAbout(std::uint64_t record) const;

 private:
  struct Asked {
    std::string agency;
    std::string unit;
    bool is_query = false;
    bool tells_others = false;
    std::int64_t expires_us = 0;
    std::unique_ptr<const view::AskedGun> gun;
  };
  using Places = absl::flat_hash_map<std::string, std::set<std::uint64_t>>;

  // In which `record` is found, and by which terms of its gun.
  template <typename Act>
  void ForEachPlace(const Asked& asked, const Act& act);
  void Drop(std::uint64_t record);
  // Adds those of `candidates` that are other units' about one gun with `asked`, as `is_one` has
  // it.
  template <typename Is>
  void AddOthers(const Asked& asked, const std::set<std::uint64_t>& candidates, const Is& is_one,
                 std::vector<std::uint64_t>& others) const;

  absl::flat_hash_map<std::uint64_t, Asked> asked_;
  Places by_term_;    // standing queries
  Places by_place_;   // standing queries, by place_terms()
  Places by_number_;  // those that let others be told
  // Likewise by number_places(): of whole numbers, and of partly known ones.
  Places by_whole_place_;
  Places by_partial_place_;
  std::set<std::pair<std::int64_t, std::uint64_t>> by_expiry_;
  std::size_t queries_ = 0;
};

}  // namespace serieslink::linkage

#include "services/linkage/enquiry_index.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "google/protobuf/util/time_util.h"
#include "services/view/viewer.h"

namespace serieslink::linkage {
namespace {

template <typename Places>
void Erase(const std::string& key, std::uint64_t record, Places& places) {
  const auto found = places.find(key);
  if (found == places.end()) return;
  found->second.erase(record);
  if (found->second.empty()) places.erase(found);
}

}  // namespace

void EnquiryIndex::Set(std::uint64_t record, const std::string& agency,
                       const feed::v1::EnquiryFile* file) {
  Drop(record);
  if (file == nullptr || file->has_ended()) return;
  Asked asked;
  asked.agency = agency;
  asked.unit = file->unit();
  asked.is_query = file->kind() == "STANDING_QUERY";
  asked.tells_others = file->tells_others();
  asked.expires_us = google::protobuf::util::TimeUtil::TimestampToMicroseconds(file->expire_time());
  asked.gun = std::make_unique<const view::AskedGun>(file->gun());
  if (asked.is_query) {
    ++queries_;
    for (const std::string& term : asked.gun->terms()) by_term_[term].insert(record);
  }
  if (asked.tells_others && !asked.gun->number().empty()) {
    by_number_[asked.gun->number()].insert(record);
  }
  by_expiry_.emplace(asked.expires_us, record);
  asked_[record] = std::move(asked);
}

void EnquiryIndex::Drop(std::uint64_t record) {
  const auto found = asked_.find(record);
  if (found == asked_.end()) return;
  const Asked& asked = found->second;
  if (asked.is_query) {
    --queries_;
    for (const std::string& term : asked.gun->terms()) Erase(term, record, by_term_);
  }
  Erase(asked.gun->number(), record, by_number_);
  by_expiry_.erase({asked.expires_us, record});
  asked_.erase(found);
}

void EnquiryIndex::DropExpired(std::int64_t now_us) {
  while (!by_expiry_.empty() && by_expiry_.begin()->first <= now_us) {
    Drop(by_expiry_.begin()->second);
  }
}

std::vector<std::uint64_t> EnquiryIndex::QueriesFor(const view::FirearmTerms& exhibit,
                                                    int visibility) const {
  std::vector<std::uint64_t> satisfied;
  for (const std::string& term : view::TermsOf(exhibit)) {
    const auto found = by_term_.find(term);
    if (found == by_term_.end()) continue;
    for (const std::uint64_t record : found->second) {
      const Asked& asked = asked_.at(record);
      if (view::MaySee(view::Viewer{asked.agency}, exhibit.agency, visibility) &&
          asked.gun->query().Matches(exhibit)) {
        satisfied.push_back(record);
      }
    }
  }
  std::sort(satisfied.begin(), satisfied.end());
  satisfied.erase(std::unique(satisfied.begin(), satisfied.end()), satisfied.end());
  return satisfied;
}

std::vector<std::uint64_t> EnquiryIndex::OthersAbout(std::uint64_t record) const {
  const Asked& asked = asked_.at(record);
  if (!asked.tells_others) return {};
  const auto found = by_number_.find(asked.gun->number());
  if (found == by_number_.end()) return {};
  std::vector<std::uint64_t> others;
  // Of others alone, so that whether anybody is told says nothing of who else asks about the
  // number.
  std::set<std::pair<std::string_view, std::string_view>> units;
  for (const std::uint64_t other : found->second) {
    const Asked& one = asked_.at(other);
    const bool is_own = one.agency == asked.agency && one.unit == asked.unit;
    if (is_own || !one.gun->IsOneGunWith(*asked.gun)) continue;
    others.push_back(other);
    units.emplace(one.agency, one.unit);
    if (units.size() > kSameNumberMax) return {};
  }
  return others;
}

}  // namespace serieslink::linkage

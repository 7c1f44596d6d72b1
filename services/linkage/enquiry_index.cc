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

// Those under the term of `group` under which the fewest are; null where one is under none, or the
// group is empty.
template <typename Places>
const std::set<std::uint64_t>* RarestOf(const std::vector<std::string>& group,
                                        const Places& places) {
  const std::set<std::uint64_t>* rarest = nullptr;
  for (const std::string& term : group) {
    const auto found = places.find(term);
    if (found == places.end()) return nullptr;
    if (rarest == nullptr || found->second.size() < rarest->size()) rarest = &found->second;
  }
  return rarest;
}

}  // namespace

template <typename Act>
void EnquiryIndex::ForEachPlace(const Asked& asked, const Act& act) {
  const view::AskedGun& gun = *asked.gun;
  if (asked.is_query) {
    for (const std::string& term : gun.terms()) act(by_term_, term);
    for (const std::string& term : gun.place_terms()) act(by_place_, term);
  }
  if (!asked.tells_others || gun.number().empty()) return;
  act(by_number_, gun.number());
  Places& by_place = gun.is_partly_known() ? by_partial_place_ : by_whole_place_;
  for (const std::string& term : gun.number_places()) act(by_place, term);
}

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
  queries_ += asked.is_query ? 1 : 0;
  ForEachPlace(asked,
               [record](Places& places, const std::string& key) { places[key].insert(record); });
  by_expiry_.emplace(asked.expires_us, record);
  asked_[record] = std::move(asked);
}

void EnquiryIndex::Drop(std::uint64_t record) {
  const auto found = asked_.find(record);
  if (found == asked_.end()) return;
  const Asked& asked = found->second;
  queries_ -= asked.is_query ? 1 : 0;
  ForEachPlace(asked,
               [record](Places& places, const std::string& key) { Erase(key, record, places); });
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
  const auto add_of = [&](const std::set<std::uint64_t>& candidates) {
    for (const std::uint64_t record : candidates) {
      const Asked& asked = asked_.at(record);
      const view::FirearmQuery& query = asked.gun->query();
      if (view::MaySee(view::Viewer{asked.agency}, exhibit.agency, visibility) &&
          (query.Matches(exhibit) || query.MayBeMet(exhibit))) {
        satisfied.push_back(record);
      }
    }
  };
  for (const std::string& term : view::TermsOf(exhibit)) {
    if (const auto found = by_term_.find(term); found != by_term_.end()) add_of(found->second);
  }
  for (const std::string& serial : exhibit.serials) {
    if (!view::IsPartlyRead(serial)) continue;
    for (const std::vector<std::string>& group : view::PlaceTermsOf(serial)) {
      if (const auto* const rarest = RarestOf(group, by_place_); rarest != nullptr) {
        add_of(*rarest);
      }
    }
  }
  std::sort(satisfied.begin(), satisfied.end());
  satisfied.erase(std::unique(satisfied.begin(), satisfied.end()), satisfied.end());
  return satisfied;
}

template <typename Is>
void EnquiryIndex::AddOthers(const Asked& asked, const std::set<std::uint64_t>& candidates,
                             const Is& is_one, std::vector<std::uint64_t>& others) const {
  std::vector<std::uint64_t> found;
  // Of others alone, so that whether anybody is told says nothing of who else asks about the
  // number.
  std::set<std::pair<std::string_view, std::string_view>> units;
  for (const std::uint64_t other : candidates) {
    const Asked& one = asked_.at(other);
    const bool is_own = one.agency == asked.agency && one.unit == asked.unit;
    if (is_own || !is_one(*one.gun)) continue;
    found.push_back(other);
    units.emplace(one.agency, one.unit);
    if (units.size() > kSameNumberMax) return;
  }
  others.insert(others.end(), found.begin(), found.end());
}

std::vector<std::uint64_t> EnquiryIndex::OthersAbout(std::uint64_t record) const {
  const Asked& asked = asked_.at(record);
  if (!asked.tells_others) return {};
  const view::AskedGun& gun = *asked.gun;
  std::vector<std::uint64_t> others;
  if (const auto found = by_number_.find(gun.number()); found != by_number_.end()) {
    AddOthers(
        asked, found->second,
        [&gun](const view::AskedGun& other) { return other.IsOneGunWith(gun); }, others);
  }
  const std::vector<std::string> places = gun.number_places();
  std::set<std::uint64_t> candidates;
  const auto add_of = [&candidates](const std::set<std::uint64_t>& some) {
    candidates.insert(some.begin(), some.end());
  };
  // Every whole number that a partly known one can be has all that is known of it.
  if (const auto* const rarest =
          gun.is_partly_known() ? RarestOf(places, by_whole_place_) : nullptr;
      rarest != nullptr) {
    add_of(*rarest);
  }
  for (const std::string& place : places) {
    const auto found = by_partial_place_.find(place);
    if (found != by_partial_place_.end()) add_of(found->second);
  }
  AddOthers(
      asked, candidates, [&gun](const view::AskedGun& other) { return other.MayBeOneGunWith(gun); },
      others);
  std::sort(others.begin(), others.end());
  return others;
}

}  // namespace serieslink::linkage

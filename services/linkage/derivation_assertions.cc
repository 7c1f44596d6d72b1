// What records assert, and between which exhibits it stands: those that its ends name, by the
// present id of a record or by a former one.
#include <algorithm>
#include <utility>

#include "services/linkage/derivation.h"

namespace serieslink::linkage {
namespace {

// Exhibits that one former id can name: a record that has moved as often as one can say, under each
// id.
constexpr std::size_t kFollowersMax = 17;

}  // namespace

std::vector<view::AssertedStatement> Derivation::AssertionsOf(
    const record::v1::Record* asserting) const {
  if (asserting == nullptr) return {};
  std::vector<view::AssertedStatement> all = view::AssertionsOf(*asserting, *ids_);
  for (view::AssertedStatement& asserted : all) {
    policy_.Judge(asserting->source().agency(), asserted.statement);
  }
  return all;
}

void Derivation::SetAssertions(RecordIndex record, std::vector<view::AssertedStatement> all) {
  std::vector<std::uint64_t> claimed;  // names of exhibits under former ids, before and now
  const auto follower_of = [&](const view::AssertedStatement& asserted) {
    const view::AssertedEnd& former = asserted.ends[1];
    claimed.push_back(former.public_id);
    // The record's own exhibit, whether it has it still or not.
    return Follower{former.public_id, former.source_hash,
                    exhibit_by_id_.Find(asserted.ends[0].public_id)};
  };
  for (const std::uint32_t index : records_[record].assertions) {
    Assertion& assertion = assertions_[index];
    assertion.standing = false;
    Attach(index);
    for (const view::AssertedEnd& end : assertion.asserted.ends) {
      assertions_by_end_[end.public_id].Erase(index);
    }
    if (assertion.asserted.statement.relation == Relation::kOneRecord) {
      followers_.erase(follower_of(assertion.asserted));
    }
    free_assertions_.push_back(index);
  }
  records_[record].assertions.clear();
  for (view::AssertedStatement& asserted : all) {
    std::uint32_t index = static_cast<std::uint32_t>(assertions_.size());
    if (free_assertions_.empty()) {
      assertions_.emplace_back();
    } else {
      index = free_assertions_.back();
      free_assertions_.pop_back();
    }
    asserted.statement.asserting_record = NumberOf(record);
    Assertion& assertion = assertions_[index];  // its statements were closed with the last version
    assertion.asserted = asserted;
    assertion.by = record;
    assertion.standing = true;
    for (const view::AssertedEnd& end : asserted.ends) {
      assertions_by_end_[end.public_id].push_back(index);
    }
    if (asserted.statement.relation == Relation::kOneRecord) {
      const Follower follower = follower_of(asserted);
      if (follower.exhibit != kNone) followers_.insert(follower);
    }
    records_[record].assertions.push_back(index);
  }
  if (changes_ == nullptr) return;  // what is stored is put back as it is
  for (const std::uint32_t index : records_[record].assertions) Attach(index);
  std::sort(claimed.begin(), claimed.end());
  claimed.erase(std::unique(claimed.begin(), claimed.end()), claimed.end());
  for (const std::uint64_t public_id : claimed) ReattachFollowed(public_id);
}

ExhibitIndex Derivation::FindEnd(const view::AssertedEnd& end) const {
  ExhibitIndex exhibit = exhibit_by_id_.Find(end.public_id);
  if (end.names_record) {
    const RecordIndex record = record_by_id_.Find(end.public_id);
    if (record == kNone) return kNone;
    // An exhibit without a reference of its own bears the record's name. Where a later version has
    // several in its place, what was said stays with the one that is gone: it joins nothing, and
    // can be shown as to be stated again.
    if (exhibit == kNone || !exhibits_[exhibit].active) {
      const ExhibitIndex only = records_[record].only_exhibit;
      if (only != kNone) exhibit = only;
    }
  }
  if (exhibit == kNone || end.is_id) return exhibit;
  return records_[exhibits_[exhibit].record].source_hash == end.source_hash ? exhibit : kNone;
}

FewIndexes Derivation::FollowersOf(const view::AssertedEnd& end) const {
  FewIndexes found;
  for (auto one = followers_.lower_bound(Follower{.public_id = end.public_id, .exhibit = 0});
       one != followers_.end() && one->public_id == end.public_id; ++one) {
    if (!end.is_id && one->source_hash != end.source_hash) continue;
    if (found.size() == kFollowersMax) return {};
    found.push_back(one->exhibit);
  }
  if (found.size() < 2) return found;
  // Whether `last` is the exhibit that `other` became: its record claims that of `other` too.
  const auto claims = [&](ExhibitIndex last, ExhibitIndex other) {
    const ExhibitNode& node = exhibits_[other];
    return followers_.contains(Follower{node.public_id, records_[node.record].source_hash, last});
  };
  const bool agree = std::any_of(found.begin(), found.end(), [&](ExhibitIndex last) {
    return std::all_of(found.begin(), found.end(),
                       [&](ExhibitIndex other) { return other == last || claims(last, other); });
  });
  if (!agree) found.clear();
  return found;
}

void Derivation::ReattachFollowed(std::uint64_t public_id) {
  // Of so many followers none counts, whether there is one more or less.
  std::size_t count = 0;
  for (auto one = followers_.lower_bound(Follower{.public_id = public_id, .exhibit = 0});
       one != followers_.end() && one->public_id == public_id; ++one) {
    if (++count > kFollowersMax + 1) return;
  }
  ReattachUsers(public_id);
}

bool Derivation::IsOnlyExhibit(ExhibitIndex exhibit) const {
  const RecordNode& record = records_[exhibits_[exhibit].record];
  if (record.only_exhibit == kNone) return record.exhibits.size() == 1;
  return record.only_exhibit == exhibit;
}

Derivation::Pairs Derivation::PairsOf(const view::AssertedStatement& asserted) const {
  FewIndexes ends[2];
  const bool is_one_record = asserted.statement.relation == Relation::kOneRecord;
  for (int i = 0; i < 2; ++i) {
    const view::AssertedEnd& end = asserted.ends[i];
    const ExhibitIndex named = FindEnd(end);
    if (named != kNone) ends[i].push_back(named);
    if (is_one_record || followers_.empty()) continue;
    for (const ExhibitIndex follower : FollowersOf(end)) {
      if (follower != named) ends[i].push_back(follower);
    }
  }
  if (is_one_record && !ends[0].empty() && !ends[1].empty()) {
    // What the former id names is this exhibit, where nobody else claims it for another.
    const FewIndexes followers = FollowersOf(asserted.ends[1]);
    if (std::find(followers.begin(), followers.end(), ends[0][0]) == followers.end() ||
        (asserted.ends[1].is_only && !IsOnlyExhibit(ends[1][0]))) {
      return {};
    }
  }
  Pairs pairs;
  for (const ExhibitIndex a : ends[0]) {
    for (const ExhibitIndex b : ends[1]) {
      if (a == b) continue;
      const bool a_is_newer = NumberOf(exhibits_[a]) > NumberOf(exhibits_[b]);
      const std::pair<ExhibitIndex, ExhibitIndex> pair =
          a_is_newer ? std::pair(a, b) : std::pair(b, a);
      if (std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) pairs.push_back(pair);
    }
  }
  return pairs;
}

void Derivation::Attach(std::uint32_t index) {
  Assertion& assertion = assertions_[index];
  Pairs wanted = assertion.standing ? PairsOf(assertion.asserted) : Pairs();
  std::size_t kept = 0;
  for (const StatementIndex attached : assertion.attached) {
    const std::pair pair(statements_[attached].newer, statements_[attached].older);
    const auto found = std::find(wanted.begin(), wanted.end(), pair);
    if (found == wanted.end()) {
      CloseStatement(attached);
      continue;
    }
    wanted.erase(found);
    assertion.attached[kept++] = attached;
  }
  assertion.attached.resize(kept);
  for (const auto& [newer, older] : wanted) {
    assertion.attached.push_back(
        OpenStatement(assertion.asserted.statement, newer, older, /*by_rule=*/false));
  }
}

void Derivation::ReattachUsers(std::uint64_t public_id) {
  const auto users = assertions_by_end_.find(public_id);
  if (users == assertions_by_end_.end()) return;
  const FewIndexes indexes = users->second;
  for (const std::uint32_t index : indexes) Attach(index);
}

}  // namespace serieslink::linkage

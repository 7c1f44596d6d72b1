#include "services/stolen/loss_lists.h"

#include <algorithm>
#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::stolen {
namespace {

// Entries of a range that are read at once: to look for one costs as much as to read some hundred,
// and what is passed over is passed over fast.
constexpr std::size_t kEntriesMin = 64;
constexpr std::size_t kEntriesMax = 1024;
// A list that has more than half of what the others have, of so many, says too little: to look into
// it costs more than to look at a report in vain.
constexpr std::size_t kAskedMin = 16;

// The last key of its length before `key`, which is not of zeros alone: its number is positive.
std::string KeyBefore(std::string key) {
  for (auto byte = key.rbegin(); byte != key.rend() && (*byte)-- == 0;) ++byte;
  return key;
}

}  // namespace

LossLists::LossLists(const LossQuery* query, std::vector<std::vector<LossKeys>> lists)
    : query_(query) {
  for (std::vector<LossKeys>& ranges : lists) {
    List& list = lists_.emplace_back();
    for (LossKeys& keys : ranges) {
      if (!keys.range.end.empty() && keys.range.start >= keys.range.end) continue;
      list.cursors.emplace_back(std::move(keys)).entries_max = kEntriesMin;
    }
  }
}

absl::Status LossLists::Read(const graph::SortedRunView& index, std::string_view key,
                             std::size_t& entries, Cursor& cursor) const {
  storage::KeyRange range = cursor.keys.range;
  std::string start = cursor.keys.prefix;
  start.append(key);
  // Where something was passed over unread, and little was asked for of what was read before, what
  // the others have is far between.
  const bool is_sparse = start > range.start && cursor.used < 2;
  if (!cursor.read_to.empty()) {
    cursor.entries_max = is_sparse ? std::max(cursor.entries_max / 2, kEntriesMin)
                                   : std::min(cursor.entries_max * 2, kEntriesMax);
  }
  range.start = std::max(range.start, std::move(start));
  cursor.rows.clear();
  cursor.at = 0;
  cursor.used = 0;
  if (!range.end.empty() && range.start >= range.end) {
    cursor.is_read = true;
    return absl::OkStatus();
  }
  SL_ASSIGN_OR_RETURN(graph::IndexPage page, index.Scan(range, cursor.entries_max));
  entries -= std::min(entries, page.entries.size());
  cursor.is_read = !page.resume.has_value();
  if (!cursor.is_read) cursor.keys.range.start = *std::move(page.resume);
  if (!page.entries.empty()) {
    cursor.read_to = page.entries.back().key.substr(cursor.keys.prefix.size());
  }
  for (storage::Row& row : page.entries) {
    SL_ASSIGN_OR_RETURN(const auto facets, graph::ParseFirearmFacets(row.value));
    if (query_ != nullptr && !query_->MayMatch(facets, cursor.keys.has_days_only)) continue;
    cursor.rows.push_back(std::move(row));
  }
  return absl::OkStatus();
}

absl::StatusOr<LossLists::Next> LossLists::AtOrAfter(const graph::SortedRunView& index,
                                                     std::string_view key, std::size_t& entries,
                                                     List& list) const {
  for (;;) {
    // The cursor whose next entry comes first, as far as that is known: one that has none yet may
    // have one behind what it has read.
    Cursor* first = nullptr;
    std::string_view first_key;
    for (Cursor& cursor : list.cursors) {
      const std::size_t before = cursor.at;
      while (cursor.at < cursor.rows.size() && cursor.key(cursor.at) < key) ++cursor.at;
      const bool has_entry = cursor.at < cursor.rows.size();
      cursor.used += has_entry && (cursor.at != before || cursor.used == 0);
      if (!has_entry && cursor.is_read) continue;
      const std::string_view next =
          has_entry ? cursor.key(cursor.at) : std::max(key, std::string_view(cursor.read_to));
      // What has none yet has to be read first.
      if (first == nullptr || next < first_key || (next == first_key && !has_entry)) {
        first = &cursor;
        first_key = next;
      }
    }
    Next next;
    if (first == nullptr) return next;
    next.key = std::string(first_key);
    if (first->at < first->rows.size()) {
      next.found = Found::kEntry;
      return next;
    }
    if (entries == 0) {
      next.found = Found::kPaused;
      next.looked_at = first->read_to;
      return next;
    }
    SL_RETURN_IF_ERROR(Read(index, key, entries, *first));
  }
}

absl::StatusOr<LossLists::Next> LossLists::AtOrAfter(const graph::SortedRunView& index,
                                                     std::string key, std::size_t& entries) {
  std::string looked_at;
  std::size_t having = 0;  // lists, one after another, that have `key`
  std::size_t at = 0;
  while (having < lists_.size()) {
    List& list = lists_[at];
    SL_ASSIGN_OR_RETURN(Next one, AtOrAfter(index, key, entries, list));
    if (one.found == Found::kEnd) return one;
    if (one.found == Found::kPaused) {
      // Before `key` nothing is in all of them, and up to what was read nothing in this one.
      if (having > 0) looked_at = KeyBefore(std::move(key));
      one.looked_at = std::max(one.looked_at, looked_at);
      return one;
    }
    const bool is_asked = having > 0;
    const bool has_key = one.key == key;
    list.asked += is_asked;
    list.had += is_asked && has_key;
    if (has_key) {
      ++having;
    } else {
      key = std::move(one.key);
      having = 1;
    }
    if (lists_.size() > 1 && list.asked >= kAskedMin && list.had * 2 > list.asked) {
      lists_.erase(lists_.begin() + static_cast<std::ptrdiff_t>(at));
      having = 0;
      at = 0;
      continue;
    }
    at = (at + 1) % lists_.size();
  }
  Next next;
  next.found = Found::kEntry;
  next.key = std::move(key);
  return next;
}

}  // namespace serieslink::stolen

#include "services/view/set_finder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/view/border_terms.h"
#include "services/view/extract.h"
#include "storage/base/status_macros.h"
#include "storage/graph/firearm_index.h"

namespace serieslink::view {
namespace {

constexpr std::size_t kEntriesAtOnce = 128;
constexpr int kLinkExhibitsMax = 100;

using ::serieslink::graph::IdOf;

// Keys under `part` with days from that of `earliest_s` to that of `latest_s`.
storage::KeyRange RangeOfDays(const std::string& part, std::int64_t earliest_s,
                              std::int64_t latest_s) {
  // Later days come first.
  storage::KeyRange range;
  range.start =
      graph::FirearmKeyPrefix(graph::FirearmOrder::kBorder, {part, BorderDayPart(latest_s)});
  range.end = storage::KeyRange::Prefix(graph::FirearmKeyPrefix(graph::FirearmOrder::kBorder,
                                                                {part, BorderDayPart(earliest_s)}))
                  .end;
  return range;
}

using RecordPair = std::pair<graph::RecordNumber, graph::RecordNumber>;

RecordPair PairOf(graph::RecordNumber a, graph::RecordNumber b) {
  return {std::min(a, b), std::max(a, b)};
}

// Its own name first, then those that it had before.
std::vector<std::string> NamesOf(const record::v1::Record& record) {
  std::vector<std::string> names = {NameTerm(record.source())};
  for (const auto& former : record.former_sources()) names.push_back(NameTerm(former));
  return names;
}

std::string ExplanationOf(const FoundLink& link) {
  switch (link.basis) {
    case border::v1::SET_LINK_BASIS_REFERENCE: {
      std::string text = link.names_back ? "each names the other"
                         : link.is_named ? "the other names this one"
                                         : "this one names the other";
      absl::StrAppend(&text, " as belonging to one set with it");
      if (link.state == border::v1::SET_LINK_STATE_LEAD) {
        absl::StrAppend(&text, "; policy lets references of that agency be leads at most");
      }
      return text;
    }
    case border::v1::SET_LINK_BASIS_CONSIGNMENT_NUMBER:
      return "two records of one agency have the same number of the consignment: one consignment "
             "told twice, or its parts";
    case border::v1::SET_LINK_BASIS_PART_NUMBER:
      return "parts in both bear the same number, of six characters or more";
    case border::v1::SET_LINK_BASIS_SENT_APART:
      return "other parts to one destination from one origin within 31 days, and of one make where "
             "both are known";
    default:
      return "";
  }
}

const char* RuleOf(border::v1::SetLinkBasis basis) {
  switch (basis) {
    case border::v1::SET_LINK_BASIS_CONSIGNMENT_NUMBER:
      return border::kNumberRule;
    case border::v1::SET_LINK_BASIS_PART_NUMBER:
      return border::kPartNumberRule;
    case border::v1::SET_LINK_BASIS_SENT_APART:
      return border::kSentApartRule;
    default:
      return "";
  }
}

}  // namespace

// A set while it is looked for. One link stands for a pair: the strongest.
struct SetFinder::Growing {
  std::set<graph::RecordNumber> members;
  std::map<RecordPair, FoundLink> links;
  absl::flat_hash_map<std::string, Named> named;  // by names that were followed
  int names_not_found = 0;
  bool is_guarded = false;
  bool is_abridged = false;

  void Add(const FoundLink& link) {
    const auto [at, is_new] = links.try_emplace(PairOf(link.from, link.to), link);
    if (is_new) return;
    FoundLink& held = at->second;
    if (std::pair(link.state, link.basis) < std::pair(held.state, held.basis)) held = link;
  }
};

bool SetFinder::IsTrusted(graph::RecordNumber record) const {
  return trusted_.empty() || trusted_.contains(seen_.at(record).state->agency());
}

const SetFinder::Compared& SetFinder::ComparedOf(graph::RecordNumber record) {
  const auto [at, is_new] = compared_.try_emplace(record);
  if (!is_new) return at->second;
  const FoundConsignment& one = seen_.at(record);
  at->second.facts = FactsOf(one, terms_);
  for (const FoundItem& item : ItemsOf(one)) {
    const record::v1::Exhibit& exhibit = one.record->exhibits(item.place);
    if (!IsPartOfGun(exhibit)) continue;
    for (const std::string& number : PartNumberTerms(exhibit)) {
      at->second.parts_of_number[number].push_back(item.public_id);
    }
  }
  return at->second;
}

absl::StatusOr<std::vector<graph::RecordNumber>> SetFinder::Under(storage::KeyRange range,
                                                                  std::size_t max) {
  std::vector<graph::RecordNumber> numbers;
  ConsignmentScan scan(cut_, viewer_, nullptr, std::move(range));
  while (!scan.is_at_end() && numbers.size() <= max) {
    if (patience_.is_given_up && patience_.is_given_up()) {
      return absl::CancelledError("nobody waits for the answer");
    }
    SL_ASSIGN_OR_RETURN(std::vector<ConsignmentScan::Found> found, scan.Next(kEntriesAtOnce));
    for (ConsignmentScan::Found& one : found) {
      if (numbers.size() > max) break;
      const graph::RecordNumber number = one.consignment.number;
      seen_.try_emplace(number, std::move(one.consignment));
      numbers.push_back(number);
    }
  }
  return numbers;
}

absl::StatusOr<graph::RecordNumber> SetFinder::ClaimantOf(const std::string& term) {
  const auto [at, is_new] = claimant_of_.try_emplace(term, 0);
  if (!is_new) return at->second;
  SL_ASSIGN_OR_RETURN(const auto claimants,
                      Under(RangeOfPart(BorderPart(BorderField::kFormer, term), {}), 1));
  const graph::RecordNumber claimant = claimants.size() == 1 ? claimants.front() : 0;
  claimant_of_[term] = claimant;
  return claimant;
}

absl::StatusOr<std::vector<SetFinder::Named>> SetFinder::FindNamed(
    absl::Span<const type::v1::SourceReference> names) {
  std::vector<graph::PublicId> wanted;
  for (const type::v1::SourceReference& name : names) {
    wanted.push_back(ids_.ForRecord({name.agency(), name.source_system(), name.source_id()}));
  }
  SL_ASSIGN_OR_RETURN(const auto targets, cut_.reader.LookUpIds(wanted));
  std::vector<graph::RecordNumber> numbers;
  for (const auto& target : targets) numbers.push_back(target.has_value() ? target->record : 0);
  SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records(numbers));
  std::vector<VersionOfRecord> versions;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // Two records can share the bits of an id, and then one of them has another.
    const bool is_named = states[i].has_value() && states[i]->agency() == names[i].agency() &&
                          states[i]->source_system() == names[i].source_system() &&
                          states[i]->source_id() == names[i].source_id();
    versions.push_back({numbers[i], is_named ? StandingSequence(*states[i], cut_.revision)
                                             : graph::SequenceNumber{0}});
  }
  SL_ASSIGN_OR_RETURN(std::vector<FoundConsignment> found, FindVersions(cut_, viewer_, versions));
  std::vector<Named> named(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (found[i].record != nullptr &&
        found[i].record->event().kind() == record::v1::EVENT_KIND_BORDER_SEIZURE) {
      named[i].push_back(found[i].number);
      seen_.try_emplace(named[i].back(), std::move(found[i]));
    }
    SL_ASSIGN_OR_RETURN(const graph::RecordNumber claimant, ClaimantOf(NameTerm(names[i])));
    if (claimant != 0) named[i].push_back(claimant);
  }
  return named;
}

absl::StatusOr<std::vector<graph::RecordNumber>> SetFinder::Grow(
    absl::Span<const graph::RecordNumber> frontier, Growing& set) {
  std::vector<graph::RecordNumber> added;
  const auto relate = [&](graph::RecordNumber asserting, graph::RecordNumber named) {
    if (asserting == named) return;
    FoundLink link;
    const bool is_confirmed = IsTrusted(asserting);
    link.basis = border::v1::SET_LINK_BASIS_REFERENCE;
    link.state =
        is_confirmed ? border::v1::SET_LINK_STATE_CONFIRMED : border::v1::SET_LINK_STATE_LEAD;
    const bool from_inside = set.members.contains(asserting);
    link.from = from_inside ? asserting : named;
    link.to = from_inside ? named : asserting;
    link.is_named = !from_inside;
    const auto held = set.links.find(PairOf(asserting, named));
    if (held != set.links.end() && held->second.basis == link.basis) {
      const graph::RecordNumber held_asserting =
          held->second.is_named ? held->second.to : held->second.from;
      held->second.names_back |= held_asserting != asserting;
      held->second.state = std::min(held->second.state, link.state);
    } else {
      set.Add(link);
    }
    if (!is_confirmed) return;
    for (const graph::RecordNumber number : {asserting, named}) {
      if (set.members.contains(number)) continue;
      if (set.members.size() == kSetConsignmentsMax) {
        set.is_abridged = true;
        continue;
      }
      set.members.insert(number);
      added.push_back(number);
    }
  };

  // Each name is followed once, whoever else says it too.
  std::vector<type::v1::SourceReference> names;
  std::vector<std::string> terms;
  std::map<std::string, std::vector<graph::RecordNumber>> said_by;
  for (const graph::RecordNumber number : frontier) {
    const record::v1::Record& record = *seen_.at(number).record;
    const std::vector<std::string> own = NamesOf(record);
    for (const auto& name : record.event().consignment().sister_consignments()) {
      const std::string term = NameTerm(name);
      if (std::find(own.begin(), own.end(), term) != own.end()) continue;
      said_by[term].push_back(number);
      if (!set.named.try_emplace(term).second) continue;
      names.push_back(name);
      terms.push_back(term);
    }
  }
  SL_ASSIGN_OR_RETURN(const auto found, FindNamed(names));
  for (std::size_t i = 0; i < names.size(); ++i) {
    set.named[terms[i]] = found[i];
    if (found[i].empty()) ++set.names_not_found;
  }
  for (const auto& [term, asserting] : said_by) {
    for (const graph::RecordNumber named : set.named[term]) {
      for (const graph::RecordNumber one : asserting) relate(one, named);
    }
  }
  // Those that name one of the frontier.
  for (const graph::RecordNumber number : frontier) {
    const std::vector<std::string> own = NamesOf(*seen_.at(number).record);
    for (std::size_t i = 0; i < own.size(); ++i) {
      // A former name that others claim too is followed for none.
      if (i > 0) {
        SL_ASSIGN_OR_RETURN(const graph::RecordNumber claimant, ClaimantOf(own[i]));
        if (claimant != number) continue;
      }
      SL_ASSIGN_OR_RETURN(
          const auto naming,
          Under(RangeOfPart(BorderPart(BorderField::kNames, own[i]), {}), kSetConsignmentsMax));
      set.is_abridged |= naming.size() > kSetConsignmentsMax;
      for (const graph::RecordNumber asserting : naming) {
        if (asserting != number) relate(asserting, number);
      }
    }
  }
  return added;
}

absl::Status SetFinder::AddRuleLeads(Growing& set) {
  const auto add = [&](graph::RecordNumber from, graph::RecordNumber to,
                       border::v1::SetLinkBasis basis, std::vector<std::uint64_t> exhibits) {
    if (set.members.contains(to)) return;
    FoundLink link;
    link.from = from;
    link.to = to;
    link.state = border::v1::SET_LINK_STATE_LEAD;
    link.basis = basis;
    link.exhibits = std::move(exhibits);
    set.Add(link);
  };
  // Those under `range`; none where there are so many that it tells nothing of two.
  const auto around =
      [&](storage::KeyRange range) -> absl::StatusOr<std::vector<graph::RecordNumber>> {
    SL_ASSIGN_OR_RETURN(auto numbers, Under(std::move(range), border::kGuardMax));
    if (numbers.size() > border::kGuardMax) {
      set.is_guarded = true;
      numbers.clear();
    }
    return numbers;
  };
  std::size_t numbers_looked_at = 0;
  for (const graph::RecordNumber member : set.members) {
    const Compared& compared = ComparedOf(member);
    const border::ConsignmentFacts& own = compared.facts;
    if (!own.number.empty()) {
      SL_ASSIGN_OR_RETURN(const auto found,
                          around(RangeOfPart(BorderPart(BorderField::kNumber, own.number), {})));
      for (const graph::RecordNumber other : found) {
        if (other != member && border::HaveOneNumber(own, ComparedOf(other).facts)) {
          add(member, other, border::v1::SET_LINK_BASIS_CONSIGNMENT_NUMBER, {});
        }
      }
    }
    for (const std::string& number : own.part_numbers) {
      if (numbers_looked_at++ == kSetNumbersMax) {
        set.is_abridged = true;
        break;
      }
      SL_ASSIGN_OR_RETURN(const auto found,
                          around(RangeOfPart(BorderPart(BorderField::kPartNumber, number), {})));
      for (const graph::RecordNumber other : found) {
        if (other == member) continue;
        // The index cuts long numbers.
        const auto& on_other = ComparedOf(other).parts_of_number;
        const auto parts = on_other.find(number);
        if (parts == on_other.end()) continue;
        std::vector<std::uint64_t> exhibits;
        if (const auto of_own = compared.parts_of_number.find(number);
            of_own != compared.parts_of_number.end()) {
          exhibits = of_own->second;
        }
        exhibits.insert(exhibits.end(), parts->second.begin(), parts->second.end());
        add(member, other, border::v1::SET_LINK_BASIS_PART_NUMBER, std::move(exhibits));
      }
    }
    const bool is_dated = own.seized.earliest_s != linkage::TimeInterval::kUnknownEarliest &&
                          own.seized.latest_s != linkage::TimeInterval::kUnknownLatest;
    if (own.sent_apart.empty() || own.part_kinds.empty() || !is_dated) continue;
    const std::int64_t window_s = border::kApartSecondsMax;
    // Nothing can be within the days of what is dated less well (CanBeSentApart).
    if (own.seized.latest_s - own.seized.earliest_s > window_s) continue;
    SL_ASSIGN_OR_RETURN(
        const auto found,
        around(RangeOfDays(BorderPart(BorderField::kSentApart, own.sent_apart),
                           own.seized.earliest_s - window_s, own.seized.latest_s + window_s)));
    for (const graph::RecordNumber other : found) {
      if (other != member && border::CanBeSentApart(own, ComparedOf(other).facts)) {
        add(member, other, border::v1::SET_LINK_BASIS_SENT_APART, {});
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<SetFinder::Growing> SetFinder::GrowFrom(graph::RecordNumber start) {
  Growing growing;
  growing.members.insert(start);
  std::vector<graph::RecordNumber> frontier = {start};
  while (!frontier.empty()) {
    SL_ASSIGN_OR_RETURN(frontier, Grow(frontier, growing));
  }
  return growing;
}

absl::StatusOr<std::shared_ptr<const SetMembers>> SetFinder::Members(graph::RecordNumber start) {
  if (const auto known = members_of_.find(start); known != members_of_.end()) return known->second;
  auto set = std::make_shared<SetMembers>();
  if (!seen_.contains(start)) {
    SL_ASSIGN_OR_RETURN(const auto states, cut_.reader.Records({start}));
    const graph::SequenceNumber standing =
        states[0].has_value() ? StandingSequence(*states[0], cut_.revision) : 0;
    SL_ASSIGN_OR_RETURN(std::vector<FoundConsignment> found,
                        FindVersions(cut_, viewer_, {VersionOfRecord{start, standing}}));
    if (found[0].record == nullptr ||
        found[0].record->event().kind() != record::v1::EVENT_KIND_BORDER_SEIZURE) {
      members_of_[start] = set;
      return std::shared_ptr<const SetMembers>(std::move(set));
    }
    seen_.try_emplace(start, std::move(found[0]));
  }
  SL_ASSIGN_OR_RETURN(Growing growing, GrowFrom(start));
  set->members = std::move(growing.members);
  set->names_not_found = growing.names_not_found;
  set->is_abridged = growing.is_abridged;
  // Of a set that is cut too: from each of its members as much is connected, and looking at it
  // again from each would cost the square of them.
  for (const graph::RecordNumber member : set->members) members_of_[member] = set;
  return std::shared_ptr<const SetMembers>(std::move(set));
}

absl::StatusOr<std::shared_ptr<const FoundSet>> SetFinder::Find(const FoundConsignment& start) {
  if (const auto known = set_of_.find(start.number); known != set_of_.end()) return known->second;
  seen_.try_emplace(start.number, start);
  SL_ASSIGN_OR_RETURN(Growing growing, GrowFrom(start.number));
  SL_RETURN_IF_ERROR(AddRuleLeads(growing));

  auto set = std::make_shared<FoundSet>();
  set->names_not_found = growing.names_not_found;
  set->is_guarded = growing.is_guarded;
  set->is_abridged = growing.is_abridged;
  const auto place_of = [&](const FoundConsignment& one) {
    return std::pair(IntervalOf(one.record->event().occurred()).latest_s, one.state->public_id());
  };
  const auto in_order = [&](const FoundConsignment& a, const FoundConsignment& b) {
    return place_of(a) < place_of(b);
  };
  for (const graph::RecordNumber member : growing.members) {
    set->consignments.push_back(seen_.at(member));
  }
  std::sort(set->consignments.begin(), set->consignments.end(), in_order);
  const auto id_of = [&](graph::RecordNumber number) {
    return seen_.at(number).state->public_id();
  };
  std::set<graph::RecordNumber> others;
  for (auto& [pair, link] : growing.links) {
    // From inside to outside; within the set from the one that names the other, and where each
    // does, or a rule found it, from the one that comes first.
    const bool is_within = growing.members.contains(link.from) && growing.members.contains(link.to);
    const bool is_back =
        is_within ? link.is_named || (link.names_back && id_of(link.to) < id_of(link.from))
                  : !growing.members.contains(link.from);
    if (is_back) {
      std::swap(link.from, link.to);
      link.is_named = !link.is_named;
    }
    // Between two that both were left out.
    if (!growing.members.contains(link.from)) continue;
    link.days_apart =
        border::DaysApart(ComparedOf(link.from).facts.seized, ComparedOf(link.to).facts.seized);
    if (!growing.members.contains(link.to)) others.insert(link.to);
    set->links.push_back(link);
  }
  for (const graph::RecordNumber other : others) set->others.push_back(seen_.at(other));
  std::sort(set->links.begin(), set->links.end(), [&](const FoundLink& a, const FoundLink& b) {
    return std::tuple(a.state, a.basis, id_of(a.from), id_of(a.to)) <
           std::tuple(b.state, b.basis, id_of(b.from), id_of(b.to));
  });
  // A set that was cut is another one seen from another of its consignments.
  if (!set->is_abridged) {
    for (const graph::RecordNumber member : growing.members) set_of_[member] = set;
  }
  return std::shared_ptr<const FoundSet>(std::move(set));
}

border::v1::PartSet TellSet(const FoundSet& set, int items_max) {
  border::v1::PartSet told;
  absl::flat_hash_map<graph::RecordNumber, std::string> ids;
  std::set<std::string> part_kinds;
  for (const FoundConsignment& one : set.consignments) {
    ids[one.number] = IdOf(graph::IdKind::kRecord, one.state->public_id());
    if (told.consignments_size() < kToldConsignmentsMax) {
      *told.add_consignments() = TellConsignment(one, items_max);
    }
    for (const record::v1::Exhibit& exhibit : one.record->exhibits()) {
      if (IsPartOfGun(exhibit) && !exhibit.part_kind().empty()) {
        part_kinds.insert(absl::AsciiStrToLower(exhibit.part_kind()));
      }
    }
  }
  for (const FoundConsignment& one : set.others) {
    ids[one.number] = IdOf(graph::IdKind::kRecord, one.state->public_id());
  }
  told.set_set_id(ids.at(set.consignments.front().number));
  told.set_consignment_count(static_cast<int>(set.consignments.size()));
  told.set_link_count(static_cast<int>(set.links.size()));
  for (const FoundLink& link : set.links) {
    if (told.links_size() == kToldLinksMax) break;
    border::v1::SetLink& out = *told.add_links();
    out.set_from_record(ids.at(link.from));
    out.set_to_record(ids.at(link.to));
    out.set_state(link.state);
    out.set_basis(link.basis);
    out.set_explanation(ExplanationOf(link));
    out.set_rule(RuleOf(link.basis));
    for (const std::uint64_t exhibit : link.exhibits) {
      if (out.exhibits_size() == kLinkExhibitsMax) break;
      out.add_exhibits(IdOf(graph::IdKind::kExhibit, exhibit));
    }
    out.set_days_apart_minimum(link.days_apart);
  }
  told.set_names_not_found(set.names_not_found);
  told.set_is_guarded(set.is_guarded);
  told.set_is_abridged(set.is_abridged);
  for (const std::string& kind : part_kinds) told.add_part_kinds(kind);
  return told;
}

}  // namespace serieslink::view

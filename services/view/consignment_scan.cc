#include "services/view/consignment_scan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "services/view/border_terms.h"
#include "services/view/extract.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {
namespace {

constexpr int kRemarkExhibitsMax = 100;

constexpr char kPortNotListedWords[] =
    "no port of that country that this service knows has this code: it is kept as written, and "
    "counts as unknown";

const char* WordsOf(border::v1::ConsignmentRemarkKind kind) {
  switch (kind) {
    case border::v1::CONSIGNMENT_REMARK_KIND_ORIGIN_MISDECLARED:
      return "it came from another country than was declared";
    case border::v1::CONSIGNMENT_REMARK_KIND_PART_LISTED_AS_GUN:
      return "a gun is listed as a whole one, and said to be incomplete or a component part: it is "
             "counted as a part";
    case border::v1::CONSIGNMENT_REMARK_KIND_PORT_NOT_KNOWN:
      return "the code of the port is no UN/LOCODE: it is kept as written";
    case border::v1::CONSIGNMENT_REMARK_KIND_CODE_NOT_KNOWN:
      return "this service does not know the code, which is kept with the record and counts as "
             "unknown, of: ";
    case border::v1::CONSIGNMENT_REMARK_KIND_OWN_SISTER:
      return "the record names itself as another consignment of its set";
    default:
      return "";
  }
}

// What of the way of a consignment has a code that is not known, in words: "mode, transit". Empty:
// nothing.
std::string UnknownOfWay(const record::v1::Record& record) {
  constexpr std::pair<absl::string_view, absl::string_view> kFields[] = {
      {".declared_origin", "declared origin"},
      {".true_origin", "true origin"},
      {".transit", "transit"},
      {".mode", "mode"}};
  std::vector<absl::string_view> unknown;
  for (const auto& [field, words] : kFields) {
    const bool is_among =
        std::any_of(record.unknown_codes().begin(), record.unknown_codes().end(),
                    [name = field](const record::v1::UnknownCode& code) {
                      // Of a list it has the place behind it.
                      const absl::string_view path =
                          absl::string_view(code.field()).substr(0, code.field().find('['));
                      return absl::EndsWith(path, name);
                    });
    if (is_among) unknown.push_back(words);
  }
  return absl::StrJoin(unknown, ", ");
}

class RemarkList {
 public:
  explicit RemarkList(border::v1::Consignment& to) : to_(to) {}

  border::v1::ConsignmentRemark& Add(border::v1::ConsignmentRemarkKind kind,
                                     bool is_contradiction) {
    border::v1::ConsignmentRemark& remark = *to_.add_remarks();
    remark.set_kind(kind);
    remark.set_is_contradiction(is_contradiction);
    remark.set_explanation(WordsOf(kind));
    return remark;
  }

 private:
  border::v1::Consignment& to_;
};

void AddRemarks(const FoundConsignment& one, const std::vector<std::string>& parts_listed_as_guns,
                border::v1::Consignment& to) {
  RemarkList remarks(to);
  const record::v1::Record& record = *one.record;
  const record::v1::Consignment& details = record.event().consignment();
  if (!details.true_origin().empty() && !details.declared_origin().empty() &&
      details.true_origin() != details.declared_origin()) {
    remarks.Add(border::v1::CONSIGNMENT_REMARK_KIND_ORIGIN_MISDECLARED, true);
  }
  if (!parts_listed_as_guns.empty()) {
    border::v1::ConsignmentRemark& remark =
        remarks.Add(border::v1::CONSIGNMENT_REMARK_KIND_PART_LISTED_AS_GUN, true);
    for (const std::string& id : parts_listed_as_guns) {
      if (remark.exhibits_size() == kRemarkExhibitsMax) break;
      remark.add_exhibits(id);
    }
  }
  const PortStanding port = StandingOfPort(PortTerm(details.port_code()));
  if (!details.port_code().empty() && port != PortStanding::kPort) {
    border::v1::ConsignmentRemark& remark =
        remarks.Add(border::v1::CONSIGNMENT_REMARK_KIND_PORT_NOT_KNOWN, false);
    if (port == PortStanding::kNotListed) remark.set_explanation(kPortNotListedWords);
  }
  if (const std::string unknown = UnknownOfWay(record); !unknown.empty()) {
    remarks.Add(border::v1::CONSIGNMENT_REMARK_KIND_CODE_NOT_KNOWN, false)
        .mutable_explanation()
        ->append(unknown);
  }
  const std::string own = NameTerm(record.source());
  const auto& names = details.sister_consignments();
  if (std::any_of(names.begin(), names.end(),
                  [&](const auto& name) { return NameTerm(name) == own; })) {
    remarks.Add(border::v1::CONSIGNMENT_REMARK_KIND_OWN_SISTER, true);
  }
}

}  // namespace

std::vector<FoundItem> ItemsOf(const FoundConsignment& one) {
  std::map<std::string_view, int> ordinals;
  for (int i = 0; i < one.state->exhibits_size(); ++i) {
    ordinals[one.state->exhibits(i).reference()] = i;
  }
  std::vector<FoundItem> items;
  for (int place = 0; place < one.record->exhibits_size(); ++place) {
    const auto at = ordinals.find(one.record->exhibits(place).exhibit_reference());
    if (at == ordinals.end()) continue;
    items.push_back({graph::MakeExhibitNumber(one.number, static_cast<std::uint32_t>(at->second)),
                     one.state->exhibits(at->second).public_id(), place});
  }
  return items;
}

border::ConsignmentFacts FactsOf(const FoundConsignment& one, TermCache& cache) {
  const record::v1::Record& record = *one.record;
  const record::v1::Consignment& details = record.event().consignment();
  border::ConsignmentFacts facts;
  facts.seized = IntervalOf(record.event().occurred());
  facts.number = NumberTerm(record.source().agency(), details.consignment_id());
  facts.sent_apart = SentApartTerm(details);
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    if (!IsPartOfGun(exhibit)) continue;
    facts.has_parts = true;
    if (std::string kind = FoldText(exhibit.part_kind()); !kind.empty()) {
      facts.part_kinds.push_back(std::move(kind));
    }
    if (!exhibit.firearm().make().empty()) {
      if (const std::string& make = cache.Make(exhibit.firearm().make()); !make.empty()) {
        facts.part_makes.push_back(make);
      }
    }
    for (std::string& number : PartNumberTerms(exhibit)) {
      facts.part_numbers.push_back(std::move(number));
    }
  }
  base::SortAndDropRepeats(facts.part_kinds);
  base::SortAndDropRepeats(facts.part_makes);
  base::SortAndDropRepeats(facts.part_numbers);
  return facts;
}

border::v1::Consignment TellConsignment(const FoundConsignment& one, int items_max) {
  border::v1::Consignment told;
  const record::v1::Record& record = *one.record;
  told.set_record_id(
      graph::FormatPublicId(graph::IdKind::kRecord, graph::PublicId(one.state->public_id())));
  told.set_agency(record.source().agency());
  *told.mutable_source() = record.source();
  if (record.has_source_version()) told.set_source_version(record.source_version());
  if (record.event().has_occurred()) *told.mutable_seized() = record.event().occurred();
  if (record.event().has_place()) *told.mutable_place() = record.event().place();
  if (record.event().has_consignment()) *told.mutable_details() = record.event().consignment();
  if (record.has_grading()) *told.mutable_grading() = record.grading();
  std::vector<std::string> parts_listed_as_guns;
  for (const FoundItem& item : ItemsOf(one)) {
    const record::v1::Exhibit& exhibit = record.exhibits(item.place);
    const std::string id =
        graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(item.public_id));
    const bool is_part = IsPartOfGun(exhibit);
    if (is_part && exhibit.kind() == record::v1::EXHIBIT_KIND_GUN) {
      parts_listed_as_guns.push_back(id);
    }
    if (is_part) {
      told.set_part_count(told.part_count() + (exhibit.has_quantity() ? exhibit.quantity() : 1));
    } else if (IsWholeGun(exhibit)) {
      told.set_gun_count(told.gun_count() + 1);
    } else {
      told.set_other_count(told.other_count() + 1);
    }
    if (told.items_size() >= items_max) continue;
    border::v1::ConsignmentItem& out = *told.add_items();
    out.set_exhibit_id(id);
    *out.mutable_exhibit() = exhibit;
    out.set_is_part(is_part);
  }
  AddRemarks(one, parts_listed_as_guns, told);
  return told;
}

storage::KeyRange RangeOfPart(std::string_view part, const std::string& after) {
  storage::KeyRange range =
      storage::KeyRange::Prefix(graph::FirearmKeyPrefix(graph::FirearmOrder::kBorder, {part}));
  if (!after.empty()) range.start = after + '\0';
  return range;
}

absl::StatusOr<std::vector<ConsignmentScan::Found>> ConsignmentScan::Next(std::size_t entries_max) {
  SL_ASSIGN_OR_RETURN(const graph::SortedRunView* const index, cut_.reader.Firearms());
  SL_ASSIGN_OR_RETURN(graph::IndexPage read, index->Scan(range_, entries_max));
  std::vector<std::string> keys;
  std::vector<VersionOfRecord> versions;
  if (!read.entries.empty()) looked_at_ = read.entries.back().key;
  for (storage::Row& entry : read.entries) {
    SL_ASSIGN_OR_RETURN(const auto facets, graph::ParseFirearmFacets(entry.value));
    if (query_ != nullptr && !query_->MayMatch(facets)) continue;
    SL_ASSIGN_OR_RETURN(const graph::FirearmKey parsed, graph::ParseFirearmKey(entry.key));
    versions.push_back({graph::RecordOf(parsed.exhibit), parsed.sequence});
    keys.push_back(std::move(entry.key));
  }
  SL_ASSIGN_OR_RETURN(std::vector<FoundConsignment> records, FindVersions(cut_, viewer_, versions));
  std::vector<Found> found;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].record == nullptr ||
        (query_ != nullptr && !query_->Matches(*records[i].record, terms_))) {
      continue;
    }
    found.push_back({std::move(keys[i]), std::move(records[i])});
  }
  is_at_end_ = !read.resume.has_value();
  if (!is_at_end_) range_.start = *std::move(read.resume);
  return found;
}

}  // namespace serieslink::view

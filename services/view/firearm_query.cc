#include "services/view/firearm_query.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "services/view/view_selector.h"
#include "storage/base/text.h"

namespace serieslink::view {
namespace {

using ::serieslink::linkage::TimeInterval;

// Of a request's text, whatever it is normalised to.
constexpr std::size_t kTextBytesMax = 256;
constexpr std::string_view kUnknownArea = "UNKNOWN";

std::string FoldSerial(std::string_view text) { return linkage::CanonicalSerial(AbslView(text)); }

// A serial without wildcards is read as linkage reads a record's: without its notes and labels.
TextPattern SerialPattern(std::string_view text) {
  TextPattern pattern(text, FoldSerial);
  if (pattern.has_wildcards()) return pattern;
  const std::vector<linkage::SerialReading> readings = linkage::ReadSerials(AbslView(text));
  if (readings.size() != 1 || !readings[0].usable()) return pattern;
  return TextPattern(readings[0].canonical, FoldSerial);
}

void CheckPattern(const TextPattern& pattern, const char* field, std::vector<rpc::BadField>& bad) {
  if (pattern.literal_count() == 0) {
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                   "give at least one letter or digit beside the wildcards"});
  } else if (pattern.text().size() > graph::kSerialPartBytesMax) {
    bad.push_back(
        {field, type::v1::ERROR_REASON_FIELD_INVALID,
         absl::StrCat("at most ", graph::kSerialPartBytesMax, " letters, digits and wildcards")});
  }
}

template <typename Enum>
std::uint32_t BitsOf(const google::protobuf::RepeatedField<Enum>& values) {
  std::uint32_t bits = 0;
  for (const auto value : values) bits |= 1u << value;
  return bits;
}

bool IsIn(std::uint16_t print, const std::vector<std::uint16_t>& prints) {
  return std::find(prints.begin(), prints.end(), print) != prints.end();
}

// The names of the calibres that a gun of `as_written` can have.
std::vector<std::string> CalibresLike(std::string_view as_written) {
  const linkage::CalibreId asked = linkage::ReadCalibre(AbslView(as_written));
  if (asked == linkage::kOtherCalibre) return {CalibreTerm(as_written)};
  std::vector<std::string> names;
  const absl::string_view end = linkage::CalibreName(linkage::kOtherCalibre);
  for (linkage::CalibreId id = linkage::kOtherCalibre + 1; linkage::CalibreName(id) != end; ++id) {
    if (linkage::CompatibleCalibres(asked, id)) {
      names.push_back(std::string(linkage::CalibreName(id)));
    }
  }
  return names;
}

}  // namespace

std::vector<rpc::BadField> CheckFirearmFilter(const firearm::v1::FirearmFilter& filter) {
  std::vector<rpc::BadField> bad;
  const auto add = [&](const char* field, const char* text) {
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID, text});
  };
  const auto is_short = [&](const std::string& text, const char* field) {
    if (text.size() <= kTextBytesMax) return true;
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("at most ", kTextBytesMax, " bytes")});
    return false;
  };
  if (is_short(filter.serial(), "filter.serial") && !filter.serial().empty()) {
    CheckPattern(SerialPattern(filter.serial()), "filter.serial", bad);
  }
  if (is_short(filter.make(), "filter.make") && !filter.make().empty() &&
      MakeTerm(filter.make()).empty()) {
    add("filter.make", "name a maker; this says that it is not known");
  }
  if (is_short(filter.model(), "filter.model") && !filter.model().empty()) {
    CheckPattern(TextPattern(filter.model(), FoldText), "filter.model", bad);
  }
  if (is_short(filter.calibre(), "filter.calibre") && !filter.calibre().empty() &&
      CalibreTerm(filter.calibre()).empty()) {
    add("filter.calibre", "name a calibre; this says that it is not known");
  }
  for (const int kind : filter.kinds()) {
    if (record::v1::ExhibitKind_IsValid(kind) && kind != record::v1::EXHIBIT_KIND_UNSPECIFIED) {
      continue;
    }
    add("filter.kinds", "this is no kind of exhibit that this service knows");
    break;
  }
  for (const int type : filter.types()) {
    if (record::v1::FirearmType_IsValid(type) && type != record::v1::FIREARM_TYPE_UNSPECIFIED) {
      continue;
    }
    add("filter.types", "this is no type of firearm that this service knows");
    break;
  }
  for (const std::string& word : filter.type_words()) {
    if (!is_short(word, "filter.type_words")) break;
    if (linkage::ReadTypes(AbslView(word)) != 0) continue;
    add("filter.type_words", "the vocabulary has no such word for a type of firearm");
    break;
  }
  if (is_short(filter.agency(), "filter.agency") & is_short(filter.area(), "filter.area")) {
    CheckOrigin(filter.agency(), filter.area(), true, "filter", bad);
  }
  CheckPeriod(filter.has_occurred_from() ? &filter.occurred_from() : nullptr,
              filter.has_occurred_before() ? &filter.occurred_before() : nullptr, "filter", bad);
  if (filter.after_revision() < 0) {
    add("filter.after_revision", "a revision is 0 (no bound) or more");
  }
  return bad;
}

FirearmQuery::FirearmQuery(const firearm::v1::FirearmFilter& filter)
    : kinds_(BitsOf(filter.kinds())),
      types_(BitsOf(filter.types())),
      agency_(filter.agency()),
      after_revision_(static_cast<graph::Revision>(filter.after_revision())) {
  for (const std::string& word : filter.type_words()) types_ |= linkage::ReadTypes(AbslView(word));
  if (!filter.serial().empty()) serial_ = SerialPattern(filter.serial());
  if (!filter.model().empty()) model_ = TextPattern(filter.model(), FoldText);
  if (!filter.make().empty()) make_ = MakeTerm(filter.make());
  if (!filter.calibre().empty()) calibres_ = CalibresLike(filter.calibre());
  area_ = AreaTerm(filter.area());
  if (area_ == kUnknownArea) {
    asks_for_unknown_area_ = true;
    area_.clear();
  }
  if (filter.has_occurred_from()) from_s_ = filter.occurred_from().seconds();
  if (filter.has_occurred_before()) {
    before_s_ = filter.occurred_before().seconds() + (filter.occurred_before().nanos() > 0);
  }
  from_day_ = graph::FirearmEarliestDay(from_s_);
  before_day_ = graph::FirearmLatestDay(before_s_);
  if (model_.has_value() && !model_->has_wildcards()) {
    model_print_ = graph::FirearmFingerprint(model_->text());
  }
  for (const std::string& calibre : calibres_) {
    calibre_prints_.push_back(graph::FirearmFingerprint(calibre));
  }
  make_print_ = graph::FirearmFingerprint(make_);
  agency_print_ = graph::FirearmFingerprint(agency_);
  area_print_ = graph::FirearmFingerprint(area_);
}

bool FirearmQuery::MatchesPlace(const FirearmTerms& terms) const {
  if (asks_for_unknown_area_) return terms.is_place_unknown();
  return area_.empty() || terms.borough == area_ || terms.ward == area_ ||
         terms.police_force == area_;
}

bool FirearmQuery::Matches(const FirearmTerms& terms) const {
  return (!serial_.has_value() ||
          std::any_of(terms.serials.begin(), terms.serials.end(),
                      [&](const std::string& serial) { return serial_->Matches(serial); })) &&
         MatchesBesideSerial(terms);
}

bool FirearmQuery::MayBeMet(const FirearmTerms& terms) const {
  if (!serial_.has_value()) return false;
  bool can_be_number = false;
  for (const std::string& serial : terms.serials) {
    if (serial_->Matches(serial)) return false;
    if (can_be_number || !IsPartlyRead(serial)) continue;
    can_be_number = serial_->MostInCommon(serial).value_or(0) >= linkage::kMinSerialLength;
  }
  return can_be_number && MatchesBesideSerial(terms);
}

bool FirearmQuery::MatchesBesideSerial(const FirearmTerms& terms) const {
  if (model_.has_value() && !model_->Matches(terms.model)) return false;
  if (!make_.empty() && terms.make != make_) return false;
  if (!calibres_.empty() &&
      std::find(calibres_.begin(), calibres_.end(), terms.calibre) == calibres_.end()) {
    return false;
  }
  if (kinds_ != 0 && (kinds_ >> terms.kind & 1) == 0) return false;
  if (types_ != 0 && (types_ & terms.types) == 0) return false;
  if (!agency_.empty() && terms.agency != agency_) return false;
  if (!MatchesPlace(terms)) return false;
  // A date that is not known can lie in any period.
  return terms.occurred.latest_s >= from_s_ && terms.occurred.earliest_s < before_s_;
}

bool FirearmQuery::MayMatch(const graph::FirearmFacets& facets) const {
  if (kinds_ != 0 && (kinds_ >> facets.kind & 1) == 0) return false;
  if (types_ != 0 && (types_ & facets.types) == 0) return false;
  if (!make_.empty() && facets.make != make_print_) return false;
  if (model_print_.has_value() && facets.model != *model_print_) return false;
  if (!calibre_prints_.empty() && !IsIn(facets.calibre, calibre_prints_)) return false;
  if (!agency_.empty() && facets.agency != agency_print_) return false;
  if (asks_for_unknown_area_ &&
      (facets.borough != 0 || facets.ward != 0 || facets.police_force != 0)) {
    return false;
  }
  if (!area_.empty() && facets.borough != area_print_ && facets.ward != area_print_ &&
      facets.police_force != area_print_) {
    return false;
  }
  return facets.latest_day >= from_day_ && facets.earliest_day <= before_day_;
}

}  // namespace serieslink::view

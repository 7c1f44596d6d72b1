#include "services/stolen/loss_query.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/linkage/core/serial.h"
#include "services/view/loss_terms.h"
#include "services/view/view_selector.h"

namespace serieslink::stolen {
namespace {

constexpr std::size_t kTextBytesMax = 256;
constexpr char kUnknownArea[] = "UNKNOWN";

// Adds to `bad` when one of `values` is none of its enumeration's, or unspecified.
template <typename IsValid>
void CheckEnums(const google::protobuf::RepeatedField<int>& values, const char* field,
                const char* what, IsValid is_valid, std::vector<rpc::BadField>& bad) {
  for (const int value : values) {
    if (value != 0 && is_valid(value)) continue;
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("this is no ", what, " that this service knows")});
    return;
  }
}

bool IsIn(int value, const google::protobuf::RepeatedField<int>& values) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

// The one value that is asked for; empty where there is none, or a choice.
std::string OnlyOf(const google::protobuf::RepeatedField<int>& values) {
  return values.size() == 1 ? absl::StrCat(values[0]) : std::string();
}

// Words as agencies write them, compared whatever their case and surrounding blanks.
bool IsSameWord(const std::string& asked, const std::string& told) {
  return asked.empty() || view::WordTerm(asked) == view::WordTerm(told);
}

bool IsSameToken(const std::string& asked, const std::string& told) {
  return asked.empty() || view::TokenTerm(asked) == view::TokenTerm(told);
}

}  // namespace

std::vector<rpc::BadField> CheckFilter(const v1::LossCaseFilter& filter) {
  std::vector<rpc::BadField> bad;
  const auto add = [&](const char* field, std::string text) {
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID, std::move(text)});
  };
  // Whether `text` is asked for and can be looked at.
  const auto is_asked = [&](const std::string& text, const char* field) {
    if (text.size() <= kTextBytesMax) return !text.empty();
    add(field, absl::StrCat("at most ", kTextBytesMax, " bytes"));
    return false;
  };
  if (is_asked(filter.serial(), "filter.serial") &&
      linkage::CanonicalSerial(filter.serial()).empty()) {
    add("filter.serial", "needs a letter or digit");
  }
  if (is_asked(filter.make(), "filter.make") && view::MakeTerm(filter.make()).empty()) {
    add("filter.make", "name a maker; this says that it is not known");
  }
  if (is_asked(filter.model(), "filter.model") && view::FoldText(filter.model()).empty()) {
    add("filter.model", "needs a letter or digit");
  }
  if (is_asked(filter.calibre(), "filter.calibre") && view::CalibreTerm(filter.calibre()).empty()) {
    add("filter.calibre", "name a calibre; this says that it is not known");
  }
  if (filter.has_crime_reference() && view::ReferenceTerm(filter.crime_reference()).empty()) {
    add("filter.crime_reference", "needs a number with a letter or digit");
  }
  for (const auto& [text, field] :
       {std::pair(&filter.holder_token(), "filter.holder_token"),
        std::pair(&filter.premises_token(), "filter.premises_token"),
        std::pair(&filter.certificate_token(), "filter.certificate_token")}) {
    if (is_asked(*text, field) && view::TokenTerm(*text).empty()) add(field, "is blank");
  }
  for (const auto& [text, field] :
       {std::pair(&filter.certificate_kind(), "filter.certificate_kind"),
        std::pair(&filter.place_kind(), "filter.place_kind"),
        std::pair(&filter.storage(), "filter.storage")}) {
    if (is_asked(*text, field) && view::WordTerm(*text).empty()) add(field, "is blank");
  }
  CheckEnums(filter.types(), "filter.types", "type of firearm", record::v1::FirearmType_IsValid,
             bad);
  CheckEnums(filter.holder_kinds(), "filter.holder_kinds", "kind of holder",
             record::v1::HolderKind_IsValid, bad);
  CheckEnums(filter.loss_kinds(), "filter.loss_kinds", "kind of loss", record::v1::LossKind_IsValid,
             bad);
  CheckEnums(filter.sources(), "filter.sources", "source", v1::ReportSource_IsValid, bad);
  CheckEnums(filter.states(), "filter.states", "state", v1::LossCaseState_IsValid, bad);
  CheckEnums(filter.reconciliations(), "filter.reconciliations", "reconciliation",
             v1::Reconciliation_IsValid, bad);
  CheckEnums(filter.notices(), "filter.notices", "verdict", v1::NoticeVerdict_IsValid, bad);
  if (!v1::Completeness_IsValid(filter.completeness())) {
    add("filter.completeness", "this is no completeness that this service knows");
  }
  is_asked(filter.agency(), "filter.agency");
  is_asked(filter.area(), "filter.area");
  view::CheckOrigin(filter.agency(), filter.area(), true, "filter", bad);
  is_asked(filter.used_area(), "filter.used_area");
  std::vector<rpc::BadField> used;
  view::CheckOrigin({}, filter.used_area(), false, "filter", used);
  for (rpc::BadField& one : used) {
    one.field = "filter.used_area";
    bad.push_back(std::move(one));
  }
  view::CheckPeriod(filter.has_occurred_from() ? &filter.occurred_from() : nullptr,
                    filter.has_occurred_before() ? &filter.occurred_before() : nullptr, "filter",
                    bad);
  return bad;
}

LossQuery::LossQuery(const v1::LossCaseFilter& filter, bool counts_reports) : filter_(filter) {
  using view::LossField;
  if (!filter.serial().empty()) {
    serial_ = linkage::CanonicalSerial(filter.serial());
    serial_.resize(std::min(serial_.size(), graph::kSerialPartBytesMax));
  }
  if (!filter.make().empty()) make_ = view::MakeTerm(filter.make());
  if (!filter.model().empty()) model_ = view::FoldText(filter.model());
  if (!filter.calibre().empty()) calibre_ = view::CalibreTerm(filter.calibre());
  area_ = view::AreaTerm(filter.area());
  if (area_ == kUnknownArea) {
    asks_for_unknown_area_ = true;
    area_.clear();
  }
  used_area_ = view::AreaTerm(filter.used_area());
  if (filter.has_crime_reference()) reference_ = view::ReferenceTerm(filter.crime_reference());
  for (const int type : filter.types()) {
    if (type > 0 && type < 32) types_ |= 1u << type;
  }
  if (filter.has_occurred_from()) from_s_ = filter.occurred_from().seconds();
  if (filter.has_occurred_before()) {
    before_s_ = filter.occurred_before().seconds() + (filter.occurred_before().nanos() > 0);
  }
  // Verdicts on a notice that nobody gave are of cases without one.
  asks_notified_ = !counts_reports && !filter.notices().empty() && !AsksOfReports() &&
                   std::all_of(filter.notices().begin(), filter.notices().end(), [](int verdict) {
                     return verdict == v1::NOTICE_VERDICT_IN_TIME ||
                            verdict == v1::NOTICE_VERDICT_LATE ||
                            verdict == v1::NOTICE_VERDICT_UNDECIDABLE;
                   });
  part_ = view::LossPart(LossField::kAll, {});
  if (asks_notified_) part_ = view::LossPart(LossField::kNotified, {});
  const bool asks_for_more = AsksForMore();
  const std::pair<LossField, std::string> terms[] = {
      {LossField::kSerial, serial_},
      {LossField::kReference, reference_},
      {LossField::kCertificate, view::TokenTerm(filter.certificate_token())},
      {LossField::kHolder, view::TokenTerm(filter.holder_token())},
      {LossField::kPremises, view::TokenTerm(filter.premises_token())},
      {LossField::kModel, model_},
      {LossField::kArea, area_},
      {LossField::kMake, make_},
      {LossField::kMore, asks_for_more ? "more" : ""},
      {LossField::kCalibre, calibre_},
      {LossField::kStorage, view::WordTerm(filter.storage())},
      {LossField::kPlaceKind, view::WordTerm(filter.place_kind())},
      {LossField::kCertificateKind, view::WordTerm(filter.certificate_kind())},
      {LossField::kHolderKind, OnlyOf(filter.holder_kinds())},
      {LossField::kAgency, filter.agency()},
      {LossField::kSource, OnlyOf(filter.sources())},
      {LossField::kLossKind, OnlyOf(filter.loss_kinds())}};
  // Under these, reports are few enough to be read whatever their days.
  constexpr std::size_t kFewReportsTerms = 8;
  std::size_t term = 0;
  while (term < std::size(terms) && terms[term].second.empty()) ++term;
  if (term < std::size(terms)) {
    const auto& [field, value] = terms[term];
    has_facets_ = field != LossField::kMore;
    part_ = view::LossPart(field, has_facets_ ? value : std::string());
  }
  if (filter.has_occurred_before() && term >= kFewReportsTerms) {
    first_day_ = view::LossDayPart(before_s_ + view::kNarrowLossMaxS);
  }
  if (filter.has_occurred_from()) last_day_ = view::LossDayPart(from_s_);
}

bool LossQuery::AsksOfReports() const {
  return !serial_.empty() || !make_.empty() || !model_.empty() || !calibre_.empty() ||
         types_ != 0 || !filter_.agency().empty() || !filter_.area().empty() ||
         filter_.has_crime_reference() || !filter_.holder_token().empty() ||
         !filter_.premises_token().empty() || !filter_.certificate_token().empty() ||
         !filter_.certificate_kind().empty() || !filter_.place_kind().empty() ||
         !filter_.storage().empty() || !filter_.holder_kinds().empty() ||
         !filter_.loss_kinds().empty() || !filter_.sources().empty() ||
         filter_.has_occurred_from() || filter_.has_occurred_before();
}

bool LossQuery::AsksForMore() const {
  const auto leaves_out = [](const google::protobuf::RepeatedField<int>& values, int value) {
    return !values.empty() && std::find(values.begin(), values.end(), value) == values.end();
  };
  return leaves_out(filter_.states(), v1::LOSS_CASE_STATE_OUTSTANDING) ||
         leaves_out(filter_.reconciliations(), v1::RECONCILIATION_ONE_SOURCE) ||
         filter_.has_contradiction() || !filter_.used_area().empty();
}

bool LossQuery::MayMatch(const graph::FirearmFacets& facets) const {
  const auto differs = [](const std::string& asked, std::uint16_t has) {
    return !asked.empty() && graph::FirearmFingerprint(asked) != has;
  };
  if (types_ != 0 && (types_ & facets.types) == 0) return false;
  if (differs(make_, facets.make) || differs(model_, facets.model) ||
      differs(calibre_, facets.calibre) || differs(filter_.agency(), facets.agency)) {
    return false;
  }
  if (asks_for_unknown_area_ &&
      (facets.borough != 0 || facets.ward != 0 || facets.police_force != 0)) {
    return false;
  }
  if (differs(area_, facets.borough) && differs(area_, facets.ward) &&
      differs(area_, facets.police_force)) {
    return false;
  }
  return facets.latest_day >= graph::FirearmEarliestDay(from_s_) &&
         facets.earliest_day <= graph::FirearmLatestDay(before_s_);
}

bool LossQuery::MatchesPlace(const view::FirearmTerms& terms) const {
  if (asks_for_unknown_area_) return terms.is_place_unknown();
  return area_.empty() || terms.borough == area_ || terms.ward == area_ ||
         terms.police_force == area_;
}

bool LossQuery::MatchesLoss(const record::v1::Loss& loss) const {
  return IsSameToken(filter_.holder_token(), loss.holder_token()) &&
         IsSameToken(filter_.premises_token(), loss.premises_token()) &&
         IsSameToken(filter_.certificate_token(), loss.certificate_token()) &&
         IsSameWord(filter_.certificate_kind(), loss.certificate_kind()) &&
         IsSameWord(filter_.place_kind(), loss.place_kind()) &&
         IsSameWord(filter_.storage(), loss.storage()) &&
         IsIn(loss.holder_kind(), filter_.holder_kinds()) &&
         IsIn(loss.kind(), filter_.loss_kinds());
}

bool LossQuery::MatchesReport(const record::v1::Record& record, const view::FirearmTerms& terms,
                              v1::ReportSource source) const {
  if (!serial_.empty() &&
      std::find(terms.serials.begin(), terms.serials.end(), serial_) == terms.serials.end()) {
    return false;
  }
  if (!make_.empty() && terms.make != make_) return false;
  if (!model_.empty() && terms.model != model_) return false;
  if (!calibre_.empty() && terms.calibre != calibre_) return false;
  if (types_ != 0 && (types_ & terms.types) == 0) return false;
  if (!filter_.agency().empty() && terms.agency != filter_.agency()) return false;
  if (!MatchesPlace(terms) || !MatchesLoss(record.event().loss())) return false;
  if (!IsIn(source, filter_.sources())) return false;
  if (asks_notified_ && !record.event().loss().has_notified()) return false;
  const auto& references = record.event().crime_references();
  if (!reference_.empty() &&
      std::none_of(references.begin(), references.end(), [&](const auto& reference) {
        return view::ReferenceTerm(reference) == reference_;
      })) {
    return false;
  }
  // A date that is not known can lie in any period.
  return terms.occurred.latest_s >= from_s_ && terms.occurred.earliest_s < before_s_;
}

bool LossQuery::MatchesCase(const v1::LossCase& told) const {
  if (!IsIn(told.state(), filter_.states()) ||
      !IsIn(told.reconciliation(), filter_.reconciliations()) ||
      !IsIn(told.notice().verdict(), filter_.notices())) {
    return false;
  }
  if (filter_.completeness() != v1::COMPLETENESS_UNSPECIFIED &&
      told.completeness() != filter_.completeness()) {
    return false;
  }
  if (filter_.has_contradiction() && told.contradictions().empty()) return false;
  if (used_area_.empty()) return true;
  return std::any_of(told.uses().begin(), told.uses().end(), [&](const v1::LaterUse& use) {
    return view::AreaTerm(use.place().borough_code()) == used_area_ ||
           view::AreaTerm(use.place().ward_code()) == used_area_ ||
           view::AreaTerm(use.place().police_force()) == used_area_;
  });
}

}  // namespace serieslink::stolen

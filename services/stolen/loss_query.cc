#include "services/stolen/loss_query.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/forces.h"
#include "services/linkage/core/serial.h"
#include "services/stolen/core/case_counts.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/loss_terms.h"
#include "services/view/view_selector.h"

namespace serieslink::stolen {
namespace {

constexpr std::size_t kTextBytesMax = 256;
constexpr char kUnknownArea[] = "UNKNOWN";
// Of a field, values that are looked up side by side.
constexpr int kValuesMax = 40;

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

// Words as agencies write them, compared whatever their case and surrounding blanks.
bool IsSameWord(const std::string& asked, const std::string& told) {
  return asked.empty() || view::WordTerm(asked) == view::WordTerm(told);
}

bool IsSameToken(const std::string& asked, const std::string& told) {
  return asked.empty() || view::TokenTerm(asked) == view::TokenTerm(told);
}

// The first part of a key, as keys have it.
std::string Part(view::LossField field, std::string_view value) {
  return std::string(
      graph::CutFirearmPart(graph::FirearmOrder::kLoss, view::LossPart(field, value)));
}

// The first parts of which each report of a component has one, of which a case can be in `state`;
// none: any can.
std::vector<std::string> PartsOfState(int state) {
  using view::LossField;
  const auto left = [](record::v1::DisposalKind kind) -> std::vector<std::string> {
    return {Part(LossField::kLeft, view::DisposalTerm(kind)),
            Part(LossField::kLeft, view::DisposalTerm(0))};
  };
  switch (state) {
    case v1::LOSS_CASE_STATE_SIGHTED:
      return {Part(LossField::kUsed, {})};
    case v1::LOSS_CASE_STATE_RECOVERED:
      return {Part(LossField::kBack, {})};
    case v1::LOSS_CASE_STATE_CANCELLED:
      return {Part(LossField::kCancelled, {})};
    case v1::LOSS_CASE_STATE_RETURNED:
      return left(record::v1::DISPOSAL_KIND_RETURNED);
    case v1::LOSS_CASE_STATE_DESTROYED:
      return left(record::v1::DISPOSAL_KIND_DESTROYED);
    case v1::LOSS_CASE_STATE_RETAINED:
      return left(record::v1::DISPOSAL_KIND_RETAINED);
    case v1::LOSS_CASE_STATE_TRANSFERRED:
      return left(record::v1::DISPOSAL_KIND_TRANSFERRED);
    case v1::LOSS_CASE_STATE_NOT_KNOWN:
      return {Part(LossField::kLeft, {})};
    default:
      return {};
  }
}

// Codes of boroughs and districts are E06 to E09, W06 and the like, those of wards E05 and W05;
// names of forces have no digits.
bool IsBoroughOrForce(const std::string& area) {
  const bool has_digit = std::any_of(area.begin(), area.end(), absl::ascii_isdigit);
  return !has_digit || (area.size() == 9 && area[1] == '0' && area[2] >= '6');
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
  } else if (filter.serial().find_first_of("*?") != std::string::npos) {
    add("filter.serial",
        "give the whole serial: losses are not found by a part of it; firearm search takes "
        "patterns such as AB12*");
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
  CheckEnums(filter.remarks(), "filter.remarks", "remark", v1::CaseRemarkKind_IsValid, bad);
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

LossQuery::LossQuery(const v1::LossCaseFilter& filter, linkage::LocatePlace locate)
    : filter_(filter), locate_(std::move(locate)) {
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
  // One without an area of its own says nothing of where it was: it is asked for as records name
  // it.
  const auto force_of = [](const std::string& area) {
    const linkage::Force* const force = linkage::FindForce(area);
    return force != nullptr && force->has_area ? std::string(force->name) : std::string();
  };
  force_ = force_of(filter.area());
  used_force_ = force_of(filter.used_area());
  if (filter.has_crime_reference()) reference_ = view::ReferenceTerm(filter.crime_reference());
  for (const int type : filter.types()) {
    if (type > 0 && type < 32) types_ |= 1u << type;
  }
  if (filter.has_occurred_from()) from_s_ = filter.occurred_from().seconds();
  if (filter.has_occurred_before()) {
    before_s_ = filter.occurred_before().seconds() + (filter.occurred_before().nanos() > 0);
  }
  const std::vector<Choice> choices = Choices();
  bool has_facets = false;
  for (const Choice& choice : choices) {
    if ((choice.is_common && !lists_.empty()) || (choice.is_facet && has_facets)) continue;
    AddList(choice);
    if (choice.is_few) break;
    has_facets |= !choice.has_days_only;
  }
}

std::vector<LossQuery::Choice> LossQuery::Choices() const {
  using view::LossField;
  std::vector<Choice> choices;
  const auto add = [&](LossField field, const std::string& value) -> Choice* {
    if (value.empty()) return nullptr;
    choices.push_back({.parts = {Part(field, value)}});
    return &choices.back();
  };
  const auto add_few = [&](LossField field, const std::string& value) {
    if (Choice* const choice = add(field, value)) choice->is_few = true;
  };
  const auto add_facet = [&](LossField field, const std::string& value) {
    if (Choice* const choice = add(field, value)) choice->is_facet = true;
  };
  const auto add_each = [&](LossField field, const google::protobuf::RepeatedField<int>& values) {
    if (values.empty() || values.size() > kValuesMax) return;
    Choice& choice = choices.emplace_back();
    for (const int value : values) choice.parts.push_back(Part(field, absl::StrCat(value)));
    choice.is_facet = field == LossField::kType;
  };
  add_few(LossField::kSerial, serial_);
  add_few(LossField::kReference, reference_);
  add_few(LossField::kCertificate, view::TokenTerm(filter_.certificate_token()));
  add_few(LossField::kHolder, view::TokenTerm(filter_.holder_token()));
  add_few(LossField::kPremises, view::TokenTerm(filter_.premises_token()));
  add_facet(LossField::kModel, model_);
  if (force_.empty()) {
    add_facet(LossField::kArea, area_);
  } else {
    Choice& choice = choices.emplace_back();
    choice.parts = {Part(LossField::kArea, view::AreaTerm(force_))};
    if (locate_ != nullptr) choice.parts.push_back(Part(LossField::kArea, view::kLocatedArea));
  }
  add_facet(LossField::kMake, make_);
  AddStates(choices);
  AddNotices(choices);
  add_each(LossField::kType, filter_.types());
  add_facet(LossField::kCalibre, calibre_);
  add(LossField::kStorage, view::WordTerm(filter_.storage()));
  add(LossField::kPlaceKind, view::WordTerm(filter_.place_kind()));
  add(LossField::kCertificateKind, view::WordTerm(filter_.certificate_kind()));
  add_each(LossField::kHolderKind, filter_.holder_kinds());
  add_facet(LossField::kAgency, filter_.agency());
  add_each(LossField::kSource, filter_.sources());
  add_each(LossField::kLossKind, filter_.loss_kinds());
  if (asks_for_unknown_area_) {
    Choice& choice = choices.emplace_back();
    choice.parts = {Part(LossField::kNoArea, {})};
    choice.is_facet = true;
  }
  Choice& all = choices.emplace_back();
  all.parts = {Part(LossField::kAll, {})};
  all.is_common = true;
  return choices;
}

void LossQuery::AddStates(std::vector<Choice>& choices) const {
  using view::LossField;
  const auto derived = [&choices](std::vector<std::string> parts) -> Choice& {
    choices.push_back({.parts = std::move(parts), .has_days_only = true});
    return choices.back();
  };
  if (!used_area_.empty()) {
    const std::uint64_t key = linkage::PlaceKey(used_force_.empty() ? used_area_ : used_force_);
    std::vector<std::string> parts = {Part(LossField::kUsed, view::UsedAreaTerm(key)),
                                      Part(LossField::kUsed, view::UsedAreaTerm(0))};
    if (used_force_.empty() && !IsBoroughOrForce(used_area_)) {
      parts.push_back(Part(LossField::kUsed, view::UsedWardTerm(key)));
      parts.push_back(Part(LossField::kUsed, view::UsedWardTerm(0)));
    }
    derived(std::move(parts));
  }
  const auto asks_only = [](const google::protobuf::RepeatedField<int>& values,
                            std::initializer_list<int> some) {
    return !values.empty() && std::all_of(values.begin(), values.end(), [&](int value) {
      return std::find(some.begin(), some.end(), value) != some.end();
    });
  };
  if (filter_.completeness() == v1::COMPLETENESS_REPORTS_DIFFER) {
    derived({Part(LossField::kPart, view::kDiffering)});
  } else if (filter_.completeness() == v1::COMPLETENESS_PART) {
    derived({Part(LossField::kPart, {})});
  }
  if (asks_only(filter_.reconciliations(), {v1::RECONCILIATION_CONTRADICTING})) {
    derived({Part(LossField::kDoubt, view::kDiffering)});
  } else if (asks_only(filter_.reconciliations(), {v1::RECONCILIATION_MATCHED})) {
    derived({Part(LossField::kReported, {})});
  } else if (asks_only(filter_.reconciliations(),
                       {v1::RECONCILIATION_MATCHED, v1::RECONCILIATION_CONTRADICTING})) {
    derived({Part(LossField::kReported, {}), Part(LossField::kDoubt, view::kDiffering)});
  } else if (filter_.has_contradiction()) {
    derived({Part(LossField::kDoubt, {})});
  }
  // For each state what of a component it takes; of one that takes nothing, all can have it.
  std::vector<std::string> parts;
  bool has_all = !filter_.states().empty();
  for (const int state : filter_.states()) {
    const std::vector<std::string> of_state = PartsOfState(state);
    has_all &= !of_state.empty();
    for (const std::string& part : of_state) {
      if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
    }
  }
  if (has_all) derived(std::move(parts));
  if (AsksForMore()) derived({Part(LossField::kMore, {})}).is_common = true;
}

void LossQuery::AddNotices(std::vector<Choice>& choices) const {
  if (filter_.notices().empty()) return;
  Choice choice;
  choice.has_days_only = true;
  for (const int verdict : filter_.notices()) {
    // Most cases have none.
    if (verdict == v1::NOTICE_VERDICT_NOT_SAID) return;
    choice.parts.push_back(Part(view::LossField::kNotified, view::NoticeTerm(verdict)));
  }
  choices.push_back(std::move(choice));
}

void LossQuery::AddList(const Choice& choice) {
  std::vector<LossRange>& ranges = lists_.emplace_back();
  const std::string last_day =
      filter_.has_occurred_from() ? view::LossDayPart(from_s_) : std::string();
  for (const std::string& part : choice.parts) {
    LossRange all;
    all.part = part;
    all.last_day = last_day;
    all.has_days_only = choice.has_days_only;
    if (!filter_.has_occurred_before() || choice.is_few) {
      ranges.push_back(std::move(all));
      continue;
    }
    // Of losses before a moment, the last days that narrow ones can have; those that may be of any
    // later day; and of the others each class on the days that it can have behind those.
    const std::string near_day = view::LossDayPart(before_s_ + view::kNarrowLossMaxS);
    const std::string unknown_day = view::LossDayPart(linkage::TimeInterval::kUnknownLatest);
    if (near_day != unknown_day) {
      LossRange unknown = all;
      unknown.last_day = unknown_day;
      ranges.push_back(std::move(unknown));
      for (int one = 0; one < view::kWideClasses; ++one) {
        LossRange wide = all;
        wide.part = view::WidePart(one, part);
        if (one + 1 < view::kWideClasses) {
          wide.first_day = view::LossDayPart(before_s_ + view::kWideLossMaxS[one]);
        }
        wide.last_day.clear();
        wide.end_day = near_day;
        ranges.push_back(std::move(wide));
      }
    }
    all.first_day = near_day;
    ranges.push_back(std::move(all));
  }
}

bool LossQuery::AsksForMore() const {
  const auto leaves_out = [](const google::protobuf::RepeatedField<int>& values, int value) {
    return !values.empty() && std::find(values.begin(), values.end(), value) == values.end();
  };
  return leaves_out(filter_.states(), v1::LOSS_CASE_STATE_OUTSTANDING) ||
         leaves_out(filter_.reconciliations(), v1::RECONCILIATION_ONE_SOURCE) ||
         filter_.has_contradiction() || !filter_.used_area().empty();
}

bool LossQuery::MayMatch(const graph::FirearmFacets& facets, bool has_days_only) const {
  if (facets.latest_day < graph::FirearmEarliestDay(from_s_) ||
      facets.earliest_day > graph::FirearmLatestDay(before_s_ - 1)) {
    return false;
  }
  if (has_days_only) return true;
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
  // A force has many names, and its places can name none of them.
  return !force_.empty() || !differs(area_, facets.borough) || !differs(area_, facets.ward) ||
         !differs(area_, facets.police_force);
}

bool LossQuery::IsInForce(const type::v1::Place& place, const std::string& force) const {
  return ForceOf(linkage::PlaceLocated(place, locate_)) == force;
}

bool LossQuery::MatchesPlace(const type::v1::Place& place, const view::FirearmTerms& terms) const {
  if (asks_for_unknown_area_) return terms.is_place_unknown();
  if (!force_.empty()) return IsInForce(place, force_);
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
  if (!MatchesPlace(record.event().place(), terms) || !MatchesLoss(record.event().loss()))
    return false;
  if (!IsIn(source, filter_.sources())) return false;
  const auto& references = record.event().crime_references();
  if (!reference_.empty() &&
      std::none_of(references.begin(), references.end(), [&](const auto& reference) {
        return view::ReferenceTerm(reference) == reference_;
      })) {
    return false;
  }
  return MayBeWithin(terms.occurred);
}

bool LossQuery::MatchesCase(const view::ToldCase& one) const {
  const v1::LossCase& told = one.told;
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
  const auto has_remark = [&](int kind) {
    return std::any_of(told.remarks().begin(), told.remarks().end(),
                       [&](const v1::CaseRemark& remark) { return remark.kind() == kind; });
  };
  if (!filter_.remarks().empty() &&
      std::none_of(filter_.remarks().begin(), filter_.remarks().end(), has_remark)) {
    return false;
  }
  if (used_area_.empty()) return true;
  // All uses, also where `told` has only the first.
  return std::any_of(one.uses.begin(), one.uses.end(), [&](const v1::LaterUse& use) {
    if (!used_force_.empty()) return IsInForce(use.place(), used_force_);
    return view::AreaTerm(use.place().borough_code()) == used_area_ ||
           view::AreaTerm(use.place().ward_code()) == used_area_ ||
           view::AreaTerm(use.place().police_force()) == used_area_;
  });
}

}  // namespace serieslink::stolen

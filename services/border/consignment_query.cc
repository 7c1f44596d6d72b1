#include "services/border/consignment_query.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/ingest/core/country_codes.h"
#include "services/view/border_terms.h"
#include "services/view/extract.h"
#include "services/view/view_selector.h"

namespace serieslink::border {
namespace {

constexpr std::size_t kTextBytesMax = 256;
constexpr char kUnknown[] = "unknown";

// Whether `has` is what is asked for: any, none known, or this one.
bool IsAsked(const std::string& asked, const std::string& has) {
  return asked.empty() || (asked == kUnknown ? has.empty() : asked == has);
}

bool IsAmong(const std::string& asked, const google::protobuf::RepeatedPtrField<std::string>& has) {
  if (asked.empty()) return true;
  if (asked == kUnknown) return has.empty();
  return std::find(has.begin(), has.end(), asked) != has.end();
}

}  // namespace

std::vector<rpc::BadField> CheckFilter(const v1::ConsignmentFilter& filter) {
  std::vector<rpc::BadField> bad;
  const auto add = [&](const char* field, std::string text) {
    bad.push_back({field, type::v1::ERROR_REASON_FIELD_INVALID, std::move(text)});
  };
  for (const auto& [text, field] : {std::pair(&filter.declared_origin(), "filter.declared_origin"),
                                    std::pair(&filter.true_origin(), "filter.true_origin"),
                                    std::pair(&filter.transit(), "filter.transit")}) {
    if (!text->empty() && *text != kUnknown && !ingest::IsCountryCode(*text)) {
      add(field, "two capital letters of ISO 3166-1, as in \"TR\", or \"unknown\"");
    }
  }
  if (!filter.country().empty() && !ingest::IsCountryCode(filter.country())) {
    add("filter.country", "two capital letters of ISO 3166-1, as in \"TR\"");
  }
  for (const int mode : filter.modes()) {
    if (mode != 0 && record::v1::TransportMode_IsValid(mode)) continue;
    add("filter.modes", "this is no mode that this service knows");
    break;
  }
  const auto fits = [&](const std::string& text, const char* field) {
    if (text.size() <= kTextBytesMax) return !text.empty();
    add(field, absl::StrCat("at most ", kTextBytesMax, " bytes"));
    return false;
  };
  if (fits(filter.port(), "filter.port") && filter.port() != kUnknown &&
      view::PortTerm(filter.port()).empty()) {
    add("filter.port", "needs a letter or digit; \"unknown\" asks for ports that are not known");
  }
  if (fits(filter.make(), "filter.make") && view::MakeTerm(filter.make()).empty()) {
    add("filter.make", "name a maker; this says that it is not known");
  }
  fits(filter.agency(), "filter.agency");
  view::CheckOrigin(filter.agency(), {}, false, "filter", bad);
  std::vector<rpc::BadField> period;
  view::CheckPeriod(filter.has_seized_from() ? &filter.seized_from() : nullptr,
                    filter.has_seized_before() ? &filter.seized_before() : nullptr, "filter",
                    period);
  for (rpc::BadField& one : period) {
    if (one.field == "filter.occurred_from") one.field = "filter.seized_from";
    if (one.field == "filter.occurred_before") one.field = "filter.seized_before";
    bad.push_back(std::move(one));
  }
  return bad;
}

ConsignmentQuery::ConsignmentQuery(const v1::ConsignmentFilter& filter) : filter_(filter) {
  using view::BorderField;
  if (!filter.make().empty()) make_ = view::MakeTerm(filter.make());
  if (filter.port() != kUnknown) port_ = view::PortTerm(filter.port());
  if (filter.has_seized_from()) from_s_ = filter.seized_from().seconds();
  if (filter.has_seized_before()) {
    before_s_ = filter.seized_before().seconds() + (filter.seized_before().nanos() > 0);
  }
  may_ask_of_inland_ = filter.declared_origin().empty() && filter.true_origin().empty() &&
                       filter.transit().empty() && filter.country().empty() &&
                       filter.modes().empty() && filter.port().empty() && !filter.has_parts() &&
                       !filter.has_guns();
  const auto known = [](const std::string& asked) {
    return asked == kUnknown ? std::string() : asked;
  };
  const bool has_one_mode =
      filter.modes_size() == 1 && filter.modes(0) != record::v1::TRANSPORT_MODE_UNKNOWN;
  const std::pair<BorderField, std::string> terms[] = {
      {BorderField::kPort, port_},
      {BorderField::kMake, make_},
      {BorderField::kTransit, known(filter.transit())},
      {BorderField::kTrue, known(filter.true_origin())},
      {BorderField::kDeclared, known(filter.declared_origin())},
      {BorderField::kMode, has_one_mode ? absl::StrCat(filter.modes(0)) : std::string()},
      {BorderField::kAgency, filter.agency()}};
  part_ = view::BorderPart(BorderField::kAll, {});
  for (const auto& [field, value] : terms) {
    if (value.empty()) continue;
    part_ = view::BorderPart(field, value);
    break;
  }
}

bool ConsignmentQuery::MayMatch(const graph::FirearmFacets& facets) const {
  if (!filter_.agency().empty() && graph::FirearmFingerprint(filter_.agency()) != facets.agency) {
    return false;
  }
  return facets.latest_day >= graph::FirearmEarliestDay(from_s_) &&
         facets.earliest_day <= graph::FirearmLatestDay(before_s_);
}

bool ConsignmentQuery::MatchesPeriod(const linkage::TimeInterval& interval) const {
  // A date that is not known can lie in any period.
  return interval.latest_s >= from_s_ && interval.earliest_s < before_s_;
}

bool ConsignmentQuery::MatchesItem(const record::v1::Exhibit& exhibit,
                                   view::TermCache& cache) const {
  if (make_.empty()) return true;
  const std::string& make = exhibit.firearm().make();
  return !make.empty() && cache.Make(make) == make_;
}

bool ConsignmentQuery::MatchesItems(const record::v1::Record& record,
                                    view::TermCache& cache) const {
  bool has_part = false;
  bool has_gun = false;
  bool has_make = make_.empty();
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    const bool is_part = view::IsPartOfGun(exhibit);
    const bool is_gun = view::IsWholeGun(exhibit);
    has_part |= is_part;
    has_gun |= is_gun;
    if (!is_part && !is_gun) continue;
    has_make |= !has_make && MatchesItem(exhibit, cache);
  }
  return has_make && (has_part || !filter_.has_parts()) && (has_gun || !filter_.has_guns());
}

bool ConsignmentQuery::Matches(const record::v1::Record& record, view::TermCache& cache) const {
  const record::v1::Consignment& details = record.event().consignment();
  if (!IsAsked(filter_.declared_origin(), details.declared_origin()) ||
      !IsAsked(filter_.true_origin(), details.true_origin()) ||
      !IsAmong(filter_.transit(), details.transit())) {
    return false;
  }
  if (!filter_.country().empty() && details.declared_origin() != filter_.country() &&
      details.true_origin() != filter_.country() &&
      !IsAmong(filter_.country(), details.transit())) {
    return false;
  }
  if (!filter_.modes().empty()) {
    const int mode = details.mode() == record::v1::TRANSPORT_MODE_UNSPECIFIED
                         ? static_cast<int>(record::v1::TRANSPORT_MODE_UNKNOWN)
                         : static_cast<int>(details.mode());
    if (std::find(filter_.modes().begin(), filter_.modes().end(), mode) == filter_.modes().end()) {
      return false;
    }
  }
  if (filter_.port() == kUnknown) {
    if (!view::CountedPort(details.port_code()).empty()) return false;
  } else if (!filter_.port().empty() && view::PortTerm(details.port_code()) != port_) {
    return false;
  }
  if (!filter_.agency().empty() && record.source().agency() != filter_.agency()) return false;
  return MatchesPeriod(view::IntervalOf(record.event().occurred())) && MatchesItems(record, cache);
}

bool ConsignmentQuery::MatchesInland(const view::FirearmTerms& terms) const {
  return (make_.empty() || terms.make == make_) &&
         (filter_.agency().empty() || terms.agency == filter_.agency()) &&
         MatchesPeriod(terms.occurred);
}

}  // namespace serieslink::border

#include "services/view/loss_terms.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/firearm/core/life.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/exhibit_loss.h"
#include "services/linkage/core/forces.h"
#include "services/stolen/core/case_counts.h"
#include "services/stolen/core/loss_case.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_words.h"
#include "storage/base/text.h"

namespace serieslink::view {
namespace {

// As section 34 of the Firearms (Amendment) Act 1997 has them: see stolen/core.
constexpr std::int64_t kNoticeDays = 7;

// Fields of which the deriver adds entries too.
bool IsDerived(std::string_view part) {
  constexpr std::string_view kDerived = "wbqvejPCz";
  return kDerived.find(part.front()) != std::string_view::npos;
}

// Reports of one of these terms are few, whatever their days: they are all gone through.
bool IsOfFew(std::string_view part) {
  constexpr std::string_view kFew = "srtph";
  return kFew.find(part.front()) != std::string_view::npos;
}

void AddUnder(std::string_view part, const linkage::TimeInterval& lost, std::string_view facets,
              graph::ExhibitNumber number, graph::SequenceNumber sequence,
              graph::FirearmEntries& entries) {
  const std::string day = LossDayPart(lost.latest_s);
  entries.Add(graph::FirearmOrder::kLoss, {part, day}, number, sequence, facets);
  const std::optional<int> wide_class = WideClassOf(lost);
  if (!wide_class.has_value() || IsOfFew(part)) return;
  entries.Add(graph::FirearmOrder::kLoss, {WidePart(*wide_class, part), day}, number, sequence,
              facets);
}

// Whether boundaries can say of which force's area a place is that does not say it.
bool CanBeLocated(const type::v1::Place& place) {
  return place.has_point() || !place.ward_code().empty() || !place.borough_code().empty() ||
         !place.lsoa_code().empty();
}

// When notice was given, as far as the report says it; the day may be said not to be known.
bool HasNotice(const record::v1::Loss& loss) {
  return loss.has_notified() && loss.notified().precision() != type::v1::DATE_PRECISION_UNKNOWN;
}

}  // namespace

bool IsReportedLost(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  if (record.event().kind() != record::v1::EVENT_KIND_LOSS) return false;
  return exhibit.kind() == record::v1::EXHIBIT_KIND_DESCRIBED_GUN ||
         exhibit.kind() == record::v1::EXHIBIT_KIND_GUN ||
         exhibit.kind() == record::v1::EXHIBIT_KIND_GUN_PART;
}

bool IsLoosePart(const record::v1::Exhibit& exhibit) {
  return exhibit.kind() == record::v1::EXHIBIT_KIND_GUN_PART ||
         std::any_of(exhibit.legal_classes().begin(), exhibit.legal_classes().end(),
                     [](const record::v1::LegalClassAssessment& one) {
                       return one.legal_class() == record::v1::LEGAL_CLASS_COMPONENT_PART;
                     });
}

bool IsReportedAsPart(const record::v1::Exhibit& exhibit) {
  const record::v1::Firearm& firearm = exhibit.firearm();
  return IsLoosePart(exhibit) || (firearm.has_is_complete() && !firearm.is_complete());
}

std::int32_t PiecesOf(const record::v1::Exhibit& exhibit) {
  if (!IsLoosePart(exhibit) || !exhibit.has_quantity()) return 1;
  return std::max(exhibit.quantity(), 1);
}

bool IsPartInHand(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  if (exhibit.kind() != record::v1::EXHIBIT_KIND_GUN_PART) return false;
  return record.kind() == record::v1::RECORD_KIND_LABORATORY_ITEM ||
         (exhibit.custody_size() > 0 && record.event().kind() != record::v1::EVENT_KIND_LOSS);
}

std::optional<int> WideClassOf(const linkage::TimeInterval& lost) {
  if (lost.latest_s == linkage::TimeInterval::kUnknownLatest) return std::nullopt;
  const auto is_within = [&lost](std::int64_t most_s) {
    return lost.earliest_s != linkage::TimeInterval::kUnknownEarliest &&
           lost.latest_s - most_s <= lost.earliest_s;
  };
  if (is_within(kNarrowLossMaxS)) return std::nullopt;
  int wide_class = 0;
  for (const std::int64_t most_s : kWideLossMaxS) {
    if (is_within(most_s)) return wide_class;
    ++wide_class;
  }
  return wide_class;
}

std::string TokenTerm(std::string_view token) { return AreaTerm(token); }

std::string WordTerm(std::string_view words) {
  std::string term;
  for (const char c : words) {
    if (static_cast<unsigned char>(c) >= ' ') {
      term.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
    }
  }
  absl::StripAsciiWhitespace(&term);
  return term;
}

std::string ReferenceTerm(const type::v1::CrimeReference& reference) {
  const std::uint64_t key =
      linkage::CrimeReferenceKey(reference.issuing_force(), reference.year(), reference.number());
  return key == 0 ? std::string() : absl::StrCat(absl::Hex(key, absl::kZeroPad16));
}

std::string LossPart(LossField field, std::string_view value) {
  std::string part(1, static_cast<char>(field));
  part.append(value);
  return part;
}

std::string WidePart(int wide_class, std::string_view part) {
  return LossPart(LossField::kWide, absl::StrCat(wide_class, AbslView(part)));
}

std::string UsedAreaTerm(std::uint64_t place_key) {
  return place_key == 0 ? "*" : absl::StrCat(absl::Hex(place_key, absl::kZeroPad16));
}

std::string UsedWardTerm(std::uint64_t place_key) {
  return absl::StrCat("w", UsedAreaTerm(place_key));
}

std::string DisposalTerm(int kind) { return kind == 0 ? "*" : absl::StrCat(kind); }

std::string NoticeTerm(int verdict) { return absl::StrCat(verdict); }

// Days of two zones are at most one apart.
std::vector<int> NoticeVerdictsAllowed(const linkage::TimeInterval& lost,
                                       const linkage::TimeInterval& notified) {
  constexpr std::int64_t kDayS = 86'400;
  const auto days = [](std::int64_t from_s, std::int64_t to_s) {
    const auto day_of = [](std::int64_t s) { return s >= 0 ? s / kDayS : (s - kDayS + 1) / kDayS; };
    return std::max<std::int64_t>(day_of(to_s) - day_of(from_s), 0);
  };
  // The least and the most that may lie between; none: not known.
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
  if (notified.earliest_s != linkage::TimeInterval::kUnknownEarliest &&
      lost.latest_s != linkage::TimeInterval::kUnknownLatest) {
    least = days(lost.latest_s, notified.earliest_s);
  }
  if (notified.latest_s != linkage::TimeInterval::kUnknownLatest &&
      lost.earliest_s != linkage::TimeInterval::kUnknownEarliest) {
    most = days(lost.earliest_s, notified.latest_s);
  }
  std::vector<int> verdicts;
  if (most.has_value() && *most - 1 <= kNoticeDays) {
    verdicts.push_back(stolen::v1::NOTICE_VERDICT_IN_TIME);
  }
  if (least.has_value() && *least + 1 > kNoticeDays) {
    verdicts.push_back(stolen::v1::NOTICE_VERDICT_LATE);
  }
  const bool is_surely_in_time = most.has_value() && *most + 1 <= kNoticeDays;
  const bool is_surely_late = least.has_value() && *least - 1 > kNoticeDays;
  if (!is_surely_in_time && !is_surely_late) {
    verdicts.push_back(stolen::v1::NOTICE_VERDICT_UNDECIDABLE);
  }
  return verdicts;
}

std::string LossDayPart(std::int64_t latest_s) {
  const std::uint16_t day = graph::FirearmLatestDay(latest_s);
  return absl::StrCat(absl::Hex(0xFFFF - day, absl::kZeroPad4));
}

std::vector<std::string> LossParts(const record::v1::Record& record,
                                   const record::v1::Exhibit& exhibit,
                                   stolen::v1::ReportSource source, const FirearmTerms& terms) {
  std::vector<std::string> parts = {LossPart(LossField::kAll, {})};
  const auto add = [&](LossField field, std::string_view value) {
    if (!value.empty()) parts.push_back(LossPart(field, value));
  };
  for (const std::string& serial : terms.serials) add(LossField::kSerial, serial);
  add(LossField::kMake, terms.make);
  add(LossField::kModel, terms.model);
  add(LossField::kCalibre, terms.calibre);
  add(LossField::kAgency, terms.agency);
  add(LossField::kArea, terms.police_force);
  add(LossField::kArea, terms.borough);
  add(LossField::kArea, terms.ward);
  // What means one force has one term, as counts have it.
  const std::string force = stolen::ForceOf(record.event().place());
  if (linkage::FindForce(force) != nullptr) {
    add(LossField::kArea, AreaTerm(force));
  } else if (CanBeLocated(record.event().place())) {
    add(LossField::kArea, kLocatedArea);
  }
  for (const type::v1::CrimeReference& reference : record.event().crime_references()) {
    add(LossField::kReference, ReferenceTerm(reference));
  }
  const record::v1::Loss& loss = record.event().loss();
  add(LossField::kHolder, TokenTerm(loss.holder_token()));
  add(LossField::kPremises, TokenTerm(loss.premises_token()));
  add(LossField::kCertificate, TokenTerm(loss.certificate_token()));
  add(LossField::kCertificateKind, WordTerm(loss.certificate_kind()));
  add(LossField::kPlaceKind, WordTerm(loss.place_kind()));
  add(LossField::kStorage, WordTerm(loss.storage()));
  if (loss.holder_kind() != 0) add(LossField::kHolderKind, std::to_string(loss.holder_kind()));
  if (loss.kind() != 0) add(LossField::kLossKind, std::to_string(loss.kind()));
  if (source != 0) add(LossField::kSource, std::to_string(source));
  for (int type = 1; type < 32; ++type) {
    if ((terms.types & 1u << type) != 0) add(LossField::kType, absl::StrCat(type));
  }
  const auto add_if = [&parts](bool is_so, LossField field, std::string_view value = {}) {
    if (is_so) parts.push_back(LossPart(field, value));
  };
  add_if(terms.is_place_unknown(), LossField::kNoArea);
  add_if(IsReportedAsPart(exhibit), LossField::kPart);
  // A whole gun and a part in one report.
  const bool is_both = exhibit.firearm().is_complete() && IsLoosePart(exhibit);
  add_if(is_both, LossField::kPart, kDiffering);
  const bool is_cancelled = linkage::FoundAgainOf(record, exhibit).is_found;
  add_if(is_cancelled, LossField::kCancelled);
  const bool is_part_in_hand = IsPartInHand(record, exhibit);
  add_if(exhibit.kind() == record::v1::EXHIBIT_KIND_GUN || is_part_in_hand, LossField::kBack);
  const bool is_of_other_force =
      linkage::AreOtherForces(loss.certificate_force(), AbslView(terms.agency));
  const bool is_doubtful = is_cancelled || is_of_other_force || is_both;
  add_if(is_doubtful, LossField::kDoubt);
  add_if(is_both, LossField::kDoubt, kDiffering);
  add_if(is_doubtful || exhibit.custody_size() > 0 || exhibit.has_examination() ||
             is_part_in_hand || WasInHand(record, exhibit),
         LossField::kMore);
  if (HasNotice(loss)) {
    for (const int verdict : NoticeVerdictsAllowed(terms.occurred, IntervalOf(loss.notified()))) {
      parts.push_back(LossPart(LossField::kNotified, NoticeTerm(verdict)));
    }
    // What is late may need no notice.
    add_if(!stolen::IsHolderKnown(loss.holder_kind()) && !NamesCertificate(loss),
           LossField::kNotified, NoticeTerm(stolen::v1::NOTICE_VERDICT_UNDECIDABLE));
  }
  add_if(!stolen::HoldsUnderCertificate(loss.holder_kind()), LossField::kNotified,
         NoticeTerm(stolen::v1::NOTICE_VERDICT_NOT_APPLICABLE));
  for (std::string& part : parts) {
    part.resize(graph::CutFirearmPart(graph::FirearmOrder::kLoss, part).size());
  }
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return parts;
}

LossTold LossToldOf(const record::v1::Record& record, stolen::v1::ReportSource source,
                    std::string_view agency) {
  const record::v1::Loss& loss = record.event().loss();
  LossTold told;
  told.is_read = true;
  told.is_lost = loss.kind() == record::v1::LOSS_KIND_LOST;
  told.is_stolen = loss.kind() == record::v1::LOSS_KIND_STOLEN;
  told.is_of_other_force =
      !loss.certificate_force().empty() && AreaTerm(loss.certificate_force()) != AreaTerm(agency);
  told.has_notified = HasNotice(loss);
  if (told.has_notified) told.notified = IntervalOf(loss.notified());
  told.is_without_notice = !stolen::HoldsUnderCertificate(loss.holder_kind());
  told.source = static_cast<std::uint8_t>(source);
  if (stolen::IsHolderKnown(loss.holder_kind())) {
    told.holder = static_cast<std::uint8_t>(loss.holder_kind());
  }
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    if (!IsReportedLost(record, exhibit)) continue;
    const bool is_cancelled = linkage::FoundAgainOf(record, exhibit).is_found;
    told.has_cancelled |= is_cancelled;
    told.has_kept |= !is_cancelled;
    const bool is_part = IsReportedAsPart(exhibit);
    told.has_loose_part |= IsLoosePart(exhibit);
    told.has_part |= is_part;
    told.has_gun |= !is_part;
    told.says_complete |= exhibit.firearm().is_complete();
  }
  return told;
}

bool CanBeOneLoss(const linkage::TimeInterval& a, const linkage::TimeInterval& b) {
  const auto is_near = [](std::int64_t end_s, std::int64_t start_s) {
    return start_s <= end_s || start_s - firearm::kDatesApartMaxS <= end_s;
  };
  return is_near(a.latest_s, b.earliest_s) && is_near(b.latest_s, a.earliest_s);
}

void AddDerivedLoss(std::string_view part, const linkage::TimeInterval& lost,
                    graph::ExhibitNumber number, graph::SequenceNumber sequence,
                    graph::FirearmEntries& entries) {
  graph::FirearmFacets facets;
  facets.earliest_day = graph::FirearmEarliestDay(lost.earliest_s);
  facets.latest_day = graph::FirearmLatestDay(lost.latest_s);
  AddUnder(part, lost, graph::EncodeFirearmFacets(facets), number, sequence, entries);
}

void AddMoreOfLoss(const linkage::TimeInterval& lost, graph::ExhibitNumber number,
                   graph::SequenceNumber sequence, graph::FirearmEntries& entries) {
  AddDerivedLoss(LossPart(LossField::kMore, {}), lost, number, sequence, entries);
}

void AddLossEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                    stolen::v1::ReportSource source, const FirearmTerms& terms,
                    std::string_view facets, graph::ExhibitNumber number,
                    graph::SequenceNumber sequence, graph::FirearmEntries& entries) {
  if (!IsReportedLost(record, exhibit)) return;
  for (const std::string& part : LossParts(record, exhibit, source, terms)) {
    // Entries of one term have facets that say the same, whoever adds them.
    if (IsDerived(part)) {
      AddDerivedLoss(part, terms.occurred, number, sequence, entries);
    } else {
      AddUnder(part, terms.occurred, facets, number, sequence, entries);
    }
  }
}

}  // namespace serieslink::view

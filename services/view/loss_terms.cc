#include "services/view/loss_terms.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/linkage/core/events.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"

namespace serieslink::view {

bool IsReportedLost(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  if (record.event().kind() != record::v1::EVENT_KIND_LOSS) return false;
  return exhibit.kind() == record::v1::EXHIBIT_KIND_DESCRIBED_GUN ||
         exhibit.kind() == record::v1::EXHIBIT_KIND_GUN ||
         exhibit.kind() == record::v1::EXHIBIT_KIND_GUN_PART;
}

bool IsWideLoss(const linkage::TimeInterval& lost) {
  return lost.earliest_s == linkage::TimeInterval::kUnknownEarliest ||
         lost.latest_s - kNarrowLossMaxS > lost.earliest_s;
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

std::string LossDayPart(std::int64_t latest_s) {
  const std::uint16_t day = graph::FirearmLatestDay(latest_s);
  return absl::StrCat(absl::Hex(0xFFFF - day, absl::kZeroPad4));
}

std::vector<std::string> LossParts(const record::v1::Record& record,
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
  if (loss.has_notified()) parts.push_back(LossPart(LossField::kNotified, {}));
  if (IsWideLoss(terms.occurred)) parts.push_back(LossPart(LossField::kWide, {}));
  for (std::string& part : parts) {
    part.resize(graph::CutFirearmPart(graph::FirearmOrder::kLoss, part).size());
  }
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return parts;
}

void AddMoreOfLoss(std::int64_t latest_s, graph::ExhibitNumber number,
                   graph::SequenceNumber sequence, graph::FirearmEntries& entries) {
  entries.Add(graph::FirearmOrder::kLoss, {LossPart(LossField::kMore, {}), LossDayPart(latest_s)},
              number, sequence, graph::EncodeFirearmFacets({}));
}

void AddLossEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                    stolen::v1::ReportSource source, const FirearmTerms& terms,
                    std::string_view facets, graph::ExhibitNumber number,
                    graph::SequenceNumber sequence, graph::FirearmEntries& entries) {
  if (!IsReportedLost(record, exhibit)) return;
  const std::string day = LossDayPart(terms.occurred.latest_s);
  for (const std::string& part : LossParts(record, source, terms)) {
    entries.Add(graph::FirearmOrder::kLoss, {part, day}, number, sequence, facets);
  }
  const record::v1::Loss& loss = record.event().loss();
  if (loss.cancelled_as_found() || exhibit.custody_size() > 0 || exhibit.has_examination() ||
      WasInHand(record, exhibit) ||
      (!loss.certificate_force().empty() &&
       AreaTerm(loss.certificate_force()) != AreaTerm(terms.agency))) {
    AddMoreOfLoss(terms.occurred.latest_s, number, sequence, entries);
  }
}

}  // namespace serieslink::view

#include "services/view/border_terms.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/border/core/port_list.h"
#include "services/ingest/core/country_codes.h"
#include "services/linkage/core/serial.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_terms.h"

namespace serieslink::view {
namespace {

// Shorter numbers are shared by chance.
constexpr std::size_t kPartNumberLengthMin = 6;

// Words that people write where they do not know the port.
bool IsWordForUnknown(std::string_view folded) {
  return folded == "UNKNOWN" || folded == "UNK" || folded == "NK" || folded == "NOTKNOWN" ||
         folded == "NA";
}

// UN/LOCODE: a country and three letters or digits from 2 to 9 (UNECE Recommendation 16).
bool IsLocode(std::string_view code) {
  if (code.size() != 5) return false;
  const std::string_view country = code.substr(0, 2);
  // UN/LOCODE has installations in international waters under XZ.
  const bool is_no_country = ingest::IsLeftToUsers(country) && country != "XZ";
  if (!ingest::IsCountryCode(country) || is_no_country) return false;
  return std::all_of(code.begin() + 2, code.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '9'); });
}

std::string NameTermOf(std::uint64_t hash) {
  return absl::StrCat(absl::Hex(hash, absl::kZeroPad16));
}

}  // namespace

bool IsPartOfGun(const record::v1::Exhibit& exhibit) {
  if (exhibit.kind() == record::v1::EXHIBIT_KIND_GUN_PART) return true;
  if (exhibit.kind() != record::v1::EXHIBIT_KIND_GUN) return false;
  if (exhibit.firearm().has_is_complete() && !exhibit.firearm().is_complete()) return true;
  return std::any_of(exhibit.legal_classes().begin(), exhibit.legal_classes().end(),
                     [](const record::v1::LegalClassAssessment& one) {
                       return one.legal_class() == record::v1::LEGAL_CLASS_COMPONENT_PART;
                     });
}

bool IsWholeGun(const record::v1::Exhibit& exhibit) {
  return exhibit.kind() == record::v1::EXHIBIT_KIND_GUN && !IsPartOfGun(exhibit);
}

bool IsFoundInland(const record::v1::Record& record, const record::v1::Exhibit& exhibit) {
  const record::v1::EventKind kind = record.event().kind();
  // What a laboratory was sent from a scene came into hand there, whoever else tells of it.
  const bool is_brought_in = kind == record::v1::EVENT_KIND_INCIDENT &&
                             record.kind() == record::v1::RECORD_KIND_LABORATORY_ITEM;
  return (is_brought_in || kind == record::v1::EVENT_KIND_RECOVERY ||
          kind == record::v1::EVENT_KIND_SURRENDER) &&
         IsWholeGun(exhibit);
}

const std::string& OriginOf(const record::v1::Consignment& consignment) {
  return consignment.true_origin().empty() ? consignment.declared_origin()
                                           : consignment.true_origin();
}

std::string PortTerm(std::string_view code) {
  std::string folded = FoldText(code);
  if (IsWordForUnknown(folded)) folded.clear();
  return folded;
}

PortStanding StandingOfPort(std::string_view term) {
  if (term.empty()) return PortStanding::kNotSaid;
  if (!IsLocode(term)) return PortStanding::kNoLocode;
  return border::PortsInUse().CanBePort(term) ? PortStanding::kPort : PortStanding::kNotListed;
}

std::string CountedPort(std::string_view code) {
  std::string term = PortTerm(code);
  if (StandingOfPort(term) == PortStanding::kNotListed) term.clear();
  return term;
}

std::string NameTerm(const type::v1::SourceReference& name) { return NameTermOf(SourceHash(name)); }

std::string NumberTerm(std::string_view agency, std::string_view consignment_id) {
  const std::string folded = FoldText(consignment_id);
  if (folded.empty() || IsWordForUnknown(folded)) return std::string();
  return NameTermOf(SourceHash(agency, {}, folded));
}

std::string SentApartTerm(const record::v1::Consignment& consignment) {
  const std::string destination = FoldText(consignment.destination());
  const std::string& origin = OriginOf(consignment);
  if (destination.empty() || IsWordForUnknown(destination) || origin.empty()) return std::string();
  return absl::StrCat(origin, " ", destination);
}

std::vector<std::string> PartNumberTerms(const record::v1::Exhibit& exhibit) {
  std::vector<std::string> terms;
  for (const record::v1::SerialNumber& serial : exhibit.firearm().serials()) {
    for (const linkage::SerialReading& reading : linkage::ReadSerials(serial.text())) {
      if (reading.usable() && reading.canonical.size() >= kPartNumberLengthMin) {
        terms.push_back(reading.canonical);
      }
    }
  }
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

std::string BorderPart(BorderField field, std::string_view value) {
  std::string part(1, static_cast<char>(field));
  part.append(value);
  return std::string(graph::CutFirearmPart(graph::FirearmOrder::kBorder, part));
}

std::string BorderDayPart(std::int64_t latest_s) { return LossDayPart(latest_s); }

void AddSeizureEntries(const record::v1::Record& record, graph::RecordNumber record_number,
                       graph::SequenceNumber sequence, TermCache& cache,
                       graph::FirearmEntries& entries) {
  const record::v1::Event& event = record.event();
  if (event.kind() != record::v1::EVENT_KIND_BORDER_SEIZURE) return;
  std::vector<std::string> parts = {BorderPart(BorderField::kAll, {})};
  const auto add = [&](BorderField field, std::string_view value) {
    if (!value.empty()) parts.push_back(BorderPart(field, value));
  };
  const record::v1::Consignment& consignment = event.consignment();
  add(BorderField::kAgency, record.source().agency());
  add(BorderField::kDeclared, consignment.declared_origin());
  add(BorderField::kTrue, consignment.true_origin());
  for (const std::string& country : consignment.transit()) add(BorderField::kTransit, country);
  if (consignment.mode() != 0) add(BorderField::kMode, std::to_string(consignment.mode()));
  add(BorderField::kPort, PortTerm(consignment.port_code()));
  add(BorderField::kNumber, NumberTerm(record.source().agency(), consignment.consignment_id()));
  for (const type::v1::SourceReference& name : consignment.sister_consignments()) {
    add(BorderField::kNames, NameTerm(name));
  }
  for (const type::v1::SourceReference& name : record.former_sources()) {
    add(BorderField::kFormer, NameTerm(name));
  }
  bool has_part = false;
  for (const record::v1::Exhibit& exhibit : record.exhibits()) {
    if (!exhibit.firearm().make().empty()) {
      add(BorderField::kMake, cache.Make(exhibit.firearm().make()));
    }
    if (!IsPartOfGun(exhibit)) continue;
    has_part = true;
    for (const std::string& number : PartNumberTerms(exhibit)) {
      add(BorderField::kPartNumber, number);
    }
  }
  if (has_part) add(BorderField::kSentApart, SentApartTerm(consignment));
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());

  const linkage::TimeInterval seized = IntervalOf(event.occurred());
  graph::FirearmFacets facets;
  facets.agency = graph::FirearmFingerprint(record.source().agency());
  facets.earliest_day = graph::FirearmEarliestDay(seized.earliest_s);
  facets.latest_day = graph::FirearmLatestDay(seized.latest_s);
  const std::string value = graph::EncodeFirearmFacets(facets);
  const std::string day = BorderDayPart(seized.latest_s);
  for (const std::string& part : parts) {
    entries.Add(graph::FirearmOrder::kBorder, {part, day},
                graph::MakeExhibitNumber(record_number, 0), sequence, value);
  }
}

}  // namespace serieslink::view

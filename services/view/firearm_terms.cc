#include "services/view/firearm_terms.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/serial.h"
#include "services/linkage/core/vocabulary.h"
#include "services/view/border_terms.h"
#include "services/view/extract.h"
#include "services/view/loss_terms.h"
#include "storage/base/sort_and_drop_repeats.h"
#include "storage/base/text.h"

namespace serieslink::view {
namespace {

std::uint32_t BitsOf(const google::protobuf::RepeatedField<int>& types) {
  std::uint32_t bits = 0;
  for (const int type : types) {
    if (type > 0 && type < 32) bits |= 1u << type;
  }
  return bits;
}

void AppendSerialTerms(std::string_view as_written, std::vector<std::string>& terms) {
  const auto add = [&](std::string term) {
    if (term.empty()) return;
    term.resize(std::min(term.size(), graph::kSerialPartBytesMax));
    terms.push_back(std::move(term));
  };
  for (linkage::SerialReading& reading : linkage::ReadSerials(AbslView(as_written))) {
    add(std::move(reading.canonical));
  }
  add(linkage::CanonicalSerial(AbslView(as_written)));
}

}  // namespace

std::string FoldText(std::string_view text) {
  std::string folded = linkage::FoldToAscii(AbslView(text));
  folded.erase(std::remove_if(folded.begin(), folded.end(),
                              [](unsigned char c) { return !absl::ascii_isalnum(c); }),
               folded.end());
  return folded;
}

std::vector<std::string> SerialTerms(std::string_view as_written) {
  std::vector<std::string> terms;
  AppendSerialTerms(as_written, terms);
  base::SortAndDropRepeats(terms);
  return terms;
}

std::string MakeTerm(std::string_view as_written) {
  linkage::Make make = linkage::ReadMake(AbslView(as_written));
  if (make.key == linkage::kOtherMake) return FoldText(as_written);
  return std::move(make.canonical);
}

std::string CalibreTerm(std::string_view as_written) {
  const linkage::CalibreId calibre = linkage::ReadCalibre(AbslView(as_written));
  if (calibre == linkage::kUnknownCalibre) return std::string();
  if (calibre == linkage::kOtherCalibre) return FoldText(as_written);
  return std::string(linkage::CalibreName(calibre));
}

std::string AreaTerm(std::string_view code) {
  std::string term;
  for (const char c : code) {
    if (static_cast<unsigned char>(c) > ' ') {
      term.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
    }
  }
  return term;
}

const std::string& TermCache::Make(std::string_view as_written) {
  return Read(as_written, MakeTerm, makes_);
}

const std::string& TermCache::Calibre(std::string_view as_written) {
  return Read(as_written, CalibreTerm, calibres_);
}

const std::string& TermCache::Read(std::string_view as_written,
                                   std::string (*read)(std::string_view), Terms& terms) {
  constexpr std::size_t kTermsMax = 1024;
  const auto found = terms.find(AbslView(as_written));
  if (found != terms.end()) return found->second;
  if (terms.size() == kTermsMax) terms.clear();
  return terms.emplace(as_written, read(as_written)).first->second;
}

FirearmTerms FirearmTermsOf(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                            TermCache& cache, bool with_serials) {
  FirearmTerms terms;
  const record::v1::Firearm& firearm = exhibit.firearm();
  terms.kind = exhibit.kind();
  terms.types = BitsOf(firearm.confirmed_types());
  if (terms.types == 0) terms.types = BitsOf(firearm.apparent_types());
  if (terms.types == 0) terms.types = BitsOf(exhibit.ammunition().possible_types());
  for (const record::v1::SerialNumber& serial : firearm.serials()) {
    if (with_serials) AppendSerialTerms(serial.text(), terms.serials);
  }
  base::SortAndDropRepeats(terms.serials);
  if (!firearm.make().empty()) terms.make = cache.Make(firearm.make());
  if (!firearm.model().empty()) terms.model = FoldText(firearm.model());
  const std::string& calibre =
      firearm.calibre().empty() ? exhibit.ammunition().calibre() : firearm.calibre();
  if (!calibre.empty()) terms.calibre = cache.Calibre(calibre);
  terms.agency = record.source().agency();
  const type::v1::Place& place = record.event().place();
  terms.police_force = AreaTerm(place.police_force());
  terms.borough = AreaTerm(place.borough_code());
  terms.ward = AreaTerm(place.ward_code());
  terms.occurred = IntervalOf(record.event().occurred());
  return terms;
}

graph::FirearmFacets FacetsOf(const FirearmTerms& terms) {
  graph::FirearmFacets facets;
  facets.kind = static_cast<std::uint8_t>(terms.kind);
  facets.types = terms.types;
  facets.make = graph::FirearmFingerprint(terms.make);
  facets.model = graph::FirearmFingerprint(terms.model);
  facets.calibre = graph::FirearmFingerprint(terms.calibre);
  facets.agency = graph::FirearmFingerprint(terms.agency);
  facets.police_force = graph::FirearmFingerprint(terms.police_force);
  facets.borough = graph::FirearmFingerprint(terms.borough);
  facets.ward = graph::FirearmFingerprint(terms.ward);
  facets.earliest_day = graph::FirearmEarliestDay(terms.occurred.earliest_s);
  facets.latest_day = graph::FirearmLatestDay(terms.occurred.latest_s);
  return facets;
}

FirearmTerms AddFirearmEntries(const record::v1::Record& record, const record::v1::Exhibit& exhibit,
                               stolen::v1::ReportSource source, graph::ExhibitNumber number,
                               graph::SequenceNumber sequence, TermCache& cache,
                               graph::FirearmEntries& entries) {
  FirearmTerms terms = FirearmTermsOf(record, exhibit, cache);
  const std::string facets = graph::EncodeFirearmFacets(FacetsOf(terms));
  entries.Add(graph::FirearmOrder::kPlace,
              {terms.agency, terms.police_force, terms.borough, terms.ward}, number, sequence,
              facets);
  if (!terms.make.empty() || !terms.model.empty()) {
    entries.Add(graph::FirearmOrder::kMake, {terms.make, terms.model}, number, sequence, facets);
  }
  for (const std::string& serial : terms.serials) {
    entries.Add(graph::FirearmOrder::kSerial, {serial}, number, sequence, facets);
    entries.Add(graph::FirearmOrder::kReversedSerial, {std::string(serial.rbegin(), serial.rend())},
                number, sequence, facets);
  }
  AddLossEntries(record, exhibit, source, terms, facets, number, sequence, entries);
  if (IsFoundInland(record, exhibit)) {
    entries.Add(graph::FirearmOrder::kBorder,
                {BorderPart(BorderField::kInland, {}), BorderDayPart(terms.occurred.latest_s)},
                number, sequence, facets);
  }
  return terms;
}

}  // namespace serieslink::view

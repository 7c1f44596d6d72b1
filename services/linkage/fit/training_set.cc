#include "services/linkage/fit/training_set.h"

#include <algorithm>
#include <bit>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/core/serial_agreement.h"
#include "services/linkage/core/vocabulary.h"
#include "services/view/extract.h"

namespace serieslink::linkage {
namespace {

std::int8_t CompareNumbers(const ExhibitFacts& a, const ExhibitFacts& b) {
  if (a.serials.empty() || b.serials.empty()) return kNotCompared;
  int best = 0;
  for (const SerialFact& x : a.serials) {
    for (const SerialFact& y : b.serials) {
      const int agreement = static_cast<int>(CompareSerials(x, y).agreement);
      if (agreement != 0 && (best == 0 || agreement < best)) best = agreement;
    }
  }
  return static_cast<std::int8_t>(best);
}

std::int8_t CompareCalibres(CalibreId a, CalibreId b) {
  if (a <= kOtherCalibre || b <= kOtherCalibre) return kNotCompared;
  if (a == b) return 0;
  return CompatibleCalibres(a, b) ? 1 : 2;
}

std::int8_t CompareTypesOf(const ExhibitFacts& a, const ExhibitFacts& b) {
  switch (CompareTypes(a.types, b.types)) {
    case TypeAgreement::kNotKnown:
      return kNotCompared;
    case TypeAgreement::kSame:
      return 0;
    case TypeAgreement::kCompatible:
      return 1;
    case TypeAgreement::kDifferent:
      return 2;
  }
  return kNotCompared;
}

// The name of a type where it is one.
std::string OneType(TypeSet types) {
  if (!std::has_single_bit(types)) return "";
  const auto type = static_cast<record::v1::FirearmType>(std::countr_zero(types));
  return std::string(absl::StripPrefix(record::v1::FirearmType_Name(type), "FIREARM_TYPE_"));
}

}  // namespace

const std::vector<ComparedField>& ComparedFields() {
  static const auto* const fields = new std::vector<ComparedField>{
      {"serial", {"differs", "equal", "alike", "pattern", "embedded", "truncated", "one edit"}},
      {"make", {"same", "different"}},
      {"calibre", {"same", "compatible", "different"}},
      {"model", {"same", "different"}},
      {"type", {"same", "compatible", "different"}}};
  return *fields;
}

Outcomes Compare(const TrainingExhibit& a, const TrainingExhibit& b) {
  const ExhibitFacts& x = a.facts;
  const ExhibitFacts& y = b.facts;
  Outcomes outcomes(ComparedFields().size(), kNotCompared);
  outcomes[kSerialField] = CompareNumbers(x, y);
  if (SameMake(x.make, y.make)) outcomes[kMakeField] = 0;
  if (DifferentMake(x.make, y.make)) outcomes[kMakeField] = 1;
  outcomes[kCalibreField] = CompareCalibres(x.calibre, y.calibre);
  if (x.model != 0 && y.model != 0) outcomes[kModelField] = x.model == y.model ? 0 : 1;
  outcomes[kTypeField] = CompareTypesOf(x, y);
  return outcomes;
}

void TrainingSet::Add(const record::v1::Record& record) {
  const type::v1::SourceReference& source = record.source();
  const std::string name =
      absl::StrCat(source.agency(), "/", source.source_system(), "/", source.source_id());
  Held& held = records_[name];
  if (record.source_version() < held.version) return;
  held.version = record.source_version();
  held.exhibits.clear();
  for (int i = 0; i < record.exhibits_size(); ++i) {
    const record::v1::Exhibit& exhibit = record.exhibits(i);
    if (!BearsNumber(static_cast<ExhibitKind>(exhibit.kind())) || !exhibit.has_firearm()) continue;
    TrainingExhibit one;
    one.facts = view::FactsOf(view::StoredFactsOf(exhibit), 0, 0, static_cast<std::uint32_t>(i),
                              false, source.agency(), nullptr);
    one.name = absl::StrCat(name, "#", exhibit.exhibit_reference());
    one.make = ReadMake(exhibit.firearm().make()).canonical;
    if (one.facts.calibre > kOtherCalibre)
      one.calibre = std::string(CalibreName(one.facts.calibre));
    one.type = OneType(one.facts.types);
    if (const auto event = view::StoredFactsOf(record); event.has_value()) {
      const RecordEventFacts facts = view::FactsOf(*event, 0, 0, 0);
      one.references.assign(facts.references.begin(), facts.references.end());
    }
    const ExhibitFacts& facts = one.facts;
    if (facts.serials.empty() && facts.make <= kOtherMake && facts.calibre <= kOtherCalibre) {
      continue;
    }
    held.exhibits.push_back(std::move(one));
  }
}

void TrainingSet::Finish() {
  std::uint64_t record_number = 0;
  for (auto& [name, held] : records_) {
    ++record_number;
    for (TrainingExhibit& exhibit : held.exhibits) {
      exhibit.facts.record_number = record_number;
      exhibit.facts.public_id = exhibits_.size() + 1;
      place_of_[exhibit.name] = exhibits_.size();
      exhibits_.push_back(std::move(exhibit));
    }
    held.exhibits.clear();
  }
}

std::optional<std::size_t> TrainingSet::Find(const std::string& name) const {
  const auto found = place_of_.find(name);
  return found == place_of_.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

std::vector<std::pair<std::size_t, std::size_t>> PairsThatShare(
    const std::vector<std::vector<std::uint64_t>>& keys,
    const std::vector<TrainingExhibit>& exhibits, std::size_t crowd) {
  std::map<std::uint64_t, std::vector<std::size_t>> under;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (const std::uint64_t key : std::set<std::uint64_t>(keys[i].begin(), keys[i].end())) {
      under[key].push_back(i);
    }
  }
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (const auto& [key, members] : under) {
    if (members.size() > crowd) continue;
    for (std::size_t i = 0; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const ExhibitFacts& a = exhibits[members[i]].facts;
        const ExhibitFacts& b = exhibits[members[j]].facts;
        if (a.record_number != b.record_number) pairs.emplace(members[j], members[i]);
      }
    }
  }
  return {pairs.begin(), pairs.end()};
}

}  // namespace serieslink::linkage

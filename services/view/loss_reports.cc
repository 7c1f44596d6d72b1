#include "services/view/loss_reports.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "services/linkage/core/exhibit_loss.h"
#include "services/linkage/core/forces.h"
#include "services/view/extract.h"
#include "services/view/loss_terms.h"
#include "services/view/loss_words.h"
#include "storage/graph/public_id.h"

namespace serieslink::view {
namespace {

// Of words as they are compared.
std::uint64_t WordKey(const std::string& word) { return word.empty() ? 0 : absl::HashOf(word) | 1; }

std::string ExhibitId(std::uint64_t public_id) {
  return graph::FormatPublicId(graph::IdKind::kExhibit, graph::PublicId(public_id));
}

// A row that was exported here and imported again names the exhibit of the report that it was
// made from.
void FindCopies(const ResolvedView& view, const CanonicalVersions& canonical,
                LossReports& reports) {
  if (reports.facts.size() < 2) return;
  absl::flat_hash_map<std::string, std::uint32_t> report_of;
  for (std::uint32_t i = 0; i < reports.facts.size(); ++i) {
    report_of[ExhibitId(reports.facts[i].public_id)] = i;
  }
  for (std::uint32_t i = 0; i < reports.facts.size(); ++i) {
    if (reports.facts[i].source != stolen::v1::REPORT_SOURCE_OTHER) continue;
    const auto& record = canonical.at(view.exhibits[reports.members[i]].version);
    for (const record::v1::Flag& flag : record->flags()) {
      if (!absl::EndsWithIgnoreCase(flag.name(), ":exhibit")) continue;
      const auto found = report_of.find(flag.value());
      if (found != report_of.end() && found->second != i) reports.facts[i].copy_of = found->second;
    }
  }
}

}  // namespace

LossReports GatherLossReports(const ResolvedView& view, std::uint32_t weapon,
                              const WeaponLife& life, const CanonicalVersions& canonical) {
  LossReports reports;
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    const ResolvedView::Exhibit& seen = view.exhibits[member];
    const auto& record = canonical.at(seen.version);
    const record::v1::Exhibit& exhibit = record->exhibits(seen.place);
    if (!IsReportedLost(*record, exhibit)) continue;
    const auto event = life.event_of_record.find(seen.record->number);
    if (event == life.event_of_record.end()) continue;
    const record::v1::Loss& loss = record->event().loss();
    stolen::ReportFacts& facts = reports.facts.emplace_back();
    facts.public_id = view.exhibit_facts[member].public_id;
    facts.event = event->second;
    facts.source = seen.version->source;
    facts.lost = IntervalOf(record->event().occurred());
    facts.kind = loss.kind();
    facts.holder = loss.holder_kind();
    const LossWords words = LossWordsOf(record->event());
    facts.certificate_kind_key = WordKey(words.certificate_kind);
    facts.place_kind_key = WordKey(words.place_kind);
    facts.storage_key = WordKey(words.storage);
    facts.force_key = WordKey(words.force);
    facts.borough_key = WordKey(words.borough);
    facts.has_certificate = NamesCertificate(loss);
    facts.notified = IntervalGiven(loss.has_notified(), loss.notified());
    const linkage::FoundAgain found = linkage::FoundAgainOf(*record, exhibit);
    facts.is_cancelled = found.is_found;
    if (found.when != nullptr) facts.found = IntervalGiven(true, *found.when);
    const record::v1::Firearm& firearm = exhibit.firearm();
    facts.is_loose_part = IsLoosePart(exhibit);
    facts.is_part = IsReportedAsPart(exhibit);
    facts.says_complete = firearm.has_is_complete() && firearm.is_complete();
    facts.quantity = PiecesOf(exhibit);
    facts.has_other_force = facts.source == stolen::v1::REPORT_SOURCE_LICENSING &&
                            linkage::AreOtherForces(loss.certificate_force(), seen.record->agency);
    reports.members.push_back(member);
  }
  FindCopies(view, canonical, reports);
  return reports;
}

}  // namespace serieslink::view

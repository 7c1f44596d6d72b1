#include "services/view/asked_exhibit.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/view/view_selector.h"
#include "storage/base/status_macros.h"

namespace serieslink::view {

absl::Status AskedNotFound() {
  return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is nothing of this id that you may see; check the id");
}

absl::Status EvidenceTooLarge() {
  return rpc::MakeError(
      absl::StatusCode::kResourceExhausted, type::v1::ERROR_REASON_EVIDENCE_TOO_LARGE,
      "the evidence that connects this weapon is more than one call holds; ask for its records");
}

graph::ParsedId ParseAsked(const std::string& text, const char* field,
                           std::vector<rpc::BadField>& bad) {
  const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(text);
  if (id.ok() && id->kind != graph::IdKind::kEvent && id->kind != graph::IdKind::kFinding) {
    return *id;
  }
  bad.push_back({field, type::v1::ERROR_REASON_NAME_MALFORMED,
                 "give an id SL-, WP-, EX- or RC- with its 13 characters; one of them may be "
                 "mistyped"});
  return graph::ParsedId{};
}

absl::StatusOr<std::vector<graph::ExhibitNumber>> FindAsked(
    graph::GraphReader& reader, const std::vector<graph::ParsedId>& ids) {
  std::vector<graph::PublicId> public_ids;
  for (const graph::ParsedId& id : ids) public_ids.push_back(id.id);
  SL_ASSIGN_OR_RETURN(const auto targets, reader.LookUpIds(public_ids));
  std::vector<graph::ExhibitNumber> exhibits;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::optional<graph::IdTarget>& target = targets[i];
    if (!target.has_value()) return AskedNotFound();
    std::uint32_t ordinal = target->ordinal.value_or(0);
    if (ids[i].kind == graph::IdKind::kRecord) {
      // A record's id means its exhibit, where it has one now.
      SL_ASSIGN_OR_RETURN(const auto states, reader.Records({target->record}));
      for (int e = 0; states[0].has_value() && e < states[0]->exhibits_size(); ++e) {
        if (states[0]->exhibits(e).has_facts()) ordinal = static_cast<std::uint32_t>(e);
      }
    }
    exhibits.push_back(graph::MakeExhibitNumber(target->record, ordinal));
  }
  return exhibits;
}

namespace {

// Where the weapon that `asked` named before it went from `view` is in it; none when nothing of it
// is left.
std::optional<std::uint32_t> Redirected(const ComponentEvidence& evidence, const ResolvedView& view,
                                        graph::ExhibitNumber asked) {
  const std::optional<graph::Revision> last = evidence.LastStood(asked, view.revision);
  if (!last.has_value()) return std::nullopt;
  const ResolvedView before = evidence.At(*last);
  const std::optional<std::uint32_t> place = before.Find(asked);
  if (!place.has_value()) return std::nullopt;
  const std::uint32_t weapon = before.resolution.weapon_of[*place];
  for (const std::uint32_t member : before.resolution.weapons[weapon].members) {
    const std::optional<std::uint32_t> now = view.Find(before.exhibits[member].number);
    if (now.has_value()) return now;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::uint32_t> PlaceOfAsked(const ComponentEvidence& evidence,
                                           const ResolvedView& view, graph::ExhibitNumber asked,
                                           const graph::ParsedId& id, const char* field,
                                           const graph::GraphReader& reader) {
  std::optional<std::uint32_t> exhibit = view.Find(asked);
  if (!exhibit.has_value()) {
    const auto present = evidence.PresentOf(asked, view.revision);
    if (present.has_value()) exhibit = view.Find(*present);
  }
  if (!exhibit.has_value() &&
      (id.kind == graph::IdKind::kSeries || id.kind == graph::IdKind::kWeapon)) {
    exhibit = Redirected(evidence, view, asked);
  }
  if (!exhibit.has_value()) return AskedNotFound();
  if (id.kind != graph::IdKind::kRecord) return *exhibit;
  SL_ASSIGN_OR_RETURN(const auto record,
                      CanonicalRecords(reader, {view.exhibits[*exhibit].version}));
  if (record[0]->exhibits_size() > 1) {
    return rpc::MakeBadRequest(
        {{field, type::v1::ERROR_REASON_FIELD_INVALID,
          "this record has several exhibits; give the id of one of them (EX-)"}});
  }
  return *exhibit;
}

absl::StatusOr<AskedEvidence> LoadAsked(graph::GraphReader& reader, const Viewer& viewer,
                                        const std::vector<graph::ParsedId>& ids,
                                        const EvidenceBounds& bounds) {
  AskedEvidence loaded;
  SL_ASSIGN_OR_RETURN(loaded.asked, FindAsked(reader, ids));
  SL_ASSIGN_OR_RETURN(loaded.evidence,
                      ComponentEvidence::LoadAll(reader, viewer, loaded.asked, bounds));
  // Before it is said that there is too much: that would tell that a hidden one is there.
  const std::vector<graph::ExhibitNumber>& seen = loaded.evidence->members();
  for (const graph::ExhibitNumber asked : loaded.asked) {
    if (!std::binary_search(seen.begin(), seen.end(), asked)) return AskedNotFound();
  }
  if (loaded.evidence->is_too_large()) return EvidenceTooLarge();
  return loaded;
}

absl::StatusOr<AskedView> ViewAsked(const Source& source, const Viewer& viewer,
                                    const std::vector<AskedField>& fields,
                                    const series::v1::ViewSelector& selector, absl::Time now,
                                    const Patience& patience, const EvidenceBounds& bounds,
                                    std::vector<rpc::BadField> bad) {
  std::vector<graph::ParsedId> ids;
  for (const AskedField& one : fields) ids.push_back(ParseAsked(one.text, one.field, bad));
  SL_ASSIGN_OR_RETURN(const RevisionWish wish, WishOf(selector, now, std::move(bad)));
  SL_ASSIGN_OR_RETURN(Cut cut, TakeCut(source, wish, patience));
  SL_ASSIGN_OR_RETURN(AskedEvidence loaded, LoadAsked(cut.reader, viewer, ids, bounds));
  ResolvedView view = loaded.evidence->At(cut.revision);
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    SL_ASSIGN_OR_RETURN(
        const std::uint32_t place,
        PlaceOfAsked(*loaded.evidence, view, loaded.asked[i], ids[i], fields[i].field, cut.reader));
    places.push_back(place);
  }
  return AskedView{std::move(cut), std::move(loaded.evidence), std::move(view), std::move(places)};
}

}  // namespace serieslink::view

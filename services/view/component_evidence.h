#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/record/v1/record.pb.h"
#include "services/linkage/core/events.h"
#include "services/linkage/core/flags.h"
#include "services/linkage/core/place_areas.h"
#include "services/linkage/core/resolve.h"
#include "services/linkage/core/series.h"
#include "services/linkage/core/supposition.h"
#include "services/view/canonical.h"
#include "services/view/viewer.h"
#include "services/view/visible_component.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::view {

// A version of a record, as linkage compares it.
struct LoadedVersion {
  struct Exhibit {
    graph::ExhibitNumber number = 0;
    int place = 0;  // in the version
    linkage::ExhibitFacts facts;
  };
  graph::SequenceNumber sequence = 0;
  graph::Revision from = 0;
  graph::Revision to = graph::kOpenRevision;
  bool is_withdrawal = false;
  bool was_hidden = false;                      // by its own label, from the viewer
  std::optional<std::uint64_t> source_version;  // the agency's
  // Of a loss: whose feed it came by.
  stolen::v1::ReportSource source = stolen::v1::REPORT_SOURCE_UNSPECIFIED;
  std::optional<linkage::RecordEventFacts> event;
  // Of its event, which lies where its record says, and by ComponentEvidence::Of::locate.
  linkage::AreaKeys areas = {};
  std::optional<linkage::EventPoint> point;  // of its event
  std::vector<Exhibit> exhibits;  // those that are in the component; none for a withdrawal
  // The canonical record, where it is kept: see CanonicalRecords.
  std::shared_ptr<const record::v1::Record> record;
};

// A record that the viewer may see.
struct LoadedRecord {
  graph::RecordNumber number = 0;
  std::uint64_t public_id = 0;
  std::string agency;
  std::vector<LoadedVersion> versions;  // those that ever stood, in order
};

// What one viewer may know of a component at one revision, resolved: weapons, events and series.
// Points into its ComponentEvidence.
struct ResolvedView {
  struct Exhibit {
    graph::ExhibitNumber number = 0;
    const LoadedRecord* record = nullptr;
    const LoadedVersion* version = nullptr;  // that stands
    int place = 0;                           // of the exhibit within it
  };
  struct Event {
    const LoadedRecord* record = nullptr;
    const LoadedVersion* version = nullptr;
  };

  graph::Revision revision = 0;
  std::vector<Exhibit> exhibits;
  std::vector<linkage::ExhibitFacts> exhibit_facts;  // one for each exhibit
  std::vector<Event> events_of_records;
  std::vector<linkage::RecordEventFacts> event_facts;      // one for each of events_of_records
  std::vector<std::optional<linkage::EventPoint>> points;  // likewise
  // Those between two exhibits of the view; and those of which one end is an exhibit that its
  // record, which stands, no longer has: they are stale.
  std::vector<const LoadedStatement*> statements;
  linkage::Resolution resolution;
  linkage::EventResolution events;
  std::vector<linkage::WeaponHistory> histories;  // one for each weapon

  // Index of the exhibit of `number`, or none when it is not in the view.
  std::optional<std::uint32_t> Find(graph::ExhibitNumber number) const;

  // The flags of each weapon.
  std::vector<std::vector<linkage::WeaponFlag>> Flags() const;
};

// Everything that one viewer may know about the weapons around one exhibit, at all revisions:
// loaded once, resolved as often as asked. The same core that keeps the base view up to date
// resolves every other, so an answer equals linkage run over the evidence that its caller may see.
// About 600 bytes a version and 200 a statement. Immutable after Load; outlives the snapshot.
class ComponentEvidence {
 public:
  // Loads what `viewer` may see of the component of `exhibit`, and of the records that share
  // references with its records. Nothing is loaded where the viewer may not see `exhibit`. Above
  // `bounds`, or on meeting one of the exhibits `too_large`, is_too_large() is set and only
  // members() are told. Errors: those of the store; DATA_LOSS.
  static absl::StatusOr<std::unique_ptr<ComponentEvidence>> Load(
      graph::GraphReader& reader, const Viewer& viewer, graph::ExhibitNumber exhibit,
      const EvidenceBounds& bounds = {},
      const absl::flat_hash_set<graph::ExhibitNumber>& too_large = {});

  // What of several components is loaded.
  struct Of {
    // Not what is stated between two of them that nothing joins.
    bool is_apart = false;
    // Entries of the log that are not read again; null: none.
    const ReadEntries* known = nullptr;
    // States of records that are not read again; null: none.
    const KnownRecords* known_records = nullptr;
    // Makes, models, calibres, types and numbers of guns, which no weapon, event or series depends
    // on: only who compares two exhibits asks for them.
    bool with_descriptions = true;
    // Where events lie that do not say it; null: nowhere.
    const linkage::LocatePlace* locate = nullptr;
  };

  // The same of several components, as if they were one: of those of `exhibits` that the viewer may
  // see, and with the statements across them. Of `records` that the viewer may see, and of those
  // that share references with them, the events are loaded too, and no exhibits.
  static absl::StatusOr<std::unique_ptr<ComponentEvidence>> LoadAll(
      graph::GraphReader& reader, const Viewer& viewer,
      absl::Span<const graph::ExhibitNumber> exhibits, const EvidenceBounds& bounds,
      const absl::flat_hash_set<graph::ExhibitNumber>& too_large = {},
      absl::Span<const graph::RecordNumber> records = {}) {
    return LoadAll(reader, viewer, exhibits, bounds, too_large, records, Of());
  }
  static absl::StatusOr<std::unique_ptr<ComponentEvidence>> LoadAll(
      graph::GraphReader& reader, const Viewer& viewer,
      absl::Span<const graph::ExhibitNumber> exhibits, const EvidenceBounds& bounds,
      const absl::flat_hash_set<graph::ExhibitNumber>& too_large,
      absl::Span<const graph::RecordNumber> records, const Of& of);

  // The parts of it that nothing joins, in the order of their first members: each what Load loads
  // of any of its members. Of what was loaded of exhibits that are apart, and is not too large.
  std::vector<std::unique_ptr<ComponentEvidence>> Apart() const;

  bool is_too_large() const { return is_too_large_; }

  // What the viewer may know at `revision`.
  ResolvedView At(graph::Revision revision) const { return As({}, revision, nullptr, false); }

  // The part of it that the viewer could know then already: without versions whose own label hid
  // them from it. So a record that is opened comes into it at the revision that opened it.
  ResolvedView AsShownAt(graph::Revision revision) const { return As({}, revision, nullptr, true); }

  // What that would be if all of `suppositions` were so. `changed` gets, for each, how many
  // statements it changes.
  ResolvedView Supposing(absl::Span<const linkage::Supposition> suppositions,
                         graph::Revision revision, std::vector<std::uint32_t>& changed) const {
    return As(suppositions, revision, &changed, false);
  }

  // Revisions up to `revision` at which something of it changed, in rising order.
  std::vector<graph::Revision> ChangesUpTo(graph::Revision revision) const;

  // The last revision up to `revision` at which the exhibit, a member, stood in a version of its
  // record; none when it never did.
  std::optional<graph::Revision> LastStood(graph::ExhibitNumber exhibit,
                                           graph::Revision revision) const;

  // The exhibit as which `exhibit` is known at `revision`, when its record's agency has moved the
  // record to another id; none when no record says so.
  std::optional<graph::ExhibitNumber> PresentOf(graph::ExhibitNumber exhibit,
                                                graph::Revision revision) const;

  // What at `revision` changed what is known of `exhibits`, which are members.
  struct Causes {
    // Public ids of the records that the viewer may see, in order of arrival: those of the exhibits
    // and of `event_records` of which a version came, and those that began or ceased to assert a
    // statement about one of the exhibits.
    std::vector<std::uint64_t> records;
    // Whether a rule's finding between two of them came or went though neither of their records
    // changed: the frequency guard did that, and nothing else can.
    bool has_guard = false;
  };
  Causes CausesAt(graph::Revision revision,
                  const absl::flat_hash_set<graph::ExhibitNumber>& exhibits,
                  const absl::flat_hash_set<graph::RecordNumber>& event_records) const;

  // What of it changed after the revision `after` and up to `upto`.
  struct Changes {
    struct Link {
      graph::ExhibitNumber newer = 0;
      graph::ExhibitNumber older = 0;
      graph::RecordNumber record = 0;  // that states it, and the viewer may see; 0: a rule does
      linkage::Basis basis = linkage::Basis::kUnspecified;
      bool is_by_guard = false;  // as Causes::has_guard
    };
    absl::flat_hash_set<graph::RecordNumber> records;  // of which a version came
    // Statements that began or ceased to hold because of a record of which a version came, or of
    // the guard. `adoptions`: revisions at which rules came into force, which explain what the
    // guard would be blamed for.
    std::vector<Link> links;
  };
  Changes ChangesBetween(graph::Revision after, graph::Revision upto,
                         const absl::flat_hash_set<graph::Revision>& adoptions) const;

  // The record that asserts a statement of the component, where the viewer may see it; else null.
  const VisibleRecord* AssertingRecord(graph::RecordNumber record) const;

  // Statements between members that the viewer may see, at whatever revision.
  const std::vector<LoadedStatement>& statements() const { return statements_; }

  // Connected by what the viewer may see, at whatever revision; in rising order.
  const std::vector<graph::ExhibitNumber>& members() const { return members_; }

 private:
  ResolvedView As(absl::Span<const linkage::Supposition> suppositions, graph::Revision revision,
                  std::vector<std::uint32_t>* changed, bool as_shown) const;
  absl::Status LoadVersions(graph::GraphReader& reader, const VisibleComponent& component,
                            const Of& of);
  // Drops the records that no crime reference and no former id relates to one of `own` when only
  // what the viewer may see relates: otherwise history would tell what a hidden record connects.
  void DropUnrelated(const std::set<graph::RecordNumber>& own);
  // The same before their versions are loaded, for more than may be.
  absl::Status DropUnrelatedUnread(graph::GraphReader& reader, const VisibleComponent& component,
                                   const std::set<graph::RecordNumber>& own);
  // Of the records of `whole`, those of the members and what relates to them.
  void TakeRecordsOf(const ComponentEvidence& whole);
  std::vector<bool> OwnOf(const std::set<graph::RecordNumber>& own) const;
  void Keep(const std::vector<bool>& is_kept);

  Viewer viewer_;
  std::vector<graph::ExhibitNumber> members_;
  std::vector<LoadedRecord> records_;        // in rising order of number
  std::vector<LoadedStatement> statements_;  // between members
  // Visible records that assert them.
  absl::flat_hash_map<graph::RecordNumber, VisibleRecord> asserting_;
  bool is_too_large_ = false;
};

// The canonical records of `versions`, in their order: those that are kept with the evidence, the
// others read again. Errors: those of the store; DATA_LOSS.
absl::StatusOr<std::vector<std::shared_ptr<const record::v1::Record>>> CanonicalRecords(
    const graph::GraphReader& reader, absl::Span<const LoadedVersion* const> versions);

}  // namespace serieslink::view

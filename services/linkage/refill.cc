#include "services/linkage/refill.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "google/protobuf/arena.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "services/ingest/core/adapter.h"
#include "services/linkage/read_ahead.h"
#include "services/view/canonical.h"
#include "storage/base/status_macros.h"
#include "storage/graph/log.h"

namespace serieslink::linkage {
namespace {

// Rows that are read at once.
constexpr std::size_t kPageRows = 4096;

DerivedChanges::NodeKind FromStored(graph::NodeType kind) {
  return kind == graph::NodeType::kExhibit ? DerivedChanges::NodeKind::kExhibit
                                           : DerivedChanges::NodeKind::kRecord;
}

// The log entry of the version of a record that stands; 0 when none does.
graph::SequenceNumber StandingSequence(const stored::v1::RecordState& state) {
  for (const stored::v1::RecordVersion& version : state.versions()) {
    if (version.to_revision() == 0) return version.sequence();
  }
  return 0;
}

bool AssertsStatements(const stored::v1::RecordState& state) {
  return state.assertion_count() > 0 && StandingSequence(state) != 0;
}

// Whether it can be an enquiry: what its message is says so.
bool MayBeEnquiry(const stored::v1::RecordState& state) {
  return state.source_system() == ingest::kLeadFileSystem &&
         state.source_id().starts_with(ingest::EnquiryFileId("")) && StandingSequence(state) != 0;
}

// Records that are made ready together before the first of them is put in, so that what each looks
// up can be fetched while others are put in.
constexpr std::size_t kFetchAhead = 8;

// Reads everything, page by page, and hands on what is to be done with each.
class Pages {
 public:
  // Must outlive what was handed on.
  Pages(graph::GraphReader& reader, const stored::v1::DeriverPosition& position,
        const std::atomic<bool>& stopping, Derivation& derivation)
      : reader_(reader), position_(position), stopping_(stopping), derivation_(derivation) {}

  absl::Status ReadAll(const ReadAhead::Hand& hand) {
    hand_ = hand;
    SL_RETURN_IF_ERROR(ReadRecords());
    for (const auto type : {graph::NodeType::kExhibit, graph::NodeType::kRecord}) {
      SL_RETURN_IF_ERROR(ReadComponents(type));
      SL_RETURN_IF_ERROR(ReadMemberships(type));
    }
    SL_RETURN_IF_ERROR(Hand([this] {
      derivation_.RestoreLastComponents(position_.last_exhibit_component(),
                                        position_.last_record_component());
      return absl::OkStatus();
    }));
    SL_RETURN_IF_ERROR(ReadStatements());
    SL_RETURN_IF_ERROR(ReadQueue(graph::EdgeType::kLead));
    SL_RETURN_IF_ERROR(ReadQueue(graph::EdgeType::kReexamination));
    return ReadWeaponStates();
  }

 private:
  // Records, and what those that assert statements say in the log.
  struct Records {
    google::protobuf::Arena arena;
    std::vector<std::pair<graph::RecordNumber, const stored::v1::RecordState*>> states;
    std::vector<std::shared_ptr<const record::v1::Record>> asserting;  // in the order of `states`
    std::vector<feed::v1::FeedMessage> enquiries;      // likewise, those that may be
    std::vector<Derivation::PreparedRecord> prepared;  // of `states`, once they are
  };

  absl::Status Hand(ReadAhead::UsePage use, std::function<void()> prepare = nullptr) {
    if (!stopping_.load() && hand_({.prepare = std::move(prepare), .use = std::move(use)})) {
      return absl::OkStatus();
    }
    return absl::CancelledError("nothing more is to be refilled");
  }

  absl::Status ReadRecords() {
    const graph::LogReader log(&reader_.snapshot());
    for (graph::RecordNumber after = 0;;) {
      auto page = std::make_shared<Records>();
      SL_ASSIGN_OR_RETURN(page->states, reader_.ScanRecords(after, kPageRows, &page->arena));
      if (page->states.empty()) return absl::OkStatus();
      after = page->states.back().first;
      // What the records assert is in the log: read for all of them at once.
      std::vector<graph::SequenceNumber> sequences;
      for (const auto& [number, state] : page->states) {
        if (AssertsStatements(*state)) sequences.push_back(StandingSequence(*state));
      }
      SL_ASSIGN_OR_RETURN(const auto entries, log.Entries(sequences));
      for (const stored::v1::LogEntry& entry : entries) {
        SL_ASSIGN_OR_RETURN(page->asserting.emplace_back(), view::CanonicalOf(entry));
      }
      sequences.clear();
      for (const auto& [number, state] : page->states) {
        if (MayBeEnquiry(*state)) sequences.push_back(StandingSequence(*state));
      }
      SL_ASSIGN_OR_RETURN(const auto asked, log.Entries(sequences));
      for (const stored::v1::LogEntry& entry : asked) {
        if (!page->enquiries.emplace_back().ParseFromString(entry.feed_message())) {
          return absl::DataLossError("a message in the log is malformed");
        }
      }
      SL_RETURN_IF_ERROR(
          Hand([this, page] { return Restore(*page); }, [this, page] { Prepare(*page); }));
    }
  }

  void Prepare(Records& page) const {
    auto asserting = page.asserting.begin();
    page.prepared.reserve(page.states.size());
    for (const auto& [number, state] : page.states) {
      const record::v1::Record* const record =
          AssertsStatements(*state) ? (asserting++)->get() : nullptr;
      page.prepared.push_back(derivation_.PrepareRecord(number, *state, record));
    }
  }

  absl::Status Restore(Records& page) {
    for (std::size_t i = 0; i < page.states.size(); ++i) {
      if (i + kFetchAhead < page.prepared.size()) {
        derivation_.FetchAhead(page.prepared[i + kFetchAhead]);
      }
      SL_RETURN_IF_ERROR(derivation_.RestoreRecord(std::move(page.prepared[i])));
    }
    auto enquiry = page.enquiries.begin();
    for (const auto& [number, state] : page.states) {
      if (!MayBeEnquiry(*state)) continue;
      if (enquiry->has_enquiry()) {
        derivation_.RestoreEnquiry(number, state->agency(), enquiry->enquiry());
      }
      ++enquiry;
    }
    return absl::OkStatus();
  }

  absl::Status ReadComponents(graph::NodeType type) {
    for (std::uint64_t after = 0;;) {
      SL_ASSIGN_OR_RETURN(auto nodes, reader_.ScanComponents(type, after, kPageRows));
      if (nodes.empty()) return absl::OkStatus();
      after = nodes.back().first;
      SL_RETURN_IF_ERROR(Hand([this, type, nodes = std::move(nodes)]() -> absl::Status {
        for (const auto& [node, component] : nodes) {
          SL_RETURN_IF_ERROR(derivation_.RestoreComponent(FromStored(type), node, component));
        }
        return absl::OkStatus();
      }));
    }
  }

  absl::Status ReadMemberships(graph::NodeType type) {
    for (std::uint64_t after = 0;;) {
      SL_ASSIGN_OR_RETURN(auto memberships, reader_.ScanMemberships(type, after, kPageRows));
      if (memberships.empty()) return absl::OkStatus();
      after = memberships.back().node;
      SL_RETURN_IF_ERROR(Hand([this, type, memberships = std::move(memberships)]() -> absl::Status {
        for (const graph::MembershipInterval& membership : memberships) {
          if (!membership.interval.Contains(position_.revision())) continue;
          SL_RETURN_IF_ERROR(derivation_.RestoreMembership(
              FromStored(type), membership.node, membership.interval.from, membership.root));
        }
        return absl::OkStatus();
      }));
    }
  }

  // Statements of a step that was not finished lie beyond the deriver's position.
  bool Stands(const stored::v1::Statement& statement) const {
    return graph::RevisionInterval{statement.from_revision(),
                                   graph::FromStoredEnd(statement.to_revision())}
        .Contains(position_.revision());
  }

  absl::Status ReadStatements() {
    for (std::optional<graph::StatementKey> after;;) {
      SL_ASSIGN_OR_RETURN(auto statements, reader_.ScanStatements(after, kPageRows));
      if (statements.empty()) return absl::OkStatus();
      const stored::v1::Statement& last = statements.back();
      after = graph::StatementKey{.newer = last.newer_exhibit(),
                                  .older = last.older_exhibit(),
                                  .channel = static_cast<std::uint8_t>(last.channel()),
                                  .statement = last.public_id(),
                                  .from = last.from_revision()};
      // Shared, for a function that is handed on may be copied.
      const auto page =
          std::make_shared<const std::vector<stored::v1::Statement>>(std::move(statements));
      SL_RETURN_IF_ERROR(Hand([this, page]() -> absl::Status {
        for (const stored::v1::Statement& statement : *page) {
          if (Stands(statement)) SL_RETURN_IF_ERROR(derivation_.RestoreStatement(statement));
        }
        return absl::OkStatus();
      }));
    }
  }

  absl::Status ReadQueue(graph::EdgeType type) {
    SL_ASSIGN_OR_RETURN(const graph::EdgeReader edges, reader_.Edges());
    for (std::optional<graph::RankedEdge> after;;) {
      SL_ASSIGN_OR_RETURN(auto page, edges.ScanRanked(type, after ? &*after : nullptr, kPageRows));
      if (page.empty()) return absl::OkStatus();
      after = page.back();
      SL_RETURN_IF_ERROR(Hand([this, type, page = std::move(page)]() -> absl::Status {
        for (const graph::RankedEdge& edge : page) {
          SL_RETURN_IF_ERROR(derivation_.RestoreQueued(type, edge));
        }
        return absl::OkStatus();
      }));
    }
  }

  absl::Status ReadWeaponStates() {
    for (graph::ExhibitNumber after = 0;;) {
      SL_ASSIGN_OR_RETURN(auto weapons, reader_.ScanWeaponStates(after, kPageRows));
      if (weapons.empty()) return absl::OkStatus();
      after = weapons.back().root;
      SL_RETURN_IF_ERROR(Hand([this, weapons = std::move(weapons)]() -> absl::Status {
        for (const graph::WeaponStateInterval& weapon : weapons) {
          if (!weapon.interval.Contains(position_.revision())) continue;
          SL_RETURN_IF_ERROR(
              derivation_.RestoreWeapon(weapon.root, weapon.interval.from, weapon.state));
        }
        return absl::OkStatus();
      }));
    }
  }

  graph::GraphReader& reader_;
  const stored::v1::DeriverPosition position_;  // up to which everything is derived
  const std::atomic<bool>& stopping_;
  Derivation& derivation_;
  ReadAhead::Hand hand_;
};

}  // namespace

absl::Status Refill(graph::GraphReader& reader, const std::atomic<bool>& stopping,
                    Derivation& derivation) {
  SL_ASSIGN_OR_RETURN(const stored::v1::DeriverPosition position, reader.Position());
  Pages pages(reader, position, stopping, derivation);
  return ReadAhead::Run([&](const ReadAhead::Hand& hand) { return pages.ReadAll(hand); });
}

}  // namespace serieslink::linkage

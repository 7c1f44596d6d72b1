#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/derived.pb.h"
#include "services/linkage/blocks.h"
#include "services/linkage/confirmation_policy.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/derived_changes.h"
#include "services/linkage/enquiry_index.h"
#include "services/linkage/evidence.h"
#include "services/view/canonical.h"
#include "services/view/extract.h"
#include "services/view/firearm_terms.h"
#include "services/view/loss_terms.h"
#include "storage/graph/edges.h"
#include "storage/graph/log.h"

namespace serieslink::linkage {

// Keeps the base view up to date: revision after revision, what the log says becomes exhibits,
// statements, events and weapons. After each revision, memberships equal what core/ makes from
// scratch of everything that stands, whatever the order of arrival. Holds about 300 bytes a record.
// Thread-compatible; does no input or output but through `load_records` and `load_standing`.
class Derivation {
 public:
  // Reads the states of records that were derived before, in their order, from the store.
  using LoadRecords = std::function<absl::StatusOr<std::vector<stored::v1::RecordState>>(
      absl::Span<const std::uint64_t> record_numbers)>;

  // Reads what the versions of such records say that stand, likewise.
  using LoadStanding = std::function<absl::StatusOr<std::vector<view::ReadEntry>>(
      absl::Span<const std::uint64_t> record_numbers)>;

  Derivation(RuleSet rules, ConfirmationPolicy policy, const graph::IdKey* ids,
             LoadRecords load_records, LoadStanding load_standing);
  Derivation(const Derivation&) = delete;
  Derivation& operator=(const Derivation&) = delete;

  // What of a record is put back: all that can be worked out without what else is here.
  struct PreparedRecord {
    struct Exhibit {
      std::uint64_t public_id = 0;
      bool is_active = false;
      ExhibitFacts facts;
      BlockPlaces places;  // of an active one
    };
    std::uint64_t number = 0;
    std::uint64_t public_id = 0;
    std::uint64_t source_hash = 0;
    std::uint32_t seriousness_log2 = 0;
    graph::SequenceNumber standing = 0;  // log entry of the version that stands; 0: none does
    std::optional<RecordEventFacts> event;
    std::vector<Exhibit> exhibits;  // by ordinal
    std::vector<view::AssertedStatement> assertions;
  };
  // `asserting`: the canonical form of the standing version, where it asserts statements. May be
  // called on any thread while no Apply is under way.
  PreparedRecord PrepareRecord(std::uint64_t number, const stored::v1::RecordState& state,
                               const record::v1::Record* asserting) const;
  // Has the processor fetch what RestoreRecord will look up.
  void FetchAhead(const PreparedRecord& record) const;

  // Refilling, in this order, before the first Apply: every record with its number in rising order;
  // components; open statements; standing memberships and weapon states. Errors: DATA_LOSS (a row
  // names what is not there).
  absl::Status RestoreRecord(PreparedRecord record);
  absl::Status RestoreComponent(DerivedChanges::NodeKind kind, std::uint64_t node,
                                std::uint64_t component);
  void RestoreLastComponents(std::uint64_t exhibits, std::uint64_t records);
  absl::Status RestoreStatement(const stored::v1::Statement& statement);
  absl::Status RestoreMembership(DerivedChanges::NodeKind kind, std::uint64_t node,
                                 std::uint64_t from, std::uint64_t root);
  absl::Status RestoreWeapon(std::uint64_t root, std::uint64_t from,
                             const stored::v1::WeaponState& state);
  // Entries of the queues of leads and of reexaminations, in any order, before or after the others.
  absl::Status RestoreQueued(graph::EdgeType type, const graph::RankedEdge& edge);
  // What stands of the enquiry whose record is number `record_number`, in any order.
  void RestoreEnquiry(std::uint64_t record_number, const std::string& agency,
                      const feed::v1::EnquiryFile& file);

  // Applies one commit of the log, whose items all have their canonical records (withdrawals have
  // none), and adds what changes to `changes`. Errors: those of load_records. After an error the
  // derivation must be made anew.
  absl::Status Apply(const graph::LogBatch& batch, DerivedChanges& changes);

  // Takes the statements of changes that are not whole yet, and leaves none. Nothing that it takes
  // is changed again within its revision. An error ends Apply with it.
  using TakeStatements = std::function<absl::Status(DerivedChanges& changes)>;
  // Has `take` called while rules are adopted, wherever the changes hold `statements_max`
  // statements: an adoption can change as many as there are, and they need not all be held.
  void HandOnStatements(std::size_t statements_max, TakeStatements take) {
    statements_held_max_ = statements_max;
    take_statements_ = std::move(take);
  }

  std::uint64_t last_exhibit_component() const { return exhibit_components_.last(); }
  std::uint64_t last_record_component() const { return record_components_.last(); }

 private:
  using NodeKind = DerivedChanges::NodeKind;

  // A statement as a record asserts it, with the ends by id, whether or not they are here.
  struct Assertion {
    view::AssertedStatement asserted;
    RecordIndex by = kNone;
    // The statements between the ends that are here: one, but where an end is known under several
    // ids of its record.
    absl::InlinedVector<StatementIndex, 1> attached;
    bool standing = false;
  };
  // An exhibit whose record says that it had another id before, under what that names it.
  struct Follower {
    std::uint64_t public_id = 0;    // of the exhibit under the former id
    std::uint64_t source_hash = 0;  // of the former id of the record
    ExhibitIndex exhibit = kNone;

    friend auto operator<=>(const Follower&, const Follower&) = default;
  };
  using Ordinals = absl::InlinedVector<std::uint32_t, 8>;
  // Exhibits of a record up to which they are gone through one by one.
  static constexpr int kScannedMax = 64;

  // Brings the states of the records that `batch` changes to changes_, where they are not yet.
  absl::Status LoadStates(const graph::LogBatch& batch);
  // Has the processor fetch what ApplyItem will look up.
  void FetchAhead(const stored::v1::LogEntry& entry) const;
  absl::Status ApplyItem(graph::SequenceNumber sequence, const graph::LogItem& item);
  // Errors: DATA_LOSS (the number is not the next one).
  absl::StatusOr<RecordIndex> FindOrAddRecord(std::uint64_t record_number, std::uint64_t public_id);
  // What a stored row names. Errors: DATA_LOSS (there is none of that number).
  absl::StatusOr<RecordIndex> RecordOf(std::uint64_t record_number) const;
  absl::StatusOr<ExhibitIndex> ExhibitOf(std::uint64_t exhibit_number) const;
  ExhibitIndex FindOrAddExhibit(RecordIndex record, const std::string& reference,
                                stored::v1::RecordState& state);
  void SetExhibit(ExhibitIndex exhibit, std::optional<ExhibitFacts> facts);
  void SetEvent(RecordIndex record, const std::optional<RecordEventFacts>& event);
  // What a record says of others, and who of those that say it is trusted; nothing where it is
  // null.
  std::vector<view::AssertedStatement> AssertionsOf(const record::v1::Record* asserting) const;
  void SetAssertions(RecordIndex record, std::vector<view::AssertedStatement> all);
  void SetOnlyExhibit(RecordIndex record, absl::Span<const std::uint32_t> standing);
  // Ordinals of the exhibits that the standing version of `record`, whose `state` this is, has:
  // ascending.
  Ordinals StandingOrdinals(RecordIndex record, const stored::v1::RecordState& state) const;

  // From this revision on, and for all that comes with it, `rules` make the findings by rule: those
  // that they do not make are closed, those that they make are opened. O(exhibits with numbers x
  // guard). `is_alone`: nothing else is in the commit. Errors: those of take_statements_.
  absl::Status AdoptRules(RuleSet rules, bool is_alone);
  // Where the name of rules is among rule_names_; it is added when it is not.
  std::uint32_t PlaceOfRules(const std::string& name);
  // Returns how many are in the block then.
  std::size_t AddToBlock(const BlockPlace& place, ExhibitIndex exhibit);
  // `facts`: of `exhibit`.
  void AddToBlocks(ExhibitIndex exhibit, const ExhibitFacts& facts);
  void RemoveFromBlocks(ExhibitIndex exhibit);
  // What the key of a block held together before its guard tripped falls apart, once. Nobody has a
  // finding then who had none.
  void ReviewFindings(std::uint64_t block_key);
  // Makes the rule's statement about a pair what it should be now.
  void UpdateRuleStatement(ExhibitIndex a, ExhibitIndex b);
  bool IsGuarded(std::uint64_t block_key) const;

  // Makes the statements of an assertion what they should be now: between the exhibits that its
  // ends name.
  void Attach(std::uint32_t assertion);
  // The pairs of exhibits, newer first, that `asserted` is about.
  using Pairs = absl::InlinedVector<std::pair<ExhibitIndex, ExhibitIndex>, 1>;
  Pairs PairsOf(const view::AssertedStatement& asserted) const;
  // The exhibit that has the name itself.
  ExhibitIndex FindEnd(const view::AssertedEnd& end) const;
  // Whether its record has no other; of a record that is withdrawn, whether it never had one.
  bool IsOnlyExhibit(ExhibitIndex exhibit) const;
  // Those that the name is a former one of. None where several records claim it, of which none
  // claims all the others.
  FewIndexes FollowersOf(const view::AssertedEnd& end) const;
  // Attaches anew what names the exhibit of this former id, after a record began or ceased to claim
  // it.
  void ReattachFollowed(std::uint64_t public_id);
  // `record` tells of an event, and names former ids.
  void JoinFormerRecords(RecordIndex record, const record::v1::Record& names);
  // The same of records that it says have items of its own.
  void JoinRecordsOfItems(RecordIndex record, const record::v1::Record& names);
  void ReattachUsers(std::uint64_t public_id);

  // `sequence`: the log entry that is the standing version, which tells of `event`.
  void KeepLoss(RecordIndex record, const std::optional<RecordEventFacts>& event,
                graph::SequenceNumber sequence);
  // Notes for the index of losses that a statement is about the exhibit, where it is reported lost.
  void NoteMoreOfLoss(ExhibitIndex exhibit);
  // The log entry that reports the exhibit lost, where one that stands does.
  std::optional<graph::SequenceNumber> LossOf(const ExhibitNode& node) const;
  // What `component` tells of each of its reports of a loss, as parts of the index of losses: the
  // same of all but for the dates. Calls `tell(exhibit, sequence, parts)` for each.
  template <typename Tell>
  void TellOfLosses(std::uint64_t component, const Tell& tell) const;
  struct ReportsTogether {
    bool can_differ = false;    // some can contradict others
    bool has_doubtful = false;  // one is found by kDoubt, whatever the others say
  };
  // `lost`, reports of one component, by what can be reports of one loss (view::CanBeOneLoss) and
  // of one event: reports of two of these are never of one case, whoever asks.
  std::vector<std::vector<ExhibitIndex>> LossesApart(absl::Span<const ExhibitIndex> lost) const;
  // What several reports that can be of one loss say together; adds parts that all of them are
  // found by.
  ReportsTogether CompareReports(absl::Span<const ExhibitIndex> reports,
                                 std::vector<std::string>& parts) const;
  // What can be said of the notice of cases that some of these reports make.
  std::set<int> NoticeVerdictsOf(absl::Span<const ExhibitIndex> reports) const;
  // The record is one with another under a former id.
  void NoteRenamed(RecordIndex record);
  // Notes for the index of losses what of that is new.
  void NoteLosses(std::uint64_t component);
  absl::Status NoteLossesTouched();
  // What the standing version of a record, which `source` reports, says beside what is compared.
  void KeepTold(RecordIndex record, const record::v1::Record& told,
                stolen::v1::ReportSource source);
  // The same for whoever is told of from it, where that may be something new.
  void SetTold(RecordIndex record, const record::v1::Record* told, stolen::v1::ReportSource source);
  // Reads it of the records that TellOfLosses asks for each of `components`, where it was not yet.
  absl::Status ReadTold(absl::Span<const std::uint64_t> components);
  EventKind KindOf(RecordIndex record) const;  // of its event, as far as it has one
  bool IsUseOrDisposal(RecordIndex record) const;
  // The other records whose events can be that of `record`, which can be among them; null: too
  // many.
  const FewIndexes* AlikeOf(RecordIndex record) const;
  // Of records that came into a component: what is told of them, and of those who were there.
  void NoteJoined(absl::Span<const Components::Move> moves);
  // What is kept of nodes, as the core takes it, and the reverse.
  ExhibitFacts FactsOf(ExhibitIndex exhibit) const;
  void KeepFacts(ExhibitIndex exhibit, ExhibitFacts facts);
  RecordEventFacts EventFactsOf(RecordIndex record) const;
  void KeepEvent(RecordIndex record, const std::optional<RecordEventFacts>& event);
  Statement StatementOf(const StatementNode& node) const;
  // `rules`: of a statement by rule, the place of the name of the rules that made it.
  StatementIndex KeepStatement(const Statement& statement, ExhibitIndex a, ExhibitIndex b,
                               bool by_rule, std::uint32_t rules, std::uint64_t from_revision);
  EventRelations& RelationsOf(RecordIndex record);  // made where it has none
  std::uint64_t ComponentOf(RecordIndex record) const;

  StatementIndex OpenStatement(const Statement& statement, ExhibitIndex a, ExhibitIndex b,
                               bool by_rule);
  void CloseStatement(StatementIndex index);
  void JoinExhibits(ExhibitIndex a, ExhibitIndex b);
  void JoinRecords(RecordIndex a, RecordIndex b);

  void TouchExhibit(ExhibitIndex exhibit);
  // For a statement about two exhibits, which says something of weapons only within one component:
  // a lead to somewhere else leaves both as they are. Whether it is one component is seen when the
  // whole revision is applied, so that what is touched does not depend on the order within it.
  void TouchConnected(ExhibitIndex a, ExhibitIndex b) { stated_pairs_.emplace_back(a, b); }
  void TouchRecord(RecordIndex record);
  // Resolves what the revision touched.
  void ResolveEventsTouched();
  void ResolveWeaponsTouched();
  void SetEventRoot(RecordIndex record, std::uint64_t root);
  void SetWeaponRoot(ExhibitIndex exhibit, ExhibitIndex root);
  void SetWeapon(ExhibitIndex root, std::uint32_t exhibits, std::uint32_t incidents);
  std::uint64_t EventOf(ExhibitIndex exhibit) const;

  // News: where weapons that matter may have changed, for whoever sees only some of them too.
  void NoteNews();
  // A version came after another one, of which `ordinals` stood or stand: what it says beside what
  // is compared (how a gun was disposed of, where exactly something happened, that a loss was
  // cancelled) can make a contradiction or end it.
  void NoteVersion(RecordIndex record, const Ordinals& ordinals);
  void NoteRelated(absl::Span<const RecordIndex> records);
  struct Matter {
    bool is_any = false;   // somebody may wait to hear of the component
    bool is_lost = false;  // a loss is reported in it, or can have been before this revision
  };
  Matter MatterOf(std::uint64_t component) const;
  void NoteLeadNews(ExhibitIndex newer, ExhibitIndex older);
  // Of those, the ones by which a gun that was lost may have been used or have come into hand; and
  // of the components of `lost`, which this revision can have made those of a lost gun, such leads
  // as were known before.
  void NoteLeadsOfLosses(absl::Span<const ExhibitIndex> lost);
  // Pairs, newer and older, that are leads with one end in the component of `exhibit`; none where
  // that has more exhibits than are looked at.
  std::vector<std::pair<ExhibitIndex, ExhibitIndex>> LeadsAround(ExhibitIndex exhibit) const;

  // Enquiries. Those that a revision brings ask about what comes after it, whatever their order.
  struct NewEnquiry {
    std::uint64_t record = 0;
    std::string agency;
    feed::v1::FeedMessage message;
  };
  // Errors: DATA_LOSS (the message is malformed).
  absl::Status NoteEnquiry(std::uint64_t record_number, const stored::v1::LogEntry& entry);
  // `visibility`: of the record's version that came.
  void NoteQueriesFor(std::uint64_t exhibit_number, const view::FirearmTerms& terms,
                      int visibility);
  void SetEnquiries();
  // Where an action of a meeting is found. Errors: DATA_LOSS (the message is malformed).
  absl::Status NoteMeetingAction(std::uint64_t record_number, const stored::v1::LogEntry& entry);

  // Queues: which pairs are leads or to be looked at again.
  void TouchPair(ExhibitIndex a, ExhibitIndex b) { touched_pairs_.emplace_back(a, b); }
  void TouchPairBy(const StatementNode& node);
  void TouchPairsOf(ExhibitIndex exhibit, bool is_changed);
  void SetSeriousness(RecordIndex record, std::uint32_t seriousness_log2);
  void QueuePairsTouched();
  void QueueLead(ExhibitIndex newer, ExhibitIndex older, absl::Span<const Statement> statements);
  void QueueReexamination(ExhibitIndex newer, ExhibitIndex older,
                          absl::Span<const Statement> statements,
                          std::uint64_t oldest_word_revision);
  bool IsReplaced(ExhibitIndex exhibit) const;

  void WriteStatement(const StatementNode& node, std::uint64_t to_revision);

  RuleSet rules_;  // in force
  // Names of all rules that made findings: as many as there were generations, at most.
  std::vector<std::string> rule_names_;
  std::uint32_t rules_place_ = 0;  // of the name of those in force
  const ConfirmationPolicy policy_;
  const graph::IdKey* const ids_;
  const LoadRecords load_records_;
  const LoadStanding load_standing_;
  std::size_t statements_held_max_ = 0;
  TakeStatements take_statements_;  // null: all are held

  // They grow and never move: a vector would copy everything each time it doubles.
  std::deque<RecordNode> records_;  // by number - 1
  std::deque<ExhibitNode> exhibits_;
  std::deque<StatementNode> statements_;
  std::vector<StatementIndex> free_statements_;
  std::deque<Statement> stated_;  // by records
  std::vector<std::uint32_t> free_stated_;
  std::deque<Assertion> assertions_;
  std::vector<std::uint32_t> free_assertions_;
  Shared<Description> descriptions_;
  Shared<Scene> scenes_;
  std::deque<EventRelations> relations_;
  // Of exhibits with several: all but the first.
  absl::flat_hash_map<ExhibitIndex, absl::InlinedVector<SerialFact, 1>> more_serials_;
  absl::flat_hash_map<ExhibitIndex, std::shared_ptr<const CustodyAccount>> custody_;
  IndexById<ExhibitNode> exhibit_by_id_{&exhibits_};
  IndexById<RecordNode> record_by_id_{&records_};
  Blocks blocks_;                                                        // active exhibits
  absl::flat_hash_map<std::uint64_t, FewIndexes> records_by_reference_;  // with an event
  absl::flat_hash_map<std::uint64_t, FewIndexes> assertions_by_end_;
  absl::btree_set<Follower> followers_;
  // Records with an event by the former ids that they name, each as SourceHash.
  absl::btree_set<std::pair<std::uint64_t, RecordIndex>> claimants_;
  // Likewise by the records that they say have items of their own.
  absl::btree_set<std::pair<std::uint64_t, RecordIndex>> item_namers_;
  // What was noted since this was filled of exhibits that are reported lost and joined with others:
  // by which log entry, and under which parts. All of what their component tells now. Of others it
  // is noted again: an index has an entry once, however often it is put there.
  struct NotedLoss {
    graph::SequenceNumber sequence = 0;
    std::vector<std::string> parts;  // in rising order
  };
  absl::flat_hash_map<ExhibitIndex, NotedLoss> noted_losses_;
  // Exhibits for whose components that is to be looked at in this revision, whatever else it
  // touches.
  std::vector<ExhibitIndex> to_note_;
  // Components for which it is, in rising order.
  std::vector<std::uint64_t> components_to_note_;
  // The standing version of a record that reports a loss.
  struct StandingLoss {
    graph::SequenceNumber sequence = 0;
    view::LossTold told;
    std::uint32_t words = 0;  // among the shared ones
  };
  absl::flat_hash_map<RecordIndex, StandingLoss> standing_losses_;
  Shared<std::string> loss_words_;                          // as view::JoinedWords
  absl::flat_hash_map<ExhibitIndex, WeaponNode> weapons_;   // by the first exhibit
  using PairKey = std::pair<std::uint64_t, std::uint64_t>;  // numbers of the newer and the older
  absl::flat_hash_map<PairKey, LeadNode> leads_;
  absl::flat_hash_map<PairKey, ReexaminationNode> reexaminations_;
  Components exhibit_components_;
  Components record_components_;
  EnquiryIndex enquiries_;

  // Of the revision that is being applied.
  std::uint64_t revision_ = 0;
  std::int64_t commit_time_us_ = 0;
  // StandingOrdinals of records that named many exhibits, once they are known: a record that names
  // others in each of many versions costs what its versions do, and not their square.
  absl::flat_hash_map<RecordIndex, Ordinals> standing_of_large_;
  DerivedChanges* changes_ = nullptr;
  view::TermCache terms_;
  std::vector<ExhibitIndex> touched_exhibits_;
  std::vector<RecordIndex> touched_records_;
  std::vector<std::pair<ExhibitIndex, ExhibitIndex>> stated_pairs_;  // see TouchConnected
  RecordIndex first_new_record_ = 0;
  // Exhibits of records that are related to touched ones: a viewer may learn something of their
  // events though the base view does not. Likewise those of NoteVersion.
  std::vector<ExhibitIndex> related_exhibits_;
  std::vector<RecordIndex> versioned_records_;  // with an event, see NoteVersion
  std::vector<std::pair<ExhibitIndex, ExhibitIndex>>
      new_leads_;                        // of the revision, newer and older
  std::vector<std::uint64_t> seizures_;  // numbers of records of border seizures with a version
  std::vector<NewEnquiry> new_enquiries_;
  // Numbers of a standing query's record and of an exhibit that satisfies it.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> query_matches_;
  std::vector<std::pair<ExhibitIndex, ExhibitIndex>> touched_pairs_;
};

}  // namespace serieslink::linkage

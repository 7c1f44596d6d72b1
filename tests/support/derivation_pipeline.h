#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "serieslink/feed/v1/feed.pb.h"
#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "services/ingest/committer.h"
#include "services/linkage/confirmation_policy.h"
#include "services/linkage/core/rules.h"
#include "services/linkage/deriver.h"
#include "services/view/revision_gate.h"
#include "storage/graph/graph_reader.h"
#include "storage/graph/log.h"
#include "storage/graph/public_id.h"
#include "storage/memory/memory_store.h"

namespace serieslink {

// A message and the agency that sends it.
struct SentMessage {
  std::string agency;
  feed::v1::FeedMessage message;
};

// Everything between a message's arrival and what is derived from it, on an in-memory store and
// without a network. Ends the test when something that cannot fail fails. Not thread-safe.
class DerivationPipeline {
 public:
  // Weapons by their exhibits ("source id#reference"), with their counts of incidents.
  using Weapons = std::map<std::set<std::string>, std::uint32_t>;

  explicit DerivationPipeline(const linkage::RuleSet& rules = linkage::RuleSet::Serving(),
                              const linkage::ConfirmationPolicy& policy = {});
  ~DerivationPipeline();

  // What is pushed from now on is committed and not derived, until a restart.
  void StopDeriver();
  // A deriver that refills from the store, and a committer that knows only what the log says.
  void Restart();
  // The same under another policy.
  void Restart(const linkage::ConfirmationPolicy& policy);

  // Pushes, all in one commit where they fit.
  std::vector<ingest::v1::Acknowledgement> Push(const std::vector<SentMessage>& messages);
  void Withdraw(const std::string& agency, const std::string& record_id);
  // Appends an adoption to the log. Errors: those of ingest::AdoptGeneration.
  absl::StatusOr<graph::Revision> Adopt(const stored::v1::Adoption& adoption,
                                        const rpc::Identity& author);

  // What is derived of the whole log, read as at `as_at` (0: now).
  view::Cut TakeCut(graph::Revision as_at = 0);

  // Every weapon as an agency without records sees it.
  Weapons ViewedWeapons(graph::Revision as_at = 0);
  // Every weapon of two or more exhibits, from the rows that are kept for the base view.
  Weapons MaterialisedWeapons(graph::Revision at);

  view::Source source() { return {store_.get(), graph_.get()}; }
  const graph::IdKey& ids() const { return ids_; }
  graph::Revision revision() { return TakeCut().revision; }
  // The clock that everything of it reads; it stands.
  static absl::Time Now();

 private:
  void StartDeriver();

  const linkage::RuleSet rules_;
  linkage::ConfirmationPolicy policy_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<graph::Graph> graph_;
  const graph::IdKey ids_;
  std::unique_ptr<graph::RecentCommits> recent_;
  std::unique_ptr<ingest::Committer> committer_;
  std::unique_ptr<linkage::Deriver> deriver_;
};

}  // namespace serieslink

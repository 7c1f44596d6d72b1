#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "serieslink/record/v1/record.pb.h"
#include "serieslink/stored/v1/log.pb.h"
#include "services/linkage/confirmation_policy.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/core/rules.h"
#include "storage/graph/log.h"
#include "tests/property/linkage_evidence.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {

// The findings that the oracle makes by rule between `exhibits`. They have no names.
std::vector<linkage::Statement> OracleRuleStatements(
    const std::vector<linkage::ExhibitFacts>& exhibits, const linkage::RuleSet& rules,
    const linkage::ConfirmationPolicy& policy);

// The log, told once more without any of what is derived from it.
class ToldLog {
 public:
  // Reads the whole log. `pipeline` must outlive this.
  ToldLog(DerivationPipeline& pipeline, const linkage::ConfirmationPolicy& policy);

  // What `viewer` may see of what stands at `revision`, as the core and its oracle take it, without
  // findings by rule.
  Arrived SeenBy(const std::string& viewer, graph::Revision revision) const;

 private:
  struct Record {
    std::uint64_t public_id = 0;
    std::string agency;
    std::string source_system;
    std::string source_id;
    bool is_open = false;                 // by its latest version
    std::vector<std::string> references;  // of its exhibits, in order of appearance
    // From which revision on what stands; null after a withdrawal.
    std::map<graph::Revision, std::shared_ptr<const record::v1::Record>> versions;
  };

  void Add(graph::Revision revision, const stored::v1::LogEntry& entry);
  static const record::v1::Record* Standing(const Record& record, graph::Revision revision);
  std::uint64_t NameOf(const Record& record, const std::string& reference) const;

  const graph::IdKey& ids_;
  const linkage::ConfirmationPolicy policy_;
  std::map<graph::RecordNumber, Record> records_;
};

}  // namespace serieslink

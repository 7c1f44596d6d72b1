#include <string>
#include <utility>

#include "services/ingest/core/feed_adapters.h"

namespace serieslink::ingest {
namespace {

using feed::v1::AnalystDecision;
using record::v1::Finding;

constexpr int kMaxActs = 64;
// Those by which an analyst can compare.
constexpr int kMaxChannels = 4;

// What an analyst can decide; WITHDRAWN only in a proposal.
constexpr Term<record::v1::Verdict> kDecisions[] = {
    {"CONFIRMED", record::v1::VERDICT_CONFIRMED},
    {"ELIMINATED", record::v1::VERDICT_ELIMINATED},
    {"INCONCLUSIVE", record::v1::VERDICT_INCONCLUSIVE},
    {"WITHDRAWN", record::v1::VERDICT_WITHDRAWN},
};

bool IsExhibitId(const std::string& id) { return id.rfind("EX-", 0) == 0; }

// A statement about the pair of `file`, of which nothing is said yet.
Finding* AddFinding(const feed::v1::AnalystLeadFile& file, std::string_view reference,
                    FieldReader* reader) {
  Finding* finding = reader->record().add_findings();
  finding->set_finding_reference(std::string(reference));
  finding->mutable_first()->set_source_id(file.first_exhibit());
  finding->mutable_second()->set_source_id(file.second_exhibit());
  return finding;
}

// Sets what a decision and a proposal of one say alike.
void ReadDecision(const AnalystDecision& decision, FieldReader* reader, Finding* finding) {
  finding->set_channel(reader->RequiredCode("channel", decision.channel(), Vocabulary(kChannels)));
  finding->set_verdict(reader->RequiredCode("verdict", decision.verdict(), Vocabulary(kDecisions)));
  if (!decision.has_by()) reader->Missing("by");
  reader->Date("by.time", decision.by().time(), finding, &Finding::mutable_examined);
  reader->Word("by.principal", decision.by().principal(), finding,
               &Finding::mutable_examiner_token);
  reader->Text("by.reason", decision.by().reason(), finding, &Finding::mutable_text);
}

void AddDecision(const feed::v1::AnalystLeadFile& file, const AnalystDecision& decision,
                 std::string_view reference, FieldReader* reader) {
  Finding* const decided = AddFinding(file, reference, reader);
  ReadDecision(decision, reader, decided);
  decided->set_basis(record::v1::BASIS_ANALYST);
  if (decided->verdict() == record::v1::VERDICT_WITHDRAWN) {
    reader->Invalid("verdict", "what is taken back is left out");
  }
}

void AddProposal(const feed::v1::AnalystLeadFile& file, const AnalystDecision& proposal,
                 std::string_view reference, FieldReader* reader) {
  Finding* const proposed = AddFinding(file, reference, reader);
  ReadDecision(proposal, reader, proposed);
  // Whatever it would decide, until then it is a lead.
  proposed->set_verdict(record::v1::VERDICT_LEAD);
}

}  // namespace

std::string LeadFileId(std::string_view first_exhibit, std::string_view second_exhibit) {
  std::string id = "LEAD ";
  id.append(first_exhibit).append(" ").append(second_exhibit);
  return id;
}

void AdaptAnalyst(const feed::v1::AnalystLeadFile& file, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  record.set_kind(record::v1::RECORD_KIND_LEAD_FILE);
  for (const auto& [field, id] : {std::pair("first_exhibit", &file.first_exhibit()),
                                  std::pair("second_exhibit", &file.second_exhibit())}) {
    if (reader->RequiredId(field, *id, kMaxIdBytes) && !IsExhibitId(*id)) {
      reader->Invalid(field, "must be the id of an exhibit, EX-…");
    }
  }
  if (file.first_exhibit() >= file.second_exhibit()) {
    reader->Invalid("second_exhibit", "must be the larger of the two as text");
  }
  reader->OwnSource("first_exhibit", "", kLeadFileSystem, "first_exhibit",
                    LeadFileId(file.first_exhibit(), file.second_exhibit()));
  if (file.version() == 0) reader->Missing("version");
  record.set_source_version(file.version());
  if (!file.has_act()) reader->Missing("act");
  reader->ListFits("referrals", file.referrals_size(), kMaxActs);
  reader->ListFits("answers", file.answers_size(), kMaxActs);
  reader->ListFits("judgements", file.judgements_size(), kMaxActs);
  record.set_visibility(
      reader->KnownCode("visibility", file.visibility(), Vocabulary(kVisibilities)));

  // Of an older build, which kept one of each.
  if (file.has_decision()) {
    const auto scope = reader->Enter("decision");
    AddDecision(file, file.decision(), "decision", reader);
  } else if (file.decisions().empty()) {
    // By its statement a file is found from its pair, also when it says nothing.
    Finding* const nothing = AddFinding(file, "decision", reader);
    nothing->set_channel(record::v1::CHANNEL_DESCRIPTION);
    nothing->set_verdict(record::v1::VERDICT_WITHDRAWN);
  }
  reader->ListFits("decisions", file.decisions_size(), kMaxChannels);
  for (int i = 0; i < file.decisions_size() && i < kMaxChannels; ++i) {
    const auto scope = reader->Enter("decisions", i);
    AddDecision(file, file.decisions(i), "decision " + file.decisions(i).channel(), reader);
  }
  if (file.has_proposal()) {
    const auto scope = reader->Enter("proposal");
    AddProposal(file, file.proposal(), "proposal", reader);
  }
  reader->ListFits("proposals", file.proposals_size(), kMaxChannels);
  for (int i = 0; i < file.proposals_size() && i < kMaxChannels; ++i) {
    const auto scope = reader->Enter("proposals", i);
    AddProposal(file, file.proposals(i), "proposal " + file.proposals(i).channel(), reader);
  }
}

}  // namespace serieslink::ingest

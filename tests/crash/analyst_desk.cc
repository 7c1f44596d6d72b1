#include "tests/crash/analyst_desk.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "serieslink/admin/v1/generation_service.grpc.pb.h"
#include "serieslink/lead/v1/lead_service.grpc.pb.h"

namespace serieslink {
namespace {

using admin::v1::GenerationService;
using lead::v1::LeadService;

constexpr char kAnalysts[] = "mps";
constexpr char kAdministrators[] = "nabis";
// The numbers of MakeGunPushes have seven characters: from here on they confirm nothing.
constexpr std::uint32_t kOtherConfirmLength = 8;

void ArmDesk(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
}

// Whether the call was answered. That there was nothing to do means that its answer was lost.
bool IsAcknowledged(const grpc::Status& status) {
  if (status.ok()) return true;
  const bool was_done = DetailsOf(status).reason == type::v1::ERROR_REASON_NOTHING_TO_DO;
  EXPECT_TRUE(was_done || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
              status.error_code() == grpc::StatusCode::CANCELLED)
      << status.error_code() << " " << status.error_message();
  return was_done;
}

std::uint32_t GenerationInForce(GenerationService::Stub& stub, grpc::Status& status) {
  grpc::ClientContext context;
  ArmDesk(context);
  admin::v1::ListGenerationsResponse response;
  status = stub.ListGenerations(&context, {}, &response);
  return status.ok() ? response.generations(0).generation().number() : 0;
}

// Compares other rules with those in force, and adopts them unless they are.
grpc::Status AdoptOtherRules(GenerationService::Stub& stub) {
  grpc::Status status;
  if (GenerationInForce(stub, status) > 0 || !status.ok()) return status;
  admin::v1::StartComparisonRequest start;
  start.mutable_rules()->set_confirm_length(kOtherConfirmLength);
  admin::v1::StartComparisonResponse started;
  {
    grpc::ClientContext context;
    ArmDesk(context);
    status = stub.StartComparison(&context, start, &started);
    if (!status.ok()) return status;
  }
  for (;;) {
    grpc::ClientContext context;
    ArmDesk(context);
    admin::v1::GetComparisonRequest get;
    get.set_comparison_id(started.comparison_id());
    admin::v1::GetComparisonResponse got;
    status = stub.GetComparison(&context, get, &got);
    if (!status.ok()) return status;
    if (got.state() != admin::v1::COMPARISON_STATE_RUNNING) break;
    std::this_thread::yield();
  }
  grpc::ClientContext context;
  ArmDesk(context);
  admin::v1::AdoptGenerationRequest adopt;
  adopt.set_comparison_id(started.comparison_id());
  adopt.set_reason("seven characters are too few");
  admin::v1::AdoptGenerationResponse adopted;
  return stub.AdoptGeneration(&context, adopt, &adopted);
}

}  // namespace

AnalystDesk::AnalystDesk(Random& random, int count, const std::vector<Push>& pushes) {
  // Records of MakeGunPushes of one version that all may see, by the number of their gun: they have
  // one exhibit.
  std::map<std::string, std::vector<std::string>> names;
  std::vector<std::string> all;
  for (const Push& push : pushes) {
    std::map<std::string, int> acts;
    for (const Act& act : push.acts) ++acts[act.source_id];
    for (const Act& act : push.acts) {
      const auto& record = act.message.force();
      if (acts[act.source_id] > 1 || act.kind != Act::Kind::kMessage || !act.message.has_force() ||
          !absl::StartsWith(act.source_id, push.agency + "-") || record.guns_size() != 1 ||
          record.guns(0).make() != "Glock" || record.marking().visibility() != "OPEN") {
        continue;
      }
      all.push_back(push.NameOf(act));
      if (record.guns(0).serials_size() > 0) {
        names[record.guns(0).serials(0).text()].push_back(push.NameOf(act));
      }
    }
  }
  constexpr record::v1::Verdict kVerdicts[] = {record::v1::VERDICT_ELIMINATED,
                                               record::v1::VERDICT_INCONCLUSIVE,
                                               record::v1::VERDICT_CONFIRMED};
  std::set<std::pair<std::string, std::string>> taken;
  const auto decide = [&](std::string first, std::string second, record::v1::Verdict verdict) {
    if (second < first) std::swap(first, second);
    if (first == second || !taken.emplace(first, second).second) return;
    decisions_.push_back({first, second, verdict});
    if (Below(random, 5) == 0) {
      decisions_.push_back({first, second, record::v1::VERDICT_WITHDRAWN});
    }
  };
  for (const auto& [serial, equal] : names) {
    if (equal.size() < 2 || static_cast<int>(decisions_.size()) > count / 2) continue;
    decide(equal[0], equal[1], kVerdicts[Below(random, 2)]);
  }
  const auto any = [&] {
    return all[static_cast<std::size_t>(Below(random, static_cast<int>(all.size())))];
  };
  for (int i = 0; i < count && static_cast<int>(decisions_.size()) < count; ++i) {
    std::string first = any();
    decide(std::move(first), any(), kVerdicts[Below(random, 3)]);
  }
  decisions_.insert(decisions_.begin() + static_cast<std::ptrdiff_t>(decisions_.size() / 2),
                    Decision{});
}

bool AnalystDesk::WorkOn(const std::string& address, const RecordNames& names, const Moved& moved) {
  const auto leads = LeadService::NewStub(ClientOf(address, kAnalysts).channel());
  const auto generations = GenerationService::NewStub(ClientOf(address, kAdministrators).channel());
  for (; acknowledged_ < decisions_.size(); ++acknowledged_, moved(1)) {
    const Decision& decision = decisions_[acknowledged_];
    if (!decision.verdict.has_value()) {
      if (!IsAcknowledged(AdoptOtherRules(*generations))) return false;
      continue;
    }
    grpc::ClientContext context;
    ArmDesk(context);
    lead::v1::DecideLeadRequest request;
    request.set_first_id(names.IdOf(decision.first));
    request.set_second_id(names.IdOf(decision.second));
    request.set_verdict(*decision.verdict);
    request.set_channel(record::v1::CHANNEL_DESCRIPTION);
    request.set_reason("photographs compared");
    lead::v1::DecideLeadResponse response;
    if (!IsAcknowledged(leads->DecideLead(&context, request, &response))) return false;
  }
  return true;
}

std::vector<std::string> AnalystDesk::WhatStands(const std::string& address,
                                                 const RecordNames& names,
                                                 std::int64_t min_revision) const {
  const auto leads = LeadService::NewStub(ClientOf(address, kAnalysts).channel());
  const auto generations = GenerationService::NewStub(ClientOf(address, kAdministrators).channel());
  std::vector<std::string> lines;
  for (const Decision& decision : decisions_) {
    grpc::ClientContext context;
    ArmDesk(context);
    if (!decision.verdict.has_value()) {
      grpc::Status status;
      lines.push_back(absl::StrCat("generation ", GenerationInForce(*generations, status)));
      EXPECT_TRUE(status.ok()) << status.error_message();
      continue;
    }
    lead::v1::GetLeadRequest request;
    request.set_first_id(names.IdOf(decision.first));
    request.set_second_id(names.IdOf(decision.second));
    request.set_min_revision(min_revision);
    lead::v1::GetLeadResponse response;
    const grpc::Status status = leads->GetLead(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::set<std::string> findings;
    for (const auto& finding : response.lead().findings()) {
      findings.insert(absl::StrCat(record::v1::Basis_Name(finding.basis()), " ",
                                   record::v1::Channel_Name(finding.channel()), " ",
                                   record::v1::Verdict_Name(finding.verdict())));
    }
    lines.push_back(absl::StrCat(decision.first, " ", decision.second, " ",
                                 lead::v1::LeadState_Name(response.lead().state()),
                                 response.lead().is_one_weapon() ? " one weapon: " : ": ",
                                 absl::StrJoin(findings, ", ")));
  }
  return lines;
}

void AnalystDesk::ExpectAcknowledged(const std::string& address, const RecordNames& names,
                                     std::int64_t min_revision) const {
  if (acknowledged_ == 0) return;
  const std::vector<std::string> lines = WhatStands(address, names, min_revision);
  for (std::size_t i = 0; i < acknowledged_; ++i) {
    const Decision& decision = decisions_[i];
    // A later one on the pair may be there whether or not it was acknowledged.
    const bool is_last =
        std::none_of(decisions_.begin() + static_cast<std::ptrdiff_t>(i) + 1, decisions_.end(),
                     [&](const Decision& later) {
                       return later.first == decision.first && later.second == decision.second;
                     });
    std::string decided = "generation 1";
    if (decision.verdict.has_value()) {
      decided = absl::StrCat("BASIS_ANALYST CHANNEL_DESCRIPTION ",
                             record::v1::Verdict_Name(*decision.verdict));
    }
    if (decision.verdict == record::v1::VERDICT_WITHDRAWN) {
      EXPECT_EQ(lines[i].find("BASIS_ANALYST"), std::string::npos) << lines[i];
    } else if (is_last) {
      EXPECT_NE(lines[i].find(decided), std::string::npos) << decided << " is not in " << lines[i];
    }
  }
}

}  // namespace serieslink

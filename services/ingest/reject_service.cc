#include "services/ingest/reject_service.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/rpc/identity.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"
#include "storage/graph/public_id.h"

namespace serieslink::ingest {
namespace {

using ::google::protobuf::util::TimeUtil;

constexpr int kPageSizeDefault = 50;
constexpr int kPageSizeMax = 1000;
constexpr int kDeletedMax = 1000;

bool IsTime(const google::protobuf::Timestamp& time) {
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
         time.nanos() <= 999'999'999;
}

absl::StatusOr<graph::PublicId> RejectIdOf(const std::string& text, const std::string& field,
                                           std::vector<rpc::BadField>& bad) {
  const absl::StatusOr<graph::PublicId> id = ParseRejectId(text);
  if (id.ok()) return id;
  bad.push_back({field, type::v1::ERROR_REASON_NAME_MALFORMED,
                 "give a reject's id, RJ- and 13 characters; one of them may be mistyped"});
  return rpc::MakeBadRequest(bad);
}

}  // namespace

RejectService::RejectService(RejectKeeper* rejects, const rpc::PageTokenSealer* tokens,
                             std::string trust_domain)
    : rejects_(rejects), tokens_(tokens), trust_domain_(std::move(trust_domain)) {
  AddUnary("/serieslink.ingest.v1.RejectService/ListRejects", this, &RejectService::ListRejects);
  AddUnary("/serieslink.ingest.v1.RejectService/GetReject", this, &RejectService::GetReject);
  AddUnary("/serieslink.ingest.v1.RejectService/DeleteRejects", this,
           &RejectService::DeleteRejects);
}

grpc::Status RejectService::ListRejects(grpc::ServerContext* context,
                                        const v1::ListRejectsRequest* request,
                                        v1::ListRejectsResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(List(caller->agency, *request, *response));
}

absl::Status RejectService::List(const std::string& agency, const v1::ListRejectsRequest& request,
                                 v1::ListRejectsResponse& response) const {
  static const std::set<std::string> feeds = {"",          "mps",   "nabis",     "border_force",
                                              "licensing", "force", "statistics"};
  std::vector<rpc::BadField> bad;
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    bad.push_back({"page_size", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", kPageSizeDefault, ") to ", kPageSizeMax)});
  }
  if (!feeds.contains(request.feed())) {
    bad.push_back({"feed", type::v1::ERROR_REASON_FIELD_INVALID,
                   "name one of mps, nabis, border_force, licensing, force, statistics"});
  }
  if (request.has_since() && !IsTime(request.since())) {
    bad.push_back({"since", type::v1::ERROR_REASON_FIELD_INVALID,
                   "a time lies in the years 1 to 9999, with 0 to 999,999,999 nanoseconds"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);

  RejectKeeper::Query query;
  query.feed = request.feed();
  if (request.has_since()) query.since_us = TimeUtil::TimestampToMicroseconds(request.since());
  query.rejects_max =
      static_cast<std::size_t>(request.page_size() == 0 ? kPageSizeDefault : request.page_size());
  query.with_messages = request.with_messages();
  // A token is good for its caller and for the same filter.
  const std::string binding =
      absl::StrCat("ListRejects\n", agency, "\n", request.feed(), "\n",
                   request.since().SerializeAsString(), "\n", request.with_messages());
  if (!request.page_token().empty()) {
    SL_ASSIGN_OR_RETURN(const std::string content, tokens_->Open(request.page_token(), binding));
    base::KeyReader position(content);
    SL_ASSIGN_OR_RETURN(query.before, position.ReadBe64());
  }
  SL_ASSIGN_OR_RETURN(RejectKeeper::Page page, rejects_->List(agency, query));
  for (v1::Reject& reject : page.rejects) *response.add_rejects() = std::move(reject);
  *response.mutable_totals() = rejects_->Totals(agency);
  if (page.next.has_value()) {
    std::string content;
    base::AppendBe64(&content, *page.next);
    SL_ASSIGN_OR_RETURN(*response.mutable_next_page_token(), tokens_->Seal(content, binding));
  }
  return absl::OkStatus();
}

grpc::Status RejectService::GetReject(grpc::ServerContext* context,
                                      const v1::GetRejectRequest* request,
                                      v1::GetRejectResponse* response) {
  const auto get = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity caller, rpc::IdentityOf(*context, trust_domain_));
    std::vector<rpc::BadField> bad;
    SL_ASSIGN_OR_RETURN(const graph::PublicId id,
                        RejectIdOf(request->reject_id(), "reject_id", bad));
    SL_ASSIGN_OR_RETURN(std::optional<v1::Reject> reject, rejects_->Get(caller.agency, id));
    if (!reject.has_value()) {
      return rpc::MakeError(absl::StatusCode::kNotFound, type::v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                            "your agency has no such reject; it may have been mended, deleted or "
                            "expired: list them");
    }
    *response->mutable_reject() = *std::move(reject);
    return absl::OkStatus();
  };
  return rpc::ToGrpcStatus(get());
}

grpc::Status RejectService::DeleteRejects(grpc::ServerContext* context,
                                          const v1::DeleteRejectsRequest* request,
                                          v1::DeleteRejectsResponse* response) {
  const auto remove = [&]() -> absl::Status {
    SL_ASSIGN_OR_RETURN(const rpc::Identity caller, rpc::IdentityOf(*context, trust_domain_));
    std::vector<rpc::BadField> bad;
    if (request->reject_ids().empty() || request->reject_ids_size() > kDeletedMax) {
      bad.push_back({"reject_ids", type::v1::ERROR_REASON_FIELD_INVALID,
                     absl::StrCat("give 1 to ", kDeletedMax)});
      return rpc::MakeBadRequest(bad);
    }
    std::vector<graph::PublicId> ids;
    for (int i = 0; i < request->reject_ids_size(); ++i) {
      const auto id = RejectIdOf(request->reject_ids(i), absl::StrCat("reject_ids[", i, "]"), bad);
      if (id.ok()) ids.push_back(*id);
    }
    if (!bad.empty()) return rpc::MakeBadRequest(bad);
    SL_ASSIGN_OR_RETURN(const int deleted, rejects_->Delete(caller.agency, ids));
    response->set_deleted_count(deleted);
    return absl::OkStatus();
  };
  return rpc::ToGrpcStatus(remove());
}

}  // namespace serieslink::ingest

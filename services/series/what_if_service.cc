#include "services/series/what_if_service.h"

#include <algorithm>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/util/time_util.h"
#include "services/rpc/error.h"
#include "services/rpc/process_log.h"
#include "services/series/explanation.h"
#include "services/series/series_answer.h"
#include "services/series/series_explanation.h"
#include "services/view/asked_exhibit.h"
#include "services/view/component_evidence.h"
#include "services/view/view_selector.h"
#include "storage/base/digest.h"
#include "storage/base/ordered_key.h"
#include "storage/base/status_macros.h"

namespace serieslink::series {
namespace {

using ::serieslink::view::ResolvedView;

constexpr int kSuppositionsMax = 32;
// What a view's token begins with. Without it one in 64 would begin with "-", and pass for an
// option on a command line.
constexpr char kTokenPrefix[] = "view.";
constexpr int kMinutesDefault = 60;
constexpr int kMinutesMax = 24 * 60;
constexpr std::size_t kWeaponsMax = 50;

// A view is good for the person or system that opened it, not for all of an agency.
std::string BindingOf(const rpc::Identity& caller) {
  return absl::StrCat("WhatIf\n", caller.agency, "\n", caller.principal);
}

// Names a view, in watermarks and in the process log, without opening it: 16 hexadecimal digits. Of
// one person's views only those that suppose the same until the same second have one name.
std::string ViewNameOf(const rpc::Identity& caller, const std::string& content) {
  return absl::StrCat(absl::Hex(base::StableHash64(absl::StrCat(BindingOf(caller), "\n", content)),
                                absl::kZeroPad16));
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%MZ", time, absl::UTCTimeZone());
}

// Says what is supposed, by ids alone.
std::string WatermarkOf(const std::string& name, const std::vector<v1::Supposition>& suppositions,
                        graph::Revision revision, absl::Time expires) {
  std::vector<std::string> supposed;
  for (const v1::Supposition& one : suppositions) {
    const bool confirms = one.kind() == v1::SUPPOSITION_KIND_LEAD_IS_CONFIRMED;
    const std::string what = !one.finding_id().empty()
                                 ? (confirms ? "the lead " : "the finding ") + one.finding_id()
                             : confirms ? "every lead"
                                        : "every finding";
    supposed.push_back(absl::StrCat(what, " between ", one.first_id(), " and ", one.second_id(),
                                    confirms ? " were confirmed" : " had never been stated"));
  }
  return absl::StrCat("SUPPOSITION, NOT KNOWLEDGE. As if ", absl::StrJoin(supposed, ", and "),
                      ". At revision ", revision, "; view ", name, " expires at ",
                      TimeText(expires), ". Not a link: do not act on it or pass it on as one.");
}

std::set<std::uint64_t> MembersOf(const ResolvedView& view, std::uint32_t weapon) {
  std::set<std::uint64_t> members;
  for (const std::uint32_t member : view.resolution.weapons[weapon].members) {
    members.insert(view.exhibit_facts[member].public_id);
  }
  return members;
}

// Weapons of `view` that `other` does not have, in their order.
std::vector<std::uint32_t> ChangedWeapons(const ResolvedView& view, const ResolvedView& other) {
  std::set<std::set<std::uint64_t>> there;
  for (std::uint32_t w = 0; w < other.resolution.weapons.size(); ++w) {
    there.insert(MembersOf(other, w));
  }
  std::vector<std::uint32_t> changed;
  for (std::uint32_t w = 0; w < view.resolution.weapons.size(); ++w) {
    if (!there.contains(MembersOf(view, w))) changed.push_back(w);
  }
  return changed;
}

absl::Status AddOutlines(const ResolvedView& view, const std::vector<std::uint32_t>& weapons,
                         const graph::GraphReader& reader,
                         google::protobuf::RepeatedPtrField<v1::Series>& series) {
  const auto flags = view.Flags();
  for (const std::uint32_t weapon : weapons) {
    if (static_cast<std::size_t>(series.size()) == kWeaponsMax) break;
    SL_ASSIGN_OR_RETURN(*series.Add(), OutlineOf(view, weapon, flags[weapon], reader, kListBounds));
  }
  return absl::OkStatus();
}

// Checks an end of a supposition: a weapon's id would read as if all of its exhibits were meant.
void CheckEnd(const std::string& text, const std::string& field, std::vector<rpc::BadField>& bad) {
  const std::size_t before = bad.size();
  const graph::ParsedId id = view::ParseAsked(text, field.c_str(), bad);
  if (bad.size() > before || id.kind == graph::IdKind::kExhibit ||
      id.kind == graph::IdKind::kRecord) {
    return;
  }
  bad.push_back({field, type::v1::ERROR_REASON_NAME_MALFORMED,
                 "what is supposed is named by its two exhibits (EX-), or their records (RC-)"});
}

// The two ids that a supposition names, as the server writes them and in order; empty where one is
// none.
std::pair<std::string, std::string> PairOf(const v1::Supposition& one) {
  const auto first = graph::ParsePublicId(one.first_id());
  const auto second = graph::ParsePublicId(one.second_id());
  if (!first.ok() || !second.ok()) return {};
  return std::minmax({graph::FormatPublicId(first->kind, first->id),
                      graph::FormatPublicId(second->kind, second->id)});
}

// Whether `one` supposes to be confirmed what `other` supposes never to have been stated, or the
// reverse.
bool Contradict(const v1::Supposition& one, const v1::Supposition& other) {
  const bool is_one_finding = one.finding_id().empty() || other.finding_id().empty() ||
                              one.finding_id() == other.finding_id();
  const auto pair = PairOf(one);
  return one.kind() != other.kind() && is_one_finding && !pair.first.empty() &&
         pair == PairOf(other);
}

// What a checked request supposes, with ids as the server writes them and nothing else, however
// long they were typed: the token holds it, and each watermark says it.
std::vector<v1::Supposition> SuppositionsOf(const v1::StartWhatIfRequest& request) {
  const auto written = [](const std::string& text) {
    const absl::StatusOr<graph::ParsedId> id = graph::ParsePublicId(text);
    return id.ok() ? graph::FormatPublicId(id->kind, id->id) : std::string();
  };
  std::vector<v1::Supposition> suppositions;
  for (const v1::Supposition& one : request.suppositions()) {
    v1::Supposition& supposition = suppositions.emplace_back();
    supposition.set_kind(one.kind());
    supposition.set_first_id(written(one.first_id()));
    supposition.set_second_id(written(one.second_id()));
    supposition.set_finding_id(written(one.finding_id()));
  }
  return suppositions;
}

std::vector<rpc::BadField> CheckRequest(const v1::StartWhatIfRequest& request) {
  std::vector<rpc::BadField> bad;
  if (request.suppositions_size() < 1 || request.suppositions_size() > kSuppositionsMax) {
    bad.push_back({"suppositions", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("suppose 1 to ", kSuppositionsMax, " things")});
  }
  if (request.minutes() < 0 || request.minutes() > kMinutesMax) {
    bad.push_back({"minutes", type::v1::ERROR_REASON_FIELD_INVALID,
                   absl::StrCat("0 (", kMinutesDefault, ") to ", kMinutesMax)});
  }
  for (int i = 0; i < request.suppositions_size() && i < kSuppositionsMax; ++i) {
    const v1::Supposition& one = request.suppositions(i);
    const std::string path = absl::StrCat("suppositions[", i, "]");
    if (one.kind() != v1::SUPPOSITION_KIND_LEAD_IS_CONFIRMED &&
        one.kind() != v1::SUPPOSITION_KIND_FINDING_IS_WITHDRAWN) {
      bad.push_back({absl::StrCat(path, ".kind"), type::v1::ERROR_REASON_FIELD_INVALID,
                     "suppose that a lead is confirmed or that a finding is withdrawn"});
    }
    CheckEnd(one.first_id(), absl::StrCat(path, ".first_id"), bad);
    CheckEnd(one.second_id(), absl::StrCat(path, ".second_id"), bad);
    if (one.finding_id().empty()) continue;
    const auto finding = graph::ParsePublicId(one.finding_id());
    if (!finding.ok() || finding->kind != graph::IdKind::kFinding) {
      bad.push_back({absl::StrCat(path, ".finding_id"), type::v1::ERROR_REASON_NAME_MALFORMED,
                     "give an id FN- with its 13 characters; one of them may be mistyped"});
    }
  }
  const int count = std::min(request.suppositions_size(), kSuppositionsMax);
  std::set<int> contradicting;
  for (int i = 0; i < count; ++i) {
    for (int j = i + 1; j < count; ++j) {
      if (!Contradict(request.suppositions(i), request.suppositions(j))) continue;
      contradicting.insert({i, j});
    }
  }
  for (const int i : contradicting) {
    bad.push_back({absl::StrCat("suppositions[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   "the same is supposed to be confirmed and never to have been stated"});
  }
  return bad;
}

}  // namespace

struct WhatIfService::Supposed {
  view::Cut cut;
  std::unique_ptr<view::ComponentEvidence> evidence = nullptr;
  ResolvedView known = {};                       // with nothing supposed; points into `evidence`
  ResolvedView view = {};                        // with everything supposed, likewise
  std::vector<std::uint32_t> changed = {};       // statements, for each supposition
  std::vector<graph::ExhibitNumber> asked = {};  // exhibits of what was asked, in order
};

struct WhatIfService::SupposedWeapon {
  Opened opened;
  Supposed supposed;
  std::uint32_t weapon = 0;  // place in `supposed.view`
};

WhatIfService::WhatIfService(const view::Source& source, const rpc::PageTokenSealer* tokens,
                             std::string trust_domain, std::function<absl::Time()> now,
                             const view::EvidenceBounds& bounds)
    : source_(source),
      tokens_(tokens),
      trust_domain_(std::move(trust_domain)),
      now_(std::move(now)),
      bounds_(bounds) {
  AddUnary("/serieslink.series.v1.WhatIfService/StartWhatIf", this, &WhatIfService::StartWhatIf);
  AddUnary("/serieslink.series.v1.WhatIfService/GetSupposedSeries", this,
           &WhatIfService::GetSupposedSeries);
  AddUnary("/serieslink.series.v1.WhatIfService/ExplainSupposedLink", this,
           &WhatIfService::ExplainSupposedLink);
  AddUnary("/serieslink.series.v1.WhatIfService/ExplainSupposedSeries", this,
           &WhatIfService::ExplainSupposedSeries);
}

grpc::Status WhatIfService::StartWhatIf(grpc::ServerContext* context,
                                        const v1::StartWhatIfRequest* request,
                                        v1::StartWhatIfResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Start(*caller, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status WhatIfService::GetSupposedSeries(grpc::ServerContext* context,
                                              const v1::GetSupposedSeriesRequest* request,
                                              v1::GetSupposedSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Get(*caller, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status WhatIfService::ExplainSupposedLink(grpc::ServerContext* context,
                                                const v1::ExplainSupposedLinkRequest* request,
                                                v1::ExplainSupposedLinkResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Explain(*caller, *request, view::PatienceOf(*context, now_), *response));
}

grpc::Status WhatIfService::ExplainSupposedSeries(grpc::ServerContext* context,
                                                  const v1::ExplainSupposedSeriesRequest* request,
                                                  v1::ExplainSupposedSeriesResponse* response) {
  const absl::StatusOr<rpc::Identity> caller = rpc::IdentityOf(*context, trust_domain_);
  if (!caller.ok()) return rpc::ToGrpcStatus(caller.status());
  return rpc::ToGrpcStatus(Explain(*caller, *request, view::PatienceOf(*context, now_), *response));
}

absl::StatusOr<WhatIfService::Opened> WhatIfService::Open(const rpc::Identity& caller,
                                                          const std::string& what_if,
                                                          std::vector<rpc::BadField> bad) const {
  const auto gone = [&] {
    bad.insert(bad.begin(), {"what_if", type::v1::ERROR_REASON_FIELD_INVALID,
                             "this view has expired, or was not opened for you; start another"});
    return rpc::MakeBadRequest(bad);
  };
  const absl::StatusOr<std::string> content =
      tokens_->Open(std::string(absl::StripPrefix(what_if, kTokenPrefix)), BindingOf(caller));
  if (!content.ok()) return absl::IsInvalidArgument(content.status()) ? gone() : content.status();
  Opened opened;
  opened.name = ViewNameOf(caller, *content);
  base::KeyReader reader(*content);
  SL_ASSIGN_OR_RETURN(opened.revision, reader.ReadBe64());
  SL_ASSIGN_OR_RETURN(const std::uint64_t expires_s, reader.ReadBe64());
  opened.expires = absl::FromUnixSeconds(static_cast<std::int64_t>(expires_s));
  v1::StartWhatIfRequest request;
  if (!request.ParseFromString(content->substr(2 * sizeof(std::uint64_t)))) {
    return absl::InternalError("a sealed view is malformed");
  }
  if (now_() >= opened.expires) return gone();
  if (!bad.empty()) return rpc::MakeBadRequest(bad);
  opened.suppositions.assign(request.suppositions().begin(), request.suppositions().end());
  return opened;
}

absl::StatusOr<WhatIfService::Supposed> WhatIfService::Load(
    const rpc::Identity& caller, const Opened& opened, view::Cut cut,
    const std::vector<graph::ParsedId>& asked) const {
  std::vector<rpc::BadField> bad;
  std::vector<graph::ParsedId> ids;
  for (const v1::Supposition& one : opened.suppositions) {
    ids.push_back(view::ParseAsked(one.first_id(), "first_id", bad));
    ids.push_back(view::ParseAsked(one.second_id(), "second_id", bad));
  }
  ids.insert(ids.end(), asked.begin(), asked.end());
  Supposed supposed{.cut = std::move(cut)};
  SL_ASSIGN_OR_RETURN(
      view::AskedEvidence loaded,
      view::LoadAsked(supposed.cut.reader, view::Viewer{caller.agency}, ids, bounds_));
  supposed.evidence = std::move(loaded.evidence);
  const std::vector<graph::ExhibitNumber>& exhibits = loaded.asked;
  supposed.known = supposed.evidence->At(opened.revision);
  std::vector<linkage::Supposition> suppositions;
  for (std::size_t i = 0; i < opened.suppositions.size(); ++i) {
    const v1::Supposition& one = opened.suppositions[i];
    linkage::Supposition& supposition = suppositions.emplace_back();
    supposition.kind = static_cast<linkage::SuppositionKind>(one.kind());
    for (const auto& [end, place, name] :
         {std::tuple(&supposition.first, 2 * i, ".first_id"),
          std::tuple(&supposition.second, 2 * i + 1, ".second_id")}) {
      const std::string field = absl::StrCat("suppositions[", i, "]", name);
      SL_ASSIGN_OR_RETURN(const std::uint32_t at,
                          view::PlaceOfAsked(*supposed.evidence, supposed.known, exhibits[place],
                                             ids[place], field.c_str(), supposed.cut.reader));
      *end = supposed.known.exhibit_facts[at].public_id;
    }
    if (!one.finding_id().empty()) {
      SL_ASSIGN_OR_RETURN(const graph::ParsedId finding, graph::ParsePublicId(one.finding_id()));
      supposition.finding = finding.id.value();
    }
  }
  supposed.view = supposed.evidence->Supposing(suppositions, opened.revision, supposed.changed);
  supposed.asked.assign(exhibits.end() - static_cast<std::ptrdiff_t>(asked.size()), exhibits.end());
  return supposed;
}

absl::Status WhatIfService::Start(const rpc::Identity& caller,
                                  const v1::StartWhatIfRequest& request,
                                  const view::Patience& patience,
                                  v1::StartWhatIfResponse& response) const {
  SL_ASSIGN_OR_RETURN(const view::RevisionWish wish,
                      view::WishOf(request.view(), now_(), CheckRequest(request)));
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  const int minutes = request.minutes() == 0 ? kMinutesDefault : request.minutes();
  Opened opened;
  opened.revision = cut.revision;
  // Whole seconds, so that the token says what the answer says.
  opened.expires = absl::FromUnixSeconds(absl::ToUnixSeconds(now_() + absl::Minutes(minutes)));
  opened.suppositions = SuppositionsOf(request);

  SL_ASSIGN_OR_RETURN(const Supposed supposed, Load(caller, opened, std::move(cut), {}));
  std::vector<rpc::BadField> bad;
  for (std::size_t i = 0; i < supposed.changed.size(); ++i) {
    if (supposed.changed[i] > 0) continue;
    bad.push_back({absl::StrCat("suppositions[", i, "]"), type::v1::ERROR_REASON_FIELD_INVALID,
                   opened.suppositions[i].kind() == v1::SUPPOSITION_KIND_LEAD_IS_CONFIRMED
                       ? "no such lead stands between the two"
                       : "no such finding is about the two"});
  }
  if (!bad.empty()) return rpc::MakeBadRequest(bad);

  const ResolvedView& known = supposed.known;
  const std::vector<std::uint32_t> before = ChangedWeapons(known, supposed.view);
  const std::vector<std::uint32_t> after = ChangedWeapons(supposed.view, known);
  response.set_known_count(static_cast<int>(before.size()));
  response.set_supposed_count(static_cast<int>(after.size()));
  SL_RETURN_IF_ERROR(
      AddOutlines(known, before, supposed.cut.reader, *response.mutable_weapons_known()));
  SL_RETURN_IF_ERROR(
      AddOutlines(supposed.view, after, supposed.cut.reader, *response.mutable_weapons_supposed()));

  v1::StartWhatIfRequest kept;
  kept.mutable_suppositions()->Assign(opened.suppositions.begin(), opened.suppositions.end());
  std::string content;
  base::AppendBe64(&content, opened.revision);
  base::AppendBe64(&content, static_cast<std::uint64_t>(absl::ToUnixSeconds(opened.expires)));
  content += kept.SerializeAsString();
  SL_ASSIGN_OR_RETURN(const std::string token, tokens_->Seal(content, BindingOf(caller)));
  response.set_what_if(absl::StrCat(kTokenPrefix, token));
  *response.mutable_expire_time() =
      google::protobuf::util::TimeUtil::SecondsToTimestamp(absl::ToUnixSeconds(opened.expires));
  opened.name = ViewNameOf(caller, content);
  response.set_watermark(
      WatermarkOf(opened.name, opened.suppositions, opened.revision, opened.expires));
  response.set_revision(static_cast<std::int64_t>(opened.revision));
  const auto confirmed = std::count_if(
      opened.suppositions.begin(), opened.suppositions.end(), [](const v1::Supposition& one) {
        return one.kind() == v1::SUPPOSITION_KIND_LEAD_IS_CONFIRMED;
      });
  const auto all = static_cast<std::ptrdiff_t>(opened.suppositions.size());
  rpc::LogEvent(rpc::LogLevel::kInfo, "what_if",
                {{"agency", caller.agency},
                 {"principal", caller.principal},
                 {"view", opened.name},
                 {"leads_confirmed", absl::StrCat(confirmed)},
                 {"findings_withdrawn", absl::StrCat(all - confirmed)},
                 {"weapons_known", absl::StrCat(before.size())},
                 {"weapons_supposed", absl::StrCat(after.size())},
                 {"revision", absl::StrCat(opened.revision)},
                 {"expires", TimeText(opened.expires)}});
  return absl::OkStatus();
}

absl::StatusOr<WhatIfService::SupposedWeapon> WhatIfService::LoadWeapon(
    const rpc::Identity& caller, const std::string& what_if, const std::string& asked,
    const char* field, const view::Patience& patience) const {
  std::vector<rpc::BadField> bad;
  const graph::ParsedId id = view::ParseAsked(asked, field, bad);
  SL_ASSIGN_OR_RETURN(Opened opened, Open(caller, what_if, std::move(bad)));
  view::RevisionWish wish;
  wish.as_at = opened.revision;
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(Supposed supposed, Load(caller, opened, std::move(cut), {id}));
  SL_ASSIGN_OR_RETURN(const std::uint32_t exhibit,
                      view::PlaceOfAsked(*supposed.evidence, supposed.view, supposed.asked[0], id,
                                         field, supposed.cut.reader));
  const std::uint32_t weapon = supposed.view.resolution.weapon_of[exhibit];
  return SupposedWeapon{std::move(opened), std::move(supposed), weapon};
}

absl::Status WhatIfService::Get(const rpc::Identity& caller,
                                const v1::GetSupposedSeriesRequest& request,
                                const view::Patience& patience,
                                v1::GetSupposedSeriesResponse& response) const {
  SL_ASSIGN_OR_RETURN(
      const SupposedWeapon found,
      LoadWeapon(caller, request.what_if(), request.series_id(), "series_id", patience));
  const Supposed& supposed = found.supposed;
  const ResolvedView& view = supposed.view;
  const graph::LogReader log = supposed.cut.reader.Log();
  v1::Series& series = *response.mutable_series();
  SL_ASSIGN_OR_RETURN(series, OutlineOf(view, found.weapon, view.Flags()[found.weapon],
                                        supposed.cut.reader, AnswerBounds()));
  CommitTimes times(log);
  SL_RETURN_IF_ERROR(AddFindings(*supposed.evidence, view, found.weapon, times,
                                 supposed.cut.position, AnswerBounds(), series));
  response.set_revision(static_cast<std::int64_t>(found.opened.revision));
  response.set_watermark(WatermarkOf(found.opened.name, found.opened.suppositions,
                                     found.opened.revision, found.opened.expires));
  return absl::OkStatus();
}

absl::Status WhatIfService::Explain(const rpc::Identity& caller,
                                    const v1::ExplainSupposedSeriesRequest& request,
                                    const view::Patience& patience,
                                    v1::ExplainSupposedSeriesResponse& response) const {
  SL_ASSIGN_OR_RETURN(
      const SupposedWeapon found,
      LoadWeapon(caller, request.what_if(), request.series_id(), "series_id", patience));
  const Supposed& supposed = found.supposed;
  const ResolvedView& view = supposed.view;
  const graph::LogReader log = supposed.cut.reader.Log();
  SL_ASSIGN_OR_RETURN(*response.mutable_series(),
                      OutlineOf(view, found.weapon, view.Flags()[found.weapon], supposed.cut.reader,
                                AnswerBounds()));
  CommitTimes times(log);
  SL_ASSIGN_OR_RETURN(
      *response.mutable_explanation(),
      ExplainWeapon(*supposed.evidence, view, found.weapon, times, supposed.cut.position));
  response.set_revision(static_cast<std::int64_t>(found.opened.revision));
  response.set_watermark(WatermarkOf(found.opened.name, found.opened.suppositions,
                                     found.opened.revision, found.opened.expires));
  return absl::OkStatus();
}

absl::Status WhatIfService::Explain(const rpc::Identity& caller,
                                    const v1::ExplainSupposedLinkRequest& request,
                                    const view::Patience& patience,
                                    v1::ExplainSupposedLinkResponse& response) const {
  std::vector<rpc::BadField> bad;
  const std::vector<graph::ParsedId> ids = {
      view::ParseAsked(request.first_id(), "first_id", bad),
      view::ParseAsked(request.second_id(), "second_id", bad)};
  SL_ASSIGN_OR_RETURN(const Opened opened, Open(caller, request.what_if(), std::move(bad)));
  view::RevisionWish wish;
  wish.as_at = opened.revision;
  SL_ASSIGN_OR_RETURN(view::Cut cut, view::TakeCut(source_, wish, patience));
  SL_ASSIGN_OR_RETURN(const Supposed supposed, Load(caller, opened, std::move(cut), ids));
  const ResolvedView& view = supposed.view;
  SL_ASSIGN_OR_RETURN(const std::uint32_t first,
                      view::PlaceOfAsked(*supposed.evidence, view, supposed.asked[0], ids[0],
                                         "first_id", supposed.cut.reader));
  SL_ASSIGN_OR_RETURN(const std::uint32_t second,
                      view::PlaceOfAsked(*supposed.evidence, view, supposed.asked[1], ids[1],
                                         "second_id", supposed.cut.reader));
  SL_ASSIGN_OR_RETURN(ExplainedLink explained, series::Explain(*supposed.evidence, view, first,
                                                               second, supposed.cut.reader));
  *response.mutable_explanation() = std::move(explained.explanation);
  response.set_revision(static_cast<std::int64_t>(opened.revision));
  response.set_watermark(
      WatermarkOf(opened.name, opened.suppositions, opened.revision, opened.expires));
  return absl::OkStatus();
}

}  // namespace serieslink::series

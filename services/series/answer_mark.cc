#include "services/series/answer_mark.h"

#include <string>

#include "absl/strings/escaping.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/time_util.h"
#include "storage/base/digest.h"

namespace serieslink::series {
namespace {

// When a finding ceased to be asserted is known only after the revision that answers.
void DropLater(google::protobuf::RepeatedPtrField<linkage::v1::Finding>& findings) {
  for (linkage::v1::Finding& finding : findings) finding.clear_to_revision();
}

void DropLater(linkage::v1::SeriesExplanation& explanation) {
  DropLater(*explanation.mutable_joining());
  DropLater(*explanation.mutable_supporting());
  DropLater(*explanation.mutable_contrary());
  DropLater(*explanation.mutable_undecided());
  DropLater(*explanation.mutable_stale());
}

void DropLater(linkage::v1::LinkExplanation& explanation) {
  for (linkage::v1::ChainLink& link : *explanation.mutable_chain()) {
    link.mutable_finding()->clear_to_revision();
  }
  DropLater(*explanation.mutable_direct_findings());
}

template <typename Response>
void Mark(absl::Time committed, std::string_view agency, Response& response) {
  v1::AnswerMark& mark = *response.mutable_mark();
  *mark.mutable_revision_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(committed));
  mark.set_agency(std::string(agency));
  mark.clear_digest();
  Response lasting = response;
  DropLater(*lasting.mutable_explanation());
  std::string bytes;
  {
    // The same message can be written in several ways; this is one of them.
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    lasting.SerializeToCodedStream(&coded);
  }
  const base::Sha256Digest digest = base::Sha256(bytes);
  const std::string_view digest_bytes = base::AsBytes(digest);
  mark.set_digest(
      absl::BytesToHexString(absl::string_view(digest_bytes.data(), digest_bytes.size())));
}

}  // namespace

void SetMark(absl::Time committed, std::string_view agency, v1::ExplainSeriesResponse& response) {
  Mark(committed, agency, response);
}

void SetMark(absl::Time committed, std::string_view agency, v1::ExplainLinkResponse& response) {
  Mark(committed, agency, response);
}

}  // namespace serieslink::series

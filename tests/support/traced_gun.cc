#include "tests/support/traced_gun.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "services/firearm/firearm_service.h"
#include "services/rpc/page_token.h"
#include "services/view/viewer.h"

namespace serieslink {

firearm::v1::TraceFirearmResponse TraceGun(DerivationPipeline& pipeline, const std::string& agency,
                                           const std::string& id) {
  const rpc::PageTokenSealer tokens({});
  const firearm::FirearmService service(pipeline.source(), &pipeline.ids(), &tokens, "test",
                                        &DerivationPipeline::Now);
  firearm::v1::TraceFirearmRequest request;
  request.set_firearm_id(id);
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  firearm::v1::TraceFirearmResponse response;
  const absl::Status status =
      service.Trace(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
  EXPECT_TRUE(status.ok()) << status << " of " << id;
  return response;
}

}  // namespace serieslink

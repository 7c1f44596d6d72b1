#pragma once

#include <string>

#include "serieslink/firearm/v1/firearm_service.pb.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {

// What `firearm trace` answers to `agency` of the gun of `id`, of everything that was pushed. Fails
// the running test, and answers nothing, where there is none.
firearm::v1::TraceFirearmResponse TraceGun(DerivationPipeline& pipeline, const std::string& agency,
                                           const std::string& id);

}  // namespace serieslink

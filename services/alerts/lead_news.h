#pragma once

#include <vector>

#include "services/alerts/weapon_news.h"
#include "services/view/component_evidence.h"
#include "storage/graph/graph_reader.h"

namespace serieslink::alerts {

// That two exhibits became a lead, one of them of a gun that is reported lost, the other of one
// that was used or came into hand: nothing where the viewer of `evidence` could not see so much
// then, or has them as one weapon. `was_known`: the two were a lead before, and the loss may be
// what is new: then nothing too where the viewer could see as much before, or not both exhibits.
std::vector<News> NewsOfLead(const view::ComponentEvidence& evidence, graph::ExhibitNumber newer,
                             graph::ExhibitNumber older, bool was_known,
                             const NewsContext& context);

}  // namespace serieslink::alerts

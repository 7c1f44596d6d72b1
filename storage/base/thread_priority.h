#pragma once

namespace serieslink::base {

// Lets other threads go first where processors are scarce: for threads that work through queues, so
// that whoever waits for an answer waits less. Threads that it starts later inherit this. There is
// no way back without rights; called again, it changes nothing.
void GiveWay();

}  // namespace serieslink::base

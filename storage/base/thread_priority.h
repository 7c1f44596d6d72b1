#pragma once

namespace serieslink::base {

// Lets other threads go first where processors are scarce: for threads that work through queues, so
// that whoever waits for an answer waits less. Threads that it starts later inherit this. There is
// no way back without rights; called again, it changes nothing.
void GiveWay();

// Lets this thread, and those that it starts later, take a processor when they wake up from one
// that has used it for a tenth of a millisecond at a stretch (the usual is one to three): for
// threads that do little at a time and are waited for. Gives no larger share. Takes no effect
// before Linux 6.12.
void TakeShortTurns();

}  // namespace serieslink::base

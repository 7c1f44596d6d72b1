#pragma once

namespace serieslink::base {

// Lets other threads go first where processors are scarce: for threads that work through queues, so
// that whoever waits for an answer waits less. Threads that it starts later inherit this. There is
// no way back without rights; called again, it changes nothing.
void GiveWay();

// Lets this thread, and those that it starts later, take a processor as soon as they wake up: for
// threads that do little at a time and are waited for. Where the machine grants it (RLIMIT_RTPRIO
// of 1, or the right to set priorities), they get the lowest real-time priority and take turns
// among themselves; what they do for one caller is to be bounded (prompt_work.h). Elsewhere they
// ask for the shortest slices, which gives them no larger share and takes no effect before Linux
// 6.12.
void ComeFirst();

// Makes `thread`, a thread id of Linux, 0 for this one, an ordinary one that asks for the shortest
// slices. Only ComeFirst undoes it, called on that thread.
void MakeOrdinary(int thread);

// Whether this thread has a real-time priority.
bool IsFirst();

}  // namespace serieslink::base

#include "services/cli/interruption.h"

#include <csignal>
#include <utility>

namespace serieslink::cli {
namespace {

// Ends the watcher; nobody else sends it.
constexpr int kEndWatch = SIGUSR2;

sigset_t Watched() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, kEndWatch}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

Interruption::Interruption() {
  const sigset_t signals = Watched();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  watcher_ = std::thread([this] { Watch(); });
}

Interruption::~Interruption() {
  pthread_kill(watcher_.native_handle(), kEndWatch);
  watcher_.join();
  const sigset_t signals = Watched();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Interruption::Watch() {
  const sigset_t signals = Watched();
  int signal = 0;
  if (sigwait(&signals, &signal) != 0 || signal == kEndWatch) return;
  has_happened_ = true;
  {
    const std::lock_guard lock(mutex_);
    if (call_) call_();
    changed_.notify_all();
  }
  // The next one does what it does to any program: it is delivered to this thread.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, kEndWatch);
  sigwait(&end, &signal);
}

void Interruption::Call(std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  call_ = std::move(call);
  if (call_ && has_happened_) call_();
}

void Interruption::Wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return has_happened_.load(); });
}

}  // namespace serieslink::cli

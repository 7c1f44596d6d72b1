#pragma once

#include <sys/types.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

// Who asks for series while records come in.
namespace serieslink::bench {

// How long answers took.
struct AskTimes {
  std::vector<double> series_ms;   // a series by the id of an exhibit of it
  std::vector<double> weapon_ms;   // the same call, where the exhibit's weapon is no series
  std::size_t not_found = 0;       // records without exhibits, and those that are not derived yet
  std::vector<double> refused_ms;  // a call that is refused before anything is read
};

// A client in a process of its own, as an investigator's is beside those that push: 50 times a
// second it asks for the series of an exhibit, three times in four of one that it knows to be of a
// series, else of any that it has been told of. In between it makes a call that the server refuses
// at once, which shows what every call takes. Thread-safe.
class Investigator {
 public:
  // Forks the process: before anything of gRPC is made.
  Investigator();
  ~Investigator();
  Investigator(const Investigator&) = delete;
  Investigator& operator=(const Investigator&) = delete;

  // Begins to ask the server at `address`.
  void Begin(const std::string& address) { Tell(address); }
  // An exhibit that may be asked for from now on.
  void Know(const std::string& exhibit_id) { Tell(exhibit_id); }
  // Ends it. Once.
  AskTimes Stop();

 private:
  void Tell(const std::string& line);

  pid_t pid_ = 0;
  std::mutex mutex_;
  int lines_ = -1;  // to it: the address, then exhibits
  int times_ = -1;  // from it
};

}  // namespace serieslink::bench

#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace serieslink::server {

// How many connections there may be. Until a connection's handshake is over nobody knows whose it
// is, so these are bounds on what a stranger can take, who need only reach the port.
struct ConnectionLimits {
  int connections_max = 4096;
  // From one IPv4 address, or one IPv6 network of 64 bits.
  int connections_per_address_max = 1024;
  // Whoever has not proved who it is by then holds a connection no longer.
  absl::Duration handshake_max = absl::Seconds(20);
  // A peer that takes nothing of what waits for it, or is gone without a word, is cut off by then.
  absl::Duration unsent_max = absl::Seconds(20);
};

// Accepts TCP connections and hands them over. One beyond those of its address is closed at once.
// When all places are taken, the oldest connection that may still be in its handshake makes room;
// so strangers who open connections without end push out one another, and a client that goes on
// gets in. gRPC's own listener bounds nothing, and listens no more once it finds no free file.
class Listener {
 public:
  // Takes `address` ("host:port"; port 0 lets the system choose). `now` is the clock.
  // Errors: UNAVAILABLE (the address cannot be listened on).
  static absl::StatusOr<std::unique_ptr<Listener>> Open(const std::string& address,
                                                        const ConnectionLimits& limits,
                                                        std::function<absl::Time()> now);

  // The host of the address with the port that is listened on.
  const std::string& address() const { return address_; }

  // Accepts from now on, on a thread of its own. `hand_over` is given each connection's socket,
  // which does not block, and owns it. It shuts the socket down when it is done with it, as gRPC
  // does: that ends the connection here too.
  void Start(std::function<void(int socket)> hand_over);

  // Accepts no more; connections live on. Idempotent.
  void Stop();

  ~Listener();

 private:
  struct Connection {
    std::uint64_t id = 0;
    int socket = -1;      // a second descriptor, which tells when the connection ends
    std::string network;  // whose places it counts among
    absl::Time since;
    bool is_settled = false;
  };
  using Connections = std::list<Connection>;  // in the order of their arrival

  Listener(const ConnectionLimits& limits, std::function<absl::Time()> now)
      : limits_(limits), now_(std::move(now)) {}

  // What epoll is told to call things: a listening socket by its index, a connection by its id.
  static constexpr std::uint64_t kFirstConnection = std::uint64_t{1} << 32;
  static constexpr std::uint64_t kStop = kFirstConnection - 1;

  absl::Status OpenSockets(const std::string& address);
  void Run();
  void Accept(int listening);
  bool MakeRoom(const std::string& network);
  void Remember(int socket, std::string network);
  void Forget(std::uint64_t id);
  // Listens no more for a moment, or listens again.
  void SetPaused(bool paused);
  void TellOfRefusal(const char* why);

  const ConnectionLimits limits_;
  const std::function<absl::Time()> now_;
  std::string address_;
  std::vector<int> listening_;
  int events_ = -1;  // epoll
  int stop_ = -1;    // eventfd
  std::function<void(int)> hand_over_;
  std::thread thread_;

  // Of the thread.
  Connections young_;  // may be in their handshake
  Connections settled_;
  std::unordered_map<std::uint64_t, Connections::iterator> connections_;
  std::uint64_t last_id_ = kFirstConnection;
  std::map<std::string, int> of_network_;
  bool paused_ = false;
  absl::Time told_ = absl::InfinitePast();
};

}  // namespace serieslink::server

#include "services/server/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/process_log.h"
#include "storage/base/status_macros.h"

namespace serieslink::server {
namespace {

// Without a free file, it waits so long before it accepts again.
constexpr int kPauseMilliseconds = 100;
// Connections accepted before those that ended are looked at.
constexpr int kAcceptedAtOnce = 64;
// The operator's log tells of refused connections no more often.
constexpr absl::Duration kToldInterval = absl::Minutes(1);

void Set(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof(value));
}

// Whose places a connection counts among: the IPv4 address, or the IPv6 network of 64 bits, of
// which one host may use every address.
std::string NetworkOf(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET6) {
    in6_addr address{};
    std::memcpy(&address, &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, sizeof(address));
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
      return std::string(reinterpret_cast<const char*>(&address.s6_addr[12]), 4);
    }
    return std::string(reinterpret_cast<const char*>(&address.s6_addr[0]), 8);
  }
  return std::string(
      reinterpret_cast<const char*>(&reinterpret_cast<const sockaddr_in&>(peer).sin_addr), 4);
}

int PortOf(int socket) {
  sockaddr_storage own{};
  socklen_t size = sizeof(own);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0) return 0;
  return ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(own).sin6_port
                                         : reinterpret_cast<const sockaddr_in&>(own).sin_port);
}

void SetPort(sockaddr* address, int port) {
  const auto value = htons(static_cast<std::uint16_t>(port));
  if (address->sa_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(address)->sin6_port = value;
  } else {
    reinterpret_cast<sockaddr_in*>(address)->sin_port = value;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Open(const std::string& address,
                                                         const ConnectionLimits& limits,
                                                         std::function<absl::Time()> now) {
  std::unique_ptr<Listener> listener(new Listener(limits, std::move(now)));
  SL_RETURN_IF_ERROR(listener->OpenSockets(address));
  return listener;
}

absl::Status Listener::OpenSockets(const std::string& address) {
  const absl::Status cannot_listen = absl::UnavailableError(
      absl::StrCat("cannot listen on '", address, "': the port is taken, or not one of this host"));
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return cannot_listen;
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.empty() ? nullptr : host.c_str(), address.substr(colon + 1).c_str(), &hints,
                  &found) != 0) {
    return cannot_listen;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, freeaddrinfo);
  int port = 0;
  for (addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int socket =
        ::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, one->ai_protocol);
    if (socket < 0) continue;  // a host without one of the families
    // All of one name's addresses have one port, and no two servers share it.
    if (port != 0) SetPort(one->ai_addr, port);
    Set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    if (one->ai_family == AF_INET6) {
      Set(socket, IPPROTO_IPV6, IPV6_V6ONLY, found->ai_next != nullptr ? 1 : 0);
    }
    if (bind(socket, one->ai_addr, one->ai_addrlen) != 0 || listen(socket, SOMAXCONN) != 0) {
      const bool is_absent = errno == EADDRNOTAVAIL;
      close(socket);
      if (is_absent) continue;
      return cannot_listen;
    }
    listening_.push_back(socket);
    port = PortOf(socket);
  }
  if (listening_.empty()) return cannot_listen;
  address_ = absl::StrCat(address.substr(0, colon), ":", port);

  events_ = epoll_create1(EPOLL_CLOEXEC);
  stop_ = eventfd(0, EFD_CLOEXEC);
  const auto watch = [this](int socket, std::uint64_t name) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = name;
    return epoll_ctl(events_, EPOLL_CTL_ADD, socket, &event) == 0;
  };
  bool is_watched = watch(stop_, kStop);
  for (std::size_t i = 0; i < listening_.size(); ++i) {
    is_watched = is_watched && watch(listening_[i], i);
  }
  return is_watched ? absl::OkStatus()
                    : absl::UnavailableError("cannot wait for connections: no file is free");
}

void Listener::Start(std::function<void(int socket)> hand_over) {
  hand_over_ = std::move(hand_over);
  thread_ = std::thread([this] { Run(); });
}

void Listener::Stop() {
  if (thread_.joinable()) {
    eventfd_write(stop_, 1);
    thread_.join();
  }
  for (const int socket : listening_) close(socket);
  listening_.clear();
}

Listener::~Listener() {
  Stop();
  for (const auto& [id, connection] : connections_) close(connection->socket);
  if (events_ >= 0) close(events_);
  if (stop_ >= 0) close(stop_);
}

void Listener::Run() {
  std::array<epoll_event, 64> happened{};
  for (;;) {
    const int count = epoll_wait(events_, happened.data(), static_cast<int>(happened.size()),
                                 paused_ ? kPauseMilliseconds : -1);
    if (count == 0) SetPaused(false);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t name = happened[i].data.u64;
      if (name == kStop) return;
      if (name < listening_.size()) {
        Accept(listening_[name]);
      } else if ((happened[i].events & EPOLLHUP) != 0 && connections_.contains(name)) {
        Forget(name);
      }
    }
  }
}

void Listener::Accept(int listening) {
  for (int i = 0; i < kAcceptedAtOnce; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof(peer);
    const int socket =
        accept4(listening, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        TellOfRefusal("no file is free");
        SetPaused(true);
      }
      return;  // none is left, or one went away before it was accepted
    }
    std::string network = NetworkOf(peer);
    const int second = MakeRoom(network) ? fcntl(socket, F_DUPFD_CLOEXEC, 0) : -1;
    if (second < 0) {
      close(socket);
      continue;
    }
    Set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    Set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
        static_cast<int>(absl::ToInt64Milliseconds(limits_.unsent_max)));
    Remember(second, std::move(network));
    hand_over_(socket);
  }
}

bool Listener::MakeRoom(const std::string& network) {
  const auto held = of_network_.find(network);
  if (held != of_network_.end() && held->second >= limits_.connections_per_address_max) {
    TellOfRefusal("one address has as many as it may");
    return false;
  }
  const absl::Time young_since = now_() - limits_.handshake_max;
  while (!young_.empty() && young_.front().since < young_since) {
    young_.front().is_settled = true;
    settled_.splice(settled_.end(), young_, young_.begin());
  }
  if (connections_.size() < static_cast<std::size_t>(limits_.connections_max)) return true;
  TellOfRefusal("there are as many as there may be");
  if (young_.empty()) return false;
  shutdown(young_.front().socket, SHUT_RDWR);
  Forget(young_.front().id);
  return true;
}

void Listener::Remember(int socket, std::string network) {
  epoll_event event{};
  event.events = EPOLLET;  // and EPOLLHUP, always: once both sides have ended
  event.data.u64 = ++last_id_;
  if (epoll_ctl(events_, EPOLL_CTL_ADD, socket, &event) != 0) {
    shutdown(socket, SHUT_RDWR);  // it could not be counted
    close(socket);
    return;
  }
  ++of_network_[network];
  connections_[last_id_] = young_.insert(
      young_.end(),
      Connection{.id = last_id_, .socket = socket, .network = std::move(network), .since = now_()});
}

void Listener::Forget(std::uint64_t id) {
  const auto found = connections_.find(id);
  const Connections::iterator connection = found->second;
  const auto held = of_network_.find(connection->network);
  if (--held->second == 0) of_network_.erase(held);
  epoll_ctl(events_, EPOLL_CTL_DEL, connection->socket, nullptr);
  close(connection->socket);
  (connection->is_settled ? settled_ : young_).erase(connection);
  connections_.erase(found);
}

void Listener::SetPaused(bool paused) {
  paused_ = paused;
  for (std::size_t i = 0; i < listening_.size(); ++i) {
    epoll_event event{};
    if (!paused) event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(events_, EPOLL_CTL_MOD, listening_[i], &event);
  }
}

void Listener::TellOfRefusal(const char* why) {
  const absl::Time now = now_();
  if (now < told_ + kToldInterval) return;
  told_ = now;
  rpc::LogEvent(rpc::LogLevel::kWarning, "connections_refused",
                {{"why", why}, {"held", absl::StrCat(connections_.size())}});
}

}  // namespace serieslink::server

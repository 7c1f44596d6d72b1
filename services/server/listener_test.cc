#include "services/server/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::server {
namespace {

// A socket that is closed with its owner.
class Socket {
 public:
  explicit Socket(int number) : number_(number) {}
  Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

  // Waits until the other side has ended it, for as long as a test may take.
  bool IsEnded() const {
    pollfd waited{.fd = number_, .events = POLLIN, .revents = 0};
    if (poll(&waited, 1, 60'000) != 1) return false;
    char byte = 0;
    return recv(number_, &byte, 1, MSG_DONTWAIT) <= 0;
  }
  bool IsOpen() const {
    char byte = 0;
    return recv(number_, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
  }

 private:
  int number_;
};

// A listener, and what it handed over.
class ListenerTest : public testing::Test {
 protected:
  void Listen(const ConnectionLimits& limits, const std::string& address = "127.0.0.1:0") {
    auto opened = Listener::Open(address, limits, [this] {
      const std::lock_guard lock(mutex_);
      return now_;
    });
    ASSERT_TRUE(opened.ok()) << opened.status();
    listener_ = *std::move(opened);
    listener_->Start([this](int socket) {
      const std::lock_guard lock(mutex_);
      served_.emplace_back(socket);
      changed_.notify_all();
    });
  }

  // A client's connection, from any address of the host's own network.
  Socket Connect(const std::string& from = "127.0.0.1") const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    inet_pton(AF_INET, from.c_str(), &own.sin_addr);
    EXPECT_EQ(bind(socket, reinterpret_cast<sockaddr*>(&own), sizeof(own)), 0);
    sockaddr_in server = own;
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    int port = 0;
    const std::string& address = listener_->address();
    EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
    server.sin_port = htons(static_cast<std::uint16_t>(port));
    EXPECT_EQ(connect(socket, reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
    return Socket(socket);
  }

  // Connects, and waits until the connection has been handed over, as the `count`th.
  Socket Served(std::size_t count, const std::string& from = "127.0.0.1") {
    Socket made = Connect(from);
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::minutes(1), [&] { return served_.size() == count; }));
    return made;
  }

  // Connects until a connection is handed over, as the `count`th: the listener may not have seen
  // yet that another has ended.
  Socket ServedAtLast(std::size_t count) {
    for (int i = 0; i < 600; ++i) {
      Socket made = Connect();
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, std::chrono::milliseconds(100),
                            [&] { return served_.size() == count; })) {
        return made;
      }
    }
    ADD_FAILURE() << "no place is given back";
    return Connect();
  }

  // Ends the server's side of the `index`th, as gRPC does.
  void EndServed(std::size_t index) {
    const std::lock_guard lock(mutex_);
    shutdown(served_[index].number(), SHUT_RDWR);
  }

  std::size_t served_count() {
    const std::lock_guard lock(mutex_);
    return served_.size();
  }

  std::unique_ptr<Listener> listener_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Socket> served_;
  absl::Time now_ = absl::UnixEpoch();
};

TEST_F(ListenerTest, AnAddressHasSoManyAndNoOtherPaysForIt) {
  Listen({.connections_max = 10, .connections_per_address_max = 2});
  const Socket first = Served(1);
  const Socket second = Served(2);
  const Socket third = Connect();
  EXPECT_TRUE(third.IsEnded());
  const Socket elsewhere = Served(3, "127.0.0.2");
  EXPECT_TRUE(first.IsOpen() && second.IsOpen() && elsewhere.IsOpen());

  // A place is given back when the server's side has ended, whatever else holds the socket.
  EndServed(0);
  EXPECT_TRUE(first.IsEnded());
  const Socket fourth = ServedAtLast(4);
  EXPECT_TRUE(fourth.IsOpen());
  EXPECT_TRUE(Connect().IsEnded());
}

TEST_F(ListenerTest, WhoMayBeInItsHandshakeMakesRoomAndNobodyElse) {
  Listen({.connections_max = 3, .handshake_max = absl::Seconds(20)});
  const Socket settled = Served(1);
  {
    const std::lock_guard lock(mutex_);
    now_ += absl::Seconds(21);
  }
  const Socket oldest = Served(2);
  const Socket younger = Served(3);
  const Socket newcomer = Served(4);
  EXPECT_TRUE(oldest.IsEnded());
  EXPECT_TRUE(settled.IsOpen() && younger.IsOpen() && newcomer.IsOpen());

  {
    const std::lock_guard lock(mutex_);
    now_ += absl::Seconds(21);
  }
  EXPECT_TRUE(Connect().IsEnded()) << "all have been there for long";
  EXPECT_TRUE(settled.IsOpen() && younger.IsOpen() && newcomer.IsOpen());
}

TEST_F(ListenerTest, WithoutAFreeFileItWaitsAndGoesOn) {
  Listen({});
  const Socket first = Served(1);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<Socket> connecting;
  for (int i = 0; i < 3; ++i) connecting.emplace_back(::socket(AF_INET, SOCK_STREAM, 0));
  rlimit none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_in server{};
  server.sin_family = AF_INET;
  inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
  int port = 0;
  ASSERT_TRUE(absl::SimpleAtoi(listener_->address().substr(10), &port));
  server.sin_port = htons(static_cast<std::uint16_t>(port));
  for (const Socket& one : connecting) {
    EXPECT_EQ(connect(one.number(), reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
  }
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  const Socket last = Served(5);
  EXPECT_TRUE(first.IsOpen() && last.IsOpen());
}

TEST_F(ListenerTest, AStoppedOneAcceptsNothingAndLetsConnectionsLive) {
  Listen({});
  const Socket first = Served(1);
  listener_->Stop();
  EXPECT_TRUE(first.IsOpen());
  EXPECT_EQ(served_count(), 1);
}

TEST(ListenerAddressTest, TakesWhatCanBeListenedOn) {
  const auto now = [] { return absl::UnixEpoch(); };
  for (const char* address : {"localhost:0", "0.0.0.0:0", ":0"}) {
    const auto opened = Listener::Open(address, {}, now);
    ASSERT_TRUE(opened.ok()) << address << ": " << opened.status();
    EXPECT_THAT((*opened)->address(), testing::Not(testing::EndsWith(":0")));
    const auto again = Listener::Open((*opened)->address(), {}, now);
    EXPECT_EQ(again.status().code(), absl::StatusCode::kUnavailable) << "two servers, one port";
  }
  for (const char* address : {"nowhere.invalid:0", "127.0.0.1:port", "127.0.0.1", "192.0.2.1:0"}) {
    EXPECT_EQ(Listener::Open(address, {}, now).status().code(), absl::StatusCode::kUnavailable)
        << address;
  }
}

}  // namespace
}  // namespace serieslink::server

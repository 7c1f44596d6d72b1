#include "services/server/grpc_server.h"

#include <set>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/server_builder.h"
#include "storage/base/status_macros.h"
#include "storage/base/thread_priority.h"

namespace serieslink::server {
namespace {

void AddDuration(const char* argument, absl::Duration value, grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(argument, static_cast<int>(absl::ToInt64Milliseconds(value)));
}

// How long answers that were sent may be on their way when the server goes down.
constexpr absl::Duration kTakeAnswersMax = absl::Seconds(1);

// "/package.Service/Call" to "package.Service".
std::string ServiceOf(const std::string& call) { return call.substr(1, call.rfind('/') - 1); }

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Listen(
    const std::string& address, std::shared_ptr<grpc::ServerCredentials> credentials,
    const std::string& trust_domain, const GrpcLimits& limits,
    const std::vector<std::unique_ptr<rpc::Module>>& modules, std::function<absl::Time()> now) {
  // Both must be said before a server is built, and are the same for all servers of a process.
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  // gRPC's health service has no schema of its own that reflection could show; this links ours in.
  google::protobuf::LinkMessageReflection<grpc::health::v1::HealthCheckRequest>();

  grpc::ServerBuilder builder;
  grpc::ResourceQuota quota("serieslink");
  quota.Resize(limits.memory_bytes_max);
  quota.SetMaxThreads(limits.threads_max);
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes_max));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_per_connection_max);
  AddDuration(GRPC_ARG_MAX_CONNECTION_AGE_MS, limits.connection_age_max, builder);
  AddDuration(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, limits.connection_age_grace, builder);
  AddDuration(GRPC_ARG_MAX_CONNECTION_IDLE_MS, limits.connection_idle_max, builder);
  AddDuration(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, limits.connections.handshake_max, builder);
  // A stream's window grows with a request that is read, not with what its connection could carry:
  // gRPC would take megabytes ahead of each stream that waits for room.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  auto gate = std::make_unique<rpc::CallGate>(trust_domain, limits.calls_per_agency_max, now);
  std::set<std::string> guarded;
  std::set<std::string> health;
  for (const auto& module : modules) {
    for (rpc::Service* service : module->services()) {
      service->Guard(gate.get(), limits.patience);
      for (const std::string& call : service->calls()) {
        guarded.insert(call);
        health.insert(ServiceOf(call));
      }
      builder.RegisterService(service);
    }
  }
  credentials->SetAuthMetadataProcessor(gate->MakeProcessor(guarded));
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(gate->MakeInterceptors(std::move(guarded)));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  SL_ASSIGN_OR_RETURN(auto listener, Listener::Open(address, limits.connections, now));
  const std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor =
      builder.experimental().AddExternalConnectionAcceptor(
          grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
          std::move(credentials));
  // Threads that carry calls inherit this; those that work through queues were made before.
  base::ComeFirst();
  const absl::Cleanup be_ordinary = [] { base::MakeOrdinary(0); };
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::InternalError("gRPC cannot serve with this configuration");
  for (const std::string& name : health) {
    server->GetHealthCheckService()->SetServingStatus(name, true);
  }
  listener->Start([acceptor](int socket) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = socket;
    acceptor->HandleNewConnection(&connection);
  });
  return std::unique_ptr<GrpcServer>(
      new GrpcServer(std::move(gate), std::move(server), std::move(listener), std::move(now)));
}

void GrpcServer::SetServing(const std::string& name, bool serves) {
  server_->GetHealthCheckService()->SetServingStatus(name, serves);
}

void GrpcServer::SetNotServing() { server_->GetHealthCheckService()->Shutdown(); }

void GrpcServer::Drain() {
  SetNotServing();
  listener_->Stop();
  gate_->Drain();
}

void GrpcServer::Shutdown(absl::Time deadline) {
  gate_->AwaitIdle(deadline);
  // gRPC waits for whatever there is: clients that watch health without end, and connections whose
  // client does not answer when it is told to go. Only calls of ours are worth a wait, and those
  // have sent their answers: what is left has this long to take them.
  server_->Shutdown(absl::ToChronoTime(now_() + kTakeAnswersMax));
  server_->Wait();
}

GrpcServer::~GrpcServer() = default;

}  // namespace serieslink::server

#include "tests/bench/limits.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/method_handler.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/impl/codegen/rpc_service_method.h"
#include "rocksdb/db.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"
#include "rocksdb/write_batch.h"
#include "tests/bench/byte_stream.h"
#include "tests/bench/figures.h"
#include "tests/support/agency_client.h"
#include "tests/support/test_pki.h"

namespace serieslink::bench {
namespace {

constexpr char kEchoMethod[] = "/serieslink.bench.Echo/Echo";

// Sends back every message as it came.
class EchoService final : public grpc::Service {
 public:
  EchoService() {
    using grpc::internal::BidiStreamingHandler;
    AddMethod(new grpc::internal::RpcServiceMethod(
        kEchoMethod, grpc::internal::RpcMethod::BIDI_STREAMING,
        new BidiStreamingHandler<EchoService, grpc::ByteBuffer, grpc::ByteBuffer>(
            [](EchoService*, grpc::ServerContext*,
               grpc::ServerReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>* stream) {
              grpc::ByteBuffer message;
              while (stream->Read(&message) && stream->Write(message)) {
              }
              return grpc::Status::OK;
            },
            this)));
  }
};

std::shared_ptr<grpc::ServerCredentials> EchoCredentials() {
  const config::v1::TlsConfig tls = TestPki::Get().ServerTls();
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = ReadFile(tls.client_ca());
  options.pem_key_cert_pairs.push_back({ReadFile(tls.private_key()), ReadFile(tls.certificate())});
  return grpc::SslServerCredentials(options);
}

// With the options of the program that the six-key limit was first measured with.
std::unique_ptr<rocksdb::DB> OpenNew(const std::string& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.error_if_exists = true;
  options.write_buffer_size = 128u << 20;
  options.max_write_buffer_number = 4;
  options.max_background_jobs = 2;
  options.level_compaction_dynamic_level_bytes = true;
  options.bytes_per_sync = 1u << 20;
  options.compression = rocksdb::kLZ4Compression;
  options.max_bytes_for_level_base = 512u << 20;
  options.target_file_size_base = 64u << 20;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(std::size_t{2} << 30);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.block_size = 8192;
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  rocksdb::DB* db = nullptr;
  if (const auto status = rocksdb::DB::Open(options, directory, &db); !status.ok()) {
    Die("RocksDB does not open: " + status.ToString());
  }
  return std::unique_ptr<rocksdb::DB>(db);
}

std::string BigEndian(std::uint64_t value) {
  std::string bytes(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) bytes[i] = static_cast<char>(value);
  return bytes;
}

std::uint64_t Mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

void WriteSynced(rocksdb::DB& db, rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  if (const auto status = db.Write(options, &batch); !status.ok()) {
    Die("RocksDB does not write: " + status.ToString());
  }
  batch.Clear();
}

}  // namespace

double GrpcEchoRecordsPerSecond(const std::vector<AgencyLoad>& loads) {
  EchoService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", EchoCredentials(), &port);
  builder.SetMaxReceiveMessageSize(8 << 20);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) Die("the echo server does not start");
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const auto begun = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (const AgencyLoad& load : loads) {
    threads.emplace_back([&] {
      ByteStream stream(NewChannel(address, TestPki::Get().Client(load.agency)), kEchoMethod);
      std::counting_semaphore<> window(kWindowBatches);
      std::thread reader([&] {
        std::string answer;
        for (std::size_t i = 0; i < load.batches.size(); ++i) {
          if (!stream.Read(&answer)) Die("the echo ended early");
          window.release();
        }
      });
      for (const LoadBatch& batch : load.batches) {
        window.acquire();
        stream.Write(batch.bytes);
      }
      stream.WritesDone();
      reader.join();
      stream.Finish();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = SecondsSince(begun);
  server->Shutdown();
  return static_cast<double>(RecordsOf(loads)) / seconds;
}

double RocksDbRecordsPerSecond(const std::vector<AgencyLoad>& loads, std::size_t group_records,
                               const std::string& directory) {
  const std::unique_ptr<rocksdb::DB> db = OpenNew(directory);
  const auto begun = std::chrono::steady_clock::now();
  rocksdb::WriteBatch write;
  std::uint64_t key = 0;
  std::size_t grouped = 0;
  for (const AgencyLoad& load : loads) {
    for (const LoadBatch& batch : load.batches) {
      const std::size_t share = batch.bytes.size() / batch.records;
      for (std::size_t i = 0; i < batch.records; ++i) {
        write.Put(BigEndian(++key), rocksdb::Slice(batch.bytes.data() + i * share, share));
        if (++grouped < group_records) continue;
        WriteSynced(*db, write);
        grouped = 0;
      }
    }
  }
  if (grouped > 0) WriteSynced(*db, write);
  return static_cast<double>(key) / SecondsSince(begun);
}

double SixKeyRecordsPerSecond(std::size_t records, const std::string& directory) {
  constexpr std::size_t kGroup = 256;
  const std::unique_ptr<rocksdb::DB> db = OpenNew(directory);
  const auto begun = std::chrono::steady_clock::now();
  rocksdb::WriteBatch write;
  std::string value(250, '\0');
  for (std::size_t i = 0; i < records; ++i) {
    const std::uint64_t hash = Mix(i);
    for (std::size_t at = 0; at + 8 <= value.size(); at += 8) {
      value.replace(at, 8, BigEndian(Mix(hash + at / 16)));
    }
    write.Put("R" + BigEndian(i), value);
    for (std::uint64_t k = 1; k < 6; ++k) {
      write.Put(
          std::string(1, static_cast<char>('A' + k)) + BigEndian(Mix(hash + k)) + BigEndian(i),
          rocksdb::Slice());
    }
    if ((i + 1) % kGroup == 0 || i + 1 == records) WriteSynced(*db, write);
  }
  return static_cast<double>(records) / SecondsSince(begun);
}

}  // namespace serieslink::bench

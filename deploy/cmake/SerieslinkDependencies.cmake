# Everything comes from Debian packages (deploy/packages/*.txt lists them).
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl CONFIG REQUIRED)
# Debian ships no protobuf-config.cmake: module mode, and before gRPC.
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)

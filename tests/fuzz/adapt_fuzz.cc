#include "tests/fuzz/adapt_fuzz.h"

// tests/fuzz/CMakeLists.txt says how to run it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  serieslink::fuzz::AdaptInput({reinterpret_cast<const char*>(data), size});
  return 0;
}

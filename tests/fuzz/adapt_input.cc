#include <cstdio>
#include <cstdlib>
#include <string>

#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "services/ingest/core/adapter.h"
#include "tests/fuzz/adapt_fuzz.h"

namespace serieslink::fuzz {
namespace {

// A text that is none is no news.
class QuietCollector : public google::protobuf::io::ErrorCollector {
  void AddError(int, int, const std::string&) override {}
};

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "adapt: %s\n", what);
  std::abort();
}

}  // namespace

std::optional<bool> AdaptInput(std::string_view input) {
  feed::v1::FeedMessage message;
  if (!message.ParseFromArray(input.data(), static_cast<int>(input.size()))) {
    QuietCollector errors;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&errors);
    if (!parser.ParseFromString(std::string(input), &message)) return std::nullopt;
  }
  // 1 June 2024.
  const ingest::AdaptContext context = {.agency = "kent",
                                        .received_time = absl::FromUnixSeconds(1717243200)};
  const ingest::AdaptedMessage first = ingest::Adapt(message, context);
  const ingest::AdaptedMessage second = ingest::Adapt(message, context);
  Require(first.record.SerializeAsString() == second.record.SerializeAsString(),
          "the same message gave two records");
  Require(first.violations.size() == second.violations.size(),
          "the same message was refused in two ways");
  if (!first.violations.empty()) return false;
  Require(!first.record.source().source_id().empty(), "a record without a name was accepted");
  Require(first.record.kind() != record::v1::RECORD_KIND_UNSPECIFIED,
          "a record of no kind was accepted");
  return true;
}

}  // namespace serieslink::fuzz

#include "tests/support/exchanged_losses.h"

#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/cli/exchange_writer.h"
#include "services/stolen/stolen_service.h"

namespace serieslink {

std::string ExportedLosses(DerivationPipeline& pipeline, const std::string& agency,
                           cli::ExchangeScheme scheme, bool is_csv) {
  absl::TimeZone london;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london));
  const rpc::PageTokenSealer tokens({});
  const stolen::StolenService service(pipeline.source(), &tokens, "test", &DerivationPipeline::Now,
                                      london);
  stolen::v1::ListLossCasesRequest request;
  request.mutable_filter()->add_states(stolen::v1::LOSS_CASE_STATE_OUTSTANDING);
  request.mutable_filter()->add_states(stolen::v1::LOSS_CASE_STATE_SIGHTED);
  request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline.revision()));
  std::ostringstream out;
  cli::ExchangeWriter writer(scheme, is_csv, out);
  do {
    stolen::v1::ListLossCasesResponse response;
    const absl::Status status =
        service.List(view::Viewer{agency}, request, absl::InfiniteFuture(), response);
    EXPECT_TRUE(status.ok()) << status;
    for (const stolen::v1::LossCase& one : response.cases()) {
      for (const cli::ExchangeRow& row : cli::RowsOf(one, scheme)) {
        const absl::Status added = writer.Add(row);
        EXPECT_TRUE(added.ok()) << added;
      }
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  const absl::Status finished = writer.Finish();
  EXPECT_TRUE(finished.ok()) << finished;
  return out.str();
}

std::vector<std::string> ImportLosses(DerivationPipeline& pipeline, const std::string& agency,
                                      const cli::ExchangeInput& input, const std::string& text) {
  std::vector<std::string> refused;
  std::vector<SentMessage> messages;
  cli::RecordSink sink;
  sink.on_record = [&](cli::InputRecord&& record) {
    messages.push_back({agency, std::move(record.message)});
    return absl::OkStatus();
  };
  sink.on_unreadable = [&](cli::UnreadableLine&& line) {
    refused.push_back(absl::StrCat(line.line, ": ", line.problem));
  };
  std::istringstream in(text);
  const absl::Status status = cli::ReadExchange(in, input, sink);
  EXPECT_TRUE(status.ok()) << status;
  if (messages.empty()) return refused;
  for (const ingest::v1::Acknowledgement& acknowledgement : pipeline.Push(messages)) {
    for (const auto& violation : acknowledgement.violations()) {
      refused.push_back(absl::StrCat(violation.field(), ": ", violation.description()));
    }
  }
  return refused;
}

}  // namespace serieslink

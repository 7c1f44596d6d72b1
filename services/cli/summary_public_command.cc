#include "services/cli/summary_public_command.h"

#include <algorithm>
#include <iostream>

#include "serieslink/summary/v1/public_summary_service.grpc.pb.h"
#include "services/cli/exit_code.h"
#include "services/cli/public_summary_page.h"
#include "services/cli/wording.h"
#include "services/summary/release/figures_csv.h"

namespace serieslink::cli {
namespace {

constexpr int kPublicColumnsMax = 80;
constexpr char kDraft[] = "draft, not issued";

}  // namespace

int RunPublicSummary(const CommandOptions& common,
                     const summary::v1::PreviewPublicSummaryRequest& request,
                     const std::string& format) {
  const absl::StatusOr<Connection> connection = Connect(common);
  if (!connection.ok()) return kExitUsage;
  grpc::ClientContext context;
  SetDeadline(context, common);
  summary::v1::PreviewPublicSummaryResponse response;
  const grpc::Status status = summary::v1::PublicSummaryService::NewStub(connection->channel())
                                  ->PreviewPublicSummary(&context, request, &response);
  if (!status.ok()) return FailCall(status, *connection);
  if (format == "json") {
    std::cout << JsonOf(response.summary(), true);
  } else if (format == "csv") {
    std::cout << summary::FiguresCsv(response.summary());
  } else if (format == "html") {
    WritePublicSummaryHtml(response.summary(), kDraft, std::cout);
  } else {
    const int width_columns = std::min(TerminalWidthColumns(), kPublicColumnsMax);
    WritePublicSummaryText(response.summary(), kDraft, width_columns, std::cout);
    WriteDisclosureAudit(response.audit(), width_columns, std::cout);
  }
  return kExitOk;
}

}  // namespace serieslink::cli

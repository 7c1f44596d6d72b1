#pragma once

#include "serieslink/summary/v1/public_summary_service.pb.h"
#include "services/cli/command.h"

namespace serieslink::cli {

// Shows the draft that `request` asks for as text, html, csv or json. Returns an exit code.
int RunPublicSummary(const CommandOptions& common,
                     const summary::v1::PreviewPublicSummaryRequest& request,
                     const std::string& format);

// Adds the commands that issue public summaries, list and fetch those that were issued, and check
// one without a server. As the functions of command.h.
void AddSummaryReleaseCommands(CLI::App& summary, const CommandOptions& common, Command& chosen);

}  // namespace serieslink::cli

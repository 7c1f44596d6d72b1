#include "services/server/lifecycle.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/rpc/process_log.h"
#include "storage/base/status_macros.h"
#include "storage/base/text.h"

namespace serieslink::server {

absl::StatusOr<std::vector<std::string>> StartOrder(const std::vector<ModuleRow>& table,
                                                    const std::vector<std::string>& wanted) {
  std::map<std::string, const ModuleRow*> rows;
  for (const ModuleRow& row : table) rows[row.name] = &row;
  enum class Mark { kVisiting, kPlaced };
  std::map<std::string, Mark> marks;
  std::vector<std::string> order;
  std::function<absl::Status(const std::string&)> place =
      [&](const std::string& name) -> absl::Status {
    const auto row = rows.find(name);
    if (row == rows.end()) {
      return absl::InvalidArgumentError(absl::StrCat("there is no module called '", name, "'"));
    }
    if (const auto mark = marks.find(name); mark != marks.end()) {
      if (mark->second == Mark::kPlaced) return absl::OkStatus();
      return absl::InternalError(absl::StrCat("module '", name, "' needs itself"));
    }
    marks[name] = Mark::kVisiting;
    for (const std::string& needed : row->second->needs) SL_RETURN_IF_ERROR(place(needed));
    marks[name] = Mark::kPlaced;
    order.push_back(name);
    return absl::OkStatus();
  };
  for (const std::string& name : wanted) {
    if (!rows.contains(name)) SL_RETURN_IF_ERROR(place(name));
  }
  for (const ModuleRow& row : table) {
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), row.name) != wanted.end()) {
      SL_RETURN_IF_ERROR(place(row.name));
    }
  }
  return order;
}

absl::Status Lifecycle::Start(std::vector<std::unique_ptr<rpc::Module>> modules) {
  for (auto& module : modules) {
    if (absl::Status started = module->Start(); !started.ok()) {
      Stop();
      return absl::Status(started.code(), absl::StrCat("module ", AbslView(module->name()), ": ",
                                                       started.message()));
    }
    modules_.push_back(std::move(module));
  }
  return absl::OkStatus();
}

void Lifecycle::Drain() {
  for (auto module = modules_.rbegin(); module != modules_.rend(); ++module) (*module)->Drain();
}

void Lifecycle::Stop() {
  while (!modules_.empty()) {
    modules_.back()->Stop();
    modules_.pop_back();
  }
}

}  // namespace serieslink::server

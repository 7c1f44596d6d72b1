#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/rpc/module.h"

namespace serieslink::server {

// One row of the table of modules: what it is called and what must run before it.
struct ModuleRow {
  std::string name;
  std::vector<std::string> needs;
};

// The order in which the modules of `table` start: every module after what it needs, otherwise as
// in the table. With `wanted` not empty, only those and what they need. Errors: INVALID_ARGUMENT
// (unknown name), INTERNAL (the table has a cycle).
absl::StatusOr<std::vector<std::string>> StartOrder(const std::vector<ModuleRow>& table,
                                                    const std::vector<std::string>& wanted);

// Starts modules in order, drains and stops them in reverse. Not thread-safe.
class Lifecycle {
 public:
  // Starts `modules` one by one. When one fails, those before it are stopped again.
  // Errors: the failing module's, with its name.
  absl::Status Start(std::vector<std::unique_ptr<rpc::Module>> modules);

  const std::vector<std::unique_ptr<rpc::Module>>& modules() const { return modules_; }

  // In reverse order of start. Idempotent.
  void Drain();
  void Stop();

 private:
  std::vector<std::unique_ptr<rpc::Module>> modules_;
};

}  // namespace serieslink::server

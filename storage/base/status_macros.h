#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Return-if-error and assign-or-return; nothing else.

#define SL_STATUS_CONCAT_INNER_(a, b) a##b
#define SL_STATUS_CONCAT_(a, b) SL_STATUS_CONCAT_INNER_(a, b)

// Returns the status of `expression` from the enclosing function unless it is OK.
#define SL_RETURN_IF_ERROR(expression)                                \
  do {                                                                \
    if (::absl::Status sl_status_ = (expression); !sl_status_.ok()) { \
      return sl_status_;                                              \
    }                                                                 \
  } while (false)

// Assigns the value of the absl::StatusOr `expression` to `target` (which may declare a variable),
// or returns its status from the enclosing function.
#define SL_ASSIGN_OR_RETURN(target, expression) \
  SL_ASSIGN_OR_RETURN_IMPL_(SL_STATUS_CONCAT_(sl_status_or_, __LINE__), target, expression)

#define SL_ASSIGN_OR_RETURN_IMPL_(status_or, target, expression) \
  auto status_or = (expression);                                 \
  if (!status_or.ok()) return std::move(status_or).status();     \
  target = std::move(status_or).value()

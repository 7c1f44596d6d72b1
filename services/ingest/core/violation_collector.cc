#include "services/ingest/core/violation_collector.h"

#include <cassert>

#include "services/ingest/core/limits.h"

namespace serieslink::ingest {
namespace {

void AppendStep(std::string_view field, int index, std::string* path) {
  if (!path->empty()) path->push_back('.');
  path->append(field);
  if (index != ViolationCollector::kNoIndex) {
    path->push_back('[');
    path->append(std::to_string(index));
    path->push_back(']');
  }
}

}  // namespace

ViolationCollector::Scope ViolationCollector::Enter(std::string_view field, int index) {
  assert(depth_ < steps_.size());
  steps_[depth_++] = {field, index};
  return Scope(this);
}

void ViolationCollector::Add(std::string_view field, int index, type::v1::ErrorReason reason,
                             std::string_view description) {
  if (violations_.size() >= kMaxViolations) return;
  v1::FieldViolation& violation = violations_.emplace_back();
  violation.set_field(PathOf(field, index));
  violation.set_reason(reason);
  violation.set_description(description.data(), description.size());
}

std::string ViolationCollector::PathOf(std::string_view field, int index) const {
  std::string path;
  for (std::size_t i = 0; i < depth_; ++i) AppendStep(steps_[i].field, steps_[i].index, &path);
  AppendStep(field, index, &path);
  return path;
}

}  // namespace serieslink::ingest

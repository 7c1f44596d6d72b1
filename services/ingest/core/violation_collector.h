#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "serieslink/ingest/v1/ingest_service.pb.h"
#include "serieslink/type/v1/error_reason.pb.h"

namespace serieslink::ingest {

// Collects what is wrong with a message, field by field, while an adapter walks through it. It
// knows where the walk is, so that an adapter names only the field in hand; a path is spelt out
// only when something is wrong. Not thread-safe: one for each message.
class ViolationCollector {
 public:
  // The walk is within a field (an element of it, with an index from 0) as long as this lives.
  class [[nodiscard]] Scope {
   public:
    ~Scope() { --collector_->depth_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class ViolationCollector;
    explicit Scope(ViolationCollector* collector) : collector_(collector) {}
    ViolationCollector* collector_;
  };

  // An element's index where a field is no list.
  static constexpr int kNoIndex = -1;

  // `field` must outlive the scope: a literal. At most 8 scopes live at a time.
  Scope Enter(std::string_view field, int index = kNoIndex);

  // Says that `field`, within the present scopes, cannot be accepted. `description` says what is
  // wrong and what is expected, and never the value. From kMaxViolations on, more are not kept.
  void Add(std::string_view field, int index, type::v1::ErrorReason reason,
           std::string_view description);
  void Add(std::string_view field, type::v1::ErrorReason reason, std::string_view description) {
    Add(field, kNoIndex, reason, description);
  }

  // The path of `field` within the present scopes, e.g. "force.guns[0].serials[1].text".
  std::string PathOf(std::string_view field, int index = kNoIndex) const;

  bool empty() const { return violations_.empty(); }

  // Everything collected, in the order of the walk. Leaves the collector empty.
  std::vector<v1::FieldViolation> Take() { return std::move(violations_); }

 private:
  struct Step {
    std::string_view field;
    int index = kNoIndex;
  };

  std::array<Step, 8> steps_;
  std::size_t depth_ = 0;
  std::vector<v1::FieldViolation> violations_;
};

}  // namespace serieslink::ingest

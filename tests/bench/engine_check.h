#pragma once

#include <cstdint>
#include <optional>
#include <string>

// Whether the machinery that weighs guns finds what is published of it on data of other things. A
// check of the engine alone: the product matches guns, never people. Data: shared_data.h.
namespace serieslink::bench {

struct EngineCheck {
  std::uint64_t right = 0;  // found, and true
  std::uint64_t found = 0;
  std::uint64_t truth = 0;

  double Precision() const { return found == 0 ? 1 : Share(right, found); }
  double Recall() const { return truth == 0 ? 1 : Share(right, truth); }
  double F1() const { return found + truth == 0 ? 1 : 2 * Share(right, found + truth); }

 private:
  static double Share(std::uint64_t part, std::uint64_t whole) {
    return static_cast<double>(part) / static_cast<double>(whole);
  }
};

// Synthetic persons (Febrl, data set 4): 5,000 records and a damaged one of each. Expectation
// maximisation without labels; pairs of a probability of 0.99 or more are found. None when the data
// are not there.
std::optional<EngineCheck> CheckFebrl();

// Products of two shops (Walmart and Amazon; Magellan): brand, model number, title, price. Shares
// of outcomes from the training part, the threshold too; scored on the validation part. `dirty`:
// values stand in wrong columns there. None when the data are not there.
std::optional<EngineCheck> CheckProducts(bool dirty);

}  // namespace serieslink::bench

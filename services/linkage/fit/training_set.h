#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "serieslink/record/v1/record.pb.h"
#include "services/linkage/core/facts.h"
#include "services/linkage/fit/mixture.h"

// The exhibits that a model is fitted on, and how two of them compare.
namespace serieslink::linkage {

// A gun of a record that has a number, make, calibre or model.
struct TrainingExhibit {
  ExhibitFacts facts;
  std::string name;                       // "agency/source system/source id#exhibit reference"
  std::vector<std::uint64_t> references;  // keys of the crime references of its record
  // As written by most, for the model's file. Empty: not known.
  std::string make;
  std::string calibre;
  std::string type;  // where it is one
};

// Outcomes of the comparisons: the number's is its SerialAgreement, 0 for none.
inline constexpr std::size_t kSerialField = 0;
inline constexpr std::size_t kMakeField = 1;
inline constexpr std::size_t kCalibreField = 2;
inline constexpr std::size_t kModelField = 3;
inline constexpr std::size_t kTypeField = 4;
const std::vector<ComparedField>& ComparedFields();
Outcomes Compare(const TrainingExhibit& a, const TrainingExhibit& b);

class TrainingSet {
 public:
  // Takes the guns of a record in the place of those of an earlier version of it; a lower version
  // than the one that is here is passed over.
  void Add(const record::v1::Record& record);

  // Every gun, by record.
  const std::vector<TrainingExhibit>& exhibits() const { return exhibits_; }
  std::size_t records() const { return records_.size(); }
  // Place of the exhibit of that name; none when it is not here.
  std::optional<std::size_t> Find(const std::string& name) const;

  // Puts everything in place; once, after the last Add.
  void Finish();

 private:
  struct Held {
    std::uint64_t version = 0;
    std::vector<TrainingExhibit> exhibits;
  };
  std::map<std::string, Held> records_;
  std::vector<TrainingExhibit> exhibits_;
  std::map<std::string, std::size_t> place_of_;
};

// Pairs of exhibits of different records, each once, that share a key of `keys`. Keys that more
// than `crowd` exhibits share are passed over.
std::vector<std::pair<std::size_t, std::size_t>> PairsThatShare(
    const std::vector<std::vector<std::uint64_t>>& keys,
    const std::vector<TrainingExhibit>& exhibits, std::size_t crowd);

}  // namespace serieslink::linkage

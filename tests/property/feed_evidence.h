#pragma once

#include <random>
#include <string>
#include <vector>

#include "serieslink/type/v1/reference.pb.h"
#include "tests/support/derivation_pipeline.h"

namespace serieslink {

// Random messages of two agencies about the same guns, few or many: incidents and recoveries with
// guns, case groups, and comparisons, in versions. The same for the same seed and settings.
class FeedEvidence {
 public:
  // How the evidence is to look.
  struct Shape {
    int hidden_percent = 0;  // of a hundred versions, for their agency alone; the others are open
    int loss_percent = 0;    // of a hundred versions of a force's records, what tells of a loss
    int police_issue_percent = 0;  // of a hundred guns, those of which it is said, or denied
    int records = 30;              // that others name; numbers from 0
    int serials = 4;               // different ones
    int references = 8;            // different crime references
    int part_percent = 0;          // forces' records of one gun that are of one part instead
    int same_item_percent = 0;     // guns and case groups that are told to be another record's item
  };

  FeedEvidence(unsigned seed, const Shape& shape) : random_(seed), shape_(shape) {}
  explicit FeedEvidence(unsigned seed, int hidden_percent = 0)
      : FeedEvidence(seed, Shape{.hidden_percent = hidden_percent}) {}

  // 0 to `bound` - 1.
  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  // The versions of one record, lowest first.
  std::vector<SentMessage> Record(int number);

  // Four guns without numbers, of records numbered from `from`, and `count` entries in which
  // analysts say of two and two of them whether they are one: few people on few days, so that they
  // agree, repeat, contradict and take back. The versions of each, lowest first; the guns first.
  std::vector<std::vector<SentMessage>> WordsOfAnalysts(int from, int count);

  std::mt19937& random() { return random_; }

 private:
  SentMessage ForceRecord(int number, int version);
  SentMessage CaseGroup(int number, int version);
  SentMessage Comparison(int number, int version);
  SentMessage InferredWeapon(int number, int version);
  SentMessage WordOnPair(int pair, int number, int version);
  // Makes the one gun of a record a part.
  void MakeItAPart(feed::v1::ForceRecord& record);
  void SetEnd(type::v1::SourceReference& end);
  // Perhaps names an item of another record than `own` as one with this.
  void AddSameItem(const std::string& own,
                   google::protobuf::RepeatedPtrField<type::v1::SourceReference>& to);
  void SetVisibility(feed::v1::MarkingEntry& marking);
  // Whether something is so that is `percent` of a hundred times. Asked only where that can be, so
  // that a seed means the same evidence with and without.
  bool IsOf(int percent) { return percent > 0 && Below(100) < percent; }

  std::mt19937 random_;
  const Shape shape_;
};

}  // namespace serieslink

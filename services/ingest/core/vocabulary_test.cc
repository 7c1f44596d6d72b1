#include "services/ingest/core/vocabulary.h"

#include <set>
#include <string>

#include "google/protobuf/generated_enum_reflection.h"
#include "gtest/gtest.h"

namespace serieslink::ingest {
namespace {

// Every value of the enumeration but UNSPECIFIED and `left_out` has exactly one word, and each word
// is its value's name without the enumeration's, but for those in `other_words`.
template <typename E>
void ExpectComplete(Vocabulary<E> vocabulary, const std::set<std::string>& left_out = {},
                    const std::set<std::string>& other_words = {}) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<E>();
  const std::string zero = descriptor->FindValueByNumber(0)->name();
  const std::string prefix = zero.substr(0, zero.size() - std::string("UNSPECIFIED").size());
  std::set<std::string> expected;
  for (int i = 1; i < descriptor->value_count(); ++i) {
    const std::string name = descriptor->value(i)->name().substr(prefix.size());
    if (left_out.count(name) == 0) expected.insert(name);
  }
  std::set<std::string> found;
  for (const auto& term : vocabulary) {
    const std::string name =
        descriptor->FindValueByNumber(term.value)->name().substr(prefix.size());
    EXPECT_TRUE(found.insert(name).second) << name;
    if (other_words.count(name) == 0) {
      EXPECT_EQ(term.word, name);
    }
    EXPECT_EQ(vocabulary.Find(term.word), term.value);
  }
  EXPECT_EQ(found, expected) << descriptor->full_name();
  EXPECT_EQ(vocabulary.Find("UNSPECIFIED"), static_cast<E>(0));
}

TEST(VocabularyTest, KnowsEveryValue) {
  ExpectComplete(Vocabulary(kFirearmTypes));
  ExpectComplete(Vocabulary(kSerialParts));
  ExpectComplete(Vocabulary(kSerialLegibilities));
  ExpectComplete(Vocabulary(kLegalClasses));
  ExpectComplete(Vocabulary(kAccreditations));
  ExpectComplete(Vocabulary(kOffenceClasses));
  ExpectComplete(Vocabulary(kOffenceStatuses));
  ExpectComplete(Vocabulary(kFirearmUses));
  ExpectComplete(Vocabulary(kTristates), {}, {"YES", "NO"});
  ExpectComplete(Vocabulary(kDischargeTargets));
  ExpectComplete(Vocabulary(kTransportModes));
  ExpectComplete(Vocabulary(kLossKinds));
  ExpectComplete(Vocabulary(kHolderKinds));
  ExpectComplete(Vocabulary(kDisposalKinds));
  ExpectComplete(Vocabulary(kStatisticKinds));
  ExpectComplete(Vocabulary(kAreaKinds));
  ExpectComplete(Vocabulary(kExhibitKinds), {"DESCRIBED_GUN", "SIGHTED_GUN"});
  ExpectComplete(Vocabulary(kFoundAt), {"DISPOSAL", "SIGHTING"});
  ExpectComplete(Vocabulary(kExaminationStages));
  ExpectComplete(Vocabulary(kChannels), {"SOURCE_REFERENCE"});
  ExpectComplete(Vocabulary(kVerdicts));
  ExpectComplete(Vocabulary(kBases), {"SOURCE_REFERENCE", "RULE", "SUPPOSED"});
  ExpectComplete(Vocabulary(kPersonCategories));
  ExpectComplete(Vocabulary(kInjuries));
  ExpectComplete(Vocabulary(kFlagReliabilities));
  ExpectComplete(Vocabulary(kGradingSchemes));
  ExpectComplete(Vocabulary(kClassifications), {}, {"TOP_SECRET"});
  ExpectComplete(Vocabulary(kVisibilities));
  ExpectComplete(Vocabulary(kNabisEventTypes),
                 {"BORDER_SEIZURE", "LABORATORY_ITEM", "EXAMINATION", "LEAD_FILE", "ENQUIRY",
                  "STATISTIC", "MEETING_ACTION"},
                 {"INTELLIGENCE"});
  ExpectComplete(Vocabulary(kBorderForceRecordTypes),
                 {"INCIDENT", "RECOVERY", "SURRENDER", "LOSS", "LABORATORY_ITEM", "EXAMINATION",
                  "INTELLIGENCE", "LEAD_FILE", "ENQUIRY", "STATISTIC", "MEETING_ACTION"},
                 {"BORDER_SEIZURE"});
  ExpectComplete(Vocabulary(kForceRecordTypes),
                 {"BORDER_SEIZURE", "LABORATORY_ITEM", "EXAMINATION", "LEAD_FILE", "ENQUIRY",
                  "STATISTIC", "MEETING_ACTION"});
  ExpectComplete(Vocabulary(kMpsReportTypes),
                 {"BORDER_SEIZURE", "LABORATORY_ITEM", "EXAMINATION", "LEAD_FILE", "ENQUIRY",
                  "STATISTIC", "MEETING_ACTION"},
                 {"INCIDENT"});
}

TEST(VocabularyTest, MatchesExactly) {
  EXPECT_EQ(Vocabulary(kFirearmTypes).Find("pistol"), record::v1::FIREARM_TYPE_UNSPECIFIED);
  EXPECT_EQ(Vocabulary(kFirearmTypes).Find("PISTOL "), record::v1::FIREARM_TYPE_UNSPECIFIED);
  EXPECT_EQ(Vocabulary(kTristates).Find("Y"), record::v1::TRISTATE_YES);
  EXPECT_EQ(Vocabulary(kClassifications).Find("TOP SECRET"), type::v1::CLASSIFICATION_TOP_SECRET);
  EXPECT_EQ(Vocabulary(kMpsReportTypes).Find("CRIME"), record::v1::RECORD_KIND_INCIDENT);
}

}  // namespace
}  // namespace serieslink::ingest

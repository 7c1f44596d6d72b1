#include "tests/property/feed_evidence.h"

#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serieslink {
namespace {

constexpr const char* kSerials[] = {"AB123456", "AB123457", "KX99887", "ZZ10203040"};
constexpr const char* kMakes[] = {"Glock", "Taurus", ""};
constexpr const char* kTypes[] = {"", "PISTOL", "handgun", "SHOTGUN_LONG", "PISTOL"};
constexpr const char* kHolders[] = {"store", "depot", "laboratory", ""};

std::string SerialOf(int number) {
  constexpr int kNamed = std::size(kSerials);
  if (number < kNamed) return kSerials[number];
  return absl::StrCat("KT", 100'000 + static_cast<long>(number) * 86'243 % 900'000);
}

}  // namespace

std::vector<SentMessage> FeedEvidence::Record(int number) {
  std::vector<SentMessage> versions;
  const int kind = Below(10);
  const int count = 1 + (Below(4) == 0) + (Below(8) == 0);
  for (int version = 1; version <= count; ++version) {
    if (kind < 6) {
      versions.push_back(ForceRecord(number, version));
    } else if (kind < 8) {
      versions.push_back(CaseGroup(number, version));
    } else if (number % 5 == 0) {
      versions.push_back(InferredWeapon(number, version));
    } else {
      versions.push_back(Comparison(number, version));
    }
  }
  return versions;
}

SentMessage FeedEvidence::ForceRecord(int number, int version) {
  SentMessage made;
  made.agency = "kent";
  auto& record = *made.message.mutable_force();
  record.set_system("S");
  record.set_record_id(absl::StrCat("F", number));
  record.set_version(version);
  record.set_record_type(Below(4) == 0 ? "RECOVERY" : "INCIDENT");
  const bool is_loss = IsOf(shape_.loss_percent);
  if (is_loss) {
    record.set_record_type("LOSS");
    record.set_loss_kind(Below(2) == 0 ? "STOLEN" : "LOST");
  }
  if (Below(3) != 0)
    record.add_crime_references(absl::StrCat(100 + Below(shape_.references), "/17"));
  if (Below(2) == 0) record.set_occurred(absl::StrCat("2017-03-0", 1 + Below(5)));
  SetVisibility(*record.mutable_marking());
  const int guns = 1 + (Below(3) == 0);
  for (int i = 0; i < guns; ++i) {
    auto& gun = *record.add_guns();
    if (guns > 1 || Below(3) == 0) gun.set_reference(absl::StrCat("G", i + 1));
    if (Below(4) != 0) gun.add_serials()->set_text(SerialOf(Below(shape_.serials)));
    gun.set_make(kMakes[Below(3)]);
    // Versions of one record differ in it.
    const char* const type = kTypes[(number + version + i) % std::ssize(kTypes)];
    if (*type != '\0') gun.add_apparent_types(type);
    if (IsOf(shape_.police_issue_percent)) gun.set_is_police_issue(Below(8) != 0);
    AddSameItem(record.record_id(), *gun.mutable_same_items());
    if (Below(4) == 0) {
      auto& custody = *gun.add_custody();
      custody.set_holder(kHolders[Below(4)]);
      const int from = 1 + Below(20);
      custody.set_from(absl::StrCat("2017-04-", from < 10 ? "0" : "", from));
      if (Below(4) != 0) custody.set_until(absl::StrCat("2017-05-0", 1 + Below(9)));
    }
  }
  if (guns == 1 && IsOf(shape_.part_percent)) MakeItAPart(record);
  if (Below(6) == 0) {
    auto& other = *record.add_same_weapon_as();
    other.set_agency("kent");
    other.set_source_system("S");
    other.set_source_id(absl::StrCat("F", Below(shape_.records)));
  }
  // Ids of other records, that is of this one in an earlier system; few, so that some are claimed
  // by several. Some of them are withdrawn, and some never come.
  std::set<int> former;
  for (int names = Below(6) == 0 ? 1 + Below(2) : 0; names > 0; --names) {
    former.insert(Below(shape_.records + 2));
  }
  former.erase(number);
  for (const int other : former) {
    auto& source = *record.add_former_ids();
    source.set_source_system("S");
    source.set_source_id(absl::StrCat("F", other));
  }
  return made;
}

void FeedEvidence::MakeItAPart(feed::v1::ForceRecord& record) {
  static constexpr const char* kKinds[] = {"Sound moderator", "sound-moderator", "slide", ""};
  static constexpr const char* kNumbered[] = {"", "OTHER", "SLIDE"};
  const feed::v1::GunEntry gun = record.guns(0);
  record.clear_guns();
  auto& part = *record.add_items();
  part.set_reference(gun.reference());
  part.set_kind("GUN_PART");
  part.set_part_kind(kKinds[Below(4)]);
  part.set_make(gun.make());
  *part.mutable_serials() = gun.serials();
  *part.mutable_same_items() = gun.same_items();
  for (auto& serial : *part.mutable_serials()) serial.set_part(kNumbered[Below(3)]);
  if (Below(6) == 0) part.set_quantity(2);
}

SentMessage FeedEvidence::CaseGroup(int number, int version) {
  SentMessage made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_entry_id(absl::StrCat("N", number));
  entry.set_version(version);
  auto& exhibit = *entry.mutable_exhibit();
  exhibit.set_exhibit_type("CASE_GROUP");
  exhibit.set_found_at("INCIDENT");
  exhibit.add_crime_references(absl::StrCat("KENT ", 100 + Below(shape_.references), "/2017"));
  if (IsOf(shape_.same_item_percent)) {
    // What the item's own record tells of the event is then all that is told.
    if (Below(2) == 0) exhibit.clear_crime_references();
    AddSameItem(entry.entry_id(), *exhibit.mutable_same_items());
  }
  SetVisibility(*entry.mutable_marking());
  return made;
}

SentMessage FeedEvidence::Comparison(int number, int version) {
  SentMessage made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_entry_id(absl::StrCat("C", number));
  entry.set_version(version);
  auto& comparison = *entry.mutable_comparison();
  SetEnd(*comparison.mutable_first());
  SetEnd(*comparison.mutable_second());
  comparison.set_channel(Below(2) == 0 ? "CASE" : "BULLET");
  static constexpr const char* kVerdicts[] = {"CONFIRMED",  "CONFIRMED",    "CONFIRMED",
                                              "ELIMINATED", "INCONCLUSIVE", "LEAD"};
  comparison.set_verdict(kVerdicts[Below(6)]);
  comparison.set_stage(Below(2) == 0 ? "MICROSCOPE" : "ON_SCREEN");
  comparison.set_examined(absl::StrCat("2017-06-0", 1 + Below(3)));
  SetVisibility(*entry.mutable_marking());
  return made;
}

std::vector<std::vector<SentMessage>> FeedEvidence::WordsOfAnalysts(int from, int count) {
  std::vector<std::vector<SentMessage>> records;
  for (int i = 0; i < 4; ++i) {
    SentMessage made;
    made.agency = "kent";
    auto& record = *made.message.mutable_force();
    record.set_system("S");
    record.set_record_id(absl::StrCat("F", from + i));
    record.set_version(1);
    record.set_record_type("INCIDENT");
    SetVisibility(*record.mutable_marking());
    record.add_guns()->set_reference("G1");
    records.push_back({std::move(made)});
  }
  for (int i = 0; i < count; ++i) {
    std::vector<SentMessage>& versions = records.emplace_back();
    const int pair = from + 2 * Below(2);
    const int version_count = 1 + (Below(4) == 0);
    for (int version = 1; version <= version_count; ++version) {
      versions.push_back(WordOnPair(pair, i, version));
    }
  }
  return records;
}

SentMessage FeedEvidence::WordOnPair(int pair, int number, int version) {
  SentMessage made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_entry_id(absl::StrCat("A", number));
  entry.set_version(version);
  auto& comparison = *entry.mutable_comparison();
  for (auto* const end : {comparison.mutable_first(), comparison.mutable_second()}) {
    end->set_agency("kent");
    end->set_source_system("S");
    end->set_source_id(absl::StrCat("F", end == &comparison.first() ? pair : pair + 1));
    end->set_exhibit_reference("G1");
  }
  static constexpr const char* kVerdicts[] = {"CONFIRMED",    "CONFIRMED",  "CONFIRMED",
                                              "ELIMINATED",   "ELIMINATED", "WITHDRAWN",
                                              "INCONCLUSIVE", "LEAD"};
  comparison.set_channel("DESCRIPTION");
  comparison.set_verdict(kVerdicts[Below(8)]);
  if (Below(6) != 0) comparison.set_examined(absl::StrCat("2017-06-0", 1 + Below(4)));
  static constexpr const char* kTokens[] = {"A1", "a1", "A2", "A3", ""};
  comparison.set_examiner_token(kTokens[Below(5)]);
  SetVisibility(*entry.mutable_marking());
  return made;
}

SentMessage FeedEvidence::InferredWeapon(int number, int version) {
  SentMessage made;
  made.agency = "nabis";
  auto& entry = *made.message.mutable_nabis();
  entry.set_entry_id(absl::StrCat("I", number));
  entry.set_version(version);
  const int members = 2 + Below(3);
  for (int i = 0; i < members; ++i) SetEnd(*entry.mutable_inferred_weapon()->add_members());
  SetVisibility(*entry.mutable_marking());
  return made;
}

void FeedEvidence::SetEnd(type::v1::SourceReference& end) {
  const int number = Below(shape_.records + 2);
  if (Below(2) == 0) {
    end.set_agency("nabis");
    end.set_source_system("NABIS");
    end.set_source_id(absl::StrCat("N", number));
    return;
  }
  end.set_agency("kent");
  end.set_source_system("S");
  end.set_source_id(absl::StrCat("F", number));
  if (Below(2) == 0) end.set_exhibit_reference(absl::StrCat("G", 1 + Below(2)));
}

void FeedEvidence::AddSameItem(const std::string& own,
                               google::protobuf::RepeatedPtrField<type::v1::SourceReference>& to) {
  if (!IsOf(shape_.same_item_percent)) return;
  SetEnd(*to.Add());
  if (to.rbegin()->source_id() == own) to.RemoveLast();
}

void FeedEvidence::SetVisibility(feed::v1::MarkingEntry& marking) {
  marking.set_visibility(IsOf(shape_.hidden_percent) ? "" : "OPEN");
}

}  // namespace serieslink

// Goal: what the truth says is wrong with a record is wrong with it, and a number tells nothing of
// which gun it is on.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/synth/feed_stream.h"
#include "tests/synth/story.h"

namespace serieslink::synth {
namespace {

using feed::v1::FeedMessage;
using feed::v1::GunEntry;

constexpr std::uint64_t kRecords = 20'000;

std::string NameOf(const SyntheticRecord& record) {
  return absl::StrCat(record.agency, " ", record.system, " ", record.source_id);
}

// All guns of a message, in the order of the record's exhibits.
std::vector<GunEntry> GunsOf(const FeedMessage& message) {
  std::vector<GunEntry> guns;
  const auto add = [&](const auto& entries) { guns.assign(entries.begin(), entries.end()); };
  if (message.has_mps()) add(message.mps().guns());
  if (message.has_force()) add(message.force().guns());
  if (message.has_licensing()) add(message.licensing().guns());
  if (message.has_border_force()) add(message.border_force().guns());
  if (message.nabis().exhibit().has_gun()) guns.push_back(message.nabis().exhibit().gun());
  return guns;
}

// The lists of references of a message; a list is empty when its reference was left out.
std::vector<std::vector<std::string>> ReferencesOf(const FeedMessage& message) {
  std::vector<std::vector<std::string>> lists;
  const auto add = [&](const auto& list) { lists.emplace_back(list.begin(), list.end()); };
  if (message.has_mps()) {
    lists.emplace_back();
    if (!message.mps().crime_number().empty()) lists.back().push_back(message.mps().crime_number());
    add(message.mps().other_references());
  }
  if (message.has_force()) {
    add(message.force().crime_references());
    add(message.force().other_references());
    add(message.force().inquiry_references());
  }
  if (message.has_licensing()) add(message.licensing().crime_references());
  if (message.nabis().has_event()) add(message.nabis().event().crime_references());
  if (message.nabis().has_exhibit()) add(message.nabis().exhibit().crime_references());
  return lists;
}

std::string OccurredOf(const FeedMessage& message) {
  if (message.has_mps()) return message.mps().committed();
  if (message.has_force()) return message.force().occurred();
  if (message.nabis().has_event()) return message.nabis().event().occurred();
  return message.nabis().exhibit().occurred();
}

std::string BoroughOf(const FeedMessage& message) {
  if (message.has_mps()) return message.mps().venue().borough_code();
  if (message.has_force()) return message.force().place().borough_code();
  if (message.has_licensing()) return message.licensing().place().borough_code();
  if (message.nabis().has_event()) return message.nabis().event().place().borough_code();
  return message.nabis().exhibit().place().borough_code();
}

const feed::v1::MarkingEntry& MarkingOf(const FeedMessage& message) {
  if (message.has_mps()) return message.mps().marking();
  if (message.has_force()) return message.force().marking();
  if (message.has_licensing()) return message.licensing().marking();
  if (message.has_border_force()) return message.border_force().marking();
  return message.nabis().marking();
}

// What was read of a number, without what is only form.
std::string Plain(std::string text) {
  if (absl::StartsWith(text, "No. ")) text.erase(0, 4);
  std::erase_if(text, [](char c) { return c == ' ' || c == '-'; });
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// A world as it was sent, with what its records are compared with.
class World20k {
 public:
  explicit World20k(DirtLevel level) {
    const auto stream = FeedStream::Create({.seed = 11, .records = kRecords, .dirt = level});
    EXPECT_TRUE(stream.ok()) << stream.status();
    SyntheticRecord record;
    while (stream.ok() && (*stream)->Next(&record)) records.push_back(record);
    for (const SyntheticRecord& one : records) {
      if (one.is_withdrawal) continue;
      if (one.exhibits.size() == 1 && one.exhibits[0].gun) {
        gun_of[NameOf(one)] = *one.exhibits[0].gun;
      }
      if (!one.event) continue;
      Event& event = events[*one.event];
      const auto is_clean = [&](DirtKind kind) { return !Has(kind, one.dirt); };
      if (is_clean(DirtKind::kPlaceConflicting)) event.boroughs.insert(BoroughOf(one.message));
      // A loss that licensing reports has an interval of its own.
      if (is_clean(DirtKind::kDateWrong) && is_clean(DirtKind::kDateVague) &&
          !OccurredOf(one.message).empty()) {
        event.days.insert(OccurredOf(one.message).substr(0, 10));
      }
      if (is_clean(DirtKind::kReferenceTyping)) {
        for (const auto& list : ReferencesOf(one.message)) {
          for (const std::string& text : list) event.references.insert(Bare(text));
        }
      }
      std::string content;
      for (const GunEntry& gun : GunsOf(one.message)) {
        for (const auto& serial : gun.serials()) content += serial.text() + "\n";
      }
      event.contents[content].insert(NameOf(one));
    }
  }

  // Without the force that others write before it.
  static std::string Bare(const std::string& reference) {
    const std::size_t blank = reference.find(' ');
    return blank == std::string::npos ? reference : reference.substr(blank + 1);
  }

  struct Event {
    std::set<std::string> boroughs;
    std::set<std::string> days;
    std::set<std::string> references;
    std::map<std::string, std::set<std::string>> contents;  // numbers shown: the records
  };
  std::vector<SyntheticRecord> records;
  std::map<std::uint64_t, Event> events;
  std::map<std::string, std::uint64_t> gun_of;  // of records with one exhibit
};

// Whether `record` shows what `kind` says. Nothing: it is not seen in the record.
bool Shows(const World20k& world, const SyntheticRecord& record, DirtKind kind) {
  const FeedMessage& message = record.message;
  const std::vector<GunEntry> guns = GunsOf(message);
  const auto any_gun = [&](const auto& is_so) {
    for (std::size_t i = 0; i < guns.size(); ++i) {
      if (is_so(guns[i], record.exhibits[i])) return true;
    }
    return false;
  };
  const auto any_number = [&](const auto& is_so) {
    return any_gun([&](const GunEntry& gun, const TrueExhibit& truth) {
      return gun.serials_size() > 0 && is_so(gun.serials(0), truth);
    });
  };
  const auto is_one_of = [](const std::string& text, absl::Span<const char* const> texts) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  };
  static const World20k::Event kNone;
  const auto found = record.event ? world.events.find(*record.event) : world.events.end();
  const World20k::Event& event = found == world.events.end() ? kNone : found->second;
  switch (kind) {
    case DirtKind::kSerialTyping:
    case DirtKind::kSerialConfusable:
    case DirtKind::kSerialTruncated:
      return any_number([](const auto& serial, const TrueExhibit& truth) {
        return Plain(serial.text()) != Plain(truth.stamped);
      });
    case DirtKind::kSerialFormat:
      return any_number([](const auto& serial, const TrueExhibit& truth) {
        return serial.text() != truth.stamped;
      });
    case DirtKind::kSerialMissing:
      return any_gun([](const GunEntry& gun, const TrueExhibit&) { return gun.serials().empty(); });
    case DirtKind::kSerialPlaceholder:
      return any_number([](const auto& serial, const TrueExhibit& truth) {
        return serial.legibility() == "UNREAD" && serial.text() != truth.stamped;
      });
    case DirtKind::kSerialObliterated:
      return any_number([](const auto& serial, const TrueExhibit&) {
        return serial.legibility() == "OBLITERATED" || serial.legibility() == "RESTORED" ||
               serial.legibility() == "PARTIAL";
      });
    case DirtKind::kMakeMissing:
      return any_gun([](const GunEntry& gun, const TrueExhibit&) { return gun.make().empty(); });
    case DirtKind::kMakeConflicting:
      return any_gun([&](const GunEntry& gun, const TrueExhibit& truth) {
        return !gun.make().empty() &&
               !is_one_of(gun.make(), Makes()[Models()[truth.model].make].spellings);
      });
    case DirtKind::kMakeVariant:
      return any_gun([&](const GunEntry& gun, const TrueExhibit&) {
        return !gun.make().empty() && std::none_of(Makes().begin(), Makes().end(), [&](auto& make) {
          return gun.make() == make.spellings[0];
        });
      });
    case DirtKind::kCalibreMissing:
      return any_gun([](const GunEntry& gun, const TrueExhibit&) { return gun.calibre().empty(); });
    case DirtKind::kCalibreConflicting:
      return any_gun([&](const GunEntry& gun, const TrueExhibit& truth) {
        return !gun.calibre().empty() &&
               !is_one_of(gun.calibre(), Calibres()[truth.calibre].notations);
      });
    case DirtKind::kCalibreVariant:
      return any_gun([&](const GunEntry& gun, const TrueExhibit&) {
        return !gun.calibre().empty() &&
               std::none_of(Calibres().begin(), Calibres().end(),
                            [&](auto& calibre) { return gun.calibre() == calibre.notations[0]; });
      });
    case DirtKind::kSerialsInSequence:
    case DirtKind::kSerialUnderTwoMakes:
    case DirtKind::kSerialTwin:
      return !guns.empty();  // which guns there are besides is in the stories
    case DirtKind::kReferenceMissing: {
      const auto lists = ReferencesOf(message);
      return std::any_of(lists.begin(), lists.end(), [](auto& list) { return list.empty(); });
    }
    case DirtKind::kReferenceTyping: {
      if (event.references.empty()) return true;  // nobody else quotes it
      const auto lists = ReferencesOf(message);
      return std::any_of(lists.begin(), lists.end(), [&](auto& list) {
        return !list.empty() && !event.references.contains(World20k::Bare(list[0]));
      });
    }
    case DirtKind::kPlaceConflicting:
      return !event.boroughs.contains(BoroughOf(message));
    case DirtKind::kDateVague:
      return OccurredOf(message).size() == 7 || absl::StrContains(OccurredOf(message), "/");
    case DirtKind::kDateWrong:
      return event.days.empty() || OccurredOf(message) < *event.days.begin();
    case DirtKind::kItemLinkMissing:
      return message.nabis().exhibit().has_gun() && message.nabis().exhibit().same_items().empty();
    case DirtKind::kCopiedRow:
      return std::any_of(event.contents.begin(), event.contents.end(), [&](const auto& content) {
        return content.second.contains(NameOf(record)) && content.second.size() > 1;
      });
    case DirtKind::kLate:
      return true;  // when it was due is in the stories
    case DirtKind::kCorrected:
      return record.version == 2;
    case DirtKind::kWithdrawn:
      return record.is_withdrawal;
    case DirtKind::kFindingWrong:
    case DirtKind::kFindingWrongStands: {
      const auto& comparison = message.nabis().comparison();
      const auto first =
          world.gun_of.find(absl::StrCat("nabis NABIS ", comparison.first().source_id()));
      const auto second =
          world.gun_of.find(absl::StrCat("nabis NABIS ", comparison.second().source_id()));
      // A late exhibit may come after the end of the world.
      if (first == world.gun_of.end() || second == world.gun_of.end()) {
        return Has(kind, record.dirt);
      }
      return comparison.verdict() == "CONFIRMED" && first->second != second->second;
    }
    case DirtKind::kFindingMissing:
      return false;  // there is no record
  }
  return false;
}

class EveryDirtyLevel : public testing::TestWithParam<DirtLevel> {};

INSTANTIATE_TEST_SUITE_P(Levels, EveryDirtyLevel,
                         testing::Values(DirtLevel::kTypical, DirtLevel::kHeavy),
                         [](const auto& level) { return DirtLevelName(level.param); });

TEST_P(EveryDirtyLevel, EveryTagIsSeenInTheRecordThatBearsIt) {
  const World20k world(GetParam());
  std::array<std::uint64_t, kDirtKindCount> tagged{};
  for (const SyntheticRecord& record : world.records) {
    for (const DirtRow& row : DirtTable()) {
      if (!Has(row.kind, record.dirt)) continue;
      ++tagged[static_cast<std::size_t>(row.kind)];
      EXPECT_TRUE(Shows(world, record, row.kind)) << row.name << ":\n"
                                                  << record.message.DebugString();
    }
  }
  const std::set<DirtKind> rare = {DirtKind::kFindingMissing, DirtKind::kSerialTwin,
                                   DirtKind::kFindingWrongStands};
  for (const DirtRow& row : DirtTable()) {
    if (rare.contains(row.kind)) continue;
    EXPECT_GT(tagged[static_cast<std::size_t>(row.kind)], 0u) << row.name << " is never seen";
  }
}

// The other way round, for what a record without the tag must not show.
TEST_P(EveryDirtyLevel, WhatIsWrongIsTagged) {
  const World20k world(GetParam());
  for (const SyntheticRecord& record : world.records) {
    if (record.is_withdrawal) continue;
    for (const DirtKind kind :
         {DirtKind::kSerialMissing, DirtKind::kSerialPlaceholder, DirtKind::kSerialObliterated,
          DirtKind::kMakeMissing, DirtKind::kMakeConflicting, DirtKind::kMakeVariant,
          DirtKind::kCalibreMissing, DirtKind::kCalibreConflicting, DirtKind::kCalibreVariant,
          DirtKind::kPlaceConflicting, DirtKind::kFindingWrong}) {
      if (Has(kind, record.dirt) || record.version > 1) continue;
      const std::vector<GunEntry> guns = GunsOf(record.message);
      // What was only seen from afar has no number, make and calibre to begin with.
      if (!guns.empty() && !guns[0].finish().empty()) continue;
      if (kind == DirtKind::kFindingWrong && !record.message.nabis().has_comparison()) continue;
      if (kind == DirtKind::kPlaceConflicting && !record.event) continue;
      // Spellings and notations of another make or calibre are those of a conflict.
      EXPECT_FALSE(Shows(world, record, kind))
          << DirtTable()[static_cast<std::size_t>(kind)].name << " is not tagged:\n"
          << record.message.DebugString();
    }
  }
}

// What only the stories know: guns that share a number or have consecutive ones, and lateness.
TEST_P(EveryDirtyLevel, TagsOfGunsAreOfTheGunsThatTheRecordShows) {
  World world;
  world.rates = DirtRates(GetParam());
  world.forces.assign(AllForces().begin(), AllForces().end());
  std::array<int, kDirtKindCount> tagged{};
  for (std::uint64_t number = 0; number < 40'000; ++number) {
    const Life life = TellLife(world, number, FeedStream::FirstDay());
    for (const Plan& plan : life.plans) {
      const auto is_shown = [&](std::size_t gun) {
        return plan.gun <= gun && gun < plan.gun + std::size_t{plan.gun_count};
      };
      // Whether a gun that the record shows stands so to another of the life.
      const auto has_pair = [&](const auto& is_pair) {
        for (std::size_t a = 0; a < life.guns.size(); ++a) {
          for (std::size_t b = 0; b < life.guns.size(); ++b) {
            if (a != b && is_shown(a) && is_pair(life.guns[a], life.guns[b])) return true;
          }
        }
        return false;
      };
      const auto check = [&](DirtKind kind, bool is_so) {
        if (!Has(kind, plan.dirt)) return;
        ++tagged[static_cast<std::size_t>(kind)];
        EXPECT_TRUE(is_so) << DirtTable()[static_cast<std::size_t>(kind)].name << " of life "
                           << number;
      };
      check(DirtKind::kSerialTwin, has_pair([](const Gun& a, const Gun& b) {
              return a.serial == b.serial && a.model == b.model;
            }));
      check(DirtKind::kSerialUnderTwoMakes, has_pair([](const Gun& a, const Gun& b) {
              return a.serial == b.serial && Models()[a.model].make != Models()[b.model].make;
            }));
      check(DirtKind::kSerialsInSequence, has_pair([](const Gun& a, const Gun& b) {
              if (a.model != b.model) return false;
              const char* const shape = Models()[a.model].serial_shape;
              const std::uint64_t first = NumberOfSerial(shape, a.serial);
              const std::uint64_t second = NumberOfSerial(shape, b.serial);
              const std::uint64_t apart = first > second ? first - second : second - first;
              return apart == 1 || apart == NumbersOfShape(shape) - 1;
            }));
      check(DirtKind::kLate, plan.arrival >= life.happenings[plan.happening].at + 30 * kDay);
    }
  }
  for (const DirtKind kind : {DirtKind::kSerialUnderTwoMakes, DirtKind::kSerialsInSequence}) {
    EXPECT_GT(tagged[static_cast<std::size_t>(kind)], 10);
  }
}

TEST(CleanWorldTest, HasNoDirtAndWithholdsNothing) {
  const World20k world(DirtLevel::kNone);
  for (const SyntheticRecord& record : world.records) {
    EXPECT_TRUE(record.dirt.none());
    ASSERT_FALSE(record.is_withdrawal);
    EXPECT_EQ(MarkingOf(record.message).visibility(), "OPEN");
    for (const GunEntry& gun : GunsOf(record.message)) {
      if (!gun.finish().empty()) continue;  // seen from afar
      EXPECT_EQ(gun.serials_size(), 1);
      EXPECT_FALSE(gun.make().empty());
      EXPECT_FALSE(gun.calibre().empty());
    }
    const auto has_place = [](const feed::v1::PlaceEntry& place) {
      EXPECT_FALSE(place.borough_code().empty());
      EXPECT_FALSE(place.kind().empty());
      EXPECT_FALSE(place.police_force().empty());
    };
    if (record.message.has_mps()) has_place(record.message.mps().venue());
    if (record.message.has_force()) has_place(record.message.force().place());
    if (record.message.has_licensing()) has_place(record.message.licensing().place());
  }
}

// Whoever reads a number learns nothing of the gun's number in the truth: no digit of it goes with
// a digit of that, and the numbers of guns that came one after the other are no fixed way apart.
TEST(SerialsTest, SayNothingOfTheTruth) {
  constexpr int kGuns = 20'000;
  for (std::size_t model = 0; model < Models().size(); ++model) {
    SCOPED_TRACE(Models()[model].name);
    const std::string shape = Models()[model].serial_shape;
    const std::uint64_t numbers = NumbersOfShape(shape.c_str());
    std::set<std::string> serials;
    // By modulus of the truth, place of the number, and the two values there.
    std::map<std::pair<int, std::size_t>, std::map<std::pair<int, char>, int>> together;
    std::map<std::uint64_t, int> steps;
    std::uint64_t before = 0;
    for (int i = 0; i < kGuns; ++i) {
      const Gun gun = MakeGun(7, static_cast<std::uint64_t>(i) * kGunsPerLife,
                              static_cast<std::uint8_t>(model));
      serials.insert(gun.serial);
      const std::uint64_t number = NumberOfSerial(shape.c_str(), gun.serial);
      ++steps[(number + numbers - before) % numbers % 1000];
      before = number;
      for (const int modulus : {10, 16}) {
        for (std::size_t place = 0; place < shape.size(); ++place) {
          if (shape[place] != '9') continue;
          ++together[{modulus, place}][{i % modulus, gun.serial[place]}];
        }
      }
    }
    // Of fewer numbers than guns some come twice, as makers' own series do.
    if (numbers > kGuns * kGunsPerLife) {
      EXPECT_EQ(serials.size(), std::size_t{kGuns});
    }
    for (const auto& [step, count] : steps) EXPECT_LT(count, kGuns / 200) << "step " << step;
    for (const auto& [at, counts] : together) {
      const double expected = static_cast<double>(kGuns) / (at.first * 10);
      double chi_square = 0;
      double seen = 0;
      for (const auto& [pair, count] : counts) {
        chi_square += (count - expected) * (count - expected) / expected;
        ++seen;
      }
      chi_square += (at.first * 10 - seen) * expected;
      // Six standard deviations above the mean of as many degrees of freedom.
      const double degrees = at.first * 10 - 1;
      EXPECT_LT(chi_square, degrees + 6 * std::sqrt(2 * degrees))
          << "modulus " << at.first << ", place " << at.second;
    }
  }
}

}  // namespace
}  // namespace serieslink::synth

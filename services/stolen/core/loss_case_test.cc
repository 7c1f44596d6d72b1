#include "services/stolen/core/loss_case.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serieslink::stolen {
namespace {

using ::serieslink::firearm::LifeEventFacts;
using ::serieslink::linkage::EventKind;
using ::serieslink::linkage::TimeInterval;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kDay = 86'400;

TimeInterval Days(std::int64_t first, std::int64_t last) {
  return {first * kDay, (last + 1) * kDay - 1};
}
TimeInterval Day(std::int64_t day) { return Days(day, day); }

// A gun's events and the reports of its losses, told one after the other.
class Gun {
 public:
  // A loss of its own event.
  ReportFacts& Lost(const TimeInterval& when,
                    v1::ReportSource source = v1::REPORT_SOURCE_LICENSING) {
    Add(EventKind::kLoss, when);
    return AlsoReported(when, source);
  }
  // Another report of the last event.
  ReportFacts& AlsoReported(const TimeInterval& when, v1::ReportSource source) {
    ReportFacts& report = reports_.emplace_back();
    report.public_id = 1000 + reports_.size();
    report.event = static_cast<std::uint32_t>(events_.size() - 1);
    report.source = source;
    report.lost = when;
    report.kind = record::v1::LOSS_KIND_STOLEN;
    return report;
  }
  void Used(std::int64_t day) { Add(EventKind::kIncident, Day(day)); }
  void Recovered(std::int64_t day) { Add(EventKind::kRecovery, Day(day)).has_gun = true; }
  void PartRecovered(std::int64_t day, bool is_lost_one) {
    LifeEventFacts& event = Add(EventKind::kRecovery, Day(day));
    event.has_part = true;
    event.has_lost_part = is_lost_one;
  }
  void Disposed(std::int64_t day, record::v1::DisposalKind kind) {
    Add(EventKind::kDisposal, Day(day)).disposal = kind;
  }
  // Withdraws the last event, and all reports of it.
  void WithdrawLast() {
    events_.pop_back();
    std::erase_if(reports_, [&](const ReportFacts& one) { return one.event == events_.size(); });
  }

  std::vector<CaseFacts> Cases() const { return CasesOf(events_, reports_); }

  // "OUTSTANDING SIGHTED", a line for each case, each with its reconciliation, number of reports,
  // and contradictions.
  std::string Told() const { return Tell(Cases()); }

  // The same of all that was told, in another order.
  std::string ToldInAnotherOrder(std::mt19937& random) const {
    std::vector<std::uint32_t> places(events_.size());
    std::iota(places.begin(), places.end(), 0u);
    std::shuffle(places.begin(), places.end(), random);
    std::vector<LifeEventFacts> events(events_.size());
    for (std::size_t i = 0; i < places.size(); ++i) events[places[i]] = events_[i];
    std::vector<ReportFacts> reports = reports_;
    for (ReportFacts& report : reports) report.event = places[report.event];
    std::shuffle(reports.begin(), reports.end(), random);
    return Tell(CasesOf(events, reports));
  }

 private:
  LifeEventFacts& Add(EventKind kind, const TimeInterval& when) {
    LifeEventFacts& event = events_.emplace_back();
    event.public_id = events_.size();
    event.kind = kind;
    event.occurred = when;
    return event;
  }

  static std::vector<CaseFacts> CasesOf(const std::vector<LifeEventFacts>& events,
                                        const std::vector<ReportFacts>& reports) {
    return CompareReports(firearm::FollowLosses(events, AsLossReports(reports), {}), reports);
  }

  static std::string Tell(const std::vector<CaseFacts>& cases) {
    const auto word = [](const std::string& name, std::size_t prefix) {
      return name.substr(prefix);
    };
    return absl::StrJoin(cases, "", [&](std::string* out, const CaseFacts& one) {
      const std::string steps =
          absl::StrJoin(one.followed.steps, " ", [&](std::string* text, const auto& step) {
            absl::StrAppend(text, word(v1::LossCaseState_Name(StateOf(step)), 16),
                            step.order_is_uncertain ? "?" : "");
          });
      absl::StrAppend(out, steps, ", ", word(v1::Reconciliation_Name(one.reconciliation), 15),
                      " of ", one.followed.reports.size());
      for (const v1::CaseContradictionKind kind : one.contradictions) {
        absl::StrAppend(out, " !", word(v1::CaseContradictionKind_Name(kind), 24));
      }
      if (one.followed.order_is_uncertain) out->append(", order uncertain");
      absl::StrAppend(out, one.followed.is_lost_again ? ", lost again\n" : "\n");
    });
  }

  std::vector<LifeEventFacts> events_;
  std::vector<ReportFacts> reports_;
};

TEST(LossCaseTest, AGunThatWasNeverReportedLostHasNoCase) {
  Gun gun;
  gun.Used(10);
  gun.Recovered(20);
  EXPECT_THAT(gun.Cases(), IsEmpty());
}

TEST(LossCaseTest, ReportsThatNameOtherKindsOfHolderContradictEachOther) {
  const auto told = [](record::v1::HolderKind licensing, record::v1::HolderKind police) {
    Gun gun;
    gun.Lost(Day(10)).holder = licensing;
    gun.AlsoReported(Day(10), v1::REPORT_SOURCE_POLICE).holder = police;
    return gun.Told();
  };
  EXPECT_EQ(told(record::v1::HOLDER_KIND_PRIVATE, record::v1::HOLDER_KIND_DEALER),
            "OUTSTANDING, CONTRADICTING of 2 !HOLDER_KINDS_DIFFER\n");
  EXPECT_EQ(told(record::v1::HOLDER_KIND_DEALER, record::v1::HOLDER_KIND_DEALER),
            "OUTSTANDING, MATCHED of 2\n");
  EXPECT_EQ(told(record::v1::HOLDER_KIND_PRIVATE, record::v1::HOLDER_KIND_UNKNOWN),
            "OUTSTANDING, MATCHED of 2\n");
  EXPECT_EQ(told(record::v1::HOLDER_KIND_UNSPECIFIED, record::v1::HOLDER_KIND_CLUB),
            "OUTSTANDING, MATCHED of 2\n");
}

TEST(LossCaseTest, WhatIsBetweenReportsIsSaidOfEachKind) {
  // Those that the enumeration's comments call so.
  std::vector<std::string> between;
  for (int i = 0; i < v1::CaseContradictionKind_ARRAYSIZE; ++i) {
    const auto kind = static_cast<v1::CaseContradictionKind>(i);
    if (!v1::CaseContradictionKind_IsValid(i) || i == 0) continue;
    EXPECT_STRNE(WordsOf(kind), "") << i;
    if (IsBetweenReports(kind)) between.push_back(v1::CaseContradictionKind_Name(kind).substr(24));
  }
  EXPECT_THAT(between,
              ElementsAre("LOSS_KINDS_DIFFER", "DATES_DIFFER", "CANCELLED_BY_SOME",
                          "WHOLE_AND_PART", "CERTIFICATE_KINDS_DIFFER", "HOLDER_KINDS_DIFFER",
                          "PLACES_DIFFER", "STORAGE_DIFFERS", "PLACE_KINDS_DIFFER"));
}

TEST(LossCaseTest, ACaseIsOfAsManyPiecesAsAReportSays) {
  Gun gun;
  gun.Lost(Day(10)).quantity = 3;
  gun.AlsoReported(Day(10), v1::REPORT_SOURCE_POLICE);
  EXPECT_EQ(gun.Cases().at(0).quantity, 3);
}

TEST(LossCaseTest, EachTransitionAndItsReversal) {
  Gun gun;
  gun.Lost(Day(10));
  const std::string outstanding = gun.Told();
  EXPECT_EQ(outstanding, "OUTSTANDING, ONE_SOURCE of 1\n");
  gun.Used(20);
  const std::string sighted = gun.Told();
  EXPECT_EQ(sighted, "OUTSTANDING SIGHTED, ONE_SOURCE of 1\n");
  gun.Recovered(30);
  const std::string recovered = gun.Told();
  EXPECT_EQ(recovered, "OUTSTANDING SIGHTED RECOVERED, ONE_SOURCE of 1\n");
  for (const auto& [kind, name] : std::vector<std::pair<record::v1::DisposalKind, std::string>>{
           {record::v1::DISPOSAL_KIND_DESTROYED, "DESTROYED"},
           {record::v1::DISPOSAL_KIND_RETURNED, "RETURNED"},
           {record::v1::DISPOSAL_KIND_RETAINED, "RETAINED"},
           {record::v1::DISPOSAL_KIND_TRANSFERRED, "TRANSFERRED"},
           {record::v1::DISPOSAL_KIND_UNKNOWN, "NOT_KNOWN"}}) {
    gun.Disposed(40, kind);
    EXPECT_EQ(gun.Told(), "OUTSTANDING SIGHTED RECOVERED " + name + ", ONE_SOURCE of 1\n");
    gun.WithdrawLast();
    EXPECT_EQ(gun.Told(), recovered);
  }
  gun.WithdrawLast();
  EXPECT_EQ(gun.Told(), sighted);
  gun.WithdrawLast();
  EXPECT_EQ(gun.Told(), outstanding);
  gun.WithdrawLast();
  EXPECT_EQ(gun.Told(), "");
}

TEST(LossCaseTest, ALossCancelledAsFoundIsNoneAndUndoneWhenThatIsTakenBack) {
  Gun gun;
  ReportFacts& report = gun.Lost(Day(10));
  report.is_cancelled = true;
  EXPECT_EQ(gun.Told(), "CANCELLED, ONE_SOURCE of 1\n");
  report.is_cancelled = false;
  EXPECT_EQ(gun.Told(), "OUTSTANDING, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, ALossIsOneUntilItIsFoundAgain) {
  Gun gun;
  ReportFacts& report = gun.Lost(Day(10));
  report.is_cancelled = true;
  report.found = Day(80);
  gun.Used(32);
  EXPECT_EQ(gun.Told(), "OUTSTANDING SIGHTED CANCELLED, ONE_SOURCE of 1\n");
  gun.Used(100);
  EXPECT_EQ(gun.Told(),
            "OUTSTANDING SIGHTED CANCELLED SIGHTED, ONE_SOURCE of 1 !USED_AFTER_RETURN\n");
  // Nobody says when it was found: that can have been after it was used.
  Gun undated;
  undated.Lost(Day(10)).is_cancelled = true;
  undated.Used(32);
  EXPECT_EQ(undated.Told(), "CANCELLED SIGHTED, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, DatesThatLeaveTheOrderOpenDoNotLeaveTheGunOutstanding) {
  Gun gun;
  gun.Recovered(10);
  gun.Lost({10 * kDay + 18 * 3'600, 10 * kDay + 18 * 3'600});
  EXPECT_EQ(gun.Told(), "OUTSTANDING RECOVERED?, ONE_SOURCE of 1, order uncertain\n");
  Gun undated;
  undated.Used(20);
  undated.Lost(TimeInterval(), v1::REPORT_SOURCE_OTHER);
  EXPECT_EQ(undated.Told(), "OUTSTANDING SIGHTED?, ONE_SOURCE of 1, order uncertain\n");
}

TEST(LossCaseTest, FoundAgainAndStolenAgainAreTwoCases) {
  Gun gun;
  gun.Lost(Day(10)).is_cancelled = true;
  gun.Lost(Day(100));
  EXPECT_EQ(gun.Told(), "CANCELLED, ONE_SOURCE of 1, lost again\nOUTSTANDING, ONE_SOURCE of 1\n");
  gun.WithdrawLast();
  EXPECT_EQ(gun.Told(), "CANCELLED, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, GivenBackAndStolenAgainAreTwoCases) {
  Gun gun;
  gun.Lost(Day(10));
  gun.Recovered(20);
  gun.Disposed(30, record::v1::DISPOSAL_KIND_RETURNED);
  gun.Lost(Day(40));
  gun.Used(50);
  EXPECT_EQ(gun.Told(),
            "OUTSTANDING RECOVERED RETURNED, ONE_SOURCE of 1, lost again\n"
            "OUTSTANDING SIGHTED, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, ReportsOfTwoSourcesWhoseDatesMeetAreOneCase) {
  Gun gun;
  gun.Lost(Days(10, 12), v1::REPORT_SOURCE_LICENSING);
  gun.Lost(Days(11, 11), v1::REPORT_SOURCE_POLICE);
  gun.Lost(Days(1, 30), v1::REPORT_SOURCE_NABIS);
  EXPECT_EQ(gun.Told(), "OUTSTANDING, MATCHED of 3\n");
  EXPECT_EQ(gun.Cases()[0].followed.lost, Day(11));
  EXPECT_THAT(
      gun.Cases()[0].sources,
      ElementsAre(v1::REPORT_SOURCE_LICENSING, v1::REPORT_SOURCE_POLICE, v1::REPORT_SOURCE_NABIS));
}

TEST(LossCaseTest, NearbyDatesOfTwoSourcesContradict) {
  Gun gun;
  gun.Lost(Day(10), v1::REPORT_SOURCE_LICENSING);
  gun.Lost(Day(15), v1::REPORT_SOURCE_POLICE);
  EXPECT_EQ(gun.Told(), "OUTSTANDING, CONTRADICTING of 2 !DATES_DIFFER\n");
  EXPECT_EQ(gun.Cases()[0].followed.lost, Days(10, 15));
}

TEST(LossCaseTest, FarDatesOrOneSourceAreTwoCases) {
  Gun far;
  far.Lost(Day(10), v1::REPORT_SOURCE_LICENSING);
  far.Lost(Day(100), v1::REPORT_SOURCE_POLICE);
  EXPECT_EQ(far.Told(),
            "OUTSTANDING, ONE_SOURCE of 1, lost again\n"
            "OUTSTANDING, ONE_SOURCE of 1 !NOT_BACK_BEFORE_LOSS\n");
  Gun one_source;
  one_source.Lost(Day(10));
  one_source.Lost(Day(15));
  EXPECT_EQ(one_source.Cases().size(), 2u);
}

TEST(LossCaseTest, WhatReportsDoNotAgreeOn) {
  Gun gun;
  ReportFacts& licensing = gun.Lost(Day(10), v1::REPORT_SOURCE_LICENSING);
  licensing.certificate_kind_key = 1;
  licensing.says_complete = true;
  ReportFacts& police = gun.AlsoReported(Day(10), v1::REPORT_SOURCE_POLICE);
  police.kind = record::v1::LOSS_KIND_LOST;
  police.certificate_kind_key = 2;
  police.is_part = true;
  police.is_cancelled = true;
  EXPECT_EQ(gun.Told(),
            "CANCELLED, CONTRADICTING of 2 !LOSS_KINDS_DIFFER !CANCELLED_BY_SOME !WHOLE_AND_PART "
            "!CERTIFICATE_KINDS_DIFFER\n");
  EXPECT_EQ(gun.Cases()[0].kind, record::v1::LOSS_KIND_UNSPECIFIED);
  EXPECT_EQ(gun.Cases()[0].completeness, v1::COMPLETENESS_REPORTS_DIFFER);
}

TEST(LossCaseTest, ReportsThatNameOtherPlacesOrStorageContradictEachOther) {
  const auto told = [](std::uint64_t ReportFacts::*key, std::uint64_t one, std::uint64_t other) {
    Gun gun;
    gun.Lost(Day(10)).*key = one;
    gun.AlsoReported(Day(10), v1::REPORT_SOURCE_POLICE).*key = other;
    return gun.Told();
  };
  const std::pair<std::uint64_t ReportFacts::*, std::string> kinds[] = {
      {&ReportFacts::force_key, "PLACES_DIFFER"},
      {&ReportFacts::borough_key, "PLACES_DIFFER"},
      {&ReportFacts::place_kind_key, "PLACE_KINDS_DIFFER"},
      {&ReportFacts::storage_key, "STORAGE_DIFFERS"}};
  for (const auto& [key, word] : kinds) {
    EXPECT_EQ(told(key, 1, 2), "OUTSTANDING, CONTRADICTING of 2 !" + word + "\n");
    EXPECT_EQ(told(key, 1, 1), "OUTSTANDING, MATCHED of 2\n") << word;
    EXPECT_EQ(told(key, 1, 0), "OUTSTANDING, MATCHED of 2\n") << word;
  }
}

TEST(LossCaseTest, AGunOfWhichNobodySaysThatItIsWholeIsToldApart) {
  Gun gun;
  ReportFacts& report = gun.Lost(Day(10));
  EXPECT_EQ(gun.Cases()[0].completeness, v1::COMPLETENESS_NOT_SAID);
  report.says_complete = true;
  EXPECT_EQ(gun.Cases()[0].completeness, v1::COMPLETENESS_WHOLE_GUN);
}

TEST(LossCaseTest, WhatComesAfterADestructionIsSaid) {
  Gun recovered;
  recovered.Lost(Day(10));
  recovered.Disposed(15, record::v1::DISPOSAL_KIND_DESTROYED);
  recovered.Recovered(20);
  EXPECT_EQ(recovered.Told(),
            "OUTSTANDING DESTROYED RECOVERED, ONE_SOURCE of 1 !RECOVERED_AFTER_DESTRUCTION\n");
  Gun returned;
  returned.Lost(Day(10));
  returned.Recovered(15);
  returned.Disposed(20, record::v1::DISPOSAL_KIND_DESTROYED);
  returned.Disposed(40, record::v1::DISPOSAL_KIND_RETURNED);
  EXPECT_EQ(returned.Told(),
            "OUTSTANDING RECOVERED DESTROYED RETURNED, ONE_SOURCE of 1 "
            "!DISPOSED_AFTER_DESTRUCTION\n");
  Gun lost;
  lost.Lost(Day(10));
  lost.Recovered(15);
  lost.Disposed(20, record::v1::DISPOSAL_KIND_DESTROYED);
  lost.Lost(Day(90));
  lost.Recovered(95);
  EXPECT_EQ(lost.Told(),
            "OUTSTANDING RECOVERED DESTROYED, ONE_SOURCE of 1, lost again\n"
            "OUTSTANDING RECOVERED, ONE_SOURCE of 1 !LOST_AFTER_DESTRUCTION\n");
  // Two agencies' records of one destruction.
  Gun twice;
  twice.Lost(Day(10));
  twice.Recovered(15);
  twice.Disposed(20, record::v1::DISPOSAL_KIND_DESTROYED);
  twice.Disposed(22, record::v1::DISPOSAL_KIND_DESTROYED);
  EXPECT_EQ(twice.Told(), "OUTSTANDING RECOVERED DESTROYED, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, WhatBecameOfAGunIsNotKnownWhereDisposalsOfOneDayDisagree) {
  std::mt19937 random(7);
  for (const bool destroyed_first : {true, false}) {
    const auto destroyed = record::v1::DISPOSAL_KIND_DESTROYED;
    const auto returned = record::v1::DISPOSAL_KIND_RETURNED;
    Gun gun;
    gun.Lost(Day(10));
    gun.Recovered(15);
    gun.Disposed(20, destroyed_first ? destroyed : returned);
    gun.Disposed(20, destroyed_first ? returned : destroyed);
    const std::string told = "OUTSTANDING RECOVERED NOT_KNOWN, ONE_SOURCE of 1 !DISPOSALS_DIFFER\n";
    EXPECT_EQ(gun.Told(), told);
    EXPECT_EQ(gun.ToldInAnotherOrder(random), told);
    gun.WithdrawLast();
    EXPECT_EQ(gun.Told(), destroyed_first ? "OUTSTANDING RECOVERED DESTROYED, ONE_SOURCE of 1\n"
                                          : "OUTSTANDING RECOVERED RETURNED, ONE_SOURCE of 1\n");
  }
}

TEST(LossCaseTest, APartIsNoWholeGun) {
  Gun gun;
  gun.Lost(Day(10)).is_part = true;
  EXPECT_EQ(gun.Cases()[0].completeness, v1::COMPLETENESS_PART);
}

TEST(LossCaseTest, APartThatAnotherSourceReportsAsAGunIsSaid) {
  Gun gun;
  gun.Lost(Day(10), v1::REPORT_SOURCE_LICENSING);
  ReportFacts& part = gun.AlsoReported(Day(10), v1::REPORT_SOURCE_POLICE);
  part.is_part = true;
  EXPECT_EQ(gun.Told(), "OUTSTANDING, MATCHED of 2\n");  // a gun that lacks a part
  EXPECT_EQ(gun.Cases()[0].completeness, v1::COMPLETENESS_PART);
  part.is_loose_part = true;
  EXPECT_EQ(gun.Told(), "OUTSTANDING, CONTRADICTING of 2 !WHOLE_AND_PART\n");
  EXPECT_EQ(gun.Cases()[0].completeness, v1::COMPLETENESS_REPORTS_DIFFER);
}

TEST(LossCaseTest, AWholeGunAndAPartInOneReportIsSaid) {
  Gun gun;
  ReportFacts& report = gun.Lost(Day(10));
  report.is_part = report.is_loose_part = report.says_complete = true;
  EXPECT_EQ(gun.Told(), "OUTSTANDING, CONTRADICTING of 1 !WHOLE_AND_PART\n");
}

TEST(LossCaseTest, APartThatWasLostByItselfComesBack) {
  Gun part;
  ReportFacts& lost = part.Lost(Day(10));
  lost.is_part = lost.is_loose_part = true;
  part.PartRecovered(20, /*is_lost_one=*/false);
  EXPECT_EQ(part.Told(), "OUTSTANDING, ONE_SOURCE of 1\n");
  part.PartRecovered(30, /*is_lost_one=*/true);
  EXPECT_EQ(part.Told(), "OUTSTANDING RECOVERED, ONE_SOURCE of 1\n");
  part.WithdrawLast();
  EXPECT_EQ(part.Told(), "OUTSTANDING, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, APartInHandIsToldOfTheLossThatTheGunIsGoneBy) {
  const auto parts = [](const std::function<void(Gun&)>& tell) {
    Gun gun;
    tell(gun);
    std::string told;
    for (const CaseFacts& one : gun.Cases()) {
      absl::StrAppend(&told, one.followed.parts.size());
      for (const auto& part : one.followed.parts) {
        told += part.order_is_uncertain ? "?" : "";
      }
    }
    return told;
  };
  const auto part = [](std::int64_t day) {
    return [day](Gun& gun) { gun.PartRecovered(day, /*is_lost_one=*/false); };
  };
  EXPECT_EQ(parts([&](Gun& gun) {
              gun.Lost(Day(10));
              part(20)(gun);
            }),
            "1");
  EXPECT_EQ(parts([&](Gun& gun) {
              gun.Lost(Days(10, 30));
              part(20)(gun);
            }),
            "1?");
  // Before the loss, or when the gun was back.
  EXPECT_EQ(parts([&](Gun& gun) {
              part(5)(gun);
              gun.Lost(Day(10));
            }),
            "0");
  EXPECT_EQ(parts([&](Gun& gun) {
              gun.Lost(Day(10));
              gun.Recovered(15);
              part(20)(gun);
            }),
            "0");
  // Of the second loss.
  EXPECT_EQ(parts([&](Gun& gun) {
              gun.Lost(Day(10));
              gun.Recovered(15);
              gun.Disposed(18, record::v1::DISPOSAL_KIND_RETURNED);
              gun.Lost(Day(60));
              part(70)(gun);
            }),
            "01");
}

TEST(LossCaseTest, ACertificateOfAnotherForceIsSaid) {
  Gun gun;
  gun.Lost(Day(10)).has_other_force = true;
  EXPECT_EQ(gun.Told(), "OUTSTANDING, ONE_SOURCE of 1 !CERTIFICATE_OF_ANOTHER_FORCE\n");
}

TEST(LossCaseTest, ARecoveryBeforeTheLossIsSaidAndDoesNotEndIt) {
  Gun gun;
  gun.Recovered(5);
  gun.Lost(Day(10));
  EXPECT_EQ(gun.Told(), "OUTSTANDING, ONE_SOURCE of 1 !RECOVERED_BEFORE_LOSS\n");
  Gun returned;
  returned.Recovered(5);
  returned.Disposed(7, record::v1::DISPOSAL_KIND_RETURNED);
  returned.Lost(Day(10));
  EXPECT_EQ(returned.Told(), "OUTSTANDING, ONE_SOURCE of 1\n");
}

TEST(LossCaseTest, AUseBeforeTheLossIsSaid) {
  Gun gun;
  gun.Used(5);
  gun.Lost(Day(10));
  EXPECT_EQ(gun.Told(), "OUTSTANDING, ONE_SOURCE of 1 !USED_BEFORE_LOSS\n");
  EXPECT_THAT(gun.Cases()[0].followed.uses, IsEmpty());
  // It can have been lost before that.
  Gun late;
  late.Used(5);
  late.Lost(Days(1, 10));
  EXPECT_EQ(late.Told(), "OUTSTANDING SIGHTED?, ONE_SOURCE of 1, order uncertain\n");
}

TEST(LossCaseTest, AUseAfterTheGunWasInHandIsSaid) {
  for (const auto& [kind, word] : std::vector<std::pair<record::v1::DisposalKind, std::string>>{
           {record::v1::DISPOSAL_KIND_RETURNED, "RETURN"},
           {record::v1::DISPOSAL_KIND_DESTROYED, "DESTRUCTION"}}) {
    Gun gun;
    gun.Lost(Day(10));
    gun.Recovered(20);
    gun.Disposed(30, kind);
    const std::string before = gun.Told();
    gun.Used(40);
    EXPECT_THAT(gun.Told(),
                testing::EndsWith("SIGHTED, ONE_SOURCE of 1 !USED_AFTER_" + word + "\n"));
    gun.WithdrawLast();
    EXPECT_EQ(gun.Told(), before);
  }
  Gun gun;
  gun.Lost(Day(10));
  gun.Recovered(20);
  gun.Used(40);
  EXPECT_EQ(gun.Told(), "OUTSTANDING RECOVERED SIGHTED, ONE_SOURCE of 1 !USED_AFTER_RECOVERY\n");
}

TEST(LossCaseTest, ALossOfUnknownDateIsFollowed) {
  Gun gun;
  gun.Lost(TimeInterval());
  gun.Lost(Day(10), v1::REPORT_SOURCE_POLICE);
  EXPECT_EQ(gun.Told(), "OUTSTANDING, MATCHED of 2\n");
  EXPECT_EQ(gun.Cases()[0].followed.lost, Day(10));
}

// Any lives: what is told of one does not depend on the order, and taking the last event back gives
// what was told before it.
TEST(LossCaseTest, OrderDoesNotMatterAndWithdrawalUndoes) {
  std::mt19937 random(20180418);
  const auto pick = [&](int count) {
    return std::uniform_int_distribution<int>(0, count - 1)(random);
  };
  for (int round = 0; round < 500; ++round) {
    Gun gun;
    std::vector<std::string> told = {""};
    const int events = 1 + pick(8);
    for (int i = 0; i < events; ++i) {
      const std::int64_t day = pick(120);
      switch (pick(5)) {
        case 0:
        case 1: {
          ReportFacts& report =
              gun.Lost(Days(day, day + pick(10)), static_cast<v1::ReportSource>(1 + pick(3)));
          report.is_cancelled = pick(4) == 0;
          if (report.is_cancelled && pick(2) == 0) {
            report.found = Days(day + pick(20), day + 20 + pick(30));
          }
          report.kind = static_cast<record::v1::LossKind>(1 + pick(2));
          break;
        }
        case 2:
          gun.Used(day);
          break;
        case 3:
          gun.Recovered(day);
          break;
        default:
          gun.Disposed(day, static_cast<record::v1::DisposalKind>(1 + pick(5)));
      }
      told.push_back(gun.Told());
      ASSERT_EQ(gun.ToldInAnotherOrder(random), told.back()) << "round " << round;
    }
    while (told.size() > 1) {
      gun.WithdrawLast();
      told.pop_back();
      ASSERT_EQ(gun.Told(), told.back()) << "round " << round;
    }
  }
}

TEST(LossCaseTest, ACopyOfAReportCorroboratesNothing) {
  Gun gun;
  gun.Lost(Day(10));
  gun.Lost(Day(10), v1::REPORT_SOURCE_OTHER).copy_of = 0;
  std::vector<CaseFacts> cases = gun.Cases();
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_EQ(cases[0].followed.reports.size(), 2u);
  EXPECT_EQ(cases[0].reconciliation, v1::RECONCILIATION_ONE_SOURCE);
  EXPECT_THAT(cases[0].sources, ElementsAre(v1::REPORT_SOURCE_LICENSING));
  // Of a loss that the report it was made from is not of, it is a report like any other.
  Gun again;
  again.Lost(Day(10));
  again.Recovered(20);
  again.Lost(Day(30), v1::REPORT_SOURCE_OTHER).copy_of = 0;
  cases = again.Cases();
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_THAT(cases[1].sources, ElementsAre(v1::REPORT_SOURCE_OTHER));
}

}  // namespace
}  // namespace serieslink::stolen

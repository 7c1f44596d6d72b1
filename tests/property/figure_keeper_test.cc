// Goal: figures that are kept, and brought up to date by what changes, are those of a summary that
// counts everything when it is asked, whoever asks; what was counted is undone exactly.
// Method: random records of two agencies about the same guns (late, corrected, withdrawn, hidden
// and opened again, lost guns, police's own, shared references, few serials so that guards trip) go
// through the log in small batches. After each, summaries with the keeper are held against those
// without, byte for byte, by agencies that see everything of somebody's and by one that has
// nothing. Then all is kept anew from the store.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "services/summary/figure_keeper.h"
#include "services/summary/summary_service.h"
#include "tests/property/feed_evidence.h"
#include "tests/support/derivation_pipeline.h"
#include "tests/support/seeds.h"
#include "tests/synth/feed_stream.h"

namespace serieslink {
namespace {

namespace v1 = summary::v1;

constexpr const char* kViewers[] = {"kent", "nabis", "btp"};

class FigureKeeperTest : public ::testing::Test {
 protected:
  FigureKeeperTest() { EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london_)); }

  std::unique_ptr<summary::FigureKeeper> NewKeeper() {
    return std::make_unique<summary::FigureKeeper>(pipeline_->source(), london_,
                                                   &DerivationPipeline::Now, boundaries_);
  }

  v1::GetSummaryRequest Request(int year, int quarter) {
    v1::GetSummaryRequest request;
    request.mutable_period()->set_kind(v1::PERIOD_KIND_QUARTER);
    request.mutable_period()->set_year(year);
    request.mutable_period()->set_quarter(quarter);
    request.mutable_view()->set_min_revision(static_cast<std::int64_t>(pipeline_->revision()));
    return request;
  }

  v1::GetSummaryResponse Summary(const std::string& viewer, const v1::GetSummaryRequest& request,
                                 summary::FigureKeeper* keeper) {
    const summary::SummaryService service(pipeline_->source(), "test", &DerivationPipeline::Now,
                                          london_, boundaries_, keeper);
    v1::GetSummaryResponse response;
    const absl::Status status = service.SummariseFor(
        view::Viewer{viewer}, request, absl::InfiniteFuture(), [] { return absl::OkStatus(); },
        response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  // Whether the keeper answers, and not a scan in its place.
  bool Answers(summary::FigureKeeper& keeper, const v1::GetSummaryRequest& request) {
    std::vector<summary::Window> windows;
    for (const v1::Period& one : summary::ComparedPeriods(request.period())) {
      windows.push_back(summary::WindowOf(one, london_));
    }
    summary::Tally tally(windows, {v1::DIMENSION_FORCE});
    summary::LeadTally leads(windows);
    summary::ExternalTally external(windows, london_);
    return keeper.Fill(view::Viewer{"btp"}, windows, 0, tally, leads, external).has_value();
  }

  void ExpectEqual(summary::FigureKeeper& keeper, int year, int quarter, const char* const* from,
                   const char* const* end) {
    v1::GetSummaryRequest request = Request(year, quarter);
    // By everything that it can be asked for.
    for (int one = v1::Dimension_MIN + 1; one <= v1::Dimension_MAX; ++one) {
      request.add_dimensions(static_cast<v1::Dimension>(one));
    }
    ASSERT_TRUE(Answers(keeper, request));
    for (; from != end; ++from) {
      const v1::GetSummaryResponse kept = Summary(*from, request, &keeper);
      const v1::GetSummaryResponse counted = Summary(*from, request, nullptr);
      if (kept.SerializeAsString() == counted.SerializeAsString()) continue;
      ASSERT_EQ(kept.revision(), counted.revision());
      ASSERT_EQ(kept.measures_size(), counted.measures_size());
      for (int i = 0; i < kept.measures_size(); ++i) {
        EXPECT_EQ(kept.measures(i).DebugString(), counted.measures(i).DebugString())
            << *from << " " << year << "Q" << quarter;
      }
      EXPECT_EQ(kept.DebugString(), counted.DebugString())
          << *from << " " << year << "Q" << quarter;
      return;
    }
  }

  std::unique_ptr<DerivationPipeline> pipeline_ = std::make_unique<DerivationPipeline>();
  absl::TimeZone london_;
  std::shared_ptr<const summary::Boundaries> boundaries_ = std::make_shared<summary::Boundaries>();
};

TEST_F(FigureKeeperTest, WhatNobodyKeepsIsNotAnswered) {
  FeedEvidence evidence(1);
  const std::unique_ptr<summary::FigureKeeper> keeper = NewKeeper();
  const absl::StatusOr<bool> nothing = keeper->Build();
  ASSERT_TRUE(nothing.ok()) << nothing.status();
  EXPECT_FALSE(*nothing) << "nothing is derived yet";
  pipeline_->Push(evidence.Record(0));
  EXPECT_FALSE(Answers(*keeper, Request(2017, 1))) << "it was not built";
  ASSERT_TRUE(keeper->Build().value());
  EXPECT_TRUE(Answers(*keeper, Request(2017, 1)));
  EXPECT_FALSE(Answers(*keeper, Request(1950, 1))) << "so far back nothing is kept";
  v1::GetSummaryRequest year = Request(2017, 1);
  year.mutable_period()->set_kind(v1::PERIOD_KIND_YEAR);
  year.mutable_period()->clear_quarter();
  EXPECT_FALSE(Answers(*keeper, year)) << "only quarters are";
  v1::GetSummaryRequest financial = Request(2016, 4);
  financial.mutable_period()->set_kind(v1::PERIOD_KIND_FINANCIAL_QUARTER);
  EXPECT_TRUE(Answers(*keeper, financial)) << "a quarter is one by whatever name";
  const std::unique_ptr<summary::FigureKeeper> second = NewKeeper();
  EXPECT_FALSE(second->Build().value()) << "one follows";
}

TEST_F(FigureKeeperTest, KeptFiguresAreThoseOfACountOfEverything) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    FeedEvidence::Shape shape;
    shape.hidden_percent = 30;
    shape.loss_percent = 20;
    shape.police_issue_percent = 20;
    shape.records = 25;
    shape.serials = seed % 2 == 0 ? 2 : 6;
    shape.part_percent = 10;
    FeedEvidence evidence(100 * seed, shape);
    pipeline_ = std::make_unique<DerivationPipeline>();
    std::vector<std::vector<SentMessage>> versions;
    for (int number = 0; number < shape.records; ++number) {
      std::vector<SentMessage> record = evidence.Record(number);
      if (!record.empty()) versions.push_back(std::move(record));
    }
    // The versions of each record in their order, and records in any.
    std::vector<SentMessage> messages;
    for (std::size_t left = versions.size(); left > 0;) {
      const auto at = static_cast<std::size_t>(evidence.Below(static_cast<int>(left)));
      messages.push_back(versions[at].front());
      versions[at].erase(versions[at].begin());
      if (!versions[at].empty()) continue;
      std::swap(versions[at], versions[--left]);
    }
    std::unique_ptr<summary::FigureKeeper> keeper = NewKeeper();
    std::vector<std::pair<std::string, std::string>> there;  // agency and record
    for (std::size_t at = 0; at < messages.size();) {
      const std::size_t size = std::min<std::size_t>(
          1 + static_cast<std::size_t>(evidence.Below(6)), messages.size() - at);
      const std::vector<SentMessage> batch(
          messages.begin() + static_cast<std::ptrdiff_t>(at),
          messages.begin() + static_cast<std::ptrdiff_t>(at + size));
      at += size;
      const auto acknowledgements = pipeline_->Push(batch);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (acknowledgements[i].outcome() == ingest::v1::OUTCOME_CREATED) {
          there.emplace_back(batch[i].agency, acknowledgements[i].record_id());
        }
      }
      if (!there.empty() && evidence.Below(5) == 0) {
        const auto one = static_cast<std::size_t>(evidence.Below(static_cast<int>(there.size())));
        pipeline_->Withdraw(there[one].first, there[one].second);
        there.erase(there.begin() + static_cast<std::ptrdiff_t>(one));
      }
      pipeline_->revision();  // all of it is derived
      ASSERT_TRUE(keeper->Build().value());
      const int quarter = 1 + evidence.Below(4);
      ExpectEqual(*keeper, 2017, quarter, std::begin(kViewers), std::end(kViewers));
      if (HasFailure()) return;
    }
    for (int quarter = 1; quarter <= 4; ++quarter) {
      ExpectEqual(*keeper, 2017, quarter, std::begin(kViewers), std::end(kViewers));
      ExpectEqual(*keeper, 2018, quarter, std::begin(kViewers), std::end(kViewers));
    }
    // Counted anew, it is the same.
    keeper.reset();
    keeper = NewKeeper();
    ASSERT_TRUE(keeper->Build().value());
    for (int quarter = 1; quarter <= 4; ++quarter) {
      ExpectEqual(*keeper, 2017, quarter, std::begin(kViewers), std::end(kViewers));
    }
    if (HasFailure()) return;
  }
}

TEST_F(FigureKeeperTest, TenYearsOfAllAgenciesAreCountedAlike) {
  synth::StreamOptions options;
  options.seed = 3;
  options.records = 1500;
  options.dirt = synth::DirtLevel::kHeavy;
  auto stream = synth::FeedStream::Create(options);
  ASSERT_TRUE(stream.ok()) << stream.status();
  static constexpr const char* kSome[] = {"mps", "nabis", "stranger"};
  std::unique_ptr<summary::FigureKeeper> keeper = NewKeeper();
  std::vector<SentMessage> batch;
  std::size_t batches = 0;
  synth::SyntheticRecord record;
  for (bool there_are_more = true; there_are_more;) {
    there_are_more = (*stream)->Next(&record);
    if (there_are_more && !record.is_withdrawal) batch.push_back({record.agency, record.message});
    if (batch.size() < 150 && there_are_more) continue;
    if (!batch.empty()) pipeline_->Push(batch);
    batch.clear();
    pipeline_->revision();
    ASSERT_TRUE(keeper->Build().value());
    ++batches;
    const int year = 2013 + static_cast<int>(batches % 10);
    ExpectEqual(*keeper, year, 1 + static_cast<int>(batches % 4), std::begin(kSome),
                std::end(kSome));
    if (HasFailure()) return;
  }
  for (int year = 2013; year <= 2022; ++year) {
    ExpectEqual(*keeper, year, 1 + year % 4, std::begin(kSome), std::end(kSome));
  }
}

}  // namespace
}  // namespace serieslink

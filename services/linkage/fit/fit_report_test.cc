#include "services/linkage/fit/fit_report.h"

#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/linkage/core/model.h"

namespace serieslink::linkage {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Two reports of each of 300 guns under one crime reference; one in ten numbers has a slip, one
// make in eight is missing.
TrainingSet TwoReportsOfEachGun() {
  std::mt19937_64 random(17);
  TrainingSet training;
  const char* const makes[] = {"Glock", "Beretta", "Webley", "Taurus"};
  const char* const calibres[] = {"9x19", ".32 ACP", "12 gauge"};
  for (int gun = 0; gun < 300; ++gun) {
    const std::string number = absl::StrCat("K", 1000000 + random() % 8999999);
    const auto make = random() % 4;
    const auto calibre = random() % 3;
    for (int report = 0; report < 2; ++report) {
      record::v1::Record record;
      record.mutable_source()->set_agency(report == 0 ? "mps" : "nabis");
      record.mutable_source()->set_source_system("test");
      record.mutable_source()->set_source_id(absl::StrCat(gun));
      record::v1::Event* event = record.mutable_event();
      event->set_kind(record::v1::EVENT_KIND_RECOVERY);
      type::v1::CrimeReference* reference = event->add_crime_references();
      reference->set_issuing_force("mps");
      reference->set_year(2024);
      reference->set_number(absl::StrCat(gun + 1));
      record::v1::Exhibit* exhibit = record.add_exhibits();
      exhibit->set_kind(record::v1::EXHIBIT_KIND_GUN);
      std::string written = number;
      if (report == 1 && gun % 10 == 0) written[4] = written[4] == '7' ? '4' : '7';
      exhibit->mutable_firearm()->add_serials()->set_text(written);
      if (gun % 8 != 0) exhibit->mutable_firearm()->set_make(makes[make]);
      exhibit->mutable_firearm()->set_calibre(calibres[calibre]);
      if (gun < 280) {  // Of some no type is known.
        exhibit->mutable_firearm()->add_apparent_types(
            calibre == 2 ? (report == 1 && gun % 10 == 5 ? record::v1::FIREARM_TYPE_SHOTGUN_SAWN_OFF
                                                         : record::v1::FIREARM_TYPE_SHOTGUN_LONG)
                         : record::v1::FIREARM_TYPE_PISTOL);
      }
      training.Add(record);
    }
  }
  training.Finish();
  return training;
}

std::vector<DecidedPair> Decisions() {
  return {{"mps/test/11#", "nabis/test/11#", true},
          {"mps/test/10#", "nabis/test/11#", false},
          {"mps/test/nobody#", "nabis/test/11#", false}};
}

TEST(ModelFitTest, WhatTheRecordsShowIsFound) {
  const auto base = ParseModelText(DefaultModelText()).value();
  const auto fit = FitModel(TwoReportsOfEachGun(), Decisions(), base, "test-1");
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(fit->exhibits, 600u);
  EXPECT_EQ(fit->decided_same, 1u);
  EXPECT_EQ(fit->decided_different, 1u);
  EXPECT_EQ(fit->decided_unknown, 1u);
  std::map<int, double> m;
  for (const v1::SerialLevel& level : fit->file.serial().levels()) m[level.agreement()] = level.m();
  EXPECT_NEAR(m[v1::SERIAL_AGREEMENT_EQUAL], 0.9, 0.05);
  EXPECT_NEAR(m[v1::SERIAL_AGREEMENT_ONE_EDIT] + m[v1::SERIAL_AGREEMENT_ALIKE], 0.1, 0.05);
  EXPECT_NEAR(fit->file.make().same().u(), 0.25, 0.05) << "four makes";
  EXPECT_GT(fit->file.make().same().m(), 0.95);
  EXPECT_EQ(fit->file.make().frequencies_size(), 4);
  EXPECT_EQ(fit->file.calibre().frequencies_size(), 3);
  EXPECT_GT(fit->file.type().same().m(), 0.9);
  EXPECT_NEAR(fit->file.type().same().u(), 5.0 / 9, 0.08) << "a third are shotguns";
  EXPECT_GT(fit->file.type().compatible().m(), 0.005) << "some were shortened";
  EXPECT_EQ(fit->file.type().frequencies_size(), 3);
  EXPECT_EQ(fit->file.model().SerializeAsString(), base.model().SerializeAsString())
      << "nobody says a model, so nothing is known of them";
  EXPECT_TRUE(MakeModel(fit->file).ok()) << MakeModel(fit->file).status();
  const auto again = FitModel(TwoReportsOfEachGun(), Decisions(), base, "test-1");
  EXPECT_EQ(again->file.SerializeAsString(), fit->file.SerializeAsString());
}

TEST(ModelFitTest, AModelWithoutTypesGetsThemFromRecords) {
  auto base = ParseModelText(DefaultModelText()).value();
  base.clear_type();
  const auto fit = FitModel(TwoReportsOfEachGun(), Decisions(), base, "test-1");
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_THAT(fit->file.type().different().source(), HasSubstr("expectation maximisation"));
  EXPECT_TRUE(MakeModel(fit->file).value()->weighs_types);
}

TEST(ModelFitTest, TooLittleIsRefused) {
  const auto base = ParseModelText(DefaultModelText()).value();
  const absl::Status status = FitModel(TrainingSet(), {}, base, "test-1").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("too few"));
}

TEST(FitReportTest, BothFormsShowEveryWeightAndLoadNothing) {
  const auto base = ParseModelText(DefaultModelText()).value();
  const auto fit = FitModel(TwoReportsOfEachGun(), Decisions(), base, "test-1");
  ASSERT_TRUE(fit.ok()) << fit.status();
  FitReport report;
  report.model = &*fit;
  const std::string text = TextReport(report);
  const std::string html = HtmlReport(report);
  for (const char* const row : {"number one edit", "make same", "calibre compatible",
                                "model different", "type compatible"}) {
    EXPECT_THAT(text, HasSubstr(row));
    EXPECT_THAT(html, HasSubstr(row));
  }
  EXPECT_THAT(html, HasSubstr("<svg role=\"img\""));
  for (const char* const loads : {"<script", "<link", "src=", "http"}) {
    EXPECT_THAT(html, Not(HasSubstr(loads)));
  }
  EXPECT_THAT(text, Not(HasSubstr("mps/test"))) << "no record is named";
}

}  // namespace
}  // namespace serieslink::linkage

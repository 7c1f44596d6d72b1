// Goal: a package says what its files are, a file that was changed is found, and an edition tells
// what changed without telling what is hidden.
#include "services/summary/release/data_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace serieslink::summary {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::PublicSummary Summary(int edition) {
  v1::PublicSummary summary;
  summary.mutable_period()->set_label("2026Q3");
  summary.set_edition(edition);
  summary.set_publisher("A police force");
  summary.add_breakdowns(v1::DIMENSION_FORCE);
  summary.add_notes("Read this.");
  v1::PublicMeasure& measure = *summary.add_measures();
  measure.mutable_definition()->set_id("gun_crime.incidents");
  measure.mutable_definition()->set_version(1);
  return summary;
}

v1::PublicFigure& Add(v1::PublicSummary& summary, v1::PublicPart part, const std::string& key) {
  v1::PublicFigure& figure = *summary.mutable_measures(0)->add_figures();
  figure.set_part(part);
  figure.set_key(key);
  return figure;
}

TEST(DataPackageTest, AFileThatIsNotWhatWasSignedIsFound) {
  v1::PublicSummary summary = Summary(1);
  Add(summary, v1::PUBLIC_PART_TOTAL, "").set_value(12);
  std::map<std::string, std::string> folder;
  std::string package;
  for (const PackageFile& file : PackageOf(summary)) {
    folder[file.path] = file.content;
    package = file.content;
  }
  EXPECT_THAT(folder, testing::Contains(testing::Key(kPackageFile)));
  EXPECT_THAT(package, HasSubstr("\"name\": \"gun-crime-2026q3-1\""));
  EXPECT_THAT(package, HasSubstr("\"hash\": \"sha256:"));
  const auto read = [&](const std::string& path) -> absl::StatusOr<std::string> {
    const auto found = folder.find(path);
    if (found == folder.end()) return absl::NotFoundError("not there");
    return found->second;
  };
  auto faults = FaultsOf(package, read);
  ASSERT_TRUE(faults.ok()) << faults.status();
  EXPECT_THAT(*faults, IsEmpty());
  folder["figures.csv"] += "one more\n";
  folder.erase("measures.csv");
  faults = FaultsOf(package, read);
  ASSERT_TRUE(faults.ok()) << faults.status();
  EXPECT_THAT(*faults,
              ElementsAre("figures.csv: not the file that was signed", "measures.csv: not there"));
}

TEST(DataPackageTest, APackageThatNamesFilesElsewhereIsRefused) {
  const auto read = [](const std::string&) -> absl::StatusOr<std::string> { return ""; };
  for (const char* const text :
       {"", "[]", "{}", R"({"resources":{}})", R"({"resources":[{"path":"a"}]})",
        R"({"resources":[{"path":"../a","hash":""}]})", R"({"resources":[{"path":"","hash":""}]})",
        R"({"resources":[{"path":".ssh","hash":""}]})"}) {
    EXPECT_EQ(FaultsOf(text, read).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(DataPackageTest, ChangesAreThoseOfFiguresThatBothShow) {
  v1::PublicSummary before = Summary(1);
  Add(before, v1::PUBLIC_PART_TOTAL, "").set_value(40);
  Add(before, v1::PUBLIC_PART_FORCE, "mps").set_value(30);
  Add(before, v1::PUBLIC_PART_FORCE, "kent").set_value(10);
  Add(before, v1::PUBLIC_PART_FORCE, "essex");
  v1::PublicSummary now = Summary(2);
  now.add_breakdowns(v1::DIMENSION_OWNING_UNIT);
  Add(now, v1::PUBLIC_PART_TOTAL, "").set_value(46);
  Add(now, v1::PUBLIC_PART_FORCE, "mps").set_value(30);
  Add(now, v1::PUBLIC_PART_FORCE, "kent");                      // hidden now
  Add(now, v1::PUBLIC_PART_FORCE, "essex").set_value(6);        // hidden before
  Add(now, v1::PUBLIC_PART_FORCE, "surrey").set_value(5);       // none before
  Add(now, v1::PUBLIC_PART_OWNING_UNIT, "North").set_value(9);  // not asked for before
  const auto changes = ChangesBetween(before, now);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].before_value(), 40);
  EXPECT_EQ(changes[0].now().value(), 46);
  EXPECT_EQ(changes[0].reason(), v1::CHANGE_REASON_RECORDS);
  EXPECT_EQ(changes[1].now().key(), "surrey");
  EXPECT_EQ(changes[1].before_value(), 0);
  now.mutable_measures(0)->mutable_definition()->set_version(2);
  EXPECT_EQ(ChangesBetween(before, now)[0].reason(), v1::CHANGE_REASON_DEFINITION);
}

}  // namespace
}  // namespace serieslink::summary

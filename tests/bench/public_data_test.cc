// Published results of Fellegi and Sunter's model on public data, and how serial fields are read
// beside how analysts read them; codes of ports beside a list of others. Where the data are absent,
// this says so and tries the rest.
#include <iostream>
#include <optional>

#include "gtest/gtest.h"
#include "services/border/core/port_list.h"
#include "tests/bench/cleaned_serials.h"
#include "tests/bench/engine_check.h"
#include "tests/bench/shared_data.h"

namespace serieslink::bench {
namespace {

// Whether there is something to check; says so when there is not.
template <typename T>
bool IsThere(const std::optional<T>& check, const char* data) {
  if (!check.has_value()) {
    std::cout << "not run: public_data_test on " << data
              << ", which is neither in SERIESLINK_SHARED_DATA nor in ../shared/data\n";
  }
  return check.has_value();
}

TEST(PublicDataTest, PersonsAreFoundAsPublished) {
  const std::optional<EngineCheck> check = CheckFebrl();
  if (!IsThere(check, "er-febrl")) return;
  EXPECT_EQ(check->truth, 5000u);
  EXPECT_GE(check->right, 4900u) << "Splink's demonstration finds 4,960";
  EXPECT_GE(check->Precision(), 0.995);
}

TEST(PublicDataTest, ProductsAreFoundAsPublished) {
  const std::optional<EngineCheck> clean = CheckProducts(false);
  if (!IsThere(clean, "er-magellan-products")) return;
  const std::optional<EngineCheck> dirty = CheckProducts(true);
  ASSERT_TRUE(dirty.has_value());
  EXPECT_GE(clean->F1(), 0.719 - 0.03) << "Magellan's is 0.719 on another part";
  EXPECT_GE(dirty->F1(), 0.374 - 0.03);
}

TEST(PublicDataTest, NearlyAllBritishSeaPortsOfOthersAreKnown) {
  std::vector<Row> ports = ReadSharedRows("uk-ports-and-forces/ports_gb.csv");
  if (!IsThere(ports.empty() ? std::nullopt : std::optional(ports.size()), "uk-ports-and-forces")) {
    return;
  }
  const auto list = border::PortList::Parse(border::DefaultPortsText());
  ASSERT_TRUE(list.ok()) << list.status();
  std::erase_if(ports, [&](const Row& port) { return (*list)->CanBePort(port.at("unlocode")); });
  // That list names places that are no ports, and one of Guernsey.
  EXPECT_LE(ports.size(), 8u);
  for (const Row& port : ports) {
    std::cout << "not known here: " << port.at("unlocode") << " " << port.at("name") << "\n";
  }
}

Row Cleaned(const char* raw, const char* clean) {
  return {
      {"serial_raw", raw}, {"serial_clean", clean}, {"make_raw", "glock"}, {"calibre_raw", "9mm"}};
}

TEST(PublicDataTest, EveryRowIsCountedOnceAndEveryDisagreementHasAClass) {
  const CleanedSerials result = CompareCleanedSerials(
      {Cleaned("BKT4854", "BKT4854"), Cleaned("bk-t4854", "BKT4854"), Cleaned("KO48731", "KO48731"),
       Cleaned("", ""), Cleaned("raspado", "raspado"), Cleaned("BKT4854", "BKT4855"),
       Cleaned("BKT4854", ""), Cleaned("BKT4854; CVX7731", "BKT4854"),
       Cleaned("4177717", "4177717")});
  EXPECT_EQ(result.rows, 9u);
  EXPECT_EQ(result.both_none, 1u);
  EXPECT_EQ(result.numbers, 7u);
  EXPECT_EQ(result.equal, 3u);
  EXPECT_EQ(result.equal_in_form, 1u);
  std::uint64_t disagreements = 0;
  for (const auto& [name, rows] : result.disagreements) disagreements += rows;
  EXPECT_EQ(disagreements, 4u);
  EXPECT_EQ(result.disagreements.at("another number"), 1u);
  EXPECT_EQ(result.disagreements.at("read as several numbers"), 1u);
  EXPECT_EQ(result.disagreements.at("a number where the analyst has none"), 1u);
}

}  // namespace
}  // namespace serieslink::bench

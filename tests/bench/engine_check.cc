#include "tests/bench/engine_check.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/serial_agreement.h"
#include "services/linkage/fit/mixture.h"
#include "tests/bench/shared_data.h"

namespace serieslink::bench {
namespace {

using linkage::ComparedField;
using linkage::kNotCompared;
using linkage::Mixture;
using linkage::OutcomeCounts;
using linkage::Outcomes;

// Characters replaced, left out, added or exchanged with the next between two texts, as far as
// `most`; more where there are more.
int EditsBetween(const std::string& a, const std::string& b, int most) {
  if (std::abs(static_cast<int>(a.size()) - static_cast<int>(b.size())) > most) return most + 1;
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1, 0));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::int8_t CompareTexts(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return kNotCompared;
  return static_cast<std::int8_t>(std::min(EditsBetween(a, b, 2), 3));
}

// --- Persons

const char* const kFebrlFields[] = {"given_name", "surname", "street_number", "address_1", "suburb",
                                    "postcode",   "state",   "date_of_birth", "soc_sec_id"};

Outcomes ComparePersons(const Row& a, const Row& b) {
  Outcomes outcomes;
  for (const char* const field : kFebrlFields)
    outcomes.push_back(CompareTexts(a.at(field), b.at(field)));
  return outcomes;
}

// Pairs that agree on one of these are compared.
std::vector<std::string> KeysOfPerson(const Row& row) {
  std::vector<std::string> keys;
  const std::vector<std::vector<const char*>> blocks = {
      {"soc_sec_id"},          {"date_of_birth"},          {"given_name", "surname"},
      {"surname", "postcode"}, {"given_name", "postcode"}, {"street_number", "address_1"},
      {"suburb", "surname"}};
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    std::string key = absl::StrCat(i);
    bool whole = true;
    for (const char* const field : blocks[i]) {
      whole = whole && !row.at(field).empty();
      absl::StrAppend(&key, "|", row.at(field));
    }
    if (whole) keys.push_back(std::move(key));
  }
  return keys;
}

std::string PersonOf(const Row& row) {
  const std::vector<std::string> parts = absl::StrSplit(row.at("rec_id"), '-');
  return parts.size() < 2 ? "" : parts[1];
}

// --- Products

std::set<std::string> WordsOf(const std::string& text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// Model numbers as the serials of guns: the same reading, the same agreements.
std::int8_t CompareModelNumbers(const std::string& a, const std::string& b) {
  const auto fact = [](const std::string& text) {
    const std::string canonical = linkage::CanonicalSerial(text);
    linkage::SerialFact serial;
    serial.key = linkage::SerialKey(canonical);
    serial.likeness = linkage::LikenessKey(canonical);
    serial.length = static_cast<std::uint8_t>(std::min<std::size_t>(canonical.size(), 255));
    return serial;
  };
  const linkage::SerialFact x = fact(a);
  const linkage::SerialFact y = fact(b);
  if (x.length == 0 || y.length == 0) return kNotCompared;
  return static_cast<std::int8_t>(linkage::CompareSerials(x, y).agreement);
}

// Whether one side's model number stands among the words of the other's title.
std::int8_t ModelInTitle(const Row& row) {
  bool any = false;
  for (const auto& [number, title] :
       {std::pair("l_modelno", "r_title"), std::pair("r_modelno", "l_title")}) {
    const std::string canonical = linkage::CanonicalSerial(row.at(number));
    if (canonical.size() < 3) continue;
    any = true;
    for (const std::string& word : WordsOf(row.at(title))) {
      if (linkage::CanonicalSerial(word) == canonical) return 0;
    }
  }
  return any ? 1 : kNotCompared;
}

std::int8_t CompareTitles(const Row& row) {
  const std::set<std::string> a = WordsOf(row.at("l_title"));
  const std::set<std::string> b = WordsOf(row.at("r_title"));
  if (a.empty() || b.empty()) return kNotCompared;
  std::size_t both = 0;
  for (const std::string& word : a) both += b.count(word);
  const double share = static_cast<double>(both) / static_cast<double>(a.size() + b.size() - both);
  return static_cast<std::int8_t>(std::min(9.0, std::floor(share * 10)));
}

std::int8_t ComparePrices(const Row& row) {
  double a = 0;
  double b = 0;
  if (!absl::SimpleAtod(row.at("l_price"), &a) || !absl::SimpleAtod(row.at("r_price"), &b) ||
      a <= 0 || b <= 0) {
    return kNotCompared;
  }
  const double octaves = std::abs(std::log2(a / b));
  return octaves < 0.05 ? 0 : octaves < 0.3 ? 1 : octaves < 1 ? 2 : 3;
}

const std::vector<ComparedField> kProductFields = {
    {"brand", std::vector<std::string>(4)},
    {"model number", std::vector<std::string>(7)},
    {"model number in title", std::vector<std::string>(2)},
    {"title", std::vector<std::string>(10)},
    {"price", std::vector<std::string>(4)}};

Outcomes CompareProducts(const Row& row) {
  return {CompareTexts(row.at("l_brand"), row.at("r_brand")),
          CompareModelNumbers(row.at("l_modelno"), row.at("r_modelno")), ModelInTitle(row),
          CompareTitles(row), ComparePrices(row)};
}

// Whether each pair is one product, with what it weighs.
std::vector<std::pair<bool, double>> WeighProducts(const std::vector<Row>& rows,
                                                   const Mixture& mixture) {
  std::vector<std::pair<bool, double>> weighed;
  for (const Row& row : rows) {
    weighed.emplace_back(row.at("match") == "1", linkage::WeightOf(mixture, CompareProducts(row)));
  }
  return weighed;
}

// Counts what weighs `threshold` or more as found.
EngineCheck ScoreProducts(const std::vector<std::pair<bool, double>>& weighed, double threshold) {
  EngineCheck check;
  for (const auto& [truly, weight] : weighed) {
    const bool found = weight >= threshold;
    check.truth += truly;
    check.found += found;
    check.right += truly && found;
  }
  return check;
}

}  // namespace

std::optional<EngineCheck> CheckFebrl() {
  const std::vector<Row> a = ReadSharedRows("er-febrl/dataset4a.csv.gz");
  const std::vector<Row> b = ReadSharedRows("er-febrl/dataset4b.csv.gz");
  if (a.empty() || b.empty()) return std::nullopt;
  std::map<std::string, std::vector<std::size_t>> under;
  for (std::size_t j = 0; j < b.size(); ++j) {
    for (const std::string& key : KeysOfPerson(b[j])) under[key].push_back(j);
  }
  std::map<std::pair<std::size_t, std::size_t>, Outcomes> compared;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (const std::string& key : KeysOfPerson(a[i])) {
      const auto found = under.find(key);
      if (found == under.end()) continue;
      for (const std::size_t j : found->second) {
        if (!compared.contains({i, j})) compared[{i, j}] = ComparePersons(a[i], b[j]);
      }
    }
  }
  OutcomeCounts candidates;
  for (const auto& [pair, outcomes] : compared) candidates[outcomes] += 1;
  OutcomeCounts drawn;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t step = 1; step <= 60; ++step) {
      drawn[ComparePersons(a[i], b[(i * 7 + step * 83) % b.size()])] += 1;
    }
  }
  std::vector<ComparedField> fields;
  for (const char* const field : kFebrlFields)
    fields.push_back({field, std::vector<std::string>(4)});
  Mixture start;
  start.match_share = 0.2;
  start.m.assign(fields.size(), {0.7, 0.1, 0.1, 0.1});
  start.u = linkage::SharesOf(fields, drawn, 0.1);
  linkage::MixtureOptions options;
  options.keeps_u = true;
  Mixture mixture = linkage::FitMixture(candidates, start, options).mixture;
  // The estimate is of candidates; the probability is of any pair.
  mixture.match_share *= static_cast<double>(compared.size()) /
                         (static_cast<double>(a.size()) * static_cast<double>(b.size()));
  EngineCheck check;
  check.truth = a.size();
  for (const auto& [pair, outcomes] : compared) {
    if (linkage::MatchProbability(mixture, outcomes) < 0.99) continue;
    ++check.found;
    check.right += PersonOf(a[pair.first]) == PersonOf(b[pair.second]);
  }
  return check;
}

std::optional<EngineCheck> CheckProducts(bool dirty) {
  const std::vector<Row> training =
      ReadSharedRows("er-magellan-products/walmart_amazon_train.csv.gz");
  const std::vector<Row> validation =
      ReadSharedRows(dirty ? "er-magellan-products/walmart_amazon_dirty_valid.csv.gz"
                           : "er-magellan-products/walmart_amazon_valid.csv.gz");
  if (training.empty() || validation.empty()) return std::nullopt;
  OutcomeCounts same;
  OutcomeCounts different;
  for (const Row& row : training) {
    (row.at("match") == "1" ? same : different)[CompareProducts(row)] += 1;
  }
  Mixture mixture;
  mixture.m = linkage::SharesOf(kProductFields, same, 0.5);
  mixture.u = linkage::SharesOf(kProductFields, different, 0.5);
  const auto weighed = WeighProducts(training, mixture);
  double best_threshold = 0;
  double best = 0;
  for (double threshold = -2; threshold <= 12; threshold += 0.25) {
    const double f1 = ScoreProducts(weighed, threshold).F1();
    if (f1 <= best) continue;
    best = f1;
    best_threshold = threshold;
  }
  return ScoreProducts(WeighProducts(validation, mixture), best_threshold);
}

}  // namespace serieslink::bench

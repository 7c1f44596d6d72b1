#include "services/view/loss_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "services/linkage/core/forces.h"
#include "services/stolen/core/case_counts.h"
#include "services/view/firearm_terms.h"

namespace serieslink::view {
namespace {

// Words that say nothing by which one kind differs from another.
constexpr std::string_view kEmptyWords[] = {"a",    "an",   "the",         "in",           "of",
                                            "cert", "gun",  "certificate", "certificates", "guns",
                                            "held", "kept", "licence",     "license",      "kind"};

// Words for one thing, each with the one that counts.
constexpr std::pair<std::string_view, std::string_view> kSame[] = {
    {"fac", "firearm"},
    {"sgc", "shotgun"},
    {"rfd", "dealer"},
    {"home", "dwelling"},
    {"house", "dwelling"},
    {"residence", "dwelling"},
    {"car", "vehicle"},
    {"van", "vehicle"},
    {"motorvehicle", "vehicle"},
    {"firearms", "firearm"},
    {"shotguns", "shotgun"},
    {"dwellinghouse", "dwelling"},
    {"vehicles", "vehicle"},
    {"cabinets", "cabinet"},
    {"dwellings", "dwelling"},
    {"shot", "shotgun"},
    {"registeredfirearmsdealer", "dealer"}};

// Letters and digits in lower case, without kEmptyWords, by the word that counts.
std::string Folded(std::string_view words) {
  std::string all;
  std::string word;
  const auto end_word = [&] {
    if (std::find(std::begin(kEmptyWords), std::end(kEmptyWords), word) == std::end(kEmptyWords)) {
      all.append(word);
    }
    word.clear();
  };
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || byte >= 0x80) {
      word.push_back(static_cast<char>(absl::ascii_tolower(byte)));
    } else {
      end_word();
    }
  }
  end_word();
  for (const auto& [same, counts] : kSame) {
    if (all == same) return std::string(counts);
  }
  return all;
}

constexpr char kBetween = '\x1f';

template <typename Words>
auto FieldsOf(Words& words) {
  return std::array{&words.certificate_kind, &words.place_kind, &words.storage, &words.force,
                    &words.borough};
}

}  // namespace

LossWords LossWordsOf(const record::v1::Event& event) {
  LossWords words;
  words.certificate_kind = Folded(event.loss().certificate_kind());
  words.place_kind = Folded(event.loss().place_kind());
  words.storage = Folded(event.loss().storage());
  const std::string force = stolen::ForceOf(event.place());
  if (linkage::FindForce(force) != nullptr) words.force = force;
  words.borough = AreaTerm(event.place().borough_code());
  std::erase(words.borough, kBetween);
  return words;
}

bool NamesCertificate(const record::v1::Loss& loss) {
  return !loss.certificate_token().empty() || !Folded(loss.certificate_kind()).empty() ||
         linkage::FindForce(loss.certificate_force()) != nullptr;
}

std::string JoinedWords(const LossWords& words) {
  std::string joined;
  for (const std::string* const field : FieldsOf(words)) {
    joined.append(*field);
    joined.push_back(kBetween);
  }
  return joined;
}

LossWords SplitWords(std::string_view joined) {
  LossWords words;
  for (std::string* const field : FieldsOf(words)) {
    const std::size_t end = joined.find(kBetween);
    if (end == std::string_view::npos) break;
    field->assign(joined.substr(0, end));
    joined.remove_prefix(end + 1);
  }
  return words;
}

bool DoWordsDiffer(const LossWords& one, const LossWords& other) {
  const auto a = FieldsOf(one);
  const auto b = FieldsOf(other);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!a[i]->empty() && !b[i]->empty() && *a[i] != *b[i]) return true;
  }
  return false;
}

}  // namespace serieslink::view

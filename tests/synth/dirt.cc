#include "tests/synth/dirt.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

namespace serieslink::synth {
namespace {

constexpr char kOfSerials[] = "serials written";
constexpr char kOfGuns[] = "guns written";
constexpr char kOfRecords[] = "police records";

constexpr DirtRow kTable[] = {
    {DirtKind::kSerialTyping, "serial_typing", kOfSerials, {0, 150, 500}},
    {DirtKind::kSerialConfusable,
     "serial_confusable",
     "serials written with such a character",
     {0, 200, 600}},
    {DirtKind::kSerialTruncated, "serial_truncated", kOfSerials, {0, 100, 300}},
    {DirtKind::kSerialFormat, "serial_format", kOfSerials, {0, 1000, 2000}},
    {DirtKind::kSerialMissing, "serial_missing", kOfSerials, {0, 500, 1500}},
    {DirtKind::kSerialPlaceholder, "serial_placeholder", kOfSerials, {0, 200, 500}},
    {DirtKind::kMakeMissing, "make_missing", kOfGuns, {0, 400, 1000}},
    {DirtKind::kMakeConflicting, "make_conflicting", kOfGuns, {0, 150, 500}},
    {DirtKind::kMakeVariant, "make_variant", kOfGuns, {0, 1500, 3000}},
    {DirtKind::kCalibreMissing, "calibre_missing", kOfGuns, {0, 500, 1200}},
    {DirtKind::kCalibreConflicting, "calibre_conflicting", kOfGuns, {0, 100, 400}},
    {DirtKind::kCalibreVariant, "calibre_variant", kOfGuns, {0, 2000, 3500}},
    {DirtKind::kSerialObliterated, "serial_obliterated", "guns in criminal hands", {0, 1200, 2500}},
    {DirtKind::kSerialsInSequence, "serials_in_sequence", "losses and imports", {0, 500, 1000}},
    {DirtKind::kSerialUnderTwoMakes, "serial_under_two_makes", "recovered guns", {0, 50, 200}},
    {DirtKind::kSerialTwin, "serial_twin", "recovered guns", {0, 1, 10}},
    {DirtKind::kReferenceMissing, "reference_missing", "crime references", {0, 300, 800}},
    {DirtKind::kReferenceTyping, "reference_typing", "crime references", {0, 50, 200}},
    {DirtKind::kPlaceConflicting, "place_conflicting", "places written", {0, 50, 200}},
    {DirtKind::kDateVague, "date_vague", "dates of events", {0, 500, 1000}},
    {DirtKind::kDateWrong, "date_wrong", "dates of events", {0, 30, 150}},
    {DirtKind::kItemLinkMissing, "item_link_missing", "guns received by NABIS", {0, 3500, 6000}},
    {DirtKind::kCopiedRow, "copied_row", kOfRecords, {0, 100, 300}},
    {DirtKind::kLate, "late", "records", {0, 500, 1500}},
    {DirtKind::kCorrected, "corrected", "records with guns", {0, 300, 800}},
    {DirtKind::kWithdrawn, "withdrawn", kOfRecords, {0, 50, 150}},
    {DirtKind::kFindingMissing,
     "finding_missing",
     "comparisons that would confirm",
     {0, 800, 2000}},
    {DirtKind::kFindingWrong, "finding_wrong", "comparisons that confirm", {0, 100, 300}},
    {DirtKind::kFindingWrongStands, "finding_wrong_stands", "wrong findings", {0, 500, 1500}},
};
static_assert(sizeof(kTable) / sizeof(kTable[0]) == kDirtKindCount);

// What a character looks like.
constexpr std::pair<char, char> kLookAlikes[] = {{'O', '0'}, {'I', '1'}, {'S', '5'},
                                                 {'B', '8'}, {'Z', '2'}, {'G', '6'}};

char LookAlike(char c) {
  for (const auto& [letter, digit] : kLookAlikes) {
    if (c == letter) return digit;
    if (c == digit) return letter;
  }
  return '\0';
}

// Another character of the same sort.
char OtherCharacter(char c, Random& random) {
  if (c >= '0' && c <= '9') return static_cast<char>('0' + (c - '0' + 1 + random.Below(9)) % 10);
  if (c >= 'A' && c <= 'Z') return static_cast<char>('A' + (c - 'A' + 1 + random.Below(25)) % 26);
  return '-';
}

}  // namespace

absl::Span<const DirtRow> DirtTable() { return kTable; }

const char* DirtLevelName(DirtLevel level) {
  switch (level) {
    case DirtLevel::kNone:
      return "none";
    case DirtLevel::kTypical:
      return "typical";
    case DirtLevel::kHeavy:
      return "heavy";
  }
  return "";
}

std::optional<DirtLevel> DirtLevelOf(std::string_view name) {
  for (const DirtLevel level : kDirtLevels) {
    if (name == DirtLevelName(level)) return level;
  }
  return std::nullopt;
}

std::string WithTypingError(std::string text, Random& random) {
  if (text.size() < 2) return text;
  std::size_t at = random.Below(static_cast<std::uint32_t>(text.size()));
  // A slip in a mark that is not read would be a matter of form.
  while (text[at] == '-' && at > 0) --at;
  switch (random.Below(5)) {
    case 0:
      text.erase(at, 1);
      break;
    case 1:
      text.insert(at, 1, text[at]);
      break;
    case 2: {
      // Exchanging two equal characters would be no error, nor would moving a mark be one.
      const std::size_t left = at + 1 < text.size() ? at : at - 1;
      if (text[left] != text[left + 1] && text[left] != '-' && text[left + 1] != '-') {
        std::swap(text[left], text[left + 1]);
        break;
      }
      text[at] = OtherCharacter(text[at], random);
      break;
    }
    default:
      text[at] = OtherCharacter(text[at], random);
  }
  return text;
}

bool HasConfusableCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return LookAlike(c) != '\0'; });
}

std::string WithConfusableCharacter(std::string text, Random& random) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (LookAlike(text[i]) != '\0') places.push_back(i);
  }
  if (places.empty()) return text;
  char& c = text[places[random.Below(static_cast<std::uint32_t>(places.size()))]];
  c = LookAlike(c);
  return text;
}

std::string Truncated(std::string text, Random& random) {
  const std::size_t lost = 1 + random.Below(4);
  text.resize(text.size() > lost ? text.size() - lost : 1);
  return text;
}

std::string WrittenOtherwise(std::string text, Random& random) {
  switch (random.Below(4)) {
    case 0: {
      const std::string before = text;
      for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      return text != before ? text : "No. " + text;  // it may have no letters
    }
    case 1:
      text.insert(text.size() / 2, 1, ' ');
      return text;
    case 2:
      text.insert(text.size() / 2, 1, '-');
      return text;
    default:
      return "No. " + text;
  }
}

const char* RemovalWord(Random& random) {
  static constexpr const char* kWords[] = {
      "",          "OBLITERATED", "obliterated",   "ground off",
      "filed off", "defaced",     "SCRATCHED OUT", "drilled out",
      "RASPADO",   "suprimido",   "abgeschliffen", "effacé"};
  return random.Any(kWords);
}

const char* Placeholder(Random& random) {
  static constexpr const char* kWords[] = {"UNKNOWN",   "N/K",    "000000",      "NONE VISIBLE",
                                           "not known", "XXXXXX", "see remarks", "N/A"};
  return random.Any(kWords);
}

}  // namespace serieslink::synth

#include "services/linkage/core/serial_vocabulary_file.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/linkage/core/characters.h"
#include "services/linkage/core/latin_fold.h"

namespace serieslink::linkage {
namespace {

// What a word of a list has to be.
struct WordShape {
  size_t least = 0;
  size_t most = 0;
  bool letters = true;
  bool digits = false;
};

constexpr size_t kLongestWord = 40;
constexpr size_t kLongestRun = 20;  // Of a form.

bool HasShape(absl::string_view word, const WordShape& shape) {
  const size_t digits = CountDigits(word);
  const bool only_alnum =
      std::all_of(word.begin(), word.end(), [](char c) { return IsDigit(c) || IsLetter(c); });
  return only_alnum && word.size() >= shape.least && word.size() <= shape.most &&
         shape.digits == (digits > 0) && shape.letters == (digits < word.size());
}

std::string Wanted(const WordShape& shape) {
  const absl::string_view of = !shape.digits    ? "letters alone"
                               : !shape.letters ? "digits alone"
                                                : "letters and digits";
  return absl::StrCat(" must be ", shape.least, " to ", shape.most, " ", of);
}

// How many of a run there are, behind its character: "{3}", "{3,8}", or nothing for one. Nothing is
// returned where it cannot be read.
std::optional<std::pair<uint8_t, uint8_t>> TakeCount(absl::string_view* form) {
  if (form->empty() || form->front() != '{') return std::make_pair(uint8_t{1}, uint8_t{1});
  const size_t close = form->find('}');
  if (close == absl::string_view::npos) return std::nullopt;
  const std::vector<absl::string_view> bounds = absl::StrSplit(form->substr(1, close - 1), ',');
  form->remove_prefix(close + 1);
  uint32_t least = 0;
  uint32_t most = 0;
  if (bounds.size() > 2 || !absl::SimpleAtoi(bounds.front(), &least) ||
      !absl::SimpleAtoi(bounds.back(), &most) || least < 1 || most < least || most > kLongestRun) {
    return std::nullopt;
  }
  return std::make_pair(static_cast<uint8_t>(least), static_cast<uint8_t>(most));
}

// "a{2,4}9{3}US". Nothing where it is no form.
std::optional<NumberForm> ParseForm(absl::string_view form) {
  NumberForm runs;
  while (!form.empty()) {
    FormRun run;
    const char first = form.front();
    if (first == 'a' || first == '9') {
      form.remove_prefix(1);
      const auto count = TakeCount(&form);
      if (!count.has_value()) return std::nullopt;
      run.is_digits = first == '9';
      std::tie(run.least, run.most) = *count;
    } else {
      size_t letters = 0;
      while (letters < form.size() && form[letters] >= 'A' && form[letters] <= 'Z') ++letters;
      if (letters == 0 || letters > kLongestRun) return std::nullopt;
      run.letters = std::string(form.substr(0, letters));
      run.least = run.most = static_cast<uint8_t>(letters);
      form.remove_prefix(letters);
    }
    if (!runs.empty() && runs.back().is_digits == run.is_digits) return std::nullopt;
    runs.push_back(std::move(run));
  }
  if (runs.empty()) return std::nullopt;
  return runs;
}

class SerialVocabularyReader {
 public:
  SerialVocabularyReader(VocabularyFaults& faults, std::vector<std::string>& said)
      : faults_(faults), said_(said) {}

  std::shared_ptr<const SerialVocabulary> Read(const Placed<v1::SerialVocabulary>& file) {
    const v1::SerialVocabulary& lists = file.message;
    for (int i = 0; i < lists.words_size(); ++i) {
      ReadMeanings(file.Inner("words", lists.words(i), i), file.Line("words", i));
    }
    for (int i = 0; i < lists.parts_size(); ++i) {
      ReadParts(file.Inner("parts", lists.parts(i), i), file.Line("parts", i));
    }
    for (int i = 0; i < lists.labels_size(); ++i) {
      ForEachWord(file.Inner("labels", lists.labels(i), i), file.Line("labels", i),
                  {2, kLongestWord}, [&](std::string word, int) {
                    Say("label", word, 1);
                    made_->labels.insert(std::move(word));
                  });
    }
    for (int i = 0; i < lists.gun_words_size(); ++i) {
      ReadGunWords(file.Inner("gun_words", lists.gun_words(i), i), file.Line("gun_words", i));
    }
    for (int i = 0; i < lists.other_words_size(); ++i) {
      ReadOtherWords(file.Inner("other_words", lists.other_words(i), i),
                     file.Line("other_words", i));
    }
    if (lists.forms().empty()) faults_.Fault(0, "serials.forms are missing");
    for (int i = 0; i < lists.forms_size(); ++i) {
      ReadForms(file.Inner("forms", lists.forms(i), i), file.Line("forms", i));
    }
    // The longest that fits a word counts, whatever the order of the file.
    std::sort(made_->part_stems.begin(), made_->part_stems.end(), [](const auto& a, const auto& b) {
      return a.first.size() != b.first.size() ? a.first.size() > b.first.size() : a < b;
    });
    for (const auto& [key, stems] : made_->stems) {
      said_.push_back(absl::StrCat(
          "stems\t", absl::StrJoin(stems, "\t", [](std::string* out, const auto& stem) {
            absl::StrAppend(out, stem.text, "=", static_cast<int>(stem.meaning));
          })));
    }
    return std::move(made_);
  }

 private:
  // Calls `use` with each word of a list that is one, and its line.
  template <typename List, typename Use>
  void ForEachWord(const Placed<List>& list, int line, const WordShape& shape, const Use& use) {
    faults_.CheckSource(list.message.source(), line);
    if (list.message.words().empty()) faults_.Fault(line, "the list has no words");
    for (int i = 0; i < list.message.words_size(); ++i) {
      const int at = list.Line("words", i);
      const std::string folded = FoldToAscii(list.message.words(i));
      const std::vector<absl::string_view> words = absl::StrSplit(folded, ' ', absl::SkipEmpty());
      if (words.empty()) faults_.Fault(at, "a text of words is empty");
      for (const absl::string_view word : words) {
        if (HasShape(word, shape)) {
          use(std::string(word), at);
        } else {
          faults_.Fault(at, absl::StrCat("\"", word.substr(0, kLongestWord), "\"", Wanted(shape)));
        }
      }
    }
  }

  template <typename Meaning>
  void Say(absl::string_view what, absl::string_view word, Meaning meaning) {
    said_.push_back(absl::StrCat(what, "\t", word, "\t", static_cast<int>(meaning)));
  }

  // Puts a word where it is looked up.
  template <typename Meaning>
  void Add(absl::string_view what, absl::flat_hash_map<std::string, Meaning>& meanings,
           const std::string& word, Meaning meaning, int line) {
    if (faults_.Add(meanings, word, meaning, word, line)) Say(what, word, meaning);
  }

  void ReadMeanings(const Placed<v1::SerialWordList>& list, int line) {
    const v1::SerialWordMeaning said = list.message.meaning();
    if (said == v1::SERIAL_WORD_MEANING_UNSPECIFIED || !v1::SerialWordMeaning_IsValid(said)) {
      faults_.Fault(line, "the words' meaning is missing or unknown");
    }
    const auto meaning = static_cast<WordMeaning>(said);
    switch (list.message.match()) {
      case v1::SERIAL_WORD_MATCH_STEM:
        return ForEachWord(
            list, line, {SerialVocabulary::kStemKey, kLongestWord},
            [&](const std::string& word, int at) {
              if (!faults_.Add(stems_, word, meaning, word, at)) return;
              made_->stems[word.substr(0, SerialVocabulary::kStemKey)].push_back({word, meaning});
            });
      case v1::SERIAL_WORD_MATCH_WHOLE:
        return ForEachWord(list, line, {2, kLongestWord}, [&](const std::string& word, int at) {
          Add("word", made_->whole, word, meaning, at);
        });
      case v1::SERIAL_WORD_MATCH_SLASHES:
        return ForEachWord(list, line, {2, 3}, [&](const std::string& word, int at) {
          Add("with slashes", made_->slashed, word, meaning, at);
        });
      case v1::SERIAL_WORD_MATCH_POINTS:
        return ForEachWord(list, line, {2, 3}, [&](const std::string& word, int at) {
          Add("with points", made_->pointed, word, meaning, at);
        });
      default:
        faults_.Fault(line, "how the words are matched is missing or unknown");
    }
  }

  void ReadParts(const Placed<v1::PartWordList>& list, int line) {
    const record::v1::SerialPart said = list.message.part();
    if (said == record::v1::SERIAL_PART_UNSPECIFIED || said == record::v1::SERIAL_PART_UNKNOWN ||
        !record::v1::SerialPart_IsValid(said)) {
      faults_.Fault(line, "the part is missing, or no part");
    }
    const auto part = static_cast<SerialPart>(said);
    ForEachWord(list, line, {2, kLongestWord}, [&](const std::string& word, int at) {
      if (word.size() <= SerialVocabulary::kWholePartMax) {
        Add("part", made_->parts, word, part, at);
      } else if (faults_.Add(part_stems_, word, part, word, at)) {
        Say("part", word, part);
        made_->part_stems.emplace_back(word, part);
      }
    });
  }

  void ReadGunWords(const Placed<v1::GunWordList>& list, int line) {
    const auto read = [&](GunWord meaning) {
      ForEachWord(list, line, {3, kLongestWord}, [&](const std::string& word, int at) {
        Add("gun", made_->gun_words, word, meaning, at);
      });
    };
    switch (list.message.kind()) {
      case v1::GUN_WORD_KIND_GUN:
        return read(GunWord::kGun);
      case v1::GUN_WORD_KIND_CARTRIDGE:
        return read(GunWord::kCartridge);
      case v1::GUN_WORD_KIND_MARK:
        return read(GunWord::kMark);
      case v1::GUN_WORD_KIND_MODEL:
        return ForEachWord(list, line, {2, kLongestWord, true, true}, [&](std::string word, int) {
          Say("model", word, 1);
          made_->models.insert(std::move(word));
        });
      case v1::GUN_WORD_KIND_MODEL_NUMBER:
        return ForEachWord(list, line, {4, kLongestWord, false, true}, [&](std::string word, int) {
          Say("model number", word, 1);
          made_->model_numbers.insert(std::move(word));
        });
      default:
        faults_.Fault(line, "the words' kind is missing or unknown");
    }
  }

  void ReadOtherWords(const Placed<v1::OtherWordList>& list, int line) {
    const auto measure = [&](absl::string_view what, SerialVocabulary::Words& words) {
      ForEachWord(list, line, {2, kLongestWord}, [&](std::string word, int) {
        Say(what, word, 1);
        words.insert(std::move(word));
      });
    };
    const auto read = [&](OtherWord meaning, const WordShape& shape) {
      ForEachWord(list, line, shape, [&](const std::string& word, int at) {
        Add("other", made_->other_words, word, meaning, at);
      });
    };
    switch (list.message.kind()) {
      case v1::OTHER_WORD_KIND_UNIT:
        return measure("unit", made_->units);
      case v1::OTHER_WORD_KIND_CURRENCY:
        return measure("currency", made_->currencies);
      case v1::OTHER_WORD_KIND_LABEL:
        return read(OtherWord::kLabel, {2, kLongestWord});
      case v1::OTHER_WORD_KIND_SHORT_LABEL:
        return read(OtherWord::kShortLabel, {2, 3});
      case v1::OTHER_WORD_KIND_LABEL_APART:
        return read(OtherWord::kLabelApart, {2, 3});
      case v1::OTHER_WORD_KIND_USUAL_WORD:
        return read(OtherWord::kUsualWord, {4, 4});
      default:
        faults_.Fault(line, "the words' kind is missing or unknown");
    }
  }

  void ReadForms(const Placed<v1::NumberFormList>& list, int line) {
    faults_.CheckSource(list.message.source(), line);
    if (list.message.forms().empty()) faults_.Fault(line, "the list has no forms");
    for (int i = 0; i < list.message.forms_size(); ++i) {
      const std::string& text = list.message.forms(i);
      std::optional<NumberForm> form = ParseForm(text);
      if (!form.has_value()) {
        faults_.Fault(list.Line("forms", i),
                      absl::StrCat("\"", text.substr(0, kLongestWord),
                                   "\" is no form: letters and digits in turn, such as "
                                   "\"a{1,3}9{4}US\""));
        continue;
      }
      std::string said = "form";
      for (const FormRun& run : *form) {
        absl::StrAppend(&said, "\t", run.is_digits ? "9" : "a", static_cast<int>(run.least), ",",
                        static_cast<int>(run.most), run.letters);
      }
      said_.push_back(std::move(said));
      made_->forms.push_back(std::move(*form));
    }
  }

  VocabularyFaults& faults_;
  std::vector<std::string>& said_;
  std::shared_ptr<SerialVocabulary> made_ = std::make_shared<SerialVocabulary>();
  absl::flat_hash_map<std::string, WordMeaning> stems_;
  absl::flat_hash_map<std::string, SerialPart> part_stems_;
};

}  // namespace

std::shared_ptr<const SerialVocabulary> ReadSerialVocabulary(
    const Placed<v1::SerialVocabulary>& file, VocabularyFaults& faults,
    std::vector<std::string>& said) {
  return SerialVocabularyReader(faults, said).Read(file);
}

}  // namespace serieslink::linkage

// How a vocabulary is made of the text of its file.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "serieslink/linkage/v1/vocabulary.pb.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "services/linkage/core/key_hash.h"
#include "services/linkage/core/latin_fold.h"
#include "services/linkage/core/serial_vocabulary_file.h"
#include "services/linkage/core/text_faults.h"
#include "services/linkage/core/vocabulary.h"
#include "services/linkage/core/vocabulary_faults.h"
#include "services/linkage/core/vocabulary_spelling.h"

namespace serieslink::linkage {
namespace {

using google::protobuf::TextFormat;

constexpr char kAboutVocabulary[] = "vocabulary: ";
constexpr size_t kVersionLengthMax = 40;
constexpr size_t kCalibresMax = 2'000;  // which of them fit which takes a bit for every two

bool IsVersion(absl::string_view version) {
  return !version.empty() && version.size() <= kVersionLengthMax &&
         std::all_of(version.begin(), version.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return absl::ascii_islower(byte) || absl::ascii_isdigit(byte) || c == '-' || c == '.';
         });
}

}  // namespace

class VocabularyBuilder {
 public:
  absl::StatusOr<std::shared_ptr<const Vocabulary>> Build(absl::string_view text) {
    v1::GunVocabulary file;
    TextFormat::ParseInfoTree places;
    TextFormat::Parser parser;
    TextFaults text_faults;
    parser.RecordErrorsTo(&text_faults);
    parser.AllowUnknownField(true);
    parser.WriteLocationsTo(&places);
    const bool whole = parser.ParseFromString(std::string(text), &file);
    faults_.all() = std::move(text_faults.faults());
    // What the file leaves to the program has no place in it.
    if (whole) TakeFromBuiltIn(&file);
    // All that is wrong at once, with what the rest has.
    if (whole) Read(Placed<v1::GunVocabulary>{file, &places});
    if (!faults_.all().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(kAboutVocabulary, absl::StrJoin(faults_.all(), "; ")));
    }
    made_->version_ = file.version();
    made_->digest_ = Digest();
    return std::shared_ptr<const Vocabulary>(std::move(made_));
  }

 private:
  // Types and words of serial numbers where a file has none of them: files of before they were
  // there say nothing of them, and nobody wants to read numbers without.
  static void TakeFromBuiltIn(v1::GunVocabulary* file) {
    if (file->has_serials() && !file->types().empty()) return;
    v1::GunVocabulary built_in;
    if (!TextFormat::ParseFromString(std::string(DefaultVocabularyText()), &built_in)) return;
    if (file->types().empty()) *file->mutable_types() = std::move(*built_in.mutable_types());
    if (!file->has_serials()) *file->mutable_serials() = std::move(*built_in.mutable_serials());
  }

  void Read(const Placed<v1::GunVocabulary>& file) {
    made_->calibre_names_ = {"unknown", "other"};
    if (!IsVersion(file.message.version())) {
      faults_.Fault(file.Line("version", 0),
                    "version must be 1 to 40 lower-case letters, digits, hyphens and dots");
    }
    if (file.message.makes().empty()) faults_.Fault(0, "makes are missing");
    if (file.message.calibres().empty()) faults_.Fault(0, "calibres are missing");
    for (int i = 0; i < file.message.makes_size(); ++i) {
      ReadMakes(file.Inner("makes", file.message.makes(i), i), file.Line("makes", i));
    }
    ReadMakeWords(file, "unknown_makes", file.message.unknown_makes(), "");
    ReadMakeWords(file, "other_makes", file.message.other_makes(), "*");
    for (int i = 0; i < file.message.models_size(); ++i) {
      ReadModels(file.Inner("models", file.message.models(i), i), file.Line("models", i));
    }
    for (int i = 0; i < file.message.calibres_size(); ++i) {
      ReadCalibres(file.Inner("calibres", file.message.calibres(i), i), file.Line("calibres", i));
    }
    ReadFits(file);
    for (int i = 0; i < file.message.unknown_calibres_size(); ++i) {
      const auto list = file.Inner("unknown_calibres", file.message.unknown_calibres(i), i);
      faults_.CheckSource(list.message.source(), file.Line("unknown_calibres", i));
      for (int j = 0; j < list.message.words_size(); ++j) {
        AddCalibre(list.message.words(j), kUnknownCalibre, list.Line("words", j));
      }
    }
    ReadTypes(file);
    made_->serials_ =
        ReadSerialVocabulary(file.Inner("serials", file.message.serials(), -1), faults_, said_);
  }

  // Whether a name stands there, in upper case and without accents.
  bool CheckName(const std::string& name, const std::string& squeezed, int line) {
    if (!faults_.CheckText(name, squeezed, line)) return false;
    if (name == FoldToAscii(name)) return true;
    faults_.Fault(line,
                  absl::StrCat("the name \"", name, "\" must be in upper case, without accents"));
    return false;
  }

  void AddMake(const std::string& text, const std::string& meaning, int line) {
    std::string squeezed = SqueezeMake(CanonicalMakeText(FoldToAscii(text)));
    if (!faults_.CheckText(text, squeezed, line)) return;
    if (!meaning.empty() && meaning != "*") made_->make_words_.insert(squeezed);
    faults_.Add(made_->makes_, std::move(squeezed), meaning, text, line);
  }

  void ReadMakes(const Placed<v1::MakeList>& list, int line) {
    faults_.CheckSource(list.message.source(), line);
    if (list.message.makes().empty()) faults_.Fault(line, "the list has no makes");
    for (int i = 0; i < list.message.makes_size(); ++i) {
      const auto make = list.Inner("makes", list.message.makes(i), i);
      const std::string& name = make.message.name();
      const int at = list.Line("makes", i);
      const std::string letters = Squeeze(FoldToAscii(name), "");
      if (!CheckName(name, letters, at)) continue;
      if (!make_keys_.emplace(name, HashTexts({"make", letters})).second ||
          !make_letters_.insert(letters).second) {
        faults_.Fault(at, absl::StrCat("the make \"", name, "\" is there twice"));
        continue;
      }
      AddMake(name, name, at);
      for (int j = 0; j < make.message.aliases_size(); ++j) {
        AddMake(make.message.aliases(j), name, make.Line("aliases", j));
      }
    }
  }

  template <typename Lists>
  void ReadMakeWords(const Placed<v1::GunVocabulary>& file, const char* field, const Lists& lists,
                     const std::string& meaning) {
    for (int i = 0; i < lists.size(); ++i) {
      const auto list = file.Inner(field, lists[i], i);
      faults_.CheckSource(list.message.source(), file.Line(field, i));
      for (int j = 0; j < list.message.words_size(); ++j) {
        AddMake(list.message.words(j), meaning, list.Line("words", j));
      }
    }
  }

  void ReadModels(const Placed<v1::ModelList>& list, int line) {
    faults_.CheckSource(list.message.source(), line);
    if (list.message.models().empty()) faults_.Fault(line, "the list has no models");
    const auto make = make_keys_.find(list.message.make());
    if (make == make_keys_.end()) {
      return faults_.Fault(line,
                           absl::StrCat("\"", list.message.make(), "\" is the name of no make"));
    }
    for (int i = 0; i < list.message.models_size(); ++i) {
      const auto model = list.Inner("models", list.message.models(i), i);
      const int at = list.Line("models", i);
      const std::string name = Squeeze(FoldToAscii(model.message.name()), "");
      if (!CheckName(model.message.name(), name, at)) continue;
      if (model.message.aliases().empty())
        faults_.Fault(at, "a model without aliases needs no entry");
      faults_.Add(made_->models_, {make->second, name}, name, model.message.name(), at);
      for (int j = 0; j < model.message.aliases_size(); ++j) {
        const std::string& alias = model.message.aliases(j);
        const std::string squeezed = Squeeze(FoldToAscii(alias), "");
        const int of_alias = model.Line("aliases", j);
        if (!faults_.CheckText(alias, squeezed, of_alias)) continue;
        faults_.Add(made_->models_, {make->second, squeezed}, name, alias, of_alias);
      }
    }
  }

  void AddCalibre(const std::string& text, CalibreId meaning, int line) {
    std::string squeezed = SqueezeCalibre(FoldToAscii(text));
    if (!faults_.CheckText(text, squeezed, line)) return;
    faults_.Add(made_->calibres_, std::move(squeezed), meaning, text, line);
  }

  void ReadCalibres(const Placed<v1::CalibreList>& list, int line) {
    faults_.CheckSource(list.message.source(), line);
    if (list.message.calibres().empty()) faults_.Fault(line, "the list has no calibres");
    for (int i = 0; i < list.message.calibres_size(); ++i) {
      const auto calibre = list.Inner("calibres", list.message.calibres(i), i);
      const std::string& name = calibre.message.name();
      const int at = list.Line("calibres", i);
      const size_t number = made_->calibre_names_.size();
      if (number > kCalibresMax) return faults_.Fault(at, "there are too many calibres");
      const auto id = static_cast<CalibreId>(number);
      if (!calibre_ids_.emplace(name, id).second) {
        faults_.Fault(at, absl::StrCat("the calibre \"", name, "\" is there twice"));
        continue;
      }
      made_->calibre_names_.push_back(name);
      AddCalibre(name, id, at);
      for (int j = 0; j < calibre.message.aliases_size(); ++j) {
        AddCalibre(calibre.message.aliases(j), id, calibre.Line("aliases", j));
      }
    }
  }

  void ReadFits(const Placed<v1::GunVocabulary>& file) {
    const size_t count = made_->calibre_names_.size();
    made_->fits_.assign(count, std::vector<bool>(count, false));
    for (int i = 0; i < file.message.calibres_size(); ++i) {
      const auto list = file.Inner("calibres", file.message.calibres(i), i);
      for (int j = 0; j < list.message.calibres_size(); ++j) {
        const auto calibre = list.Inner("calibres", list.message.calibres(j), j);
        const auto known = calibre_ids_.find(calibre.message.name());
        if (known == calibre_ids_.end()) continue;  // there are too many, which is said
        const CalibreId id = known->second;
        for (int k = 0; k < calibre.message.fits_size(); ++k) {
          const auto other = calibre_ids_.find(calibre.message.fits(k));
          if (other == calibre_ids_.end()) {
            faults_.Fault(calibre.Line("fits", k), absl::StrCat("\"", calibre.message.fits(k),
                                                                "\" is the name of no calibre"));
            continue;
          }
          made_->fits_[id][other->second] = true;
          made_->fits_[other->second][id] = true;
        }
      }
    }
  }

  // The name of a type as its enumerator has it.
  static std::string TypeName(int type) {
    return std::string(absl::StripPrefix(
        record::v1::FirearmType_Name(static_cast<record::v1::FirearmType>(type)), "FIREARM_TYPE_"));
  }

  void AddType(const std::string& text, TypeSet meaning, int line) {
    std::string squeezed = Squeeze(FoldToAscii(text), "");
    if (!faults_.CheckText(text, squeezed, line)) return;
    faults_.Add(made_->types_, std::move(squeezed), meaning, text, line);
  }

  // A set of types that are said; 0 and a fault where one is none.
  TypeSet TypesOf(const google::protobuf::RepeatedField<int>& types, int line) {
    TypeSet set = 0;
    for (const int type : types) {
      if (type == record::v1::FIREARM_TYPE_UNSPECIFIED || !record::v1::FirearmType_IsValid(type)) {
        faults_.Fault(line, "FIREARM_TYPE_UNSPECIFIED and numbers without a name are no types");
        return 0;
      }
      set |= TypeSet{1} << type;
    }
    return set;
  }

  void ReadTypes(const Placed<v1::GunTypeList>& list, int line) {
    faults_.CheckSource(list.message.source(), line);
    if (list.message.types().empty()) faults_.Fault(line, "the list has no types");
    for (int i = 0; i < list.message.types_size(); ++i) {
      const auto entry = list.Inner("types", list.message.types(i), i);
      const int at = list.Line("types", i);
      if (entry.message.types().empty()) faults_.Fault(at, "types are missing");
      const TypeSet types = TypesOf(entry.message.types(), at);
      const TypeSet fits = TypesOf(entry.message.fits(), at);
      if (types == 0) continue;
      for (int j = 0; j < entry.message.aliases_size(); ++j) {
        AddType(entry.message.aliases(j), types, entry.Line("aliases", j));
      }
      for (int type = 0; type < static_cast<int>(made_->type_fits_.size()); ++type) {
        const TypeSet bit = TypeSet{1} << type;
        if ((types & bit) != 0) made_->type_fits_[static_cast<size_t>(type)] |= fits;
        if ((fits & bit) != 0) made_->type_fits_[static_cast<size_t>(type)] |= types;
      }
    }
  }

  void ReadTypes(const Placed<v1::GunVocabulary>& file) {
    // Their names, before any list can say something else.
    for (int type = record::v1::FirearmType_MIN; type <= record::v1::FirearmType_MAX; ++type) {
      if (type == 0 || !record::v1::FirearmType_IsValid(type)) continue;
      AddType(TypeName(type), TypeSet{1} << type, 0);
    }
    for (int i = 0; i < file.message.types_size(); ++i) {
      ReadTypes(file.Inner("types", file.message.types(i), i), file.Line("types", i));
    }
  }

  // Of all that is read by it, whatever the order in which it stands in the file.
  uint64_t Digest() {
    std::vector<std::string>& said = said_;
    for (const auto& [text, name] : made_->makes_) {
      said.push_back(absl::StrCat("make\t", text, "\t", name));
    }
    for (const auto& [text, name] : made_->models_) {
      said.push_back(absl::StrCat("model\t", text.first, "\t", text.second, "\t", name));
    }
    const auto& names = made_->calibre_names_;
    for (const auto& [text, id] : made_->calibres_) {
      said.push_back(absl::StrCat("calibre\t", text, "\t", names[id]));
    }
    for (size_t a = 0; a < names.size(); ++a) {
      for (size_t b = 0; b < names.size(); ++b) {
        if (made_->fits_[a][b]) said.push_back(absl::StrCat("fits\t", names[a], "\t", names[b]));
      }
    }
    for (const auto& [text, types] : made_->types_) {
      said.push_back(absl::StrCat("type\t", text, "\t", types));
    }
    for (size_t type = 0; type < made_->type_fits_.size(); ++type) {
      said.push_back(absl::StrCat("type fits\t", type, "\t", made_->type_fits_[type]));
    }
    std::sort(said.begin(), said.end());
    said.erase(std::unique(said.begin(), said.end()), said.end());
    return HashTexts({"vocabulary", absl::StrJoin(said, "\n")});
  }

  std::shared_ptr<Vocabulary> made_ = std::shared_ptr<Vocabulary>(new Vocabulary());
  VocabularyFaults faults_;
  std::vector<std::string> said_;                         // Lines of what the digest is of.
  absl::flat_hash_map<std::string, uint64_t> make_keys_;  // By name.
  absl::flat_hash_set<std::string> make_letters_;         // Names without signs.
  absl::flat_hash_map<std::string, CalibreId> calibre_ids_;
};

absl::StatusOr<std::shared_ptr<const Vocabulary>> Vocabulary::Parse(absl::string_view text) {
  return VocabularyBuilder().Build(text);
}

}  // namespace serieslink::linkage

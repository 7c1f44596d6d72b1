#include "services/linkage/core/vocabulary.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/linkage/v1/vocabulary.pb.h"
#include "serieslink/record/v1/exhibit.pb.h"
#include "services/linkage/core/serial_vocabulary.h"

namespace serieslink::linkage {
namespace {

using ::testing::HasSubstr;

v1::GunVocabulary BuiltIn() {
  v1::GunVocabulary file;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(std::string(DefaultVocabularyText()), &file));
  return file;
}

TEST(ReadMakeTest, SpellingsOfOneMake) {
  for (const auto& group : std::vector<std::vector<std::string>>{
           {"Smith & Wesson", "S&W", "SMITH AND WESSON", "smith wesson", "S & W",
            "Smith&Wesson Inc."},
           {"H&K", "Heckler & Koch GmbH", "HK", "Heckler und Koch"},
           {"FORJAS TAURUS S.A.", "Taurus", "Forjas Taurus", "taurus international",
            "TAURUS PT 92"},
           {"Glock", "GLOCK Ges.m.b.H.", "Glock 17", "glock17", "GLOCK G22"},
           {"Česká zbrojovka", "CZ", "CZ-UB"},
           {"Fabrique Nationale", "FN", "FN Herstal S.A."},
           {"Sturm, Ruger & Co., Inc.", "RUGER"},
           {"Springfield", "Springfield Armory"},
       }) {
    for (const std::string& text : group) {
      EXPECT_EQ(ReadMake(text).canonical, ReadMake(group[0]).canonical) << text;
      EXPECT_TRUE(SameMake(ReadMake(text).key, ReadMake(group[0]).key)) << text;
    }
  }
}

TEST(ReadMakeTest, UnknownAndOtherDiffer) {
  for (const char* text : {"",
                           "  ",
                           "-",
                           "Unknown",
                           "NÃO IDENTIFICADA",
                           "indeterminado",
                           "sem marca",
                           "s/marca",
                           "N/C",
                           "brak",
                           "unbekannt",
                           "N/K",
                           "Unidentified",
                           "Não informado",
                           "Do not know",
                           "TBC",
                           "ZZZZ",
                           "0",
                           "1",
                           "Nil make",
                           "See notes",
                           "9mm",
                           ".38",
                           "12 bore"}) {
    EXPECT_EQ(ReadMake(text).key, kUnknownMake) << text;
  }
  for (const char* text :
       {"OUTROS", "Other", "artesanal", "homemade", "Various", "Imported", "Unbranded", "Revolver",
        "Handgun", "Turkish", "Blank firer", "blank-firing"}) {
    EXPECT_EQ(ReadMake(text).key, kOtherMake) << text;
  }
}

TEST(ReadMakeTest, UnlistedMakesKeepTheirName) {
  const Make make = ReadMake("Fünfkirchner Waffen-Werk GmbH");
  EXPECT_EQ(make.canonical, "FUNFKIRCHNER WAFFEN WERK");
  EXPECT_TRUE(SameMake(make.key, ReadMake("FUNFKIRCHNER WAFFEN WERK").key));
  EXPECT_TRUE(DifferentMake(make.key, ReadMake("Glock").key));
  EXPECT_FALSE(DifferentMake(make.key, kUnknownMake));
  EXPECT_EQ(ReadMake("Remington Rand").canonical, "REMINGTON RAND");
}

TEST(ReadMakeTest, IdempotentOnCanonicalText) {
  const v1::GunVocabulary file = BuiltIn();
  for (const v1::MakeList& list : file.makes()) {
    for (const v1::GunMake& make : list.makes()) {
      EXPECT_EQ(ReadMake(make.name()).canonical, make.name());
    }
  }
  for (const char* text : {"Acme Arms Co. Ltd", "J.P. Sauer & Sohn", "\xFF\xFE", "A&&B"}) {
    const std::string once = ReadMake(text).canonical;
    EXPECT_EQ(ReadMake(once).canonical, once);
  }
}

TEST(ReadCalibreTest, NotationsOfOneFamily) {
  for (const auto& group : std::vector<std::vector<std::string>>{
           {"9x19", "9 MM LUGER (9X19MM)", "9mm", "9 mm Parabellum", "9 × 19 mm", "9MM LUGER",
            "9x19mm"},
           {".38 Special", ".38 SPL", "38 SPL", ".38 SPECIAL (9 X 29,5 MM)", "38 Spec."},
           {".40 S&W", ".40", "40", ".40 S&W (10 X 22)", "0.40", "0.4"},
           {".380 ACP", "380", ".380 AUTO (9X17 MM)", "9 mm short", "9mm kurz", "9x17"},
           {".45 ACP", ".45", ".45 AUTO", "45 ACP"},
           {"5.56", "5,56 MM", ".223", "223 Rem", "5.56 NATO", "5.56x45",
            ".223 REMINGTON (5,56X45 MM)"},
           {"7.62x39", "7,62 X 39 MM (M43)", "7.62x39mm"},
           {"12 gauge", "12", "12 bore", "12GA", "12/70", "cal. 12"},
           {".410", "36", ".410 bore"},
           {".32 ACP", "7.65", "7,65 mm"},
           {".25 ACP", "6.35", "6,35 MM"},
       }) {
    for (const std::string& text : group) {
      EXPECT_EQ(CalibreName(ReadCalibre(text)), CalibreName(ReadCalibre(group[0]))) << text;
      EXPECT_GT(ReadCalibre(text), kOtherCalibre) << text;
    }
  }
}

TEST(ReadCalibreTest, UnknownAndOtherDiffer) {
  for (const char* text : {"", " ", "unknown", "IGNORADO", "N/C", "0", "não consta", "-"}) {
    EXPECT_EQ(ReadCalibre(text), kUnknownCalibre) << text;
  }
  for (const char* text : {"OUTROS", "1970-12-01 00:00:00", "ak"}) {
    EXPECT_EQ(ReadCalibre(text), kOtherCalibre) << text;
  }
}

TEST(CompatibleCalibresTest, ClassesStandForTheirMembers) {
  const auto fits = [](const char* a, const char* b) {
    const bool forth = CompatibleCalibres(ReadCalibre(a), ReadCalibre(b));
    EXPECT_EQ(forth, CompatibleCalibres(ReadCalibre(b), ReadCalibre(a)));
    return forth;
  };
  EXPECT_TRUE(fits("9x19", "9 mm class"));
  EXPECT_TRUE(fits(".380", "9 mm class"));
  EXPECT_TRUE(fits(".38", ".38 SPL"));
  EXPECT_TRUE(fits(".38 SPL", ".357 Magnum"));
  EXPECT_TRUE(fits("7.62", "7.62x51"));
  EXPECT_TRUE(fits(".32", "32 gauge"));
  EXPECT_TRUE(fits("", ".45"));
  EXPECT_TRUE(fits("nonsense", ".45"));
  EXPECT_FALSE(fits("9x19", ".40"));
  EXPECT_FALSE(fits("9x19", ".38 SPL"));
  EXPECT_FALSE(fits("7.62x39", "7.62x51"));
  EXPECT_FALSE(fits("12", "20"));
}

TEST(ModelKeyTest, SpellingsOfOneModelOfAMake) {
  const uint64_t glock = ReadMake("Glock").key;
  for (const char* text : {"17", "G17", "Glock 17", "g-17"}) {
    EXPECT_EQ(ModelKey(text, glock), ModelKey("17")) << text;
  }
  EXPECT_NE(ModelKey("G19", glock), ModelKey("17"));
  EXPECT_NE(ModelKey("G17", ReadMake("Retay").key), ModelKey("17")) << "another make's G17";
  EXPECT_NE(ModelKey("G17"), ModelKey("17")) << "of no make";
  EXPECT_EQ(ModelKey("unknown", glock), 0u);
  EXPECT_EQ(ModelKey("", glock), 0u);
}

TypeSet SetOfTypes(std::initializer_list<record::v1::FirearmType> types) {
  TypeSet set = 0;
  for (const record::v1::FirearmType type : types) set |= TypeSet{1} << type;
  return set;
}

TEST(ReadTypesTest, WordsOfOneTypeAndOfSeveral) {
  using record::v1::FIREARM_TYPE_3D_PRINTED;
  using record::v1::FIREARM_TYPE_PISTOL;
  using record::v1::FIREARM_TYPE_REVOLVER;
  using record::v1::FIREARM_TYPE_SHOTGUN_LONG;
  using record::v1::FIREARM_TYPE_SHOTGUN_SAWN_OFF;
  using record::v1::FIREARM_TYPE_UNIDENTIFIED;
  for (const auto& [types, words] : std::vector<std::pair<TypeSet, std::vector<std::string>>>{
           {SetOfTypes({FIREARM_TYPE_PISTOL}),
            {"PISTOL", "pistol", "SLP", "self-loading pistol", "Self loading pistol", "pistola"}},
           {SetOfTypes({FIREARM_TYPE_REVOLVER}), {"Revolver", "revólver"}},
           {SetOfTypes({FIREARM_TYPE_SHOTGUN_LONG}), {"shotgun", "Espingarda", "SHOTGUN_LONG"}},
           {SetOfTypes({FIREARM_TYPE_SHOTGUN_SAWN_OFF}), {"sawn-off shotgun", "sawn off"}},
           {SetOfTypes({FIREARM_TYPE_3D_PRINTED}), {"3D_PRINTED", "3D printed"}},
           {SetOfTypes({FIREARM_TYPE_PISTOL, FIREARM_TYPE_REVOLVER}), {"handgun", "arma curta"}},
           {SetOfTypes({FIREARM_TYPE_UNIDENTIFIED}), {"unknown", "N/K", "desconhecida"}},
           {0, {"", "--", "raygun", "PISTOL REVOLVER", "UNSPECIFIED"}}}) {
    for (const std::string& word : words) EXPECT_EQ(ReadTypes(word), types) << word;
  }
}

TEST(CompareTypesTest, OneGunCanBeToldAsSeveral) {
  const auto compare = [](const char* a, const char* b) {
    const TypeAgreement agreement = CompareTypes(ReadTypes(a), ReadTypes(b));
    EXPECT_EQ(agreement, CompareTypes(ReadTypes(b), ReadTypes(a))) << a << " and " << b;
    return agreement;
  };
  EXPECT_EQ(compare("pistol", "SLP"), TypeAgreement::kSame);
  EXPECT_EQ(compare("handgun", "handgun"), TypeAgreement::kSame);
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"pistol", "handgun"},
           {"pistol", "revolver"},
           {"shotgun", "sawn-off shotgun"},
           {"rifle", "assault rifle"},
           {"blank-firing pistol", "CONVERTED_BLANK_FIRER"},
           {"imitation", "pistol"},
           {"antique", "revolver"},
           {"reactivated", "home-made firearm"}}) {
    EXPECT_EQ(compare(a, b), TypeAgreement::kCompatible) << a << " and " << b;
  }
  EXPECT_EQ(compare("pistol", "shotgun"), TypeAgreement::kDifferent);
  EXPECT_EQ(compare("revolver", "submachine gun"), TypeAgreement::kDifferent)
      << "it does not carry on by way of pistols";
  EXPECT_EQ(compare("stun gun", "rifle"), TypeAgreement::kDifferent);
  for (const char* says_nothing : {"", "other", "unidentified"}) {
    EXPECT_EQ(compare(says_nothing, "pistol"), TypeAgreement::kNotKnown) << says_nothing;
  }
}

TEST(VocabularyTest, EverySpellingIsReadAsItsName) {
  const v1::GunVocabulary file = BuiltIn();
  for (const v1::MakeList& list : file.makes()) {
    for (const v1::GunMake& make : list.makes()) {
      for (const std::string& alias : make.aliases()) {
        EXPECT_EQ(ReadMake(alias).canonical, make.name()) << alias;
      }
    }
  }
  for (const v1::CalibreList& list : file.calibres()) {
    for (const v1::Calibre& calibre : list.calibres()) {
      EXPECT_EQ(CalibreName(ReadCalibre(calibre.name())), calibre.name());
      for (const std::string& alias : calibre.aliases()) {
        EXPECT_EQ(CalibreName(ReadCalibre(alias)), calibre.name()) << alias;
      }
    }
  }
  for (const v1::GunTypeList& list : file.types()) {
    for (const v1::GunType& type : list.types()) {
      TypeSet set = 0;
      for (const int one : type.types()) set |= TypeSet{1} << one;
      for (const std::string& alias : type.aliases()) EXPECT_EQ(ReadTypes(alias), set) << alias;
    }
  }
  for (const v1::ModelList& list : file.models()) {
    const uint64_t make = ReadMake(list.make()).key;
    for (const v1::GunModel& model : list.models()) {
      for (const std::string& alias : model.aliases()) {
        EXPECT_EQ(ModelKey(alias, make), ModelKey(model.name(), make)) << alias;
      }
    }
  }
}

constexpr char kSmall[] = R"(version: "small-1"
makes {
  source: "a test"
  makes { name: "ACME" aliases: ["Acme Arms Ltd", "A.C.M.E. & Sons"] }
  makes { name: "OTHER WORKS" }
}
unknown_makes { source: "a test" words: ["no idea"] }
other_makes { source: "a test" words: "own work" }
models {
  source: "a test"
  make: "ACME"
  models { name: "ONE" aliases: "No. 1" }
}
calibres {
  source: "a test"
  calibres { name: "9 mm" aliases: ["9x19", "9 mm Acme"] fits: "wide" }
  calibres { name: "wide" }
}
unknown_calibres { source: "a test" words: "?x?" }
)";

TEST(VocabularyTest, AFileOfItsOwnReadsAsItSays) {
  const auto small = Vocabulary::Parse(kSmall);
  ASSERT_TRUE(small.ok()) << small.status();
  const Vocabulary& words = **small;
  EXPECT_EQ(words.version(), "small-1");
  EXPECT_EQ(words.ReadMake("acme arms").canonical, "ACME");
  EXPECT_EQ(words.ReadMake("ACME & Sons").canonical, "ACME");
  EXPECT_EQ(words.ReadMake("No idea!").key, kUnknownMake);
  EXPECT_EQ(words.ReadMake("own work").key, kOtherMake);
  EXPECT_EQ(words.ReadMake("Glock").canonical, "GLOCK") << "kept as it is written";
  EXPECT_EQ(words.ReadMake("S&W").canonical, "S&W");
  const uint64_t acme = words.ReadMake("Acme").key;
  EXPECT_EQ(words.ModelKey("no 1", acme), words.ModelKey("one"));
  EXPECT_EQ(words.CalibreName(words.ReadCalibre("9X19 mm")), "9 mm");
  EXPECT_EQ(words.ReadCalibre(".45"), kOtherCalibre);
  EXPECT_EQ(words.ReadCalibre("x"), kUnknownCalibre);
  EXPECT_TRUE(words.CompatibleCalibres(words.ReadCalibre("wide"), words.ReadCalibre("9mm")));
  EXPECT_TRUE(words.IsMakeWord("ACME"));
  EXPECT_FALSE(words.IsMakeWord("NOIDEA"));
}

constexpr char kOfItsOwn[] = R"(types {
  source: "a test"
  types { types: [FIREARM_TYPE_PISTOL] aliases: "Dings" fits: [FIREARM_TYPE_RIFLE] }
}
serials {
  words {
    source: "a test"
    meaning: SERIAL_WORD_MEANING_REMOVED
    match: SERIAL_WORD_MATCH_STEM
    words: "WEGPUTZ Ausgelöscht"
    words: "WEGMACH"
  }
  words {
    source: "a test"
    meaning: SERIAL_WORD_MEANING_UNREAD
    match: SERIAL_WORD_MATCH_WHOLE
    words: "KA"
  }
  words {
    source: "a test"
    meaning: SERIAL_WORD_MEANING_ABSENT
    match: SERIAL_WORD_MATCH_SLASHES
    words: "ON"
  }
  parts { source: "a test" part: SERIAL_PART_FRAME words: "GRIFF GRIFFSTUECK" }
  labels { source: "a test" words: "NUMMER" }
  gun_words { source: "a test" kind: GUN_WORD_KIND_MODEL words: "P8A1" }
  other_words { source: "a test" kind: OTHER_WORD_KIND_LABEL words: "BEUTEL" }
  forms { source: "a test" forms: ["a{1,2}9{4}", "9{3}DE"] }
}
)";

TEST(VocabularyTest, TypesAndSerialNumbersAreReadAsAFileSays) {
  const auto own = Vocabulary::Parse(std::string(kSmall) + kOfItsOwn);
  ASSERT_TRUE(own.ok()) << own.status();
  const TypeSet pistol = SetOfTypes({record::v1::FIREARM_TYPE_PISTOL});
  EXPECT_EQ((*own)->ReadTypes("dings"), pistol);
  EXPECT_EQ((*own)->ReadTypes("handgun"), 0u) << "a word of the built-in file";
  EXPECT_EQ((*own)->ReadTypes("RIFLE"), SetOfTypes({record::v1::FIREARM_TYPE_RIFLE}));
  EXPECT_EQ((*own)->CompareTypes((*own)->ReadTypes("rifle"), pistol), TypeAgreement::kCompatible);
  const SerialVocabulary& serials = (*own)->serials();
  ASSERT_EQ(serials.stems.size(), 3u);
  EXPECT_EQ(serials.stems.at("AUSG")[0].text, "AUSGELOSCHT");
  EXPECT_EQ(serials.stems.at("WEGP")[0].meaning, WordMeaning::kRemoved);
  EXPECT_EQ(serials.whole.at("KA"), WordMeaning::kUnread);
  EXPECT_EQ(serials.slashed.at("ON"), WordMeaning::kAbsent);
  EXPECT_EQ(serials.parts.at("GRIFF"), SerialPart::kFrame);
  ASSERT_EQ(serials.part_stems.size(), 1u);
  EXPECT_TRUE(serials.models.contains("P8A1"));
  EXPECT_EQ(serials.other_words.at("BEUTEL"), OtherWord::kLabel);
  ASSERT_EQ(serials.forms.size(), 2u);
  EXPECT_EQ(serials.forms[0][0].most, 2);
  EXPECT_EQ(serials.forms[1][1].letters, "DE");
}

TEST(VocabularyTest, AFileThatSaysNothingOfThemHasTheBuiltInTypesAndWords) {
  const auto small = Vocabulary::Parse(kSmall);
  const auto built_in = Vocabulary::Parse(DefaultVocabularyText());
  ASSERT_TRUE(small.ok()) << small.status();
  ASSERT_TRUE(built_in.ok()) << built_in.status();
  EXPECT_EQ((*small)->ReadTypes("handgun"), (*built_in)->ReadTypes("handgun"));
  EXPECT_EQ((*small)->serials().stems.size(), (*built_in)->serials().stems.size());
  EXPECT_EQ((*small)->serials().forms.size(), (*built_in)->serials().forms.size());
}

// The lists are long: one that is lost, or half of one, is seen here.
TEST(VocabularyTest, TheBuiltInFileHasAllKindsOfWordsOfSerialNumbers) {
  const SerialVocabulary& words = VocabularyInUse().serials();
  std::size_t stems = 0;
  for (const auto& [key, some] : words.stems) stems += some.size();
  EXPECT_GT(stems, 450u);
  EXPECT_GT(words.whole.size(), 100u);
  EXPECT_GT(words.slashed.size(), 25u);
  EXPECT_GT(words.pointed.size(), 10u);
  EXPECT_GT(words.parts.size() + words.part_stems.size(), 40u);
  EXPECT_GT(words.labels.size(), 30u);
  EXPECT_GT(words.gun_words.size(), 200u);
  EXPECT_GT(words.models.size(), 1'000u);
  EXPECT_GT(words.model_numbers.size(), 90u);
  EXPECT_GT(words.units.size() + words.currencies.size(), 80u);
  EXPECT_GT(words.other_words.size(), 650u);
  EXPECT_GT(words.forms.size(), 10u);
}

TEST(VocabularyTest, TheDigestTellsWhatIsReadDifferently) {
  const std::string small(kSmall);
  const auto digest = [](const std::string& text) {
    const auto read = Vocabulary::Parse(text);
    EXPECT_TRUE(read.ok()) << read.status();
    return (*read)->digest();
  };
  const auto with = [&](const std::string& before, const std::string& after) {
    const size_t at = small.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    return digest(std::string(small).replace(at, before.size(), after));
  };
  const uint64_t own = digest(small);
  EXPECT_EQ(with("small-1", "small-2"), own);
  EXPECT_EQ(with("a test", "another"), own);
  EXPECT_EQ(with("\"Acme Arms Ltd\"", "\"ACME ARMS\""), own) << "one spelling";
  EXPECT_NE(with("Acme Arms", "Acme Army"), own);
  EXPECT_NE(with("no idea", "no ideas"), own);
  EXPECT_NE(with("No. 1", "No. 2"), own);
  EXPECT_NE(with("9 mm Acme", "9 mm Acne"), own);
  EXPECT_NE(with(" fits: \"wide\"", ""), own);
  EXPECT_NE(with("?x?", "?y?"), own);
}

TEST(VocabularyTest, TheDigestTellsTypesAndWordsOfSerialNumbersToo) {
  const std::string text = std::string(kSmall) + kOfItsOwn;
  const auto digest = [](const std::string& of) {
    const auto read = Vocabulary::Parse(of);
    EXPECT_TRUE(read.ok()) << read.status();
    return (*read)->digest();
  };
  const auto with = [&](const std::string& before, const std::string& after) {
    const size_t at = text.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    return digest(std::string(text).replace(at, before.size(), after));
  };
  const uint64_t own = digest(text);
  EXPECT_EQ(with("WEGPUTZ Ausgelöscht", "ausgeloscht WEGPUTZ"), own) << "begin differently";
  EXPECT_EQ(with("GRIFF GRIFFSTUECK", "GRIFFSTUECK GRIFF"), own);
  EXPECT_EQ(with("\"a{1,2}9{4}\", \"9{3}DE\"", "\"9{3,3}DE\", \"a{1,2}9{4}\""), own);
  EXPECT_NE(with("Dings", "Dingsda"), own);
  EXPECT_NE(with("fits: [FIREARM_TYPE_RIFLE]", ""), own);
  EXPECT_NE(with("WEGMACH", "WEGGEMACHT"), own);
  EXPECT_NE(with("SERIAL_WORD_MEANING_UNREAD", "SERIAL_WORD_MEANING_ABSENT"), own);
  EXPECT_NE(with("SERIAL_WORD_MATCH_SLASHES", "SERIAL_WORD_MATCH_POINTS"), own);
  EXPECT_NE(with("SERIAL_PART_FRAME", "SERIAL_PART_SLIDE"), own);
  EXPECT_NE(with("NUMMER", "NR"), own);
  EXPECT_NE(with("P8A1", "P8A2"), own);
  EXPECT_NE(with("OTHER_WORD_KIND_LABEL", "OTHER_WORD_KIND_UNIT"), own);
  EXPECT_NE(with("9{3}DE", "9{4}DE"), own);
  // Of two stems that fit one word, the first counts.
  EXPECT_NE(with("WEGMACH", "WEGM WEGMACH"), with("WEGMACH", "WEGMACH WEGM"));
}

TEST(VocabularyTest, EveryLineThatIsWrongOfTypesAndSerialNumbersIsNamed) {
  const std::string text = R"(version: "bad-1"
makes { source: "a test" makes { name: "ACME" } }
calibres { source: "a test" calibres { name: "9 mm" } }
types {
  types { types: [FIREARM_TYPE_PISTOL] aliases: ["thing", "rifle"] }
  types { types: [FIREARM_TYPE_REVOLVER] aliases: "Thing" }
  types { aliases: "nothing" }
  types { types: [FIREARM_TYPE_UNSPECIFIED] }
}
serials {
  words { meaning: SERIAL_WORD_MEANING_REMOVED match: SERIAL_WORD_MATCH_STEM words: "GONE OFF" }
  words { source: "a test" words: "GONE" }
  words { source: "a test" meaning: SERIAL_WORD_MEANING_UNREAD match: SERIAL_WORD_MATCH_STEM words: "GONE" }
  words { source: "a test" meaning: SERIAL_WORD_MEANING_UNREAD match: SERIAL_WORD_MATCH_POINTS words: "NVTX" }
  parts { source: "a test" words: "GRIP" }
  labels { source: "a test" }
  gun_words { source: "a test" kind: GUN_WORD_KIND_MODEL words: "ABC" }
  gun_words { source: "a test" kind: GUN_WORD_KIND_MODEL_NUMBER words: "92" }
  gun_words { source: "a test" words: "GUN" }
  other_words { source: "a test" kind: OTHER_WORD_KIND_USUAL_WORD words: "LOST AND" }
  forms { source: "a test" forms: "9{4}9" forms: "a{0,3}" }
  forms { source: "a test" forms: ["x", "9{3", "{3}", "a{1,2,3}9", ""] }
}
)";
  const std::string message(Vocabulary::Parse(text).status().message());
  for (const char* fault : {"line 4: the list's source is missing",
                            "line 5: \"rifle\" stands for two things",
                            "line 6: \"Thing\" stands for two things",
                            "line 7: types are missing",
                            "line 8: FIREARM_TYPE_UNSPECIFIED",
                            "line 11: the list's source is missing",
                            "line 11: \"OFF\" must be 4 to 40 letters alone",
                            "line 12: the words' meaning is missing",
                            "line 12: how the words are matched is missing",
                            "line 13: \"GONE\" stands for two things",
                            "line 14: \"NVTX\" must be 2 to 3 letters alone",
                            "line 15: the part is missing",
                            "line 16: the list has no words",
                            "line 17: \"ABC\" must be 2 to 40 letters and digits",
                            "line 18: \"92\" must be 4 to 40 digits alone",
                            "line 19: the words' kind is missing",
                            "line 20: \"AND\" must be 4 to 4 letters alone",
                            "line 21: \"9{4}9\" is no form",
                            "line 21: \"a{0,3}\" is no form",
                            "line 22: \"x\" is no form",
                            "line 22: \"9{3\" is no form",
                            "line 22: \"{3}\" is no form",
                            "line 22: \"a{1,2,3}9\" is no form",
                            "line 22: \"\" is no form"}) {
    EXPECT_THAT(message, HasSubstr(fault));
  }
  EXPECT_THAT(
      std::string(Vocabulary::Parse(std::string(kSmall) + "serials { }").status().message()),
      HasSubstr("serials.forms are missing"));
}

TEST(VocabularyTest, EveryLineThatIsWrongIsNamed) {
  const auto bad = Vocabulary::Parse(R"(version: "Small"
makes {
  makes { name: "Acme" }
  makes { name: "ACME" aliases: "Acme Arms" }
  makes { name: "A.C.M.E." }
  makes { name: "WORKS" aliases: "acme arms" }
  makes { name: "OTHERS" alias: "x" }
}
unknown_makes { source: "a test" words: "Works" words: "--" }
models { source: "a test" make: "NONE" models { name: "1" aliases: "2" } }
calibres {
  source: "a test"
  calibres { name: "9 mm" fits: "8 mm" }
  calibres { name: "9 mm" }
}
)")
                       .status();
  EXPECT_EQ(bad.code(), absl::StatusCode::kInvalidArgument);
  const std::string message(bad.message());
  for (const char* fault :
       {"line 1: version must be", "line 2: the list's source is missing",
        "line 3: the name \"Acme\" must be in upper case",
        "line 5: the make \"A.C.M.E.\" is there twice",
        "line 6: \"acme arms\" stands for two things",
        "line 7: ", "line 9: \"Works\" stands for two things", "line 9: \"--\" must have letters",
        "line 10: \"NONE\" is the name of no make", "line 13: \"8 mm\" is the name of no calibre",
        "line 14: the calibre \"9 mm\" is there twice"}) {
    EXPECT_THAT(message, HasSubstr(fault));
  }
  EXPECT_THAT(std::string(Vocabulary::Parse("makes {\n  makes \"x\"\n").status().message()),
              HasSubstr("line 2: "));
  EXPECT_THAT(std::string(Vocabulary::Parse("").status().message()),
              HasSubstr("makes are missing"));
}

TEST(VocabularyTest, ManyMoreCalibresThanThereAreAreRefused) {
  std::string text = "version: \"many\" calibres { source: \"test\"\n";
  for (int i = 0; i < 2'100; ++i) {
    absl::StrAppend(&text, "calibres { name: \"calibre ", i, "\" }\n");
  }
  EXPECT_THAT(std::string(Vocabulary::Parse(text + "}").status().message()),
              HasSubstr("too many calibres"));
}

TEST(VocabularyTest, NoneTakesThePlaceOfOneThatWasReadBy) {
  EXPECT_EQ(ReadMake("Acme Arms").canonical, "ACME ARMS");
  const absl::Status late = UseVocabulary(Vocabulary::Parse(kSmall).value());
  EXPECT_EQ(late.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReadMake("Acme Arms").canonical, "ACME ARMS");
}

}  // namespace
}  // namespace serieslink::linkage

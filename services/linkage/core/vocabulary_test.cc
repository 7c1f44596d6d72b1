#include "services/linkage/core/vocabulary.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "serieslink/linkage/v1/vocabulary.pb.h"

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

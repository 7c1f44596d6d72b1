#include "services/linkage/core/vocabulary.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/linkage/core/vocabulary_tables.h"

namespace serieslink::linkage {
namespace {

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
  for (const MakeAliases& make : MakeTable()) {
    EXPECT_EQ(ReadMake(make.canonical).canonical, make.canonical);
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

TEST(CalibreTableTest, EveryFamilyIsNamedAndEveryAliasIsReadAsWritten) {
  for (const CalibreFamily& family : CalibreTable()) {
    std::string word;
    for (const char c : std::string(family.aliases) + " ") {
      if (c != ' ') {
        word.push_back(c);
        continue;
      }
      if (!word.empty()) {
        EXPECT_EQ(CalibreName(ReadCalibre(word)), family.name) << word;
      }
      word.clear();
    }
    bool all_found = true;
    std::string fits = std::string(family.fits);
    for (size_t begin = 0; begin < fits.size();) {
      const size_t end = std::min(fits.find(';', begin), fits.size());
      bool found = false;
      for (const CalibreFamily& other : CalibreTable()) {
        found |= other.name == fits.substr(begin, end - begin);
      }
      all_found &= found;
      begin = end + 1;
    }
    EXPECT_TRUE(all_found) << family.name;
  }
}

}  // namespace
}  // namespace serieslink::linkage

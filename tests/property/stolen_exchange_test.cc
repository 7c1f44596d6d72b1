// Goal: what goes to another register comes back as it went: losses that are exported, imported
// elsewhere and exported again are the same text, and so are rows of that register with columns
// and codes that nobody here knows.
// Method: random losses, and random rows, with texts that break tables: separators, quotes, line
// ends, formulas, apostrophes. They pass through everything between the feed and the client's file,
// twice. A gun has one case: what two registers both call one loss is theirs to say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "services/cli/csv_reader.h"
#include "services/cli/exchange_writer.h"
#include "tests/support/exchanged_losses.h"
#include "tests/support/seeds.h"

namespace serieslink {
namespace {

using cli::ExchangeInput;
using cli::ExchangeRow;
using cli::ExchangeScheme;

constexpr ExchangeScheme kSchemes[] = {ExchangeScheme::kNcic, ExchangeScheme::kIarms};

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  int Below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool Chance(int in) { return Below(in) == 0; }
  template <typename List>
  auto Of(const List& list) {
    return list[static_cast<std::size_t>(Below(static_cast<int>(std::size(list))))];
  }

  // A text that somebody could have written; never empty.
  std::string Text() {
    static constexpr const char* kPieces[] = {"a",  "Z9", " ",  ";",    "; ", ",", "\"",   "'",
                                              "''", "=1", "+x", "-",    "@y", "/", "MAK/", "é",
                                              "é",  "\n", "-5", "\r\n", ":",  "{", "}",    "\\"};
    std::string text;
    for (int i = Below(4); i >= 0; --i) text += Of(kPieces);
    return text;
  }
  // The same for a word, which has no control characters.
  std::string Word() {
    std::string text = Text();
    for (char& c : text) {
      if (c == '\n' || c == '\r') c = '_';
    }
    return text;
  }
  std::string Date() {
    const int year = 2000 + Below(23);
    const std::string day = absl::StrFormat("%d-%02d-%02d", year, 1 + Below(6), 1 + Below(28));
    switch (Below(8)) {
      case 0:
        return "";
      case 1:
        return absl::StrFormat("%s/%d-%02d-%02d", day, year, 7 + Below(6), 1 + Below(28));
      case 2:
        return day + "/..";
      case 3:
        return "../" + day;
      default:
        return day;
    }
  }

 private:
  std::mt19937_64 random_;
};

// A gun that no other record has: `number` is its serial's.
void SetGun(Draw& draw, int number, feed::v1::GunEntry& gun) {
  static constexpr const char* kTypes[] = {"PISTOL",      "REVOLVER",   "SHOTGUN_LONG",
                                           "RIFLE",       "AIR_WEAPON", "SHOTGUN_SAWN_OFF",
                                           "MACHINE_GUN", "OTHER",      "FLAMETHROWER"};
  if (!draw.Chance(8)) gun.add_serials()->set_text(absl::StrFormat("QX%07dK", number));
  if (draw.Chance(4)) gun.add_serials()->set_text(absl::StrFormat("WB%07dL", number));
  if (!draw.Chance(4)) gun.set_make(draw.Chance(2) ? "Beretta" : draw.Text());
  if (draw.Chance(4)) {
    gun.set_make_code(draw.Of(std::vector<std::string>{"GLC", "XYZ", "ZZZ"}));
    gun.set_make_code_scheme(draw.Chance(3) ? "ATF" : "NCIC");
  }
  if (!draw.Chance(4)) gun.set_model(draw.Text());
  if (!draw.Chance(4)) gun.set_calibre(draw.Chance(2) ? "9mm" : draw.Text());
  for (int i = draw.Below(3); i > 0; --i) gun.add_apparent_types(draw.Of(kTypes));
  if (draw.Chance(4)) gun.set_finish(draw.Text());
  if (draw.Chance(4)) gun.set_barrel_length_mm(1 + draw.Below(5000));
  if (draw.Chance(4)) gun.set_country_of_origin("AT");
  if (draw.Chance(4)) gun.add_marks(draw.Text());
  if (draw.Chance(8)) gun.set_is_complete(draw.Chance(2));
}

std::vector<SentMessage> Losses(Draw& draw) {
  std::vector<SentMessage> sent;
  const int count = 1 + draw.Below(12);
  for (int i = 0; i < count; ++i) {
    SentMessage& one = sent.emplace_back();
    one.agency = draw.Chance(2) ? "kent" : "mps";
    feed::v1::ForceRecord& record = *one.message.mutable_force();
    record.set_system("NICHE");
    record.set_record_id(absl::StrCat("R", i));
    record.set_record_type("LOSS");
    record.set_loss_kind(draw.Of(std::vector<std::string>{"LOST", "STOLEN", "UNKNOWN"}));
    record.set_occurred(draw.Date());
    if (draw.Chance(2)) record.add_crime_references(absl::StrCat("A", 100 + i, "/2018"));
    if (draw.Chance(3)) record.mutable_place()->set_country_code("BE");
    if (draw.Chance(3)) record.mutable_place()->set_locality(draw.Text());
    record.mutable_marking()->set_visibility("OPEN");
    if (draw.Chance(5)) {
      feed::v1::ItemEntry& item = *record.add_items();
      item.set_kind("GUN_PART");
      item.set_part_kind(draw.Chance(2) ? "Sound moderator" : draw.Text());
      item.set_make(draw.Text());
      item.add_serials()->set_text(absl::StrFormat("PT%07dM", i));
    } else {
      SetGun(draw, i, *record.add_guns());
    }
    // Another source tells of the same gun. Its number makes them one.
    if (draw.Chance(4) && record.guns_size() > 0 && !record.occurred().empty()) {
      SentMessage licensing{"kent", {}};
      feed::v1::LicensingLoss& loss = *licensing.message.mutable_licensing();
      loss.set_report_id(absl::StrCat("L", i));
      loss.set_loss_kind(record.loss_kind());
      loss.set_lost(record.occurred());
      *loss.add_guns() = record.guns(0);
      loss.mutable_marking()->set_visibility("OPEN");
      sent.push_back(std::move(licensing));
    }
  }
  return sent;
}

// Rows of the register itself, which is as strange as it likes.
std::vector<ExchangeRow> Rows(Draw& draw, ExchangeScheme scheme) {
  const bool is_ncic = scheme == ExchangeScheme::kNcic;
  std::vector<ExchangeRow> rows;
  const int count = 1 + draw.Below(10);
  for (int i = 0; i < count; ++i) {
    ExchangeRow& row = rows.emplace_back();
    for (const std::string& column : cli::ColumnsOf(scheme)) {
      if (!draw.Chance(3)) row[column] = draw.Text();
    }
    for (int k = draw.Below(4); k > 0; --k) row[absl::StrCat("V", draw.Word())] = draw.Text();
    // What names the gun is a name, and dates are dates.
    row.erase(is_ncic ? "EXHIBIT" : "exhibit");
    row[is_ncic ? "NIC" : "record_number"] = absl::StrFormat("G%09d", i);
    row[is_ncic ? "SER" : "serial_number"] = absl::StrFormat("QX%07dK", i);
    row.erase("other_serial_numbers");
    if (is_ncic) {
      row["MKE"] = draw.Of(std::vector<std::string>{"EG", "ELG", "EFG", "eg", "EG-P", "efg-p"});
      row["DOT"] =
          absl::StrFormat("20%02d%02d%02d", draw.Below(23), 1 + draw.Below(12), 1 + draw.Below(28));
      row["TYP"] = draw.Of(std::vector<std::string>{"PI", "P", "SP", "V", "G", "Z", "??", "pi"});
      if (draw.Chance(2)) {
        row["MAK"] = "ZZZ";
        row["MIS"] = absl::StrCat("MAK/Norinco; ", draw.Text(), "; DOT/OR BEFORE");
      }
    } else {
      row["status"] = draw.Of(std::vector<std::string>{"LOST", "stolen", "TRAFFICKED", "Odd"});
      row["date_from"] = absl::StrFormat("2001-%02d-%02d", 1 + draw.Below(12), 1 + draw.Below(28));
      row["date_to"] = absl::StrFormat("2002-%02d-%02d", 1 + draw.Below(12), 1 + draw.Below(28));
      if (draw.Chance(3)) row.erase("date_from");
      if (draw.Chance(3)) row.erase("date_to");
      if (draw.Chance(2)) row["country"] = draw.Chance(2) ? "BE" : "XX";
      if (draw.Chance(2)) row["barrel_length_mm"] = draw.Chance(2) ? "0102" : "99999";
    }
    // Those are words, which have no control characters.
    for (const char* const column : {"ORI", "OCA", "MAK", "TYP", "firearm_type"}) {
      if (const auto cell = row.find(column); cell != row.end()) {
        std::replace(cell->second.begin(), cell->second.end(), '\n', '_');
        std::replace(cell->second.begin(), cell->second.end(), '\r', '_');
      }
    }
  }
  return rows;
}

std::string TextOf(const std::vector<ExchangeRow>& rows, ExchangeScheme scheme, bool is_csv) {
  std::ostringstream out;
  cli::ExchangeWriter writer(scheme, is_csv, out);
  for (const ExchangeRow& row : rows) EXPECT_TRUE(writer.Add(row).ok());
  EXPECT_TRUE(writer.Finish().ok());
  return out.str();
}

// The lines of JSON in one order, for losses of one day have none.
std::vector<std::string> SortedLines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  std::sort(lines.begin(), lines.end());
  return lines;
}

TEST(StolenExchangePropertyTest, WhatIsExportedComesBackAsItWent) {
  ForEachSeed(60, [](std::uint64_t seed) {
    Draw draw(seed);
    DerivationPipeline first;
    const std::vector<SentMessage> sent = Losses(draw);
    for (const auto& acknowledgement : first.Push(sent)) {
      ASSERT_EQ(acknowledgement.violations_size(), 0) << acknowledgement.ShortDebugString();
    }
    for (const ExchangeScheme scheme : kSchemes) {
      const std::string lines = ExportedLosses(first, "nca", scheme, false);
      for (const bool is_csv : {false, true}) {
        DerivationPipeline second;
        const std::string text = is_csv ? ExportedLosses(first, "nca", scheme, true) : lines;
        EXPECT_EQ(ImportLosses(second, "bka", {scheme, is_csv, false}, text),
                  std::vector<std::string>())
            << text;
        EXPECT_EQ(SortedLines(ExportedLosses(second, "bka", scheme, false)), SortedLines(lines));
      }
    }
  });
}

TEST(StolenExchangePropertyTest, RowsOfTheRegisterComeOutAsTheyCameIn) {
  ForEachSeed(60, [](std::uint64_t seed) {
    Draw draw(seed);
    for (const ExchangeScheme scheme : kSchemes) {
      const std::vector<ExchangeRow> rows = Rows(draw, scheme);
      const std::string lines = TextOf(rows, scheme, false);
      for (const bool is_csv : {false, true}) {
        DerivationPipeline pipeline;
        EXPECT_EQ(
            ImportLosses(pipeline, "bka", {scheme, is_csv, false}, TextOf(rows, scheme, is_csv)),
            std::vector<std::string>())
            << lines;
        EXPECT_EQ(SortedLines(ExportedLosses(pipeline, "bka", scheme, false)), SortedLines(lines));
      }
    }
  });
}

// The codes of the FBI as published, which are no part of this repository: SERIESLINK_SHARED_DATA,
// or
// ../shared/data beside the source, is the folder that holds them.
std::vector<std::string> CodesOf(const std::string& file) {
  const char* shared = std::getenv("SERIESLINK_SHARED_DATA");
  const char* source = std::getenv("SERIESLINK_SOURCE_DIR");
  const std::string folder =
      shared != nullptr ? shared
                        : absl::StrCat(source == nullptr ? "." : source, "/../shared/data");
  std::ifstream in(absl::StrCat(folder, "/us-ncic-gun-codes/", file));
  std::vector<std::string> codes;
  if (!in) {
    std::cout << "not run: stolen_exchange_property_test on us-ncic-gun-codes/" << file
              << ", which is not in the folder of shared data\n";
    return codes;
  }
  const absl::Status read = cli::ReadCsv(in, ',',
                                         {[&](cli::CsvRow&& row) {
                                            if (row.number > 1) codes.push_back(row.cells[0]);
                                            return absl::OkStatus();
                                          },
                                          [](cli::SpoiledRow&&) { return absl::OkStatus(); }});
  EXPECT_TRUE(read.ok()) << read;
  return codes;
}

TEST(StolenExchangePropertyTest, EveryCodeOfNcicComesOutAsItCameIn) {
  const std::vector<std::string> makes = CodesOf("gun_make.csv");
  const std::vector<std::string> calibres = CodesOf("gun_calibre.csv");
  const std::vector<std::string> types = CodesOf("gun_type.csv");
  std::vector<std::string> actions = CodesOf("gun_action.csv");
  if (makes.empty() || calibres.empty() || types.empty() || actions.empty()) return;
  actions.emplace_back();  // it may be left out
  std::vector<ExchangeRow> rows;
  for (std::size_t i = 0; i < std::max(makes.size(), types.size() * actions.size()); ++i) {
    const std::string type = types[i % types.size()] + actions[i / types.size() % actions.size()];
    rows.push_back({{"MKE", "EG"},
                    {"NIC", absl::StrFormat("G%09d", i)},
                    {"ORI", "VA0070000"},
                    {"SER", absl::StrFormat("QX%07dK", i)},
                    {"MAK", makes[i % makes.size()]},
                    {"CAL", calibres[i % calibres.size()]},
                    {"TYP", type},
                    {"DOT", "20180314"},
                    {"OCA", absl::StrCat(i)}});
    if (rows.back()["MAK"] == "ZZZ") rows.back()["MIS"] = "MAK/UNKNOWN";
  }
  DerivationPipeline pipeline;
  EXPECT_EQ(ImportLosses(pipeline, "bka", {ExchangeScheme::kNcic, true, false},
                         TextOf(rows, ExchangeScheme::kNcic, true)),
            std::vector<std::string>());
  EXPECT_EQ(SortedLines(ExportedLosses(pipeline, "bka", ExchangeScheme::kNcic, false)),
            SortedLines(TextOf(rows, ExchangeScheme::kNcic, false)));
}

}  // namespace
}  // namespace serieslink

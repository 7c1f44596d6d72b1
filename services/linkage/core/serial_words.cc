#include "services/linkage/core/serial_words.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace serieslink::linkage {
namespace {

struct Stem {
  absl::string_view text;
  WordMeaning meaning;
};

// A token means this when it begins with the stem. Stems have four letters or more.
constexpr Stem kStems[] = {
    // Portuguese and Spanish: scraped, suppressed, eliminated, removed, punched, sanded, erased.
    {"RASPA", WordMeaning::kRemoved},
    {"RAPADO", WordMeaning::kRemoved},
    {"RASUR", WordMeaning::kRemoved},
    {"RISCAD", WordMeaning::kRemoved},
    {"SUPRIM", WordMeaning::kRemoved},
    {"SUPRES", WordMeaning::kRemoved},
    {"SUMPRI", WordMeaning::kRemoved},
    {"SURPIM", WordMeaning::kRemoved},
    {"SUPROM", WordMeaning::kRemoved},
    {"SUPRID", WordMeaning::kRemoved},
    {"SUPRM", WordMeaning::kRemoved},
    {"SUPLIM", WordMeaning::kRemoved},
    {"ELIMIN", WordMeaning::kRemoved},
    {"REMOV", WordMeaning::kRemoved},
    {"REMOC", WordMeaning::kRemoved},
    {"REMOZ", WordMeaning::kRemoved},
    {"REMARC", WordMeaning::kRemoved},
    {"SOBREPOST", WordMeaning::kRemoved},
    {"ADULT", WordMeaning::kRemoved},
    {"AULTER", WordMeaning::kRemoved},
    {"ALTERA", WordMeaning::kRemoved},
    {"FALSIF", WordMeaning::kRemoved},
    {"PINAD", WordMeaning::kRemoved},
    {"PICOT", WordMeaning::kRemoved},
    {"PUNCION", WordMeaning::kRemoved},
    {"PUNZON", WordMeaning::kRemoved},
    {"LIXAD", WordMeaning::kRemoved},
    {"LIJAD", WordMeaning::kRemoved},
    {"LIMAD", WordMeaning::kRemoved},
    {"LIMAT", WordMeaning::kRemoved},
    {"ESMERIL", WordMeaning::kRemoved},
    {"EXTRAI", WordMeaning::kRemoved},
    {"RETIRAD", WordMeaning::kRemoved},
    {"SUBTRA", WordMeaning::kRemoved},
    {"APAGAD", WordMeaning::kRemoved},
    {"BORRAD", WordMeaning::kRemoved},
    {"DESTRUI", WordMeaning::kRemoved},
    {"DANIFIC", WordMeaning::kRemoved},
    {"EXPUNG", WordMeaning::kRemoved},
    {"OCULTAD", WordMeaning::kRemoved},
    {"DESBAST", WordMeaning::kRemoved},
    {"FRESAD", WordMeaning::kRemoved},
    {"ERRADIC", WordMeaning::kRemoved},
    {"OBLIT", WordMeaning::kRemoved},
    {"OBLET", WordMeaning::kRemoved},
    {"ABRASI", WordMeaning::kRemoved},
    {"ABRASA", WordMeaning::kRemoved},
    {"CANCELLAT", WordMeaning::kRemoved},
    {"RIMOSS", WordMeaning::kRemoved},
    // English.
    {"DEFAC", WordMeaning::kRemoved},
    {"GROUND", WordMeaning::kRemoved},
    {"GRIND", WordMeaning::kRemoved},
    {"FILED", WordMeaning::kRemoved},
    {"SCRATCH", WordMeaning::kRemoved},
    {"ERASED", WordMeaning::kRemoved},
    {"SANDED", WordMeaning::kRemoved},
    {"DRILLED", WordMeaning::kRemoved},
    {"PUNCHED", WordMeaning::kRemoved},
    {"PEENED", WordMeaning::kRemoved},
    {"MILLED", WordMeaning::kRemoved},
    {"TAMPER", WordMeaning::kRemoved},
    {"RESTAMP", WordMeaning::kRemoved},
    {"DESTROY", WordMeaning::kRemoved},
    {"DAMAGED", WordMeaning::kRemoved},
    {"ALTERED", WordMeaning::kRemoved},
    // French.
    {"EFFAC", WordMeaning::kRemoved},
    {"SUPPRIM", WordMeaning::kRemoved},
    {"MEULE", WordMeaning::kRemoved},
    {"POINCONN", WordMeaning::kRemoved},
    {"GRATTE", WordMeaning::kRemoved},
    {"ENLEVE", WordMeaning::kRemoved},
    {"BURINE", WordMeaning::kRemoved},
    {"LIMEE", WordMeaning::kRemoved},
    {"OBLIETER", WordMeaning::kRemoved},
    // German.
    {"AUSGESCHL", WordMeaning::kRemoved},
    {"ABGESCHL", WordMeaning::kRemoved},
    {"WEGGESCHL", WordMeaning::kRemoved},
    {"ENTFERN", WordMeaning::kRemoved},
    {"UNKENNT", WordMeaning::kRemoved},
    {"AUSGEFR", WordMeaning::kRemoved},
    {"ABGEFEIL", WordMeaning::kRemoved},
    {"AUSGEFEIL", WordMeaning::kRemoved},
    {"WEGGEFEIL", WordMeaning::kRemoved},
    {"GELOSCHT", WordMeaning::kRemoved},
    // Dutch.
    {"WEGGESLEP", WordMeaning::kRemoved},
    {"UITGESLEP", WordMeaning::kRemoved},
    {"AFGESLEP", WordMeaning::kRemoved},
    {"VERWIJDER", WordMeaning::kRemoved},
    {"WEGGEVIJL", WordMeaning::kRemoved},
    {"AFGEVIJL", WordMeaning::kRemoved},
    {"UITGEVIJL", WordMeaning::kRemoved},
    {"UITGEWIST", WordMeaning::kRemoved},
    // Polish, Romanian, Turkish, Albanian.
    {"USUNIET", WordMeaning::kRemoved},
    {"SPILOWAN", WordMeaning::kRemoved},
    {"ZATART", WordMeaning::kRemoved},
    {"STARTY", WordMeaning::kRemoved},
    {"STARTE", WordMeaning::kRemoved},
    {"ZESZLIF", WordMeaning::kRemoved},
    {"ZNISZCZ", WordMeaning::kRemoved},
    {"STERS", WordMeaning::kRemoved},
    {"RADIAT", WordMeaning::kRemoved},
    {"SILINM", WordMeaning::kRemoved},
    {"KAZINM", WordMeaning::kRemoved},
    {"FSHIRE", WordMeaning::kRemoved},

    // None there, none found.
    {"INEX", WordMeaning::kAbsent},
    {"INESX", WordMeaning::kAbsent},
    {"AUSEN", WordMeaning::kAbsent},
    {"ABSEN", WordMeaning::kAbsent},
    {"DESPROV", WordMeaning::kAbsent},
    {"DESTITU", WordMeaning::kAbsent},
    {"POSSU", WordMeaning::kAbsent},
    {"POSEE", WordMeaning::kAbsent},
    {"CONSTA", WordMeaning::kAbsent},
    {"COSNTA", WordMeaning::kAbsent},
    {"OSTENTA", WordMeaning::kAbsent},
    {"CONTEM", WordMeaning::kAbsent},
    {"APARE", WordMeaning::kAbsent},
    {"APREN", WordMeaning::kAbsent},
    {"APRESENT", WordMeaning::kAbsent},
    {"LOCALIZ", WordMeaning::kAbsent},
    {"ENCONTR", WordMeaning::kAbsent},
    {"NENHUM", WordMeaning::kAbsent},
    {"NINGUN", WordMeaning::kAbsent},
    {"NADA", WordMeaning::kAbsent},
    {"NIHIL", WordMeaning::kAbsent},
    {"NONE", WordMeaning::kAbsent},
    {"NOTHING", WordMeaning::kAbsent},
    {"WITHOUT", WordMeaning::kAbsent},
    {"MISSING", WordMeaning::kAbsent},
    {"FOUND", WordMeaning::kAbsent},
    {"UNMARKED", WordMeaning::kAbsent},
    {"AUCUN", WordMeaning::kAbsent},
    {"NEANT", WordMeaning::kAbsent},
    {"KEIN", WordMeaning::kAbsent},
    {"FEHLT", WordMeaning::kAbsent},
    {"OHNE", WordMeaning::kAbsent},
    {"GEEN", WordMeaning::kAbsent},
    {"ZONDER", WordMeaning::kAbsent},
    {"ONTBREE", WordMeaning::kAbsent},
    {"BRAK", WordMeaning::kAbsent},
    {"NIEMA", WordMeaning::kAbsent},
    {"NESSUN", WordMeaning::kAbsent},
    {"SENZA", WordMeaning::kAbsent},
    {"LIPSA", WordMeaning::kAbsent},
    {"SANS", WordMeaning::kAbsent},

    // Not known, not legible, see elsewhere.
    {"ILEG", WordMeaning::kUnread},
    {"ILLEG", WordMeaning::kUnread},
    {"ILLIS", WordMeaning::kUnread},
    {"INELEG", WordMeaning::kUnread},
    {"INLEG", WordMeaning::kUnread},
    {"INTELEG", WordMeaning::kUnread},
    {"LEGIV", WordMeaning::kUnread},
    {"LEGIB", WordMeaning::kUnread},
    {"UNREAD", WordMeaning::kUnread},
    {"UNLES", WordMeaning::kUnread},
    {"ONLEES", WordMeaning::kUnread},
    {"NIECZYT", WordMeaning::kUnread},
    {"UNKNOWN", WordMeaning::kUnread},
    {"UNKN", WordMeaning::kUnread},
    {"DESCONHE", WordMeaning::kUnread},
    {"DESCONOC", WordMeaning::kUnread},
    {"INCONNU", WordMeaning::kUnread},
    {"SCONOSC", WordMeaning::kUnread},
    {"UNBEKANNT", WordMeaning::kUnread},
    {"ONBEKEND", WordMeaning::kUnread},
    {"NIEZNAN", WordMeaning::kUnread},
    {"NECUNOSC", WordMeaning::kUnread},
    {"IGNORAD", WordMeaning::kUnread},
    {"INDET", WordMeaning::kUnread},
    {"INDEF", WordMeaning::kUnread},
    {"UNDET", WordMeaning::kUnread},
    {"DETERMIN", WordMeaning::kUnread},
    {"VISIV", WordMeaning::kUnread},
    {"VISIB", WordMeaning::kUnread},
    {"VISUAL", WordMeaning::kUnread},
    {"IDENTIF", WordMeaning::kUnread},
    {"OBSERV", WordMeaning::kUnread},
    {"INFORM", WordMeaning::kUnread},
    {"REMARK", WordMeaning::kUnread},
    {"APLICA", WordMeaning::kUnread},
    {"APPLICA", WordMeaning::kUnread},
    {"AVAILAB", WordMeaning::kUnread},
    {"RECORDED", WordMeaning::kUnread},
    {"PREJ", WordMeaning::kUnread},
    {"DESGAST", WordMeaning::kUnread},
    {"ENFERRUJ", WordMeaning::kUnread},
    {"FERRUG", WordMeaning::kUnread},
    {"OXIDAD", WordMeaning::kUnread},
    {"CORROI", WordMeaning::kUnread},
    {"RUSTED", WordMeaning::kUnread},
    {"CORRODED", WordMeaning::kUnread},
    {"VIDE", WordMeaning::kUnread},
    {"ESCLARECER", WordMeaning::kUnread},
    {"APURA", WordMeaning::kUnread},
    {"PENDING", WordMeaning::kUnread},
    {"TEST", WordMeaning::kUnread},
    {"NULL", WordMeaning::kUnread},

    // Only part of it, or in doubt.
    {"PARC", WordMeaning::kPartial},
    {"PARTIAL", WordMeaning::kPartial},
    {"PARTIEL", WordMeaning::kPartial},
    {"TEILWEISE", WordMeaning::kPartial},
    {"GEDEELTEL", WordMeaning::kPartial},
    {"CZESCIOW", WordMeaning::kPartial},
    {"INCOMPLET", WordMeaning::kPartial},
    {"UNVOLLST", WordMeaning::kPartial},
    {"DIGIT", WordMeaning::kPartial},
    {"ALGARISM", WordMeaning::kPartial},
    {"POSSIVEL", WordMeaning::kPartial},
    {"POSSIBL", WordMeaning::kPartial},
    {"POSIBLE", WordMeaning::kPartial},
    {"PROVAVEL", WordMeaning::kPartial},
    {"PROBAB", WordMeaning::kPartial},
    {"MAYBE", WordMeaning::kPartial},
    {"DOUBT", WordMeaning::kPartial},
    {"DUVID", WordMeaning::kPartial},
    {"UNSURE", WordMeaning::kPartial},
    {"APPROX", WordMeaning::kPartial},
};

// Whole tokens.
constexpr Stem kWholeWords[] = {
    {"LIME", WordMeaning::kRemoved},  {"OFF", WordMeaning::kRemoved},
    {"NO", WordMeaning::kAbsent},     {"NC", WordMeaning::kAbsent},
    {"SN", WordMeaning::kAbsent},     {"SEM", WordMeaning::kAbsent},
    {"NIL", WordMeaning::kAbsent},    {"NI", WordMeaning::kUnread},
    {"NA", WordMeaning::kUnread},     {"NL", WordMeaning::kUnread},
    {"ND", WordMeaning::kUnread},     {"IG", WordMeaning::kUnread},
    {"IGN", WordMeaning::kUnread},    {"UNK", WordMeaning::kUnread},
    {"TBC", WordMeaning::kUnread},    {"TBA", WordMeaning::kUnread},
    {"TBD", WordMeaning::kUnread},    {"NAN", WordMeaning::kUnread},
    {"OBS", WordMeaning::kUnread},    {"OU", WordMeaning::kPartial},
    {"OR", WordMeaning::kPartial},    {"ODER", WordMeaning::kPartial},
    {"LUB", WordMeaning::kPartial},   {"EX", WordMeaning::kFunction},
    {"NAO", WordMeaning::kFunction},  {"NOT", WordMeaning::kFunction},
    {"NON", WordMeaning::kFunction},  {"NIE", WordMeaning::kFunction},
    {"SIN", WordMeaning::kAbsent},    {"BEZ", WordMeaning::kAbsent},
    {"POR", WordMeaning::kFunction},  {"PARA", WordMeaning::kFunction},
    {"PER", WordMeaning::kFunction},  {"COM", WordMeaning::kFunction},
    {"CON", WordMeaning::kFunction},  {"QUE", WordMeaning::kFunction},
    {"UMA", WordMeaning::kFunction},  {"UNA", WordMeaning::kFunction},
    {"DOS", WordMeaning::kFunction},  {"DAS", WordMeaning::kFunction},
    {"DEL", WordMeaning::kFunction},  {"LOS", WordMeaning::kFunction},
    {"LAS", WordMeaning::kFunction},  {"LES", WordMeaning::kFunction},
    {"DES", WordMeaning::kFunction},  {"SUR", WordMeaning::kFunction},
    {"THE", WordMeaning::kFunction},  {"AND", WordMeaning::kFunction},
    {"FOR", WordMeaning::kFunction},  {"BUT", WordMeaning::kFunction},
    {"WITH", WordMeaning::kFunction}, {"FROM", WordMeaning::kFunction},
    {"SEE", WordMeaning::kFunction},  {"VER", WordMeaning::kFunction},
    {"VOIR", WordMeaning::kFunction}, {"ZIE", WordMeaning::kFunction},
    {"DER", WordMeaning::kFunction},  {"DIE", WordMeaning::kFunction},
    {"UND", WordMeaning::kFunction},  {"AUF", WordMeaning::kFunction},
    {"VON", WordMeaning::kFunction},  {"HET", WordMeaning::kFunction},
    {"EEN", WordMeaning::kFunction},  {"VAN", WordMeaning::kFunction},
    {"OCH", WordMeaning::kFunction},  {"LADO", WordMeaning::kFunction},
    {"FACE", WordMeaning::kFunction}, {"BASE", WordMeaning::kFunction},
    {"ARMA", WordMeaning::kFunction}, {"SIDE", WordMeaning::kFunction},
    {"LEFT", WordMeaning::kFunction}, {"COMO", WordMeaning::kFunction},
    {"CAL", WordMeaning::kFunction},  {"MOD", WordMeaning::kFunction},
    {"LOT", WordMeaning::kFunction},  {"LOTE", WordMeaning::kFunction},
    {"SEAL", WordMeaning::kFunction}, {"TAG", WordMeaning::kFunction},
    {"REF", WordMeaning::kFunction},  {"GUN", WordMeaning::kFunction},
    {"TWO", WordMeaning::kFunction},
};

struct PartStem {
  absl::string_view text;
  SerialPart part;
};

constexpr PartStem kParts[] = {
    {"ARMACAO", SerialPart::kFrame},     {"ARMAZON", SerialPart::kFrame},
    {"CARCA", SerialPart::kFrame},       {"CHASSI", SerialPart::kFrame},
    {"FRAME", SerialPart::kFrame},       {"GRIFFSTUCK", SerialPart::kFrame},
    {"RAHMEN", SerialPart::kFrame},      {"SZKIELET", SerialPart::kFrame},
    {"TELAIO", SerialPart::kFrame},      {"FUSTO", SerialPart::kFrame},
    {"RECEIVER", SerialPart::kReceiver}, {"MECANISMO", SerialPart::kReceiver},
    {"RECEPT", SerialPart::kReceiver},   {"SYSTEMKASTEN", SerialPart::kReceiver},
    {"FERROLHO", SerialPart::kSlide},    {"SLIDE", SerialPart::kSlide},
    {"CORREDERA", SerialPart::kSlide},   {"SCHLITTEN", SerialPart::kSlide},
    {"SLEDE", SerialPart::kSlide},       {"GLISSIERE", SerialPart::kSlide},
    {"CARRELLO", SerialPart::kSlide},    {"CULASSE", SerialPart::kBolt},
    {"BOLT", SerialPart::kBolt},         {"CERROJO", SerialPart::kBolt},
    {"VERSCHLUSS", SerialPart::kBolt},   {"ZAMEK", SerialPart::kBolt},
    {"OTTURATORE", SerialPart::kBolt},   {"CANO", SerialPart::kBarrel},
    {"CANON", SerialPart::kBarrel},      {"CANNA", SerialPart::kBarrel},
    {"BARREL", SerialPart::kBarrel},     {"LAUF", SerialPart::kBarrel},
    {"LOOP", SerialPart::kBarrel},       {"LUFA", SerialPart::kBarrel},
    {"TAMBOR", SerialPart::kCylinder},   {"CYLINDER", SerialPart::kCylinder},
    {"BARILLET", SerialPart::kCylinder}, {"TROMMEL", SerialPart::kCylinder},
    {"TAMBURO", SerialPart::kCylinder},  {"CORONHA", SerialPart::kStock},
    {"STOCK", SerialPart::kStock},       {"CULATA", SerialPart::kStock},
    {"CROSSE", SerialPart::kStock},      {"CARREGADOR", SerialPart::kMagazine},
    {"MAGAZINE", SerialPart::kMagazine}, {"CARGADOR", SerialPart::kMagazine},
    {"EMPUNHADURA", SerialPart::kFrame}, {"GRIP", SerialPart::kFrame},
};

constexpr absl::string_view kLabels[] = {
    "SERIAL", "SERIE",     "SERIES", "SERIENNUMMER", "SERIENUMMER", "SERIENR",
    "NUMERO", "NUMBER",    "NUMMER", "NUM",          "NUMER",       "NR",
    "NRO",    "MATRICULE", "SER",    "WAFFENNUMMER",
};

// What a digit among letters was meant for.
char TypedFor(char c) {
  switch (c) {
    case '0':
      return 'O';
    case '1':
      return 'I';
    case '3':
      return 'E';
    case '4':
      return 'A';
    case '5':
      return 'S';
    default:
      return c;
  }
}

WordMeaning Lookup(absl::string_view token) {
  for (const Stem& word : kWholeWords) {
    if (token == word.text) return word.meaning;
  }
  if (token.size() < 4) return WordMeaning::kNone;
  for (const Stem& stem : kStems) {
    if (absl::StartsWith(token, stem.text)) return stem.meaning;
  }
  return WordMeaning::kNone;
}

}  // namespace

WordMeaning MeaningOfWord(absl::string_view token) {
  const size_t digits = static_cast<size_t>(
      std::count_if(token.begin(), token.end(), [](unsigned char c) { return c <= '9'; }));
  if (digits == 0) return Lookup(token);
  // A word in which a few letters were typed as digits, and not a number with a few letters.
  if (token.size() < 4 || digits * 3 > token.size()) return WordMeaning::kNone;
  std::string typed(token);
  std::transform(typed.begin(), typed.end(), typed.begin(), TypedFor);
  return Lookup(typed);
}

SerialPart PartOfWord(absl::string_view token) {
  for (const PartStem& stem : kParts) {
    // Short names only whole: "CANO" is a barrel, "CANOAS" a town.
    if (stem.text.size() <= 5 ? token == stem.text : absl::StartsWith(token, stem.text)) {
      return stem.part;
    }
  }
  return SerialPart::kUnspecified;
}

bool IsSerialLabel(absl::string_view token) {
  return std::find(std::begin(kLabels), std::end(kLabels), token) != std::end(kLabels);
}

}  // namespace serieslink::linkage

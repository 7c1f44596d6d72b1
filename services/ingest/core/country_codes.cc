#include "services/ingest/core/country_codes.h"

#include <bitset>

namespace serieslink::ingest {
namespace {

constexpr int kLetters = 26;

// Officially assigned: ISO 3166-1:2020. The test compares it with the time-zone database's table.
constexpr std::string_view kAssigned =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ "
    "BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ "
    "DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET "
    "FI FJ FK FM FO FR "
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY "
    "HK HM HN HR HT HU "
    "ID IE IL IM IN IO IQ IR IS IT "
    "JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ "
    "LA LB LC LI LK LR LS LT LU LV LY "
    "MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ "
    "NA NC NE NF NG NI NL NO NP NR NU NZ "
    "OM "
    "PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA "
    "RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ "
    "TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ "
    "UA UG UM US UY UZ "
    "VA VC VE VG VI VN VU "
    "WF WS "
    "YE YT "
    "ZA ZM ZW";

// Withdrawn and not assigned again: ISO 3166-3.
constexpr std::string_view kWithdrawn =
    "AN BU CS CT DD DY FQ FX HV JT MI NH NQ NT PC PU PZ RH SU TP VD WK YD YU ZR";

int IndexOf(char first, char second) { return (first - 'A') * kLetters + (second - 'A'); }

std::bitset<kLetters * kLetters> MakeCodes() {
  std::bitset<kLetters * kLetters> codes;
  for (const std::string_view table : {kAssigned, kWithdrawn}) {
    for (std::size_t at = 0; at < table.size(); at += 3) {
      codes.set(IndexOf(table[at], table[at + 1]));
    }
  }
  // Left to users: AA, QM to QZ, XA to XZ, ZZ (ISO 3166-1, 8.1.3).
  codes.set(IndexOf('A', 'A'));
  codes.set(IndexOf('Z', 'Z'));
  for (char second = 'M'; second <= 'Z'; ++second) codes.set(IndexOf('Q', second));
  for (char second = 'A'; second <= 'Z'; ++second) codes.set(IndexOf('X', second));
  return codes;
}

}  // namespace

bool IsLeftToUsers(std::string_view code) {
  if (code.size() != 2 || code == "XK") return false;
  return code == "AA" || code == "ZZ" || code[0] == 'X' ||
         (code[0] == 'Q' && code[1] >= 'M' && code[1] <= 'Z');
}

bool IsCountryCode(std::string_view code) {
  static const auto codes = MakeCodes();
  if (code.size() != 2) return false;
  for (const char letter : code) {
    if (letter < 'A' || letter > 'Z') return false;
  }
  return codes.test(IndexOf(code[0], code[1]));
}

}  // namespace serieslink::ingest

#include "tests/synth/agencies.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace serieslink::synth {
namespace {

constexpr Borough kLondon[] = {
    {"E09000002", "Barking and Dagenham"},
    {"E09000003", "Barnet"},
    {"E09000004", "Bexley"},
    {"E09000005", "Brent"},
    {"E09000006", "Bromley"},
    {"E09000007", "Camden"},
    {"E09000008", "Croydon"},
    {"E09000009", "Ealing"},
    {"E09000010", "Enfield"},
    {"E09000011", "Greenwich"},
    {"E09000012", "Hackney"},
    {"E09000013", "Hammersmith and Fulham"},
    {"E09000014", "Haringey"},
    {"E09000015", "Harrow"},
    {"E09000016", "Havering"},
    {"E09000017", "Hillingdon"},
    {"E09000018", "Hounslow"},
    {"E09000019", "Islington"},
    {"E09000020", "Kensington and Chelsea"},
    {"E09000021", "Kingston upon Thames"},
    {"E09000022", "Lambeth"},
    {"E09000023", "Lewisham"},
    {"E09000024", "Merton"},
    {"E09000025", "Newham"},
    {"E09000026", "Redbridge"},
    {"E09000027", "Richmond upon Thames"},
    {"E09000028", "Southwark"},
    {"E09000029", "Sutton"},
    {"E09000030", "Tower Hamlets"},
    {"E09000031", "Waltham Forest"},
    {"E09000032", "Wandsworth"},
    {"E09000033", "Westminster"},
};
constexpr Borough kCityOfLondon[] = {{"E09000001", "City of London"}};
constexpr Borough kMerseyside[] = {
    {"E08000011", "Knowsley"}, {"E08000012", "Liverpool"}, {"E08000013", "St Helens"},
    {"E08000014", "Sefton"},   {"E08000015", "Wirral"},
};
constexpr Borough kGreaterManchester[] = {
    {"E08000001", "Bolton"},    {"E08000002", "Bury"},     {"E08000003", "Manchester"},
    {"E08000004", "Oldham"},    {"E08000005", "Rochdale"}, {"E08000006", "Salford"},
    {"E08000007", "Stockport"}, {"E08000008", "Tameside"}, {"E08000009", "Trafford"},
    {"E08000010", "Wigan"},
};
constexpr Borough kWestMidlands[] = {
    {"E08000025", "Birmingham"},    {"E08000026", "Coventry"}, {"E08000027", "Dudley"},
    {"E08000028", "Sandwell"},      {"E08000029", "Solihull"}, {"E08000030", "Walsall"},
    {"E08000031", "Wolverhampton"},
};
constexpr Borough kWestYorkshire[] = {
    {"E08000032", "Bradford"}, {"E08000033", "Calderdale"}, {"E08000034", "Kirklees"},
    {"E08000035", "Leeds"},    {"E08000036", "Wakefield"},
};
constexpr Borough kKent[] = {
    {"E06000035", "Medway"},    {"E07000105", "Ashford"},         {"E07000106", "Canterbury"},
    {"E07000107", "Dartford"},  {"E07000108", "Dover"},           {"E07000109", "Gravesham"},
    {"E07000110", "Maidstone"}, {"E07000111", "Sevenoaks"},       {"E07000113", "Swale"},
    {"E07000114", "Thanet"},    {"E07000116", "Tunbridge Wells"},
};
constexpr Borough kEssex[] = {
    {"E06000033", "Southend-on-Sea"}, {"E06000034", "Thurrock"},   {"E07000066", "Basildon"},
    {"E07000067", "Braintree"},       {"E07000070", "Chelmsford"}, {"E07000071", "Colchester"},
    {"E07000072", "Epping Forest"},   {"E07000073", "Harlow"},     {"E07000076", "Tendring"},
};

constexpr Force kForces[] = {
    {"mps", "CRIS", ReferenceForm::kNumberYear, kLondon, 267, true},
    {"kent", "ATHENA", ReferenceForm::kAreaNumber, kKent, 25, true},
    {"mers", "NICHE", ReferenceForm::kYearNumberYear, kMerseyside, 45, true},
    // Its crimes happen in the areas of the others; these are where its trains run in London.
    {"btp", "GEOFFREY", ReferenceForm::kLetterNumber, kLondon, 12, false},
    {"wmp", "CONNECT", ReferenceForm::kNumberYear, kWestMidlands, 110, true},
    {"gmp", "POLICEWORKS", ReferenceForm::kNumberYear, kGreaterManchester, 85, true},
    {"wyp", "NICHE", ReferenceForm::kYearNumberYear, kWestYorkshire, 70, true},
    {"essex", "ATHENA", ReferenceForm::kAreaNumber, kEssex, 30, true},
    {"city", "NICHE", ReferenceForm::kYearNumberYear, kCityOfLondon, 3, false},
};

void AppendYear(int year, std::string* text) {
  absl::StrAppend(text, absl::Dec(year % 100, absl::kZeroPad2));
}

void AppendReference(const Force& force, std::uint64_t number, int year, std::string* text) {
  switch (force.form) {
    case ReferenceForm::kNumberYear:
      absl::StrAppend(text, 1'000'000 + number);
      break;
    case ReferenceForm::kLetterNumber:
      text->push_back("BLNS"[number % 4]);
      absl::StrAppend(text, "-", 1'000 + number);
      break;
    case ReferenceForm::kAreaNumber:
      absl::StrAppend(text, "46/", 100'000 + number);
      break;
    case ReferenceForm::kYearNumberYear:
      AppendYear(year, text);
      absl::StrAppend(text, absl::Dec(number, absl::kZeroPad9));
      break;
  }
  text->push_back('/');
  AppendYear(year, text);
}

}  // namespace

absl::Span<const Force> AllForces() { return kForces; }

std::string OwnReference(const Force& force, std::uint64_t number, int year) {
  std::string text;
  AppendReference(force, number, year, &text);
  return text;
}

std::string NamedReference(const Force& force, std::uint64_t number, int year) {
  std::string text = absl::AsciiStrToUpper(force.agency);
  text.push_back(' ');
  AppendReference(force, number, year, &text);
  return text;
}

}  // namespace serieslink::synth

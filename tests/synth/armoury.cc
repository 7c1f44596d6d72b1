#include "tests/synth/armoury.h"

#include <algorithm>

namespace serieslink::synth {
namespace {

// Letters that makers stamp: those that are taken for digits are mostly avoided.
constexpr char kLetters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
constexpr std::uint64_t kLetterCount = sizeof(kLetters) - 1;

// The places of makes, calibres and spellings in their tables.
enum MakePlace : std::uint8_t {
  kGlock,
  kSmithWesson,
  kBeretta,
  kBrowning,
  kCz,
  kBaikal,
  kEkol,
  kRetay,
  kBruni,
  kZoraki,
  kColt,
  kWebley,
  kEnfield,
  kZastava,
  kWalther,
  kSigSauer,
  kRuger,
  kFnHerstal,
  kTanfoglio,
  kIwi,
  kBenelli,
  kHatsan,
  kMossberg,
  kBsa,
  kRemington,
  kTaurus,
  kStar,
};
constexpr const char* kGlockSpellings[] = {"Glock", "GLOCK", "Glok", "GLOCK GmbH"};
constexpr const char* kSmithWessonSpellings[] = {"Smith & Wesson", "S&W", "Smith and Wesson",
                                                 "SMITH WESSON"};
constexpr const char* kBerettaSpellings[] = {"Beretta", "BERETTA", "Pietro Beretta", "P. Beretta"};
constexpr const char* kBrowningSpellings[] = {"Browning", "BROWNING", "Browning Arms"};
constexpr const char* kCzSpellings[] = {"CZ", "Ceska Zbrojovka", "CZUB"};
constexpr const char* kBaikalSpellings[] = {"Baikal", "BAIKAL", "Izhmekh", "Izhevsk"};
constexpr const char* kEkolSpellings[] = {"Ekol", "EKOL", "Voltran", "Ekol Voltran"};
constexpr const char* kRetaySpellings[] = {"Retay", "RETAY", "Retay Arms"};
constexpr const char* kBruniSpellings[] = {"Bruni", "BRUNI"};
constexpr const char* kZorakiSpellings[] = {"Zoraki", "ZORAKI", "Atak Arms"};
constexpr const char* kColtSpellings[] = {"Colt", "COLT", "Colts Mfg"};
constexpr const char* kWebleySpellings[] = {"Webley", "WEBLEY", "Webley & Scott"};
constexpr const char* kEnfieldSpellings[] = {"Enfield", "ENFIELD", "R.S.A.F. Enfield"};
constexpr const char* kZastavaSpellings[] = {"Zastava", "ZASTAVA", "Crvena Zastava"};
constexpr const char* kWaltherSpellings[] = {"Walther", "WALTHER", "Carl Walther"};
constexpr const char* kSigSauerSpellings[] = {"SIG Sauer", "SIG SAUER", "Sig", "Sigarms"};
constexpr const char* kRugerSpellings[] = {"Ruger", "RUGER", "Sturm Ruger"};
constexpr const char* kFnHerstalSpellings[] = {"FN Herstal", "FN", "Fabrique Nationale"};
constexpr const char* kTanfoglioSpellings[] = {"Tanfoglio", "TANFOGLIO", "F. Tanfoglio"};
constexpr const char* kIwiSpellings[] = {"IWI", "IMI", "Israel Weapon Industries"};
constexpr const char* kBenelliSpellings[] = {"Benelli", "BENELLI", "Benelli Armi"};
constexpr const char* kHatsanSpellings[] = {"Hatsan", "HATSAN"};
constexpr const char* kMossbergSpellings[] = {"Mossberg", "MOSSBERG", "O.F. Mossberg"};
constexpr const char* kBsaSpellings[] = {"BSA", "B.S.A.", "Birmingham Small Arms"};
constexpr const char* kRemingtonSpellings[] = {"Remington", "REMINGTON", "Remington Arms"};
constexpr const char* kTaurusSpellings[] = {"Taurus", "TAURUS", "Forjas Taurus"};
constexpr const char* kStarSpellings[] = {"Star", "STAR", "Bonifacio Echeverria"};
constexpr Make kMakes[] = {
    {kGlockSpellings},     {kSmithWessonSpellings}, {kBerettaSpellings},   {kBrowningSpellings},
    {kCzSpellings},        {kBaikalSpellings},      {kEkolSpellings},      {kRetaySpellings},
    {kBruniSpellings},     {kZorakiSpellings},      {kColtSpellings},      {kWebleySpellings},
    {kEnfieldSpellings},   {kZastavaSpellings},     {kWaltherSpellings},   {kSigSauerSpellings},
    {kRugerSpellings},     {kFnHerstalSpellings},   {kTanfoglioSpellings}, {kIwiSpellings},
    {kBenelliSpellings},   {kHatsanSpellings},      {kMossbergSpellings},  {kBsaSpellings},
    {kRemingtonSpellings}, {kTaurusSpellings},      {kStarSpellings},
};

enum CalibrePlace : std::uint8_t {
  k9x19,
  k9x17,
  k9x18,
  k9Pak,
  k8Blank,
  k38Special,
  k38Short,
  k357Magnum,
  k45Acp,
  k455Webley,
  k32Acp,
  k762x25,
  k22Lr,
  k308,
  k12Bore,
  k20Bore,
  k410,
};
constexpr const char* k9x19Notations[] = {"9x19", "9 mm Luger", "9mm Parabellum", "9x19 NATO"};
constexpr const char* k9x17Notations[] = {"9 mm Short", ".380 ACP", "9x17", ".380 Auto"};
constexpr const char* k9x18Notations[] = {"9x18", "9 mm Makarov", "9x18 Makarov"};
constexpr const char* k9PakNotations[] = {"9 mm P.A.K.", "9mm PAK", "9 mm blank"};
constexpr const char* k8BlankNotations[] = {"8 mm blank", "8mm Knall", "8mm K"};
constexpr const char* k38SpecialNotations[] = {".38 Special", ".38 Spl", ".38 spec"};
constexpr const char* k38ShortNotations[] = {".38 S&W", ".38 Short", ".38 SW"};
constexpr const char* k357MagnumNotations[] = {".357 Magnum", ".357 Mag", ".357"};
constexpr const char* k45AcpNotations[] = {".45 ACP", ".45 Auto", ".45"};
constexpr const char* k455WebleyNotations[] = {".455 Webley", ".455"};
constexpr const char* k32AcpNotations[] = {".32 ACP", "7.65 Browning", "7.65x17", ".32 Auto"};
constexpr const char* k762x25Notations[] = {"7.62x25", "7.62 Tokarev", "7.62 TT"};
constexpr const char* k22LrNotations[] = {".22 LR", ".22 Long Rifle", ".22lr"};
constexpr const char* k308Notations[] = {".308 Win", "7.62x51", ".308 Winchester", "7.62 NATO"};
constexpr const char* k12BoreNotations[] = {"12 bore", "12 gauge", "12G", "12/70", "12 ga"};
constexpr const char* k20BoreNotations[] = {"20 bore", "20 gauge", "20G"};
constexpr const char* k410Notations[] = {".410", ".410 bore", ".410 ga"};
constexpr Calibre kCalibres[] = {
    {k9x19Notations, "9 mm class"},   {k9x17Notations, "9 mm class"},
    {k9x18Notations, "9 mm class"},   {k9PakNotations, "9 mm class"},
    {k8BlankNotations, "8 mm blank"}, {k38SpecialNotations, ".38 class"},
    {k38ShortNotations, ".38 class"}, {k357MagnumNotations, ".38 class"},
    {k45AcpNotations, ".45 ACP"},     {k455WebleyNotations, ".455 Webley"},
    {k32AcpNotations, ".32 class"},   {k762x25Notations, "7.62 mm class"},
    {k22LrNotations, ".22 class"},    {k308Notations, "7.62 mm class"},
    {k12BoreNotations, "12 bore"},    {k20BoreNotations, "20 bore"},
    {k410Notations, ".410"},
};

constexpr Model kModels[] = {
    {kGlock, "17", k9x19, GunSort::kPistol, "AAA999", false, 70},
    {kGlock, "19", k9x19, GunSort::kPistol, "AAAA999", false, 40},
    {kBeretta, "92", k9x19, GunSort::kPistol, "A99999A", false, 35},
    {kBrowning, "Hi-Power", k9x19, GunSort::kPistol, "999AA99999", false, 30},
    {kCz, "75", k9x19, GunSort::kPistol, "A9999999", false, 30},
    {kWalther, "PPK", k9x17, GunSort::kPistol, "999999A", true, 25},
    {kSigSauer, "P226", k9x19, GunSort::kPistol, "U999999", false, 20},
    {kTaurus, "PT 92", k9x19, GunSort::kPistol, "TAA99999", false, 15},
    {kTanfoglio, "Stock", k9x19, GunSort::kPistol, "AA99999", false, 10},
    {kColt, "1911", k45Acp, GunSort::kPistol, "A999999", true, 15},
    {kZastava, "M57", k762x25, GunSort::kPistol, "A-999999", true, 25},
    {kZastava, "M70", k32Acp, GunSort::kPistol, "999999", true, 20},
    {kFnHerstal, "1910", k32Acp, GunSort::kPistol, "999999", true, 15},
    {kStar, "Model B", k9x19, GunSort::kPistol, "9999999", true, 10},
    {kBaikal, "IZH-79", k9x18, GunSort::kPistol, "9999999999", false, 30},
    {kSmithWesson, "10", k38Special, GunSort::kRevolver, "A999999", false, 45},
    {kSmithWesson, "686", k357Magnum, GunSort::kRevolver, "AAA9999", false, 25},
    {kColt, "Detective Special", k38Special, GunSort::kRevolver, "999999", true, 15},
    {kRuger, "SP101", k357Magnum, GunSort::kRevolver, "999-99999", false, 15},
    {kWebley, "Mk VI", k455Webley, GunSort::kRevolver, "999999", true, 25},
    {kWebley, "Mk IV", k38Short, GunSort::kRevolver, "A99999", true, 15},
    // Numbers of five characters: too short to identify a gun by themselves.
    {kEnfield, "No 2", k38Short, GunSort::kRevolver, "A9999", true, 20},
    {kBeretta, "686 Silver Pigeon", k12Bore, GunSort::kShotgun, "A99999A", false, 45},
    {kBrowning, "B525", k20Bore, GunSort::kShotgun, "99999AA999", false, 35},
    {kBrowning, "B725", k12Bore, GunSort::kShotgun, "99999AA999", false, 25},
    {kBaikal, "IZH-27", k12Bore, GunSort::kShotgun, "99999999", false, 30},
    {kBenelli, "M2", k12Bore, GunSort::kShotgun, "A999999", false, 25},
    {kHatsan, "Escort", k12Bore, GunSort::kShotgun, "999999", false, 20},
    {kMossberg, "500", k12Bore, GunSort::kShotgun, "A999999", false, 15},
    {kWebley, "700", k12Bore, GunSort::kShotgun, "999999", true, 20},
    {kBaikal, "IZH-18", k410, GunSort::kShotgun, "99999999", false, 15},
    {kCz, "457", k22Lr, GunSort::kRifle, "A999999", false, 25},
    {kBsa, "CF2", k308, GunSort::kRifle, "9A99999", true, 10},
    {kRemington, "700", k308, GunSort::kRifle, "A9999999", false, 15},
    {kRuger, "10/22", k22Lr, GunSort::kRifle, "999-99999", false, 20},
    {kIwi, "Uzi", k9x19, GunSort::kSubMachineGun, "999999", false, 10},
    {kCz, "vz. 61", k32Acp, GunSort::kSubMachineGun, "A99999", false, 15},
    {kEkol, "Tuna", k8Blank, GunSort::kBlankFirer, "ETU-9999999", false, 30},
    {kEkol, "Firat Magnum", k9Pak, GunSort::kBlankFirer, "EV-9999999", false, 40},
    {kRetay, "G17", k9Pak, GunSort::kBlankFirer, "RT99-999999", false, 60},
    {kZoraki, "914", k9Pak, GunSort::kBlankFirer, "9999-999999", false, 25},
    {kBruni, "8000", k8Blank, GunSort::kBlankFirer, "A99999", false, 35},
};

}  // namespace

absl::Span<const Make> Makes() { return kMakes; }
absl::Span<const Calibre> Calibres() { return kCalibres; }
absl::Span<const Model> Models() { return kModels; }

std::uint8_t ConvertedCalibre(const Model& model) {
  return model.calibre == k8Blank ? k32Acp : k9x19;
}

std::uint64_t NumbersOfShape(const char* shape) {
  std::uint64_t numbers = 1;
  for (; *shape != '\0'; ++shape) numbers *= *shape == 'A' ? kLetterCount : *shape == '9' ? 10 : 1;
  return numbers;
}

std::string SerialOfShape(const char* shape, std::uint64_t number) {
  std::string serial(shape);
  for (auto place = serial.rbegin(); place != serial.rend(); ++place) {
    if (*place == 'A') {
      *place = kLetters[number % kLetterCount];
      number /= kLetterCount;
    } else if (*place == '9') {
      *place = static_cast<char>('0' + number % 10);
      number /= 10;
    }
  }
  return serial;
}

std::uint64_t NumberOfSerial(const char* shape, const std::string& serial) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < serial.size(); ++i) {
    if (shape[i] == 'A') {
      const char* const letter = std::find(kLetters, kLetters + kLetterCount, serial[i]);
      number = number * kLetterCount + static_cast<std::uint64_t>(letter - kLetters);
    } else if (shape[i] == '9') {
      number = number * 10 + static_cast<std::uint64_t>(serial[i] - '0');
    }
  }
  return number;
}

// The numbers below `count` in another order, by `seed`. One to one, so that different guns have
// different numbers; and no digit of one says anything of the other, so that what a gun is called
// in the truth cannot be read from what is stamped on it.
std::uint64_t Shuffled(std::uint64_t number, std::uint64_t count, std::uint64_t seed) {
  // A Feistel network over halves of the bits that `count` needs, gone through again until the
  // result is below `count`: fewer than four times on average.
  int half = 1;
  while ((std::uint64_t{1} << (2 * half)) < count) ++half;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  do {
    for (std::uint64_t round = 0; round < 4; ++round) {
      const std::uint64_t left = number >> half;
      const std::uint64_t right = number & mask;
      number = right << half | (left ^ (Mix(Mix(seed + round) ^ right) & mask));
    }
  } while (number >= count);
  return number;
}

Gun MakeGun(std::uint64_t seed, std::uint64_t number, std::uint8_t model) {
  const Model& made = kModels[model];
  Gun gun;
  gun.number = number;
  gun.model = model;
  gun.calibre = made.calibre;
  const std::uint64_t numbers = NumbersOfShape(made.serial_shape);
  gun.serial = SerialOfShape(made.serial_shape, Shuffled(number % numbers, numbers, seed));
  return gun;
}

std::uint8_t PickModel(absl::Span<const GunSort> sorts, Random& random) {
  const auto wanted = [&](const Model& model) {
    return sorts.empty() || std::find(sorts.begin(), sorts.end(), model.sort) != sorts.end();
  };
  std::uint32_t total = 0;
  for (const Model& model : kModels) total += wanted(model) ? model.weight : 0;
  std::uint32_t at = random.Below(total);
  std::uint8_t place = 0;
  for (const Model& model : kModels) {
    if (wanted(model)) {
      if (at < model.weight) break;
      at -= model.weight;
    }
    ++place;
  }
  return place;
}

}  // namespace serieslink::synth

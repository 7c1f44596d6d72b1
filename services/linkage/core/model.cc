#include "services/linkage/core/model.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "services/linkage/core/mark_score.h"
#include "services/linkage/core/text_faults.h"
#include "services/linkage/core/vocabulary.h"

namespace serieslink::linkage {
namespace {

constexpr char kAbout[] = "linkage model: ";
constexpr double kWeightMaxLog2 = 100;
constexpr size_t kVersionLengthMax = 40;
constexpr uint32_t kGuardMax = 4096;

double Rounded(double log2) { return std::round(log2 * 1024) / 1024; }

// Collects what is wrong, by field.
class Check {
 public:
  // False, and noted, unless `value` lies within the two, which it may equal.
  bool Within(const std::string& field, double value, double low, double high) {
    if (value >= low && value <= high) return true;
    faults_.push_back(absl::StrCat(field, " must be from ", low, " to ", high));
    return false;
  }
  bool Share(const std::string& field, double value) {
    if (value > 0 && value <= 1) return true;
    faults_.push_back(absl::StrCat(field, " must be more than 0 and at most 1"));
    return false;
  }
  void Source(const std::string& field, const std::string& source) {
    if (source.empty()) Fault(absl::StrCat(field, ".source"), "is missing");
  }
  void Fault(const std::string& field, absl::string_view what) {
    faults_.push_back(absl::StrCat(field, " ", what));
  }
  absl::Status Result() const {
    if (faults_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(kAbout, absl::StrJoin(faults_, "; ")));
  }

 private:
  std::vector<std::string> faults_;
};

bool IsName(absl::string_view name, absl::string_view others) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           others.find(c) != absl::string_view::npos;
  });
}

void ReadPrior(const v1::LinkageModel& file, Check& check, Model* model) {
  if (!file.has_prior()) return check.Fault("prior", "is missing");
  check.Within("prior.log2_odds", file.prior().log2_odds(), -60, 0);
  check.Source("prior", file.prior().source());
  model->prior = {Rounded(file.prior().log2_odds()), file.prior().source()};
}

void ReadSerial(const v1::LinkageModel& file, Check& check, Model* model) {
  if (!file.has_serial()) return check.Fault("serial", "is missing");
  const v1::SerialComparison& serial = file.serial();
  check.Within("serial.bits_per_character", serial.bits_per_character(), 0.5, 6);
  check.Within("serial.silent_characters", serial.silent_characters(), 0, 4);
  check.Within("serial.telling_characters_max", serial.telling_characters_max(), 1,
               kMaxSerialLength);
  check.Source("serial", serial.source());
  std::set<int> seen;
  for (int i = 0; i < serial.levels_size(); ++i) {
    const v1::SerialLevel& level = serial.levels(i);
    const std::string field = absl::StrCat("serial.levels[", i, "]");
    const int agreement = level.agreement();
    if (agreement <= 0 || agreement >= static_cast<int>(kSerialAgreementCount)) {
      check.Fault(field + ".agreement", "is missing or unknown");
      continue;
    }
    if (!seen.insert(agreement).second) check.Fault(field + ".agreement", "is there twice");
    const bool has_m = check.Share(field + ".m", level.m());
    check.Within(field + ".spread_log2", level.spread_log2(), 0, 20);
    check.Source(field, level.source());
    if (!has_m) continue;
    const std::string source = absl::StrCat(level.source(), "; ", serial.source());
    for (uint32_t characters = 0; characters <= kMaxSerialLength; ++characters) {
      const uint32_t telling =
          std::min(characters - std::min(characters, serial.silent_characters()),
                   serial.telling_characters_max());
      const double log2 =
          std::log2(level.m()) + serial.bits_per_character() * telling - level.spread_log2();
      model->serial[static_cast<size_t>(agreement)][characters] = {Rounded(log2), source};
    }
  }
  for (int agreement = 1; agreement < static_cast<int>(kSerialAgreementCount); ++agreement) {
    if (seen.contains(agreement)) continue;
    check.Fault("serial.levels", absl::StrCat("lacks ", v1::SerialAgreement_Name(agreement)));
  }
}

void ReadLevel(const std::string& field, const v1::AttributeLevel& level, Check& check,
               ModelWeight* weight) {
  const bool has_m = check.Share(field + ".m", level.m());
  const bool has_u = check.Share(field + ".u", level.u());
  check.Source(field, level.source());
  if (has_m && has_u) *weight = {Rounded(std::log2(level.m() / level.u())), level.source()};
}

// `key`: of a value as written; 0 and 1 are no values.
template <typename KeyOf>
void ReadAttribute(const std::string& field, bool present, const v1::AttributeComparison& attribute,
                   const KeyOf& key, bool may_be_compatible, UnknownValues unknown, Check& check,
                   AttributeWeights* weights) {
  if (!present) return check.Fault(field, "is missing");
  ReadLevel(field + ".same", attribute.same(), check, &weights->same);
  ReadLevel(field + ".different", attribute.different(), check, &weights->different);
  if (may_be_compatible) {
    ReadLevel(field + ".compatible", attribute.compatible(), check, &weights->compatible);
  } else if (attribute.has_compatible()) {
    check.Fault(field + ".compatible", "is for calibres and types only");
  }
  for (int i = 0; i < attribute.frequencies_size(); ++i) {
    const v1::TermFrequency& term = attribute.frequencies(i);
    const std::string at = absl::StrCat(field, ".frequencies[", i, "]");
    const uint64_t value = key(term.value());
    const bool is_usable = value > 1 && !weights->by_value.contains(value);
    if (!is_usable && unknown == UnknownValues::kPassedOver) continue;
    if (value <= 1) check.Fault(at + ".value", "is missing or names nothing known");
    check.Source(at, term.source());
    if (!check.Share(at + ".share", term.share()) || !(attribute.same().m() > 0)) continue;
    const ModelWeight weight{
        Rounded(std::log2(attribute.same().m() / term.share())),
        absl::StrCat(attribute.same().source(), "; share of this value: ", term.source())};
    if (!weights->by_value.emplace(value, weight).second) {
      check.Fault(at + ".value", "is there twice, perhaps in another spelling");
    }
  }
}

void ReadThresholds(const v1::LinkageModel& file, Check& check, Model* model) {
  if (!file.has_thresholds()) return check.Fault("thresholds", "is missing");
  const v1::Thresholds& thresholds = file.thresholds();
  check.Within("thresholds.confirm_log2", thresholds.confirm_log2(), -kWeightMaxLog2,
               kWeightMaxLog2);
  check.Within("thresholds.lead_log2", thresholds.lead_log2(), -kWeightMaxLog2,
               thresholds.confirm_log2());
  check.Within("thresholds.confirm_characters", thresholds.confirm_characters(), kMinSerialLength,
               kMaxSerialLength);
  check.Within("thresholds.lead_characters", thresholds.lead_characters(), kMinSerialLength,
               thresholds.confirm_characters());
  check.Within("thresholds.guard_exhibits", thresholds.guard_exhibits(), 2, kGuardMax);
  check.Source("thresholds", thresholds.source());
  model->confirm_log2 = thresholds.confirm_log2();
  model->lead_log2 = thresholds.lead_log2();
  model->confirm_characters = static_cast<uint8_t>(thresholds.confirm_characters());
  model->lead_characters = static_cast<uint8_t>(thresholds.lead_characters());
  model->guard_exhibits = thresholds.guard_exhibits();
}

void ReadMarks(const v1::LinkageModel& file, Check& check, Model* model) {
  for (int i = 0; i < file.marks_size(); ++i) {
    const v1::MarkCalibration& mark = file.marks(i);
    const std::string field = absl::StrCat("marks[", i, "]");
    if (!IsMarkName(mark.mark())) check.Fault(field + ".mark", "is missing or no name of a mark");
    check.Within(field + ".intercept_log2", mark.intercept_log2(), -1000, 1000);
    check.Within(field + ".slope_log2", mark.slope_log2(), -1000, 1000);
    check.Within(field + ".weight_min_log2", mark.weight_min_log2(), -kWeightMaxLog2, 0);
    check.Within(field + ".weight_max_log2", mark.weight_max_log2(), 0, kWeightMaxLog2);
    check.Source(field, mark.source());
    const MarkWeights weights{mark.intercept_log2(), mark.slope_log2(), mark.weight_min_log2(),
                              mark.weight_max_log2(), mark.source()};
    if (!model->marks.emplace(mark.mark(), weights).second) {
      check.Fault(field + ".mark", "is there twice");
    }
  }
}

}  // namespace

double Model::MarkWeight(absl::string_view mark, double score) const {
  const auto found = marks.find(mark);
  if (found == marks.end()) return 0;
  const MarkWeights& weights = found->second;
  return Rounded(std::clamp(weights.intercept_log2 + weights.slope_log2 * score, weights.min_log2,
                            weights.max_log2));
}

absl::StatusOr<std::shared_ptr<const Model>> MakeModel(const v1::LinkageModel& file,
                                                       UnknownValues unknown) {
  auto model = std::make_shared<Model>();
  Check check;
  if (!IsName(file.version(), "-.") || file.version().size() > kVersionLengthMax) {
    check.Fault("version", "must be 1 to 40 lower-case letters, digits, hyphens and dots");
  }
  model->version = file.version();
  ReadPrior(file, check, model.get());
  ReadSerial(file, check, model.get());
  const auto calibre_key = [](const std::string& value) {
    return static_cast<uint64_t>(ReadCalibre(value));
  };
  const auto make_key = [](const std::string& value) { return ReadMake(value).key; };
  const auto model_key = [](const std::string& value) { return ModelKey(value); };
  ReadAttribute("make", file.has_make(), file.make(), make_key, false, unknown, check,
                &model->make);
  ReadAttribute("calibre", file.has_calibre(), file.calibre(), calibre_key, true, unknown, check,
                &model->calibre);
  ReadAttribute("model", file.has_model(), file.model(), model_key, false, unknown, check,
                &model->model);
  // Models of before types were compared stay models.
  model->weighs_types = file.has_type();
  if (file.has_type()) {
    const auto type_key = [](const std::string& value) {
      return static_cast<uint64_t>(ReadTypes(value) & kTellingTypes);
    };
    ReadAttribute("type", true, file.type(), type_key, true, unknown, check, &model->type);
  }
  ReadThresholds(file, check, model.get());
  ReadMarks(file, check, model.get());
  if (absl::Status status = check.Result(); !status.ok()) return status;
  return std::shared_ptr<const Model>(std::move(model));
}

absl::StatusOr<v1::LinkageModel> ParseModelText(absl::string_view text) {
  v1::LinkageModel file;
  google::protobuf::TextFormat::Parser parser;
  TextFaults text_faults;
  parser.RecordErrorsTo(&text_faults);
  parser.AllowUnknownField(true);
  const bool whole = parser.ParseFromString(std::string(text), &file);
  std::vector<std::string>& faults = text_faults.faults();
  if (whole && faults.empty()) return file;
  if (whole) {
    // All that is wrong at once, with what the rest lacks.
    const absl::Status rest = MakeModel(file).status();
    if (!rest.ok()) faults.emplace_back(absl::StripPrefix(rest.message(), kAbout));
  }
  return absl::InvalidArgumentError(absl::StrCat(kAbout, absl::StrJoin(faults, "; ")));
}

const std::shared_ptr<const Model>& DefaultModel() {
  static const auto* const model = [] {
    const auto file = ParseModelText(DefaultModelText());
    // A test reads the file that is built in, so that it is a model.
    return new std::shared_ptr<const Model>(
        MakeModel(file.value(), UnknownValues::kPassedOver).value());
  }();
  return *model;
}

}  // namespace serieslink::linkage

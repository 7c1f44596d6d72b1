#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "services/ingest/core/entries.h"
#include "services/ingest/core/feed_adapters.h"

namespace serieslink::ingest {
namespace {

using record::v1::Statistic;

// Beyond it a double does not tell whole numbers apart.
constexpr double kMaxValue = 9'007'199'254'740'992;
constexpr double kMaxShare = 100;

bool IsShare(const Statistic& statistic) {
  return statistic.kind() == record::v1::STATISTIC_KIND_SURVEY_SHARE;
}

// Whether `value` can be a figure of the statistic's kind; says so where it cannot. The ends of an
// interval of a number need not be whole.
bool ReadValue(std::string_view field, double value, bool is_end, const Statistic& statistic,
               FieldReader* reader) {
  if (!(value >= 0 && value <= kMaxValue)) {
    reader->Invalid(field, "must be a number that is not below 0");
  } else if (IsShare(statistic) && value > kMaxShare) {
    reader->Invalid(field, "must be per cent, 0 to 100");
  } else if (!IsShare(statistic) && !is_end && value != std::floor(value)) {
    reader->Invalid(field, "must be a whole number: a count, or a number of residents");
  } else {
    return true;
  }
  return false;
}

void ReadInterval(const feed::v1::PublishedFigure& figure, FieldReader* reader,
                  Statistic* statistic) {
  if (figure.has_low() != figure.has_high()) {
    reader->Missing(figure.has_low() ? "high" : "low");
    return;
  }
  if (!figure.has_low()) return;
  const bool is_low_good = ReadValue("low", figure.low(), true, *statistic, reader);
  const bool is_high_good = ReadValue("high", figure.high(), true, *statistic, reader);
  if (!is_low_good || !is_high_good) return;
  if (figure.has_value() && figure.low() > figure.value()) {
    reader->Invalid("low", "must not be above value");
  }
  if (figure.has_value() && figure.high() < figure.value()) {
    reader->Invalid("high", "must not be below value");
  }
  statistic->set_low(figure.low());
  statistic->set_high(figure.high());
}

void ReadSample(const feed::v1::PublishedFigure& figure, FieldReader* reader,
                Statistic* statistic) {
  constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
  if (IsShare(*statistic)) {
    if (!figure.has_sample_size()) reader->Missing("sample_size");
    if (!figure.has_sample_size_minimum()) reader->Missing("sample_size_minimum");
  }
  bool is_good = true;
  if (figure.has_sample_size()) {
    is_good = reader->NumberFits("sample_size", figure.sample_size(), 0, kMax);
    statistic->set_sample_size(figure.sample_size());
  }
  if (figure.has_sample_size_minimum()) {
    is_good =
        reader->NumberFits("sample_size_minimum", figure.sample_size_minimum(), 1, kMax) && is_good;
    statistic->set_sample_size_minimum(figure.sample_size_minimum());
  }
  if (is_good && figure.has_sample_size() && figure.has_sample_size_minimum() &&
      figure.sample_size() < figure.sample_size_minimum()) {
    reader->Invalid("sample_size",
                    "is below sample_size_minimum: of so few answers the survey's design allows no "
                    "figure");
  }
}

bool IsGss(const std::string& code) {
  return code.size() == 9 && absl::ascii_isupper(static_cast<unsigned char>(code[0])) &&
         std::all_of(code.begin() + 1, code.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

void ReadArea(const feed::v1::PublishedFigure& figure, FieldReader* reader, Statistic* statistic) {
  statistic->set_area_kind(
      reader->KnownCode("area_kind", figure.area_kind(), Vocabulary(kAreaKinds)));
  if (figure.area_kind().empty()) {
    reader->MustBeEmpty("area_code", figure.area_code().empty(), "says nothing without area_kind");
    reader->MustBeEmpty("boundary_year", !figure.has_boundary_year(),
                        "says nothing without area_kind");
    return;
  }
  if (figure.area_code().empty()) {
    reader->Missing("area_code");
  } else if (statistic->area_kind() != type::v1::AREA_KIND_FORCE && !IsGss(figure.area_code())) {
    // Elsewhere another code is kept as unknown; a figure of an unknown area is of none.
    reader->Invalid("area_code", "must be a GSS code: one upper-case letter and eight digits");
  } else {
    reader->Word("area_code", figure.area_code(), statistic, &Statistic::mutable_area_code);
  }
  if (figure.has_boundary_year() && reader->NumberFits("boundary_year", figure.boundary_year(),
                                                       kMinBoundaryYear, kMaxBoundaryYear)) {
    statistic->set_boundary_year(figure.boundary_year());
  }
}

}  // namespace

void AdaptStatistics(const feed::v1::PublishedFigure& figure, FieldReader* reader) {
  record::v1::Record& record = reader->record();
  reader->OwnSource("system", figure.system(), "", "record_id", figure.record_id());
  if (figure.has_version()) record.set_source_version(figure.version());
  record.set_kind(record::v1::RECORD_KIND_STATISTIC);
  Statistic* const statistic = record.mutable_statistic();
  if (reader->RequiredId("series", figure.series(), kMaxCodeBytes)) {
    statistic->set_series(figure.series());
  }
  reader->Text("title", figure.title(), statistic, &Statistic::mutable_title);
  if (figure.source().empty()) reader->Missing("source");
  reader->Text("source", figure.source(), statistic, &Statistic::mutable_source);
  statistic->set_kind(reader->RequiredCode("kind", figure.kind(), Vocabulary(kStatisticKinds)));
  if (figure.unit().empty()) reader->Missing("unit");
  reader->Word("unit", figure.unit(), statistic, &Statistic::mutable_unit);
  if (figure.period().empty()) reader->Missing("period");
  reader->Date("period", figure.period(), statistic, &Statistic::mutable_period);
  ReadArea(figure, reader, statistic);
  reader->AgeBand("age_band", figure.age_band(), statistic, &Statistic::mutable_age_band);
  if (!figure.has_value()) {
    reader->Missing("value");
  } else if (ReadValue("value", figure.value(), false, *statistic, reader)) {
    statistic->set_value(figure.value());
  }
  ReadInterval(figure, reader, statistic);
  ReadSample(figure, reader, statistic);
  ReadMarking("marking", figure.marking(), reader);
}

}  // namespace serieslink::ingest

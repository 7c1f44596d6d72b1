#include "services/summary/release/data_package.h"

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"
#include "services/summary/release/figures_csv.h"
#include "storage/base/digest.h"
#include "storage/base/text.h"

namespace serieslink::summary {
namespace {

using Json = nlohmann::ordered_json;

struct Field {
  const char* name;
  const char* type;
  const char* description;
};

constexpr Field kFigureFields[] = {
    {"measure", "string", "Id of the measure. A definition that changes gets a new version."},
    {"version", "integer", "Version of the measure's definition."},
    {"title", "string", "The measure as people read it."},
    {"unit", "string", "What is counted."},
    {"part", "string",
     "What the figure is of: total, not certain, kind, force, borough, ward or "
     "owning unit."},
    {"code", "string",
     "The kind in words, the code of an area, the name of a unit. Empty: of all "
     "of the measure, or of what no record places."},
    {"name", "string", "The same as people read it."},
    {"parent", "string", "The force of a borough, the borough of a ward. Empty: none, or unknown."},
    {"force", "string", "The force of a ward. Empty: no ward, or unknown."},
    {"boundary_year", "year", "Year of a ward's boundaries. Empty: no ward, or not said."},
    {"value", "integer", "Number counted. [c]: hidden; it is not 0. What is not listed is 0."},
};
constexpr Field kMeasureFields[] = {
    {"measure", "string", "Id of the measure."},
    {"version", "integer", "Version of its definition."},
    {"title", "string", "The measure as people read it."},
    {"unit", "string", "What is counted."},
    {"definition", "string", "What it counts."},
    {"dated_by", "string", "By which date it belongs to a period."},
    {"caveats", "string", "What must be kept in mind."},
    {"source", "string", "Where the definition comes from."},
};
constexpr Field kChangeFields[] = {
    {"measure", "string", "Id of the measure."},
    {"part", "string", "As in figures."},
    {"code", "string", "As in figures."},
    {"name", "string", "As in figures."},
    {"parent", "string", "As in figures."},
    {"force", "string", "As in figures."},
    {"boundary_year", "year", "As in figures."},
    {"before", "integer", "Value in the edition that this one replaces."},
    {"now", "integer", "Value in this edition."},
    {"why", "string",
     "records (they came, changed or were withdrawn), definition (of the measure), "
     "or rules (of rounding)."},
};

std::string MeasuresCsv(const v1::PublicSummary& summary) {
  std::vector<std::string> headings;
  for (const Field& field : kMeasureFields) headings.emplace_back(field.name);
  std::string table = CsvLine(headings);
  for (const v1::PublicMeasure& measure : summary.measures()) {
    const v1::MeasureDefinition& one = measure.definition();
    table += CsvLine({one.id(), absl::StrCat(one.version()), one.name(), UnitWords(one.unit()),
                      one.definition(), one.dated_by(), one.caveats(), one.source()});
  }
  return table;
}

std::string ReasonWords(v1::ChangeReason reason) {
  switch (reason) {
    case v1::CHANGE_REASON_DEFINITION:
      return "definition";
    case v1::CHANGE_REASON_RULES:
      return "rules";
    default:
      return "records";
  }
}

std::string ChangesCsv(const v1::PublicSummary& summary) {
  std::vector<std::string> headings;
  for (const Field& field : kChangeFields) headings.emplace_back(field.name);
  std::string table = CsvLine(headings);
  for (const v1::PublicChange& change : summary.changes()) {
    const v1::PublicFigure& figure = change.now();
    table += CsvLine({change.measure_id(), PartWords(figure.part()), figure.key(), figure.name(),
                      figure.parent(), figure.force(),
                      figure.boundary_year() == 0 ? "" : absl::StrCat(figure.boundary_year()),
                      absl::StrCat(change.before_value()), absl::StrCat(figure.value()),
                      ReasonWords(change.reason())});
  }
  return table;
}

std::string JsonOf(const v1::PublicSummary& summary) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for a message with an Any.
  (void)google::protobuf::util::MessageToJsonString(summary, &json, options);
  return json;
}

std::string DigestOf(std::string_view content) {
  const base::Sha256Digest digest = base::Sha256(content);
  return absl::StrCat("sha256:", absl::BytesToHexString(AbslView(base::AsBytes(digest))));
}

template <std::size_t kCount>
Json SchemaOf(const Field (&fields)[kCount]) {
  Json schema;
  for (const Field& field : fields) {
    schema["fields"].push_back(
        {{"name", field.name}, {"type", field.type}, {"description", field.description}});
  }
  schema["missingValues"] = {"", std::string(kHiddenMark)};
  return schema;
}

Json ResourceOf(const PackageFile& file, const std::string& name, const char* title) {
  Json resource;
  resource["name"] = name;
  resource["title"] = title;
  resource["path"] = file.path;
  resource["format"] = file.path.substr(file.path.rfind('.') + 1);
  resource["mediatype"] = file.media_type;
  resource["encoding"] = "utf-8";
  resource["bytes"] = file.content.size();
  resource["hash"] = DigestOf(file.content);
  return resource;
}

using FigureName = std::tuple<int, std::string, std::string, std::string, int>;

FigureName NameOf(const v1::PublicFigure& figure) {
  return {figure.part(), figure.key(), figure.parent(), figure.force(), figure.boundary_year()};
}

bool HasPart(const v1::PublicSummary& summary, v1::PublicPart part) {
  const auto has = [&](v1::Dimension wanted) {
    for (const int one : summary.breakdowns()) {
      if (one == wanted) return true;
    }
    return false;
  };
  switch (part) {
    case v1::PUBLIC_PART_FORCE:
      return has(v1::DIMENSION_FORCE);
    case v1::PUBLIC_PART_BOROUGH:
      return has(v1::DIMENSION_BOROUGH);
    case v1::PUBLIC_PART_WARD:
      return has(v1::DIMENSION_WARD);
    case v1::PUBLIC_PART_OWNING_UNIT:
      return has(v1::DIMENSION_OWNING_UNIT);
    default:
      return true;
  }
}

}  // namespace

std::vector<PackageFile> PackageOf(const v1::PublicSummary& summary) {
  std::vector<PackageFile> files = {
      {"figures.csv", "text/csv", FiguresCsv(summary)},
      {"measures.csv", "text/csv", MeasuresCsv(summary)},
      {"changes.csv", "text/csv", ChangesCsv(summary)},
      {"summary.json", "application/json", JsonOf(summary)},
  };
  Json package;
  package["profile"] = "data-package";
  package["name"] = absl::StrCat("gun-crime-", absl::AsciiStrToLower(summary.period().label()), "-",
                                 summary.edition());
  package["title"] = absl::StrCat("Gun crime and firearms, ", summary.period().label(),
                                  ", edition ", summary.edition());
  std::string description;
  for (const std::string& note : summary.notes()) {
    absl::StrAppend(&description, description.empty() ? "" : "\n\n", note);
  }
  package["description"] = description;
  package["version"] = absl::StrCat(summary.edition());
  package["created"] = google::protobuf::util::TimeUtil::ToString(summary.issued_time());
  if (!summary.publisher().empty()) {
    package["contributors"] = Json::array();
    package["contributors"].push_back({{"title", summary.publisher()}, {"role", "publisher"}});
  }
  if (!summary.replaces().empty()) package["replaces"] = summary.replaces();
  if (!summary.note().empty()) package["revisionNote"] = summary.note();
  Json figures = ResourceOf(files[0], "figures", "Figures");
  figures["profile"] = "tabular-data-resource";
  figures["schema"] = SchemaOf(kFigureFields);
  Json measures = ResourceOf(files[1], "measures", "What each measure counts");
  measures["profile"] = "tabular-data-resource";
  measures["schema"] = SchemaOf(kMeasureFields);
  Json changes =
      ResourceOf(files[2], "changes", "Figures that differ from those of the edition replaced");
  changes["profile"] = "tabular-data-resource";
  changes["schema"] = SchemaOf(kChangeFields);
  package["resources"] = {std::move(figures), std::move(measures), std::move(changes),
                          ResourceOf(files[3], "summary", "Everything in one file")};
  files.push_back({kPackageFile, "application/json", package.dump(2) + "\n"});
  return files;
}

std::vector<v1::PublicChange> ChangesBetween(const v1::PublicSummary& before,
                                             const v1::PublicSummary& now) {
  std::vector<v1::PublicChange> changes;
  const bool has_new_rules = before.rules().rounding_base() != now.rules().rounding_base();
  for (const v1::PublicMeasure& measure : now.measures()) {
    const v1::PublicMeasure* old = nullptr;
    for (const v1::PublicMeasure& one : before.measures()) {
      if (one.definition().id() == measure.definition().id()) old = &one;
    }
    if (old == nullptr) continue;
    v1::ChangeReason reason = v1::CHANGE_REASON_RECORDS;
    if (has_new_rules) reason = v1::CHANGE_REASON_RULES;
    if (old->definition().version() != measure.definition().version()) {
      reason = v1::CHANGE_REASON_DEFINITION;
    }
    // Before and now; null: not listed, so 0.
    std::map<FigureName, std::pair<const v1::PublicFigure*, const v1::PublicFigure*>> pairs;
    for (const v1::PublicFigure& one : old->figures()) pairs[NameOf(one)].first = &one;
    for (const v1::PublicFigure& one : measure.figures()) pairs[NameOf(one)].second = &one;
    for (const auto& [name, pair] : pairs) {
      const v1::PublicFigure& either = pair.second != nullptr ? *pair.second : *pair.first;
      if (!HasPart(before, either.part()) || !HasPart(now, either.part())) continue;
      if ((pair.first != nullptr && !pair.first->has_value()) ||
          (pair.second != nullptr && !pair.second->has_value())) {
        continue;
      }
      const std::int64_t then = pair.first == nullptr ? 0 : pair.first->value();
      const std::int64_t today = pair.second == nullptr ? 0 : pair.second->value();
      if (then == today) continue;
      v1::PublicChange change;
      change.set_measure_id(measure.definition().id());
      *change.mutable_now() = either;
      change.mutable_now()->set_value(today);
      change.set_before_value(then);
      change.set_reason(reason);
      changes.push_back(std::move(change));
    }
  }
  return changes;
}

absl::StatusOr<std::vector<std::string>> FaultsOf(
    std::string_view package,
    const std::function<absl::StatusOr<std::string>(const std::string& path)>& read) {
  const auto malformed = [](const char* what) {
    return absl::InvalidArgumentError(absl::StrCat(kPackageFile, " ", what));
  };
  const Json json = Json::parse(package.begin(), package.end(), nullptr, false);
  if (!json.is_object() || !json.contains("resources") || !json["resources"].is_array()) {
    return malformed("is no data package");
  }
  std::vector<std::string> faults;
  for (const Json& resource : json["resources"]) {
    if (!resource.is_object() || !resource.contains("path") || !resource["path"].is_string() ||
        !resource.contains("hash") || !resource["hash"].is_string()) {
      return malformed("has a file without path and hash");
    }
    const auto path = resource["path"].get<std::string>();
    if (path.empty() || path.find('/') != std::string::npos || path.front() == '.') {
      return malformed("names a file outside its folder");
    }
    const absl::StatusOr<std::string> content = read(path);
    if (!content.ok()) {
      faults.push_back(absl::StrCat(path, ": ", content.status().message()));
    } else if (DigestOf(*content) != resource["hash"].get<std::string>()) {
      faults.push_back(absl::StrCat(path, ": not the file that was signed"));
    }
  }
  return faults;
}

}  // namespace serieslink::summary

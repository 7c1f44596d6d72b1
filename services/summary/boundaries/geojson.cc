#include "services/summary/boundaries/geojson.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace serieslink::summary {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kFaultsMax = 10;
constexpr char kBeyondDegrees[] =
    "has coordinates beyond degrees of longitude and latitude; convert grid coordinates, such as "
    "the British National Grid's, to WGS 84 first (ogr2ogr -t_srs EPSG:4326)";

const Json* Find(const Json& object, const std::string& key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

bool IsText(const Json* value, const std::string& text) {
  return value != nullptr && value->is_string() && value->get_ref<const std::string&>() == text;
}

// Takes a ring; what is wrong with it, in words, empty when nothing is.
std::string TakeRing(const Json& array, Ring& ring) {
  if (!array.is_array()) return "has a ring that is no list of points";
  ring.reserve(array.size());
  for (const Json& point : array) {
    if (!point.is_array() || point.size() < 2 || !point[0].is_number() || !point[1].is_number()) {
      return "has a point that is no pair of numbers";
    }
    const Position position{point[0].get<double>(), point[1].get<double>()};
    const bool is_on_earth =
        std::abs(position.longitude_degrees) <= 180 && std::abs(position.latitude_degrees) <= 90;
    if (!is_on_earth) return kBeyondDegrees;
    ring.push_back(position);
  }
  if (ring.size() < 4) return "has a ring of fewer than four points";
  if (ring.front() != ring.back()) return "has a ring that does not end where it begins";
  return "";
}

std::string TakePolygon(const Json& array, std::vector<Polygon>& polygons) {
  if (!array.is_array() || array.empty()) return "has a polygon without rings";
  Polygon& polygon = polygons.emplace_back();
  for (const Json& ring : array) {
    if (std::string fault = TakeRing(ring, polygon.emplace_back()); !fault.empty()) return fault;
  }
  return "";
}

std::string TakeGeometry(const Json* geometry, std::vector<Polygon>& polygons) {
  if (geometry == nullptr || !geometry->is_object()) return "has no geometry";
  const Json* const type = Find(*geometry, "type");
  const Json* const coordinates = Find(*geometry, "coordinates");
  if (coordinates == nullptr || !coordinates->is_array()) return "has no coordinates";
  if (IsText(type, "Polygon")) return TakePolygon(*coordinates, polygons);
  if (!IsText(type, "MultiPolygon")) return "is neither a Polygon nor a MultiPolygon";
  if (coordinates->empty()) return "has no polygon";
  for (const Json& polygon : *coordinates) {
    if (std::string fault = TakePolygon(polygon, polygons); !fault.empty()) return fault;
  }
  return "";
}

std::string TakeText(const Json& feature, const std::string& property, std::string& text) {
  const Json* const properties = Find(feature, "properties");
  const Json* const value = properties == nullptr ? nullptr : Find(*properties, property);
  if (value == nullptr || !value->is_string() || value->get_ref<const std::string&>().empty()) {
    std::vector<std::string> there;
    if (properties != nullptr && properties->is_object()) {
      for (const auto& [key, unused] : properties->items()) there.push_back(key);
    }
    return absl::StrCat("has no text in the property '", property, "'; its properties are ",
                        there.empty() ? "none" : absl::StrJoin(there, ", "));
  }
  text = value->get_ref<const std::string&>();
  return "";
}

std::string TakeFeature(const Json& json, const std::string& code_property,
                        const std::string& name_property, Feature& feature) {
  if (!IsText(Find(json, "type"), "Feature")) return "is no Feature";
  if (std::string fault = TakeText(json, code_property, feature.code); !fault.empty()) {
    return fault;
  }
  feature.name = feature.code;
  if (!name_property.empty()) {
    if (std::string fault = TakeText(json, name_property, feature.name); !fault.empty()) {
      return fault;
    }
  }
  return TakeGeometry(Find(json, "geometry"), feature.polygons);
}

// The member of old files that says another coordinate system; empty where it is WGS 84's.
std::string OtherSystemOf(const Json& collection) {
  const Json* const crs = Find(collection, "crs");
  if (crs == nullptr || crs->is_null()) return "";
  const Json* const properties = Find(*crs, "properties");
  const Json* const name = properties == nullptr ? nullptr : Find(*properties, "name");
  if (name == nullptr || !name->is_string()) return "one that it does not name";
  const auto& text = name->get_ref<const std::string&>();
  const bool is_wgs84 = absl::EndsWith(text, "CRS84") || absl::EndsWith(text, ":4326");
  return is_wgs84 ? "" : text;
}

}  // namespace

absl::StatusOr<std::vector<Feature>> ReadGeoJson(std::string_view text,
                                                 const std::string& code_property,
                                                 const std::string& name_property) {
  if (text.size() > kGeoJsonBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has more than ", kGeoJsonBytesMax >> 20, " MiB; simplify its shapes"));
  }
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError("it is no JSON");
  const Json* const list = Find(json, "features");
  if (!IsText(Find(json, "type"), "FeatureCollection") || list == nullptr || !list->is_array() ||
      list->empty()) {
    return absl::InvalidArgumentError("it is no GeoJSON FeatureCollection with features");
  }
  if (const std::string other = OtherSystemOf(json); !other.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("its coordinate system is ", other,
                     "; convert it to WGS 84 first (ogr2ogr -t_srs EPSG:4326)"));
  }
  std::vector<Feature> features;
  std::vector<std::string> faults;
  absl::flat_hash_map<std::string, std::size_t> number_of;
  for (std::size_t i = 0; i < list->size() && faults.size() < kFaultsMax; ++i) {
    Feature& feature = features.emplace_back();
    std::string fault = TakeFeature((*list)[i], code_property, name_property, feature);
    if (fault.empty()) {
      const auto [at, is_new] = number_of.try_emplace(feature.code, i);
      if (!is_new) fault = absl::StrCat("has the code of feature ", at->second + 1);
    }
    if (!fault.empty()) faults.push_back(absl::StrCat("feature ", i + 1, " ", fault));
  }
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "; "));
  std::sort(features.begin(), features.end(),
            [](const Feature& a, const Feature& b) { return a.code < b.code; });
  return features;
}

}  // namespace serieslink::summary

#include "services/cli/summary_map.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/cli/borough_tiles.h"
#include "services/cli/summary_page.h"
#include "services/cli/wording.h"

namespace serieslink::cli {
namespace {

namespace v1 = ::serieslink::summary::v1;

// From nothing to most; white text is read on the last two.
constexpr std::array<const char*, 5> kColours = {"#ffffff", "#deebf7", "#9ecae1", "#3182bd",
                                                 "#08306b"};
constexpr int kWidthPixels = 640;
// With more areas there is no room for numbers.
constexpr int kNumberedMax = 60;

const char* InkOn(std::size_t shade) { return shade >= 3 ? "#ffffff" : "#111111"; }

// In which of the map's classes a count lies: nothing has one of its own.
std::size_t ClassOf(std::int64_t count, std::int64_t most) {
  if (count == 0) return 0;
  return static_cast<std::size_t>(std::min<std::int64_t>(4, 1 + (count - 1) * 4 / most));
}

// The counts of the summary's period by key. A ward counts under the year of its boundaries only.
using CountsByKey = absl::flat_hash_map<std::string, std::int64_t>;
CountsByKey CountsOf(const v1::DimensionFigures& rows, int boundary_year) {
  CountsByKey counts;
  for (const v1::Row& row : rows.rows()) {
    const bool is_of_year = rows.dimension() != v1::DIMENSION_WARD || row.key().empty() ||
                            row.boundary_year() == boundary_year;
    if (is_of_year) counts[row.key()] += row.figure().counts(0).counted();
  }
  return counts;
}

std::int64_t CountIn(const CountsByKey& counts, std::string_view key) {
  const auto found = counts.find(std::string(key));
  return found == counts.end() ? 0 : found->second;
}

std::int64_t SumOf(const v1::DimensionFigures& rows) {
  std::int64_t sum = 0;
  for (const v1::Row& row : rows.rows()) sum += row.figure().counts(0).counted();
  return sum;
}

type::v1::AreaKind KindOf(v1::Dimension dimension) {
  switch (dimension) {
    case v1::DIMENSION_FORCE:
      return type::v1::AREA_KIND_FORCE;
    case v1::DIMENSION_BOROUGH:
      return type::v1::AREA_KIND_BOROUGH;
    case v1::DIMENSION_WARD:
      return type::v1::AREA_KIND_WARD;
    default:
      return type::v1::AREA_KIND_UNSPECIFIED;
  }
}

std::string ShapeId(const v1::GetMapResponse& map, int area) {
  return absl::StrCat("area-", map.boundaries().kind(), "-", map.boundaries().boundary_year(), "-",
                      area);
}

void BeginMap(const v1::GetSummaryResponse& summary, const v1::MeasureFigures& figures, int width,
              int height, const std::string& what, std::ostream& out) {
  const std::string name = MeasureName(summary, figures.measure_id());
  out << "<section class=\"map\">\n<h3>" << EscapeHtml(name) << " <span class=\"id\">"
      << EscapeHtml(figures.measure_id()) << " v" << figures.measure_version() << "</span></h3>\n"
      << absl::StrFormat(
             "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
             "aria-label=\"Map of %s: %s in %s. The table below has every number.\">\n",
             width, height, kWidthPixels,
             static_cast<int>(static_cast<std::int64_t>(kWidthPixels) * height / width),
             EscapeHtml(what), EscapeHtml(name), EscapeHtml(summary.periods(0).label()));
}

// Which counts have which colour.
void WriteLegend(std::int64_t most, std::ostream& out) {
  out << "<p class=\"legend\">";
  const auto lowest = [&](std::int64_t shade) { return ((shade - 1) * most + 3) / 4 + 1; };
  for (std::int64_t shade = 0; shade < static_cast<std::int64_t>(kColours.size()); ++shade) {
    const std::int64_t low = shade == 0 ? 0 : lowest(shade);
    const std::int64_t high = shade == 0 ? 0 : shade == 4 ? most : lowest(shade + 1) - 1;
    if (low > high) continue;
    const auto place = static_cast<std::size_t>(shade);
    out << absl::StrFormat("<span style=\"background:%s;color:%s\">", kColours[place], InkOn(place))
        << Grouped(low);
    if (high > low) out << " to " << Grouped(high);
    out << "</span> ";
  }
  out << "</p>\n";
}

void WriteTiles(const v1::GetSummaryResponse& summary, const v1::MeasureFigures& figures,
                const v1::DimensionFigures& rows, std::ostream& out) {
  constexpr int kTile = 80;
  const CountsByKey counts = CountsOf(rows, 0);
  std::int64_t most = 1;
  std::int64_t inside = 0;
  for (const BoroughTile& tile : BoroughTiles()) {
    const std::int64_t count = CountIn(counts, tile.code);
    most = std::max(most, count);
    inside += count;
  }
  BeginMap(summary, figures, kTileColumns * kTile + 2, kTileRows * kTile + 2,
           "London's boroughs as squares", out);
  for (const BoroughTile& tile : BoroughTiles()) {
    const std::int64_t count = CountIn(counts, tile.code);
    const std::size_t shade = ClassOf(count, most);
    const int x = tile.column * kTile + 1;
    const int y = tile.row * kTile + 1;
    out << absl::StrFormat(
        "<g><title>%s: %d</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
        "stroke=\"#555\"/><text x=\"%d\" y=\"%d\" font-size=\"16\" text-anchor=\"middle\" "
        "fill=\"%s\">%s</text><text x=\"%d\" y=\"%d\" font-size=\"21\" text-anchor=\"middle\" "
        "fill=\"%s\">%d</text></g>\n",
        EscapeHtml(tile.name), count, x, y, kTile - 2, kTile - 2, kColours[shade],
        x + kTile / 2 - 1, y + 29, InkOn(shade), EscapeHtml(tile.short_name), x + kTile / 2 - 1,
        y + 60, InkOn(shade), count);
  }
  const std::int64_t unallocated = CountIn(counts, "");
  out << "</svg>\n<p>Darker is more; every square has its number. In London's boroughs "
      << Grouped(inside) << ", elsewhere " << Grouped(SumOf(rows) - inside - unallocated)
      << ", unallocated " << Grouped(unallocated) << ".</p>\n</section>\n";
}

// The middle of the area's largest outline, where its number stands.
std::pair<double, double> MiddleOf(const v1::MapArea& area) {
  double largest = -1;
  std::pair<double, double> middle;
  for (const v1::MapRing& ring : area.rings()) {
    double twice = 0;
    double x = 0;
    double y = 0;
    for (int i = 0; i < ring.x_size(); ++i) {
      const int next = (i + 1) % ring.x_size();
      const double cross = static_cast<double>(ring.x(i)) * ring.y(next) -
                           static_cast<double>(ring.x(next)) * ring.y(i);
      twice += cross;
      x += (ring.x(i) + ring.x(next)) * cross;
      y += (ring.y(i) + ring.y(next)) * cross;
    }
    if (std::abs(twice) <= largest || twice == 0) continue;
    largest = std::abs(twice);
    middle = {x / (3 * twice), y / (3 * twice)};
  }
  return middle;
}

void WriteShaded(const v1::GetSummaryResponse& summary, const v1::MeasureFigures& figures,
                 const v1::DimensionFigures& rows, const v1::GetMapResponse& map,
                 std::ostream& out) {
  const CountsByKey counts = CountsOf(rows, map.boundaries().boundary_year());
  const std::string words = EnumWords(map.boundaries(), "kind");
  const bool has_numbers = map.areas_size() <= kNumberedMax;
  std::int64_t most = 1;
  std::int64_t inside = 0;
  for (const v1::MapArea& area : map.areas()) {
    const std::int64_t count = CountIn(counts, area.code());
    most = std::max(most, count);
    inside += count;
  }
  BeginMap(summary, figures, map.width(), map.height(),
           absl::StrCat("areas of the kind ", words, ", boundaries of ",
                        map.boundaries().boundary_year()),
           out);
  for (int i = 0; i < map.areas_size(); ++i) {
    const v1::MapArea& area = map.areas(i);
    const std::int64_t count = CountIn(counts, area.code());
    const std::size_t shade = ClassOf(count, most);
    out << absl::StrFormat(
        "<g><title>%s: %d</title><use href=\"#%s\" fill=\"%s\" stroke=\"#777\"/>",
        EscapeHtml(area.name()), count, ShapeId(map, i), kColours[shade]);
    if (has_numbers) {
      const auto [x, y] = MiddleOf(area);
      out << absl::StrFormat(
          "<text x=\"%.0f\" y=\"%.0f\" font-size=\"22\" text-anchor=\"middle\" "
          "fill=\"%s\">%d</text>",
          x, y + 8, InkOn(shade), count);
    }
    out << "</g>\n";
  }
  const std::int64_t unallocated = CountIn(counts, "");
  out << "</svg>\n";
  WriteLegend(most, out);
  out << "<p>Boundaries of " << map.boundaries().boundary_year() << ". On the map "
      << Grouped(inside) << ", elsewhere"
      << (rows.dimension() == v1::DIMENSION_WARD ? " or in wards of other boundary years " : " ")
      << Grouped(SumOf(rows) - inside - unallocated) << ", unallocated " << Grouped(unallocated)
      << "." << (map.attribution().empty() ? "" : " ") << EscapeHtml(map.attribution())
      << "</p>\n</section>\n";
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        // Control characters have no place in HTML.
        escaped += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }
  return escaped;
}

void WriteMapShapes(const std::vector<v1::GetMapResponse>& maps, std::ostream& out) {
  if (maps.empty()) return;
  out << "<svg width=\"0\" height=\"0\" class=\"shapes\" aria-hidden=\"true\"><defs>\n";
  for (const v1::GetMapResponse& map : maps) {
    for (int i = 0; i < map.areas_size(); ++i) {
      out << "<path id=\"" << ShapeId(map, i) << "\" fill-rule=\"evenodd\" d=\"";
      for (const v1::MapRing& ring : map.areas(i).rings()) {
        for (int k = 0; k < ring.x_size() && k < ring.y_size(); ++k) {
          if (k == 0) {
            out << "M" << ring.x(0) << " " << ring.y(0) << "l";
          } else {
            out << (k == 1 ? "" : " ") << ring.x(k) - ring.x(k - 1) << " "
                << ring.y(k) - ring.y(k - 1);
          }
        }
        out << "z";
      }
      out << "\"/>\n";
    }
  }
  out << "</defs></svg>\n";
}

void WriteMap(const v1::GetSummaryResponse& summary, const v1::MeasureFigures& figures,
              const v1::DimensionFigures& rows, const std::vector<v1::GetMapResponse>& maps,
              std::ostream& out) {
  const type::v1::AreaKind kind = KindOf(rows.dimension());
  if (kind == type::v1::AREA_KIND_UNSPECIFIED) return;
  const auto found = std::find_if(maps.begin(), maps.end(), [&](const v1::GetMapResponse& map) {
    return map.boundaries().kind() == kind;
  });
  if (found != maps.end()) {
    WriteShaded(summary, figures, rows, *found, out);
  } else if (kind == type::v1::AREA_KIND_BOROUGH) {
    WriteTiles(summary, figures, rows, out);
  }
}

}  // namespace serieslink::cli

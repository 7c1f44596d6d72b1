#include "services/summary/disclosure/cell_system.h"

#include <glpk.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "storage/base/status_macros.h"

namespace serieslink::summary {
namespace {

// A number below this is none.
constexpr double kNothing = 1e-6;
// Nodes of the search for whole numbers: a count and not a time, so that the outcome is always the
// same.
constexpr int kNodesMax = 500;

struct ProgramDeleter {
  void operator()(glp_prob* program) const { glp_delete_prob(program); }
};

void CountNode(glp_tree* tree, void* nodes) {
  if (glp_ios_reason(tree) != GLP_ISELECT) return;
  if (++*static_cast<int*>(nodes) > kNodesMax) glp_ios_terminate(tree);
}

// The columns of a cell in a program, from 1: how far it can be from its value. A shown cell has
// two, up and down, because both cost; a hidden or open one has one; a known one has none.
struct Columns {
  int up = 0;
  int down = 0;
};

// The programs of cells that equations connect: which values the others can have when one of them
// has another value than its own.
class Family {
 public:
  Family(std::vector<Cell>& cells, const std::vector<std::size_t>& members,
         const std::vector<const Equation*>& equations);

  // Finds values of the others, with as little cost as can be, with which the cell can be `wanted`,
  // and hides those that are shown and have others then. False: there are none.
  // Errors: INTERNAL (the solver failed, or what it found is no solution).
  absl::StatusOr<bool> HideFor(std::size_t cell, std::int64_t wanted);
  // The lowest whole number that the cell can be, whatever is hidden: what is not 0 lies in it.
  // Errors: INTERNAL (the solver failed).
  absl::StatusOr<std::int64_t> LowestOf(std::size_t cell);
  // The highest one, or `bound`, which is not below its value, where it can be higher. Errors: as
  // LowestOf.
  absl::StatusOr<std::int64_t> HighestOf(std::size_t cell, std::int64_t bound);
  // Whether what was found so far has the cell at `value` or beyond it, seen from its own value:
  // then it can be `value` too, for between two solutions lie others.
  bool WasAt(std::size_t cell, std::int64_t value) const;

 private:
  bool IsFixed(const Cell& cell) const {
    return cell.state == CellState::kKnown || (cell.state == CellState::kShown && cell.value == 0);
  }
  void Solve(bool& is_found, absl::Status& status);
  // How far the column can go, with `factor` -1 up, with 1 down, whatever that costs. Errors:
  // INTERNAL.
  absl::StatusOr<double> FarthestOf(int column, double factor);
  std::size_t PlaceOf(std::size_t cell) const {
    const auto found = std::lower_bound(members_.begin(), members_.end(), cell);
    return static_cast<std::size_t>(found - members_.begin());
  }
  // Whether the last solution is one: all equations hold, no cell is below what readers know, and
  // none that is known has moved. Looked at without the solver.
  bool IsSolution(const std::vector<double>& distances) const;
  // How far the cell is from its value in the last solution.
  double DistanceOf(std::size_t place) const;
  double ValueOf(int column) const {
    return is_whole_ ? glp_mip_col_val(program_.get(), column)
                     : glp_get_col_prim(program_.get(), column);
  }

  std::vector<Cell>& cells_;
  const std::vector<std::size_t> members_;
  const std::vector<const Equation*> equations_;
  std::vector<Columns> columns_;  // by place among the members
  // How far each cell was from its value in any solution, down and up.
  std::vector<double> lowest_;
  std::vector<double> highest_;
  std::unique_ptr<glp_prob, ProgramDeleter> program_;
  bool is_whole_ = false;  // the last solution is that of the search for whole numbers
};

Family::Family(std::vector<Cell>& cells, const std::vector<std::size_t>& members,
               const std::vector<const Equation*>& equations)
    : cells_(cells),
      members_(members),
      equations_(equations),
      columns_(members.size()),
      lowest_(members.size()),
      highest_(members.size()),
      program_(glp_create_prob()) {
  glp_prob* const program = program_.get();
  glp_set_obj_dir(program, GLP_MIN);
  const auto add = [&](double lowest, double highest, double cost) {
    const int column = glp_add_cols(program, 1);
    const bool is_bounded = std::isfinite(highest);
    glp_set_col_bnds(program, column,
                     !is_bounded        ? GLP_LO
                     : lowest < highest ? GLP_DB
                                        : GLP_FX,
                     lowest, is_bounded ? highest : 0);
    glp_set_obj_coef(program, column, cost);
    glp_set_col_kind(program, column, GLP_IV);
    return column;
  };
  constexpr double kOpen = HUGE_VAL;
  for (std::size_t place = 0; place < members_.size(); ++place) {
    const Cell& cell = cells_[members_[place]];
    if (IsFixed(cell)) continue;
    const auto value = static_cast<double>(cell.value);
    if (cell.state == CellState::kShown) {
      columns_[place].up = add(0, kOpen, cell.cost);
      columns_[place].down = add(0, value - 1, cell.cost);
    } else {
      const double lowest = cell.state == CellState::kHidden ? std::min(1.0, value) : 0.0;
      columns_[place].up = add(lowest - value, kOpen, 0);
    }
  }
  for (const Equation* const equation : equations) {
    std::vector<std::pair<int, double>> terms;
    for (const Equation::Term& term : equation->terms) {
      const Columns& columns = columns_[PlaceOf(term.cell)];
      if (columns.up != 0) terms.emplace_back(columns.up, term.factor);
      if (columns.down != 0) terms.emplace_back(columns.down, -term.factor);
    }
    if (terms.empty()) continue;
    // A cell that stands twice is one term.
    std::sort(terms.begin(), terms.end());
    std::vector<int> places = {0};
    std::vector<double> factors = {0};
    for (const auto& [column, factor] : terms) {
      if (places.back() == column) {
        factors.back() += factor;
      } else {
        places.push_back(column);
        factors.push_back(factor);
      }
    }
    const int row = glp_add_rows(program, 1);
    glp_set_row_bnds(program, row, GLP_FX, 0, 0);
    glp_set_mat_row(program, row, static_cast<int>(places.size()) - 1, places.data(),
                    factors.data());
  }
}

void Family::Solve(bool& is_found, absl::Status& status) {
  glp_prob* const program = program_.get();
  is_found = false;
  is_whole_ = false;
  glp_smcp simplex;
  glp_init_smcp(&simplex);
  simplex.msg_lev = GLP_MSG_OFF;
  simplex.meth = GLP_DUALP;
  int failed = glp_simplex(program, &simplex);
  if (failed != 0) {
    // The basis of the program before can be of no use to this one.
    glp_adv_basis(program, 0);
    failed = glp_simplex(program, &simplex);
  }
  if (failed != 0) {
    status = absl::InternalError("the solver of linear programs failed");
    return;
  }
  if (glp_get_status(program) != GLP_OPT) return;
  is_found = true;
  bool is_fractional = false;
  for (int column = 1; column <= glp_get_num_cols(program) && !is_fractional; ++column) {
    const double value = glp_get_col_prim(program, column);
    is_fractional = std::abs(value - std::round(value)) > kNothing;
  }
  if (!is_fractional) return;
  glp_iocp whole;
  glp_init_iocp(&whole);
  whole.msg_lev = GLP_MSG_OFF;
  int nodes = 0;
  whole.cb_func = &CountNode;
  whole.cb_info = &nodes;
  glp_intopt(program, &whole);
  const int found = glp_mip_status(program);
  // Otherwise what linear programming found stands.
  is_whole_ = found == GLP_OPT || found == GLP_FEAS;
}

double Family::DistanceOf(std::size_t place) const {
  const Columns& columns = columns_[place];
  const double up = columns.up == 0 ? 0 : ValueOf(columns.up);
  const double down = columns.down == 0 ? 0 : ValueOf(columns.down);
  return up - down;
}

bool Family::IsSolution(const std::vector<double>& distances) const {
  constexpr double kNearly = 1e-5;
  for (std::size_t place = 0; place < members_.size(); ++place) {
    const Cell& cell = cells_[members_[place]];
    if (IsFixed(cell) && distances[place] != 0) return false;
    const double least =
        cell.state == CellState::kOpen ? 0 : std::min(1.0, static_cast<double>(cell.value));
    if (static_cast<double>(cell.value) + distances[place] < least - kNearly) return false;
  }
  return std::all_of(equations_.begin(), equations_.end(), [&](const Equation* equation) {
    double sum = 0;
    for (const Equation::Term& term : equation->terms) {
      sum += term.factor * distances[PlaceOf(term.cell)];
    }
    return std::abs(sum) < kNearly;
  });
}

bool Family::WasAt(std::size_t cell, std::int64_t value) const {
  const std::size_t place = PlaceOf(cell);
  const auto distance = static_cast<double>(value - cells_[cell].value);
  return distance > 0 ? highest_[place] >= distance - kNothing
                      : lowest_[place] <= distance + kNothing;
}

absl::StatusOr<double> Family::FarthestOf(int column, double factor) {
  glp_prob* const program = program_.get();
  std::vector<double> costs;
  for (int one = 1; one <= glp_get_num_cols(program); ++one) {
    costs.push_back(glp_get_obj_coef(program, one));
    glp_set_obj_coef(program, one, one == column ? factor : 0);
  }
  bool is_found = false;
  absl::Status status;
  Solve(is_found, status);
  for (int one = 1; one <= glp_get_num_cols(program); ++one) {
    glp_set_obj_coef(program, one, costs[static_cast<std::size_t>(one - 1)]);
  }
  SL_RETURN_IF_ERROR(status);
  // Its own value is a solution.
  if (!is_found) return absl::InternalError("the solver of linear programs found no solution");
  return ValueOf(column);
}

absl::StatusOr<std::int64_t> Family::LowestOf(std::size_t cell) {
  const int column = columns_[PlaceOf(cell)].up;
  if (column == 0) return cells_[cell].value;
  SL_ASSIGN_OR_RETURN(const double distance, FarthestOf(column, 1));
  return cells_[cell].value + static_cast<std::int64_t>(std::ceil(distance - kNothing));
}

absl::StatusOr<std::int64_t> Family::HighestOf(std::size_t cell, std::int64_t bound) {
  const int column = columns_[PlaceOf(cell)].up;
  if (column == 0) return cells_[cell].value;
  const double lowest = glp_get_col_lb(program_.get(), column);
  const auto most = static_cast<double>(bound - cells_[cell].value);
  glp_set_col_bnds(program_.get(), column, lowest < most ? GLP_DB : GLP_FX, lowest, most);
  const absl::StatusOr<double> distance = FarthestOf(column, -1);
  glp_set_col_bnds(program_.get(), column, GLP_LO, lowest, 0);
  SL_RETURN_IF_ERROR(distance.status());
  return cells_[cell].value + static_cast<std::int64_t>(std::floor(*distance + kNothing));
}

absl::StatusOr<bool> Family::HideFor(std::size_t cell, std::int64_t wanted) {
  glp_prob* const program = program_.get();
  const int column = columns_[PlaceOf(cell)].up;
  if (column == 0) return false;
  const int kind = glp_get_col_type(program, column);
  const double lowest = glp_get_col_lb(program, column);
  const auto distance = static_cast<double>(wanted - cells_[cell].value);
  glp_set_col_bnds(program, column, GLP_FX, distance, distance);
  bool is_found = false;
  absl::Status status;
  Solve(is_found, status);
  glp_set_col_bnds(program, column, kind, lowest, 0);
  SL_RETURN_IF_ERROR(status);
  if (!is_found) return false;
  std::vector<double> distances(members_.size());
  for (std::size_t place = 0; place < members_.size(); ++place) {
    distances[place] = DistanceOf(place);
    lowest_[place] = std::min(lowest_[place], distances[place]);
    highest_[place] = std::max(highest_[place], distances[place]);
    Cell& one = cells_[members_[place]];
    if (one.state != CellState::kShown || std::abs(distances[place]) <= kNothing) continue;
    one.state = CellState::kHidden;
    glp_set_obj_coef(program, columns_[place].up, 0);
    glp_set_obj_coef(program, columns_[place].down, 0);
  }
  if (!IsSolution(distances)) {
    return absl::InternalError("the solver of linear programs found what is no solution");
  }
  return true;
}

// The cells of each connected part of the equations, in rising order, with its equations.
struct Part {
  std::vector<std::size_t> members;
  std::vector<const Equation*> equations;
  bool is_sensitive = false;
};

std::vector<Part> PartsOf(const std::vector<Cell>& cells, const std::vector<Equation>& equations) {
  std::vector<std::size_t> parents(cells.size());
  std::iota(parents.begin(), parents.end(), std::size_t{0});
  const auto root = [&](std::size_t cell) {
    while (parents[cell] != cell) cell = parents[cell] = parents[parents[cell]];
    return cell;
  };
  for (const Equation& equation : equations) {
    for (const Equation::Term& term : equation.terms) {
      parents[root(term.cell)] = root(equation.terms.front().cell);
    }
  }
  std::vector<std::size_t> part_of_root(cells.size(), cells.size());
  std::vector<Part> parts;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    std::size_t& part = part_of_root[root(cell)];
    if (part == cells.size()) {
      part = parts.size();
      parts.emplace_back();
    }
    parts[part].members.push_back(cell);
    parts[part].is_sensitive = parts[part].is_sensitive || cells[cell].is_sensitive;
  }
  for (const Equation& equation : equations) {
    if (equation.terms.empty()) continue;
    parts[part_of_root[root(equation.terms.front().cell)]].equations.push_back(&equation);
  }
  return parts;
}

// The lowest whole number that the cell can be when all that is not 0 is hidden, for readers see
// what is listed. Errors: INTERNAL (the solver failed).
absl::StatusOr<std::int64_t> LowestWhereAllIsHidden(const std::vector<Cell>& cells,
                                                    const Part& part, std::size_t cell) {
  std::vector<Cell> hidden = cells;
  for (const std::size_t member : part.members) {
    Cell& one = hidden[member];
    if (one.value > 0 && one.state != CellState::kOpen) one.state = CellState::kHidden;
  }
  return Family(hidden, part.members, part.equations).LowestOf(cell);
}

// Frees what the solver keeps for this thread.
struct SolverMemory {
  SolverMemory() { glp_term_out(GLP_OFF); }
  SolverMemory(const SolverMemory&) = delete;
  SolverMemory& operator=(const SolverMemory&) = delete;
  ~SolverMemory() { glp_free_env(); }
};

}  // namespace

absl::StatusOr<Protection> HideToProtect(std::vector<Cell>& cells,
                                         const std::vector<Equation>& equations,
                                         std::int64_t small_below,
                                         const std::function<absl::Status()>& should_stop) {
  const SolverMemory memory;
  Protection protection;
  for (const Part& part : PartsOf(cells, equations)) {
    if (!part.is_sensitive) continue;
    Family family(cells, part.members, part.equations);
    for (const std::size_t cell : part.members) {
      if (!cells[cell].is_sensitive) continue;
      bool is_safe = cells[cell].value >= small_below || family.WasAt(cell, small_below);
      if (!is_safe) {
        SL_RETURN_IF_ERROR(should_stop());
        SL_ASSIGN_OR_RETURN(is_safe, family.HideFor(cell, small_below));
      }
      if (is_safe && !family.WasAt(cell, 1)) {
        SL_RETURN_IF_ERROR(should_stop());
        SL_ASSIGN_OR_RETURN(const bool can_be_one, family.HideFor(cell, 1));
        if (!can_be_one) {
          SL_ASSIGN_OR_RETURN(const std::int64_t lowest, family.LowestOf(cell));
          SL_ASSIGN_OR_RETURN(const std::int64_t seen, LowestWhereAllIsHidden(cells, part, cell));
          is_safe = lowest == seen;
          if (is_safe && !family.WasAt(cell, lowest)) {
            SL_ASSIGN_OR_RETURN(is_safe, family.HideFor(cell, lowest));
          }
        }
      }
      ++protection.tried;
      if (is_safe) {
        ++protection.safe;
      } else {
        protection.exposed.push_back(cell);
      }
    }
  }
  return protection;
}

absl::StatusOr<std::vector<Range>> RangesOf(const std::vector<Cell>& cells,
                                            const std::vector<Equation>& equations,
                                            const std::vector<std::size_t>& wanted,
                                            std::int64_t highest,
                                            const std::function<absl::Status()>& should_stop) {
  const SolverMemory memory;
  std::vector<Cell> known = cells;
  for (Cell& cell : known) {
    if (cell.state == CellState::kShown) cell.state = CellState::kKnown;
    cell.is_sensitive = false;
  }
  for (const std::size_t cell : wanted) known[cell].is_sensitive = true;
  std::vector<Range> range_of(cells.size());
  for (const Part& part : PartsOf(known, equations)) {
    if (!part.is_sensitive) continue;
    Family family(known, part.members, part.equations);
    for (const std::size_t cell : part.members) {
      if (!known[cell].is_sensitive) continue;
      SL_RETURN_IF_ERROR(should_stop());
      SL_ASSIGN_OR_RETURN(range_of[cell].lowest, family.LowestOf(cell));
      SL_ASSIGN_OR_RETURN(range_of[cell].highest,
                          family.HighestOf(cell, std::max(highest, known[cell].value)));
    }
  }
  std::vector<Range> ranges;
  for (const std::size_t cell : wanted) ranges.push_back(range_of[cell]);
  return ranges;
}

}  // namespace serieslink::summary

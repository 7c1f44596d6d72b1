"""What a reader can conclude from public summaries by linear programming.

Shares no code with what hides figures: it knows the tables as published, how their rows add up, and
what the definitions of measures say of one another.
"""

import collections

import numpy
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

SAME = {"border.origin": "border.seizures",
        "recovery.weapons_by_legal_class": "recovery.weapons_by_type"}
WITHIN = {"gun_crime.robbery": "gun_crime.offences", "discharge.incidents": "gun_crime.incidents",
          "discharge.lethal": "discharge.incidents",
          "discharge.lethal_beyond_property": "discharge.lethal",
          "injury.incidents": "gun_crime.incidents"}
HIDDEN = None

Cell = collections.namedtuple("Cell", "measure part force borough ward code span")


def cell_of(row, span):
    """The cell of a row of figures.csv. A number that two measures have is one cell."""
    measure, part, code = row["measure"], row["part"], row["code"]
    if part != "kind":
        measure = SAME.get(measure, measure)
    elif measure == "gun_crime.robbery":
        measure = "gun_crime.offences"
    places = {"force": (code, "", ""), "borough": (row["parent"], code, ""),
              "ward": (row["force"], row["parent"], code + "@" + row["boundary_year"])}
    force, borough, ward = places.get(part, ("", "", ""))
    return Cell(measure, part, force, borough, ward, code if part in ("kind", "owning unit") else "", span)


class Attack:
    """All that follows from tables. `misses` tells by how much a cell of a year differs from the sum
    of its quarters, and a total from its units: an attacker who knows even that."""

    def __init__(self, tables, quarters_of, misses):
        """`tables`: {span: rows}; a span is (first day, last day). `quarters_of`: {span: spans}."""
        self.numbers = {}      # cells and rests, to columns
        self.bounds = []
        self.equations = []    # (columns, factors, sum)
        self.shown = {}
        for span, rows in tables.items():
            for row in rows:
                cell = cell_of(row, span)
                self.shown[cell] = HIDDEN if row["value"] == "[c]" else int(row["value"])
        keys = {cell._replace(span=None) for cell in self.shown}
        spans = set(tables) | {quarter for span in tables for quarter in quarters_of.get(span, ())}
        self.keys = keys
        # What is listed nowhere in a table that lists its like is nothing.
        measures_told = {(cell.measure, cell.span) for cell in self.shown}
        parts_told = {(cell.part, cell.span) for cell in self.shown}
        for key in keys:
            for span in spans:
                cell = key._replace(span=span)
                is_told = (key.measure, span) in measures_told and (key.part, span) in parts_told
                value = self.shown.get(cell, 0 if is_told else "open")
                self.numbers[cell] = len(self.bounds)
                self.bounds.append((0, None) if value == "open" else (1, None) if value is HIDDEN else (value, value))
        for span in spans:
            self._add_sums(span)
        for year, quarters in quarters_of.items():
            if year not in tables:
                continue
            for key in keys:
                if key.part == "not certain":
                    continue
                columns = [key._replace(span=year)] + [key._replace(span=quarter) for quarter in quarters]
                self._equal([-1, 1, 1, 1, 1], columns, -misses(key, year))

    def _equal(self, factors, cells, total=0):
        self.equations.append(([self.numbers[cell] for cell in cells], factors, total))

    def _rest(self, name, whole, part):
        """The column of what is in `whole` and not in `part`."""
        self.numbers[name] = len(self.bounds)
        self.bounds.append((0, None))
        self._equal([-1, 1, 1], [whole, part, name])

    def _add_sums(self, span):
        sums = collections.defaultdict(list)
        for key in self.keys:
            cell = key._replace(span=span)
            total = cell._replace(part="total", force="", borough="", ward="", code="")
            if key.part in ("kind", "force"):
                sums[total, key.part].append(cell)
            elif key.part == "borough":
                sums[total._replace(part="force", force=key.force), key.part].append(cell)
            elif key.part == "ward":
                sums[total._replace(part="borough", force=key.force, borough=key.borough), key.part].append(cell)
            if key.part in ("total", "force", "borough"):
                whole = WITHIN.get(key.measure)
                if whole and cell._replace(measure=whole) in self.numbers:
                    self._rest(("rest", cell), cell._replace(measure=whole), cell)
            if key.measure == "gun_crime.incidents" and key.code == "fired":
                self._equal([1, -1], [cell, total._replace(measure="discharge.incidents")])
        for (whole, part), parts in sums.items():
            if part == "kind" and whole.measure == "gun_crime.offences":
                robbery = [one for one in parts if one.code.startswith("robbery")]
                robberies = whole._replace(measure="gun_crime.robbery")
                self._equal([-1] + [1] * len(robbery), [robberies] + robbery)
            if whole in self.numbers:
                self._equal([-1] + [1] * len(parts), [whole] + parts)

    def solve(self, wanted):
        """{cell: (lowest, highest)} of the wanted ones."""
        count = len(self.bounds)
        rows, columns = [], []
        for row, (cells, _, _) in enumerate(self.equations):
            rows += [row] * len(cells)
            columns += cells
        links = csr_matrix((numpy.ones(len(rows)), (rows, columns)),
                           shape=(len(self.equations), count))
        # What is known links nothing.
        free = numpy.array([low != high for low, high in self.bounds], dtype=float)
        links = links.multiply(free[None, :]).tocsr()
        _, parts = connected_components(links.T @ links, directed=False)
        of_part = collections.defaultdict(list)
        for column, part in enumerate(parts):
            of_part[part].append(column)
        equations_of = collections.defaultdict(list)
        for equation in self.equations:
            known = [column for column in equation[0] if free[column]]
            if known:
                equations_of[parts[known[0]]].append(equation)
        found = {}
        programs = {}
        for cell in wanted:
            column = self.numbers[cell]
            if not free[column]:
                found[cell] = self.bounds[column]
                continue
            part = parts[column]
            if part not in programs:
                programs[part] = self._program(of_part[part], equations_of[part])
            place, matrix, sums, bounds = programs[part]
            ends = []
            for sign in (1, -1):
                objective = numpy.zeros(len(bounds))
                objective[place[column]] = sign
                done = linprog(objective, A_eq=matrix, b_eq=sums, bounds=bounds, method="highs")
                if done.status == 0:
                    ends.append(done.fun * sign)
                elif done.status in (3, 4) and sign == -1:
                    # Nothing bounds it; that there are solutions is known since the lowest.
                    ends.append(float("inf"))
                else:
                    raise RuntimeError(f"the tables contradict one another: {done.message}")
            found[cell] = tuple(ends)
        return found

    def _program(self, columns, equations):
        place = {column: i for i, column in enumerate(columns)}
        rows, cols, factors, sums = [], [], [], []
        for row, (cells, of, total) in enumerate(equations):
            rest = total
            for column, factor in zip(cells, of):
                if column in place:
                    rows.append(row)
                    cols.append(place[column])
                    factors.append(factor)
                else:
                    rest -= factor * self.bounds[column][0]
            sums.append(rest)
        matrix = coo_matrix((factors, (rows, cols)), shape=(len(equations), len(columns))).tocsr()
        return place, matrix if equations else None, sums if equations else None, [self.bounds[c] for c in columns]

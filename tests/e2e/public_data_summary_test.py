#!/usr/bin/env python3
"""Summaries of public records give the totals that were published, and points lie in the right areas.

Usage: public_data_summary_test.py SERIESLINKD SERIESLINK

Goal: totals by area and month equal those of the sets, counted from their files alone; a point's
borough and ward are those that Shapely finds, and a test of rays that shares no code with either.
Method: each set is loaded through the client by a mapping, by an agency that sees only its own.

The sets are no part of this repository: SERIESLINK_SHARED_DATA, or ../shared/data beside the source,
is the folder that holds them. One that is absent is said on a line that begins with "not run: ".
"""

import collections
import csv
import datetime
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from shapely.geometry import Point, shape  # noqa: E402
from shapely.prepared import prep  # noqa: E402
from shapely.validation import make_valid  # noqa: E402
from support.running_server import running_server  # noqa: E402

SERVERD, CLIENT = sys.argv[1:3]
DATA = pathlib.Path(os.environ.get("SERIESLINK_SHARED_DATA", TESTS.parents[1] / "shared/data"))
GEOGRAPHY = DATA / "uk-london-geography"
AGENCIES = ("points", "counts", "nypd", "dc", "rio")


def rows_of(path):
    """The rows of a set's file; none where the set is absent, which is said."""
    file = DATA / path
    if not file.exists():
        print(f"not run: public_data_summary_test on {path}, which is not in the folder of public data")
        return None
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def isotime(text):
    return datetime.datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")


def tables(rows):
    """Counts of `rows`, without those that are zero."""
    return {key: count for key, count in collections.Counter(rows).items() if count}


def is_within(ring, x, y):
    """Whether a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


class Areas:
    """The areas of a GeoJSON file, by Shapely and by rays."""

    def __init__(self, path, code):
        features = sorted(json.loads(path.read_text("utf-8"))["features"], key=lambda one: one["properties"][code])
        self.areas = []
        for feature in features:
            polygon = shape(feature["geometry"])
            parts = feature["geometry"]["coordinates"]
            if feature["geometry"]["type"] == "Polygon":
                parts = [parts]
            self.areas.append((feature["properties"][code], polygon.bounds, prep(make_valid(polygon)), parts))
        self.found = {}
        self.rays_differ = 0

    def code_at(self, lon, lat):
        """The first area in order of code that has the point, its borders included."""
        if (lon, lat) in self.found:
            return self.found[lon, lat]
        by_shapely, by_rays = "", ""
        for code, (west, south, east, north), prepared, parts in self.areas:
            if not (west <= lon <= east and south <= lat <= north):
                continue
            if not by_shapely and prepared.intersects(Point(lon, lat)):
                by_shapely = code
            if not by_rays and sum(is_within(ring, lon, lat) for part in parts for ring in part) % 2 == 1:
                by_rays = code
        self.rays_differ += by_shapely != by_rays
        self.found[lon, lat] = by_shapely
        return by_shapely


class PublicDataSummaryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="serieslink_test.")
        cls.revisions = {}  # by agency: what it has sent is known from
        cls.addClassCleanup(cls.folder.cleanup)
        settings = "" if not GEOGRAPHY.exists() else f'''
            boundaries {{ file: "{GEOGRAPHY}/boroughs_2022.geojson" kind: "borough" boundary_year: 2022
                          code_property: "LAD22CD" name_property: "LAD22NM" attribution: "Contains OS data" }}
            boundaries {{ file: "{GEOGRAPHY}/wards_2013.geojson" kind: "ward" boundary_year: 2013
                          code_property: "ward_code" name_property: "ward_name" }}
        '''
        context = running_server(SERVERD, agencies=AGENCIES, settings=settings)
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)

    @classmethod
    def client(cls, agency, *arguments):
        server = cls.server
        done = subprocess.run(
            [CLIENT, "--server", server.address, "--ca", server.authority(), "--timeout", "120",
             "--cert", server.certificate(f"{agency}/feed"), "--key", server.key(f"{agency}/feed"), *arguments],
            capture_output=True, text=True, check=False, env={"XDG_STATE_HOME": cls.folder.name})
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def push(self, agency, mapping, header, rows):
        path = pathlib.Path(self.folder.name) / f"{mapping}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(rows)
        report = json.loads(self.client(agency, "push", "--format", "json", "--mapping",
                                        str(TESTS / f"e2e/mappings/{mapping}.toml"), str(path)))
        self.revisions[agency] = str(report["revision"])

    def summary(self, agency, period, by):
        return json.loads(self.client(agency, "summary", period, "--by", by, "--format", "json",
                                      "--min-revision", self.revisions[agency]))

    @staticmethod
    def figures(summary, measure):
        return next(one for one in summary["measures"] if one["measure_id"] == measure)

    @staticmethod
    def count(figure, field="counted"):
        return int(figure["counts"][0].get(field, 0))

    def total(self, summary, measure, field="counted"):
        return self.count(self.figures(summary, measure)["total"], field)

    def kinds(self, summary, measure):
        return {one["category"]: self.count(one["figure"])
                for one in self.figures(summary, measure).get("categories", []) if self.count(one["figure"])}

    def by(self, summary, measure, dimension, field="counted"):
        rows = next(one["rows"] for one in self.figures(summary, measure)["dimensions"]
                    if one["dimension"] == dimension)
        return {row.get("key", ""): self.count(row["figure"], field)
                for row in rows if self.count(row["figure"], field)}

    def test_points_lie_in_the_borough_and_ward_that_others_find(self):
        rows = rows_of("uk-london-weapon-possession-points/points_2018_2019.csv.gz")
        if rows is None or not GEOGRAPHY.exists():
            return
        self.push("points", "london_possession_points", ["row", "month", "lat", "lon"],
                  [[number, row["month"], row["lat"], row["lon"]] for number, row in enumerate(rows)])
        boroughs = Areas(GEOGRAPHY / "boroughs_2022.geojson", "LAD22CD")
        wards = Areas(GEOGRAPHY / "wards_2013.geojson", "ward_code")
        placed = [(row["month"], boroughs.code_at(float(row["lon"]), float(row["lat"])),
                   wards.code_at(float(row["lon"]), float(row["lat"]))) for row in rows]
        outside = sum(not borough for _, borough, _ in placed)
        print(f"points: {len(rows)} rows at {len(boroughs.found)} points, {outside} rows in no borough; rays and "
              f"Shapely differ at {boroughs.rays_differ} (boroughs) and {wards.rays_differ} (wards)")
        # Only on borders, where rays decide by the last bit, and where a line crosses itself.
        self.assertLessEqual(boroughs.rays_differ, len(boroughs.found) // 500)
        self.assertLessEqual(wards.rays_differ, len(wards.found) // 500)
        months = sorted({row["month"] for row in rows})
        self.assertGreaterEqual(len(months), 20)
        for month in months:
            with self.subTest(month=month):
                here = [(borough, ward) for one, borough, ward in placed if one == month]
                summary = self.summary("points", month, "borough,ward")
                self.assertEqual(self.total(summary, "possession.offences"), len(here))
                self.assertEqual(self.by(summary, "possession.offences", "DIMENSION_BOROUGH"),
                                 tables(borough for borough, _ in here))
                self.assertEqual(self.by(summary, "possession.offences", "DIMENSION_WARD"),
                                 tables(ward for _, ward in here))
                self.assertEqual(self.kinds(summary, "quality.placed_by_point"),
                                 {"borough": sum(1 for borough, _ in here if borough),
                                  "ward": sum(1 for _, ward in here if ward)})
        names = {row["key"]: row["name"] for one in self.figures(summary, "possession.offences")["dimensions"]
                 for row in one["rows"] if row.get("key")}
        self.assertEqual(names["E09000014"], "Haringey")
        self.assertEqual({one["kind"]: one["boundary_year"] for one in summary["boundaries"]},
                         {"AREA_KIND_BOROUGH": 2022, "AREA_KIND_WARD": 2013})
        self.assertIn("Wards do not add up to boroughs", " ".join(summary["notes"]))

        page = self.client("points", "summary", "2019", "--by", "borough,ward", "--format", "html",
                           "--min-revision", self.revisions["points"])
        self.assertIn("Map of areas of the kind ward, boundaries of 2013", page)
        self.assertIn("Contains OS data", page)
        self.assertNotIn("as squares", page)
        self.assertEqual(page.count('<path id="area-2-2022-'), 33)
        self.assertEqual(page.count('<path id="area-3-2013-'), 649)
        print(f"points: a page with maps of 33 boroughs and 649 wards has {len(page) // 1024} KiB")

    def test_counts_of_boroughs_and_months_are_those_published(self):
        old = rows_of("uk-london-crime-counts/borough_month_2010_2021.csv.gz")
        new = rows_of("uk-london-crime-counts/borough_month_2021_2023.csv.gz")
        codes = rows_of("uk-london-geography/boroughs_2022.csv")
        if old is None or new is None or codes is None:
            return
        code_of = {row["borough_name"]: row["borough_code"] for row in codes}
        published = collections.Counter()
        rows = []
        for row in old + new:
            if "Firearm" not in row["MinorText"]:
                continue
            borough = code_of.get(row["LookUp_BoroughName"], "")
            for column, count in row.items():
                if not column.isdigit():
                    continue
                month = f"{column[:4]}-{column[4:]}"
                for _ in range(int(count or 0)):
                    rows.append([len(rows), month, borough, row["MinorText"]])
                    published[month, borough, row["MinorText"].startswith("Possession")] += 1
        self.push("counts", "london_crime_counts", ["row", "month", "borough_code", "minor_text"], rows)
        months = sorted({month for month, _, _ in published})
        print(f"counts: {len(rows)} offences of {months[0]} to {months[-1]}")
        for month in months[::6] + months[-24:]:
            with self.subTest(month=month):
                here = {borough: count for (one, borough, is_possession), count in published.items()
                        if one == month and is_possession}
                summary = self.summary("counts", month, "borough")
                self.assertEqual(self.by(summary, "possession.offences", "DIMENSION_BOROUGH"), here)
                self.assertEqual(self.total(summary, "possession.offences"), sum(here.values()))
        for period, first, last in (("2022", "2022-01", "2022-12"), ("2018Q1", "2018-01", "2018-03"),
                                    ("FY2015-16Q4", "2016-01", "2016-03"), ("12M2020Q1", "2019-04", "2020-03")):
            with self.subTest(period=period):
                here = collections.Counter()
                for (month, borough, is_possession), count in published.items():
                    if first <= month <= last and is_possession:
                        here[borough] += count
                self.assertEqual(
                    self.by(self.summary("counts", period, "borough"), "possession.offences", "DIMENSION_BOROUGH"),
                    dict(here))

    def test_shootings_of_new_york_are_incidents_with_several_victims(self):
        rows = rows_of("us-shootings/nypd_2025_ytd.csv")
        if rows is None:
            return
        columns = list(rows[0])
        for row in rows:
            month, day, year = row["occur_date"].split("/")
            row["occurred"] = f"{year}-{month}-{day}T{row['occur_time']}"
        self.push("nypd", "nypd_shootings", ["row", "occurred"] + columns,
                  [[number, row["occurred"]] + [row[column] for column in columns]
                   for number, row in enumerate(rows)])
        incidents = {row["incident_key"]: (row["occurred"][:7], row["precinct"]) for row in rows}
        fatal = {row["incident_key"] for row in rows if row["statistical_murder_flag"] == "Y"}
        months = sorted({month for month, _ in incidents.values()})
        print(f"nypd: {len(rows)} rows, {len(incidents)} incidents of {months[0]} to {months[-1]}")
        for month in months:
            with self.subTest(month=month):
                summary = self.summary("nypd", month, "owning-unit")
                here = {key: precinct for key, (one, precinct) in incidents.items() if one == month}
                for measure in ("gun_crime.incidents", "discharge.incidents"):
                    self.assertEqual(self.total(summary, measure), len(here))
                    self.assertEqual(self.by(summary, measure, "DIMENSION_OWNING_UNIT"), tables(here.values()))
                self.assertEqual(self.kinds(summary, "injury.incidents"),
                                 tables("fatal" for key in here if key in fatal))
                self.assertEqual(self.total(summary, "victims.age_band"),
                                 sum(row["occurred"].startswith(month) for row in rows))

    def test_gun_crimes_of_washington_are_counted_by_district(self):
        rows = rows_of("us-shootings/dc_gun_crimes_2013.csv.gz")
        if rows is None:
            return
        columns = list(rows[0])
        spans = {}
        for row in rows:
            first = isotime(row["start_date"])
            last = max(first, isotime(row["end_date"])) if row["end_date"] else first
            row["occurred"] = f"{first.isoformat()}/{last.isoformat()}"
            spans[row["ccn"]] = (first.strftime("%Y-%m"), last.strftime("%Y-%m"), row["district"])
        self.push("dc", "dc_gun_crimes", ["row", "occurred"] + columns,
                  [[number, row["occurred"]] + [row[column] for column in columns]
                   for number, row in enumerate(rows)])
        robbed = {row["ccn"] for row in rows if row["offense"] == "ROBBERY"}
        print(f"dc: {len(rows)} rows, {len(spans)} incidents")
        for month in [f"2013-{number:02}" for number in range(1, 13)]:
            with self.subTest(month=month):
                summary = self.summary("dc", month, "owning-unit")
                within = {ccn: unit for ccn, (first, last, unit) in spans.items() if first == last == month}
                across = {ccn: unit for ccn, (first, last, unit) in spans.items()
                          if first != last and first <= month <= last}
                self.assertEqual(self.by(summary, "gun_crime.incidents", "DIMENSION_OWNING_UNIT"),
                                 tables(within.values()))
                self.assertEqual(self.by(summary, "gun_crime.incidents", "DIMENSION_OWNING_UNIT", "straddling"),
                                 tables(across.values()))
                self.assertEqual(self.kinds(summary, "gun_crime.robbery").get("robbery personal", 0),
                                 sum(ccn in robbed for ccn in within))

    def test_guns_of_rio_are_of_the_month_of_their_procedure(self):
        incidents = rows_of("br-rio-incidents-and-guns/incidents_2018_2020.csv.gz")
        guns = rows_of("br-rio-incidents-and-guns/guns_2018_2020.csv.gz")
        if incidents is None or guns is None:
            return
        dates = collections.defaultdict(set)
        for row in incidents:
            dates[row["control_no"]].add(row["date"])
        # Of these the file itself does not say when they happened.
        unclear = {number for number, days in dates.items() if len(days) > 1 or "" in days}
        incidents = [row for row in incidents if row["control_no"] not in unclear]
        guns = [row for row in guns if row["control_no"] not in unclear]
        for name, rows in (("rio_incidents", incidents), ("rio_incident_guns", guns)):
            columns = list(rows[0])
            self.push("rio", name, ["row"] + columns,
                      [[number] + [row[column] for column in columns] for number, row in enumerate(rows)])
        month_of = {row["control_no"]: row["date"][:7] for row in incidents}
        words = {"pistola": "pistol", "garrucha": "pistol", "garruchão": "pistol", "revólver": "revolver",
                 "espingarda": "shotgun long", "fuzil": "rifle", "carabina": "rifle", "outros": "other",
                 "submetralhadora": "sub machine gun", "metralhadora": "machine gun",
                 "arma de fabricação caseira": "homemade"}
        orphans = sum(row["control_no"] not in month_of for row in guns)
        print(f"rio: {len(incidents)} rows of {len(month_of)} procedures, {len(guns)} guns, {orphans} of them of "
              f"procedures that are not there; {len(unclear)} procedures without one date are left out")
        stations = {row["control_no"]: set() for row in incidents}
        for row in incidents:
            stations[row["control_no"]].add(row["police_station"])
        for month in ("2018-03", "2018-12", "2019-01", "2019-06", "2019-11", "2020-05", "2020-10"):
            with self.subTest(month=month):
                summary = self.summary("rio", month, "owning-unit")
                here = [row for row in guns if month_of.get(row["control_no"]) == month]
                self.assertEqual(self.kinds(summary, "guns.apparent_type"),
                                 tables(words[row["weapon_type"]] for row in here))
                self.assertEqual(self.total(summary, "guns.apparent_type", "undated"), orphans)
                units = self.by(summary, "guns.apparent_type", "DIMENSION_OWNING_UNIT")
                self.assertEqual(units, tables(station for row in here for station in stations[row["control_no"]]))


if __name__ == "__main__":
    if not DATA.exists():
        print("not run: public_data_summary_test, for the folder of public data is not here")
        sys.exit(0)
    unittest.main(argv=sys.argv[:1])

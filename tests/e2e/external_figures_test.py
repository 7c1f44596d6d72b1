#!/usr/bin/env python3
"""Figures that were published elsewhere are loaded, refused below their design, and shown.

Usage: external_figures_test.py SERIESLINKD SERIESLINK

Goal: a published figure is a record in versions; a cell below a survey's design is refused by name;
risks and their intervals equal those that are counted here from what was sent.
"""

import csv
import io
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.running_server import running_server  # noqa: E402

SERVERD, CLIENT = sys.argv[1:3]
MAPPING = '''
feed = "statistics"
[[field]]
path = "system"
constant = "MYE"
[[field]]
path = "record_id"
template = "{code}/{ages}/{year}"
[[field]]
path = "series"
constant = "mye.residents"
[[field]]
path = "source"
constant = "Mid-year estimates"
[[field]]
path = "kind"
constant = "POPULATION"
[[field]]
path = "unit"
constant = "residents"
[[field]]
path = "period"
template = "{year}-06-30"
[[field]]
path = "area_kind"
constant = "BOROUGH"
[[field]]
path = "area_code"
column = "code"
[[field]]
path = "age_band"
column = "ages"
[[field]]
path = "value"
column = "residents"
[[field]]
path = "marking.visibility"
constant = "OPEN"
'''


def poisson_at_most(count, mean):
    """The probability of `count` or fewer."""
    return sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count + 1))


def exact_interval(count):
    """Of the mean of which `count` was observed, 95 %: where each tail has 2.5 %."""
    def solve(falls_below, low, high):
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if falls_below(middle) else (low, middle)
        return low
    lower = 0 if count == 0 else solve(lambda mean: 1 - poisson_at_most(count - 1, mean) < 0.025, 1e-9, count)
    return lower, solve(lambda mean: poisson_at_most(count, mean) > 0.025, max(count, 1e-9), 10 * count + 20)


def survey(record_id, value, sample, version=1, **more):
    return {"system": "PAS", "recordId": record_id, "version": version, "series": "pas.worried",
            "title": "Worried about gun crime", "source": "Public Attitude Survey", "kind": "SURVEY_SHARE",
            "unit": "% of respondents", "period": "2022-07-01/2022-09-30", "areaKind": "BOROUGH",
            "areaCode": "E09000014", "value": value, "low": value - 4, "high": value + 4, "sampleSize": sample,
            "sampleSizeMinimum": 100, "marking": {"visibility": "OPEN"}, **more}


class ExternalFiguresTest(unittest.TestCase):
    revision = 1  # what was sent is known from

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="serieslink_test.")
        cls.addClassCleanup(cls.folder.cleanup)
        context = running_server(SERVERD, agencies=("mopac", "mps", "btp"))
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)

    def client(self, agency, *arguments, code=0, text=None):
        server = self.server
        done = subprocess.run(
            [CLIENT, "--server", server.address, "--ca", server.authority(),
             "--cert", server.certificate(f"{agency}/feed"), "--key", server.key(f"{agency}/feed"), *arguments],
            capture_output=True, text=True, check=False, input=text, env={"XDG_STATE_HOME": self.folder.name})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        known = re.search(r"known from revision (\d+)", done.stdout)
        if known:
            ExternalFiguresTest.revision = max(self.revision, int(known[1]))
        return done.stdout + done.stderr

    def push(self, agency, feed, messages, code=0):
        path = pathlib.Path(self.folder.name) / f"{agency}.{feed}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in messages), "utf-8")
        return self.client(agency, "push", "--feed", feed, str(path), code=code)

    def summary(self, agency, period="2022Q3", *more):
        return json.loads(self.client(agency, "summary", period, "--format", "json", "--min-revision",
                                      str(self.revision), *more))

    @staticmethod
    def shares(summary):
        return [(one["value"], one["sample_size"]) for one in summary.get("external_figures", [])
                if one["kind"] == "STATISTIC_KIND_SURVEY_SHARE"]

    def test_figures_are_versions_of_records_and_none_is_below_its_design(self):
        refused = self.push("mopac", "statistics", [survey("A", 31, 401), survey("B", 60, 99)], code=2)
        self.assertIn("statistics.sample_size", refused)
        before = self.summary("btp")
        self.assertEqual(self.shares(before), [(31, 401)])
        self.assertEqual(before["external_figures"][0]["area_name"], "Haringey")
        self.push("mopac", "statistics", [survey("A", 33, 402, version=2),
                                          survey("C", 50, 500, marking={"visibility": "OWNER"})])
        self.assertEqual(self.shares(self.summary("btp")), [(33, 402)])
        self.assertEqual(self.shares(self.summary("mopac")), [(33, 402), (50, 500)])
        self.assertEqual(self.shares(self.summary("btp", "2022Q3", "--as-at", str(before["revision"]))), [(31, 401)])
        self.assertEqual(self.shares(self.summary("btp", "2023Q1")), [])
        for style, said in (("text", "pas.worried: Public Attitude Survey, sent by mopac."), ("html", "Figures that others published"),
                            ("csv", "pas.worried")):
            self.assertIn(said, self.client("btp", "summary", "2022Q3", "--format", style))

    def test_young_peoples_risk_is_victims_for_each_thousand_residents_of_the_band(self):
        residents = {("E09000014", "10-24"): 48_211, ("E09000014", "25+"): 180_000, ("E09000012", "10-24"): 41_090}
        mapping = pathlib.Path(self.folder.name) / "population.toml"
        mapping.write_text(MAPPING, "utf-8")
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(["code", "ages", "year", "residents"])
        for (code, ages), count in residents.items():
            writer.writerow([code, ages, 2021, count])
            writer.writerow([code, ages, 2020, 1])
        self.client("mopac", "push", "--mapping", str(mapping), "-", text=table.getvalue())
        incidents = []
        victims = {}
        for number in range(60):
            code = ("E09000014", "E09000012")[number % 3 == 0]
            ages = ("15-19", "20-24", "30-39", "20-29", "")[number % 5]
            month = 5 + number % 5
            incidents.append({
                "system": "S", "recordId": str(number), "recordType": "INCIDENT", "occurred": f"2022-{month:02}-11",
                "firearmUses": ["FIRED"], "place": {"boroughCode": code},
                "inquiry": {"persons": [{"token": f"P{number}", "category": "VICTIM", "ageBand": ages}]},
                "marking": {"visibility": "OPEN"}})
            if 7 <= month <= 9:
                victims.setdefault(code, []).append(ages)
        self.push("mps", "force", incidents)
        risks = {(one["residents"]["area_code"], one["residents"]["age_band"]): one
                 for one in self.summary("btp")["risks"]}
        self.assertEqual(set(risks), set(residents))
        for (code, ages), count in residents.items():
            risk = risks[code, ages]
            within = {"10-24": ("15-19", "20-24"), "25+": ("30-39",)}[ages]
            known = sum(one in within for one in victims[code])
            self.assertEqual(int(risk["residents"]["value"]), count)
            self.assertEqual(int(risk.get("victims", 0)), known)
            self.assertEqual(int(risk.get("possible_victims", 0)), sum(one in ("20-29", "") for one in victims[code]))
            low, high = exact_interval(known)
            for field, value in (("per_thousand", known), ("low", low), ("high", high)):
                self.assertAlmostEqual(risk.get(field, 0), 1000 * value / count, delta=0.00006, msg=field)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

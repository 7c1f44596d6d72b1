#!/usr/bin/env python3
"""Public summaries betray no small count, and are what was issued.

Usage: public_summary_test.py SERIESLINKD SERIESLINK SERIESLINK-SYNTH [SEED]

Goal: whoever puts all summaries together that were issued, of periods and areas that overlap, and
runs linear programs over them, cannot tell any small count from other numbers from 1 to the bound
of small ones (tests/support/disclosure_attack.py, which shares no code with what hides them). Figures
that are shown are those that summaries give their own readers. What is issued is a data package, is
signed, needs two people where policy says so, and stays as it is.
"""

import csv
import datetime
import hashlib
import io
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.disclosure_attack import HIDDEN, WITHIN, Attack, cell_of  # noqa: E402
from support.running_server import running_server  # noqa: E402

SERVERD, CLIENT, SYNTH = sys.argv[1:4]
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 0
AGENCIES = ("mps", "mps/publisher", "mps/checker", "kent", "mers", "btp", "nabis", "border_force")
RECORDS = 3000
BOUND = 5
QUARTERS = {"2015Q4": ("2015-10-01", "2015-12-31"), "2016Q1": ("2016-01-01", "2016-03-31"),
            "2016Q2": ("2016-04-01", "2016-06-30"), "2016Q3": ("2016-07-01", "2016-09-30"),
            "2016Q4": ("2016-10-01", "2016-12-31")}
YEARS = {"12M2016Q3": ("2015-10-01", "2016-09-30"), "2016": ("2016-01-01", "2016-12-31")}
QUARTERS_OF = {YEARS["12M2016Q3"]: [QUARTERS[q] for q in ("2015Q4", "2016Q1", "2016Q2", "2016Q3")],
               YEARS["2016"]: [QUARTERS[q] for q in ("2016Q1", "2016Q2", "2016Q3", "2016Q4")]}
PERIODS = {**QUARTERS, **YEARS}
# In the order in which they are issued: a year before its last quarter. Other seeds have other orders,
# and other breakdowns.
ISSUED = ["2016Q1", "2016Q2", "2016Q3", "12M2016Q3", "2016", "2016Q4"]
BY_WARD = {"2016Q2", "2016", "2016Q4"}
if SEED:
    RANDOM = random.Random(SEED)
    RANDOM.shuffle(ISSUED)
    BY_WARD = {label for label in ISSUED if RANDOM.random() < 0.5}
WARDS = {borough: [f"E0500{borough[-2:]}{number:02}" for number in range(5)]
         for borough in ("E09000014", "E09000022", "E09000010", "E09000003")}


def sparse_reports():
    """Reports of wards of a few boroughs, few in each, so that there is much to hide."""
    chance = random.Random(SEED)
    for number in range(500):
        borough = chance.choice(list(WARDS))
        day = datetime.date(2015, 10, 1) + datetime.timedelta(chance.randrange(457))
        venue = {"boroughCode": borough}
        if chance.random() < 0.8:
            # Some wards have more than others.
            venue |= {"wardCode": WARDS[borough][min(chance.randrange(5), chance.randrange(5))], "boundaryYear": 2014}
        report = {"system": "SPARSE", "reportNumber": f"S{number}", "version": 1, "reportType": "CRIME",
                  "committed": str(day), "venue": venue, "firearmFeatures": [chance.choice(["FIRED", "FIRED", "THREAT"])],
                  "injury": chance.choice(["NONE", "NONE", "SLIGHT", "SERIOUS", "FATAL"]),
                  "marking": {"visibility": "OPEN"}}
        if report["firearmFeatures"] == ["FIRED"]:
            report["shots"] = {"fired": "Y", "lethalBarrelled": chance.choice("YYN"),
                               "at": [chance.choice(["PERSON", "VEHICLE", "PROPERTY"])]}
        yield report


# After specs.frictionlessdata.io: data-package, data-resource and table-schema, v1.
PACKAGE_SCHEMA = {
    "type": "object", "required": ["resources", "name", "profile", "created"],
    "properties": {
        "name": {"type": "string", "pattern": "^[-a-z0-9._/]+$"},
        "created": {"type": "string", "format": "date-time"},
        "contributors": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["title"]}},
        "resources": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["name", "path", "hash", "bytes"],
            "properties": {
                "name": {"type": "string", "pattern": "^[-a-z0-9._/]+$"},
                "path": {"type": "string", "pattern": r"^(?=^[^./~])(^((?!\.{2}).)*$).*$"},
                "hash": {"type": "string", "pattern": "^sha256:[a-f0-9]{64}$"},
                "bytes": {"type": "integer"},
                "schema": {"type": "object", "required": ["fields"], "properties": {
                    "missingValues": {"type": "array", "items": {"type": "string"}},
                    "fields": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "required": ["name", "type"], "properties": {
                            "type": {"enum": ["string", "integer", "number", "year", "date"]}}}}}}}}}}}


class PublicSummaryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="serieslink_test.")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.openssl("genpkey", "-algorithm", "ed25519", "-out", "signing.key")
        cls.openssl("pkey", "-in", "signing.key", "-pubout", "-out", "signing.pub")
        settings = f'''public_summaries {{
            issuers {{ agency: "mps" principal: "publisher" }}
            issuers {{ agency: "mps" principal: "checker" }}
            publisher: "A police force"
            signing_key: "{cls.folder}/signing.key"
            needs_second_person: true
        }}'''
        context = running_server(SERVERD, agencies=AGENCIES, settings=settings)
        cls.server = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        feeds = cls.folder / "feeds"
        subprocess.run([SYNTH, "--records", str(RECORDS), "--seed", str(11 + SEED), "--dirt", "none",
                        "--out", feeds], check=True, stdout=subprocess.DEVNULL)
        (feeds / "mps.mps.sparse.jsonl").write_text("".join(json.dumps(one) + "\n" for one in sparse_reports()), "utf-8")
        revision = 0
        for path in sorted(feeds.glob("*.*.jsonl")):
            agency, feed = path.name.split(".")[:2]
            report = json.loads(cls.run_client(f"{agency}/feed", "push", "--format", "json", "--feed", feed, str(path)))
            revision = max(revision, int(report["revision"]))
        cls.run_client("mps/feed", "summary", "2016", "--min-revision", str(revision))
        cls.truths = {}
        cls.refused = []
        for period in list(ISSUED):
            cls.issue_if_safe(period)
        cls.tables = {PERIODS[label]: cls.figures(f"{label}-1") for label in ISSUED}
        # The force of each borough, as published.
        cls.of_force = {row["code"]: row["parent"] for rows in cls.tables.values() for row in rows
                        if row["part"] == "borough" and row["code"]}
        cls.counted = {}

    @classmethod
    def openssl(cls, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=cls.folder)

    @classmethod
    def try_client(cls, who, *arguments):
        server = cls.server
        return subprocess.run(
            [CLIENT, "--timeout", "300", "--server", server.address, "--ca", server.authority(),
             "--cert", server.certificate(who), "--key", server.key(who), *arguments],
            capture_output=True, text=True, check=False, env={"XDG_STATE_HOME": str(cls.folder)})

    @classmethod
    def run_client(cls, who, *arguments):
        done = cls.try_client(who, *arguments)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    @classmethod
    def issue(cls, period, *more):
        more += ("--by", "ward") if period in BY_WARD else ()
        audit = json.loads(cls.run_client("mps/publisher", "summary", "issue", period, "--format", "json", *more))["audit"]
        cls.run_client("mps/checker", "summary", "second", period)
        return audit

    @classmethod
    def issue_if_safe(cls, period):
        """Some orders leave no way to issue a summary safely. Then there is none, or one without wards."""
        try:
            audit = cls.issue(period)
        except RuntimeError as error:
            if "small counts would follow" not in str(error):
                raise
            cls.refused.append(period)
            if period in BY_WARD:
                BY_WARD.remove(period)
                cls.issue_if_safe(period)
            else:
                ISSUED.remove(period)
            return
        print(f"seed {SEED}, {period}{' by ward' if period in BY_WARD else ''}:",
              {name: int(audit.get(name, 0)) for name in
               ("shown", "hidden_small", "hidden_with_them", "tried", "safe", "exposed_before")})

    @classmethod
    def figures(cls, name):
        return list(csv.DictReader(io.StringIO(cls.run_client("kent/feed", "summary", "get", name, "--format", "csv"))))

    @classmethod
    def truth(cls, label):
        """What the issuer's own summary counts in a period: {cell without its span: count}."""
        if label in cls.truths:
            return cls.truths[label]
        summary = json.loads(cls.run_client("mps/feed", "summary", label, "--format", "json", "--by", "force,borough,ward"))
        counts = {}
        for measure in summary["measures"]:
            def put(part, code, figure, year="", measure=measure):
                row = {"measure": measure["measure_id"], "part": part, "code": code, "parent": "", "force": "",
                       "boundary_year": year}
                counts[cell_of(row, None)] = int(figure["counts"][0].get("counted", 0))
            put("total", "", measure["total"])
            for kind in measure.get("categories", []):
                put("kind", kind["category"], kind["figure"])
            for dimension in measure.get("dimensions", []):
                part = dimension["dimension"].removeprefix("DIMENSION_").lower()
                for row in dimension["rows"]:
                    put(part, row.get("key", ""), row["figure"], str(row.get("boundary_year", "")))
        cls.truths[label] = counts
        return counts

    def true_count(self, cell, label):
        key = cell._replace(span=None)
        if (key, label) not in self.counted:
            self.counted[key, label] = self.count_of(key, label)
        return self.counted[key, label]

    def count_of(self, key, label):
        """The count of a published cell; of what lies in a force and no borough, by difference."""
        counts = self.truth(label)
        if key.part == "ward":
            if not key.ward.startswith("@"):
                return counts.get(key._replace(force="", borough=""), 0)
            # What is in no ward of the borough.
            wards = {f"{code}@2014" for code in WARDS.get(key.borough, ())}
            whole = self.count_of(key._replace(part="borough", ward=""), label)
            return whole - sum(counts.get(key._replace(force="", borough="", ward=ward), 0) for ward in wards)
        if key.part != "borough":
            return counts.get(key, 0)
        if key.borough:
            return counts.get(key._replace(force=""), 0)
        inside = sum(count for one, count in counts.items()
                     if one.measure == key.measure and one.part == "borough" and one.borough and
                     self.of_force.get(one.borough) == key.force)
        return counts.get(key._replace(part="force"), 0) - inside

    def labels(self):
        return {span: label for label, span in PERIODS.items()}

    def misses(self, key, year):
        labels = self.labels()
        return self.true_count(key, labels[year]) - sum(
            self.true_count(key, labels[quarter]) for quarter in QUARTERS_OF[year])

    def label_of(self, cell):
        return self.labels()[cell.span]

    def exposed(self, tables):
        """Small counts that the tables betray: {cell: (lowest, highest)}; and how many were tried."""
        attack = Attack(tables, QUARTERS_OF, self.misses)
        small = {}
        for cell in attack.numbers:
            if cell[0] == "rest":
                part = cell[1]
                label = self.label_of(part)
                count = self.true_count(part._replace(measure=WITHIN[part.measure]), label) - self.true_count(part, label)
            elif cell.part == "not certain":
                continue
            else:
                count = self.true_count(cell, self.label_of(cell))
            if 0 < count < BOUND:
                small[cell] = count
        found = attack.solve(small)
        # A sum of several that are listed is not less than these, whatever is hidden.
        hidden = {span: [row if row["value"] == "0" else {**row, "value": "[c]"} for row in rows]
                  for span, rows in tables.items()}
        low = {cell for cell, ends in found.items() if ends[0] > 1 + 1e-6}
        least = Attack(hidden, QUARTERS_OF, self.misses).solve(low)
        return {cell: (ends, small[cell]) for cell, ends in found.items()
                if ends[1] < BOUND - 1e-6 or cell in low and ends[0] > least[cell][0] + 1e-6}, len(small)

    def test_linear_programs_over_all_that_was_issued_betray_no_small_count(self):
        exposed, tried = self.exposed(self.tables)
        print(f"seed {SEED}: {tried} small counts tried, {len(exposed)} exposed, refused: {self.refused}")
        self.assertGreater(tried, 300)
        self.assertEqual(exposed, {})
        if SEED == 0:
            self.assertEqual(self.refused, [])

    def test_the_attack_finds_what_is_badly_hidden(self):
        # Of hidden figures that are large, at least one is needed to hide a small one.
        span = QUARTERS["2016Q1"]
        for row in self.tables[span]:
            count = self.true_count(cell_of(row, span), "2016Q1")
            if row["value"] == "[c]" and count >= BOUND:
                row["value"] = str(count)
                exposed, _ = self.exposed({span: self.tables[span]})
                row["value"] = "[c]"
                if exposed:
                    return
        self.fail("every figure that was hidden with small ones could be shown")

    def test_figures_are_those_of_the_issuers_own_summary_and_small_ones_are_hidden(self):
        shown = 0
        for label in ISSUED:
            for row in self.tables[PERIODS[label]]:
                if row["part"] == "not certain":
                    continue
                count = self.true_count(cell_of(row, PERIODS[label]), label)
                if 0 < count < BOUND:
                    self.assertEqual(row["value"], "[c]", row)
                elif row["value"] == "[c]":
                    self.assertGreaterEqual(count, BOUND, row)
                else:
                    self.assertEqual(int(row["value"]), count, row)
                    shown += count > 0
        self.assertGreater(shown, 50)

    def fetched(self, name):
        folder = self.folder / name
        if not folder.exists():
            self.run_client("kent/feed", "summary", "get", name, "--out", str(folder))
        return folder

    def test_an_issue_is_a_signed_data_package(self):
        folder = self.fetched("2016Q3-1")
        package = json.loads((folder / "datapackage.json").read_text("utf-8"))
        jsonschema.validate(package, PACKAGE_SCHEMA)
        for resource in package["resources"]:
            content = (folder / resource["path"]).read_bytes()
            self.assertEqual(len(content), resource["bytes"])
            self.assertEqual("sha256:" + hashlib.sha256(content).hexdigest(), resource["hash"])
            if "schema" not in resource:
                continue
            rows = csv.reader(io.StringIO(content.decode("utf-8")))
            fields = resource["schema"]["fields"]
            self.assertEqual(next(rows), [field["name"] for field in fields])
            for row in rows:
                self.assertEqual(len(row), len(fields))
                for field, cell in zip(fields, row):
                    if cell not in resource["schema"]["missingValues"] and field["type"] in ("integer", "year"):
                        int(cell)
        self.openssl("pkeyutl", "-verify", "-pubin", "-inkey", "signing.pub", "-rawin", "-in",
                     str(folder / "datapackage.json"), "-sigfile", str(folder / "datapackage.json.sig"))
        verify = ("summary", "verify", str(folder), "--key", str(self.folder / "signing.pub"))
        self.run_client("kent/feed", *verify)
        figures = folder / "figures.csv"
        content = figures.read_bytes()
        figures.write_bytes(content.replace(b"mps", b"mpt", 1))
        done = self.try_client("kent/feed", *verify)
        figures.write_bytes(content)
        self.assertEqual(done.returncode, 2)
        self.assertIn("figures.csv", done.stderr)

    def test_nothing_leads_to_a_record_a_place_or_a_gang(self):
        for name in ("2016Q3-1", "2016-1"):
            for path in self.fetched(name).iterdir():
                text = path.read_bytes().decode("utf-8", "replace")
                self.assertIsNone(re.search(r"\b(SL|RC|EV|WP|EX|ST)-[0-9A-Z]{4}", text), path)
                for word in ("gang", "latitude", "longitude", "lsoa"):
                    self.assertNotIn(word, text.lower(), path)

    def test_text_html_and_json_say_the_same(self):
        text = self.run_client("kent/feed", "summary", "get", "2016Q3-1")
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80)
        self.assertIn("edition 1", text)
        page = self.run_client("kent/feed", "summary", "get", "2016Q3-1", "--format", "html")
        self.assertIn("[c]", page)
        self.assertNotIn("<script", page)
        summary = json.loads(self.run_client("kent/feed", "summary", "get", "2016Q3-1", "--format", "json"))
        values = [figure.get("value") for measure in summary["measures"] for figure in measure["figures"]]
        self.assertEqual([HIDDEN if row["value"] == "[c]" else row["value"]
                          for row in self.tables[QUARTERS["2016Q3"]]], values)

    def test_only_issuers_draft_and_issue_and_one_alone_cannot(self):
        for arguments in (("summary", "2016Q3", "--public"), ("summary", "issue", "2016Q3"),
                          ("summary", "second", "2016Q3")):
            self.assertEqual(self.try_client("mps/feed", *arguments).returncode, 5, arguments)
        self.assertIn("draft, not issued", self.run_client("mps/publisher", "summary", "2015Q1", "--public"))
        self.run_client("mps/publisher", "summary", "issue", "2015Q1")
        self.assertIn("proposed", self.run_client("mps/checker", "summary", "issued"))
        self.assertNotIn("proposed", self.run_client("kent/feed", "summary", "issued"))
        done = self.try_client("mps/publisher", "summary", "second", "2015Q1")
        self.assertEqual(done.returncode, 3)
        self.assertIn("another person", done.stderr)
        self.run_client("mps/checker", "summary", "second", "2015Q1")
        self.assertEqual(self.try_client("mps/checker", "summary", "second", "2015Q1").returncode, 3)

    def test_what_cannot_be_issued_is_named(self):
        year = datetime.date.today().year
        for arguments, words in (
                (("summary", "2016-09", "--public"), "period"),
                (("summary", "2016Q3", "--public", "--by", "agency,ward,operation"), "breakdowns[0]"),
                (("summary", "issue", f"{year}"), "over"),
                (("summary", "issue", "2016Q3"), "note"),
                (("summary", "issue", "2016Q3", "--note", "the same"), "shows the same"),
                (("summary", "get", "2016Q3"), "name"),
                (("summary", "get", "2016Q3-9"), "no public summary")):
            done = self.try_client("mps/publisher", *arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertIn(words, done.stderr, arguments)

    def expect_no_difference_betrays(self, second, truths_before):
        """Second editions and first ones together betray nothing small of today, nor of then, to those who
        guess that what another edition shows has not changed."""
        first = self.tables

        def filled(tables, others):
            joined = {}
            for span, rows in tables.items():
                shown = {cell_of(row, span): int(row["value"]) for row in others.get(span, ()) if row["value"] != "[c]"}
                joined[span] = []
                for row in rows:
                    cell = cell_of(row, span)
                    if row["value"] == "[c]" and shown.get(cell) == self.true_count(cell, self.label_of(cell)):
                        row = {**row, "value": str(shown[cell])}
                    joined[span].append(row)
            return joined

        truths_now = {}, {}
        for truths, tables, others in ((truths_now, {**first, **second}, first), (truths_before, first, second)):
            self.truths, self.counted = truths
            if truths is truths_now:
                # Tables that were not issued again tell of today too: nothing of theirs has changed.
                for span, rows in tables.items():
                    for row in rows if span not in second else ():
                        cell = cell_of(row, span)
                        if row["value"] != "[c]":
                            self.assertEqual(int(row["value"]), self.true_count(cell, self.label_of(cell)), cell)
            exposed, tried = self.exposed(filled(tables, others))
            self.assertGreater(tried, 300)
            self.assertEqual(exposed, {})

    def test_zz_a_new_edition_replaces_the_old_one_which_stays_as_it_is(self):
        before = {path.name: path.read_bytes() for path in self.fetched("2016Q3-1").iterdir()}
        for label in PERIODS:
            self.truth(label)
        truths = self.truths, self.counted
        # Shots that were told of late: many in one borough, a few where there were few or none.
        chance = random.Random(SEED)
        boroughs = ["E09000022"] * 6 + [f"E090000{chance.randrange(1, 34):02}" for _ in range(20)]
        late = []
        for number, borough in enumerate(boroughs):
            late.append(json.dumps({
                "system": "LATE", "reportNumber": f"L{number}", "version": 1, "reportType": "CRIME",
                "committed": f"2016-08-{1 + number % 28:02}", "venue": {"boroughCode": borough},
                "firearmFeatures": ["FIRED"], "shots": {"fired": "Y", "lethalBarrelled": "Y"},
                "marking": {"visibility": "OPEN"}}))
        path = self.folder / "late.jsonl"
        path.write_text("\n".join(late) + "\n", "utf-8")
        report = json.loads(self.run_client("mps/feed", "push", "--format", "json", "--feed", "mps", str(path)))
        self.run_client("mps/feed", "summary", "2016Q3", "--min-revision", str(report["revision"]))
        again = ("2016Q3", "12M2016Q3", "2016")
        for period in again:
            audit = self.issue(period, "--note", "Some incidents came late.")
            self.assertEqual(int(audit["tried"]), int(audit["safe"]))
        second = {PERIODS[label]: self.figures(f"{label}-2") for label in again}
        self.of_force.update((row["code"], row["parent"]) for rows in second.values() for row in rows
                             if row["part"] == "borough" and row["code"])
        self.expect_no_difference_betrays(second, truths)
        folder = self.folder / "2016Q3-2"
        self.run_client("kent/feed", "summary", "get", "2016Q3-2", "--out", str(folder))
        changes = list(csv.DictReader(io.StringIO((folder / "changes.csv").read_text("utf-8"))))
        total = next(row for row in changes if row["measure"] == "gun_crime.incidents" and row["part"] == "total")
        self.assertEqual(int(total["now"]) - int(total["before"]), len(late))
        self.assertEqual(total["why"], "records")
        package = json.loads((folder / "datapackage.json").read_text("utf-8"))
        self.assertEqual(package["replaces"], "2016Q3-1")
        self.assertEqual(package["revisionNote"], "Some incidents came late.")
        issued = self.run_client("kent/feed", "summary", "issued", "--format", "json")
        self.assertIn('"replaced_by": "2016Q3-2"', issued)
        # As it was, also by a server that was started anew.
        self.server.stop()
        self.server.start()
        again = self.folder / "again"
        self.run_client("kent/feed", "summary", "get", "2016q3-1", "--out", str(again))
        self.assertEqual({path.name: path.read_bytes() for path in again.iterdir()}, before)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/env python3
"""Summaries give the figures that the synthetic feeds hold.

Usage: summary_figures_test.py SERIESLINKD SERIESLINK SERIESLINK-SYNTH

Goal: figures equal what SQLite counts in the same feeds, by their truth: which records tell of one
event, and which exhibits are one gun. The two ways share no code. The feeds are clean, so that
linkage finds what is true.
"""

import collections
import csv
import datetime
import html.parser
import io
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.running_server import running_server  # noqa: E402

SERVERD, CLIENT, SYNTH = sys.argv[1:4]
AGENCIES = ("mps", "kent", "mers", "btp", "nabis", "border_force")
RECORDS = 3000
PERIODS = {
    "2016Q3": ("2016-07-01", "2016-09-30"),
    "FY2017-18Q4": ("2018-01-01", "2018-03-31"),
    "12M2015Q1": ("2014-04-01", "2015-03-31"),
    "2019": ("2019-01-01", "2019-12-31"),
}
KIND_OF_TYPE = {"CRIME": "INCIDENT"}


def days_of(text):
    """The first and the last day of a date as the feeds write it."""
    ends = text.split("/")
    return ends[0][:10], ends[-1][:10]


class Feeds:
    """The feeds in SQLite, as `viewer` may see them."""

    def __init__(self, folder, viewer):
        self.db = sqlite3.connect(":memory:")
        self.db.executescript("""
            CREATE TABLE told(event, kind, first, last, agency, borough, unit, fired, used, struck,
                              lethal, target_person, target_property, injury, criminal, mode, origin,
                              loss, notified, destroyed);
            CREATE TABLE offence(event, class, record);
            CREATE TABLE exhibit(event, gun, kind, apparent, record, received, examined);
        """)
        self.comparisons = {}  # by record and version: pair, verdict, day
        self.exhibits = set()  # NABIS records of exhibits
        truth = {}
        for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            truth[one["agency"], one["sourceSystem"], one["sourceId"]] = one
        for path in sorted(folder.glob("*.*.jsonl")):
            agency, feed = path.name.split(".")[:2]
            for line in path.read_text("utf-8").splitlines():
                message = json.loads(line)
                is_open = message["marking"]["visibility"] == "OPEN"
                if is_open or agency == viewer:
                    self.add(agency, feed, message, truth)
                    self.add_comparison(feed, message)

    def add(self, agency, feed, message, truth):
        name = next(message[key] for key in
                    ("reportNumber", "recordId", "entryId", "seizureNumber", "reportId") if key in message)
        true = truth[agency, message["system"], name]
        event = true.get("event")
        if event is None:
            return
        place = message.get("venue") or message.get("place") or {}
        occurred = message.get("committed") or message.get("occurred") or message.get("seized") or message.get("lost")
        kind = message.get("reportType") or message.get("recordType")
        kind = KIND_OF_TYPE.get(kind, kind)
        guns = [("GUN", gun) for gun in message.get("guns", [])]
        items = [(item["kind"], item) for item in message.get("items", [])]
        loss = message.get("lossKind")
        if feed == "licensing":
            kind = "LOSS"
        elif feed == "border_force":
            kind = "BORDER_SEIZURE"
        elif feed == "nabis":
            part = message.get("exhibit") or message.get("event")
            place, occurred = part.get("place", {}), part.get("occurred")
            kind = part.get("foundAt") or part.get("eventType")
            loss = part.get("lossKind")
            if "exhibit" in message:
                items = [(part["exhibitType"], part)]
            else:
                guns = [("GUN", gun) for gun in part.get("guns", [])]
        first, last = days_of(occurred)
        shots = (message.get("event") or message).get("shots", {})
        uses = message.get("firearmFeatures", message.get("firearmUses", []))
        at = shots.get("at", [])
        number = self.db.execute("SELECT COUNT(*) FROM told").fetchone()[0]
        self.db.execute(
            "INSERT INTO told VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (event, kind, first, last, agency, place.get("boroughCode"),
             message.get("inquiry", {}).get("owningUnit"),
             "FIRED" in uses or shots.get("fired") == "Y", "THREAT" in uses or "FIRED" in uses,
             shots.get("fired") == "N", shots.get("lethalBarrelled") == "Y",
             any(one != "PROPERTY" for one in at), "PROPERTY" in at, message.get("injury"),
             message.get("criminalCircumstances"), message.get("mode"),
             message.get("trueOrigin") or message.get("declaredOrigin"), loss,
             message.get("notified"), message.get("disposalKind") == "DESTROYED"))
        for offence in message.get("classifications", message.get("offences", [])):
            self.db.execute("INSERT INTO offence VALUES (?,?,?)", (event, offence["offenceClass"], number))
        gun_of = {one["reference"]: one.get("gun") for one in true.get("exhibits", [])}
        for exhibit_kind, exhibit in guns + items:
            types = (exhibit.get("gun") or exhibit).get("apparentTypes", [])
            self.db.execute("INSERT INTO exhibit VALUES (?,?,?,?,?,?,?)",
                            (event, gun_of.get(exhibit.get("reference", "")), exhibit_kind,
                             types[0] if len(types) == 1 else "several" if types else None, number,
                             exhibit.get("received"), exhibit.get("examined")))

    def add_comparison(self, feed, message):
        if feed == "nabis" and "exhibit" in message:
            self.exhibits.add(message["entryId"])
        if feed != "nabis" or "comparison" not in message:
            return
        comparison = message["comparison"]
        pair = frozenset(comparison[end]["sourceId"] for end in ("first", "second"))
        self.comparisons[message["entryId"], int(message.get("version", 0))] = (
            pair, comparison["verdict"], comparison["examined"])

    def leads(self):
        """Of each pair of visible exhibits that was a lead: since when, and the day of the decision or None."""
        last = {}
        for name, version in self.comparisons:
            last[name] = max(version, last.get(name, version))
        raised, decided = {}, {}
        for (name, version), (pair, verdict, day) in self.comparisons.items():
            if not pair <= self.exhibits:
                continue
            if verdict == "LEAD":
                raised[pair] = min(day, raised.get(pair, day))
            elif version == last[name]:
                decided[pair] = min(day, decided.get(pair, day))
        return [(since, decided.get(pair)) for pair, since in raised.items() if since <= decided.get(pair, since)]

    def rows(self, query, days):
        """What `query` says of `event`, the events that lie in the period."""
        first, last = days
        self.db.executescript(f"""
            DROP TABLE IF EXISTS temp.event;
            CREATE TEMP TABLE event AS
              SELECT event, kind, MIN(borough) AS borough, MAX(fired) AS fired, MAX(used) AS used,
                     MAX(lethal) AS lethal, MAX(target_person) AS beyond,
                     MAX(target_property) AS property, MAX(injury) AS injury,
                     MAX(struck) AS not_fired, MAX(criminal) AS criminal, MAX(mode) AS mode,
                     MAX(origin) AS origin, MAX(loss) AS loss, MAX(destroyed) AS destroyed
              FROM told GROUP BY event, kind
              HAVING MAX(first) >= '{first}' AND MIN(last) <= '{last}';
        """)
        return self.db.execute(query).fetchall()

    def one(self, query, days):
        return self.rows(query, days)[0][0]

    def table(self, query, days):
        return {key: count for key, count in self.rows(query, days) if count}


class Page(html.parser.HTMLParser):
    """Reads a page whose every element is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.titles = []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise ValueError(f"{tag} is closed out of order")

    def handle_startendtag(self, tag, attrs):
        """An element without content."""

    def handle_data(self, data):
        if self.open and self.open[-1] == "title":
            self.titles.append(data)


class SummaryFiguresTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="serieslink_test.")
        feeds = pathlib.Path(cls.folder.name) / "feeds"
        subprocess.run([SYNTH, "--records", str(RECORDS), "--seed", "11", "--dirt", "none", "--out", feeds],
                       check=True, stdout=subprocess.DEVNULL)
        cls.feeds = Feeds(feeds, "mps")
        cls.revision = 0
        cls.context = running_server(SERVERD, agencies=AGENCIES)
        cls.server = cls.context.__enter__()
        cls.addClassCleanup(cls.context.__exit__, None, None, None)
        cls.addClassCleanup(cls.folder.cleanup)
        for path in sorted(feeds.glob("*.*.jsonl")):
            agency, feed = path.name.split(".")[:2]
            lines = path.read_text("utf-8").splitlines(keepends=True)
            # What several versions of a record came with at once never stood but for the last.
            for is_first in (True, False):
                part = path.with_suffix(".part")
                part.write_text("".join(line for line in lines
                                        if (int(json.loads(line).get("version", 0)) <= 1) == is_first), "utf-8")
                report = json.loads(cls.client(agency, "push", "--format", "json", "--feed", feed, str(part)))
                cls.revision = max(cls.revision, int(report["revision"]))
        cls.summaries = {}

    @classmethod
    def client(cls, agency, *arguments):
        server = cls.server
        done = subprocess.run(
            [CLIENT, "--server", server.address, "--ca", server.authority(),
             "--cert", server.certificate(f"{agency}/feed"), "--key", server.key(f"{agency}/feed"), *arguments],
            capture_output=True, text=True, check=False, env={"XDG_STATE_HOME": cls.folder.name})
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def summary(self, period):
        if period not in self.summaries:
            self.summaries[period] = json.loads(
                self.client("mps", "summary", period, "--format", "json", "--by",
                            "borough,owning-unit,agency", "--min-revision", str(self.revision)))
        return self.summaries[period]

    def figures(self, period, measure):
        return next(one for one in self.summary(period)["measures"] if one["measure_id"] == measure)

    @staticmethod
    def count(figure, field="counted"):
        return int(figure["counts"][0].get(field, 0))

    def total(self, period, measure, field="counted"):
        return self.count(self.figures(period, measure)["total"], field)

    def kinds(self, period, measure):
        return {one["category"]: self.count(one["figure"])
                for one in self.figures(period, measure).get("categories", []) if self.count(one["figure"])}

    def by(self, period, measure, dimension):
        rows = next(one["rows"] for one in self.figures(period, measure)["dimensions"]
                    if one["dimension"] == dimension)
        return {row.get("key", ""): self.count(row["figure"]) for row in rows if self.count(row["figure"])}

    def test_events_are_counted_once_however_many_records_tell_of_them(self):
        for period, days in PERIODS.items():
            with self.subTest(period=period):
                used = "FROM event WHERE kind = 'INCIDENT' AND (used OR fired)"
                self.assertGreater(self.total(period, "gun_crime.incidents"), 10)
                self.assertEqual(self.total(period, "gun_crime.incidents"),
                                 self.feeds.one(f"SELECT COUNT(*) {used}", days))
                self.assertEqual(self.total(period, "gun_crime.incidents", "undetermined"), self.feeds.one(
                    "SELECT COUNT(*) FROM event WHERE kind = 'INCIDENT' AND NOT used AND NOT fired", days))
                self.assertEqual(self.total(period, "discharge.incidents"), self.feeds.one(
                    f"SELECT COUNT(*) {used} AND fired", days))
                self.assertEqual(self.total(period, "discharge.lethal"), self.feeds.one(
                    f"SELECT COUNT(*) {used} AND fired AND lethal", days))
                self.assertEqual(self.total(period, "discharge.lethal_beyond_property"), self.feeds.one(
                    f"SELECT COUNT(*) {used} AND fired AND lethal AND beyond", days))
                for kind, measure in (("RECOVERY", "recovery.events"), ("SURRENDER", "surrender.events"),
                                      ("BORDER_SEIZURE", "border.seizures")):
                    self.assertEqual(self.total(period, measure), self.feeds.one(
                        f"SELECT COUNT(*) FROM event WHERE kind = '{kind}'", days), measure)

    def test_kinds_are_what_the_feeds_say(self):
        for period, days in PERIODS.items():
            with self.subTest(period=period):
                self.assertEqual(self.kinds(period, "injury.incidents"), {
                    injury.lower(): count for injury, count in self.feeds.table(
                        "SELECT injury, COUNT(*) FROM event WHERE kind = 'INCIDENT' AND (used OR fired) AND "
                        "injury IN ('FATAL', 'SERIOUS', 'SLIGHT') GROUP BY injury", days).items()})
                self.assertEqual(self.kinds(period, "border.seizures"), {
                    mode.lower().replace("_", " "): count for mode, count in self.feeds.table(
                        "SELECT mode, COUNT(*) FROM event WHERE kind = 'BORDER_SEIZURE' GROUP BY mode",
                        days).items()})
                self.assertEqual(self.kinds(period, "gun_crime.robbery"), {
                    one.lower().replace("_", " "): count for one, count in self.feeds.table(
                        "SELECT class, SUM(listed) FROM (SELECT event, class, MAX(listed) AS listed FROM "
                        "(SELECT event, class, record, COUNT(*) AS listed FROM offence GROUP BY 1, 2, 3) "
                        "GROUP BY 1, 2) WHERE event IN (SELECT event FROM event WHERE kind = 'INCIDENT' AND "
                        "(used OR fired)) AND class LIKE 'ROBBERY%' GROUP BY class", days).items()})

    def test_what_a_laboratory_has_and_how_long_it_waited(self):
        for period, days in PERIODS.items():
            with self.subTest(period=period):
                self.assertEqual(self.total(period, "possession.offences"), self.feeds.one(
                    "SELECT COALESCE(SUM(listed), 0) FROM (SELECT event, MAX(listed) AS listed FROM "
                    "(SELECT event, record, COUNT(*) AS listed FROM offence WHERE class = 'POSSESSION_OF_WEAPONS' "
                    "GROUP BY 1, 2) GROUP BY 1) WHERE event IN (SELECT event FROM event WHERE kind = 'INCIDENT')",
                    days))
                self.assertEqual(self.kinds(period, "discharge.coverage"), self.feeds.table(
                    "SELECT CASE WHEN examined THEN 'examined' WHEN received THEN 'at a laboratory, not examined' "
                    "ELSE 'no laboratory''s record' END, COUNT(*) FROM (SELECT event.event, "
                    "MAX(exhibit.examined NOT NULL) AS examined, MAX(exhibit.received NOT NULL) AS received "
                    "FROM event LEFT JOIN exhibit USING (event) WHERE event.kind = 'INCIDENT' AND event.fired "
                    "GROUP BY 1) GROUP BY 1", days))
                waits = self.feeds.rows(
                    "SELECT MAX(first), MIN(last), exhibit.received FROM exhibit JOIN event USING (event) "
                    "JOIN told ON told.event = event.event AND told.kind = event.kind "
                    "WHERE exhibit.kind IN ('CASE_GROUP', 'BULLET_GROUP') AND event.kind = 'INCIDENT' "
                    "GROUP BY exhibit.rowid", days)
                figure = next(one for one in self.summary(period)["time_measures"]
                              if one["measure_id"] == "time.incident_to_laboratory")["figures"][0]
                known = [(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last),
                          datetime.date.fromisoformat(received)) for first, last, received in waits if received]
                self.assertEqual(int(figure.get("counted", 0)), len(known))
                self.assertEqual(int(figure.get("unknown", 0)), len(waits) - len(known))
                self.assertGreater(len(known), 2)
                # The feeds also say times of day, which the days here leave out.
                half = (len(known) + 1) // 2 - 1
                quantile = next(one for one in figure["quantiles"] if one["share"] == 0.5)
                shortest = sorted(max(0, (received - last).days) for _, last, received in known)[half]
                longest = sorted((received - first).days for first, _, received in known)[half]
                self.assertLessEqual(abs(quantile.get("low_days", 0) - shortest), 1)
                self.assertLessEqual(abs(quantile["high_days"] - longest), 1)

    def test_leads_wait_from_their_finding_to_the_decision(self):
        leads = self.feeds.leads()
        self.assertGreater(sum(decided is not None for _, decided in leads), 10)
        waits = (("up to 2 days", 2), ("up to 7 days", 7), ("up to 30 days", 30), ("up to a year", 365))
        for period, (first, last) in PERIODS.items():
            with self.subTest(period=period):
                kinds = collections.Counter()
                for since, decided in leads:
                    if decided is not None and first <= decided <= last:
                        days = (datetime.date.fromisoformat(decided) - datetime.date.fromisoformat(since)).days
                        kinds[next((word for word, most in waits if days <= most), "more than a year")] += 1
                self.assertEqual(self.kinds(period, "leads.decided"), dict(kinds))
                later = sum(since <= last < decided for since, decided in leads if decided is not None)
                never = sum(since <= last for since, decided in leads if decided is None)
                # Of those that nobody decided on, other findings can have made one weapon.
                self.assertTrue(later <= self.total(period, "leads.open") <= later + never)

    def test_rows_are_those_of_the_feeds_and_boroughs_add_up(self):
        for period, days in PERIODS.items():
            with self.subTest(period=period):
                boroughs = self.by(period, "gun_crime.incidents", "DIMENSION_BOROUGH")
                self.assertEqual(boroughs, self.feeds.table(
                    "SELECT COALESCE(borough, ''), COUNT(*) FROM event WHERE kind = 'INCIDENT' AND "
                    "(used OR fired) GROUP BY 1", days))
                self.assertEqual(sum(boroughs.values()), self.total(period, "gun_crime.incidents"))
                self.assertEqual(self.by(period, "gun_crime.incidents", "DIMENSION_AGENCY"), self.feeds.table(
                    "SELECT agency, COUNT(*) FROM (SELECT DISTINCT told.agency, event.event FROM told JOIN event "
                    "USING (event, kind) WHERE kind = 'INCIDENT' AND (event.used OR event.fired)) GROUP BY 1", days))
                units = self.by(period, "gun_crime.incidents", "DIMENSION_OWNING_UNIT")
                units.pop("", None)
                self.assertEqual(units, self.feeds.table(
                    "SELECT unit, COUNT(*) FROM (SELECT DISTINCT told.unit, event.event FROM told JOIN event "
                    "USING (event, kind) WHERE kind = 'INCIDENT' AND unit NOT NULL) GROUP BY 1", days))

    def test_guns_are_counted_once_however_many_exhibits_they_are(self):
        for period, days in PERIODS.items():
            with self.subTest(period=period):
                for kind, measure, extra in (("RECOVERY", "recovery.weapons_by_type", ""),
                                             ("SURRENDER", "surrender.weapons", ""),
                                             ("DISPOSAL", "destruction.weapons", "AND destroyed"),
                                             ("LOSS", "loss.stolen", "AND loss = 'STOLEN'"),
                                             ("LOSS", "loss.lost", "AND loss = 'LOST'")):
                    self.assertEqual(self.total(period, measure), self.feeds.one(
                        "SELECT COUNT(DISTINCT gun) FROM exhibit JOIN event USING (event) WHERE "
                        f"exhibit.kind = 'GUN' AND event.kind = '{kind}' {extra}", days), measure)

    def test_rows_and_page_say_what_the_answer_says(self):
        rows = csv.DictReader(io.StringIO(self.client("mps", "summary", "2019", "--format", "csv")))
        totals = {row["measure"]: int(row["counted"]) for row in rows
                  if row["part"] == "total" and row["period"] == "2019" and row["unit"] != "days"}
        self.assertEqual(totals, {one["measure_id"]: self.count(one["total"])
                                  for one in self.summary("2019")["measures"]})
        page = Page()
        page.feed(self.client("mps", "summary", "2019", "--format", "html"))
        page.close()
        self.assertEqual(page.open, [])
        boroughs = self.by("2019", "gun_crime.incidents", "DIMENSION_BOROUGH")
        self.assertIn(f"Haringey: {boroughs.get('E09000014', 0)}", page.titles)
        text = self.client("mps", "summary", "2019")
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80)

    def test_the_same_revision_gives_the_same_bytes(self):
        revision = str(self.summary("2016Q3")["revision"])
        for style in ("text", "csv", "json", "html"):
            asked = ("summary", "2016Q3", "--as-at", revision, "--format", style)
            before = self.client("mps", *asked)
            self.assertEqual(self.client("mps", *asked), before)
            self.assertGreater(len(before), 1000)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])

#!/usr/bin/env python3
"""The example clients of deploy/examples push, survive broken connections, and read.

Usage: examples_test.py SERIESLINKD CPP_EXAMPLE
"""

import contextlib
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.cutting_relay import CuttingRelay  # noqa: E402
from support.running_server import ROOT, running_server  # noqa: E402

PYTHON_EXAMPLE = ROOT / "deploy/examples/python"
RECORDS = 6000
CUTS = 3
SERVER = None
CPP_EXAMPLE = None
MESSAGES = None


def records(prefix):
    """Incidents of one gun each: number 10 and the last have the same gun, three are faulty."""
    for number in range(RECORDS):
        serial = "58213" if number in (10, RECORDS - 1) else f"{100000 + number}"
        record = {"system": "NICHE", "recordId": f"{prefix}-{number}", "version": 1,
                  "recordType": "INCIDENT", "occurred": "2024-05-01",
                  "guns": [{"reference": "G1", "make": "Glock", "model": "17", "calibre": "9x19",
                            "serials": [{"text": prefix[:3] + serial, "part": "FRAME"}]}],
                  "marking": {"visibility": "OPEN"}}
        if number == 100:
            record["occurred"] = "2024-02-30"
        if number == 3000:
            record["recordType"] = ""
            record["occurred"] = "last Tuesday"
        if number == RECORDS - 2:
            record["recordId"] = ""
        yield record


class Examples(unittest.TestCase):

    def run_example(self, kind, agency, address, rejects, path):
        certificates = (SERVER.authority(), SERVER.certificate(f"{agency}/feed"),
                        SERVER.key(f"{agency}/feed"))
        if kind == "cpp":
            command = [CPP_EXAMPLE, address, *certificates, agency, rejects, path]
        else:
            ca, certificate, key = certificates
            command = [sys.executable, PYTHON_EXAMPLE / "push_and_read.py", "--server", address,
                       "--ca", ca, "--cert", certificate, "--key", key, "--agency", agency,
                       "--rejects", rejects, "--batch-messages", "256", path]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240,
                              env={**os.environ, "PYTHONPATH": str(MESSAGES)})

    def check(self, kind, agency):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "records.jsonl"
            rejects = pathlib.Path(folder) / "rejects.jsonl"
            path.write_text("".join(json.dumps(one) + "\n" for one in records(agency.upper())),
                            "utf-8")
            relay = CuttingRelay(SERVER.address, CUTS, 150_000)
            with contextlib.closing(relay):
                broken = self.run_example(kind, agency, relay.address, rejects, path)
            self.assertEqual(broken.returncode, 2, broken.stderr)
            self.assertEqual(relay.broken, CUTS, "connections were broken")
            self.assertEqual(broken.stderr.count("interrupted"), CUTS, broken.stderr)
            counts = {name: int(count)
                      for count, name in re.findall(r"(\d+) ([a-z]+)", broken.stdout.split("\n")[0])}
            self.assertEqual(counts.pop("rejected"), 3)
            # What had arrived before a break is answered as unchanged when it comes again.
            self.assertGreater(counts.pop("created") + counts.pop("unchanged", 0), 0)
            self.assertEqual(counts, {})
            self.assertRegex(broken.stdout, r"(?m)^SL-\S+: 2 incidents, 2 exhibits")
            refused = rejects.read_text("utf-8")
            for reason in ("DATE_MALFORMED", "FIELD_MISSING"):
                self.assertIn(f"ERROR_REASON_{reason}", refused)
            self.assertEqual(len(refused.splitlines()), 3)
            self.assertEqual(refused.count("ERROR_REASON_"), 4, "all bad fields at once")

            again = self.run_example(kind, agency, SERVER.address, rejects, path)
            self.assertEqual(again.returncode, 2, again.stderr)
            self.assertIn("3 rejected", again.stdout)
            self.assertIn(f"{RECORDS - 3} unchanged", again.stdout)
            self.assertEqual(len(re.findall(r"(?m)^SL-", again.stdout)), 1)

    def test_python(self):
        self.check("python", "mers")

    def test_cpp(self):
        self.check("cpp", "btp")

    def test_lines_that_are_no_record_are_told_and_their_neighbours_go_on(self):
        for kind, agency in (("python", "mers"), ("cpp", "btp")):
            with self.subTest(kind), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "records.jsonl"
                good = list(itertools.islice(records(f"{agency[0].upper()}LINES"), 4))
                # JSON may hold this as it is, and it ends no line.
                good[1]["guns"][0]["finish"] = "black\u2028taped grip"
                lines = [json.dumps(one, ensure_ascii=False).encode() for one in good]
                lines[1:1] = [b"this is no JSON", b'{"noSuchField": 1}', b"", b'{"system": "\xff"}']
                path.write_bytes(b"\n".join(lines) + b"\n\r\n[1, 2")
                pushed = self.run_example(kind, agency, SERVER.address, f"{folder}/rejects", path)
                self.assertEqual(pushed.returncode, 2, pushed.stderr)
                self.assertIn("4 created, 4 unreadable", pushed.stdout)
                for number in (2, 3, 5, 10):
                    self.assertIn(f"line {number} is no ForceRecord", pushed.stderr)
                self.assertEqual(pushed.stderr.count("is no ForceRecord"), 4, pushed.stderr)

    def test_a_record_too_large_is_told_and_batches_stay_within_what_the_server_takes(self):
        for kind, agency in (("python", "mers"), ("cpp", "btp")):
            with self.subTest(kind), tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "records.jsonl"
                good = list(itertools.islice(records(f"{agency[0].upper()}LARGE"), 40))
                # Each within what a record may have, 14 of them more than a batch may.
                for record in good[:-1]:
                    record["guns"] = [dict(record["guns"][0], reference=f"G{number}",
                                           finish="x" * 3900) for number in range(80)]
                good[3]["guns"][0]["finish"] = "x" * (1 << 20)
                good[20]["guns"][0]["finish"] = "x" * (6 << 20)
                path.write_text("".join(json.dumps(one) + "\n" for one in good), "utf-8")
                pushed = self.run_example(kind, agency, SERVER.address, f"{folder}/rejects", path)
                self.assertEqual(pushed.returncode, 2, pushed.stderr)
                self.assertIn("38 created, 2 unreadable", pushed.stdout)
                for number in (4, 21):
                    self.assertIn(f"line {number} is larger than 1 MiB", pushed.stderr)
                self.assertNotIn("interrupted", pushed.stderr)

    def test_messages_are_made_of_every_service(self):
        for service in ("ingest/v1/reject_service", "series/v1/series_service",
                        "firearm/v1/firearm_service", "network/v1/network_service"):
            self.assertTrue((pathlib.Path(MESSAGES) / f"serieslink/{service}_pb2.py").exists())
        self.assertFalse((pathlib.Path(MESSAGES) / "serieslink/stored").exists())

    def test_an_error_that_stays_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "records.jsonl"
            path.write_text(json.dumps(next(records("X"))), "utf-8")
            for kind in ("python", "cpp"):
                wrong = self.run_example(kind, "mers", SERVER.address, f"{folder}/rejects", path)
                self.assertEqual(wrong.returncode, 0, wrong.stderr)
            SERVER.key("kent/feed").parent.mkdir(exist_ok=True)
            for end in ("pem", "key"):
                link = SERVER.pki / f"clients/kent/feed.{end}"
                link.write_bytes((SERVER.pki / f"clients/mers/feed.{end}").read_bytes())
            for kind in ("python", "cpp"):
                wrong = self.run_example(kind, "kent", SERVER.address, f"{folder}/rejects", path)
                self.assertEqual(wrong.returncode, 1, wrong.stdout)
                self.assertIn("ERROR_REASON_AGENCY_NOT_YOURS", wrong.stderr)


if __name__ == "__main__":
    CPP_EXAMPLE = sys.argv.pop(2)
    with tempfile.TemporaryDirectory() as MESSAGES, running_server(sys.argv.pop(1)) as SERVER:
        subprocess.run([PYTHON_EXAMPLE / "make_messages", MESSAGES], check=True)
        passed = unittest.main(exit=False).result.wasSuccessful()
    sys.exit(0 if passed else 1)

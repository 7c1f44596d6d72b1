#!/usr/bin/env python3
"""`serieslink rejects fix` goes on over connections that break, and every mended record takes effect.

Usage: rejects_fix_test.py SERIESLINKD SERIESLINK
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.cutting_relay import CuttingRelay  # noqa: E402
from support.running_server import running_server  # noqa: E402

# More than the client sends before its first answer (16 batches of 256), and about 350 bytes each: a
# connection is cut when there was an answer, for a server that never gave one is not tried again.
RECORDS = 6000
CUT_AFTER_BYTES = 1_700_000
CUTS = 2
SERVER = None
CLIENT = None


def record(number):
    return {"system": "NICHE", "recordId": f"R-{number}", "version": 1, "recordType": "INCIDENT",
            "occurred": "soon",
            "guns": [{"reference": "G1", "make": "Glock", "finish": "x" * 250,
                      "serials": [{"text": f"FIX{100000 + number}", "part": "FRAME"}]}],
            "marking": {"visibility": "OPEN"}}


class RejectsFix(unittest.TestCase):

    def run_client(self, folder, *words, address=None):
        return subprocess.run(
            [CLIENT, "--server", address or SERVER.address, "--ca", SERVER.authority(), "--cert",
             SERVER.certificate("mers/feed"), "--key", SERVER.key("mers/feed"), "--format", "json",
             *words], capture_output=True, text=True, check=False, timeout=240,
            env={**os.environ, "SERIESLINK_STATE": folder})

    def test_a_lost_connection_is_made_again(self):
        with tempfile.TemporaryDirectory() as folder:
            records = pathlib.Path(folder) / "records.jsonl"
            mended = pathlib.Path(folder) / "mended.jsonl"
            records.write_text("".join(json.dumps(record(n)) + "\n" for n in range(RECORDS)), "utf-8")
            pushed = self.run_client(folder, "push", "--feed", "force", records)
            self.assertEqual(pushed.returncode, 2, pushed.stderr)
            written = self.run_client(folder, "rejects", "fix", "--write", mended)
            self.assertEqual(written.returncode, 0, written.stderr)
            text = mended.read_text("utf-8")
            self.assertEqual(text.count("soon"), RECORDS)
            mended.write_text(text.replace("soon", "2024-05-01"), "utf-8")

            relay = CuttingRelay(SERVER.address, CUTS, CUT_AFTER_BYTES)
            with contextlib.closing(relay):
                told_not_to = self.run_client(folder, "rejects", "fix", "--retry-for", "0", mended,
                                              address=relay.address)
                self.assertEqual(told_not_to.returncode, 4, told_not_to.stderr)
                self.assertEqual(relay.broken, 1)
                fixed = self.run_client(folder, "rejects", "fix", mended, address=relay.address)
                self.assertEqual(relay.broken, CUTS)
            self.assertEqual(fixed.returncode, 0, fixed.stderr)
            self.assertEqual(fixed.stderr.count("the connection was lost; trying again"), 1)
            counts = json.loads(fixed.stdout)
            self.assertEqual(counts["acknowledged"], RECORDS)
            self.assertEqual(counts["created"] + counts["unchanged"], RECORDS)
            left = json.loads(self.run_client(folder, "rejects", "list", "--all").stdout)
            self.assertEqual(left["rejects"], [])

    def test_a_wrong_edit_is_told_by_its_line_and_the_others_take_effect(self):
        with tempfile.TemporaryDirectory() as folder:
            records = pathlib.Path(folder) / "records.jsonl"
            mended = pathlib.Path(folder) / "mended.csv"  # any name will do
            records.write_text("".join(json.dumps(record(n)) + "\n" for n in range(900_000, 900_005)),
                               "utf-8")
            self.assertEqual(self.run_client(folder, "push", "--feed", "force", records).returncode, 2)
            self.assertEqual(self.run_client(folder, "rejects", "fix", "--write", mended).returncode, 0)
            lines = mended.read_text("utf-8").splitlines()
            self.assertEqual(len(lines), 5)
            twice = lines[0].replace('"occurred":"soon"',
                                     '"occurred":"2024-05-01","occurred":"2024-06-01"')
            misspelt = lines[1].replace('"occurred":"soon"', '"occured":"2024-05-01"')
            still_wrong = lines[2]
            good = [line.replace("soon", "2024-05-01") for line in lines[3:]]
            self.assertNotIn(twice, lines)
            # As an editor of Windows writes it: with a mark and blank lines.
            mended.write_text("\ufeff" + "\n".join([twice, "", misspelt, "no line", still_wrong,
                                                    *good]) + "\n", "utf-8")
            fixed = self.run_client(folder, "rejects", "fix", mended)
            self.assertEqual(fixed.returncode, 2, fixed.stderr)
            self.assertEqual(json.loads(fixed.stdout)["created"], 2, fixed.stdout)
            told = fixed.stderr
            self.assertIn(f"{mended}:1: the key 'occurred' is given twice", told)
            self.assertIn(f"{mended}:3: ", told)
            self.assertIn("occured: Cannot find field", told)
            self.assertIn(f"{mended}:4: ", told)
            self.assertIn(":5: ", told)  # refused by the server
            self.assertNotIn("2024", told)
            left = json.loads(self.run_client(folder, "rejects", "list", "--all").stdout)
            self.assertEqual(len(left["rejects"]), 3)
            self.run_client(folder, "rejects", "delete", "--all", "--yes")

    def test_what_is_no_file_of_rejects_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = pathlib.Path(folder) / "empty.jsonl"
            empty.write_text("\n", "utf-8")
            for file, why in ((folder, "this is a folder"), (empty, "holds no rejects"),
                              (f"{folder}/none", "there is no such file")):
                refused = self.run_client(folder, "rejects", "fix", file)
                self.assertEqual(refused.returncode, 1, refused.stderr)
                self.assertIn(why, refused.stderr)
                self.assertIn("rejects fix --write", refused.stderr)

    def test_options_that_do_not_go_together_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            for words in (("list", "--all", "--limit", "5"), ("fix", "file", "--feed", "force"),
                          ("fix", "file", "--write", "--retry-for", "5"),
                          ("delete", "RJ-7K2M-9QXD-4TFBG", "--feed", "force")):
                refused = self.run_client(folder, "rejects", *words)
                self.assertEqual(refused.returncode, 1, words)
                self.assertIn(f"See: serieslink rejects {words[0]}", refused.stderr)
            many = self.run_client(folder, "rejects", "list", "--limit", "1000000")
            self.assertEqual(many.returncode, 0, many.stderr)


if __name__ == "__main__":
    CLIENT = sys.argv.pop(2)
    with running_server(sys.argv.pop(1)) as SERVER:
        passed = unittest.main(exit=False).result.wasSuccessful()
    sys.exit(0 if passed else 1)

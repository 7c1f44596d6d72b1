#!/usr/bin/env python3
"""Plants a violation of each rule in a small tree and checks that repository_rules finds it."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import repository_rules  # noqa: E402


class RepositoryRules(unittest.TestCase):

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self._folder.name) / "tree"
        self.root.mkdir()

    def tearDown(self):
        self._folder.cleanup()

    def put(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def rules(self, compiled=None):
        """{(path, line, rule)} of all findings; with compiled, against such a build folder."""
        build = None
        if compiled is not None:
            build = self.root.parent / "build"
            build.mkdir(exist_ok=True)
            (build / "compile_commands.json").write_text(json.dumps(
                [{"directory": str(self.root), "file": str(self.root / path)} for path in compiled]))
        return {(found.path, found.line, found.rule)
                for found in repository_rules.check(self.root, build)}

    def assert_include(self, path, header, allowed):
        self.put(path, f'#pragma once\n#include "{header}"\n')
        expected = set() if allowed else {(path, 2, "layer")}
        self.assertEqual(self.rules(), expected, f"{path} includes {header}")
        (self.root / path).unlink()

    def test_clean_tree_has_no_finding(self):
        self.put("storage/api/store.h", '#pragma once\n#include "storage/base/status_macros.h"\n')
        self.put("services/ingest/ingest.cc", '#include "storage/graph/log.h"\n'
                 '#include "services/linkage/core/resolve.h"\n#include <mutex>\n')
        self.put("docs/architecture.md", "Records go in, series come out.\n")
        self.assertEqual(self.rules(), set())

    def test_includes_go_down_only(self):
        for path, header, allowed in (
            ("storage/base/keys.h", "storage/api/store.h", False),
            ("storage/api/store.h", "storage/base/keys.h", True),
            ("storage/api/store.h", "storage/rocksdb/engine.h", False),
            ("storage/memory/engine.h", "storage/api/store.h", True),
            ("storage/memory/engine.h", "storage/rocksdb/engine.h", False),
            ("storage/graph/log.h", "storage/memory/engine.h", False),
            ("storage/graph/log.h", "services/rpc/errors.h", False),
            ("services/linkage/core/resolve.h", "storage/graph/log.h", False),
            ("services/linkage/core/resolve.h", "services/ingest/core/adapter.h", False),
            ("services/ingest/core/adapter.h", "services/linkage/core/vocabulary.h", True),
            ("services/ingest/core/adapter.h", "services/firearm/core/life.h", False),
            ("services/firearm/core/life.h", "services/linkage/core/facts.h", True),
            ("services/linkage/core/resolve.h", "services/firearm/core/life.h", False),
            ("services/stolen/core/loss_case.h", "services/firearm/core/life.h", True),
            ("services/firearm/core/life.h", "services/stolen/core/loss_case.h", False),
            ("services/firearm/core/life.h", "services/ingest/core/adapter.h", False),
            ("services/linkage/core/resolve.h", "serieslink/record/v1/record.pb.h", True),
            ("services/linkage/core/resolve.h", "storage/graph/public_id.h", True),
            ("services/series/series.h", "storage/graph/public_id.h", True),
            ("storage/api/store.h", "storage/graph/public_id.h", False),
            ("storage/graph/log.h", "storage/graph/public_id.h", True),
            ("storage/graph/public_id.h", "storage/base/digest.h", True),
            ("storage/graph/public_id.h", "storage/api/store.h", False),
            ("services/view/view.h", "services/linkage/core/resolve.h", True),
            ("services/view/view.h", "services/series/series.h", False),
            ("services/ingest/ingest.h", "services/linkage/deriver.h", False),
            ("services/ingest/ingest.h", "storage/rocksdb/engine.h", False),
            ("services/series/series.h", "services/server/module.h", False),
            ("services/server/main.cc", "storage/rocksdb/engine.h", True),
            ("services/server/main.cc", "services/cli/push.h", False),
            ("services/cli/push.cc", "services/rpc/errors.h", False),
            ("services/cli/push.cc", "serieslink/ingest/v1/ingest.grpc.pb.h", True),
            ("services/ingest/ingest.cc", "tests/support/fixture.h", False),
            ("services/ingest/ingest_test.cc", "tests/support/fixture.h", True),
            ("services/ingest/ingest_test.cc", "storage/memory/engine.h", True),
            ("services/ingest/ingest_test.cc", "services/series/series.h", False),
            ("tests/e2e/push_test.cc", "services/server/server.h", True),
            ("tests/synth/story.cc", "services/linkage/core/serial.h", False),
            ("tests/synth/story_test.cc", "services/linkage/core/serial.h", True),
        ):
            self.assert_include(path, header, allowed)

    def test_foreign_headers_stay_in_their_room(self):
        for path, header, allowed in (
            ("storage/rocksdb/engine.cc", "rocksdb/db.h", True),
            ("storage/graph/log.cc", "rocksdb/db.h", False),
            ("services/server/main.cc", "rocksdb/db.h", False),
            ("storage/graph/log.cc", "grpcpp/grpcpp.h", False),
            ("services/rpc/errors.cc", "grpcpp/grpcpp.h", True),
            ("services/linkage/core/resolve.cc", "mutex", False),
            ("services/linkage/core/resolve.cc", "absl/time/clock.h", False),
            ("services/linkage/core/resolve.cc", "absl/time/time.h", True),
            ("services/linkage/core/resolve.cc", "serieslink/ingest/v1/ingest.grpc.pb.h", False),
        ):
            self.put(path, f"#include <{header}>\n")
            self.assertEqual(self.rules(), set() if allowed else {(path, 1, "layer")},
                             f"{path} includes {header}")
            (self.root / path).unlink()

    def test_a_folder_without_a_row_is_named(self):
        self.put("services/novel/novel.cc", "int x;\n")
        self.assertEqual(self.rules(), {("services/novel/novel.cc", 1, "layer")})

    def test_includes_start_at_the_root(self):
        self.put("services/rpc/errors.h", "#pragma once\n")
        self.put("services/rpc/errors.cc", '#include "errors.h"\n')
        self.assertEqual(self.rules(), {("services/rpc/errors.cc", 1, "include-path")})

    def test_public_protos_do_not_import_stored_ones(self):
        self.put("proto/serieslink/series/v1/series.proto",
                 'syntax = "proto3";\nimport "serieslink/stored/v1/log.proto";\n')
        self.put("proto/serieslink/stored/v1/log.proto",
                 'syntax = "proto3";\nimport "serieslink/stored/v1/row.proto";\n')
        self.assertEqual(self.rules(), {("proto/serieslink/series/v1/series.proto", 2, "layer")})

    def test_every_source_is_built_and_every_header_reached(self):
        self.put("storage/base/a.h", "#pragma once\n")
        self.put("storage/base/b.h", '#pragma once\n#include "storage/base/a.h"\n')
        self.put("storage/base/lost.h", "#pragma once\n")
        self.put("storage/base/b.cc", '#include "storage/base/b.h"\n')
        self.put("storage/base/b_test.cc", '#include "storage/base/b.h"\n')
        self.assertEqual(self.rules(compiled=["storage/base/b.cc"]),
                         {("storage/base/lost.h", 1, "built"), ("storage/base/b_test.cc", 1, "built")})
        self.assertEqual(self.rules(compiled=[]) - self.rules(compiled=["storage/base/b.cc"]),
                         {("storage/base/a.h", 1, "built"), ("storage/base/b.h", 1, "built"),
                          ("storage/base/b.cc", 1, "built")})

    def test_names_say_something(self):
        self.put("storage/base/string_util.h", "#pragma once\n")
        self.put("services/rpc/common/errors.py", "")
        self.put("storage/base/commonwealth.h", "#pragma once\n")
        self.assertEqual(self.rules(), {("storage/base/string_util.h", 1, "name"),
                                        ("services/rpc/common/errors.py", 1, "name")})

    def test_headers_are_included_once(self):
        self.put("storage/base/keys.h", "#ifndef KEYS\n#define KEYS\n#endif\n")
        self.assertEqual(self.rules(), {("storage/base/keys.h", 1, "pragma-once")})

    def test_files_are_one_subject(self):
        self.put("storage/base/long.cc", "int x;\n" * 700)
        self.assertEqual(self.rules(), set())
        self.put("storage/base/long.cc", "int x;\n" * 701)
        self.assertEqual(self.rules(), {("storage/base/long.cc", 701, "length")})

    def test_unfinished_work_is_named(self):
        self.put("docs/a.md", "fine\nTO" + "DO: the rest\n")
        self.put("deploy/run", "#!/bin/sh\n# FIX" + "ME\n")
        self.put("docs/b.md", "a TO" + "DOLIST is another word\n")
        self.assertEqual(self.rules(), {("docs/a.md", 2, "unfinished"), ("deploy/run", 2, "unfinished")})

    def test_paths_of_one_machine_are_named(self):
        self.put("docs/a.md", "see /wo" + "rk/x/y\n")
        self.put("docs/b.md", "see /ro" + "ot/x and /ho" + "me/anna/y\n")
        self.put("docs/c.md", f"see {self.root}/x\n")
        self.put("docs/d.md", "docs/home/page, $DIR/root/x, ../wo" + "rk/y and /etc/serieslink\n")
        self.assertEqual(self.rules(), {("docs/a.md", 1, "machine-path"), ("docs/b.md", 1, "machine-path"),
                                        ("docs/c.md", 1, "machine-path")})

    def test_tests_do_not_sleep(self):
        text = "// sleep_for( in a comment is fine\nstd::this_thread::sleep_" + "for(ten);\n"
        self.put("storage/base/keys_test.cc", text)
        self.put("tests/e2e/push.cc", "absl::Sleep" + "For(ten);\n")
        self.put("services/server/main.cc", text)
        self.assertEqual(self.rules(), {("storage/base/keys_test.cc", 2, "sleep"),
                                        ("tests/e2e/push.cc", 1, "sleep")})

    def test_benchmark_rules_stay_in_benchmarks(self):
        text = "auto rules = linkage::RuleSet::Benchmark" + "XT();\n"
        self.put("services/server/main.cc", text)
        self.put("services/linkage/core/rules_test.cc", text)
        self.put("tests/bench/obs.cc", text)
        self.assertEqual(self.rules(), {("services/server/main.cc", 1, "benchmark-rules")})

    def test_tests_assert_something(self):
        self.put("storage/base/keys_test.cc", "TEST(Keys, DISABLED" + "_Order) {}\n")
        self.assertEqual(self.rules(), {("storage/base/keys_test.cc", 1, "empty-test")})

    def test_time_is_injected(self):
        for path, allowed in (("services/ingest/ingest.cc", False), ("services/server/main.cc", True),
                              ("storage/base/clock.cc", True), ("tests/property/order_test.cc", False),
                              ("tests/e2e/push_test.cc", True)):
            for call in ("absl::Now()", "std::chrono::system_clock::now()", "time(nullptr)"):
                self.put(path, f"auto now = {call};\n")
                self.assertEqual(self.rules(), set() if allowed else {(path, 1, "wall-clock")})
            self.put(path, "auto now = std::chrono::steady_clock::now();\n")
            self.assertEqual(self.rules(), set())
            (self.root / path).unlink()


if __name__ == "__main__":
    unittest.main()

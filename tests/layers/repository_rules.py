#!/usr/bin/env python3
"""Checks the rules that the source tree keeps and no compiler checks.

Usage: repository_rules.py [--root DIR] [--build DIR]

Prints one line a finding, "path:line: [rule] what is wrong and what to do", and exits with 1 when
there is any. --build names a configured build folder: its compile_commands.json then tells whether
every source is built. CONTRIBUTING.md explains the rules to people.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
from typing import Dict, Iterable, List, NamedTuple, Optional, Set, Tuple


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


# --------------------------------------------------------------------------------------------------
# Layers. A room is a folder; an include may only go to a room that the room's row names (and to the
# room itself). A test beside the source may besides include what TEST_EXTRA names.

ENGINES = ("storage/memory", "storage/rocksdb", "storage/pgwire")
SERVICES = ("services/ingest", "services/linkage", "services/series", "services/firearm", "services/network",
            "services/leads", "services/stolen", "services/border", "services/summary", "services/alerts",
            "services/enquiries", "services/audit")
CORES = tuple(service + "/core" for service in SERVICES)

_CONTRACT = ("storage/base", "proto", "storage/api")
_GRAPH_READERS = _CONTRACT + ("storage/graph",)
_SERVICE = _GRAPH_READERS + CORES + ("services/rpc", "services/view")

ROOMS: Dict[str, Tuple[str, ...]] = {
    "storage/base": (),
    "proto": ("storage/base",),
    "storage/api": ("storage/base", "proto"),
    **{engine: _CONTRACT for engine in ENGINES},
    "storage/graph": _CONTRACT,
    "storage/fsck": _GRAPH_READERS + CORES,
    # Pure logic: no storage beyond the base room, and no other core but that of linkage, whose words
    # for exhibits, events and dates the cores of those who read what it made speak, and by whose
    # vocabulary adapters read types of guns.
    **{core: ("storage/base", "proto", "storage/graph/public_id") +
             (() if core == "services/linkage/core" else ("services/linkage/core",))
       for core in CORES},
    # The cases of a lost gun are told from its life.
    "services/stolen/core": ("storage/base", "proto", "storage/graph/public_id",
                             "services/linkage/core", "services/firearm/core"),
    "services/rpc": _GRAPH_READERS,
    "services/view": _GRAPH_READERS + CORES + ("services/rpc",),
    **{service: _SERVICE for service in SERVICES},
    # Runs a service, the deriver, on what another store holds.
    "services/fsck": _SERVICE + ("services/linkage", "storage/fsck"),
    # Areas from files: what places points, for summaries and for who checks a file without a server.
    "services/summary/boundaries": ("storage/base", "proto", "services/summary/core"),
    # What a public summary must hide: figures and linear programs, no records.
    "services/summary/disclosure": ("storage/base", "proto", "services/summary/core"),
    # Public summaries as files, for who issues them and for who checks one without a server.
    "services/summary/release": ("storage/base", "proto"),
    "services/summary": _SERVICE + ("services/summary/boundaries", "services/summary/disclosure",
                                    "services/summary/release"),
    "services/server": _SERVICE + SERVICES + ENGINES + ("storage/fsck", "services/fsck",
                                                        "services/summary/boundaries"),
    # Estimates models offline, from records as the server would compare them.
    "services/linkage/fit": ("storage/base", "proto", "services/linkage/core", "services/view"),
    # Clients speak gRPC and know nothing of the server's inside; a model is fitted without a server.
    "services/cli": ("storage/base", "proto", "services/linkage/core", "services/linkage/fit",
                     "services/ingest/core", "services/summary/boundaries", "services/summary/release"),
    "services/gateway": ("storage/base", "proto", "services/rpc"),
    # What makes synthetic feeds knows nothing of what is tried with them. Its tests do.
    "tests/synth": ("storage/base", "proto"),
}
# Rooms of one subject within a folder: its files begin so, and it has its own CMake target. Who may
# include the folder may include them.
SUBJECT_ROOMS: Dict[str, Tuple[str, ...]] = {
    # Arithmetic on bytes: names things and holds nothing.
    "storage/graph/public_id": ("storage/base",),
}
TEST_EXTRA = ("storage/memory", "tests/support")

# Headers of others that a room has no business with: (room, pattern, what to do instead).
FOREIGN_HEADERS: Tuple[Tuple[re.Pattern, re.Pattern, str], ...] = (
    (re.compile(r"^(?!storage/rocksdb$|tests/)"), re.compile(r"^rocksdb/"),
     "only storage/rocksdb knows the engine; go through storage/api"),
    (re.compile(r"^storage/"), re.compile(r"^grpc|\.grpc\.pb\.h$"),
     "storage knows no transport; services/rpc does"),
    (re.compile(r"^services/[a-z_]+/core$"), re.compile(r"^grpc|\.grpc\.pb\.h$"),
     "a core is pure logic: no gRPC"),
    (re.compile(r"^services/[a-z_]+/core$"),
     re.compile(r"^(thread|mutex|shared_mutex|condition_variable|future|atomic|semaphore|chrono|"
                r"fstream|filesystem|random|ctime|time\.h|absl/time/clock\.h|absl/synchronization/)"),
     "a core is pure logic: no thread, clock, file or randomness; take them as arguments"),
)

# Protocol packages: what is stored and what configures a server is not part of any public message.
PRIVATE_PROTO = re.compile(r"^serieslink/(stored|config)/")

# --------------------------------------------------------------------------------------------------
# Text rules.

MAX_SOURCE_LINES = 700
CODE_SUFFIXES = (".cc", ".h")
BANNED_NAME_PARTS = ("util", "utils", "utility", "utilities", "helper", "helpers", "manager",
                     "managers", "common")

# Spelt in pieces so that this file keeps its own rule.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"))
                        + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(?:" + "|".join(("ro" + "ot", "wo" + "rk",
                                                            r"ho" + r"me/[a-z]+"))
                          + r")/[\w.]")
DISABLED_TEST = re.compile(r"\b(?:DISABLED" + r"_\w+|GTEST_" + r"SKIP|EXPECT_TRUE\(true\)|SUCC"
                           + r"EED\(\))")
SLEEP = re.compile(r"\b(?:sleep_(?:for|until)|SleepFor|usleep|nanosleep)\s*\(")
# What other systems' rules confirm, a server that serves anybody never does.
BENCHMARK_RULES = re.compile(r"\b(?:BenchmarkXT|one_edit_confirms)\b")
BENCHMARK_RULES_PLACES = re.compile(r"^services/linkage/core/rules\.(h|cc)$")
WALL_CLOCK = re.compile(r"\b(?:absl::Now\s*\(|absl::GetCurrentTimeNanos\s*\(|"
                        r"system_clock::now\s*\(|gettimeofday\s*\(|std::time\s*\(|"
                        r"time\((?:nullptr|NULL|0)\)|CLOCK_REALTIME\b)")
# Time is injected; these places are where it comes from.
WALL_CLOCK_PLACES = re.compile(
    r"^(storage/base/clock(_test)?\.(h|cc)"
    r"|services/(server|cli)/"
    # Programs of their own.
    r"|deploy/examples/"
    # A thread that waits for the next commit says until when.
    r"|services/linkage/deriver\.cc$"
    r"|tests/(support|e2e|crash|conformance|bench)/)")

GENERATED_OR_FOREIGN = re.compile(
    r"(^|/)(node_modules|build|var)/|package-lock\.json$|^LICENSE$|^proto/google/|\.binpb$")
TEXT_SUFFIXES = (".cc", ".h", ".proto", ".py", ".sh", ".cmake", ".txt", ".md", ".json", ".jsonl",
                 ".yaml", ".yml", ".toml", ".textproto", ".csv", ".service", "")


class Tree:
    """The files under one root that git tracks or could add (all files where there is no git)."""

    def __init__(self, root: pathlib.Path):
        self.root = root.resolve()
        self.paths = sorted(self._list())
        self._lines: Dict[str, List[str]] = {}

    def _list(self) -> Iterable[str]:
        inside_git = (self.root / ".git").exists()
        if inside_git:
            listed = subprocess.run(
                ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                cwd=self.root, check=True, capture_output=True).stdout.decode().split("\0")
            names = [name for name in listed if name]
        else:
            names = [str(path.relative_to(self.root)) for path in self.root.rglob("*")]
        return [name for name in names
                if (self.root / name).is_file() and not GENERATED_OR_FOREIGN.search(name)]

    def code(self) -> List[str]:
        return [path for path in self.paths if path.endswith(CODE_SUFFIXES)]

    def lines(self, path: str) -> List[str]:
        if path not in self._lines:
            try:
                self._lines[path] = (self.root / path).read_text("utf-8").splitlines()
            except UnicodeDecodeError:
                self._lines[path] = []
        return self._lines[path]


def is_test(path: str) -> bool:
    return path.startswith("tests/") or path.endswith("_test.cc")


def room_of(path: str) -> Optional[str]:
    """The room that a path lies in: the longest row of ROOMS that is a folder above it."""
    subject = re.sub(r"(_test)?\.[a-z.]+$", "", path)
    if subject in SUBJECT_ROOMS:
        return subject
    folder = os.path.dirname(path)
    while folder:
        if folder in ROOMS or folder == "tests":
            return folder
        if os.path.dirname(folder) == "tests":
            return folder
        folder = os.path.dirname(folder)
    return None


INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')


def includes(tree: Tree, path: str) -> Iterable[Tuple[int, str, bool]]:
    """(line, header, quoted) for each include of a file."""
    for number, line in enumerate(tree.lines(path), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(2), match.group(1) == '"'


def included_room(header: str) -> Optional[str]:
    """The room that a header named from the root of the source tree belongs to."""
    if header.startswith(("serieslink/", "proto/")) and ".pb." in header:
        return "proto"
    return room_of(header)


def check_layers(tree: Tree) -> Iterable[Finding]:
    for path in tree.code():
        room = room_of(path)
        if room is None:
            if path.startswith(("storage/", "services/")):
                yield Finding(path, 1, "layer", "this folder is no room yet: give it a row in ROOMS of "
                              "tests/layers/repository_rules.py")
            continue
        allowed = set(ROOMS.get(room, ())) | set(SUBJECT_ROOMS.get(room, ())) | {room}
        allowed |= {subject for subject in SUBJECT_ROOMS if os.path.dirname(subject) in allowed}
        if is_test(path):
            allowed |= set(TEST_EXTRA)
        for number, header, quoted in includes(tree, path):
            for where, what, advice in FOREIGN_HEADERS:
                if where.search(room) and what.search(header) and not path.endswith("_test.cc"):
                    yield Finding(path, number, "layer", f"{room} must not include <{header}>: {advice}")
            target = included_room(header)
            if target is None:
                if quoted and (tree.root / os.path.dirname(path) / header).is_file():
                    yield Finding(path, number, "include-path",
                                  f'write "{os.path.dirname(path)}/{header}": includes start at the root')
                continue
            if target in allowed:
                continue
            if room.startswith("tests") and (room not in ROOMS or path.endswith("_test.cc")):
                continue
            if target.startswith("tests"):
                advice = "product code must not include tests"
            else:
                advice = f"it may include {', '.join(sorted(allowed - {room})) or 'nothing of ours'}"
            yield Finding(path, number, "layer",
                          f"{room} must not include {target} ({header}): {advice}")


PROTO_IMPORT = re.compile(r'^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"')


def check_proto_imports(tree: Tree) -> Iterable[Finding]:
    for path in tree.paths:
        if not (path.startswith("proto/") and path.endswith(".proto")):
            continue
        package = path[len("proto/"):]
        if PRIVATE_PROTO.match(package):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            match = PROTO_IMPORT.match(line)
            if match and PRIVATE_PROTO.match(match.group(1)):
                yield Finding(path, number, "layer",
                              f"a public message must not import {match.group(1)}: what is stored "
                              "or configured may change without its callers")


# A file that CMake wrote to compile several sources as one.
UNITY_FILE = re.compile(r"unity_\d+_cxx\.cxx$")
UNITY_INCLUDE = re.compile(r'^#include "(/.+)"$', re.MULTILINE)


def check_built(tree: Tree, build: pathlib.Path) -> Iterable[Finding]:
    """Every source is compiled by some target, and every header is reached from one that is."""
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    compiled: Set[str] = set()
    for command in commands:
        file = pathlib.Path(command["directory"], command["file"]).resolve()
        files = [file]
        if UNITY_FILE.search(file.name):
            files = [pathlib.Path(path).resolve()
                     for path in UNITY_INCLUDE.findall(file.read_text("utf-8"))]
        for file in files:
            if tree.root in file.parents:
                compiled.add(str(file.relative_to(tree.root)))
    sources = [path for path in tree.code() if path.endswith(".cc")]
    for path in sources:
        if path not in compiled:
            kind = "test" if is_test(path) else "source"
            yield Finding(path, 1, "built", f"no target builds this {kind}: name it in the "
                          "CMakeLists.txt of its folder")
    code = set(tree.code())
    reached: Set[str] = set()
    waiting = [path for path in sources if path in compiled]
    while waiting:
        for _, header, _ in includes(tree, waiting.pop()):
            if header in code and header not in reached:
                reached.add(header)
                waiting.append(header)
    for path in code:
        if path.endswith(".h") and path not in reached:
            yield Finding(path, 1, "built", "no source that is built includes this header")


def check_names(tree: Tree) -> Iterable[Finding]:
    for path in tree.paths:
        name = os.path.basename(path)
        if not name.endswith((".cc", ".h", ".proto", ".py", ".sh", ".cmake", ".ts", ".js")):
            continue
        parts = re.split(r"[_.\-]", name.lower())
        folders = os.path.dirname(path).split("/")
        for part in parts + folders:
            if part in BANNED_NAME_PARTS:
                yield Finding(path, 1, "name", f'"{part}" says nothing: name the file after its subject')


def check_headers(tree: Tree) -> Iterable[Finding]:
    for path in tree.code():
        if path.endswith(".h") and "#pragma once" not in tree.lines(path):
            yield Finding(path, 1, "pragma-once", "a header starts with #pragma once")


def check_length(tree: Tree) -> Iterable[Finding]:
    for path in tree.paths:
        if path.endswith((".cc", ".h", ".py")) and len(tree.lines(path)) > MAX_SOURCE_LINES:
            yield Finding(path, MAX_SOURCE_LINES + 1, "length",
                          f"{len(tree.lines(path))} lines; a file is one subject and at most "
                          f"{MAX_SOURCE_LINES} lines")


def strip_comment(line: str) -> str:
    return line.split("//", 1)[0]


def check_words(tree: Tree) -> Iterable[Finding]:
    own_parent = str(tree.root.parent)
    for path in tree.paths:
        if pathlib.PurePath(path).suffix not in TEXT_SUFFIXES:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if UNFINISHED.search(line):
                yield Finding(path, number, "unfinished", "finish it, or say in the documents what is left")
            if MACHINE_PATH.search(line) or (own_parent.count("/") > 1 and own_parent + "/" in line):
                yield Finding(path, number, "machine-path", "a path of one machine means nothing on another")
            if not path.endswith(CODE_SUFFIXES):
                continue
            code = strip_comment(line)
            if is_test(path) and DISABLED_TEST.search(code):
                yield Finding(path, number, "empty-test", "a test runs and asserts something, or goes")
            if is_test(path) and SLEEP.search(code):
                yield Finding(path, number, "sleep", "tests wait for what they need, never for time: use "
                              "a condition, a notification or an injected clock")
            if (BENCHMARK_RULES.search(code) and not is_test(path)
                    and not BENCHMARK_RULES_PLACES.search(path)):
                yield Finding(path, number, "benchmark-rules", "only benchmarks run the rules of other systems")
            if WALL_CLOCK.search(code) and not WALL_CLOCK_PLACES.search(path):
                yield Finding(path, number, "wall-clock", "time is injected: take an absl::Time or a clock")


def check(root: pathlib.Path, build: Optional[pathlib.Path]) -> List[Finding]:
    tree = Tree(root)
    findings: List[Finding] = []
    for rule in (check_layers, check_proto_imports, check_names, check_headers, check_length,
                 check_words):
        findings.extend(rule(tree))
    if build is not None:
        findings.extend(check_built(tree, build))
    return sorted(findings)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[2])
    parser.add_argument("--build", type=pathlib.Path)
    arguments = parser.parse_args()
    findings = check(arguments.root, arguments.build)
    for finding in findings:
        print(finding)
    print(f"repository rules: {len(findings)} findings in {len(Tree(arguments.root).paths)} files")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

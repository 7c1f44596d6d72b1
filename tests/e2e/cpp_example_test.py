#!/usr/bin/env python3
"""The C++ example can be built by itself, by the command that docs/integrating.md gives: it is
configured so, and every file that it is made from is there. The same source is compiled in the
project's own build.

Usage: cpp_example_test.py
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]


def main():
    text = (ROOT / "docs/integrating.md").read_text("utf-8")
    (command,) = re.findall(r"`(cmake -S deploy/examples/cpp[^`]*)`", text)
    configure, build = " ".join(command.split()).split(" && ")
    with tempfile.TemporaryDirectory() as folder:
        for step in (configure, build + " -- -n"):
            done = subprocess.run(step.replace("build/example", folder), shell=True, cwd=ROOT,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  check=False)
            if done.returncode != 0:
                print(f"{step}\n{done.stdout}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

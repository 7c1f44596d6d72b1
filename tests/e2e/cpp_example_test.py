#!/usr/bin/env python3
"""The C++ example builds by itself, by the command that docs/integrating.md gives.

Usage: cpp_example_test.py
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]


def main():
    text = (ROOT / "docs/integrating.md").read_text("utf-8")
    (command,) = re.findall(r"`(cmake -S deploy/examples/cpp[^`]*)`", text)
    environment = dict(os.environ)
    # Other tests run beside it, and most of what it compiles was compiled before.
    environment["CMAKE_BUILD_PARALLEL_LEVEL"] = "1"
    if shutil.which("ccache"):
        environment["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
    with tempfile.TemporaryDirectory() as folder:
        built = subprocess.run(command.replace("build/example", folder), shell=True, cwd=ROOT,
                               env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, check=False)
        if built.returncode != 0:
            print(f"{command}\n{built.stdout}")
            return 1
        # Without arguments it says how it is used.
        asked = subprocess.run([f"{folder}/push_and_read"], capture_output=True, text=True,
                               check=False)
    print(asked.stderr)
    return 0 if asked.returncode == 1 and asked.stderr.startswith("usage: push_and_read") else 1


if __name__ == "__main__":
    sys.exit(main())

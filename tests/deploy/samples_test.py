#!/usr/bin/env python3
"""Every line of the sample feeds, and of those that tests send, is a message of its feed, and every
field of it is known."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
BUF = ROOT / "tests/tools/buf"
MESSAGES = {"mps": "MpsReport", "nabis": "NabisEntry", "border_force": "BorderForceSeizure",
            "licensing": "LicensingLoss", "force": "ForceRecord"}


def agencies():
    """Those that deploy/quickstart serves."""
    script = (ROOT / "deploy/quickstart").read_text("utf-8")
    return set(re.search(r"(?m)^for agency in (.*); do$", script).group(1).split())


def lost(sent, kept, path=""):
    """Paths of what is in the sent message and not in the one that came back."""
    if isinstance(sent, dict):
        for key, value in sent.items():
            if value in ("", False, [], {}):
                continue  # absent and empty are the same
            if key not in kept:
                yield f"{path}.{key}"
            else:
                yield from lost(value, kept[key], f"{path}.{key}")
    elif isinstance(sent, list):
        for index, value in enumerate(sent):
            yield from lost(value, kept[index], f"{path}[{index}]")


def main():
    faults = []
    checked = 0
    files = []
    for folder in ("deploy/samples", "tests/e2e/feeds"):
        here = sorted((ROOT / folder).glob("*.*.jsonl"))
        served = {file.name.split(".")[0] for file in here}
        if served != agencies():
            faults.append(f"deploy/quickstart serves {sorted(agencies())}, {folder} has {sorted(served)}")
        files += here
    with tempfile.TemporaryDirectory() as folder:
        image = pathlib.Path(folder) / "protos.binpb"
        subprocess.run([BUF, "build", ROOT / "proto", "-o", image], check=True)
        for file in files:
            message = MESSAGES[file.name.split(".")[1]]
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                done = subprocess.run(
                    [BUF, "convert", image, "--type", f"serieslink.feed.v1.{message}",
                     "--from", "-#format=json", "--to", "-#format=json"],
                    input=line, capture_output=True, text=True, check=False)
                if done.returncode != 0:
                    faults.append(f"{file}:{number}: not a {message}: {done.stderr.strip()}")
                else:
                    faults.extend(f"{file}:{number}: {message} has no field {path}"
                                  for path in lost(json.loads(line), json.loads(done.stdout)))
                checked += 1
    print("\n".join(faults) or f"samples: {checked} messages")
    return 1 if faults or not checked else 0


if __name__ == "__main__":
    sys.exit(main())

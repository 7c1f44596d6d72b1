#!/usr/bin/env python3
"""docs/integrating.md lists every reason that an error can have, in the order of the protocol file."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parents[2]


def main():
    proto = (ROOT / "proto/serieslink/type/v1/error_reason.proto").read_text("utf-8")
    declared = re.findall(r"^  (ERROR_REASON_[A-Z0-9_]+) = \d+;", proto, re.MULTILINE)
    document = (ROOT / "docs/integrating.md").read_text("utf-8")
    rows = re.findall(r"^\| `(ERROR_REASON_[A-Z0-9_]+)` \| ([^|]*) \| ([^|]*) \|$", document, re.MULTILINE)
    faults = [f"docs/integrating.md has no row for {reason}"
              for reason in declared if reason not in dict((name, where) for name, where, _ in rows)]
    faults += [f"docs/integrating.md has a row for {name}, which is no reason"
               for name, _, _ in rows if name not in declared]
    faults += [f"docs/integrating.md does not say where {name} is met, or what to do"
               for name, where, what in rows
               if not where.strip() or not what.strip()]
    if not faults and [name for name, _, _ in rows] != declared:
        faults.append("docs/integrating.md lists the reasons in another order, or one twice")
    if not declared:
        faults.append("no reason was found in error_reason.proto")
    print("\n".join(faults) or f"error reasons: {len(rows)} rows")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

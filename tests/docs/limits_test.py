#!/usr/bin/env python3
"""docs/integrating.md states the limits of a record as services/ingest/core/limits.h has them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parents[2]
# The row of the document that states it.
ROW_OF = {
    "kMaxGuns": "guns; items", "kMaxItems": "guns; items",
    "kMaxPersons": "persons; courts' outcomes", "kMaxOutcomes": "persons; courts' outcomes",
    "kMaxMembers": "members of an inferred weapon",
    "kMaxSisterSeizures": "sister seizures of a consignment",
    "kMaxCustody": "holders (`custody`) of an exhibit",
    "kMaxCrimeReferences": "crime references in a field",
    "kMaxOffences": "offences",
    "kMaxFlags": "flags",
    "kMaxTransit": "countries of transit",
    "kMaxMarks": "marks, legal classes, `same_items` and `part_of` of an exhibit",
    "kMaxLegalClasses": "marks, legal classes, `same_items` and `part_of` of an exhibit",
    "kMaxSameItems": "marks, legal classes, `same_items` and `part_of` of an exhibit",
    "kMaxSameWeaponAs": "`same_weapon_as`",
    "kMaxTypes": "types of a gun, in a field",
    "kMaxSerials": "serial numbers of a gun or part",
    "kMaxFormerSources": "former ids",
    "kMaxFirearmUses": "uses of a firearm; targets of shots",
    "kMaxDischargeTargets": "uses of a firearm; targets of shots",
    "kMaxHandlingConditions": "handling conditions; caveats", "kMaxCaveats": "handling conditions; caveats",
    "kMaxConditionBytes": "handling conditions; caveats",
    "kMaxTextBytes": "a text", "kMaxSummaryBytes": "a text",
    "kMaxIdBytes": "an id, code, mark, number or token",
    "kMaxCodeBytes": "an id, code, mark, number or token",
    "kMaxAgencyBytes": "an id, code, mark, number or token",
    "kMaxSystemBytes": "an id, code, mark, number or token",
    "kMaxViolations": "violations named for a message",
}
# Ranges of numbers, which the fields' comments state, and the length of a date, which has forms.
NO_ROW = {"kMaxQuantity", "kMaxBarrelLengthMm", "kMaxShots", "kMaxCustodyMonths", "kMinBoundaryYear",
          "kMaxBoundaryYear", "kMaxDateBytes"}


def main():
    header = (ROOT / "services/ingest/core/limits.h").read_text("utf-8")
    limits = {name: int(value.replace("'", ""))
              for name, value in re.findall(r"constexpr [\w:]+ (k\w+) = ([\d']+);", header)}
    document = (ROOT / "docs/integrating.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", document, re.MULTILINE))
    faults = [f"limits.h has {name}, of which this test does not know the row"
              for name in limits if name not in ROW_OF and name not in NO_ROW]
    faults += [f"limits.h lacks {name}" for name in ROW_OF if name not in limits]
    for name, row in ROW_OF.items():
        stated = re.findall(r"[\d,]*\d", rows.get(row, ""))
        if name in limits and f"{limits[name]:,}" not in stated:
            faults.append(f"docs/integrating.md does not state {name}, {limits[name]:,}, in the row '{row}'")
    print("\n".join(faults) or f"limits: {len(ROW_OF)} stated")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

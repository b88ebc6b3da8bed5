"""A list of checks: each prints a line `ok`, `FAILED` with its reason, or `SKIPPED`. run.sh counts the lines."""

import json
import sys
import traceback
from pathlib import Path

WAREHOUSE = Path(sys.argv[1])
# Of the tables that write-tables.mjs leaves for reading.
ROWS = {"types": 3, "history": 5010, "small": 15, "log": 3, "nothing": 0, "many": 450, "compacted": 600, "edges": 8}
CHECKS = []
LONGEST_REASON = 1500


def check(function):
    CHECKS.append(function)
    return function


def table_folder(name):
    return WAREHOUSE / "acme" / name


def newest_metadata(name):
    """The newest version's file, found by the hint alone, as most readers do."""
    folder = table_folder(name) / "metadata"
    hint = (folder / "version-hint.text").read_text()
    assert hint == hint.strip(), "readers do not trim the hint"
    return folder / f"v{hint}.metadata.json"


def newest_json(name):
    return json.loads(newest_metadata(name).read_text(encoding="utf-8"))


def key(number):
    return f"key-with-a-long-prefix-{number:06d}"


def run():
    failed = 0
    for each in CHECKS:
        try:
            each()
            print(f"ok      {each.__name__}")
        except Exception:
            failed += 1
            print(f"FAILED  {each.__name__}")
            # Spark's errors carry the stacks of every machine they passed through.
            print(traceback.format_exc(limit=-2)[:LONGEST_REASON].rstrip())
        sys.stdout.flush()
    sys.exit(1 if failed else 0)

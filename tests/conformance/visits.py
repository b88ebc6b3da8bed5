"""Another tool has written to a table: we read it and commit on top, and everybody reads the same rows afterwards."""

import json
import subprocess
from pathlib import Path

from checks import WAREHOUSE, newest_json, newest_metadata, table_folder
from table_files import check_totals, current_snapshot

HERE = Path(__file__).resolve().parent
COMMAND = HERE.parent.parent / "dist" / "src" / "cli.js"


def carry_into_place(name, metadata_file):
    """A version of another catalog becomes the next of ours: the same file, under the name that our catalog looks for."""
    newest = newest_metadata(name)
    number = int(newest.name[1:].split(".")[0]) + 1
    Path(metadata_file.removeprefix("file://")).rename(newest.with_name(f"v{number}.metadata.json"))
    (table_folder(name) / "metadata" / "version-hint.text").write_text(str(number))


def our_next_commit(name, *changed):
    """Rows to write anew, by number; row 1 is marked as vanished. Returns what continue-table.mjs says."""
    return json.loads(node(HERE / "continue-table.mjs", WAREHOUSE, name, *changed))


def our_rows(name):
    """All rows by `connector query`, marked ones included: id -> (number, marked)."""
    sql = f"SELECT id, number, _deleted_at IS NOT NULL AS marked FROM acme.{name}_all"
    rows = json.loads(node(COMMAND, "--warehouse", WAREHOUSE, "query", "--format", "json", sql))
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: (int(row["number"]), row["marked"]) for row in rows}


def check_our_commit(name, told):
    """The version on top of the visitor's: next in every line, totals true, state new and the visitor's history kept."""
    assert told["after"]["snapshot"] == told["committed"]["snapshotId"] != told["before"]["snapshot"]
    metadata = newest_json(name)
    assert metadata["metadata-log"][-1]["metadata-file"] == told["before"]["version"]
    snapshot = current_snapshot(metadata)
    parent = next(one for one in metadata["snapshots"] if one["snapshot-id"] == snapshot["parent-snapshot-id"])
    assert str(parent["snapshot-id"]) == told["before"]["snapshot"]
    assert snapshot["sequence-number"] == parent["sequence-number"] + 1 == metadata["last-sequence-number"]
    assert json.loads(metadata["properties"]["connector.state"]) == {"after": name}
    check_totals(snapshot)


def node(script, *arguments):
    done = subprocess.run(["node", str(script), *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout

"""DataFusion with iceberg-rust on our tables in a local folder, which it opens by file URIs alone."""

import importlib.util
import sys

from checks import ROWS, check, key, newest_metadata, run

if not all(importlib.util.find_spec(name) for name in ("datafusion", "pyiceberg_core")):
    print("SKIPPED DataFusion: not to be had for this platform")
    sys.exit(0)

from datafusion import SessionContext
from pyiceberg.table import StaticTable

# iceberg-rust up to 0.10 cannot fill a member that a struct got after a file was written ("Incorrect number of arrays for
# StructArray fields"): columns beside it are read.
GROWN_STRUCTS = {"history": "id, number, instant, added, _synced_at, _deleted_at", "edges": "id, text, real, day, instant"}


def ask(name, sql):
    session = SessionContext()
    session.register_table("t", StaticTable.from_metadata(f"file://{newest_metadata(name)}"))
    return [tuple(row.values()) for row in session.sql(sql).to_arrow_table().to_pylist()]


@check
def counts_with_deletions_applied():
    for name, rows in ROWS.items():
        assert len(ask(name, f"SELECT {GROWN_STRUCTS.get(name, '*')} FROM t")) == rows, name


@check
def updates_have_one_version():
    assert ask("history", "SELECT count(DISTINCT id), count(*) FILTER (WHERE number = -1) FROM t") == [(5010, 20)]
    assert ask("many", "SELECT count(DISTINCT id), count(*) FILTER (WHERE number = -1) FROM t") == [(450, 30)]
    assert ask("history", "SELECT id FROM t WHERE _deleted_at IS NOT NULL ORDER BY id") == [(key(0),), (key(4999),)]


@check
def widened_added_and_nested_columns():
    assert ask("history", f"SELECT number, added FROM t WHERE id = '{key(2000)}'") == [(2**40, "x")]
    assert ask("history", f"SELECT added FROM t WHERE id = '{key(2001)}'") == [(None,)]
    ((labels, owner),) = ask("types", "SELECT labels, owner FROM t WHERE id = 'full'")
    assert (labels, owner) == (["a", None, '🚀 "x"'], {"id": "o", "name": None})


@check
def filters_lose_no_row():
    assert ask("history", "SELECT count(*) FROM t WHERE number BETWEEN 3100 AND 3199") == [(100,)]
    # -0.0, in another file, is not equal to 0 here.
    assert ask("edges", "SELECT id FROM t WHERE real = 0 AND id = 1") == [(1,)]


run()

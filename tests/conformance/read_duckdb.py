"""DuckDB's own Iceberg reader on our tables."""

import sys

from checks import ROWS, check, key, newest_json, newest_metadata, run, table_folder
from duckdb_session import missing, open_session

if missing():
    print(f"SKIPPED DuckDB's iceberg_scan: not to be had for this platform: {', '.join(missing())}")
    sys.exit(0)

session = open_session()


def scan(name):
    return f"iceberg_scan('{table_folder(name)}')"


def ask(sql):
    return session.execute(sql).fetchall()


@check
def counts_by_folder_and_by_metadata_file():
    for name, rows in ROWS.items():
        for place in (table_folder(name), newest_metadata(name)):
            assert ask(f"SELECT count(*) FROM iceberg_scan('{place}')") == [(rows,)], (name, place)


@check
def deletions_are_applied():
    assert ask(f"SELECT count(DISTINCT id), count(*) FILTER (number = -1) FROM {scan('history')}") == [(5010, 20)]
    assert ask(f"SELECT count(DISTINCT id), count(*) FILTER (number = -1) FROM {scan('many')}") == [(450, 30)]
    marked = ask(f"SELECT id FROM {scan('history')} WHERE _deleted_at IS NOT NULL ORDER BY id")
    assert marked == [(key(0),), (key(4999),)]


@check
def filters_lose_no_row():
    assert ask(f"SELECT count(*) FROM {scan('history')} WHERE number BETWEEN 3100 AND 3199") == [(100,)]
    assert ask(f"SELECT id FROM {scan('history')} WHERE number = {2**40}") == [(key(2000),)]
    since, until = "TIMESTAMPTZ '2025-01-01 00:51:40+00'", "TIMESTAMPTZ '2025-01-01 00:53:20+00'"
    assert ask(f"SELECT count(*) FROM {scan('history')} WHERE instant >= {since} AND instant < {until}") == [(100,)]
    for number in range(1, 9):
        row = f"SELECT text, \"real\", \"select\" FROM {scan('edges')} WHERE id = {number}"
        for column in ("text", '"real"', '"select"'):
            sql = f"SELECT count(*) FROM {scan('edges')} WHERE id = {number} AND {column} IS NOT DISTINCT FROM (SELECT {column} FROM ({row}))"
            assert ask(sql) == [(1,)], (number, column)
    assert ask(f"SELECT id FROM {scan('edges')} WHERE \"real\" = 0 ORDER BY id") == [(1,), (2,)]


@check
def nested_and_added_columns():
    assert ask(f"SELECT number, added, owner FROM {scan('history')} WHERE id = '{key(2000)}'") == [(2**40, "x", {"id": "o", "age": 7})]
    assert ask(f"SELECT added, owner FROM {scan('history')} WHERE id = '{key(2001)}'") == [(None, {"id": "o2001", "age": None})]
    assert ask(f"SELECT deep, len(later) FROM {scan('edges')} WHERE id = 8") == [
        ({"inner": {"leaf": "l", "flag": None, "twig": 8}, "tags": None}, 3)
    ]
    assert ask(f"SELECT labels, owner, versions[1].ns, instant::VARCHAR FROM {scan('types')} WHERE id = 'full'") == [
        (["a", None, '🚀 "x"'], {"id": "o", "name": None}, [1, None], "2025-01-01 10:00:00.123456+00")
    ]


@check
def every_snapshot_is_listed_and_can_be_read():
    listed = {row[1] for row in ask(f"SELECT * FROM iceberg_snapshots('{table_folder('history')}')")}
    snapshots = [one["snapshot-id"] for one in newest_json("history")["snapshots"]]
    assert listed == set(snapshots) and len(snapshots) == 7
    counts = [
        ask(f"SELECT count(*) FROM iceberg_scan('{table_folder('history')}', snapshot_from_id = {snapshot}::UBIGINT)")[0][0]
        for snapshot in snapshots
    ]
    assert counts == [1000, 2000, 3000, 4000, 5000, 5010, 5010], counts


run()

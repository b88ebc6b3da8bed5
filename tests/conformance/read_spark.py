"""What Spark must find in our tables."""

import os
from datetime import date, datetime

from checks import ROWS, check, key, newest_json, run, table_folder
from spark_session import ask, planned_files
from table_files import current_snapshot, live_entries, manifest_rows


@check
def counts():
    for name, rows in ROWS.items():
        assert ask(f"SELECT count(*), count(id) FROM lake.acme.{name}") == [(rows, rows)], name


@check
def every_value():
    rows = {row[0]: row for row in ask("SELECT id, part, flag, small, big, real, day, instant, labels FROM lake.acme.types")}
    assert rows["full"][1:] == (
        2**63 - 1, True, -(2**31), -(2**63), -0.1, date(1969, 12, 31), datetime(2025, 1, 1, 10, 0, 0, 123456), ["a", None, '🚀 "x"']
    )
    assert rows["nulls"][2:] == (None,) * 7 and rows["empty"][8] == []


@check
def nested_values():
    (owner, versions), = ask("SELECT owner, versions FROM lake.acme.types WHERE id = 'full'")
    assert owner.asDict() == {"id": "o", "name": None}
    assert versions[0].asDict() == {"id": "v", "at": datetime(1969, 12, 31, 23, 59, 59, 999999), "ns": [1, None]} and versions[1] is None
    assert ask("SELECT owner, versions FROM lake.acme.types WHERE id = 'nulls'") == [(None, None)]
    assert ask(f"SELECT owner.age, number, added FROM lake.acme.history WHERE id = '{key(2000)}'") == [(7, 2**40, "x")]
    assert ask(f"SELECT owner.age, owner.id FROM lake.acme.history WHERE id = '{key(2001)}'") == [(None, "o2001")]
    (deep, later), = ask("SELECT deep, later FROM lake.acme.edges WHERE id = 8")
    assert deep.asDict(recursive=True) == {"inner": {"leaf": "l", "flag": None, "twig": 8}, "tags": None}
    assert [one and one.asDict() for one in later] == [{"id": "a", "at": date(2025, 1, 1)}, {"id": "b", "at": None}, None]


@check
def awkward_values():
    # Moments as text: Python's own cannot leave the years 1 to 9999 even by its zone.
    rows = {row[0]: row for row in ask("SELECT id, text, real, day, string(instant), `select` FROM lake.acme.edges")}
    assert rows[1][1] == "" and rows[1][3] == date(1, 1, 1) and rows[1][4] == "0001-01-01 00:00:00"
    assert rows[2][4] == "9999-12-31 23:59:59.999999"
    assert rows[3][1] == "\U0010ffff" * 20 and rows[4][2] == -5e-324
    assert rows[5][1] == "ä" * 300 and rows[5][5] == '"double"; -- \\ \n 🚀'
    for number, row in rows.items():
        if row[1] is not None:
            quoted = row[1].replace("\\", "\\\\").replace("'", "\\'")
            assert (number,) in ask(f"SELECT id FROM lake.acme.edges WHERE text = '{quoted}'"), row
    assert sorted(ask("SELECT id FROM lake.acme.edges WHERE real = 0")) == [(1,), (2,)]


@check
def docs_and_key():
    docs = {row[0]: row[2] for row in ask("DESCRIBE lake.acme.edges")}
    assert docs["id"].startswith("Schlüssel: „äöü“") and "🚀" in docs["id"]
    properties = dict(ask("SHOW TBLPROPERTIES lake.acme.history"))
    assert properties["identifier-fields"] == "[id]" and properties["connector.state"] == '{"upTo":5012}'


@check
def deletions_are_applied():
    assert ask("SELECT count(DISTINCT id) FROM lake.acme.history") == [(5010,)]
    assert ask("SELECT count(DISTINCT id), count_if(number = -1) FROM lake.acme.many") == [(450, 30)]
    assert sorted(ask("SELECT id FROM lake.acme.history WHERE _deleted_at IS NOT NULL")) == [(key(0),), (key(4999),)]


@check
def filters_skip_files_and_lose_no_row():
    assert ask("SELECT count(*) FROM lake.acme.many WHERE number BETWEEN 350 AND 399") == [(50,)]
    moments = "instant >= TIMESTAMP '2025-01-01 00:51:40' AND instant < TIMESTAMP '2025-01-01 00:53:20'"
    assert ask(f"SELECT count(*) FROM lake.acme.history WHERE {moments}") == [(100,)]
    everything = planned_files("history", "number", "greaterThan", -10)
    assert everything == 7
    assert planned_files("history", "number", "equal", 3500) == 2, "the file of the row, and the one with the widest bounds"
    assert planned_files("history", "number", "equal", 2**40) == 1
    assert planned_files("many", "number", "equal", 333) < 5


@check
def a_widened_column_is_read():
    # Iceberg's vectorized reader up to 1.11.0 fails on an int of an old file that is now a long (apache/iceberg#16341).
    assert ask("SELECT count(*) FROM lake.acme.history WHERE number BETWEEN 3100 AND 3199") == [(100,)]
    assert ask("SELECT count_if(number = -1), max(number) FROM lake.acme.history") == [(20, 2**40)]


@check
def time_travel():
    snapshots = [one["snapshot-id"] for one in newest_json("history")["snapshots"]]
    counts = [ask(f"SELECT count(*) FROM lake.acme.history VERSION AS OF {one}")[0][0] for one in snapshots]
    assert counts == [1000, 2000, 3000, 4000, 5000, 5010, 5010], counts
    assert ask("SELECT count(*) FROM lake.acme.history TIMESTAMP AS OF '2025-01-03 12:00:00'") == [(3000,)]


@check
def metadata_tables():
    for name in ("history", "many", "compacted", "edges", "small", "types"):
        snapshot = current_snapshot(newest_json(name))
        expected = sorted((file["file_path"], content) for content in (0, 1) for file, _ in live_entries(snapshot, content))
        assert sorted(ask(f"SELECT file_path, content FROM lake.acme.{name}.files")) == expected
        ids = [(one["snapshot-id"],) for one in newest_json(name)["snapshots"]]
        assert ask(f"SELECT snapshot_id FROM lake.acme.{name}.snapshots ORDER BY committed_at") == ids
        assert ask(f"SELECT snapshot_id FROM lake.acme.{name}.history ORDER BY made_current_at") == ids
        assert len(ask(f"SELECT * FROM lake.acme.{name}.manifests")) == len(manifest_rows(snapshot))
        assert len(ask(f"SELECT status, data_file FROM lake.acme.{name}.entries")) >= len(expected)
        assert ask(f"SELECT count(*) FROM lake.acme.{name}.partitions") == [(1,)]
        assert len(ask(f"SELECT * FROM lake.acme.{name}.metadata_log_entries")) == len(newest_json(name)["metadata-log"]) + 1


@check
def position_deletes_table():
    assert ask("SELECT count(*), count(DISTINCT file_path, pos) FROM lake.acme.history.position_deletes") == [(23, 23)]


@check
def readable_bounds():
    sql = "SELECT readable_metrics.number.lower_bound, readable_metrics.number.upper_bound FROM lake.acme.history.data_files"
    assert (0, 999) in ask(sql) and (2**40, 2**40) in ask(sql)


@check
def no_file_of_ours_is_an_orphan():
    # Spark leaves files of the last day alone, so these are made to look older.
    for name in ("history", "many", "compacted"):
        for path in table_folder(name).rglob("*.*"):
            os.utime(path, (0, 0))
        orphans = ask(f"CALL lake.system.remove_orphan_files(table => 'acme.{name}', dry_run => true)")
        assert orphans == [], (name, orphans)


run()

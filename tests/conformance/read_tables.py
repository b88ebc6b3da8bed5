"""What pyiceberg must find in the tables that write-tables.mjs wrote."""

import json
from datetime import date, datetime, timezone

from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, IsNull, LessThan
from pyiceberg.table import StaticTable
from pyiceberg.types import BooleanType, DateType, DoubleType, IntegerType, ListType, LongType, StringType, StructType, TimestamptzType

from checks import check, key, newest_metadata, run


def open_table(name):
    return StaticTable.from_metadata(str(newest_metadata(name)))


def files(scan):
    return len({task.file.file_path for task in scan.plan_files()})


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@check
def types_and_docs():
    schema = open_table("types").schema()
    expected = {
        "id": StringType, "part": LongType, "flag": BooleanType, "small": IntegerType, "big": LongType, "real": DoubleType,
        "day": DateType, "instant": TimestamptzType, "labels": ListType, "owner": StructType, "versions": ListType,
        "_synced_at": TimestamptzType, "_deleted_at": TimestamptzType, "_deleted_reason": StringType, "_extra": StringType,
    }
    assert {field.name: type(field.field_type) for field in schema.fields} == expected
    assert schema.find_field("instant").doc == "A point in time, “UTC”."
    assert schema.find_field("owner.id").doc == "Account id."


@check
def identifier_fields_are_required():
    schema = open_table("types").schema()
    assert schema.identifier_field_names() == {"id", "part"}
    assert {field.name for field in schema.fields if field.required} == {"id", "part"}


@check
def every_value():
    rows = {row["id"]: row for row in open_table("types").scan().to_arrow().to_pylist()}
    system = {"_synced_at": utc(2025, 1, 1), "_deleted_at": None, "_deleted_reason": None}
    assert rows["full"] == {
        "id": "full", "part": 2**63 - 1, "flag": True, "small": -(2**31), "big": -(2**63), "real": -0.1,
        "day": date(1969, 12, 31), "instant": utc(2025, 1, 1, 10, 0, 0, 123456), "labels": ["a", None, '🚀 "x"'],
        "owner": {"id": "o", "name": None},
        "versions": [{"id": "v", "at": utc(1969, 12, 31, 23, 59, 59, 999999), "ns": [1, None]}, None],
        **system, "_extra": '{"more":1}',
    }, rows["full"]
    nothing = {name: None for name in rows["full"]} | system
    # The Parquet file has null here; pyiceberg 0.12 makes an empty list of an absent list of structs.
    assert rows["nulls"] == nothing | {"id": "nulls", "part": 1, "versions": []}
    assert rows["empty"] == nothing | {"id": "empty", "part": 0, "labels": [], "owner": {"id": None, "name": None}, "versions": []}


@check
def null_counts_let_readers_find_nulls():
    assert {row["id"] for row in open_table("types").scan(row_filter=IsNull("owner.id")).to_arrow().to_pylist()} >= {"nulls", "empty"}
    assert open_table("types").scan(row_filter=EqualTo("flag", True)).to_arrow().num_rows == 1


@check
def rows_are_exact_after_updates_and_deletions():
    rows = open_table("history").scan().to_arrow().to_pylist()
    assert len(rows) == 5010 and len({row["id"] for row in rows}) == 5010
    found = {row["id"]: row for row in rows}
    assert all(found[key(number)]["number"] == -1 for number in range(990, 1010))
    assert found[key(3000)]["number"] == 3000 and found[key(3000)]["_synced_at"] == utc(2025, 1, 4)
    marked = {row["id"]: row["_deleted_reason"] for row in rows if row["_deleted_at"] is not None}
    assert marked == {key(0): "vanished", key(4999): "vanished"}
    assert found[key(0)]["number"] == 0, "a marked row keeps its cells"


@check
def deletions_are_position_deletes_that_name_no_row_twice():
    table = open_table("history")
    tasks = list(table.scan().plan_files())
    assert any(task.delete_files for task in tasks)
    summary = table.current_snapshot().summary
    assert summary.operation.value == "overwrite"
    assert int(summary["total-records"]) - int(summary["total-position-deletes"]) == 5010


@check
def added_column_member_and_wider_integer():
    rows = {row["id"]: row for row in open_table("history").scan().to_arrow().to_pylist()}
    assert rows[key(2000)]["number"] == 2**40 and rows[key(2000)]["added"] == "x"
    assert rows[key(2000)]["owner"] == {"id": "o", "age": 7}
    assert rows[key(2001)]["added"] is None and rows[key(2001)]["owner"] == {"id": "o2001", "age": None}


@check
def time_travel():
    table = open_table("history")
    counts = [table.scan(snapshot_id=snapshot.snapshot_id).to_arrow().num_rows for snapshot in table.snapshots()]
    assert counts == [1000, 2000, 3000, 4000, 5000, 5010, 5010], counts
    fifth = table.scan(snapshot_id=table.snapshots()[4].snapshot_id).to_arrow().to_pylist()
    assert all(row["_deleted_at"] is None for row in fifth)


@check
def filters_skip_files_and_lose_no_row():
    table = open_table("history")
    everything = files(table.scan())
    for name, low, high, expected in [
        ("number", 3100, 3200, 100),
        ("instant", "2025-01-01T00:51:40+00:00", "2025-01-01T00:53:20+00:00", 100),
    ]:
        scan = table.scan(row_filter=And(GreaterThanOrEqual(name, low), LessThan(name, high)))
        assert scan.to_arrow().num_rows == expected, (name, scan.to_arrow().num_rows)
        assert files(scan) < everything, (name, files(scan), everything)
    assert table.scan(row_filter=EqualTo("id", key(3100))).to_arrow().num_rows == 1
    assert table.scan(row_filter=EqualTo("number", 2**40)).to_arrow().num_rows == 1


@check
def state_lies_in_the_version_of_its_rows():
    table = open_table("history")
    assert json.loads(table.properties["connector.state"]) == {"upTo": 5012}
    assert table.properties["comment"] == "Inserts, updates, deletions."
    summaries = [snapshot.summary for snapshot in table.snapshots()]
    assert [json.loads(summary["connector.state"])["upTo"] for summary in summaries] == [1000, 2000, 3000, 4000, 5000, 5010, 5011]
    assert {summary["connector.run-id"] for summary in summaries} == {"run-history"}
    assert json.loads(open_table("types").properties["connector.state"]) == {"cursor": "é"}


@check
def a_small_table_is_one_file_without_deletes():
    table = open_table("small")
    (task,) = table.scan().plan_files()
    assert not task.delete_files
    rows = {row["id"]: row for row in table.scan().to_arrow().to_pylist()}
    assert len(rows) == 15 and rows[key(4)]["number"] == 4 and rows[key(5)]["number"] == 7
    assert rows[key(4)]["_synced_at"] == utc(2025, 1, 1) and rows[key(5)]["_synced_at"] == utc(2025, 1, 2)
    assert table.scan(snapshot_id=table.snapshots()[0].snapshot_id).to_arrow().num_rows == 10


@check
def an_append_table_keeps_equal_rows():
    assert open_table("log").scan().to_arrow().num_rows == 3


@check
def a_table_without_rows_has_its_schema():
    table = open_table("nothing")
    assert table.scan().to_arrow().num_rows == 0 and table.current_snapshot() is None
    assert "number" in table.schema().column_names


@check
def many_commits_are_all_there():
    table = open_table("many")
    assert len(table.snapshots()) == 45, "a commit without rows makes no snapshot"
    found = {row["id"]: row for row in table.scan().to_arrow().to_pylist()}
    assert found.keys() == {key(number) for number in range(450)}
    assert sorted(row["id"] for row in found.values() if row["number"] == -1) == [key(number) for number in range(0, 300, 10)]
    assert [row["id"] for row in found.values() if row["_deleted_reason"] == "vanished"] == [key(7)]
    fortieth = table.scan(snapshot_id=table.snapshots()[39].snapshot_id).to_arrow().to_pylist()
    assert len(fortieth) == 400 and all(row["number"] >= 0 for row in fortieth)


@check
def one_commit_deletes_in_many_files():
    tasks = list(open_table("many").scan().plan_files())
    assert len(tasks) == 45 and sum(1 for task in tasks if task.delete_files) >= 30


@check
def a_table_is_in_the_order_that_settings_give():
    table = open_table("in_order")
    names = [table.schema().find_column_name(field.source_id) for field in table.sort_order().fields]
    assert names == ["number", "id"] and table.sort_order().order_id == 1
    assert table.properties["write.target-file-size-bytes"] == str(64 * 1024 * 1024) and table.properties["user.team"] == "data"
    (task,) = table.scan().plan_files()
    assert task.file.sort_order_id == 1
    numbers = [row["number"] for row in table.scan().to_arrow().to_pylist()]
    assert len(numbers) == 1000 and numbers == sorted(numbers, key=lambda number: (number is not None, number))


@check
def compaction_changes_files_and_no_row():
    table = open_table("compacted")
    (task,) = table.scan().plan_files()
    assert not task.delete_files
    *_, before, after = table.snapshots()
    assert after.summary.operation.value == "replace" and before.snapshot_id == after.parent_snapshot_id
    rows = {row["id"]: row for row in table.scan().to_arrow().to_pylist()}
    assert rows == {row["id"]: row for row in table.scan(snapshot_id=before.snapshot_id).to_arrow().to_pylist()}
    assert len(rows) == 600 and sum(1 for row in rows.values() if row["number"] == -1) == 30
    assert json.loads(table.properties["connector.state"]) == {"upTo": 59}


@check
def awkward_values_come_back():
    rows = {row["id"]: row for row in open_table("edges").scan().to_arrow().to_pylist()}
    assert sorted(rows) == list(range(1, 9))
    assert rows[1]["text"] == "" and rows[1]["day"] == date(1, 1, 1) and rows[1]["instant"] == utc(1, 1, 1)
    assert rows[2]["instant"] == utc(9999, 12, 31, 23, 59, 59, 999999) and rows[2]["text"] == "x" * 15 + "🚀🚀"
    assert rows[3]["text"] == "\U0010ffff" * 20 and rows[3]["real"] == 1.7976931348623157e308
    assert rows[4]["real"] == -5e-324 and rows[4]["text"] == "x" * 15 + "\ud7ff more"
    assert rows[5]["text"] == "ä" * 300 and rows[5]["select"] == '"double"; -- \\ \n 🚀'
    assert rows[6]["text"] == "changed"
    assert rows[7]["deep"] == {"inner": None, "tags": None}


@check
def a_schema_grows_at_every_depth():
    rows = {row["id"]: row for row in open_table("edges").scan().to_arrow().to_pylist()}
    assert rows[8]["deep"]["inner"] == {"leaf": "l", "flag": None, "twig": 8}
    assert rows[8]["later"] == [{"id": "a", "at": date(2025, 1, 1)}, {"id": "b", "at": None}, None]
    # pyiceberg 0.12 makes an empty list of an absent list of structs, see every_value.
    assert rows[1]["later"] in (None, []) and rows[1]["deep"] is None


@check
def bounds_hide_no_awkward_value():
    table = open_table("edges")
    for number, row in [(row["id"], row) for row in table.scan().to_arrow().to_pylist()]:
        for column in ("text", "real", "select"):
            if row[column] is not None:
                ids = table.scan(row_filter=EqualTo(column, row[column])).to_arrow()["id"].to_pylist()
                assert number in ids, (column, row[column])
    assert set(table.scan(row_filter=EqualTo("real", 0.0)).to_arrow()["id"].to_pylist()) == {1, 2}, "both zeros"


run()

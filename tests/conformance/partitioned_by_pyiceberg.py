"""pyiceberg partitions a table of ours and sorts it; our commits move rows between partitions, and everybody reads the same."""

import json

import pyarrow as arrow
from pyiceberg.expressions import And, EqualTo, GreaterThanOrEqual, LessThan
from pyiceberg.table import StaticTable
from pyiceberg.transforms import BucketTransform, IdentityTransform, MonthTransform

from checks import WAREHOUSE, check, key, newest_json, newest_metadata, run, table_folder
from duckdb_session import missing, open_session
from pyiceberg_visits import their_rows, visit
from table_files import avro, current_snapshot, live_entries, manifest_rows
from visits import COMMAND, check_our_commit, node, our_next_commit, our_rows

NAME = "partitioned_by_pyiceberg"
EXPECTED = {key(number): (number, False) for number in range(800)}


def table():
    return StaticTable.from_metadata(str(newest_metadata(NAME)))


def files(row_filter):
    """(files to be read, rows) of a scan."""
    scan = table().scan(row_filter=row_filter)
    return len(list(scan.plan_files())), scan.to_arrow().num_rows


def files_of(project):
    live = live_entries(current_snapshot(newest_json(NAME)), 0)
    # As Iceberg's own library writes the name `project.name` in Avro.
    return sum(file["partition"].get("project_x2Ename") == project for file, _ in live)


def check_everybody_reads(expected):
    assert our_rows(NAME) == their_rows(NAME) == expected
    if not missing():
        sql = f"SELECT id, number, _deleted_at IS NOT NULL FROM iceberg_scan('{table_folder(NAME)}')"
        found = {row[0]: row[1:] for row in open_session().execute(sql).fetchall()}
        assert found == expected, len(found)


def check_manifests():
    """Each manifest is of one spec: its header, its record `partition` and its row in the list say the same. Returns specs of live files."""
    metadata = newest_json(NAME)
    specs = {spec["spec-id"]: spec["fields"] for spec in metadata["partition-specs"]}
    seen = set()
    for row in manifest_rows(current_snapshot(metadata)):
        manifest = avro(row["manifest_path"])
        fields = specs[row["partition_spec_id"]]
        assert manifest.header["partition-spec-id"] == str(row["partition_spec_id"])
        data_file = next(field for field in manifest.schema["fields"] if field["name"] == "data_file")["type"]
        record = next(field for field in data_file["fields"] if field["name"] == "partition")["type"]
        assert record["name"] == "r102" and [one["field-id"] for one in record["fields"]] == [one["field-id"] for one in fields]
        if row["added_snapshot_id"] == metadata["current-snapshot-id"]:
            assert json.loads(manifest.header["partition-spec"]) == fields
            assert len(row["partitions"]) == len(fields)
        if row["added_files_count"] + row["existing_files_count"] > 0:
            seen.add(row["partition_spec_id"])
    return seen


def partition(table):
    with table.update_spec() as update:
        update.add_field("instant", MonthTransform(), "created_month")
        update.add_field("id", BucketTransform(8), "id_bucket")
        update.add_field("project", IdentityTransform(), "project.name")
    with table.update_sort_order() as update:
        update.asc("instant", IdentityTransform())
    rows = [{"id": key(number), "number": 111, "project": "theirs"} for number in (900, 901)]
    table.append(arrow.Table.from_pylist(rows, schema=table.schema().as_arrow()))


@check
def rows_move_out_of_files_of_an_older_spec():
    visit(NAME, partition)
    EXPECTED.update({key(number): (111, False) for number in (900, 901)})
    before = newest_json(NAME)
    told = our_next_commit(NAME, 3, 4, 5, 900, 950)
    EXPECTED.update({key(number): (777, False) for number in (3, 4, 5, 900, 950)} | {key(1): (1, True)})
    check_our_commit(NAME, told)
    check_everybody_reads(EXPECTED)
    assert check_manifests() == {0, 1}
    after = newest_json(NAME)
    kept = ["partition-specs", "default-spec-id", "last-partition-id", "sort-orders", "default-sort-order-id"]
    assert [after[name] for name in kept] == [before[name] for name in kept] and after["default-sort-order-id"] == 1


@check
def rows_move_out_of_our_own_partitions():
    told = our_next_commit(NAME, 4, 950, 901)
    EXPECTED[key(901)] = (777, False)
    check_our_commit(NAME, told)
    check_everybody_reads(EXPECTED)
    assert check_manifests() == {0, 1}


@check
def scans_pass_over_partitions_of_other_values():
    # The four files from before the partitions have no such project by their bounds.
    assert files(EqualTo("project", "moved")) == (files_of("moved"), 6) and files_of("moved") > 4
    assert files(EqualTo("project", "nobody"))[0] == 0
    month = And(GreaterThanOrEqual("instant", "2024-12-01T00:00:00+00:00"), LessThan("instant", "2025-01-01T00:00:00+00:00"))
    assert files(month)[1] == sum(number % 4 == 1 for number in range(800) if number not in (1, 5)) + 1, files(month)
    assert files(EqualTo("id", key(950)))[1] == 1


@check
def maintenance_brings_everything_under_the_present_spec():
    node(COMMAND, "--warehouse", WAREHOUSE, "maintain", "--stream", NAME)
    our_next_commit(NAME, *range(100, 200))
    EXPECTED.update({key(number): (777, False) for number in range(100, 200)})
    node(COMMAND, "--warehouse", WAREHOUSE, "maintain", "--stream", NAME)
    check_everybody_reads(EXPECTED)
    assert check_manifests() == {1}
    everything = len(list(table().scan().plan_files()))
    kept = sum(number % 3 == 0 for number in range(800) if number not in (3, *range(100, 200)))
    assert files(EqualTo("project", "P0")) == (files_of("P0"), kept) and files_of("P0") < everything / 2
    # Cut bounds are the same for all keys: what passes over files is their bucket.
    read, rows = files(EqualTo("id", key(950)))
    assert rows == 1 and read <= everything / 4, (read, everything)


@check
def pyiceberg_deletes_a_partition_of_ours_without_reading_it():
    def work(table):
        table.delete(EqualTo("project", "moved"))

    visit(NAME, work)
    # One row has this number from the beginning.
    expected = {name: row for name, row in EXPECTED.items() if row[0] != 777 or name == key(777)}
    assert our_rows(NAME) == their_rows(NAME) == expected
    snapshot = current_snapshot(newest_json(NAME))
    assert snapshot["summary"]["operation"] == "delete", snapshot["summary"]


run()

"""Manifest lists, manifests and Parquet files against the letter of the specification, without any Iceberg library."""

import json
from collections import Counter

from bounds import check_file_statistics
from checks import check, newest_json, run
from spec import (
    ADDED, DATA_FILE, DELETED, DELETE_PATH, DELETE_POSITION, DIGEST, DIGEST_COLUMN, EXISTING, FIELD_SUMMARY, LIST_HEADER, MANIFEST_ENTRY, MANIFEST_FILE,
    MANIFEST_HEADER, check_record,
)
from table_files import (
    TABLES, all_data_files, all_manifests, as_path, avro, changed_entries, check_totals, current_snapshot, live_entries, manifest_rows, nested,
    parquet_footer, snapshots,
)


@check
def manifest_lists_have_their_header():
    for _, snapshot in snapshots():
        header = avro(snapshot["manifest-list"]).header
        assert LIST_HEADER <= header.keys(), LIST_HEADER - header.keys()
        parent = snapshot.get("parent-snapshot-id")
        assert header["snapshot-id"] == str(snapshot["snapshot-id"])
        assert header["parent-snapshot-id"] == ("null" if parent is None else str(parent))
        assert header["sequence-number"] == str(snapshot["sequence-number"]) and header["format-version"] == "2"


@check
def manifest_lists_have_every_field_id():
    for _, snapshot in snapshots():
        schema = avro(snapshot["manifest-list"]).schema
        assert schema["name"] == "manifest_file"
        check_record(schema, MANIFEST_FILE, {})
        summaries = next(field for field in schema["fields"] if field["name"] == "partitions")["type"][1]
        assert summaries["items"]["name"] == "r508"
        check_record(summaries["items"], FIELD_SUMMARY, {})


@check
def manifests_have_their_header():
    schemas = {name: newest_json(name)["schemas"] for name in TABLES}
    by_location = {newest_json(name)["location"]: schemas[name] for name in TABLES}
    for _, row, manifest in all_manifests():
        header = manifest.header
        assert MANIFEST_HEADER <= header.keys(), MANIFEST_HEADER - header.keys()
        assert json.loads(header["partition-spec"]) == [] and header["partition-spec-id"] == "0"
        assert header["format-version"] == "2" and header["content"] == ["data", "deletes"][row["content"]]
        schema = json.loads(header["schema"])
        assert header["schema-id"] == str(schema["schema-id"])
        known = by_location[row["manifest_path"].rsplit("/metadata/", 1)[0]]
        assert schema in known, "the header's schema is one of the table's"


@check
def manifests_have_every_field_id_and_map_record_name():
    for _, _, manifest in all_manifests():
        assert manifest.schema["name"] == "manifest_entry"
        check_record(manifest.schema, MANIFEST_ENTRY, {"data_file": "r2"})
        data_file = next(field for field in manifest.schema["fields"] if field["name"] == "data_file")["type"]
        check_record(data_file, DATA_FILE, {"partition": "r102"})


@check
def partition_summaries_are_an_empty_list():
    # Null is allowed by the specification, but Spark's `manifests` table fails on it.
    for _, row, _ in all_manifests():
        assert row["partitions"] == [], (row["manifest_path"], row["partitions"])


@check
def manifest_rows_count_what_the_manifests_hold():
    for snapshot, row, manifest in all_manifests():
        assert row["manifest_length"] == as_path(row["manifest_path"]).stat().st_size
        for status, name in [(ADDED, "added"), (EXISTING, "existing"), (DELETED, "deleted")]:
            chosen = [entry for entry in manifest.records if entry["status"] == status]
            assert row[f"{name}_files_count"] == len(chosen), row
            assert row[f"{name}_rows_count"] == sum(entry["data_file"]["record_count"] for entry in chosen), row
        assert row["partition_spec_id"] == 0
        assert all((entry["data_file"]["content"] == 0) == (row["content"] == 0) for entry in manifest.records)
        live = [entry for entry in manifest.records if entry["status"] != DELETED]
        numbers = [row["sequence_number"] if entry["sequence_number"] is None else entry["sequence_number"] for entry in live]
        assert row["min_sequence_number"] == min(numbers, default=row["sequence_number"])
        assert 0 < row["sequence_number"] <= snapshot["sequence-number"]


@check
def a_manifest_row_stays_as_it_was_in_later_lists():
    first = {}
    for _, snapshot in snapshots():
        for row in manifest_rows(snapshot):
            assert first.setdefault(row["manifest_path"], row) == row


@check
def added_entries_inherit_and_others_are_explicit():
    statuses = Counter()
    for snapshot, row, manifest in all_manifests():
        for entry in manifest.records:
            statuses[entry["status"]] += 1
            numbers = (entry["sequence_number"], entry["file_sequence_number"])
            if entry["status"] == ADDED:
                assert numbers == (None, None) and entry["snapshot_id"] in (None, row["added_snapshot_id"])
            else:
                assert None not in numbers and entry["snapshot_id"] is not None and numbers[1] <= row["sequence_number"]
            if entry["status"] == DELETED:
                assert entry["snapshot_id"] == row["added_snapshot_id"], "deleted by the snapshot that wrote the manifest"
    assert statuses[ADDED] and statuses[DELETED], statuses


@check
def summaries_count_what_the_manifests_say():
    for metadata, snapshot in snapshots():
        summary = snapshot["summary"]
        assert summary["engine-name"] and summary["engine-version"]
        expected = {}
        for status, verb, erased in [(ADDED, "added", "added"), (DELETED, "deleted", "removed")]:
            changed = list(changed_entries(snapshot, status))
            data = [file for file in changed if file["content"] == 0]
            deletes = [file for file in changed if file["content"] == 1]
            expected |= {
                f"{verb}-data-files": len(data),
                f"{verb}-records": sum(file["record_count"] for file in data),
                f"{erased}-delete-files": len(deletes),
                f"{erased}-position-delete-files": len(deletes),
                f"{erased}-position-deletes": sum(file["record_count"] for file in deletes),
                f"{erased}-files-size": sum(file["file_size_in_bytes"] for file in changed),
            }
        for name, count in expected.items():
            assert int(summary.get(name, "0")) == count, (metadata["location"], snapshot["sequence-number"], name)
        check_totals(snapshot)


@check
def a_live_file_is_listed_once():
    for _, snapshot in snapshots():
        paths = [file["file_path"] for content in (0, 1) for file, _ in live_entries(snapshot, content)]
        assert len(paths) == len(set(paths))


@check
def files_are_what_the_manifests_say():
    for metadata, file in all_data_files():
        path = as_path(file["file_path"])
        assert file["file_path"].startswith(metadata["location"] + "/data/")
        assert file["file_format"] == "PARQUET" and file["partition"] == {} and file["equality_ids"] is None
        assert path.stat().st_size == file["file_size_in_bytes"]
        assert parquet_footer(path).metadata.num_rows == file["record_count"] > 0


@check
def parquet_columns_have_the_ids_of_the_schema():
    for metadata, file in all_data_files():
        if file["content"] != 0:
            continue
        found = dict(arrow_ids(parquet_footer(as_path(file["file_path"])).schema_arrow))
        # Of rows that others wrote anew it is not known.
        assert found.pop((DIGEST_COLUMN,), DIGEST) == DIGEST
        candidates = [{path: field_id for path, field_id, *_ in nested(schema)} for schema in metadata["schemas"]]
        assert found in candidates, file["file_path"]


@check
def files_say_where_their_row_groups_begin_and_by_which_order_they_were_written():
    for _, file in all_data_files():
        orders = (0, 1) if "/in_order/" in file["file_path"] else (0,)
        assert file["sort_order_id"] in (orders if file["content"] == 0 else (None,))
        metadata = parquet_footer(as_path(file["file_path"])).metadata
        firsts = [metadata.row_group(group).column(0) for group in range(metadata.num_row_groups)]
        assert file["split_offsets"] == [one.dictionary_page_offset or one.data_page_offset for one in firsts]


def arrow_ids(fields, path=()):
    for field in fields:
        yield (*path, field.name), int(field.metadata[b"PARQUET:field_id"])
        inner = field.type
        if hasattr(inner, "value_field"):
            yield from arrow_ids([inner.value_field], (*path, field.name))
        elif inner.num_fields:
            yield from arrow_ids([inner.field(index) for index in range(inner.num_fields)], (*path, field.name))


@check
def counts_and_bounds_are_true():
    checked = sum(check_file_statistics(metadata, file) for metadata, file in all_data_files() if file["content"] == 0)
    assert checked > 500, checked


@check
def delete_files_are_sorted_and_bounded_by_whole_paths():
    for _, file in all_data_files():
        if file["content"] != 1:
            continue
        footer = parquet_footer(as_path(file["file_path"]))
        ids = dict(arrow_ids(footer.schema_arrow))
        assert ids == {("file_path",): DELETE_PATH, ("pos",): DELETE_POSITION}
        pairs = position_pairs(file)
        assert pairs == sorted(pairs)
        assert {path for path, _ in pairs} == {file["referenced_data_file"]}, "one data file, which the manifest names"
        lower, upper = ({pair["key"]: pair["value"] for pair in file[side]} for side in ("lower_bounds", "upper_bounds"))
        assert (lower[DELETE_PATH].decode(), upper[DELETE_PATH].decode()) == (pairs[0][0], pairs[-1][0])


@check
def deletes_name_each_row_once_and_only_older_rows_of_live_files():
    for name in TABLES:
        snapshot = current_snapshot(newest_json(name))
        if not snapshot:
            continue
        data = {file["file_path"]: (file["record_count"], number) for file, number in live_entries(snapshot, 0)}
        named = Counter()
        for file, number in live_entries(snapshot, 1):
            for path, position in position_pairs(file):
                rows, written = data[path]
                assert 0 <= position < rows and written < number, (path, position)
                named[path, position] += 1
        assert all(count == 1 for count in named.values())


def position_pairs(file):
    table = parquet_footer(as_path(file["file_path"])).read().to_pydict()
    return list(zip(table["file_path"], table["pos"]))


run()

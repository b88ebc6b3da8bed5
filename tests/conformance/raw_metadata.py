"""Metadata files against the letter of the specification (sections "Table Metadata", "Snapshots", "Schemas")."""

import json
import re
import uuid

from checks import check, newest_json, newest_metadata, run, table_folder
from table_files import TABLES, as_path, current_snapshot, nested, snapshots

REQUIRED = {
    "format-version", "table-uuid", "location", "last-sequence-number", "last-updated-ms", "last-column-id", "schemas",
    "current-schema-id", "partition-specs", "default-spec-id", "last-partition-id", "sort-orders", "default-sort-order-id",
}
PROMOTIONS = {("int", "long"), ("float", "double")}


@check
def metadata_has_every_required_key():
    for name in TABLES:
        metadata = newest_json(name)
        assert not REQUIRED - metadata.keys(), REQUIRED - metadata.keys()
        assert metadata["format-version"] == 2
        assert metadata["location"] == f"file://{table_folder(name).resolve()}"
        uuid.UUID(metadata["table-uuid"])
        assert all(isinstance(one, str) for pair in metadata["properties"].items() for one in pair)


@check
def an_unpartitioned_unsorted_table_says_so():
    for name in TABLES:
        metadata = newest_json(name)
        assert metadata["partition-specs"] == [{"spec-id": 0, "fields": []}] and metadata["default-spec-id"] == 0
        assert metadata["last-partition-id"] == 999
        if name == "in_order":
            continue
        assert metadata["sort-orders"] == [{"order-id": 0, "fields": []}] and metadata["default-sort-order-id"] == 0


@check
def ids_are_unique_and_last_column_id_is_the_highest():
    for name in TABLES:
        metadata = newest_json(name)
        highest = 0
        for schema in metadata["schemas"]:
            ids = [field_id for _, field_id, *_ in nested(schema)]
            assert len(ids) == len(set(ids)) and min(ids) > 0
            highest = max(highest, *ids)
        assert metadata["last-column-id"] == highest, (name, metadata["last-column-id"], highest)


@check
def an_id_keeps_its_name_and_its_type_but_for_promotions():
    for name in TABLES:
        seen = {}
        for schema in newest_json(name)["schemas"]:
            for path, field_id, kind, *_ in nested(schema):
                kind = kind if isinstance(kind, str) else kind["type"]
                before = seen.setdefault(field_id, (path, kind))
                assert before[0] == path, (name, before, path)
                assert before[1] == kind or (before[1], kind) in PROMOTIONS, (name, before, kind)
                seen[field_id] = (path, kind)


@check
def current_schema_and_identifier_fields_fit():
    for name in TABLES:
        metadata = newest_json(name)
        by_id = {schema["schema-id"]: schema for schema in metadata["schemas"]}
        assert len(by_id) == len(metadata["schemas"])
        schema = by_id[metadata["current-schema-id"]]
        top = {field["id"]: field for field in schema["fields"]}
        for field_id in schema["identifier-field-ids"]:
            assert top[field_id]["required"] and top[field_id]["type"] in {"string", "long", "int", "date", "timestamptz", "boolean"}
        for path, _, _, required, doc in nested(schema):
            assert not required or len(path) == 1, "only keys are required"
            assert doc is None or (isinstance(doc, str) and doc)


@check
def docs_come_back_as_they_were_given():
    fields = {field["name"]: field for field in newest_json("edges")["schemas"][-1]["fields"]}
    assert fields["id"]["doc"] == "Schlüssel: „äöü“, 'einfach', \"doppelt\", \\, 🚀 and\na line end."
    assert newest_json("edges")["properties"]["comment"] == 'Värden med "citat", \\ och 🚀.'


@check
def snapshots_are_a_line_with_growing_numbers():
    for name in TABLES:
        metadata = newest_json(name)
        line = metadata["snapshots"]
        known = {schema["schema-id"] for schema in metadata["schemas"]}
        for parent, snapshot in zip([None, *line], line):
            assert snapshot.get("parent-snapshot-id") == (parent and parent["snapshot-id"])
            assert snapshot["sequence-number"] == (parent["sequence-number"] if parent else 0) + 1
            assert parent is None or snapshot["timestamp-ms"] > parent["timestamp-ms"]
            assert snapshot["schema-id"] in known
            assert 0 < snapshot["snapshot-id"] < 2**63
            assert snapshot["summary"]["operation"] in {"append", "replace", "overwrite", "delete"}
            assert all(isinstance(value, str) for value in snapshot["summary"].values())
        assert metadata["last-sequence-number"] == (line[-1]["sequence-number"] if line else 0)


@check
def the_snapshot_log_is_the_line_of_snapshots():
    for name in TABLES:
        metadata = newest_json(name)
        line = [(one["timestamp-ms"], one["snapshot-id"]) for one in metadata["snapshots"]]
        assert [(one["timestamp-ms"], one["snapshot-id"]) for one in metadata["snapshot-log"]] == line
        if not line:
            assert metadata.get("current-snapshot-id") in (None, -1) and not metadata.get("refs")
            continue
        assert line[-1][0] <= metadata["last-updated-ms"]
        current = metadata["current-snapshot-id"]
        assert current == line[-1][1] and metadata["refs"]["main"] == {"snapshot-id": current, "type": "branch"}


@check
def the_metadata_log_names_the_files_that_are_there():
    for name in TABLES:
        path = newest_metadata(name)
        metadata = newest_json(name)
        log = metadata["metadata-log"]
        assert all(left["timestamp-ms"] < right["timestamp-ms"] for left, right in zip(log, log[1:]))
        assert not log or log[-1]["timestamp-ms"] < metadata["last-updated-ms"]
        for entry in log:
            with open(as_path(entry["metadata-file"]), encoding="utf-8") as file:
                assert json.load(file)["last-updated-ms"] == entry["timestamp-ms"]
        named = {entry["metadata-file"] for entry in log} | {metadata["location"] + "/metadata/" + path.name}
        present = {metadata["location"] + "/metadata/" + one.name for one in path.parent.glob("*.metadata.json")}
        assert named == present, (name, named ^ present)
        newest = int(re.fullmatch(r"v(\d+)\.metadata\.json", path.name)[1])
        assert len(log) == min(newest - 1, 100), (name, len(log), newest)


@check
def summaries_carry_state_and_current_snapshot_is_found():
    for metadata, snapshot in snapshots():
        assert current_snapshot(metadata)
        assert {"connector.run-id", "connector.batch", "connector.state"} <= snapshot["summary"].keys()


run()

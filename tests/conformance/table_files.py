"""The files of a table as they lie on disk, read with fastavro, pyarrow and json alone."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fastavro
import pyarrow.parquet as parquet

from checks import WAREHOUSE, newest_json
from spec import ADDED, DELETED

TABLES = sorted(folder.name for folder in (WAREHOUSE / "acme").iterdir() if folder.is_dir())


@dataclass
class AvroFile:
    header: dict
    schema: dict
    records: list


@cache
def avro(path):
    with open(as_path(path), "rb") as file:
        reader = fastavro.reader(file)
        header = {name: value for name, value in reader.metadata.items() if not name.startswith("avro.")}
        # fastavro's own view of the schema has lost some attributes; the header has the bytes.
        return AvroFile(header, json.loads(reader.metadata["avro.schema"]), list(reader))


def snapshots():
    """(metadata, snapshot) of every snapshot of every table."""
    for name in TABLES:
        metadata = newest_json(name)
        for snapshot in metadata["snapshots"]:
            yield metadata, snapshot


def manifest_rows(snapshot):
    return avro(snapshot["manifest-list"]).records


def all_manifests():
    """(snapshot, row of the manifest list, manifest) of every table, each manifest once."""
    seen = set()
    for _, snapshot in snapshots():
        for row in manifest_rows(snapshot):
            if row["manifest_path"] not in seen:
                seen.add(row["manifest_path"])
                yield snapshot, row, avro(row["manifest_path"])


def live_entries(snapshot, content):
    """(data file, its sequence number) of the snapshot's live files of one content: 0 data, 1 position deletes."""
    for row in manifest_rows(snapshot):
        for entry in avro(row["manifest_path"]).records:
            if entry["status"] != DELETED and entry["data_file"]["content"] == content:
                number = entry["sequence_number"]
                yield entry["data_file"], row["sequence_number"] if number is None else number


def changed_entries(snapshot, status):
    """Data files that this snapshot added or deleted."""
    for row in manifest_rows(snapshot):
        if row["added_snapshot_id"] != snapshot["snapshot-id"]:
            continue
        for entry in avro(row["manifest_path"]).records:
            if entry["status"] == status and entry["snapshot_id"] in (None, snapshot["snapshot-id"]):
                yield entry["data_file"]


def current_snapshot(metadata):
    return next((one for one in metadata["snapshots"] if one["snapshot-id"] == metadata["current-snapshot-id"]), None)


def check_totals(snapshot):
    """The running totals of a snapshot's summary are what its manifests add up to."""
    data = [file for file, _ in live_entries(snapshot, 0)]
    deletes = [file for file, _ in live_entries(snapshot, 1)]
    totals = {
        "total-data-files": len(data),
        "total-records": sum(file["record_count"] for file in data),
        "total-delete-files": len(deletes),
        "total-position-deletes": sum(file["record_count"] for file in deletes),
        "total-equality-deletes": 0,
        "total-files-size": sum(file["file_size_in_bytes"] for file in data + deletes),
    }
    found = {name: int(snapshot["summary"][name]) for name in totals}
    assert found == totals, (snapshot["manifest-list"], found, totals)


def all_data_files():
    """(metadata, data file) of every file a snapshot of a table has added, each once."""
    for metadata, snapshot in snapshots():
        for file in changed_entries(snapshot, ADDED):
            yield metadata, file


@cache
def parquet_footer(path):
    return parquet.ParquetFile(path)


def fields_of(kind):
    """The fields directly within an Iceberg type, elements of lists included: (id, name, type, required, doc)."""
    if isinstance(kind, str):
        return []
    if kind["type"] == "list":
        return [(kind["element-id"], "element", kind["element"], kind["element-required"], None)]
    return [(field["id"], field["name"], field["type"], field["required"], field.get("doc")) for field in kind["fields"]]


def nested(kind, path=()):
    """All fields within a type at every depth: (path, id, type, required, doc)."""
    for field_id, name, inner, required, doc in fields_of(kind):
        yield (*path, name), field_id, inner, required, doc
        yield from nested(inner, (*path, name))


def decode_map(pairs):
    return {pair["key"]: pair["value"] for pair in pairs or []}


def as_path(location):
    # A URI without percent signs in it: readers take the rest as it is.
    path = location.removeprefix("file://")
    assert path.startswith("/"), location
    return Path(path)

"""What the Iceberg specification (v2) says about the fields of manifests and manifest lists, written down apart from our own code."""

# Name -> (field id, may be absent or null). Sections "Manifests" and "Manifest Lists".
MANIFEST_ENTRY = {
    "status": (0, False), "snapshot_id": (1, True), "sequence_number": (3, True), "file_sequence_number": (4, True),
    "data_file": (2, False),
}
DATA_FILE = {
    "content": (134, False), "file_path": (100, False), "file_format": (101, False), "partition": (102, False),
    "record_count": (103, False), "file_size_in_bytes": (104, False), "column_sizes": (108, True), "value_counts": (109, True),
    "null_value_counts": (110, True), "nan_value_counts": (137, True), "lower_bounds": (125, True), "upper_bounds": (128, True),
    "key_metadata": (131, True), "split_offsets": (132, True), "equality_ids": (135, True), "sort_order_id": (140, True),
    "referenced_data_file": (143, True),
}
MANIFEST_FILE = {
    "manifest_path": (500, False), "manifest_length": (501, False), "partition_spec_id": (502, False), "content": (517, False),
    "sequence_number": (515, False), "min_sequence_number": (516, False), "added_snapshot_id": (503, False),
    "added_files_count": (504, False), "existing_files_count": (505, False), "deleted_files_count": (506, False),
    "added_rows_count": (512, False), "existing_rows_count": (513, False), "deleted_rows_count": (514, False),
    "partitions": (507, True), "key_metadata": (519, True),
}
FIELD_SUMMARY = {
    "contains_null": (509, False), "contains_nan": (518, True), "lower_bound": (510, True), "upper_bound": (511, True),
}
# Maps with integer keys are arrays of records, found by these names in BigQuery: (key id, value id).
MAPS = {
    "column_sizes": (117, 118), "value_counts": (119, 120), "null_value_counts": (121, 122), "nan_value_counts": (138, 139),
    "lower_bounds": (126, 127), "upper_bounds": (129, 130),
}
ELEMENTS = {"split_offsets": 133, "equality_ids": 136, "partitions": 508}

MANIFEST_HEADER = {"schema", "schema-id", "partition-spec", "partition-spec-id", "format-version", "content"}
LIST_HEADER = {"snapshot-id", "parent-snapshot-id", "sequence-number", "format-version"}

EXISTING, ADDED, DELETED = 0, 1, 2
DELETE_PATH, DELETE_POSITION = 2147483546, 2147483545
# Beside the columns of the table, what each row says as a number (src/writers/write/row-digest.ts).
DIGEST, DIGEST_COLUMN = 2147480000, "#digest"


def check_record(schema, expected, record_names):
    """Every field of an Avro record has the id, the optionality and the map or list form of the specification."""
    for field in schema["fields"]:
        name = field["name"]
        field_id, optional = expected[name]
        assert field["field-id"] == field_id, (name, field)
        kind = field["type"]
        if optional:
            assert kind[0] == "null" and len(kind) == 2 and field["default"] is None, (name, field)
            kind = kind[1]
        if name in MAPS:
            check_map(kind, *MAPS[name])
        elif name in ELEMENTS:
            assert kind["type"] == "array" and kind["element-id"] == ELEMENTS[name], (name, kind)
        elif name in record_names:
            assert kind["name"] == record_names[name], (name, kind)
    absent = {name for name, (_, optional) in expected.items() if not optional} - {field["name"] for field in schema["fields"]}
    assert not absent, absent


def check_map(kind, key_id, value_id):
    assert kind["type"] == "array" and kind["logicalType"] == "map", kind
    items = kind["items"]
    assert items["name"] == f"k{key_id}_v{value_id}", items
    assert [(field["name"], field["field-id"]) for field in items["fields"]] == [("key", key_id), ("value", value_id)], items

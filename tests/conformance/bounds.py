"""Counts and bounds in a manifest, compared with what a scan of the Parquet file finds (spec: Appendix D)."""

import struct

import pyarrow as arrow
import pyarrow.compute as compute

from spec import DIGEST, DIGEST_COLUMN
from table_files import as_path, decode_map, nested, parquet_footer

LONGEST_BOUND = 16
# DuckDB, which writes the files, gives up on the bounds of a text column with a longer text, unless that is plain ASCII.
LONGEST_BOUNDED_TEXT = 256
INTEGERS = {"date": arrow.int32(), "timestamptz": arrow.int64()}


def check_file_statistics(metadata, file):
    """Asserts the statistics of every column of a data file. Returns how many columns had bounds."""
    footer = parquet_footer(as_path(file["file_path"]))
    read = footer.read()
    table = read.drop_columns([name for name in read.column_names if name == DIGEST_COLUMN])
    sizes, counts, nulls, nans, lower, upper = (
        decode_map(file[name])
        for name in ("column_sizes", "value_counts", "null_value_counts", "nan_value_counts", "lower_bounds", "upper_bounds")
    )
    assert sizes == compressed_sizes(footer), file["file_path"]
    bounded = 0
    for path, field_id, kind, repeated in leaves(schema_of(metadata, table)):
        if repeated:
            assert field_id not in counts and field_id not in lower, "elements are not rows"
            continue
        column = values(table, path)
        assert counts[field_id] == len(column) == file["record_count"], (path, counts.get(field_id))
        assert nulls[field_id] == column.null_count, (path, nulls.get(field_id))
        if kind == "double" and field_id in nans:
            assert nans[field_id] == compute.sum(compute.is_nan(column)).as_py() or column.null_count == len(column)
        if column.null_count == len(column):
            assert field_id not in lower and field_id not in upper, path
            continue
        bounded += check_bounds(path, kind, column, lower.get(field_id), upper.get(field_id))
    return bounded


def check_bounds(path, kind, column, lower, upper):
    column = column.cast(INTEGERS[kind]) if kind in INTEGERS else column
    low, high = (value.as_py() for value in compute.min_max(column).values())
    if kind == "string":
        longest = compute.max(compute.binary_length(column)).as_py()
        if lower is None and upper is None and longest > LONGEST_BOUNDED_TEXT:
            return 0
        return check_text_bounds(path, low, high, lower, upper)
    assert lower is not None and upper is not None, (path, "has no bounds")
    # In numbers -0.0 equals 0.0, which is what a reader compares.
    assert (decode(kind, lower), decode(kind, upper)) == (low, high), (path, decode(kind, lower), decode(kind, upper), low, high)
    return 1


def check_text_bounds(path, low, high, lower, upper):
    assert lower is not None and low.startswith(lower.decode("utf-8")), (path, lower)
    assert len(lower.decode("utf-8")) == min(len(low), LONGEST_BOUND), (path, lower)
    if upper is None:
        assert all(character == "\U0010ffff" for character in high[:LONGEST_BOUND]), (path, "has no upper bound")
        return 1
    text = upper.decode("utf-8")
    assert text.encode() >= high.encode() and len(text) <= LONGEST_BOUND, (path, text)
    assert text == high or len(high) > LONGEST_BOUND, (path, text, high)
    return 1


def decode(kind, data):
    if kind == "long" and len(data) == 4:
        kind = "int"
    form = {"boolean": "<?", "int": "<i", "date": "<i", "long": "<q", "timestamptz": "<q", "double": "<d"}[kind]
    return struct.unpack(form, data)[0]


def schema_of(metadata, table):
    """The table's schema the file was written under: the one with as many top columns."""
    return next(one for one in metadata["schemas"] if [field["name"] for field in one["fields"]] == table.column_names)


def leaves(schema):
    """(path, id, type, inside a list) of every column that holds values."""
    for path, field_id, kind, *_ in nested(schema):
        if isinstance(kind, str):
            yield path, field_id, kind, "element" in path


def values(table, path):
    """The cells at a path, null where any struct above is null."""
    column = table.column(path[0]).combine_chunks()
    for name in path[1:]:
        column = compute.struct_field(column, [name])
    return column


def compressed_sizes(footer):
    """Bytes of each leaf of the table's columns in the file, by its field id."""
    sizes = {}
    ids = list(leaf_ids(footer.schema_arrow))
    for group in range(footer.metadata.num_row_groups):
        row_group = footer.metadata.row_group(group)
        for index, field_id in enumerate(ids):
            sizes[field_id] = sizes.get(field_id, 0) + row_group.column(index).total_compressed_size
    # Told to no reader, as it is in no schema.
    sizes.pop(DIGEST, None)
    return sizes


def leaf_ids(fields):
    for field in fields:
        inner = [field.type.value_field] if hasattr(field.type, "value_field") else [
            field.type.field(index) for index in range(field.type.num_fields)
        ]
        if inner:
            yield from leaf_ids(inner)
        else:
            yield int(field.metadata[b"PARQUET:field_id"])

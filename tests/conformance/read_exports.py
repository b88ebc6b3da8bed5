"""What `export` wrote, read by readers that are not ours: Python's csv and json, pandas, pyarrow, openpyxl."""

import csv
import datetime
import json
import re

import openpyxl
import pandas
import pyarrow.parquet
from checks import WAREHOUSE as FOLDER
from checks import check, run

EXPECTED = {row["id"]: row for row in json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["issues"]}
CREATED = datetime.datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=datetime.timezone.utc)
csv.field_size_limit(1_000_000)


def compare(rows, same):
    rows = {str(row["id"]): row for row in rows}
    assert rows.keys() == EXPECTED.keys(), rows.keys()
    for key, row in rows.items():
        same(row, EXPECTED[key])


def texts(row, expected):
    """Of a row whose cells are texts, or what a reader made of them."""
    assert row["summary"] == expected["summary"], (row["summary"][:80], expected["summary"][:80])
    assert str(row["time_spent_seconds"]) == expected["time_spent_seconds"]
    assert str(row["time_estimate"] or "") == (expected["time_estimate"] or "")
    assert row["created"] == "2024-02-29T23:59:59.123456Z", row["created"]
    assert row["due_date"] == expected["due_date"]


@check
def csv_by_python():
    def same(row, expected):
        texts(row, expected)
        assert json.loads(row["labels"]) == expected["labels"]
        assert json.loads(row["customfield_10001"]) == expected["customfield_10001"]

    with open(FOLDER / "issues.csv", encoding="utf-8", newline="") as file:
        compare(csv.DictReader(file), same)


@check
def csv_by_pandas():
    frame = pandas.read_csv(FOLDER / "issues.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    compare(frame.to_dict("records"), texts)


@check
def json_and_its_lines_by_python():
    def same(row, expected):
        texts(row, expected)
        for name in ("labels", "customfield_10001", "customfield_10002"):
            assert row[name] == expected[name], (name, row[name])

    lines = (FOLDER / "issues.ndjson").read_text(encoding="utf-8").split("\n")
    compare([json.loads(line) for line in lines if line], same)
    compare(json.loads((FOLDER / "issues.json").read_text(encoding="utf-8")), same)


def parquet(row, expected):
    for name in ("summary", "customfield_10001", "customfield_10002"):
        assert row[name] == expected[name], name
    assert list(row["labels"]) == expected["labels"]
    assert int(row["time_spent_seconds"]) == int(expected["time_spent_seconds"])
    assert row["created"] == CREATED and str(row["due_date"]) == expected["due_date"]


@check
def parquet_by_pyarrow():
    compare(pyarrow.parquet.read_table(FOLDER / "issues.parquet").to_pylist(), parquet)


@check
def parquet_by_pandas():
    compare(pandas.read_parquet(FOLDER / "issues.parquet").to_dict("records"), parquet)


def in_workbook(text):
    """Controls that XML has no place for, and more than a cell holds."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text)
    return text if len(text.encode("utf-16-le")) // 2 <= 32767 else text[:32766] + "…"


@check
def xlsx_by_openpyxl():
    sheet = openpyxl.load_workbook(FOLDER / "issues.xlsx").active
    head, *rows = sheet.iter_rows()
    names = [cell.value for cell in head]
    for row in rows:
        for cell in row:
            assert cell.data_type in ("s", "n", "inlineStr"), (cell.coordinate, cell.data_type)

    def same(row, expected):
        assert (row["summary"] or "") == in_workbook(expected["summary"]), (row["summary"] or "")[:80]
        assert int(row["time_spent_seconds"]) == int(expected["time_spent_seconds"])
        assert json.loads(row["labels"]) == expected["labels"]

    compare([dict(zip(names, [cell.value for cell in row])) for row in rows], same)


run()

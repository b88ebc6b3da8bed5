"""polars' own Iceberg reader (not the one that hands everything to pyiceberg) on our tables, local folders by path and by URI."""

import importlib.util
import sys
import warnings

from checks import ROWS, check, key, newest_metadata, run

if not importlib.util.find_spec("polars"):
    print("SKIPPED polars: not to be had for this platform")
    sys.exit(0)

import polars

# It plans by pyiceberg where no faster planner is installed, and says so each time.
warnings.filterwarnings("ignore")


def scan(name, place=str):
    return polars.scan_iceberg(place(newest_metadata(name)), reader_override="native")


@check
def counts_with_deletions_applied():
    for name, rows in ROWS.items():
        for place in (str, lambda path: f"file://{path}"):
            assert scan(name, place).collect().height == rows, name


@check
def updates_have_one_version():
    history = scan("history").collect()
    assert history["id"].n_unique() == 5010 and history.filter(polars.col("number") == -1).height == 20
    many = scan("many").collect()
    assert many["id"].n_unique() == 450 and many.filter(polars.col("number") == -1).height == 30


@check
def widened_added_and_nested_columns():
    rows = {row["id"]: row for row in scan("history").filter(polars.col("id").is_in([key(2000), key(2001)])).collect().to_dicts()}
    assert (rows[key(2000)]["number"], rows[key(2000)]["added"], rows[key(2000)]["owner"]) == (2**40, "x", {"id": "o", "age": 7})
    assert (rows[key(2001)]["added"], rows[key(2001)]["owner"]) == (None, {"id": "o2001", "age": None})
    full = next(row for row in scan("types").collect().to_dicts() if row["id"] == "full")
    assert (full["part"], full["labels"], full["owner"]) == (2**63 - 1, ["a", None, '🚀 "x"'], {"id": "o", "name": None})
    assert full["versions"][0]["ns"] == [1, None] and full["versions"][1] is None


@check
def filters_lose_no_row():
    assert scan("history").filter(polars.col("number").is_between(3100, 3199)).collect().height == 100
    assert scan("edges").filter(polars.col("real") == 0).collect().height == 2


run()

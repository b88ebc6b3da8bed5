"""pyiceberg registers our table in a catalog of its own, writes to it, and we go on from what it left."""

import pyarrow as arrow
from pyiceberg.table import StaticTable
from pyiceberg.types import StringType

from checks import check, key, newest_metadata, run
from pyiceberg_visits import their_rows, visit
from visits import check_our_commit, our_next_commit, our_rows


def rows(table, numbers):
    schema = table.schema().as_arrow()
    return arrow.Table.from_pylist([{"id": key(number), "number": 111} for number in numbers], schema=schema)


@check
def append_and_delete_on_top_of_many_files():
    name = "visited_by_pyiceberg"

    def work(table):
        table.append(rows(table, [20000, 20001, 20002]))
        table.delete(f"id = '{key(7)}'")

    assert visit(name, work) == 5002
    told = our_next_commit(name, 20001, 8, 30000)
    assert told["state"] == {"upTo": 5000}
    before = told["before"]
    assert before["data"]["files"] == 7, before
    assert told["committed"]["written"] == 3 and told["committed"]["deleted"] == 1
    check_our_commit(name, told)
    found = our_rows(name)
    assert found == their_rows(name) and len(found) == 5003
    assert key(7) not in found and found[key(1)] == (1, True)
    assert [found[key(number)][0] for number in (20000, 20001, 20002, 8, 30000)] == [111, 777, 111, 777, 777]


@check
def append_on_top_of_a_table_that_we_rewrite():
    name = "small_visited_by_pyiceberg"
    assert visit(name, lambda table: table.append(rows(table, [20000]))) == 11
    told = our_next_commit(name, 20000, 3)
    assert told["after"]["data"] == {"files": 1, "rows": 11} and told["after"]["deletes"]["files"] == 0, told
    check_our_commit(name, told)
    found = our_rows(name)
    assert found == their_rows(name) and len(found) == 11
    assert found[key(20000)] == (777, False) and found[key(1)] == (1, True)


@check
def our_version_is_visited_again():
    name = "visited_by_pyiceberg"
    assert visit(name, lambda table: table.append(rows(table, [40000]))) == 5004
    assert our_rows(name) == their_rows(name)


@check
def a_column_that_pyiceberg_added_stays():
    name = "small_visited_by_pyiceberg"

    def work(table):
        with table.update_schema() as update:
            update.add_column("note", StringType(), doc="Not ours.")
        more = arrow.Table.from_pylist([{"id": key(50000), "number": 1, "note": "hello"}], schema=table.schema().as_arrow())
        table.append(more)

    visit(name, work)
    told = our_next_commit(name, 4)
    assert "note" in told["after"]["columns"]
    notes = StaticTable.from_metadata(str(newest_metadata(name))).scan().to_arrow().select(["id", "note"]).to_pylist()
    assert {row["id"]: row["note"] for row in notes if row["note"]} == {key(50000): "hello"}


run()

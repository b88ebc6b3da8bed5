"""What `publish` wrote, opened by whatever DuckDB is here: the oldest that has the format, and the newest."""

import datetime
import json

import duckdb
from checks import WAREHOUSE as FOLDER
from checks import check, run

EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
CREATED = datetime.datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=datetime.timezone.utc)


def ask(file, sql):
    with duckdb.connect(str(FOLDER / f"{file}.duckdb"), read_only=True) as session:
        return session.execute(sql).fetchall()


@check
def issues_are_those_that_were_written():
    columns = "key, summary, time_spent_seconds, time_estimate, due_date, epoch_us(created), labels, whos_it, points"
    rows = {row[0]: row[1:] for row in ask("omit", f"SELECT {columns} FROM issue")}
    assert len(rows) == len(EXPECTED["issues"])
    for one in EXPECTED["issues"]:
        summary, seconds, estimate, due, created, labels, option, points = rows[one["key"]]
        assert summary == one["summary"], (summary[:80], one["summary"][:80])
        assert (seconds, estimate) == (int(one["time_spent_seconds"]), one["time_estimate"] and int(one["time_estimate"]))
        assert (str(due), created) == (one["due_date"], int(CREATED.timestamp() * 1_000_000))
        assert (labels, option, points) == (one["labels"], one["customfield_10001"]["value"], one["customfield_10002"])


@check
def what_only_some_may_see_is_out_masked_or_in():
    rows = {file: ask(file, "SELECT comment_id, text FROM comment ORDER BY comment_id") for file in ("omit", "mask", "include")}
    assert rows["omit"] == [("1", "of 1")], rows["omit"]
    assert rows["mask"] == [("1", "of 1"), ("2", None), ("3", None)], rows["mask"]
    assert rows["include"] == [("1", "of 1"), ("2", "of 2"), ("3", "of 3")], rows["include"]


@check
def tables_and_columns_have_comments():
    assert ask("omit", "SELECT comment FROM duckdb_tables() WHERE table_name = 'issue'")[0][0].startswith("One row is an issue")
    comments = dict(ask("omit", "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'issue'"))
    assert comments["id"] == "Id of the issue." and comments["points"] == "Points", comments


@check
def the_file_names_its_snapshots():
    rows = ask("omit", "SELECT connection, stream, snapshot_id IS NOT NULL, published_at >= snapshot_at FROM _published ORDER BY stream")
    assert rows == [("acme", "issue_comments", True, True), ("acme", "issue_search", True, True)], rows


@check
def every_table_can_be_read_whole():
    for (name,) in ask("include", "SELECT table_name FROM duckdb_tables()"):
        ask("include", f'SELECT * FROM "{name}"')


run()

"""Spark maintains and changes a table of ours, and we go on from what it left."""

from pyiceberg.table import StaticTable

from checks import check, key, newest_metadata, run
from spark_session import ask
from visits import check_our_commit, our_next_commit, our_rows

NAME = "visited_by_spark"


def everybody_reads(rows):
    """Ours, pyiceberg's and Spark's rows are the same. Returns them."""
    found = our_rows(NAME)
    table = StaticTable.from_metadata(str(newest_metadata(NAME)))
    assert found == {row["id"]: (row["number"], row["_deleted_at"] is not None) for row in table.scan().to_arrow().to_pylist()}
    spark = ask(f"SELECT id, number, _deleted_at IS NOT NULL FROM lake.acme.{NAME}")
    assert len(spark) == len(found) == rows, (len(spark), len(found))
    assert found == {identifier: (number, marked) for identifier, number, marked in spark}
    return found


@check
def our_commit_on_compacted_files():
    before = our_rows(NAME)
    (rewritten, added, *_), = ask(f"CALL lake.system.rewrite_data_files(table => 'acme.{NAME}', options => map('rewrite-all', 'true'))")
    assert (rewritten, added) == (6, 1)
    assert everybody_reads(5000) == before
    told = our_next_commit(NAME, 995, 60000)
    assert told["state"] == {"upTo": 5000} and told["before"]["data"] == {"files": 1, "rows": 5000}
    check_our_commit(NAME, told)
    found = everybody_reads(5001)
    assert found[key(995)] == (777, False) and found[key(60000)] == (777, False) and found[key(1)] == (1, True)


@check
def our_commit_on_rows_that_spark_wrote_and_deleted():
    for operation in ("delete", "update", "merge"):
        ask(f"ALTER TABLE lake.acme.{NAME} SET TBLPROPERTIES ('write.{operation}.mode' = 'merge-on-read')")
    columns = "'key-with-a-long-prefix-' || string(number), int(number), null, null, null, null, null, null, null"
    ask(f"INSERT INTO lake.acme.{NAME} SELECT {columns} FROM VALUES ('070000'), ('070001'), ('070002') AS new (number)")
    ask(f"DELETE FROM lake.acme.{NAME} WHERE id IN ('{key(10)}', '{key(70002)}')")
    ask(f"UPDATE lake.acme.{NAME} SET number = 5 WHERE id IN ('{key(11)}', '{key(4000)}')")
    before = everybody_reads(5002)
    assert before[key(11)] == (5, False) and key(10) not in before
    told = our_next_commit(NAME, 70001, 4000, 10)
    check_our_commit(NAME, told)
    found = everybody_reads(5003)
    assert [found[key(number)][0] for number in (70000, 70001, 11, 4000, 10)] == [70000, 777, 5, 777, 777]


@check
def a_column_that_spark_added_stays():
    ask(f"ALTER TABLE lake.acme.{NAME} ADD COLUMN note string COMMENT 'Not ours.'")
    ask(f"UPDATE lake.acme.{NAME} SET note = 'hello' WHERE id = '{key(12)}'")
    told = our_next_commit(NAME, 13)
    assert "note" in told["after"]["columns"]
    check_our_commit(NAME, told)
    everybody_reads(5003)
    assert ask(f"SELECT id, note FROM lake.acme.{NAME} WHERE note IS NOT NULL") == [(key(12), "hello")]


@check
def our_commit_after_spark_tidied_up():
    before = our_rows(NAME)
    ask(f"CALL lake.system.rewrite_position_delete_files(table => 'acme.{NAME}', options => map('rewrite-all', 'true'))")
    ask(f"CALL lake.system.rewrite_manifests(table => 'acme.{NAME}')")
    ask(f"CALL lake.system.expire_snapshots(table => 'acme.{NAME}', older_than => TIMESTAMP '2100-01-01 00:00:00', retain_last => 1)")
    assert everybody_reads(5003) == before
    told = our_next_commit(NAME, 14)
    assert told["state"] == {"after": NAME}, "the state outlives the snapshot that came with it"
    check_our_commit(NAME, told)
    assert everybody_reads(5003)[key(14)] == (777, False)


run()

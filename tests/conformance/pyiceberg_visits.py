"""pyiceberg works on a table of ours: it registers it in a catalog of its own, and what it makes becomes our table's next version."""

import tempfile

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.table import StaticTable

from checks import WAREHOUSE, newest_metadata
from visits import carry_into_place


def registered(name):
    folder = tempfile.mkdtemp(dir=WAREHOUSE)
    catalog = SqlCatalog("visitor", uri=f"sqlite:///{folder}/catalog.db", warehouse=str(WAREHOUSE))
    catalog.create_namespace("acme")
    return catalog.register_table(f"acme.{name}", str(newest_metadata(name)))


def visit(name, work):
    table = registered(name)
    work(table)
    carry_into_place(name, table.metadata_location)
    return table.scan().to_arrow().num_rows


def their_rows(name):
    found = StaticTable.from_metadata(str(newest_metadata(name))).scan().to_arrow().to_pylist()
    return {row["id"]: (row["number"], row["_deleted_at"] is not None) for row in found}

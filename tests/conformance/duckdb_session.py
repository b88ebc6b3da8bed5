"""DuckDB with its own Iceberg reader. Its compiled extensions come from PyPI, so nothing is fetched while it runs."""

import importlib.util
from pathlib import Path

EXTENSIONS = ("avro", "httpfs", "iceberg")


def missing():
    """What is not to be had for this platform."""
    names = ("duckdb", *(f"duckdb_extension_{one}" for one in EXTENSIONS))
    return [name for name in names if not importlib.util.find_spec(name)]


def open_session():
    import duckdb

    session = duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    for extension in EXTENSIONS:
        folder = Path(importlib.util.find_spec(f"duckdb_extension_{extension}").submodule_search_locations[0])
        (file,) = folder.glob(f"extensions/*/{extension}.duckdb_extension")
        session.execute(f"LOAD '{file}'")
    session.execute("SET TimeZone = 'UTC'")
    return session

"""Spark with Iceberg's own Java library over our warehouse, by its hadoop catalog: small, quiet, on loopback alone."""

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from checks import WAREHOUSE

SETTINGS = {
    "spark.jars": sys.argv[2],
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.lake.type": "hadoop",
    "spark.sql.catalog.lake.warehouse": str(WAREHOUSE),
    # Every statement must see the newest version, also ours.
    "spark.sql.catalog.lake.cache-enabled": "false",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.warehouse.dir": str(WAREHOUSE / ".spark"),
}


def start():
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["SPARK_CONF_DIR"] = str(Path(__file__).resolve().parent / "spark")
    # Python gives moments in the zone of its process.
    os.environ["TZ"] = "UTC"
    builder = SparkSession.builder.master("local[2]").appName("conformance")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


session = start()


def ask(sql):
    return [tuple(row) for row in session.sql(sql).collect()]


def planned_files(name, column, operation, value):
    """How many data files Iceberg's planner opens for a filter, after comparing it with the bounds."""
    jvm = session._jvm
    table = jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(session._jsparkSession, f"lake.acme.{name}")
    expression = getattr(jvm.org.apache.iceberg.expressions.Expressions, operation)(column, value)
    tasks = table.newScan().filter(expression).planFiles()
    count = sum(1 for _ in iter_java(tasks.iterator()))
    tasks.close()
    return count


def iter_java(iterator):
    while iterator.hasNext():
        yield iterator.next()

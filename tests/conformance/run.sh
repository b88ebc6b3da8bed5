#!/usr/bin/env bash
# Reads freshly written tables with Iceberg readers that are not ours, and lets other writers work on them: pyiceberg, DuckDB, polars,
# DataFusion, icebird, and plain readers of Avro, JSON and Parquet. With --all also Spark. Needs `npm run build` before and Python 3.10 or newer; --all needs
# Java 17 and Maven as well. With --prepare it only installs pyiceberg, which tests need, too. What it installs stays in .venv and .conformance. Ends with a line "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

# pyiceberg: the reference implementation in Python; sqlite for its catalog, its core to write partitions. pyarrow: Parquet. fastavro: Avro as it lies in the file.
readers='pyiceberg[sql-sqlite]==0.12.0 pyiceberg-core==0.10.1 pyarrow==26.0.1 fastavro==1.13.1'
# The extensions as PyPI packages are of one version with DuckDB; they exist for fewer platforms than DuckDB itself.
duckdb='duckdb==1.5.5 duckdb-extension-avro==1.5.5 duckdb-extension-httpfs==1.5.5 duckdb-extension-iceberg==1.5.5'
# polars' own reader, which shares no Iceberg code with pyiceberg but the planning of the scan.
polars='polars==2.1.0'
# DataFusion reads Iceberg by iceberg-rust; the two must be of one version of DataFusion.
datafusion='datafusion==53.0.0 pyiceberg-core==0.10.1'
# The last version of icebird on npm: a reader that shares no code with the others.
icebird='icebird@0.3.1'
# Iceberg's reference implementation in Java, and a Spark of the version and Scala that this runtime is made for (the 3.5 line runs on Java 17).
spark='pyspark==3.5.7'
runtime='org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.11.0'

all=no
[ "${1:-}" != --all ] || all=yes
here=tests/conformance
cache=$PWD/.conformance
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$cache"
echo '*' > "$cache/.gitignore"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/results"

# installed MARK WANTED COMMAND...: runs the command, unless the file MARK says that WANTED is there already.
installed() {
  local mark=$1 wanted=$2
  shift 2
  [ -f "$mark" ] && [ "$(cat "$mark")" = "$wanted" ] && return
  "$@" && echo "$wanted" > "$mark"
}

pip_install() { # unquoted: a list of packages
  # shellcheck disable=SC2086
  .venv/bin/pip install --quiet --disable-pip-version-check $1
}

# run TITLE COMMAND...: its lines `ok`, `FAILED` and `SKIPPED` are counted. A reader that ends without having said so has failed.
run() {
  local title=$1 code=0
  shift
  echo "== $title"
  timeout 900 "$@" > "$work/output" || code=$?
  if ! grep -qE '^(ok|FAILED|SKIPPED) ' "$work/output" || { [ $code -ne 0 ] && ! grep -q '^FAILED ' "$work/output"; }; then
    echo "FAILED  $title ended with exit code $code" >> "$work/output"
  fi
  tee -a "$work/results" < "$work/output"
}

skip() { echo "SKIPPED $1" | tee -a "$work/results"; }
count() { grep -cE "^$1 " "$work/results" || true; }

[ -x .venv/bin/python ] || python3 -m venv .venv
installed .venv/readers "$readers" pip_install "$readers"
[ "${1:-}" != --prepare ] || exit 0

warehouse="$work/ware house é"
node $here/write-tables.mjs "$warehouse"
check() { run "$1" .venv/bin/python "$here/$2" "$warehouse" "${@:3}"; }

check "metadata files by the letter" raw_metadata.py
check "manifests and data files by the letter" raw_files.py
check "pyiceberg" read_tables.py
# Without them read_duckdb.py says what is missing.
installed .venv/duckdb "$duckdb" pip_install "$duckdb" 2> /dev/null || true
check "DuckDB's iceberg_scan" read_duckdb.py
for reader in polars datafusion; do
  installed ".venv/$reader" "${!reader}" pip_install "${!reader}" 2> /dev/null || true
done
check "polars' own reader" read_polars.py
check "DataFusion" read_datafusion.py
if installed "$cache/icebird.version" "$icebird" \
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$cache/icebird" "$icebird"; then
  run "icebird" node $here/read-icebird.mjs "$warehouse" "$cache/icebird/node_modules"
else
  skip "icebird: $icebird is not to be had"
fi

# A parser that knows Snowflake's dialect, for the SQL that we print.
parser='sqlglot==30.30.0'
installed .venv/sqlglot "$parser" pip_install "$parser"
node $here/print-snowflake.mjs > "$work/snowflake.json"
run "Snowflake's SQL" .venv/bin/python $here/parse_snowflake.py "$work/snowflake.json"

# What `export` and `publish` hand on: readers of each format, and DuckDB as old as the file's format and as new as there is.
tables='pandas==3.1.1 openpyxl==3.1.5'
installed .venv/tables "$tables" pip_install "$tables"
exports="$work/exports"
mkdir "$exports"
node $here/write-exports.mjs "$exports"
run "export" .venv/bin/python $here/read_exports.py "$exports"
for version in 1.0.0 2.0.1; do
  venv=$cache/duckdb-$version
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  if installed "$venv/installed" "duckdb==$version pytz" "$venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==$version" pytz 2> /dev/null; then
    run "publish, opened by DuckDB $version" "$venv/bin/python" $here/read_published.py "$exports"
  else
    skip "DuckDB $version is not to be had for this Python"
  fi
done

if [ $all = yes ]; then
  jar=$cache/jars/$(echo "$runtime" | cut -d: -f2-3 | tr : -).jar
  fetch_jar() {
    (cd "$cache" && mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="$runtime" -DoutputDirectory="$cache/jars" -Dmdep.useBaseVersion=true)
  }
  if command -v java > /dev/null && command -v mvn > /dev/null && installed .venv/spark "$spark" pip_install "$spark" && { [ -f "$jar" ] || fetch_jar; }; then
    check "Spark" read_spark.py "$jar"
    check "Spark, and our commits on top" spark_on_top.py "$jar"
  else
    skip "Spark: needs Java 17, Maven, $spark and $runtime"
  fi
fi
# Last: they change tables that others have counted.
check "pyiceberg, and our commits on top" pyiceberg_on_top.py
check "a table that pyiceberg has partitioned, and our commits on top" partitioned_by_pyiceberg.py

passed=$(count ok) failed=$(count FAILED) skipped=$(count SKIPPED)
[ "$skipped" -eq 0 ] || more=", $skipped skipped"
echo "$passed passed, $failed failed${more:-}"
[ "$failed" -eq 0 ]

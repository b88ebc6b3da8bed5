#!/usr/bin/env bash
# Reads freshly written tables with pyiceberg, an Iceberg implementation that is not ours. Needs Python 3.10 or newer and
# `npm run build` before; pyiceberg is installed into .venv. Ends with a line "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/../.."

readers='pyiceberg==0.12.0 pyarrow==26.0.1'
if [ ! -f .venv/readers ] || [ "$(cat .venv/readers)" != "$readers" ]; then
  python3 -m venv .venv
  # shellcheck disable=SC2086
  .venv/bin/pip install --quiet --disable-pip-version-check $readers
  echo "$readers" > .venv/readers
fi

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
node tests/conformance/write-tables.mjs "$folder/ware house é"
.venv/bin/python tests/conformance/read_tables.py "$folder/ware house é"

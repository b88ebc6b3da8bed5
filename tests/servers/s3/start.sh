#!/usr/bin/env bash
# Starts an S3 server in memory (moto) on a free port of 127.0.0.1, says its address, and ends when its input ends.
# With --prepare it only installs. Needs Python 3.10 with venv; fetches once per version of requirements.txt.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=$(cksum <"$here/requirements.txt" | cut -d ' ' -f 1)
made=$here/../../../.conformance/s3/$version

if [ ! -d "$made" ]; then
  # Made aside and renamed: several tests may begin at the same time, and none may see a part.
  aside=$made.$$
  trap 'rm -rf "$aside"' EXIT
  mkdir -p "$(dirname "$made")"
  python3 -m venv "$aside" >&2
  "$aside/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  [ -d "$made" ] || mv "$aside" "$made"
  rm -rf "$aside"
  trap - EXIT
fi
[ "${1:-}" = --prepare ] && exit 0

exec "$made/bin/python" "$here/server.py"

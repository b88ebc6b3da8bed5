#!/usr/bin/env bash
# A fast half of the tests on another Node than the installed one: bash scripts/test-on-node.sh MAJOR...
# npm's package `node` brings it into a cache folder; nothing of it is in package.json. What lasts long and depends little on Node
# (servers of their own, whole syncs, the simulator) is left to the run on the oldest Node.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/jira-iceberg-connector/test-node

for major in "$@"; do
  folder="$cache/$major"
  mkdir -p "$folder"
  # Asked each time: the newest of this major is what users have.
  npm install --no-save --no-audit --no-fund --silent --prefix "$folder" "node@$major"
  node="$folder/node_modules/node/bin/node"
  echo "-- Node $("$node" --version)"
  # First in PATH: tests start children of their own.
  PATH="$(dirname "$node"):$PATH" "$node" node_modules/vitest/vitest.mjs run --reporter=dot \
    tests/app/settings tests/golden.test.ts tests/runtime tests/query \
    tests/app/hooks/hooks tests/app/hooks/run-hooks tests/app/connect/token-file tests/cli/unchecked tests/cli/process tests/cli/query tests/fuzz tests/printable.test.ts \
    tests/writers/open-files tests/writers/write/merge tests/writers/write/state tests/writers/strange-folders tests/writers/storage \
    tests/core tests/writers/parquet tests/writers/iceberg \
    --exclude '**/s3*.test.ts' --exclude '**/shared-budget.test.ts' --exclude '**/{issue-view,worklog-view,people-views}.test.ts'
done

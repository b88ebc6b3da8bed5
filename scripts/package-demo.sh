#!/usr/bin/env bash
# The package as people get it: packed, installed by npm in an empty folder without its scripts, and its demo played there.
# bash scripts/package-demo.sh [FLAGS OF DEMO...]; needs a registry for the dependencies.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
# Packed as it was compiled before.
package=$(npm pack --ignore-scripts --silent --pack-destination "$folder")
mkdir "$folder/empty"
cd "$folder/empty"
npm install --ignore-scripts --no-audit --no-fund "../$package"
npx --no-install jira-iceberg-connector demo "$@"
npx --no-install connector query "SELECT count(*) AS issues FROM issue"

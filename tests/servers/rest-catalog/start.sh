#!/usr/bin/env bash
# Starts the REST catalog fixture of Apache Iceberg; CATALOG_* variables are its settings (see LoopbackCatalog.java).
# With --prepare it only fetches and compiles. Needs a JDK and Maven; fetches once per version of the files beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=$(cat "$here/pom.xml" "$here/LoopbackCatalog.java" | cksum | cut -d ' ' -f 1)
made=$here/../../../.conformance/rest-catalog/$version

if [ ! -d "$made" ]; then
  # Made aside and renamed: several tests may begin at the same time, and none may see a part.
  aside=$made.$$
  trap 'rm -rf "$aside"' EXIT
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$aside/jars" >&2
  javac -proc:none -cp "$aside/jars/*" -d "$aside/classes" "$here/LoopbackCatalog.java" >&2
  [ -d "$made" ] || mv "$aside" "$made"
  rm -rf "$aside"
  trap - EXIT
fi
[ "${1:-}" = --prepare ] && exit 0

exec java -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
  -cp "$made/classes:$made/jars/*" org.apache.iceberg.rest.LoopbackCatalog

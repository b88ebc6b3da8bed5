"""Jira into Iceberg tables, once an hour. For Airflow 3; needs `connector` on the worker's PATH and /srv/jira/jira.env there, mode 0600."""

from datetime import datetime, timedelta, timezone

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="jira_sync",
    schedule="17 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    # The bookmark is in the tables: a run that was missed needs none of its own.
    catchup=False,
    max_active_runs=1,
):
    BashOperator(
        task_id="sync",
        # The last line is the report, which Airflow keeps as the task's XCom.
        bash_command="cd /srv/jira && set -a && . ./jira.env && set +a && connector sync --json-lines",
        # Cannot now, the next run will: another run holds a table, or the site limits requests.
        skip_on_exit_code=75,
        retries=1,
        retry_delay=timedelta(minutes=5),
        execution_timeout=timedelta(hours=2),
    )

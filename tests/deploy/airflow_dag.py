"""The DAG in a real Airflow: it is imported, exit 75 is skipped, every other code than 0 fails, and the last line is the result."""

import os
import tempfile
from pathlib import Path

os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp()

from airflow.dag_processing.dagbag import DagBag
from airflow.exceptions import AirflowException
from airflow.sdk.exceptions import AirflowSkipException

bag = DagBag(dag_folder=str(Path(__file__).parents[2] / "deploy" / "airflow"))
assert not bag.import_errors, bag.import_errors
task = bag.dags["jira_sync"].get_task("sync")
assert "connector sync" in task.bash_command


def ended(code):
    # What is tried is what Airflow makes of the code; the command itself is not there.
    object.__setattr__(task, "bash_command", f"echo log; echo '{{}}'; exit {code}")
    try:
        return task.execute({})
    except AirflowSkipException:
        return "skipped"
    except AirflowException:
        return "failed"


outcomes = {code: ended(code) for code in (0, 1, 2, 75, 143)}
assert outcomes == {0: "{}", 1: "failed", 2: "failed", 75: "skipped", 143: "failed"}, outcomes
print("ok      Airflow: deploy/airflow is imported, 75 is skipped")

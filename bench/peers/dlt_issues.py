"""dlt's REST source with a configuration of ours: issues with all that lies inside them, into a DuckDB file. dlt_issues.py URL EMAIL TOKEN FOLDER"""
import json
import sys

import dlt
import duckdb
from dlt.sources.rest_api import rest_api_source

url, email, token, folder = sys.argv[1:]
source = rest_api_source(
    {
        "client": {
            "base_url": f"{url}/rest/api/3/",
            "auth": {"type": "http_basic", "username": email, "password": token},
        },
        "resources": [
            {
                "name": "issues",
                "primary_key": "id",
                "write_disposition": "merge",
                "endpoint": {
                    "path": "search/jql",
                    "params": {
                        "jql": "updated >= 0 ORDER BY updated ASC, id ASC",
                        "fields": "*all",
                        "expand": "changelog",
                        "maxResults": 100,
                    },
                    "data_selector": "issues",
                    "paginator": {
                        "type": "cursor",
                        "cursor_path": "nextPageToken",
                        "cursor_param": "nextPageToken",
                    },
                },
            }
        ],
    }
)
database = f"{folder}/issues.duckdb"
pipeline = dlt.pipeline(
    "issues", pipelines_dir=folder, destination=dlt.destinations.duckdb(database), dataset_name="jira"
)
pipeline.run(source)

ENDS = {
    "issue_search": "issues",
    "issue_comments": "issues__fields__comment__comments",
    "issue_worklog": "issues__fields__worklog__worklogs",
    "issue_changelog": "issues__changelog__histories",
}
with duckdb.connect(database) as connection:
    rows = {}
    for stream, table in ENDS.items():
        rows[stream] = connection.execute(f'SELECT count(*) FROM jira."{table}"').fetchone()[0]
print(json.dumps(rows))

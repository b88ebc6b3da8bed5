"""Every statement that `connector snowflake` prints is a statement of Snowflake's dialect by sqlglot, or is told as beyond it."""

import json
import logging
import sys

import sqlglot
from sqlglot import exp

# Statements that sqlglot has no grammar for (as of 30.30); of these only words, quotes and brackets are looked at.
BEYOND = (
    "CREATE EXTERNAL VOLUME",
    "CREATE CATALOG INTEGRATION",
    "CREATE DATABASE IF NOT EXISTS \"JIRA_RAW\" LINKED_CATALOG",
    "ALTER ICEBERG TABLE",
    "GRANT",
)
logging.disable(logging.WARNING)


def judge(statement):
    """`parsed` or `beyond`; raises when it is neither."""
    try:
        parsed = sqlglot.parse(statement, dialect="snowflake")
        assert len(parsed) == 1, f"{len(parsed)} statements in one"
        if isinstance(parsed[0], exp.Create) and parsed[0].args["kind"] == "FUNCTION":
            sqlglot.parse_one(parsed[0].expression.this, dialect="snowflake")
        if not isinstance(parsed[0], exp.Command):
            return "parsed"
    except sqlglot.errors.ParseError:
        if not statement.startswith(BEYOND):
            raise
    assert statement.startswith(BEYOND), "the parser does not know this statement, and it is not among the expected ones"
    tokens = [token.token_type.name for token in sqlglot.tokenize(statement, dialect="snowflake")]
    assert tokens.count("L_PAREN") == tokens.count("R_PAREN"), "brackets do not balance"
    assert tokens.count("SEMICOLON") == 0, "one statement holds another"
    return "beyond"


failed = False
for way, statements in json.load(open(sys.argv[1], encoding="utf-8")).items():
    counts = {"parsed": 0, "beyond": 0}
    try:
        for statement in statements:
            try:
                counts[judge(statement)] += 1
            except Exception as error:
                raise AssertionError(f"{statement}\n{error}") from error
            assert "never-printed" not in statement, "a secret is printed"
        assert counts["parsed"] > counts["beyond"] / 4, counts
        print(f"ok      {way}: {counts['parsed']} statements parsed, {counts['beyond']} beyond the parser")
    except AssertionError as error:
        failed = True
        print(f"FAILED  {way}\n{str(error)[:1500]}")
print(f"beyond the parser: {', '.join(BEYOND)}")
sys.exit(1 if failed else 0)

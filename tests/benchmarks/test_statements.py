"""PostgreSQL's log, and the statements in it."""

from benchmarks.statements import Statement, parse_log, parse_parameters

LOG = """2026-11-27 06:00:00.000 UTC [1] LOG:  database system is ready
~lm~[12] LOG:  statement: BEGIN;
~lm~[12] LOG:  execute __asyncpg_stmt_1__: SELECT slot.id
\tFROM slot WHERE name = $1 AND note IS NOT DISTINCT FROM $2
~lm~[12] DETAIL:  Parameters: $1 = 'it''s, $2 = ''x''', $2 = NULL
~lm~[12] LOG:  execute <unnamed>: WITH some AS (SELECT 1) SELECT * from some
~lm~[12] LOG:  execute __asyncpg_stmt_2__: UPDATE slot SET taken = 1 WHERE id = $1
~lm~[12] DETAIL:  parameters: $1 = '01a21ba0-3565-7745-b9a9-42fab2b035e7'
~lm~[12] LOG:  statement: COMMIT;
"""


def test_statements_come_with_their_parameters() -> None:
    found = parse_log(LOG)
    assert [each.text.split()[0] for each in found] == ["BEGIN;", "SELECT", "WITH", "UPDATE", "COMMIT;"]
    assert found[1] == Statement(
        "SELECT slot.id\nFROM slot WHERE name = $1 AND note IS NOT DISTINCT FROM $2",
        ("it's, $2 = 'x'", None),
    )
    assert found[3].parameters == ("01a21ba0-3565-7745-b9a9-42fab2b035e7",)


def test_only_statements_that_read_tables_are_taken() -> None:
    assert [each.text.split()[0] for each in parse_log(LOG) if each.reads] == ["SELECT", "WITH"]
    assert not Statement("SELECT 1").reads


def test_no_parameters_are_none() -> None:
    assert parse_parameters("") == ()

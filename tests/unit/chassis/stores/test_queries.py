from dataclasses import dataclass

import pytest

from chassis.stores.queries import NamedQueries, QueryError

TEXT = """-- The file's own heading.

-- name: find_thing
-- One thing by its id.
-- No row if there is none.
SELECT id, colour
FROM thing  -- the table
WHERE id = $1;

-- name: add_thing
-- A new thing.
INSERT INTO thing (id) VALUES ($1)
"""


@dataclass(frozen=True)
class Things:
    find_thing: str
    add_thing: str


def parse(text: str) -> NamedQueries:
    return NamedQueries.parse(text, source="test.sql")


def test_statements_are_found_by_name_without_their_comments() -> None:
    queries = parse(TEXT)
    assert list(queries) == ["find_thing", "add_thing"]
    assert queries["find_thing"].startswith("SELECT id, colour")
    assert queries["find_thing"].endswith("WHERE id = $1")
    assert queries["add_thing"] == "INSERT INTO thing (id) VALUES ($1)"


def test_an_unknown_name_is_an_error_that_names_file_and_query() -> None:
    with pytest.raises(QueryError, match=r"test\.sql: no statement named drop_thing"):
        parse(TEXT)["drop_thing"]


def test_a_dataclass_of_names_is_filled() -> None:
    things = parse(TEXT).into(Things)
    assert things.add_thing.startswith("INSERT")


def test_a_name_without_a_statement_is_found_at_start() -> None:
    @dataclass(frozen=True)
    class More(Things):
        drop_thing: str

    with pytest.raises(QueryError, match="no statement named drop_thing"):
        parse(TEXT).into(More)


def test_a_statement_nobody_uses_is_found_at_start() -> None:
    @dataclass
    class Fewer:
        find_thing: str

    with pytest.raises(QueryError, match="add_thing not used by Fewer"):
        parse(TEXT).into(Fewer)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-- name: a\nSELECT 1;", "a has no description"),
        ("-- name: a\n--\nSELECT 1;", "a has no description"),
        ("-- name: a\n-- Says what.\n", "a has no statement"),
        ("-- name: a\n-- One.\nSELECT 1;\n-- name: a\n-- Two.\nSELECT 2;", "a is defined twice"),
        ("-- name: BadName\n-- One.\nSELECT 1;", "'BadName' is no name"),
        ("SELECT 1;", "a statement stands before"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(text: str, problem: str) -> None:
    with pytest.raises(QueryError, match=problem):
        parse(text)

from pathlib import Path

import pytest

from chassis.config import ConfigError, Environment


def test_values_are_typed_and_absent_ones_take_their_default() -> None:
    environment = Environment(
        {"A_TEXT": "x", "A_INT": "7", "A_S": "0.5", "A_FLAG": "yes", "A_URL": "redis://h:1/0"}
    )
    assert environment.text("A_TEXT", about="a") == "x"
    assert environment.integer("A_INT", about="a") == 7
    assert environment.number("A_S", about="a") == 0.5
    assert environment.flag("A_FLAG", about="a") is True
    assert environment.url("A_URL", about="a", schemes=("redis",)) == "redis://h:1/0"
    assert environment.text("B_TEXT", about="b", default="y") == "y"
    assert environment.flag("B_FLAG", about="b", default=False) is False
    assert environment.path("B_PATH", about="b", default=Path("/x")) == Path("/x")
    environment.finish()


def test_every_problem_is_reported_at_once_with_the_next_step() -> None:
    environment = Environment(
        {"PORT": "http", "WAIT_S": "nan", "SIZE": "0", "FLAG": "maybe", "STORE_URL": "http://x"}
    )
    environment.integer("PORT", about="where to serve")
    environment.number("WAIT_S", about="how long", default=1.0)
    environment.integer("SIZE", about="how many", least=1, most=9)
    environment.flag("FLAG", about="whether")
    environment.url("STORE_URL", about="which store", schemes=("postgresql",))
    environment.text("MISSING", about="who am I")
    with pytest.raises(ConfigError) as caught:
        environment.finish()
    problems = {one.name: one for one in caught.value.problems}
    assert list(problems) == ["PORT", "WAIT_S", "SIZE", "FLAG", "STORE_URL", "MISSING"]
    assert problems["PORT"].problem == "is not a number"
    assert problems["SIZE"].problem == "is less than 1"
    assert problems["MISSING"].problem == "is not set"
    for one in problems.values():
        assert f"{one.name}: {one.problem}; {one.next_step}" in str(caught.value)


def test_an_empty_variable_counts_as_absent() -> None:
    environment = Environment({"A": "  "})
    assert environment.text("A", about="a", default="d") == "d"


def test_a_wrong_value_is_never_repeated() -> None:
    environment = Environment({"PORT": "hunter2", "WAIT_S": "hunter2", "X_URL": "hunter2"})
    environment.integer("PORT", about="a")
    environment.number("WAIT_S", about="b")
    environment.url("X_URL", about="c", schemes=("redis",))
    with pytest.raises(ConfigError) as caught:
        environment.finish()
    assert "hunter2" not in str(caught.value)


def test_a_secret_is_the_content_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\x00secret\n")
    environment = Environment({"KEY_FILE": str(file)})
    assert environment.secret("KEY_FILE", about="key") == b"\x00secret"
    environment.finish()


def test_a_secret_without_a_file_or_too_short_is_a_problem(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.write_bytes(b"abc\n")
    environment = Environment({"A_FILE": str(tmp_path / "none"), "B_FILE": str(short)})
    assert environment.secret("A_FILE", about="a") == b""
    assert environment.secret("B_FILE", about="b", bytes_min=16) == b""
    with pytest.raises(ConfigError) as caught:
        environment.finish()
    assert [one.name for one in caught.value.problems] == ["A_FILE", "B_FILE"]


def test_a_value_may_lie_in_a_file_where_no_process_list_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text("postgresql://user:word@host/name\n")
    environment = Environment({"DSN_FILE": str(file), "URL": "redis://here", "URL_FILE": "/none"})
    assert environment.url("DSN", about="d", schemes=("postgresql",)).endswith("@host/name")
    assert environment.url("URL", about="u", schemes=("redis",)) == "redis://here"
    environment.finish()


def test_a_file_of_a_value_that_cannot_be_read_is_a_problem() -> None:
    environment = Environment({"DSN_FILE": "/none"})
    environment.url("DSN", about="d", default="", schemes=("postgresql",))
    with pytest.raises(ConfigError, match="DSN_FILE: the file cannot be read"):
        environment.finish()


def test_a_path_that_must_exist_is_checked(tmp_path: Path) -> None:
    environment = Environment({"A": str(tmp_path), "B": str(tmp_path / "none")})
    assert environment.path("A", about="a", exists=True) == tmp_path
    environment.path("B", about="b", exists=True)
    with pytest.raises(ConfigError, match="B: no such path"):
        environment.finish()


def test_describe_lists_every_setting_with_unit_and_default() -> None:
    environment = Environment({})
    environment.number("GRACE_S", about="drain at most", default=10.0)
    environment.integer("PAGE_BYTES", about="page at most", default=5)
    environment.text("ADDRESS", about="where to serve")
    environment.text("PEER", about="whom to ask; empty: nobody", default="")
    environment.integer("CALLS_PER_S", about="calls at most", default=5)
    assert environment.describe().splitlines() == [
        "GRACE_S      [seconds] drain at most (default 10.0)",
        "PAGE_BYTES   [bytes] page at most (default 5)",
        "ADDRESS      [text] where to serve (required)",
        "PEER         [text] whom to ask; empty: nobody (default empty)",
        "CALLS_PER_S  [a second] calls at most (default 5)",
    ]


def test_a_setting_is_read_once() -> None:
    environment = Environment({"A": "x"})
    environment.text("A", about="a")
    with pytest.raises(AssertionError, match="A is read twice"):
        environment.text("A", about="a")

"""Numbers and names come from standard input, line by line."""

import io

import pytest

from cli import identity
from cli.errors import UsageError


def _type(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_the_name_stands_on_the_line_after_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    _type(monkeypatch, "000000195001010001\n 测试 某人 \n")
    assert identity.document("resident-id", "", "-").number == "000000195001010001"
    assert identity.name("-") == "测试 某人"


def test_no_name_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    _type(monkeypatch, "000000195001010001\n")
    assert identity.name("") == ""


def test_a_name_that_is_announced_and_not_given_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _type(monkeypatch, "\n")
    with pytest.raises(UsageError, match="the name is not given"):
        identity.name("-")

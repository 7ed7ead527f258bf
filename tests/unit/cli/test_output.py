import json

import pytest

from cli.errors import Problem, RefusedError, UsageError
from cli.output import Output
from cli.plain import cell, plain
from cli.views.tables import pairs, table

_ATTACK = "\x1b]0;owned\x07\x9b2J[bold red]gone[/]\u202eevil\r\n"


def test_no_control_character_of_a_server_reaches_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = Output(as_json=False)
    output.result(
        {}, cell(_ATTACK), table(_ATTACK, [_ATTACK], [[_ATTACK]]), pairs("", [("a", _ATTACK)])
    )
    output.note(_ATTACK)
    output.fail(
        UsageError(_ATTACK, problems=[Problem(_ATTACK, _ATTACK, _ATTACK)], next_step=_ATTACK)
    )
    said = capsys.readouterr()
    for character in "\x1b\x07\x9b\u202e\r":
        assert character not in said.out
        assert character not in said.err
    assert "[bold red]gone[/]" in said.out
    assert "[bold red]gone[/]" in said.err


def test_json_is_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    output.note("a remark")
    with output.progress("working", 10) as advance:
        advance(5)
    output.result({"name": _ATTACK, "text": "测试"}, cell("a table"))
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out) == {"name": _ATTACK, "text": "测试"}
    assert "\x9b" not in said.out
    assert "测试" in said.out


def test_an_error_is_a_json_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).fail(UsageError("wrong", problems=[Problem("a.b", "R", "mend it")]))
    said = capsys.readouterr()
    error = json.loads(said.out)["error"]
    assert (error["exitCode"], error["message"]) == (2, "wrong")
    assert error["problems"] == [{"field": "a.b", "reason": "R", "text": "mend it"}]
    assert said.err == ""


def test_nothing_moves_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with Output(as_json=False).progress("working", 10) as advance:
        advance(5)
    assert capsys.readouterr().err == ""


def test_plain_text_stays_as_it_is() -> None:
    text = "（2099）京0199执1号\t测试\nzwei"
    assert plain(text) == text


@pytest.mark.parametrize("message", ["another state", "refused, nothing was stored: another state"])
def test_a_refusal_says_once_that_it_is_one(
    message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Output(as_json=False).fail(RefusedError(message))
    assert capsys.readouterr().err.count("refused") == 1


def test_a_narrow_terminal_loses_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rich takes it for a terminal of this width.
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    ids, field = ["q" * 36, "z" * 36], "subject.documents[0].issuing_state"
    output = Output(as_json=False)
    output.result({}, table("tasks", ["task", "basis", "text"], [[*ids, "x"]]))
    output.fail(UsageError("wrong", problems=[Problem(field, "FIELD_INVALID", "mend it")]))
    said = capsys.readouterr()
    assert (said.out.count("q"), said.out.count("z")) == (36, 36)
    assert "…" not in said.out + said.err
    assert set(field) <= set(said.err)

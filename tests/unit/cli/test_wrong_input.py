"""What is typed or written wrong is named, with the next step, before anything is sent; it is no fault."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.app import main
from cli.profile import Profile

_NUMBER = "000000195001010001"
_PROFILE = """
partner = "rail-1"
[addresses]
registry = "127.0.0.1:1"
travel = "127.0.0.1:1"
procurement = "127.0.0.1:1"
[tls]
plaintext = true
[acting]
person = "clerk-1"
role = "clerk"
court = "京0199"
"""
_REPAY = ("repay", "--obligation", "o-1", "--receipt", "R-1", "--amount")
_BIND = ("bind", "--subject", "s-1", "--evidence", "x", "--number", "-")
_QUESTIONS = ("check", "travel", "--manifest")


class _Typed(io.TextIOWrapper):
    """Standard input with these bytes, read as UTF-8."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "p.toml").write_text(_PROFILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _refused(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], code: int = 2
) -> dict[str, Any]:
    """The error, which is the one object on stdout; nobody stands in it."""
    ended = main((*arguments, "--json"), {"COURTLIST_PROFILE": "p.toml"})
    said = capsys.readouterr()
    assert said.err == ""
    assert _NUMBER not in said.out
    error: dict[str, Any] = json.loads(said.out)["error"]
    assert (ended, error["exitCode"]) == (code, code), error
    assert error["message"]
    assert error["nextStep"]
    return error


@pytest.mark.parametrize(
    "arguments",
    [
        (*_REPAY, "-5"),
        (*_REPAY, "0.001"),
        (*_REPAY, "1e9"),
        (*_REPAY, "９"),
        (*_REPAY, "9" * 65_536),
        (*_REPAY, "1", "--paid-on", "2.11.2025"),
        (*_REPAY, "1", "--paid-on", "2025-02-30"),
        (*_REPAY, "1", "--paid-on", "+99999"),
        (*_REPAY, "1", "--timeout", "nan"),
        (*_REPAY, "1", "--timeout", "inf"),
        (*_REPAY, "1", "--as", "张三"),
        (*_REPAY, "1", "--as", "张三", "--role", "judge", "--court", "京0199"),
        (*_REPAY, "1", "--as", "j\n", "--role", "judge", "--court", "京0199"),
        (*_REPAY, "1", "--as", "cl\x1b[2J"),
        _BIND,
        (*_BIND, "--prepare", "--preparation", "x"),
        ("end", "x", "--cause", "because", "--reasons", "y"),
        ("lift", "x", "--cause", "", "--reasons", "y"),
        ("epochs", "open", "99999999999"),
        ("epochs", "switch", "zwei"),
        ("end", "x", "--cause", "performed", "--reasons", "y", "--empty-queries", "9999999999"),
        ("partners", "enrol", "x", "--name", "y", "--field", "travle"),
        (
            "partners",
            "enrol",
            "x",
            "--name",
            "y",
            "--field",
            "loan",
            "--checks-per-s",
            "9999999999",
        ),
        ("ledger", "tail", "--after", "9" * 30),
        ("ledger", "verify", "--holds", "5:"),
        ("ledger", "verify", "--holds", "5:ab"),
        ("ledger", "verify", "--holds", f"-1:{'0' * 64}"),
        ("ledger", "announce-restore", "--expected-head", "x:²"),
        ("ledger", "announce-restore", "--expected-head", f"x:{'9' * 30}"),
        ("complete", "x", "9" * 30, "--show"),
        ("complete", "x", "1", "--set", "decidedOn"),
        ("check", "field", "procurement", "--set", "stage"),
        ("check", "field", "procurement", "--set", "stage=LATER", "--number", "1"),
        ("check", "travel", "--flight", "--partner", "东方航空", "--number", "1"),
        ("queries", "of", "--field", "nowhere", "--reference", "x", "--number", "1"),
        ("queries", "counts", "--field", "travel", "--from", "gestern"),
        ("keys", "enrol", "clerk-1", "--key", "ed25519:abc"),
        ("keys", "new"),
        ("go-live", "someday"),
        ("standing", _NUMBER),
        ("tasks", "\udcff"),
        ("standing", "--number", "-", "--kind", "visa"),
    ],
    ids=lambda arguments: " ".join(arguments)[:60].encode("ascii", "replace").decode(),
)
def test_a_line_that_is_typed_wrong(
    arguments: tuple[str, ...],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", _Typed(f"{_NUMBER}\n".encode()))
    _refused(arguments, capsys)


@pytest.mark.parametrize(
    "typed",
    [b"", b"\n", b"\xd5\xc5\xc8\xfd\n", b"\xff\xfe1\x00\n", b"1" * 65_536, None],
    ids=["nothing", "an empty line", "GBK", "UTF-16", "64 KiB", "closed"],
)
def test_a_number_that_cannot_be_read(
    typed: bytes | None,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", None if typed is None else _Typed(typed))
    _refused(("standing", "--number", "-"), capsys)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('case = "张三"\n'.encode("gb18030"), "UTF-8"),
        ('case = "x"\n'.encode("utf-16"), "UTF-8"),
        (b'{"case": {"number": "1", "number": "2"}}', "given twice"),
        (b"[1]", "fields by name"),
        (b'{"etag": ' + b"9" * 5_000 + b"}", "digits"),
        (b'{"case": {"number": "\\ud800"}}', "half a character"),
        (b"case = 2025-13-45", "line 1, column 12"),
        (b"\x00", "Invalid statement"),
        (b" " * (5 << 20), "longer than any paper"),
    ],
    ids=[
        "GBK",
        "UTF-16",
        "twice",
        "list",
        "digits",
        "surrogate",
        "day",
        "NUL",
        "5 MiB",
    ],
)
def test_a_paper_that_cannot_be_read(
    content: bytes, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "paper").write_bytes(content)
    error = _refused(("enter", "paper"), capsys)
    told = f"{error['message']} {error['nextStep']} {error['problems']}"
    assert said in told


@pytest.mark.parametrize("name", ["paper.toml", "paper.json", "p.toml"])
def test_what_is_nested_too_deep_is_no_fault(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where CPython 3.11 has met a real one, it may fail to compile anything afterwards.
    def too_deep(_text: str, **_: object) -> None:
        raise RecursionError

    (folder / name).write_text("{}" if name.endswith("json") else "")
    if name != "p.toml":
        monkeypatch.setattr("cli.profile.read", lambda *_, **__: Profile())
    monkeypatch.setattr("tomllib.loads", too_deep)
    monkeypatch.setattr("json.loads", too_deep)
    error = main(("enter", name, "--json"), {"COURTLIST_PROFILE": "p.toml"})
    assert error == 2
    assert "nested too deep" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["gone", "."])
def test_what_is_no_file(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ("enter", name),
        ("init", name),
        ("import", "stage", name),
        ("import", "approve", "x", "--sample", name),
        ("complete", "x", "1", "--fields", name),
        ("check", "field", "procurement", "--question", name),
        ("certificates", "show", name),
        (*_QUESTIONS, name),
    ):
        assert name in _refused(arguments, capsys)["message"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.csv", "document.number,document.number\n1,2\n", "named twice"),
        ("q.csv", "document.kind,document.number\nPASSPORT,1,2\n", "as many cells"),
        ("q.csv", "document.kind,document.number\nPASSPORT\n", "as many cells"),
        ("q.csv", "document.number,document\n1,2\n", "column document stands above"),
        ("q.csv", "document.number\n", "no question"),
        ("q.csv", f"document.number\n{'9' * 200_000}\n", "not CSV"),
        ("q", "\n\n", "no question"),
        ("q", '{"purpose": "ORDER", "purpose": "COPY"}', "given twice"),
        ("q", f'{{"travelDate": {"9" * 5_000}}}', "digits"),
        ("q", "[1]", "one JSON object"),
    ],
)
def test_a_manifest_that_cannot_be_read_asks_nobody(
    name: str, content: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_text(content)
    assert said in _refused((*_QUESTIONS, name), capsys)["message"]


def test_a_manifest_that_is_piped_in_is_utf_8(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", _Typed(b"\xef\xbb\xbf[1]\n"))
    assert "one JSON object" in _refused((*_QUESTIONS, "-"), capsys)["message"]
    monkeypatch.setattr("sys.stdin", _Typed(b'{"name": "\xd5\xc5"}\n'))
    assert "line 1 is not UTF-8" in _refused((*_QUESTIONS, "-"), capsys)["message"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("adresses = 1", "adresses"),
        ('[processes]\nx = "nowhere"', "processes.x"),
        ('[[people]]\nperson = "x\\u0000"', "people[0].person"),
        ("n = 1" + "0" * 5_000, ""),
    ],
    ids=["name", "address", "NUL", "digits"],
)
def test_a_profile_that_cannot_be_used(
    line: str, field: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "p.toml").write_text(line)
    problems = _refused(("tasks",), capsys)["problems"]
    assert [one["field"] for one in problems] == ([field] if field else [])


def test_nobody_needs_a_home(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(_path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("pathlib.Path.expanduser", unknown)
    assert main(("tasks", "--json"), {}) == 2
    assert "no address of registry" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_json_is_whole_in_a_terminal_of_another_encoding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    narrow = io.TextIOWrapper(written, encoding="ascii", errors="backslashreplace")
    monkeypatch.setattr("sys.stdout", narrow)
    (folder / "é𠮷.toml").write_text("")
    assert main(("enter", "é𠮷.toml", "--json"), {"COURTLIST_PROFILE": "p.toml"}) == 2
    assert "é𠮷.toml" in json.loads(written.getvalue())["error"]["message"]


def test_a_register_is_read_from_a_file_and_no_pipe(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(b'{"iname": "x"}\n')
    with os.fdopen(reading):
        error = _refused(("import", "stage", f"/dev/fd/{reading}"), capsys)
    assert "more than once" in error["message"]

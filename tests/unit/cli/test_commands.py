"""The command line as it is typed; nothing here reaches a service."""

import errno
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from authority.peer import Peer, PeerKind
from certificates.folder import CertificateFolder
from cli.app import build, main
from cli.deferred import Deferred
from cli.invocation import Invocation
from cli.registration import command


def _run(*arguments: str, home: Path) -> int:
    return main(arguments, {"HOME": str(home)})


def test_every_command_takes_json_and_a_profile_and_tells_its_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in _paths(build()):
        assert _run(*path, "--help", home=tmp_path) == 0
        help_text = capsys.readouterr().out
        for part in ("--json", "--profile", "--as", "Exit codes", "Example: "):
            assert part in help_text, path


def test_the_example_of_every_command_is_a_line_that_it_takes() -> None:
    root = build()
    for path in _paths(root):
        made: Any = root
        for name in path:
            made = made.commands[name]
            made = made.command if isinstance(made, Deferred) else made
        line = made.epilog.split("\n")[0].removeprefix("Example: ")
        words = shlex.split(line.split("| head")[0].split("| ")[-1])
        assert words[: len(path) + 1] == ["courtlist", *path]
        made.make_context("courtlist", words[len(path) + 1 :])


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "listing", "x"),
        ("status",),
        ("check", "loan", "--number", "1"),
        ("ledger", "verify"),
        ("--json", "tasks"),
    ],
)
def test_without_a_profile_a_command_says_what_to_do(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments, home=tmp_path) == 2
    said = capsys.readouterr()
    assert "profile" in said.err + said.out


def test_json_may_stand_before_or_after_the_commands_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (("--json", "tasks"), ("tasks", "--json")):
        assert _run(*arguments, home=tmp_path) == 2
        said = capsys.readouterr()
        assert json.loads(said.out)["error"]["reason"] == "USAGE"
        assert said.err == ""


def test_a_wrong_option_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("tasks", "--jsn", home=tmp_path) == 2
    assert _run("taks", home=tmp_path) == 2
    capsys.readouterr()
    assert (
        _run("repay", "--obligation", "x", "--amount", "1,0", "--receipt", "r", home=tmp_path) == 2
    )
    assert "--amount is not a sum" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["enter", "restrict", "init"])
def test_an_example_is_printed_without_any_service(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(command, "--example", home=tmp_path) == 0
    assert "京0199" in capsys.readouterr().out
    assert _run(command, "--example", "--json", home=tmp_path) == 0
    assert "京0199" in json.loads(capsys.readouterr().out)["text"]
    assert _run(command, home=tmp_path) == 2


def test_a_number_is_never_waited_for_where_nobody_can_type_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "p.toml"
    profile.write_text('[addresses]\ntravel = "127.0.0.1:1"\n')
    monkeypatch.setattr("sys.stdin", io.StringIO())
    arguments = ("check", "travel", "--flight", "--profile", str(profile))
    assert _run(*arguments, home=tmp_path) == 2
    assert "--number -" in capsys.readouterr().err


def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with() -> None:
    listed = list(_listed(build()))
    for one in listed:
        begins = " ".join(one.command.help.split("\n\n")[0].split())
        assert (one.help, one.name) == (begins, one.command.name)
    assert len(listed) > 30


@pytest.mark.parametrize(
    ("arguments", "left_away"),
    [
        (("--help",), ("grpc", "google", "courtlist", "cryptography", "chassis.client")),
        (
            ("check", "travel", "--help"),
            (
                "structlog",
                "prometheus_client",
                "courtlist.registry.v1.registry_service_pb2",
                "cli.backups",
                "cli.imports",
            ),
        ),
        (("ledger", "--help"), ("cli.backups", "cli.imports", "cli.commands.check_travel")),
    ],
)
def test_a_command_imports_nothing_of_what_only_others_need(
    arguments: tuple[str, ...], left_away: tuple[str, ...]
) -> None:
    program = (
        "import sys; from cli.app import main; main(sys.argv[1:], {}); "
        "print('imported', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    imported = done.stdout.splitlines()[-1].split()
    assert imported[0] == "imported"
    assert [one for one in imported if one in left_away] == []


def _listed(group: object) -> list[Deferred]:
    children = getattr(group, "commands", {}).values()
    return [one for child in children for one in _listed(child)] + (
        [group] if isinstance(group, Deferred) else []
    )


def _paths(command: object) -> list[tuple[str, ...]]:
    if isinstance(command, Deferred):
        command = command.command
    children = getattr(command, "commands", None)
    if children is None:
        return [()]
    return [(name, *rest) for name, child in children.items() for rest in _paths(child)]


@pytest.mark.parametrize(
    ("error", "code"), [(PermissionError(13, "denied", "/x"), 2), (KeyError("000000"), 6)]
)
def test_what_nobody_foresaw_ends_in_a_sentence_that_quotes_no_value(
    error: BaseException, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = typer.Typer()

    @command(app, "break", example="courtlist break")
    def broken(_invocation: Invocation) -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        app(args=["--json"], obj={"HOME": str(tmp_path)})
    assert ended.value.code == code
    said = capsys.readouterr().out
    assert json.loads(said)["error"]["exitCode"] == code
    assert "000000" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "travel", "--flight", "--number", "-"), "number is not given"),
        (("search", "--state", "IN_FORCE"), "--by-document"),
        (("import", "sign", "x", "--manifest", "7a2f"), "64 hexadecimal digits"),
    ],
)
def test_what_would_be_misread_is_not_sent(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile = tmp_path / "p.toml"
    profile.write_text('[addresses]\ntravel = "127.0.0.1:1"\nregistry = "127.0.0.1:1"\n')
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert _run(*arguments, "--profile", str(profile), home=tmp_path) == 2
    assert said in capsys.readouterr().err


class _FullDisk(io.StringIO):
    """Where nothing more can be written to."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("arguments", [("init", "--example"), ("init", "--example", "--json")])
def test_a_full_disk_is_told_where_it_can_be(
    arguments: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", _FullDisk())
    assert _run(*arguments, home=tmp_path) == 2
    assert "No space left" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("arguments", [("init", "--example"), ("--json", "init", "--example")])
def test_a_full_disk_ends_with_a_documented_exit_code(arguments: tuple[str, ...]) -> None:
    # Python keeps what it could not write, and tries again when it ends.
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=buffered,
        )
    assert (ended.returncode, ended.stderr.count("No space left")) == (2, 1), ended.stderr


class _Gone(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


@pytest.mark.parametrize(
    "arguments",
    [
        ("init", "--example"),
        ("init", "--example", "--json"),
        ("certificates", "show", "trust.pem"),
    ],
)
def test_a_reader_that_has_gone_is_no_refusal(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CertificateFolder(tmp_path, trust_domain="courtlist.example").ensure(
        Peer(PeerKind.OPERATOR, "operator-1")
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdout", _Gone())
    assert _run(*arguments, home=tmp_path) == 141


def test_a_line_that_cannot_be_read_is_told_as_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    no_command = ((), ("show",), ("check",), ("pass",))
    misread = (("repay",), ("taks",), ("tasks", "--jsn"), ("tasks", "--role", "king"))
    for arguments in (*no_command, *misread):
        assert _run("--json", *arguments, home=tmp_path) == 2
        said = capsys.readouterr()
        assert said.err == ""
        assert "--help" in json.loads(said.out)["error"]["nextStep"]


def test_a_shell_whose_files_cannot_be_written_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only() -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/home/x/.bashrc")

    monkeypatch.setattr("cli.app.build", read_only)
    assert _run("--install-completion", home=tmp_path) == 2
    assert "/home/x/.bashrc: Permission denied" in capsys.readouterr().err

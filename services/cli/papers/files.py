"""Files and standard input that hold papers: JSON or TOML."""

import json
import re
import sys
import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

from cli.days import legal_today
from cli.errors import UsageError

STDIN: Final = "-"
_DAY: Final = re.compile(r"DAY([+-]\d+)")


def named(name: str, command: str) -> str:
    """The file that was named for `command`. Raises UsageError where none was."""
    if not name:
        raise UsageError(
            "no file is named",
            next_step=f"courtlist {command} --example > paper.toml, fill it in, courtlist {command} paper.toml",
        )
    return name


def load(name: str) -> Any:
    """What the file (or `-`: standard input) holds.

    `.json` is JSON and `.toml` is TOML; anything else is tried as JSON first. Raises UsageError.
    """
    text = _text(name)
    try:
        if name.endswith(".toml"):
            return tomllib.loads(text)
        if name.endswith(".json") or text.lstrip().startswith(("{", "[")):
            return json.loads(text)
        return tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        # The message of either names line and column and repeats no text of the file.
        raise UsageError(f"{name}: {error}", next_step="mend the file there") from None


def example(name: str, today: date | None = None) -> str:
    """An example file that comes with the program; its days (`DAY-10`) are counted from today."""
    text = resources.files("cli").joinpath("papers", "examples", name).read_text(encoding="utf-8")
    first = today or legal_today()
    return _DAY.sub(lambda found: str(first + timedelta(days=int(found[1]))), text)


def _text(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except FileNotFoundError:
        raise UsageError(
            f"{name}: there is no such file",
            next_step="name one that is there, or - for standard input",
        ) from None
    except OSError as error:
        raise UsageError(
            f"{name}: cannot be read: {error.strerror}", next_step="look at its path and rights"
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is not UTF-8", next_step="save it as UTF-8") from None

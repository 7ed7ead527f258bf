"""Files and standard input that hold papers: JSON or TOML."""

import json
import re
import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

from cli import standard_input
from cli.days import legal_today
from cli.errors import UsageError

STDIN: Final = standard_input.NAME
# No call takes more (chassis.limits), and a device has no end.
_BYTES_MAX: Final = 4 * 1024 * 1024
_DAY: Final = re.compile(r"DAY([+-]\d+)")
_FIELDS: Final = 'write them as TOML (name = "value") or as one JSON object'


class GivenTwiceError(ValueError):
    """A name stands twice in one JSON object; the message has the name."""


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
            return from_json(text)
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # It names line and column, or a field, and repeats no value of the file.
        raise UsageError(
            f"{name}: {said_of(error)}", next_step="mend the file there, and run the command again"
        ) from None


def from_json(text: str) -> Any:
    """What a JSON text says; a name that is given twice would say one thing of two.

    Raises:
        ValueError: it is no JSON, a name is given twice, or a number has thousands of digits.
        RecursionError: it is nested too deep.
    """
    return json.loads(text, object_pairs_hook=_once)


def said_of(error: Exception) -> str:
    """What of an error of either reader may be shown."""
    if isinstance(error, RecursionError):
        return "is nested too deep"
    # Python's own, where it would take too long to read a number.
    return "a number has thousands of digits" if type(error) is ValueError else str(error)


def fields(name: str) -> dict[str, Any]:
    """What the file holds, which must be fields by name. Raises UsageError."""
    given = load(name)
    if not isinstance(given, dict):
        raise UsageError(f"{name}: must hold fields by name", next_step=_FIELDS)
    return given


def example(name: str, today: date | None = None) -> str:
    """An example file that comes with the program; its days (`DAY-10`) are counted from today."""
    text = resources.files("cli").joinpath("papers", "examples", name).read_text(encoding="utf-8")
    first = today or legal_today()
    return _DAY.sub(lambda found: str(first + timedelta(days=int(found[1]))), text)


def _text(name: str) -> str:
    try:
        raw = standard_input.content(_BYTES_MAX + 1) if name == STDIN else _bytes(name)
    except FileNotFoundError:
        raise UsageError(
            f"{name}: there is no such file",
            next_step="name one that is there, or - for standard input",
        ) from None
    except OSError as error:
        raise UsageError(
            f"{name}: cannot be read: {error.strerror}", next_step="look at its path and rights"
        ) from None
    if len(raw) > _BYTES_MAX:
        raise UsageError(
            f"{name}: is longer than any paper, {_BYTES_MAX >> 20} MiB",
            next_step="name the paper; a register is brought over with `courtlist import stage`",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: is not UTF-8", next_step="save it as UTF-8") from None


def _bytes(name: str) -> bytes:
    with Path(name).open("rb") as file:
        return file.read(_BYTES_MAX + 1)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise GivenTwiceError(f"given twice in one object: {', '.join(twice)}")
    return made

"""The environment as typed values: read once in `__main__`, every problem reported at once.

environment = Environment(os.environ)
config = Config(
    address=environment.text("ECHO_ADDRESS", default="127.0.0.1:7020", about="where to serve"),
    grace_s=environment.number("ECHO_GRACE_S", default=10.0, least=0, about="drain at most"),
)
environment.finish()
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

T = TypeVar("T")

# A variable's last word is its unit; the first suffix that fits counts.
_UNITS: Final = {
    "_PER_S": "a second",
    "_PER_DAY": "a day",
    "_MS": "milliseconds",
    "_S": "seconds",
    "_DAYS": "days",
    "_YEARS": "years",
    "_BYTES": "bytes",
    "_FILE": "path",
    "_URL": "URL",
    "_DSN": "URL",
}
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable as --help shows it; `default` is None where a value is required."""

    name: str
    about: str
    default: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one variable, and what to do."""

    name: str
    problem: str
    next_step: str


class ConfigError(Exception):
    """The environment cannot be used. Every problem is listed; values are not, they may be secrets."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        lines = [f"  {one.name}: {one.problem}; {one.next_step}" for one in problems]
        super().__init__("\n".join(["the settings cannot be used:", *lines]))
        self.problems = problems


class Environment:
    """A typed reader over environment variables.

    A method whose variable is absent or wrong notes the problem and returns a stand-in; `finish`
    raises them all. An empty variable counts as absent. A setting without a default is required.
    Any value may lie in a file instead, whose path is in the variable with `_FILE` at its end.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._settings: dict[str, Setting] = {}
        self._problems: list[Problem] = []

    def text(self, name: str, *, about: str, default: str | None = None) -> str:
        """Any text."""
        return self._read(name, about, default, str, stand_in="")

    def integer(
        self,
        name: str,
        *,
        about: str,
        default: int | None = None,
        least: int | None = None,
        most: int | None = None,
    ) -> int:
        """A whole number within `least` and `most`, both included."""

        def convert(raw: str) -> int:
            value = int(raw)
            _check_range(value, least, most)
            return value

        return self._read(name, about, default, convert, stand_in=0)

    def number(
        self,
        name: str,
        *,
        about: str,
        default: float | None = None,
        least: float | None = None,
        most: float | None = None,
    ) -> float:
        """A finite number within `least` and `most`, both included."""

        def convert(raw: str) -> float:
            value = float(raw)
            if not math.isfinite(value):
                raise ValueError("not a finite number")
            _check_range(value, least, most)
            return value

        return self._read(name, about, default, convert, stand_in=0.0)

    def flag(self, name: str, *, about: str, default: bool | None = None) -> bool:
        """True or false: 1/true/yes/on or 0/false/no/off."""

        def convert(raw: str) -> bool:
            if raw.lower() in _TRUE:
                return True
            if raw.lower() in _FALSE:
                return False
            raise ValueError("neither true nor false")

        return self._read(name, about, default, convert, stand_in=False)

    def path(
        self, name: str, *, about: str, default: Path | None = None, exists: bool = False
    ) -> Path:
        """A path; with `exists`, of something that is there."""

        def convert(raw: str) -> Path:
            value = Path(raw)
            if exists and not value.exists():
                raise ValueError("no such path")
            return value

        return self._read(name, about, default, convert, stand_in=Path())

    def url(
        self,
        name: str,
        *,
        about: str,
        default: str | None = None,
        schemes: tuple[str, ...],
        check: Callable[[str], None] = lambda _: None,
    ) -> str:
        """A URL of one of `schemes`, with a host or (Unix sockets) a query that names one.

        `check` raises ValueError for more that is wrong with it, in words that repeat nothing of it.
        """

        def convert(raw: str) -> str:
            parts = _split(raw)
            if parts.scheme not in schemes:
                raise ValueError(f"not a URL with scheme {' or '.join(schemes)}")
            if not parts.netloc and not parts.query:
                raise ValueError("names no host")
            check(raw)
            return raw

        return self._read(name, about, default, convert, stand_in="")

    def address(self, name: str, *, about: str, default: str | None = None) -> str:
        """A `host:port` to listen on; without a host (`:9100`) the loopback interface only."""

        def convert(raw: str) -> str:
            host, _, port = raw.rpartition(":")
            if not port.isascii() or not port.isdigit() or int(port) > 65_535:
                raise ValueError("is no host:port")
            return f"{host or '127.0.0.1'}:{port}"

        return self._read(name, about, default, convert, stand_in="")

    def secret(self, name: str, *, about: str, bytes_min: int = 1) -> bytes:
        """The content of the file that `name` (ending in _FILE) names, one final newline dropped.

        A secret is never a variable's value: the environment shows in process lists and dumps.
        """
        assert name.endswith("_FILE"), "a secret is given by its file's path"

        def convert(raw: str) -> bytes:
            content = Path(raw).read_bytes()
            content = content.removesuffix(b"\n").removesuffix(b"\r")
            if len(content) < bytes_min:
                raise ValueError(f"the file holds fewer than {bytes_min} bytes")
            return content

        return self._read(name, about, None, convert, stand_in=b"")

    def refuse(self, problem: Problem) -> None:
        """Note what is wrong with settings that were read, but do not go together."""
        self._problems.append(problem)

    def finish(self) -> None:
        """Raise ConfigError if any setting read so far cannot be used."""
        if self._problems:
            raise ConfigError(tuple(self._problems))

    def describe(self) -> str:
        """Every setting read so far, one a line: name, unit, default, meaning."""
        width = max((len(name) for name in self._settings), default=0)
        return "\n".join(
            f"{one.name:<{width}}  [{one.unit}] {one.about} ({_default_of(one)})"
            for one in self._settings.values()
        )

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Every setting read so far, in order."""
        return tuple(self._settings.values())

    def _read(
        self, name: str, about: str, default: T | None, convert: Callable[[str], T], *, stand_in: T
    ) -> T:
        assert name not in self._settings, f"{name} is read twice"
        shown = None if default is None else str(default)
        self._settings[name] = Setting(name, about, shown, _unit_of(name, stand_in))
        try:
            raw = self._value_of(name)
        except OSError as error:
            why = f"the file cannot be read ({error.strerror})"
            self._problems.append(Problem(f"{name}_FILE", why, "check path and rights"))
            return stand_in
        if not raw:
            if default is not None:
                return default
            self._problems.append(Problem(name, "is not set", f"set it: {about}"))
            return stand_in
        try:
            return convert(raw)
        except OSError as error:
            self._problems.append(
                Problem(
                    name, f"the file cannot be read ({error.strerror})", "check path and rights"
                )
            )
        except ValueError as error:
            self._problems.append(Problem(name, _said(error), f"mend it: {about}"))
        return stand_in

    def _value_of(self, name: str) -> str:
        """The variable's value, or what the file holds that the variable `name`_FILE names."""
        raw = self._values.get(name, "").strip()
        path = self._values.get(f"{name}_FILE", "").strip()
        if raw or not path:
            return raw
        return Path(path).read_text(encoding="utf-8").strip()


def _default_of(setting: Setting) -> str:
    if setting.default is None:
        return "required"
    return f"default {setting.default or 'empty'}"


def _split(raw: str) -> SplitResult:
    """The parts of a URL. What urlsplit says of one that is none may repeat its password."""
    try:
        parts = urlsplit(raw)
    except ValueError:
        raise ValueError("is no URL") from None
    for host in parts.netloc.rpartition("@")[2].split(","):
        port = host.rpartition("]")[2].partition(":")[2]
        if port and not (port.isascii() and port.isdigit()):
            raise ValueError(
                "has a port that is no number; in a password write / as %2F, @ as %40, # as %23"
            )
    return parts


def _said(error: ValueError) -> str:
    """Our own words; int() and float() would repeat the value."""
    text = str(error)
    return "is not a number" if "could not convert" in text or "invalid literal" in text else text


def _check_range(value: float, least: float | None, most: float | None) -> None:
    if least is not None and value < least:
        raise ValueError(f"is less than {least}")
    if most is not None and value > most:
        raise ValueError(f"is more than {most}")


def _unit_of(name: str, stand_in: object) -> str:
    for suffix, unit in _UNITS.items():
        if name.endswith(suffix):
            return unit
    return {bool: "flag", int: "number", float: "number", Path: "path"}.get(type(stand_in), "text")

"""Where results, notes, progress and errors go: one JSON object a result, or text for a person.

With --json only results are printed, and nothing else on stdout; without it, tables. Notes and
progress go to stderr, so that stdout can be piped on.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TextIO

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from cli.errors import CliError
from cli.plain import cell, harmless_json, plain

_WIDTH_MIN: Final = 160

Advance = Callable[[int], None]


class Output:
    """What one command says.

    Args:
        as_json: print JSON lines for programs instead of tables for people.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._out = _console(stderr=False)
        self._err = _console(stderr=True)

    @property
    def is_watched(self) -> bool:
        """Whether a person looks on: nothing may move on a screen that is none."""
        return self._err.is_terminal and not self.as_json

    def result(self, data: Mapping[str, Any], *view: RenderableType) -> None:
        """One result: a JSON object on one line, or `view`."""
        if self.as_json:
            line = json.dumps(data, ensure_ascii=not _takes_everything(sys.stdout))
            sys.stdout.write(harmless_json(line) + "\n")
            sys.stdout.flush()
        else:
            self.show(*view)

    def show(self, *view: RenderableType) -> None:
        """What only a person looks at."""
        for part in () if self.as_json else view:
            # A line is the terminal's to wrap: copied or piped on it stays one.
            self._out.print(part, soft_wrap=isinstance(part, Text))

    def note(self, text: str) -> None:
        """A remark for a person, on stderr."""
        if not self.as_json:
            self._say(text, "dim")

    def text(self, text: str) -> None:
        """A file's text as it is, for redirection."""
        if self.as_json:
            self.result({"text": text})
        else:
            sys.stdout.write(text)
            # A reader that has gone is noticed here, and not when the program ends.
            sys.stdout.flush()

    def fail(self, error: CliError) -> None:
        """Say what is wrong and what to do: text on stderr, or the JSON object of the command."""
        if self.as_json and self._is_told(error):
            return
        self._say(f"refused: {error.message}" if _wants_the_word(error) else error.message)
        if error.problems:
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
            for _ in range(4):
                table.add_column(overflow="fold")
            for one in error.problems:
                table.add_row(
                    "  -", cell(one.field, "bold"), cell(one.reason, "yellow"), cell(one.text)
                )
            self._err.print(table)
        for name, value in error.metadata.items():
            self._say(f"  {name}: {value}", "dim")
        if error.next_step:
            self._say(f"next: {error.next_step}", "green")

    def _is_told(self, error: CliError) -> bool:
        """Whether stdout took the object; a disk that is full has no room for the error either."""
        try:
            self.result(error.data())
        except BrokenPipeError:
            raise
        except OSError:
            return False
        return True

    def _say(self, text: str, style: str = "") -> None:
        self._err.print(cell(text, style), soft_wrap=True)

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Advance]:
        """Show on stderr how far `what` is; yields a function that is told the count so far."""
        columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False)]
        if total is None:
            columns += [TimeElapsedColumn()]
        else:
            columns += [
                BarColumn(),
                TaskProgressColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            ]
        with Progress(
            *columns, console=self._err, transient=True, disable=not self.is_watched
        ) as bar:
            task = bar.add_task(plain(what), total=total)
            yield lambda done: bar.update(task, completed=done)


def _wants_the_word(error: CliError) -> bool:
    """Whether it is a refusal that does not say so itself."""
    return error.exit_code == 1 and not error.message.startswith("refused")


def _takes_everything(stream: TextIO) -> bool:
    """Whether every character can be written as it is; JSON is UTF-8, whatever the terminal's encoding."""
    return (stream.encoding or "utf-8").lower().replace("-", "") == "utf8"


class _Console(Console):
    """One that leaves it to the command what to do where nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Do not end the program from here."""
        raise BrokenPipeError


def _console(*, stderr: bool) -> Console:
    console = _Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        # Piped to a file or a log: rows stay whole.
        console.width = max(console.width, _WIDTH_MIN)
    return console

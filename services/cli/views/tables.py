"""Tables, from text that may come from anywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.message import Message
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from cli.papers.writing import data_of, leaves
from cli.plain import cell, plain

_IDS: Final = frozenset(
    {
        *("listing", "order", "basis", "obligation", "task", "import"),
        *("process", "address", "version", "up", "position", "lag", "follower"),
    }
)
# A column of text narrower than this is no text any more.
_READABLE: Final = 12
# What the lines between two columns take.
_BESIDE: Final = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows under headings. Where the terminal is too narrow for the headings, each row stands by itself, a value a line.

    Attributes:
        title: above all of them.
        columns: the headings; one that is empty heads a remark.
        cells: the rows, each as long as `columns`.
    """

    title: str
    columns: Sequence[str]
    cells: Sequence[Sequence[Text]]

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """As a table, or row by row."""
        natural = [self._natural(at) for at in range(len(self.columns))]
        if sum(natural) + _BESIDE * len(natural) <= options.max_width:
            yield self._table(range(len(natural)), natural)
            return
        # What no row says needs no column.
        told = [at for at in range(len(natural)) if any(row[at].plain for row in self.cells)]
        least = [self._least(at, natural[at]) for at in told]
        spare = options.max_width - sum(least) - _BESIDE * len(told)
        if spare >= 0:
            yield self._table(told, _widened(least, [natural[at] for at in told], spare))
            return
        yield cell(self.title, "bold")
        for row in self.cells:
            yield pairs("", [(self.columns[at], row[at]) for at in told if row[at].plain])
            yield Text()

    def _table(self, shown: Sequence[int], widths: Sequence[int]) -> Table:
        made = Table(
            title=cell(self.title, "bold"),
            title_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            pad_edge=False,
        )
        for at, width in zip(shown, widths, strict=True):
            made.add_column(cell(self.columns[at]), overflow="fold", width=width)
        for row in self.cells:
            made.add_row(*(row[at] for at in shown))
        return made

    def _natural(self, at: int) -> int:
        """The width in which nothing of a column goes on on the next line."""
        said = (row[at].plain for row in self.cells)
        return max(_width(text) for text in (self.columns[at], *said))

    def _least(self, at: int, natural: int) -> int:
        """The width in which a column can still be read; what is copied into the next command stays in one piece."""
        if self.columns[at] in _IDS:
            return natural
        return min(natural, max(_width(self.columns[at]), _READABLE))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Rows:
    """A table; a cell is text or anything that `str` makes text of."""
    return Rows(title, columns, [[_folding(one) for one in row] for row in rows])


def _width(text: str) -> int:
    """Of the longest line of a text, in columns of the terminal."""
    return max(cell_len(line) for line in plain(text).split("\n"))


def _widened(least: Sequence[int], natural: Sequence[int], spare: int) -> list[int]:
    """The least widths, and what is spare shared among those that want more: who wants little first."""
    widths = list(least)
    by_want = sorted(range(len(widths)), key=lambda at: natural[at] - least[at])
    for done, at in enumerate(by_want):
        more = min(natural[at] - least[at], spare // (len(by_want) - done))
        widths[at] += more
        spare -= more
    return widths


def _folding(value: object) -> Text:
    """A cell that goes on on the next line where the terminal is too narrow, and loses nothing."""
    shown = value if isinstance(value, Text) else cell(value)
    shown.no_wrap, shown.overflow = False, "fold"
    return shown


def pairs(title: str, rows: Iterable[tuple[str, object]]) -> RenderableType:
    """Labels and values, one pair a line, below a title if there is one."""
    made = Table(show_header=False, box=None, pad_edge=False)
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for label, value in rows:
        made.add_row(cell(label), value if isinstance(value, Text) else cell(value))
    return Group(cell(title, "bold"), made) if title else made


def record(title: str, message: Message | dict[str, Any]) -> RenderableType:
    """Everything that a message says, by path."""
    data = data_of(message) if isinstance(message, Message) else message
    return pairs(title, leaves(data))

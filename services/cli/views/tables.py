"""Tables, from text that may come from anywhere."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from google.protobuf.message import Message
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.papers.writing import data_of, leaves
from cli.plain import cell

_IDS: Final = frozenset(
    {
        *("listing", "order", "basis", "obligation", "task", "import"),
        *("process", "address", "version", "up", "position", "lag", "follower"),
    }
)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; a cell is text or anything that `str` makes text of."""
    made = Table(
        title=cell(title, "bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for column in columns:
        # What is copied into the next command stays in one piece.
        made.add_column(cell(column), overflow="fold", no_wrap=column in _IDS)
    for row in rows:
        made.add_row(*(_folding(one) for one in row))
    return made


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

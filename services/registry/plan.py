"""What an act decides, before anything is written."""

import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from courtlist.ledger.v1 import change_pb2, position_pb2
from registry.desk import Desk
from registry.rows import Row

R = TypeVar("R", bound=Message)


class Step(enum.StrEnum):
    """The stations of an act, in order. A crash at any of them leaves it done whole or not at all."""

    STAGED = "staged"
    WRITTEN = "written"
    COMMITTED = "committed"
    CACHED = "cached"
    REPLIED = "replied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What an act changes, so that nothing is answered from before it."""

    listing_ids: frozenset[UUID] = frozenset()
    order_ids: frozenset[UUID] = frozenset()
    subject_ids: frozenset[UUID] = frozenset()
    # Who may act, in which role or with which key.
    people: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[R]):
    """One act: its effects for the ledger, its rows, and its answer.

    `answer` is called after the rows are written, in the same transaction, so that what is answered
    is what was stored.
    """

    effects: Sequence[change_pb2.Effect]
    rows: Sequence[Row]
    answer: Callable[[Desk, position_pb2.Position], Awaitable[R]]
    touched: Touched = field(default_factory=Touched)
    # A restore begins a new life of the ledger with this act.
    new_incarnation: UUID | None = None

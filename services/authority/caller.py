"""Who is behind the running call, once the doorkeeper has let it in."""

from contextvars import ContextVar
from dataclasses import dataclass

from authority.peer import Peer
from courtlist.ledger.v1 import change_pb2


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an enrolled person in a role at a court; an operator has no court."""

    person_id: str
    role: change_pb2.Role.ValueType
    court_code: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The peer of the connection, and the person who acts over it where one is needed."""

    peer: Peer
    actor: Actor | None = None


_RUNNING: ContextVar[Caller | None] = ContextVar("authority_caller", default=None)


def caller() -> Caller:
    """The running call's caller; a call that no doorkeeper has let in has none (AssertionError)."""
    running = _RUNNING.get()
    assert running is not None, "the doorkeeper lets every call in, or refuses it"
    return running


def actor() -> Actor:
    """The person behind the running call; only for RPCs whose row asks for one."""
    acting = caller().actor
    assert acting is not None, "the RPC's row asks for a person"
    return acting


def set_caller(who: Caller) -> None:
    """Note who is behind the call that this task serves."""
    _RUNNING.set(who)

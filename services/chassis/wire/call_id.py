"""The id of the running call, which goes along with every call that is made on its behalf."""

from contextvars import ContextVar
from typing import Final

CALL_ID_HEADER: Final = "x-request-id"

_RUNNING: ContextVar[str | None] = ContextVar("chassis_call_id", default=None)


def running_call_id() -> str | None:
    """The running call's; None outside a call."""
    return _RUNNING.get()


def set_running_call_id(call_id: str) -> None:
    """Begin a call: for this task and everything that it awaits."""
    _RUNNING.set(call_id)

"""What all acts have in common: their id, and how their outcome is shown."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from google.protobuf.message import Message

from cli.invocation import Invocation
from cli.papers.writing import data_of
from cli.views.tables import record

Reply = TypeVar("Reply", bound=Message)


def fresh_id() -> str:
    """An id for one act and its repetitions."""
    return str(uuid.uuid4())


def perform(
    invocation: Invocation, send: Callable[..., Awaitable[Reply]], request: Any, *, done: str
) -> Reply:
    """Send one act under its request_id (a fresh one where it has none) and show the outcome.

    With validate_only, where the act can be tried out, nothing is kept, and the title says so. Raises RemoteFailure.
    """
    if not request.request_id:
        request.request_id = fresh_id()
    reply = invocation.ask(send, request)
    is_tried = bool(getattr(request, "validate_only", False))
    title = "nothing kept: it would be done" if is_tried else done
    data = {**data_of(reply), "requestId": request.request_id, "validateOnly": is_tried}
    invocation.output.result(data, record(title, reply))
    return reply

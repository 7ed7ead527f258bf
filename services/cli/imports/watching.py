"""Watching an import until it waits for a person, or is over."""

import time
from collections.abc import Callable
from typing import Final

from cli.invocation import Invocation
from courtlist.registry.v1 import import_service_pb2 as rpc

WORKING: Final = frozenset(
    {rpc.IMPORT_STATE_CHECKING, rpc.IMPORT_STATE_ENTERING, rpc.IMPORT_STATE_UNDOING}
)
_LOOK_AGAIN_S: Final = 0.5


def get(invocation: Invocation, import_id: str) -> rpc.Import:
    """The import now. Raises RemoteFailure."""
    request = rpc.GetImportRequest(import_id=import_id)
    reply = invocation.ask(invocation.imports.GetImport, request)
    found: rpc.Import = getattr(reply, "import")
    return found


def watch(
    invocation: Invocation,
    import_id: str,
    progress: Callable[[rpc.Import], None],
    pause: Callable[[float], None] = time.sleep,
) -> rpc.Import:
    """Look until the registry has nothing more to do by itself. Raises RemoteFailure."""
    while True:
        found = get(invocation, import_id)
        progress(found)
        if found.state not in WORKING:
            return found
        pause(_LOOK_AGAIN_S)

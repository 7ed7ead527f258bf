"""What is seen of a process's transport: its certificate's end, its handshakes, and that it is plaintext."""

import asyncio
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from chassis.clock import Clock
from chassis.metrics import Reading, counter, gauge
from chassis.tls.transport import Transport

# Often enough to be read in whatever part of a log somebody looks at.
_COMPLAIN_EVERY_S: Final = 3_600.0


def certificate_reading(transport: Transport, clock: Clock) -> Reading:
    """How long the process's certificate is good for still; nothing in plaintext."""

    def left_s() -> float | None:
        if transport.files is None:
            return None
        return (transport.files.current().runs_out_at - clock.now()).total_seconds()

    return gauge("certificate_left_seconds", "Until this process's certificate runs out", left_s)


def handshake_reading(transport: Transport) -> Reading:
    """How many handshakes were begun on the port of the calls.

    gRPC tells nobody how one ended but by a line of its own on stderr. One that fails is no call: many of
    these beside few calls are somebody who is not believed.
    """

    def begun() -> float:
        return 0.0 if transport.files is None else float(transport.files.handshakes)

    return counter("tls_handshakes", "TLS handshakes begun; one that fails is no call", begun)


async def complain_of_plaintext(
    log: FilteringBoundLogger | None = None, *, every_s: float = _COMPLAIN_EVERY_S
) -> None:
    """Warn now and every hour, until cancelled."""
    chosen: FilteringBoundLogger = log or structlog.get_logger()
    while True:
        chosen.warning(
            "plaintext",
            risk="nothing is encrypted, and callers are taken at their word",
            next_step="set COURTLIST_TLS_CERTIFICATE, _KEY and _TRUST",
        )
        await asyncio.sleep(every_s)

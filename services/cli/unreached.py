"""Why a service was not reached: gRPC has one code for it, and only its words tell a wrong certificate from a
process that is down.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unreached:
    """One cause.

    Attributes:
        words: of gRPC's message, in lower case, that tell it; none is told by nothing else.
        short: for a table.
        message: with `{service}` and `{address}`.
        next_step: with `{service}`.
    """

    words: tuple[str, ...]
    short: str
    message: str
    next_step: str

    def message_of(self, service: str, address: str) -> str:
        """What is wrong."""
        return self.message.format(service=service, address=address)

    def next_step_of(self, service: str) -> str:
        """What to do about it."""
        return self.next_step.format(service=service)


SILENT: Final = Unreached(
    (),
    "does not answer",
    "{service} does not answer at {address}",
    "start {service} (`make run`, or as deploy/README.md says), or correct its address in the profile",
)
_CAUSES: Final = (
    # gRPC gives a handshake up that the other side, which took the connection, does not go on with.
    Unreached(
        ("endpoint closing",),
        "does not answer",
        "{service} takes the connection at {address} and says nothing: it hangs, or another program listens there",
        "look at {service}'s log, and start it anew; or correct its address in the profile",
    ),
    Unreached(
        ("verification check failed",),
        "is another process",
        "another process than {service} answers at {address}",
        "correct the address of {service}, or trust_domain, in the profile",
    ),
    Unreached(
        ("handshake", "certificate_verify", "ssl_error"),
        "is not believed",
        "{service} at {address} and this command do not believe each other's certificates",
        "compare trust, trust_domain and certificate in the profile with the service's: `courtlist "
        "certificates show FILE`; one may be of another CA or run out, or {service} speaks plaintext",
    ),
    # What a client of TLS 1.3 sees of a server that does not take its certificate.
    Unreached(
        ("socket closed", "connection reset"),
        "hangs up",
        "{service} at {address} hangs up before it answers: it does not believe the certificate shown, or starts or "
        "ends just now",
        "`courtlist certificates show FILE` tells whose the certificate in the profile is and until when, and whether "
        "its CA is the service's; if it is, try again",
    ),
)


def cause_of(message: str) -> Unreached:
    """Of a call that ended UNAVAILABLE without a reason of the service's own."""
    said = message.lower()
    for one in _CAUSES:
        if any(word in said for word in one.words):
            return one
    return SILENT

"""What passes between a courier and a partner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from restriction.facts.store import Delivery, DeliveryHead


class PartnerError(Exception):
    """A partner did not do its part; the text is a word of ours for logs, never the partner's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One call: the entries that follow `after` without a gap; none, to ask how far the partner is."""

    series: str
    after: int
    entries: Sequence[Delivery]
    head: DeliveryHead


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a partner says it has applied, and in which series that counts."""

    series: str
    applied: int


class PartnerClient(Protocol):
    """A partner on the wire."""

    async def receive(self, handover: Handover) -> Acknowledgement:
        """One call with a deadline; raises PartnerError when there is no answer."""

    async def close(self) -> None:
        """Hang up; a call under way is given up."""

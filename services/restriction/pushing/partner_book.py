"""Who is pushed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A partner of this field with an address.

    Attributes:
        partner_id: its stable name.
        push_address: `host:port` of its PartnerService.
    """

    partner_id: str
    push_address: str


class PartnerBook(Protocol):
    """The partners as the ledger tells them; a change of them wakes the progress as any other does."""

    async def read_push_targets(self) -> Sequence[PushTarget]:
        """Every enrolled partner that has this field and an address.

        Raises ServiceError STORE_UNAVAILABLE when the store does not answer.
        """

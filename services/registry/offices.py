"""Whether who acts still holds her office when what she does is written.

The door has asked, but before the call waited for its turn, for a lock or for the ledger's head: meanwhile she, or
her whole court, may have been retired. What is written after that would be done by nobody, and what then
waits for a second person would be met by those who come after her.
"""

from dataclasses import dataclass

from authority.caller import Actor
from authority.errors import actor_unknown
from chassis.stores.faults import Connection
from chassis.stores.queries import NamedQueries


@dataclass(frozen=True, slots=True)
class _OfficeQueries:
    keep_court: str
    holds_office: str


class Offices:
    """Asked inside the transaction that writes. An operator has no office, only a certificate."""

    def __init__(self) -> None:
        self._queries = NamedQueries.load("registry", "sql/offices.sql").into(_OfficeQueries)

    async def require(self, connection: Connection, actor: Actor) -> None:
        """Raise ServiceError ACTOR_UNKNOWN for who has left. The caller holds the ledger's head, so nobody
        leaves meanwhile.
        """
        if not actor.court_code:
            return
        office = (actor.person_id, actor.role, actor.court_code)
        if not await connection.fetchval(self._queries.holds_office, *office):
            raise actor_unknown()

    async def keep(self, connection: Connection, actor: Actor) -> None:
        """The same for what takes no position of the ledger: nobody leaves the court before commit.

        The court comes first of all that is held, as it does where it is retired.
        """
        await connection.fetchval(self._queries.keep_court, actor.court_code)
        await self.require(connection, actor)

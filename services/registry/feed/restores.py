"""Noticing that the database was restored from an older copy, and beginning a new incarnation.

A reader, or this process itself, knows a change that the ledger does not hold. If nobody has announced
the restore, it is announced here, once, however many notice it at the same moment.
"""

import structlog
from structlog.typing import FilteringBoundLogger

from authority.caller import Actor
from chassis.clock import Clock
from chassis.errors import ServiceError
from chassis.postgres import Postgres
from chassis.work.errands import Errands
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2, position_pb2
from courtlist.registry.v1 import admin_service_pb2
from registry.acts.restoring import AnnouncedError, Restoring
from registry.feed.feed_queries import FeedQueries
from registry.feed.feed_requests import Claim
from registry.feed.head_watch import HeadWatch, Mark
from registry.feed.ledger_rows import position_of
from registry.ledger import Head
from registry.registrar import Act, Registrar


class Restores:
    """Compares what readers and this process know with what the ledger holds."""

    def __init__(
        self,
        *,
        registrar: Registrar,
        restoring: Restoring,
        postgres: Postgres,
        queries: FeedQueries,
        watch: HeadWatch,
        errands: Errands,
        clock: Clock,
        log: FilteringBoundLogger | None = None,
    ) -> None:
        self._registrar = registrar
        self._restoring = restoring
        self._postgres = postgres
        self._queries = queries
        self._watch = watch
        self._clock = clock
        self._log: FilteringBoundLogger = log or structlog.get_logger()
        self._errands = errands

    @property
    def mark(self) -> Mark:
        """What this process knows now; to be taken before the statement that is judged by it."""
        return self._watch.mark

    async def notice(self, mark: Mark, head: Head, hash_there: bytes | None) -> bool:
        """Whether the ledger has lost `mark`; it is in a new incarnation then."""
        if not mark.is_lost(head, hash_there):
            self._watch.note_read(head)
            return False
        await self._begin_anew(head, by="registry")
        return True

    async def refuse(self, claim: Claim, head: Head, *, by: str, is_awaited: bool) -> ServiceError:
        """LEDGER_REWOUND for a reader whose claim the ledger does not hold.

        The restore is announced unless that has happened: the ledger is in a later incarnation than
        the reader's, or `is_awaited` says that it waits for reports already. An incarnation of which
        the ledger knows nothing was itself lost.
        """
        position = position_of(head)
        is_announced = claim.incarnation != head.incarnation and (
            is_awaited or await self._has_left(claim.incarnation)
        )
        if not is_announced:
            position = await self._begin_anew(head, by=by)
        return ServiceError(
            reasons.ERROR_REASON_LEDGER_REWOUND,
            "this ledger does not hold the change at the position given: it was restored from an older "
            "copy; report the endings you saw, then read again from position 0",
            metadata={"incarnation": position.incarnation, "head": str(position.position)},
        )

    async def _has_left(self, incarnation: str) -> bool:
        async with self._postgres.connection() as connection:
            found = await connection.fetch(self._queries.openings)
        return any(
            effect.incarnation_opened.previous_incarnation == incarnation
            for row in found
            for effect in change_pb2.ChangeBody.FromString(row["body"]).effects
        )

    async def _begin_anew(self, head: Head, *, by: str) -> position_pb2.Position:
        """Announce the restore and tell of it, to the end, even where the caller does not wait for it.

        A follower gives up its other calls as soon as one is answered, and a gate's time is short: the
        change would be committed then, and nobody would notice the restore again.
        """
        return await self._errands.run(self._announce(head, by=by))

    async def _announce(self, head: Head, *, by: str) -> position_pb2.Position:
        request_id = str(self._clock.uuid())
        act = Act(
            kind=change_pb2.ACT_OPEN_INCARNATION,
            actor=Actor(person_id=by, role=change_pb2.ROLE_OPERATOR, court_code=""),
            request=admin_service_pb2.OpenIncarnationRequest(
                request_id=request_id, expected_head=position_of(head)
            ),
            request_id=request_id,
            validate_only=False,
            plan=lambda desk: self._restoring.replace_incarnation(desk, head.incarnation),
            answer_type=admin_service_pb2.OpenIncarnationResponse,
        )
        try:
            position = (await self._registrar.perform(act)).position
        except AnnouncedError as announced:
            return announced.head
        except ServiceError as error:
            # It may be done, and then nobody notices it again; if not, the next who does tells of it, too.
            if error.reason == reasons.ERROR_REASON_OUTCOME_UNKNOWN:
                self._tell(head, by=by, incarnation="")
            raise
        self._tell(head, by=by, incarnation=position.incarnation)
        return position

    def _tell(self, head: Head, *, by: str, incarnation: str) -> None:
        """The line an operator looks for; without an incarnation, one that may have begun."""
        self._log.error(
            "restore_noticed",
            by=by,
            restored_head=head.position,
            previous_incarnation=head.incarnation,
            incarnation=incarnation,
        )

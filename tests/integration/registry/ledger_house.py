"""A registry's ledger service on a real database, whose acts are ad-hoc plans, and its backups."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import grpc
import pytest
import structlog

from authority.caller import Actor
from authority.identities import COURT_KEY, PERSON_KEY, ROLE_KEY
from authority.people import SpokenPeople
from chassis.client import open_channel
from chassis.clock import Clock, SystemClock
from chassis.errors import RemoteError
from chassis.health import Health
from chassis.interceptors import CallInterceptor
from chassis.postgres import Postgres, PostgresSettings
from chassis.server import Registration, ServerSettings, assemble
from chassis.stores.notifications import Notifications
from chassis.tls.transport import PLAINTEXT
from chassis.wire.pages import PageTokens
from chassis.wire.status import parse as parse_error
from chassis.work.errands import Errands
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.ledger.v1 import ledger_service_pb2_grpc, position_pb2
from courtlist.registry.v1 import admin_service_pb2, admin_service_pb2_grpc
from document import DigestKey
from registry.acts.misfits import NotingMisfits
from registry.acts.restoring import Restoring
from registry.admin_servicer import AdminServicer
from registry.enrolments import Enrolments
from registry.epochs.acts import EpochActs
from registry.epochs.reading import EpochReads
from registry.feed.change_wait import ChangeWait
from registry.feed.confirmation import Confirmation
from registry.feed.ending_seals import EndingSeals
from registry.feed.feed_queries import FeedQueries
from registry.feed.followers import Followers
from registry.feed.head_watch import HeadWatch
from registry.feed.ledger_reader import LedgerReader
from registry.feed.ledger_servicer import LedgerServicer
from registry.feed.ledger_tail import LedgerTail
from registry.feed.misfit_notes import MisfitNotes
from registry.feed.restores import Restores
from registry.feed.second_factor import SecondFactor
from registry.plan import Touched
from registry.queries import ActQueries
from registry.registrar import Registrar
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer
from tests.builders import registry_secret
from tests.fakes.doors import FeedForAll
from tests.integration.registry.ledger_people import (
    JUDGE,
    KEY,
    OPERATOR,
    SCHEMA,
    SEAL_KEY,
    Clerk,
    Debtor,
    Reader,
    sealer,
)


@dataclass
class House:
    """Everything at hand."""

    dsn: str
    clerk: Clerk
    stub: Any
    servicer: LedgerServicer
    admin: Any
    registrar: Registrar
    restoring: Restoring
    restores: Restores
    followers: Followers
    queries: FeedQueries
    postgres: Postgres
    watch: HeadWatch
    draining: asyncio.Event
    notifications: Notifications

    def reader(
        self, name: str = "travel", cursor: feed.Cursor.ValueType = feed.CURSOR_ALL
    ) -> Reader:
        return Reader(self.stub, name, cursor)

    async def confirm(
        self,
        *debtors: Debtor,
        measure: ledger.Measure.ValueType = ledger.MEASURE_ORDER,
        seen: Reader | None = None,
    ) -> feed.ConfirmStandingResponse:
        request = feed.ConfirmStandingRequest(
            measure=measure, inquiries=[debtor.inquiry for debtor in debtors]
        )
        if seen is not None:
            request.seen.incarnation, request.seen.position = seen.incarnation, seen.position
            request.seen_hash = seen.hash
        return await self.stub.ConfirmStanding(request)

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        async with self.postgres.connection() as connection:
            return await connection.fetch(query, *values)

    async def acts(self, kind: ledger.Act.ValueType) -> int:
        """How many acts of this kind the ledger holds."""
        found = await self.fetch("SELECT count(*) FROM change WHERE act = $1", kind)
        count: int = found[0]["count"]
        return count

    async def settle(
        self, basis_id: UUID, *, uphold: bool, actor: Actor = JUDGE, validate_only: bool = False
    ) -> admin_service_pb2.SettleEndingResponse:
        return await self.admin.SettleEnding(
            admin_service_pb2.SettleEndingRequest(
                request_id=str(uuid4()),
                validate_only=validate_only,
                basis_id=str(basis_id),
                uphold=uphold,
                reasons="付款凭证已核对",
            ),
            metadata=acting(actor),
        )

    async def ledger(self) -> admin_service_pb2.GetLedgerResponse:
        return await self.admin.GetLedger(
            admin_service_pb2.GetLedgerRequest(), metadata=acting(OPERATOR)
        )

    async def announce(
        self, head: position_pb2.Position
    ) -> admin_service_pb2.OpenIncarnationResponse:
        return await self.admin.OpenIncarnation(
            admin_service_pb2.OpenIncarnationRequest(request_id=str(uuid4()), expected_head=head),
            metadata=acting(OPERATOR),
        )

    async def unsettled(self) -> list[UUID]:
        """The bases whose endings wait for a judge."""
        found = await self.fetch(
            "SELECT basis_id FROM unsettled_ending WHERE settled_position IS NULL ORDER BY basis_id"
        )
        return [row["basis_id"] for row in found]


@asynccontextmanager
async def house(
    dsn: str,
    *,
    settle_s: float = 0.0,
    clock: Clock | None = None,
    log: Any = None,
    digest_keys: Sequence[DigestKey] = (KEY,),
    seals: Sealer | None = None,
    telling: Callable[[], Awaitable[None]] | None = None,
    secrets: Sequence[RegistrySecret] = (registry_secret(),),
) -> AsyncIterator[House]:
    """A registry process over the database at `dsn`, reached over gRPC.

    `telling` is awaited after each commit, where caches are told of it.
    """
    clock = clock or SystemClock()
    draining = asyncio.Event()
    settings = PostgresSettings(dsn=dsn, schema=SCHEMA, application_name="test", size_min=1)
    async with (
        Postgres.open(settings) as postgres,
        Notifications.open(dsn=dsn, channel="courtlist_change") as notifications,
    ):
        await notifications.until_listening()
        queries, watch = FeedQueries.load(), HeadWatch()
        changes = ChangeWait(notifications=notifications, draining=draining)
        followers = Followers(postgres=postgres, queries=queries, clock=clock, settle_s=settle_s)

        async def forget(_: Touched, position: position_pb2.Position) -> None:
            watch.note_written(position)
            if telling is not None:
                await telling()

        errands = Errands()
        registrar = Registrar(
            postgres=postgres,
            queries=ActQueries.load(),
            sealer=seals or sealer(),
            digest_keys=digest_keys,
            secrets=secrets,
            forget=forget,
            distrust=lambda _: None,
            errands=errands,
        )
        epochs = EpochReads(postgres=postgres, sealer=seals or sealer(), digest_keys=digest_keys)
        ending_seals = EndingSeals(keys=lambda: [SEAL_KEY])
        restoring = Restoring(queries=queries, followers=followers, seals=ending_seals, clock=clock)
        restores = Restores(
            registrar=registrar,
            restoring=restoring,
            postgres=postgres,
            queries=queries,
            watch=watch,
            errands=errands,
            clock=clock,
        )
        servicer = LedgerServicer(
            epochs=epochs,
            reader=LedgerReader(postgres=postgres, queries=queries),
            confirmation=Confirmation(
                postgres=postgres,
                queries=queries,
                second_factor=SecondFactor(sealer=seals or sealer(), secrets=secrets),
            ),
            followers=followers,
            restores=restores,
            restoring=restoring,
            registrar=registrar,
            misfits=MisfitNotes(
                registrar=registrar,
                noting=NotingMisfits(queries=queries, clock=clock),
                postgres=postgres,
            ),
            seals=ending_seals,
            changes=changes,
            errands=errands,
            clock=clock,
            log=log,
        )
        admin = AdminServicer(
            epochs=epochs,
            epoch_acts=EpochActs(digest_keys=digest_keys),
            registrar=registrar,
            restoring=restoring,
            followers=followers,
            postgres=postgres,
            queries=queries,
            page_tokens=PageTokens(keys=lambda: [b"page-token-key-of-tests"]),
            tail=LedgerTail(
                reader=LedgerReader(postgres=postgres, queries=queries),
                changes=changes,
                clock=clock,
            ),
            clock=clock,
        )
        people = SpokenPeople(enrolments=Enrolments(postgres=postgres, clock=clock))
        async with _served(servicer, admin, draining, people) as channel:
            yield House(
                dsn=dsn,
                clerk=Clerk(registrar),
                stub=ledger_service_pb2_grpc.LedgerServiceStub(channel),
                servicer=servicer,
                admin=admin_service_pb2_grpc.AdminServiceStub(channel),
                registrar=registrar,
                restoring=restoring,
                restores=restores,
                followers=followers,
                queries=queries,
                postgres=postgres,
                watch=watch,
                draining=draining,
                notifications=notifications,
            )


@asynccontextmanager
async def _served(
    servicer: LedgerServicer,
    admin: AdminServicer,
    draining: asyncio.Event,
    people: SpokenPeople,
) -> AsyncIterator[grpc.aio.Channel]:
    services = [
        Registration(
            "courtlist.ledger.v1.LedgerService",
            partial(ledger_service_pb2_grpc.add_LedgerServiceServicer_to_server, servicer),
        ),
        Registration(
            "courtlist.registry.v1.AdminService",
            partial(admin_service_pb2_grpc.add_AdminServiceServicer_to_server, admin),
        ),
    ]
    log = structlog.get_logger()
    bound = assemble(
        ServerSettings(address="127.0.0.1:0"),
        services=services,
        health=Health(ready={}, services=[one.full_name for one in services], log=log),
        interceptors=[
            CallInterceptor(
                clock=SystemClock(),
                draining=draining,
                doorkeeper=FeedForAll(people=people),
                log=log,
            )
        ],
    )
    await bound.server.start()
    channel = open_channel(f"127.0.0.1:{bound.port}", transport=PLAINTEXT)
    try:
        yield channel
    finally:
        await channel.close(None)
        await bound.server.stop(None)


def acting(actor: Actor) -> tuple[tuple[str, str | bytes], ...]:
    """The metadata of a call in which this person acts."""
    role = ledger.Role.Name(actor.role).removeprefix("ROLE_").lower()
    metadata: tuple[tuple[str, str | bytes], ...] = (
        (PERSON_KEY, actor.person_id),
        (ROLE_KEY, role),
    )
    return metadata if not actor.court_code else (*metadata, (COURT_KEY, actor.court_code.encode()))


async def refusal(call: Awaitable[Any]) -> RemoteError:
    """The error with which this call must be answered."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return parse_error(refused.value)


class Backup:
    """A copy of every table, taken and put back beneath a running registry."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._copies: dict[str, str] = {}

    async def take(self, name: str = "backup") -> None:
        """Copy every table as it is now."""
        connection = await asyncpg.connect(self._dsn)
        try:
            async with connection.transaction(isolation="repeatable_read"):
                await connection.execute(f"CREATE SCHEMA {name}")
                for table in await self._tables(connection):
                    await connection.execute(
                        f"CREATE TABLE {name}.{table} AS TABLE {SCHEMA}.{table}"
                    )
        finally:
            await connection.close()

    async def restore(self, name: str = "backup") -> None:
        """Put every table back to the copy, at one moment."""
        connection = await asyncpg.connect(self._dsn)
        try:
            async with connection.transaction():
                tables = await self._tables(connection)
                await connection.execute("SET LOCAL session_replication_role = replica")
                for table in tables:
                    await connection.execute(f"DELETE FROM {SCHEMA}.{table}")
                    await connection.execute(
                        f"INSERT INTO {SCHEMA}.{table} SELECT * FROM {name}.{table}"
                    )
        finally:
            await connection.close()

    async def _tables(self, connection: asyncpg.Connection) -> list[str]:
        found = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migration'",
            SCHEMA,
        )
        return [row["tablename"] for row in found]

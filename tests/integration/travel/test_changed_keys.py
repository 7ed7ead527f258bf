"""A digest key is changed under a running court: registry, importer's work and gate together."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import grpc

from chassis.postgres import Postgres, PostgresSettings
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry.epochs.filling import Filling
from registry.keyring import Keyring
from registry.law.days import legal_day
from registry.sealing import Sealer, SealKey
from restriction.keyring import GateKeys
from stack.office import OPERATOR, Registry, acting, request_id
from stack.papers import Court, Papers, Person
from tests.builders import digest_key
from tests.contract.registry.reading import migrate_registry
from tests.databases import Databases, Schema
from tests.eventually import eventually
from tests.fakes.field import settings
from tests.fakes.travel import CLEAR, RESTRICTED, running_travel, ticket
from tests.registry_server import registry_server

COURT = Court("京0199", "示例市第一人民法院", "010-0000 0001")
DEBTOR, FREE = Person(1), Person(2)
KEYS = (digest_key(1), digest_key(2))
SEALER = Sealer([SealKey("seal-test-1", bytes(range(32)))])


async def test_a_key_is_changed_while_people_are_checked(
    database: str, databases: Databases, valkey_server: str
) -> None:
    dsn = await databases.fresh(Schema("registry", migrate_registry))
    store = PostgresSettings(dsn=dsn, schema="registry", application_name="test", size_min=1)
    async with (
        Postgres.open(store) as postgres,
        registry_server(dsn=dsn, redis_url=valkey_server, keyring=Keyring(SEALER, KEYS)) as server,
    ):
        registry = Registry.over(server.channel)
        await registry.enrol(COURT)
        await registry.courts.EnterListing(
            Papers.of(COURT, today=legal_day(datetime.now(UTC))).entry(
                request_id=request_id(), subject=DEBTOR.subject, case_number="（2025）京0199执1号"
            ),
            metadata=acting(COURT.clerk, "clerk", COURT),
        )
        config = replace(settings(database, server.address), keys=GateKeys(KEYS[::-1]))
        wrong: list[int] = []
        checks = 0
        async with running_travel(config) as travel:
            await travel.answers(RESTRICTED, ticket(document=DEBTOR.resident_id))

            async def ask() -> None:
                nonlocal checks
                while True:
                    for person, never in ((DEBTOR, CLEAR), (FREE, RESTRICTED)):
                        answer = (await travel.check(ticket(document=person.resident_id))).answer
                        checks += 1
                        if answer == never:
                            wrong.append(answer)

            async def is_done(call: str, epoch: int) -> bool:
                request = getattr(admin, f"{call}Request")(request_id=request_id(), epoch=epoch)
                try:
                    await getattr(registry.operators, call)(request, metadata=OPERATOR)
                except grpc.aio.AioRpcError:
                    return False
                return True

            asking = asyncio.create_task(ask())
            try:
                assert await is_done("OpenEpoch", 2)
                assert not await is_done("SwitchEpoch", 2)
                filling = Filling(postgres=postgres, sealer=SEALER, digest_keys=KEYS)
                while await filling.work():
                    pass
                await eventually(lambda: is_done("SwitchEpoch", 2))
                await eventually(lambda: is_done("CloseEpoch", 1))
                while await filling.work():
                    pass
                before = checks
                await eventually(lambda: checks > before + 20)
            finally:
                asking.cancel()
                await asyncio.wait((asking,))
            assert not wrong
            await travel.answers(RESTRICTED, ticket(document=DEBTOR.resident_id))
            await travel.answers(CLEAR, ticket(document=FREE.resident_id))
    await databases.drop(dsn)

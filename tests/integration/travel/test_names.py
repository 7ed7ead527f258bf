"""A name beside a number, from the ticket office to the court's record: gate and registry together."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from registry.law.days import legal_day
from restriction.keyring import GateKeys
from stack.office import Registry, acting, request_id
from stack.papers import Court, Papers, Person
from tests.contract.registry.reading import migrate_registry
from tests.databases import Databases, Schema
from tests.eventually import LIMIT_S, eventually
from tests.fakes.field import settings
from tests.fakes.travel import (
    CLEAR,
    RESTRICTED,
    UNDETERMINED,
    RunningTravel,
    running_travel,
    ticket,
)
from tests.registry_server import RegistryServer, registry_server
from tests.stored import cache_text, database_text, found_in

COURT = Court("京0199", "示例市第一人民法院", "010-0000 0001")
DEBTOR, FREE = Person(1), Person(2)
RECORDED = "阿里测试·买买提"


@dataclass
class World:
    """A court with one debtor under an order, and the gate that has read it."""

    server: RegistryServer
    travel: RunningTravel
    dsns: tuple[str, str]
    document_id: str

    async def ask(self, name: str, person: Person = DEBTOR) -> restriction.Decision:
        request = ticket(document=person.resident_id)
        request.name = name
        return await self.travel.check(request)

    async def send(self, method: str, request: object, role: str = "judge") -> object:
        stub = getattr(Registry.over(self.server.channel).courts, method)
        return await stub(
            request, metadata=acting(getattr(COURT, role), role, COURT), timeout=LIMIT_S
        )

    async def looks_owed(self) -> list[str]:
        """The tasks about a name that the court has open."""
        reply = await self.send("ListTasks", rpc.ListTasksRequest())
        assert isinstance(reply, rpc.ListTasksResponse)
        return [one.task_id for one in reply.tasks if one.kind == ledger.TASK_KIND_NAME_MISFIT]


@pytest.fixture
async def world(database: str, databases: Databases, valkey_server: str) -> AsyncIterator[World]:
    dsn = await databases.fresh(Schema("registry", migrate_registry))
    async with registry_server(dsn=dsn, redis_url=valkey_server) as server:
        registry = Registry.over(server.channel)
        await registry.enrol(COURT)
        subject = DEBTOR.subject
        subject.name = RECORDED
        config = replace(
            settings(database, server.address), keys=GateKeys(server.keyring.digest_keys)
        )
        async with running_travel(config) as travel:
            entered = await registry.courts.EnterListing(
                Papers.of(COURT, today=legal_day(datetime.now(UTC))).entry(
                    request_id=request_id(), subject=subject, case_number="（2025）京0199执1号"
                ),
                metadata=acting(COURT.clerk, "clerk", COURT),
            )
            await travel.answers(RESTRICTED, ticket(document=DEBTOR.resident_id))
            [document] = entered.listing.documents
            yield World(server, travel, (dsn, database), document.document_id)
    await databases.drop(dsn)


@pytest.mark.parametrize(
    "given",
    [
        RECORDED,
        "阿里测试 买买提",
        "阿里测试・买买提",
        "买买提‧阿里测试",
        "阿里测试·买",
        "ALICESHI MAIMAITI",
        "",
    ],
    ids=["same", "spacing", "another dot", "order", "cut", "another script", "none"],
)
async def test_a_name_that_may_be_the_same_is_refused_as_ever(world: World, given: str) -> None:
    decision = await world.ask(given)
    assert (decision.answer, decision.reason) == (RESTRICTED, restriction.REASON_BARRED)
    assert decision.decided_by == restriction.DECIDED_BY_REGISTRY


async def test_a_name_that_does_not_fit_is_sold_to_and_looked_into(world: World) -> None:
    for _ in range(20):
        decision = await world.ask("测试路人")
        assert (decision.answer, decision.reason) == (
            UNDETERMINED,
            restriction.REASON_NAME_MISFIT,
        )
        assert not decision.bars, "nothing of whoever it may not be is told"
        assert not decision.decision_id

    async def is_owed() -> bool:
        return len(await world.looks_owed()) == 1

    await eventually(is_owed)
    # A stranger's name clears nobody, and nobody else is asked about.
    assert (await world.ask("测试路人", FREE)).answer == CLEAR
    assert (await world.ask(RECORDED)).answer == RESTRICTED
    await world.send(
        "UnbindDocument",
        rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=world.document_id, reasons="证件系他人所有"
        ),
    )
    assert (await world.ask("测试路人")).answer == CLEAR
    assert await world.looks_owed() == []


async def test_no_name_that_was_given_is_kept_told_or_logged(
    world: World, valkey_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    given = ["绝密路人甲乙", "绝密路人丙丁", RECORDED]
    with capture_logs() as lines:
        told = [str(await world.ask(name, person)) for name in given for person in (DEBTOR, FREE)]

        async def is_owed() -> bool:
            return bool(await world.looks_owed())

        await eventually(is_owed)
    kept = [await database_text(dsn) for dsn in world.dsns]
    everything = "\n".join([*told, *kept, await cache_text(valkey_server), *map(repr, lines)])
    assert found_in(everything + caplog.text, given) == []
    assert found_in(f"name={given[0]}", given) == [given[0]], "the search would find one"

"""The field's own database goes away, or a courier breaks: pushing resumes by itself."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from restriction.pushing.grpc_partner import GrpcPartner, PartnerLine
from restriction.pushing.outbox import Outbox
from restriction.pushing.partner_book import PushTarget
from tests.backends import embedded_postgres
from tests.eventually import eventually
from tests.fakes.ledger import FakeLedger
from tests.fakes.travel import migrate_travel
from tests.integration.restriction.push.conftest import House, MakePartner, leading, open_house


@pytest.fixture
async def own_server() -> AsyncIterator[Any]:
    async with embedded_postgres() as server:
        yield server


async def test_pushing_resumes_when_the_database_is_back(
    own_server: Any, make_partner: MakePartner
) -> None:
    await migrate_travel(own_server.dsn)
    rail = await make_partner("rail")
    with capture_logs() as lines:
        async with open_house(own_server.dsn, FakeLedger()) as house, leading(house):
            await house.enrol("rail", rail.address)
            orders = await house.enter(2)
            await rail.reaches(2)
            await own_server.kill()
            house.progress.wake()
            await eventually(lambda: _said(lines, "pushes_interrupted") == 1)
            # It answers: that our own database does not is no fault of its.
            assert not house.view("rail")[2]
            await own_server.start()
            await house.lift(orders[0])
            await rail.reaches(3)
    assert rail.restrictions() == {orders[1]}
    assert _said(lines, "pushes_interrupted") == _said(lines, "pushes_interrupted_over") == 1


def _said(lines: list[Any], event: str) -> int:
    return sum(line["event"] == event for line in lines)


async def test_a_courier_that_breaks_is_replaced_and_the_others_go_on(
    house: House, make_partner: MakePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail, air = await make_partner("rail"), await make_partner("air")
    await house.enrol("rail", rail.address)
    await rail.reaches(0)
    whole, broken = Outbox.page, 0

    async def breaks_once(outbox: Outbox, after: int) -> Any:
        nonlocal broken
        broken += 1
        if broken == 1:
            raise RuntimeError("a fault of ours")
        return await whole(outbox, after)

    monkeypatch.setattr(Outbox, "page", breaks_once)
    with capture_logs() as lines:
        await house.enter(1)
        await house.enrol("air", air.address)
        await rail.reaches(1)
        await air.reaches(1)
    assert _said(lines, "push_broken") == 1


async def test_a_partner_that_cannot_be_connected_to_keeps_nobody_from_being_pushed_to(
    idle_house: House, make_partner: MakePartner, monkeypatch: pytest.MonkeyPatch
) -> None:
    rail, air = await make_partner("rail"), await make_partner("air")
    connect = PartnerLine.connect

    def fails_for_air(line: PartnerLine, target: PushTarget) -> GrpcPartner:
        if target.partner_id == "air":
            raise RuntimeError("a fault of ours")
        return connect(line, target)

    monkeypatch.setattr(PartnerLine, "connect", fails_for_air)
    await idle_house.enrol("air", air.address)
    await idle_house.enrol("rail", rail.address)
    with capture_logs() as lines:
        async with leading(idle_house):
            await idle_house.enter(1)
            await rail.reaches(1)
            monkeypatch.setattr(PartnerLine, "connect", connect)
            idle_house.progress.wake()
            await air.reaches(1)
    assert _said(lines, "push_broken") >= 1


async def test_the_engine_ends_promptly_though_a_partner_hangs(
    idle_house: House, make_partner: MakePartner
) -> None:
    rail = await make_partner("rail")
    rail.hangs = True
    await idle_house.enrol("rail", rail.address)
    async with leading(idle_house):
        await eventually(lambda: len(rail.calls) > 0)
    assert not idle_house.pushes.view()

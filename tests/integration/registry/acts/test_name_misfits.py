"""A name that does not fit: the gate is told, and each court concerned owes one look."""

import asyncio
from datetime import timedelta

import grpc
import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import subject_pb2
from stack.office import request_id
from stack.papers import Person, day
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse
from tests.integration.registry.acts.naming import (
    ANOTHER_STRANGER,
    STRANGER,
    ask,
    looks_owed,
    owed_look,
    until_owed,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


def called(person: Person, name: str) -> subject_pb2.Subject:
    """The person under another name."""
    subject = person.subject
    subject.name = name
    return subject


def look(task_id: str) -> rpc.CloseTaskRequest:
    return rpc.CloseTaskRequest(
        request_id=request_id(), task_id=task_id, reasons="证件照片与本人一致，绑定无误"
    )


@pytest.mark.parametrize(
    ("recorded", "given"),
    [
        ("测试某人", "测试某人"),
        ("测试某人", "测 试　某人"),
        ("阿里测试·买买提", "阿里测试・买买提"),
        ("阿里测试·买买提", "买买提‧阿里测试"),
        ("阿里测试·买买提", "阿里测试·买买"),
        ("测试某人", "CESHI MOUREN"),
        ("Test Mary Person", "PERSON/TEST MARY"),
        ("Test Mary Person", "PERSON TEST"),
        ("測試某人", "测试某人"),
        ("测试某人", ""),
    ],
    ids=[
        "the same",
        "spacing",
        "another middle dot",
        "order",
        "cut short",
        "another script",
        "order and case",
        "a name left out",
        "traditional",
        "no name",
    ],
)
async def test_what_may_be_the_same_name_raises_no_doubt(
    house: CourtHouse, recorded: str, given: str
) -> None:
    debtor = house.person()
    order = (await house.do(house.restriction(subject=called(debtor, recorded)))).order
    standing = await ask(house, debtor.resident_id, given)
    assert [one.basis_id for one in standing.bases] == [order.order_id]
    assert not standing.name_misfit
    # One after the other: had this name been noted, it would have been before the next person's.
    await owed_look(house)
    assert await looks_owed(house, [order.order_id]) == []


async def test_a_name_that_does_not_fit_is_told_with_the_bases_and_opens_one_task(
    house: CourtHouse,
) -> None:
    debtor = house.person()
    order = (await house.do(house.restriction(subject=debtor.subject))).order
    standing = await ask(house, debtor.resident_id, STRANGER)
    assert standing.name_misfit
    assert [one.basis_id for one in standing.bases] == [order.order_id]
    [task] = await until_owed(house, [order.order_id])
    assert (task.court_code, task.obligation_id) == (FIRST.code, "")
    await asyncio.gather(*(ask(house, debtor.resident_id, STRANGER) for _ in range(40)))
    await owed_look(house)
    assert await looks_owed(house, [order.order_id]) == [task], "a burst opens one"
    [noted] = await house.connection.fetch(
        "SELECT body FROM change WHERE act = $1 AND position = (SELECT opened_position FROM task"
        " WHERE task_id = $2::uuid)",
        ledger.ACT_NOTE_MISFIT,
        task.task_id,
    )
    body = ledger.ChangeBody.FromString(noted["body"])
    assert (body.actor.person_id, body.actor.court_code) == ("registry", "")
    assert [one.WhichOneof("effect") for one in body.effects] == ["task_opened"]


async def test_only_the_inquiry_whose_name_does_not_fit_is_told_so(house: CourtHouse) -> None:
    one, other = house.person(), house.person()
    for person in (one, other):
        await house.do(house.restriction(subject=person.subject))
    answers = await asyncio.gather(
        ask(house, one.resident_id, STRANGER), ask(house, other.resident_id, other.name)
    )
    assert [answer.name_misfit for answer in answers] == [True, False]


async def test_a_listing_is_asked_about_like_an_order(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    standing = await ask(house, debtor.resident_id, STRANGER, ledger.MEASURE_LISTING)
    assert standing.name_misfit
    [task] = await until_owed(house, [entered.listing.listing_id])
    shown = await house.listing(entered.listing.listing_id)
    assert list(shown.open_tasks) == [task]


async def test_each_court_whose_basis_would_refuse_owes_one_look(house: CourtHouse) -> None:
    debtor = house.person()
    mine = [
        (await house.do(house.restriction(court, subject=debtor.subject), court=court)).order
        for court in (FIRST, FIRST, SECOND)
    ]
    await ask(house, debtor.resident_id, STRANGER)
    basis_ids = [one.order_id for one in mine]
    assert [one.basis_id for one in await until_owed(house, basis_ids)] == [mine[0].order_id]
    [other] = await until_owed(house, basis_ids, SECOND)
    assert (other.basis_id, other.court_code) == (mine[2].order_id, SECOND.code)


async def test_nobody_is_asked_to_look_at_what_refuses_nobody(house: CourtHouse) -> None:
    debtor = house.person()
    request = house.entry(subject=debtor.subject)
    request.grace_until.CopyFrom(day(house.today + timedelta(days=40)))
    entered = await house.do(request)
    assert (await ask(house, debtor.resident_id, STRANGER)).name_misfit
    await owed_look(house)
    bases = [entered.order.order_id, entered.listing.listing_id]
    assert await looks_owed(house, bases) == []


async def test_a_judge_who_finds_the_document_rightly_bound_closes_the_task(
    house: CourtHouse,
) -> None:
    debtor = house.person()
    order = (await house.do(house.restriction(subject=debtor.subject))).order
    await ask(house, debtor.resident_id, STRANGER)
    [task] = await until_owed(house, [order.order_id])
    reply = await house.do(look(task.task_id))
    [effect] = await house.effects(reply.position.position)
    assert effect.task_closed.task_id == task.task_id
    assert await looks_owed(house, [order.order_id]) == []
    assert (await house.order(order.order_id)).etag == order.etag, "nothing else has changed"
    error = await house.refused(look(task.task_id))
    assert error.reason_name == "ALREADY_ENDED"
    # The same name is judged, however it is typed; the next that does not fit is another matter.
    for name in (STRANGER, f" {STRANGER[:2]}  {STRANGER[2:]}"):
        assert (await ask(house, debtor.resident_id, name)).name_misfit
    await owed_look(house)
    assert await looks_owed(house, [order.order_id]) == []
    assert (await ask(house, debtor.resident_id, ANOTHER_STRANGER)).name_misfit
    [again] = await until_owed(house, [order.order_id])
    assert again.task_id != task.task_id


async def test_what_one_court_has_judged_another_has_not(house: CourtHouse) -> None:
    debtor = house.person()
    mine = (await house.do(house.restriction(subject=debtor.subject))).order
    await ask(house, debtor.resident_id, STRANGER)
    [task] = await until_owed(house, [mine.order_id])
    await house.do(look(task.task_id))
    request = house.restriction(SECOND, subject=debtor.subject)
    other = (await house.do(request, court=SECOND)).order
    await ask(house, debtor.resident_id, STRANGER)
    await until_owed(house, [other.order_id], SECOND)
    assert await looks_owed(house, [mine.order_id]) == []


async def test_a_task_that_nobody_has_looked_into_judges_no_name(house: CourtHouse) -> None:
    debtor = house.person()
    first = (await house.do(house.restriction(subject=debtor.subject))).order
    await ask(house, debtor.resident_id, STRANGER)
    await until_owed(house, [first.order_id])
    await house.do(
        rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=first.order_id,
            cause=ledger.ENDING_CAUSE_REVIEW,
            reasons="依据本院裁定书第 6 号",
        )
    )
    second = (await house.do(house.restriction(subject=debtor.subject))).order
    await ask(house, debtor.resident_id, STRANGER)
    await until_owed(house, [second.order_id])


async def test_a_kept_spelling_is_no_name_and_goes_with_the_binding(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    await ask(house, debtor.resident_id, STRANGER)
    await until_owed(house, [entered.order.order_id])
    [document] = entered.listing.documents
    kept = "SELECT spelling FROM misfit_name WHERE document_id = $1::uuid"

    async def is_kept() -> bool:
        return bool(await house.connection.fetch(kept, document.document_id))

    await eventually(is_kept)
    await house.do(
        rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=document.document_id, reasons="证件系他人所有"
        )
    )
    assert not await is_kept()


async def test_a_task_is_closed_by_a_judge_of_the_court_that_owes_it(house: CourtHouse) -> None:
    task = await owed_look(house)
    error = await house.refused(look(task.task_id), role="clerk")
    assert error.reason_name == "ROLE_REFUSED"
    error = await house.refused(look(task.task_id), court=SECOND)
    assert error.reason_name == "COURT_REFUSED"
    nobody = "00000000-0000-7000-8000-000000000000"
    assert (await house.refused(look(nobody))).reason_name == "NOT_FOUND"
    silent = look(task.task_id)
    silent.reasons = " "
    assert (await house.refused(silent)).reason_name == "INVALID_REQUEST"


async def test_what_another_act_answers_is_not_closed_by_a_look(house: CourtHouse) -> None:
    entered = await house.enter(ground=ledger.GROUND_EVADES)
    await house.do(house.statement(entered.listing.obligation_id, 1))
    reply = await house.do(house.payment(entered.listing.obligation_id, 1))
    [task] = reply.opened_tasks
    error = await house.refused(look(task.task_id))
    assert (error.reason_name, error.metadata["kind"]) == ("TASK_NEEDS_ACT", "EARLY_DELETION")


async def test_unbinding_the_document_answers_the_task(house: CourtHouse) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    [document] = entered.listing.documents
    await ask(house, debtor.resident_id, STRANGER)
    bases = [entered.order.order_id]
    await until_owed(house, bases)
    await house.do(
        rpc.UnbindDocumentRequest(
            request_id=request_id(),
            document_id=document.document_id,
            reasons="证件系他人所有",
        )
    )
    assert await looks_owed(house, bases) == []


@pytest.mark.parametrize("way", ["lifted", "paid", "revoked"])
async def test_the_task_goes_with_the_basis_that_it_is_on(house: CourtHouse, way: str) -> None:
    debtor = house.person()
    entered = await house.enter(subject=debtor.subject)
    await ask(house, debtor.resident_id, STRANGER)
    await until_owed(house, [entered.order.order_id])
    if way == "lifted":
        await house.do(
            rpc.LiftOrderRequest(
                request_id=request_id(),
                order_id=entered.order.order_id,
                cause=ledger.ENDING_CAUSE_REVIEW,
                reasons="依据本院裁定书第 6 号",
            )
        )
    elif way == "paid":
        await house.do(house.statement(entered.listing.obligation_id, 1))
        await house.do(house.payment(entered.listing.obligation_id, 1))
    else:
        await house.do(
            rpc.RevokeListingRequest(
                request_id=request_id(),
                listing_id=entered.listing.listing_id,
                cause=ledger.ENDING_CAUSE_WRONG_PERSON,
                reasons="经核实不应纳入名单",
            )
        )
    assert await looks_owed(house, [entered.order.order_id]) == []


async def test_a_name_longer_than_any_is_refused_and_not_repeated(house: CourtHouse) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(house, house.person().resident_id, "很长的名字" * 41)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "很长" not in (refused.value.details() or "")

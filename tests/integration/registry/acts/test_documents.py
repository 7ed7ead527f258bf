"""Binding and unbinding documents of a subject that is on record."""

from datetime import date

import pytest

from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.registry.v1 import subject_pb2
from stack.office import request_id
from tests.builders import resident_id, uscc
from tests.eventually import eventually
from tests.integration.registry.acts.courthouse import SECOND, CourtHouse, next_serial

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "00000000-0000-7000-8000-000000000000"


def unbinding(document_id: str) -> rpc.UnbindDocumentRequest:
    return rpc.UnbindDocumentRequest(
        request_id=request_id(), document_id=document_id, reasons="证件系他人所有"
    )


async def test_a_bound_document_is_answered_like_the_others(house: CourtHouse) -> None:
    debtor = house.person()
    subject_id = (await house.enter(subject=debtor.subject)).listing.subject_id
    bound = await house.bind(subject_id, debtor.passport)
    number = debtor.passport.number
    assert bound.document.masked == f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
    standing = await house.standing(debtor.passport)
    assert (standing.subject_id, len(standing.orders)) == (subject_id, 1)


async def test_a_document_of_another_subject_is_not_taken_over(house: CourtHouse) -> None:
    one, other = house.person(), house.person()
    first = await house.enter(subject=one.subject)
    second = await house.enter(subject=other.subject)
    error = await house.refused(await house.prepared(first.listing.subject_id, other.resident_id))
    assert error.reason_name == "DOCUMENT_TAKEN"
    assert error.metadata["subject_id"] == second.listing.subject_id


async def test_a_document_is_bound_once(house: CourtHouse) -> None:
    debtor = house.person()
    subject_id = (await house.enter(subject=debtor.subject)).listing.subject_id
    error = await house.refused(await house.prepared(subject_id, debtor.resident_id))
    assert error.reason_name == "DOCUMENT_TAKEN"


async def test_a_number_with_another_birth_date_is_another_person_s(house: CourtHouse) -> None:
    subject_id = (await house.enter()).listing.subject_id
    other = document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID,
        number=resident_id(date(1949, 12, 31), serial=next_serial() % 1000),
    )
    error = await house.refused(await house.prepared(subject_id, other))
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("AGE_UNKNOWN", "document"),
        ("IDENTITY_REFUSED", "document"),
    ]


async def test_an_organisation_s_code_is_not_bound_to_a_person(house: CourtHouse) -> None:
    subject_id = (await house.enter()).listing.subject_id
    code = document_pb2.Document(
        kind=document_pb2.DOCUMENT_KIND_USCC, number=uscc(next_serial(), region="100000")
    )
    error = await house.refused(await house.prepared(subject_id, code))
    assert [(one.reason_name, one.field) for one in error.violations] == [
        ("IDENTITY_REFUSED", "document.kind")
    ]


async def test_an_unbound_document_identifies_nobody_and_is_free(house: CourtHouse) -> None:
    debtor = house.person()
    subject_id = (await house.enter(subject=debtor.subject)).listing.subject_id
    bound = await house.bind(subject_id, debtor.passport)
    await house.do(unbinding(bound.document.document_id))
    assert (await house.standing(debtor.passport)).subject_id == ""
    assert (await house.standing(debtor.resident_id)).subject_id == subject_id
    other = (await house.enter()).listing.subject_id
    await house.bind(other, debtor.passport)
    assert (await house.standing(debtor.passport)).subject_id == other


async def test_a_document_is_unbound_once(house: CourtHouse) -> None:
    [document] = (await house.enter()).listing.documents
    await house.do(unbinding(document.document_id))
    error = await house.refused(unbinding(document.document_id))
    assert error.reason_name == "ALREADY_ENDED"


async def test_a_binding_that_is_not_recorded_is_not_found(house: CourtHouse) -> None:
    error = await house.refused(unbinding(NOBODY))
    assert (error.reason_name, error.metadata["kind"]) == ("NOT_FOUND", "document")


async def test_an_entry_that_waited_for_an_unbinding_does_not_meet_the_wrong_person(
    house: CourtHouse,
) -> None:
    debtor = house.person()
    first = await house.enter(subject=debtor.subject)
    [document] = first.listing.documents
    subject = subject_pb2.Subject()
    subject.CopyFrom(debtor.subject)
    async with house.held("subject", first.listing.subject_id) as hold:
        entry = hold.start(house.enter(SECOND, subject=subject))
        await eventually(hold.is_awaited)
        await hold.connection.execute(
            "DELETE FROM document_digest WHERE document_id = $1::uuid", document.document_id
        )
        await hold.connection.execute(
            "UPDATE document SET unbound_position = 1 WHERE document_id = $1::uuid",
            document.document_id,
        )
    second = await entry
    assert second.listing.subject_id != first.listing.subject_id


async def test_an_order_that_was_lifted_while_an_entry_waited_is_not_lifted_again(
    house: CourtHouse,
) -> None:
    debtor, case = house.person(), house.case()
    alone = (await house.do(house.restriction(subject=debtor.subject, case_number=case))).order
    async with house.held("obligation", alone.obligation_id) as hold:
        entry = hold.start(
            house.enter(subject=debtor.subject, case_number=case, obligation_id=alone.obligation_id)
        )
        await eventually(hold.is_awaited)
        await hold.connection.execute(
            "UPDATE consumption_order SET ended_kind = 3, ended_cause = 15"
            ", order_number = 'of another paper', ended_at = now() - interval '11 days'"
            " WHERE order_id = $1::uuid",
            alone.order_id,
        )
    entered = await entry
    effects = await house.effects(entered.position.position)
    assert [one for one in effects if one.HasField("order_lifted")] == []

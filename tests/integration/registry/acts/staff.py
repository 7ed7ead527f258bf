"""Courts of their own, and requests about who acts there."""

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from stack.office import OPERATOR, Metadata, acting, request_id
from stack.papers import Court
from tests.integration.registry.acts.courthouse import (
    FIRST,
    CourtHouse,
    next_serial,
)


async def young_court(house: CourtHouse) -> tuple[Court, str, Metadata]:
    """A court that has a president without a key: (the court, her id, her word)."""
    request = house.court()
    court = Court(request.court_code, request.name, request.contact)
    president = house.officer(
        person_id=f"president-{next_serial()}",
        role=ledger.ROLE_PRESIDENT,
        court_code=court.code,
    )
    await house.do(request)
    await house.do(president, who=OPERATOR)
    return court, president.person_id, acting(president.person_id, "president", court)


async def own_court(house: CourtHouse) -> tuple[Court, str, Metadata]:
    """A court whose president has a key to act with."""
    court, president, word = await young_court(house)
    await house.do(house.key(president, court_code=court.code), who=OPERATOR)
    return court, president, word


def retiring(person_id: str, role: int, court_code: str = FIRST.code) -> admin.RetireOfficerRequest:
    return admin.RetireOfficerRequest(
        request_id=request_id(),
        person_id=person_id,
        role=ledger.Role.ValueType(role),
        court_code=court_code,
    )


def retiring_key(key_id: str) -> admin.RetireKeyRequest:
    return admin.RetireKeyRequest(request_id=request_id(), key_id=key_id)


async def shown(
    house: CourtHouse, court_code: str = FIRST.code, who: Metadata = OPERATOR
) -> admin.ListOfficersResponse:
    reply: admin.ListOfficersResponse = await house.do(
        admin.ListOfficersRequest(court_code=court_code), who=who
    )
    return reply


async def keys_of(house: CourtHouse, person_id: str, court_code: str = FIRST.code) -> set[str]:
    """The person's keys that count."""
    listed = await shown(house, court_code)
    return {
        key.key_id for key in listed.keys if key.person_id == person_id and not key.end_position
    }

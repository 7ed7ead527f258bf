"""A president signs with a key of her own what is then done, and nothing else is done in her name."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from authority.signature import CONTENT_BYTES_MAX, sign
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import decision_pb2, listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.keys import assert_key, assert_key_id, sign_key, sign_key_id
from stack.office import request_id
from stack.papers import Court, day, yuan
from stack.signing import signature
from tests.integration.registry.acts.courthouse import FIRST, SECOND, CourtHouse, next_serial
from tests.integration.registry.acts.signatures import signed, unsigned_for
from tests.integration.registry.acts.writes import journey_pass

pytestmark = pytest.mark.asyncio(loop_scope="session")

_NOTHING: Final = decision_pb2.Signature()


async def another_president(house: CourtHouse, court: Court = FIRST) -> str:
    """A second president of a court with a signing key of her own."""
    person_id = f"president-{next_serial()}"
    await house.do(
        admin.EnrolOfficerRequest(
            request_id=request_id(),
            person_id=person_id,
            name="测试院长",
            role=ledger.ROLE_PRESIDENT,
            court_code=court.code,
        ),
        role="president",
        court=court,
    )
    await enrol_key(house, person_id, court)
    return person_id


async def enrol_key(house: CourtHouse, person_id: str, court: Court = FIRST) -> None:
    await house.do(
        admin.EnrolKeyRequest(
            request_id=request_id(),
            person_id=person_id,
            court_code=court.code,
            key_id=sign_key_id(person_id),
            purpose=ledger.KEY_PURPOSE_SIGN,
            algorithm="ed25519",
            public_key=sign_key(person_id).public_key().public_bytes_raw(),
        ),
        role="president",
        court=court,
    )


# ----------------------------------------------------------------------------- what is signed

SWAPS: dict[str, tuple[str, Callable[[Any, CourtHouse], Any]]] = {
    "the debtor": (
        "subject",
        lambda request, house: request.subject.CopyFrom(house.person().subject),
    ),
    "the sum": (
        "obligation_terms",
        lambda request, _: request.obligation_terms.principal.CopyFrom(yuan(99_999)),
    ),
    "an item": ("order", lambda request, _: request.order.items.pop()),
    "the decision's reasons": (
        "decision",
        lambda request, _: setattr(request.decision, "reasons", "其他理由另行说明"),
    ),
    "the ground": (
        "listing",
        lambda request, _: setattr(request.listing, "ground", ledger.GROUND_EVADES),
    ),
    "the case": ("case", lambda request, house: setattr(request.case, "number", house.case())),
    "the decision's number": (
        "decision",
        lambda request, _: setattr(request.decision, "number", "另一决定"),
    ),
}


@pytest.mark.parametrize("swap", SWAPS)
async def test_what_a_clerk_changes_after_it_was_signed_is_not_signed(
    house: CourtHouse, swap: str
) -> None:
    field, change = SWAPS[swap]
    request = signed(house.entry())
    change(request, house)
    assert f"differs from what is asked, in: {field}." in unsigned_for(await house.refused(request))


async def test_how_it_was_served_may_be_added_after_it_was_signed(house: CourtHouse) -> None:
    served = house.entry()
    paper = rpc.EnterListingRequest()
    paper.CopyFrom(served)
    paper.request_id = ""
    paper.ClearField("service")
    paper.order.ClearField("service")
    served.signature.CopyFrom(signature(paper, FIRST.president))
    listing = (await house.do(served)).listing
    assert listing.state == listing_pb2.BASIS_STATE_IN_FORCE


async def test_an_order_and_a_pass_are_signed_as_they_are(house: CourtHouse) -> None:
    request = signed(house.restriction())
    request.order.items.pop()
    assert "in: order." in unsigned_for(await house.refused(request))
    order = (await house.do(signed(house.restriction()))).order
    free = signed(journey_pass(house, order.order_id))
    free.last_day.CopyFrom(day(house.today))
    assert "in: last_day." in unsigned_for(await house.refused(free))
    assert (await house.do(signed(journey_pass(house, order.order_id)))).position.position


async def test_a_signature_on_one_act_is_none_on_another(house: CourtHouse) -> None:
    first, second = signed(house.entry()), house.entry()
    second.signature.CopyFrom(first.signature)
    said = unsigned_for(await house.refused(second))
    assert "in: case, subject, decision, warning, order." in said
    alone = house.restriction()
    alone.signature.CopyFrom(first.signature)
    error = await house.refused(alone)
    assert {(one.reason_name, one.field) for one in error.violations} == {
        ("NOT_SIGNED", "signature")
    }
    assert "not this key's" in error.violations[-1].description


async def test_the_same_signed_request_is_done_once(house: CourtHouse) -> None:
    request = signed(house.entry())
    assert await house.do(request) == await house.do(request)


async def test_a_signature_is_among_the_facts_and_in_no_effect(house: CourtHouse) -> None:
    request = signed(house.entry())
    position = (await house.do(request)).position.position
    told = b"".join(one.SerializeToString() for one in await house.effects(position))
    for part in (request.signature.signature, request.signature.key_id.encode()):
        assert part not in told


# ------------------------------------------------------------------------------ who signs

KINDS: dict[str, Callable[[CourtHouse], Any]] = {
    "a listing": lambda house: house.entry(),
    "an order": lambda house: house.restriction(),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_nobody_has_signed_is_not_done(house: CourtHouse, kind: str) -> None:
    request = KINDS[kind](house)
    # Given and empty: with none at all the courts' own channel would sign it here.
    request.signature.CopyFrom(_NOTHING)
    error = await house.refused(request)
    assert {(one.reason_name, one.field) for one in error.violations} == {
        ("NOT_SIGNED", "signature")
    }


@pytest.mark.parametrize("validate_only", [False, True])
async def test_a_request_without_a_signature_is_told_how_to_get_one(
    house: CourtHouse, *, validate_only: bool
) -> None:
    """Tried out before it is signed, it is told everything, and that it is not signed."""
    request = house.entry()
    request.validate_only = validate_only
    request.ClearField("warning")
    error = await house.refused_as_it_is(request)
    assert {(one.reason_name, one.field) for one in error.violations} == {
        ("NOT_WARNED", "warning"),
        ("NOT_SIGNED", "signature"),
    }
    assert "courtlist sign" in error.violations[-1].description


async def test_a_pass_without_a_signature_is_not_granted(house: CourtHouse) -> None:
    order = (await house.do(house.restriction())).order
    error = await house.refused_as_it_is(journey_pass(house, order.order_id))
    assert "is missing" in unsigned_for(error)


async def test_only_a_key_of_the_signer_s_own_signs(house: CourtHouse) -> None:
    other = await another_president(house)
    keys = {
        "another president's": (sign_key_id(other), sign_key(other)),
        "another court's president's": (sign_key_id(SECOND.president), sign_key(SECOND.president)),
        "her key for assertions": (
            assert_key_id(FIRST.president),
            assert_key(FIRST.president),
        ),
        "one that was never enrolled": ("sign.nobody", sign_key("nobody")),
        "a clerk's": (assert_key_id(FIRST.clerk), assert_key(FIRST.clerk)),
    }
    for whose, (key_id, private_key) in keys.items():
        request = house.entry()
        request.signature.CopyFrom(sign(request, key_id=key_id, private_key=private_key))
        said = unsigned_for(await house.refused(request))
        assert "not enrolled for the signer, at this court, for signing" in said, whose


async def test_another_s_signature_under_her_key_s_name_is_none(house: CourtHouse) -> None:
    request = house.entry()
    stolen = sign(
        request, key_id=sign_key_id(FIRST.president), private_key=Ed25519PrivateKey.generate()
    )
    request.signature.CopyFrom(stolen)
    assert "not this key's" in unsigned_for(await house.refused(request))


async def test_another_court_s_president_signs_nothing_here(house: CourtHouse) -> None:
    """Named as the signer and with her own key: she is president elsewhere."""
    request = house.entry()
    request.decision.signed_by = request.order.decision.signed_by = SECOND.president
    error = await house.refused(signed(request, SECOND))
    assert {one.field for one in error.violations} == {
        "decision.signed_by",
        "order.decision.signed_by",
        "signature",
    }


async def test_one_signature_does_not_sign_for_two_presidents(house: CourtHouse) -> None:
    request = house.entry()
    request.order.decision.signed_by = await another_president(house)
    assert "different signers" in unsigned_for(await house.refused(signed(request)))


async def test_either_of_two_presidents_signs_with_her_own_key(house: CourtHouse) -> None:
    other, request = await another_president(house), house.entry()
    request.decision.signed_by = request.order.decision.signed_by = other
    request.signature.CopyFrom(signature(request, other))
    assert (await house.do(request)).position.position


async def test_what_was_signed_before_a_key_was_retired_stays_signed(house: CourtHouse) -> None:
    other = await another_president(house)
    before, after = house.entry(), house.entry()
    for request in (before, after):
        request.decision.signed_by = request.order.decision.signed_by = other
    after.decision.signed_on.CopyFrom(day(house.today))
    for one in (after.service, after.order.service):
        one.served_on.CopyFrom(day(house.today))
    for request in (before, after):
        request.signature.CopyFrom(signature(request, other))
    retired = await house.do(
        admin.RetireKeyRequest(request_id=request_id(), key_id=sign_key_id(other)),
        role="president",
    )
    async with house.recorded_a_day_earlier(retired.position.position):
        assert "retired before the day" in unsigned_for(await house.refused(after))
        assert (await house.do(before)).position.position


# ---------------------------------------------------------------------------- what is sent


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    content=some.one_of(some.none(), some.binary(max_size=200)),
    raw=some.one_of(some.none(), some.binary(max_size=80)),
    cut=some.integers(0, 63),
)
async def test_a_garbled_signature_signs_nothing(
    house: CourtHouse, content: bytes | None, raw: bytes | None, cut: int
) -> None:
    request = signed(house.entry())
    if content is not None:
        request.signature.content = content
    request.signature.signature = request.signature.signature[:cut] if raw is None else raw
    error = await house.refused(request)
    assert error.reason_name == "NOT_SIGNED"
    assert {one.field for one in error.violations} == {"signature"}


async def test_fields_that_this_release_does_not_know_were_signed_by_nobody(
    house: CourtHouse,
) -> None:
    """A later release's client signs more than this one would do."""
    request = signed(house.entry())
    newer = rpc.EnterListingRequest.FromString(request.signature.content)
    newer.subject.MergeFromString(b"\xfa\x3f\x01A")
    request.signature.CopyFrom(signature(newer, FIRST.president))
    assert "unknown to this release" in unsigned_for(await house.refused(request))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("content", bytes(CONTENT_BYTES_MAX + 1), "FIELD_TOO_LONG"),
        ("key_id", "k" * 64, "FIELD_TOO_LONG"),
        ("key_id", "sign.\0", "FIELD_INVALID"),
    ],
    ids=["content too long", "key id too long", "key id with a control character"],
)
async def test_a_signature_that_cannot_be_read_is_told_at_its_field(
    house: CourtHouse, field: str, value: Any, reason: str
) -> None:
    request = signed(house.entry())
    setattr(request.signature, field, value)
    error = await house.refused(request)
    assert error.reason_name == "INVALID_REQUEST"
    assert [(one.reason_name, one.field) for one in error.violations] == [
        (reason, f"signature.{field}")
    ]


async def test_the_longest_lawful_paper_can_be_signed(house: CourtHouse) -> None:
    """Every text at its longest, in characters that take four bytes."""
    request, wide = house.entry(), "\U00020000"
    request.decision.reasons = request.order.decision.reasons = wide * 8_000
    request.listing.conduct, request.listing.performed_part = wide * 4_000, wide * 1_000
    request.order.conduct_finding = request.order.ability_finding = wide * 2_000
    request.obligation_terms.duty = wide * 4_000
    assert (await house.do(signed(request))).position.position

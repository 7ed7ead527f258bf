"""A president signs one decision, whole, and nothing that comes after it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as some

from authority.signature import Checked, check, cleared, digest, sign, signed_content
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import decision_pb2, listing_pb2
from courtlist.registry.v1 import import_service_pb2 as imports
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.papers import Court, Papers, Person, day, yuan

_COURT = Court("京0199", "示例市第一人民法院", "010-0000 0001")
_TODAY = date(2026, 11, 22)
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
_GOOD = Checked(is_read=True, differing=(), is_genuine=True)
# A field of number 1023 that holds a text: no message here has it.
_UNKNOWN = b"\xfa\x3f\x01A"


def entry() -> rpc.EnterListingRequest:
    request = Papers.of(_COURT, today=_TODAY).entry(
        request_id="r-1", subject=Person(1).subject, case_number=_COURT.case(1)
    )
    request.grace_until.CopyFrom(day(_TODAY + timedelta(days=40)))
    return request


def order() -> rpc.IssueOrderRequest:
    return Papers.of(_COURT, today=_TODAY).restriction(
        request_id="r-2", subject=Person(1).subject, case_number=_COURT.case(1)
    )


def journey() -> rpc.GrantPassRequest:
    return Papers.of(_COURT, today=_TODAY).journey_pass(
        request_id="r-3", order_id="o-1", first_day=_TODAY, last_day=_TODAY
    )


def manifest() -> imports.SignImportRequest:
    return imports.SignImportRequest(
        request_id="r-4", import_id="i-1", manifest_hash=bytes(range(32))
    )


REQUESTS: tuple[Callable[[], Any], ...] = (entry, order, journey, manifest)


def signature(request: Message) -> decision_pb2.Signature:
    return sign(request, key_id="k-1", private_key=_KEY)


def checked(request: Message, signed: decision_pb2.Signature) -> Checked:
    return check(request, signed, _KEY.public_key())


def resigned(request: Message, content: bytes) -> decision_pb2.Signature:
    """Any content, rightly signed for a request of this kind."""
    return decision_pb2.Signature(
        key_id="k-1", content=content, signature=_KEY.sign(digest(name_of(request), content))
    )


def name_of(request: Message) -> str:
    return str(request.DESCRIPTOR.full_name)


@pytest.mark.parametrize("make", REQUESTS)
def test_what_was_signed_is_known_again(make: Callable[[], Any]) -> None:
    request = make()
    request.signature.CopyFrom(signature(request))
    assert checked(request, request.signature) == _GOOD


@pytest.mark.parametrize("make", REQUESTS)
def test_the_same_request_and_key_give_the_same_signature(make: Callable[[], Any]) -> None:
    first, again = make(), make()
    again.request_id = "another"
    again.signature.CopyFrom(signature(first))
    assert signature(again) == signature(first)


def test_how_it_is_served_may_be_said_after_it_was_signed() -> None:
    request = entry()
    request.ClearField("service")
    request.order.ClearField("service")
    signed = signature(request)
    served = entry()
    served.validate_only = True
    assert checked(served, signed) == _GOOD
    served.service.proof_reference = "another"
    assert checked(served, signed) == _GOOD


def test_the_service_of_a_warning_and_of_no_other_paper_is_signed() -> None:
    """A warning's day of service is a condition of the decision, not something after it."""
    request, signed = entry(), signature(entry())
    request.warning.served_on.day += 1
    assert checked(request, signed).differing == ("warning",)


CHANGES: dict[str, Callable[[Any], Any]] = {
    "case": lambda request: setattr(request.case, "number", "（2025）京0199执2号"),
    "subject": lambda request: request.subject.CopyFrom(Person(2).subject),
    "obligation_terms": lambda request: request.obligation_terms.principal.CopyFrom(yuan(10_001)),
    "decision": lambda request: setattr(request.decision, "reasons", "其他"),
    "warning": lambda request: setattr(request.warning, "notice_number", "another"),
    "listing": lambda request: setattr(request.listing, "ground", ledger.GROUND_EVADES),
    "order": lambda request: request.order.items.append(ledger.ITEM_TRANSPORT),
    "grace_until": lambda request: request.ClearField("grace_until"),
}


@pytest.mark.parametrize("field", CHANGES)
def test_whatever_else_is_changed_is_named_by_its_field(field: str) -> None:
    request, signed = entry(), signature(entry())
    CHANGES[field](request)
    assert checked(request, signed) == Checked(is_read=True, differing=(field,), is_genuine=True)


def test_every_field_of_an_entry_is_signed_or_comes_after() -> None:
    fields = {field.name for field in rpc.EnterListingRequest.DESCRIPTOR.fields}
    after = {"request_id", "validate_only", "service", "signature"}
    assert fields - after == {*CHANGES, "obligation_id"}


def test_a_debt_on_record_in_place_of_new_terms_is_a_difference_in_both() -> None:
    request, signed = entry(), signature(entry())
    request.obligation_id = "o-1"
    assert checked(request, signed).differing == ("obligation_id", "obligation_terms")


def test_an_empty_part_is_not_an_absent_one() -> None:
    request = entry()
    request.ClearField("warning")
    signed = signature(request)
    request.warning.SetInParent()
    assert checked(request, signed).differing == ("warning",)


@pytest.mark.parametrize("field", ["request_id", "validate_only", "service", "signature"])
def test_nothing_of_what_comes_after_is_smuggled_in_by_the_content(field: str) -> None:
    request = entry()
    request.validate_only = True
    request.signature.key_id = "k-2"
    content = rpc.EnterListingRequest.FromString(signed_content(request))
    value = getattr(request, field)
    if isinstance(value, Message):
        getattr(content, field).CopyFrom(value)
    else:
        setattr(content, field, value)
    found = checked(request, resigned(request, content.SerializeToString()))
    assert found.differing == (field,)


def test_a_signature_on_one_kind_of_act_is_none_on_another() -> None:
    """The names of fields that both have are the same; the name of the message is not."""
    content = signed_content(order())
    alone = decision_pb2.Signature(content=content, signature=signature(order()).signature)
    assert not check(entry(), alone, _KEY.public_key()).is_genuine
    assert digest("a", b"b") != digest("a\0b", b"")


def test_the_bytes_that_were_signed_count_not_how_they_are_written_here() -> None:
    """Fields in another order are the same message (protobuf's encoding is not canonical)."""
    request = manifest()
    later, first = (
        imports.SignImportRequest(manifest_hash=request.manifest_hash).SerializeToString(),
        imports.SignImportRequest(import_id=request.import_id).SerializeToString(),
    )
    assert later + first != signed_content(request)
    assert checked(request, resigned(request, later + first)) == _GOOD


def test_content_that_this_release_cannot_read_whole_was_signed_by_nobody() -> None:
    request = entry()
    found = checked(request, resigned(request, signed_content(request) + _UNKNOWN))
    assert found == Checked(is_read=False, differing=(), is_genuine=True)
    deep = rpc.EnterListingRequest.FromString(signed_content(request))
    deep.subject.documents[0].MergeFromString(_UNKNOWN)
    assert not checked(request, resigned(request, deep.SerializeToString())).is_read
    assert not checked(deep, signature(request)).is_read


@pytest.mark.parametrize("content", [b"\xff", b"\x0a\xff", bytes(70), _UNKNOWN * 10_000])
def test_content_that_is_no_request_was_signed_by_nobody(content: bytes) -> None:
    assert not checked(entry(), resigned(entry(), content)).is_read


def test_no_content_differs_in_all_that_the_request_says() -> None:
    found = checked(entry(), resigned(entry(), b""))
    assert found.differing == tuple(CHANGES)
    assert checked(entry(), decision_pb2.Signature()).is_genuine is False


def test_without_a_key_or_with_another_nothing_is_genuine() -> None:
    signed = signature(entry())
    assert not check(entry(), signed, None).is_genuine
    other = Ed25519PrivateKey.generate().public_key()
    assert check(entry(), signed, other) == Checked(is_read=True, differing=(), is_genuine=False)


@given(data=some.data())
def test_an_altered_byte_is_never_believed(data: some.DataObject) -> None:
    request, signed = order(), signature(order())
    part = data.draw(some.sampled_from(("content", "signature")))
    altered = bytearray(getattr(signed, part))
    index = data.draw(some.integers(0, len(altered) - 1))
    altered[index] ^= data.draw(some.integers(1, 255))
    setattr(signed, part, bytes(altered))
    assert not checked(request, signed).is_genuine


@given(content=some.binary(max_size=300), raw=some.binary(max_size=100))
def test_garbage_is_weighed_and_never_believed(content: bytes, raw: bytes) -> None:
    found = checked(order(), decision_pb2.Signature(content=content, signature=raw))
    assert not found.is_genuine
    assert found.differing or not found.is_read


@given(length=some.integers(0, 63))
def test_a_truncated_signature_is_not_believed(length: int) -> None:
    signed = signature(order())
    signed.signature = signed.signature[:length]
    assert not checked(order(), signed).is_genuine


def test_what_is_cleared_is_found_in_any_message() -> None:
    """A message within a list or a map, too; what has no such field stays as it is."""
    terms = listing_pb2.TermExtension(years=1)
    assert cleared(terms) == terms
    row = imports.CompleteRowRequest(import_id="i-1", fields={"a": "b"})
    assert cleared(row) == row

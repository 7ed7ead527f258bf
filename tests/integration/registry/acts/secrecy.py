"""What is about a person in a request, and that nothing of it is ever told."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from chassis.errors import RemoteError
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import ledger_service_pb2
from courtlist.registry.v1 import (
    admin_service_pb2,
    decision_pb2,
    listing_pb2,
    obligation_pb2,
    order_pb2,
    subject_pb2,
)
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import DigestKey, InvalidDocument, digest, parse

# What nobody may find in a log line or in an error: fields by message.
_PERSONAL: Final[Mapping[Any, tuple[str, ...]]] = {
    document_pb2.Document.DESCRIPTOR: ("number",),
    subject_pb2.Subject.DESCRIPTOR: ("name", "legal_representative"),
    subject_pb2.BirthDate.DESCRIPTOR: ("proof_reference",),
    decision_pb2.Decision.DESCRIPTOR: ("reasons",),
    decision_pb2.Service.DESCRIPTOR: ("proof_reference",),
    listing_pb2.ListingTerms.DESCRIPTOR: ("evidence_reference", "conduct", "performed_part"),
    order_pb2.OrderTerms.DESCRIPTOR: ("conduct_finding", "ability_finding"),
    obligation_pb2.ObligationTerms.DESCRIPTOR: ("duty",),
    rpc.PrepareBindingRequest.DESCRIPTOR: ("evidence_reference",),
    rpc.BindDocumentRequest.DESCRIPTOR: ("evidence_reference",),
    rpc.UnbindDocumentRequest.DESCRIPTOR: ("reasons",),
    rpc.CloseTaskRequest.DESCRIPTOR: ("reasons",),
    rpc.IssuePayoffStatementRequest.DESCRIPTOR: ("payee",),
    rpc.ReverseRepaymentRequest.DESCRIPTOR: ("reasons",),
    rpc.RecordActPerformedRequest.DESCRIPTOR: ("evidence_reference",),
    rpc.EndListingRequest.DESCRIPTOR: ("reasons",),
    rpc.RevokeListingRequest.DESCRIPTOR: ("reasons",),
    rpc.CorrectListingRequest.DESCRIPTOR: ("conduct", "performed_part", "reasons"),
    rpc.LiftOrderRequest.DESCRIPTOR: ("reasons",),
    rpc.WithdrawPassRequest.DESCRIPTOR: ("reasons",),
    admin_service_pb2.EnrolOfficerRequest.DESCRIPTOR: ("name",),
    ledger_service_pb2.Inquiry.DESCRIPTOR: ("name",),
}
_SECRET_CHARACTERS_MIN: Final = 4


def check_nothing_personal(error: RemoteError, secrets: set[str]) -> None:
    """No name, number or text of a request comes back in an error."""
    said = "\n".join(
        [
            error.message,
            *(f"{key}={value}" for key, value in error.metadata.items()),
            *(f"{one.field}: {one.description}" for one in error.violations),
        ]
    )
    for secret in secrets:
        assert secret not in said


def personal_texts(message: Message) -> Iterator[str]:
    """Every text in a request that is about a person."""
    for name in _PERSONAL.get(message.DESCRIPTOR, ()):
        value: str = getattr(message, name)
        if len(value.strip()) >= _SECRET_CHARACTERS_MIN:
            yield value
    for inner in _parts(message):
        yield from personal_texts(inner)


def digests_of(message: Message, key: DigestKey, today: date) -> Iterator[str]:
    """The digest, in hexadecimal, of every valid document in a request."""
    for inner in _parts(message):
        if isinstance(inner, document_pb2.Document):
            yield from _digest(inner, key, today)
        else:
            yield from digests_of(inner, key, today)


def _digest(value: document_pb2.Document, key: DigestKey, today: date) -> Iterator[str]:
    known = document_pb2.DocumentKind.DESCRIPTOR.values_by_number.get(value.kind)
    if known is None:
        return
    kind = known.name.removeprefix("DOCUMENT_KIND_")
    try:
        document = parse(kind, value.issuing_state, value.number, today)
    except InvalidDocument:
        return
    yield document.number
    yield digest(document, key).hex()


def _parts(message: Message) -> Iterator[Message]:
    for found, value in message.ListFields():
        if found.type == FieldDescriptor.TYPE_MESSAGE:
            yield from value if found.is_repeated else (value,)

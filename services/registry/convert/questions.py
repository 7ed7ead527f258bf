"""What reads ask for. Each raises ServiceError INVALID_REQUEST with every problem."""

from datetime import date
from typing import Final
from uuid import UUID

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import Document
from registry.convert.fields import Fields
from registry.reading.search import Conditions, Page

_PAGE_TOKEN_MAX: Final = 500


def read_id(value: str, field: str, today: date) -> UUID:
    """The id of one record."""
    fields = Fields(today)
    found = fields.id(value, field)
    fields.finish()
    assert found is not None, "refused above"
    return found


def read_document(request: rpc.GetStandingRequest, today: date) -> Document:
    """A whole, valid document."""
    fields = Fields(today)
    fields.message("document", given=request.HasField("document"), what="the document")
    document = fields.document(request.document, "document")
    fields.finish()
    assert document is not None, "refused above"
    return document


def read_search(
    request: rpc.SearchListingsRequest, court_code: str, today: date
) -> tuple[Conditions, Page]:
    """Conditions within the acting court; there is none on names."""
    fields = Fields(today)
    case_number = None
    if request.case_number:
        parsed = fields.case_number(request.case_number, "case_number")
        case_number = None if parsed is None else parsed.canonical
    document = None
    if request.HasField("document"):
        document = fields.document(request.document, "document")
    for field, proto, number in (
        ("ground", change_pb2.Ground.DESCRIPTOR, request.ground),
        ("state", listing_pb2.BasisState.DESCRIPTOR, request.state),
    ):
        if number not in proto.values_by_number:
            fields.note(
                field,
                reasons.ERROR_REASON_ENUM_UNKNOWN,
                f"{number} is no value of {proto.name}; use one that this release defines",
            )
    fields.text(request.page_token, "page_token", _PAGE_TOKEN_MAX)
    fields.finish()
    return (
        Conditions(
            court_code=court_code,
            case_number=case_number,
            document=document,
            ground=request.ground or None,
            state=request.state or None,
        ),
        Page(size=request.page_size, token=request.page_token),
    )


def read_page(request: rpc.ListTasksRequest, today: date) -> Page:
    """Which page of a list that has no conditions."""
    fields = Fields(today)
    fields.text(request.page_token, "page_token", _PAGE_TOKEN_MAX)
    fields.finish()
    return Page(size=request.page_size, token=request.page_token)

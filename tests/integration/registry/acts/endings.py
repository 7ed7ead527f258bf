"""Requests that end a basis and lack nothing whatever the cause."""

from typing import TypeAlias

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from tests.integration.registry.acts.courthouse import CourtHouse

Cause: TypeAlias = "ledger.EndingCause.ValueType"


def deletion(listing_id: str, cause: Cause, etag: str = "") -> rpc.EndListingRequest:
    """A deletion that lacks nothing whatever the cause."""
    return rpc.EndListingRequest(
        request_id=request_id(),
        listing_id=listing_id,
        cause=cause,
        reasons="依据本院裁定书第 5 号",
        etag=etag,
        empty_queries=2,
        creditor_request_reference="申请书第 1 页",
    )


def revocation(listing_id: str, cause: Cause, etag: str = "") -> rpc.RevokeListingRequest:
    return rpc.RevokeListingRequest(
        request_id=request_id(),
        listing_id=listing_id,
        cause=cause,
        reasons="经核实不应纳入名单",
        etag=etag,
    )


def lift(order_id: str, cause: Cause, etag: str = "") -> rpc.LiftOrderRequest:
    return rpc.LiftOrderRequest(
        request_id=request_id(),
        order_id=order_id,
        cause=cause,
        reasons="依据本院裁定书第 6 号",
        etag=etag,
    )


async def lapse(house: CourtHouse, listing_id: str) -> None:
    """Let a listing's term have ended twenty days ago, as it does after two years."""
    await house.connection.execute(
        "UPDATE listing SET term_end_at = now() - interval '20 days' WHERE listing_id = $1::uuid",
        listing_id,
    )


async def remedy(house: CourtHouse, entered: rpc.EnterListingResponse) -> None:
    """A judge finds that the number is a stranger's: the entry is void and the number nobody's."""
    await house.do(revocation(entered.listing.listing_id, ledger.ENDING_CAUSE_WRONGLY_LISTED))
    for document in entered.listing.documents:
        unbinding = rpc.UnbindDocumentRequest(
            request_id=request_id(), document_id=document.document_id, reasons="录入错误"
        )
        await house.do(unbinding)

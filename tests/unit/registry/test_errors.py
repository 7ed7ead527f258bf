"""A refused change comes with the record as it is now, however long that is."""

import grpc
import pytest

from chassis.errors import RemoteError
from chassis.wire.status import parse, to_status, to_trailers
from courtlist.registry.v1 import listing_pb2, order_pb2
from registry.errors import state_changed


def listing(*, conduct: str = "行为情形", performed_part: str = "未履行") -> listing_pb2.Listing:
    return listing_pb2.Listing(
        listing_id="00000000-0000-7000-8000-000000000001",
        subject_name="名" * 100,
        court_code="京0199",
        case_number="（2026）京0199执1号",
        decision_number="文" * 100,
        conduct=conduct,
        performed_part=performed_part,
        etag="17",
    )


def received(current: listing_pb2.Listing | order_pb2.Order) -> RemoteError:
    """The error as a court's client reads it."""
    status = to_status(state_changed("record", current))
    return parse(
        grpc.aio.AioRpcError(
            grpc.StatusCode.ABORTED,
            grpc.aio.Metadata(),
            grpc.aio.Metadata(*to_trailers(status)),
            status.message,
        )
    )


def test_a_short_record_is_sent_whole() -> None:
    error = received(listing())
    assert error.current == listing()
    assert "omitted" not in error.metadata


@pytest.mark.parametrize(
    ("record", "kept", "omitted"),
    [
        (listing(conduct="行" * 4_000), listing(conduct=""), "current.conduct"),
        (
            listing(conduct="行" * 4_000, performed_part="履" * 1_000),
            listing(conduct="", performed_part=""),
            "current.conduct, current.performed_part",
        ),
    ],
    ids=["conduct", "both texts"],
)
def test_a_long_record_is_sent_without_its_long_texts(
    record: listing_pb2.Listing, kept: listing_pb2.Listing, omitted: str
) -> None:
    sent = listing_pb2.Listing()
    sent.CopyFrom(record)
    error = received(record)
    assert error.current == kept
    assert error.metadata["omitted"] == omitted
    assert record == sent, "the record itself is left as it was"


def test_an_order_has_no_long_text_to_lose() -> None:
    order = order_pb2.Order(order_id="00000000-0000-7000-8000-000000000002", etag="18")
    assert received(order).current == order

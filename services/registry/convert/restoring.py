"""OpenIncarnation and SettleEnding, checked field by field."""

from datetime import date
from typing import Final
from uuid import UUID

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.convert.fields import Fields

_REASONS_MAX: Final = 2000


def check_opening(request: rpc.OpenIncarnationRequest, today: date) -> rpc.OpenIncarnationRequest:
    """Raises ServiceError INVALID_REQUEST with every problem."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    fields.id(request.expected_head.incarnation, "expected_head.incarnation")
    if request.expected_head.position < 0:
        fields.note(
            "expected_head.position",
            reasons.ERROR_REASON_POSITION_INVALID,
            "is negative; hand in the head as GetLedger shows it",
        )
    fields.finish()
    return request


def read_settling(request: rpc.SettleEndingRequest, today: date) -> UUID:
    """The basis's id. Raises ServiceError INVALID_REQUEST with every problem."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    basis_id = fields.id(request.basis_id, "basis_id")
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    fields.finish()
    assert basis_id is not None, "refused above"
    return basis_id

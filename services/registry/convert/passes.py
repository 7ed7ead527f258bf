"""GrantPass and WithdrawPass, read. Each raises ServiceError INVALID_REQUEST with every problem."""

from datetime import date
from typing import Final
from uuid import UUID

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.commands import PassPaper
from registry.convert.decisions import read_decision, read_items
from registry.convert.fields import Fields
from registry.convert.signatures import read_signature
from registry.law.passes import PassCause

_REASONS_MAX: Final = 2000


def read_pass(request: rpc.GrantPassRequest, today: date) -> PassPaper:
    """The order, what it leaves free, when and why."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    order_id = fields.id(request.order_id, "order_id")
    items = read_items(fields, request.items, "items")
    first_on = fields.required_day(
        request.first_day, "first_day", given=request.HasField("first_day")
    )
    last_on = fields.required_day(request.last_day, "last_day", given=request.HasField("last_day"))
    cause = fields.choice(
        PassCause, change_pb2.PassCause.DESCRIPTOR, "PASS_CAUSE_", request.cause, "cause"
    )
    decision = read_decision(
        fields, request.decision, "decision", given=request.HasField("decision")
    )
    signed = read_signature(fields, request)
    fields.finish()
    assert order_id is not None, "refused above"
    assert first_on is not None, "refused above"
    assert last_on is not None, "refused above"
    return PassPaper(
        order_id=order_id,
        items=items,
        item_numbers=tuple(request.items),
        first_on=first_on,
        last_on=last_on,
        cause=cause,
        decision=decision,
        signed=signed,
    )


def read_withdrawal(request: rpc.WithdrawPassRequest, today: date) -> UUID:
    """The pass's id."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    pass_id = fields.id(request.pass_id, "pass_id")
    fields.text(request.reasons, "reasons", _REASONS_MAX, required=True)
    fields.finish()
    assert pass_id is not None, "refused above"
    return pass_id

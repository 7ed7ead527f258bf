"""Decisions, how they were served, and what they bar, as every paper carries them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import decision_pb2
from registry.convert.fields import Fields
from registry.law.facts import Decision, Item, Service, ServiceMode

NO_DAY: Final = date.min
"""A paper without its day cannot be weighed; reading stops before this stand-in is ever used."""

_ITEMS_MAX: Final = 9


def read_items(fields: Fields, numbers: Sequence[int], field: str) -> list[Item]:
    """The items named, those that cannot be read left out and noted."""
    if len(numbers) > _ITEMS_MAX:
        fields.note(
            field,
            reasons.ERROR_REASON_FIELD_TOO_LONG,
            f"the law knows {_ITEMS_MAX} items; name each once",
        )
    items = [
        fields.choice(Item, change_pb2.Item.DESCRIPTOR, "ITEM_", number, f"{field}[{index}]")
        for index, number in enumerate(numbers[:_ITEMS_MAX])
    ]
    for index, number in enumerate(numbers[:_ITEMS_MAX]):
        if number == change_pb2.ITEM_UNSPECIFIED:
            fields.number(change_pb2.Item.DESCRIPTOR, number, f"{field}[{index}]")
    return [item for item in items if item is not None]


def read_decision(
    fields: Fields, decision: decision_pb2.Decision, field: str, *, given: bool
) -> Decision:
    """A decision that must be given."""
    fields.message(field, given=given, what="the decision")
    decided_on = None
    if given:
        decided_on = fields.required_day(
            decision.decided_on, f"{field}.decided_on", given=decision.HasField("decided_on")
        )
    fields.nobodys(decision.number, f"{field}.number")
    return Decision(
        number=fields.text(decision.number, f"{field}.number", 100),
        decided_on=decided_on or NO_DAY,
        signed_by=fields.text(decision.signed_by, f"{field}.signed_by", 63),
        signed_on=fields.day(
            decision.signed_on, f"{field}.signed_on", given=decision.HasField("signed_on")
        ),
        reasons=fields.text(decision.reasons, f"{field}.reasons", 8000),
    )


def read_service(
    fields: Fields, service: decision_pb2.Service, field: str, *, given: bool
) -> Service | None:
    """How a paper was served; None where nothing is said of it."""
    if not given:
        return None
    return Service(
        mode=fields.choice(
            ServiceMode,
            decision_pb2.ServiceMode.DESCRIPTOR,
            "SERVICE_MODE_",
            service.mode,
            f"{field}.mode",
        ),
        served_on=fields.day(
            service.served_on, f"{field}.served_on", given=service.HasField("served_on")
        ),
        proof_reference=fields.text(service.proof_reference, f"{field}.proof_reference", 200),
    )

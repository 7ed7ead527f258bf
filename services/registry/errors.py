"""Refusals: how broken rules and missing records become errors of the interface."""

from collections.abc import Iterable
from typing import Final

from google.protobuf.message import Message

from chassis.errors import FieldViolation, ServiceError, reason_named
from chassis.limits import STATUS_CURRENT_BYTES_MAX
from courtlist.error.v1 import error_reason_pb2 as reasons
from registry.law.violation import Reason, Violation

_UNREADABLE: Final = frozenset(
    {
        Reason.FIELD_REQUIRED,
        Reason.FIELD_INVALID,
        Reason.FIELD_TOO_LONG,
        Reason.AMOUNT_OUT_OF_RANGE,
    }
)

# The texts of a record that alone can outgrow an error, the longest first.
_LONG_TEXTS: Final = ("conduct", "performed_part")


def refuse(violations: Iterable[Violation]) -> None:
    """Raise ServiceError when a rule is broken, with every broken rule as a field violation.

    One kind of violation gives its own reason; several give UNLAWFUL, or INVALID_REQUEST where the
    request could not be read.
    """
    found = list(violations)
    if not found:
        return
    kinds = {violation.reason for violation in found}
    if len(kinds) == 1:
        reason = reason_named(found[0].reason.value)
    elif kinds <= _UNREADABLE:
        reason = reasons.ERROR_REASON_INVALID_REQUEST
    else:
        reason = reasons.ERROR_REASON_UNLAWFUL
    raise ServiceError(
        reason,
        f"refused, nothing was stored: {found[0].problem} {found[0].next_step}",
        metadata=dict(pair for violation in found for pair in violation.metadata),
        violations=[
            FieldViolation(
                violation.field,
                violation.reason.value,
                _description(violation),
            )
            for violation in found
        ],
    )


def not_found(kind: str, field: str) -> ServiceError:
    """The record named in `field` does not exist."""
    return ServiceError(
        reasons.ERROR_REASON_NOT_FOUND,
        f"no {kind} has this id; check {field}",
        metadata={"kind": kind},
    )


def endings_unproven(count: int) -> ServiceError:
    """What was reported would free somebody, and is not the registry's own word."""
    return ServiceError(
        reasons.ERROR_REASON_ENDING_UNPROVEN,
        "endings of this page were not sent by this registry, or lack the seal with which it sent them; "
        "nothing of the page was kept - hand in those that have their seal",
        metadata={"unproven": str(count)},
    )


def court_refused(what: str) -> ServiceError:
    """The record is another court's."""
    return ServiceError(
        reasons.ERROR_REASON_COURT_REFUSED,
        f"the {what} is another court's; ask that court to act",
    )


def already_ended(what: str) -> ServiceError:
    """The record has ended before."""
    return ServiceError(
        reasons.ERROR_REASON_ALREADY_ENDED,
        f"the {what} has ended before; nothing was changed - read it to see how",
    )


def obligation_performed() -> ServiceError:
    """Nothing is owed any more."""
    return ServiceError(
        reasons.ERROR_REASON_OBLIGATION_PERFORMED,
        "the obligation is performed; nothing new can rest on it",
    )


def case_taken(obligation_id: str) -> ServiceError:
    """The case number belongs to another obligation."""
    return ServiceError(
        reasons.ERROR_REASON_CASE_TAKEN,
        "the case number belongs to an obligation already recorded; name that obligation_id "
        "(a further debtor of it), or correct the number",
        metadata={"obligation_id": obligation_id},
    )


def ending_unsettled(basis_id: str) -> ServiceError:
    """A restore lost the ending of what stands on this debt."""
    return ServiceError(
        reasons.ERROR_REASON_ENDING_UNSETTLED,
        "a restore lost the ending of a listing or order on this debt; "
        "have a judge settle it (SettleEnding) before anything new is entered",
        metadata={"basis_id": basis_id},
    )


def state_changed(what: str, current: Message) -> ServiceError:
    """The etag is not the present one.

    An error has room for the whole record but for its long texts; those that must stay away are
    named in `omitted`, and all that a court decides by, the etag first, is kept.
    """
    kept, omitted = _shortened(current)
    return ServiceError(
        reasons.ERROR_REASON_STATE_CHANGED,
        f"the {what} was changed meanwhile; read its present state in the details and decide again",
        metadata={"omitted": ", ".join(omitted)} if omitted else None,
        current=kept,
    )


def _shortened(record: Message) -> tuple[Message, list[str]]:
    """The record without as many of its long texts as it takes to fit, and which those are."""
    kept = type(record)()
    kept.CopyFrom(record)
    omitted: list[str] = []
    for text in _LONG_TEXTS:
        if kept.ByteSize() <= STATUS_CURRENT_BYTES_MAX:
            break
        if getattr(kept, text, ""):
            kept.ClearField(text)
            omitted.append(f"current.{text}")
    return kept, omitted


def _description(violation: Violation) -> str:
    article = f" ({violation.article})" if violation.article else ""
    return f"{violation.problem}{article} {violation.next_step}"


def crowded() -> ServiceError:
    """Others entered the same person or case first, each time anew."""
    return ServiceError(
        reasons.ERROR_REASON_OVERLOADED,
        "other acts on the same person or case came first each time; nothing was done, try again",
        retry_after_s=1.0,
    )

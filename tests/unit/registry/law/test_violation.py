"""What a broken rule says."""

import re
from pathlib import Path

from registry.law.violation import Reason, Violation

PROTO = Path(__file__).parents[4] / "protos/courtlist/error/v1/error_reason.proto"


def test_every_reason_is_an_error_reason_of_the_public_interface() -> None:
    public = set(re.findall(r"^  ERROR_REASON_(\w+) =", PROTO.read_text("utf-8"), re.MULTILINE))
    assert set(Reason) <= public


def test_a_violation_below_a_prefix_says_the_same_of_the_nested_field() -> None:
    violation = Violation(
        reason=Reason.FIELD_INVALID,
        field="items",
        article="CP Art 5",
        problem="Wrong.",
        next_step="Mend it.",
        metadata=(("key", "value"),),
    )
    nested = violation.under("order")
    assert nested.field == "order.items"
    assert nested.under("request").field == "request.order.items"
    assert (nested.reason, nested.metadata) == (violation.reason, violation.metadata)

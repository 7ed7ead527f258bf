"""Requests under a president's signature, and what a refusal says of one."""

from typing import Any

from chassis.errors import RemoteError
from stack.papers import Court
from stack.signing import signature
from tests.integration.registry.acts.courthouse import FIRST


def signed(request: Any, court: Court = FIRST) -> Any:
    """The request with the signature of the court's president on it as it is now."""
    request.signature.CopyFrom(signature(request, court.president))
    return request


def unsigned_for(error: RemoteError) -> str:
    """What the one violation says, once it is seen to be about the signature."""
    [violation] = error.violations
    assert error.reason_name == "NOT_SIGNED"
    assert (violation.reason_name, violation.field) == ("NOT_SIGNED", "signature")
    assert "LP Art 5; CP Art 5" in violation.description
    return violation.description

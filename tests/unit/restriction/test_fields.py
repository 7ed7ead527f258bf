"""Every field is a few small files on the engine, and its policy's name is its package's."""

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

import restriction
from restriction.model import Measure
from stack.layout import field_names

SERVICES = Path(restriction.__file__).parents[1]
FIELDS = field_names(SERVICES)
LINES_MAX = 150


def _policy(field: str) -> Any:
    module = importlib.import_module(f"{field}.policy")
    (policy,) = (
        one
        for one in vars(module).values()
        if inspect.isclass(one) and one.__module__ == module.__name__ and hasattr(one, "measure")
    )
    return policy()


def test_the_fields_of_the_law_are_found() -> None:
    assert {"travel", "hotel", "loan"} <= set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_is_a_program_a_policy_and_a_servicer_and_at_most_a_table(field: str) -> None:
    files = {path.name for path in (SERVICES / field).glob("*.py")}
    assert files - {"__init__.py", "table.py"} == {"__main__.py", "policy.py", "servicer.py"}
    for name in files:
        assert len((SERVICES / field / name).read_text("utf-8").splitlines()) <= LINES_MAX


@pytest.mark.parametrize("field", FIELDS)
def test_a_policy_is_named_like_its_package_and_binds_by_one_measure(field: str) -> None:
    policy = _policy(field)
    assert policy.field == field
    assert policy.measure in Measure
    # Only listings are told of after their end: an order that has ended is nobody's business.
    assert not (policy.recalls_ended and policy.measure is Measure.ORDER)
    # An order in which no item bears on the field would bar nothing there.
    assert bool(policy.items) == (policy.measure is Measure.ORDER)


@pytest.mark.parametrize("field", FIELDS)
def test_the_engine_names_no_field(field: str) -> None:
    for path in SERVICES.joinpath("restriction").rglob("*.py"):
        assert f'"{field}"' not in path.read_text("utf-8")

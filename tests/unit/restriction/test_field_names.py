"""Every field takes a name with a check, hands it to the gate, and refuses one that is too long."""

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

import restriction
from chassis.errors import ServiceError
from cli import fields
from cli.papers import example_question, reading
from courtlist.identity.v1 import document_pb2
from courtlist.restriction.v1 import advice_pb2
from courtlist.restriction.v1 import restriction_pb2 as pb
from restriction.model import Measure
from stack.layout import field_names
from tests.builders import resident_id
from tests.fakes.doors import PARTNER, call_as_partner
from tests.fakes.hotel import rating
from tests.fakes.parts import Bench
from tests.fakes.restriction_doubles import listing, order

FIELDS = field_names(Path(restriction.__file__).parents[1])
NAME = "测试甲"


class Office:
    """One field's servicer over memory, asked its own example question about a restricted person."""

    def __init__(self, name: str) -> None:
        self._field = fields.named(name)
        policy = _only(importlib.import_module(f"{name}.policy"), "measure")()
        self.bench = Bench(listing() if policy.measure is Measure.LISTING else order())
        self.bench.enter(0)
        self.bench.ratings.replace([rating(PARTNER, 5)])
        module = importlib.import_module(f"{name}.servicer")
        self._servicer = _only(module, self._field.one.name)(self.bench.parts(policy))

    async def ask(self, name: str) -> int:
        """The number of the answer."""
        request: Any = reading.fill(
            self._field.question, example_question.of(self._field), what="the example"
        )
        request.name = name
        request.document.CopyFrom(
            document_pb2.Document(kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID, number=resident_id())
        )
        call_as_partner()
        reply = await getattr(self._servicer, self._field.one.name)(request, None)
        verdict = fields.verdict_of(reply)
        assert verdict is not None
        return verdict.answer


def _only(module: Any, attribute: str) -> Any:
    """The class of a module that has this attribute."""
    (found,) = (
        one
        for one in vars(module).values()
        if inspect.isclass(one) and one.__module__ == module.__name__ and hasattr(one, attribute)
    )
    return found


@pytest.fixture(params=FIELDS)
def office(request: pytest.FixtureRequest) -> Office:
    return Office(request.param)


async def test_a_name_reaches_the_confirmation_as_it_was_given(office: Office) -> None:
    await office.ask(NAME)
    ((inquiries, _),) = office.bench.primary.calls
    assert [one.name for one in inquiries] == [NAME]
    assert len(office.bench.refusals.recorded) == 1


async def test_a_misfit_is_undetermined_in_every_field(office: Office) -> None:
    office.bench.primary.misfits = (NAME,)
    assert await office.ask(NAME) in {
        pb.ANSWER_UNDETERMINED,
        advice_pb2.ADVICE_ANSWER_UNDETERMINED,
    }
    assert not office.bench.refusals.recorded


async def test_no_name_is_longer_than_two_hundred_characters(office: Office) -> None:
    await office.ask("测" * 200)
    with pytest.raises(ServiceError) as refused:
        await office.ask("测" * 201)
    (violation,) = refused.value.violations
    assert (violation.field, violation.reason_name) == ("name", "FIELD_TOO_LONG")
    assert "测" not in violation.description

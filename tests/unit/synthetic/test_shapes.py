"""Public copies never carry what an entry needs."""

from collections import Counter

import pytest

from registry.intake.outcome import Judgement, Outcome
from synthetic.shapes import Shape
from synthetic.writing import FileFormat
from tests.unit.synthetic.registers import judgements, paper, plan

PUBLIC = [Shape.G1, Shape.G2, Shape.G4]


def outcomes(shape: Shape, file_format: FileFormat) -> Counter[Outcome]:
    found = judgements(paper(plan(), shape=shape, file_format=file_format))
    return Counter(one.outcome for one in found)


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("shape", PUBLIC)
def test_no_public_row_is_sound_or_rejected(shape: Shape, file_format: FileFormat) -> None:
    assert outcomes(shape, file_format).keys() <= {Outcome.INCOMPLETE, Outcome.UNMATCHED}


def test_a_masked_row_is_unmatched_and_a_whole_number_incomplete() -> None:
    assert outcomes(Shape.G1, FileFormat.JSONL) == {Outcome.UNMATCHED: 2_000}
    assert outcomes(Shape.G2, FileFormat.JSONL) == {Outcome.UNMATCHED: 2_000}
    indexed = outcomes(Shape.G4, FileFormat.JSONL)
    assert min(indexed[Outcome.UNMATCHED], indexed[Outcome.INCOMPLETE]) > 800


@pytest.mark.parametrize("shape", PUBLIC)
def test_every_public_field_is_understood(shape: Shape) -> None:
    def strange(one: Judgement) -> bool:
        return any(problem.reason == "FIELD_INVALID" for problem in one.problems)

    assert not any(map(strange, judgements(paper(plan(300), shape=shape))))

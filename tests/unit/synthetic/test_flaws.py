"""The sample: every flaw is told by its reason, and no sound row suffers."""

from collections.abc import Mapping

import pytest

from registry.intake.outcome import Judgement, Outcome
from synthetic.flaw import Flaw
from synthetic.flaws import FLAWS, SAMPLE_ROWS, spread
from synthetic.plan import PlanError
from synthetic.writing import FileFormat
from tests.unit.synthetic.registers import judgements, paper, plan

Sample = tuple[Mapping[int, Flaw], list[Judgement]]


def sample(file_format: FileFormat, seed: int = 1) -> Sample:
    of = plan(SAMPLE_ROWS, seed=seed)
    flaws = spread(of, jsonl=file_format is FileFormat.JSONL)
    return flaws, judgements(paper(of, file_format=file_format, flaws=flaws))


def mistold(flaws: Mapping[int, Flaw], found: list[Judgement]) -> list[tuple[str, object]]:
    wrong: list[tuple[str, object]] = []
    for place, flaw in flaws.items():
        told = found[place]
        named = {(one.field, str(one.reason)) for one in told.problems}
        if told.outcome != flaw.outcome or (flaw.field, flaw.reason) not in named:
            wrong.append((flaw.name, told))
    return wrong


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_flaw_ends_as_its_table_says(file_format: FileFormat, seed: int) -> None:
    assert mistold(*sample(file_format, seed)) == []


@pytest.mark.parametrize("file_format", FileFormat)
def test_every_other_row_is_sound(file_format: FileFormat) -> None:
    flaws, found = sample(file_format)
    others = [one for place, one in enumerate(found) if place not in flaws]
    assert [one.problems for one in others if one.outcome is not Outcome.SOUND] == []


def test_the_sample_has_many_different_flaws() -> None:
    assert len({flaw.name for flaw in FLAWS}) == len(FLAWS) >= 40
    assert {flaw.outcome for flaw in FLAWS} == {"UNMATCHED", "INCOMPLETE", "REJECTED"}


@pytest.mark.parametrize("file_format", FileFormat)
def test_a_flaw_stands_in_one_row_alone(file_format: FileFormat) -> None:
    flaws, _ = sample(file_format)
    fitting = [
        flaw
        for flaw in FLAWS
        if file_format is FileFormat.JSONL or not (flaw.only_jsonl or flaw.mar_line)
    ]
    assert sorted(flaw.name for flaw in flaws.values()) == sorted(flaw.name for flaw in fitting)
    assert len(fitting) >= 40


def test_a_register_too_small_for_its_flaws_is_refused() -> None:
    with pytest.raises(PlanError):
        spread(plan(30), jsonl=True)

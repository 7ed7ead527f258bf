"""The hand-written mutants fit the tree: a change of the code that one of them removes is met here first."""

from pathlib import Path

import pytest

from tests.mutation.mutant import Mutant
from tests.mutation.table import HAND_WRITTEN

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("mutant", HAND_WRITTEN, ids=lambda one: one.name)
def test_a_mutant_removes_what_is_there_and_names_tests_that_are(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text("utf-8")
    assert mutant.mutate(text) != text
    for test in mutant.tests:
        file, _, name = test.partition("::")
        function = name.partition("[")[0]
        assert (ROOT / file).exists()
        assert not function or f"def {function}(" in (ROOT / file).read_text("utf-8")

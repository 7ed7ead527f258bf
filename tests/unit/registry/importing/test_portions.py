"""Batches that are made ready beside one another share nobody and no case."""

from registry.importing.portions import Portions, names_of
from tests.unit.registry.importing.batch.claiming import claim, document


def _rows(portions: Portions, busy: frozenset[object] = frozenset()) -> list[int]:
    return [one.row_number for one in portions.take(busy)]


def test_rows_are_taken_in_order_and_no_more_than_a_batch_holds() -> None:
    portions = Portions(size=2)
    portions.add(claim(row_number=number, case_number=f"{number}") for number in (1, 2, 3))
    assert portions.is_full
    assert _rows(portions) == [1, 2]
    assert _rows(portions) == [3]
    assert len(portions) == 0


def test_a_row_that_names_a_case_on_its_way_waits_for_the_next_batch() -> None:
    portions = Portions(size=3)
    first = claim(document(1), row_number=1, case_number="甲")
    portions.add(
        [
            claim(document(2), row_number=2, case_number="甲"),
            claim(document(3), row_number=3, case_number="乙"),
        ]
    )
    assert _rows(portions, names_of([first])) == [3]
    assert _rows(portions) == [2]


def test_a_row_that_names_a_person_on_their_way_waits() -> None:
    portions = Portions(size=3)
    portions.add([claim(document(1), row_number=2, case_number="乙")])
    assert _rows(portions, names_of([claim(document(1), case_number="甲")])) == []
    assert _rows(portions) == [2]


def test_no_row_overtakes_one_with_which_it_shares_a_name() -> None:
    portions = Portions(size=3)
    portions.add(
        [
            claim(document(2), row_number=2, case_number="甲"),
            claim(document(2), row_number=3, case_number="乙"),
            claim(document(4), row_number=4, case_number="乙"),
            claim(document(5), row_number=5, case_number="丙"),
        ]
    )
    assert _rows(portions, frozenset({"甲"})) == [5]
    assert _rows(portions) == [2, 3, 4]

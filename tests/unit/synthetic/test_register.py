"""A register without flaws: every row can be entered, and nobody in it exists."""

from collections import Counter
from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest

from document import DocumentKind
from registry.intake.names import OWN_FIELDS, PUBLIC_FIELDS
from registry.intake.outcome import Outcome
from registry.intake.row import ImportRow
from registry.law.facts import Ground, SubjectKind
from synthetic.people import debtor, is_company
from synthetic.plan import MARGIN_DAYS, Plan, PlanError
from synthetic.register import row_at, rows_between
from synthetic.shapes import PUBLIC_COLUMNS
from synthetic.writing import OWN_COLUMNS, SHARD_ROWS, FileFormat, shard, shards
from tests.unit.synthetic.registers import TODAY, judgements, paper, plan


@pytest.fixture(scope="module")
def rows() -> list[ImportRow]:
    found = judgements(paper(plan()))
    assert [one.problems for one in found if one.row is None] == []
    return [one.row for one in found if one.row is not None]


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("go_live_on", [TODAY, TODAY - timedelta(days=1_000), date(2026, 1, 2)])
def test_every_row_is_sound(file_format: FileFormat, go_live_on: date) -> None:
    found = judgements(paper(plan(seed=7, go_live_on=go_live_on), file_format=file_format))
    assert [one.problems for one in found if one.outcome is not Outcome.SOUND] == []


def test_rows_stay_sound_until_the_margin() -> None:
    found = judgements(paper(plan()), after_days=MARGIN_DAYS)
    assert Counter(one.outcome for one in found) == {Outcome.SOUND: 2_000}


def test_all_courts_asked_for_have_cases() -> None:
    courts = ("沪0198", "浙0197")
    found = {row["caseCode"][6:11] for row in rows_between(0, 100, plan(courts=courts))}
    assert found == set(courts)


def test_a_register_is_plausible(rows: list[ImportRow]) -> None:
    assert {row.listing.ground for row in rows} == set(Ground)
    assert any(row.listing.extension for row in rows)
    assert any(row.owed.amount_fen is None for row in rows)
    kinds = Counter(row.subject.documents[0].kind for row in rows)
    assert set(kinds) == {DocumentKind.RESIDENT_ID, DocumentKind.PASSPORT, DocumentKind.USCC}
    assert kinds[DocumentKind.RESIDENT_ID] > 1_300
    assert any(len(row.subject.documents) > 1 for row in rows)
    assert {row.order.end_on is None for row in rows} == {True, False}
    sums = sorted(row.owed.amount_fen for row in rows if row.owed.amount_fen is not None)
    assert sums[0] >= 100 * 100
    assert sums[len(sums) // 2] < sums[-1] // 100


def test_debtors_have_several_cases_and_cases_several_debtors(rows: list[ImportRow]) -> None:
    by_debtor = Counter(row.subject.documents[0] for row in rows)
    assert max(by_debtor.values()) > 2
    by_case = Counter(row.case.canonical for row in rows)
    assert set(by_case.values()) == {1, 2, 3}
    pairs = Counter((row.case.canonical, row.subject.documents[0]) for row in rows)
    assert set(pairs.values()) == {1}


def test_joint_debtors_owe_the_same(rows: list[ImportRow]) -> None:
    for _, joint in groupby(rows, key=lambda row: row.case.canonical):
        assert len({(row.owed, row.filed_on) for row in joint}) == 1


def test_a_company_owes_with_its_officer(rows: list[ImportRow]) -> None:
    officers = 0
    for one, other in pairwise(rows):
        if (
            one.case == other.case
            and one.subject.kind is SubjectKind.ORGANISATION
            and one.subject.legal_representative == other.subject.name
        ):
            officers += 1
    assert officers > 100


def test_decisions_have_numbers_of_their_own(rows: list[ImportRow]) -> None:
    assert len({row.listing.decision_number for row in rows}) == len(rows)
    assert len({row.order.number for row in rows}) == len(rows)


def test_a_debtor_has_one_name_and_one_number_of_a_kind() -> None:
    debtors = [debtor(index) for index in range(20_000)]
    assert len({one.fields["cardNum"] for one in debtors}) == len(debtors)
    others = [one.fields["otherDocuments"] for one in debtors if "otherDocuments" in one.fields]
    assert len(set(others)) == len(others)


def test_no_number_can_belong_to_anybody() -> None:
    for index in range(0, 5_000_000, 997):
        number = debtor(index).fields["cardNum"]
        if is_company(index):
            assert number[2:4] == "00"
        elif number.startswith("X"):
            assert debtor(index).fields["issuingState"] == "UTO"
        else:
            assert (number[:2], number[14:17]) == ("00", "000")


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    whole = shard(paper(plan(1_000)), 0, 1_000)
    assert whole == shard(paper(plan(1_000)), 0, 1_000)
    assert whole != shard(paper(plan(1_000, seed=2)), 0, 1_000)


def test_several_processes_write_what_one_writes() -> None:
    of = paper(plan(2 * SHARD_ROWS + 5))
    alone, together = list(shards(of, 1)), list(shards(of, 2))
    assert [done for done, _ in alone] == [SHARD_ROWS, 2 * SHARD_ROWS, 2 * SHARD_ROWS + 5]
    assert alone == together


def test_a_row_does_not_depend_on_where_a_shard_starts() -> None:
    of = plan()
    assert [row_at(index, of) for index in range(40)] == list(rows_between(0, 40, of))


def test_the_columns_are_those_of_the_superset() -> None:
    assert set(PUBLIC_COLUMNS) == set(PUBLIC_FIELDS)
    assert set(OWN_COLUMNS) == set(OWN_FIELDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 0},
        {"courts": ()},
        {"courts": ("京0199", "京0199")},
        {"as_of": date(2019, 12, 31)},
        {"go_live_on": TODAY + timedelta(days=1)},
        {"go_live_on": TODAY - timedelta(days=1_096)},
    ],
)
def test_a_register_that_cannot_be_made_is_refused(changes: dict[str, object]) -> None:
    given: dict[str, object] = {
        "rows": 10,
        "seed": 1,
        "courts": ("京0199",),
        "as_of": TODAY,
        "go_live_on": TODAY,
        **changes,
    }
    with pytest.raises(PlanError):
        Plan(**given)  # type: ignore[arg-type]

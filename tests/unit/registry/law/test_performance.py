"""When a debt is paid, and when it only looks paid."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from registry.law.performance import (
    Payment,
    PayoffStatement,
    Performance,
    money_performance,
)

GOOD_UNTIL = date(2026, 11, 30)
IN_TIME = date(2026, 11, 20)
LATE = date(2026, 12, 1)
PRINCIPAL = 1000
STATEMENT = PayoffStatement(
    statement_id="s1", sum_fen=1100, issued_position=10, good_until=GOOD_UNTIL
)
LATER = PayoffStatement(statement_id="s2", sum_fen=600, issued_position=20, good_until=GOOD_UNTIL)


def pay(
    amount_fen: int,
    *,
    paid_on: date = IN_TIME,
    position: int = 11,
    statement_id: str | None = None,
    is_reversed: bool = False,
) -> Payment:
    return Payment(
        amount_fen=amount_fen,
        paid_on=paid_on,
        recorded_position=position,
        statement_id=statement_id,
        reversed=is_reversed,
    )


def perform(
    *payments: Payment, statements: tuple[PayoffStatement, ...] = (STATEMENT,)
) -> Performance:
    return money_performance(principal_fen=PRINCIPAL, statements=statements, payments=payments)


def test_full_payment_performs() -> None:
    result = perform(pay(1100))
    assert result == Performance(
        performed=True, statement_id="s1", remaining_fen=0, principal_covered=True
    )


def test_a_part_payment_changes_nothing() -> None:
    result = perform(pay(1099))
    assert not result.performed
    assert result.statement_id is None
    assert result.remaining_fen == 1


def test_two_halves_perform() -> None:
    assert perform(pay(550), pay(550, position=12)).performed


def test_paying_too_much_harms_nothing() -> None:
    assert perform(pay(5000)).remaining_fen == 0
    assert perform(pay(5000)).performed


def test_without_a_statement_nothing_is_performed_but_the_court_is_told() -> None:
    result = perform(pay(PRINCIPAL), statements=())
    assert result == Performance(
        performed=False, statement_id=None, remaining_fen=None, principal_covered=True
    )


def test_less_than_the_principal_is_not_even_that() -> None:
    assert not perform(pay(PRINCIPAL - 1), statements=()).principal_covered


def test_nothing_paid_is_nothing_performed() -> None:
    assert perform() == Performance(
        performed=False, statement_id=None, remaining_fen=1100, principal_covered=False
    )


def test_a_payment_on_the_last_day_is_in_time_and_on_the_next_is_not() -> None:
    assert perform(pay(1100, paid_on=GOOD_UNTIL)).performed
    assert not perform(pay(1100, paid_on=LATE)).performed


def test_a_payment_stands_unless_it_was_reversed() -> None:
    standing = Payment(amount_fen=1100, paid_on=IN_TIME, recorded_position=11)
    assert perform(standing).performed


def test_a_reversed_payment_counts_for_nothing() -> None:
    result = perform(pay(1100, is_reversed=True))
    assert not result.performed
    assert not result.principal_covered
    assert result.remaining_fen == 1100


def test_what_was_recorded_before_a_statement_is_in_its_sum_already() -> None:
    assert not perform(pay(1100, position=9)).performed
    assert not perform(pay(1100, position=10)).performed


def test_money_that_came_after_a_statement_counts_against_it_whatever_it_names() -> None:
    parts = (
        pay(400, position=21, statement_id="s1"),
        pay(200, position=22, statement_id="s2"),
    )
    assert perform(*parts, statements=(STATEMENT, LATER)).statement_id == "s2"


def test_money_that_came_before_a_statement_is_in_its_sum_unless_it_names_it() -> None:
    before = pay(600, position=19, statement_id="s1")
    assert not perform(before, statements=(STATEMENT, LATER)).performed
    named = replace(before, statement_id="s2")
    assert perform(named, statements=(STATEMENT, LATER)).statement_id == "s2"


def test_any_one_statement_suffices() -> None:
    result = perform(pay(500, position=11), pay(600, position=21), statements=(LATER, STATEMENT))
    assert result.performed
    assert result.statement_id == "s1"
    assert result.remaining_fen == 0


def test_the_newest_statement_says_what_remains() -> None:
    assert perform(pay(500, position=11), statements=(LATER, STATEMENT)).remaining_fen == 600


payments = st.lists(
    st.builds(
        pay,
        st.integers(1, 900),
        paid_on=st.sampled_from([IN_TIME, GOOD_UNTIL, LATE]),
        position=st.integers(1, 40),
        statement_id=st.sampled_from([None, "s1", "s2"]),
        is_reversed=st.booleans(),
    ),
    max_size=6,
)
statement_sets = st.sampled_from([(), (STATEMENT,), (LATER,), (STATEMENT, LATER)])


@given(payments, statement_sets, st.randoms(use_true_random=False))
def test_the_order_of_looking_changes_nothing(
    paid: list[Payment], statements: tuple[PayoffStatement, ...], random: object
) -> None:
    shuffled, turned = list(paid), tuple(reversed(statements))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert perform(*paid, statements=statements) == perform(*shuffled, statements=turned)


@given(payments, statement_sets)
def test_a_further_payment_never_takes_a_performance_back(
    paid: list[Payment], statements: tuple[PayoffStatement, ...]
) -> None:
    before = perform(*paid, statements=statements)
    after = perform(*paid, pay(1, position=41), statements=statements)
    assert after.performed >= before.performed


@given(payments)
def test_performed_and_something_missing_on_one_statement_exclude_each_other(
    paid: list[Payment],
) -> None:
    result = perform(*paid)
    assert result.remaining_fen is not None
    assert result.performed is (result.remaining_fen == 0)

"""Tokens of one limit: leased in blocks, spent without waiting, refused only once a lease was refused."""

from restriction.asking.allowance import Allowance


def _leased(amount: int = 100, block: int = 10) -> Allowance:
    allowance = Allowance(amount=amount, block=block)
    allowance.grant(allowance.begin_lease(0))
    return allowance


def test_the_first_check_waits_for_no_lease_and_the_lease_pays_for_it() -> None:
    allowance = Allowance(amount=100, block=10)
    assert allowance.spend(3, 0) == 0
    assert allowance.begin_lease(0) == 13
    assert allowance.begin_lease(0) == 0
    allowance.grant(13)
    for _ in range(10):
        assert allowance.spend(1, 0) == 0


def test_a_lease_is_asked_for_while_half_a_block_is_left() -> None:
    allowance = _leased()
    assert allowance.spend(4, 0) == 0
    assert allowance.begin_lease(0) == 0
    assert allowance.spend(1, 0) == 0
    assert allowance.begin_lease(0) == 5


def test_no_more_than_a_window_is_on_credit() -> None:
    allowance = Allowance(amount=100, block=10)
    assert allowance.spend(100, 0) == 0
    assert allowance.spend(1, 0) > 0
    assert allowance.begin_lease(0) == 100


def test_once_a_lease_is_refused_nothing_is_on_credit_until_one_is_granted() -> None:
    allowance = _leased()
    assert allowance.spend(8, 0) == 0
    assert allowance.begin_lease(0) == 8
    allowance.refuse(until_s=5)
    assert allowance.spend(2, 1) == 0
    assert allowance.spend(1, 1) == 4
    assert allowance.begin_lease(4) == 0
    assert allowance.spend(1, 5) > 0
    assert allowance.begin_lease(5) == 10
    allowance.grant(10)
    assert allowance.spend(10, 5) == 0


def test_what_was_owed_is_paid_before_anything_is_asked_again() -> None:
    allowance = Allowance(amount=100, block=10)
    assert allowance.spend(60, 0) == 0
    allowance.begin_lease(0)
    allowance.refuse(until_s=1)
    assert allowance.begin_lease(1) == 70
    allowance.grant(70)
    assert allowance.spend(10, 1) == 0
    assert allowance.begin_lease(1) == 10


def test_what_another_limit_refused_is_given_back() -> None:
    allowance = _leased()
    allowance.spend(10, 0)
    allowance.give_back(10)
    allowance.refuse(until_s=9)
    assert allowance.spend(10, 0) == 0


def test_a_call_that_costs_more_than_a_window_is_let_through_and_paid_afterwards() -> None:
    allowance = Allowance(amount=100, block=10, may_owe_more=True)
    assert allowance.spend(250, 0) == 0
    assert allowance.spend(1, 0) > 0
    for window, leased in enumerate((100, 100, 60)):
        assert allowance.begin_lease(window * 10) == leased
        allowance.grant(leased)
    assert allowance.spend(10, 30) == 0


def test_a_quota_lets_no_call_through_that_costs_more_than_it_holds() -> None:
    assert Allowance(amount=100, block=10).spend(101, 0) > 0


def test_of_a_quota_no_more_is_spent_than_it_holds_whatever_is_on_credit() -> None:
    allowance = Allowance(amount=100, block=10, ends_at_s=60)
    assert allowance.spend(90, 0) == 0
    allowance.grant(allowance.begin_lease(0))
    # All of it is paid for, and the next would be on credit.
    assert allowance.spend(11, 1) == 59
    assert allowance.spend(10, 1) == 0
    assert allowance.spend(1, 59.95) > 0

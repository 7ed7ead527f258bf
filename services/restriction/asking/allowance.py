"""One limit of one partner at this process: tokens leased in blocks, spent without waiting. Pure.

Whoever asks for the first time has no lease yet and is let in on credit: a check never waits for a
lease, and a lease that is slow to come refuses nobody until a whole window was asked on credit. Once a
lease is refused nothing more is on credit until one is granted again, and what was owed is paid first.
"""

import math
from typing import Final

_SOON_S: Final = 0.1


class Allowance:
    """`amount` tokens belong to a window; `block` are leased at once.

    With `may_owe_more` a call may cost more than a window holds, and what it owes is paid before anything
    else is asked: the average holds. A limit whose window is not followed by another with the same debts,
    as the quota of a day, ends at `ends_at_s`, and of such a one no more than `amount` is spent here,
    whatever is on credit.
    """

    def __init__(
        self, *, amount: int, block: int, may_owe_more: bool = False, ends_at_s: float = math.inf
    ) -> None:
        self._amount = amount
        self._may_owe_more = may_owe_more
        self._ends_at_s = ends_at_s
        self._block = block
        self._balance = 0
        self._spent = 0
        self._leasing = False
        self._refused_until_s: float | None = None

    def spend(self, cost: int, now_s: float) -> float:
        """Spend `cost` tokens; returns 0, or the seconds after which it may be tried again."""
        if not self._may_owe_more and self._spent + cost > self._amount:
            return max(self._ends_at_s - now_s, _SOON_S)
        if self._refused_until_s is not None:
            if self._balance < cost:
                return max(self._refused_until_s - now_s, _SOON_S)
        else:
            # One call that costs more than a window holds is let through while nothing is owed.
            credited = min(cost, self._amount) if self._may_owe_more else cost
            if self._balance - credited < -self._amount:
                return _SOON_S
        self._balance -= cost
        self._spent += cost
        return 0.0

    def give_back(self, cost: int) -> None:
        """Undo a spending: another limit refused the same call."""
        self._balance += cost
        self._spent -= cost

    def begin_lease(self, now_s: float) -> int:
        """How many tokens to lease now; 0 for none. `grant` or `refuse` must follow."""
        due = self._refused_until_s is None or now_s >= self._refused_until_s
        if self._leasing or not due or 2 * self._balance > self._block:
            return 0
        self._leasing = True
        return min(self._block - self._balance, self._amount)

    def grant(self, tokens: int) -> None:
        """The lease was granted."""
        self._leasing = False
        self._refused_until_s = None
        self._balance += tokens

    def refuse(self, until_s: float) -> None:
        """It was not; the next is asked for at `until_s` at the earliest."""
        self._leasing = False
        self._refused_until_s = until_s

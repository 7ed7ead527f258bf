"""Children: nobody under 18 is restricted, and nobody is looked up on a child's behalf. Pure."""

from datetime import date
from typing import Final

from document import Document
from restriction.model import CLEAR, Reason, Verdict, undetermined

_ADULT_AGE: Final = 18


def child_verdict(document: Document, day: date, today: date) -> Verdict:
    """What is answered for a child on `day`, without a look-up.

    A minor's own number is CLEAR; any other document is somebody else's or shows no age, and must
    not decide for the child. A day that is past makes nobody younger.
    """
    born = document.birth_date
    if born is not None and is_minor(born, max(day, today)):
        return CLEAR
    return undetermined(Reason.CHILD_TICKET)


def is_minor(birth_date: date, day: date) -> bool:
    """Whether somebody has not reached 18 on `day`.

    As the courts count, a year of age is reached on the day after the birthday; a birthday on
    29 February falls on 1 March of a common year. The registry counts alike (LP Art 4).
    """
    try:
        birthday = birth_date.replace(year=birth_date.year + _ADULT_AGE)
    except ValueError:
        birthday = date(birth_date.year + _ADULT_AGE, 3, 1)
    return day <= birthday

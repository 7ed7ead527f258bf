"""No minor is listed and no minor is restricted (LP Art 4; CP Art 2)."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from document import Document
from registry.law.days import add_years, next_day
from registry.law.facts import RecordedBirth, SubjectKind
from registry.law.violation import Reason, Violation, Violations

ADULT_YEARS: Final = 18
_FIELD: Final = "subject.birth_date"
_ARTICLE: Final = "LP Art 4; CP Art 2"


def first_adult_day(birth_date: date) -> date:
    """Return the first legal day on which a person counts as having reached 18.

    A year of age (周岁) is reached on the day after the birthday, as the Supreme People's Court
    counts it in juvenile cases. Who was born on 29 February has the birthday on 1 March of a
    common year: where two readings are possible, the one that protects the person is taken.
    """
    birthday = add_years(birth_date, ADULT_YEARS)
    if birthday.day < birth_date.day:
        birthday = next_day(birthday)
    return next_day(birthday)


def known_birth_date(
    documents: Iterable[Document], recorded: RecordedBirth | None
) -> date | Violation:
    """Return the one birth date that numbers and record agree on, or why there is none.

    A date in a resident number is proof in itself; one that the court recorded counts only with
    its proof. Two dates that differ are no knowledge: one of them may be another person's.
    """
    dates = {document.birth_date for document in documents if document.birth_date is not None}
    if recorded is not None and recorded.proof_reference.strip():
        dates.add(recorded.birth_date)
    elif recorded is not None:
        return _unknown(
            "The recorded birth date has no proof.",
            "Give the reference of the paper that the birth date was taken from.",
        )
    if not dates:
        return _unknown(
            "Neither a document number nor a recorded birth date shows the age.",
            "Record the birth date with its proof, or bind a resident identity number.",
        )
    if len(dates) > 1:
        return _unknown(
            "The birth dates known for this person differ.",
            "Find out which is right; a document of another person may have been given.",
        )
    return dates.pop()


def debtor_is_no_minor(
    *,
    kind: SubjectKind,
    documents: Iterable[Document],
    recorded: RecordedBirth | None,
    decided_on: date,
) -> Violations:
    """LP Art 4: a minor is not listed, on any ground; CP Art 2: nor restricted.

    The age counts on the day of the decision. An unknown age is refused: the law protects minors,
    and a court that does not know cannot say that the debtor is none. Organisations have no age.
    """
    if kind is SubjectKind.ORGANISATION:
        return
    birth_date = known_birth_date(documents, recorded)
    if isinstance(birth_date, Violation):
        yield birth_date
    elif decided_on < first_adult_day(birth_date):
        yield Violation(
            reason=Reason.MINOR,
            field=_FIELD,
            article=_ARTICLE,
            problem="The debtor was under 18 on the day of the decision.",
            next_step="Neither list nor restrict; look to the guardian's and the estate's duties.",
        )


def _unknown(problem: str, next_step: str) -> Violation:
    return Violation(
        reason=Reason.AGE_UNKNOWN,
        field=_FIELD,
        article=_ARTICLE,
        problem=problem,
        next_step=next_step,
    )

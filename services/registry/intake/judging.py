"""Judging a row: every rule that an entry must pass, asked of what a file can say.

The rules are those of `registry.law`, asked one by one, because a row can lack what a clerk's entry
cannot: then the rule is not broken, but cannot be asked yet, and the row is INCOMPLETE. Three things that
EnterListing demands no register holds: the notice with its risk warning, the checklist of LP Art 3,
and the signer's id. In their place stand the finding of ability for ground 1, the second person who
reads rows back against the case file, and the president who signs the manifest.
"""

from datetime import date

from registry.intake.case import read_case, read_filed_on
from registry.intake.examination import Examination
from registry.intake.listing import LISTING, read_listing
from registry.intake.names import ENDED_FIELDS, KNOWN, nearest_known
from registry.intake.obligation import read_owed
from registry.intake.order import ORDER, read_order
from registry.intake.outcome import Judgement, Outcome
from registry.intake.reading import RECORD, Fields
from registry.intake.row import ImportRow
from registry.intake.service import read_decision
from registry.intake.subject import read_sex, read_subject

_UNKNOWN_TOLD_MAX = 5


def judge(
    fields: Fields, *, court_code: str, court_name: str, go_live_on: date, today: date
) -> Judgement:
    """Say what a row is, with all its problems.

    Args:
        fields: of the row, from `reading.read` or `reading.completed`.
        court_code: of the importing court, as its case numbers hold it.
        court_name: of the importing court; compared where a number of before 2016 shows no court.
        go_live_on: the court's go-live day; what was decided on it or later is entered by hand.
        today: the legal day in Asia/Shanghai.
    """
    row = Examination(fields, today=today)
    _refuse_unknown_fields(row, fields)
    case = read_case(row, court_code=court_code, court_name=court_name)
    decision = read_decision(row, LISTING, go_live_on=go_live_on, what="the decision to list")
    order_decision = read_decision(row, ORDER, go_live_on=go_live_on, what="the order")
    # The earlier of the two days is the one on which the debtor was younger and the case newer.
    days = [one.decided_on for one in (decision, order_decision) if one is not None]
    decided_on = min(days, default=None)
    filed_on = read_filed_on(row, case, decided_on)
    subject = read_subject(row, decided_on)
    sex = read_sex(row)
    owed = read_owed(row)
    listing = read_listing(row, decision, go_live_on=go_live_on)
    order = read_order(row, order_decision)
    row.text("areaName", 200)
    row.day("publishDate")
    problems = row.problems
    if problems:
        return Judgement.of(problems)
    assert case is not None, "what is missing was noted"
    assert filed_on is not None, "what is missing was noted"
    assert subject is not None, "what is missing was noted"
    assert listing is not None, "what is missing was noted"
    assert order is not None, "what is missing was noted"
    found = ImportRow(
        case=case,
        filed_on=filed_on,
        subject=subject,
        sex=sex,
        owed=owed,
        listing=listing,
        order=order,
    )
    return Judgement(Outcome.SOUND, (), found)


def _refuse_unknown_fields(row: Examination, fields: Fields) -> None:
    """A field nobody reads might have changed what the row means: the row is not entered without it."""
    if fields.keys() <= KNOWN:
        return
    unknown = [name for name in fields if name not in KNOWN]
    if not ENDED_FIELDS.isdisjoint(unknown):
        row.wrong(
            RECORD,
            "Says that the entry has left the List. Do not enter the debtor; take the row out.",
            "ALREADY_ENDED",
        )
        unknown = [name for name in unknown if name not in ENDED_FIELDS]
    for name in unknown[:_UNKNOWN_TOLD_MAX]:
        # The name itself is not repeated: where a header is missing, it is somebody's data.
        near = nearest_known(name)
        if near is None:
            row.wrong(RECORD, "Has a field that is not in README.md. Take it out, or rename it.")
        else:
            row.wrong(near, f"A field is not known; is {near} meant? Write that name.")

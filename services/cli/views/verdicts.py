"""How the answer to a check looks: the word, why, and what the person can do."""

from collections.abc import Iterable, Sequence
from typing import Final

from google.protobuf.message import Message
from rich.console import RenderableType

from cli.asking import Item, word_of
from cli.fields import Verdict, notices_of
from cli.papers.shapes import day_text, enum_text
from cli.plain import cell
from cli.views.instants import instant
from cli.views.tables import table
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.restriction.v1 import advice_pb2, restriction_pb2

_STYLES: Final = {
    "CLEAR": "bold green",
    "NOT_LISTED": "bold green",
    "RESTRICTED": "bold red",
    "LISTED": "bold yellow",
    "UNDETERMINED": "bold yellow",
}
_MEANING: Final = {
    "CLEAR": "nothing bars this",
    "UNDETERMINED": "it cannot be said now: it is never a refusal",
    "NOT_LISTED": "no listing stands",
    "LISTED": "advice, to be weighed by a person; it decides nothing",
}
_MENDED: Final = {
    "DOCUMENT_INVALID": "read number, kind and issuing state again: no such document exists",
    "NAME_MISFIT": "compare name and number with the document; the court looks into it, too",
}


def answer(reply: Message, verdict: Verdict) -> list[RenderableType]:
    """One answer in full."""
    word, reason = word_of(verdict), _reason(verdict)
    first = cell(word, _STYLES[word])
    first.append_text(cell(f"  {' · '.join(filter(None, [reason, _MEANING.get(word, '')]))}"))
    shown: list[RenderableType] = [first]
    if isinstance(verdict, restriction_pb2.Decision):
        shown += _decision(verdict)
    else:
        shown += _advice(verdict)
    shown += [cell(text) for text in notices_of(reply)]
    if reason in _MENDED:
        shown.append(cell(f"next: {_MENDED[reason]}", "green"))
    return [*shown, cell(_as_of(verdict), "dim")]


def manifest(items: Sequence[Item]) -> list[RenderableType]:
    """Many answers, a line each."""
    rows = [(one.line, *_row(one)) for one in items]
    return [table("answers", ("line", "answer", "reason", "by", "court"), rows)]


def _row(item: Item) -> Iterable[object]:
    if item.verdict is None:
        text = "" if item.status is None else item.status.message
        return ("not read", text, "", "")
    word = cell(word_of(item.verdict), _STYLES[word_of(item.verdict)])
    if isinstance(item.verdict, restriction_pb2.Decision):
        articles = ", ".join(bar.article for bar in item.verdict.bars)
        courts = ", ".join(bar.court_name for bar in item.verdict.bars)
    else:
        articles = ", ".join(one.legal_basis for one in item.verdict.entries)
        courts = ", ".join(one.court_name for one in item.verdict.entries)
    return (word, _reason(item.verdict), articles, courts)


def _decision(decision: restriction_pb2.Decision) -> list[RenderableType]:
    shown: list[RenderableType] = []
    if decision.bars:
        columns = ("article", "order number", "case", "court", "contact")
        rows = [
            (one.article, one.order_number, one.case_number, one.court_name, one.court_contact)
            for one in decision.bars
        ]
        shown.append(table("barred by", columns, rows))
    if decision.allowed:
        shown.append(cell(f"allowed: {', '.join(decision.allowed)}", "green"))
    return shown


def _advice(advice: advice_pb2.Advice) -> list[RenderableType]:
    shown: list[RenderableType] = []
    if advice.entries:
        columns = ("court", "case", "ground", "basis", "since", "performed on", "ended on", "")
        rows = [
            (
                f"{one.court_name} {one.court_contact}",
                one.case_number,
                enum_text(ledger.Ground.DESCRIPTOR, one.ground),
                one.legal_basis,
                day_text(one.listed_since),
                day_text(one.performed_in_full_on) if one.HasField("performed_in_full_on") else "",
                day_text(one.ended_on) if one.HasField("ended_on") else "",
                "void from the start" if one.void_from_start else "",
            )
            for one in advice.entries
        ]
        shown.append(table("entries", columns, rows))
    if advice.hint:
        shown.append(cell(advice.hint))
    return shown


def _reason(verdict: Verdict) -> str:
    return enum_text(restriction_pb2.Reason.DESCRIPTOR, verdict.reason)


def _as_of(verdict: Verdict) -> str:
    by = enum_text(restriction_pb2.DecidedBy.DESCRIPTOR, verdict.decided_by)
    stale = ", stale" if verdict.stale else ""
    as_of = f"as of position {verdict.as_of.position}, {instant(verdict.as_of_time)}{stale}"
    recorded = f", recorded as {verdict.decision_id}" if verdict.decision_id else ""
    return f"decided by {by or 'nobody'}, {as_of}{recorded}"

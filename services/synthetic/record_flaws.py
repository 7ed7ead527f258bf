"""Flaws in the record itself: its fields' names, its characters, its form."""

from typing import Final

from synthetic.flaw import Flaw, given, untouched


def _cut(line: bytes) -> bytes:
    return line[: len(line) // 2]


def _garble(line: bytes) -> bytes:
    return line.replace(b'"caseCode"', b'"\xff\xff"', 1)


def _repeat(line: bytes) -> bytes:
    return line.replace(b'{"', b'{"orderItems":"1","', 1)


def _bare(_: bytes) -> bytes:
    return b'{"data":"","result":""}'


RECORD_FLAWS: Final = (
    Flaw(
        name="a slip in a field's name",
        outcome="REJECTED",
        field="orderEndOn",
        reason="FIELD_INVALID",
        mar=given(orderEndOnn="2099-01-01"),
        only_jsonl=True,
    ),
    Flaw(
        name="a field of no meaning here",
        outcome="REJECTED",
        field="record",
        reason="FIELD_INVALID",
        mar=given(remarks="x"),
        only_jsonl=True,
    ),
    Flaw(
        name="gone from the List",
        outcome="REJECTED",
        field="record",
        reason="ALREADY_ENDED",
        mar=given(exitDate="2025-09-01"),
        only_jsonl=True,
    ),
    Flaw(
        name="text turned round",
        outcome="REJECTED",
        field="duty",
        reason="FIELD_INVALID",
        mar=given(duty="偿还\u202e借款"),
    ),
    Flaw(
        name="line cut off",
        outcome="REJECTED",
        field="record",
        reason="FIELD_INVALID",
        mar=untouched,
        mar_line=_cut,
    ),
    Flaw(
        name="bytes of no encoding",
        outcome="REJECTED",
        field="record",
        reason="FIELD_INVALID",
        mar=untouched,
        mar_line=_garble,
    ),
    Flaw(
        name="a field twice",
        outcome="REJECTED",
        field="record",
        reason="FIELD_INVALID",
        mar=untouched,
        mar_line=_repeat,
    ),
    Flaw(
        name="no field of ours",
        outcome="REJECTED",
        field="record",
        reason="FIELD_INVALID",
        mar=untouched,
        mar_line=_bare,
    ),
)

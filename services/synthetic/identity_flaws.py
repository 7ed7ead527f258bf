"""Flaws in who the debtor is, in which case, and what is owed."""

from datetime import date, timedelta
from typing import Final

from document.check_character import resident_check_character
from synthetic.cases import add_years
from synthetic.flaw import Bearer, Flaw, given, missing, wrong
from synthetic.people import resident_number_born_on
from synthetic.plan import Plan
from synthetic.register import Row

_UTOPIAN: Final = '[{"kind":"PASSPORT","issuingState":"UTO","number":"X9%s"}]'
_ABROAD: Final = {
    "documentKind": "PASSPORT",
    "issuingState": "UTO",
    "cardNum": "X900000000",
    "birthDate": "1980-01-01",
    "birthDateProof": "卷宗第 5 页",
    "otherDocuments": "",
}


def _hide(row: Row, _: Plan) -> Row:
    return {**row, "cardNum": f"{row['cardNum'][:10]}****{row['cardNum'][14:]}"}


def _misprint(row: Row, _: Plan) -> Row:
    number = row["cardNum"]
    return {**row, "cardNum": number[:-1] + ("1" if number[-1] != "1" else "2")}


def _misprint_person(row: Row, plan: Plan) -> Row:
    # Cards of before 1999 have no check character to miss.
    return _misprint({**row, "cardNum": resident_number_born_on(date(1970, 1, 1))}, plan)


def _no_such_birthday(row: Row, _: Plan) -> Row:
    first_17 = "00099919700230000"
    return {**row, "cardNum": first_17 + resident_check_character(first_17)}


def _unborn(row: Row, plan: Plan) -> Row:
    return {**row, "cardNum": resident_number_born_on(plan.as_of + timedelta(days=400))}


def _minor(row: Row, _: Plan) -> Row:
    decided_on = date.fromisoformat(row["decidedOn"])
    born = add_years(decided_on, -18) + timedelta(days=1)
    return {**row, "cardNum": resident_number_born_on(born), "age": ""}


def _other_birthday(row: Row, _: Plan) -> Row:
    return {**row, "birthDate": "1949-12-31", "birthDateProof": "卷宗第 5 页"}


def _twin(row: Row, _: Plan) -> Row:
    second = resident_number_born_on(date(1970, 1, 1))
    return {**row, "otherDocuments": f'[{{"kind":"RESIDENT_ID","number":"{second}"}}]'}


def _other_court(row: Row, plan: Plan) -> Row:
    other = next(one for one in ("琼9099", "藏9099") if one not in plan.courts)
    return {**row, "caseCode": f"（2019）{other}执1号"}


def _civil_case(row: Row, _: Plan) -> Row:
    return {**row, "caseCode": row["caseCode"].replace("执", "民初")}


def _filed_late(row: Row, _: Plan) -> Row:
    after = date.fromisoformat(row["orderDecidedOn"]) + timedelta(days=1)
    return {**row, "regDate": after.isoformat()}


def _filed_tomorrow(row: Row, plan: Plan) -> Row:
    # Far enough to lie in the future still when the file is a year old.
    return {**row, "regDate": f"{add_years(plan.as_of, 9):%Y%m%d}"}


_NOBODY: Final = (
    Flaw(
        name="number hidden",
        outcome="UNMATCHED",
        field="cardNum",
        reason="DOCUMENT_MASKED",
        mar=_hide,
        bearer=Bearer.PERSON,
    ),
    Flaw(
        name="code hidden",
        outcome="UNMATCHED",
        field="cardNum",
        reason="DOCUMENT_MASKED",
        mar=_hide,
        bearer=Bearer.COMPANY,
    ),
    Flaw(
        name="no number",
        outcome="UNMATCHED",
        field="cardNum",
        reason="FIELD_REQUIRED",
        mar=given(cardNum=""),
    ),
    Flaw(
        name="organisation code of before 2015",
        outcome="UNMATCHED",
        field="cardNum",
        reason="IDENTITY_REFUSED",
        mar=given(cardNum="00000000-0"),
        bearer=Bearer.COMPANY,
    ),
    Flaw(
        name="further document hidden",
        outcome="UNMATCHED",
        field="otherDocuments",
        reason="DOCUMENT_MASKED",
        mar=given(otherDocuments=_UTOPIAN % "****000"),
        bearer=Bearer.PERSON,
    ),
)
_DOCUMENTS: Final = (
    Flaw(
        name="check character wrong",
        outcome="REJECTED",
        field="cardNum",
        reason="DOCUMENT_INVALID",
        mar=_misprint_person,
        bearer=Bearer.PERSON,
    ),
    Flaw(
        name="code's check character wrong",
        outcome="REJECTED",
        field="cardNum",
        reason="DOCUMENT_INVALID",
        mar=_misprint,
        bearer=Bearer.COMPANY,
    ),
    Flaw(
        name="born on 30 February",
        outcome="REJECTED",
        field="cardNum",
        reason="DOCUMENT_INVALID",
        mar=_no_such_birthday,
        bearer=Bearer.PERSON,
    ),
    Flaw(
        name="not born yet",
        outcome="REJECTED",
        field="cardNum",
        reason="DOCUMENT_INVALID",
        mar=_unborn,
        bearer=Bearer.PERSON,
    ),
    wrong("number too short", "cardNum", "DOCUMENT_INVALID", "00099919700101", Bearer.PERSON),
    wrong("kind of document unknown", "documentKind", "FIELD_INVALID", "LIBRARY_CARD"),
    Flaw(
        name="a company's code for a person",
        outcome="REJECTED",
        field="cardNum",
        reason="IDENTITY_REFUSED",
        mar=given(partyTypeName="0", age="", documentKind="USCC"),
        bearer=Bearer.COMPANY,
    ),
    Flaw(
        name="two resident numbers",
        outcome="REJECTED",
        field="otherDocuments",
        reason="IDENTITY_REFUSED",
        mar=_twin,
        bearer=Bearer.PERSON,
    ),
    wrong("further documents are no list", "otherDocuments", "FIELD_INVALID", "X900000000"),
    Flaw(
        name="passport of no state",
        outcome="INCOMPLETE",
        field="issuingState",
        reason="FIELD_REQUIRED",
        mar=given(**{**_ABROAD, "issuingState": ""}),
        bearer=Bearer.PERSON,
    ),
)
_AGE: Final = (
    Flaw(
        name="a minor by the number",
        outcome="REJECTED",
        field="birthDate",
        reason="MINOR",
        mar=_minor,
        bearer=Bearer.PERSON,
    ),
    wrong("a minor by the age told", "age", "MINOR", "17岁", Bearer.PERSON),
    wrong("age in words", "age", "FIELD_INVALID", "四十余", Bearer.PERSON),
    Flaw(
        name="two birth dates",
        outcome="REJECTED",
        field="birthDate",
        reason="AGE_UNKNOWN",
        mar=_other_birthday,
        bearer=Bearer.PERSON,
    ),
    Flaw(
        name="passport without birth date",
        outcome="INCOMPLETE",
        field="birthDate",
        reason="AGE_UNKNOWN",
        mar=given(**{**_ABROAD, "birthDate": "", "birthDateProof": ""}),
        bearer=Bearer.PERSON,
    ),
    Flaw(
        name="birth date without proof",
        outcome="INCOMPLETE",
        field="birthDateProof",
        reason="AGE_UNKNOWN",
        mar=given(**{**_ABROAD, "birthDateProof": ""}),
        bearer=Bearer.PERSON,
    ),
    wrong("a company's birth date", "birthDate", "FIELD_INVALID", "1980-01-01", Bearer.COMPANY),
)
_NAMES: Final = (
    missing("iname", "name"),
    wrong("name too long", "iname", "FIELD_TOO_LONG", "测" * 201),
    missing("businessEntity", "representative", Bearer.COMPANY),
    wrong("neither person nor company", "partyTypeName", "FIELD_INVALID", "7"),
    wrong("sex unknown to the form", "sexy", "FIELD_INVALID", "甲"),
)
_CASE: Final = (
    missing("caseCode", "case number"),
    wrong("case number unread", "caseCode", "CASE_NUMBER_UNPARSED", "执行案件一"),
    Flaw(
        name="another court's case",
        outcome="REJECTED",
        field="caseCode",
        reason="CASE_REFUSED",
        mar=_other_court,
    ),
    Flaw(
        name="no enforcement case",
        outcome="REJECTED",
        field="caseCode",
        reason="CASE_REFUSED",
        mar=_civil_case,
    ),
    missing("regDate", "day of filing"),
    Flaw(
        name="filed after the decisions",
        outcome="REJECTED",
        field="regDate",
        reason="CASE_REFUSED",
        mar=_filed_late,
        bearer=Bearer.TERMED,
    ),
    Flaw(
        name="filed in the future",
        outcome="REJECTED",
        field="regDate",
        reason="FIELD_INVALID",
        mar=_filed_tomorrow,
    ),
)
_OWED: Final = (
    missing("gistId", "number of the judgment"),
    missing("duty", "duty", Bearer.ABLE),
    missing("owedAmount", "sum and no act"),
    wrong("nothing owed", "owedAmount", "AMOUNT_OUT_OF_RANGE", "0"),
    wrong("ten thousands of yuan", "owedAmount", "FIELD_INVALID", "5万元"),
    wrong("a sum and an act", "owedAct", "FIELD_INVALID", "交付示例房屋"),
    wrong("performed", "performance", "OBLIGATION_PERFORMED", "全部已履行"),
)

IDENTITY_FLAWS: Final = (*_NOBODY, *_DOCUMENTS, *_AGE, *_NAMES, *_CASE, *_OWED)

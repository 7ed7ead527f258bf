"""What the second person compares with the case file."""

from registry.intake.names import SUPERSET
from registry.intake.understanding import understood
from tests import builders
from tests.unit.registry.intake.whole import PASSPORT, WHOLE, sound


def test_a_row_is_shown_as_it_would_be_entered() -> None:
    shown = understood(sound(caseCode="(2025)京0199执01234号", owedAmount="12,345.6"))
    assert shown["caseCode"] == "（2025）京0199执1234号"
    assert shown["owedAmount"] == "12345.60"
    assert shown["ground"] == "4 违反财产报告制度"
    assert shown["orderItems"] == "1,2,9"
    assert shown.keys() <= set(SUPERSET)


def test_everything_that_the_file_said_of_the_entry_is_shown() -> None:
    unkept = {"courtName", "areaName", "age", "performance", "unperformPart", "publishDate"}
    assert WHOLE.keys() - unkept <= understood(sound()).keys()


def test_documents_are_masked_and_nothing_beside_tells_them_whole() -> None:
    others = '[{"kind": "PASSPORT", "issuingState": "UTO", "number": "X12345678"}]'
    shown = understood(sound(otherDocuments=others, birthDate="1980-01-01", birthDateProof="卷宗"))
    everything = " ".join(shown.values())
    assert builders.resident_id() not in everything
    assert "X12345678" not in everything
    assert "birthDate" not in shown
    assert shown["cardNum"] == "0000001980****0005"


def test_a_recorded_birth_date_is_compared_too() -> None:
    shown = understood(sound(**PASSPORT))
    assert shown["birthDate"] == "1980-01-01"
    assert shown["birthDateProof"] == PASSPORT["birthDateProof"]

"""Names are opened only for inquiries that bring one, and what cannot be opened says nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import subject_pb2
from registry.feed.second_factor import SecondFactor
from registry.sealing import Sealer, SealKey
from tests.builders import registry_secret

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SUBJECT, DOCUMENT = UUID(int=1), UUID(int=2)
SEALER = Sealer([SealKey("seal-test-1", bytes(range(32)))])
SECOND_FACTOR = SecondFactor(sealer=SEALER, secrets=[registry_secret()])


def _row(basis: int, place: int = 1, **changes: Any) -> Mapping[str, Any]:
    facts = subject_pb2.Subject(name="测试某人").SerializeToString()
    row = {
        "place": place,
        "subject_id": SUBJECT,
        "document_id": DOCUMENT,
        "basis_id": UUID(int=basis),
        "facts_sealed": SEALER.seal(facts, f"subject/{SUBJECT}"),
        "start_at": NOW - DAY,
        "end_at": None,
        "ended_at": None,
        "unsettled": False,
    }
    return {**row, **changes}


def _asked(*names: str) -> list[feed.Inquiry]:
    return [feed.Inquiry(epoch=1, digest=bytes(16), name=name) for name in names]


def test_each_inquiry_is_judged_by_its_own_name() -> None:
    rows = [_row(place * 10, place) for place in (1, 2, 3, 4)]
    found = SECOND_FACTOR.misfits(_asked("测试某人", "无名路人", "", "无名路人"), rows, NOW)
    assert [(one.place, one.basis_ids) for one in found] == [
        (2, [UUID(int=20)]),
        (4, [UUID(int=40)]),
    ]
    assert {(one.subject_id, one.document_id) for one in found} == {(SUBJECT, DOCUMENT)}


def test_a_name_is_recognised_by_its_words_beside_its_document_and_under_the_key() -> None:
    def spelling(
        name: str, document: UUID = DOCUMENT, factor: SecondFactor = SECOND_FACTOR
    ) -> bytes:
        [found] = factor.misfits(_asked(name), [_row(1, document_id=document)], NOW)
        [only] = found.spellings
        return only

    first = spelling("无名路人")
    assert spelling(" 无名　路人 ") == first
    others = {
        spelling("无名过客"),
        spelling("无名路人", UUID(int=3)),
        spelling("无名路人", DOCUMENT, SecondFactor(sealer=SEALER, secrets=[registry_secret(2)])),
    }
    assert first not in others
    assert len(others) == 3


def test_a_name_that_was_kept_under_a_former_secret_is_recognised() -> None:
    def spellings(*versions: int) -> tuple[bytes, ...]:
        factor = SecondFactor(sealer=SEALER, secrets=[registry_secret(one) for one in versions])
        [found] = factor.misfits(_asked("无名路人"), [_row(1)], NOW)
        return found.spellings

    assert spellings(2, 1) == spellings(2) + spellings(1)


def test_courts_are_told_only_of_what_is_in_force() -> None:
    rows = [
        _row(1),
        _row(2, start_at=NOW),
        _row(3, start_at=NOW + DAY),
        _row(4, end_at=NOW),
        _row(5, end_at=NOW + DAY),
        _row(6, ended_at=NOW - DAY),
        _row(7, unsettled=True),
    ]
    [found] = SECOND_FACTOR.misfits(_asked("无名路人"), rows, NOW)
    assert [one.int for one in found.basis_ids] == [1, 2, 5]


@pytest.mark.parametrize(
    "sealed",
    [None, b"", b"\x01\x0bseal-test-9" + bytes(40), SEALER.seal(b"", "subject/else")],
    ids=["nothing", "empty", "of another key", "of another record"],
)
def test_a_record_that_cannot_be_read_raises_no_doubt(sealed: bytes | None) -> None:
    with capture_logs() as lines:
        rows = [_row(1, facts_sealed=sealed), _row(2, 2)]
        found = SECOND_FACTOR.misfits(_asked("无名路人", "无名过客"), rows, NOW)
    assert [one.place for one in found] == [2]
    assert [line["event"] for line in lines] == ([] if sealed is None else ["name_unreadable"])
    assert "无名" not in repr(lines)


def test_a_name_on_record_is_opened_for_no_inquiry_without_one() -> None:
    with capture_logs() as lines:
        assert SECOND_FACTOR.misfits(_asked(""), [_row(1, facts_sealed=b"broken")], NOW) == ()
    assert lines == [], "it was not even tried"


def test_a_name_that_comes_again_beside_the_same_person_is_compared_once() -> None:
    opened: list[str] = []

    class CountingSealer(Sealer):
        def unseal(self, sealed: bytes, context: str) -> bytes:
            opened.append(context)
            return super().unseal(sealed, context)

    factor = SecondFactor(
        sealer=CountingSealer([SealKey("seal-test-1", bytes(range(32)))]),
        secrets=[registry_secret()],
    )
    rows = [_row(place, place) for place in (1, 2, 3)]
    found = factor.misfits(_asked("无名路人", "无名路人", "测试某人"), rows, NOW)
    assert [one.place for one in found] == [1, 2]
    assert len(opened) == 2

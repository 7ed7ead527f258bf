"""Claims and excerpts for tests of what the record decides."""

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from chassis.clock import HeldClock
from courtlist.registry.v1 import obligation_pb2, subject_pb2
from document import Document, digest, parse
from registry.importing.batch.deciding import Deciding
from registry.importing.batch.excerpt import (
    Excerpt,
    KnownListing,
    KnownObligation,
    KnownOrder,
    KnownSubject,
)
from registry.importing.papers.claims import Claim
from registry.records import ListingRecord, OrderRecord
from tests.builders import digest_key, resident_id

NOW: Final = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY: Final = date(2026, 11, 22)
COURT: Final = "京0199"
OWED_FEN = 1_234_567
DECIDED_ON: Final = date(2026, 3, 1)
CASE: Final = "（2025）京0199执1234号"
KEY: Final = digest_key()


def document(serial: int = 0) -> Document:
    return parse("RESIDENT_ID", "", resident_id(region=f"{serial:06d}"), TODAY)


def claim(*documents: Document, **changes: Any) -> Claim:
    """A sound row; of a person with the first document unless others are given."""
    held = documents or (document(),)
    given: dict[str, Any] = {
        "row_number": 1,
        "kind": subject_pb2.SUBJECT_KIND_PERSON,
        "name": "测试甲",
        "papers": tuple(
            (one.kind.value, one.issuing_state, one.number, one.birth_date) for one in held
        ),
        "digests": tuple(((KEY.epoch, digest(one, KEY)),) for one in held),
        "birth_date": held[0].birth_date,
        "birth_proof": "证件号码所载",
        "case_number": CASE,
        "obligation_kind": obligation_pb2.OBLIGATION_KIND_MONEY,
        "decision_number": f"{CASE}之一",
        "decided_on": DECIDED_ON,
        "term_end_at": datetime(2028, 3, 1, 16, tzinfo=UTC),
        "order_number": f"{CASE}限消令",
        "order_decided_on": DECIDED_ON,
        "period_end_at": None,
        "review_at": None,
        "owed_fen": OWED_FEN,
        "paper": b"paper",
    }
    return Claim(**{**given, **changes})


class Record:
    """An excerpt in the making."""

    def __init__(self) -> None:
        self.excerpt = Excerpt()

    def deciding(self) -> Deciding:
        return Deciding(excerpt=self.excerpt, court_code=COURT, clock=HeldClock(NOW), now=NOW)

    def subject(self, *documents: Document, name: str = "测试甲") -> UUID:
        subject_id = uuid4()
        held = documents or (document(),)
        self.excerpt.subjects[subject_id] = KnownSubject(
            position=1,
            kind=subject_pb2.SUBJECT_KIND_PERSON,
            name=name,
            birth=None,
            documents=list(held),
        )
        for one in held:
            self.excerpt.owners[KEY.epoch, digest(one, KEY)] = subject_id
        return subject_id

    def obligation(self, *, case_number: str = CASE, court: str = COURT, **changes: Any) -> UUID:
        obligation_id = uuid4()
        given = {
            "kind": obligation_pb2.OBLIGATION_KIND_MONEY,
            "performed": False,
            "sums_fen": frozenset((OWED_FEN,)),
        }
        self.excerpt.cases[case_number] = (obligation_id, court)
        self.excerpt.obligations[obligation_id] = KnownObligation(**{**given, **changes})
        return obligation_id

    def listing(self, subject_id: UUID, obligation_id: UUID, **changes: Any) -> KnownListing:
        given: dict[str, Any] = {
            "case_number": CASE,
            "court_code": COURT,
            "term_end_at": datetime(2028, 3, 1, 16, tzinfo=UTC),
            "decision_number": f"{CASE}之一",
            "ended_at": None,
            "ended_cause": None,
            **changes,
        }
        known = KnownListing(
            decision_number=given["decision_number"],
            ended_at=given["ended_at"],
            ended_cause=given["ended_cause"],
            record=ListingRecord(
                listing_id=uuid4(),
                subject_id=subject_id,
                obligation_id=obligation_id,
                court_code=given["court_code"],
                case_number=given["case_number"],
                ground=4,
                decided_on=DECIDED_ON,
                start_at=NOW,
                term_end_at=given["term_end_at"],
                position=2,
            ),
        )
        self.excerpt.subjects[subject_id].listings.append(known)
        return known

    def order(self, subject_id: UUID, obligation_id: UUID, **changes: Any) -> KnownOrder:
        given: dict[str, Any] = {
            "court_code": COURT,
            "order_number": "另一限消令",
            "period_end_at": None,
            "ended_at": None,
            "ended_cause": None,
            **changes,
        }
        known = KnownOrder(
            order_number=given["order_number"],
            ended_at=given["ended_at"],
            ended_cause=given["ended_cause"],
            record=OrderRecord(
                order_id=uuid4(),
                subject_id=subject_id,
                obligation_id=obligation_id,
                court_code=given["court_code"],
                case_number=CASE,
                listing_id=None,
                decided_on=DECIDED_ON,
                period_end_at=given["period_end_at"],
                position=3,
            ),
        )
        self.excerpt.subjects[subject_id].orders.append(known)
        return known

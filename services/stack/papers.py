"""Complete and lawful papers for people who do not exist: what the story and the tests hand in.

Identity numbers have region 000000 and serial 000, which are given to nobody, and pass every check.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from google.type import date_pb2

from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import (
    decision_pb2,
    listing_pb2,
    obligation_pb2,
    order_pb2,
    registry_service_pb2,
    subject_pb2,
)
from document.check_character import resident_check_character

_FIRST_BIRTH = date(1950, 1, 1)
_BIRTH_DAYS = 18_000


@dataclass(frozen=True, slots=True)
class Court:
    """A court and the people who act for it."""

    code: str
    name: str
    contact: str

    @property
    def clerk(self) -> str:
        """The clerk's person id."""
        return f"clerk-{self._suffix}"

    @property
    def judge(self) -> str:
        """The judge's person id."""
        return f"judge-{self._suffix}"

    @property
    def president(self) -> str:
        """The president's person id."""
        return f"president-{self._suffix}"

    @property
    def reviewer(self) -> str:
        """The person id of who reviews the decisions of courts below."""
        return f"reviewer-{self._suffix}"

    @property
    def auditor(self) -> str:
        """The auditor's person id."""
        return f"auditor-{self._suffix}"

    @property
    def _suffix(self) -> str:
        return self.code.encode().hex()

    def case(self, serial: int, year: int = 2025) -> str:
        """The number of one of its enforcement cases."""
        return f"（{year}）{self.code}执{serial}号"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist, by a serial number of 0 to 17,999,999."""

    serial: int

    @property
    def name(self) -> str:
        """A name that nobody has."""
        return f"测试{self.serial}"

    @property
    def resident_id(self) -> document_pb2.Document:
        """A resident identity number that passes every check and was given to nobody."""
        region, days = divmod(self.serial, _BIRTH_DAYS)
        born = _FIRST_BIRTH + timedelta(days=days)
        first_17 = f"000{region:03d}{born:%Y%m%d}000"
        return document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_RESIDENT_ID,
            number=first_17 + resident_check_character(first_17),
        )

    @property
    def passport(self) -> document_pb2.Document:
        """A passport number of no issued series."""
        return document_pb2.Document(
            kind=document_pb2.DOCUMENT_KIND_PASSPORT,
            issuing_state="CHN",
            number=f"E0{self.serial:08d}",
        )

    @property
    def subject(self) -> subject_pb2.Subject:
        """The person as a court enters her."""
        return subject_pb2.Subject(
            kind=subject_pb2.SUBJECT_KIND_PERSON, name=self.name, documents=[self.resident_id]
        )


def day(value: date) -> date_pb2.Date:
    """A calendar day as it travels."""
    return date_pb2.Date(year=value.year, month=value.month, day=value.day)


def yuan(sum_yuan: int) -> obligation_pb2.Money:
    """A sum of whole yuan."""
    return obligation_pb2.Money(currency="CNY", minor_units=sum_yuan * 100)


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers of one court, decided `decided_on` and served two days later."""

    court: Court
    decided_on: date

    @classmethod
    def of(cls, court: Court, *, today: date) -> "Papers":
        """Papers decided ten days ago, so that every date in them is past."""
        return cls(court, today - timedelta(days=10))

    def entry(
        self,
        *,
        request_id: str,
        subject: subject_pb2.Subject,
        case_number: str,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
        obligation_id: str = "",
        owed_yuan: int = 10_000,
    ) -> registry_service_pb2.EnterListingRequest:
        """EnterListing for one debtor; with `obligation_id` on a debt that is recorded already."""
        request = registry_service_pb2.EnterListingRequest(
            request_id=request_id,
            case=self.case(case_number),
            subject=subject,
            decision=self.decision(f"{case_number}之一"),
            service=self.service(),
            warning=decision_pb2.Warning(
                notice_number=f"{case_number}执行通知书",
                served_on=day(self.decided_on - timedelta(days=40)),
                text_version="2017-05-01",
            ),
            listing=self.listing(ground),
            order=self.order(case_number),
        )
        if obligation_id:
            request.obligation_id = obligation_id
        else:
            request.obligation_terms.CopyFrom(self.debt(owed_yuan))
        return request

    def restriction(
        self,
        *,
        request_id: str,
        subject: subject_pb2.Subject,
        case_number: str,
        owed_yuan: int = 10_000,
    ) -> registry_service_pb2.IssueOrderRequest:
        """IssueOrder for one debtor on a new debt."""
        return registry_service_pb2.IssueOrderRequest(
            request_id=request_id,
            case=self.case(case_number),
            subject=subject,
            obligation_terms=self.debt(owed_yuan),
            order=self.order(case_number),
        )

    def case(self, number: str) -> obligation_pb2.Case:
        """The enforcement case, filed half a year before the decision."""
        return obligation_pb2.Case(
            number=number, filed_on=day(self.decided_on - timedelta(days=180))
        )

    def debt(self, owed_yuan: int) -> obligation_pb2.ObligationTerms:
        """A money debt by a judgment."""
        return obligation_pb2.ObligationTerms(
            kind=obligation_pb2.OBLIGATION_KIND_MONEY,
            principal=yuan(owed_yuan),
            basis_number=f"（2024）{self.court.code}民初1号",
            issuing_body=self.court.name,
            duty="偿还借款本金及利息",
        )

    def decision(self, number: str) -> decision_pb2.Decision:
        """A decision signed by the president on the day it was made."""
        return decision_pb2.Decision(
            number=number,
            decided_on=day(self.decided_on),
            signed_by=self.court.president,
            signed_on=day(self.decided_on),
            reasons="有履行能力而拒不履行生效法律文书确定义务",
        )

    def service(self) -> decision_pb2.Service:
        """Served in person two days after the decision."""
        return decision_pb2.Service(
            mode=decision_pb2.SERVICE_MODE_DIRECT,
            served_on=day(self.decided_on + timedelta(days=2)),
            proof_reference="送达回证 1",
        )

    def listing(self, ground: ledger.Ground.ValueType) -> listing_pb2.ListingTerms:
        """The listing's terms, with the checklist of LP Art 3 answered where ground 1 needs it."""
        terms = listing_pb2.ListingTerms(
            ground=ground,
            evidence_reference="卷宗第 12 页",
            ability=listing_pb2.ABILITY_ABLE,
            conduct="有履行能力而拒不履行生效法律文书确定义务",
            performed_part="全部未履行",
        )
        if ground == ledger.GROUND_ABLE_BUT_REFUSES:
            terms.article3.CopyFrom(
                listing_pb2.Article3Checklist(
                    security_given=False,
                    assets_cover_debt=False,
                    turn_not_come=False,
                    otherwise_not_able=False,
                    answered_by=self.court.judge,
                )
            )
        return terms

    def order(self, case_number: str) -> order_pb2.OrderTerms:
        """An order of all nine items with a review in a year."""
        return order_pb2.OrderTerms(
            decision=self.decision(f"{case_number}限消令"),
            service=self.service(),
            items=[item for item in ledger.Item.values() if item != ledger.ITEM_UNSPECIFIED],
            review_on=day(self.decided_on + timedelta(days=365)),
            consequences_stated=True,
            conduct_finding="消极履行",
            ability_finding="有履行能力",
            notice_period_ended_on=day(self.decided_on - timedelta(days=20)),
        )

    def journey_pass(
        self, *, request_id: str, order_id: str, first_day: date, last_day: date
    ) -> registry_service_pb2.GrantPassRequest:
        """GrantPass for an examination: aircraft and fast trains on some days."""
        return registry_service_pb2.GrantPassRequest(
            request_id=request_id,
            order_id=order_id,
            items=[ledger.ITEM_TRANSPORT, ledger.ITEM_FAST_TRAINS],
            first_day=day(first_day),
            last_day=day(last_day),
            cause=ledger.PASS_CAUSE_EXAM,
            decision=self.decision(f"{self.court.case(1)}暂时解除 {request_id}"),
        )

"""The story: a debtor is entered, refused a train and a bed, pays, and is free. Public RPCs only."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.check_steps import STARRED, UNRATED, UNSTARRED, CheckSteps
from stack.court_steps import CourtSteps
from stack.office import flight, train
from stack.papers import Court, Person
from stack.partner_steps import PartnerSteps
from stack.script import Script

CHAOYANG: Final = Court("京0199", "示例市第一人民法院", "010-0000 0001")
PUDONG: Final = Court("沪0199", "示例市第二人民法院", "021-0000 0002")
HOTELS: Final = "demo-hotels"
BANK: Final = "demo-bank"

_G_SECOND = train(travel.TRAIN_CATEGORY_G, travel.SEAT_CLASS_SECOND)
_D_FIRST = train(travel.TRAIN_CATEGORY_D, travel.SEAT_CLASS_FIRST)
_D_SECOND = train(travel.TRAIN_CATEGORY_D, travel.SEAT_CLASS_SECOND)
_SOFT_SLEEPER = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_SOFT_SLEEPER)
_HARD_SLEEPER = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SLEEPER)
_HARD_SEAT = train(travel.TRAIN_CATEGORY_K, travel.SEAT_CLASS_HARD_SEAT)


@dataclass(frozen=True, slots=True)
class Story:
    """Plays the story against running services; its lines are in the script."""

    script: Script
    courts: CourtSteps
    checks: CheckSteps
    partners: PartnerSteps
    today: date

    async def play(self) -> None:
        """Play every chapter in order."""
        await self._open()
        first = await self._enter_first_case()
        await self._grant_pass(first)
        second = await self._enter_second_case()
        await self._pay_first_case(first)
        await self._pay_second_case(second)
        await self._pay_termed_listing()

    async def _open(self) -> None:
        self.script.chapter = "two courts, a hotel chain, a bank, two partners who are pushed to"
        for court in (CHAOYANG, PUDONG):
            await self.courts.open_court(court)
        sites = {STARRED: 5, UNSTARRED: 0}
        await self.partners.enrol_hotels(HOTELS, sites, since=self.today - timedelta(days=30))
        await self.partners.enrol(BANK, "loan")
        await self.partners.enrol_pushed()
        await self.checks.until_known(Person(2).resident_id)

    async def _enter_first_case(self) -> rpc.EnterListingResponse:
        self.script.chapter = "a debtor is entered"
        debtor, stranger, checks = Person(1).resident_id, Person(2).resident_id, self.checks
        await checks.travel("before: G train", debtor, _G_SECOND, "CLEAR")
        await checks.hotel("before: five stars", debtor, STARRED, "CLEAR")
        await checks.loan("before: a new loan", debtor, "NOT_LISTED")
        entered = await self.courts.enter(CHAOYANG, Person(1), serial=1)
        await checks.until_refused(debtor, "travel", "hotel", "loan")
        await checks.travel("G train, second class", debtor, _G_SECOND, "RESTRICTED by 1")
        await checks.travel("flight", debtor, flight(), "RESTRICTED by 1")
        await checks.travel("hard seat", debtor, _HARD_SEAT, "CLEAR")
        await checks.travel("hard sleeper", debtor, _HARD_SLEEPER, "CLEAR")
        await checks.travel("D train, second class", debtor, _D_SECOND, "CLEAR")
        await checks.travel("soft sleeper", debtor, _SOFT_SLEEPER, "RESTRICTED by 1")
        await checks.travel("D train, first class", debtor, _D_FIRST, "RESTRICTED by 1")
        await checks.hotel("hotel of five stars", debtor, STARRED, "RESTRICTED by 1")
        await checks.hotel("guesthouse without a star", debtor, UNSTARRED, "CLEAR")
        await checks.hotel("hotel of unknown rating", debtor, UNRATED, "UNDETERMINED")
        await checks.loan("a new loan", debtor, "LISTED, 1 standing")
        await checks.travel("somebody not listed: G train", stranger, _G_SECOND, "CLEAR")
        await checks.hotel("somebody not listed: five stars", stranger, STARRED, "CLEAR")
        await checks.loan("somebody not listed: a new loan", stranger, "NOT_LISTED")
        await self.courts.bind_passport(CHAOYANG, Person(1), entered.listing.subject_id)
        await checks.until_refused(Person(1).passport, "travel")
        await checks.travel(
            "flight on the passport", Person(1).passport, flight(), "RESTRICTED by 1"
        )
        return entered

    async def _grant_pass(self, first: rpc.EnterListingResponse) -> None:
        self.script.chapter = "an examination in another city"
        debtor, tomorrow = Person(1).resident_id, self.today + timedelta(days=1)
        await self.courts.grant_pass(
            CHAOYANG, first.order.order_id, first_day=tomorrow, last_day=tomorrow
        )
        await self.checks.travel("flight on that day", debtor, flight(), "CLEAR")
        await self.checks.travel(
            "flight five days later", debtor, flight(), "RESTRICTED by 1", days_later=5
        )
        await self.checks.hotel("five stars all the same", debtor, STARRED, "RESTRICTED by 1")

    async def _enter_second_case(self) -> rpc.EnterListingResponse:
        self.script.chapter = "a second court"
        debtor = Person(1).resident_id
        entered = await self.courts.enter(PUDONG, Person(1), serial=7)
        await self.checks.until_bars(debtor, 1)
        await self.checks.travel(
            "flight on the day of the pass: the other court's order bars it",
            debtor,
            flight(),
            "RESTRICTED by 1",
        )
        await self.checks.travel(
            "flight five days later", debtor, flight(), "RESTRICTED by 2", days_later=5
        )
        await self.checks.hotel("hotel of five stars", debtor, STARRED, "RESTRICTED by 2")
        await self.checks.loan("a new loan", debtor, "LISTED, 2 standing")
        return entered

    async def _pay_first_case(self, first: rpc.EnterListingResponse) -> None:
        self.script.chapter = "the first debt is paid"
        debtor, obligation_id = Person(1).resident_id, first.listing.obligation_id
        await self.courts.state(CHAOYANG, obligation_id, owed_yuan=10_500)
        await self.courts.repay(CHAOYANG, obligation_id, paid_yuan=4_000, receipt="R-1", lifts=0)
        await self.checks.hotel("after a part payment", debtor, STARRED, "RESTRICTED by 2")
        await self.courts.repay(CHAOYANG, obligation_id, paid_yuan=6_500, receipt="R-2", lifts=1)
        await self.checks.travel(
            "only the second case is left: flight", debtor, flight(), "RESTRICTED by 1"
        )
        await self.checks.hotel("five stars", debtor, STARRED, "RESTRICTED by 1")
        await self.checks.loan("a new loan", debtor, "LISTED, 1 standing, 1 ended")

    async def _pay_second_case(self, second: rpc.EnterListingResponse) -> None:
        self.script.chapter = "the second debt is paid"
        debtor, obligation_id = Person(1).resident_id, second.listing.obligation_id
        await self.courts.state(PUDONG, obligation_id, owed_yuan=10_000)
        lift = await self.courts.repay(
            PUDONG, obligation_id, paid_yuan=10_000, receipt="R-1", lifts=1
        )
        await asyncio.gather(
            self.checks.at_once(debtor, lift.acknowledged_s, loan="NOT_LISTED, 2 ended"),
            self.partners.apply(lift),
        )
        await self.checks.travel("flight on the passport", Person(1).passport, flight(), "CLEAR")
        await self.checks.travel("G train", debtor, _G_SECOND, "CLEAR")
        await self.courts.standing(PUDONG, Person(1), "0 listings, 0 orders")
        await self.partners.show_hanging()

    async def _pay_termed_listing(self) -> None:
        self.script.chapter = "a listing with a term (ground 4)"
        debtor = Person(3).resident_id
        entered = await self.courts.enter(
            CHAOYANG, Person(3), serial=3, ground=ledger.GROUND_BREAKS_REPORTING_DUTY
        )
        obligation_id = entered.listing.obligation_id
        await self.checks.until_refused(debtor, "travel", "hotel", "loan")
        await self.checks.travel("flight", debtor, flight(), "RESTRICTED by 1")
        await self.courts.state(CHAOYANG, obligation_id, owed_yuan=10_000)
        await self.courts.repay(CHAOYANG, obligation_id, paid_yuan=10_000, receipt="R-1", lifts=1)
        await self.checks.travel("paid: flight", debtor, flight(), "CLEAR")
        await self.checks.hotel("paid: five stars", debtor, STARRED, "CLEAR")
        await self.checks.loan(
            "paid: the listing stands until the court decides",
            debtor,
            "LISTED, 1 standing, performed in full",
        )
        await self.courts.tasks(CHAOYANG, "EARLY_DELETION")

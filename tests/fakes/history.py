"""Random but lawful histories of a few people, to be read in every order that a follower may."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

from courtlist.ledger.v1 import change_pb2
from tests.fakes.ledger import START, FakeLedger
from tests.fakes.ledger_acts import ALL_ITEMS

_PEOPLE, _OBLIGATIONS, _PARTNERS = 5, 6, 2
_DAY = timedelta(days=1)
_CENTURY = 36500 * _DAY


class History:
    """Acts on `ledger`, the same for a seed. `digest_of_serial` gives each document its digest."""

    def __init__(
        self, ledger: FakeLedger, *, seed: int, digest_of_serial: Callable[[int], bytes]
    ) -> None:
        self._ledger = ledger
        self._pick = random.Random(seed)
        self._digest_of_serial = digest_of_serial
        self._orders: dict[str, str] = {}
        self._lifted: set[str] = set()
        self._listings: list[tuple[str, str]] = []
        self._bound: list[tuple[str, str]] = []
        self._passes: dict[str, str] = {}

    def make(self, length: int = 60) -> None:
        """All of it at once."""
        for _ in self.acts(length):
            pass

    def acts(self, length: int = 60) -> Iterator[None]:
        """Stops after each act."""
        self._ledger.enrol_court()
        acts = (
            self._bind,
            self._bind,
            self._issue,
            self._issue,
            self._enter,
            self._lift,
            self._end_listing,
            self._unbind,
            self._do_what_ends_nothing,
            self._do_what_ends_nothing,
            self._do_what_ends_nothing,
        )
        for number in range(length):
            self._pick.choice(acts)(number)
            yield

    def _subject(self) -> str:
        return f"s{self._pick.randrange(_PEOPLE)}"

    def _obligation(self) -> str:
        return f"b{self._pick.randrange(_OBLIGATIONS)}"

    def _bind(self, number: int) -> None:
        subject, document = self._subject(), f"d{number}"
        self._ledger.bind(subject, document, self._digest_of_serial(number))
        self._bound.append((subject, document))

    def _unbind(self, number: int) -> None:
        del number
        if not self._bound:
            return
        subject, document = self._bound.pop(self._pick.randrange(len(self._bound)))
        self._ledger.unbind(subject, document)
        if self._pick.random() < 0.5:
            self._ledger.bind(self._subject(), document, self._ledger.digest_of(document))

    def _issue(self, number: int) -> None:
        order_id, subject = f"o{number}", self._subject()
        later = _CENTURY if self._pick.random() < 0.2 else timedelta()
        self._ledger.issue(
            order_id,
            subject,
            start_at=START + later,
            end_at=START + later + _CENTURY if self._pick.random() < 0.3 else None,
            obligation_id=self._obligation(),
        )
        self._orders[order_id] = subject

    def _lift(self, number: int) -> None:
        del number
        standing = sorted(self._orders.keys() - self._lifted)
        if standing:
            order_id = self._pick.choice(standing)
            self._ledger.lift(order_id, self._orders[order_id])
            self._lifted.add(order_id)

    def _enter(self, number: int) -> None:
        listing_id, subject = f"l{number}", self._subject()
        self._ledger.enter_listing(listing_id, subject, obligation_id=self._obligation())
        self._listings.append((listing_id, subject))

    def _end_listing(self, number: int) -> None:
        del number
        if self._listings:
            listing = self._listings.pop(self._pick.randrange(len(self._listings)))
            kinds = [change_pb2.ENDING_KIND_DELETED, change_pb2.ENDING_KIND_REVOKED]
            self._ledger.end_listing(*listing, kind=self._pick.choice(kinds))

    def _do_what_ends_nothing(self, number: int) -> None:
        """Half of it in one act with an ending, so that the second cursor brings it ahead."""
        effects = [self._pick.choice(self._effects(number))]
        if self._pick.random() < 0.5:
            nobodys = change_pb2.OrderLifted(order_id=f"x{number}", subject_id=self._subject())
            effects.append(change_pb2.Effect(order_lifted=nobodys))
        self._ledger.act(effects)

    def _effects(self, number: int) -> list[change_pb2.Effect]:
        partner_id = f"partner-{self._pick.randrange(_PARTNERS)}"
        performed = change_pb2.ObligationPerformed(obligation_id=self._obligation())
        reopened = change_pb2.ObligationReopened(obligation_id=self._obligation())
        enrolled = change_pb2.PartnerEnrolled(
            partner_id=partner_id, fields=["travel", "loan"], push_address=f"localhost:{number}"
        )
        retired = change_pb2.PartnerRetired(partner_id=partner_id)
        rated = change_pb2.RatingRecorded(partner_id=partner_id, stars=self._pick.randrange(6))
        return [
            change_pb2.Effect(obligation_performed=performed),
            change_pb2.Effect(obligation_reopened=reopened),
            change_pb2.Effect(partner_enrolled=enrolled),
            change_pb2.Effect(partner_retired=retired),
            change_pb2.Effect(rating_recorded=rated),
            *self._pass_effects(number),
        ]

    def _pass_effects(self, number: int) -> list[change_pb2.Effect]:
        if not self._orders:
            return []
        order_id = self._pick.choice(sorted(self._orders))
        granted = change_pb2.PassGranted(
            pass_id=f"p{number}",
            order_id=order_id,
            subject_id=self._orders[order_id],
            items=[self._pick.choice(ALL_ITEMS)],
        )
        granted.start_time.FromDatetime(START)
        granted.end_time.FromDatetime(START + _DAY)
        # Known from now on, granted or not: a withdrawal of what never was changes nothing.
        self._passes[granted.pass_id] = order_id
        freed = self._pick.choice(sorted(self._passes))
        withdrawn = change_pb2.PassWithdrawn(pass_id=freed, order_id=self._passes[freed])
        return [
            change_pb2.Effect(pass_granted=granted),
            change_pb2.Effect(pass_granted=granted),
            change_pb2.Effect(pass_withdrawn=withdrawn),
        ]

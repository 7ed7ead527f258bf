"""Acts that end a listing or an order by decision, and one that only corrects a text."""

from random import Random

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import request_id
from stack.papers import Court
from tests.robustness.lives.book import ABLE_BUT_REFUSES, Listing
from tests.robustness.lives.difference import expect
from tests.robustness.lives.town import COURTS, Town, refused

_PERFORMED = {"PERFORMED", "SETTLEMENT_PERFORMED"}
_OF_THE_CREDITOR_OR_FOR_WANT = {"CREDITOR_REQUEST", "NO_ASSETS_FOUND"}
_RULINGS = {"ENFORCEMENT_STAYED", "NOT_ENFORCED", "ENFORCEMENT_ENDED"}
_SEVEN_CASES = _PERFORMED | _OF_THE_CREDITOR_OR_FOR_WANT | _RULINGS
_OF_A_TERM = {"EARLY_DELETION", "TERM_ENDED"}
_WRONG = ("WRONG_PERSON", "WRONGLY_LISTED")
_LIFTING = (
    "SECURITY_GIVEN",
    "CREDITOR_CONSENT",
    "OFFICER_REPLACED",
    "REVIEW",
    *_RULINGS,
    *_PERFORMED,
)


async def end_listing(town: Town, rng: Random) -> str:
    """EndListing for any cause: seven for ground 1 (LP Art 10(1)), two for a term (LP Arts 2(2), 10(2))."""
    listing = _draw_listing(town, rng)
    if listing is None:
        return "nobody was ever listed"
    cause = rng.choice(sorted(_SEVEN_CASES | _OF_A_TERM))
    reply = await town.send(
        rpc.EndListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            cause=_cause(cause),
            reasons="依法删除",
            empty_queries=2,
            creditor_request_reference="申请书 1",
        ),
        _court(listing.court),
        "judge",
    )
    act = f"EndListing {listing} {cause}"
    if not expect(reply, lawful=_may_delete(town, listing, cause), act=act):
        return f"{act}: refused"
    book, now = town.book, town.clocks.now
    if cause in _PERFORMED:
        book.perform(book.debts[listing.debt_id], now, judged=True)
        return act
    listing.ended_at = listing.term_end if cause == "TERM_ENDED" else now
    order = book.order_with(listing)
    if cause in _RULINGS and order is not None:
        order.end_by_act(now)
    return act


async def revoke_listing(town: Town, rng: Random) -> str:
    """RevokeListing: void from the start, also after it was deleted, with the order that came with it."""
    listing = _draw_listing(town, rng)
    if listing is None:
        return "nobody was ever listed"
    reply = await town.send(
        rpc.RevokeListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            cause=_cause(rng.choice(_WRONG)),
            reasons="不应纳入",
        ),
        _court(listing.court),
        "judge",
    )
    act = f"RevokeListing {listing}"
    if not expect(reply, lawful=not listing.void, act=act):
        return f"{act}: refused"
    now, order = town.clocks.now, town.book.order_with(listing)
    listing.void = True
    listing.ended_at = listing.ended_at or now
    if order is not None:
        order.end_by_act(now)
    return act


async def lift_order(town: Town, rng: Random) -> str:
    """LiftOrder for a cause of CP Art 9 and its kin; a listing stands."""
    orders = list(town.book.orders.values())
    if not orders:
        return "nobody was ever restricted"
    order, cause = rng.choice(orders), rng.choice(_LIFTING)
    reply = await town.send(
        rpc.LiftOrderRequest(
            request_id=request_id(),
            order_id=order.order_id,
            cause=_cause(cause),
            reasons="依法解除",
        ),
        _court(order.court),
        "judge",
    )
    act = f"LiftOrder {order} {cause}"
    if not expect(reply, lawful=order.ended_at is None, act=act):
        return f"{act}: refused"
    if cause in _PERFORMED:
        town.book.perform(town.book.debts[order.debt_id], town.clocks.now, judged=True)
    else:
        order.end_by_act(town.clocks.now)
    return act


async def correct_listing(town: Town, rng: Random) -> str:
    """CorrectListing: another text, and nothing else."""
    listing = _draw_listing(town, rng)
    if listing is None:
        return "nobody was ever listed"
    court = _court(listing.court)
    read = await town.send(rpc.GetListingRequest(listing_id=listing.listing_id), court, "judge")
    assert not refused(read), read
    reply = await town.send(
        rpc.CorrectListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            etag=read.listing.etag,
            conduct="更正后的具体情形",
            reasons="笔误",
        ),
        court,
        "judge",
    )
    act = f"CorrectListing {listing}"
    expect(reply, lawful=listing.ended_at is None, act=act)
    return act


def _may_delete(town: Town, listing: Listing, cause: str) -> bool:
    if listing.ended_at is not None:
        return False
    if listing.ground == ABLE_BUT_REFUSES:
        return cause in _SEVEN_CASES
    return cause == "EARLY_DELETION" or (cause == "TERM_ENDED" and listing.is_past(town.clocks.now))


def _draw_listing(town: Town, rng: Random) -> Listing | None:
    listings = list(town.book.listings.values())
    standing = [one for one in listings if one.ended_at is None]
    chosen = standing if standing and rng.random() < 0.8 else listings
    return rng.choice(chosen) if chosen else None


def _court(code: str) -> Court:
    return next(one for one in COURTS if one.code == code)


def _cause(name: str) -> ledger.EndingCause.ValueType:
    return ledger.EndingCause.Value(f"ENDING_CAUSE_{name}")

"""What happens besides what courts do: time, stars, lines that break, processes that start anew, another digest key."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from chassis.postgres import Postgres, PostgresSettings
from courtlist.registry.v1 import admin_service_pb2 as admin
from registry.epochs.filling import Filling
from stack.office import request_id
from stack.papers import day
from tests.eventually import eventually
from tests.fakes.doors import PARTNER
from tests.robustness.lives.book import Book, Rating
from tests.robustness.lives.days import DAY, day_of, end_of, start_of
from tests.robustness.lives.town import KEYS, SEALER, Town, refused

SITES: Final = ("starred", "plain", "lapsing", "")
_SECOND: Final = timedelta(seconds=1)
_YEARS_MAX: Final = timedelta(days=9 * 365)


async def let_time_pass(town: Town, rng: Random) -> str:
    """To the very instant at which something begins or ends, a second before or after it, or just on."""
    now = town.clocks.now
    instants = sorted(
        {one for one in _instants(town.book) if now < one - _SECOND < now + _YEARS_MAX}
    )
    if instants and rng.random() < 0.7:
        # The nearest ones, mostly: far ends are reached by few lives.
        near = instants[: rng.choice([1, 3, len(instants)])]
        to = rng.choice(near) + rng.choice([-_SECOND, timedelta(), _SECOND])
    else:
        to = now + rng.choice([timedelta(minutes=7), timedelta(hours=5), DAY * rng.randint(1, 60)])
    if not town.line.is_whole:
        to = min(to, now + timedelta(hours=30))
    await town.clocks.move_to(to)
    await hear(town)
    return f"it is {to}"


async def open_hotels(town: Town) -> None:
    """A starred and an unstarred site, for a year or so."""
    for site, stars in (("starred", 4), ("plain", 0)):
        await _rate(town, Rating(site, stars, *_days_around(town, 400)))


async def hear(town: Town) -> None:
    """An act that concerns nobody, so that gates hear what time it is without waiting for a heartbeat."""
    if town.line.is_whole:
        await _rate(town, Rating("nowhere", 0, *_days_around(town, 1)))


async def rate_site(town: Town, rng: Random) -> str:
    """RecordRating of one of the partner's sites, for some days."""
    site = rng.choice(SITES)
    stars = {"starred": rng.randint(1, 5), "plain": 0}.get(site, rng.choice([0, 3, 5]))
    first = day_of(town.clocks.now) - DAY * rng.choice([0, 1, 400])
    last = day_of(town.clocks.now) + DAY * rng.choice([1, 3, 700])
    await _rate(town, Rating(site, stars, first, last))
    return f"RecordRating {site!r} {stars} {first} to {last}"


async def break_line(town: Town, rng: Random) -> str:
    """Followers hear nothing from now on; perhaps nothing is confirmed, either."""
    if town.line.is_whole:
        if rng.random() < 0.5:
            town.line.lag()
            return "followers lag"
        town.line.cut()
        return "gates are cut off"
    return "the line is broken already"


async def mend_line(town: Town, rng: Random) -> str:
    """Everything flows again."""
    del rng
    town.line.mend()
    await hear(town)
    return "the line is whole"


async def restart_gate(town: Town, rng: Random) -> str:
    """One field's process stops and starts anew, whatever the line is like."""
    name = rng.choice(sorted(town.gates))
    read = town.gates[name].views.ledger()
    await town.restart(name)

    def has_loaded() -> bool:
        view = town.gates[name].views.ledger()
        return read is not None and view is not None and view.position >= read.position

    await eventually(has_loaded)
    return f"{name} is restarted"


async def shift_clocks(town: Town, rng: Random) -> str:
    """The gates' clock is some minutes off the registry's from now on, or right again."""
    minutes = rng.choice([-25, -1, 0, 0, 1, 25])
    await town.clocks.set_apart(timedelta(minutes=minutes))
    return f"gates' clocks are {minutes} min ahead"


async def change_digest_key(town: Town, rng: Random) -> str:
    """The second key takes the place of the first; once in a life, and while the line is whole."""
    del rng
    if town.epoch != KEYS[0].epoch or not town.line.is_whole:
        return "the key stays"
    store = PostgresSettings(dsn=town.dsn, schema="registry", application_name="test", size_min=1)
    async with Postgres.open(store) as postgres:
        filling = Filling(postgres=postgres, sealer=SEALER, digest_keys=KEYS)

        async def work() -> None:
            while await filling.work():
                pass

        async def is_done(request: admin.SwitchEpochRequest | admin.CloseEpochRequest) -> bool:
            return not refused(await town.operate(request))

        assert not refused(
            await town.operate(admin.OpenEpochRequest(request_id=request_id(), epoch=2))
        )
        await work()
        await eventually(
            lambda: is_done(admin.SwitchEpochRequest(request_id=request_id(), epoch=2))
        )
        await eventually(lambda: is_done(admin.CloseEpochRequest(request_id=request_id(), epoch=1)))
        await work()
    town.epoch = 2
    await hear(town)
    return "the digest key is changed"


async def _rate(town: Town, rating: Rating) -> None:
    reply = await town.operate(
        admin.RecordRatingRequest(
            request_id=request_id(),
            partner_id=PARTNER,
            rating=admin.Rating(
                site_code=rating.site,
                stars=rating.stars,
                first_day=day(rating.first),
                last_day=day(rating.last),
            ),
            evidence_reference="星级饭店公告 1",
        )
    )
    assert not refused(reply), f"{reply} {reply.violations}"
    town.book.ratings.append(rating)


def _days_around(town: Town, days: int) -> tuple[date, date]:
    today = day_of(town.clocks.now)
    return today - DAY * days, today + DAY * days


def _instants(book: Book) -> list[datetime]:
    """All at which something begins or ends by itself."""
    found = [at for one in book.orders.values() for at in (one.start, one.end) if at is not None]
    found += [
        at for one in book.listings.values() for at in (one.start, one.term_end) if at is not None
    ]
    for order in book.orders.values():
        for one in order.passes:
            found += [start_of(one.first), end_of(one.last)]
    for debt in book.debts.values():
        found += [end_of(one.good_until) for one in debt.statements]
    return found

"""What is to be pushed is read once for all partners who stand at the same number."""

import asyncio
from collections.abc import Sequence

from restriction.facts.store import Delivery, DeliveryEvent, DeliveryHead
from restriction.model import Item, Position
from restriction.pushing.outbox import PAGE_MAX, Outbox
from tests.eventually import LIMIT_S


class CountedDeliveries:
    """A DeliveryStore that holds `head` entries and counts its readers."""

    def __init__(self, head: int) -> None:
        self.head = head
        self.reads: list[int] = []
        self.reading = 0
        self.reading_most = 0

    async def read_deliveries(self, after: int, limit: int) -> Sequence[Delivery]:
        self.reads.append(after)
        self.reading += 1
        self.reading_most = max(self.reading_most, self.reading)
        await asyncio.sleep(0)
        self.reading -= 1
        return [_delivery(number) for number in range(after + 1, self.head + 1)][:limit]

    async def read_delivery_head(self) -> DeliveryHead:
        return _head(self.head)


def _head(number: int) -> DeliveryHead:
    return DeliveryHead(number=number, as_of=Position("life-1", number), as_of_at=None)


def _delivery(number: int) -> Delivery:
    return Delivery(
        number=number,
        restriction_id=f"o{number}",
        event=DeliveryEvent.SET,
        digests=(),
        items=frozenset({Item.TRANSPORT}),
        start_at=None,
        end_at=None,
        case_number="",
        order_number="",
        court_name="",
        court_contact="",
        position=number,
    )


async def test_a_hundred_partners_at_one_number_cost_one_read() -> None:
    store = CountedDeliveries(3)
    outbox = Outbox(store=store, head=_head(3))
    pages = await asyncio.gather(*(outbox.page(1) for _ in range(100)))
    assert [one.number for one in pages[0]] == [2, 3]
    assert all(page is pages[0] for page in pages)
    assert store.reads == [1]


async def test_partners_at_different_numbers_hold_one_connection_between_them() -> None:
    store = CountedDeliveries(100)
    outbox = Outbox(store=store, head=_head(100))
    await asyncio.gather(*(outbox.page(after) for after in range(50)))
    assert store.reading_most == 1


async def test_what_was_read_before_the_head_moved_is_not_handed_out_after() -> None:
    """The new number may be a lift, which changes what an older entry is sent as."""
    store = CountedDeliveries(2)
    outbox = Outbox(store=store, head=_head(2))
    await outbox.page(0)
    outbox.move(_head(2))
    await outbox.page(0)
    assert store.reads == [0]
    store.head = 3
    outbox.move(_head(3))
    assert len(await outbox.page(0)) == 3
    assert store.reads == [0, 0]


async def test_a_page_whose_reading_the_head_overtook_is_not_kept() -> None:
    store = CountedDeliveries(2)
    outbox = Outbox(store=store, head=_head(2))
    reading = asyncio.create_task(outbox.page(0))
    await asyncio.sleep(0)
    outbox.move(_head(3))
    await reading
    await outbox.page(0)
    assert store.reads == [0, 0]


async def test_few_pages_are_held_however_long_the_past_is() -> None:
    outbox = Outbox(store=CountedDeliveries(100), head=_head(100))
    for after in range(100):
        await outbox.page(after)
    assert len(outbox._pages) < 10


async def test_a_page_has_at_most_five_hundred_entries() -> None:
    outbox = Outbox(store=CountedDeliveries(900), head=_head(900))
    assert len(await outbox.page(0)) == PAGE_MAX == 500


async def test_who_waits_is_woken_by_an_entry_and_by_nothing_else() -> None:
    outbox = Outbox(store=CountedDeliveries(2), head=_head(2))
    waiting = asyncio.create_task(outbox.wait_beyond(2, timeout_s=2 * LIMIT_S))
    await asyncio.sleep(0)
    outbox.move(_head(2))
    await asyncio.sleep(0)
    assert not waiting.done()
    outbox.move(_head(3))
    async with asyncio.timeout(LIMIT_S):
        await waiting


async def test_a_wait_ends_after_its_time() -> None:
    async with asyncio.timeout(LIMIT_S):
        await Outbox(store=CountedDeliveries(0), head=_head(0)).wait_beyond(0, timeout_s=0.01)

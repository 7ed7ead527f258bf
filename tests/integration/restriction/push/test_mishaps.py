"""Whatever goes wrong, in whatever order: in the end every copy is what stands."""

import random
from collections.abc import Awaitable, Callable

import pytest

from tests.eventually import eventually
from tests.fakes.partners import ServedPartner, numbers
from tests.integration.restriction.push.conftest import House, MakePartner, leading

STEPS = 30
PARTNERS = ("air", "rail", "ship")


class Mishaps:
    """Chooses what happens next, by a seed."""

    def __init__(self, house: House, partners: list[ServedPartner], seed: int) -> None:
        self._house = house
        self._partners = partners
        self._pick = random.Random(seed)
        self.standing: set[str] = set()

    async def happen(self) -> None:
        """One thing: an act of the court, or a mishap of one partner."""
        deeds: list[Callable[[], Awaitable[None]]] = [
            *[self._enter] * 4,
            *[self._lift] * 3,
            self._hang,
            self._lose_answers,
            self._restart,
            self._lose_copy,
            self._lie,
        ]
        await self._pick.choice(deeds)()

    async def end(self) -> None:
        """Everybody is well again."""
        for partner in self._partners:
            partner.hangs, partner.answers, partner.loses_answers = False, None, 0

    async def _enter(self) -> None:
        self.standing |= set(await self._house.enter(self._pick.randrange(1, 4)))

    async def _lift(self) -> None:
        if self.standing:
            order_id = self._pick.choice(sorted(self.standing))
            self.standing.remove(order_id)
            await self._house.lift(order_id)

    async def _hang(self) -> None:
        partner = self._pick.choice(self._partners)
        partner.hangs = not partner.hangs

    async def _lose_answers(self) -> None:
        self._pick.choice(self._partners).loses_answers = self._pick.randrange(1, 3)

    async def _restart(self) -> None:
        partner = self._pick.choice(self._partners)
        await partner.stop()
        await partner.start()

    async def _lose_copy(self) -> None:
        await self._pick.choice(self._partners).lose_copy()

    async def _lie(self) -> None:
        partner = self._pick.choice(self._partners)
        partner.answers = None if partner.answers is not None else self._pick.randrange(-1, 100)


@pytest.mark.parametrize("seed", range(3))
async def test_in_the_end_every_copy_is_what_stands(
    idle_house: House, make_partner: MakePartner, seed: int
) -> None:
    partners = [await make_partner(name) for name in PARTNERS]
    for name, partner in zip(PARTNERS, partners, strict=True):
        await idle_house.enrol(name, partner.address)
    mishaps = Mishaps(idle_house, partners, seed)
    for _ in range(3):
        async with leading(idle_house):
            for _ in range(STEPS // 3):
                await mishaps.happen()
    await mishaps.end()
    async with leading(idle_house):
        head = await idle_house.head()
        for name in PARTNERS:
            await eventually(lambda name=name: idle_house.view(name) == (head, head, False))
    for partner in partners:
        assert partner.restrictions() == mishaps.standing
        for call in partner.calls:
            first = call.after + 1
            assert numbers(call.entries) == list(range(first, first + len(call.entries)))

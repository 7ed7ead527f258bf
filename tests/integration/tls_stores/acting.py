"""A clerk at work, so that a loss would be noticed while something is changed beneath her."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc

from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.papers import Person
from tests.eventually import eventually
from tests.system.courthouse import Courthouse


class Acting:
    """Enters one debtor after the other and reads what was entered; each is repeated until answered."""

    def __init__(self, court: Courthouse) -> None:
        self._court = court
        self._serial = 7_400_000
        self.entered: list[rpc.EnterListingResponse] = []
        self._is_over = False
        self.refused = 0
        """Attempts that found no store; nothing but a connection cut under them may do that."""

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """For the life of the context; no act may be lost, or done twice."""
        self._is_over = False
        work = asyncio.create_task(self._run())
        try:
            await self.goes_on()
            yield
            await self.goes_on()
            assert not work.done()
            # Not cut: what an act has still to tell the cache would outlive the server here.
            self._is_over = True
            await work
        finally:
            work.cancel()
            await asyncio.wait([work])
        positions = [one.position.position for one in self.entered]
        assert len(set(positions)) == len(positions)

    async def goes_on(self, count: int = 3) -> None:
        """Return when so many more were entered and read."""
        before = len(self.entered)
        await eventually(lambda: len(self.entered) >= before + count)

    async def _run(self) -> None:
        courts = self._court.registry.courts
        while not self._is_over:
            self._serial += 1
            request = self._court.entry(Person(self._serial).subject)
            entered = await self._insist(courts.EnterListing, request)
            read = rpc.GetListingRequest(listing_id=entered.listing.listing_id)
            found = await self._insist(courts.GetListing, read)
            assert found.listing.subject_id == entered.listing.subject_id
            self.entered.append(entered)

    async def _insist(self, call: Any, request: Any) -> Any:
        while True:
            try:
                return await call(request, metadata=self._court.clerk)
            except grpc.aio.AioRpcError as error:
                # A connection was cut under it.
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                self.refused += 1
                await asyncio.sleep(0)

"""What a batch finds is looked at again once it is held."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from chassis.stores.faults import Connection
from registry.importing.batch.matching import Matching, RecordMovedError
from registry.importing.queries import ImportQueries
from registry.queries import ActQueries
from registry.sealing import Sealer
from tests.unit.registry.importing.batch.claiming import CASE, COURT, DECIDED_ON, claim

QUERIES = ImportQueries.load()


class Store:
    """A record in which nobody is known, and one case belongs to one obligation after the other."""

    def __init__(self, *obligation_ids: UUID) -> None:
        self._left = list(obligation_ids)

    async def fetch(self, query: str, *_: Any) -> list[Mapping[str, Any]]:
        if query != QUERIES.find_cases:
            return []
        return [
            {"case_number": CASE, "obligation_id": self._left.pop(0), "court_code": COURT},
        ]


def hold(store: Store) -> Any:
    matching = Matching(queries=QUERIES, acts=ActQueries.load(), sealer=cast("Sealer", None))
    return matching.hold(cast("Connection", store), [claim()], DECIDED_ON)


async def test_a_batch_begins_anew_where_the_record_moved_before_it_was_held() -> None:
    with pytest.raises(RecordMovedError):
        await hold(Store(uuid4(), uuid4()))


async def test_a_batch_goes_on_where_the_record_is_as_it_was_found() -> None:
    obligation_id = uuid4()
    excerpt = await hold(Store(obligation_id, obligation_id))
    assert excerpt.cases == {CASE: (obligation_id, COURT)}

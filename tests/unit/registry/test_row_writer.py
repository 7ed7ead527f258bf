"""Rows become statements in order, and one that changes nothing stops the act."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, cast, get_args
from uuid import uuid4

import pytest

from chassis.stores.faults import Connection
from courtlist.ledger.v1 import change_pb2 as pb
from document import parse
from registry import rows
from registry.epochs.filing import KeyMissingError
from registry.queries import ActQueries
from registry.row_writer import RowWriter
from registry.sealing import Sealer, SealKey
from tests.builders import digest_key, resident_id


class Statements:
    """A connection that answers every statement alike, and keeps what it was given."""

    def __init__(self, answer: str, epochs: Sequence[int] = (1, 2)) -> None:
        self.answer = answer
        self.epochs = epochs
        self.seen: list[tuple[str, tuple[Any, ...]]] = []

    async def execute(self, query: str, *values: Any) -> str:
        self.seen.append((query, values))
        return self.answer

    async def fetch(self, query: str) -> list[dict[str, Any]]:
        """The epochs that are open."""
        assert "digest_epoch" in query
        return [{"epoch": epoch, "key_id": f"digest-test-{epoch}"} for epoch in self.epochs]


def writer() -> RowWriter:
    return RowWriter(
        queries=ActQueries.load(),
        sealer=Sealer([SealKey("seal-test-1", bytes(32))]),
        digest_keys=(digest_key(1), digest_key(2)),
    )


async def write(answer: str, *batch: rows.Row) -> Statements:
    statements = Statements(answer)
    await writer().write(cast("Connection", statements), batch, 7)
    return statements


async def test_an_ending_that_ends_nothing_stops_the_act() -> None:
    ended = rows.EndedOrder(
        uuid4(), datetime.now(UTC), pb.ENDING_KIND_LIFTED, pb.ENDING_CAUSE_REVIEW
    )
    await write("UPDATE 1", ended)
    with pytest.raises(AssertionError, match="EndedOrder"):
        await write("UPDATE 0", ended)


async def test_names_and_numbers_are_sealed_before_they_are_written() -> None:
    seen = (await write("INSERT 0 1", rows.NewOfficer("clerk-1", 1, "京0199", "测试人员"))).seen
    [(_, values)] = seen
    assert "测试人员" not in values
    assert not any(isinstance(one, bytes) and "测试人员".encode() in one for one in values)


async def test_a_document_is_filed_under_every_open_epoch_and_its_number_sealed() -> None:
    document = parse("RESIDENT_ID", "", resident_id(), date(2026, 11, 1))
    row = rows.NewDocument(uuid4(), uuid4(), document)
    statements = await write("INSERT 0 1", row)
    (_, inserted), *digests = statements.seen
    assert document.number not in repr(inserted)
    assert [values[0] for _, values in digests] == [1, 2]


async def test_a_document_is_filed_under_no_epoch_that_is_not_open() -> None:
    document = parse("RESIDENT_ID", "", resident_id(), date(2026, 11, 1))
    statements = Statements("INSERT 0 1", epochs=[2])
    row = rows.NewDocument(uuid4(), uuid4(), document)
    await writer().write(cast("Connection", statements), [row], 7)
    assert [values[0] for _, values in statements.seen[1:]] == [2]


async def test_nothing_is_filed_while_the_key_of_an_open_epoch_is_missing() -> None:
    document = parse("RESIDENT_ID", "", resident_id(), date(2026, 11, 1))
    statements = Statements("INSERT 0 1", epochs=[2, 3])
    row = rows.NewDocument(uuid4(), uuid4(), document)
    with pytest.raises(KeyMissingError, match="epoch 3"):
        await writer().write(cast("Connection", statements), [row], 7)


async def test_every_row_has_its_statement() -> None:
    known = set(writer()._statements)
    assert known == set(get_args(rows.Row))

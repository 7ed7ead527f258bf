"""What waits for too long goes, and it is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from chassis.postgres import Postgres
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.current_keyring import CurrentKeyring
from registry.erasing.erasing import Erasing
from registry.importing.wiring import ImportParts
from registry.reading.record_cache import RecordCache
from registry.wiring import SCHEMA
from tests.integration.registry.importing.bureau import Bureau, settings
from tests.integration.registry.importing.test_four_eyes import refusal

_KEPT = timedelta(days=365)


@asynccontextmanager
async def _erasing(bureau: Bureau) -> AsyncIterator[Erasing]:
    clock, keyring = SystemClock(), CurrentKeyring(bureau.server.keyring)
    async with (
        Postgres.open(settings(bureau.dsn)) as postgres,
        PositionedCache.open(
            CacheSettings(url=bureau.redis_url, prefix=SCHEMA), clock=clock
        ) as cache,
    ):
        records = RecordCache(cache=cache, sealer=keyring.sealer, clock=clock)
        parts = ImportParts(postgres=postgres, keyring=keyring, records=records, clock=clock)
        yield Erasing(
            postgres=postgres,
            appending=parts.appending(),
            forgetting=parts.forgetting(),
            clock=clock,
            years=5,
            imports_kept=_KEPT,
        )


async def _pass_over(bureau: Bureau) -> None:
    """Everybody and every import is looked at once."""
    async with _erasing(bureau) as erasing:
        while await erasing.work():
            pass


async def _wait(bureau: Bureau, import_id: str, days: int) -> None:
    """As if the import had stood still for so long."""
    await bureau.connection.execute(
        "UPDATE import SET moved_at = moved_at - $2 * interval '1 day' WHERE import_id = $1",
        import_id,
        days,
    )


async def _sealed(bureau: Bureau, import_id: str) -> int:
    """How many values of the import are sealed still."""
    found: int = await bureau.connection.fetchval(
        "SELECT (SELECT count(records_sealed) + count(papers_sealed) FROM import_chunk WHERE import_id = $1)"
        " + (SELECT count(completion_sealed) FROM import_row WHERE import_id = $1)"
        " + (SELECT count(fields_sealed) FROM import_sample WHERE import_id = $1)",
        import_id,
    )
    return found


async def test_rows_that_nobody_completes_in_time_go_and_what_took_effect_stays(
    bureau: Bureau,
) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row(servedOn=None)])
    completion = rpc.CompleteRowRequest(
        import_id=import_id, row_number=2, fields={"servedOn": f"{bureau.today}"}
    )
    await bureau.stub.CompleteRow(completion, metadata=bureau.clerk)
    await _wait(bureau, import_id, 364)
    await _pass_over(bureau)
    assert await _sealed(bureau, import_id) == 2
    assert not (await bureau.get(import_id)).HasField("expired_time")
    await _wait(bureau, import_id, 2)
    await _pass_over(bureau)
    assert await _sealed(bureau, import_id) == 0
    error = await refusal(bureau.stub.CompleteRow(completion, metadata=bureau.clerk))
    assert (error.reason_name, error.metadata["state"]) == ("IMPORT_STATE", "EXPIRED")
    found = await bureau.get(import_id)
    assert found.HasField("expired_time")
    assert found.state == rpc.IMPORT_STATE_DONE
    assert await bureau.outcomes(import_id) == ["ENTERED", "INCOMPLETE"]
    assert await bureau.connection.fetchval("SELECT count(*) FROM listing") == 1
    # It is taken back as ever.
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")


async def test_a_file_that_nobody_signs_in_time_is_abandoned(bureau: Bureau) -> None:
    checked = await bureau.checked([bureau.row()])
    staged = await bureau.begin([b"{}"])
    for import_id in (checked, staged):
        await _wait(bureau, import_id, 366)
    await _pass_over(bureau)
    for import_id in (checked, staged):
        found = await bureau.get(import_id)
        assert found.state == rpc.IMPORT_STATE_ABANDONED
        assert found.HasField("expired_time")
        assert await _sealed(bureau, import_id) == 0
    # Nor is it known for ever whom its sample named.
    drawn = "SELECT count(debtor_keys) FROM import_sample"
    assert await bureau.connection.fetchval(drawn) == 1
    await _pass_over(bureau)
    assert await bureau.connection.fetchval(drawn) == 0

"""An import that cannot go on holds up no other, and goes on by itself once it can."""

from courtlist.registry.v1 import import_service_pb2 as rpc
from tests.eventually import eventually
from tests.integration.registry.importing.bureau import Bureau, importer, jsonl


async def spoilt(bureau: Bureau, import_id: str) -> bytes:
    """Its records cannot be opened any more; what they were."""
    kept: bytes = await bureau.connection.fetchval(
        "SELECT records_sealed FROM import_chunk WHERE import_id = $1", import_id
    )
    await bureau.connection.execute(
        "UPDATE import_chunk SET records_sealed = $2 WHERE import_id = $1",
        import_id,
        bytes([*kept[:-1], kept[-1] ^ 1]),
    )
    return kept


async def mended(bureau: Bureau, import_id: str, records: bytes) -> None:
    """They can be opened again, and the minute until the next try is over."""
    await bureau.connection.execute(
        "UPDATE import_chunk SET records_sealed = $2 WHERE import_id = $1", import_id, records
    )
    await bureau.connection.execute(
        "UPDATE import SET stalled_until = now() WHERE import_id = $1", import_id
    )


async def prepared(bureau: Bureau) -> str:
    import_id = await bureau.begin(jsonl([bureau.row()]))
    await bureau.prepare(import_id)
    return import_id


async def test_an_import_that_cannot_be_opened_holds_up_no_other(idle: Bureau) -> None:
    first, second = await prepared(idle), await prepared(idle)
    records = await spoilt(idle, first)
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        await idle.until(second, "CHECKED")
        stalled = await idle.get(first)
        assert stalled.state == rpc.IMPORT_STATE_CHECKING
        assert stalled.stalled_error_id
        await mended(idle, first, records)
        found = await idle.until(first, "CHECKED")

        async def went_on() -> bool:
            return not (await idle.get(first)).stalled_error_id

        await eventually(went_on)
    assert found.sample_count == 1


async def test_each_try_in_vain_waits_longer_under_the_same_error_id(idle: Bureau) -> None:
    first, last = await prepared(idle), await prepared(idle)
    await spoilt(idle, first)
    waits = "SELECT extract(epoch FROM stalled_until - clock_timestamp()) FROM import"
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        await idle.until(last, "CHECKED")
        error_id = (await idle.get(first)).stalled_error_id
        assert 0 < await idle.connection.fetchval(f"{waits} WHERE import_id = $1", first) <= 60
        await idle.connection.execute(
            "UPDATE import SET stalled_until = now() WHERE stalled_count = 1"
        )

        async def tried_again() -> bool:
            tries: int = await idle.connection.fetchval(
                "SELECT stalled_count FROM import WHERE import_id = $1", first
            )
            return tries == 2

        await eventually(tried_again)
        assert 60 < await idle.connection.fetchval(f"{waits} WHERE import_id = $1", first) <= 120
    assert (await idle.get(first)).stalled_error_id == error_id


async def test_a_stalled_import_can_be_abandoned_and_its_file_comes_again(idle: Bureau) -> None:
    first, second = await prepared(idle), await prepared(idle)
    await spoilt(idle, first)
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        await idle.until(second, "CHECKED")
        await idle.stub.AbandonImport(
            rpc.AbandonImportRequest(import_id=first), metadata=idle.clerk
        )
    assert not (await idle.get(first)).stalled_error_id


async def test_what_is_taken_back_is_tried_every_minute_and_before_all_else(idle: Bureau) -> None:
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        done = await idle.entered([idle.row()])
    await idle.connection.execute(
        "ALTER TABLE registry.listing ADD CONSTRAINT stays CHECK (ended_at IS NULL)"
    )
    await idle.undo(done)
    waiting = await prepared(idle)
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        await idle.until(waiting, "CHECKED")
        assert (await idle.get(done)).stalled_error_id
        await idle.connection.execute("ALTER TABLE registry.listing DROP CONSTRAINT stays")
        await idle.connection.execute("UPDATE import SET stalled_until = now() WHERE state = 8")
        await idle.until(done, "UNDONE")
    await idle.verify()

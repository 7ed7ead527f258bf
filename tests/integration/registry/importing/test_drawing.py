"""Nobody draws again until a row is left out of what is read back."""

from collections.abc import Mapping, Sequence

from courtlist.registry.v1 import import_service_pb2 as rpc
from tests.integration.registry.importing.bureau import Bureau

_ROWS = 120


async def _drawn(bureau: Bureau, rows: Sequence[Mapping[str, str]]) -> set[str]:
    """The numbers of whom a file's sample names, by the rows that were handed in."""
    import_id = await bureau.checked(rows)
    sample = await bureau.sample(import_id)
    return {rows[one.row_number - 1]["cardNum"] for one in sample.rows}


async def test_who_was_drawn_once_is_read_back_in_every_file_that_names_her_again(
    bureau: Bureau,
) -> None:
    rows = [bureau.row() for _ in range(_ROWS)]
    first = await _drawn(bureau, rows)
    assert len(first) == 20
    # One byte more in one row, and the whole in another order: others are drawn beside the same.
    changed = [{**rows[0], "performedPart": "无"}, *reversed(rows[1:])]
    second = await _drawn(bureau, changed)
    assert first < second
    # In another case, by a further document.
    other = {**rows[1], "cardNum": min(first)}
    moved = bureau.row(otherDocuments=f'[{{"kind":"RESIDENT_ID","number":"{other["cardNum"]}"}}]')
    del moved["cardNum"]
    moved |= {
        "documentKind": "PASSPORT",
        "issuingState": "UTO",
        "cardNum": "X00000001",
    }
    fresh = [bureau.row() for _ in range(_ROWS)]
    third = await _drawn(bureau, [*fresh, moved])
    assert "X00000001" in third


async def test_what_has_taken_effect_is_not_read_back_for_ever(bureau: Bureau) -> None:
    rows = [bureau.row() for _ in range(_ROWS)]
    import_id = await bureau.entered(rows)
    assert (await bureau.get(import_id)).state == rpc.IMPORT_STATE_DONE
    again = [{**row, "performedPart": "无"} for row in rows]
    found = await bureau.get(await bureau.checked(again))
    assert found.sample_count == 20


async def test_whom_a_sample_names_is_kept_as_keyed_hashes_alone(bureau: Bureau) -> None:
    import_id = await bureau.checked([bureau.row()])
    await bureau.stub.AbandonImport(
        rpc.AbandonImportRequest(import_id=import_id), metadata=bureau.clerk
    )
    [row] = await bureau.connection.fetch("SELECT fields_sealed, debtor_keys FROM import_sample")
    assert row["fields_sealed"] is None
    assert len(row["debtor_keys"]) == 16
    kept = "SELECT count(*) FROM import_chunk WHERE debtor_keys IS NOT NULL"
    assert await bureau.connection.fetchval(kept) == 0

"""An import on its way: prepared, checked, read back, approved, signed, entered."""

from tests.integration.registry.importing.bureau import Bureau


async def test_a_sound_row_is_entered_once_it_is_prepared_approved_and_signed(
    bureau: Bureau,
) -> None:
    import_id = await bureau.checked([bureau.row()])
    assert await bureau.outcomes(import_id) == ["SOUND"]
    before = await bureau.head()
    await bureau.approve(import_id)
    assert await bureau.head() == before
    await bureau.sign(import_id)
    found = await bureau.until(import_id, "DONE")
    assert await bureau.outcomes(import_id) == ["ENTERED"]
    assert await bureau.head() == before + 2
    assert found.position.position == before + 2

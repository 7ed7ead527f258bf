"""Taking an import back as a whole."""

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import registry_service_pb2 as registry
from registry.importing.queries import ImportQueries
from stack.office import request_id
from stack.papers import Papers, Person
from tests.integration.registry.importing.bureau import Bureau, importer, jsonl


async def test_every_listing_that_an_import_brought_is_revoked_with_its_order(
    bureau: Bureau,
) -> None:
    import_id = await bureau.entered([bureau.row() for _ in range(300)])
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    ended = await bureau.connection.fetch(
        "SELECT ended_kind, ended_cause, count(*) FROM listing GROUP BY 1, 2"
        " UNION ALL SELECT ended_kind, ended_cause, count(*) FROM consumption_order GROUP BY 1, 2"
    )
    revoked = (change_pb2.ENDING_KIND_REVOKED, change_pb2.ENDING_CAUSE_IMPORT_UNDONE, 300)
    assert [tuple(one) for one in ended] == [revoked, revoked]


async def test_the_revocations_travel_on_the_endings_cursor_one_change_each(
    bureau: Bureau,
) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row()])
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    changes = await bureau.connection.fetch(
        "SELECT body, ends FROM change WHERE act = 27 ORDER BY position"
    )
    assert [one["ends"] for one in changes] == [True, True]
    body = change_pb2.ChangeBody.FromString(changes[0]["body"])
    assert [effect.WhichOneof("effect") for effect in body.effects] == [
        "listing_ended",
        "order_lifted",
    ]
    assert body.actor.person_id == bureau.court.president


async def test_nobody_is_asked_any_more_about_the_document_of_an_order_that_is_taken_back(
    bureau: Bureau,
) -> None:
    import_id = await bureau.entered([bureau.row()])
    await bureau.connection.execute(
        "INSERT INTO task (task_id, kind, court_code, basis_id, opened_position)"
        " SELECT gen_random_uuid(), 5, court_code, order_id, 1 FROM consumption_order"
    )
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    assert not await bureau.connection.fetch("SELECT FROM task WHERE closed_position IS NULL")


async def test_what_has_ended_otherwise_is_left_as_it_ended(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row()])
    first, _ = await bureau.rows(import_id)
    await bureau.registry.courts.RevokeListing(
        registry.RevokeListingRequest(
            request_id=request_id(),
            listing_id=first.listing_id,
            cause=change_pb2.ENDING_CAUSE_WRONG_PERSON,
            reasons="经核实不应纳入名单",
        ),
        metadata=bureau.second,
    )
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    causes = await bureau.connection.fetch("SELECT ended_cause FROM listing ORDER BY position")
    assert [one["ended_cause"] for one in causes] == [
        change_pb2.ENDING_CAUSE_WRONG_PERSON,
        change_pb2.ENDING_CAUSE_IMPORT_UNDONE,
    ]


async def test_rows_of_an_import_that_was_undone_can_be_entered_by_another(
    bureau: Bureau,
) -> None:
    rows = [bureau.row(), bureau.row()]
    import_id = await bureau.entered(rows)
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    assert await bureau.begin(jsonl(rows)) != import_id
    again = await bureau.entered(rows)
    assert await bureau.outcomes(again) == ["ENTERED", "ENTERED"]


async def test_a_decision_whose_import_was_undone_can_be_entered_by_hand(bureau: Bureau) -> None:
    row = bureau.row()
    person = Person(bureau.serial)
    import_id = await bureau.entered([row])
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    obligation_id = await bureau.connection.fetchval("SELECT obligation_id FROM obligation")
    entry = Papers.of(bureau.court, today=bureau.today).entry(
        request_id=request_id(),
        subject=person.subject,
        case_number=row["caseCode"],
        obligation_id=str(obligation_id),
    )
    # The decisions are those of the row.
    entry.decision.number, entry.order.decision.number = row["decisionNumber"], row["orderNumber"]
    entered = await bureau.registry.courts.EnterListing(entry, metadata=bureau.clerk)
    assert entered.listing.listing_id


async def test_nothing_personal_is_left_of_an_import_that_was_undone(bureau: Bureau) -> None:
    import_id = await bureau.entered([bureau.row(), bureau.row(owedAmount=None)])
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    left = await bureau.connection.fetchval(
        "SELECT count(*) FROM import_chunk WHERE records_sealed IS NOT NULL"
    )
    assert left == 0


async def test_an_order_that_outlives_its_deleted_listing_is_taken_back_too(
    bureau: Bureau,
) -> None:
    import_id = await bureau.entered([bureau.row()])
    [row] = await bureau.rows(import_id)
    ended = await bureau.registry.courts.EndListing(
        registry.EndListingRequest(
            request_id=request_id(),
            listing_id=row.listing_id,
            cause=change_pb2.ENDING_CAUSE_EARLY_DELETION,
            reasons="已主动纠正失信行为",
        ),
        metadata=bureau.second,
    )
    assert not ended.lifted_order_ids
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    listed = await bureau.connection.fetchval("SELECT ended_cause FROM listing")
    assert listed == change_pb2.ENDING_CAUSE_EARLY_DELETION
    ordered = await bureau.connection.fetchrow(
        "SELECT ended_kind, ended_cause FROM consumption_order"
    )
    assert ordered is not None
    assert tuple(ordered) == (
        change_pb2.ENDING_KIND_REVOKED,
        change_pb2.ENDING_CAUSE_IMPORT_UNDONE,
    )


async def test_taking_back_goes_before_entering_another_file(idle: Bureau) -> None:
    """Whom an import lists wrongly does not wait until another file of a million rows is in."""
    async with importer(dsn=idle.dsn, redis_url=idle.redis_url, keyring=idle.server.keyring):
        older = await idle.checked([idle.row()])
        await idle.approve(older)
        newer = await idle.entered([idle.row()])
    await idle.sign(older)
    await idle.undo(newer)
    found = await idle.connection.fetchrow(ImportQueries.load().next_at_work)
    assert found is not None
    assert str(found["import_id"]) == newer

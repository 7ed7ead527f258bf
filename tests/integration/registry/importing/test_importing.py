"""An import on its way: prepared, checked, read back, approved, signed, entered."""

from typing import Any

import pytest

from courtlist.ledger.v1 import change_pb2
from courtlist.registry.v1 import import_service_pb2 as rpc
from courtlist.registry.v1 import registry_service_pb2
from courtlist.registry.v1.listing_pb2 import BASIS_STATE_IN_FORCE
from tests.integration.registry.importing.bureau import Bureau, jsonl
from tests.integration.registry.importing.test_four_eyes import refused
from tests.stored import database_text, found_in


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


async def test_an_entered_row_stands_like_an_entry_by_hand(bureau: Bureau) -> None:
    row = bureau.row(orderEndOn=None)
    import_id = await bureau.entered([row])
    [entered] = await bureau.rows(import_id)
    reply = await bureau.registry.courts.GetListing(
        registry_service_pb2.GetListingRequest(listing_id=entered.listing_id),
        metadata=bureau.clerk,
    )
    listing = reply.listing
    assert listing.state == BASIS_STATE_IN_FORCE
    assert listing.subject_name == row["iname"]
    assert listing.case_number == row["caseCode"]
    assert listing.decision_number == row["decisionNumber"]
    assert listing.ground == change_pb2.GROUND_BREAKS_REPORTING_DUTY
    assert listing.HasField("term_end_time")
    order = (
        await bureau.registry.courts.GetOrder(
            registry_service_pb2.GetOrderRequest(order_id=listing.order_id), metadata=bureau.clerk
        )
    ).order
    assert list(order.items) == [1, 2, 9]
    assert order.start_time == listing.start_time


async def test_its_change_has_the_effects_of_an_entry_and_the_president_who_signed(
    bureau: Bureau,
) -> None:
    await bureau.entered([bureau.row()])
    content = await bureau.connection.fetchval("SELECT body FROM change ORDER BY position DESC")
    body = change_pb2.ChangeBody.FromString(content)
    assert body.act == change_pb2.ACT_IMPORT_LISTING
    assert body.actor.person_id == bureau.court.president
    assert [effect.WhichOneof("effect") for effect in body.effects] == [
        "document_bound",
        "obligation_opened",
        "case_joined",
        "debtor_joined",
        "listing_entered",
        "order_issued",
    ]


async def test_the_signature_is_in_the_ledger_with_all_three_persons(bureau: Bureau) -> None:
    import_id = await bureau.signed([bureau.row()])
    contents = await bureau.connection.fetch("SELECT body FROM change WHERE act = 24")
    [body] = [change_pb2.ChangeBody.FromString(one["body"]) for one in contents]
    [effect] = body.effects
    signed = effect.import_signed
    found = await bureau.get(import_id)
    assert signed.import_id == import_id
    assert signed.manifest_hash == found.manifest.manifest_hash
    assert (signed.prepared_by, signed.approved_by) == (bureau.court.clerk, bureau.court.judge)
    assert body.actor.person_id == bureau.court.president


async def test_what_a_court_calls_its_file_is_read_by_it_and_sealed_in_the_record(
    bureau: Bureau,
) -> None:
    import_id = await bureau.checked([bureau.row()])
    assert (await bureau.get(import_id)).file_name == "register.jsonl"
    rows = await database_text(bureau.dsn)
    assert import_id in rows
    assert found_in(rows, ["register.jsonl"]) == []


async def test_joint_debtors_of_one_case_share_one_obligation(bureau: Bureau) -> None:
    first = bureau.row()
    second = bureau.row(caseCode=first["caseCode"], gistId=first["gistId"])
    await bureau.entered([first, second])
    assert await bureau.connection.fetchval("SELECT count(*) FROM obligation") == 1
    assert await bureau.connection.fetchval("SELECT count(*) FROM obligation_debtor") == 2
    assert await bureau.connection.fetchval("SELECT count(*) FROM listing") == 2


async def test_one_person_with_two_cases_is_one_subject_with_two_listings(bureau: Bureau) -> None:
    first = bureau.row()
    second = bureau.row(cardNum=first["cardNum"], iname=first["iname"])
    await bureau.entered([first, second])
    assert await bureau.connection.fetchval("SELECT count(*) FROM subject") == 1
    assert await bureau.connection.fetchval("SELECT count(*) FROM document_digest") == 1
    assert await bureau.connection.fetchval("SELECT count(*) FROM listing") == 2


async def test_importing_the_same_file_again_changes_nothing(bureau: Bureau) -> None:
    rows = [bureau.row(), bureau.row()]
    import_id = await bureau.entered(rows)
    before = await bureau.head()
    assert await bureau.begin(jsonl(rows)) == import_id
    assert await bureau.head() == before


@pytest.mark.parametrize(
    "otherwise", [{"format": rpc.RECORD_FORMAT_CSV}, {"record_count": 2}], ids=["format", "count"]
)
async def test_the_same_file_announced_otherwise_is_refused(
    idle: Bureau, otherwise: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "format": rpc.RECORD_FORMAT_JSONL,
        "file_sha256": bytes(32),
        "record_count": 1,
    }
    await idle.stub.BeginImport(rpc.BeginImportRequest(**given), metadata=idle.clerk)
    again = rpc.BeginImportRequest(**{**given, **otherwise})
    assert await refused(idle.stub.BeginImport(again, metadata=idle.clerk)) == "MANIFEST_MISMATCH"


async def test_what_may_be_one_debt_under_two_numbers_takes_effect_and_is_noted(
    bureau: Bureau,
) -> None:
    first = bureau.row()
    same = {name: first[name] for name in ("iname", "cardNum", "gistId")}
    import_id = await bureau.entered([first, bureau.row(**same), bureau.row()])
    rows = await bureau.rows(import_id)
    assert {rpc.RowOutcome.Name(row.outcome) for row in rows} == {"ROW_OUTCOME_ENTERED"}
    notes = [[(note.field, note.reason) for note in row.notes] for row in rows]
    assert notes == [[("gistId", "LIKELY_DOUBLE")], [("gistId", "LIKELY_DOUBLE")], []]
    assert rows[1].listing_id in rows[0].notes[0].text
    # Told of what stands on record before as well.
    third = await bureau.entered([bureau.row(**same)])
    assert [note.reason for note in (await bureau.rows(third))[0].notes] == ["LIKELY_DOUBLE"]
    # What was taken back never was.
    await bureau.undo(import_id)
    await bureau.until(import_id, "UNDONE")
    assert not (await bureau.rows(third))[0].notes


async def test_the_same_rows_in_another_file_are_already_there(bureau: Bureau) -> None:
    rows = [bureau.row(), bureau.row()]
    first_id = await bureau.entered(rows)
    before = await bureau.head()
    again = await bureau.entered(reversed(rows))
    assert await bureau.outcomes(again) == ["ALREADY_THERE", "ALREADY_THERE"]
    # The signature alone is news.
    assert await bureau.head() == before + 1
    found = {row.listing_id for row in await bureau.rows(again)}
    assert found == {row.listing_id for row in await bureau.rows(first_id)}


async def test_the_same_row_twice_in_a_file_is_entered_once(bureau: Bureau) -> None:
    row = bureau.row()
    import_id = await bureau.entered([row, row])
    assert await bureau.outcomes(import_id) == ["ENTERED", "ALREADY_THERE"]


async def test_every_row_ends_in_exactly_one_outcome_with_line_field_and_reason(
    bureau: Bureau,
) -> None:
    rows = [
        bureau.row(),
        bureau.row(cardNum="0000001980****0000"),
        bureau.row(owedAmount=None),
        bureau.row(decidedOn=f"{bureau.today}"),
    ]
    records = [*jsonl(rows), b"\x00garbage"]
    import_id = await bureau.begin(records)
    await bureau.prepare(import_id)
    await bureau.until(import_id, "CHECKED")
    await bureau.approve(import_id)
    await bureau.sign(import_id)
    found = await bureau.until(import_id, "DONE")
    reported = await bureau.rows(import_id)
    assert await bureau.outcomes(import_id) == [
        "ENTERED",
        "UNMATCHED",
        "INCOMPLETE",
        "REJECTED",
        "REJECTED",
    ]
    assert [row.line for row in reported] == [1, 2, 3, 4, 5]
    assert [bool(row.problems) for row in reported] == [False, True, True, True, True]
    assert [(one.field, one.reason) for one in reported[2].problems] == [
        ("owedAmount", "FIELD_REQUIRED")
    ]
    assert {one.outcome: one.count for one in found.outcomes} == {
        rpc.ROW_OUTCOME_ENTERED: 1,
        rpc.ROW_OUTCOME_UNMATCHED: 1,
        rpc.ROW_OUTCOME_INCOMPLETE: 1,
        rpc.ROW_OUTCOME_REJECTED: 2,
    }


async def test_a_csv_file_counts_its_rows_without_the_header(bureau: Bureau) -> None:
    row = bureau.row()
    header = ",".join(row).encode()
    records = [header, ",".join(f'"{value}"' for value in row.values()).encode()]
    import_id = await bureau.begin(records, rpc.RECORD_FORMAT_CSV)
    await bureau.prepare(import_id)
    found = await bureau.until(import_id, "CHECKED")
    assert found.manifest.row_count == 1
    [reported] = await bureau.rows(import_id)
    assert (reported.row_number, reported.line) == (1, 2)
    await bureau.approve(import_id)
    await bureau.sign(import_id)
    await bureau.until(import_id, "DONE")
    assert await bureau.outcomes(import_id) == ["ENTERED"]


async def test_the_sample_is_a_hundredth_but_at_least_twenty_and_shows_no_number(
    bureau: Bureau,
) -> None:
    rows = [bureau.row() for _ in range(30)]
    import_id = await bureau.checked(rows)
    sample = await bureau.sample(import_id)
    assert len(sample.rows) == 20
    numbers = [row["cardNum"] for row in rows]
    for one in sample.rows:
        assert one.fields["iname"] == rows[one.row_number - 1]["iname"]
        assert not set(numbers) & set(one.fields.values())


async def test_what_a_file_says_of_persons_is_sealed_and_erased_when_it_is_entered(
    bureau: Bureau,
) -> None:
    row = bureau.row()
    import_id = await bureau.checked([row, bureau.row(owedAmount=None)])
    kept = await bureau.connection.fetchval("SELECT records_sealed FROM import_chunk")
    assert row["iname"].encode() not in kept
    assert row["cardNum"].encode() not in kept
    await bureau.approve(import_id)
    await bureau.sign(import_id)
    await bureau.until(import_id, "DONE")
    chunk = await bureau.connection.fetchrow(
        "SELECT records_sealed, papers_sealed FROM import_chunk"
    )
    assert chunk is not None
    assert chunk["papers_sealed"] is None
    # One row can still be completed: its record alone is left.
    assert 0 < len(chunk["records_sealed"]) < len(kept)


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 1700])
async def test_files_of_any_length_are_entered_whole_and_in_order(
    bureau: Bureau, count: int
) -> None:
    import_id = await bureau.entered([bureau.row() for _ in range(count)])
    found = await bureau.get(import_id)
    assert [(one.outcome, one.count) for one in found.outcomes] == [
        (rpc.ROW_OUTCOME_ENTERED, count)
    ]
    positions = await bureau.connection.fetch(
        "SELECT l.entered_position FROM import_row r JOIN listing l USING (listing_id)"
        " ORDER BY r.row_number"
    )
    first = positions[0]["entered_position"]
    assert [one["entered_position"] for one in positions] == list(range(first, first + count))


async def test_a_courts_imports_are_listed_newest_first_page_by_page(bureau: Bureau) -> None:
    begun = [await bureau.begin(jsonl([bureau.row()])) for _ in range(5)]
    listed: list[str] = []
    token = ""
    while True:
        page = await bureau.stub.ListImports(
            rpc.ListImportsRequest(page_size=2, page_token=token), metadata=bureau.clerk
        )
        listed += [one.import_id for one in page.imports]
        token = page.next_page_token
        if not token:
            break
    assert listed == begun[::-1]


async def test_who_owes_another_sum_in_the_same_case_is_not_bound_to_the_first_ones(
    bureau: Bureau,
) -> None:
    first = bureau.row(owedAmount="100000")
    joint = bureau.row(caseCode=first["caseCode"], owedAmount="100000.00")
    several = bureau.row(caseCode=first["caseCode"], owedAmount="5000")
    import_id = await bureau.entered([first, joint, several])
    assert await bureau.outcomes(import_id) == ["ENTERED", "ENTERED", "REJECTED"]
    [problem] = (await bureau.rows(import_id))[2].problems
    assert (problem.field, problem.reason) == ("owedAmount", "CASE_TAKEN")

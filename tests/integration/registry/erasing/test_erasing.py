"""Whose time is over is erased, whole and once; whoever's is not is untouched."""

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2 as feed
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import registry_service_pb2 as rpc
from registry.law.retention import Holding
from stack.office import OPERATOR, request_id
from stack.papers import Person
from tests.integration.registry.acts.courthouse import next_serial
from tests.integration.registry.acts.writes import journey_pass
from tests.integration.registry.erasing.archive import YEARS, Archive
from tests.stored import cache_text, database_text, found_in

TRAVEL = (("courtlist-service", "travel"),)
_OLD_IMPORT = (
    "INSERT INTO import (import_id, court_code, state, format, file_name_sealed, file_sha256, record_count, begun_at)"
    " SELECT gen_random_uuid(), court_code, state, 1, 'called', sha256(state::text::bytea), 1,"
    " now() - $1 * interval '1 day' FROM listing, (VALUES (2), (7)) AS states (state)"
)
LONG = YEARS * 366 + 2


async def _life(archive: Archive, person: Person) -> rpc.EnterListingResponse:
    """Everything that can be on record of somebody, from the entry to the last payment."""
    house = archive.house
    entered = await house.enter(subject=person.subject)
    listing, subject_id = entered.listing, entered.listing.subject_id
    await house.do(journey_pass(house, entered.order.order_id))
    bound = await house.bind(subject_id, person.passport)
    await house.do(
        rpc.UnbindDocumentRequest(
            request_id=request_id(),
            document_id=bound.document.document_id,
            reasons="护照系他人所有，绑定有误",
        )
    )
    for _ in range(2):
        correction = rpc.CorrectListingRequest(
            request_id=request_id(),
            listing_id=listing.listing_id,
            etag=(await house.listing(listing.listing_id)).etag,
            conduct=f"更正后的行为之{next_serial()}",
            reasons="笔误更正裁定",
        )
        await house.do(correction)
    await house.do(house.payment(listing.obligation_id, 1_000))
    await archive.free(subject_id)
    # A court's clerk looks, and what she sees is cached.
    await house.do(rpc.GetStandingRequest(document=person.resident_id))
    await house.do(rpc.GetListingRequest(listing_id=listing.listing_id))
    return entered


async def test_nothing_of_who_is_erased_is_left_and_the_ledger_verifies(
    archive: Archive, database: str, valkey_server: str
) -> None:
    kept = await archive.house.enter()
    await archive.passed()
    person, before = archive.house.person(), await archive.counts()
    archive.house.secrets.clear()
    entered = await _life(archive, person)
    listing = entered.listing
    secrets = {*archive.house.secrets, person.name, listing.case_number}
    assert found_in(await database_text(database), [listing.case_number])
    await archive.age(listing.subject_id, days=LONG)
    told = (await archive.counts())["change"] - before["change"]
    erasing = await archive.passed()
    assert (erasing.erased, erasing.facts, erasing.failed) == (1, told, 0)
    stored = await database_text(database)
    assert found_in(stored, secrets) == []
    # Not even by its ids, but for what the chain has hashed and followers are told.
    ids = [listing.subject_id, listing.listing_id, entered.order.order_id, listing.obligation_id]
    assert [one for one in ids if one in stored] == []
    after = await archive.counts()
    grown = {table for table, count in after.items() if count != before[table]}
    # A used signature stays used: a keyed digest, which names nobody.
    assert grown <= {"change", "request", "assertion_nonce", "used_signature"}
    assert found_in(await cache_text(valkey_server), secrets) == []
    assert await archive.house.connection.fetchval(
        "SELECT count(*) FROM request WHERE fingerprint = '' AND reply_sealed IS NULL"
    ) == sum(1 for _ in range(told)), "answers go, their ids stay used"
    report = await archive.verified()
    assert (report["verified"], report["facts_erased"]) == (True, told)
    shown = await archive.house.registry.operators.GetLedger(
        admin.GetLedgerRequest(), metadata=OPERATOR
    )
    assert shown.facts_erased == told
    assert (await archive.house.standing(person.resident_id)).subject_id == ""
    assert (await archive.house.listing(kept.listing.listing_id)).listing_id


async def test_followers_are_told_and_a_reader_from_the_start_is_told_no_digest(
    archive: Archive,
) -> None:
    entered = await archive.long_free()
    await archive.passed()
    reply = await archive.house.feed.ReadChanges(
        feed.ReadChangesRequest(follower="travel", limit=500), metadata=TRAVEL
    )
    bodies = [ledger.ChangeBody.FromString(one.body) for one in reply.changes]
    assert bodies[-1].act == ledger.ACT_ERASE
    assert bodies[-1].effects[0].subject_erased.subject_id == entered.listing.subject_id
    assert (bodies[-1].actor.person_id, bodies[-1].actor.role) == ("registry", ledger.ROLE_OPERATOR)
    assert [one for change in reply.changes for one in (*change.digests, *change.references)] == []


async def test_who_is_entered_anew_is_somebody_else(archive: Archive) -> None:
    person = archive.house.person()
    former = await archive.long_free(subject=person.subject)
    await archive.passed()
    decided_anew = archive.house.entry(
        subject=person.subject, case_number=former.listing.case_number
    )
    decided_anew.decision.number = "新决定"
    again = await archive.house.do(decided_anew)
    assert again.listing.subject_id != former.listing.subject_id
    assert (await archive.house.standing(person.resident_id)).subject_id == again.listing.subject_id
    assert (await archive.passed()).erased == 0


async def test_who_is_under_anything_or_was_lately_is_untouched(
    archive: Archive, database: str
) -> None:
    standing = await archive.house.enter()
    twice = await archive.long_free(subject=(person := archive.house.person()).subject)
    await archive.house.do(archive.house.restriction(subject=person.subject))
    lately = await archive.house.enter()
    await archive.free(lately.listing.subject_id)
    await archive.age(lately.listing.subject_id, days=YEARS * 365)
    await archive.erasing().work()
    before = await database_text(database)
    erasing = await archive.passed()
    assert (erasing.erased, erasing.held) == (0, {})
    assert await database_text(database) == before
    for entered in (standing, twice, lately):
        assert await archive.is_on_record(entered.listing.subject_id)


async def test_what_only_its_term_has_ended_counts_from_that_end(archive: Archive) -> None:
    entered = await archive.house.enter(ground=ledger.GROUND_OBSTRUCTS)
    subject_id = entered.listing.subject_id
    for table, column in (("listing", "term_end_at"), ("consumption_order", "period_end_at")):
        await archive.connection.execute(
            f"UPDATE {table} SET {column} = now() - interval '{LONG} days' WHERE subject_id = $1",
            subject_id,
        )
    assert (await archive.passed()).erased == 1


@pytest.mark.parametrize(
    ("by", "begin", "end"),
    [
        (
            Holding.OPEN_TASK,
            "INSERT INTO task SELECT gen_random_uuid(), 1, court_code, listing_id, NULL, 1 FROM listing",
            "UPDATE task SET closed_position = 1",
        ),
        (
            Holding.OPEN_TASK,
            "INSERT INTO task SELECT gen_random_uuid(), 3, court_code, NULL, obligation_id, 1 FROM listing",
            "UPDATE task SET closed_position = 1",
        ),
        (
            Holding.UNSETTLED_ENDING,
            (
                "INSERT INTO unsettled_ending SELECT listing_id, 1, subject_id, court_code, case_number, 'travel',"
                " gen_random_uuid(), 1, gen_random_uuid(), 1 FROM listing"
            ),
            "UPDATE unsettled_ending SET settled_position = 1",
        ),
        (
            Holding.RESTORE,
            "INSERT INTO follower VALUES ('travel', NULL, 0, now(), true, '{}')",
            "UPDATE follower SET awaited = false",
        ),
        (
            Holding.WAITING_BINDING,
            (
                "INSERT INTO binding_preparation SELECT gen_random_uuid(), subject_id, '', 'clerk', court_code, now()"
                " FROM listing"
            ),
            "UPDATE binding_preparation SET used_position = 1",
        ),
        (
            Holding.IMPORT,
            (
                "INSERT INTO import (import_id, court_code, state, format, file_sha256, record_count,"
                " prepared_by, approved_by, signed_by, manifest_hash)"
                " SELECT gen_random_uuid(), court_code, 5, 1, sha256(''), 1, 'a', 'b', 'c', sha256('') FROM listing"
            ),
            "UPDATE import SET state = 6",
        ),
    ],
    ids=["basis's task", "debt's task", "lost ending", "restore", "binding", "import"],
)
async def test_what_may_still_come_back_or_be_decided_keeps_it(
    archive: Archive, by: Holding, begin: str, end: str
) -> None:
    entered = await archive.long_free()
    await archive.connection.execute(begin)
    erasing = await archive.passed()
    assert (erasing.erased, erasing.held) == (0, {by: 1})
    assert await archive.is_on_record(entered.listing.subject_id)
    await archive.connection.execute(end)
    assert (await archive.passed()).erased == 1


async def test_a_debt_is_kept_while_anybody_else_owes_it(archive: Archive) -> None:
    first = await archive.house.enter()
    obligation_id = first.listing.obligation_id
    second = await archive.house.enter(
        case_number=first.listing.case_number, obligation_id=obligation_id
    )
    await archive.free(first.listing.subject_id)
    await archive.age(first.listing.subject_id, days=LONG)
    erasing = await archive.passed()
    assert (erasing.erased, erasing.facts) == (1, 1), "the entry alone is about her alone"
    assert (await archive.house.obligation(obligation_id)).performed
    await archive.age(second.listing.subject_id, days=LONG)
    erasing = await archive.passed()
    assert (erasing.erased, erasing.facts) == (1, 3), "entry, statement and payment"
    assert not await archive.connection.fetchval("SELECT count(*) FROM obligation")


async def test_a_debt_is_kept_while_anything_rests_on_it(archive: Archive) -> None:
    """An order may name an officer of the debtor, who owes nothing (CP Art 3(2))."""
    debtor = await archive.house.enter()
    obligation_id = debtor.listing.obligation_id
    officer = await archive.house.do(
        archive.house.restriction(
            obligation_id=obligation_id, case_number=debtor.listing.case_number
        )
    )
    await archive.connection.execute(
        "UPDATE listing SET ended_at = now(), ended_kind = 1, ended_cause = 3"
    )
    await archive.connection.execute(
        "UPDATE consumption_order SET ended_at = now(), ended_kind = 3, ended_cause = 3 WHERE order_id = $1",
        debtor.order.order_id,
    )
    await archive.age(debtor.listing.subject_id, days=LONG)
    assert (await archive.passed()).erased == 1
    assert (await archive.house.obligation(obligation_id)).obligation_id == obligation_id
    assert (await archive.house.order(officer.order.order_id)).order_id


async def test_what_waits_or_answers_for_nobody_any_more_is_forgotten(archive: Archive) -> None:
    entered = await archive.house.enter()
    subject_id = entered.listing.subject_id
    prepared = await archive.house.prepared(subject_id, archive.house.person().passport)
    await archive.passed()
    connection = archive.connection
    assert await connection.fetchval("SELECT count(*) FROM binding_preparation") == 1
    answered = await connection.fetchval("SELECT count(*) FROM request WHERE reply_sealed <> ''")
    await connection.execute(
        "UPDATE binding_preparation SET prepared_at = now() - interval '32 days'"
    )
    await connection.execute(
        f"UPDATE change SET recorded_at = recorded_at - interval '{LONG} days' WHERE position < 4"
    )
    await connection.execute(_OLD_IMPORT, LONG)
    assert (await archive.passed()).erased == 0
    assert (
        await connection.fetchval("SELECT count(*) FROM import WHERE file_name_sealed <> ''") == 1
    )
    assert await connection.fetchval("SELECT count(*) FROM binding_preparation") == 0
    assert (
        await connection.fetchval("SELECT count(*) FROM request WHERE reply_sealed <> ''")
        == answered - 3
    )
    assert (await archive.house.refused(prepared)).reason_name == "NOT_FOUND"

"""Partners and ratings, as this field's own copy of the ledger has them."""

from typing import Any

from courtlist.ledger.v1 import change_pb2
from restriction.facts.effects import PartnerEnrolled, PartnerRetired
from restriction.facts.store import Cursor
from tests.contract.restriction.conftest import Bench
from tests.fakes.ledger import START


async def _partners(bench: Bench) -> dict[str, Any]:
    async with bench.postgres.connection() as connection:
        rows = await connection.fetch("SELECT * FROM partner ORDER BY partner_id")
    return {row["partner_id"]: row for row in rows}


async def test_a_partner_is_kept_with_its_fields_and_its_address(bench: Bench) -> None:
    bench.ledger.enrol_partner("rail", fields=["travel", "hotel"], push_address="localhost:1")
    enrolled = bench.ledger.enrol_partner("inn", fields=["hotel"])
    await bench.take()
    partners = await _partners(bench)
    assert set(partners["rail"]["fields"]) == {"travel", "hotel"}
    assert partners["rail"]["push_address"] == "localhost:1"
    assert (partners["inn"]["fields"], partners["inn"]["push_address"]) == (["hotel"], "")
    assert (partners["inn"]["enrolled_position"], partners["inn"]["retired_position"]) == (
        enrolled,
        0,
    )


async def test_a_partner_is_retired_and_may_come_back_elsewhere(bench: Bench) -> None:
    bench.ledger.enrol_partner("rail", push_address="localhost:1")
    await bench.take()
    retired = bench.ledger.retire_partner("rail")
    await bench.take()
    assert (await _partners(bench))["rail"]["retired_position"] == retired
    again = bench.ledger.enrol_partner("rail", push_address="localhost:2")
    await bench.take()
    row = (await _partners(bench))["rail"]
    assert (row["enrolled_position"], row["retired_position"]) == (again, retired)
    assert row["push_address"] == "localhost:2"


async def test_a_retirement_that_ran_ahead_is_not_undone_by_older_enrolments(
    bench: Bench,
) -> None:
    first = bench.ledger.enrol_partner("rail", push_address="localhost:1")
    second = bench.ledger.enrol_partner("rail", push_address="localhost:2")
    # In one act with an ending, which the second cursor brings ahead.
    retired = bench.ledger.act(
        [
            change_pb2.Effect(partner_retired=change_pb2.PartnerRetired(partner_id="rail")),
            change_pb2.Effect(order_lifted=change_pb2.OrderLifted(order_id="o9", subject_id="s9")),
        ]
    )
    await bench.take(cursor=Cursor.ENDINGS)
    for number, address in ((first, "localhost:1"), (second, "localhost:2")):
        await bench.take(1)
        row = (await _partners(bench))["rail"]
        assert (row["enrolled_position"], row["retired_position"]) == (number, retired)
        assert row["push_address"] == address


async def test_what_a_partner_may_ask_is_read_back_with_its_retirement(bench: Bench) -> None:
    bench.ledger.enrol_partner(
        "rail", fields=["travel", "hotel"], checks_per_s=7, checks_per_day=900
    )
    retired = bench.ledger.retire_partner("rail")
    bench.ledger.retire_partner("inn")
    await bench.take()
    enrolled, *rest = sorted(
        (one for one in await bench.facts.read_partners() if one.partner_id == "rail"),
        key=lambda one: one.position,
    )
    assert isinstance(enrolled, PartnerEnrolled)
    assert enrolled.fields == {"travel", "hotel"}
    assert (enrolled.checks_per_s, enrolled.checks_per_day) == (7, 900)
    assert rest == [PartnerRetired(position=retired, partner_id="rail")]


async def test_every_rating_is_kept_as_it_was_recorded(bench: Bench) -> None:
    bench.ledger.rate("inn", 5, site_code="A")
    bench.ledger.rate("inn", 3, site_code="A")
    bench.ledger.rate("inn", 0)
    await bench.take()
    ratings = sorted(await bench.facts.read_ratings(), key=lambda one: one.position)
    assert [(one.position, one.site_code, one.stars) for one in ratings] == [
        (1, "A", 5),
        (2, "A", 3),
        (3, "", 0),
    ]
    assert {(one.partner_id, one.start_at) for one in ratings} == {("inn", START)}


async def test_a_rating_is_read_ahead_of_a_queue_of_entries(bench: Bench) -> None:
    """A hotel that has no star any more must not wait for an import: its guests would be refused."""
    bench.ledger.rate("inn", 5)
    await bench.take()
    bench.ledger.issue("o1", "s1")
    bench.ledger.rate("inn", 0)
    await bench.take(cursor=Cursor.ENDINGS)
    assert {one.stars for one in await bench.facts.read_ratings()} == {5, 0}
    # The same again by the other cursor.
    await bench.take()
    assert len(await bench.facts.read_ratings()) == 2


async def test_only_ratings_of_the_current_generation_count(bench: Bench) -> None:
    bench.ledger.rate("inn", 5)
    await bench.take()
    await bench.rebuild.start_generation(2)
    await bench.rebuild.switch_to(2)
    assert await bench.facts.read_ratings() == []

"""Who asks: enrolment, purposes, and what partners are told of."""

from tests.mutation.mutant import hand

_PARTNERS = "restriction/partners.py"
_DELIVERIES_SQL = "restriction/sql/deliveries.sql"
_ENROLMENT_TESTS = "unit/restriction/test_enrolment.py"
_DELIVERY_TESTS = "contract/restriction/test_deliveries.py"

ASKING = (
    hand(
        "asking/retired one asks on",
        _PARTNERS,
        "if enrolment is None or enrolment.position <= self.retired_position:",
        "if enrolment is None:",
        f"{_ENROLMENT_TESTS}::test_a_retired_partner_is_none_whichever_record_came_first",
        "A partner that was taken away asks no more.",
    ),
    hand(
        "asking/older enrolment counts",
        _PARTNERS,
        "held is None or held.position < one.position",
        "True",
        f"{_ENROLMENT_TESTS}::test_a_partner_asks_in_the_fields_of_its_latest_enrolment",
        "An older enrolment never undoes a newer one.",
    ),
    hand(
        "asking/unknown before the ledger was read",
        _PARTNERS,
        "if not self._progress.started:",
        "if False:",
        f"{_ENROLMENT_TESTS}::test_before_the_ledger_was_read_nobody_is_said_to_be_unknown",
        "Who is enrolled further on in the ledger is not told that nobody knows it.",
    ),
    hand(
        "asking/memory of enrolments behind",
        "restriction/feed.py",
        "            self._partners.add(change.retired)\n",
        "",
        "contract/restriction/test_feed.py::test_partners_are_loaded_and_follow_each_commit",
        "A retirement counts as soon as it is applied, not at the next start.",
    ),
    hand(
        "asking/no purpose needed",
        "travel/servicer.py",
        "        or purpose is None\n",
        "",
        "unit/travel/test_servicer.py::"
        "test_nobody_is_looked_up_for_no_purpose_or_one_not_known_here",
        "Nobody is looked up without a purpose.",
    ),
    hand(
        "asking/items of other fields told",
        _DELIVERIES_SQL,
        "b.items & $4 AS items",
        "b.items AS items",
        f"{_DELIVERY_TESTS}::test_an_order_is_narrowed_to_the_items_of_the_field",
        "Partners of a field are told what bears on it and nothing else.",
    ),
    hand(
        "asking/orders of other fields told",
        _DELIVERIES_SQL,
        "AND (b.ground IS NOT NULL OR b.items & $4 <> 0)",
        "AND $4::integer IS NOT NULL",
        f"{_DELIVERY_TESTS}::"
        "test_an_order_with_none_of_the_fields_items_is_not_sent_and_not_lifted",
        "An order that bars nothing in a field is no restriction there.",
    ),
)

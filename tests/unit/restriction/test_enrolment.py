"""Who is enrolled, from memory: the latest record of a partner counts, in whatever order they come."""

import itertools

import pytest

from chassis.errors import ServiceError
from restriction.facts.effects import PartnerEnrolled, PartnerRetired
from restriction.model import Position
from restriction.partners import Partners
from restriction.progress import Progress
from tests.fakes.restriction_doubles import NOW


def _enrolled(position: int, *fields: str, checks_per_s: int = 0) -> PartnerEnrolled:
    return PartnerEnrolled(
        position=position,
        partner_id="rail",
        fields=frozenset(fields),
        push_address="",
        checks_per_s=checks_per_s,
    )


def _retired(position: int) -> PartnerRetired:
    return PartnerRetired(position=position, partner_id="rail")


@pytest.fixture
def progress() -> Progress:
    progress = Progress(max_staleness_s=5, stale_limit_s=60)
    progress.load(Position("life-1", 9), NOW)
    return progress


@pytest.fixture
def partners(progress: Progress) -> Partners:
    return Partners(progress=progress)


def test_a_partner_asks_in_the_fields_of_its_latest_enrolment(partners: Partners) -> None:
    for records in itertools.permutations([_enrolled(1, "travel"), _enrolled(3, "hotel", "loan")]):
        partners.replace(records)
        assert partners.fields_of("rail") == frozenset({"hotel", "loan"})


def test_what_it_may_ask_is_that_of_its_latest_enrolment(partners: Partners) -> None:
    partners.add([_enrolled(3, "travel", checks_per_s=7), _enrolled(1, "travel", checks_per_s=900)])
    enrolment = partners.enrolment_of("rail")
    assert enrolment is not None
    assert enrolment.checks_per_s == 7


def test_a_retired_partner_is_none_whichever_record_came_first(partners: Partners) -> None:
    records: list[PartnerEnrolled | PartnerRetired] = [_enrolled(1, "travel"), _retired(2)]
    for ordered in (records, records[::-1]):
        partners.replace(ordered)
        assert partners.fields_of("rail") is None
        assert partners.enrolment_of("rail") is None


def test_a_partner_that_is_enrolled_again_is_back(partners: Partners) -> None:
    partners.add([_enrolled(1, "travel")])
    partners.add([_retired(2)])
    partners.add([_enrolled(3, "loan")])
    assert partners.fields_of("rail") == frozenset({"loan"})


def test_what_is_replaced_is_forgotten(partners: Partners) -> None:
    partners.add([_enrolled(1, "travel")])
    partners.replace([])
    assert partners.fields_of("rail") is None


def test_before_the_ledger_was_read_nobody_is_said_to_be_unknown() -> None:
    partners = Partners(progress=Progress(max_staleness_s=5, stale_limit_s=60))
    with pytest.raises(ServiceError) as refused:
        partners.fields_of("rail")
    assert refused.value.reason_name == "NOT_READY"
    assert refused.value.retry_after_s
    partners.add([_enrolled(1, "travel")])
    assert partners.fields_of("rail") == frozenset({"travel"})

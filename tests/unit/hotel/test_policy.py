"""The hotel policy on orders in force, and what the desk is given to say."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from document import Document, DocumentKind
from hotel.policy import ALLOWED, HotelPolicy, Stay, notice
from restriction.model import (
    CLEAR,
    Answer,
    Basis,
    Item,
    Measure,
    Pass,
    Reason,
    Verdict,
    undetermined,
)
from restriction.policy import rule

POLICY = HotelPolicy()
TODAY = date(2026, 6, 1)
ARRIVAL, DEPARTURE = date(2026, 6, 2), date(2026, 6, 4)
ORDER_START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
EVERY_RATING = [None, 0, 1, 2, 3, 4, 5]


def _order(basis_id: str, *items: Item, unsettled: bool = False) -> Basis:
    return Basis(
        basis_id=basis_id,
        measure=Measure.ORDER,
        subject_id="s1",
        start_at=ORDER_START,
        items=frozenset(items),
        court_name="某区人民法院",
        court_contact="000-0000000",
        case_number="(2026)京0000执1号",
        reference="限1",
        unsettled=unsettled,
    )


@dataclass(frozen=True)
class _Site:
    """Has the stars on every night of the stay and of no other."""

    rated: int | None

    def stars(self, first: date, last: date) -> int | None:
        return self.rated if (first, last) == (ARRIVAL, DEPARTURE - timedelta(days=1)) else None


def _stay(
    stars: int | None = 4,
    *,
    child: bool = False,
    since: datetime | None = None,
    today: date = TODAY,
) -> Stay:
    return Stay(
        site=_Site(stars),
        arrival_date=ARRIVAL,
        departure_date=DEPARTURE,
        today=today,
        in_house_since=since,
        child=child,
    )


def _document(birth_date: date | None) -> Document:
    return Document(DocumentKind.RESIDENT_ID, "CHN", "0" * 18, birth_date)


@pytest.mark.parametrize("stars", EVERY_RATING)
@pytest.mark.parametrize("item", Item)
def test_every_rating_with_every_item(item: Item, stars: int | None) -> None:
    verdict = POLICY.decide(_stay(stars), [_order("o1", item)])
    if item is not Item.LODGING or stars == 0:
        assert verdict == CLEAR
    elif stars is None:
        assert verdict == undetermined(Reason.RATING_UNKNOWN)
    else:
        assert verdict.answer is Answer.RESTRICTED


@pytest.mark.parametrize("stars", EVERY_RATING)
def test_no_site_is_barred_for_somebody_on_whom_nothing_rests(stars: int | None) -> None:
    assert POLICY.decide(_stay(stars), []) == CLEAR


def test_every_order_that_bars_is_named_with_its_article_and_what_is_allowed() -> None:
    orders = [_order("o1", *Item), _order("o2", Item.TRANSPORT), _order("o3", Item.LODGING)]
    verdict = POLICY.decide(_stay(), orders)
    assert verdict.reason is Reason.BARRED
    assert [(bar.basis.basis_id, bar.article) for bar in verdict.bars] == [
        ("o1", "CP Art 3(1) item 2"),
        ("o3", "CP Art 3(1) item 2"),
    ]
    assert verdict.allowed == ALLOWED == ("未评星住宿 unstarred lodging",)


def test_a_guest_who_was_in_the_house_before_an_order_is_not_turned_out_by_it() -> None:
    before, with_it = ORDER_START - MOMENT, ORDER_START
    assert POLICY.decide(_stay(since=before), [_order("o1", *Item)]) == CLEAR
    assert POLICY.decide(_stay(None, since=before), [_order("o1", *Item)]) == CLEAR
    verdict = POLICY.decide(_stay(since=with_it), [_order("o1", *Item)])
    assert verdict.answer is Answer.RESTRICTED


@pytest.mark.parametrize(
    ("start_at", "bars"),
    [
        # The last instant of the day of departure in Asia/Shanghai, and the first after it.
        (datetime(2026, 6, 4, 16, tzinfo=UTC) - MOMENT, True),
        (datetime(2026, 6, 4, 16, tzinfo=UTC), False),
    ],
)
def test_no_order_reaches_back_to_a_stay_that_was_over_before_it(
    start_at: datetime,
    bars: bool,  # noqa: FBT001
) -> None:
    order = replace(_order("o1", *Item), start_at=start_at)
    verdict = POLICY.decide(_stay(today=date(2026, 7, 1)), [order])
    assert (verdict.answer is Answer.RESTRICTED) is bars


def test_an_order_older_than_the_stay_bars_beside_one_that_is_not() -> None:
    newer = replace(_order("o2", *Item), start_at=ORDER_START + timedelta(days=9))
    since = ORDER_START + timedelta(days=1)
    verdict = POLICY.decide(_stay(since=since), [_order("o1", *Item), newer])
    assert [bar.basis.basis_id for bar in verdict.bars] == ["o1"]


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (ARRIVAL, date(2026, 6, 3), True),
        # The day of departure is no night.
        (ARRIVAL, DEPARTURE, True),
        (date(2026, 6, 3), DEPARTURE, False),
        (ARRIVAL, ARRIVAL, False),
    ],
)
def test_a_pass_covers_a_stay_when_it_covers_every_night(
    first: date,
    last: date,
    free: bool,  # noqa: FBT001
) -> None:
    assert (_with_pass(first, last, today=TODAY) == CLEAR) is free


@pytest.mark.parametrize(
    ("today", "first", "last", "free"),
    [
        # In the house, or come in at two in the morning: the night of the 2nd is past.
        (date(2026, 6, 3), date(2026, 6, 3), date(2026, 6, 3), True),
        (date(2026, 6, 3), ARRIVAL, ARRIVAL, False),
        (date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 3), False),
        # Asked when all of it is past, its last night counts.
        (DEPARTURE, ARRIVAL, date(2026, 6, 3), True),
        (DEPARTURE, date(2026, 6, 3), date(2026, 6, 3), True),
        (DEPARTURE, DEPARTURE, DEPARTURE, False),
    ],
)
def test_nobody_needs_a_pass_for_nights_that_are_past(
    today: date,
    first: date,
    last: date,
    free: bool,  # noqa: FBT001
) -> None:
    assert (_with_pass(first, last, today=today) == CLEAR) is free


def _with_pass(first: date, last: date, *, today: date) -> Verdict:
    midnight = timedelta(hours=8)
    held = Pass(
        pass_id="p1",
        items=frozenset({Item.LODGING}),
        start_at=datetime(first.year, first.month, first.day, tzinfo=UTC) - midnight,
        end_at=datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1) - midnight,
    )
    return rule(POLICY, _stay(today=today), [replace(_order("o1", *Item), passes=(held,))])


def test_a_refusal_that_needs_an_unsettled_order_is_none() -> None:
    unsettled = _order("o1", *Item, unsettled=True)
    assert rule(POLICY, _stay(), [unsettled]) == undetermined(Reason.UNSETTLED)


def test_an_adult_is_looked_up() -> None:
    assert POLICY.before_lookup(_stay(), _document(date(2020, 1, 1)), TODAY) is None


@pytest.mark.parametrize(
    ("birth_date", "today", "expected"),
    [
        (date(2015, 5, 5), TODAY, CLEAR),
        (date(2008, 6, 2), TODAY, CLEAR),
        (date(2008, 6, 1), TODAY, undetermined(Reason.CHILD_TICKET)),
        # A guest who comes of age while the arrival lies behind is no child any more.
        (date(2008, 6, 2), date(2026, 6, 3), undetermined(Reason.CHILD_TICKET)),
        (None, TODAY, undetermined(Reason.CHILD_TICKET)),
    ],
)
def test_a_child_is_decided_by_rule_on_the_day_of_arrival_or_today(
    birth_date: date | None, today: date, expected: Verdict
) -> None:
    assert POLICY.before_lookup(_stay(child=True), _document(birth_date), today) == expected


def test_the_record_of_a_refusal_says_how_many_stars() -> None:
    assert POLICY.label(_stay(5)) == "HOTEL 5 STARS"


def test_the_notice_of_a_refusal_has_the_article_what_is_free_and_whom_to_ask() -> None:
    orders = [_order("o1", *Item), _order("o2", Item.LODGING)]
    zh, en = notice(POLICY.decide(_stay(), orders))
    for part in ("第三条第一款第（二）项", "未评星住宿不受限制"):
        assert part in zh
    for part in ("Article 3(1) item 2", "unstarred lodging remains open"):
        assert part in en
    for text in (zh, en):
        # One court ordered both, and is named once.
        assert text.count("某区人民法院") == 1
        assert text.count("000-0000000") == 1


@pytest.mark.parametrize(
    "verdict",
    [
        POLICY.decide(_stay(), [_order("o1", *Item)]),
        CLEAR,
        *(undetermined(reason) for reason in Reason),
    ],
)
def test_a_notice_is_one_sentence_and_names_no_case_no_sum_and_nobody(verdict: Verdict) -> None:
    zh, en = notice(verdict)
    assert zh.count("。") == 1
    assert zh.endswith("。")
    assert en.count(". ") == 0
    assert en.endswith(".")
    for text in (zh, en):
        for word in ("失信", "欠", "debt", "owed", "元", "执1号", "限1", "refuse", "o1"):
            assert word not in text


def test_a_desk_is_told_what_it_can_do_about_a_number_or_a_child() -> None:
    zh, en = notice(undetermined(Reason.DOCUMENT_INVALID))
    assert "请重新核对证件" in zh
    assert "read it again" in en
    zh, en = notice(undetermined(Reason.CHILD_TICKET))
    assert "未成年人不受限制" in zh
    assert "Nobody under 18 is restricted" in en


@pytest.mark.parametrize("verdict", [CLEAR, *(undetermined(reason) for reason in Reason)])
def test_whatever_is_no_refusal_admits(verdict: Verdict) -> None:
    zh, en = notice(verdict)
    assert "办理入住" in zh
    assert "check the guest in" in en

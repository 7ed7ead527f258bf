"""The consumption restriction order that comes with the listing (CP Arts 1, 3 and 5)."""

import re
from typing import Final

from registry.intake.examination import Examination
from registry.intake.row import ImportedOrder
from registry.intake.service import PaperFields, read_service
from registry.intake.words import ITEM, folded
from registry.law.facts import Decision, Item
from registry.law.orders import order_has_an_end_or_a_review, order_names_its_items

ORDER: Final = PaperFields(
    number="orderNumber",
    decided_on="orderDecidedOn",
    mode="orderServiceMode",
    served_on="orderServedOn",
    proof="orderServiceProof",
    article="CP Art 5; OP",
)

_ITEMS_LENGTH_MAX: Final = 40
_PARTED: Final = re.compile("[,、;/|]")
_PLACE: Final = {item: place for place, item in enumerate(Item)}
_FIELD_OF: Final = {
    "items": "orderItems",
    "end_on": "orderEndOn",
    "review_on": "orderReviewOn",
}


def read_order(row: Examination, decision: Decision | None) -> ImportedOrder | None:
    """The order; None where the row does not tell it whole."""
    service = read_service(row, ORDER, decision)
    items = _items(row)
    end_on = row.day("orderEndOn", may_come=True)
    review_on = row.day("orderReviewOn", may_come=True)
    if not row.holds("orderEndOn") and not row.holds("orderReviewOn"):
        row.lacks(
            "orderEndOn",
            "The order has neither a last day nor a day of review. Give orderEndOn or "
            "orderReviewOn; an order without either binds without limit.",
        )
    elif decision is not None and (end_on is not None or review_on is not None):
        found = order_has_an_end_or_a_review(
            end_on=end_on, review_on=review_on, decided_on=decision.decided_on, today=row.today
        )
        row.breaks(found, _FIELD_OF)
    if decision is None or service is None or not items:
        return None
    return ImportedOrder(
        number=decision.number,
        decided_on=decision.decided_on,
        service=service,
        items=items,
        end_on=end_on,
        review_on=review_on,
    )


def _items(row: Examination) -> tuple[Item, ...]:
    text = row.needed_text("orderItems", _ITEMS_LENGTH_MAX, "the items that the order bars")
    if not text:
        return ()
    parts = _PARTED.split(folded(text))
    if not all(part in ITEM for part in parts):
        row.wrong(
            "orderItems",
            "Names something beside the nine items. Write their numbers, for example 1,2,9.",
        )
        return ()
    items = [ITEM[part] for part in parts]
    row.breaks(order_names_its_items(items), _FIELD_OF)
    return tuple(sorted(items, key=_PLACE.__getitem__))

"""Who asks, and the ratings of their sites."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPartner:
    """A partner joins, comes back, or asks in other fields or at another address."""

    partner_id: str
    name: str
    fields: tuple[str, ...]
    push_address: str


@dataclass(frozen=True, slots=True)
class RetiredPartner:
    """Nothing more is pushed to a partner."""

    partner_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRating:
    """The official rating of one of a partner's sites, from the first day to the last."""

    partner_id: str
    site_code: str
    stars: int
    first_on: date
    last_on: date

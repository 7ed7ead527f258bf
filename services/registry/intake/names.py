"""The names of the superset's fields, and those that relays add."""

import difflib
from functools import lru_cache
from typing import Final

PUBLIC_FIELDS: Final = (
    "caseCode",
    "regDate",
    "courtName",
    "areaName",
    "partyTypeName",
    "iname",
    "sexy",
    "age",
    "cardNum",
    "businessEntity",
    "gistId",
    "gistUnit",
    "duty",
    "performance",
    "performedPart",
    "unperformPart",
    "disruptTypeName",
    "publishDate",
)
"""What courts publish (LP Art 6), by the names under which they publish it."""

OWN_FIELDS: Final = (
    "documentKind",
    "issuingState",
    "birthDate",
    "birthDateProof",
    "otherDocuments",
    "owedAmount",
    "owedAct",
    "decisionNumber",
    "decidedOn",
    "serviceMode",
    "servedOn",
    "serviceProof",
    "ground",
    "abilityFinding",
    "termEnd",
    "extensionReason",
    "extensionDecisionNumber",
    "extensionDecidedOn",
    "orderNumber",
    "orderDecidedOn",
    "orderServiceMode",
    "orderServedOn",
    "orderServiceProof",
    "orderItems",
    "orderEndOn",
    "orderReviewOn",
)
"""What the case file adds; no public copy has any of them."""

SUPERSET: Final = PUBLIC_FIELDS + OWN_FIELDS
KNOWN: Final = frozenset(SUPERSET)
OWN: Final = frozenset(OWN_FIELDS)

RELAY_FIELDS: Final = frozenset(
    {
        "_select_time",
        "_update_time",
        "_version",
        "areaNameNew",
        "cambrian_appid",
        "changefreq",
        "focusNumber",
        "id",
        "lastmod",
        "loc",
        "priority",
        "publishDateStamp",
        "SiteId",
        "sitelink",
        "StdStg",
        "StdStl",
        "type",
    }
)
"""What search engines and the court site wrap around a row; it says nothing about the debtor."""

ENDED_FIELDS: Final = frozenset({"exitDate", "exitdate"})
"""Where resellers note that the court has taken the entry off the List; the row itself they keep."""

_NEAR: Final = 0.8
_BY_PLAIN_NAME: Final = {name.casefold(): name for name in SUPERSET}
_NAME_LENGTH_MAX: Final = 64


@lru_cache(maxsize=4096)
def nearest_known(name: str) -> str | None:
    """Return the field of the superset that was most likely meant, or None.

    Case, underscores, hyphens and spaces count for nothing; a slip or two is forgiven.
    """
    if len(name) > _NAME_LENGTH_MAX:
        return None
    plain = "".join(one for one in name.casefold() if one not in "_- ")
    near = difflib.get_close_matches(plain, _BY_PLAIN_NAME, n=1, cutoff=_NEAR)
    return _BY_PLAIN_NAME[near[0]] if near else None

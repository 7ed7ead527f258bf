"""The shapes in which public copies of the List go round (no decision, no service, no order)."""

import enum
from datetime import date
from typing import Any, Final

from synthetic.chance import Chance
from synthetic.plan import Plan
from synthetic.register import Row

PUBLIC_COLUMNS: Final = (
    "iname",
    "caseCode",
    "age",
    "sexy",
    "cardNum",
    "businessEntity",
    "courtName",
    "areaName",
    "partyTypeName",
    "gistId",
    "regDate",
    "gistUnit",
    "duty",
    "performance",
    "performedPart",
    "unperformPart",
    "disruptTypeName",
    "publishDate",
)
_HIDDEN_FROM: Final = 10
_HIDDEN_LENGTH: Final = 4


class Shape(enum.StrEnum):
    """The shape of a register's rows."""

    OURS = "ours"
    """The import's superset: whole rows."""
    G1 = "g1"
    """A search engine's relay: every text masked and wrapped in fields of its own."""
    G2 = "g2"
    """The court site's detail: `id` and `age` are figures, fields are missing where empty."""
    G4 = "g4"
    """The whole list as an indexer reads it: some numbers whole, texts escaped for HTML."""


def as_public(whole: Row, index: int, plan: Plan, shape: Shape) -> dict[str, Any]:
    """A row of the superset as a public copy has it."""
    public = {name: whole.get(name, "") for name in PUBLIC_COLUMNS}
    if shape is Shape.G1:
        return _relayed(public, whole)
    if shape is Shape.G2:
        return _detailed(public, index)
    return _indexed(public, Chance(plan.row_key, index))


def _relayed(public: Row, whole: Row) -> dict[str, Any]:
    published_on = date.fromisoformat(whole["servedOn"])
    return {
        **public,
        "cardNum": _masked(public["cardNum"]),
        "areaNameNew": public["areaName"],
        "focusNumber": "0",
        "publishDateStamp": str((published_on - date(1970, 1, 1)).days * 86_400 - 8 * 3_600),
        "type": "失信被执行人名单",
        "sitelink": "…",
        "loc": "…",
        "lastmod": f"{published_on.isoformat()}T03:00:00",
        "changefreq": "always",
        "priority": "1.0",
        "_update_time": "0",
        "cambrian_appid": "0",
        "SiteId": 0,
        "_version": 1,
        "_select_time": 0,
        "StdStg": 6899,
        "StdStl": 8,
    }


def _detailed(public: Row, index: int) -> dict[str, Any]:
    is_company = public["partyTypeName"] == "1"
    row: dict[str, Any] = {
        "id": 700_000_000 + index,
        **public,
        "age": int(public["age"]),
        "cardNum": _masked(public["cardNum"]),
        "partyTypeName": "581" if is_company else "580",
        "performedPart": "",
        "unperformPart": "",
    }
    if not is_company:
        row["businessEntity"] = ""
    return {name: value for name, value in row.items() if value != ""}


def _indexed(public: Row, chance: Chance) -> dict[str, Any]:
    drawn = chance.below(4)
    row = {**public, "caseCode": _escaped(public["caseCode"]), "duty": f"&nbsp;{public['duty']}"}
    if drawn < 2:
        row["cardNum"] = _masked(public["cardNum"])
    if drawn == 2:
        row["disruptTypeName"] = f"{public['disruptTypeName']}、违反财产报告制度"
    return row


def _masked(number: str) -> str:
    end = _HIDDEN_FROM + _HIDDEN_LENGTH
    return number[:6] + "****" if len(number) < end else f"{number[:10]}****{number[end:]}"


def _escaped(number: str) -> str:
    return number.replace("(", "&#40;").replace(")", "&#41;")

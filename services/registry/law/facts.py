"""The facts that the rules weigh: frozen, plain, as the court stated them.

Days are legal days in Asia/Shanghai. A missing statement is None or empty, never a default:
what nobody stated, no rule takes as given.
"""

import enum
from dataclasses import dataclass
from datetime import date


class SubjectKind(enum.StrEnum):
    """Whether the debtor is a natural person or an organisation."""

    PERSON = "PERSON"
    ORGANISATION = "ORGANISATION"


class Ground(enum.StrEnum):
    """The six grounds of LP Art 1, in the order of the article."""

    ABLE_BUT_REFUSES = "ABLE_BUT_REFUSES"
    OBSTRUCTS = "OBSTRUCTS"
    EVADES = "EVADES"
    BREAKS_REPORTING_DUTY = "BREAKS_REPORTING_DUTY"
    BREAKS_CONSUMPTION_ORDER = "BREAKS_CONSUMPTION_ORDER"
    REFUSES_SETTLEMENT = "REFUSES_SETTLEMENT"

    @property
    def has_term(self) -> bool:
        """Whether a listing on this ground runs for a term (LP Art 2): all but the first."""
        return self is not Ground.ABLE_BUT_REFUSES


class Ability(enum.StrEnum):
    """The court's finding on whether the debtor is able to perform."""

    UNKNOWN = "UNKNOWN"
    ABLE = "ABLE"
    UNABLE = "UNABLE"


class Item(enum.StrEnum):
    """The nine items of CP Art 3(1), in the order of the article."""

    TRANSPORT = "TRANSPORT"
    LODGING = "LODGING"
    REAL_ESTATE = "REAL_ESTATE"
    PREMISES = "PREMISES"
    VEHICLES = "VEHICLES"
    TOURISM = "TOURISM"
    SCHOOLS = "SCHOOLS"
    INSURANCE = "INSURANCE"
    FAST_TRAINS = "FAST_TRAINS"


class ServiceMode(enum.StrEnum):
    """How a paper was served: the modes of the Civil Procedure Law, Arts 88 to 95."""

    DIRECT = "DIRECT"
    LEFT_AT_HOME = "LEFT_AT_HOME"
    ELECTRONIC = "ELECTRONIC"
    ENTRUSTED = "ENTRUSTED"
    POST = "POST"
    FORWARDED = "FORWARDED"
    PUBLIC_NOTICE = "PUBLIC_NOTICE"


class ExtensionReason(enum.StrEnum):
    """Why a term may be extended (LP Art 2(1))."""

    VIOLENCE_OR_THREATS = "VIOLENCE_OR_THREATS"
    SEVERAL_ACTS = "SEVERAL_ACTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A court's written decision, or its order.

    `signed_by` is the person id of the president who signed; that the person holds the office at
    the acting court is for the store to say.
    """

    number: str
    decided_on: date
    signed_by: str
    signed_on: date | None
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How, when and with what proof a decision reached the debtor."""

    mode: ServiceMode | None
    served_on: date | None
    proof_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWarning:
    """The enforcement notice that warned of listing, and the version of its warning text."""

    notice_number: str
    served_on: date | None
    text_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article3Bars:
    """The checklist of LP Art 3. None is no answer; `answered_by` is the judge's person id."""

    security_given: bool | None
    assets_cover_debt: bool | None
    turn_not_come: bool | None
    otherwise_not_able: bool | None
    answered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A separate decision that extends the term of grounds 2 to 6, in whole years."""

    years: int
    reason: ExtensionReason | None
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedBirth:
    """A birth date the court took from a passport or permit, and the proof it holds."""

    birth_date: date
    proof_reference: str

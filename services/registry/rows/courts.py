"""Courts, and the day on which each goes live."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NewCourt:
    """A court joins."""

    court_code: str
    name: str
    contact: str
    higher_court_code: str


@dataclass(frozen=True, slots=True)
class ReturnedCourt:
    """A court that was retired is back, without its people."""

    court: NewCourt


@dataclass(frozen=True, slots=True)
class HigherCourt:
    """Another court reviews a court's decisions from now on."""

    court_code: str
    higher_court_code: str


@dataclass(frozen=True, slots=True)
class RetiredCourt:
    """A court acts no more, and neither do its officers and their keys."""

    court_code: str


@dataclass(frozen=True, slots=True)
class SetGoLive:
    """From this day on a court's decisions are entered one by one."""

    court_code: str
    go_live_on: date

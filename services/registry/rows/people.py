"""Who acts at a court, and by which keys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """A person gets a role at a court, or gets it back. The name is sealed."""

    person_id: str
    role: int
    court_code: str
    name: str


@dataclass(frozen=True, slots=True)
class RetiredOfficer:
    """A person no longer has a role at a court."""

    person_id: str
    role: int
    court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A person's public key counts at a court."""

    key_id: str
    person_id: str
    court_code: str
    purpose: int
    algorithm: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """It no longer does."""

    key_id: str

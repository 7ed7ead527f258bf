"""A court's people and their keys, enrolled in the order that the registry wants.

Operators enrol until the court has a president with a key; from then on she does, where the profile
holds her key. So presidents come last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cli import keys
from cli.bootstrap.plan import Plan, enrolment
from cli.errors import RemoteFailure
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.profile import Actor
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin

_PRESIDENT: Final = ledger.ROLE_PRESIDENT
_ASSERT: Final = ledger.KEY_PURPOSE_ASSERT
_SIGN: Final = ledger.KEY_PURPOSE_SIGN


@dataclass(frozen=True, slots=True)
class Staff:
    """Who acts at a court now, as the registry lists it."""

    officers: Sequence[admin.Officer]
    keys: Sequence[admin.OfficerKey]

    def has_officer(self, wanted: admin.EnrolOfficerRequest) -> bool:
        """Whether the person holds the role."""
        return (wanted.person_id, wanted.role) in {
            (one.person_id, one.role) for one in self.officers if not one.end_position
        }

    def has_key(self, wanted: admin.EnrolKeyRequest) -> bool:
        """Whether the key counts as that person's."""
        return (wanted.key_id, wanted.person_id) in {
            (one.key_id, one.person_id) for one in self.keys if not one.end_position
        }

    def president(self) -> str:
        """A president who can act with a key of her own; empty where there is none."""
        able = {
            one.person_id for one in self.keys if one.purpose == _ASSERT and not one.end_position
        }
        return next(
            (
                one.person_id
                for one in self.officers
                if one.role == _PRESIDENT and not one.end_position and one.person_id in able
            ),
            "",
        )


def staff_of(invocation: Invocation, court_code: str) -> Staff:
    """Ask the registry; a court that could not be enrolled has nobody. Raises RemoteFailure."""
    request = admin.ListOfficersRequest(court_code=court_code)
    try:
        reply = invocation.ask(invocation.operators.ListOfficers, request)
    except RemoteFailure as error:
        if error.exit_code is ExitCode.NOT_FOUND:
            return Staff((), ())
        raise
    return Staff(reply.officers, reply.keys)


def enroller(invocation: Invocation, staff: Staff, court_code: str) -> Actor:
    """Who enrols at the court: its president, if she can and the profile holds her key."""
    president = staff.president()
    if president and (president, court_code) in invocation.profile.proofs.people:
        return Actor(president, "president", court_code)
    return invocation.actor


def in_order(plan: Plan) -> list[admin.EnrolOfficerRequest]:
    """Officers with the presidents last."""
    return sorted(plan.officers, key=lambda one: one.role == _PRESIDENT)


def keys_of(
    invocation: Invocation, plan: Plan, officer: admin.EnrolOfficerRequest
) -> Iterator[admin.EnrolKeyRequest]:
    """The keys that the file names for a person, and for each purpose else the one of the profile.

    Raises UsageError for a key file of the profile that cannot be read.
    """
    named = [
        one
        for one in plan.officer_keys
        if (one.person_id, one.court_code) == (officer.person_id, officer.court_code)
    ]
    proofs, who = invocation.profile.proofs, (officer.person_id, officer.court_code)
    held = {_ASSERT: proofs.people.get(who)}
    if officer.role == _PRESIDENT:
        held[_SIGN] = proofs.signers.get(who)
    for purpose, file in held.items():
        if file is not None and not any(one.purpose == purpose for one in named):
            public = keys.read_private(file.path).public_key()
            yield enrolment(*who, public, purpose=purpose, key_id=file.key_id)
    yield from named

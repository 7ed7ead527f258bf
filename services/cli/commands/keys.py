"""`keys`, `officers`: who acts at a court, and with which keys."""

from pathlib import Path
from typing import Annotated

import typer

from cli import choices, keys
from cli.acts import perform
from cli.bootstrap.plan import enrolment
from cli.errors import RefusedError
from cli.invocation import Invocation
from cli.options import RequestId, RoleName, ValidateOnly
from cli.papers.writing import data_of
from cli.registration import command, group
from cli.views import officers as views
from cli.views.tables import pairs
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin

_PURPOSES = ledger.KeyPurpose.DESCRIPTOR
_ROLES = ledger.Role.DESCRIPTOR

Person = Annotated[str, typer.Argument(metavar="PERSON", help="Person id.")]
At = Annotated[
    str, typer.Option("--at", metavar="CODE", help="Court; that of whoever acts when left away.")
]


def register(app: typer.Typer) -> None:
    """Add both groups."""
    of_keys = group(
        "People's keys: with one a person says who she is, with another a president signs."
    )
    app.add_typer(of_keys, name="keys")
    _register_keys(of_keys)
    officers = group("Who acts at a court.")
    app.add_typer(officers, name="officers")
    _register_officers(officers)


def _register_keys(group_of_keys: typer.Typer) -> None:
    @command(group_of_keys, "new", example="courtlist keys new --out clerk-1.pem")
    def new(
        invocation: Invocation,
        *,
        out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A new file.")],
    ) -> None:
        """Make an Ed25519 key in a new file for its owner alone, and print its public part.

        The file never leaves its owner. The public part is for whoever enrols it.
        """
        try:
            public = keys.make_private(out).public_key()
        except FileExistsError:
            raise RefusedError(
                f"{out}: is there already, and no key is ever overwritten",
                next_step="name a new file",
            ) from None
        said = {"file": str(out), "keyId": keys.key_id_of(public), "key": keys.public_text(public)}
        invocation.output.result(said, pairs("a new key", said.items()))

    @command(
        group_of_keys,
        "enrol",
        example="courtlist keys enrol clerk-1 --key ed25519:PUBLIC_PART --as president-1",
        epilog="The president enrols; an operator until there is one.",
    )
    def enrol(
        invocation: Invocation,
        officer: Person,
        *,
        key: Annotated[
            str, typer.Option("--key", metavar="ed25519:...", help="As `keys new` printed it.")
        ],
        purpose: Annotated[
            str,
            typer.Option(
                "--purpose",
                metavar="PURPOSE",
                help="assert: says who acts; sign: a president's, signs decisions.",
                autocompletion=choices.completion(_PURPOSES),
            ),
        ] = "assert",
        at: At = "",
        key_id: Annotated[
            str, typer.Option("--key-id", metavar="ID", help="Of the key's own making by default.")
        ] = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Make a public key count as a person's at a court."""
        public = keys.read_public(key)
        number = choices.number(_PURPOSES, purpose, option="--purpose")
        request = enrolment(
            officer,
            at or invocation.actor.court,
            public,
            purpose=number,  # type: ignore[arg-type]
            key_id=key_id,
        )
        request.request_id, request.validate_only = request_id, validate_only
        perform(invocation, invocation.operators.EnrolKey, request, done="enrolled")

    @command(group_of_keys, "retire", example="courtlist keys retire KEY_ID --as president-1")
    def retire(
        invocation: Invocation,
        key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `keys list` shows it.")],
        *,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """End a key: nothing signed with it counts from then on. One that is lost is retired at once."""
        request = admin.RetireKeyRequest(
            request_id=request_id, validate_only=validate_only, key_id=key_id
        )
        perform(invocation, invocation.operators.RetireKey, request, done="retired")

    @command(group_of_keys, "list", example="courtlist keys list --at 京0199")
    def show(invocation: Invocation, *, at: At = "") -> None:
        """The keys of a court's people, with those that were retired."""
        reply = _listed(invocation, at)
        invocation.output.result(data_of(reply), views.keys(reply.keys))


def _register_officers(officers: typer.Typer) -> None:
    @command(officers, "list", example="courtlist officers list --at 京0199")
    def show(invocation: Invocation, *, at: At = "") -> None:
        """The people of a court, with those who have left; without names."""
        reply = _listed(invocation, at)
        invocation.output.result(data_of(reply), views.officers(reply.officers))

    @command(
        officers,
        "retire",
        example="courtlist officers retire clerk-1 --from clerk --at 京0199 --as president-1",
        epilog="`courtlist init` enrols them.",
    )
    def retire(
        invocation: Invocation,
        officer: Person,
        *,
        office: Annotated[RoleName, typer.Option("--from", help="The role to take.")],
        at: At = "",
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Take a role from a person (by the court's president or an operator)."""
        role = choices.number(_ROLES, office.value, option="--from")
        request = admin.RetireOfficerRequest(
            request_id=request_id,
            validate_only=validate_only,
            person_id=officer,
            role=role,  # type: ignore[arg-type]
            court_code=at or invocation.actor.court,
        )
        perform(invocation, invocation.operators.RetireOfficer, request, done="retired")


def _listed(invocation: Invocation, at: str) -> admin.ListOfficersResponse:
    request = admin.ListOfficersRequest(court_code=at or invocation.actor.court)
    return invocation.ask(invocation.operators.ListOfficers, request)

"""`sign`: a president signs a paper with her own key, before it is served and sent."""

from pathlib import Path
from typing import Annotated, Final

import typer
from google.protobuf.message import Message

from authority import signature as signing
from cli.errors import RefusedError, UsageError
from cli.invocation import Invocation
from cli.papers import files, reading, signatures
from cli.plain import cell
from cli.registration import command
from cli.views.tables import record
from courtlist.registry.v1 import decision_pb2

_TITLES: Final = {
    "EnterListingRequest": "a debtor is entered, with the order that comes with the listing",
    "IssueOrderRequest": "consumption is restricted, without a listing",
    "GrantPassRequest": "a pass is granted",
    "SignImportRequest": "the sound rows of an import take effect",
}


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app,
        "sign",
        example="courtlist sign debtor.toml --as president-1",
        epilog="Then, by a clerk or judge: courtlist enter FILE",
    )
    def sign(
        invocation: Invocation,
        file: Annotated[str, typer.Argument(metavar="FILE", help="TOML or JSON.")],
        *,
        out: Annotated[
            Path | None,
            typer.Option("--out", metavar="FILE", help="The signature; FILE.signature otherwise."),
        ] = None,
        is_agreed: Annotated[
            bool, typer.Option("--yes", help="Do not ask, where nobody can be asked.")
        ] = False,
    ) -> None:
        """Sign a paper of `enter`, `restrict`, `pass grant` or `import sign` (by the president).

        Everything that is signed is shown first; nothing is sent. How a decision is served is not
        signed and may be filled in afterwards. Any other change needs a new signature.
        """
        given = files.load(file)
        request = reading.fill(signatures.kind_of(given), given, what=file)
        target = out or signatures.beside(file)
        what = _TITLES[type(request).__name__]
        invocation.output.show(record(f"to be signed: {what}", signing.cleared(request)))
        if not is_agreed:
            _ask(invocation)
        signed = signed_by_actor(invocation, request)
        signatures.write(target, request, signed)
        data = {"file": str(target), "keyId": signed.key_id, "request": type(request).__name__}
        invocation.output.result(data, cell(f"signed with {signed.key_id}: {target}", "green"))


def signed_by_actor(invocation: Invocation, request: Message) -> decision_pb2.Signature:
    """The signature of whoever acts on `request` as it is, by her key of the profile.

    Raises UsageError.
    """
    signer = invocation.actor
    key = invocation.profile.proofs.signing_key_of(signer.person, signer.court)
    return signing.sign(request, key_id=key.key_id, private_key=key.private_key)


def _ask(invocation: Invocation) -> None:
    if not invocation.output.is_watched:
        raise UsageError(
            "nobody can be asked here whether to sign",
            next_step="look at the whole paper, then add --yes",
        )
    if not typer.confirm("sign this?", err=True):
        raise RefusedError("not signed")

"""`ledger`: reading the chain, following it, verifying it, and what a restore leaves to decide."""

from functools import partial
from typing import Annotated, Final

import typer

from cli.acts import fresh_id, perform
from cli.chain import Link, follow, verify_shown
from cli.errors import UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.options import INT64_MAX, Reasons, RequestId, ValidateOnly
from cli.pages import pages
from cli.papers.writing import data_of
from cli.plain import cell
from cli.registration import command, group
from cli.views import changes as views
from cli.views import processes
from cli.views.tables import record
from courtlist.ledger.v1 import position_pb2
from courtlist.registry.v1 import admin_service_pb2 as admin

_HASH_BYTES: Final = 32


def register(app: typer.Typer) -> None:
    """Add the group."""
    ledger = group("The ledger: every act, in order, chained by hashes.")
    app.add_typer(ledger, name="ledger")

    @command(ledger, "tail", example="courtlist ledger tail --after 0 --json | head -1")
    def tail(
        invocation: Invocation,
        *,
        after: Annotated[
            int | None,
            typer.Option("--after", min=0, max=INT64_MAX, help="Position; the last 20 by default."),
        ] = None,
        is_followed: Annotated[
            bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")
        ] = False,
    ) -> ExitCode | None:
        """Print changes as they are stored: position, act, who, and what came of it."""
        if after is None:
            head = invocation.ask(invocation.operators.GetLedger, admin.GetLedgerRequest())
            after = max(head.head.position - 20, 0)
        try:
            for link in follow(invocation, after=after, is_endless=is_followed):
                invocation.output.result(views.data(link), views.line(link))
        except KeyboardInterrupt:
            if not is_followed:
                raise
            # The only way to end it, and no error to be told.
            return ExitCode.INTERRUPTED
        return None

    @command(ledger, "verify", example="courtlist ledger verify")
    def verify_chain(
        invocation: Invocation,
        *,
        holds: Annotated[
            str,
            typer.Option(
                "--holds",
                metavar="POSITION:HASH",
                help="A change that must be in it, as one noted down earlier or a backup's head.",
            ),
        ] = "",
    ) -> None:
        """Follow the whole chain from the first change and recompute every hash here."""
        wanted = _noted(holds)
        head = invocation.ask(invocation.operators.GetLedger, admin.GetLedgerRequest())
        verified = verify_shown(
            invocation,
            head,
            wanted,
            broken="the ledger does not verify",
            next_step="stop writing, keep the database as it is, compare with a backup",
        )
        data = {
            "verified": True,
            "position": verified.position,
            "hash": verified.hash.hex(),
            "factsErased": head.facts_erased,
        }
        said = f"verified: {verified.position} changes, head {verified.hash.hex()}"
        invocation.output.result(data, cell(said, "green"), *processes.erased(head))

    @command(ledger, "head", example="courtlist ledger head")
    def head(invocation: Invocation) -> None:
        """The head, and how far every follower is."""
        reply = invocation.ask(invocation.operators.GetLedger, admin.GetLedgerRequest())
        invocation.output.result(data_of(reply), *processes.ledger(reply))

    _register_restore(ledger)


def _register_restore(ledger: typer.Typer) -> None:
    @command(
        ledger,
        "announce-restore",
        example="courtlist ledger announce-restore --expected-head INCARNATION:42",
    )
    def announce(
        invocation: Invocation,
        *,
        expected: Annotated[
            str,
            typer.Option(
                "--expected-head",
                metavar="INCARNATION:POSITION",
                help="The head seen after the restore (`ledger head`): a guard against doing it "
                "twice.",
            ),
        ],
        request_id: RequestId = "",
    ) -> None:
        """Tell the registry that its database was restored: a new incarnation (by an operator)."""
        incarnation, _, position = expected.rpartition(":")
        at = _position(position)
        if not incarnation or at is None:
            raise UsageError(
                "--expected-head takes INCARNATION:POSITION",
                next_step="`courtlist ledger head` prints both",
            )
        request = admin.OpenIncarnationRequest(
            request_id=request_id or fresh_id(),
            expected_head=position_pb2.Position(incarnation=incarnation, position=at),
        )
        reply = invocation.ask(invocation.operators.OpenIncarnation, request)
        invocation.output.result(data_of(reply), record("a new incarnation", reply))

    @command(ledger, "unsettled", example="courtlist ledger unsettled")
    def unsettled(invocation: Invocation) -> None:
        """Endings that a follower saw and a restored ledger does not hold: a judge settles each."""
        request = admin.ListUnsettledEndingsRequest(page_size=500)
        ask = partial(invocation.ask, invocation.operators.ListUnsettledEndings)
        found = [one for page in pages(ask, request) for one in page.endings]
        data = {"endings": [data_of(one) for one in found]}
        invocation.output.result(data, views.unsettled(found))

    @command(
        ledger,
        "settle",
        example="courtlist ledger settle BASIS_ID --uphold --reasons '已履行完毕' --as judge-1",
    )
    def settle(
        invocation: Invocation,
        basis: Annotated[str, typer.Argument(metavar="BASIS_ID")],
        *,
        uphold: Annotated[
            bool,
            typer.Option("--uphold/--set-aside", help="It stays ended, or it stands again."),
        ],
        reasons: Reasons,
        validate_only: ValidateOnly = False,
        request_id: RequestId = "",
    ) -> None:
        """Decide on one unsettled ending (by a judge of the court whose basis it is)."""
        request = admin.SettleEndingRequest(
            request_id=request_id,
            validate_only=validate_only,
            basis_id=basis,
            uphold=uphold,
            reasons=reasons,
        )
        reply = perform(invocation, invocation.operators.SettleEnding, request, done="settled")
        if reply.document_id:
            invocation.output.note(views.still_bound(reply.document_id))

    @command(ledger, "retire-follower", example="courtlist ledger retire-follower travel")
    def retire(
        invocation: Invocation, follower: Annotated[str, typer.Argument(metavar="FOLLOWER")]
    ) -> None:
        """Forget a follower that will not come back, so that nothing waits for it (operator)."""
        request = admin.RetireFollowerRequest(follower=follower)
        invocation.ask(invocation.operators.RetireFollower, request)
        invocation.output.result({"retired": follower}, cell(f"retired: {follower}", "green"))


def _noted(given: str) -> Link | None:
    if not given:
        return None
    position, _, digest = given.partition(":")
    at = _position(position)
    try:
        noted = bytes.fromhex(digest)
    except ValueError:
        noted = b""
    if at is None or len(noted) != _HASH_BYTES:
        # What was typed wrong is no ledger that was altered.
        raise UsageError(
            "--holds takes POSITION:HASH, the whole hash in 64 hexadecimal digits",
            next_step="`courtlist ledger verify` prints both, and so does `backup`",
        )
    return Link(position=at, hash=noted, body=None)


def _position(text: str) -> int | None:
    """None where it is none."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(INT64_MAX)):
        return None
    return int(text) if int(text) <= INT64_MAX else None

"""The list of commands: by module, each with the first paragraph of its help.

A command's own module is imported only when the command is met (cli.deferred), so that its sentence stands
here, too. The order is the one in which `courtlist --help` shows them.
"""

from collections.abc import Iterator
from typing import Final

from typer.core import TyperCommand, TyperGroup

from cli.deferred import deferred, deferred_group

_CASES: Final = {
    "cli.commands.init": {
        "init": "Set up courts, people, go-live days, partners and keys (by an operator).",
    },
    "cli.commands.go_live": {
        "go-live": "Set the acting court's go-live day, once and for all (by the president).",
    },
    "cli.commands.keys": {
        "keys": "People's keys: with one a person says who she is, with another a president signs.",
        "officers": "Who acts at a court.",
    },
    "cli.commands.signing": {
        "sign": "Sign a paper of `enter`, `restrict`, `pass grant` or `import sign` (by the president).",
    },
    "cli.commands.entering": {
        "enter": "Enter a debtor on the List, with the order that comes with it (by a clerk or judge).",
        "restrict": "Issue a consumption restriction order without listing (by a clerk or judge).",
    },
    "cli.commands.obligations": {
        "statement": "Issue a payoff statement: what sum, paid by when, performs the obligation.",
        "repay": "Record money that came in. A statement paid in full lifts orders in the same act.",
        "reverse": "Take a repayment back that was recorded by mistake. Restores nothing (by a judge).",
        "performed": "Record that an obligation to act is performed (by a judge).",
    },
    "cli.commands.endings": {
        "end": "Delete a listing by LP Art 10 or 2(2); with --revoke take a wrong one back (by a judge).",
        "lift": "Lift an order (by a judge). Paying lifts by itself: see `repay`.",
    },
    "cli.commands.passes": {
        "pass": "Passes: some items of an order left free for some days.",
    },
    "cli.commands.documents": {
        "bind": "Bind a further document to a subject, which takes two people (each a clerk or judge).",
        "unbind": "Take a document from a subject; as fast as a lift (by a judge).",
    },
    "cli.commands.records": {
        "standing": "What stands against the person behind a document: the court's own view.",
        "tasks": "The decisions that the acting court owes, oldest first.",
        "close-task": "A misfit of a name was looked into: the document is rightly bound (by a judge).",
        "correct": "Correct an entry's text, never the identity, for which `end --revoke` is (by a judge).",
        "search": "The acting court's listings by case, document, ground or state; never by name.",
        "show": "One record in full: a listing, an order or an obligation.",
    },
}
_CHECKS: Final = {
    "cli.commands.check_travel": {
        "travel": "May this ticket be sold? One of --flight, --train with --seat, --ship.",
    },
    "cli.commands.check_hotel": {
        "hotel": "May this guest stay? The star rating is the one on record for --partner and --site.",
    },
    "cli.commands.check_loan": {
        "loan": "What does the List say of this applicant? Advice for a person, never a refusal.",
    },
    "cli.commands.check_field": {
        "field": "Ask any field, by the names of its own question. The document is asked for if absent.",
    },
}
_OPERATION: Final = {
    "cli.commands.imports": {
        "import": (
            "Imports: decisions made before the go-live day. One clerk stages and prepares, "
            "a second person reads a sample back and approves, the president signs."
        ),
    },
    "cli.commands.completing": {
        "complete": "Complete an incomplete or unmatched row (by a clerk), --show it, or --approve it.",
    },
    "cli.commands.ledger": {
        "ledger": "The ledger: every act, in order, chained by hashes.",
    },
    "cli.commands.partners": {
        "partners": "Partners: rail, airlines, hotels, banks.",
    },
    "cli.commands.epochs": {
        "epochs": "Digest keys: one after the other, without a wrong answer.",
    },
    "cli.commands.queries": {
        "queries": "The query log: who asked about whom, and how often.",
    },
    "cli.commands.status": {
        "status": "Every process: version, position, lag, checks and partners. Exit 1 if one is down.",
    },
    "cli.commands.certificates": {
        "certificates": "Certificates; `python -m certificates --help` makes them.",
    },
    "cli.commands.backups": {
        "backup": "Dump the stores of the profile with pg_dump, while everything goes on.",
        "restore": "Bring stores back from a backup, in two steps: at rest, then --finish when it is up.",
    },
}


def commands() -> Iterator[TyperCommand | TyperGroup]:
    """Every command, and the groups."""
    yield from deferred(_CASES)
    yield deferred_group(
        "check", "Checks: may this be sold to, let to or lent to this person?", _CHECKS
    )
    yield from deferred(_OPERATION)

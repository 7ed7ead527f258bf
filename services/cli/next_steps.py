"""What to do next about each reason that a service gives."""

from typing import Final

from chassis.errors import RemoteError

_AFTER: Final = {
    "ACTOR_REQUIRED": "say who acts: --as PERSON --role ROLE --court COURT, or [acting] in the profile",
    "ACTOR_UNKNOWN": "enrol the person (`courtlist init`), or correct --as, --role and --court",
    "ROLE_REFUSED": "let one of the roles named act: --as, --role",
    "COURT_REFUSED": "let the court whose case it is act: --court",
    "PEER_UNKNOWN": "connect with a certificate of this trust domain that has not run out: "
    "`courtlist certificates show FILE`; an operator renews it",
    "PEER_REFUSED": "let one of the peers named call: another person of the profile with --as, or "
    "another partner with --partner",
    "PARTNER_UNKNOWN": "no answer about anybody: sell or admit; an operator enrols the partner: "
    "`courtlist partners enrol`",
    "FIELD_REFUSED": "no answer about anybody: sell or admit; ask in the partner's own field, or have "
    "an operator enrol it for this one: `courtlist partners enrol`",
    "OVER_LIMIT": "no answer about anybody: sell or admit; ask again later, or agree on more with the court",
    "MANIFEST_OVER_QUOTA": "no answer about anybody: sell or admit; send fewer items at once, or agree on more "
    "with the court",
    "ASSERTION_REPLAYED": "run the command again: every call is signed anew",
    "ASSERTION_BORROWED": "act over the certificate of the person's own court: certificate, key in [[people]]",
    "SAME_PERSON": "let a second person act: --as",
    "STATE_CHANGED": "read the record (`courtlist show`), then decide again",
    "MANIFEST_MISMATCH": "read the import again: `courtlist import status`",
    "IMPORT_STATE": "see where it stands: `courtlist import status`, its rows: `courtlist import report`",
    "GO_LIVE_UNSET": "let the president set the day: `courtlist go-live DAY`, or `go_live` in the file of `courtlist init`",
    "SAMPLE_INCOMPLETE": "compare every row of the sample with the case file and mark it in `agrees`",
    "ENDING_UNSETTLED": "see `courtlist ledger unsettled`; a judge decides: `courtlist ledger settle`",
    "ALREADY_ENROLLED": "nothing is left to do, or name another id",
    "LEDGER_REWOUND": "the ledger was restored from a backup: see `courtlist status`",
    "REQUEST_ID_REUSED": "see whether it is on record already (`courtlist search`, `courtlist show`); leave --request-id "
    "away only for a new act",
    "INVALID_REQUEST": "mend the fields that are named, and run the command again",
    "MANIFEST_EMPTY": "write at least one question into the file",
    "PAGE_TOKEN_INVALID": "run the command again: it reads from the first page",
    "POSITION_INVALID": "see `courtlist ledger head`, and name a position of it",
    "UNLAWFUL": "mend what is named, in the decision or in the paper; nothing was stored",
    "NOT_SIGNED": "have the president sign it as it is now: `courtlist sign FILE`; each signature is good for one act",
    "ALREADY_ENTERED": "read the standing one: `courtlist show listing LISTING_ID`; correct or end it, or leave it",
    "ALREADY_ORDERED": "read the standing one: `courtlist show order ORDER_ID`; lift it before another is issued",
    "DOCUMENT_TAKEN": "check the number; a judge looks where two records may be one person",
    "DOCUMENTS_DISAGREE": "enter each subject with the documents that are its own",
    "PAYMENT_TAKEN": "nothing is left to do, or correct --receipt: it is unique in the obligation",
    "CASE_TAKEN": "name that obligation_id in the paper (a further debtor of it), or correct the number",
    "ALREADY_ENDED": "nothing is left to do: `courtlist show` has the record as it is",
    "OBLIGATION_PERFORMED": "nothing is owed on it any more: `courtlist show obligation ID`",
    "STATEMENT_UNUSABLE": "see its days: `courtlist show obligation ID`; issue another: `courtlist statement`",
    "GO_LIVE_SET": "nothing is left to do: the day is set once",
    "TASK_NEEDS_ACT": "do what the task asks for: `courtlist tasks` names it",
    "POSITION_NOT_REACHED": "see `courtlist ledger head`, and name a position up to it",
    "EPOCH_REFUSED": "see `courtlist epochs show`: what is missing, and whom it waits for",
    "STORE_UNAVAILABLE": "run the command again in a moment; an operator sees why: `courtlist status`",
    "OUTCOME_UNKNOWN": "run the command again: what it does is done once, or not at all",
    "DRAINING": "run the command again: another process takes the call",
    "OVERLOADED": "run the command again in a moment; an operator sees why: `courtlist status`",
    "DEADLINE_TOO_SHORT": "give it longer: --timeout SECONDS",
    "NOT_READY": "wait until it has caught up: `courtlist status` shows its lag",
}

# By metadata `why` of ASSERTION_INVALID.
_AFTER_ASSERTION: Final = {
    "KEY_UNKNOWN": "have the key enrolled (`courtlist keys enrol`), or correct assertion_key and key_id in "
    "the profile; `courtlist keys list` shows which keys count",
    "SIGNATURE": "assertion_key in the profile is not the key that is enrolled under this id: compare "
    "`courtlist keys list`",
    "AUDIENCE": "correct the address in the profile: another service answers there",
    "EXPIRED": "set this machine's clock: it is behind",
    "NOT_YET": "set this machine's clock: it is ahead",
}

# By metadata `kind` of NOT_FOUND: which command shows those there are.
_SHOWN_BY: Final = {
    "court": "`courtlist init` enrols courts",
    "follower": "`courtlist ledger head` shows those there are",
    "import": "`courtlist import list` shows those there are",
    "key": "`courtlist keys list --at CODE` shows those there are",
    "officer": "`courtlist officers list --at CODE` shows those there are",
    "partner": "`courtlist partners list` shows those there are",
    "president": "`courtlist officers list --at CODE` shows those there are",
    "row": "`courtlist import report IMPORT_ID` shows those there are",
    "task": "`courtlist tasks` shows those there are",
    "unsettled ending": "`courtlist ledger unsettled` shows those there are",
}
_OF_A_CASE: Final = "`courtlist search` and `standing` show listings, `show` what belongs to one"


def after(error: RemoteError, service: str) -> str:
    """The next step after a refusal with a reason; empty for one that this release does not know."""
    if error.reason_name == "ASSERTION_INVALID":
        return _AFTER_ASSERTION.get(error.metadata.get("why", ""), "run the command again")
    if error.reason_name == "NOT_FOUND":
        return f"correct the id: {_SHOWN_BY.get(error.metadata.get('kind', ''), _OF_A_CASE)}"
    if error.reason_name == "INTERNAL_FAULT":
        return f"look for error_id in the log of {service}"
    return _AFTER.get(error.reason_name, "")

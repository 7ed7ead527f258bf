"""Every column that the registry keeps, and what becomes of it when a person's time is over.

A new column is decided on here, and a new table that holds anything of a person is erased.
"""

from collections.abc import Mapping
from typing import Final

GOES: Final = frozenset(
    {
        "binding_preparation", "change_concern", "change_facts", "consumption_order", "document",
        "document_digest", "listing", "misfit_name", "obligation", "obligation_case", "obligation_debtor", "pass",
        "repayment", "statement", "subject", "task", "unsettled_ending",
    }
)  # fmt: skip
"""Tables whose rows go with the subject, or with the last who owes the debt."""

_HASHED: Final = "opaque ids, instants and closed enums: what the chain has hashed"
_MACHINE: Final = "of the machinery, of no person"
_OFFICE: Final = "of an office: who acted for a court stays known as long as the ledger"
_PARTNER: Final = "of a partner, who is no person"
_OWN_TIME: Final = "goes at its own time"
_IMPORT: Final = "of a file as a whole; what it says of persons goes with the import"

STAYS: Final[Mapping[str, Mapping[str, str]]] = {
    "assertion_nonce": {_OWN_TIME: "person_id nonce expires_at"},
    "change": {_HASHED: "position incarnation act ends recorded_at body previous_hash hash"},
    "change_concern_head": {_MACHINE: "only_row position"},
    "court": {
        _OFFICE: "court_code name contact position go_live_on higher_court_code ended_position"
    },
    "digest_epoch": {
        _MACHINE: "epoch algorithm key_id opened_position filled filled_to switched_position closed_position"
    },
    "follower": {
        _MACHINE: "follower incarnation position seen_at awaited ready_epochs keeps_seals"
    },
    "import": {
        _IMPORT: "import_id court_code state format file_sha256 record_count staged_count done_count"
        " counts undone_row records_sha256 manifest_hash begun_at position signed_position"
        " stalled_error_id stalled_until stalled_count moved_at expired_at",
        "goes at its own time: courts name files after people": "file_name_sealed",
        _OFFICE: "staged_by prepared_by approved_by signed_by undone_by",
    },
    "import_chunk": {
        _IMPORT: "import_id first_record record_count checked",
        "erased when the rows are entered, completed or given up": "records_sealed papers_sealed hashes"
        " debtor_keys",
    },
    "import_row": {
        _IMPORT: "import_id row_number line outcome",
        "no text holds a name or a number": "problems",
        _HASHED: "listing_id",
        _OFFICE: "completed_by",
        "erased when the row is approved or given up": "completion_sealed",
    },
    "import_sample": {
        _IMPORT: "import_id row_number",
        "erased with the records": "fields_sealed",
        "keyed hashes, which go at their own time": "debtor_keys",
    },
    "ledger_head": {_HASHED: "only_row incarnation position hash", _MACHINE: "facts_erased"},
    "migration": {_MACHINE: "number name sha256 applied_at"},
    "officer": {_OFFICE: "person_id role court_code name_sealed position ended_position"},
    "officer_key": {
        _OFFICE: "key_id person_id court_code purpose algorithm public_key position ended_position"
    },
    "partner": {_PARTNER: "partner_id name fields push_address retired_position position"},
    "rating": {_PARTNER: "position partner_id site_code stars first_on last_on"},
    "request": {
        "chosen by the caller, and used once": "request_id position",
        "emptied with the facts of the change, or at its own time": "fingerprint reply_sealed",
    },
    "used_signature": {
        _HASHED: "position",
        _OFFICE: "key_id",
        _MACHINE: "secret_version",
        "a keyed digest: without it an old signature would be good again": "content_digest",
        "a sealed hash: from it the digest is made anew when the secret changes": "hash_sealed",
    },
}
"""Columns of the others, by the reason why they stay."""

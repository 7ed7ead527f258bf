"""How calls on an import are refused."""

from authority.caller import Actor
from chassis.errors import FieldViolation, ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.acts.scope import require_other_person
from registry.importing.found import ImportRecord


def require_state(record: ImportRecord, state: rpc.ImportState.ValueType) -> None:
    """Raise ServiceError IMPORT_STATE unless the import is in this state."""
    if record.state != state:
        raise wrong_state(record)


def require_neither_staged_nor_prepared(actor: Actor, record: ImportRecord) -> None:
    """Raise ServiceError SAME_PERSON unless the actor had no hand in what was handed in."""
    require_other_person(actor, record.prepared_by, "prepared the import")
    for person_id in record.staged_by:
        require_other_person(actor, person_id, "handed in records of the import")


def wrong_state(record: ImportRecord) -> ServiceError:
    """The import is not where this can be done."""
    return ServiceError(
        reasons.ERROR_REASON_IMPORT_STATE,
        f"the import is {record.state_name}, which does not allow this; its state says what comes next",
        metadata={"state": record.state_name},
    )


def expired() -> ServiceError:
    """What the file says of the row's person is erased."""
    return ServiceError(
        reasons.ERROR_REASON_IMPORT_STATE,
        "the rows of this import have waited for longer than they are kept, and are erased; "
        "hand the row in again in another file",
        metadata={"state": "EXPIRED"},
    )


def manifest_mismatch(problem: str) -> ServiceError:
    """What was seen or announced is not what is there."""
    return ServiceError(
        reasons.ERROR_REASON_MANIFEST_MISMATCH,
        f"{problem}; nothing was stored - read the import again and compare it with the file",
    )


def other_file() -> ServiceError:
    """What was handed in is not the file whose hash was announced."""
    return ServiceError(
        reasons.ERROR_REASON_MANIFEST_MISMATCH,
        "what was received, put together, is not the file that was announced; nothing was closed - "
        "abandon the import and hand the file in again, by a program that says what stands between "
        "its records",
        violations=[
            FieldViolation(
                "file_sha256",
                "MANIFEST_MISMATCH",
                "is not the hash of what was received; abandon the import and hand the file in again",
            )
        ],
    )


def other_records() -> ServiceError:
    """What was handed in is not what the preparer has."""
    return ServiceError(
        reasons.ERROR_REASON_MANIFEST_MISMATCH,
        "the records that were received are not those of the preparer's file; nothing was closed - "
        "abandon the import, hand the file in again, and find out who staged what",
        violations=[
            FieldViolation(
                "records_sha256",
                "MANIFEST_MISMATCH",
                "is not the hash of the records received; abandon the import and hand the file in again",
            )
        ],
    )

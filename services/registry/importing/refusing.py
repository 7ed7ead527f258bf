"""How calls on an import are refused."""

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.found import ImportRecord
from registry.registrar import Actor


def require_state(record: ImportRecord, state: rpc.ImportState.ValueType) -> None:
    """Raise ServiceError IMPORT_STATE unless the import is in this state."""
    if record.state != state:
        raise wrong_state(record)


def wrong_state(record: ImportRecord) -> ServiceError:
    """The import is not where this can be done."""
    return ServiceError(
        reasons.ERROR_REASON_IMPORT_STATE,
        "the import is in another state than this needs; read it again and see import_service.proto",
        metadata={"state": record.state_name},
    )


def require_other_person(actor: Actor, earlier: str | None, what: str) -> None:
    """Raise ServiceError SAME_PERSON where the one who acts is the one who did the other part."""
    if actor.person_id == earlier:
        raise ServiceError(
            reasons.ERROR_REASON_SAME_PERSON,
            f"this person has {what}; somebody else must do this",
        )


def manifest_mismatch(problem: str) -> ServiceError:
    """What was seen or announced is not what is there."""
    return ServiceError(
        reasons.ERROR_REASON_MANIFEST_MISMATCH,
        f"{problem}; nothing was stored - read the import again and compare it with the file",
    )


def crowded() -> ServiceError:
    """Others entered the same person or case first, each time anew."""
    return ServiceError(
        reasons.ERROR_REASON_OVERLOADED,
        "other acts on the same person or case came first each time; nothing was done, try again",
        retry_after_s=1.0,
    )

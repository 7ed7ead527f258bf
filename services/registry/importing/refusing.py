"""How calls on an import are refused."""

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc
from registry.importing.found import ImportRecord


def require_state(record: ImportRecord, state: rpc.ImportState.ValueType) -> None:
    """Raise ServiceError IMPORT_STATE unless the import is in this state."""
    if record.state != state:
        raise wrong_state(record)


def wrong_state(record: ImportRecord) -> ServiceError:
    """The import is not where this can be done."""
    return ServiceError(
        reasons.ERROR_REASON_IMPORT_STATE,
        f"the import is {record.state_name}, which does not allow this; its state says what comes next",
        metadata={"state": record.state_name},
    )


def manifest_mismatch(problem: str) -> ServiceError:
    """What was seen or announced is not what is there."""
    return ServiceError(
        reasons.ERROR_REASON_MANIFEST_MISMATCH,
        f"{problem}; nothing was stored - read the import again and compare it with the file",
    )

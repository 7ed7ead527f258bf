"""OpenEpoch, SwitchEpoch and CloseEpoch, checked field by field."""

from datetime import date
from typing import TypeAlias

from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import admin_service_pb2 as rpc
from registry.convert.fields import Fields

EpochRequest: TypeAlias = rpc.OpenEpochRequest | rpc.SwitchEpochRequest | rpc.CloseEpochRequest


def check_epoch(request: EpochRequest, today: date) -> None:
    """Raises ServiceError INVALID_REQUEST with every problem."""
    fields = Fields(today)
    fields.request_id(request.request_id)
    if request.epoch < 1:
        fields.note(
            "epoch",
            reasons.ERROR_REASON_FIELD_INVALID,
            "is no epoch of a digest key; hand it in as GetEpochs shows it",
        )
    fields.finish()

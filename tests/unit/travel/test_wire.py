"""The table's classes are those of the wire."""

import enum
from typing import Any

import pytest

from courtlist.travel.v1 import travel_service_pb2 as travel
from travel.table import SeatClass, ShipClass, TrainCategory


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (TrainCategory, travel.TrainCategory, "TRAIN_CATEGORY_"),
        (SeatClass, travel.SeatClass, "SEAT_CLASS_"),
        (ShipClass, travel.ShipClass, "SHIP_CLASS_"),
    ],
)
def test_every_class_has_the_name_and_number_of_the_wire(
    ours: type[enum.IntEnum], theirs: Any, prefix: str
) -> None:
    wire = {name.removeprefix(prefix): number for name, number in theirs.items()}
    assert {one.name: one.value for one in ours} == wire

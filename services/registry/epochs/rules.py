"""When a digest epoch may be opened, switched to and closed. Pure.

At most two epochs are at work: the one in force, and one that is opened and not yet switched to, or the
former one until it is closed. `why` of a refusal: NO_KEY, MISSING, AWAITED or ORDER.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from document import DigestKey


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRecord:
    """One epoch as the record has it; positions are of the changes, None while there is none."""

    epoch: int
    algorithm: str
    key_id: str
    opened_position: int
    filled: bool
    switched_position: int | None
    closed_position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A cursor of a follower as it last showed itself; `position` is of the last change it applied.

    `ready_epochs` are those it could be switched to.
    """

    follower: str
    position: int
    ready_epochs: Sequence[int]
    is_of_this_life: bool


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an epoch cannot be opened, switched to or closed now."""

    why: str
    problem: str
    metadata: Mapping[str, str] = field(default_factory=dict)


def in_force(epochs: Sequence[EpochRecord]) -> EpochRecord | None:
    """The epoch under which documents are looked up; None in a record that has never held one."""
    switched = [one for one in epochs if one.switched_position is not None]
    return max(switched, key=lambda one: one.switched_position or 0, default=None)


def opening_obstacle(
    epochs: Sequence[EpochRecord], asked: int, keys: Sequence[DigestKey]
) -> Obstacle | None:
    """Why `asked` cannot be opened with these keys; None when it can."""
    if keys[-1].epoch != asked:
        problem = f"the newest digest key of the registry is of epoch {keys[-1].epoch}"
        return Obstacle("NO_KEY", problem, {"epoch": str(keys[-1].epoch)})
    if any(one.epoch >= asked for one in epochs):
        return Obstacle("ORDER", "this epoch, or a later one, was opened before")
    if sum(one.closed_position is None for one in epochs) > 1:
        return Obstacle("ORDER", "two epochs are at work already; close the older one first")
    return None


def switching_obstacle(
    epochs: Sequence[EpochRecord],
    asked: int,
    keys: Sequence[DigestKey],
    readers: Sequence[Reader],
    *,
    is_missing: bool,
) -> Obstacle | None:
    """Why `asked` cannot be put in force; None when it can."""
    found = _open(epochs, asked)
    if found is None or found.switched_position is not None:
        return Obstacle("ORDER", "this epoch is not one that was opened and waits to be in force")
    if not any(key.epoch == asked and key.key_id == found.key_id for key in keys):
        return Obstacle("NO_KEY", "the registry does not hold the key under which it was opened")
    if is_missing or not found.filled:
        return Obstacle("MISSING", "not every document has its digest of this epoch yet")
    return _awaited([one for one in readers if asked not in one.ready_epochs], "holds it yet")


def closing_obstacle(
    epochs: Sequence[EpochRecord], asked: int, readers: Sequence[Reader]
) -> Obstacle | None:
    """Why `asked` cannot be closed; None when it can.

    One that was opened and never in force is given up by closing it.
    """
    found, now = _open(epochs, asked), in_force(epochs)
    if found is None or now is None or found.epoch == now.epoch:
        return Obstacle("ORDER", "this epoch is in force, or was closed, or was never opened")
    if found.switched_position is None:
        return None
    return _awaited(not_past(now, readers), "has passed the switch yet")


def not_past(epoch: EpochRecord, readers: Sequence[Reader]) -> list[Reader]:
    """Whoever has not applied the change that put this epoch in force."""
    switched = epoch.switched_position or 0
    return [
        one
        for one in readers
        # The cursor of endings looks nothing up by itself.
        if switched and "/" not in one.follower
        if not one.is_of_this_life or one.position < switched
    ]


def _open(epochs: Sequence[EpochRecord], asked: int) -> EpochRecord | None:
    return next((one for one in epochs if one.epoch == asked and one.closed_position is None), None)


def _awaited(readers: Sequence[Reader], what: str) -> Obstacle | None:
    if not readers:
        return None
    names = ",".join(sorted({one.follower.partition("/")[0] for one in readers}))
    problem = f"not every follower {what}; retire those that will not come back"
    return Obstacle("AWAITED", problem, {"followers": names})

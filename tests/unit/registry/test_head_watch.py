"""What a process that reads and writes the ledger takes for a restore, and what it does not."""

from courtlist.ledger.v1.position_pb2 import Position
from registry.feed.head_watch import HeadWatch
from registry.ledger import Head

FIRST, SECOND, THIRD = "first", "second", "third"


def h(number: int) -> bytes:
    return bytes([number]) * 32


def watching(*heads: Head) -> HeadWatch:
    watch = HeadWatch()
    for head in heads:
        watch.note_read(head)
    return watch


def test_a_process_that_knows_nothing_yet_notices_nothing() -> None:
    assert not HeadWatch().mark.is_lost(Head(FIRST, 5, h(5)), None)
    assert not watching(Head(FIRST, 0, h(0))).mark.is_lost(Head(FIRST, 0, h(0)), None)


def test_a_ledger_that_holds_the_mark_is_whole() -> None:
    mark = watching(Head(FIRST, 5, h(5))).mark
    assert not mark.is_lost(Head(FIRST, 5, h(5)), h(5))
    assert not mark.is_lost(Head(FIRST, 9, h(9)), h(5))


def test_a_head_below_the_mark_in_the_same_incarnation_is_a_restore() -> None:
    assert watching(Head(FIRST, 5, h(5))).mark.is_lost(Head(FIRST, 4, h(4)), None)


def test_another_hash_at_the_mark_is_a_restore_however_far_the_ledger_has_grown() -> None:
    assert watching(Head(FIRST, 5, h(5))).mark.is_lost(Head(FIRST, 9, h(9)), h(6))


def test_a_mark_missing_in_a_later_incarnation_was_announced_by_somebody() -> None:
    assert not watching(Head(FIRST, 5, h(5))).mark.is_lost(Head(SECOND, 4, h(4)), None)


def test_a_ledger_back_in_an_earlier_incarnation_was_restored() -> None:
    watch = watching(Head(FIRST, 5, h(5)), Head(SECOND, 6, h(6)))
    assert watch.mark.is_lost(Head(FIRST, 4, h(4)), None)
    watch.note_read(Head(FIRST, 9, h(9)))
    assert watch.mark.incarnation == SECOND
    watch.note_read(Head(THIRD, 5, h(5)))
    assert watch.mark.is_lost(Head(SECOND, 4, h(4)), None)


def test_readings_that_overtake_one_another_are_no_restore() -> None:
    watch = HeadWatch()
    early = watch.mark
    watch.note_read(Head(FIRST, 6, h(6)))
    assert not early.is_lost(Head(FIRST, 5, h(5)), None)
    watch.note_read(Head(FIRST, 5, h(5)))
    assert watch.mark.position == 6


def test_a_written_position_must_be_there_though_its_hash_was_not_read() -> None:
    watch = HeadWatch()
    watch.note_written(Position(incarnation=FIRST, position=5))
    assert not watch.mark.is_lost(Head(FIRST, 5, h(5)), h(5))
    assert watch.mark.is_lost(Head(FIRST, 4, h(4)), None)


def test_a_hash_once_read_is_not_forgotten_for_a_write_noted_late() -> None:
    watch = watching(Head(FIRST, 5, h(5)))
    watch.note_written(Position(incarnation=FIRST, position=5))
    assert watch.mark.is_lost(Head(FIRST, 6, h(6)), h(7))


def test_reading_a_written_position_makes_its_hash_known() -> None:
    watch = HeadWatch()
    watch.note_written(Position(incarnation=FIRST, position=5))
    watch.note_read(Head(FIRST, 5, h(5)))
    assert watch.mark.is_lost(Head(FIRST, 6, h(6)), h(7))

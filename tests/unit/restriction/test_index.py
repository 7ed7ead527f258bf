"""The index errs only towards the slow path."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restriction.index import BUILT_AT_ONCE, CountedIndex

_DIGESTS = st.binary(min_size=16, max_size=16)


def test_a_shared_fingerprint_survives_until_its_last_digest_goes() -> None:
    index = CountedIndex(bits=8)
    one, other = b"\x07" + bytes(15), b"\x07" + b"\xff" * 15
    index.add(one)
    index.add(other)
    index.remove(one)
    assert index.contains(other)
    index.remove(other)
    assert not index.contains(other)


async def test_a_fingerprint_shared_since_loading_survives_until_its_last_digest_goes() -> None:
    index = CountedIndex(bits=8)
    one, other = b"\x07" + bytes(15), b"\x07" + b"\xff" * 15
    await index.replace([one, other])
    index.remove(one)
    assert index.contains(other)


def test_removing_what_was_never_added_is_an_error_and_changes_nothing() -> None:
    index = CountedIndex(bits=8)
    index.add(bytes(16))
    with pytest.raises(AssertionError, match="never added"):
        index.remove(b"\xff" * 16)
    assert index.contains(bytes(16))
    assert len(index) == 1


def test_an_empty_index_holds_nobody() -> None:
    assert not CountedIndex().contains(bytes(16))


@given(st.sets(_DIGESTS), st.sets(_DIGESTS), st.integers(1, 64))
def test_a_live_digest_is_never_missing(kept: set[bytes], gone: set[bytes], bits: int) -> None:
    index = CountedIndex(bits=bits)
    for digest in kept | gone:
        index.add(digest)
    for digest in gone - kept:
        index.remove(digest)
    assert all(index.contains(digest) for digest in kept)
    assert len(index) == len(kept)


async def replaced(index: CountedIndex, *sets: set[bytes]) -> None:
    for digests in sets:
        await index.replace(digests)


@given(st.sets(_DIGESTS), st.sets(_DIGESTS))
def test_replacing_leaves_nothing_of_before(before: set[bytes], after: set[bytes]) -> None:
    index = CountedIndex()
    asyncio.run(replaced(index, before, after))
    assert all(index.contains(digest) for digest in after)
    assert len(index) == len(after)
    for digest in after:
        index.remove(digest)
    assert not any(index.contains(digest) for digest in before | after)


async def test_checks_have_their_turn_while_an_index_is_built_and_meet_the_former_until_it_is_there() -> (
    None
):
    index = CountedIndex()
    former, pages = b"\xff" * 16, 5
    index.add(former)
    later = [number.to_bytes(16, "little") for number in range(pages * BUILT_AT_ONCE)]
    building = asyncio.create_task(index.replace(later))
    checks = 0
    while not building.done():
        await asyncio.sleep(0)
        checks += 1
        assert index.contains(former) != index.contains(later[0])
        assert len(index) == (1 if index.contains(former) else len(later))
    assert checks >= pages
    assert not index.contains(former)

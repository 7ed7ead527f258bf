"""What is held of a person is what the registry would confirm, word for word."""

from dataclasses import replace

import pytest

from courtlist.ledger.v1 import ledger_service_pb2 as wire
from restriction import convert
from restriction.model import Basis, Position
from tests.builders import resident_id
from tests.contract.restriction.conftest import Bench
from tests.fakes.field import digest_of
from tests.fakes.history import History
from tests.fakes.ledger import START

_LISTING, _ORDER = 1, 2


def _digest(serial: int) -> bytes:
    return digest_of(resident_id(serial=serial))


def _confirmed(bench: Bench, digest: bytes, measure: int) -> dict[str, Basis]:
    """As the gate would read it off the wire, ended bases among them."""
    bases = bench.ledger.standing(digest, measure, include_ended=True)
    standing = convert.standing_from(wire.Standing(bases=bases), as_of=Position(), as_of_at=START)
    return {basis.basis_id: basis for basis in standing.bases}


def _comparable(basis: Basis) -> Basis:
    """Passes in one order."""
    return replace(basis, passes=tuple(sorted(basis.passes, key=lambda one: one.pass_id)))


async def _compare(bench: Bench, measure: int, seed: int) -> None:
    History(bench.ledger, seed=seed, digest_of_serial=_digest).make(120)
    await bench.take(1000)
    compared = 0
    for document in bench.ledger.documents:
        digest = bench.ledger.digest_of(document)
        held = {one.basis_id: one for one in (await bench.facts.read_facts([digest])).bases}
        confirmed = _confirmed(bench, digest, measure)
        assert held.keys() == confirmed.keys()
        for basis_id, basis in held.items():
            assert _comparable(basis) == _comparable(confirmed[basis_id])
        compared += len(held)
    assert compared


@pytest.mark.parametrize("seed", range(4))
async def test_orders_are_held_with_their_passes_as_the_registry_holds_them(
    bench: Bench, seed: int
) -> None:
    await _compare(bench, _ORDER, seed)


@pytest.mark.parametrize("seed", range(4))
async def test_listings_are_held_with_their_ends_as_the_registry_holds_them(
    lender: Bench, seed: int
) -> None:
    await _compare(lender, _LISTING, seed)

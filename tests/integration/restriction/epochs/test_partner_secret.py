"""The partners' secret is changed while partners read: each holds in the end what the new one makes, and no other."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from courtlist.restriction.v1 import restriction_pb2
from courtlist.travel.v1 import travel_service_pb2
from restriction.config import Config
from restriction.keyring import parse_keyring
from restriction.serving.partners import PartnerDigests
from tests.builders import digest_key
from tests.eventually import LIMIT_S, eventually
from tests.fakes.doors import PARTNER
from tests.fakes.field import settings
from tests.fakes.ledger import FakeLedger
from tests.fakes.ledger_server import Served
from tests.fakes.travel import RunningTravel, running_travel
from tests.integration.restriction.epochs.town import (
    BARRED,
    bind,
    digest_in,
    is_answered_rightly,
    settle,
)

_PAGE = 2


class Copy:
    """A partner that pulls, a few entries at a time, and keeps the entries that stand."""

    def __init__(self, travel: RunningTravel) -> None:
        self._travel = travel
        self._after = 0
        self.held: dict[str, restriction_pb2.RestrictionEntry] = {}

    async def pull(self) -> None:
        """One page."""
        page = restriction_pb2.ReadRestrictionsRequest(after=self._after, limit=_PAGE)
        request = travel_service_pb2.ReadRestrictionsRequest(page=page)
        reply = await self._travel.stub.ReadRestrictions(request, timeout=LIMIT_S)
        for entry in reply.page.entries:
            assert entry.number == self._after + 1
            self._after = entry.number
            self.held.pop(entry.restriction_id, None)
            if entry.event == restriction_pb2.RESTRICTION_EVENT_SET:
                self.held[entry.restriction_id] = entry

    def is_right(self) -> bool:
        """Whether every entry holds the digest of its own person, by the secret that it names."""
        return all(
            list(entry.digests) == [_expected(int(order[1:]), entry.secret_version)]
            for order, entry in self.held.items()
        )

    @property
    def versions(self) -> set[int]:
        return {entry.secret_version for entry in self.held.values()}


def _secret(version: int) -> bytes:
    return bytes([version]) * 32


def _expected(serial: int, version: int) -> bytes:
    return PartnerDigests(secret_of=_secret).for_partner(PARTNER, version)(digest_in(1, serial))


def _write(path: Path, *versions: int, in_use: int) -> None:
    key = digest_key(1)
    content = {
        "digest_keys": [
            {
                "epoch": key.epoch,
                "algorithm": key.algorithm,
                "key_id": key.key_id,
                "secret": base64.b64encode(key.secret).decode(),
            }
        ],
        "purposes": {"partners": base64.b64encode(_secret(in_use)).decode()},
        "partner_secrets": [
            {"version": one, "secret": base64.b64encode(_secret(one)).decode()} for one in versions
        ],
    }
    beside = path.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(content), encoding="utf-8")
    beside.replace(path)


def _config(database: str, registry: Served, path: Path) -> Config:
    return replace(
        settings(database, registry.address),
        keys=parse_keyring(path.read_bytes()),
        keyring_file=path,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gate.keyring.json"
    _write(path, 1, 2, in_use=1)
    return path


async def test_a_partner_that_reads_meanwhile_holds_each_entry_by_the_secret_it_names(
    database: str, ledger: FakeLedger, registry: Served, file: Path
) -> None:
    settle(ledger)
    async with running_travel(_config(database, registry, file)) as travel:
        await travel.reached(len(ledger.changes))
        copy = Copy(travel)
        await copy.pull()
        assert copy.versions == {1}
        _write(file, 1, 2, in_use=2)

        async def has_all_anew() -> bool:
            await copy.pull()
            assert copy.is_right()
            return copy.versions == {2} and len(copy.held) == len(BARRED)

        await eventually(has_all_anew)
        # Nothing hangs on the former any more.
        _write(file, 2, in_use=2)
        late = 20
        bind(ledger, late, 1)
        ledger.issue(f"o{late}", f"s{late}")

        async def has_the_late_one() -> bool:
            await copy.pull()
            return f"o{late}" in copy.held

        await eventually(has_the_late_one)
        assert copy.is_right()
        assert await is_answered_rightly(travel)


async def test_a_service_that_begins_with_an_older_file_sends_nothing_rather_than_what_is_wrong(
    database: str, ledger: FakeLedger, registry: Served, file: Path
) -> None:
    settle(ledger)
    _write(file, 1, 2, in_use=2)
    async with running_travel(_config(database, registry, file)) as travel:
        copy = Copy(travel)

        async def has_all() -> bool:
            await copy.pull()
            return copy.versions == {2} and len(copy.held) == len(BARRED)

        await eventually(has_all)
    _write(file, 1, in_use=1)
    async with running_travel(_config(database, registry, file)) as travel:
        await travel.reached(len(ledger.changes))
        fresh = Copy(travel)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await fresh.pull()
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
        assert await is_answered_rightly(travel)
        _write(file, 1, 2, in_use=2)
        await fresh.pull()
        assert (fresh.versions, fresh.is_right()) == ({2}, True)

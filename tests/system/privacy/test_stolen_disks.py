"""A stolen copy of any one disk, alone, names nobody; with the key that lies elsewhere, it does."""

import base64
import json
from datetime import date

import asyncpg
import pytest
import pytest_asyncio

from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import digest, parse
from registry.keyring import Keyring
from restriction.keyring import parse_keyring
from restriction.serving.partners import PartnerDigests
from stack.office import Registry, acting
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.patience import PATIENT_CALLS
from tests.system.courthouse import legal_today
from tests.system.privacy.conftest import Played
from tests.system.privacy.disks import (
    backup,
    database_files,
    database_of,
    partner,
    texts_in,
    valkey_dump,
)
from tests.system.privacy.places import store_of
from tests.system.privacy.plot import COURT, FIELDS, GUEST
from tests.system.privacy.sweep import named_by
from tests.system.privacy.thief import Loot, Sealed, numbers_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

# A debtor whom the thief knows: where and when she was born. Her number is one of a thousand.
NUMBER = GUEST.resident_id.number
REGION, BORN = NUMBER[:6], date.fromisoformat(NUMBER[6:14])


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def disks(played: Played, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loot]:
    stack = played.stack
    return {
        "Valkey": await _cache(stack),
        **{name: await database_of(stack, name) for name in ("registry", *FIELDS)},
        "the backup": await backup(stack, tmp_path_factory.mktemp("backup")),
        "a partner": partner(stack),
        "certificates, and people's keys": texts_in(stack, "certificates", "people"),
        "what processes keep": texts_in(stack, "services"),
    }


async def _cache(stack: Stack) -> Loot:
    """What Valkey holds just after a court has read what stands against her: it lives for seconds.

    A busy machine keeps it at one of the next readings.
    """
    asked = rpc.GetStandingRequest(document=GUEST.resident_id)
    clerk, keys, dumps = acting(COURT.clerk, "clerk", COURT), _cache_keys(stack), list[Loot]()
    async with stack.connections.to("registry", PATIENT_CALLS) as channel:
        courts = Registry.over(channel).courts

        async def is_kept() -> bool:
            await courts.GetStanding(asked, metadata=clerk)
            dumps.append(await valkey_dump(stack))
            return dumps[-1].named_by(keys, [NUMBER]) == {NUMBER}

        await eventually(is_kept)
    return dumps[-1]


def _cache_keys(stack: Stack) -> list[bytes]:
    keyring = Keyring.load(stack.keys / "registry.keyring.json")
    return [one.secret for one in keyring.cache_keys]


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def sealed(played: Played) -> Sealed:
    """A number as the registry keeps it."""
    connection = await asyncpg.connect(store_of(played.stack, "registry"))
    try:
        row = await connection.fetchrow(
            "SELECT document_id, number_sealed FROM registry.document ORDER BY document_id LIMIT 1"
        )
    finally:
        await connection.close()
    assert row is not None
    return Sealed(row["number_sealed"], f"document/{row['document_id']}")


async def test_no_number_and_no_name_stands_on_any_disk(
    played: Played, disks: dict[str, Loot]
) -> None:
    needles = named_by(played.stack.spoken)
    found = {name: needles.found_in(one.written + one.raw) for name, one in disks.items()}
    found["PostgreSQL's files"] = needles.found_in(await database_files(played.stack))
    assert {name: whom for name, whom in found.items() if whom} == {}


async def test_no_disk_confirms_a_number_that_is_tried(disks: dict[str, Loot]) -> None:
    tried = list(numbers_of(REGION, BORN))
    assert NUMBER in tried
    assert {name for name, one in disks.items() if one.named_without_a_key(tried)} == set()


async def test_nothing_on_a_disk_is_a_key_to_the_digests_on_it(disks: dict[str, Loot]) -> None:
    # Of a thousand numbers that are tried under a key, hers alone could be confirmed.
    found = {name for name, one in disks.items() if one.named_by(one.windows(32), [NUMBER])}
    assert found == set()


async def test_nothing_on_the_registrys_disk_or_its_backup_opens_what_is_sealed(
    disks: dict[str, Loot], sealed: Sealed
) -> None:
    for name in ("registry", "the backup"):
        assert sealed.value in disks[name].values, name
        for size in (16, 32):
            assert sealed.opened_by(disks[name].windows(size)) is None, name


async def test_with_the_keys_that_lie_elsewhere_the_same_attacks_name_her(
    played: Played, disks: dict[str, Loot], sealed: Sealed
) -> None:
    folder, tried = played.stack.keys, list(numbers_of(REGION, BORN))
    gates = parse_keyring((folder / "gate.keyring.json").read_bytes())
    digest_keys = [one.secret for one in gates.digest_keys]
    for name in ("registry", *FIELDS, "the backup"):
        assert disks[name].named_by(digest_keys, tried) == {NUMBER}, name
    registry = folder / "registry.keyring.json"
    assert disks["Valkey"].named_by(_cache_keys(played.stack), tried) == {NUMBER}
    document = parse("RESIDENT_ID", "", NUMBER, legal_today())
    inner = digest(document, gates.digest_keys[0])
    derive = PartnerDigests(secret_of=gates.partner_secrets.__getitem__).for_partner("demo-copy", 1)
    assert derive(inner) in disks["a partner"].windows(16)
    seal_keys = json.loads(registry.read_text("utf-8"))["seal_keys"]
    opened = sealed.opened_by([base64.b64decode(one["secret"]) for one in seal_keys])
    assert opened is not None
    assert opened.decode() in played.stack.spoken.numbers

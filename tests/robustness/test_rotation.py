"""Every key and certificate is changed under load: no request is lost, and no answer is wrong.

COURTLIST_ROBUSTNESS_LOOPS sets how often: once for each 20.
"""

import json
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chassis.client import ChannelSettings
from stack.layout import IMPORTER, Service, ours
from stack.office import Registry
from tests.robustness.diary import Diary
from tests.robustness.examination import examine, verify
from tests.robustness.load import Load
from tests.robustness.loops import LOOPS
from tests.robustness.other_desks import OtherDesks
from tests.robustness.rotation.certificates import renew_every_leaf, replace_the_authority
from tests.robustness.rotation.importing import Importing
from tests.robustness.rotation.owners import (
    replace_owners_passwords,
    replace_the_erasers_password,
    replace_the_superusers_password,
)
from tests.robustness.rotation.partner_secret import replace_the_partners_secret
from tests.robustness.rotation.passwords import (
    StackWithPasswordFiles,
    replace_database_passwords,
    replace_the_cache_password,
)
from tests.robustness.rotation.people import replace_every_persons_key, replace_every_sign_key
from tests.robustness.rotation.registry_secret import replace_the_registrys_secret
from tests.robustness.rotation.remains import Remains
from tests.robustness.rotation.ring import replace_the_digest_key, replace_the_seal_key
from tests.robustness.rotation.scene import COPIES, FIELDS, Scene, Tally
from tests.robustness.rotation.sign_keys import SignKeys
from tests.robustness.world import CALL_TIMEOUT_S, open_world

ROUNDS = LOOPS // 20
_ROUND_S_MAX = 240
# In which a process is replaced, or a connection to a store is cut: what is asked in that moment is refused with
# UNAVAILABLE and repeated with its request_id, as the runbook says of a roll. All others go by without a refusal.
_CUT = frozenset({"the cache's password", "database passwords"})
# Short, so that connections end of age many times in one run.
_CONNECTION_AGE_S = 3


def _layout() -> tuple[Service, ...]:
    copies = (Service(name=one, command=("-m", "partner", "--data", one)) for one in COPIES)
    served = (one for one in ours() if one.name in {"registry", *FIELDS})
    return (*served, IMPORTER, *copies)


@asynccontextmanager
async def _opened() -> AsyncIterator[Scene]:
    """Two courts, three fields with who asks each, a court that imports, and two who keep copies."""
    seed = int(os.environ.get("COURTLIST_ROBUSTNESS_SEED", secrets.randbits(32)))
    diary, sign_keys = Diary(), SignKeys()
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        world = await enter(
            open_world(
                layout=_layout(),
                settings={"COURTLIST_CONNECTION_AGE_S": str(_CONNECTION_AGE_S)},
                made_by=StackWithPasswordFiles,
            )
        )
        for one in COPIES:
            address = world.stack.addresses[one]
            await world.registry.enrol_partner(one, "travel", push_address=address)
        calls = ChannelSettings(timeout_s=CALL_TIMEOUT_S)
        channel = await enter(world.stack.connections.to("registry", calls))
        world = replace(world, registry=Registry.over(channel, sign_keys.sign))
        desks = await enter(OtherDesks.open(world, diary))
        importing = await enter(Importing.open(world, sign_keys))
        world = replace(world, base=(await world.ledger()).head.position)
        yield Scene(
            world=world,
            diary=diary,
            load=Load(world, diary, seed=seed, writers=2, pause_s=0.1),
            desks=desks,
            importing=importing,
            sign_keys=sign_keys,
        )


def _rotations(scene: Scene, aside: Path, label: str) -> dict[str, Callable[[], Awaitable[None]]]:
    remains = Remains(scene)
    return {
        "every leaf certificate": lambda: renew_every_leaf(scene),
        "the authority": lambda: replace_the_authority(scene, aside),
        "every person's key": lambda: replace_every_persons_key(scene, label),
        "every president's sign key": lambda: replace_every_sign_key(scene, label),
        "the seal key": lambda: replace_the_seal_key(scene, remains),
        "the digest key": lambda: replace_the_digest_key(scene, remains),
        "the partners' secret": lambda: replace_the_partners_secret(scene, remains),
        "the registry's secret": lambda: replace_the_registrys_secret(scene),
        "database passwords": lambda: replace_database_passwords(scene, label),
        "the owners' passwords": lambda: replace_owners_passwords(scene, label),
        "the eraser's password": lambda: replace_the_erasers_password(scene, label),
        "the superuser's password": lambda: replace_the_superusers_password(scene, label),
        "the cache's password": lambda: replace_the_cache_password(scene, label),
    }


@pytest.mark.skipif(not ROUNDS, reason="a round takes minutes: `make robustness` does ten")
@pytest.mark.timeout(120 + ROUNDS * _ROUND_S_MAX)
async def test_every_key_and_certificate_is_changed_under_load_and_nobody_notices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with _opened() as scene:
        async with scene.everybody_at_work():
            await scene.goes_on()
            for turn in range(ROUNDS):
                rotations = _rotations(scene, tmp_path / f"{turn}", f"turn-{turn}")
                for name, rotate in rotations.items():
                    tally = Tally(scene)
                    await rotate()
                    counts = tally.since()
                    with capsys.disabled():
                        print("\n" + json.dumps({"rotation": name, **counts}), end="")
                    assert counts["unanswered"] == 0, "a request was lost"
                    assert counts["acts_refused"] == 0 or name in _CUT, "an act was refused"
        assert scene.desks.wrong == 0
        await examine(scene.world, scene.diary, await scene.importing.positions())
        for field in FIELDS:
            assert (await verify(scene.world, field))["equal"]

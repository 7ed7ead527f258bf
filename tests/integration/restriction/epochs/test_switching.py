"""A gate goes from one digest key to the next at a position, and answers rightly before, at and after it."""

import asyncio
import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from restriction.config import Config
from tests.builders import digest_key, gate_keys
from tests.eventually import eventually
from tests.fakes.ledger import FakeLedger
from tests.fakes.travel import CLEAR, RESTRICTED, UNDETERMINED, running_travel, ticket
from tests.integration.restriction.epochs.town import (
    BARRED,
    FREE,
    bind,
    delivered,
    differences,
    digest_in,
    epochs_loaded,
    fill,
    follower_of,
    is_answered_rightly,
    only_holds,
)


async def test_checks_racing_a_switch_never_clear_the_barred_nor_refuse_the_free(
    config: Config, ledger: FakeLedger
) -> None:
    wrong: list[tuple[int, int]] = []
    checks = 0
    async with running_travel(config) as travel:
        await travel.reached(len(ledger.changes))

        async def ask() -> None:
            nonlocal checks
            while True:
                for serial in (*BARRED, *FREE):
                    answer = (await travel.check(ticket(serial))).answer
                    checks += 1
                    if answer == (CLEAR if serial in BARRED else RESTRICTED):
                        wrong.append((serial, answer))

        asking = [asyncio.create_task(ask()) for _ in range(2)]
        try:
            ledger.open_epoch(2)
            fill(ledger)
            await eventually(lambda: checks > 50)
            await travel.reached(ledger.switch_epoch(2))
            at_the_switch = checks
            await eventually(lambda: checks > at_the_switch + 50)
            await travel.reached(ledger.close_epoch(1))
            await eventually(lambda: checks > at_the_switch + 100)
        finally:
            for task in asking:
                task.cancel()
            await asyncio.wait(asking)
        assert not wrong
        assert all(task.cancelled() for task in asking)
        assert await is_answered_rightly(travel)
    assert {one.epoch for one in ledger.confirmations[-1].inquiries} == {2}


async def test_a_change_of_epochs_is_waited_for_until_every_digest_is_here(
    config: Config, ledger: FakeLedger
) -> None:
    async with running_travel(config) as travel:
        before = ledger.open_epoch(2)
        await travel.reached(before)
        at = ledger.switch_epoch(2)
        ledger.unfilled.add(2)
        asked = ledger.digest_reads
        await eventually(lambda: ledger.digest_reads > asked + 3)
        assert (await follower_of(config)).all.number == before
        assert await is_answered_rightly(travel)
        assert {one.epoch for one in ledger.confirmations[-1].inquiries} == {1}
        fill(ledger)
        await travel.reached(at)
        assert await is_answered_rightly(travel)
        assert {one.epoch for one in ledger.confirmations[-1].inquiries} == {2}


async def test_a_gate_without_the_new_key_waits_says_so_and_goes_on_when_it_has_it(
    config: Config, ledger: FakeLedger, tmp_path: Path
) -> None:
    file = tmp_path / "gate.keyring.json"
    file.touch(0o600)
    file.write_text(_gate_file(1), encoding="utf-8")
    config = replace(
        config,
        keys=gate_keys(1),
        keyring_file=file,
        max_staleness_s=0.2,
    )
    async with running_travel(config) as travel:
        before = ledger.open_epoch(2)
        fill(ledger)
        await travel.reached(before)
        at = ledger.switch_epoch(2)

        async def says_that_it_is_stale() -> bool:
            await travel.health.poll()
            return not travel.health.checks["fresh/ledger"]

        await eventually(says_that_it_is_stale)
        assert (await follower_of(config)).all.number == before
        ledger.close_epoch(1)
        for serial in BARRED:
            # The registry confirms nothing by the key that the gate still has.
            assert (await travel.check(ticket(serial))).answer == UNDETERMINED
        for serial in FREE:
            decision = await travel.check(ticket(serial))
            assert decision.stale
            assert decision.answer == CLEAR
        file.write_text(_gate_file(1, 2), encoding="utf-8")
        await travel.reached(at)
        assert await is_answered_rightly(travel)


async def test_partners_are_sent_the_digests_of_the_epoch_in_force(
    config: Config, ledger: FakeLedger
) -> None:
    async with running_travel(config) as travel:
        await travel.reached(ledger.open_epoch(2))
        fill(ledger)
        await eventually(lambda: ledger.digest_reads > 0)
        before = await delivered(config)
        assert len(before) == len(BARRED)
        ledger.switch_epoch(2)

        async def is_sent_anew() -> bool:
            now = await delivered(config)
            return len(now) == len(BARRED) and not set(now.values()) & set(before.values())

        await eventually(is_sent_anew)


@pytest.mark.parametrize("phase", ["opened", "filled", "switched", "closed"])
async def test_a_gate_that_begins_in_any_phase_comes_to_the_same(
    config: Config, ledger: FakeLedger, phase: str
) -> None:
    _reach(ledger, phase)
    async with running_travel(config) as travel:
        await eventually(lambda: travel.views.ledger() is not None)
        _go_on(ledger, phase)
        await travel.reached(len(ledger.changes))
        assert await is_answered_rightly(travel)
        await only_holds(config, 2)
        assert await differences(config) == {}


@pytest.mark.parametrize("phase", ["opened", "filled", "switched", "closed"])
async def test_a_gate_that_is_restarted_in_any_phase_comes_to_the_same(
    config: Config, ledger: FakeLedger, phase: str
) -> None:
    async with running_travel(config) as travel:
        await travel.reached(len(ledger.changes))
        _reach(ledger, phase)
    async with running_travel(config) as travel:
        _go_on(ledger, phase)
        await travel.reached(len(ledger.changes))
        assert await is_answered_rightly(travel)
        assert await differences(config) == {}


async def test_documents_bound_and_unbound_while_an_epoch_is_filled_are_as_the_ledger_says(
    config: Config, ledger: FakeLedger
) -> None:
    late = 20
    async with running_travel(config) as travel:
        await travel.reached(ledger.open_epoch(2))
        bind(ledger, late, 1, 2)
        ledger.issue(f"o{late}", f"s{late}")
        ledger.unbind(f"s{BARRED[0]}", f"d{BARRED[0]}")
        fill(ledger)
        await travel.reached(ledger.switch_epoch(2))
        assert (await travel.check(ticket(late))).answer == RESTRICTED
        assert (await travel.check(ticket(BARRED[0]))).answer == CLEAR
        assert (await travel.check(ticket(BARRED[1]))).answer == RESTRICTED
        assert await differences(config) == {}


async def test_a_document_that_comes_without_its_digest_when_all_are_loaded_is_loaded_before_the_switch(
    config: Config, ledger: FakeLedger
) -> None:
    late = 20
    async with running_travel(config) as travel:
        await travel.reached(ledger.open_epoch(2))
        fill(ledger)

        async def is_loaded() -> bool:
            return 2 in await epochs_loaded(config)

        await eventually(is_loaded)
        bind(ledger, late, 1)
        await travel.reached(ledger.issue(f"o{late}", f"s{late}"))
        ledger.file(2, f"d{late}", digest_in(2, late))
        await travel.reached(ledger.switch_epoch(2))
        assert (await travel.check(ticket(late))).answer == RESTRICTED
        assert await is_answered_rightly(travel)


async def test_a_gate_that_was_away_for_two_changes_of_keys_passes_the_first_over(
    config: Config, ledger: FakeLedger
) -> None:
    config = replace(config, keys=gate_keys(1, 3))
    async with running_travel(config) as travel:
        await travel.reached(len(ledger.changes))
    for epoch in (2, 3):
        ledger.open_epoch(epoch)
        fill(ledger, epoch)
        ledger.switch_epoch(epoch)
        ledger.close_epoch(epoch - 1)
    async with running_travel(config) as travel:
        await travel.reached(len(ledger.changes))
        assert await is_answered_rightly(travel)
        assert await differences(config) == {}


def _reach(ledger: FakeLedger, phase: str) -> None:
    """Everything up to a phase."""
    ledger.open_epoch(2)
    if phase == "opened":
        return
    fill(ledger)
    if phase == "filled":
        return
    ledger.switch_epoch(2)
    if phase == "closed":
        ledger.close_epoch(1)


def _go_on(ledger: FakeLedger, phase: str) -> None:
    """Everything after it."""
    if phase == "opened":
        fill(ledger)
    if phase in ("opened", "filled"):
        ledger.switch_epoch(2)
    if phase != "closed":
        ledger.close_epoch(1)


def _gate_file(*epochs: int) -> str:
    keys = [digest_key(epoch) for epoch in epochs]
    return json.dumps(
        {
            "digest_keys": [
                {
                    "epoch": key.epoch,
                    "algorithm": key.algorithm,
                    "key_id": key.key_id,
                    "secret": base64.b64encode(key.secret).decode(),
                }
                for key in keys
            ],
            "purposes": {"partners": base64.b64encode(bytes(range(32))).decode()},
        }
    )

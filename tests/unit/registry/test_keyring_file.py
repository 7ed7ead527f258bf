"""Keys are added and dropped one by one; the file is replaced whole, and never shown."""

import json
import pickle
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.files.keys import KeyReaders
from registry import keyring_file
from registry.current_keyring import CurrentKeyring
from registry.keyring import Keyring, KeyringError, generate, purpose_of
from registry.keyring_file import Purpose
from registry.sealing import Sealer, UnsealError
from restriction.keyring import CurrentGateKeys, GateKeys, parse_keyring
from tests.builders import digest_key

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return generate(tmp_path)


def secrets_in(path: Path) -> set[str]:
    content = json.loads(path.read_text("utf-8"))
    keys = [*content.get("seal_keys", []), *content["digest_keys"]]
    keys += content.get("partner_secrets", []) + content.get("registry_secrets", [])
    return {key["secret"] for key in keys} | set(content["purposes"].values())


def test_an_added_seal_key_seals_and_the_older_still_opens(files: tuple[Path, Path]) -> None:
    path, _ = files
    sealed = Keyring.load(path).sealer.seal(b"plain", "subject/1")
    key_id = keyring_file.add_seal_key(path)
    ring = Keyring.load(path)
    assert ring.sealer.key_ids[-1] == key_id
    assert ring.sealer.unseal(sealed, "subject/1") == b"plain"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []


def test_an_added_digest_key_is_of_the_next_epoch_here_and_at_the_gates(
    files: tuple[Path, Path],
) -> None:
    path, gate = files
    assert keyring_file.add_digest_key(path, gate) == 2
    ours, theirs = Keyring.load(path), parse_keyring(gate.read_bytes())
    assert [key.epoch for key in ours.digest_keys] == [1, 2]
    assert set(theirs.digest_keys) == set(ours.digest_keys)
    assert not secrets_in(gate) & {
        key["secret"] for key in json.loads(path.read_text("utf-8"))["seal_keys"]
    }


def test_the_newest_key_is_never_dropped(files: tuple[Path, Path]) -> None:
    path, gate = files
    with pytest.raises(KeyringError, match="newest"):
        keyring_file.drop_seal_key(path, Keyring.load(path).sealer.key_ids[0])
    with pytest.raises(KeyringError, match="newest"):
        keyring_file.drop_digest_key(path, 1, gate)


def test_a_dropped_key_opens_and_digests_nothing_more(files: tuple[Path, Path]) -> None:
    path, gate = files
    old = Keyring.load(path)
    sealed = old.sealer.seal(b"plain", "subject/1")
    keyring_file.add_seal_key(path)
    keyring_file.add_digest_key(path, gate)
    keyring_file.drop_seal_key(path, old.sealer.key_ids[0])
    keyring_file.drop_digest_key(path, 1, gate)
    new = Keyring.load(path)
    with pytest.raises(UnsealError):
        new.sealer.unseal(sealed, "subject/1")
    assert [key.epoch for key in new.digest_keys] == [2]
    assert [key.epoch for key in parse_keyring(gate.read_bytes()).digest_keys] == [2]
    assert new.secrets == old.secrets


def test_what_hung_on_the_first_digest_key_of_an_older_file_stays(
    files: tuple[Path, Path],
) -> None:
    path, gate = files
    content = json.loads(path.read_text("utf-8"))
    del content["purposes"]
    path.write_text(json.dumps(content), "utf-8")
    old = Keyring.load(path)
    assert old.secrets[0].secret == old.digest_keys[0].secret
    keyring_file.add_digest_key(path, gate)
    keyring_file.drop_digest_key(path, 1, gate)
    assert Keyring.load(path).secrets == old.secrets
    assert parse_keyring(gate.read_bytes()).partner_secret == old.secrets[0].secret


def test_showing_a_keyring_names_keys_and_tells_no_secret(files: tuple[Path, Path]) -> None:
    path, gate = files
    keyring_file.add_secret(path, Purpose.PARTNERS, gate)
    keyring_file.add_secret(path, Purpose.REGISTRY)
    shown = json.dumps(keyring_file.show(path))
    assert Keyring.load(path).digest_keys[0].key_id in shown
    assert not any(secret in shown for secret in secrets_in(path))


def test_a_running_process_seals_by_a_key_that_was_added(files: tuple[Path, Path]) -> None:
    path, gate = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    assert not ring.look()
    keyring_file.add_seal_key(path)
    keyring_file.add_digest_key(path, gate)
    assert ring.look()
    assert ring.sealer.key_ids == Keyring.load(path).sealer.key_ids
    assert [key.epoch for key in ring.digest_keys] == [1, 2]


def test_a_value_sealed_by_a_key_not_yet_looked_at_is_opened(files: tuple[Path, Path]) -> None:
    """Two processes see the file up to a second apart."""
    path, _ = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    keyring_file.add_seal_key(path)
    sealed = Keyring.load(path).sealer.seal(b"plain", "subject/1")
    assert ring.sealer.unseal(sealed, "subject/1") == b"plain"


def test_whoever_opens_a_value_elsewhere_is_handed_its_key_though_nobody_looked_yet(
    files: tuple[Path, Path],
) -> None:
    path, _ = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    keyring_file.add_seal_key(path)
    sealed = Keyring.load(path).sealer.seal(b"plain", "import/1")
    handed = pickle.loads(pickle.dumps(ring.sealer.to_hand_on(sealed)))  # noqa: S301 - its own
    assert handed.unseal(sealed, "import/1") == b"plain"
    assert ring.sealer.knows(b"")


def test_a_broken_file_leaves_the_keys_that_are_held(files: tuple[Path, Path]) -> None:
    path, gate = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    keys = CurrentGateKeys(parse_keyring(gate.read_bytes()), path=gate)
    before = ring.sealer.key_ids
    for file in files:
        file.write_text("{", "utf-8")
    assert not ring.look()
    assert not keys.look()
    assert ring.sealer.key_ids == before
    assert keys.of(1) is not None


def test_another_key_under_a_known_epoch_is_not_taken(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    path, gate = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    keys = CurrentGateKeys(parse_keyring(gate.read_bytes()), path=gate)
    held = keys.of(1)
    for mine, foreign in zip(files, generate(tmp_path / "other"), strict=True):
        mine.write_bytes(foreign.read_bytes())
    assert not ring.look()
    assert not keys.look()
    assert keys.of(1) == held


def test_the_sealer_of_now_travels_to_another_process_with_its_keys(
    files: tuple[Path, Path],
) -> None:
    path, _ = files
    make, arguments = CurrentKeyring(Keyring.load(path)).sealer.__reduce__()
    assert make is Sealer
    assert make(*arguments).key_ids == Keyring.load(path).sealer.key_ids


def test_a_gate_without_purposes_goes_on_by_its_first_key() -> None:
    assert GateKeys((digest_key(2), digest_key(1))).partner_secret == digest_key(1).secret


def test_a_keyring_that_others_can_read_is_used_only_where_that_is_meant(
    files: tuple[Path, Path],
) -> None:
    path, _ = files
    path.chmod(0o640)
    with pytest.raises(KeyringError, match="chmod 600"):
        Keyring.load(path)
    assert Keyring.load(path, KeyReaders.GROUP).digest_keys


def test_a_keyring_that_others_can_read_does_not_replace_the_keys_that_are_held(
    files: tuple[Path, Path],
) -> None:
    path, _ = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    held = ring.sealer.key_ids
    keyring_file.add_seal_key(path)
    path.chmod(0o644)
    assert not ring.look()
    assert ring.sealer.key_ids == held


def test_a_partners_secret_is_added_then_used_then_the_former_dropped(
    files: tuple[Path, Path],
) -> None:
    path, gate = files
    first = parse_keyring(gate.read_bytes()).partner_secret
    assert keyring_file.add_secret(path, Purpose.PARTNERS, gate) == 2
    added = parse_keyring(gate.read_bytes())
    assert (added.partner_version, set(added.partner_secrets)) == (1, {1, 2})
    keyring_file.use_secret(path, Purpose.PARTNERS, 2, gate, at=NOW)
    used = parse_keyring(gate.read_bytes())
    assert (used.partner_version, set(used.partner_secrets)) == (2, {1, 2})
    assert used.partner_secrets[1] == first
    keyring_file.drop_secret(path, Purpose.PARTNERS, 1, gate)
    left = parse_keyring(gate.read_bytes())
    assert (left.partner_version, set(left.partner_secrets)) == (2, {2})
    assert purpose_of(json.loads(path.read_text("utf-8")), "partners") == left.partner_secret
    assert keyring_file.add_secret(path, Purpose.PARTNERS, gate) == 3


def test_the_partners_secret_in_use_is_not_dropped_and_a_former_is_not_gone_back_to(
    files: tuple[Path, Path],
) -> None:
    path, gate = files
    with pytest.raises(KeyringError, match="in use"):
        keyring_file.drop_secret(path, Purpose.PARTNERS, 1, gate)
    keyring_file.add_secret(path, Purpose.PARTNERS, gate)
    with pytest.raises(KeyringError, match="in use"):
        keyring_file.drop_secret(path, Purpose.PARTNERS, 2, gate)
    keyring_file.use_secret(path, Purpose.PARTNERS, 2, gate, at=NOW)
    with pytest.raises(KeyringError, match="not the newest"):
        keyring_file.use_secret(path, Purpose.PARTNERS, 1, gate, at=NOW)
    with pytest.raises(KeyringError, match="holds no"):
        keyring_file.drop_secret(path, Purpose.PARTNERS, 9, gate)


def test_a_registrys_secret_is_added_then_used_then_the_former_dropped(
    files: tuple[Path, Path],
) -> None:
    path, gate = files
    [first] = Keyring.load(path).secrets
    gates = gate.read_bytes()
    assert keyring_file.add_secret(path, Purpose.REGISTRY) == 2
    assert [one.version for one in Keyring.load(path).secrets] == [1, 2]
    assert keyring_file.in_use_since(path, Purpose.REGISTRY) is None
    keyring_file.use_secret(path, Purpose.REGISTRY, 2, at=NOW)
    assert [one.version for one in Keyring.load(path).secrets] == [2, 1]
    assert Keyring.load(path).secrets[1] == first
    assert keyring_file.in_use_since(path, Purpose.REGISTRY) == NOW
    keyring_file.drop_secret(path, Purpose.REGISTRY, 1)
    assert [one.version for one in Keyring.load(path).secrets] == [2]
    assert keyring_file.add_secret(path, Purpose.REGISTRY) == 3
    assert gate.read_bytes() == gates


def test_a_version_used_again_keeps_the_instant_of_its_first_use(files: tuple[Path, Path]) -> None:
    path, _ = files
    keyring_file.add_secret(path, Purpose.REGISTRY)
    keyring_file.use_secret(path, Purpose.REGISTRY, 2, at=NOW)
    keyring_file.use_secret(path, Purpose.REGISTRY, 2, at=NOW.replace(year=2027))
    assert keyring_file.in_use_since(path, Purpose.REGISTRY) == NOW


def test_a_running_process_goes_on_by_the_secret_that_is_in_use_and_holds_the_former(
    files: tuple[Path, Path],
) -> None:
    path, _ = files
    ring = CurrentKeyring(Keyring.load(path), path=path)
    keyring_file.add_secret(path, Purpose.REGISTRY)
    keyring_file.use_secret(path, Purpose.REGISTRY, 2, at=NOW)
    assert ring.look()
    assert [one.version for one in ring.secrets] == [2, 1]
    assert [key.epoch for key in ring.cache_keys] == [2, 1]


def test_another_secret_under_a_known_version_or_the_loss_of_the_newest_is_not_taken(
    files: tuple[Path, Path],
) -> None:
    path, _ = files
    before = path.read_text("utf-8")
    keyring_file.add_secret(path, Purpose.REGISTRY)
    added = path.read_text("utf-8")
    ring = CurrentKeyring(Keyring.load(path), path=path)
    held = tuple(ring.secrets)
    path.write_text(before, "utf-8")
    assert not ring.look()
    path.write_text(before, "utf-8")
    keyring_file.add_secret(path, Purpose.REGISTRY)
    assert not ring.look()
    assert tuple(ring.secrets) == held
    path.write_text(added, "utf-8")
    assert ring.look()


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(lambda one: [one, one], id="two of one version"),
        pytest.param(lambda one: [{**one, "secret": "AAAA"}], id="none in use"),
        pytest.param(lambda one: [one, {**one, "version": 2}], id="one secret twice"),
        pytest.param(lambda _: [{"version": 1}], id="no secret"),
    ],
)
def test_a_file_whose_secrets_contradict_each_other_is_no_keyring(
    files: tuple[Path, Path],
    listed: Callable[[dict[str, object]], list[dict[str, object]]],
) -> None:
    path, _ = files
    content = json.loads(path.read_text("utf-8"))
    one = {"version": 1, "secret": content["purposes"]["registry"]}
    content["registry_secrets"] = listed(one)
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(KeyringError, match="not a keyring"):
        Keyring.load(path)

"""The secret by which what partners hold is keyed."""

from pathlib import Path

from registry.keyring import Keyring, purpose_of, read_content
from restriction.keyring import GateKeys, parse_keyring
from tests.eventually import eventually
from tests.robustness.rotation.remains import Remains
from tests.robustness.rotation.scene import FIELDS, Scene

_READ = '"file_read_anew"'


async def replace_the_partners_secret(scene: Scene, remains: Remains) -> None:
    """Added, understood everywhere, used, the former dropped: copies hold what the new one makes, and no other."""
    former = _gates(scene)
    secret = purpose_of(read_content(Path(scene.ring_file)), "partners")
    await _change(scene, "add-partner-secret")
    version = max(_gates(scene).partner_secrets)
    await _change(scene, "use-partner-secret", str(version))
    digests = remains.partners_digests(Keyring.load(Path(scene.ring_file)).digest_keys[-1], secret)

    async def is_gone() -> bool:
        return not remains.in_copies(digests)

    await eventually(is_gone)
    await _change(scene, "drop-partner-secret", str(former.partner_version))
    await scene.goes_on()
    assert not remains.in_copies(digests)


def _gates(scene: Scene) -> GateKeys:
    return parse_keyring(Path(scene.gate_file).read_bytes())


async def _change(scene: Scene, *words: str) -> None:
    """Change both files, and wait until every field has read its own."""
    read = {name: scene.log(name).count(_READ) for name in FIELDS}
    command, *rest = words
    code, said = await scene.keyring(command, scene.ring_file, *rest, "--gate", scene.gate_file)
    assert code == 0, said
    await eventually(lambda: all(scene.log(name).count(_READ) > read[name] for name in FIELDS))

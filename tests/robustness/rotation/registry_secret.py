"""The secret that keys what the registry keeps and tells: repeated requests, used signatures, endings, pages, its cache."""

from datetime import UTC, datetime
from pathlib import Path

from registry.keyring import Keyring
from registry.registry_secret import RegistrySecret
from tests.eventually import eventually
from tests.robustness.rotation.scene import Scene

_READ = '"file_read_anew"'
_READERS = ("registry", "importer")


async def replace_the_registrys_secret(scene: Scene) -> None:
    """Added, used, what was signed keyed anew, the former dropped: every retry meets its answer on the way."""
    former = _in_use(scene)
    await _change(scene, "add-registry-secret")
    version = max(one.version for one in Keyring.load(Path(scene.ring_file)).secrets)
    await _change(scene, "use-registry-secret", str(version))
    await scene.goes_on()
    drop = ("drop-registry-secret", scene.ring_file, str(former.version))

    async def is_dropped() -> bool:
        # Nothing is kept but what is copied now.
        code, _ = await scene.keyring(*drop, "--oldest-copy", datetime.now(UTC).isoformat())
        return code == 0

    await eventually(is_dropped, limit_s=60)
    await scene.goes_on()
    assert _in_use(scene).version == version


def _in_use(scene: Scene) -> RegistrySecret:
    return Keyring.load(Path(scene.ring_file)).secrets[0]


async def _change(scene: Scene, command: str, *rest: str) -> None:
    """Change the file, and wait until both processes have read it."""
    read = {name: scene.log(name).count(_READ) for name in _READERS}

    async def is_changed() -> bool:
        code, _ = await scene.keyring(command, scene.ring_file, *rest)
        return code == 0

    # It is refused until whoever reads the file must have looked at the change before.
    await eventually(is_changed, limit_s=60)
    await eventually(lambda: all(scene.log(name).count(_READ) > read[name] for name in _READERS))

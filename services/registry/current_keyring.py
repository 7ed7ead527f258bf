"""The keyring that counts now: what seals and digests is handed this, and follows the file."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar, overload

from chassis.files.current import CurrentFile
from chassis.files.keys import KeyReaders
from document.digest import DigestKey
from registry.keyring import Keyring
from registry.registry_secret import RegistrySecret
from registry.sealing import Sealer, SealKey, UnknownKeyError

T = TypeVar("T")


class CurrentKeyring:
    """The keyring of a running process.

    A keyring itself never changes; the file is read anew when it does. All that it hands out is the
    current keyring's at each use, so whoever was built with it needs no word of it.
    """

    def __init__(
        self,
        keyring: Keyring,
        *,
        path: Path | None = None,
        readers: KeyReaders = KeyReaders.OWNER,
    ) -> None:
        """`readers` may be able to read the file."""
        read = partial(Keyring.load_after, readers=readers)
        self._file = CurrentFile(keyring, path=path, read=read)
        self.sealer: Sealer = _CurrentSealer(self)
        self.digest_keys: Sequence[DigestKey] = _Current(lambda: self.now.digest_keys)
        self.secrets: Sequence[RegistrySecret] = _Current(lambda: self.now.secrets)
        self.cache_keys: Sequence[DigestKey] = _Current(lambda: self.now.cache_keys)

    @property
    def now(self) -> Keyring:
        """The keyring as last read."""
        return self._file.value

    def look(self) -> bool:
        """Read the file if it changed; True when the keyring is a new one."""
        return self._file.look()

    async def watch(self) -> None:
        """Follow the file until cancelled."""
        await self._file.watch()


class _CurrentSealer(Sealer):
    """Seals and opens as the current keyring's sealer does."""

    def __init__(self, ring: CurrentKeyring) -> None:
        self._ring = ring

    def __reduce__(self) -> tuple[type[Sealer], tuple[tuple[SealKey, ...]]]:
        """A process beside this one gets the keys of now."""
        return self._ring.now.sealer.__reduce__()

    @property
    def key_ids(self) -> tuple[str, ...]:
        """See Sealer."""
        return self._ring.now.sealer.key_ids

    def knows(self, sealed: bytes) -> bool:
        """See Sealer."""
        return self._ring.now.sealer.knows(sealed)

    def to_hand_on(self, sealed: bytes) -> Sealer:
        """See Sealer. Who gets it cannot look at the file."""
        if not self.knows(sealed):
            self._ring.look()
        return self._ring.now.sealer

    def seal(self, plain: bytes, context: str) -> bytes:
        """See Sealer."""
        return self._ring.now.sealer.seal(plain, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """See Sealer. Another process may have sealed by a key that this one has not looked at yet."""
        try:
            return self._ring.now.sealer.unseal(sealed, context)
        except UnknownKeyError:
            if not self._ring.look():
                raise
            return self._ring.now.sealer.unseal(sealed, context)


class _Current(Sequence[T]):
    """A part of the current keyring."""

    def __init__(self, now: Callable[[], Sequence[T]]) -> None:
        self._now = now

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._now()[index]

    def __len__(self) -> int:
        return len(self._now())

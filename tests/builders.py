"""Documents and keys for tests: right in every check, and nobody's.

A region of 000000 is given to no place and a serial of 000 to no person, so no number made here
can belong to anyone, yet each passes shape, date and check character.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

from document import ALGORITHM_BLAKE2B_128, DigestKey
from document.check_character import resident_check_character, uscc_check_character
from registry.registry_secret import RegistrySecret
from restriction.keyring import GateKeys

ADULT_BIRTH_DATE = date(1980, 1, 1)


def resident_id(
    birth_date: date = ADULT_BIRTH_DATE, *, region: str = "000000", serial: int = 0
) -> str:
    """Return an 18-digit resident number; vary `serial` to have many people."""
    first_17 = f"{region}{birth_date:%Y%m%d}{serial:03d}"
    return first_17 + resident_check_character(first_17)


def old_resident_id(
    birth_date: date = ADULT_BIRTH_DATE, *, region: str = "000000", serial: int = 0
) -> str:
    """Return the 15-digit form of a number born between 1900 and 1999."""
    return f"{region}{birth_date:%y%m%d}{serial:03d}"


def hmt_residence_permit(
    birth_date: date = ADULT_BIRTH_DATE, *, region: str = "810000", serial: int = 0
) -> str:
    """Return a residence permit number of Hong Kong; 820000 Macao, 830000 Taiwan."""
    return resident_id(birth_date, region=region, serial=serial)


def passport(serial: int = 0, *, prefix: str = "E") -> str:
    """Return a passport number of a letter and eight digits."""
    return f"{prefix}{serial:08d}"


def uscc(serial: int = 0, *, region: str = "000000") -> str:
    """Return a social credit code of an organisation that was never registered."""
    first_17 = f"91{region}{serial:09d}"
    return first_17 + uscc_check_character(first_17)


def gate_keys(*epochs: int) -> GateKeys:
    """Return a gate's keys of these epochs; of the first when none is named."""
    newest_first = sorted(epochs or (1,), reverse=True)
    return GateKeys(tuple(digest_key(epoch) for epoch in newest_first), bytes(range(32)))


def digest_key(epoch: int = 1) -> DigestKey:
    """Return a digest key whose secret follows from its epoch."""
    return DigestKey(
        epoch=epoch,
        algorithm=ALGORITHM_BLAKE2B_128,
        key_id=f"digest-test-{epoch}",
        secret=epoch.to_bytes(32, "big"),
    )


def registry_secret(version: int = 1) -> RegistrySecret:
    """Return a version of the registry's secret that follows from its number."""
    return RegistrySecret(version, bytes(31) + version.to_bytes(1, "big"))


def records_sha256(records: Iterable[bytes]) -> bytes:
    """What the clerk who prepares an import says of the records that she has."""
    return hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in records)).digest()

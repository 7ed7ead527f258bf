"""What a second person approves of a completed row: the row as a whole, by its hash. Pure."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from registry.intake.outcome import Problem
from registry.intake.reading import Fields

_DOMAIN: Final = b"courtlist.completion.v1\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A row with what was added to it, and by whom.

    `whole` is the row with its additions, or why they cannot be put together.
    """

    import_id: UUID
    row_number: int
    completed_by: str
    additions: Mapping[str, str] = field(repr=False)
    whole: Fields | Problem = field(repr=False)

    def hash(self, secret: bytes) -> bytes:
        """32 bytes over everything above: another addition, or another person's, has another hash.

        Keyed (HMAC-SHA-256), because a plain hash of an identity number tells the number.
        """
        whole = None if isinstance(self.whole, Problem) else sorted(self.whole.items())
        added = sorted(self.additions.items())
        content = [str(self.import_id), self.row_number, self.completed_by, added, whole]
        return hmac.digest(secret, _DOMAIN + json.dumps(content).encode(), "sha256")

"""Opening the papers of a chunk: the claims that its sound rows make. Pure, beside the importer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from document import DigestKey
from registry.importing.papers.chunks import papers_context, unpack
from registry.importing.papers.claims import Claim, read_claim
from registry.sealing import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningJob:
    """A chunk's sealed papers, and which of its rows still wait to be entered."""

    import_id: UUID
    first_record: int
    papers_sealed: bytes = field(repr=False)
    row_numbers: frozenset[int]
    today: date
    sealer: Sealer = field(repr=False)
    digest_keys: tuple[DigestKey, ...]


def open_papers(job: OpeningJob) -> Sequence[Claim]:
    """The claims of the rows that wait, in order."""
    context = papers_context(job.import_id, job.first_record)
    return [
        read_claim(piece.number, piece.content, job.digest_keys, job.today)
        for piece in unpack(job.sealer.unseal(job.papers_sealed, context))
        if piece.number in job.row_numbers
    ]

"""The stations of an import's work, at which crash tests kill the importer."""

import enum


class ImportStep(enum.StrEnum):
    """A station. What it stands before is done whole or not at all."""

    JUDGED = "judged"
    """A chunk is judged; nothing of it is kept yet."""
    KEPT = "kept"
    """A chunk's outcomes are committed."""
    MANIFESTED = "manifested"
    """The manifest and the sample are committed."""
    MATCHED = "matched"
    """A batch is decided on and written up; what it rests on is held."""
    WRITTEN = "written"
    """Its rows and changes are in the transaction."""
    COMMITTED = "committed"
    """They are in the record."""
    UNDONE = "undone"
    """Endings of an import that is taken back are committed."""

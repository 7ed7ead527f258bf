"""Kinds of identity document, their numbers, and the keyed digest a number is matched by; and whether a
name beside a number fits (`document.name`).

Pure: no I/O, and nothing imported but the standard library, because the registry (which stores
documents) and every gate (which is asked about them) must read a number in exactly the same way.
"""

from document.digest import ALGORITHM_BLAKE2B_128, DigestKey, digest
from document.kind import ORGANISATION_KINDS, PERSON_KINDS, DocumentKind
from document.number import Document, InvalidDocument, Problem, parse

__all__ = [
    "ALGORITHM_BLAKE2B_128",
    "ORGANISATION_KINDS",
    "PERSON_KINDS",
    "Document",
    "DocumentKind",
    "DigestKey",
    "InvalidDocument",
    "Problem",
    "digest",
    "parse",
]

"""The kinds of identity document the court and the ticket offices meet."""

import enum
from typing import Final


class DocumentKind(enum.StrEnum):
    """A kind of document, and what is known of the shape of its number.

    The shapes of RESIDENT_ID, HMT_RESIDENCE_PERMIT and USCC are published standards and are checked
    to the last character. The shapes of the others are known from use only, so anything that might
    be a real number is accepted: refusing a real document at the registry loses a person's
    document, while accepting a misprint only makes a document nobody carries.
    """

    RESIDENT_ID = "RESIDENT_ID"
    """Resident identity number, GB 11643-1999: 6 region + 8 birth date + 3 serial + 1 check.

    The 15-digit number of before 1999 (two-digit year, no check) is the same document.
    """

    HMT_RESIDENCE_PERMIT = "HMT_RESIDENCE_PERMIT"
    """Residence permit of Hong Kong, Macao and Taiwan residents (State Council rule of 2018).

    A resident identity number whose region begins 81, 82 or 83.
    """

    PASSPORT = "PASSPORT"
    """Passport of any state; the issuing state is an ICAO Doc 9303 three-letter code."""

    EXIT_ENTRY_PERMIT = "EXIT_ENTRY_PERMIT"
    """A mainland resident's permit to travel to Hong Kong, Macao or Taiwan."""

    HOME_RETURN_PERMIT = "HOME_RETURN_PERMIT"
    """Mainland travel permit of Hong Kong and Macao residents: usually H or M + 8 or 10 digits."""

    TAIWAN_PERMIT = "TAIWAN_PERMIT"
    """Mainland travel permit of Taiwan residents: usually 8 digits."""

    PERMANENT_RESIDENCE = "PERMANENT_RESIDENCE"
    """A foreigner's permanent residence card: 15 characters, or the newer 18 digits from 9."""

    USCC = "USCC"
    """Unified social credit code of an organisation, GB 32100-2015."""


ORGANISATION_KINDS: Final = frozenset({DocumentKind.USCC})
"""Kinds that identify an organisation."""

PERSON_KINDS: Final = frozenset(DocumentKind) - ORGANISATION_KINDS
"""Kinds that identify a natural person."""

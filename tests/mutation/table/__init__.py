"""The hand-written mutants, by the part of the tree they are in."""

from tests.mutation.table.answers import ANSWERS
from tests.mutation.table.asking import ASKING
from tests.mutation.table.certificates import CERTIFICATES
from tests.mutation.table.chain import CHAIN
from tests.mutation.table.copies import COPIES
from tests.mutation.table.doors import DOORS
from tests.mutation.table.edges import EDGES
from tests.mutation.table.endings import ENDINGS
from tests.mutation.table.entries import ENTRIES
from tests.mutation.table.erasing import ERASING
from tests.mutation.table.following import FOLLOWING
from tests.mutation.table.gates import GATES
from tests.mutation.table.hotel import HOTEL
from tests.mutation.table.importing import IMPORTING
from tests.mutation.table.intake import INTAKE
from tests.mutation.table.keeping import KEEPING
from tests.mutation.table.keys import KEYS
from tests.mutation.table.law import LAW
from tests.mutation.table.loan import LOAN
from tests.mutation.table.names import NAMES
from tests.mutation.table.partners import PARTNERS
from tests.mutation.table.passes import PASSES
from tests.mutation.table.people import PEOPLE
from tests.mutation.table.pushes import PUSHES
from tests.mutation.table.restores import RESTORES
from tests.mutation.table.signing import SIGNING
from tests.mutation.table.stores import STORES
from tests.mutation.table.telling import TELLING
from tests.mutation.table.terminal import TERMINAL
from tests.mutation.table.travel import TRAVEL
from tests.mutation.table.versions import VERSIONS
from tests.mutation.table.watching import WATCHING
from tests.mutation.table.witness import WITNESS

HAND_WRITTEN = (
    *CHAIN,
    *ENTRIES,
    *INTAKE,
    *IMPORTING,
    *ENDINGS,
    *ERASING,
    *RESTORES,
    *WITNESS,
    *PASSES,
    *SIGNING,
    *PARTNERS,
    *PEOPLE,
    *GATES,
    *NAMES,
    *ANSWERS,
    *ASKING,
    *TRAVEL,
    *HOTEL,
    *LOAN,
    *FOLLOWING,
    *KEEPING,
    *PUSHES,
    *COPIES,
    *VERSIONS,
    *WATCHING,
    *LAW,
    *KEYS,
    *EDGES,
    *TELLING,
    *TERMINAL,
    *STORES,
    *CERTIFICATES,
    *DOORS,
)

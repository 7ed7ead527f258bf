"""What an act writes, as plain rows. The position is added when the head is held.

Enum fields hold the numbers of the protos' enums, which never change their meaning.
"""

from typing import TypeAlias

from registry.rows.courts import (
    HigherCourt,
    NewCourt,
    RetiredCourt,
    ReturnedCourt,
    SetGoLive,
)
from registry.rows.debts import (
    ChangedObligation,
    ClosedTask,
    CorrectedListing,
    EndedListing,
    EndedOrder,
    JudgedNames,
    NewCase,
    NewDebtor,
    NewListing,
    NewObligation,
    NewOrder,
    NewPass,
    NewRepayment,
    NewStatement,
    NewTask,
    ReversedRepayment,
    VoidedListing,
    WithdrawnPass,
)
from registry.rows.imports import (
    SignedImport,
    UndoneImport,
)
from registry.rows.ledger import (
    ClosedEpoch,
    NewEpoch,
    NewIncarnation,
    NewUnsettledEnding,
    SettledEnding,
    SwitchedEpoch,
)
from registry.rows.partners import (
    KeptPartner,
    NewRating,
    RetiredPartner,
)
from registry.rows.people import (
    NewKey,
    NewOfficer,
    RetiredKey,
    RetiredOfficer,
)
from registry.rows.subjects import (
    NewDocument,
    NewSubject,
    UnboundDocument,
    UsedPreparation,
)

__all__ = [
    "ChangedObligation",
    "ClosedEpoch",
    "ClosedTask",
    "CorrectedListing",
    "EndedListing",
    "EndedOrder",
    "HigherCourt",
    "JudgedNames",
    "KeptPartner",
    "NewCase",
    "NewCourt",
    "NewDebtor",
    "NewDocument",
    "NewEpoch",
    "NewIncarnation",
    "NewKey",
    "NewListing",
    "NewObligation",
    "NewOfficer",
    "NewOrder",
    "NewPass",
    "NewRating",
    "NewRepayment",
    "NewStatement",
    "NewSubject",
    "NewTask",
    "NewUnsettledEnding",
    "RetiredCourt",
    "RetiredKey",
    "RetiredOfficer",
    "RetiredPartner",
    "ReturnedCourt",
    "ReversedRepayment",
    "Row",
    "SetGoLive",
    "SettledEnding",
    "SignedImport",
    "SwitchedEpoch",
    "UnboundDocument",
    "UndoneImport",
    "UsedPreparation",
    "VoidedListing",
    "WithdrawnPass",
]

Row: TypeAlias = (
    NewCourt
    | ReturnedCourt
    | HigherCourt
    | RetiredCourt
    | NewOfficer
    | RetiredOfficer
    | NewKey
    | RetiredKey
    | KeptPartner
    | RetiredPartner
    | NewRating
    | SetGoLive
    | NewSubject
    | NewDocument
    | UsedPreparation
    | UnboundDocument
    | NewObligation
    | NewCase
    | NewDebtor
    | NewListing
    | CorrectedListing
    | EndedListing
    | VoidedListing
    | NewOrder
    | EndedOrder
    | NewPass
    | WithdrawnPass
    | SignedImport
    | UndoneImport
    | NewStatement
    | NewRepayment
    | ReversedRepayment
    | ChangedObligation
    | NewTask
    | ClosedTask
    | JudgedNames
    | NewUnsettledEnding
    | SettledEnding
    | NewIncarnation
    | NewEpoch
    | SwitchedEpoch
    | ClosedEpoch
)

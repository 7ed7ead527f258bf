"""Whom a change concerns, by every kind of effect that there is."""

from uuid import UUID, uuid4

from courtlist.ledger.v1 import change_pb2 as pb
from registry.erasing.concerned import concerned

SUBJECT, OTHER, DEBT, BASIS, TASK = (uuid4() for _ in range(5))
# Effects that are about nobody's case.
_ABOUT_NOBODY = {
    "court_enrolled", "court_retired", "officer_enrolled", "officer_retired", "partner_enrolled",
    "partner_retired", "rating_recorded", "go_live_set", "import_signed", "import_undone",
    "incarnation_opened", "key_enrolled", "key_retired", "epoch_opened", "epoch_switched", "epoch_closed",
    # It brings no facts, and is what is left.
    "subject_erased",
}  # fmt: skip


def of(*effects: pb.Effect) -> set[UUID]:
    return set(concerned(pb.ChangeBody(effects=effects)))


def test_a_change_concerns_every_subject_that_it_names() -> None:
    ended = pb.ListingEnded(listing_id=str(BASIS), subject_id=str(SUBJECT))
    lifted = pb.OrderLifted(order_id=str(BASIS), subject_id=str(OTHER))
    assert of(pb.Effect(listing_ended=ended), pb.Effect(order_lifted=lifted)) == {SUBJECT, OTHER}


def test_an_entry_concerns_the_debtor_and_not_whoever_else_owes_the_debt() -> None:
    entered = pb.ListingEntered(
        listing_id=str(BASIS), subject_id=str(SUBJECT), obligation_id=str(DEBT)
    )
    joined = pb.DebtorJoined(obligation_id=str(DEBT), subject_id=str(SUBJECT))
    assert of(pb.Effect(debtor_joined=joined), pb.Effect(listing_entered=entered)) == {SUBJECT}


def test_a_payment_concerns_the_debt_beside_those_whom_it_frees() -> None:
    paid = pb.RepaymentRecorded(repayment_id=str(uuid4()), obligation_id=str(DEBT))
    lifted = pb.OrderLifted(order_id=str(BASIS), subject_id=str(SUBJECT))
    assert of(pb.Effect(repayment_recorded=paid)) == {DEBT}
    assert of(pb.Effect(repayment_recorded=paid), pb.Effect(order_lifted=lifted)) == {DEBT, SUBJECT}


def test_a_decision_that_names_no_subject_concerns_what_it_is_about() -> None:
    opened = pb.TaskOpened(task_id=str(TASK), basis_id=str(BASIS))
    closed = pb.TaskClosed(task_id=str(TASK))
    assert of(pb.Effect(task_opened=opened)) == {TASK, BASIS}
    assert of(pb.Effect(task_closed=closed)) == {TASK}


def test_every_effect_that_is_about_anybody_concerns_something() -> None:
    passed_over = set()
    for kind in pb.Effect.DESCRIPTOR.fields:
        effect = pb.Effect()
        inner = getattr(effect, kind.name)
        inner.SetInParent()
        for one in inner.DESCRIPTOR.fields:
            if one.name.endswith("_id") and one.name not in ("person_id", "partner_id", "key_id"):
                setattr(inner, one.name, str(uuid4()))
        if not of(effect):
            passed_over.add(kind.name)
    assert passed_over == _ABOUT_NOBODY

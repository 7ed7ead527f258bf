"""The statements of acts by name: a missing one, or a dead one, stops the process at start."""

from dataclasses import dataclass
from typing import Final

from chassis.stores.queries import NamedQueries

_FILES: Final = ("sql/acts.sql", "sql/people.sql", "sql/bindings.sql")


@dataclass(frozen=True, slots=True)
class ActQueries:
    """Every statement that an act may run."""

    claim_request: str
    find_request: str
    finish_request: str
    transaction_time: str
    lock_head: str
    move_head: str
    append_change: str
    recorded_time: str
    notify_followers: str
    find_officer: str
    find_former_officer: str
    find_officer_key: str
    hold_court: str
    find_higher_court: str
    court_officers: str
    court_keys: str
    find_key_owner: str
    key_is_known: str
    hold_partner: str
    find_owners: str
    lock_subject: str
    subject_documents: str
    find_document: str
    void_documents: str
    court_has_case_on: str
    judge_misfit_names: str
    delete_misfit_names: str
    keep_preparation: str
    hold_preparation: str
    use_preparation: str
    find_case: str
    lock_obligation: str
    obligation_courts: str
    obligation_debtors: str
    obligation_statements: str
    obligation_repayments: str
    obligation_listings: str
    obligation_orders: str
    subject_listings: str
    subject_orders: str
    find_listing: str
    last_ended_listing: str
    last_ended_order: str
    find_order: str
    listing_orders: str
    order_items: str
    standing_passes: str
    find_granted_pass: str
    find_pass: str
    find_repayment: str
    open_tasks: str
    find_task: str
    find_unsettled_ending: str
    insert_court: str
    court_as_enrolled: str
    set_higher_court: str
    return_court: str
    retire_court: str
    drop_waiting: str
    keep_officer: str
    retire_officer: str
    insert_key: str
    retire_key: str
    use_signature: str
    keep_partner: str
    retire_partner: str
    insert_rating: str
    set_go_live: str
    insert_subject: str
    insert_document: str
    insert_digest: str
    unbind_document: str
    delete_digests: str
    insert_obligation: str
    change_obligation: str
    insert_case: str
    insert_debtor: str
    insert_listing: str
    correct_listing: str
    end_listing: str
    void_listing: str
    insert_order: str
    end_order: str
    insert_pass: str
    withdraw_pass: str
    insert_statement: str
    insert_repayment: str
    reverse_repayment: str
    insert_task: str
    close_task: str
    insert_unsettled_ending: str
    settle_ending: str
    await_followers: str
    open_epoch: str
    switch_epoch: str
    close_epoch: str
    sign_import: str
    undo_import: str
    notify_importer: str

    @classmethod
    def load(cls) -> "ActQueries":
        """Read and check the files."""
        return NamedQueries.load("registry", *_FILES).into(cls)

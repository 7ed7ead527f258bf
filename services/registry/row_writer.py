"""Writing an act's rows: the one place that knows which statement each row is, and what is sealed."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from chassis.stores.faults import Connection
from document import digest
from document.digest import DigestKey
from registry import rows
from registry.epochs.filing import Filing
from registry.queries import ActQueries
from registry.sealing import Sealer

Statement: TypeAlias = tuple[str, tuple[Any, ...]]


class RowWriter:
    """Turns rows into statements and runs them in order."""

    def __init__(
        self, *, queries: ActQueries, sealer: Sealer, digest_keys: Sequence[DigestKey]
    ) -> None:
        self._queries = queries
        self._sealer = sealer
        self._filing = Filing(digest_keys=digest_keys)
        self._statements: dict[type, Callable[[Any, int], Iterator[Statement]]] = {
            rows.NewCourt: self._court,
            rows.ReturnedCourt: self._returned_court,
            rows.HigherCourt: self._higher_court,
            rows.RetiredCourt: self._retired_court,
            rows.NewOfficer: self._officer,
            rows.RetiredOfficer: self._retired_officer,
            rows.NewKey: self._key,
            rows.RetiredKey: self._retired_key,
            rows.KeptPartner: self._partner,
            rows.RetiredPartner: self._retired_partner,
            rows.NewRating: self._rating,
            rows.SetGoLive: self._go_live,
            rows.NewSubject: self._subject,
            rows.NewDocument: self._document,
            rows.UsedPreparation: self._used_preparation,
            rows.UnboundDocument: self._unbound,
            rows.NewObligation: self._obligation,
            rows.ChangedObligation: self._changed_obligation,
            rows.NewCase: self._case,
            rows.NewDebtor: self._debtor,
            rows.NewListing: self._listing,
            rows.CorrectedListing: self._corrected,
            rows.EndedListing: self._ended_listing,
            rows.VoidedListing: self._voided_listing,
            rows.NewOrder: self._order,
            rows.EndedOrder: self._ended_order,
            rows.NewPass: self._pass,
            rows.WithdrawnPass: self._withdrawn_pass,
            rows.SignedImport: self._signed_import,
            rows.UndoneImport: self._undone_import,
            rows.NewStatement: self._statement,
            rows.NewRepayment: self._repayment,
            rows.ReversedRepayment: self._reversed,
            rows.NewTask: self._task,
            rows.ClosedTask: self._closed_task,
            rows.JudgedNames: self._judged_names,
            rows.NewUnsettledEnding: self._unsettled,
            rows.SettledEnding: self._settled,
            rows.NewIncarnation: self._incarnation,
            rows.NewEpoch: self._epoch,
            rows.SwitchedEpoch: self._switched_epoch,
            rows.ClosedEpoch: self._closed_epoch,
        }

    async def write(self, connection: Connection, batch: Sequence[rows.Row], position: int) -> None:
        """Write the rows of the act at `position`, in order; the caller holds the ledger's head."""
        binds = any(isinstance(row, rows.NewDocument) for row in batch)
        keys = await self._filing.keys(connection) if binds else ()
        for row in batch:
            for query, values in self._statements[type(row)](row, position):
                done = await connection.execute(query, *values)
                # What the change says has ended must end by it: nobody else may have come first.
                # Only a new incarnation may find no follower to wait for.
                assert done != "UPDATE 0" or isinstance(row, rows.NewIncarnation), type(
                    row
                ).__name__
            if isinstance(row, rows.NewDocument):
                for key in keys:
                    filed = (key.epoch, digest(row.document, key), row.document_id)
                    await connection.execute(self._queries.insert_digest, *filed)

    def _court(self, row: rows.NewCourt, position: int) -> Iterator[Statement]:
        yield self._queries.insert_court, (*_court_values(row), position)

    def _returned_court(self, row: rows.ReturnedCourt, position: int) -> Iterator[Statement]:
        yield self._queries.return_court, (*_court_values(row.court), position)

    def _higher_court(self, row: rows.HigherCourt, position: int) -> Iterator[Statement]:
        yield self._queries.set_higher_court, (row.court_code, row.higher_court_code, position)

    def _retired_court(self, row: rows.RetiredCourt, position: int) -> Iterator[Statement]:
        yield self._queries.retire_court, (row.court_code, position)

    def _officer(self, row: rows.NewOfficer, position: int) -> Iterator[Statement]:
        name = self._sealer.seal(row.name.encode(), f"officer/{row.person_id}")
        values = (row.person_id, row.role, row.court_code, name, position)
        yield self._queries.keep_officer, values

    def _retired_officer(self, row: rows.RetiredOfficer, position: int) -> Iterator[Statement]:
        values = (row.person_id, row.role, row.court_code, position)
        yield self._queries.retire_officer, values

    def _key(self, row: rows.NewKey, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_key,
            (
                row.key_id,
                row.person_id,
                row.court_code,
                row.purpose,
                row.algorithm,
                row.public_key,
                position,
            ),
        )

    def _retired_key(self, row: rows.RetiredKey, position: int) -> Iterator[Statement]:
        yield self._queries.retire_key, (row.key_id, position)

    def _partner(self, row: rows.KeptPartner, position: int) -> Iterator[Statement]:
        values = (row.partner_id, row.name, list(row.fields), row.push_address, position)
        yield self._queries.keep_partner, values

    def _retired_partner(self, row: rows.RetiredPartner, position: int) -> Iterator[Statement]:
        yield self._queries.retire_partner, (row.partner_id, position)

    def _rating(self, row: rows.NewRating, position: int) -> Iterator[Statement]:
        values = (row.partner_id, row.site_code, row.stars, row.first_on, row.last_on, position)
        yield self._queries.insert_rating, values

    def _go_live(self, row: rows.SetGoLive, position: int) -> Iterator[Statement]:
        yield self._queries.set_go_live, (row.court_code, row.go_live_on, position)

    def _subject(self, row: rows.NewSubject, position: int) -> Iterator[Statement]:
        facts = self._sealer.seal(row.facts, f"subject/{row.subject_id}")
        yield self._queries.insert_subject, (row.subject_id, row.kind, facts, position)

    def _document(self, row: rows.NewDocument, position: int) -> Iterator[Statement]:
        document = row.document
        number = self._sealer.seal(document.number.encode(), f"document/{row.document_id}")
        yield (
            self._queries.insert_document,
            (
                row.document_id,
                row.subject_id,
                document.kind.value,
                document.issuing_state,
                number,
                position,
            ),
        )

    def _used_preparation(self, row: rows.UsedPreparation, position: int) -> Iterator[Statement]:
        yield self._queries.use_preparation, (row.preparation_id, position)

    def _unbound(self, row: rows.UnboundDocument, position: int) -> Iterator[Statement]:
        yield self._queries.unbind_document, (row.document_id, position)
        yield self._queries.delete_digests, (row.document_id,)
        yield self._queries.delete_misfit_names, (row.document_id,)

    def _obligation(self, row: rows.NewObligation, position: int) -> Iterator[Statement]:
        terms = self._sealer.seal(row.terms, f"obligation/{row.obligation_id}")
        values = (row.obligation_id, row.kind, row.principal_fen, terms, position)
        yield self._queries.insert_obligation, values

    def _changed_obligation(
        self, row: rows.ChangedObligation, position: int
    ) -> Iterator[Statement]:
        yield self._queries.change_obligation, (row.obligation_id, row.performed, position)

    def _case(self, row: rows.NewCase, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_case,
            (row.case_number, row.obligation_id, row.court_code, row.raw, row.filed_on, position),
        )

    def _debtor(self, row: rows.NewDebtor, position: int) -> Iterator[Statement]:
        yield self._queries.insert_debtor, (row.obligation_id, row.subject_id, position)

    def _listing(self, row: rows.NewListing, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_listing,
            (
                row.listing_id,
                row.subject_id,
                row.obligation_id,
                row.court_code,
                row.case_number,
                row.case_number_raw,
                row.decision_number,
                row.decided_on,
                row.ground,
                row.start_at,
                row.term_end_at,
                self._sealer.seal(row.text, f"listing/{row.listing_id}"),
                position,
            ),
        )

    def _corrected(self, row: rows.CorrectedListing, position: int) -> Iterator[Statement]:
        text = self._sealer.seal(row.text, f"listing/{row.listing_id}")
        values = (row.listing_id, row.decision_number, text, position)
        yield self._queries.correct_listing, values

    def _ended_listing(self, row: rows.EndedListing, position: int) -> Iterator[Statement]:
        values = (row.listing_id, row.ended_at, row.kind, row.cause, position)
        yield self._queries.end_listing, values

    def _voided_listing(self, row: rows.VoidedListing, position: int) -> Iterator[Statement]:
        yield self._queries.void_listing, (row.listing_id, row.kind, row.cause, position)

    def _order(self, row: rows.NewOrder, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_order,
            (
                row.order_id,
                row.subject_id,
                row.obligation_id,
                row.court_code,
                row.case_number,
                row.listing_id,
                row.order_number,
                row.decided_on,
                list(row.items),
                row.start_at,
                row.period_end_at,
                row.review_at,
                self._sealer.seal(row.text, f"order/{row.order_id}"),
                position,
            ),
        )

    def _ended_order(self, row: rows.EndedOrder, position: int) -> Iterator[Statement]:
        values = (row.order_id, row.ended_at, row.kind, row.cause, position)
        yield self._queries.end_order, values

    def _pass(self, row: rows.NewPass, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_pass,
            (
                row.pass_id,
                row.order_id,
                list(row.items),
                row.first_on,
                row.last_on,
                row.start_at,
                row.end_at,
                row.cause,
                row.decision_number,
                position,
            ),
        )

    def _withdrawn_pass(self, row: rows.WithdrawnPass, position: int) -> Iterator[Statement]:
        yield self._queries.withdraw_pass, (row.pass_id, position)

    def _statement(self, row: rows.NewStatement, position: int) -> Iterator[Statement]:
        payee = self._sealer.seal(row.payee.encode(), f"statement/{row.statement_id}")
        yield (
            self._queries.insert_statement,
            (row.statement_id, row.obligation_id, row.sum_fen, row.good_until, payee, position),
        )

    def _repayment(self, row: rows.NewRepayment, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_repayment,
            (
                row.repayment_id,
                row.obligation_id,
                row.amount_fen,
                row.paid_on,
                row.receipt_number,
                row.statement_id,
                position,
            ),
        )

    def _reversed(self, row: rows.ReversedRepayment, position: int) -> Iterator[Statement]:
        yield self._queries.reverse_repayment, (row.repayment_id, position)

    def _task(self, row: rows.NewTask, position: int) -> Iterator[Statement]:
        values = (row.task_id, row.kind, row.court_code, row.basis_id, row.obligation_id, position)
        yield self._queries.insert_task, values

    def _closed_task(self, row: rows.ClosedTask, position: int) -> Iterator[Statement]:
        yield self._queries.close_task, (row.task_id, position)

    def _judged_names(self, row: rows.JudgedNames, position: int) -> Iterator[Statement]:
        yield self._queries.judge_misfit_names, (row.task_id, position)

    def _unsettled(self, row: rows.NewUnsettledEnding, position: int) -> Iterator[Statement]:
        yield (
            self._queries.insert_unsettled_ending,
            (
                row.basis_id,
                row.measure,
                row.subject_id,
                row.court_code,
                row.case_number,
                row.reported_by,
                row.lost_incarnation,
                row.lost_position,
                row.task_id,
                row.void_from_start,
                position,
                row.document_id,
            ),
        )

    def _settled(self, row: rows.SettledEnding, position: int) -> Iterator[Statement]:
        yield self._queries.settle_ending, (row.basis_id, position)

    def _incarnation(self, _row: rows.NewIncarnation, _position: int) -> Iterator[Statement]:
        yield self._queries.await_followers, ()

    def _epoch(self, row: rows.NewEpoch, position: int) -> Iterator[Statement]:
        yield self._queries.open_epoch, (row.epoch, row.algorithm, row.key_id, position)

    def _switched_epoch(self, row: rows.SwitchedEpoch, position: int) -> Iterator[Statement]:
        yield self._queries.switch_epoch, (row.epoch, position)

    def _closed_epoch(self, row: rows.ClosedEpoch, position: int) -> Iterator[Statement]:
        yield self._queries.close_epoch, (row.epoch, position)

    def _signed_import(self, row: rows.SignedImport, position: int) -> Iterator[Statement]:
        yield self._queries.sign_import, (row.import_id, row.person_id, position)
        yield self._queries.notify_importer, ()

    def _undone_import(self, row: rows.UndoneImport, position: int) -> Iterator[Statement]:
        yield self._queries.undo_import, (row.import_id, row.person_id, position)
        yield self._queries.notify_importer, ()


def _court_values(row: rows.NewCourt) -> tuple[str, str, str, str | None]:
    return row.court_code, row.name, row.contact, row.higher_court_code or None

"""What the first of two people has looked at, kept for the second: bindings of documents."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from authority.caller import Actor
from chassis.errors import FieldViolation, ServiceError, invalid_request, name_of
from chassis.postgres import Postgres
from chassis.stores.faults import Connection
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.identity.v1 import document_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document.digest import DigestKey
from registry.acts.scope import require_case_on, require_other_person, require_own
from registry.commands import Binding
from registry.desk import Desk
from registry.errors import not_found
from registry.offices import Offices
from registry.queries import ActQueries
from registry.records import PreparationRecord
from registry.sealing import Sealer

GOOD_FOR: Final = timedelta(days=30)
"""How long a preparation waits: evidence that nobody has looked at since is looked at anew."""

_COMPARED: Final = ("subject_id", "document", "evidence_reference")


class Preparing:
    """Keeps bindings that wait for a second person. No act: nothing takes effect by it."""

    def __init__(
        self,
        *,
        postgres: Postgres,
        queries: ActQueries,
        sealer: Sealer,
        digest_keys: Sequence[DigestKey],
    ) -> None:
        self._postgres = postgres
        self._queries = queries
        self._sealer = sealer
        self._digest_keys = digest_keys
        self._offices = Offices()

    async def prepare(self, actor: Actor, request_id: str, binding: Binding) -> UUID:
        """The preparation's id; the same for the same request again.

        Raises ServiceError ACTOR_UNKNOWN, NOT_FOUND, COURT_REFUSED, REQUEST_ID_REUSED, STORE_UNAVAILABLE.
        """
        preparation_id = _id_of(actor, request_id)
        content = _content(binding).SerializeToString(deterministic=True)

        async def work(connection: Connection) -> None:
            await self._offices.keep(connection, actor)
            desk = Desk(
                connection=connection,
                queries=self._queries,
                sealer=self._sealer,
                digest_keys=self._digest_keys,
                now=await connection.fetchval(self._queries.transaction_time),
            )
            if await desk.hold_subject(binding.subject_id) is None:
                raise not_found("subject", "subject_id")
            await require_case_on(desk, actor, binding.subject_id)
            await desk.keep_preparation(
                preparation_id,
                subject_id=binding.subject_id,
                binding=content,
                prepared_by=actor.person_id,
                court_code=actor.court_code,
            )
            kept = await desk.hold_preparation(preparation_id)
            assert kept is not None, "it was put there"
            if kept.binding != content:
                raise _reused()

        await self._postgres.transaction(work)
        return preparation_id


def _id_of(actor: Actor, request_id: str) -> UUID:
    """From who asks and her request_id, so that a repetition meets what it has left before.

    Nothing of the person who is bound is in it, and whoever guesses it may do no more: no key is needed.
    """
    asked = f"{actor.court_code}|{actor.person_id}|{request_id}"
    return UUID(bytes=hashlib.sha256(b"courtlist.preparation.v2\0" + asked.encode()).digest()[:16])


async def hold_preparation(desk: Desk, actor: Actor, binding: Binding) -> PreparationRecord:
    """The preparation of a binding by another person at the actor's court, held until commit.

    Raises ServiceError NOT_FOUND for one that is not there, is done or has waited too long;
    COURT_REFUSED, SAME_PERSON; INVALID_REQUEST where something else was prepared.
    """
    assert binding.preparation_id is not None, "required of a binding"
    held = await desk.hold_preparation(binding.preparation_id)
    if held is None or held.used or held.prepared_at + GOOD_FOR <= desk.now:
        raise not_found("preparation", "preparation_id")
    require_own(actor, held.court_code, "preparation")
    require_other_person(actor, held.prepared_by, "prepared the binding")
    prepared, asked = rpc.PrepareBindingRequest.FromString(held.binding), _content(binding)
    differing = [one for one in _COMPARED if getattr(prepared, one) != getattr(asked, one)]
    if differing:
        raise invalid_request([_differs(field) for field in differing])
    return held


def _content(binding: Binding) -> rpc.PrepareBindingRequest:
    """A binding as it is compared: the number as it was read, however it was typed."""
    document = binding.document
    return rpc.PrepareBindingRequest(
        subject_id=str(binding.subject_id),
        document=document_pb2.Document(
            kind=document_pb2.DocumentKind.Value(f"DOCUMENT_KIND_{document.kind.value}"),
            issuing_state=document.issuing_state,
            number=document.number,
        ),
        evidence_reference=binding.evidence,
    )


def _differs(field: str) -> FieldViolation:
    return FieldViolation(
        field,
        name_of(reasons.ERROR_REASON_FIELD_INVALID),
        "is not what was prepared; compare both with the case file, and have it prepared anew if this is right",
    )


def _reused() -> ServiceError:
    return ServiceError(
        reasons.ERROR_REASON_REQUEST_ID_REUSED,
        "request_id was used for another binding; nothing was done - give this one a new id",
    )

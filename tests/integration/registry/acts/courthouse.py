"""Two courts at a running registry, and what must hold whenever one of their acts is refused.

A refusal leaves the record exactly as it was, names fields that the request has, and repeats neither
a name nor a number nor any text of the request.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

import asyncpg
import grpc
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.message import Message

from chassis.errors import RemoteError
from chassis.wire.status import parse
from courtlist.identity.v1 import document_pb2
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.ledger.v1 import ledger_service_pb2_grpc
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import (
    admin_service_pb2_grpc,
    listing_pb2,
    obligation_pb2,
    order_pb2,
    registry_service_pb2_grpc,
)
from courtlist.registry.v1 import registry_service_pb2 as rpc
from document import DigestKey
from registry.law.days import legal_day
from stack.office import (
    OPERATOR,
    Metadata,
    Registry,
    acting,
    binding,
    request_id,
    second_of,
)
from stack.papers import Court, Papers, Person, day, yuan
from tests.eventually import LIMIT_S
from tests.integration.registry.acts.secrecy import (
    check_nothing_personal,
    digests_of,
    personal_texts,
)
from tests.integration.registry.acts.violations import check_fields_exist
from tests.registry_server import RegistryServer

T = TypeVar("T")

FIRST: Final = Court("京0199", "示例市第一人民法院", "010-0000 0001")
SECOND: Final = Court("沪0188", "示例市第二人民法院", "021-0000 0002")

_DONE_BY_A_JUDGE: Final = (
    rpc.BindDocumentRequest,
    rpc.UnbindDocumentRequest,
    rpc.CloseTaskRequest,
    rpc.ReverseRepaymentRequest,
    rpc.RecordActPerformedRequest,
    rpc.EndListingRequest,
    rpc.RevokeListingRequest,
    rpc.CorrectListingRequest,
    rpc.LiftOrderRequest,
    rpc.GrantPassRequest,
    rpc.WithdrawPassRequest,
)
_DONE_BY_A_PRESIDENT: Final = (
    admin.SetGoLiveRequest,
    admin.EnrolOfficerRequest,
    admin.RetireOfficerRequest,
    admin.EnrolKeyRequest,
    admin.RetireKeyRequest,
    admin.ListOfficersRequest,
)
_DONE_BY_OPERATORS: Final = (
    admin.EnrolCourtRequest,
    admin.RetireCourtRequest,
    admin.EnrolPartnerRequest,
    admin.RetirePartnerRequest,
    admin.RecordRatingRequest,
)

# One count for the whole run: no two tests ever meet at a person or a case.
_serials: Final = itertools.count(1)


def next_serial() -> int:
    return next(_serials)


@dataclass
class Hold:
    """A row's lock held in a test's own transaction."""

    connection: "asyncpg.Connection[asyncpg.Record]"

    def start(self, call: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        return asyncio.create_task(call)

    async def is_awaited(self) -> bool:
        """Whether somebody waits for what this transaction holds."""
        found = await self.connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(found)


@dataclass
class CourtHouse:
    """Both courts' desks. `secrets` grows with every request that is sent.

    What goes through `registry` is signed on its way, and through `unsigned` not.
    """

    registry: Registry
    feed: ledger_service_pb2_grpc.LedgerServiceStub
    unsigned: Registry
    connection: "asyncpg.Connection[asyncpg.Record]"
    digest_key: DigestKey
    today: date
    secrets: set[str] = field(default_factory=set)

    @classmethod
    def over(
        cls, server: RegistryServer, connection: "asyncpg.Connection[asyncpg.Record]"
    ) -> "CourtHouse":
        """At a running registry, with a connection to its database."""
        return cls(
            registry=Registry.over(server.channel),
            feed=ledger_service_pb2_grpc.LedgerServiceStub(server.channel),
            unsigned=Registry(
                registry_service_pb2_grpc.RegistryServiceStub(server.channel),
                admin_service_pb2_grpc.AdminServiceStub(server.channel),
            ),
            connection=connection,
            digest_key=server.keyring.digest_keys[0],
            today=legal_day(datetime.now(UTC)),
        )

    def papers(self, court: Court = FIRST) -> Papers:
        return Papers.of(court, today=self.today)

    def person(self) -> Person:
        return Person(next_serial())

    def case(self, court: Court = FIRST, kind: str = "执") -> str:
        """The number of a case that no test has used."""
        return f"（2025）{court.code}{kind}{next_serial()}号"

    # ------------------------------------------------------------------------------- requests

    def entry(self, court: Court = FIRST, **changes: Any) -> rpc.EnterListingRequest:
        """A lawful entry of a fresh person in a fresh case."""
        given = {
            "request_id": request_id(),
            "subject": self.person().subject,
            "case_number": self.case(court),
        }
        return self.papers(court).entry(**{**given, **changes})

    def restriction(self, court: Court = FIRST, **changes: Any) -> rpc.IssueOrderRequest:
        """A lawful order alone on a fresh person in a fresh case."""
        obligation_id = changes.pop("obligation_id", "")
        given = {
            "request_id": request_id(),
            "subject": self.person().subject,
            "case_number": self.case(court),
        }
        request = self.papers(court).restriction(**{**given, **changes})
        if obligation_id:
            request.obligation_id = obligation_id
        return request

    def statement(
        self, obligation_id: str, owed_yuan: int = 10_000, good_until: date | None = None
    ) -> rpc.IssuePayoffStatementRequest:
        return rpc.IssuePayoffStatementRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            sum=yuan(owed_yuan),
            good_until=day(good_until or self.today),
            payee="法院案款专户",
        )

    def payment(
        self,
        obligation_id: str,
        paid_yuan: int,
        *,
        paid_on: date | None = None,
        receipt: str = "",
        statement_id: str = "",
    ) -> rpc.RecordRepaymentRequest:
        return rpc.RecordRepaymentRequest(
            request_id=request_id(),
            obligation_id=obligation_id,
            amount=yuan(paid_yuan),
            paid_on=day(paid_on or self.today),
            receipt_number=receipt or f"R-{next_serial()}",
            statement_id=statement_id,
        )

    def court(self, **changes: Any) -> admin.EnrolCourtRequest:
        """A court that no test has enrolled."""
        given = {
            "request_id": request_id(),
            "court_code": f"新{next_serial():04d}",
            "name": "示例市第三人民法院",
            "contact": "0991-0000 0003",
        }
        return admin.EnrolCourtRequest(**{**given, **changes})

    def officer(self, **changes: Any) -> admin.EnrolOfficerRequest:
        """A clerk of the first court whom no test has enrolled."""
        given = {
            "request_id": request_id(),
            "person_id": f"clerk-{next_serial()}-of-a-test",
            "name": "测试人员",
            "role": ledger.ROLE_CLERK,
            "court_code": FIRST.code,
        }
        return admin.EnrolOfficerRequest(**{**given, **changes})

    def key(self, person_id: str, /, **changes: Any) -> admin.EnrolKeyRequest:
        """A fresh key with which a person of the first court can say who she is."""
        given = {
            "request_id": request_id(),
            "person_id": person_id,
            "court_code": FIRST.code,
            "key_id": f"key-{next_serial()}",
            "purpose": ledger.KEY_PURPOSE_ASSERT,
            "algorithm": "ed25519",
            "public_key": Ed25519PrivateKey.generate().public_key().public_bytes_raw(),
        }
        return admin.EnrolKeyRequest(**{**given, **changes})

    # ------------------------------------------------------------------------------- calls

    async def do(
        self, request: Message, *, court: Court = FIRST, role: str = "", who: Metadata | None = None
    ) -> Any:
        """Send a request as the court's officer whose act it is, or as `role`, or as `who`."""
        self.secrets.update(
            personal_texts(request), digests_of(request, self.digest_key, self.today)
        )
        return await self.send(request, acting_as(request, court, role) if who is None else who)

    async def send(self, request: Message, who: Metadata) -> Any:
        """Send a request as it is."""
        name = type(request).__name__.removesuffix("Request")
        courts, operators = self.registry.courts, self.registry.operators
        stub = getattr(courts if hasattr(courts, name) else operators, name)
        return await stub(request, metadata=who, timeout=LIMIT_S)

    async def refused(
        self, request: Message, *, court: Court = FIRST, role: str = "", who: Metadata | None = None
    ) -> RemoteError:
        """Send a request that must be refused; see the head of this file for what is checked."""
        before = await self.record()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.do(request, court=court, role=role, who=who)
        error = parse(caught.value)
        assert error.code is not grpc.StatusCode.INTERNAL, error.message
        assert await self.record() == before, "a refused act left something behind"
        check_fields_exist(error, request)
        check_nothing_personal(error, self.secrets)
        return error

    async def refused_as_it_is(self, request: Message) -> RemoteError:
        """As `refused`, of a request that nobody signs on its way."""
        return await replace(self, registry=self.unsigned).refused(request)

    async def enter(self, court: Court = FIRST, **changes: Any) -> rpc.EnterListingResponse:
        """Enter a fresh person, lawfully."""
        reply: rpc.EnterListingResponse = await self.do(self.entry(court, **changes), court=court)
        return reply

    async def prepared(
        self, subject_id: str, document: document_pb2.Document, court: Court = FIRST
    ) -> rpc.BindDocumentRequest:
        """A binding that the court's clerk has prepared, for its judge."""
        prepared = binding(subject_id, document)
        reply = await self.do(prepared, court=court)
        return second_of(prepared, reply.preparation_id)

    async def bind(
        self, subject_id: str, document: document_pb2.Document, court: Court = FIRST
    ) -> rpc.BindDocumentResponse:
        """Bind a further document, by two people of the court."""
        reply: rpc.BindDocumentResponse = await self.do(
            await self.prepared(subject_id, document, court), court=court
        )
        return reply

    async def listing(self, listing_id: str) -> listing_pb2.Listing:
        request = rpc.GetListingRequest(
            listing_id=listing_id, consistency=rpc.Consistency(fully_consistent=True)
        )
        return (await self.do(request)).listing

    async def order(self, order_id: str) -> order_pb2.Order:
        request = rpc.GetOrderRequest(
            order_id=order_id, consistency=rpc.Consistency(fully_consistent=True)
        )
        return (await self.do(request)).order

    async def obligation(self, obligation_id: str) -> obligation_pb2.Obligation:
        return (await self.do(rpc.GetObligationRequest(obligation_id=obligation_id))).obligation

    async def standing(self, document: document_pb2.Document) -> rpc.GetStandingResponse:
        reply: rpc.GetStandingResponse = await self.do(
            rpc.GetStandingRequest(
                document=document, consistency=rpc.Consistency(fully_consistent=True)
            )
        )
        return reply

    async def effects(self, position: int) -> list[ledger.Effect]:
        """What the change at a position says."""
        body = await self.connection.fetchval(
            "SELECT body FROM change WHERE position = $1", position
        )
        return list(ledger.ChangeBody.FromString(body).effects)

    @asynccontextmanager
    async def recorded_a_day_earlier(self, position: int) -> AsyncIterator[None]:
        """As if the change at a position had been recorded yesterday."""
        shift = "UPDATE change SET recorded_at = recorded_at + $2::int * interval '1 day' WHERE position = $1"
        await self.connection.execute(shift, position, -1)
        yield
        await self.connection.execute(shift, position, 1)

    @asynccontextmanager
    async def held(self, table: str, key: str) -> AsyncIterator[Hold]:
        """Hold one row's lock as another act would; what `Hold` did is committed at the end."""
        transaction = self.connection.transaction()
        await transaction.start()
        await self.connection.execute(
            f"SELECT 1 FROM {table} WHERE {table}_id = $1::uuid FOR UPDATE", key
        )
        yield Hold(self.connection)
        await transaction.commit()

    async def record(self) -> Mapping[str, int]:
        """What is stored: rows by table, the head, and a sum over every row that acts can change."""
        return dict(await self.connection.fetchrow(_RECORD))  # type: ignore[arg-type]


def _record_query() -> str:
    kept = (
        "change",
        "request",
        "subject",
        "document",
        "document_digest",
        "rating",
        "used_signature",
    )
    changed = (
        *("obligation", "listing", "consumption_order", "repayment", "task", "statement"),
        *("court", "officer", "officer_key", "pass", "partner", "binding_preparation"),
    )
    joined = ("obligation_case", "obligation_debtor")
    counts = [f"(SELECT count(*) FROM {table}) AS {table}" for table in (*kept, *joined)]
    sums = [
        f"(SELECT coalesce(sum(hashtext(one::text)::bigint), 0)::bigint FROM {table} AS one)"
        f" AS {table}_content"
        for table in changed
    ]
    return f"SELECT {', '.join((*counts, *sums))}, position AS head FROM ledger_head"


_RECORD: Final = _record_query()


def acting_as(request: Message, court: Court, role: str) -> Metadata:
    """The metadata of an officer of `court`: in `role`, else in the one whose act this is."""
    if not role and isinstance(request, _DONE_BY_OPERATORS):
        return OPERATOR
    if not role and isinstance(request, _DONE_BY_A_PRESIDENT):
        role = "president"
    role = role or ("judge" if isinstance(request, _DONE_BY_A_JUDGE) else "clerk")
    return acting(getattr(court, role), role, court)

"""QueryService: tells a person concerned, through a court, and an auditor who asked."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from authority.caller import actor
from chassis.clock import Clock
from chassis.errors import FieldViolation, invalid_request
from chassis.server import Registration
from chassis.wire.pages import PageTokens, page_size
from courtlist.restriction.v1 import query_service_pb2 as pb
from courtlist.restriction.v1 import query_service_pb2_grpc
from document import InvalidDocument, digest, parse
from document.mention import may_hold_citizen_number
from restriction.asking.query_message import count_to, cursor_of, place_from, query_to
from restriction.asking.query_store import PostgresQueryStore
from restriction.asking.retention import Retention
from restriction.days import legal_day
from restriction.keyring import CurrentGateKeys
from restriction.model import Measure, Query
from restriction.serving.reading import day_violations, kind_of, read_day

LISTED_MAX: Final = 1000
PAGE_DEFAULT: Final = 500
PAGE_MAX: Final = 1000
COUNTS_MAX: Final = 100_000
DAYS_MAX: Final = 366
PERSON_CONCERNED: Final = "PERSON_CONCERNED"
"""The purpose under which it is logged that a court told somebody."""
_REFERENCE_CHARS_MAX: Final = 200
_PARTNER_CHARS_MAX: Final = 100
_PERSON_PAGES: Final = b"courtlist.qrypag"


def page_tokens(secrets: Callable[[], Sequence[bytes]]) -> PageTokens:
    """Tokens under keys derived from secrets that all processes of the field share, the one in use first."""

    def derived(secret: bytes) -> bytes:
        return hashlib.blake2b(key=secret, digest_size=32, person=_PERSON_PAGES).digest()

    return PageTokens(keys=lambda: [derived(one) for one in secrets()])


class QueryServicer(query_service_pb2_grpc.QueryServiceServicer):
    """Reads the field's log; who may is in authority/table.py.

    `keys` are those of the epochs at work; `measure` is the policy's.
    """

    def __init__(
        self,
        *,
        store: PostgresQueryStore,
        retention: Retention,
        keys: CurrentGateKeys,
        measure: Measure,
        tokens: PageTokens,
        clock: Clock,
    ) -> None:
        self._store = store
        self._retention = retention
        self._keys = keys
        self._measure = measure
        self._tokens = tokens
        self._clock = clock

    async def ListQueries(
        self, request: pb.ListQueriesRequest, context: Any
    ) -> pb.ListQueriesResponse:
        """Tell who asked about a document, and log that it was told, in one transaction."""
        del context
        digests = self._digests(request)
        acting = actor()
        told = Query(
            decision_id=str(self._clock.uuid()),
            decided_at=self._clock.now(),
            partner_id=f"court/{acting.court_code}",
            purpose=PERSON_CONCERNED,
            product="QUERIES",
            answer=None,
            digest=digests[0],
            epoch=self._keys.digest_keys[0].epoch,
            person_id=acting.person_id,
            reference=request.request_reference,
        )
        rows = await self._store.tell(told, digests, LISTED_MAX)
        reply = pb.ListQueriesResponse(queries=[query_to(row, self._measure) for row in rows])
        reply.kept_since_time.FromDatetime(self._retention.queries_kept_since)
        return reply

    async def ReadQueries(
        self, request: pb.ReadQueriesRequest, context: Any
    ) -> pb.ReadQueriesResponse:
        """A page of the log, oldest first."""
        del context
        size = page_size(request.page_size, default=PAGE_DEFAULT, most=PAGE_MAX)
        if len(request.partner_id) > _PARTNER_CHARS_MAX or not request.partner_id.isprintable():
            raise invalid_request(
                [FieldViolation("partner_id", "FIELD_INVALID", "is no partner's; leave it out")]
            )
        narrowed = request.partner_id.encode()
        place = place_from(self._tokens.read(request.page_token, query=narrowed))
        rows = await self._store.read_queries(request.partner_id, place, size + 1)
        reply = pb.ReadQueriesResponse(
            queries=[query_to(row, self._measure) for row in rows[:size]]
        )
        if len(rows) > size:
            cursor = cursor_of(rows[size - 1])
            reply.next_page_token = self._tokens.issue(query=narrowed, cursor=cursor)
        return reply

    async def ReadQueryCounts(
        self, request: pb.ReadQueryCountsRequest, context: Any
    ) -> pb.ReadQueryCountsResponse:
        """How often partners asked, day by day."""
        del context
        first, last = read_day(request.first_day), read_day(request.last_day)
        violations = list(_days_violations(request, first, last))
        if violations or first is None or last is None:
            raise invalid_request(violations)
        rows = await self._store.read_counts(first, last, COUNTS_MAX)
        return pb.ReadQueryCountsResponse(counts=[count_to(row, self._measure) for row in rows])

    def _digests(self, request: pb.ListQueriesRequest) -> list[bytes]:
        """The document under every key; raises ServiceError INVALID_REQUEST with every wrong field."""
        given, today = request.document, legal_day(self._clock.now())
        violations = list(_reference_violations(request.request_reference))
        try:
            document = parse(kind_of(given), given.issuing_state, given.number, today)
        except InvalidDocument:
            unread = (
                FieldViolation("document", "FIELD_INVALID", "cannot be right; read it again")
                if request.HasField("document")
                else FieldViolation("document", "FIELD_REQUIRED", "is absent; give the person's")
            )
            raise invalid_request([unread, *violations]) from None
        if violations:
            raise invalid_request(violations)
        return [digest(document, key) for key in self._keys.digest_keys]


def register(servicer: QueryServicer) -> Registration:
    """The servicer, ready to be added to a server."""
    add = query_service_pb2_grpc.add_QueryServiceServicer_to_server
    full_name = pb.DESCRIPTOR.services_by_name["QueryService"].full_name
    return Registration(full_name, partial(add, servicer))


def _reference_violations(reference: str) -> Iterator[FieldViolation]:
    if not reference.strip():
        yield FieldViolation(
            "request_reference", "FIELD_REQUIRED", "is absent; give where the request is filed"
        )
    elif len(reference) > _REFERENCE_CHARS_MAX or not reference.isprintable():
        yield FieldViolation(
            "request_reference",
            "FIELD_INVALID",
            f"is not 1 to {_REFERENCE_CHARS_MAX} printable characters; give the file's number",
        )
    elif may_hold_citizen_number(reference):
        yield FieldViolation(
            "request_reference",
            "FIELD_INVALID",
            "holds 15 figures in a row, as identity numbers do, and is kept as it is; give the file's number",
        )


def _days_violations(
    request: pb.ReadQueryCountsRequest, first: date | None, last: date | None
) -> Iterator[FieldViolation]:
    yield from day_violations(request, "first_day", "the first day")
    yield from day_violations(request, "last_day", "the last day")
    if first and last and not 0 <= (last - first).days <= DAYS_MAX:
        yield FieldViolation(
            "last_day",
            "FIELD_INVALID",
            f"is not 0 to {DAYS_MAX} days after first_day; read a longer time in parts",
        )

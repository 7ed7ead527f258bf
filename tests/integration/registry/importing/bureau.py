"""A court that imports: its clerk, a second person and its president, and an importer beside them."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import asyncpg

from chassis.cache import CacheSettings, PositionedCache
from chassis.clock import SystemClock
from chassis.postgres import Postgres, PostgresSettings
from chassis.stores.notifications import Notifications
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import import_service_pb2 as rpc
from courtlist.registry.v1 import import_service_pb2_grpc
from registry.current_keyring import CurrentKeyring
from registry.feed.feed_queries import FeedQueries
from registry.feed.ledger_reader import LedgerReader
from registry.importer import CHANNEL
from registry.importing.labour import DoneHere
from registry.importing.queries import ImportQueries
from registry.importing.steps import ImportStep
from registry.importing.wiring import ImportParts
from registry.importing.worker import Importer
from registry.keyring import Keyring
from registry.reading.record_cache import RecordCache
from registry.wiring import SCHEMA
from stack.office import Metadata, Registry, acting, request_id
from stack.papers import Court, Person, day
from stack.signing import signature
from tests.builders import records_sha256
from tests.eventually import LIMIT_S, eventually
from tests.registry_server import RegistryServer

COURT: Final = Court("京0199", "示例市第一人民法院", "010-0000 0001")
OTHER: Final = Court("沪0188", "示例市第二人民法院", "021-0000 0002")
SECOND_CLERK: Final = COURT.judge

Fields = Mapping[str, str | None]


@dataclass
class Bureau:
    """One court's calls of ImportService, and the record behind them."""

    server: RegistryServer
    dsn: str
    redis_url: str
    connection: "asyncpg.Connection[asyncpg.Record]"
    today: date
    court: Court = COURT
    serial: int = 0
    # What stands between the records of its files.
    between: bytes = b"\n"
    # What the clerk has of each import.
    handed_in: dict[str, Sequence[bytes]] = field(default_factory=dict)

    @property
    def stub(self) -> import_service_pb2_grpc.ImportServiceStub:
        return import_service_pb2_grpc.ImportServiceStub(self.server.channel)

    @property
    def registry(self) -> Registry:
        return Registry.over(self.server.channel)

    @property
    def clerk(self) -> Metadata:
        return acting(self.court.clerk, "clerk", self.court)

    @property
    def second(self) -> Metadata:
        return acting(self.court.judge, "judge", self.court)

    @property
    def president(self) -> Metadata:
        return acting(self.court.president, "president", self.court)

    # ---------------------------------------------------------------------------------- rows

    def row(self, **changes: str | None) -> dict[str, str]:
        """A whole row of a fresh person in a fresh case; None takes a field away."""
        self.serial += 1
        person = Person(self.serial)
        decided_on = self.today - timedelta(days=200)
        case = f"（2025）{self.court.code}执{self.serial}号"
        case = str(changes.get("caseCode") or case)
        fields: dict[str, str | None] = {
            "caseCode": case,
            "regDate": "20250102",
            "courtName": self.court.name,
            "areaName": "示例省",
            "partyTypeName": "0",
            "iname": person.name,
            "sexy": "男性",
            "cardNum": person.resident_id.number,
            "gistId": f"（2024）{self.court.code}民初{self.serial}号",
            "gistUnit": self.court.name,
            "duty": "偿还借款本金及利息",
            "performance": "全部未履行",
            "disruptTypeName": "违反财产报告制度",
            "owedAmount": "12345.67",
            "decisionNumber": f"{case}之{self.serial}",
            "decidedOn": f"{decided_on}",
            "serviceMode": "POST",
            "servedOn": f"{decided_on + timedelta(days=2)}",
            "serviceProof": "卷宗第 6 页",
            "termEnd": f"{_years_on(decided_on, 2)}",
            "orderNumber": f"{case}限消令{self.serial}",
            "orderDecidedOn": f"{decided_on}",
            "orderServiceMode": "POST",
            "orderServedOn": f"{decided_on + timedelta(days=2)}",
            "orderServiceProof": "卷宗第 7 页",
            "orderItems": "1,2,9",
            "orderReviewOn": f"{_years_on(decided_on, 2)}",
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def untermed(self, **changes: str | None) -> dict[str, str]:
        """A row on ground 1: paying in full ends its listing at once."""
        return self.row(
            **{
                "disruptTypeName": "有履行能力而拒不履行生效法律文书确定义务",
                "abilityFinding": "ABLE",
                "termEnd": None,
                **changes,
            }
        )

    # ---------------------------------------------------------------------------------- calls

    async def begin(
        self, records: Sequence[bytes], record_format: Any = rpc.RECORD_FORMAT_JSONL
    ) -> str:
        """An import with its records staged."""
        found = await self.opened(records, record_format)
        for start in range(found.staged_count, len(records), 1000):
            await self.stage(found.import_id, records, start)
        return found.import_id

    async def opened(
        self, records: Sequence[bytes], record_format: Any = rpc.RECORD_FORMAT_JSONL
    ) -> rpc.Import:
        """An import of these records, as many as are staged of it."""
        begun = await self.stub.BeginImport(
            rpc.BeginImportRequest(
                format=record_format,
                file_sha256=hashlib.sha256(self.between.join(records)).digest(),
                record_count=len(records),
                file_name="register.jsonl",
            ),
            metadata=self.clerk,
        )
        found: rpc.Import = getattr(begun, "import")
        self.handed_in[found.import_id] = records
        return found

    async def stage(
        self,
        import_id: str,
        records: Sequence[bytes],
        start: int = 0,
        who: Metadata | None = None,
    ) -> int:
        """A thousand records from `start`, by the clerk or by `who`."""
        if who is None:
            self.handed_in[import_id] = records
        reply = await self.stub.StageRecords(
            rpc.StageRecordsRequest(
                import_id=import_id,
                first_record=start + 1,
                records=[
                    rpc.Record(raw=raw, line=line, before=self.between if line > 1 else b"")
                    for line, raw in enumerate(records[start : start + 1000], start + 1)
                ],
            ),
            metadata=who or self.clerk,
        )
        staged: int = reply.staged_count
        return staged

    async def prepare(self, import_id: str) -> None:
        request = rpc.PrepareImportRequest(
            import_id=import_id, records_sha256=records_sha256(self.handed_in[import_id])
        )
        await self.stub.PrepareImport(request, metadata=self.clerk)

    async def colleague(self) -> str:
        """A second clerk of the court, who is a president of it, too; her person id."""
        person_id = "clerk-of-a-test"
        for role in (ledger.ROLE_CLERK, ledger.ROLE_PRESIDENT):
            officer = admin.EnrolOfficerRequest(
                request_id=request_id(),
                person_id=person_id,
                name="测试人员",
                role=role,
                court_code=self.court.code,
            )
            await self.registry.operators.EnrolOfficer(officer, metadata=self.president)
        return person_id

    async def get(self, import_id: str) -> rpc.Import:
        reply = await self.stub.GetImport(
            rpc.GetImportRequest(import_id=import_id), metadata=self.clerk
        )
        found: rpc.Import = getattr(reply, "import")
        return found

    async def until(self, import_id: str, state: str) -> rpc.Import:
        """Wait until the import is there."""
        wanted = rpc.ImportState.Value(f"IMPORT_STATE_{state}")

        async def there() -> bool:
            return (await self.get(import_id)).state == wanted

        await eventually(there)
        return await self.get(import_id)

    async def sample(self, import_id: str) -> rpc.ReadSampleResponse:
        reply: rpc.ReadSampleResponse = await self.stub.ReadSample(
            rpc.ReadSampleRequest(import_id=import_id, limit=1000), metadata=self.second
        )
        return reply

    async def approve(self, import_id: str) -> None:
        """The second person finds the whole sample to agree."""
        sample = await self.sample(import_id)
        await self.stub.ApproveImport(
            rpc.ApproveImportRequest(
                import_id=import_id,
                manifest_hash=sample.manifest_hash,
                agreeing_rows=[one.row_number for one in sample.rows],
            ),
            metadata=self.second,
        )

    async def sign(self, import_id: str) -> rpc.SignImportResponse:
        request = await self.signing(import_id)
        reply: rpc.SignImportResponse = await self.stub.SignImport(request, metadata=self.president)
        return reply

    async def signing(self, import_id: str, manifest_hash: bytes = b"") -> rpc.SignImportRequest:
        """The manifest as it is, or another one, with the president's signature."""
        found = await self.get(import_id)
        request = rpc.SignImportRequest(
            request_id=request_id(),
            import_id=import_id,
            manifest_hash=manifest_hash or found.manifest.manifest_hash,
        )
        request.signature.CopyFrom(signature(request, self.court.president))
        return request

    async def undo(self, import_id: str) -> None:
        await self.stub.UndoImport(
            rpc.UndoImportRequest(
                request_id=request_id(), import_id=import_id, reasons="导入的名册有误"
            ),
            metadata=self.president,
        )

    async def signed(self, rows: Iterable[Mapping[str, str]]) -> str:
        """An import that was prepared, checked, read back, approved and signed."""
        import_id = await self.checked(rows)
        await self.approve(import_id)
        await self.sign(import_id)
        return import_id

    async def checked(self, rows: Iterable[Mapping[str, str]]) -> str:
        import_id = await self.begin(jsonl(rows))
        await self.prepare(import_id)
        await self.until(import_id, "CHECKED")
        return import_id

    async def entered(self, rows: Iterable[Mapping[str, str]]) -> str:
        """An import that is done."""
        import_id = await self.signed(rows)
        await self.until(import_id, "DONE")
        return import_id

    async def rows(self, import_id: str) -> list[rpc.Row]:
        reply = await self.stub.ReadRows(
            rpc.ReadRowsRequest(import_id=import_id, limit=5000), metadata=self.clerk
        )
        return list(reply.rows)

    async def outcomes(self, import_id: str) -> list[str]:
        """The outcome of every row, in order."""
        return [
            rpc.RowOutcome.Name(row.outcome).removeprefix("ROW_OUTCOME_")
            for row in await self.rows(import_id)
        ]

    async def go_live(self) -> None:
        """The court's go-live day is today: everything older can be imported."""
        await self.registry.operators.SetGoLive(
            admin.SetGoLiveRequest(request_id=request_id(), go_live_on=day(self.today)),
            metadata=self.president,
        )

    async def head(self) -> int:
        head: int = await self.connection.fetchval("SELECT position FROM ledger_head")
        return head

    async def verify(self) -> None:
        """The whole chain holds, every commitment opens, and every count is what it counts."""
        async with Postgres.open(settings(self.dsn)) as postgres:
            reader = LedgerReader(postgres=postgres, queries=FeedQueries.load())
            report = await reader.verify_all(self.server.keyring.sealer)
        assert report["verified"], report
        counted = await self.connection.fetch(
            "SELECT i.import_id, i.counts, ARRAY(SELECT (SELECT count(*) FROM import_row r"
            " WHERE r.import_id = i.import_id AND r.outcome = o) FROM generate_series(1, 6) o) AS are"
            " FROM import i"
        )
        for row in counted:
            assert list(row["counts"]) == list(row["are"]), row["import_id"]


def jsonl(rows: Iterable[Mapping[str, str]]) -> list[bytes]:
    """Rows as lines of JSONL."""
    return [json.dumps(dict(row), ensure_ascii=False).encode() for row in rows]


def settings(dsn: str) -> PostgresSettings:
    return PostgresSettings(dsn=dsn, schema=SCHEMA, application_name="test-import")


@asynccontextmanager
async def importer(
    *,
    dsn: str,
    redis_url: str,
    keyring: Keyring,
    on_step: Callable[[ImportStep], None] = lambda _: None,
    queries: ImportQueries | None = None,
) -> AsyncIterator[Importer]:
    """An importer that does its own labour, at work for the life of the context."""
    clock, draining = SystemClock(), asyncio.Event()
    async with (
        Postgres.open(settings(dsn)) as postgres,
        PositionedCache.open(CacheSettings(url=redis_url, prefix=SCHEMA), clock=clock) as cache,
        Notifications.open(dsn=dsn, channel=CHANNEL) as notifications,
    ):
        parts = ImportParts(
            postgres=postgres,
            keyring=CurrentKeyring(keyring),
            records=RecordCache(cache=cache, sealer=keyring.sealer, clock=clock),
            clock=clock,
            queries=queries or ImportQueries.load(),
        )
        made = parts.importer(labour=DoneHere(), notifications=notifications, on_step=on_step)
        task = asyncio.create_task(made.run(draining))
        try:
            yield made
        finally:
            draining.set()
            await asyncio.wait((task,), timeout=LIMIT_S)
            task.cancel()
            if not task.cancelled():
                task.result()


def _years_on(day_: date, years: int) -> date:
    return day_.replace(year=day_.year + years)

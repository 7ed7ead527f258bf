"""What courts do in the story, one line each."""

import time
from dataclasses import dataclass
from datetime import date, timedelta

from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from stack.office import Registry, acting, request_id
from stack.papers import Court, Papers, Person, day, yuan
from stack.script import Script


@dataclass(frozen=True, slots=True)
class Lift:
    """An acknowledged lift: its position, and the moment of the acknowledgement (monotonic, s)."""

    position: int
    acknowledged_s: float


@dataclass(frozen=True, slots=True)
class CourtSteps:
    """Each step calls one RPC of the registry and is one line of the script."""

    script: Script
    registry: Registry
    today: date

    async def open_court(self, court: Court) -> None:
        """Enrol a court with a clerk, a judge and a president."""

        async def enrol() -> str:
            await self.registry.enrol(court)
            return "done"

        await self.script.do(
            f"{court.name}: clerk, judge and president are enrolled", "done", enrol
        )

    async def enter(
        self,
        court: Court,
        debtor: Person,
        *,
        serial: int,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
    ) -> rpc.EnterListingResponse:
        """Enter a debtor; an entry that is refused ends the story."""
        entered: list[rpc.EnterListingResponse] = []

        async def enter() -> str:
            request = Papers.of(court, today=self.today).entry(
                request_id=request_id(),
                subject=debtor.subject,
                case_number=court.case(serial),
                ground=ground,
            )
            who = acting(court.clerk, "clerk", court)
            entered.append(await self.registry.courts.EnterListing(request, metadata=who))
            return listing_pb2.BasisState.Name(entered[0].listing.state).removeprefix(
                "BASIS_STATE_"
            )

        await self.script.do(
            f"{court.name} enters a debtor in {court.case(serial)}", "IN_FORCE", enter
        )
        return entered[0]

    async def bind_passport(self, court: Court, debtor: Person, subject_id: str) -> None:
        """Bind a passport to a debtor."""

        async def bind() -> str:
            reply = await self.registry.bind(court, subject_id, debtor.passport)
            return f"bound {reply.document.masked[:2]}…"

        await self.script.do("the clerk prepares and the judge binds a passport", "bound E0…", bind)

    async def grant_pass(
        self, court: Court, order_id: str, *, first_day: date, last_day: date
    ) -> None:
        """Free aircraft and fast trains for an examination."""

        async def grant() -> str:
            reply = await self.registry.courts.GrantPass(
                Papers.of(court, today=self.today).journey_pass(
                    request_id=request_id(),
                    order_id=order_id,
                    first_day=first_day,
                    last_day=last_day,
                ),
                metadata=acting(court.judge, "judge", court),
            )
            return f"{len(getattr(reply, 'pass').items)} items free"

        await self.script.do("a judge grants a pass for an examination", "2 items free", grant)

    async def state(self, court: Court, obligation_id: str, *, owed_yuan: int) -> None:
        """Issue a payoff statement, good for two weeks."""

        async def state() -> str:
            reply = await self.registry.courts.IssuePayoffStatement(
                rpc.IssuePayoffStatementRequest(
                    request_id=request_id(),
                    obligation_id=obligation_id,
                    sum=yuan(owed_yuan),
                    good_until=day(self.today + timedelta(days=14)),
                    payee="法院案款专户",
                ),
                metadata=acting(court.clerk, "clerk", court),
            )
            return f"{reply.statement.sum.minor_units // 100} yuan"

        await self.script.do("the court states what is owed", f"{owed_yuan} yuan", state)

    async def repay(
        self, court: Court, obligation_id: str, *, paid_yuan: int, receipt: str, lifts: int
    ) -> Lift:
        """Record a repayment; the position is 0 when it was refused."""
        position = 0

        async def repay() -> str:
            nonlocal position
            reply = await self.registry.courts.RecordRepayment(
                rpc.RecordRepaymentRequest(
                    request_id=request_id(),
                    obligation_id=obligation_id,
                    amount=yuan(paid_yuan),
                    paid_on=day(self.today),
                    receipt_number=receipt,
                ),
                metadata=acting(court.clerk, "clerk", court),
            )
            position = reply.position.position
            return f"{len(reply.lifted_order_ids)} lifted"

        await self.script.do(f"the debtor pays {paid_yuan} yuan", f"{lifts} lifted", repay)
        return Lift(position, time.monotonic())

    async def standing(self, court: Court, debtor: Person, expected: str) -> None:
        """Ask what stands against somebody."""

        async def standing() -> str:
            reply = await self.registry.courts.GetStanding(
                rpc.GetStandingRequest(
                    document=debtor.resident_id,
                    consistency=rpc.Consistency(fully_consistent=True),
                ),
                metadata=acting(court.judge, "judge", court),
            )
            return f"{len(reply.listings)} listings, {len(reply.orders)} orders"

        await self.script.do("the court asks what stands against the person", expected, standing)

    async def tasks(self, court: Court, expected: str) -> None:
        """Ask which decisions a court owes."""

        async def tasks() -> str:
            reply = await self.registry.courts.ListTasks(
                rpc.ListTasksRequest(), metadata=acting(court.judge, "judge", court)
            )
            return ", ".join(
                ledger.TaskKind.Name(task.kind).removeprefix("TASK_KIND_") for task in reply.tasks
            )

        await self.script.do("the court asks which decisions it owes", expected, tasks)

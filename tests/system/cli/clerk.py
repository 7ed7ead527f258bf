"""A clerk's work by hand in the tests: papers of people who do not exist, typed into files."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from google.protobuf.message import Message

from cli.papers.writing import data_of
from courtlist.ledger.v1 import change_pb2 as ledger
from stack.papers import Court, Papers, Person
from tests.eventually import eventually
from tests.system.cli.terminal import Answer, Terminal

RESTRICTED = 10
NOT_ALLOWED = 5


@dataclass(frozen=True)
class Clerk:
    """One court's people at a terminal."""

    terminal: Terminal
    court: Court
    today: date

    @property
    def clerk(self) -> Terminal:
        return self.terminal.acting(self.court.clerk, "clerk", self.court.code)

    @property
    def judge(self) -> Terminal:
        return self.terminal.acting(self.court.judge, "judge", self.court.code)

    @property
    def president(self) -> Terminal:
        return self.terminal.acting(self.court.president, "president", self.court.code)

    async def enter(
        self,
        debtor: Person,
        serial: int,
        ground: ledger.Ground.ValueType = ledger.GROUND_ABLE_BUT_REFUSES,
    ) -> dict[str, Any]:
        """Enter a debtor from a file; what was answered."""
        paper = Papers.of(self.court, today=self.today).entry(
            request_id="",
            subject=debtor.subject,
            case_number=self.court.case(serial),
            ground=ground,
        )
        file = await self._signed(f"debtor-{self.court.code}-{serial}.json", paper)
        return await self.clerk.done("enter", file)

    async def _signed(self, name: str, paper: Message) -> str:
        """A paper as a file, with the president's signature beside it."""
        text = json.dumps(written(paper), ensure_ascii=False)
        (self.terminal.folder / name).write_text(text)
        await self.president.done("sign", name, "--yes")
        return name

    async def looks_owed(self) -> list[str]:
        """The court's tasks about a name that did not fit."""
        owed = (await self.judge.done("tasks"))["tasks"]
        return [one["taskId"] for one in owed if one["kind"] == "NAME_MISFIT"]

    async def state(self, obligation_id: str, owed_yuan: int) -> None:
        """State what is owed."""
        stated = await self.clerk.done(
            *("statement", "--obligation", obligation_id, "--sum", str(owed_yuan)),
            *("--good-until", "+14", "--payee", "法院案款专户"),
        )
        assert stated["statement"]["sum"] == f"{owed_yuan}.00"

    async def repay(self, obligation_id: str, paid_yuan: int, receipt: str) -> dict[str, Any]:
        """Record money."""
        return await self.clerk.done(
            *("repay", "--obligation", obligation_id),
            *("--amount", str(paid_yuan), "--receipt", receipt),
        )


async def ask(terminal: Terminal, *asked: str, given: str) -> Answer:
    """A check's answer, once the gate knows who asks: it hears of an enrolment by the ledger."""
    answers: list[Answer] = []

    async def is_known() -> bool:
        answers[:] = [await terminal.run("check", *asked, "--number", "-", given=given)]
        return answers[0].code != NOT_ALLOWED

    await eventually(is_known)
    return answers[0]


async def travels(terminal: Terminal, number: str, *product: str) -> str:
    """A ticket office's answer: the word, and by how many bases."""
    reply = await ask(terminal, "travel", *product, given=number)
    decision = reply.data["decision"]
    said = {"CLEAR": 0, "RESTRICTED": RESTRICTED, "UNDETERMINED": 11}
    assert reply.code == said[decision["answer"]], reply
    bars = len(decision["bars"])
    return f"{decision['answer']} by {bars}" if bars else str(decision["answer"])


async def until(terminal: Terminal, number: str, expected: str) -> None:
    """Wait until a flight is answered so; nobody tells an office that an order has arrived."""

    async def answered() -> bool:
        return await travels(terminal, number, "--flight", "--on", "+5") == expected

    await eventually(answered)


def written(paper: Message) -> dict[str, Any]:
    """A paper as a file holds it."""
    data: dict[str, Any] = _without_empty(data_of(paper))
    return data


def _without_empty(data: Any) -> Any:
    """As a person writes it: what is not given is left away."""
    if isinstance(data, dict):
        pairs = {name: _without_empty(value) for name, value in data.items()}
        return {name: value for name, value in pairs.items() if value not in ("", [], {})}
    return [_without_empty(one) for one in data] if isinstance(data, list) else data
